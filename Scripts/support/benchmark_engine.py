"""Engine: similarity and sparsemax against the arithmetic of the cores, growth with the size of the job, and start-up.

The vectors are of words of the corpus, trained once by fastText, and kept with the data.
"""

import json
import math
import pathlib
import shutil
import statistics
import subprocess
import sys

import benchmark_floors
from measure import measured

HERE = pathlib.Path(__file__).resolve().parent
DIMENSION = 300
SIMILAR = 30_000  # anchors, and as many new tokens
FIXED = 8_000  # as many anchors as a German vocabulary has in XLM-R's
NEW = (8_000, 16_000, 32_000, 64_000, 128_000, 250_000)
ANCHORS = (1_000, 3_000, 10_000, 30_000, 100_000)
CORPUS_PARTS = (16, 4, 1)
STARTS = 20  # in a run


def say(line: str) -> None:
    print(f"  {line}", file=sys.stderr, flush=True)


def exponent(sizes: list[int], seconds: list[float]) -> float:
    """Of the power of the size that fits best."""
    return statistics.linear_regression([math.log(size) for size in sizes],
                                        [math.log(second) for second in seconds]).slope


class EngineBench:
    """Runs the cases and adds their results to those of a `Bench`."""

    def __init__(self, bench):
        self.bench, self.options = bench, bench.options

    def vectors(self, kind: str) -> pathlib.Path:
        """The most frequent words, all words, or random numbers: a file of vectors."""
        corpus = self.options.corpus
        of_words = {name: self.options.data / f"{name}-{corpus.stem}-{corpus.stat().st_size}.f32"
                    for name in ("words", "all-words")}
        random = self.options.data / "random.f32"
        script = [self.options.reference_python, HERE / "word_vectors.py"]
        if kind == "random" and not random.exists():
            subprocess.run([*script, "random", str(DIMENSION), random, str(2 * SIMILAR)], check=True)
        elif kind != "random" and not all(path.exists() for path in of_words.values()):
            say("training vectors of words, once")
            counts = (2 * SIMILAR, max(NEW) + FIXED)
            files = [word for path, count in zip(of_words.values(), counts) for word in (path, str(count))]
            subprocess.run([*script, "words", str(DIMENSION), corpus, *files], check=True, stdout=subprocess.DEVNULL)
        return random if kind == "random" else of_words[kind]

    def engine(self, vectors: pathlib.Path, anchors: int, new: int, threads: int) -> dict:
        """One run."""
        numbers = [str(number) for number in (DIMENSION, anchors, new, threads, 1)]
        output = subprocess.run(["EngineBenchmark", vectors, *numbers], check=True, capture_output=True).stdout
        result = json.loads(output)
        return {name: value[0] if isinstance(value, list) else value for name, value in result.items()}

    def similarity(self) -> None:
        for kind, name in (("words", "vectors of words"), ("random", "random vectors")):
            vectors = self.vectors(kind)
            half = vectors.stat().st_size // (4 * DIMENSION) // 2
            for threads in self.options.threads:
                runs = []
                for run in range(self.options.runs):
                    runs.append(self.engine(vectors, half, half, threads))
                    say(f"similarity, {name}, {threads} threads, run {run + 1} of {self.options.runs}: "
                        f"{runs[-1]['seconds']:.2f} s")
                median = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
                self.bench.similarities.append({
                    "what": f"similarity and sparsemax, {half:,} x {half:,} x {DIMENSION}, {name}", "threads": threads,
                    "shareOfPeak": median["operationsPerSecond"] / median["peakOperationsPerSecond"], **median,
                    "runs": runs})

    def growth(self) -> None:
        parts = [self.bench.beginning(self.options.corpus.stat().st_size // part) for part in CORPUS_PARTS]
        self.grow("the whole job, by bytes of text", {path.stat().st_size: lambda path=path: self.bench.focus(
            *self.bench.common(), *self.bench.training(), "--corpus", path) for path in parts})
        vectors = self.vectors("all-words")
        count = vectors.stat().st_size // (4 * DIMENSION)
        threads = max(self.options.threads)

        def sizes(wanted: tuple) -> list[int]:
            return sorted({min(size, count - FIXED) for size in wanted})
        self.grow(f"similarity and sparsemax, by new tokens ({FIXED:,} anchors)",
                  {new: lambda new=new: self.engine(vectors, FIXED, new, threads) for new in sizes(NEW)})
        self.grow(f"similarity and sparsemax, by anchors ({FIXED:,} new tokens)",
                  {anchors: lambda anchors=anchors: self.engine(vectors, anchors, FIXED, threads)
                   for anchors in sizes(ANCHORS)})

    def grow(self, name: str, work: dict) -> None:
        """Every size once, then again."""
        runs: dict[int, list[dict]] = {size: [] for size in work}
        for run in range(self.options.runs):
            for size, function in work.items():
                runs[size].append(function())
                say(f"{name}, {size:,}, run {run + 1} of {self.options.runs}: {runs[size][-1]['seconds']:.2f} s")
        seconds = [statistics.median(run["seconds"] for run in of_size) for of_size in runs.values()]
        self.bench.growths.append({"what": name, "threads": max(self.options.threads), "sizes": list(work),
                                   "medianSeconds": seconds,
                                   "exponent": exponent(list(work), seconds), "runs": list(runs.values())})

    def startup(self) -> None:
        program = benchmark_floors.compiled("header", self.bench.scratch)
        focus = shutil.which("focus") or "focus"
        commands = {"focus --version": [focus, "--version"], "focus inspect": [focus, "inspect", self.bench.source],
                    "C": [program, self.bench.source / "model.safetensors"]}
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(self.options.runs * STARTS):
            for name, command in commands.items():
                # Memory is not told apart: before it becomes the program, a process has that of this one.
                result = measured([str(word) for word in command], stdout=subprocess.DEVNULL)
                if result["exitCode"]:
                    sys.exit(f"benchmark: error: {' '.join(map(str, command))} failed")
                seconds[name].append(result["seconds"])
        median = {name: statistics.median(of_name) for name, of_name in seconds.items()}
        for name in list(commands)[:-1]:
            self.bench.starts.append({
                "what": f"`{name}`", "against": "a program in C that reads the header of a safetensors file",
                "medianSeconds": {"reference": median["C"], "focus": median[name]},
                "seconds": {"reference": seconds["C"], "focus": seconds[name]}})

"""focus against the reference package, the tokenizers package, fastText and the machine, by turns, on one machine.

vectors from ready auxiliary vectors to a written checkpoint. Reference: its FOCUS() alone, without reading or writing
            any file; focus: the whole process, files read, written and flushed to the disk. A second line leaves out
            what focus reads too, by its own clock, and the held-out reconstruction, which the reference does not make.
rows from ready auxiliary vectors to the rows of the new vocabulary in memory: on both sides the source's rows are in
memory
            before, and tokenizers and the fastText model are open. Memory is that of the whole process.
python      the same two from Python, by the same call of deepfocus.FOCUS and of swiftfocus.compat.FOCUS; both sides
            without what they read from files, and without what tokenizers of transformers are handed over by.
tokenize the corpus to token ids, by three kinds of tokenizers. tokenizers: encode_batch alone; focus: the whole
process,
            with reading, loading and printing the ids.
train auxiliary vectors from the tokens of the first --train-megabytes of the corpus: both sides' training alone, 3
epochs
            and a minimum count of 10, by their own clocks; memory is that of the whole process.
whole from text to a written checkpoint, with as many threads on both sides, the most of --threads. The reference's file
            handling counts where it is part of the job (tokenised text, model), not for its inputs and the checkpoint.
similarity similarity and sparsemax over the arithmetic of the same cores, on vectors of words and on random ones.
Counted are the
            operations of comparing all pairs in single precision, whether or not most are ruled out by less work.
products    products of matrices in single precision, as in the layers of models, over the arithmetic of the same cores,
            and against torch and NumPy on as many threads.
growth      the exponent of the power of the size that fits the medians of each size best: 1 is in proportion.
startup     focus --version and focus inspect against a small program in C.
formats conversions against cp, NumPy, h5py, hdf5plugin and zstd, and inspect against safetensors, on a checkpoint that
is
            made for it (--timed-size). Both sides end when the result is on disk. Not part of all.
making      training of tokenizers in three languages against sentencepiece and tokenizers: time, memory, compression.
            Not part of all.
memory      peak memory of every conversion between formats on a large checkpoint (--size). Not part of all.
parts       how training spreads over 2 to 64 threads, simulated from the processor time of each job on one thread, and
            whether two threads give the same bytes. Not part of all.
samples     the held-out cosine by how much of the text vectors are trained on. Not part of all.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

import benchmark_engine
import benchmark_floors
import benchmark_formats
import benchmark_making
import benchmark_products
import benchmark_training
from benchmark_table import table, threads as in_words
from measure import measured

HERE = pathlib.Path(__file__).resolve().parent
ALL = ("vectors", "rows", "python", "tokenize", "train", "whole", "similarity", "products", "growth", "startup")
MORE = ("formats", "memory", "making", "parts", "samples")
INPUTS = ("open checkpoint", "load tokenizers and vectors")  # stages of focus that the reference's time is without
KINDS = {  # of tokenizers, with the name of each folder; None is the target tokenizer
    "Unigram with XLM-R's normaliser": None, "byte-level BPE": "de-bpe30k", "WordPiece": "de-wordpiece30k",
}


class Bench:
    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.source, self.tokenizer, self.corpus = options.source, options.tokenizer, options.corpus
        self.most = max(options.threads)
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="focus-benchmark-", dir=options.data))
        self.comparisons: list[dict] = []
        self.similarities: list[dict] = []
        self.products_measured: list[dict] = []
        self.growths: list[dict] = []
        self.starts: list[dict] = []
        self.conversions: list[dict] = []
        self.tokenizers_made: list[dict] = []
        self.spread: list[dict] = []
        self.sampled: list[dict] = []

    def reference(self, *arguments, threads: int) -> dict:
        """Time as the run itself says, memory of the whole process."""
        output = self.scratch / "reference.json"
        limits = {name: str(threads) for name in ("RAYON_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS")}
        with output.open("w") as file, open(self.scratch / "reference.log", "w") as log:
            result = measured([str(self.options.reference_python), str(HERE / "reference.py"), *map(str, arguments)],
                              stdout=file, stderr=log, env={**os.environ, **limits})
        if result["exitCode"]:
            sys.exit(f"benchmark: error: the reference failed:\n{(self.scratch / 'reference.log').read_text()[-3000:]}")
        stages = json.loads(output.read_text().splitlines()[-1])
        return {"seconds": stages["all"] - (stages.get("files", 0) if arguments[0] in ("vectors", "python") else 0),
                "processorSeconds": result["processorSeconds"], "peakResidentBytes": result["peakResidentBytes"],
                "stages": stages}

    def ours(self, *command) -> tuple[dict, pathlib.Path]:
        """A process of ours, with nothing in its cache from earlier runs, and what it printed."""
        home = self.scratch / "home"
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(self.scratch / "result", ignore_errors=True)
        home.mkdir()
        output = self.scratch / "answer"
        with open(self.scratch / "focus.log", "w") as log, output.open("w") as file:
            result = measured([shutil.which(command[0]) or command[0], *map(str, command[1:])], stdout=file, stderr=log,
                              env={**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home)})
        if result["exitCode"]:
            sys.exit(f"benchmark: error: {command[0]} failed:\n{(self.scratch / 'focus.log').read_text()[-3000:]}")
        return result, output

    def focus(self, *arguments) -> dict:
        """Time and memory of the whole process."""
        result, answer = self.ours("focus", *arguments)
        if arguments[0] == "train-auxiliary":
            result["answer"] = json.loads(answer.read_text())
        if arguments[0] == "specialize":
            report = json.loads((self.scratch / "report.json").read_text())
            result["stages"] = {stage["name"]: stage["seconds"] for stage in report["stages"]}
        return result

    def compare(self, what: str, ours, theirs, against: str = "") -> dict:
        """By turns, so that both meet the same disturbances."""
        runs: dict[str, list[dict]] = {"reference": [], "focus": []}
        for run in range(self.options.runs):
            for side, work in (("reference", theirs), ("focus", ours)):
                runs[side].append(work())
                print(f"  {what}, run {run + 1} of {self.options.runs}, {side}: {runs[side][-1]['seconds']:.3f} s",
                      file=sys.stderr, flush=True)
        return self.record(what, against, runs)

    def record(self, what: str, against: str, runs: dict[str, list[dict]]) -> dict:
        median = {side: statistics.median(run["seconds"] for run in of_side) for side, of_side in runs.items()}
        peak = {side: max(run["peakResidentBytes"] for run in of_side) for side, of_side in runs.items()}
        self.comparisons.append({"what": what, "against": against, "medianSeconds": median, "peakResidentBytes": peak,
                                 "timesFaster": median["reference"] / median["focus"], "runs": runs})
        return self.comparisons[-1]

    def common(self) -> list:
        return ["specialize", self.source, "--tokenizer", self.tokenizer, "--output", self.scratch / "result",
                "--report", self.scratch / "report.json", "--threads", self.most, "--method", "focus",
                "--rare", "normal"]

    def training(self) -> list:
        """The reference's defaults."""
        return ["--epochs", 3, "--min-count", 10]

    def beginning(self, byte_count: int) -> pathlib.Path:
        """A file of the first lines of the corpus, of no more than so many bytes together."""
        path = self.scratch / f"beginning-{byte_count}.txt"
        with self.corpus.open("rb") as file:
            text = file.read(byte_count)
        path.write_bytes(text if byte_count >= self.corpus.stat().st_size else text[:text.rfind(b"\n") + 1])
        return path

    def auxiliary(self) -> pathlib.Path:
        model = self.options.auxiliary or self.options.data / "auxiliary.bin"
        if not model.exists():
            print("  training the auxiliary model, once", file=sys.stderr, flush=True)
            subprocess.run([self.options.reference_python, HERE / "reference.py", "train", self.tokenizer, self.corpus,
                            model],
                           check=True, stdout=subprocess.DEVNULL)
        return model

    def vectors(self) -> None:
        model = self.auxiliary()

        def written() -> dict:
            result = self.focus(*self.common(), "--auxiliary", model)
            size = sum(path.stat().st_size for path in (self.scratch / "result").rglob("*") if path.is_file())
            return result | {"writtenBytes": size, "diskSeconds": benchmark_floors.disk_seconds(size, self.scratch)}

        def without_inputs(run: dict) -> dict:
            computed = (seconds for name, seconds in run["stages"].items()
                        if name not in (*INPUTS, "held-out reconstruction"))
            return run | {"seconds": sum(computed)}

        whole = self.compare("from vectors to the checkpoint on disk", written,
                             lambda: self.reference("vectors", self.source, self.tokenizer, model, threads=self.most),
                             "deepfocus without its files")
        runs = whole["runs"]
        rest = self.record("the same, files of inputs aside", "deepfocus without its files",
                           runs | {"focus": list(map(without_inputs, runs["focus"]))})
        disk = statistics.median(run["diskSeconds"] for run in runs["focus"])
        for result in (whole, rest):
            result["shareOfDisk"] = disk / result["medianSeconds"]["focus"]

    def rows(self) -> None:
        model = self.auxiliary()

        def made() -> dict:
            result, answer = self.ours("RowsBenchmark", self.source, "embeddings.word_embeddings.weight",
                                       self.tokenizer, model, self.most)
            stages = json.loads(answer.read_text())
            return result | {"seconds": stages["all"], "stages": stages}

        self.compare("from vectors to the new rows in memory", made,
                     lambda: self.reference("vectors", self.source, self.tokenizer, model, threads=self.most),
                     "deepfocus without its files")

    def python(self) -> None:
        model = self.auxiliary()
        self.compare("the same from Python, by one call", *(
            lambda kind=kind: self.reference(kind, self.source, self.tokenizer, model, threads=self.most)
            for kind in ("python", "vectors")), "deepfocus without its files")

    def tokenize(self) -> None:
        for kind, name in KINDS.items():
            tokenizer = self.tokenizer.with_name(name) if name else self.tokenizer
            for threads in self.options.threads:
                result = self.compare(
                    f"tokenising, {kind}, {in_words(threads)}",
                    lambda: self.focus("tokenize", "--tokenizer", tokenizer, "--threads", threads, self.corpus),
                    lambda: self.reference("tokenize", tokenizer, self.corpus, threads=threads),
                    "tokenizers, `encode_batch`")
                result["work"] = {"amount": self.corpus.stat().st_size / 1e6, "unit": "MB"}

    def train(self) -> None:
        tokens = self.scratch / "tokens"
        corpus = self.beginning(int(self.options.train_megabytes * 1e6))
        self.reference("cut", self.tokenizer, corpus, tokens, threads=self.most)
        for threads in self.options.threads:
            result = self.compare(f"training, {in_words(threads)}", lambda: self.trained(corpus, threads),
                                  lambda: self.reference("learn", tokens, threads, threads=threads), "fastText")
            result["work"] = {"amount": result["runs"]["focus"][0]["tokensSeen"], "unit": "tokens"}

    def trained(self, corpus: pathlib.Path, threads: int) -> dict:
        """Time as focus itself says, memory of the whole process."""
        result = self.focus("train-auxiliary", "--tokenizer", self.tokenizer, "--corpus", corpus, "--output",
                            self.scratch / "result.bin", "--overwrite", *self.training(), "--threads", threads,
                            "--json")
        stages = {stage["name"]: stage["seconds"] for stage in result["answer"]["stages"]}
        return result | {"seconds": stages["train auxiliary embeddings"], "stages": stages,
                         "tokensSeen": result["answer"]["tokens"] * result["answer"]["epochs"]}

    def whole(self) -> None:
        self.compare(f"the whole job, from {self.corpus.stat().st_size / 1e6:,.0f} MB of text, {in_words(self.most)}",
                     lambda: self.focus(*self.common(), *self.training(), "--corpus", self.corpus),
                     lambda: self.reference("whole", self.source, self.tokenizer, self.corpus, self.most,
                                            threads=self.most),
                     f"deepfocus, {self.most} processes")

    def similarity(self) -> None:
        benchmark_engine.EngineBench(self).similarity()

    def products(self) -> None:
        benchmark_products.ProductBench(self).products()

    def growth(self) -> None:
        benchmark_engine.EngineBench(self).growth()

    def startup(self) -> None:
        benchmark_engine.EngineBench(self).startup()

    def formats(self) -> None:
        benchmark_formats.FormatBench(self).times()

    def memory(self) -> None:
        self.conversions = benchmark_formats.FormatBench(self).memory()

    def making(self) -> None:
        self.tokenizers_made = benchmark_making.MakingBench(self).making()

    def parts(self) -> None:
        benchmark_training.TrainingBench(self).parts()

    def samples(self) -> None:
        benchmark_training.TrainingBench(self).samples()

    def results(self) -> dict:
        return {"comparisons": self.comparisons, "similarities": self.similarities,
                "products": self.products_measured, "growths": self.growths, "starts": self.starts,
                "conversions": self.conversions, "tokenizersMade": self.tokenizers_made, "spread": self.spread,
                "sampled": self.sampled}


def parsed() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    path = pathlib.Path
    arguments.add_argument("--stages", default="all", help="some of those above, or all: " + ", ".join(ALL))
    arguments.add_argument("--runs", type=int, default=5, help="of each side, by turns; default: %(default)s")
    arguments.add_argument("--threads", default="1,2", help="numbers of threads to compare with; default: %(default)s")
    arguments.add_argument("--train-megabytes", type=float, default=4,
                           help="of text that train trains on; default: %(default)s")
    arguments.add_argument("--timed-size", default="1GB", help="of the checkpoint that formats works on; default: "
                                                               "%(default)s")
    arguments.add_argument("--size", default="4GB", help="of the checkpoint that memory works on; default: %(default)s")
    arguments.add_argument("--data", type=path, default=path("benchmark-data"),
                           help="where inputs and results are kept")
    arguments.add_argument("--source", type=path, help="checkpoint; default: e5-small of the data")
    arguments.add_argument("--tokenizer", type=path, help="target tokenizer, a folder beside those of the other "
                                                          "kinds; default: that of the data")
    arguments.add_argument("--corpus", type=path, help="text; default: de.txt of the data")
    arguments.add_argument("--auxiliary", type=path, help="fastText model; default: trained once, kept with the data")
    arguments.add_argument("--reference-python", type=path, default=path(sys.executable),
                           help="Python that has deepfocus")
    arguments.add_argument("--output", type=path, default=path("benchmark.json"),
                           help="all figures; default: %(default)s")
    options = arguments.parse_args()
    options.threads = [int(number) for number in options.threads.split(",")]
    options.stages = [stage for word in options.stages.split(",") for stage in (ALL if word == "all" else [word])]
    if unknown := set(options.stages) - {*ALL, *MORE}:
        arguments.error(f"there is no stage '{unknown.pop()}'; there are {', '.join((*ALL, *MORE))}")
    options.data = options.data.resolve()
    options.source = options.source or options.data / "e5-small"
    options.tokenizer = options.tokenizer or options.data / "tokenizers" / "de-paper-xlmr-unigram-50k"
    options.corpus = options.corpus or options.data / "de.txt"
    return options


def main() -> None:
    options = parsed()
    benchmark_floors.warn_if_busy()
    bench = Bench(options)
    machine = {"processor": benchmark_floors.processor(), "cores": os.cpu_count(),
               "loadBefore": benchmark_floors.load()}
    results: dict = {}
    try:
        machine["memoryBytesPerSecond"] = {
            threads: benchmark_floors.memory_rate(threads, options.runs, bench.scratch) for threads in options.threads}
        for stage in options.stages:
            getattr(bench, stage)()
            # What was measured is kept, whatever becomes of the stages after it.
            machine["loadAfter"] = benchmark_floors.load()
            results = {"machine": machine, "runs": options.runs, "corpusBytes": options.corpus.stat().st_size,
                       **bench.results()}
            options.output.write_text(json.dumps(results, indent=1) + "\n")
    finally:
        shutil.rmtree(bench.scratch, ignore_errors=True)
    print(table(results))
    if bench.conversions:
        print(f"\nPeak memory of conversions of {options.size}\n{benchmark_formats.memory_table(bench.conversions)}")
    if bench.tokenizers_made:
        print(f"\n{benchmark_making.making_table(bench.tokenizers_made)}")
    if bench.spread:
        print(f"\nTraining in parts\n{benchmark_training.spread_table(bench.spread)}")
    if bench.sampled:
        print(f"\nTraining on samples\n{benchmark_training.sample_table(bench.sampled)}")
    rates = ", ".join(f"{rate / 1e9:.1f} GB/s ({in_words(threads)})" for threads,
                      rate in machine["memoryBytesPerSecond"].items())
    print(f"\nMedian times of {options.runs} runs by turns and largest memory, on {machine['cores']} cores of "
          f"{machine['processor']}, whose memory "
          f"is copied at {rates}, counting reads and writes. All runs are in {options.output}.")


if __name__ == "__main__":
    main()

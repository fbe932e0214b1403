"""focus against the reference package and the tokenizers package, by turns, on one machine.

vectors   from ready auxiliary vectors to a written checkpoint. Reference: its FOCUS() alone, without reading or writing
          any file; focus: the whole process, files read, written and flushed to the disk.
tokenize  the corpus to token ids. tokenizers: encode_batch alone; focus: the whole process, with reading, loading and
          printing the ids.
train     auxiliary vectors from tokens: both sides' training alone, 3 epochs and a minimum count of 10, by their own clocks;
          memory is that of the whole process. Not part of the default.
whole     from text to a written checkpoint, with as many training threads on both sides. The reference's file handling
          counts where it is part of the job (tokenised text, model), not for its inputs and the checkpoint.
formats   conversions against cp, NumPy, h5py, hdf5plugin and zstd, and inspect against safetensors, on a checkpoint that is
          made for it (--timed-size). Both sides end when the result is on disk. Not part of the default.
memory    peak memory of every conversion between formats on a large checkpoint (--size). Not part of the default.
"""

import argparse
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile

import benchmark_formats
from measure import measured

HERE = pathlib.Path(__file__).resolve().parent


class Bench:
    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.source, self.tokenizer, self.corpus = options.source, options.tokenizer, options.corpus
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="focus-benchmark-", dir=options.data))
        self.rows: list[dict] = []
        self.conversions: list[dict] = []

    def reference(self, *arguments, **environment) -> dict:
        """Time as the run itself says, memory of the whole process."""
        output = self.scratch / "reference.json"
        with output.open("w") as file, open(self.scratch / "reference.log", "w") as log:
            result = measured([str(self.options.reference_python), str(HERE / "reference.py"), *map(str, arguments)],
                              stdout=file, stderr=log, env={**os.environ, **environment})
        if result["exitCode"]:
            sys.exit(f"benchmark: error: the reference failed:\n{(self.scratch / 'reference.log').read_text()[-3000:]}")
        stages = json.loads(output.read_text().splitlines()[-1])
        return {"seconds": stages["all"] - (stages.get("files", 0) if arguments[0] == "vectors" else 0),
                "processorSeconds": result["processorSeconds"], "peakResidentBytes": result["peakResidentBytes"],
                "stages": stages}

    def focus(self, *arguments) -> dict:
        """Time and memory of the whole process; nothing is left in its cache from earlier runs."""
        home = self.scratch / "home"
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(self.scratch / "result", ignore_errors=True)
        home.mkdir()
        report = self.scratch / "report.json"
        output = self.scratch / "answer"
        with open(self.scratch / "focus.log", "w") as log, output.open("w") as file:
            result = measured([shutil.which("focus") or "focus", *map(str, arguments)], stdout=file, stderr=log,
                              env={**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home)})
        if result["exitCode"]:
            sys.exit(f"benchmark: error: focus failed:\n{(self.scratch / 'focus.log').read_text()[-3000:]}")
        if arguments[0] == "train-auxiliary":
            result["answer"] = json.loads(output.read_text())
        if arguments[0] == "specialize":
            result["stages"] = {stage["name"]: stage["seconds"] for stage in json.loads(report.read_text())["stages"]}
        return result

    def compare(self, name: str, ours, theirs, runs: int) -> None:
        """By turns, so that both meet the same disturbances."""
        results: dict[str, list[dict]] = {"focus": [], "reference": []}
        for run in range(runs):
            for side, work in (("reference", theirs), ("focus", ours)):
                results[side].append(work())
                print(f"  {name}, run {run + 1} of {runs}, {side}: {results[side][-1]['seconds']:.2f} s", file=sys.stderr, flush=True)
        median = {side: statistics.median(run["seconds"] for run in of_side) for side, of_side in results.items()}
        peak = {side: max(run["peakResidentBytes"] for run in of_side) for side, of_side in results.items()}
        self.rows.append({"name": name, "runs": results, "medianSeconds": median, "peakResidentBytes": peak,
                          "timesFaster": median["reference"] / median["focus"]})

    def common(self) -> list:
        return ["specialize", self.source, "--tokenizer", self.tokenizer, "--output", self.scratch / "result",
                "--report", self.scratch / "report.json"]

    def vectors(self) -> None:
        model = self.options.auxiliary or self.options.data / "auxiliary.bin"
        if not model.exists():
            print("  training the auxiliary model, once", file=sys.stderr, flush=True)
            subprocess.run([self.options.reference_python, HERE / "reference.py", "train", self.tokenizer, self.corpus, model],
                           check=True, stdout=subprocess.DEVNULL)
        self.compare("from vectors to checkpoint", lambda: self.focus(*self.common(), "--auxiliary", model),
                     lambda: self.reference("vectors", self.source, self.tokenizer, model), self.options.runs)

    def tokenize(self) -> None:
        for threads in self.options.threads:
            self.compare(f"tokenize, {threads} thread{'s'[:threads > 1]}",
                         lambda: self.focus("tokenize", "--tokenizer", self.tokenizer, "--threads", threads, self.corpus),
                         lambda: self.reference("tokenize", self.tokenizer, self.corpus, RAYON_NUM_THREADS=str(threads)),
                         self.options.runs)

    def train(self) -> None:
        tokens = self.scratch / "tokens"
        self.reference("cut", self.tokenizer, self.corpus, tokens)
        for threads in self.options.threads:
            self.compare(f"train, {threads} thread{'s'[:threads > 1]}", lambda: self.trained(threads),
                         lambda: self.reference("learn", tokens, threads), self.options.runs)
            row = self.rows[-1]
            seen = row["runs"]["focus"][0]["tokensSeen"]
            row["tokensPerSecond"] = {side: seen / seconds for side, seconds in row["medianSeconds"].items()}
            print("  tokens a second: " + ", ".join(f"{side} {rate:,.0f}" for side, rate in row["tokensPerSecond"].items()),
                  file=sys.stderr, flush=True)

    def trained(self, threads: int) -> dict:
        """Time as focus itself says, memory of the whole process."""
        result = self.focus("train-auxiliary", "--tokenizer", self.tokenizer, "--corpus", self.corpus, "--output",
                            self.scratch / "result.bin", "--overwrite", "--epochs", 3, "--min-count", 10, "--threads", threads,
                            "--json")
        stages = {stage["name"]: stage["seconds"] for stage in result["answer"]["stages"]}
        return result | {"seconds": stages["train auxiliary embeddings"], "stages": stages,
                         "tokensSeen": result["answer"]["tokens"] * result["answer"]["epochs"]}

    def whole(self) -> None:
        for threads in self.options.threads:
            extra = ["--training-threads", threads, "--epochs", 3, "--min-count", 10]
            self.compare(f"whole job, {threads} training thread{'s'[:threads > 1]}",
                         lambda: self.focus(*self.common(), "--corpus", self.corpus, *extra),
                         lambda: self.reference("whole", self.source, self.tokenizer, self.corpus, threads),
                         self.options.whole_runs)

    def formats(self) -> None:
        benchmark_formats.FormatBench(self).times()

    def memory(self) -> None:
        self.conversions = benchmark_formats.FormatBench(self).memory()

    def table(self) -> str:
        if not self.rows:
            return ""
        lines = [f"{'':40} {'reference':>12} {'focus':>12} {'faster':>8} {'reference':>12} {'focus':>12}"]
        for row in self.rows:
            time, peak = row["medianSeconds"], row["peakResidentBytes"]
            lines.append(f"{row['name']:40} {time['reference']:10.2f} s {time['focus']:10.2f} s {row['timesFaster']:7.2f}x "
                         f"{peak['reference'] / 1e6:9,.0f} MB {peak['focus'] / 1e6:9,.0f} MB")
        return "\n".join(lines)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    path = pathlib.Path
    arguments.add_argument("--stages", default="vectors,tokenize,whole", help="default: %(default)s")
    arguments.add_argument("--runs", type=int, default=5, help="of vectors and tokenize, by turns; default: %(default)s")
    arguments.add_argument("--whole-runs", type=int, default=1, help="of whole; default: %(default)s")
    arguments.add_argument("--timed-size", default="1GB", help="of the checkpoint that formats works on; default: %(default)s")
    arguments.add_argument("--size", default="4GB", help="of the checkpoint that memory works on; default: %(default)s")
    arguments.add_argument("--threads", default="1,2", help="numbers of threads to compare with; default: %(default)s")
    arguments.add_argument("--data", type=path, default=path("benchmark-data"), help="where inputs and results are kept")
    arguments.add_argument("--source", type=path, help="checkpoint; default: e5-small of the data")
    arguments.add_argument("--tokenizer", type=path, help="target tokenizer; default: that of the data")
    arguments.add_argument("--corpus", type=path, help="text; default: de.txt of the data")
    arguments.add_argument("--auxiliary", type=path, help="fastText model; default: trained once, kept with the data")
    arguments.add_argument("--reference-python", type=path, default=path(sys.executable), help="Python that has deepfocus")
    arguments.add_argument("--output", type=path, default=path("benchmark.json"), help="all figures; default: %(default)s")
    options = arguments.parse_args()
    options.threads = [int(number) for number in options.threads.split(",")]
    options.data = options.data.resolve()
    options.source = options.source or options.data / "e5-small"
    options.tokenizer = options.tokenizer or options.data / "tokenizer"
    options.corpus = options.corpus or options.data / "de.txt"

    bench = Bench(options)
    try:
        for stage in options.stages.split(","):
            getattr(bench, stage)()
    finally:
        shutil.rmtree(bench.scratch, ignore_errors=True)
    options.output.write_text(json.dumps({
        "machine": {"processor": platform.processor() or platform.machine(), "cores": os.cpu_count(),
                    "load": os.getloadavg()},
        "corpusBytes": options.corpus.stat().st_size if options.corpus.exists() else None, "comparisons": bench.rows,
        "conversions": bench.conversions}, indent=1) + "\n")
    print(bench.table())
    if bench.conversions:
        print(f"\nPeak memory of conversions of {options.size}\n{benchmark_formats.memory_table(bench.conversions)}")
    print(f"\nMedian times and largest memory, on {os.cpu_count()} cores; all runs are in {options.output}")


if __name__ == "__main__":
    main()

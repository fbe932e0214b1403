"""Training: how its work spreads over threads, by counting, and how good vectors are by how much text."""

import filecmp
import json
import pathlib

from benchmark_engine import say
from measure import measured

PARTS = (4, 8, 16, 32, 64)
THREADS = (1, 2, 4, 8, 16, 32, 64)
# Numbers of tokens; the text's own is the last.
SAMPLES = [1 << power for power in range(19, 30)]


class TrainingBench:
    """Runs the cases and adds their results to those of a `Bench`."""

    def __init__(self, bench):
        self.bench, self.options = bench, bench.options

    def train(self, threads: int, parts: int, tokens: int, epochs: int) -> tuple[dict, pathlib.Path]:
        output = self.bench.scratch / f"trained-{threads}-{parts}-{tokens}.bin"
        result, answer = self.bench.ours("TrainingBenchmark", self.options.tokenizer, self.options.corpus, threads,
                                         parts, tokens, epochs, output)
        return result | json.loads(answer.read_text()), output

    def parts(self) -> None:
        """One pass over the text, timed job by job on one thread; and once more on two threads, for the bytes."""
        for parts in PARTS:
            run, one = self.train(1, parts, 0, 1)
            other, two = self.train(2, parts, 0, 1)
            same = filecmp.cmp(one, two, shallow=False)
            spans = {threads: sum(run[phase][str(threads)] for phase in ("trainOn", "addOn")) + run["between"]
                     for threads in THREADS}
            self.bench.spread.append({
                "parts": parts, "rounds": run["rounds"], "tokens": run["tokens"], "sameBytes": same,
                "seconds": {phase: run[phase] for phase in ("trainWork", "addWork", "between")}, "spans": spans,
                "longestPart": run["trainLongest"] * parts / run["trainWork"],
                "peakResidentBytes": run["peakResidentBytes"],
                "peakResidentBytesOnTwo": other["peakResidentBytes"]})
            say(f"{parts} parts: {run['tokens'] / run['rounds']:,.0f} tokens a round, {spans[1]:.1f} s of processor "
                f"time, speed-up on 32 threads {spans[1] / spans[32]:.1f}, bytes of 1 and 2 threads "
                f"{'the same' if same else 'DIFFERENT'}")

    def samples(self) -> None:
        """What FOCUS makes of vectors that were trained on more and more of the text."""
        for tokens in SAMPLES:
            run, vectors = self.train(2, 0, tokens, 0)
            report = self.bench.scratch / "sample.json"
            self.bench.ours("focus", "specialize", self.options.source, "--tokenizer", self.options.tokenizer,
                            "--auxiliary", vectors, "--method", "focus", "--rare", "normal", "--output",
                            self.bench.scratch / "result", "--report", report)
            found = json.loads(report.read_text())
            self.bench.sampled.append({
                "tokens": run["tokens"], "epochs": run["epochs"], "words": run["words"],
                "processorSeconds": run["processorSeconds"], "heldOut": found["heldOut"]})
            vectors.unlink()
            say(f"{run['tokens']:,} tokens, {run['epochs']} epochs: held-out cosine "
                f"{found['heldOut']['cosine']:.4f}, {run['processorSeconds']:.0f} s of processor time")
            if run["tokens"] < 0.9 * tokens:
                break


def spread_table(results: list[dict]) -> str:
    lines = ["| parts | tokens a round | processor time: train, add, between | longest part, times the mean | "
             + " | ".join(f"{threads} threads" for threads in THREADS[1:])
             + " | peak memory | bytes on 1 and 2 threads |",
             "|---" * (len(THREADS) + 5) + "|"]
    for result in results:
        speeds = (result["spans"][1] / result["spans"][threads] for threads in THREADS[1:])
        figures = (f"{speed:.1f}x ({100 * speed / threads:.0f} %)" for speed, threads in zip(speeds, THREADS[1:]))
        lines.append(
            f"| {result['parts']} | {result['tokens'] / result['rounds']:,.0f} | "
            + ", ".join(f"{seconds:.1f} s" for seconds in result["seconds"].values())
            + f" | {result['longestPart']:.2f} | " + " | ".join(figures)
            + f" | {result['peakResidentBytes'] / 1e6:,.0f} MB | {'same' if result['sameBytes'] else 'DIFFERENT'} |")
    return "\n".join(lines)


def sample_table(results: list[dict]) -> str:
    lines = ["| tokens | epochs | tokens with vectors | held-out cosine | processor time |", "|---|---|---|---|---|"]
    lines += [f"| {result['tokens']:,} | {result['epochs']} | {result['words']:,} | "
              f"{result['heldOut']['cosine']:.4f} | {result['processorSeconds']:.0f} s |" for result in results]
    return "\n".join(lines)

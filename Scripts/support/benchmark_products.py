"""Products of matrices, as in the layers of models: against torch, NumPy and the arithmetic of the cores."""

import json
import os
import pathlib
import statistics
import subprocess

from benchmark_engine import say

HERE = pathlib.Path(__file__).resolve().parent
SHAPES = {  # rows, inputs, outputs
    "an MLP of 270M": (2048, 640, 2048), "an MLP of 8B": (2048, 4096, 14336), "attention of 8B": (2048, 4096, 4096),
    "few rows": (8, 4096, 4096),
}
TYPES = ("float32", "bfloat16")


class ProductBench:
    """Runs the cases and adds their results to those of a `Bench`."""

    def __init__(self, bench):
        self.bench, self.options = bench, bench.options

    def products(self) -> None:
        for name, shape in SHAPES.items():
            for kind in TYPES:
                for threads in self.options.threads:
                    self.product(name, shape, kind, threads)

    def product(self, name: str, shape: tuple, kind: str, threads: int) -> None:
        numbers = [*map(str, shape), kind, str(threads), "3"]
        environment = os.environ | {key: str(threads) for key in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")}
        ours, theirs = [], []
        for run in range(self.options.runs):
            ours.append(json.loads(subprocess.run(["ProductsBenchmark", *numbers], check=True,
                                                  capture_output=True).stdout))
            script = [self.options.reference_python, HERE / "peer_products.py", *numbers]
            theirs.append(json.loads(subprocess.run(script, check=True, capture_output=True, env=environment).stdout))
            say(f"product of {name}, {kind}, {threads} threads, run {run + 1} of {self.options.runs}: "
                f"{max(ours[-1]['operationsPerSecond']) / 1e9:.0f} billion operations/s")
        # Each process runs it several times, of which the first ones find nothing in the caches.
        rate = statistics.median(max(run["operationsPerSecond"]) for run in ours)
        peak = statistics.median(max(run["peakOperationsPerSecond"]) for run in ours)
        peers = {peer: statistics.median(max(run[peer]) for run in theirs) for peer in theirs[0]}
        self.bench.products_measured.append({
            "what": f"{name}: {shape[0]:,} rows x [{shape[2]:,}, {shape[1]:,}] of {kind}", "threads": threads,
            "operationsPerSecond": rate, "peakOperationsPerSecond": peak, "peers": peers, "runs": [ours, theirs]})

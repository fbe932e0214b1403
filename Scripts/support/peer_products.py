"""usage: peer_products.py ROWS INPUTS OUTPUTS float32|bfloat16 THREADS RUNS

Operations a second of torch and NumPy for the product of rows in single precision and the transpose of weights. Weights
in bfloat16 are widened first, as the arithmetic is to be in single precision; that counts.
"""

import json
import sys
import time

import numpy
import torch


def rates(work, operations: float, runs: int) -> list[float]:
    result = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        result.append(operations / (time.perf_counter() - start))
    return result


def main(arguments: list[str]) -> None:
    rows, inputs, outputs = map(int, arguments[:3])
    kind, threads, runs = arguments[3], int(arguments[4]), int(arguments[5])
    torch.set_num_threads(threads)
    values, weights = torch.rand(rows, inputs) - .5, (torch.rand(outputs, inputs) - .5).to(getattr(torch, kind))
    operations = 2.0 * rows * inputs * outputs
    result = {"torch": rates(lambda: torch.nn.functional.linear(values, weights.float()), operations, runs)}
    if kind == "float32":
        a, b = values.numpy(), weights.numpy()
        result["NumPy"] = rates(lambda: numpy.matmul(a, b.T), operations, runs)
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1:])

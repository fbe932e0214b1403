"""What the machine itself can do, and how busy it is: nothing can be quicker than that."""

import os
import pathlib
import statistics
import subprocess
import sys
import time

SOURCES = pathlib.Path(__file__).resolve().parent.parent.parent / "Benchmarks" / "Floors"
BUSY = 0.5


def processor() -> str:
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return os.uname().machine


def load() -> float:
    """Of the last minute."""
    return os.getloadavg()[0]


def warn_if_busy() -> None:
    if load() > BUSY:
        print(f"benchmark: warning: the load average is {load():.1f}: only what is measured on a quiet machine means "
              f"something",
              file=sys.stderr, flush=True)


def compiled(name: str, folder: pathlib.Path) -> pathlib.Path:
    """A small program in C."""
    program = folder / name
    subprocess.run(["cc", "-O2", "-o", program, SOURCES / f"{name}.c", "-lpthread"], check=True)
    return program


def memory_rate(threads: int, runs: int, scratch: pathlib.Path) -> float:
    """Bytes a second that copying reads and writes."""
    program = compiled("copy", scratch)
    return statistics.median(
        float(subprocess.run([program, str(threads), "0.3"], check=True, capture_output=True).stdout)
        for _ in range(runs))


def disk_seconds(byte_count: int, scratch: pathlib.Path) -> float:
    """How long it takes to write so many bytes one after the other and to have them on disk."""
    block = os.urandom(1 << 22)
    path = scratch / "sequential"
    start = time.monotonic()
    with path.open("wb", buffering=0) as file:
        for first in range(0, byte_count, len(block)):
            file.write(block[:byte_count - first])
        os.fsync(file.fileno())
    seconds = time.monotonic() - start
    path.unlink()
    return seconds

"""Formats: conversions against what one would write in Python or type in a shell, and their memory.

Both sides read from the page cache and end when the result is on disk (fsync). focus is timed as a whole process, which
also reads its result again and compares it, unless a line says --no-verify; the Python side from its first read to its
last fsync, without starting Python. Only `inspect` counts Python's start too: there it is what people wait for.
"""

import os
import pathlib
import shutil
import subprocess
import sys

from measure import measured

HERE = pathlib.Path(__file__).resolve().parent

# As people type it: names, types and shapes of all tensors of a folder.
INSPECTION = """
import glob, sys
from safetensors import safe_open
for path in sorted(glob.glob(sys.argv[1] + "/*.safetensors")):
    with safe_open(path, "numpy") as file:
        for name in file.keys():
            part = file.get_slice(name)
            print(name, part.get_dtype(), part.get_shape())
"""

FORMATS = {  # how focus is asked for a folder in this format
    "safetensors": ("--to", "safetensors", "--shard-size", "none"),
    "shards": ("--to", "safetensors", "--shard-size", "500MB"),
    "npy": ("--to", "npy"), "npz": ("--to", "npz"), "npz gzip": ("--to", "npz", "--compression", "gzip:1"),
    "hdf5": ("--to", "hdf5"), "hdf5 zstd": ("--to", "hdf5", "--compression", "zstd"),
    "hdf5 gzip": ("--to", "hdf5", "--compression", "gzip:1"), "raw": ("--to", "raw"),
    "raw zstd": ("--to", "raw", "--compression", "zstd"),
}


def byte_count(text: str) -> int:
    for unit, factor in (("GB", 10 ** 9), ("MB", 10 ** 6), ("KB", 10 ** 3)):
        if text.upper().endswith(unit):
            return int(float(text[:-2]) * factor)
    return int(text)


class FormatBench:
    """Runs the cases and adds their rows to a `Bench`."""

    def __init__(self, bench):
        self.bench = bench
        self.folder = bench.scratch / "formats"
        self.folder.mkdir(exist_ok=True)
        self.result = self.folder / "result"

    def clear(self) -> None:
        shutil.rmtree(self.result, ignore_errors=True) if self.result.is_dir() else self.result.unlink(missing_ok=True)
        for path in self.folder.glob("result.*"):
            path.unlink()
        os.sync()  # what was removed or written before is nobody's waiting time

    def run(self, command: list, **options) -> dict:
        with open(self.folder / "log", "w") as log:
            result = measured([str(word) for word in command], stderr=log,
                              stdout=options.pop("stdout", subprocess.DEVNULL), **options)
        if result["exitCode"]:
            log = (self.folder / "log").read_text()[-2000:]
            sys.exit(f"benchmark: error: {' '.join(map(str, command))} failed:\n{log}")
        return result

    def made(self, what: str, name: str, *arguments) -> pathlib.Path:
        self.run([self.bench.options.reference_python, HERE / "make_weights.py", what, self.folder / name, *arguments])
        return self.folder / name

    def focus(self, *arguments) -> dict:
        return self.run([shutil.which("focus") or "focus", *arguments, "--quiet"])

    def convert(self, source: pathlib.Path, ending: str, *options):
        def work() -> dict:
            self.clear()
            return self.focus("convert", source, self.result.with_name("result" + ending), *options)
        return work

    def python(self, what: str, source: pathlib.Path, ending: str):
        def work() -> dict:
            self.clear()
            output = self.folder / "seconds"
            with output.open("w") as file:
                result = self.run([self.bench.options.reference_python, HERE / "peer_formats.py", what, source,
                                   self.result.with_name("result" + ending)], stdout=file)
            return result | {"seconds": float(output.read_text())}
        return work

    def shell(self, script: str, *arguments):
        def work() -> dict:
            self.clear()
            return self.run(["sh", "-c", script, "sh", *arguments])
        return work

    def compare(self, name: str, ours, theirs) -> None:
        self.bench.compare(name, ours, theirs)

    def times(self) -> None:
        source = self.made("weights", "source", byte_count(self.bench.options.timed_size))
        file = source / "model.safetensors"
        copy = self.result.with_name("result.safetensors")
        cp = "cp \"$1\" \"$2\""
        for what, script in (("cp", cp), ("cp + fsync", f"{cp} && sync \"$2\"")):
            for option in ((), ("--no-verify",)):
                self.compare(" ".join(("copy", f"({what})", *option)), self.convert(file, ".safetensors", *option),
                             self.shell(script, file, copy))
        npy = ("--to", "npy")
        for option in ((), ("--no-verify",)):
            self.compare(" ".join(("to .npy files (np.save)", *option)), self.convert(file, "", *npy, *option),
                         self.python("npy_write", file, ""))
        # One array alone, for numpy's own reading and writing.
        single = self.folder / "single.npy"
        self.focus("convert", file, single, "--include", "model.embed_tokens.weight")
        for option in ((), ("--no-verify",)):
            self.compare(" ".join((".npy to .npy (np.load, save)", *option)), self.convert(single, ".npy", *option),
                         self.python("npy_copy", single, ".npy"))
        readable = self.folder / "readable"
        self.run([self.bench.options.reference_python, HERE / "peer_formats.py", "npy_write", file, readable])
        self.compare("from .npy files (np.load)", self.convert(readable, ".safetensors", "--to", "safetensors"),
                     self.python("npy_read", readable, ".safetensors"))
        shutil.rmtree(readable)
        for name, what, options in (("HDF5", "hdf5_write", ()),
                                    ("HDF5 zstd", "hdf5_zstd_write", ("--compression", "zstd:3"))):
            peer = "h5py" if not options else "hdf5plugin"
            for option in ((), ("--no-verify",)):
                self.compare(" ".join((f"to {name} ({peer})", *option)), self.convert(file, ".h5", *options, *option),
                             self.python(what, file, ".h5"))
            # Each reads the same file, which h5py wrote.
            theirs = self.folder / "theirs.h5"
            self.run([self.bench.options.reference_python, HERE / "peer_formats.py", what, file, theirs])
            self.compare(f"from {name} ({peer})", self.convert(theirs, ".safetensors"),
                         self.python("hdf5_read", theirs, ".safetensors"))
            theirs.unlink()
        raw = ("--to", "raw", "--compression", "zstd:3")
        for option in ((), ("--no-verify",)):
            self.compare(" ".join(("to raw zstd (zstd -T2)", *option)), self.convert(file, "", *raw, *option),
                         self.shell("zstd -q -3 -T2 \"$1\" -o \"$2\" && sync \"$2\"", file,
                                    self.result.with_name("result.zst")))
        shutil.rmtree(source)
        self.clear()
        self.inspections()

    def inspections(self) -> None:
        many = self.made("many", "many")
        for name, folder in (("inspect e5-small", self.bench.source), ("inspect 10,000 in 100", many)):
            self.compare(name, lambda: self.focus("inspect", folder),
                         lambda: self.run([self.bench.options.reference_python, "-c", INSPECTION, folder]))
        shutil.rmtree(many)

    def memory(self) -> list[dict]:
        """Peak memory of every conversion of a large checkpoint, one run each."""
        source = self.made("weights", "source", byte_count(self.bench.options.size))
        rows = []
        middle, end = self.folder / "middle", self.folder / "end"
        for first, options in FORMATS.items():
            self.focus("convert", source, middle, *options)
            for second, options in FORMATS.items():
                result = self.focus("convert", middle, end, *options)
                rows.append({"from": first, "to": second, **result})
                print(f"  {first} to {second}: {result['peakResidentBytes'] / 1e6:,.0f} MB, {result['seconds']:.1f} s",
                      file=sys.stderr, flush=True)
                shutil.rmtree(end)
            shutil.rmtree(middle)
        shutil.rmtree(source)
        return rows


def memory_table(rows: list[dict]) -> str:
    """From the side, to the top, in MB."""
    names = list(FORMATS)
    peaks = {(row["from"], row["to"]): row["peakResidentBytes"] / 1e6 for row in rows}
    lines = [" " * 12 + "".join(f"{name:>12}" for name in names)]
    lines += [f"{first:12}" + "".join(f"{peaks[first, second]:9,.0f} MB" for second in names) for first in names]
    return "\n".join(lines)

"""Compiles plug-ins as their authors would: one file of C, and the one header."""

import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADER = ROOT / "Sources" / "CFocusPlugin" / "include"


def compiler(*names: str) -> str:
    """The first of the compilers that there is."""
    found = next(filter(None, map(shutil.which, names or ("cc", "gcc", "clang"))), None)
    assert found, "there is no C compiler: install gcc"
    return found


def compiled(source: pathlib.Path, result: pathlib.Path, *options: str) -> pathlib.Path:
    done = subprocess.run(
        [compiler(), "-std=c11", "-Wall", "-Wextra", "-O1", "-shared", "-fPIC", "-fvisibility=hidden", f"-I{HEADER}",
         *options,
         "-o", str(result), str(source)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return result

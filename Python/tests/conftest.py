"""What the tests of the package work with: the golden tokenizers, rows and vectors of Tests/Fixtures.

The package is the one that is installed, or, where SWIFTFOCUS_LIBRARY names a library, the one beside this folder.
FOCUS_BINARY names the command to compare with; else it is the one on the path.
"""

import gzip
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys

import ml_dtypes
import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FIXTURES = ROOT / "Tests" / "Fixtures"
if os.environ.get("SWIFTFOCUS_LIBRARY"):
    sys.path.insert(0, str(ROOT / "Python"))
TYPES = {"float32": np.float32, "float16": np.float16, "bfloat16": ml_dtypes.bfloat16}
TABLE, BIAS = "embeddings.word_embeddings.weight", "cls.predictions.bias"
WORDS = "der Hund und die Katze gehen heute in den Wald weil es dort kühler ist als in der Stadt".split()
# These need torch and transformers, which most machines that test have not.
collect_ignore = [] if importlib.util.find_spec("torch") and importlib.util.find_spec("transformers") else [
    "test_torch.py"]


def documents(count: int = 4000):
    for index in range(count):
        yield " ".join(WORDS[(index * step) % len(WORDS)] for step in range(1, 9))


def read(name: str) -> bytes:
    path = FIXTURES / name
    return path.read_bytes() if path.exists() else gzip.decompress(path.with_name(path.name + ".gz").read_bytes())


def read_json(name: str):
    return json.loads(read(name))


def unpack(name: str, folder: pathlib.Path) -> pathlib.Path:
    """A tokenizer of the fixtures as a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in (FIXTURES / name).iterdir():
        data, plain = path.read_bytes(), path.name.removesuffix(".gz")
        (folder / plain).write_bytes(gzip.decompress(data) if plain != path.name else data)
    return folder


def golden_vectors(target: str, folder: pathlib.Path) -> pathlib.Path:
    """The golden auxiliary vectors: an array, and beside it the tokens, a JSON string a line."""
    path = folder / f"aux-{target}.npy"
    path.write_bytes(read(f"golden/aux-{target}.npy"))
    path.with_suffix(".txt").write_text(
        "".join(json.dumps(token, ensure_ascii=False) + "\n"
                for token in read_json(f"golden/aux-{target}.tokens.json")),
        encoding="utf-8")
    return path


def random(*shape: int, seed: int = 1, dtype=np.float32) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def same(found, wanted) -> None:
    """The same bytes, of the same type and shape."""
    found, wanted = np.asarray(found), np.asarray(wanted)
    assert (found.shape, found.dtype) == (wanted.shape, wanted.dtype)
    assert found.tobytes() == wanted.tobytes()


def program(text: str, *, check: bool = True, timeout: float = 600, **environment: str):
    """Runs a program in a process of its own."""
    start = "" if not os.environ.get("SWIFTFOCUS_LIBRARY") else (
        f"import sys; sys.path.insert(0, {str(ROOT / 'Python')!r})\n")
    done = subprocess.run([sys.executable, "-c", start + text], env={**os.environ, **environment},
                          capture_output=True, text=True, timeout=timeout)
    assert not check or done.returncode == 0, done.stderr
    return done


class Bench:
    """Tokenizers, a table and vectors in a folder of their own, and the command to compare with."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.source = unpack("golden/tokenizers/source", folder / "old")
        self.target = unpack("golden/tokenizers/target-unigram", folder / "new")
        self.vectors = golden_vectors("target-unigram", folder)
        self.table = np.load(FIXTURES / "golden" / "source_embeddings.npy")
        self.temporary = folder / "tmp"
        self.temporary.mkdir()

    def checkpoint(self, dtype=np.float32, untrained: int = 0) -> "dict[str, np.ndarray]":
        """A small model in the folder `model`; returns its tensors."""
        folder = unpack("golden/tokenizers/source", self.folder / "model")
        tensors = {TABLE: self.table.astype(dtype), BIAS: random(len(self.table), dtype=dtype)}
        tensors[TABLE][100:100 + untrained] = 0
        config = {"model_type": "bert", "vocab_size": len(self.table), "hidden_size": 32}
        (folder / "config.json").write_text(json.dumps(config))
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
        return tensors

    def focus(self, *arguments) -> str:
        """What the command answers."""
        binary = os.environ.get("FOCUS_BINARY") or shutil.which("focus")
        assert binary, "name the command in FOCUS_BINARY"
        done = subprocess.run([binary, *map(str, arguments)], cwd=self.folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def written(self, *options) -> "tuple[dict[str, np.ndarray], bytes]":
        """The command's rows and plan."""
        self.focus("specialize", "model", "--tokenizer", self.target, "--output", "result", "--save-plan",
                   "command.plan", "--no-measure", "--no-cache", *options)
        return load_file(self.folder / "result" / "model.safetensors"), (self.folder / "command.plan").read_bytes()

    def saved(self, plan) -> bytes:
        plan.save(self.folder / "python.plan")
        return (self.folder / "python.plan").read_bytes()


@pytest.fixture
def bench(tmp_path, monkeypatch):
    made = Bench(tmp_path)
    monkeypatch.setenv("TMPDIR", str(made.temporary))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    # tempfile remembers its folder.
    monkeypatch.setattr("tempfile.tempdir", None)
    yield made
    assert list(made.temporary.iterdir()) == [], "temporary files were left behind"


@pytest.fixture
def pieces(bench):
    """A plan that needs no vectors."""
    import swiftfocus

    return swiftfocus.plan(bench.source, bench.target, method="pieces")

"""In-place jobs on small checkpoints, each in a folder that can be put back as it was."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Judges"))
os.environ.setdefault("FOCUS_JUDGE_DATA", str(HERE))  # the judges' fixtures ask for it; nothing here uses it

import ml_dtypes  # noqa: E402
import numpy as np  # noqa: E402

import fixtures  # noqa: E402
from folder_tree import below, tree  # noqa: E402
from plugins import compiler  # noqa: E402
from test_checkpoints import ROWS, SOURCE, TARGET, causal_model  # noqa: E402
from tool import BINARY  # noqa: E402

# How a file system may be, as the shim plays it.
FILE_SYSTEMS = {"exchange": {}, "plain": {"STORAGE_PLAIN": "1"}, "mounted": {"STORAGE_FIXED": "{target}"}}


def compile_shim(folder: pathlib.Path) -> pathlib.Path:
    result = folder / "storage_shim.so"
    done = subprocess.run([compiler(), "-std=gnu11", "-Wall", "-Wextra", "-O1", "-shared", "-fPIC", "-o", str(result),
                           str(HERE / "storage_shim.c"), "-ldl", "-lpthread"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return result


@dataclasses.dataclass(frozen=True)
class Ending:
    code: int
    output: str
    errors: str
    seconds: float

    @property
    def complaints(self) -> list[str]:
        return [line for line in self.errors.splitlines() if line.startswith("focus: error:")]


class Scenario:
    """A job that changes `place/model` (or another name) and nothing else in `place`."""

    def __init__(self, base: pathlib.Path, name: str, arguments: list[str], target: str, file_system: str,
                 shim: pathlib.Path):
        self.name, self.file_system, self.target, self.shim = name, file_system, target, shim
        self.base = base
        self.place = base / "place"
        self.original = base / "original"
        self.arguments = arguments
        self.temporary = base / "tmp"
        self.temporary.mkdir()
        self.restore()
        self.before = tree(self.place)
        self.trace = base / "trace"
        done = self.run(trace=self.trace)
        assert done.code == 0, done.errors
        self.seconds = done.seconds
        self.after = tree(self.place)
        assert self.after != self.before, "the job changes nothing"

    def __str__(self) -> str:
        return f"{self.name}, {self.file_system}"

    @property
    def is_file(self) -> bool:
        """Whether files are replaced, and no folder."""
        return "." in self.target

    def restore(self) -> None:
        shutil.rmtree(self.place, ignore_errors=True)
        # With hard links as they are: a file may have names in other folders too.
        subprocess.run(["cp", "-a", str(self.original), str(self.place)], check=True)

    def environment(self, *, trace=None, kill=None, fail=None, once=False) -> dict[str, str]:
        result = {**os.environ, "TMPDIR": str(self.temporary), "LD_PRELOAD": str(self.shim),
                  "STORAGE_ROOT": str(self.place),
                  "SWIFT_BACKTRACE": "enable=no"}
        result |= {key: value.format(target=self.place / self.target) for key,
                   value in FILE_SYSTEMS[self.file_system].items()}
        if trace is not None:
            trace.unlink(missing_ok=True)
            result["STORAGE_TRACE"] = str(trace)
        if kill is not None:
            result["STORAGE_KILL"] = str(kill)
        if fail is not None:
            result["STORAGE_FAIL"] = f"{fail[0]}:{fail[1]}"
        return result | ({"STORAGE_ONCE": "1"} if once else {})

    def command(self, *arguments: str) -> list[str]:
        return [BINARY, *(arguments or self.arguments)]

    def run(self, *arguments: str, **options) -> Ending:
        start = time.monotonic()
        done = subprocess.run(self.command(*arguments), cwd=self.place, env=self.environment(**options),
                              stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=120)
        return Ending(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"),
                      time.monotonic() - start)

    def recover(self) -> Ending:
        return self.run("recover", self.target)

    def state(self, contents: dict | None = None) -> str:
        """Whether the place is as it was, as it should become, or neither; other names than the job's do not count."""
        contents = tree(self.place) if contents is None else contents
        names = {name.split("/")[0] for name in (*self.before, *self.after)}
        for label, wanted in (("old", self.before), ("new", self.after)):
            if all(below(contents, name) == below(wanted, name) for name in names):
                return label
        return "neither"

    def leftovers(self, contents: dict | None = None) -> list[str]:
        """Names at the top, and hidden ones in the folder, that are there neither before nor after."""
        contents = tree(self.place) if contents is None else contents
        return sorted(name for name in contents if name not in self.before and name not in self.after)


def write_model(folder: pathlib.Path) -> None:
    """A sharded model with what a folder may hold besides: a folder, a symbolic link, a file that others have too."""
    tensors = causal_model(ml_dtypes.bfloat16)
    tensors |= {f"model.layers.{layer}.mlp.up_proj.weight":
                np.random.default_rng(layer).normal(size=(64, 24)).astype(ml_dtypes.bfloat16) for layer in range(3)}
    config = {"model_type": "llama", "vocab_size": ROWS, "hidden_size": 24, "tie_word_embeddings": False}
    fixtures.write_checkpoint(folder, tensors, config, SOURCE, shards=3, generation={"max_length": 20})
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_mean_tokens": true}\n')
    (folder / "README.md").write_text("# A model\n")
    (folder / "README.md").chmod(0o444)


def prepare(*arguments: str) -> None:
    done = subprocess.run([BINARY, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def scenarios(base: pathlib.Path, file_systems=tuple(FILE_SYSTEMS), words=()) -> list[Scenario]:
    """All jobs on all file systems, or those that have one of the words in their name."""
    shim = compile_shim(base)
    inputs = base / "inputs"
    inputs.mkdir()
    tokenizer = fixtures.unpack_tokenizer(TARGET, inputs / "target")
    auxiliary = fixtures.golden_auxiliary("target-unigram", inputs)
    specialize = ["specialize", "model", "--tokenizer", str(tokenizer), "--auxiliary", str(auxiliary), "--in-place"]
    plugin = ["--plugin", str(pathlib.Path(BINARY).with_name("libgguf.so"))]
    parts = ["convert", "whole.gguf", "NAME", *plugin, "--shard-size"]
    jobs = {
        "specialize": (specialize, "model"),
        "specialize, keeping the original": ([*specialize, "--keep-original", "kept"], "model"),
        "convert to float32": (["convert", "model", "--in-place", "--dtype", "f32"], "model"),
        "convert a file with a sidecar": (["convert", "weights.bin", "--in-place", "--dtype", "f32"], "weights.bin"),
        "write parts": ([*parts, "20KB"], "new.gguf"),
        "replace parts": ([*parts, "10KB", "--overwrite"], "old.gguf"),
    }
    made = []
    for number, ((name, (arguments, target)), file_system) in enumerate(
            ((job, system) for job in jobs.items() for system in file_systems)):
        if "." in target and file_system == "mounted":
            continue  # only a folder is a place where a disk is mounted
        if words and not any(word in f"{name}, {file_system}" for word in words):
            continue
        folder = base / str(number)
        original = folder / "original"
        original.mkdir(parents=True)
        write_model(original / "model")
        blobs = original / "blobs"
        blobs.mkdir()
        shard = original / "model" / "model-00002-of-00003.safetensors"
        shard.rename(blobs / "a1b2c3")
        shard.symlink_to("../blobs/a1b2c3")
        os.link(original / "model" / "model-00003-of-00003.safetensors", blobs / "shared")
        if target.endswith(".bin"):
            prepare("convert", str(original / "model"), str(original / target), "--to", "raw")
        if target.endswith(".gguf"):
            arguments = [target if word == "NAME" else word for word in arguments]
            prepare("convert", str(original / "model"), str(original / "whole.gguf"), *plugin)
            prepare("convert", str(original / "whole.gguf"), str(original / "old.gguf"), "--shard-size", "30KB",
                    *plugin)
        made.append(Scenario(folder, name, arguments, target, file_system, shim))
    return made

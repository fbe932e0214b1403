"""Tensors of any format as arrays, beside what safetensors, NumPy and h5py make of the files."""

import os
import sys

import h5py
import ml_dtypes
import numpy as np
import pytest
import swiftfocus
from safetensors.numpy import load_file, save_file

from conftest import ROOT, program, random, same

load, save = swiftfocus.numpy.load, swiftfocus.numpy.save


def tensors() -> "dict[str, np.ndarray]":
    return {
        "layers.0.weight": random(7, 5), "head": random(6, 4, dtype=ml_dtypes.bfloat16),
        "half": random(3, dtype=np.float16),
        "double": random(2, 2, 2, dtype=np.float64), "scalar": np.float32(3.5), "none": np.empty((0, 4), np.int64),
        "ids": np.arange(10), "mask": np.array([True, False]), "small": np.arange(-3, 3, dtype=np.int8),
        "eight": random(4, 4).astype(ml_dtypes.float8_e4m3fn), "name with ü/ and spaces": np.arange(3, dtype=np.uint16),
    }


def plain() -> "dict[str, np.ndarray]":
    """Those that every format holds."""
    return {name: value for name, value in tensors().items() if name not in ("eight", "name with ü/ and spaces")}


def test_what_others_wrote(tmp_path):
    wanted = plain()
    save_file({name: np.asarray(value) for name, value in wanted.items()}, tmp_path / "a.safetensors", {"x": "y"})
    own = {name: value for name, value in wanted.items() if value.dtype.name != "bfloat16"}
    np.savez(tmp_path / "a.npz", **own)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for name, value in own.items():
            file[name] = value
    for path, values in ((tmp_path / "a.safetensors", wanted), (tmp_path / "a.npz", own), (tmp_path / "a.h5", own)):
        found = load(path)
        assert set(found) == set(values) and len(found) == len(values)
        for name, value in values.items():
            same(found[name], value)
            assert found.shape(name) == value.shape
    found = load(tmp_path / "a.safetensors")
    assert (found.metadata, found.format, found.type("head")) == ({"x": "y"}, "safetensors", "BF16")
    assert "head" in found and "none of these" not in found and repr(found).count("safetensors") == 1


def test_what_others_read(tmp_path):
    # safetensors has no 8-bit floats for NumPy.
    given = {name: value for name, value in tensors().items() if name != "eight"}
    save(given, tmp_path / "a.safetensors", {"x": "y"})
    found = load_file(tmp_path / "a.safetensors")
    for name, value in given.items():
        same(found[name], value)
    save(tensors(), tmp_path / "b.safetensors")
    same(load(tmp_path / "b.safetensors")["eight"], tensors()["eight"])
    own = {name: value for name, value in plain().items() if value.dtype.name != "bfloat16"}
    save(own, tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz") as arrays:
        for name, value in own.items():
            same(arrays[name], value)
    save(own, tmp_path / "a.h5")
    with h5py.File(tmp_path / "a.h5") as file:
        for name, value in own.items():
            same(file[name][()], value)
    save({"a": random(3, 4)}, tmp_path / "a.npy")
    same(np.load(tmp_path / "a.npy"), random(3, 4))


@pytest.mark.parametrize("name", ["a.safetensors", "a.npz", "a.h5", "folder", "model.safetensors.index.json"])
def test_there_and_back(tmp_path, name):
    options = {"shard_size": "100B"} if "index" in name else {}
    save(plain(), tmp_path / name, {"method": "none"}, **options)
    found = load(tmp_path if "index" in name else tmp_path / name)
    for tensor, value in plain().items():
        same(found[tensor], value)
    save(found, tmp_path / "b.npz")
    again = load(tmp_path / "b.npz")
    assert again.metadata == found.metadata
    for tensor, value in plain().items():
        same(again[tensor], value)
    assert swiftfocus.diff(tmp_path if "index" in name else tmp_path / name, tmp_path / "b.npz")["findings"] == []


def test_parts(tmp_path):
    table = random(1000, 64)
    for path, options in (("a.safetensors", {}), ("a.h5", {"compression": "zstd"}), ("a.npz", {})):
        save({"table": table}, tmp_path / path, **options)
        found = load(tmp_path / path)
        for start, stop in ((0, 1000), (3, 7), (999, 1000), (5, 5)):
            same(found.read("table", start, stop), table[start:stop])
        same(found.read("table", 990), table[990:])
        for start, stop in ((-1, 3), (5, 3), (0, 1001)):
            with pytest.raises(swiftfocus.FocusError, match="1000 rows"):
                found.read("table", start, stop)


def test_arrays_of_any_kind(tmp_path):
    table = random(6, 4)
    given = {"turned": table.T, "backwards": table[::-1], "wide": table[:, ::2], "buffer": memoryview(table),
             "broadcast": np.broadcast_to(table[0], (3, 4))}
    save(given, tmp_path / "a.safetensors")
    found = load_file(tmp_path / "a.safetensors")
    for name, value in given.items():
        same(found[name], np.asarray(value))


def test_options_of_convert(tmp_path):
    save({"a": random(100, 10), "ids": np.arange(3)}, tmp_path / "a.safetensors", dtype="f16")
    same(load(tmp_path / "a.safetensors")["a"], random(100, 10).astype(np.float16))
    same(load(tmp_path / "a.safetensors")["ids"], np.arange(3))
    with pytest.raises(swiftfocus.FocusError, match="exists.*overwrite=True") as caught:
        save({}, tmp_path / "a.safetensors")
    assert caught.value.code == "destination-exists"
    save({"b": np.arange(3)}, tmp_path / "a.safetensors", overwrite=True)
    assert list(load(tmp_path / "a.safetensors")) == ["b"]


@pytest.mark.parametrize(("given", "name", "words"), [
    ({"a": np.array(["x"])}, "a.npz", "tensor 'a'.*str"), ({"a": np.arange(3).astype(">i4")}, "a.npz", "big-endian"),
    ({"a": [1]}, "a.npz", "tensor 'a'.*list"), ({7: np.arange(3)}, "a.npz", "int"), ({"a": None}, "a.npz", "NoneType"),
    ({"a": np.arange(3)}, "a.xyz", "xyz"), ({"a": np.arange(3), "b": np.arange(3)}, "a.npy", "one tensor"),
    ({"a": np.arange(3)}, "none/\0", "zero byte"), ({"a\0": np.arange(3)}, "a.npz", "zero byte"),
])
def test_what_cannot_be_written(tmp_path, given, name, words):
    with pytest.raises(swiftfocus.FocusError, match=words):
        save(given, f"{tmp_path}/{name}")
    assert list(tmp_path.iterdir()) == []


def test_a_mapping_that_raises_or_changes(tmp_path):
    class Lazy(dict):
        asked = 0

        def __getitem__(self, name):
            self.asked += 1
            if self.asked > 1:
                return self.second()
            return super().__getitem__(name)

    def fail():
        raise LookupError("lost")

    for second, error in ((fail, LookupError), (lambda: np.arange(5), swiftfocus.FocusError)):
        lazy = Lazy(a=np.arange(3))
        lazy.second = second
        with pytest.raises(error):
            save(lazy, tmp_path / "a.npz")
        assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_read(tmp_path):
    (tmp_path / "a.safetensors").write_bytes(b"\xff" * 100)
    for path in ("a.safetensors", "none", "", "a\0b"):
        with pytest.raises(swiftfocus.FocusError):
            load(f"{tmp_path}/{path}" if path else "")
    save({"a": random(30)}, tmp_path / "b.safetensors")
    found = load(tmp_path / "b.safetensors")
    for name in ("x", 7, None):
        with pytest.raises(KeyError):
            found[name]
    os.truncate(tmp_path / "b.safetensors", 100)
    with pytest.raises(swiftfocus.FocusError):
        load(tmp_path / "b.safetensors")


def test_without_ml_dtypes(tmp_path, monkeypatch):
    save({"a": random(9, 4, dtype=ml_dtypes.bfloat16), "b": random(4).astype(ml_dtypes.float8_e4m3fn)},
         tmp_path / "a.safetensors")
    monkeypatch.setitem(sys.modules, "ml_dtypes", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    found = load(tmp_path / "a.safetensors")
    same(found["a"], random(9, 4, dtype=ml_dtypes.bfloat16).astype(np.float32))
    same(found.read("a", 2, 5), found["a"][2:5])
    with pytest.raises(swiftfocus.FocusError, match="ml_dtypes"):
        found["b"]
    save({"a": found["a"]}, tmp_path / "b.npz")
    same(load(tmp_path / "b.npz")["a"], found["a"])


def test_memory_is_that_of_one_tensor(tmp_path):
    save({f"t{index}": random(2_000_000, seed=index) for index in range(12)}, tmp_path / "a.safetensors")
    done = program(f"""
import resource, swiftfocus, numpy
def most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
swiftfocus.numpy.load({str(ROOT / 'Tests/Fixtures/golden/source_embeddings.npy')!r})
before = most()
tensors = swiftfocus.numpy.load({str(tmp_path / 'a.safetensors')!r})
opened = most()
swiftfocus.numpy.save(tensors, {str(tmp_path / 'b.npz')!r}, verify=False)
print(opened - before, most() - before)
""")
    opened, written = map(int, done.stdout.split())
    assert opened < 10_000 and written < 60_000  # kilobytes; all tensors together have 96,000

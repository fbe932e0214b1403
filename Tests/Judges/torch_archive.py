"""Archives as torch.save writes them, made of Python's own pickle and zipfile, without torch; and such as it never
writes."""

import collections
import io
import pathlib
import pickle
import sys
import types
import typing
import zipfile

import numpy as np

import tensors
from tensors import Tensor

# The names that pickles of tensors ask for, in modules that only look like torch's: the pickle module checks that they
# are there.
STORAGES = {
    "BOOL": "BoolStorage", "U8": "ByteStorage", "I8": "CharStorage", "I16": "ShortStorage", "I32": "IntStorage",
    "I64": "LongStorage", "F16": "HalfStorage", "BF16": "BFloat16Storage", "F32": "FloatStorage",
    "F64": "DoubleStorage",
    "C64": "ComplexFloatStorage",
}
DTYPES = {
    "U16": "uint16", "U32": "uint32", "U64": "uint64", "F8_E4M3": "float8_e4m3fn", "F8_E5M2": "float8_e5m2",
    "F8_E8M0": "float8_e8m0fnu", "F8_E4M3FNUZ": "float8_e4m3fnuz", "F8_E5M2FNUZ": "float8_e5m2fnuz",
}


def stand_in(module: str, name: str):
    """Something that pickles as the global `module`.`name`."""
    parts = module.split(".")
    for count in range(1, len(parts) + 1):
        sys.modules.setdefault(".".join(parts[:count]), types.ModuleType(".".join(parts[:count])))
    def function(*arguments):
        raise AssertionError("this is only a name")
    function.__module__, function.__name__, function.__qualname__ = module, name, name
    setattr(sys.modules[module], name, function)
    return function


class Storage:
    """Numbers of the archive; `count` is what the pickle says of them."""

    def __init__(self, key: str, data: bytes, kind: str, count: int):
        self.key, self.data, self.kind, self.count = key, data, kind, count


class View(typing.NamedTuple):
    """A tensor as the pickle describes it."""
    storage: Storage
    offset: int
    shape: tuple
    strides: tuple

    def __reduce__(self):
        if self.storage.kind in STORAGES:
            return REBUILD, (self.storage, self.offset, self.shape, self.strides, False, collections.OrderedDict())
        dtype = stand_in("torch", DTYPES[self.storage.kind])
        return REBUILD_TYPED, (self.storage, self.offset, self.shape, self.strides, False, collections.OrderedDict(),
                               dtype)


REBUILD = stand_in("torch._utils", "_rebuild_tensor_v2")
REBUILD_TYPED = stand_in("torch._utils", "_rebuild_tensor_v3")


class Pickler(pickle.Pickler):
    def persistent_id(self, value):
        if not isinstance(value, Storage):
            return None
        name = STORAGES.get(value.kind, "UntypedStorage")
        kind = stand_in("torch.storage" if name == "UntypedStorage" else "torch", name)
        return "storage", kind, value.key, "cpu", value.count

    # Views are tuples, which Python would pickle as such.
    def reducer_override(self, value):
        return value.__reduce__() if isinstance(value, View) else NotImplemented


def pickled(value, protocol: int = 2) -> bytes:
    buffer = io.BytesIO()
    Pickler(buffer, protocol).dump(value)
    return buffer.getvalue()


def view(tensor: Tensor, key: str = "0", **different) -> View:
    """A tensor that is all of its storage; with `offset`, `shape`, `strides` or `count` as they are given."""
    size = tensors.TYPES[tensor.dtype].itemsize
    strides = [1]
    for length in tensor.shape[:0:-1]:
        strides.insert(0, strides[0] * max(length, 1))
    # The storage of a type that has none of its own is counted in bytes.
    count = len(tensor.data) // (size if tensor.dtype in STORAGES else 1)
    storage = Storage(key, tensor.data, tensor.dtype, different.pop("count", count))
    found = View(storage, 0, tensor.shape, tuple(strides[:len(tensor.shape)]))
    return found._replace(**different)


def archive(pickle: bytes, storages: dict[str, bytes], byteorder: bytes | None = b"little", name: str = "archive",
            compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        file.writestr(f"{name}/data.pkl", pickle)
        if byteorder is not None:
            file.writestr(f"{name}/byteorder", byteorder)
        for key, data in storages.items():
            file.writestr(f"{name}/data/{key}", data)
        file.writestr(f"{name}/version", b"3\n")
    return buffer.getvalue()


def written(contents: dict[str, Tensor], protocol: int = 2) -> bytes:
    """The archive of a state_dict."""
    state = collections.OrderedDict((name, view(tensor, str(key))) for key,
                                    (name, tensor) in enumerate(contents.items()))
    state._metadata = collections.OrderedDict({"": {"version": 1}})
    return archive(pickled(state, protocol), {str(key): tensor.data for key, tensor in enumerate(contents.values())})


def write_checkpoint(folder: pathlib.Path, arrays: dict[str, np.ndarray], shards: int) -> None:
    """The tensors as `save_pretrained(safe_serialization=False)` writes them."""
    import json
    contents = {name: tensors.of(array) for name, array in arrays.items()}
    if shards == 1:
        (folder / "pytorch_model.bin").write_bytes(written(contents))
        return
    places = {}
    for shard in range(shards):
        part = {name: contents[name] for name in sorted(contents)[shard::shards]}
        file = f"pytorch_model-{shard + 1:05}-of-{shards:05}.bin"
        (folder / file).write_bytes(written(part))
        places |= dict.fromkeys(part, file)
    index = {"metadata": {"total_size": sum(len(t.data) for t in contents.values())}, "weight_map": places}
    (folder / "pytorch_model.bin.index.json").write_text(json.dumps(index, indent=2) + "\n")

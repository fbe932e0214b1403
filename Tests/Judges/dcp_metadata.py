"""Reads and writes the `.metadata` of torch.distributed.checkpoint without torch: with classes of its names that keep
what they are given."""

import contextlib
import pathlib
import pickle
import sys
import types


class Kept:
    """Stands for a class of torch: attributes as they come."""

    state = None

    def __setstate__(self, state):
        self.state = state

    def __getstate__(self):
        return self.state

    def __getitem__(self, key):
        return self.state[key]


class Size(tuple):
    def __reduce__(self):
        return Size, (tuple(self),)


class Named:
    """Stands for a member of an enumeration, a layout or a type: what it was called with, or only its name."""

    def __init__(self, *arguments):
        self.arguments = arguments

    def __reduce__(self):
        return type(self), self.arguments


def modules() -> dict[str, types.ModuleType]:
    names = ("torch", "torch.serialization", "torch.distributed", "torch.distributed.checkpoint",
             "torch.distributed.checkpoint.metadata", "torch.distributed.checkpoint.filesystem")
    made = {name: types.ModuleType(name) for name in names}

    def place(module: str, name: str, base: type) -> None:
        setattr(made[module], name, type(name, (base,), {"__module__": module, "__qualname__": name}))

    for name in ("Metadata", "TensorStorageMetadata", "TensorProperties", "ChunkStorageMetadata", "MetadataIndex",
                 "BytesStorageMetadata", "StorageMeta"):
        place(names[4], name, Kept)
    place(names[4], "_MEM_FORMAT_ENCODING", Named)
    place(names[5], "_StorageInfo", Kept)
    place("torch.serialization", "_get_layout", Named)
    Size.__module__, Size.__qualname__ = "torch", "Size"
    made["torch"].Size = Size
    for name in ("float32", "bfloat16", "int64", "bool", "int16", "float8_e4m3fn"):
        place("torch", name, type)
    return made


@contextlib.contextmanager
def edited(path: pathlib.Path):
    """The attributes of the Metadata in the file `path`, which is written anew afterwards."""
    made = modules()
    before = {name: sys.modules.get(name) for name in made}
    sys.modules.update(made)
    try:
        metadata = pickle.loads(path.read_bytes())
        yield metadata.state
        path.write_bytes(pickle.dumps(metadata, 4))
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module

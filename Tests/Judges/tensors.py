"""Tensors as plain bytes, and the files of every format as other people's libraries read and write them."""

import json
import pathlib
import typing
import zipfile

import h5py
import numpy as np
import zstandard
from h5py import h5s, h5t
from tensor_values import (METADATA, NAMES, OPAQUE, PACKED, TYPES, Contents, Tensor, numbers, of, packed,  # noqa: F401
                           patterns, synthetic)

# safetensors: eight bytes, JSON, contents. The library has no room for all types, so it is written out here.

def write_safetensors(path: pathlib.Path, tensors: dict[str, Tensor],
                      metadata: dict[str, str] = METADATA) -> pathlib.Path:
    header, end = {"__metadata__": metadata} if metadata else {}, 0
    for name, tensor in tensors.items():
        header[name] = {"dtype": tensor.dtype, "shape": tensor.shape, "data_offsets": [end, end + len(tensor.data)]}
        end += len(tensor.data)
    text = json.dumps(header, ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join([len(text).to_bytes(8, "little"), text, *(t.data for t in tensors.values())]))
    return path


def _without_repeats(pairs: list) -> dict:
    found = dict(pairs)
    assert len(found) == len(pairs), "a key is there twice"
    return found


def read_safetensors(path: pathlib.Path) -> Contents:
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    assert size % 8 == 0, "the contents do not begin at a multiple of 8"
    header = json.loads(data[8:8 + size], object_pairs_hook=_without_repeats)
    metadata, tensors, end = header.pop("__metadata__", {}), {}, 0
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        assert first == end, f"'{name}' does not begin where the one before it ends"
        tensors[name], end = Tensor(entry["dtype"], tuple(entry["shape"]), data[8 + size + first:8 + size + last]), last
    assert 8 + size + end == len(data), "there is something after the last tensor"
    return Contents(tensors, metadata)


def read_shards(folder: pathlib.Path) -> Contents:
    """One file where all of it is smaller than a shard may be."""
    if not (folder / "model.safetensors.index.json").exists():
        return read_safetensors(folder / "model.safetensors")
    index = json.loads((folder / "model.safetensors.index.json").read_text(), object_pairs_hook=_without_repeats)
    files = sorted(folder.glob("*.safetensors"))
    assert [f.name for f in files] == [f"model-{i + 1:05}-of-{len(files):05}.safetensors"
                                       for i in range(len(files))], files
    tensors, places, metadata = {}, {}, {}
    for file in files:
        contents = read_safetensors(file)
        assert not contents.tensors.keys() & tensors.keys(), "a tensor is in two shards"
        tensors |= contents.tensors
        places |= dict.fromkeys(contents.tensors, file.name)
        metadata |= contents.metadata
    assert index["weight_map"] == places, "the index does not say where the tensors are"
    assert index["metadata"]["total_size"] == sum(len(t.data) for t in tensors.values()), "the index's total size"
    return Contents(tensors, metadata)


# NumPy

def _from_numpy(array: np.ndarray, dtype: str) -> Tensor:
    expected = f"|V{TYPES[dtype].itemsize}" if dtype in OPAQUE else TYPES[dtype].str
    assert array.dtype.str == expected, f"{dtype} is kept as {array.dtype.str}, not as {expected}"
    assert array.flags.c_contiguous
    return Tensor(dtype, array.shape, array.tobytes())


def _plain_type(array: np.ndarray) -> str:
    return next(name for name, dtype in TYPES.items() if name not in OPAQUE and dtype == array.dtype)


def read_npy_folder(folder: pathlib.Path) -> Contents:
    sidecar = json.loads((folder / "numpy.json").read_text())
    files = [entry["file"] for entry in sidecar["tensors"]]
    assert sorted(files) == sorted(path.name for path in folder.glob("*.npy")), "numpy.json does not name the files"
    tensors = {}
    for entry in sidecar["tensors"]:
        with open(folder / entry["file"], "rb") as file:
            assert np.lib.format.read_magic(file) in ((1, 0), (2, 0), (3, 0))
            np.lib.format.read_array_header_1_0(file)
            assert file.tell() % 64 == 0, "the contents do not begin at a multiple of 64"
        tensors[entry["name"]] = _from_numpy(np.load(folder / entry["file"], allow_pickle=False), entry["dtype"])
    assert len(tensors) == len(files)
    return Contents(tensors, sidecar["metadata"])


def read_npz(path: pathlib.Path) -> Contents:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        members = archive.namelist()
        sidecar = json.loads(archive.read("numpy.json")) if "numpy.json" in members else {}
    types = {entry["file"]: entry["dtype"] for entry in sidecar.get("tensors", [])}
    tensors = {}
    with np.load(path, allow_pickle=False) as arrays:
        for member in members:
            if member.endswith(".npy"):
                array = arrays[member]
                tensors[member[:-4]] = _from_numpy(array, types.get(member) or _plain_type(array))
    assert len(tensors) == len(members) - ("numpy.json" in members)
    return Contents(tensors, sidecar.get("metadata", {}))


# HDF5

FLOATS = {  # size, (sign, exponent's place and bits, fraction's place and bits), bias
    (8, (63, 52, 11, 0, 52), 1023): "F64", (4, (31, 23, 8, 0, 23), 127): "F32", (2, (15, 10, 5, 0, 10), 15): "F16",
    (2, (15, 7, 8, 0, 7), 127): "BF16", (1, (7, 3, 4, 0, 3), 7): "F8_E4M3", (1, (7, 2, 5, 0, 2), 15): "F8_E5M2",
    (1, (7, 3, 4, 0, 3), 8): "F8_E4M3FNUZ", (1, (7, 2, 5, 0, 2), 16): "F8_E5M2FNUZ",
}


def hdf5_type(kind: h5t.TypeID) -> str:
    """safetensors' name of an HDF5 type."""
    if isinstance(kind, h5t.TypeFloatID):
        return FLOATS[kind.get_size(), kind.get_fields(), kind.get_ebias()]
    if isinstance(kind, h5t.TypeOpaqueID):
        return kind.get_tag().decode()
    return next(name for name, dtype in TYPES.items() if name not in OPAQUE and dtype == kind.dtype)


def raw_contents(dataset: h5py.Dataset) -> bytes:
    """The bytes as they are in the file, whatever h5py thinks of their type."""
    kind = dataset.id.get_type()
    contents = np.zeros(dataset.size * kind.get_size(), np.uint8)
    if dataset.size:
        dataset.id.read(h5s.ALL, h5s.ALL, contents.view(f"V{kind.get_size()}").reshape(dataset.shape), mtype=kind)
    return contents.tobytes()


def read_hdf5(path: pathlib.Path) -> Contents:
    import hdf5plugin  # noqa: F401, makes filter 32015 known
    tensors = {}

    def visit(name: str, item) -> None:
        if isinstance(item, h5py.Dataset):
            true_name = bytes(item.attrs["__name__"]).decode() if "__name__" in item.attrs else name
            assert true_name not in tensors
            tensors[true_name] = Tensor(hdf5_type(item.id.get_type()), item.shape, raw_contents(item))
    with h5py.File(path) as file:
        file.visititems(visit)
        metadata = dict(file.attrs)
        metadata |= json.loads(metadata.pop("__metadata__", "{}"))
    return Contents(tensors, metadata)


# Raw

def xxh64_ending(data: bytes) -> str:
    """The lower half of XXH64, in hexadecimal: zstd ends its frames with it."""
    frame = zstandard.ZstdCompressor(level=1, write_checksum=True).compress(data)
    return frame[-4:][::-1].hex()


def read_raw(folder: pathlib.Path) -> Contents:
    manifest = json.loads((folder / "tensors.json").read_text())
    tensors = {}
    for entry in manifest["tensors"]:
        data = (folder / entry["file"]).read_bytes()
        assert (entry["offset"], entry["byte_count"], entry["byte_order"]) == (0, len(data), "little"), entry
        assert entry["file"].endswith(".bin.zst" if entry["compression"] == "zstd" else ".bin"), entry
        if entry["compression"] == "zstd":
            data = zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True).read()
        assert entry["xxh64"].endswith(xxh64_ending(data)) and len(entry["xxh64"]) == 16, entry
        tensors[entry["name"]] = Tensor(entry["dtype"], tuple(entry["shape"]), data)
    assert len(tensors) == len(manifest["tensors"])
    files = {path.name for path in folder.iterdir() if path.name.endswith((".bin", ".zst"))}
    assert files == {entry["file"] for entry in manifest["tensors"]}, "tensors.json does not name the files"
    return Contents(tensors, manifest["metadata"])


class Kind(typing.NamedTuple):
    """A way to keep a checkpoint: how to ask for it, what reads it, and what holds the tensors in its folder."""
    name: str
    options: tuple[str, ...]
    read: typing.Callable[[pathlib.Path], Contents]
    place: str
    keeps_order: bool = True
    keeps_packed: bool = False

    def contents(self, folder: pathlib.Path) -> Contents:
        return self.read(folder / self.place)


KINDS = (
    Kind("safetensors", ("--to", "safetensors", "--shard-size", "none"), read_safetensors, "model.safetensors",
         keeps_packed=True),
    Kind("shards", ("--to", "safetensors", "--shard-size", "1MB"), read_shards, "", keeps_packed=True),
    Kind("npy", ("--to", "npy"), read_npy_folder, ""),
    Kind("npz", ("--to", "npz"), read_npz, "model.npz"),
    Kind("npz-gzip", ("--to", "npz", "--compression", "gzip:1"), read_npz, "model.npz"),
    Kind("hdf5", ("--to", "hdf5"), read_hdf5, "model.h5", keeps_order=False),
    Kind("hdf5-zstd", ("--to", "hdf5", "--compression", "zstd"), read_hdf5, "model.h5", keeps_order=False),
    Kind("hdf5-gzip", ("--to", "hdf5", "--compression", "gzip:1"), read_hdf5, "model.h5", keeps_order=False),
    Kind("raw", ("--to", "raw"), read_raw, "", keeps_packed=True),
    Kind("raw-zstd", ("--to", "raw", "--compression", "zstd:1"), read_raw, "", keeps_packed=True),
)
KIND = {kind.name: kind for kind in KINDS}


def complaints(found: Contents, expected: dict[str, Tensor], metadata: dict | None = METADATA,
               order: bool = True) -> list[str]:
    """What is not as it should be, a sentence each; without bytes in it, of which there are many."""
    wrong = [f"{name!r} is missing" for name in expected.keys() - found.tensors.keys()]
    wrong += [f"{name!r} was not asked for" for name in found.tensors.keys() - expected.keys()]
    for name in expected.keys() & found.tensors.keys():
        ours, theirs = found.tensors[name], expected[name]
        if ours[:2] != theirs[:2]:
            wrong.append(f"{name!r} is {ours[:2]}, not {theirs[:2]}")
        elif ours.data != theirs.data:
            place = next((i for i, pair in enumerate(zip(ours.data, theirs.data)) if pair[0] != pair[1]), "the end")
            wrong.append(f"{name!r} differs at byte {place}")
    if order and not wrong and list(found.tensors) != list(expected):
        wrong.append("the order is another")
    if metadata is not None and found.metadata != metadata:
        wrong.append(f"metadata are {found.metadata}, not {metadata}")
    return wrong

"""Tensors of any format as NumPy arrays, for those who only want the formats.

    tensors = swiftfocus.numpy.load("model.safetensors")     # or .npz, .h5, a folder, ...: reads headers only
    tensors["lm_head.weight"]                                 # reads that tensor
    swiftfocus.numpy.save(tensors, "model.h5", compression="zstd")
"""

import ctypes
import operator
import os
from typing import Any, Iterator, Mapping, Optional

from ._arrays import Layout, is_torch, layout, numpy_type
from ._calls import Progress, text, work
from ._errors import FocusError
from ._inputs import Path
from ._library import Handle, library, settings, string
from ._options import pairs
from ._structures import GIVE_BACK, LEND, Tensor, Write

__all__ = ["Tensors", "load", "save"]

# safetensors' names of element types, and NumPy's or those of ml_dtypes.
_TYPES = {
    "BOOL": "bool", "U8": "uint8", "I8": "int8", "U16": "uint16", "I16": "int16", "U32": "uint32", "I32": "int32",
    "U64": "uint64", "I64": "int64", "F16": "float16", "F32": "float32", "F64": "float64", "C64": "complex64",
    "BF16": "bfloat16", "F8_E4M3": "float8_e4m3fn", "F8_E5M2": "float8_e5m2", "F8_E8M0": "float8_e8m0fnu",
    "F8_E4M3FNUZ": "float8_e4m3fnuz", "F8_E5M2FNUZ": "float8_e5m2fnuz",
}
_NAMES = {name: letters for letters, name in _TYPES.items()}


class Tensors(Mapping[str, Any]):
    """The tensors of a file or checkpoint by their names; each is read when it is asked for, and not kept.

    bfloat16 and 8-bit floats are those of the package ml_dtypes; without it bfloat16 becomes float32, which holds the
    same values.
    """

    def __init__(self, path: Path, progress: Progress = None, **options: Any) -> None:
        import json

        given = settings(pairs(options))
        kept = string(os.fspath(path)), given, Handle(library().focus_tensors_close)

        def call(monitor: int, found: Any) -> int:
            return int(library().focus_tensors_open(
                kept[0], kept[1], len(given), monitor, ctypes.byref(kept[2].place), found))

        work(call, progress)
        self._handle = kept[2]
        said = json.loads(text(library().focus_tensors_describe, self._handle.value))
        self._progress = progress
        self._entries = {entry["name"]: (index, entry) for index, entry in enumerate(said["tensors"])}
        self.metadata: "dict[str, str]" = said["metadata"]
        """What the first file says beside its tensors."""
        self.format: str = said["format"]
        """The name of its format."""

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __repr__(self) -> str:
        return f"<swiftfocus.numpy.Tensors: {len(self)} of {self.format}>"

    def __getitem__(self, name: str) -> Any:
        return self.read(name)

    def shape(self, name: str) -> "tuple[int, ...]":
        """The shape of a tensor, from the header."""
        return tuple(self._entries[name][1]["shape"])

    def type(self, name: str) -> str:
        """The type of a tensor's elements, as safetensors calls it: "BF16"."""
        return str(self._entries[name][1]["dtype"])

    def read(self, name: str, start: int = 0, stop: Optional[int] = None) -> Any:
        """A tensor, or of its first axis the part from `start` to before `stop`, which is all that is read."""
        import numpy

        index, entry = self._entries[name]
        kind, shape = self.type(name), self.shape(name)
        if kind not in _TYPES:
            raise FocusError(f"tensor '{name}' is {kind}, which NumPy has no type for", "unsupported")
        rows = shape[0] if shape else 1
        start, stop = operator.index(start), rows if stop is None else operator.index(stop)
        if not 0 <= start <= stop <= rows:
            raise FocusError(f"tensor '{name}' has {rows} rows, and not {start} to {stop}", "option")
        widened = kind == "BF16" and not _has_ml_dtypes()
        made = numpy.empty((stop - start, *shape[1:]) if shape else (),
                           numpy.uint16 if widened else numpy_type(_TYPES[kind]))
        first = start * (entry["bytes"] // rows) if rows else 0
        kept = self._handle, made

        def call(monitor: int, found: Any) -> int:
            return int(library().focus_tensors_read(
                kept[0].value, index, first, kept[1].ctypes.data, kept[1].nbytes, monitor, found))

        if made.nbytes:
            work(call, self._progress)
        return (made.astype(numpy.uint32) << 16).view(numpy.float32) if widened else made


def _has_ml_dtypes() -> bool:
    import importlib.util

    return importlib.util.find_spec("ml_dtypes") is not None


def load(path: Path, *, progress: Progress = None, **options: Any) -> Tensors:
    """Opens a checkpoint or tensor file of any format; `dict(load(path))` holds all of it in memory.

    Keywords are the options of `focus inspect` that say how files are read: `variant="fp16"`, `plugin="libgguf.so"`,
    `raw_dtype="f32"` with `raw_shape="10,4"`.
    """
    return Tensors(path, progress, **options)


class _Lender:
    """Hands out the contents of one array after the other; an array is read when its turn comes."""

    def __init__(self, tensors: "Mapping[str, Any]", names: "list[str]", layouts: "list[tuple[str, tuple[int, ...]]]"):
        self.tensors, self.names, self.layouts = tensors, names, layouts
        self.held: "dict[int, Layout]" = {}
        self.raised: "list[BaseException]" = []

    def lend(self, _: object, index: int) -> Optional[int]:
        try:
            found = _dense(self.tensors[self.names[index]])
            if (found.dtype, found.shape) != self.layouts[index]:
                raise FocusError(f"tensor '{self.names[index]}' is another one than before", "input")
            self.held[index] = found
            return found.address
        except BaseException as error:
            self.raised.append(error)
            return None

    def give_back(self, _: object, index: int) -> None:
        self.held.pop(index, None)


def _dense(array: Any) -> Layout:
    """The elements one after the other; a copy where they lie otherwise."""
    found = layout(array)
    letters = _NAMES.get(found.dtype)
    if letters is None:
        raise FocusError(f"no format holds elements of type {found.dtype}", "option")
    if found.is_dense(_size(letters)):
        return found
    if is_torch(array):
        return layout(array.contiguous())
    import numpy

    return layout(numpy.ascontiguousarray(array))


def _size(letters: str) -> int:
    digits = "".join(filter(str.isdigit, letters.split("_")[0]))
    return int(digits) // 8 if digits else 1


def _described(tensors: "Mapping[str, Any]", name: str) -> "tuple[str, tuple[int, ...]]":
    """Type and shape of a tensor, which is read for that only where it must be."""
    if not isinstance(name, str):
        raise FocusError(f"the name of a tensor is a str, not a {type(name).__name__}", "option")
    if isinstance(tensors, Tensors):
        kind = tensors.type(name)
        if kind not in _TYPES:
            raise FocusError(f"tensor '{name}' is {kind}, which NumPy has no type for", "unsupported")
        return "float32" if kind == "BF16" and not _has_ml_dtypes() else _TYPES[kind], tensors.shape(name)
    try:
        found = layout(tensors[name])
    except FocusError as error:
        raise FocusError(f"tensor '{name}': {error.message}", error.code) from error
    if found.dtype not in _NAMES:
        raise FocusError(f"tensor '{name}' has elements of type {found.dtype}, which no format holds", "option")
    return found.dtype, found.shape


def save(tensors: "Mapping[str, Any]", path: Path, metadata: "Optional[Mapping[str, str]]" = None, *,
         progress: Progress = None, **options: Any) -> None:
    """Writes arrays to a new file, whose ending says the format, or to a folder; reads it again and compares.

    `tensors`: arrays by name, of NumPy, torch, or whatever `Plan.apply` takes, of any type; those of `load` are read
    one after the other, so that any size takes the memory of its largest tensor. `metadata`: text by name; that of
    `load` comes along where none is given. All other keywords are the options of `focus convert`: `to="npy"`,
    `compression="zstd"`, `dtype="f16"`, `shard_size="5GB"`, `overwrite=True`, `verify=False`.
    """
    if metadata is None:
        metadata = tensors.metadata if isinstance(tensors, Tensors) else {}
    names = list(tensors)
    lender = _Lender(tensors, names, [_described(tensors, name) for name in names])
    given: Any = (Tensor * len(names))()
    texts: "list[Any]" = []
    for tensor, name, (dtype, shape) in zip(given, names, lender.layouts):
        sizes = (ctypes.c_uint64 * len(shape))(*shape)
        texts.append((string(name), string(_NAMES[dtype]), sizes))
        tensor.name, tensor.type = texts[-1][:2]
        tensor.shape, tensor.rank = ctypes.cast(sizes, ctypes.POINTER(ctypes.c_uint64)), len(shape)
    said = settings(list(metadata.items()))
    chosen = settings(pairs(options))
    where = string(os.fspath(path))
    job = Write(ctypes.sizeof(Write), 0, where, given, len(names), said, len(said), chosen, len(chosen), None,
                LEND(lender.lend), GIVE_BACK(lender.give_back))
    kept = job, lender, texts, said, chosen, where

    def call(monitor: int, found: Any) -> int:
        return int(library().focus_tensors_write(ctypes.byref(kept[0]), monitor, found))

    try:
        work(call, progress)
    except (FocusError, KeyboardInterrupt):
        if lender.raised:
            raise lender.raised[0] from None
        raise

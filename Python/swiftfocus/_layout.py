"""Where the elements of an array are, as NumPy, DLPack and the buffer protocol say it."""

import ctypes
import sys
from typing import Any, NamedTuple

from ._errors import FocusError
from ._structures import Table

# Element types of tables, by the names that NumPy and torch give them.
NUMBERS = {"float16": 13, "bfloat16": 14, "float32": 17, "float64": 20}
_CURE = "give a tensor of torch, an array of NumPy, or anything with DLPack or the buffer protocol"


class Layout(NamedTuple):
    """Where the elements of an array are; strides in bytes. `owner` keeps them alive."""

    dtype: str
    address: int
    shape: "tuple[int, ...]"
    strides: "tuple[int, ...]"
    is_read_only: bool
    owner: Any

    def is_dense(self, size: int) -> bool:
        """Whether elements of so many bytes lie one after the other."""
        return 0 in self.shape or all(
            length == 1 or stride == wanted
            for length, stride, wanted in zip(self.shape, self.strides, dense(self.shape, size)))

    def table(self, what: str = "the array") -> Table:
        """The array as rows: of one element, where it has one axis."""
        if len(self.shape) not in (1, 2):
            raise FocusError(f"{what} has {len(self.shape)} axes: a table has 2, a bias 1", "option")
        if self.dtype not in NUMBERS:
            raise FocusError(
                f"{what} has elements of type {self.dtype}: rows are {', '.join(NUMBERS)}", "option")
        columns, stride = (self.shape[1], self.strides[1]) if len(self.shape) == 2 else (1, 0)
        # The stride of an axis with one element means nothing; 0 says that elements lie one after the other.
        return Table(ctypes.sizeof(Table), NUMBERS[self.dtype], self.address, self.shape[0], columns,
                     self.strides[0] if self.shape[0] > 1 else 0, stride if columns > 1 else 0)

    def repeats(self) -> bool:
        """Whether elements stand for several of an axis, as those of broadcast arrays do."""
        return any(length > 1 and stride == 0 for length, stride in zip(self.shape, self.strides))


def dense(shape: "tuple[int, ...]", size: int) -> "tuple[int, ...]":
    """The strides of elements that lie one after the other, row by row."""
    strides = [size]
    for length in reversed(shape[1:]):
        strides.insert(0, strides[0] * length)
    return tuple(strides[:len(shape)])


def of_interface(array: Any) -> Layout:
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(array, numpy.ma.MaskedArray):
        raise FocusError("the array is masked: fill in what is missing first (filled)", "option")
    said = array.__array_interface__
    if not isinstance(said.get("data"), tuple):
        raise FocusError(f"a {type(array).__name__} does not say where its elements are: {_CURE}", "option")
    address, is_read_only = said["data"]
    letters, shape = said["typestr"], tuple(said["shape"])
    size = int(letters[2:] or ctypes.sizeof(ctypes.c_void_p))
    kind = {"f": "float", "i": "int", "u": "uint", "c": "complex"}.get(letters[1])
    dtype = f"{kind}{8 * size}" if kind else "bool" if letters[1] == "b" else letters
    # Types that NumPy lacks, such as bfloat16, have but a name.
    dtype = str(getattr(getattr(array, "dtype", None), "name", dtype))
    if letters[0] == ">" and size > 1:
        dtype = "big-endian " + dtype
    return Layout(dtype, address, shape, said.get("strides") or dense(shape, size), bool(is_read_only), array)


class _DLTensor(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("device_type", ctypes.c_int32), ("device_id", ctypes.c_int32),
                ("ndim", ctypes.c_int32), ("code", ctypes.c_uint8), ("bits", ctypes.c_uint8),
                ("lanes", ctypes.c_uint16), ("shape", ctypes.POINTER(ctypes.c_int64)),
                ("strides", ctypes.POINTER(ctypes.c_int64)), ("byte_offset", ctypes.c_uint64)]


class _DLVersioned(ctypes.Structure):
    _fields_ = [("major", ctypes.c_uint32), ("minor", ctypes.c_uint32), ("context", ctypes.c_void_p),
                ("deleter", ctypes.c_void_p), ("flags", ctypes.c_uint64), ("tensor", _DLTensor)]


def _capsule(array: Any) -> Any:
    device = array.__dlpack_device__()[0] if hasattr(array, "__dlpack_device__") else 1
    if device not in (1, 3):
        raise FocusError("the array is not in the processor's memory: move it there first", "option")
    try:
        try:
            return array.__dlpack__(max_version=(1, 0))
        except TypeError:
            return array.__dlpack__()
    except (BufferError, RuntimeError, ValueError) as error:
        raise FocusError(f"the array cannot be read through DLPack: {error}", "option") from error


def of_dlpack(array: Any) -> Layout:
    # A capsule that nobody consumes gives the array back itself when it goes.
    capsule = _capsule(array)
    valid, pointer = ctypes.pythonapi.PyCapsule_IsValid, ctypes.pythonapi.PyCapsule_GetPointer
    valid.argtypes = pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
    pointer.restype = ctypes.c_void_p
    is_read_only = False
    if valid(capsule, b"dltensor_versioned"):
        versioned = _DLVersioned.from_address(pointer(capsule, b"dltensor_versioned"))
        if versioned.major != 1:
            raise FocusError(f"the array speaks version {versioned.major} of DLPack: 1 is known", "option")
        tensor, is_read_only = versioned.tensor, bool(versioned.flags & 1)
    elif valid(capsule, b"dltensor"):
        tensor = _DLTensor.from_address(pointer(capsule, b"dltensor"))
    else:
        raise FocusError(f"the DLPack of a {type(array).__name__} is none", "option")
    if tensor.device_type not in (1, 3):
        raise FocusError("the array is not in the processor's memory: move it there first", "option")
    shape = tuple(tensor.shape[:tensor.ndim])
    kinds = {0: "int", 1: "uint", 2: "float", 4: "bfloat", 5: "complex"}
    dtype = "bool" if tensor.code == 6 else kinds.get(tensor.code, f"code {tensor.code}, ") + str(tensor.bits)
    if tensor.lanes != 1:
        dtype += f" x {tensor.lanes}"
    size = max(1, tensor.bits // 8)
    strides = tuple(s * size for s in tensor.strides[:tensor.ndim]) if tensor.strides else dense(shape, size)
    return Layout(dtype, (tensor.data or 0) + tensor.byte_offset, shape, strides, is_read_only, (capsule, array))


class _Buffer(ctypes.Structure):
    _fields_ = [("buf", ctypes.c_void_p), ("obj", ctypes.py_object), ("len", ctypes.c_ssize_t),
                ("itemsize", ctypes.c_ssize_t), ("readonly", ctypes.c_int), ("ndim", ctypes.c_int),
                ("format", ctypes.c_char_p), ("shape", ctypes.c_void_p), ("strides", ctypes.c_void_p),
                ("suboffsets", ctypes.c_void_p), ("internal", ctypes.c_void_p)]


class _Held:
    """A buffer that is held for as long as this lives."""

    def __init__(self, view: memoryview) -> None:
        self.buffer = _Buffer()
        get = ctypes.pythonapi.PyObject_GetBuffer
        get.argtypes = [ctypes.py_object, ctypes.POINTER(_Buffer), ctypes.c_int]
        self._release = ctypes.pythonapi.PyBuffer_Release
        get(view, ctypes.byref(self.buffer), 0x11C)  # strides, suboffsets and format, not writable

    def __del__(self) -> None:
        self._release(ctypes.byref(self.buffer))


def of_buffer(array: Any) -> Layout:
    try:
        view = memoryview(array)
    except TypeError:
        raise FocusError(f"a {type(array).__name__} is no array: {_CURE}", "option") from None
    held = _Held(view)
    if held.buffer.suboffsets:
        raise FocusError("the buffer keeps its rows in several places: make it a dense one first", "option")
    letter = view.format.lstrip("@=<")
    kind = {"e": "float", "f": "float", "d": "float", **dict.fromkeys("bhilqn", "int"),
            **dict.fromkeys("BHILQN", "uint")}.get(letter)
    dtype = "bool" if letter == "?" else f"{kind}{8 * view.itemsize}" if kind else view.format
    return Layout(dtype, held.buffer.buf or 0, tuple(view.shape or ()), tuple(view.strides or ()), view.readonly,
                  (held, array))

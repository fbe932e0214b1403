"""Arrays of others, read and written where they are: torch, NumPy, DLPack and the buffer protocol."""

import ctypes
from typing import Any, NamedTuple, Optional

from ._errors import FocusError
from ._library import NUMBERS, SIZES, Table

_FORMATS = {"e": "float16", "f": "float32", "d": "float64"}


class Layout(NamedTuple):
    """Where the elements of an array are; strides in bytes. `owner` keeps them alive."""

    dtype: str
    address: int
    shape: "tuple[int, ...]"
    strides: "tuple[int, ...]"
    owner: Any

    def table(self) -> Table:
        """The array as rows: of one element, where it has one axis."""
        if len(self.shape) not in (1, 2):
            raise FocusError(f"the array has {len(self.shape)} axes: a table has 2, a bias 1", "option")
        columns, stride = (self.shape[1], self.strides[1]) if len(self.shape) == 2 else (1, 0)
        return Table(ctypes.sizeof(Table), NUMBERS[self.dtype], self.address, self.shape[0], columns, self.strides[0],
                     stride)


def is_torch(array: Any) -> bool:
    return type(array).__module__.split(".")[0] == "torch" and hasattr(array, "data_ptr")


def layout(array: Any) -> Layout:
    """Where the elements of `array` are; nothing is copied, unless it is on another device."""
    if is_torch(array):
        tensor = array.detach()
        tensor = tensor if tensor.device.type == "cpu" else tensor.cpu()
        dtype, size = str(tensor.dtype).split(".")[-1], tensor.element_size()
        found = Layout(dtype, tensor.data_ptr(), tuple(tensor.shape), tuple(s * size for s in tensor.stride()), tensor)
    elif hasattr(array, "__array_interface__"):
        found = _of_interface(array)
    elif hasattr(array, "__dlpack__"):
        found = _of_dlpack(array)
    else:
        found = _of_buffer(array)
    if found.dtype not in NUMBERS:
        raise FocusError(f"the array has elements of type {found.dtype}: {', '.join(NUMBERS)} can be read", "option")
    return found


def _dense(shape: "tuple[int, ...]", size: int) -> "tuple[int, ...]":
    strides = [size]
    for length in reversed(shape[1:]):
        strides.insert(0, strides[0] * length)
    return tuple(strides[:len(shape)])


def _of_interface(array: Any) -> Layout:
    said = array.__array_interface__
    dtype = getattr(getattr(array, "dtype", None), "name", said["typestr"])
    if dtype in NUMBERS and said["typestr"][0] == ">":
        dtype = "big-endian " + dtype
    shape = tuple(said["shape"])
    return Layout(dtype, said["data"][0], shape, said.get("strides") or _dense(shape, int(said["typestr"][2:])), array)


class _DLTensor(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("device_type", ctypes.c_int32), ("device_id", ctypes.c_int32),
                ("ndim", ctypes.c_int32), ("code", ctypes.c_uint8), ("bits", ctypes.c_uint8),
                ("lanes", ctypes.c_uint16), ("shape", ctypes.POINTER(ctypes.c_int64)),
                ("strides", ctypes.POINTER(ctypes.c_int64)), ("byte_offset", ctypes.c_uint64)]


def _of_dlpack(array: Any) -> Layout:
    # A capsule that nobody consumes gives the array back itself when it goes.
    capsule = array.__dlpack__()
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    tensor = _DLTensor.from_address(pointer(capsule, b"dltensor"))
    if tensor.device_type != 1:
        raise FocusError("the array is not in the memory of the processor: move it there first", "option")
    shape = tuple(tensor.shape[:tensor.ndim])
    dtype = {2: "float", 4: "bfloat"}.get(tensor.code, f"code {tensor.code}, ") + str(tensor.bits)
    size = tensor.bits // 8
    strides = tuple(s * size for s in tensor.strides[:tensor.ndim]) if tensor.strides else _dense(shape, size)
    return Layout(dtype, (tensor.data or 0) + tensor.byte_offset, shape, strides, (capsule, array))


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
        get(view, ctypes.byref(self.buffer), 0x11C)  # strides and format, not writable

    def __del__(self) -> None:
        ctypes.pythonapi.PyBuffer_Release(ctypes.byref(self.buffer))


def _of_buffer(array: Any) -> Layout:
    try:
        view = memoryview(array)
    except TypeError:
        raise FocusError(f"a {type(array).__name__} is no array: torch, NumPy, DLPack and buffers are", "option")
    held = _Held(view)
    dtype = _FORMATS.get(view.format.lstrip("@=<"), view.format)
    return Layout(dtype, held.buffer.buf or 0, view.shape or (), view.strides or (), (held, array))


def empty_like(array: Any, shape: "tuple[int, ...]", dtype: Optional[str]) -> Any:
    """An array of the same kind without contents: torch's, NumPy's, and a memoryview where there is no NumPy."""
    dtype = dtype or layout(array).dtype
    if dtype not in NUMBERS:
        raise FocusError(f"there are no rows of type {dtype}: {', '.join(NUMBERS)} can be made", "option")
    if is_torch(array):
        import torch

        return torch.empty(shape, dtype=getattr(torch, dtype))
    try:
        import numpy
    except ImportError:
        if dtype not in ("float32", "float64"):
            raise FocusError(f"rows of type {dtype} need NumPy or torch: install one of them", "option")
        count = SIZES[dtype]
        for length in shape:
            count *= length
        return memoryview(bytearray(count)).cast(dtype[5:] == "32" and "f" or "d", shape)
    # bfloat16 is a type of the array's own package.
    return numpy.empty(shape, dtype=array.dtype if dtype == "bfloat16" and hasattr(array, "dtype") else dtype)

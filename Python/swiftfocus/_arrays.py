"""Arrays of others, read and written where they are: torch, NumPy, DLPack and the buffer protocol."""

import sys
from typing import Any, Optional

from ._errors import FocusError
from ._layout import NUMBERS, Layout, of_buffer, of_dlpack, of_interface

__all__ = ["Layout", "as_kind_of", "empty_like", "is_torch", "layout", "numpy_type", "target", "type_name"]


def is_torch(array: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(array, torch.Tensor)


def layout(array: Any) -> Layout:
    """Where the elements of `array` are; nothing is copied, unless it is on another device or says one element for
    several."""
    found = _found(array)
    if not found.repeats():
        return found
    copy = array.contiguous() if is_torch(array) else _numpy_copy(array)
    return _found(copy)


def target(array: Any) -> Layout:
    """Where the elements of an array are that is written to."""
    if is_torch(array) and array.device.type != "cpu":
        raise FocusError(f"out is on {array.device}: rows are made in the processor's memory", "option")
    found = _found(array)
    if found.is_read_only:
        raise FocusError("out is read-only", "option")
    if found.repeats():
        raise FocusError("out says one element for several (it was broadcast): give one that has them all", "option")
    return found


def _found(array: Any) -> Layout:
    if is_torch(array):
        return _of_torch(array)
    if hasattr(array, "__array_interface__"):
        return of_interface(array)
    if hasattr(array, "__dlpack__"):
        return of_dlpack(array)
    return of_buffer(array)


def _of_torch(array: Any) -> Layout:
    torch: Any = sys.modules["torch"]
    kind = str(array.layout).split(".")[-1]
    if kind != "strided" or array.is_quantized or array.is_nested:
        raise FocusError(f"the tensor is {kind}, quantized or nested: make it a dense one first", "option")
    if array.device.type == "meta":
        raise FocusError("the tensor is on the device 'meta' and has no elements: load it first", "option")
    with torch.no_grad():
        tensor = array.detach()
        if tensor.device.type != "cpu":
            tensor = tensor.cpu()
        if tensor.is_neg() or tensor.is_conj():
            tensor = tensor.resolve_neg().resolve_conj()
    size = tensor.element_size()
    dtype, shape = str(tensor.dtype).split(".")[-1], tuple(tensor.shape)
    strides = tuple(stride * size for stride in tensor.stride())
    try:
        address, room = tensor.data_ptr(), tensor.untyped_storage().nbytes()
    except RuntimeError as error:
        raise FocusError(f"the tensor has no elements in memory ({error}): load it first", "option") from error
    last = tensor.storage_offset() * size + sum(
        max(0, length - 1) * stride for length, stride in zip(shape, strides)) + size
    if 0 not in shape and (address == 0 or last > room):
        raise FocusError("the tensor has no elements in memory: gather or load it first", "option")
    return Layout(dtype, address, shape, strides, False, tensor)


def _numpy_copy(array: Any) -> Any:
    try:
        import numpy
    except ImportError:
        raise FocusError(
            "the array says one element for several (it was broadcast): give one that has them all", "option") from None
    return numpy.array(array)


def empty_like(array: Any, shape: "tuple[int, ...]", dtype: str) -> Any:
    """An array of the same kind without contents: torch's, NumPy's, and a memoryview where there is no NumPy."""
    if dtype not in NUMBERS:
        raise FocusError(f"there are no rows of type {dtype}: {', '.join(NUMBERS)} can be made", "option")
    if is_torch(array):
        torch: Any = sys.modules["torch"]
        return torch.empty(shape, dtype=getattr(torch, dtype))
    try:
        import numpy
    except ImportError:
        if dtype not in ("float32", "float64"):
            raise FocusError(f"rows of type {dtype} need NumPy or torch: install one of them", "option") from None
        count = 4 if dtype == "float32" else 8
        for length in shape:
            count *= length
        return memoryview(bytearray(count)).cast("f" if dtype == "float32" else "d", shape)
    return numpy.empty(shape, dtype=numpy_type(dtype))


def numpy_type(name: str) -> Any:
    """NumPy's type of that name; those that it lacks are of the package ml_dtypes."""
    import numpy

    if name != "bfloat16" and not name.startswith("float8"):
        return numpy.dtype(name)
    try:
        import ml_dtypes
    except ImportError:
        raise FocusError(f"NumPy has no {name}: install ml_dtypes, or ask for dtype='float32'", "option") from None
    return numpy.dtype(getattr(ml_dtypes, name))


def as_kind_of(array: Any, rows: Any) -> Any:
    """`rows`, which were made by `empty_like`, on the device of `array`, or in its package."""
    if is_torch(array):
        return rows.to(array.device)
    numpy = sys.modules.get("numpy")
    if numpy is None or isinstance(array, numpy.ndarray) or not hasattr(array, "__array_namespace__"):
        return rows
    return array.__array_namespace__().asarray(rows)


def type_name(dtype: Any) -> Optional[str]:
    """The name of a type that is a name, or a type of torch or NumPy."""
    if dtype is None or isinstance(dtype, str):
        return dtype
    name = getattr(dtype, "name", None) or getattr(dtype, "__name__", None) or str(dtype)
    return str(name).split(".")[-1]

"""The shared library, which is loaded when it is first needed, and what crosses its interface."""

import ctypes
import functools
import os
from ctypes import c_void_p
from typing import Any, Callable, Sequence, Union

from ._structures import FUNCTIONS, Setting, String

OK, FAILED, USAGE, STOPPED = 0, 1, 64, 130
UNKNOWN = 2**64 - 1
HERE = os.path.dirname(os.path.abspath(__file__))
_VERSION = 1


@functools.lru_cache(maxsize=None)
def library() -> ctypes.CDLL:
    """The library beside this file, or the one that SWIFTFOCUS_LIBRARY names."""
    path = os.environ.get("SWIFTFOCUS_LIBRARY") or os.path.join(HERE, "lib", "libswiftfocus.so")
    try:
        loaded = ctypes.CDLL(path)
        for name, (result, arguments) in FUNCTIONS.items():
            function = getattr(loaded, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise ImportError(
            f"swiftfocus: '{path}' cannot be loaded, or is of another version ({error}): install the package anew, or "
            "build it with swift build -c release --product swiftfocus, and name it in SWIFTFOCUS_LIBRARY") from error
    if loaded.focus_api_version() < _VERSION:
        raise ImportError(f"swiftfocus: '{path}' is of version {loaded.focus_api_version()} of the interface")
    return loaded


class Handle:
    """What the library made, given back when nobody holds it any more."""

    def __init__(self, close: Callable[[Any], object], value: Any = None) -> None:
        self.place = c_void_p(value)
        # Kept here, since modules may be empty already when the interpreter ends.
        self._close = close

    @property
    def value(self) -> int:
        return self.place.value or 0

    def close(self) -> None:
        value, self.place.value = self.place.value, None
        if value:
            self._close(value)

    def __del__(self) -> None:
        self.close()


def string(text: Union[str, bytes]) -> String:
    """Text as the interface takes it; surrogates of file names go back to the bytes that they stand for."""
    if not isinstance(text, (str, bytes)):
        raise TypeError(f"text is a str, not a {type(text).__name__}")
    data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    made: Any = String(ctypes.cast(ctypes.c_char_p(data), c_void_p), len(data))
    made.kept = data
    return made  # type: ignore[no-any-return]


def strings(texts: "Sequence[str]") -> "ctypes.Array[String]":
    """Texts as the interface takes them."""
    made: Any = (String * len(texts))()
    made.kept = [string(text) for text in texts]
    for index, text in enumerate(made.kept):
        made[index] = text
    return made  # type: ignore[no-any-return]


def settings(pairs: "Sequence[tuple[str, str]]") -> "ctypes.Array[Setting]":
    """Names and values as the interface takes them."""
    made: Any = (Setting * len(pairs))()
    made.kept = [(string(name), string(value)) for name, value in pairs]
    for setting, (name, value) in zip(made, made.kept):
        setting.name, setting.value = name, value
    return made  # type: ignore[no-any-return]

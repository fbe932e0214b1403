"""Keywords as options of the command."""

import os
from typing import Any, Iterable, Mapping

from ._errors import FocusError

# Flags that are on unless they are switched off.
_ON = ("measure", "verify")


def pairs(options: Mapping[str, Any]) -> "list[tuple[str, str]]":
    """Names of options without dashes, and their values: a flag has an empty one; None and False say nothing."""
    found = []
    for keyword, value in options.items():
        name = keyword.rstrip("_").replace("_", "-")
        if name in _ON and isinstance(value, bool):
            if not value:
                found.append((f"no-{name}", ""))
            continue
        values: Iterable[Any]
        if isinstance(value, Mapping):
            values = [f"{key}={item}" for key, item in value.items()]
        else:
            values = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
        for item in values:
            if item is None or item is False:
                continue
            if isinstance(item, (bytes, bytearray)):
                raise FocusError(f"{keyword} is a {type(item).__name__}: give a str", "option")
            text = "" if item is True else os.fspath(item) if isinstance(item, os.PathLike) else str(item)
            if item is not True and not text:
                raise FocusError(f"{keyword} is empty", "option")
            found.append((name, text))
    return found


def arguments(options: Mapping[str, Any]) -> "list[str]":
    """The same as the command takes them."""
    return [f"--{name}={value}" if value else f"--{name}" for name, value in pairs(options)]


def positional(path: Any) -> str:
    """A path that is not taken for an option."""
    text = os.fsdecode(path)
    return f"./{text}" if text.startswith("-") else text

"""Folders as what a comparison needs of them."""

from __future__ import annotations

import hashlib
import os
import pathlib


def tree(root: pathlib.Path) -> dict[str, tuple[str, str]]:
    """The same of a folder on the real disk."""
    result = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        if path.is_symlink():
            result[name] = ("symlink", os.readlink(path))
        elif path.is_dir():
            result[name] = ("folder", "")
        else:
            result[name] = ("file", hashlib.sha256(path.read_bytes()).hexdigest())
    return result


def below(contents: dict[str, tuple[str, str]], name: str) -> dict[str, tuple[str, str]]:
    """The part of a tree that is below, or is, `name`, called by the rest of its path."""
    return {path[len(name):].lstrip("/"): value for path, value in contents.items() if path == name
            or path.startswith(name + "/")}

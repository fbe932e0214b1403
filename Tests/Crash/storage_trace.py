"""The steps of a program as storage_shim.c noted them down."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import struct

KINDS = ("", "create", "write", "truncate", "sync", "rename", "exchange", "link", "unlink", "make folder",
         "remove folder", "symlink",
         "attributes", "map")
RECORD = struct.Struct("<4I3Q")


@dataclasses.dataclass(frozen=True)
class Step:
    kind: str
    first: str
    second: str
    inode: int
    offset: int
    contents: bytes


def read_trace(path: pathlib.Path) -> list[Step]:
    data, at, steps = path.read_bytes(), 0, []
    while at < len(data):
        kind, first, second, _, inode, offset, length = RECORD.unpack_from(data, at)
        at += RECORD.size
        names = data[at:at + first], data[at + first:at + first + second]
        at += first + second
        size = length if KINDS[kind] == "write" else 0
        steps.append(Step(KINDS[kind], *(os.fsdecode(name) for name in names), inode, offset, data[at:at + size]))
        at += size
    assert at == len(data), "the trace ends in the middle of a record"
    return steps

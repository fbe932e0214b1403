"""A file system in memory that a trace of storage_shim.c is replayed on, and what a loss of power may leave of it.

What is certain after a loss of power: the contents of a file up to the last fsync of that file, and the names in a
folder up to the last fsync of that folder. All that came later may have reached the disk or not. A rename is one step:
it never half happens.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import pathlib
import random

from storage_trace import Step


class Node:
    """A file, a folder or a symbolic link, whatever its names."""

    def __init__(self, kind: str, contents: bytes = b"", meaning: str = ""):
        self.kind, self.contents, self.meaning = kind, contents, meaning
        self.entries: dict[str, int] = {}


@dataclasses.dataclass
class Change:
    """A step as the disk sees it: new entries of folders, or new contents of a file."""

    step: int
    entries: tuple[tuple[int, str, int | None], ...] = ()
    file: int | None = None
    offset: int = 0
    contents: bytes | None = None  # None: the file is cut, or grows, to `offset` bytes


class Recording:
    """The folder before the trace, the changes in it, and where which of them became certain."""

    def __init__(self, root: pathlib.Path):
        self.root = str(root)
        self.nodes: dict[int, Node] = {}
        self.inodes: dict[int, int] = {}
        self.top = self._scan(self.root)
        self.first = {number: dict(node.entries) for number, node in self.nodes.items()}
        self.changes: list[Change] = []
        self.syncs: list[tuple[int, int]] = []  # step, node
        self.length = 0

    def _new(self, node: Node, inode: int | None = None) -> int:
        number = len(self.nodes)
        self.nodes[number] = node
        if inode:
            self.inodes[inode] = number
        return number

    def _scan(self, path: str) -> int:
        inode = os.lstat(path).st_ino
        if inode in self.inodes:
            return self.inodes[inode]
        if os.path.islink(path):
            return self._new(Node("symlink", meaning=os.readlink(path)), inode)
        if not os.path.isdir(path):
            return self._new(Node("file", pathlib.Path(path).read_bytes()), inode)
        number = self._new(Node("folder"), inode)
        for name in sorted(os.listdir(path)):
            self.nodes[number].entries[name] = self._scan(os.path.join(path, name))
        return number

    # Replaying

    def _place(self, path: str) -> tuple[int, str]:
        """The folder that a path names, as it is now, and the name in it."""
        assert path.startswith(self.root + "/"), path
        *folders, name = path[len(self.root) + 1:].split("/")
        folder = self.top
        for part in folders:
            folder = self.nodes[folder].entries[part]
        return folder, name

    def replay(self, steps: list[Step]) -> None:
        for number, step in enumerate(steps):
            for change in self._changes(number, step):
                for folder, name, node in change.entries:
                    if node is None:
                        self.nodes[folder].entries.pop(name, None)
                    else:
                        self.nodes[folder].entries[name] = node
                self.changes.append(change)
        self.length = len(steps)

    def _changes(self, number: int, step: Step) -> list[Change]:
        def entry(path: str, node: int | None) -> Change:
            return Change(number, entries=((*self._place(path), node),))

        def at(path: str) -> int:
            folder, name = self._place(path)
            return self.nodes[folder].entries[name]

        match step.kind:
            case "create":
                return [entry(step.first, self._new(Node("file"), step.inode))]
            case "make folder":
                node = self._new(Node("folder"), step.inode)
                self.first[node] = {}
                return [entry(step.first, node)]
            case "symlink":
                return [entry(step.first, self._new(Node("symlink", meaning=step.second)))]
            case "link":
                return [entry(step.second, self.inodes[step.inode])]
            case "unlink" | "remove folder":
                at(step.first)
                return [entry(step.first, None)]
            case "rename":
                return [Change(number, entries=((*self._place(step.first), None),
                                                (*self._place(step.second), at(step.first))))]
            case "exchange":
                return [Change(number, entries=((*self._place(step.first), at(step.second)),
                                                (*self._place(step.second), at(step.first))))]
            case "write":
                return [Change(number, file=self.inodes[step.inode], offset=step.offset, contents=step.contents)]
            case "truncate":
                return [Change(number, file=self.inodes[step.inode], offset=step.offset)]
            case "sync":
                self.syncs.append((number, self.inodes[step.inode]))
                return []
            case "attributes":
                return []
        raise AssertionError(f"a file was written through a mapping, which no trace can follow: {step.first}")

    @property
    def changes_of_contents(self) -> list[Change]:
        return [change for change in self.changes if change.file is not None]

    # Losing power

    def states(self, chooser: random.Random, samples: int):
        """What may be found after a loss of power before each step: pairs of a description and a `State`."""
        for end in range(self.length + 1):
            past = [change for change in self.changes if change.step < end]
            synced: dict[int, int] = {}
            for step, node in self.syncs:
                if step < end:
                    synced[node] = step
            names = [change for change in past if change.entries]
            certain = {id(change) for change in names
                       if all(synced.get(folder, -1) > change.step for folder, _, _ in change.entries)}
            contents = [change for change in self.changes_of_contents if change.step < end]
            kept = {id(change) for change in contents if synced.get(change.file, -1) > change.step}
            open_ends = [change for change in names if id(change) not in certain]
            open_contents = [change for change in contents if id(change) not in kept]
            # As a journalling file system does it: names in their order, up to some step.
            floor = max((change.step for change in names if id(change) in certain), default=-1)
            choices = [[c for c in names if c.step <= max(floor, limit)]
                       for limit in {-1, *(c.step for c in open_ends)}]
            # And as the bare rules allow it: any of those that are not certain.
            for _ in range(samples if open_ends else 0):
                chance = chooser.choice((0.2, 0.5, 0.8))
                choices.append([c for c in names if id(c) in certain or chooser.random() < chance])
            fates = ["lost", "kept", "zeros", "some"] if open_contents else ["kept"]
            for chosen in choices:
                for fate in fates:
                    yield (f"before step {end}, {len(chosen)} of {len(names)} names, what was not forced to disk "
                           f"{fate}",
                           State(self, chosen, self._written(contents, kept, fate, chooser)))

    def _written(self, contents: list[Change], kept: set[int], fate: str, chooser: random.Random) -> list[Change]:
        result = []
        for change in contents:
            if id(change) in kept or fate == "kept" or (fate == "some" and chooser.random() < 0.5):
                result.append(change)
            elif fate == "zeros":  # the size is there, the bytes are not
                zeros = None if change.contents is None else bytes(len(change.contents))
                result.append(dataclasses.replace(change, contents=zeros))
        return result


class State:
    """What is on the disk."""

    def __init__(self, recording: Recording, names: list[Change], contents: list[Change]):
        self.recording = recording
        self.entries = {number: dict(entries) for number, entries in recording.first.items()}
        for change in names:
            for folder, name, node in change.entries:
                if node is None:
                    self.entries[folder].pop(name, None)
                else:
                    self.entries[folder][name] = node
        self.files: dict[int, bytearray] = {}
        for change in contents:
            data = self.files.setdefault(change.file, bytearray(recording.nodes[change.file].contents))
            if change.contents is None:
                del data[change.offset:]
                data.extend(bytes(change.offset - len(data)))
            else:
                data.extend(bytes(max(0, change.offset - len(data))))
                data[change.offset:change.offset + len(change.contents)] = change.contents

    def tree(self, path: str = "", node: int | None = None) -> dict[str, tuple[str, str]]:
        """Every path below the root: what it is, and a digest of its contents or what it means."""
        node = self.recording.top if node is None else node
        result = {}
        for name, child in sorted(self.entries.get(node, {}).items()):
            place = f"{path}/{name}" if path else name
            kind = self.recording.nodes[child].kind
            result[place] = (kind, self._value(child))
            if kind == "folder":
                result |= self.tree(place, child)
        return result

    def _data(self, node: int) -> bytes:
        return bytes(self.files.get(node, self.recording.nodes[node].contents))

    def _value(self, node: int) -> str:
        found = self.recording.nodes[node]
        return hashlib.sha256(self._data(node)).hexdigest() if found.kind == "file" else found.meaning

    def write(self, root: pathlib.Path, node: int | None = None,
              written: dict[int, pathlib.Path] | None = None) -> None:
        """Makes it so in an empty folder."""
        node = self.recording.top if node is None else node
        written = {} if written is None else written
        for name, child in self.entries.get(node, {}).items():
            path, found = root / name, self.recording.nodes[child]
            if found.kind == "folder":
                path.mkdir()
                self.write(path, child, written)
            elif found.kind == "symlink":
                path.symlink_to(found.meaning)
            elif child in written:
                os.link(written[child], path)
            else:
                path.write_bytes(self._data(child))
                written[child] = path

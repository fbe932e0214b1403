"""Reads the vectors of a fastText `.bin` file (version 12, not quantised), and has the fasttext command train one."""

import pathlib
import struct
import subprocess

import numpy as np


def train(tokens: pathlib.Path, model: pathlib.Path, **options) -> pathlib.Path:
    """CBOW on a file of space-separated tokens. The command writes MODEL.bin and MODEL.vec."""
    arguments = [part for name, value in options.items() for part in ("-" + name, str(value))]
    subprocess.run(["fasttext", "cbow", "-input", tokens, "-output", model.with_suffix(""), "-thread", "1",
                    "-verbose", "0", *arguments], check=True, capture_output=True)
    return model


def subword_hash(piece: bytes) -> int:
    """FNV-1a, 32 bits, on bytes that the C++ code takes as signed."""
    value = 2166136261
    for byte in piece:
        value = ((value ^ (byte if byte < 128 else byte | 0xFFFFFF00)) * 16777619) & 0xFFFFFFFF
    return value


def subwords(word: bytes, shortest: int, longest: int):
    """The n-grams of characters (not bytes) of `<word>`, without `<` and `>` alone."""
    marked = b"<" + word + b">"
    starts = [i for i, byte in enumerate(marked) if byte & 0xC0 != 0x80] + [len(marked)]
    characters = len(starts) - 1
    for first in range(characters):
        for length in range(max(shortest, 1), longest + 1):
            if first + length > characters:
                break
            if length == 1 and first in (0, characters - 1):
                continue
            yield marked[starts[first]:starts[first + length]]


def counts(path: pathlib.Path) -> dict[bytes, int]:
    """How often each word of the dictionary occurred in the text."""
    data = path.read_bytes()
    position = struct.calcsize("<ii12id")
    words, = struct.unpack_from("<i", data, position)  # entries, which are words alone
    position += struct.calcsize("<iiiqq")
    found = {}
    for _ in range(words):
        end = data.index(b"\0", position)
        found[data[position:end]], = struct.unpack_from("<q", data, end + 1)
        position = end + 1 + struct.calcsize("<qb")
    return found


def vectors(path: pathlib.Path) -> dict[str, np.ndarray]:
    """The vector of each word of the dictionary: the mean of its own row and those of its n-grams, float32."""
    data = path.read_bytes()
    position = 0

    def take(layout: str):
        nonlocal position
        values = struct.unpack_from("<" + layout, data, position)
        position += struct.calcsize("<" + layout)
        return values

    magic, version = take("ii")
    assert (magic, version) == (793712314, 12), (magic, version)
    (_, _, _, _, _, _, _, _, bucket, shortest, longest, _, _) = take("12id")
    _, words, labels, _, pruned = take("iiiqq")
    assert labels == 0 and pruned <= 0
    names = []
    for _ in range(words):
        end = data.index(b"\0", position)
        names.append(data[position:end])
        position = end + 1
        take("qb")  # count, kind
    (quantised,) = take("?")
    assert not quantised
    rows, columns = take("qq")
    matrix = np.frombuffer(data, "<f4", rows * columns, position).reshape(rows, columns)
    result = {}
    for identifier, name in enumerate(names):
        own = [identifier]
        if name != b"</s>" and bucket:
            own += [words + subword_hash(piece) % bucket for piece in subwords(name, shortest, longest)]
        result[name.decode("utf-8", "surrogateescape")] = matrix[own].mean(axis=0, dtype=np.float64).astype(np.float32)
    return result

"""The format of the plug-in Plugins/Minimal, stated once more from its README; shares no code with it.

`python toy.py FILE` writes the sample of Tests/Fixtures/plugins.
"""

import struct
import sys

import numpy as np

TYPES = ["BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "F4", "F6_E2M3", "F6_E3M2", "U16",
         "I16", "F16", "BF16", "U32", "I32", "F32", "U64", "I64", "F64", "C64"]
BITS = [8, 8, 8, 8, 8, 8, 8, 8, 4, 6, 6, 16, 16, 16, 16, 32, 32, 32, 64, 64, 64, 64]


def mark(name: str) -> bytes:
    return name.encode().ljust(16, b"\0")


def text(value: bytes) -> bytes:
    return struct.pack("<Q", len(value)) + value + b"\0" * (-len(value) % 8)


def written(tensors: dict, metadata: dict, name: str = "toy") -> bytes:
    """The file that holds `tensors`: name to (dtype, shape, bytes)."""
    def header(offsets):
        parts = [mark(name), struct.pack("<QQ", len(metadata), len(tensors))]
        parts += [text(item.encode()) for pair in metadata.items() for item in pair]
        for (tensor, (dtype, shape, _)), offset in zip(tensors.items(), offsets):
            parts.append(text(tensor.encode()))
            parts.append(struct.pack(f"<{3 + len(shape)}Q", TYPES.index(dtype), len(shape), *shape, offset))
        return b"".join(parts)

    end = len(header([0] * len(tensors)))
    offsets = []
    for _, _, contents in tensors.values():
        offsets.append(-(-end // 64) * 64)
        end = offsets[-1] + len(contents)
    result = bytearray(header(offsets))
    for offset, (_, _, contents) in zip(offsets, tensors.values()):
        result += b"\0" * (offset - len(result)) + contents
    return bytes(result)


def read(data: bytes, name: str = "toy") -> tuple[dict, dict]:
    """Tensors and metadata of a file, as `written` takes them; every byte of it must be accounted for."""
    assert data[:16] == mark(name), data[:16]
    at = 16
    used = np.zeros(len(data), bool)

    def number():
        nonlocal at
        at += 8
        return struct.unpack_from("<Q", data, at - 8)[0]

    def string():
        nonlocal at
        length = number()
        value = data[at:at + length]
        assert len(value) == length
        padding = data[at + length:at + length + -length % 8]
        assert not any(padding), padding
        at += length + -length % 8
        return value.decode()

    metadata_count, tensor_count = number(), number()
    metadata = {}
    for _ in range(metadata_count):
        key = string()
        metadata[key] = string()
    tensors = {}
    for _ in range(tensor_count):
        tensor, dtype, rank = string(), number(), number()
        shape = tuple(number() for _ in range(rank))
        offset = number()
        size = int(np.prod(shape, dtype=object)) * BITS[dtype] // 8
        assert offset % 64 == 0 and offset + size <= len(data) and tensor not in tensors
        assert not used[offset:offset + size].any(), "tensors overlap"
        used[offset:offset + size] = True
        tensors[tensor] = (TYPES[dtype], shape, data[offset:offset + size])
    assert not used[:at].any(), "tensors begin in the header"
    used[:at] = True
    assert not any(np.frombuffer(data, np.uint8)[~used]), "something lies between the tensors"
    return tensors, metadata


if __name__ == "__main__":
    sample = {
        "grid": ("F32", (2, 3), (np.arange(6, dtype="<f4") / 4).tobytes()),
        "e\u0301/bias": ("BF16", (5,), bytes(range(10))),
        "scalar": ("I64", (), struct.pack("<q", -42)),
        "nothing": ("U8", (0, 4), b""),
    }
    with open(sys.argv[1], "wb") as file:
        file.write(written(sample, {"format": "pt", "maker": "toy.py"}))

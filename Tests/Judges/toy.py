"""The format of the plug-in Plugins/Minimal, stated once more from its README; shares no code with it.

`python toy.py FILE` writes the sample of Tests/Fixtures/plugins.
"""

import struct
import sys

import numpy as np

TYPES = ["BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "F4", "F6_E2M3", "F6_E3M2",
         "U16",
         "I16", "F16", "BF16", "U32", "I32", "F32", "U64", "I64", "F64", "C64"]
BITS = [8, 8, 8, 8, 8, 8, 8, 8, 4, 6, 6, 16, 16, 16, 16, 32, 32, 32, 64, 64, 64, 64]


def mark(name: str) -> bytes:
    return name.encode().ljust(16, b"\0")


def text(value: bytes) -> bytes:
    return struct.pack("<Q", len(value)) + value


def written(tensors: dict, metadata: dict, name: str = "toy") -> bytes:
    """The file that holds `tensors`: name to (dtype, shape, bytes)."""
    parts = [mark(name), struct.pack("<QQ", len(metadata), len(tensors))]
    parts += [text(item.encode()) for pair in metadata.items() for item in pair]
    for tensor, (dtype, shape, _) in tensors.items():
        parts.append(text(tensor.encode()) + struct.pack(f"<BB{len(shape)}Q", TYPES.index(dtype), len(shape), *shape))
    return b"".join(parts + [contents for _, _, contents in tensors.values()])


def read(data: bytes, name: str = "toy") -> tuple[dict, dict]:
    """Tensors and metadata of a file, as `written` takes them; every byte of it must be accounted for."""
    assert data[:16] == mark(name), data[:16]
    at = 16

    def take(count):
        nonlocal at
        at += count
        assert at <= len(data)
        return data[at - count:at]

    def number():
        return struct.unpack("<Q", take(8))[0]

    metadata_count, tensor_count = number(), number()
    metadata = {}
    for _ in range(metadata_count):
        key = take(number()).decode()
        metadata[key] = take(number()).decode()
    descriptions = []
    for _ in range(tensor_count):
        tensor, dtype, rank = take(number()).decode(), take(1)[0], take(1)[0]
        descriptions.append((tensor, TYPES[dtype], tuple(number() for _ in range(rank)), BITS[dtype]))
    tensors = {}
    for tensor, dtype, shape, bits in descriptions:
        assert tensor not in tensors
        tensors[tensor] = (dtype, shape, take(int(np.prod(shape, dtype=object)) * bits // 8))
    assert at == len(data), "something follows the tensors"
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

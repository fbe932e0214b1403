"""Tensors as plain bytes: every type, shape and name that a format can be asked to keep."""

import typing

import ml_dtypes
import numpy as np

# safetensors' names of what NumPy has, or has with ml_dtypes; the largest elements first, as safetensors orders them.
TYPES = {
    "F64": np.dtype("<f8"), "I64": np.dtype("<i8"), "U64": np.dtype("<u8"), "C64": np.dtype("<c8"),
    "F32": np.dtype("<f4"), "I32": np.dtype("<i4"), "U32": np.dtype("<u4"),
    "F16": np.dtype("<f2"), "BF16": np.dtype(ml_dtypes.bfloat16), "I16": np.dtype("<i2"), "U16": np.dtype("<u2"),
    "I8": np.dtype("i1"), "U8": np.dtype("u1"), "BOOL": np.dtype("?"),
    "F8_E4M3": np.dtype(ml_dtypes.float8_e4m3fn), "F8_E5M2": np.dtype(ml_dtypes.float8_e5m2),
    "F8_E8M0": np.dtype(ml_dtypes.float8_e8m0fnu), "F8_E4M3FNUZ": np.dtype(ml_dtypes.float8_e4m3fnuz),
    "F8_E5M2FNUZ": np.dtype(ml_dtypes.float8_e5m2fnuz),
}
# Elements of less than a byte, with their bits.
PACKED = {"F4": 4, "F6_E2M3": 6, "F6_E3M2": 6}
# What NumPy's own files have no type for.
OPAQUE = {name for name in TYPES if name == "BF16" or name.startswith("F8")}


class Tensor(typing.NamedTuple):
    dtype: str
    shape: tuple[int, ...]
    data: bytes

    @property
    def array(self) -> np.ndarray:
        return np.frombuffer(self.data, TYPES[self.dtype]).reshape(self.shape)


class Contents(typing.NamedTuple):
    """What a file says: tensors in its order, and metadata."""
    tensors: dict[str, Tensor]
    metadata: dict[str, str]


def of(array: np.ndarray) -> Tensor:
    """The tensor that an array of native byte order is."""
    name = next(name for name, dtype in TYPES.items() if dtype == array.dtype)
    return Tensor(name, array.shape, np.ascontiguousarray(array).tobytes())


def patterns(dtype: str, seed: int = 1) -> Tensor:
    """All bit patterns of elements up to two bytes; of larger ones, random patterns and the exceptional values."""
    size = TYPES[dtype].itemsize
    if dtype == "BOOL":
        return Tensor(dtype, (2, 5), bytes([0, 1, 1, 0, 1, 0, 0, 0, 1, 1]))
    if size <= 2:
        return Tensor(dtype, (16, 16 ** (2 * size - 1)), np.arange(256 ** size, dtype=f"<u{size}").tobytes())
    random = np.random.default_rng(seed).integers(0, 256, 4096 * size, np.uint8).tobytes()
    exceptional = b""
    if dtype[0] == "F":
        bits, fraction = np.dtype(f"<u{size}"), {4: 23, 8: 52}[size]
        infinity = (1 << (8 * size - 1)) - (1 << fraction)
        signed = [infinity, infinity + 1, infinity + (1 << fraction - 1) + 0x1234, 2 * infinity >> 1 | 0x7F, 0, 1,
                  (1 << fraction) - 1, infinity - 1]
        exceptional = np.array([v | sign << 8 * size - 1 for v in signed for sign in (0, 1)], bits).tobytes()
    return Tensor(dtype, (64, (len(random) + len(exceptional)) // size // 64) if not exceptional else
                  (4096 + len(exceptional) // size,), random + exceptional)


def numbers(*shape: int, seed: int = 1) -> Tensor:
    """Numbers that look like weights: they can be compressed a little."""
    return of(np.random.default_rng(seed + sum(shape)).normal(0, 0.02, shape).astype(np.float32))


NAMES = (
    "a", "a/b", "a/b.c", "layer.0/weight", "with  spaces ", ".hidden", "dot.", "..", "../up", "/absolute",
    "two//slashes",
    "\u00e9", "e\u0301", "日本語/重み", "x" * 300, "wörter/" * 43, "p/q", "p%2Fq", "quote\"back\\slash", "tab\tname",
    "__renamed__/a", "numpy.json", "tensors.json", "A",
)


def synthetic() -> dict[str, Tensor]:
    """Every type, every kind of shape, every kind of name; in an order that all formats with an order keep."""
    tensors = {f"types.{name}": patterns(name) for name in TYPES}
    tensors |= {
        "shape.scalar": Tensor("F32", (), np.float32(-0.0).tobytes()), "shape.empty": Tensor("F32", (0,), b""),
        "shape.zero_rows": Tensor("F32", (0, 7), b""), "shape.inner_zero": Tensor("BF16", (3, 0, 2), b""),
        "shape.scalar_half": Tensor("BF16", (), b"\x80\x3f"), "shape.ones": numbers(1, 1, 1, 1),
        "shape.large": numbers(701, 1103), "shape.long_rows": numbers(3, 300_007),
        "shape.large_half": Tensor("BF16", (1_300_001,), numbers(1_300_001).array.astype(ml_dtypes.bfloat16).tobytes()),
    }
    tensors |= {name: numbers(2, number + 1) for number, name in enumerate(NAMES)}
    return dict(sorted(tensors.items(), key=lambda item: -TYPES[item[1].dtype].itemsize))


def packed() -> dict[str, Tensor]:
    return {name: Tensor(name, (6, 32), bytes(np.random.default_rng(bits).integers(0, 256, 6 * 32 * bits // 8,
                                                                                   np.uint8)))
            for name, bits in PACKED.items()}


METADATA = {"format": "pt", "näme": "zwei\nZeilen \"und\" \u00e9 e\u0301", "empty": ""}

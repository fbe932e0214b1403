"""usage: make.py      Writes the files of this folder with the Python package gguf (0.19.0), which is ggml's own.

plain.gguf      every type that is no block, every kind of metadata
aligned.gguf    contents at multiples of 256; plain.gguf's tensors otherwise
version2.gguf   plain.gguf with the version before this one, which differs in that number alone
big-endian.gguf one tensor, in the other byte order
blocks.gguf     two rows of each type of blocks that the plug-in dequantises: of weights where the package can quantise, of random blocks where not
blocks.f32      what the package makes of them: floats, in the order of the tensors
other-blocks.gguf  two rows of each other type of blocks
"""

import pathlib
import warnings

import gguf
import ml_dtypes
import numpy as np
from gguf import GGMLQuantizationType, GGUFEndian, GGUFValueType, GGUFWriter

FOLDER = pathlib.Path(__file__).resolve().parent
DEQUANTISED = ("Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS", "MXFP4")
# Where the halves are that blocks are scaled by; random ones would be infinite now and then.
HALVES = {"Q2_K": (80, 82), "Q3_K": (108,), "Q4_K": (0, 2), "Q5_K": (0, 2), "Q6_K": (208,), "IQ4_NL": (0,), "IQ4_XS": (0,)}


def close(writer: GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def plain(name: str, alignment: int | None = None) -> pathlib.Path:
    random = np.random.default_rng(1)
    writer = GGUFWriter(FOLDER / name, "bert")
    if alignment:
        writer.add_custom_alignment(alignment)
    for kind, value in (("uint8", 200), ("int8", -5), ("uint16", 60_000), ("int16", -300), ("uint32", 4_000_000_000), ("int32", -70_000),
                        ("uint64", 2**63), ("int64", -2**62), ("float32", 1e-5), ("float64", 0.1), ("bool", True), ("string", "zwei\nZeilen é")):
        getattr(writer, f"add_{kind}")(f"test.{kind}", value)
    writer.add_token_list(["[PAD]", '"quoted"', "é", "▁c\n", ""])
    writer.add_token_scores([0.5, -1.25, float("nan"), float("inf"), 1e30])
    writer.add_key_value("test.halves", [1, 2, 65_535], GGUFValueType.ARRAY, GGUFValueType.UINT16)
    writer.add_array("test.truths", [True, False])
    writer.add_key_value("test.no_text", b"\xfe\xfd", GGUFValueType.STRING)
    writer.add_array("test.some_text", [b"\xff\x00", b"ok"])
    writer.add_tensor("token_embd.weight", random.normal(size=(5, 8)).astype(np.float32))
    writer.add_tensor("half", random.normal(size=(7,)).astype(np.float16))
    writer.add_tensor("brain", random.normal(size=(3, 2)).astype(ml_dtypes.bfloat16).view(np.uint8), raw_dtype=GGMLQuantizationType.BF16)
    writer.add_tensor("double", random.normal(size=(2, 3, 4)))
    for size in (8, 16, 32, 64):
        writer.add_tensor(f"whole.{size}", np.arange(-3, 3, dtype=f"i{size // 8}").reshape(1, 2, 3, 1)[:, :, : 1 + size // 32])
    close(writer)
    return FOLDER / name


def blocks(name: str, kinds: list[GGMLQuantizationType]) -> bytes:
    """Writes a file of these kinds of blocks, and returns the numbers of those that the plug-in promises."""
    random = np.random.default_rng(2)
    writer = GGUFWriter(FOLDER / name, "llama")
    writer.add_file_type(15)
    writer.add_quantization_version(2)
    writer.add_name("blocks")
    expected = b""
    for kind in kinds:
        elements, size = gguf.GGML_QUANT_SIZES[kind]
        weights = random.normal(0, 0.05, (2, elements * 2)).astype(np.float32)
        try:
            rows = gguf.quants.quantize(weights, kind)
        except NotImplementedError:
            rows = random.integers(0, 256, (2, size * 2), np.uint8)
            for place in HALVES.get(kind.name, ()):
                rows.reshape(4, size)[:, place:place + 2] = random.normal(0, 0.01, 4).astype(np.float16).view(np.uint8).reshape(4, 2)
        writer.add_tensor(f"weights.{kind.name}", rows, raw_dtype=kind)
        if kind.name in DEQUANTISED:
            numbers = gguf.quants.dequantize(rows, kind)
            assert np.isfinite(numbers).all(), kind
            expected += numbers.astype("<f4").tobytes()
    writer.add_tensor("norm", np.ones(4, np.float16))
    close(writer)
    return expected


def main() -> None:
    warnings.simplefilter("ignore")
    data = plain("plain.gguf").read_bytes()
    assert data[4:8] == b"\3\0\0\0"
    (FOLDER / "version2.gguf").write_bytes(data[:4] + b"\2\0\0\0" + data[8:])
    plain("aligned.gguf", alignment=256)
    writer = GGUFWriter(FOLDER / "big-endian.gguf", "bert", endianess=GGUFEndian.BIG)
    writer.add_tensor("a", np.ones((2, 3), np.float32))
    close(writer)
    kinds = [kind for kind, (elements, _) in gguf.GGML_QUANT_SIZES.items() if elements > 1]
    expected = blocks("blocks.gguf", [kind for kind in kinds if kind.name in DEQUANTISED])
    (FOLDER / "blocks.f32").write_bytes(expected)
    blocks("other-blocks.gguf", [kind for kind in kinds if kind.name not in DEQUANTISED])


if __name__ == "__main__":
    main()

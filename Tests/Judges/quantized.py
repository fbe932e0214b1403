"""Small checkpoints that are quantised, made of what the programs that quantise models wrote, and their numbers."""

import json
import pathlib

import ml_dtypes
import numpy as np

import fixtures
from tensors import Contents, Tensor, read_safetensors, read_shards, write_safetensors
from tool import FIXTURES, FocusCase

QUANTIZED = FIXTURES / "quantized"
ROWS, WIDTH = 416, 64
TABLE, HEAD, NORM = "model.embed_tokens", "lm_head", "model.norm.weight"
KINDS = {"F32": np.float32, "F16": np.float16, "BF16": ml_dtypes.bfloat16, "F8_E4M3": ml_dtypes.float8_e4m3fn,
         "F8_E5M2": ml_dtypes.float8_e5m2, "F8_E8M0": ml_dtypes.float8_e8m0fnu, "U32": np.uint32}


def array(tensor: Tensor) -> np.ndarray:
    return np.frombuffer(tensor.data, KINDS[tensor.dtype]).reshape(tensor.shape)


def tensor(values: np.ndarray) -> Tensor:
    kind = next(name for name, kind in KINDS.items() if values.dtype == kind)
    return Tensor(kind, values.shape, np.ascontiguousarray(values).tobytes())


def fixture(name: str) -> tuple[Contents, dict]:
    path = QUANTIZED / f"{name}.safetensors"
    return read_safetensors(path), json.loads(path.with_suffix(".json").read_text())


def unpacked(words: np.ndarray, bits: int, width: int) -> np.ndarray:
    """The whole numbers of a row, which follow each other from the lowest bit on."""
    stream = np.unpackbits(words.view(np.uint8).reshape(len(words), -1), axis=1, bitorder="little")
    return (stream[:, :width * bits].reshape(len(words), width, bits) << np.arange(bits)).sum(-1)


def numbers(tensors: dict[str, Tensor], name: str, bits: int = 4, size: int = 32) -> np.ndarray:
    """The numbers of a layer, quantised or not, in float32."""
    weight = array(tensors[f"{name}.weight"])
    if weight.dtype == np.uint32:
        scales, biases = (array(tensors[f"{name}.{part}"]).astype(np.float32).repeat(size, 1)
                          for part in ("scales", "biases"))
        return unpacked(weight, bits, scales.shape[1]).astype(np.float32) * scales + biases
    for part in ("weight_scale", "weight_scale_inv"):
        if f"{name}.{part}" in tensors:
            scales = array(tensors[f"{name}.{part}"]).astype(np.float32)
            if scales.size > 1 and scales.shape[1] > 1:
                scales = scales.repeat(32, 0)[:len(weight)].repeat(32, 1)
            return weight.astype(np.float32) * scales
    return weight.astype(np.float32)


class QuantizedCase(FocusCase):
    def write(self, tensors: dict[str, Tensor], settings: dict, name: str = "source",
              shards: int | list[list[str]] = 1, metadata: dict | None = None, **config) -> pathlib.Path:
        folder = self.folder / name
        text = {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": ROWS, "hidden_size": WIDTH,
                "intermediate_size": ROWS, "num_hidden_layers": 1, "num_attention_heads": 2, "bos_token_id": 0,
                "tie_word_embeddings": False, **config, **settings}
        fixtures.unpack_tokenizer("golden/tokenizers/source", folder)
        (folder / "config.json").write_text(json.dumps(text, indent=2))
        metadata = metadata or {"format": "pt"}
        if shards == 1:
            write_safetensors(folder / "model.safetensors", tensors, metadata)
            return folder
        if isinstance(shards, int):
            shards = [list(tensors)[shard::shards] for shard in range(shards)]
        places = {}
        for shard, names in enumerate(shards):
            file = f"model-{shard + 1:05}-of-{len(shards):05}.safetensors"
            write_safetensors(folder / file, {name: tensors[name] for name in names}, metadata)
            places |= dict.fromkeys(names, file)
        index = {"metadata": {"total_size": sum(len(t.data) for t in tensors.values())}, "weight_map": places}
        (folder / "model.safetensors.index.json").write_text(json.dumps(index))
        return folder

    def make_target(self) -> None:
        if not (self.folder / "target").exists():
            fixtures.unpack_tokenizer("golden/tokenizers/target-unigram", self.folder / "target")

    def specialise(self, source="source", *options, output="result", method="pieces") -> dict[str, Tensor]:
        self.make_target()
        method = ("--method", method) if method else ()
        place = ("--output", output) if output else ("--in-place",)
        outcome = self.focus("specialize", source, "--tokenizer", "target", *place, *method, "--report", "report.json",
                             *options)
        self.assertDone(outcome)
        self.story = outcome.output + outcome.errors
        return read_shards(self.folder / (output or source)).tensors

    def copies(self) -> list[tuple[int, int]]:
        """Target ids and the source ids whose rows they take."""
        ids = [fixtures.tokenizer(fixtures.unpack_tokenizer(f"golden/tokenizers/{name}", self.base / name)).get_vocab()
               for name in ("source", "target-unigram")]
        marks = {token for token in ids[1] if token.startswith("<")}
        return [(ids[1][token], ids[0][token]) for token in ids[1] if token in ids[0] and token not in marks]

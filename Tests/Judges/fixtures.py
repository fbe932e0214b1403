"""The golden files, tokenizers and small checkpoints that the judges work with."""

import gzip
import json
import pathlib

import ml_dtypes
import numpy as np
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from tool import FIXTURES

TYPES = {"float32": np.float32, "float16": np.float16, "bfloat16": ml_dtypes.bfloat16}


def read(name: str) -> bytes:
    path = FIXTURES / name
    return path.read_bytes() if path.exists() else gzip.decompress(path.with_name(path.name + ".gz").read_bytes())


def read_json(name: str):
    return json.loads(read(name))


def unpack_tokenizer(name: str, destination: pathlib.Path) -> pathlib.Path:
    """Puts a tokenizer folder of the fixtures where the tool can read it; `name` as in golden/tokenizers/source."""
    destination.mkdir(parents=True, exist_ok=True)
    for path in (FIXTURES / name).iterdir():
        data = path.read_bytes()
        plain = path.name.removesuffix(".gz")
        (destination / plain).write_bytes(gzip.decompress(data) if plain != path.name else data)
    return destination


def tokenizer(folder: pathlib.Path) -> Tokenizer:
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def golden_array(name: str) -> np.ndarray:
    return np.load(FIXTURES / "golden" / name)


def golden_auxiliary(target: str, folder: pathlib.Path) -> pathlib.Path:
    """The golden auxiliary vectors as the tool reads them: an array, and beside it the tokens, a JSON string a line."""
    path = folder / f"aux-{target}.npy"
    path.write_bytes(read(f"golden/aux-{target}.npy"))
    tokens = read_json(f"golden/aux-{target}.tokens.json")
    path.with_suffix(".txt").write_text("".join(json.dumps(t, ensure_ascii=False) + "\n" for t in tokens),
                                        encoding="utf-8")
    return path


def write_checkpoint(folder: pathlib.Path, tensors: dict[str, np.ndarray], config: dict, source: str | None,
                     shards: int = 1, generation: dict | None = None) -> pathlib.Path:
    """A checkpoint folder as `save_pretrained` writes it, with one of the fixtures' tokenizers."""
    folder.mkdir(parents=True)
    if source:
        unpack_tokenizer(source, folder)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    if generation is not None:
        (folder / "generation_config.json").write_text(json.dumps(generation, indent=2) + "\n")
    if shards == 1:
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
        return folder
    names = sorted(tensors)
    places = {}
    for shard in range(shards):
        file = f"model-{shard + 1:05}-of-{shards:05}.safetensors"
        part = {name: tensors[name] for name in names[shard::shards]}
        save_file(part, folder / file, metadata={"format": "pt"})
        places |= dict.fromkeys(part, file)
    index = {"metadata": {"total_size": sum(t.nbytes for t in tensors.values())}, "weight_map": places}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")
    return folder


def read_checkpoint(folder: pathlib.Path) -> dict[str, np.ndarray]:
    """All tensors of a folder; a tensor in two files, or an index that does not tell the truth, is an error."""
    tensors: dict[str, np.ndarray] = {}
    places: dict[str, str] = {}
    for path in sorted(folder.glob("*.safetensors")):
        for name, value in load_file(path).items():
            assert name not in tensors, f"{name} is in {places[name]} and in {path.name}"
            tensors[name], places[name] = value, path.name
    index = folder / "model.safetensors.index.json"
    assert index.exists() == (set(places.values()) != {"model.safetensors"}), sorted(set(places.values()))
    if index.exists():
        contents = json.loads(index.read_text())
        assert contents["weight_map"] == places, "the index does not say where the tensors are"
        assert contents["metadata"]["total_size"] == sum(t.nbytes for t in tensors.values()), "the index's total size"
    return tensors


def read_config(folder: pathlib.Path, name: str = "config.json") -> dict:
    return json.loads((folder / name).read_text())

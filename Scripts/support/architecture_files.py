"""Checkpoints and tokenizers on disk, as the judge of architectures makes and reads them."""

import json
import os
import pathlib
import sys

import numpy as np
import torch
from safetensors import safe_open

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "Tests" / "Judges"))
os.environ.setdefault("FOCUS_JUDGE_DATA", "/")
import fixtures  # noqa: E402


def moved_tokenizer(folder: pathlib.Path) -> None:
    """Gives the special tokens of a unigram tokenizer other ids, so that it shows whether ids are mapped or left."""
    path = folder / "tokenizer.json"
    contents = json.loads(path.read_text(encoding="utf-8"))
    vocabulary = contents["model"]["vocab"]
    names = [piece for piece, _ in vocabulary]
    order = list(range(len(names)))
    for a, b in (("<pad>", "<s>"), ("</s>", "<unk>")):
        i, j = names.index(a), names.index(b)
        order[i], order[j] = order[j], order[i]
    contents["model"]["vocab"] = [vocabulary[i] for i in order]
    new = {names[i]: place for place, i in enumerate(order)}
    contents["model"]["unk_id"] = new["<unk>"]
    for token in contents["added_tokens"]:
        token["id"] = new.get(token["content"], token["id"])
    contents["added_tokens"].sort(key=lambda token: token["id"])

    def renumber(part):
        if isinstance(part, list):
            if len(part) == 2 and part[0] in new and isinstance(part[1], int):
                part[1] = new[part[0]]
            for element in part:
                renumber(element)
        elif isinstance(part, dict):
            if "ids" in part and "tokens" in part:
                part["ids"] = [new[token] for token in part["tokens"]]
            for element in part.values():
                renumber(element)
    renumber(contents["post_processor"])
    path.write_text(json.dumps(contents, ensure_ascii=False), encoding="utf-8")


def tensors(folder: pathlib.Path) -> dict[str, torch.Tensor]:
    found = {}
    for path in sorted(folder.glob("*.safetensors")):
        with safe_open(path, "pt") as file:
            assert file.metadata() == {"format": "pt"}, f"{path.name} has the metadata {file.metadata()}"
            for name in file.keys():
                assert name not in found, f"{name} is in two files"
                found[name] = file.get_tensor(name)
    index = folder / "model.safetensors.index.json"
    if index.exists():
        contents = json.loads(index.read_text())
        assert set(contents["weight_map"]) == set(found), "the index does not name the tensors that are there"
        assert contents["metadata"]["total_size"] == sum(t.nbytes for t in found.values()), "the index's total size"
    return found


def bits(tensor: torch.Tensor) -> np.ndarray:
    return tensor.contiguous().reshape(-1).view(torch.uint8).numpy() if tensor.numel() else np.zeros(0, np.uint8)


def array(tensor: torch.Tensor) -> np.ndarray:
    """The tensor in NumPy, whose bfloat16 is another package's."""
    if tensor.dtype != torch.bfloat16:
        return tensor.numpy()
    return tensor.contiguous().view(torch.uint16).numpy().view(fixtures.TYPES["bfloat16"])

"""usage: make_weights.py weights FOLDER BYTES
       make_weights.py many FOLDER

Makes checkpoints for the benchmark of formats: one with weights that compress as real ones do, and one of very many
tensors.
"""

import json
import pathlib
import sys

import numpy as np


def write_header(file, tensors: list[tuple[str, str, list[int]]]) -> int:
    """A safetensors header; returns the size of the contents that must follow."""
    header, end = {"__metadata__": {"format": "pt"}}, 0
    for name, dtype, shape in tensors:
        size = int(np.prod(shape)) * {"F32": 4, "BF16": 2}[dtype]
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    file.write(len(text).to_bytes(8, "little") + text)
    return end


def write_weights(folder: pathlib.Path, size: int) -> None:
    """A checkpoint of about `size` bytes, half of it F32 and half BF16, normal numbers as weights are: a vocabulary
    table of a fifth of it, and layers."""
    width = 4096 if size >= 10 ** 9 else 512
    tensors = [("model.embed_tokens.weight", "F32", [max(1, size // 5 // 4 // width), width])]
    layer = (("self_attn.q_proj.weight", "BF16", [width, width]), ("mlp.up_proj.weight", "BF16", [3 * width, width]),
             ("self_attn.o_proj.weight", "F32", [width, width]), ("input_layernorm.weight", "F32", [width]))
    used, number = size // 5, 0
    while used < size:
        for name, dtype, shape in layer:
            tensors.append((f"model.layers.{number}.{name}", dtype, shape))
            used += int(np.prod(shape)) * {"F32": 4, "BF16": 2}[dtype]
        number += 1
    # Larger elements first, as safetensors' own writer has it.
    tensors.sort(key=lambda tensor: tensor[1] != "F32")
    folder.mkdir(parents=True)
    # Far more than a compressor looks back.
    pool = np.random.default_rng(1).standard_normal(1 << 24, np.float32) * np.float32(0.02)
    blocks = {"F32": pool.tobytes(), "BF16": (pool.view(np.uint32) >> 16).astype(np.uint16).tobytes()}
    with open(folder / "model.safetensors", "wb") as file:
        write_header(file, tensors)
        for number, (_, dtype, shape) in enumerate(tensors):
            left, block = int(np.prod(shape)) * (4 if dtype == "F32" else 2), blocks[dtype]
            start = number * 7_654_320 % len(block)
            while left:
                part = block[start:start + left]
                file.write(part)
                left, start = left - len(part), 0
    (folder / "config.json").write_text("{}\n")


def write_many(folder: pathlib.Path) -> None:
    """10,000 tensors in 100 shards; the contents are holes, 10 GB of them."""
    folder.mkdir()
    places = {}
    for shard in range(100):
        tensors = [(f"model.layers.{shard}.experts.{part}.weight", "BF16", [512, 1000]) for part in range(100)]
        path = folder / f"model-{shard + 1:05}-of-00100.safetensors"
        with open(path, "wb") as file:
            size = write_header(file, tensors)
            file.truncate(file.tell() + size)
        places |= {name: path.name for name, _, _ in tensors}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {"total_size": 10_240_000_000},
                                                                     "weight_map": places}))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["weights", folder, size]: write_weights(pathlib.Path(folder), int(size))
        case ["many", folder]: write_many(pathlib.Path(folder))
        case _: sys.exit(__doc__)

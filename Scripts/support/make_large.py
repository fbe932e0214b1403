"""usage: make_large.py FOLDER TOKENIZER [GIGABYTES]

Writes a checkpoint in the shape of Llama, in bfloat16 and shards, of about so many gigabytes (default 8), with the
files of TOKENIZER. Its weights are one block of random numbers over and over: it is for measuring memory, not for use.
"""

import json
import pathlib
import shutil
import sys

import ml_dtypes
import numpy as np

WIDTH, FEED_FORWARD, SHARD = 2048, 8192, 2 << 30
BLOCK = np.random.default_rng(1).normal(0, 0.02, 1 << 24).astype(ml_dtypes.bfloat16).tobytes()


def rows(tokenizer: pathlib.Path) -> int:
    contents = json.loads((tokenizer / "tokenizer.json").read_text(encoding="utf-8"))
    return max(len(contents["model"]["vocab"]), *(token["id"] + 1 for token in contents["added_tokens"]))


def shapes(vocabulary: int, size: int) -> dict[str, tuple[int, ...]]:
    tensors = {"model.embed_tokens.weight": (vocabulary, WIDTH), "lm_head.weight": (vocabulary, WIDTH),
               "model.norm.weight": (WIDTH,)}
    layer = 0
    while sum(2 * int(np.prod(shape)) for shape in tensors.values()) < size:
        start = f"model.layers.{layer}."
        tensors |= {start + f"self_attn.{name}_proj.weight": (WIDTH, WIDTH) for name in "qkvo"}
        tensors |= {start + f"mlp.{name}_proj.weight": (FEED_FORWARD, WIDTH) for name in ("up", "gate")}
        tensors |= {start + "mlp.down_proj.weight": (WIDTH, FEED_FORWARD), start + "input_layernorm.weight": (WIDTH,)}
        layer += 1
    return tensors


def write_shard(path: pathlib.Path, tensors: dict[str, tuple[int, ...]]) -> None:
    header, end = {"__metadata__": {"format": "pt"}}, 0
    for name, shape in tensors.items():
        start, end = end, end + 2 * int(np.prod(shape))
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for place in range(0, end, len(BLOCK)):
            file.write(BLOCK[:end - place])


def main() -> None:
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    folder, tokenizer = map(pathlib.Path, sys.argv[1:3])
    size = int(float(sys.argv[3] if len(sys.argv) == 4 else 8) * 1e9)
    folder.mkdir(parents=True)
    vocabulary = rows(tokenizer)
    shards: list[dict] = [{}]
    for name, shape in shapes(vocabulary, size).items():
        if sum(2 * int(np.prod(other)) for other in shards[-1].values()) > SHARD:
            shards.append({})
        shards[-1][name] = shape
    places = {}
    for number, tensors in enumerate(shards):
        file = f"model-{number + 1:05}-of-{len(shards):05}.safetensors"
        write_shard(folder / file, tensors)
        places |= dict.fromkeys(tensors, file)
    total = sum(2 * int(np.prod(shape)) for tensors in shards for shape in tensors.values())
    (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {"total_size": total},
                                                                     "weight_map": places}, indent=2))
    (folder / "config.json").write_text(json.dumps({
        "model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": vocabulary, "hidden_size": WIDTH,
        "intermediate_size": FEED_FORWARD, "num_attention_heads": 16, "tie_word_embeddings": False,
        "torch_dtype": "bfloat16",
        "num_hidden_layers": sum(name.endswith("input_layernorm.weight") for name in places)}, indent=2))
    for path in tokenizer.iterdir():
        if path.name.startswith(("tokenizer", "special_tokens")):
            shutil.copy(path, folder / path.name)
    print(f"{folder}: {total / 1e9:.1f} GB in {len(shards)} shards, {vocabulary:,} rows")


if __name__ == "__main__":
    main()

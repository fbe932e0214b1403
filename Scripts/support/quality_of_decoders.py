"""What a causal model keeps of a language after a change of vocabulary: bits per byte of held-out sentences.

Bits per byte do not depend on the tokenizer, so that the original model and every result can be compared; lower is
better. A sentence counts all its bytes; the token that begins a text is put before it and not counted.
"""

import json
import math
import pathlib

import tokenizers
import torch
import transformers

# A name, and the options by which its rows come about.
VARIANTS = {
    "focus": ["--method", "focus"],
    "focus+uniform-pieces": ["--method", "focus+uniform-pieces"],
    "focus, head by shares": ["--method", "focus", "--head", "share"],
    "focus+states": ["--method", "focus+states"],
    "focus+states, untied": ["--method", "focus+states", "--untie"],
}


def is_causal(checkpoint: pathlib.Path) -> bool:
    """Whether the model predicts the next token."""
    names = json.loads((checkpoint / "config.json").read_text()).get("architectures") or []
    return any(name.endswith(("CausalLM", "LMHeadModel")) for name in names)


@torch.inference_mode()
def bits_per_byte(checkpoint: pathlib.Path, sentences: list[str]) -> float:
    tokenizer = tokenizers.Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    config = json.loads((checkpoint / "config.json").read_text())
    start = config.get("bos_token_id", config.get("text_config", {}).get("bos_token_id"))
    model = transformers.AutoModelForCausalLM.from_pretrained(checkpoint, dtype=torch.float32).eval()
    nats = 0.0
    for sentence in sentences:
        ids = torch.tensor([[start, *tokenizer.encode(sentence, add_special_tokens=False).ids]])
        logits = model(input_ids=ids).logits[0, :-1]
        nats += torch.nn.functional.cross_entropy(logits, ids[0, 1:], reduction="sum").item()
    return nats / math.log(2) / sum(len(sentence.encode()) for sentence in sentences)

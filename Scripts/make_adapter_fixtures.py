#!/usr/bin/env python3
"""Makes Tests/Fixtures/adapters: adapters of a tiny random model as PEFT writes them, with the tables that the model
has once PEFT has merged them.

usage: make_adapter_fixtures.py

Run it in an environment with torch, transformers 5.24 and peft 0.21. `base` and `tied` are the models, for the
tokenizer of golden/tokenizers/source; every other folder holds an adapter as `save_pretrained` writes it, and
merged.safetensors: of `embed` and `head`, the table and the output layer, those that are others once
`merge_and_unload` is done, in float32. Of several adapters in folders of their names each has its own.
"""

import json
import os
import pathlib
import shutil
import tempfile
import warnings

os.environ["TRANSFORMERS_VERBOSITY"] = "error"
os.environ["HF_HUB_OFFLINE"] = "1"
warnings.filterwarnings("ignore")
import peft
import torch
import transformers
from safetensors.torch import save_file

ROOT = pathlib.Path(__file__).resolve().parent.parent / "Tests/Fixtures"
FOLDER = ROOT / "adapters"
ATTENTION = ["q_proj", "v_proj"]
TABLES = ["embed_tokens", "lm_head"]


def vocabulary_size() -> int:
    with tempfile.TemporaryDirectory() as folder:
        for path in (ROOT / "golden/tokenizers/source").iterdir():
            shutil.copy(path, folder)
        for path in pathlib.Path(folder).glob("*.gz"):
            os.system(f"gunzip '{path}'")
        tokens = json.loads((pathlib.Path(folder) / "tokenizer.json").read_text())
    ids = [place for place, _ in enumerate(tokens["model"]["vocab"])] + [t["id"] for t in tokens["added_tokens"]]
    return max(ids) + 1


ROWS = vocabulary_size()


def lora(**settings) -> peft.LoraConfig:
    return peft.LoraConfig(task_type="CAUSAL_LM", r=2, lora_alpha=6, **settings)


# Folder: which model, configuration, how save_pretrained is asked.
ADAPTERS = {
    "attention": ("base", lora(target_modules=ATTENTION), {}),
    "whole-tables": ("base", lora(target_modules=ATTENTION, modules_to_save=TABLES), {}),
    "low-rank": ("base", lora(target_modules=ATTENTION + TABLES, rank_pattern={"embed_tokens": 3}),
                 {"save_embedding_layers": False}),
    "low-rank-with-tables": ("base", lora(target_modules=ATTENTION + TABLES, use_rslora=True), {}),
    "low-rank-tied": ("tied", lora(target_modules=ATTENTION + ["embed_tokens"]), {"save_embedding_layers": False}),
    "low-rank-bias": ("base", lora(target_modules=["lm_head"], lora_bias=True), {"save_embedding_layers": False}),
    "low-rank-bfloat16": ("base", lora(target_modules=TABLES), {"save_embedding_layers": False}),
    "lengths": ("base", lora(target_modules=TABLES, use_dora=True), {"save_embedding_layers": False}),
    "lengths-elsewhere": ("base", lora(target_modules=ATTENTION, use_dora=True), {}),
    "tokens": ("base", peft.TrainableTokensConfig(token_indices=[4, 9, 17, 50, 51], target_modules=["embed_tokens"]),
               {}),
    "tokens-tied": ("tied", peft.TrainableTokensConfig(token_indices=[4, 9, 17, 50, 51]), {}),
    "tokens-beside": ("base", lora(target_modules=ATTENTION, trainable_token_indices=[60, 61, 62, 3]), {}),
    "tokens-by-module": ("base", lora(target_modules=ATTENTION, trainable_token_indices={
        "embed_tokens": [5, 70, 71], "lm_head": [5, 6, 7, 72]}), {}),
    "other-kind": ("base", peft.IA3Config(target_modules=["k_proj", "lm_head"], feedforward_modules=[]), {}),
}


# Nothing of tables is in them, or PEFT itself cannot merge them.
UNMERGED = {"attention", "low-rank-bias", "lengths-elsewhere", "lengths", "other-kind"}


def model(name: str) -> torch.nn.Module:
    return transformers.AutoModelForCausalLM.from_pretrained(FOLDER / name)


def train(adapted: torch.nn.Module, generator: torch.Generator) -> None:
    """Random numbers where training would have left some."""
    with torch.no_grad():
        for name, value in adapted.named_parameters():
            if value.requires_grad:
                spread = 0.05 if "modules_to_save" in name or "trainable_tokens" in name else 0.3
                noise = torch.randn(value.shape, generator=generator) * spread
                value.copy_((value.float() + noise).to(value.dtype))


def tables(merged: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {"embed": merged.get_input_embeddings().weight.detach().float().clone(),
            "head": merged.get_output_embeddings().weight.detach().float().clone()}


def merge(adapted, base: str, folder: pathlib.Path) -> None:
    """Writes the tables that are others than the base's."""
    before = tables(model(base))
    # Factors are added to the input alone, until PEFT merges them into the tensor of both.
    only = ("embed",) if base == "tied" and adapted.active_peft_config.peft_type == "LORA" else ("embed", "head")
    changed = {name: value.contiguous() for name, value in tables(adapted.merge_and_unload()).items()
               if name in only and not torch.equal(value, before[name])}
    save_file(changed, folder / "merged.safetensors")


def write(folder: pathlib.Path, adapted, saving: dict) -> None:
    adapted.save_pretrained(folder, **saving)
    shutil.rmtree(folder / "README.md", ignore_errors=True)
    (folder / "README.md").unlink(missing_ok=True)


def named_base(folder: pathlib.Path, name: str) -> None:
    """The base's name without the folders of the machine that wrote it."""
    for path in folder.rglob("adapter_config.json"):
        config = json.loads(path.read_text())
        config["base_model_name_or_path"] = f"example/{name}"
        path.write_text(json.dumps(config, indent=2, sort_keys=True))


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    for name, tied in (("base", False), ("tied", True)):
        torch.manual_seed(len(name))
        config = transformers.LlamaConfig(
            vocab_size=ROWS, hidden_size=8, intermediate_size=12, num_hidden_layers=1, num_attention_heads=2,
            num_key_value_heads=1, max_position_embeddings=64, tie_word_embeddings=tied, bos_token_id=0,
            eos_token_id=2, initializer_range=0.5)
        transformers.LlamaForCausalLM(config).save_pretrained(FOLDER / name)
    for place, (folder, (base, config, saving)) in enumerate(ADAPTERS.items()):
        generator = torch.Generator().manual_seed(place)
        plain = model(base)
        if folder == "low-rank-bfloat16":
            plain = plain.to(torch.bfloat16)
        adapted = peft.get_peft_model(plain, config, autocast_adapter_dtype=False)
        train(adapted, generator)
        write(FOLDER / folder, adapted, saving)
        if folder not in UNMERGED:
            merge(adapted, base, FOLDER / folder)
        named_base(FOLDER / folder, base)
    generator = torch.Generator().manual_seed(99)
    adapted = peft.get_peft_model(model("base"), lora(target_modules=["embed_tokens"]), adapter_name="first")
    adapted.add_adapter("second", lora(target_modules=["lm_head"]))
    adapted.set_adapter("first")
    train(adapted, generator)
    adapted.set_adapter("second")
    train(adapted, generator)
    write(FOLDER / "several", adapted, {"save_embedding_layers": False})
    for name in ("first", "second"):
        loaded = peft.PeftModel.from_pretrained(model("base"), FOLDER / "several" / name)
        merge(loaded, "base", FOLDER / "several" / name)
    named_base(FOLDER / "several", "base")


if __name__ == "__main__":
    main()

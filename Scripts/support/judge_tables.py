"""usage: judge_tables.py [WORD ...]

Gives tiny random models of transformers another tokenizer and compares what they compute: a text and an image of tokens
that both vocabularies have must give the logits that they gave, on the columns of those tokens. The constellations are
those of published models: an id past the rows, a table longer than its head, ids of images, sizes that config.json
leaves to the class, layers that guess ahead, and a small model for speculative decoding with a large one.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings

import torch
import transformers
from safetensors.torch import load_file, save_file

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "Tests" / "Judges"))
os.environ.setdefault("FOCUS_JUDGE_DATA", "/")
from test_checkpoint_files import SOURCE, TARGET, tokenizer  # noqa: E402

COUNT = len(SOURCE)
TEXT = ["\u2581cat", "p", "q", "\u2581dog", "z"]
SIZES = {"hidden_size": 16, "intermediate_size": 40, "num_hidden_layers": 2, "num_attention_heads": 2,
         "num_key_value_heads": 2, "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0}
SIGHT = {"hidden_size": 16, "intermediate_size": 36, "num_hidden_layers": 2, "num_attention_heads": 2, "image_size": 28,
         "patch_size": 14}


class Case:
    """A model with the tokens that were added to its tokenizer, and those that the target has of them."""

    def __init__(self, name, model, added=(), images=None, edit=None, tensors=None):
        self.name, self.model, self.added = name, model, list(added)
        self.images, self.edit, self.tensors = images, edit, tensors or {}

    def judge(self, folder: pathlib.Path, target_added) -> list[str]:
        source, target, out = (folder / part for part in ("source", "target", "out"))
        self.model.save_pretrained(source)
        if self.tensors:
            found = load_file(source / "model.safetensors")
            more = {key: found[value].clone() if isinstance(value, str) else value
                    for key, value in self.tensors.items()}
            save_file(found | more, source / "model.safetensors", {"format": "pt"})
        if self.edit:
            config = json.loads((source / "config.json").read_text())
            self.edit(config)
            (source / "config.json").write_text(json.dumps(config))
        target.mkdir()
        (source / "tokenizer.json").write_text(json.dumps(tokenizer(SOURCE, self.added)))
        (target / "tokenizer.json").write_text(json.dumps(tokenizer(TARGET, target_added)))
        done = focus("specialize", source, "--tokenizer", target, "--method", "pieces", "--output", out)
        if done.returncode:
            return [done.stderr.strip()]
        after, story = type(self.model).from_pretrained(out, output_loading_info=True)
        complaints = [f"{kind}: {sorted(map(str, story[kind]))[:4]}" for kind in ("missing_keys", "mismatched_keys")
                      if story[kind]]
        old, new = SOURCE + self.added, TARGET + list(target_added)
        shared = [token for token in SOURCE[4:] if token in TARGET]
        columns = [[ids.index(token) for token in shared] for ids in (old, new)]
        texts = [TEXT]
        if self.images and set(self.added) <= set(target_added):
            texts.append(self.images[0] + TEXT)
        for tokens in texts:
            more = self.images[1] if tokens is not TEXT else {}
            logits = []
            for model, ids, chosen in ((self.model, old, columns[0]), (after, new, columns[1])):
                with torch.inference_mode():
                    row = torch.tensor([[ids.index(token) for token in tokens]])
                    logits.append(model.eval()(input_ids=row, **more).logits[..., chosen])
            if not torch.allclose(*logits, rtol=1e-5, atol=1e-6):
                complaints.append(f"logits differ by {(logits[0] - logits[1]).abs().max()}")
        tensors = load_file(out / "model.safetensors")
        complaints += [f"{key} is no copy of {value} any more" for key, value in self.tensors.items()
                       if isinstance(value, str) and not torch.equal(tensors[key], tensors[value])]
        return complaints


def focus(*arguments):
    return subprocess.run([os.environ["FOCUS_BINARY"], *map(str, arguments)], capture_output=True, text=True)


def cases() -> list[Case]:
    t = transformers
    text = {**SIZES, "vocab_size": COUNT + 10}
    gemma = {**text, "head_dim": 8}
    pixels = {"pixel_values": torch.randn(1, 3, 28, 28)}
    qwen = t.Qwen2VLConfig(
        text_config={**text, "rope_parameters": {"rope_type": "default", "mrope_section": [1, 1, 2]}},
        vision_config={"depth": 1, "embed_dim": 16, "hidden_size": 16, "num_heads": 2, "patch_size": 14},
        image_token_id=COUNT + 2, video_token_id=COUNT + 3, vision_start_token_id=COUNT, vision_end_token_id=COUNT + 1)
    llama_vision = t.MllamaConfig(
        text_config={**SIZES, "vocab_size": COUNT, "cross_attention_layers": [1]}, image_token_index=COUNT,
        vision_config={"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_global_layers": 1,
                       "attention_heads": 2, "image_size": 28, "patch_size": 14, "max_num_tiles": 1,
                       "vision_output_dim": 32, "intermediate_layers_indices": [0],
                       "supported_aspect_ratios": [[1, 1]]})
    llava = t.LlavaConfig(text_config=t.LlamaConfig(**text), vision_config=t.CLIPVisionConfig(**SIGHT),
                          image_token_index=COUNT)
    gemma_vision = t.Gemma3Config(text_config=gemma, vision_config=SIGHT, mm_tokens_per_image=4,
                                  boi_token_index=COUNT, eoi_token_index=COUNT + 1, image_token_index=COUNT + 2)
    deepseek = t.DeepseekV3Config(
        **text, q_lora_rank=8, kv_lora_rank=8, qk_rope_head_dim=4, qk_nope_head_dim=4, v_head_dim=8, n_routed_experts=4,
        num_experts_per_tok=2, n_group=1, topk_group=1, moe_intermediate_size=24, first_k_dense_replace=1)
    ahead = {f"model.layers.61.{name}": value for name, value in {
        "embed_tokens.weight": "model.embed_tokens.weight", "shared_head.head.weight": "lm_head.weight",
        "eh_proj.weight": torch.randn(16, 32)}.items()}
    return [
        Case("Gemma-3-1b", t.Gemma3ForCausalLM(t.Gemma3TextConfig(**{**gemma, "vocab_size": COUNT})),
             ["<image_soft_token>"]),
        Case("Llama-3.2-Vision", t.MllamaForConditionalGeneration(llama_vision), ["<|image|>"]),
        Case("Qwen2-VL", t.Qwen2VLForConditionalGeneration(qwen),
             ["<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"],
             (["<|vision_start|>", "<|image_pad|>", "<|vision_end|>"],
              {"pixel_values": torch.randn(4, 1176), "image_grid_thw": torch.tensor([[1, 2, 2]]),
               "mm_token_type_ids": torch.tensor([[0, 1, 0] + [0] * len(TEXT)])})),
        Case("LLaVA", t.LlavaForConditionalGeneration(llava), ["<image>"], (["<image>"] * 4, pixels)),
        Case("Gemma-3-4b", t.Gemma3ForConditionalGeneration(gemma_vision),
             ["<start_of_image>", "<end_of_image>", "<image_soft_token>"],
             (["<start_of_image>", *["<image_soft_token>"] * 4, "<end_of_image>"], pixels),
             lambda config: config["text_config"].pop("vocab_size")),
        Case("DeepSeek-V3", t.DeepseekV3ForCausalLM(deepseek), tensors=ahead),
    ]


def assisted(folder: pathlib.Path) -> list[str]:
    """A small model is the assistant of a large one with other ids, a hole in them, and rows that fill up."""
    def model(rows, width, seed):
        torch.manual_seed(seed)
        return transformers.LlamaForCausalLM(transformers.LlamaConfig(
            **{**SIZES, "vocab_size": rows, "hidden_size": width})).eval()
    model(COUNT, 16, 1).save_pretrained(folder / "small")
    large = model(64, 32, 2)
    large.save_pretrained(folder / "large")
    (folder / "small" / "tokenizer.json").write_text(json.dumps(tokenizer(SOURCE)))
    contents = tokenizer(TARGET)
    contents["added_tokens"].append({**contents["added_tokens"][0], "id": len(TARGET) + 4, "content": "<|chat|>"})
    (folder / "large" / "tokenizer.json").write_text(json.dumps(contents))
    done = focus("draft", folder / "small", "--like", folder / "large", "--output", folder / "out")
    if done.returncode:
        return [done.stderr.strip()]
    small = transformers.AutoModelForCausalLM.from_pretrained(folder / "out").eval()
    ids = torch.tensor([[TARGET.index(token) for token in TEXT]])
    settings = {"attention_mask": torch.ones_like(ids), "max_new_tokens": 24, "do_sample": False, "pad_token_id": 0}
    alone, helped = (large.generate(ids, **settings, **more) for more in ({}, {"assistant_model": small}))
    if small.config.vocab_size != 64:
        return [f"it has {small.config.vocab_size} rows"]
    return [] if torch.equal(alone, helped) else ["with the assistant other tokens come out"]


def main() -> None:
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    warnings.simplefilter("ignore")
    torch.manual_seed(5)
    words, failed = [word.lower() for word in sys.argv[1:]], 0
    jobs = [(f"{case.name}{' without' * (not kept)}", lambda folder, case=case, kept=kept:
             case.judge(folder, case.added[::-1] if kept else []))
            for case in cases() for kept in ([True, False] if case.added else [True])]
    for name, job in [*jobs, ("assisted generation", assisted)]:
        if words and not any(word in name.lower() for word in words):
            continue
        with tempfile.TemporaryDirectory(prefix="focus-tables-") as folder:
            complaints = job(pathlib.Path(folder))
        failed += bool(complaints)
        print(f"{'FAILED' if complaints else 'passed'} {name}", *complaints, sep="\n  ", flush=True)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()

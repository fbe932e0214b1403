#!/usr/bin/env python3
"""Makes Tests/Fixtures/models: tiny random models of every family that focus can run, with the states and logits that
transformers computes.

usage: make_states_fixtures.py [WORD ...]

Run it in an environment with torch and transformers 5.24. A folder holds config.json and model.safetensors as
`save_pretrained` writes them, ids.txt (a sequence of ids per line), and expected.safetensors: `layer.0` (what enters
the first layer) to `layer.N`, `final` and, where the class has a head, `logits`, in float32 and in the order of ids.txt
without padding. With words, only the folders whose names have one of them are made.
"""

import os
import pathlib
import shutil
import sys

os.environ["TRANSFORMERS_VERBOSITY"] = "error"
import torch
import transformers
from safetensors.torch import save_file

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Tests/Fixtures/models"
ROWS = 37
LENGTHS = (1, 23, 4, 11)
torch.manual_seed(0)
torch.set_grad_enabled(False)

ENCODER = {"vocab_size": ROWS, "hidden_size": 16, "num_hidden_layers": 3, "num_attention_heads": 2,
           "intermediate_size": 24, "max_position_embeddings": 64, "pad_token_id": 1}
DECODER = {"vocab_size": ROWS, "hidden_size": 16, "num_hidden_layers": 3, "num_attention_heads": 4,
           "num_key_value_heads": 2, "intermediate_size": 24, "max_position_embeddings": 64, "pad_token_id": 0,
           "bos_token_id": 1, "eos_token_id": 2}
LOCAL = {"layer_types": ["sliding_attention", "full_attention", "sliding_attention"], "sliding_window": 5}


def rope(**settings) -> dict:
    return {"rope_parameters": {"rope_theta": 10000.0, **settings}}


# Folder: class, settings of its configuration.
MODELS = {
    "bert": ("BertModel", {**ENCODER, "pad_token_id": 0}),
    "bert-masked": ("BertForMaskedLM", {**ENCODER, "pad_token_id": 0, "hidden_act": "gelu_new"}),
    "mpnet": ("MPNetModel", ENCODER),
    "mpnet-masked": ("MPNetForMaskedLM", ENCODER),
    "distilbert": ("DistilBertModel", {"vocab_size": ROWS, "dim": 16, "n_layers": 3, "n_heads": 2, "hidden_dim": 24,
                                       "max_position_embeddings": 64}),
    "distilbert-masked": ("DistilBertForMaskedLM", {"vocab_size": ROWS, "dim": 16, "n_layers": 2, "n_heads": 2,
                                                    "hidden_dim": 24, "max_position_embeddings": 64}),
    "roberta": ("RobertaModel", ENCODER),
    "xlm-roberta": ("XLMRobertaModel", {**ENCODER, "num_attention_heads": 4, "layer_norm_eps": 1e-5}),
    "xlm-roberta-masked": ("XLMRobertaForMaskedLM", ENCODER),
    "modernbert": ("ModernBertModel", {**ENCODER, "global_attn_every_n_layers": 3, "local_attention": 8,
                                       "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2, "cls_token_id": 1,
                                       "sep_token_id": 2}),
    "t5-encoder": ("T5EncoderModel", {"vocab_size": ROWS, "d_model": 16, "d_kv": 6, "d_ff": 24, "num_layers": 3,
                                      "num_heads": 3, "relative_attention_num_buckets": 8,
                                      "relative_attention_max_distance": 12}),
    "t5-encoder-gated": ("T5EncoderModel", {"vocab_size": ROWS, "d_model": 16, "d_kv": 8, "d_ff": 24, "num_layers": 2,
                                            "num_heads": 2, "feed_forward_proj": "gated-gelu"}),
    "llama": ("LlamaForCausalLM", DECODER),
    "llama-tied": ("LlamaForCausalLM", {**DECODER, "tie_word_embeddings": True, "head_dim": 6, "attention_bias": True,
                                        "mlp_bias": True}),
    "llama-3": ("LlamaForCausalLM", {**DECODER, **rope(
        rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
        original_max_position_embeddings=16)}),
    "llama-linear": ("LlamaForCausalLM", {**DECODER, **rope(rope_type="linear", factor=2.0)}),
    "llama-yarn": ("LlamaForCausalLM", {**DECODER, **rope(
        rope_type="yarn", factor=4.0, original_max_position_embeddings=16)}),
    "mistral": ("MistralForCausalLM", {**DECODER, "sliding_window": 5}),
    "qwen2": ("Qwen2ForCausalLM", DECODER),
    "qwen2-tied": ("Qwen2ForCausalLM", {**DECODER, "tie_word_embeddings": True, "num_key_value_heads": 4}),
    "qwen3": ("Qwen3ForCausalLM", {**DECODER, "head_dim": 8}),
    "gemma": ("GemmaForCausalLM", {**DECODER, "head_dim": 8, "num_key_value_heads": 1}),
    "gemma2": ("Gemma2ForCausalLM", {**DECODER, **LOCAL, "head_dim": 8, "query_pre_attn_scalar": 12,
                                     "attn_logit_softcapping": 0.5, "final_logit_softcapping": 0.3}),
    "gemma3": ("Gemma3ForCausalLM", {**DECODER, **LOCAL, "head_dim": 8, "query_pre_attn_scalar": 12}),
    "gpt2": ("GPT2LMHeadModel", {"vocab_size": ROWS, "n_embd": 16, "n_layer": 3, "n_head": 2, "n_positions": 64}),
    "gpt-neox": ("GPTNeoXForCausalLM", {**ENCODER, "rotary_pct": 0.5, "use_parallel_residual": True}),
    "gpt-neox-serial": ("GPTNeoXForCausalLM", {**ENCODER, "use_parallel_residual": False}),
    "phi3": ("Phi3ForCausalLM", {**DECODER, "sliding_window": 7}),
    "olmo2": ("Olmo2ForCausalLM", DECODER),
    "mixtral": ("MixtralForCausalLM", {**DECODER, "num_local_experts": 4, "num_experts_per_tok": 2}),
    "qwen3-moe": ("Qwen3MoeForCausalLM", {**DECODER, "head_dim": 8, "num_experts": 4, "num_experts_per_tok": 2,
                                          "moe_intermediate_size": 12, "norm_topk_prob": True}),
    "granite": ("GraniteForCausalLM", {**DECODER, "embedding_multiplier": 3.0, "logits_scaling": 2.0,
                                       "residual_multiplier": 0.7, "attention_multiplier": 0.4}),
    "stablelm": ("StableLmForCausalLM", {**DECODER, "partial_rotary_factor": 0.5, "use_qkv_bias": True}),
    "stablelm-parallel": ("StableLmForCausalLM", {**DECODER, "partial_rotary_factor": 0.5,
                                                  "use_parallel_residual": True}),
    "modernbert-masked": ("ModernBertForMaskedLM", {
        **ENCODER, "local_attention": 6, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2, "cls_token_id": 1,
        "sep_token_id": 2, "norm_bias": True, "attention_bias": True, "mlp_bias": True,
        "layer_types": ["sliding_attention", "full_attention", "full_attention"]}),
    "umt5-encoder": ("UMT5EncoderModel", {"vocab_size": ROWS, "d_model": 16, "d_kv": 6, "d_ff": 24, "num_layers": 3,
                                          "num_heads": 3}),
    "llama-odd": ("LlamaForCausalLM", {**DECODER, "hidden_size": 15, "num_attention_heads": 3, "head_dim": 18,
                                       "num_key_value_heads": 1, "intermediate_size": 23}),
    "llama-bfloat16": ("LlamaForCausalLM", {**DECODER, "stored_type": torch.bfloat16}),
    "bert-float16": ("BertModel", {**ENCODER, "pad_token_id": 0, "stored_type": torch.float16}),
    "llama-dynamic": ("LlamaForCausalLM", {**DECODER, **rope(rope_type="dynamic", factor=2.0)}),
    "phi3-long": ("Phi3ForCausalLM", {**DECODER, "original_max_position_embeddings": 16, **rope(
        rope_type="longrope", short_factor=[1.0, 1.2], long_factor=[1.5, 4.0])}),
    "qwen2-windows": ("Qwen2ForCausalLM", {**DECODER, "use_sliding_window": True, "sliding_window": 4,
                                           "max_window_layers": 1}),
    "qwen3-biases": ("Qwen3ForCausalLM", {**DECODER, "head_dim": 6, "attention_bias": True,
                                          "tie_word_embeddings": True}),
    "qwen3-moe-mixed": ("Qwen3MoeForCausalLM", {
        **DECODER, "head_dim": 8, "num_experts": 6, "num_experts_per_tok": 3, "moe_intermediate_size": 12,
        "norm_topk_prob": False, "mlp_only_layers": [2], "decoder_sparse_step": 1}),
    "gemma3-scaled": ("Gemma3ForCausalLM", {**DECODER, **LOCAL, "head_dim": 8, "rope_parameters": {
        "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1e6},
        "sliding_attention": {"rope_type": "default", "rope_theta": 1e4}}}),
    "gemma3-both-ways": ("Gemma3TextModel", {**DECODER, **LOCAL, "head_dim": 8, "use_bidirectional_attention": True}),
    "gpt2-layers": ("GPT2LMHeadModel", {"vocab_size": ROWS, "n_embd": 16, "n_layer": 3, "n_head": 2, "n_inner": 20,
                                        "n_positions": 64, "scale_attn_by_inverse_layer_idx": True}),
    "smollm3": ("SmolLM3ForCausalLM", {**DECODER, "no_rope_layers": [1, 0, 1]}),
    "starcoder2": ("Starcoder2ForCausalLM", {**DECODER, "sliding_window": 6}),
}


def make(name: str, kind: str, settings: dict) -> None:
    torch.manual_seed(sum(name.encode()))
    settings = dict(settings)
    stored_type = settings.pop("stored_type", torch.float32)
    model_class = getattr(transformers, kind)
    config = model_class.config_class(**settings)
    config._attn_implementation = "eager"
    model = model_class(config).eval().float()
    # Weights as they come are so small that hardly anything happens; norms are all one and biases all nought.
    for key, weight in model.named_parameters():
        if weight.dim() > 1:
            weight.normal_(0, 0.6 / weight.shape[-1] ** 0.5 if "embed" not in key else 0.6)
        else:
            weight.add_(torch.randn_like(weight) * 0.2)
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    model.to(stored_type).save_pretrained(folder)
    model.float()
    (folder / "generation_config.json").unlink(missing_ok=True)
    generator = torch.Generator().manual_seed(1)
    sequences = [torch.randint(3, ROWS, (length,), generator=generator) for length in LENGTHS]
    (folder / "ids.txt").write_text("".join(" ".join(map(str, ids.tolist())) + "\n" for ids in sequences))
    expected: dict[str, list] = {}
    for ids in sequences:
        outputs = model(input_ids=ids[None], output_hidden_states=True, return_dict=True)
        states = list(outputs.hidden_states)
        if hasattr(outputs, "last_hidden_state"):
            final = outputs.last_hidden_state
        else:
            final = model.base_model(input_ids=ids[None], return_dict=True).last_hidden_state
        # Where the last of the states has gone through the last norm, what comes out of the last layer is not shown.
        has_no_last_norm = kind.startswith(("Bert", "Roberta", "XLMRoberta", "MPNet", "DistilBert"))
        last_is_final = torch.equal(states[-1], final) and not has_no_last_norm
        for number, state in enumerate(states[:-1] if last_is_final else states):
            expected.setdefault(f"layer.{number}", []).append(state[0])
        expected.setdefault("final", []).append(final[0])
        if hasattr(outputs, "logits"):
            expected.setdefault("logits", []).append(outputs.logits[0])
    tensors = {key: torch.cat(parts).contiguous() for key, parts in expected.items()}
    assert all(tensor.isfinite().all() for tensor in tensors.values()), name
    save_file(tensors, folder / "expected.safetensors")
    print(name, sum(path.stat().st_size for path in folder.iterdir()) // 1000, "kB", sorted(tensors))


for name, (kind, settings) in MODELS.items():
    if len(sys.argv) == 1 or any(word in name for word in sys.argv[1:]):
        make(name, kind, settings)

"""Tiny random checkpoints of whatever architectures the installed transformers offers, as `save_pretrained` writes
them.

usage: tiny_models.py                     lists the classes that can be made
       tiny_models.py CLASS FOLDER ROWS   writes one

There is no list of architectures to keep: every class with a vocabulary is tried. Its configuration is made small by
the names that configurations have for sizes; a class that is still too large, or does not take such a configuration, is
left out.
"""

import inspect
import pathlib
import re
import sys
import zlib

import torch
import transformers

KINDS = re.compile(r"(ForCausalLM|ForMaskedLM|LMHeadModel|ForConditionalGeneration|ForPreTraining)$")
# Also models without a head, whose checkpoints have other names.
MORE = ["BertModel", "RobertaModel", "XLMRobertaModel", "GPT2Model", "T5EncoderModel", "CLIPTextModel", "CLIPModel",
        "ElectraModel",
        "DebertaV2Model", "MarianMTModel", "GPTNeoXModel", "LlamaModel", "MPNetModel", "XLNetModel", "BartModel",
        "MBartModel",
        "AltCLIPTextModel", "ClapTextModel", "BlipTextModel", "SiglipTextModel", "LiltModel", "XLMWithLMHeadModel",
        "MarkupLMModel"]
LARGEST = 3_000_000

# How large things are in a tiny model, by what configurations call them. No size is like another, nor like a
# vocabulary's.
SIZES = {
    32: "hidden_size d_model n_embd dim emb_dim embed_dim width text_hidden_size projection_dim decoder_hidden_size",
    56: "intermediate_size ffn_dim encoder_ffn_dim decoder_ffn_dim d_ff d_inner n_inner ffn_hidden_size hidden_dim "
        "feed_forward_size dim_feedforward moe_intermediate_size shared_expert_intermediate_size mlp_dim "
        "intermediate_size_mlp "
        "ffn_embed_dim true_hidden_size shared_intermediate_size dense_intermediate_size",
    2: "num_hidden_layers n_layer n_layers num_layers encoder_layers decoder_layers num_decoder_layers "
       "num_encoder_layers "
       "num_attention_heads n_head n_heads num_heads encoder_attention_heads decoder_attention_heads "
       "num_key_value_heads "
       "num_kv_heads num_experts_per_tok num_experts_per_token moe_topk experts_per_token num_decoder_attention_heads "
       "num_encoder_attention_heads decoder_num_attention_heads decoder_num_hidden_layers",
    16: "head_dim d_kv d_head kv_channels embedding_size word_embed_proj_dim input_embedding_size attention_head_size "
        "global_head_dim",
    24: "output_embedding_size",
    8: "rotary_dim q_lora_rank kv_lora_rank qk_rope_head_dim qk_nope_head_dim v_head_dim state_size mamba_d_state "
       "ssm_state_size "
       "hidden_size_per_layer_input index_head_dim",
    4: "num_experts num_local_experts n_routed_experts moe_num_experts num_moe_experts altup_num_inputs",
    66: "max_position_embeddings n_positions n_ctx max_target_positions max_source_positions "
        "max_encoder_position_embeddings "
        "max_decoder_position_embeddings max_seq_len max_seq_length max_text_len",
    28: "image_size", 14: "patch_size", 20: "sliding_window",
}
# What a few configurations want beside, or hold no plain numbers for.
SPECIAL = {
    "Gemma3nForCausalLM": {"num_kv_shared_layers": 2, "num_hidden_layers": 4,
                           "layer_types": ["sliding_attention", "full_attention"] * 2, "intermediate_size": [56] * 4,
                           "activation_sparsity_pattern": [0.0] * 4, "laurel_rank": 8},
                           "GPTNeoForCausalLM": {"attention_types": [[["global", "local"], 1]]},
    "EsmForMaskedLM": {"vocab_size": None, "position_embedding_type": "absolute"},
    "LukeForMaskedLM": {"entity_vocab_size": 40, "entity_emb_size": 32},
    "RoCBertForMaskedLM": {"pronunciation_vocab_size": 40, "shape_vocab_size": 44, "pronunciation_embed_dim": 8,
                           "shape_embed_dim": 8},
    "SqueezeBertForMaskedLM": {"embedding_size": 32},
    "ReformerForMaskedLM": {"axial_pos_embds_dim": [8, 24], "axial_pos_shape": [4, 16],
                            "attn_layers": ["local", "local"], "is_decoder": False,
                            "num_buckets": None},
}
BY_NAME = {name: size for size, names in SIZES.items() for name in names.split()}


def classes() -> list[str]:
    names = {name for name in dir(transformers) if KINDS.search(name) and not name.startswith("Auto")} | set(MORE)
    return sorted(name for name in names if inspect.isclass(getattr(transformers, name, None)))


def small(config, rows: int, ids: dict[str, int], other: dict[int, int], depth: int = 0) -> dict:
    """The arguments that make a configuration of this kind small."""
    arguments = {}
    for name, value in vars(config).items():
        if isinstance(value, transformers.PretrainedConfig):
            arguments[name] = type(value)(**small(value, rows, ids, other, depth + 1)) if depth < 3 else value
        elif name == "vocab_size" or re.fullmatch(r"(decoder|src|tgt|text)_vocab_size|vocab_size_per_layer_input",
                                                  name):
            # Parts of a model that do not hear of text have vocabularies of their own.
            arguments[name] = rows if isinstance(value, int) and not other_vocabulary(config) else 40
        elif name in BY_NAME and isinstance(value, int) and not isinstance(value, bool):
            size = BY_NAME[name]
            arguments[name] = other.get(size) or (min(value, size) if size > 8 else size)
        elif (role := re.fullmatch(r"(bos|eos|pad|unk|sep|cls|mask|decoder_start)_(token_id|index)",
                                   name)) and not other_vocabulary(config):
            wanted = ids.get({"decoder_start": "eos"}.get(role[1], role[1]))
            if value is not None or role[1] in ("bos", "eos", "pad"):
                arguments[name] = [wanted] if isinstance(value, list) else wanted
        elif name.endswith(("_token_id", "_token_index")) and isinstance(value, int) and not other_vocabulary(config):
            arguments[name] = ids["unk"]
    return arguments


def other_vocabulary(config) -> bool:
    return bool(re.search(r"audio|vision|codec|vq|mel(?!lum)|depth|talker|speech|image",
                          type(config).__name__.removesuffix("Config"), re.I))


def make(name: str, rows: int, ids: dict[str, int], other: dict[int, int] | None = None) -> torch.nn.Module:
    """A model of the class; `other` gives other values for the sizes in SIZES."""
    kind = getattr(transformers, name)
    special = {key: rows if value is None and key == "vocab_size" else value for key,
               value in SPECIAL.get(name, {}).items()}
    config = kind.config_class(**small(kind.config_class(), rows, ids, other or {}) | special)
    with torch.device("meta"):
        if sum(p.numel() for p in kind(config).parameters()) > LARGEST:
            raise ValueError("too large")
    torch.manual_seed(zlib.crc32(name.encode()))
    model = kind(config)
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            # Biases begin as zeros, under which it would not show that one was dropped or put to other tokens.
            if parameter.dim() == 1 and "norm" not in key.lower() and parameter.is_floating_point():
                parameter.normal_()
        for key, buffer in model.named_buffers():
            if key.endswith("final_logits_bias"):
                buffer.normal_()
    return model.eval()


def main() -> None:
    transformers.logging.set_verbosity_error()
    ids = {"pad": 1, "bos": 0, "eos": 2, "unk": 3, "cls": 0, "sep": 2, "mask": 4}
    if len(sys.argv) == 4:
        model = make(sys.argv[1], int(sys.argv[3]), ids)
        model.save_pretrained(pathlib.Path(sys.argv[2]))
    elif len(sys.argv) == 1:
        for name in classes():
            try:
                model = make(name, 401, ids)
                if model.get_input_embeddings() is None or model.get_input_embeddings().weight.shape[0] != 401:
                    raise ValueError("its embedding does not follow vocab_size")
                print(name, sum(p.numel() for p in model.parameters()))
            except Exception as error:  # noqa: BLE001: whatever a class has against its configuration
                print(f"{name}: {type(error).__name__}: {str(error).splitlines()[0][:100] if str(error) else ''}",
                      file=sys.stderr)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()

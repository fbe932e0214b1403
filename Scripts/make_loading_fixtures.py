#!/usr/bin/env python3
"""Makes Tests/Fixtures/loading/cases.json.gz: small tokenizer folders, and the ids that transformers gives texts.

Run it in an environment with transformers 5.24, tokenizers 0.23.3, sentencepiece and protobuf. A case has `name`,
`files` (texts by name), `models` (base64 by name), `texts`, `ids`, `ids_special` (with special tokens) and `count`
(len(tokenizer)).
"""

import base64
import gzip
import io
import json
import os
import pathlib
import tempfile

os.environ["TRANSFORMERS_VERBOSITY"] = "error"
import sentencepiece
from transformers import AutoTokenizer

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Tests/Fixtures"
TEXTS = [
    "Haus haus HAUS",
    "größer đem Größer",
    "a<|im_start|>b<|im_end|> c",
    " returned x returned",
    "[MASK] a [PAD]b[NEW]",
    "<mask> <pad></s>d <extra_id_0>",
    "Ärger é naïve",
    "x  y\tz 12345 don't",
    "中文 Haus",
    " lead",
    "kilometer<img>Kilometer",
    "<s>a</s>",
]


def token(content, special=True, **more):
    return {
        "content": content,
        "single_word": False,
        "lstrip": False,
        "rstrip": False,
        "normalized": not special,
        "special": special,
        **more,
    }


def listed(contents, start=0, **more):
    return [{"id": start + index, **token(content, **more)} for index, content in enumerate(contents)]


def file(model, added, normalizer=None, pre_tokenizer=None, post_processor=None, decoder=None):
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": normalizer,
        "pre_tokenizer": pre_tokenizer,
        "post_processor": post_processor,
        "decoder": decoder,
        "model": model,
    }


def around(before, after):
    """A template that puts (text, id) before and after a text."""
    part = lambda text: {"SpecialToken": {"id": text, "type_id": 0}}
    sequence = {"Sequence": {"id": "A", "type_id": 0}}
    single = [part(text) for text, _ in before] + [sequence] + [part(text) for text, _ in after]
    return {
        "type": "TemplateProcessing",
        "single": single,
        "pair": single + [{"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {text: {"id": text, "ids": [id_], "tokens": [text]} for text, id_ in before + after},
    }


def word_piece(lowercase=False, accents=None):
    vocab = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        "Haus",
        "haus",
        "a",
        "b",
        "##b",
        "größer",
        "grosser",
        "großer",
        "##a",
        "x",
        "y",
        "z",
        "é",
        "e",
        "naive",
        "naïve",
        "Ärger",
        "ärger",
        "arger",
        "don",
        "'",
        "t",
        "中",
        "文",
        "中文",
        "c",
        "d",
        "returned",
        "lead",
    ]
    return file(
        {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": {text: index for index, text in enumerate(vocab)},
        },
        listed(vocab[:5]),
        {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": True,
            "strip_accents": accents,
            "lowercase": lowercase,
        },
        {"type": "BertPreTokenizer"},
        around([("[CLS]", 2)], [("[SEP]", 3)]),
        {"type": "WordPiece", "prefix": "##", "cleanup": True},
    )


def like_roberta(special):
    """A byte-level file with the post-processor that RoBERTa's class makes, too."""
    made, count = byte_level(special)
    ids = {text: count - len(special) + index for index, text in enumerate(special)}
    made["post_processor"] = {
        "type": "RobertaProcessing",
        "sep": ["</s>", ids["</s>"]],
        "cls": ["<s>", ids["<s>"]],
        "trim_offsets": True,
        "add_prefix_space": False,
    }
    return made


def bytes_as_characters():
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = iter(range(256, 512))
    return {byte: chr(byte if byte in plain else next(others)) for byte in range(256)}


def byte_level(special=("<|endoftext|>",), prefix=False, more=()):
    letters = bytes_as_characters()
    vocab, merges = {letters[byte]: byte for byte in range(256)}, []
    for word in (" Haus", "haus", " gr", "don"):
        spelled = [letters[byte] for byte in word.encode()]
        left = spelled[0]
        for right in spelled[1:]:
            if left + right not in vocab:
                vocab[left + right] = len(vocab)
                merges.append([left, right])
            left += right
    step = {"type": "ByteLevel", "add_prefix_space": prefix, "trim_offsets": True, "use_regex": True}
    return file(
        {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": vocab,
            "merges": merges,
        },
        listed(special, len(vocab)) + list(more),
        None,
        step,
        None,
        step,
    ), len(vocab) + len(special)


def unigram(special=("<s>", "<pad>", "</s>", "<unk>"), mask=True, before=("<s>",), after=("</s>",)):
    pieces = [*special, "▁Haus", "▁haus", "▁a", "a", "b", "c", "d", "e", "▁", "x", "y", "z", "größer", "▁größer"]
    pieces += ["é", "Ä", "ä", "r", "g", "1", "2", "3"] + ["<mask>"] * mask
    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    scores = [[piece, 0.0 if index < len(special) else -1.0 - index / 100] for index, piece in enumerate(pieces)]
    return file(
        {"type": "Unigram", "unk_id": pieces.index("<unk>"), "byte_fallback": False, "vocab": scores},
        listed(special) + (listed(["<mask>"], len(pieces) - 1, lstrip=True) if mask else []),
        None,
        metaspace,
        around([(text, pieces.index(text)) for text in before], [(text, pieces.index(text)) for text in after]),
        metaspace,
    )


def byte_fallback():
    vocab = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)] + list("▁Hausx") + ["▁H", "au", "aus"]
    vocab = list(dict.fromkeys(vocab))
    return file(
        {
            "type": "BPE",
            "dropout": None,
            "unk_token": "<unk>",
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": True,
            "byte_fallback": True,
            "ignore_merges": False,
            "vocab": {text: index for index, text in enumerate(vocab)},
            "merges": [["▁", "H"], ["a", "u"], ["au", "s"]],
        },
        listed(vocab[:3]),
        {
            "type": "Sequence",
            "normalizers": [
                {"type": "Prepend", "prepend": "▁"},
                {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
            ],
        },
        None,
        None,
        {
            "type": "Sequence",
            "decoders": [
                {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
                {"type": "ByteFallback"},
                {"type": "Fuse"},
                {"type": "Strip", "content": " ", "start": 1, "stop": 0},
            ],
        },
    )


BERT = {"unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "mask_token": "[MASK]"}
FAIRSEQ = {
    "bos_token": "<s>",
    "eos_token": "</s>",
    "unk_token": "<unk>",
    "pad_token": "<pad>",
    "cls_token": "<s>",
    "sep_token": "</s>",
}
LLAMA = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
GPT2 = {"bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>"}


def folders():
    """Name, tokenizer.json, tokenizer_config.json, other files."""
    for name in (
        "BertTokenizerFast",
        "BertTokenizer",
        "DistilBertTokenizerFast",
        "ElectraTokenizer",
        "MobileBertTokenizerFast",
        "MPNetTokenizerFast",
    ):
        yield f"{name}, lower case off", word_piece(True), {**BERT, "tokenizer_class": name, "do_lower_case": False}, {}
    yield "BertTokenizerFast, lower case by default", word_piece(False), {
        **BERT,
        "tokenizer_class": "BertTokenizerFast",
    }, {}
    yield "BertTokenizerFast, accents", word_piece(True), {
        **BERT,
        "tokenizer_class": "BertTokenizerFast",
        "strip_accents": False,
    }, {}
    yield "BertTokenizerFast, ideographs", word_piece(True), {
        **BERT,
        "tokenizer_class": "BertTokenizerFast",
        "tokenize_chinese_chars": False,
    }, {}
    yield "bert by the type of model", word_piece(True), {**BERT, "do_lower_case": False}, {
        "config.json": {"model_type": "bert"}
    }
    yield "ConvBertTokenizer takes the file", word_piece(True), {
        **BERT,
        "tokenizer_class": "ConvBertTokenizer",
        "do_lower_case": False,
    }, {}
    yield "PreTrainedTokenizerFast takes the file", word_piece(True), {
        **BERT,
        "tokenizer_class": "PreTrainedTokenizerFast",
        "do_lower_case": False,
    }, {}
    for name in (
        "GPT2TokenizerFast",
        "GPT2Tokenizer",
        "CodeGenTokenizerFast",
        "GPTNeoXTokenizerFast",
        "Qwen2TokenizerFast",
        "CohereTokenizerFast",
    ):
        for prefix in (True, False):
            yield f"{name}, prefix {prefix}", byte_level(prefix=not prefix)[0], {
                **GPT2,
                "tokenizer_class": name,
                "add_prefix_space": prefix,
            }, {}
    roberta = like_roberta(("<s>", "<pad>", "</s>", "<unk>", "<mask>"))
    for name in (
        "RobertaTokenizerFast",
        "BartTokenizerFast",
        "LongformerTokenizerFast",
        "LEDTokenizerFast",
        "MvpTokenizerFast",
    ):
        yield f"{name}, prefix", roberta, {
            **FAIRSEQ,
            "tokenizer_class": name,
            "add_prefix_space": True,
            "mask_token": "<mask>",
        }, {}
    yield "RobertaTokenizerFast adds what it lacks", like_roberta(("<s>", "</s>")), {
        "tokenizer_class": "RobertaTokenizerFast"
    }, {}
    yield "BlenderbotTokenizerFast, prefix by default", roberta, {
        **FAIRSEQ,
        "tokenizer_class": "BlenderbotTokenizerFast",
    }, {}
    yield "LlamaTokenizerFast over byte level", byte_level()[0], {
        **GPT2,
        "tokenizer_class": "LlamaTokenizerFast",
        "add_prefix_space": True,
    }, {}
    for options in ({}, {"legacy": True}, {"legacy": False}, {"add_prefix_space": False}, {"add_bos_token": True}):
        yield f"LlamaTokenizer {options}", byte_fallback(), {
            **LLAMA,
            "tokenizer_class": "LlamaTokenizer",
            **options,
        }, {}
    yield "LlamaTokenizer of Mistral takes the file", byte_fallback(), {
        **LLAMA,
        "tokenizer_class": "LlamaTokenizer",
        "legacy": False,
    }, {"config.json": {"model_type": "mistral"}}
    for name in ("XLMRobertaTokenizerFast", "CamembertTokenizerFast", "XGLMTokenizerFast", "BarthezTokenizerFast"):
        for prefix in (True, False):
            made = unigram(before=("</s>",), after=()) if name == "XGLMTokenizerFast" else unigram()
            yield f"{name}, prefix {prefix}", made, {
                **FAIRSEQ,
                "tokenizer_class": name,
                "add_prefix_space": prefix,
            }, {}
    t5 = unigram(("<pad>", "</s>", "<unk>"), mask=False, before=())
    yield "T5TokenizerFast adds its extra ids", t5, {
        "tokenizer_class": "T5TokenizerFast",
        "extra_ids": 3,
        "eos_token": "</s>",
    }, {}
    # Tokens that stand beside tokenizer.json.
    plain = {"tokenizer_class": "PreTrainedTokenizerFast"}
    tokenizer, count = byte_level()
    listing = {
        str(entry["id"]): {key: value for key, value in entry.items() if key != "id"}
        for entry in tokenizer["added_tokens"]
    }
    chat = {str(count): token("<|im_start|>"), str(count + 1): token("<|im_end|>")}
    yield "decoder list", tokenizer, {
        **plain,
        **GPT2,
        "added_tokens_decoder": {**listing, **chat},
        "eos_token": "<|im_end|>",
    }, {}
    yield "decoder list, other order and holes", tokenizer, {
        **plain,
        "added_tokens_decoder": {
            str(count + 9): token("[NEW]"),
            **listing,
            str(count + 2): token("größer", special=False),
            str(count + 4): token("<img>", rstrip=True),
        },
    }, {}
    yield "decoder list alone, flags changed", tokenizer, {
        **plain,
        "added_tokens_decoder": {
            str(count - 1): token("<|endoftext|>", special=False, single_word=True),
            str(count): token(" returned", special=False),
        },
    }, {}
    yield "decoder list, and a map that nobody reads", tokenizer, {**plain, "added_tokens_decoder": listing}, {
        "special_tokens_map.json": {"pad_token": "[PAD]"},
        "added_tokens.json": {"[NEW]": count},
    }
    yield "legacy list", tokenizer, {**plain, **GPT2}, {
        "added_tokens.json": {"<img>": count + 1, "[PAD]": count, "đem": count + 2},
        "special_tokens_map.json": {"pad_token": "[PAD]"},
    }
    yield "legacy list of a word piece model", word_piece(True), {**plain, **BERT}, {
        "added_tokens.json": {"Größer": 34, "[NEW]": 35}
    }
    yield "a role", tokenizer, {**plain, **GPT2, "pad_token": "[PAD]"}, {}
    yield "roles in another order", tokenizer, {
        **plain,
        "mask_token": "[MASK]",
        "pad_token": "[PAD]",
        "bos_token": "<s>",
    }, {}
    yield "a role with flags", tokenizer, {
        **plain,
        "mask_token": {"__type": "AddedToken", **token("[MASK]", lstrip=True)},
    }, {}
    yield "a role that an ordinary piece plays", unigram(), {**plain, "pad_token": "x", "eos_token": "</s>"}, {}
    yield "the map over the configuration", tokenizer, {**plain, "pad_token": "[PAD]"}, {
        "special_tokens_map.json": {"pad_token": "<pad>"}
    }
    yield "extra special tokens", tokenizer, {
        **plain,
        **GPT2,
        "additional_special_tokens": ["<|im_start|>", "[NEW]"],
        "image_token": "<img>",
    }, {}
    yield "extra special tokens after roles", unigram(), {
        **plain,
        **FAIRSEQ,
        "extra_special_tokens": ["<img>"],
        "mask_token": "[MASK]",
    }, {}
    yield "an empty token is none", tokenizer, {**plain, **GPT2, "pad_token": None}, {}
    words = ["đem", "größer", "kilometer", " returned", "returned"]
    yield "words of a byte-level tokenizer", byte_level(
        more=[{"id": count + index, **token(word, special=False)} for index, word in enumerate(words)]
    )[0], {**plain, **GPT2}, {}


def pieces(kind, model_type, specials=("<unk>", "<s>", "</s>"), user=()):
    """A trained SentencePiece model."""
    output = io.BytesIO()
    sentences = [
        "Haus und Hof",
        "haus a b c d",
        "größer als Ärger",
        "naive Leute don't",
        "kilometer returned lead",
        "x y z 1 2 3",
        "der Hund und das Haus",
    ] * 20
    ids = {name: index for index, name in enumerate(specials)}
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(sentences),
        model_writer=output,
        vocab_size=70,
        model_type=kind,
        hard_vocab_limit=False,
        unk_id=ids.get("<unk>", -1) if "<unk>" in ids else ids.get("[UNK]"),
        unk_piece="[UNK]" if "[UNK]" in ids else "<unk>",
        bos_id=ids.get("<s>", -1),
        eos_id=ids.get("</s>", -1),
        pad_id=ids.get("<pad>", -1),
        control_symbols=",".join(name for name in specials if name not in ("<unk>", "<s>", "</s>", "<pad>", "[UNK]")),
        user_defined_symbols=",".join(user),
        normalization_rule_name="identity",
        minloglevel=2,
    )
    return output.getvalue()


def models():
    """Name, files, models."""
    fairseq = pieces("unigram", None)
    bpe = pieces("bpe", None)
    t5 = pieces("unigram", None, ("<pad>", "</s>", "<unk>"))
    for name, file_name, model in (
        ("XLMRobertaTokenizer", "sentencepiece.bpe.model", fairseq),
        ("MBart50Tokenizer", "sentencepiece.bpe.model", fairseq),
        ("CamembertTokenizer", "sentencepiece.bpe.model", fairseq),
        ("PLBartTokenizer", "sentencepiece.bpe.model", fairseq),
        ("PegasusTokenizer", "spiece.model", t5),
        ("T5Tokenizer", "spiece.model", t5),
        ("LlamaTokenizer", "tokenizer.model", bpe),
    ):
        yield name, {"tokenizer_config.json": {"tokenizer_class": name}}, {file_name: model}
    processor = sentencepiece.SentencePieceProcessor(model_proto=fairseq)
    vocab = {
        text: index
        for index, text in enumerate(
            ["<s>", "<pad>", "</s>", "<unk>"]
            + [processor.id_to_piece(index) for index in reversed(range(3, processor.get_piece_size())) if index != 10]
        )
    }
    yield "M2M100Tokenizer", {"tokenizer_config.json": {"tokenizer_class": "M2M100Tokenizer"}, "vocab.json": vocab}, {
        "sentencepiece.bpe.model": fairseq
    }
    yield "Speech2TextTokenizer", {
        "tokenizer_config.json": {"tokenizer_class": "Speech2TextTokenizer"},
        "vocab.json": vocab,
    }, {"sentencepiece.bpe.model": fairseq}
    marian = {"</s>": 0, "<unk>": 1, **{text: index + 2 for index, text in enumerate(list(vocab)[4:] + [">>de<<"])}}
    marian["<pad>"] = len(marian)
    yield "MarianTokenizer", {
        "tokenizer_config.json": {"tokenizer_class": "MarianTokenizer", "source_lang": "de", "target_lang": "en"},
        "vocab.json": marian,
    }, {"source.spm": fairseq, "target.spm": fairseq}


def judged(name, files, models, texts):
    with tempfile.TemporaryDirectory() as folder:
        for file_name, content in files.items():
            (pathlib.Path(folder) / file_name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        for file_name, content in models.items():
            (pathlib.Path(folder) / file_name).write_bytes(content)
        if "config.json" not in files:
            (pathlib.Path(folder) / "config.json").write_text("{}")
        tokenizer = AutoTokenizer.from_pretrained(folder)
    ids = [tokenizer(text, add_special_tokens=False)["input_ids"] for text in texts]
    special = [tokenizer(text)["input_ids"] for text in texts]
    return {
        "name": name,
        "files": {key: json.dumps(value, ensure_ascii=False, separators=(",", ":")) for key, value in files.items()},
        "models": {key: base64.b64encode(value).decode() for key, value in models.items()},
        "texts": texts,
        "ids": ids,
        "ids_special": special,
        # Tokens of languages have ids of their own there, and rows, but are not counted.
        "count": len(tokenizer) + len(getattr(tokenizer, "lang_token_to_id", {})),
    }


def main():
    cases = []
    for name, tokenizer, config, others in folders():
        cases.append(judged(name, {"tokenizer.json": tokenizer, "tokenizer_config.json": config, **others}, {}, TEXTS))
    words = ["Haus und Hof", "größer als Ärger", "kilometer a b c", "der Hund", "x y z 123", "naive Leute"]
    for name, files, files_of_models in models():
        cases.append(judged(f"{name} of a model", files, files_of_models, words))
    target = FIXTURES / "loading" / "cases.json.gz"
    target.parent.mkdir(exist_ok=True)
    with target.open("wb") as stream, gzip.GzipFile(fileobj=stream, mode="wb", mtime=0, filename="") as output:
        output.write(json.dumps(cases, ensure_ascii=False).encode())
    print(len(cases), "cases,", target.stat().st_size, "bytes")


if __name__ == "__main__":
    main()

"""Makes small tokenizers of unusual components and notes what the `tokenizers` package does with hard texts.

    python make_tokenizer_variants.py CORPUS          writes Tests/Fixtures/tokenizer-variants
    python make_tokenizer_variants.py CORPUS DIR N writes N random texts a tokenizer to DIR/NAME.json instead, for a
    longer comparison

CORPUS is any text of a few megabytes; the tokenizers are trained on its first lines. Made with tokenizers 0.23.3
and sentencepiece 0.2.3, whose own models go to Tests/Fixtures/sentencepiece/NAME.model with their cases in NAME.json.
Each file holds the tokenizer and its cases: text, ids, ids_special, tokens, decoded and decoded_plain (special tokens
skipped).
"""
import json
import os
import random
import sys

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Tests", "Fixtures")
MARK = "\u2581"
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)
HARD = [
    "", " ", "  ", "\n", "\r\n", "\r", "\t\ta", "\u0000", "a\u0000b", "\ufeffBOM", "\ufffd", "a\ufffdb",
    "Hallo Welt, wie geht's dir heute?", "  zwei  Leerzeichen  ", "I'm don't we've YOU'LL they'd", "1234567 12 3.14159",
    "\u00e9 e\u0301 \u00c5 A\u030a \u1e69 s\u0323\u0307", "\ufb01nancial \u2460 \u00bd \u33a5",
    "\uff21\uff22\uff23 \uff11\uff12",
    "\ud55c\uad6d\uc5b4 \u1112\u1161\u11ab", "\u4f60\u597d\u4e16\u754c", "\u3053\u3093\u306b\u3061\u306f\u30ab\u30bf",
    "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05c1\u05dc\u05d5\u05dd", "\u0928\u092e\u0938\u094d\u0924\u0947",
    "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea \U0001f44d\U0001f3fd",
    "a\u00a0b\u2003c\u200bd\u3000e",
    "\u0130stanbul I\u0131\u017f\u00df\u03a3\u03c3\u03c2", "x" * 150, "\u00e4" * 40, "aaaaaaaaaaaaaaaa", "abababab",
    "\u2581a \u2581\u2581b",
    "<s>", "<s> x </s>", "a<s>b", "<unk>", "x<unk>y<unk>", "[CLS] a [SEP]", "<0x0A> <0xe4>", "##ing un##der",
    "</w> a</w>",
    "<mask> x  <mask>  y<mask>", "sing<one>le <one> <one>, _<one>", "  <left>  <right>  <left><right> <right>  <left>",
    "Foo foo FOO xfoo fooBar",
    "  lower  ", "\n\n\n a\n\nb", "<a><ab><abc><abcd", "a .  b ?  do not  I 'm n't , ' '", "|hello||world|",
    "caf\u00e9|na\u00efve|\u00e9\u00e9",
    "e\u0301" * 9, "\u0301\u0301a", "\u1100\u1161\u11a8\u11a8", "\u2126\u212b", "\U0001d400\U0001d7ce",
    "\U0010ffff\U000e0001", "tail  ", "  head",
]
ALPHABET = [
    "a", "b", "e", "n", "s", "t", "der", "die", "und", "ing", " ", " ", " ", "  ", "\n", "\t", "\r\n", "\u00a0",
    "\u3000", "\u200d", "\u200b",
    "1", "42", ".", ",", "'", "'s", "-", "_", "|", "#", "##", "<", ">", "(", "\u00e4", "\u00df", "\u00e9", "e\u0301",
    "\u0301", "\u0130",
    "\ufb01", "\u4e2d", "\u6587", "\u3042", "\u30ab", "\ud55c", "\u1112\u1161", "\u0627", "\u05d0", "\u0928\u093f",
    "\U0001f600", "\U0001f468\u200d\U0001f469",
    "\U0001f1e9\U0001f1ea", "\ufe0f", "\ufffd", "\u0000", "\u2581", "\uff21", "\u2460", "<s>", "</s>", "<unk>", "<pad>",
    "[UNK]", "<mask>", "<one>",
    "<left>", "<right>", "foo", "Foo", "<a>", "<ab>", "<abc>", "</w>", "<0x41>", "\u0120", "\u010a", "Grüße", "l'été",
    "X", "QU", "\u03a3", "\u00bd",
]


def special(*texts, **options):
    return [AddedToken(text, special=True, normalized=False, **options) for text in texts]


STRESS = [
    AddedToken("<one>", single_word=True, normalized=False), AddedToken("<left>", lstrip=True, normalized=False),
    AddedToken("<right>", rstrip=True, normalized=False), AddedToken("Foo", normalized=True, single_word=True),
    AddedToken("<ab>", normalized=False), AddedToken("<a>", normalized=True),
    AddedToken("<abc>", normalized=True, lstrip=True, rstrip=True),
    AddedToken("  ", normalized=False), AddedToken("\n\n", normalized=False),
]


def bpe(lines, size, pre_tokenizer=None, normalizer=None, byte_level=False, specials=("<unk>", "<s>", "</s>"), **model):
    tokenizer = Tokenizer(models.BPE(**model))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer, pre_tokenizer
    options = {k: model[k] for k in ("continuing_subword_prefix", "end_of_word_suffix") if k in model}
    if byte_level:
        options["initial_alphabet"] = pre_tokenizers.ByteLevel.alphabet()
    if model.get("byte_fallback"):
        specials = list(specials) + [f"<0x{byte:02X}>" for byte in range(256)]
        options["limit_alphabet"] = 60
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=list(specials), show_progress=False, **options)
    tokenizer.train_from_iterator(lines, trainer)
    return without_bytes_added(tokenizer)


def without_bytes_added(tokenizer):
    """Byte tokens are part of the vocabulary only; the trainer has made them special."""
    data = json.loads(tokenizer.to_str())
    data["added_tokens"] = [token for token in data["added_tokens"] if not token["content"].startswith("<0x")]
    return Tokenizer.from_str(json.dumps(data))


def unigram(lines, size, pre_tokenizer, normalizer=None, byte_fallback=False, change=None, limit=True):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer, pre_tokenizer
    trainer = trainers.UnigramTrainer(vocab_size=size, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>",
                                      show_progress=False)
    tokenizer.train_from_iterator(lines, trainer)
    data = json.loads(tokenizer.to_str())
    model = data["model"]
    if byte_fallback:
        model["byte_fallback"] = True
        model["vocab"] += [[f"<0x{byte:02X}>", 0.0 if byte % 2 else -20.5] for byte in range(256)]
    if change:
        change(data)
    return Tokenizer.from_str(json.dumps(data))


def variants(lines):
    some = lines[:400]
    llama_decoder = [decoders.Replace(MARK, " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]

    t = bpe(some, 620, normalizer=normalizers.Sequence([normalizers.Prepend(MARK), normalizers.Replace(" ", MARK)]),
            unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    t.decoder = decoders.Sequence(llama_decoder)
    t.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)])
    yield "llama", t

    t = bpe(some, 620, pre_tokenizers.Metaspace(MARK, "first", False), unk_token="<unk>", fuse_unk=True,
            byte_fallback=True)
    t.decoder = decoders.Sequence(llama_decoder)
    t.add_tokens(STRESS)
    yield "llama-first", t

    t = bpe(some, 500, pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(LLAMA3), "isolated"),
                                                pre_tokenizers.ByteLevel(False, True, False)]),
                                                normalizer=normalizers.NFC(),
            byte_level=True, specials=("<|begin|>", "<|end|>"), ignore_merges=True)
    t.decoder = decoders.ByteLevel()
    t.post_processor = processors.Sequence([processors.ByteLevel(),
                                            processors.TemplateProcessing(single="<|begin|> $A <|end|>", pair="$A $B",
                                                                          special_tokens=[("<|begin|>", 0),
                                                                                          ("<|end|>", 1)])])
    t.add_tokens(STRESS)
    yield "byte-level-ignoring-merges", t

    t = bpe(some, 400, pre_tokenizers.ByteLevel(add_prefix_space=True), byte_level=True)
    t.decoder = decoders.ByteLevel()
    t.post_processor = processors.ByteLevel(trim_offsets=False)
    t.add_special_tokens(special("<mask>", lstrip=True))
    yield "byte-level-prefixed", t

    t = bpe(some, 400, pre_tokenizers.WhitespaceSplit(), normalizer=normalizers.ByteLevel(), byte_level=True)
    t.decoder = decoders.ByteLevel()
    t.add_tokens([AddedToken("\u00e9\u00e9", normalized=True), AddedToken("foo bar", normalized=True),
                  AddedToken("<a>", special=True, normalized=True)])
    yield "byte-level-normalizer", t

    t = bpe(some, 620, pre_tokenizers.Split(" ", "merged_with_previous"), normalizer=normalizers.Replace(" ", MARK),
            unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    t.decoder = decoders.Sequence([decoders.Replace(MARK, " "), decoders.ByteFallback(), decoders.Fuse()])
    t.add_tokens([AddedToken("\n\n", normalized=False), AddedToken("\n\n\n", normalized=False),
                  AddedToken("\t", normalized=False)])
    yield "gemma", t

    t = bpe(some, 400, pre_tokenizers.Whitespace(), normalizer=normalizers.Sequence(
                [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]),
            unk_token="<unk>", end_of_word_suffix="</w>")
    t.decoder = decoders.BPEDecoder("</w>")
    t.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 1))
    yield "word-ends", t

    for fuse in (False, True):
        t = bpe(some, 300, pre_tokenizers.BertPreTokenizer(), unk_token="<unk>", continuing_subword_prefix="##",
                fuse_unk=fuse)
        t.decoder = decoders.WordPiece("##", cleanup=not fuse)
        yield "continuations-" + ("fused" if fuse else "unfused"), t

    data = json.loads(bpe(some, 200, pre_tokenizers.WhitespaceSplit()).to_str())
    data["model"]["unk_token"] = None
    yield "no-unknown", Tokenizer.from_str(json.dumps(data))

    data = json.loads(bpe(some, 500, pre_tokenizers.WhitespaceSplit(), unk_token="<unk>", byte_fallback=True).to_str())
    for byte in range(0xC3, 0xE0):
        # Some characters have bytes, some do not: unknown and bytes take turns.
        data["model"]["vocab"][f"<lost{byte}>"] = data["model"]["vocab"].pop(f"<0x{byte:02X}>")
    yield "some-bytes", Tokenizer.from_str(json.dumps(data))

    t = unigram(some, 400, pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]),
                normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC()]))
    t.decoder = decoders.Metaspace()
    t.add_special_tokens(special(*[f"<extra_id_{i}>" for i in range(3)], lstrip=True, rstrip=True) + special("<mask>"))
    t.post_processor = processors.TemplateProcessing(single="$A </s>", pair="$A </s> $B </s>",
                                                     special_tokens=[("</s>", 1)])
    yield "t5", t

    t = unigram(some, 350, pre_tokenizers.Metaspace(MARK, "first", True),
                normalizers.Sequence([normalizers.Strip(), normalizers.Replace(Regex(" {2,}"), " ")]),
                byte_fallback=True)
    t.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace(MARK, "first", True)])
    t.add_tokens(STRESS)
    yield "unigram-bytes", t

    def lift(data):
        # Scores above 0 make unknown characters in a row beat a known piece.
        data["model"]["vocab"] = [[piece, score + 60] for piece,
                                  score in data["model"]["vocab"]] + [["\u4e2d\u6587", 40.0]]

    t = unigram(some, 300, pre_tokenizers.Metaspace(MARK, "never", False), normalizers.NFKD(), change=lift)
    t.decoder = decoders.Metaspace(MARK, "never", False)
    yield "unigram-lifted", t

    t = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=10))
    t.normalizer, t.pre_tokenizer = normalizers.BertNormalizer(lowercase=True), pre_tokenizers.BertPreTokenizer()
    t.train_from_iterator(some, trainers.WordPieceTrainer(vocab_size=400,
                                                          special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
                                                          show_progress=False))
    data = json.loads(t.to_str())
    data["model"]["max_input_chars_per_word"] = 10
    t = Tokenizer.from_str(json.dumps(data))
    t.decoder = decoders.WordPiece("##", cleanup=True)
    t.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    t.add_tokens(STRESS)
    yield "bert-uncased", t

    t = Tokenizer(models.WordLevel(unk_token="<unk>"))
    t.normalizer = normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents(), normalizers.Lowercase()])
    t.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Whitespace(),
                                               pre_tokenizers.Digits(individual_digits=True),
                                               pre_tokenizers.Punctuation("isolated")])
    t.train_from_iterator(some, trainers.WordLevelTrainer(vocab_size=300, special_tokens=["<unk>", "<s>", "</s>"],
                                                          show_progress=False))
    t.add_tokens(STRESS)
    yield "words", t

    t = Tokenizer(models.WordLevel({c: i for i, c in enumerate(["<pad>", "<unk>", "|",
                                                                *"abcdefghijklmnopqrstuvwxyz'"])}, unk_token="<unk>"))
    t.normalizer = normalizers.Sequence([normalizers.Lowercase(), normalizers.Replace(" ", "|")])
    t.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    t.decoder = decoders.CTC("<pad>", "|", True)
    t.add_special_tokens(special("<pad>", "<unk>"))
    yield "ctc", t


def case(tokenizer, text):
    try:
        encoding = tokenizer.encode(text, add_special_tokens=False)
    except Exception:
        return {"text": text, "error": True}
    return {
        "text": text, "ids": encoding.ids, "ids_special": tokenizer.encode(text).ids, "tokens": encoding.tokens,
        "decoded": tokenizer.decode(encoding.ids, skip_special_tokens=False),
        "decoded_plain": tokenizer.decode(encoding.ids),
    }


SENTENCEPIECE = {
    "unigram": {"model_type": "unigram", "vocab_size": 300, "pad_id": 3, "user_defined_symbols": ["<sep>", "Foo"]},
    "unigram-bytes": {"model_type": "unigram", "vocab_size": 500, "byte_fallback": True,
                      "normalization_rule_name": "identity"},
    "bpe-bytes": {
        "model_type": "bpe", "vocab_size": 500, "byte_fallback": True, "normalization_rule_name": "identity",
        "remove_extra_whitespaces": False,
        "allow_whitespace_only_pieces": True, "split_digits": True,
    },
    "bpe-unprefixed": {"model_type": "bpe", "vocab_size": 300, "add_dummy_prefix": False,
                       "normalization_rule_name": "identity"},
}


def sentencepiece_models(lines, folder, texts):
    import sentencepiece

    os.makedirs(folder, exist_ok=True)
    for name, options in SENTENCEPIECE.items():
        prefix = os.path.join(folder, name)
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines), model_prefix=prefix, minloglevel=2, num_threads=1, character_coverage=0.998,
            **options
        )
        os.remove(prefix + ".vocab")
        model = sentencepiece.SentencePieceProcessor(model_file=prefix + ".model")
        cases = [{"text": text, "ids": model.encode(text)} for text in texts if "\0" not in text
                 and not any(c in text for c in "<[")]
        pieces = [model.id_to_piece(i) for i in range(model.get_piece_size())]
        with open(prefix + ".json", "w", encoding="utf-8") as file:
            json.dump({"pieces": pieces, "cases": cases}, file, ensure_ascii=False, separators=(",", ":"))
            file.write("\n")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        lines = [next(file) for _ in range(3000)]
    lines = lines[::7]
    folder, texts = os.path.join(FIXTURES, "tokenizer-variants"), HARD
    if len(sys.argv) > 3:
        folder = sys.argv[2]
        source = random.Random(7)
        texts = ["".join(source.choices(ALPHABET, k=source.randint(1, 40))) for _ in range(int(sys.argv[3]))]
    sentencepiece_models(lines, os.path.join(folder, "..", "sentencepiece"), texts)
    for name, tokenizer in variants(lines):
        data = {"tokenizer": json.loads(tokenizer.to_str()), "cases": [case(tokenizer, text) for text in texts]}
        with open(os.path.join(folder, name + ".json"), "w", encoding="utf-8") as file:
            json.dump(data, file, ensure_ascii=False, separators=(",", ":"))
            file.write("\n")


main()

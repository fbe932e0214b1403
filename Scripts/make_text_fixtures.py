#!/usr/bin/env python3
"""Writes Tests/Fixtures/{normalization,pretokenization}: what the Python package `tokenizers` makes of hard texts.

    pip install tokenizers==0.23.3 && Scripts/make_text_fixtures.py [--seed N] [--random N] [--out FOLDER]

Each file holds `texts`, and for every component its JSON and its `outputs`. `scalars.json` holds, for every component,
one FNV-1a hash for each block of 256 scalars: of the output for "aXa " repeated over the block.
"""
import argparse
import base64
import gzip
import json
import pathlib
import random
import struct

from tokenizers import NormalizedString, PreTokenizedString, Tokenizer

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Tests/Fixtures"
CHARSMAP_FIXTURE = "tokenizers/de-paper-xlmr-unigram-50k/tokenizer.json"

# --- texts
# ---------------------------------------------------------------------------------------------------------------
FIXED = [
    "", " ", "  ", "\t", "\n", "\r\n", " \r\n ", "     leading", "trailing     ", "  both  ", "a", "\0", "a\0b",
    "\x01\x7f\x80\x9f",
    "Hello, world! How's it going? I'll say WE'VE DON'T they'RE 'tis 's", "The final--countdown", "--", "-", "a-", "-a",
    "Grüße aus Österreich, Äpfel & Öl für 3,50 €", "STRASSE straße ẞ", "İstanbul ıI", "ΑΣ ΟΔΥΣΣΕΥΣ σς", "ǅ ǈ ǋ",
    "e\u0301 é e\u0301\u0327 e\u0327\u0301 \u0301x", "\u0344\u0345\u0334a\u0345\u0334\u0301",
    "ṩ s\u0323\u0307 s\u0307\u0323 ḍ\u0307",
    "ﬁ ﬂ ﬃ ﬁ\u0301 ½ ¼ Ⅷ ① ㋿ ㍿ ﷺ", "ＦＵＬＬ　ｗｉｄｔｈ １２３ ｶﾞｷﾞ", "각 각 \u1100\u1161\u11a8 \u1100\u1161 가\u11a8 가\u11a7 ᄀᄀ가",
    "日本語とEnglishの混在、ー長音ー。ひらがなカタカナ漢字", "中文文本，没有空格。", "한국어 문장입니다.", "สวัสดีครับ ผมชื่อ", "नमस्ते दुनिया क्ष क्‍ष",
    "مرحبا بالعالم ١٢٣ لا",
    "שָׁלוֹם עולם", "Привет, мир! Ёлка", "Ελληνικά άέή", "👨‍👩‍👧‍👦 👍🏽 🇩🇪🇫🇷🇮 ☝🏿 ❤️ ©\u200d™\u0301",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "a\u200bb\u200cc\u200dd\u2060e\ufefff", "\ufeffBOM", "\ufffd\ufffd x\ufffd", "a\u0085b", "a\u2028b\u2029c",
    "a\u180eb", "a\u00a0b\u3000c\u2003d\u1680e",
    "tab\tnew\nline\rret\x0bvt\x0cff", "1234567890", "1 2 3", "3.14159, 1,000,000.00", "x²y³ ½kg №5", "٣٤٥ ४५६ Ⅻ",
    "user@example.com https://a.b/c?d=e&f=g#h",
    "snake_case camelCase kebab-case", "a_b‿c", "«quoted» „deutsch“ “english” ‘single’ '’s", "!?!?...;;;",
    "$100 £5 ¥7 ^~`|<>+=", "x=y+z*(a-b)/c",
    "…", "a…b", "™®©", "\u2581meta\u2581space", "\u2581", "▁▁ ▁", " ▁x", "▁ x", "a ▁b",
    "don't DON'T Don’t 'S 'ſ 'LL 'Ll 're 'REx",
    "\n\n\n", "a\n\nb", "a \n b", "a\r\n\r\nb  \n", "   \n   x", "x   \n\n   ", "  1  22   333    4444", "foo    bar",
    "a" * 300, "ä" * 200, "語" * 150, "1" * 50,
    "e" + "\u0301" * 40, "e" + "\u0301\u0323\u0334" * 30, "\u0f71\u0f72\u0f73\u0f75\u0f81", "\u1e0a\u0323",
    "\u0041\u030a\u212b\u00c5", "\u2126\u212a",
    "\U0001d15e\U0001d165\u0301", "\u0958\u0915\u093c", "\ufb1d\u05d9\u05b4",
    "\u0600123 \u06dd\u0661 \U000110bd\U00011083", "\u0d4e\u0d15", "\u1b05\u1b35 \u0cbf\u0cd5 \u0cc6\u0cc2\u0cd5",
    "\U00011938 \U00011935\U00011930", "\U0001f1e6", "\r\ra\n\r", "\r\u0301\n\u0301", "a\u0301\r\n", "\u0903a\u0903",
    "\u1f6c\u1fb3ᾳ ᾼ", "ŉ ŀ ĳ Ǆ", "\U0001f130 \U00020000 \U0002f800\u9fff",
    "\u3400\u4db5\ua000 \uac00\ufa0e", "\ud7a3\u11a8 \u1112\u1175\u11c2\u11c3", "\u00df\u1e9e\u0149",
    "\u0390\u03b0\u1fe4", "\u00ad soft\u00adhyphen", "\ue000 private \U000f0000", "\ufdd0 \U0001ffff",
    "\u0130\u0307 i\u0307", "\u01c5\u0307", "Å ÅB\u0327", "\u200f\u200eLTR", "\u061c\u0640", "a\u20dd b\u20e3 1️⃣",
    "\u3099か\u3099", "ハ\u309aﾊﾟ", "\u1fbf\u0301 \u0060 \u1fef",
]
POOLS = [
    "abcXYZ", " ", "  ", "\t\n\r", "0123456789", ".,;:!?-_'\"()", "äöüßÄÖÜéèêñ",
    "\u0300\u0301\u0308\u0323\u0327\u0334\u0345\u0591\u064b\u3099\u0f71\u0f74", "日本語中文", "ひらカナー",
    "ᄀᄂ\u1161\u1162\u11a8\u11a9가각힣",
    "👍👨👩❤☝\U0001f3fd\ufe0f\u200d", "🇩🇪🇫🇷", "\u200b\u200c\u200e\u2060\ufeff",
    "\u00a0\u3000\u2003\u2028\u2029\u0085\u180e", "\0\x01\x1b\x7f\x9f\ufffd", "ＡｂＣ１２ﾊﾟｶ", "ﬁﬃ½²①Ⅷ㌔ﷺ", "नमस्तेक्षि",
    "สวัสดีำ", "ابتثجَُ", "ΑΣΩςάϊ", "ПриветЁё",
    "▁", "'s't're'LL'ſ", "©®™…", "\u0344\u0340\u0f73\u2126\u212b\u0958\ufb1d",
    "\U0001d15e\U00020000\U00011938\U0001e900\u1e9eİ", "+=<>^`|~$", "\u0600\u06dd\u0d4e", "٣४Ⅻ№ºª",
]


def random_texts(generator, count):
    texts = []
    for _ in range(count):
        parts = []
        for _ in range(generator.choice([2, 4, 8, 16])):
            pool = generator.choice(POOLS)
            parts += [generator.choice(pool) for _ in range(generator.choice([1, 1, 2, 5]))]
        texts.append("".join(parts))
    return texts


# --- components
# ------------------------------------------------------------------------------------------------------------
def charsmap(rules):
    """A SentencePiece character map with `rules` (texts to texts), its double array laid out by trying offsets in
    turn."""
    texts, positions = b"", {}
    for value in rules.values():
        positions.setdefault(value, len(texts))
        if positions[value] == len(texts):
            texts += value.encode() + b"\0"
    trie = {}
    for key, value in rules.items():
        node = trie
        for byte in key.encode():
            node = node.setdefault(byte, {})
        node["leaf"] = positions[value]
    units, used = [0] * (1 << 14), {0}

    def place(node, position, label):
        children = [byte for byte in node if byte != "leaf"] + ([0] if "leaf" in node else [])
        offset = next(o for o in range(1, 1 << 13) if all(position ^ o ^ c not in used for c in children))
        base = position ^ offset
        used.update(base ^ c for c in children)
        units[position] = label | (1 << 8 if "leaf" in node else 0) | offset << 10
        if "leaf" in node:
            units[base] = node["leaf"] | 1 << 31
        for byte in children:
            if byte:
                place(node[byte], base ^ byte, byte)

    place(trie, 0, 0)
    units = units[:(max(used) | 255) + 1]
    return base64.b64encode(struct.pack(f"<I{len(units)}I", 4 * len(units), *units) + texts).decode()


QUIRKS = charsmap({
    "a": "b", "\r\n": "<crlf>", "\n": " ", "é": "E", "e\u0301": "<e'>", "©": "(c)", "\u200d": "", "\u0301": "^",
    "日": "sun", "가": "ga", "ﬁ": "fi", "\U0001f44d": "+1",
    "\u0600": "#", "क": "ka", "\u1100": "G", " ": "  ", "ä": "", "\u0f71": "", "x\u0323": "X", "x\u0301\u0323": "never",
})
BERT = dict(type="BertNormalizer", clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True)
GPT4 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
        r"|\s+(?!\S)|\s+")
QWEN = GPT4.replace("{1,3}", "")
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"


def replace(kind, pattern, content):
    return dict(type="Replace", pattern={kind: pattern}, content=content)


def sequence(*normalizers):
    return dict(type="Sequence", normalizers=list(normalizers))


NORMALIZERS = [dict(type=t) for t in ("NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Nmt",
                                      "ByteLevel")] + [
    dict(type="Strip", strip_left=True, strip_right=True), dict(type="Strip", strip_left=True, strip_right=False),
    dict(type="Strip", strip_left=False, strip_right=True), dict(type="Strip", strip_left=False, strip_right=False),
    replace("String", " ", "▁"), replace("String", "", "|"), replace("String", "--", ""), replace("String", "a.b", "!"),
    replace("Regex", " {2,}", " "),
    replace("Regex", r"\s+", " "), replace("Regex", r"(?=\d)", "#"), replace("Regex", "[aeiou]*", "<>"),
    replace("Regex", r"(?<=[a-z])(?=[A-Z])", " "),
    replace("Regex", r"^\s+|\s+$", ""), replace("Regex", r"\p{Mn}", ""), replace("Regex", r"[[:punct:]]", "_"),
    replace("Regex", r"", "~"),
    dict(type="Prepend", prepend="▁"), dict(type="Prepend", prepend=""), dict(type="Prepend", prepend="xy"),
    BERT, {**BERT, "lowercase": False}, {**BERT, "strip_accents": False},
    {**BERT, "lowercase": False, "strip_accents": True}, {**BERT, "clean_text": False},
    {**BERT, "handle_chinese_chars": False}, dict(type="BertNormalizer", clean_text=False, handle_chinese_chars=False,
                                                  lowercase=False),
    dict(type="Precompiled", precompiled_charsmap=QUIRKS), {"fixture": CHARSMAP_FIXTURE},
    sequence({"fixture": CHARSMAP_FIXTURE}, replace("Regex", " {2,}", "▁")),
    sequence(dict(type="NFKD"), dict(type="StripAccents"), dict(type="Lowercase")),
    sequence(dict(type="Prepend", prepend="▁"), replace("String", " ", "▁")), sequence(),
    sequence(sequence(dict(type="NFD")), dict(type="NFC")),
    sequence(dict(type="Nmt"), dict(type="NFKC"), dict(type="Lowercase")),
]
BEHAVIORS = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]


def split(kind, pattern, behavior="Isolated", invert=False):
    return dict(type="Split", pattern={kind: pattern}, behavior=behavior, invert=invert)


def metaspace(scheme, splits=True, replacement="▁"):
    return dict(type="Metaspace", replacement=replacement, prepend_scheme=scheme, split=splits)


def byte_level(prefix, regex=True):
    return dict(type="ByteLevel", add_prefix_space=prefix, trim_offsets=True, use_regex=regex)


def chain(*pretokenizers):
    return dict(type="Sequence", pretokenizers=list(pretokenizers))


PRETOKENIZERS = [dict(type=t) for t in ("BertPreTokenizer", "Whitespace", "WhitespaceSplit", "UnicodeScripts",
                                        "FixedLength", "Punctuation")] + [
    metaspace(scheme, splits) for scheme in ("always", "first", "never") for splits in (True, False)
] + [
    metaspace("always", replacement="_"), metaspace("always", replacement=" "),
    dict(type="Metaspace", replacement="▁", add_prefix_space=True),
    dict(type="Metaspace", replacement="▁", prepend_scheme="never", add_prefix_space=False),
    dict(type="Metaspace", replacement="▁", str_rep="▁", add_prefix_space=True, prepend_scheme="first", split=None),
    byte_level(True), byte_level(False), byte_level(True, False), byte_level(False, False),
    dict(type="ByteLevel", add_prefix_space=False, trim_offsets=False),
] + [dict(type="Punctuation", behavior=behavior) for behavior in BEHAVIORS] + [
    dict(type="Digits", individual_digits=individual) for individual in (True, False)
] + [split("String", "-", behavior, invert) for behavior in BEHAVIORS for invert in (False, True)] + [
    split("Regex", r"\s+", behavior, invert) for behavior in BEHAVIORS for invert in (False, True)
] + [split("Regex", "[aeiou]*", behavior) for behavior in BEHAVIORS] + [
    split("Regex", GPT2), split("Regex", GPT4), split("Regex", QWEN), split("Regex", GPT4, "Removed", True),
    split("Regex", QWEN, "Contiguous"), split("String", ""),
    split("Regex", r"\w+|[^\w\s]+"), split("Regex", r"\p{Han}|\p{Hiragana}"), split("Regex", r"(?<=\d)(?=\d{3})"),
    split("Regex", r"\b"),
    dict(type="CharDelimiterSplit", delimiter="-"), dict(type="CharDelimiterSplit", delimiter="語"),
    dict(type="FixedLength", length=1), dict(type="FixedLength", length=3),
    chain(), chain(split("Regex", GPT4), byte_level(False, False)),
    chain(dict(type="Digits", individual_digits=True), byte_level(True)),
    chain(dict(type="WhitespaceSplit"), metaspace("always")), chain(dict(type="WhitespaceSplit"), metaspace("first")),
    chain(metaspace("first"), metaspace("first")),
    chain(dict(type="WhitespaceSplit"), dict(type="Punctuation", behavior="MergedWithNext"), metaspace("first", False)),
    chain(dict(type="UnicodeScripts"), metaspace("always")), chain(split("String", "-", "Removed"), metaspace("first")),
    chain(dict(type="Whitespace"), dict(type="Digits", individual_digits=False), dict(type="FixedLength", length=4)),
]
# A normalizer before a pre-tokenizer that asks whether a piece is the first of the text.
PAIRS = [
    (normalizer, pretokenizer)
    for normalizer in (dict(type="Strip", strip_left=True, strip_right=True), dict(type="Nmt"),
                       {**BERT, "handle_chinese_chars": False}, dict(type="StripAccents"),
                       replace("Regex", r"^\s+", ""), replace("String", "a", "o"), dict(type="Prepend", prepend="▁"))
    for pretokenizer in (metaspace("first"), metaspace("first", False),
                         chain(dict(type="WhitespaceSplit"), metaspace("first")))
]


def resolved(component):
    if "fixture" in component:
        with gzip.open(FIXTURES / (component["fixture"] + ".gz")) as file:
            return json.load(file)["normalizer"]
    if component.get("normalizers"):
        return {**component, "normalizers": [resolved(part) for part in component["normalizers"]]}
    return component


def tokenizer(normalizer=None, pretokenizer=None):
    return Tokenizer.from_str(json.dumps({
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [],
        "normalizer": normalizer and resolved(normalizer),
        "pre_tokenizer": pretokenizer, "post_processor": None, "decoder": None,
        "model": {"type": "WordLevel", "vocab": {"x": 0}, "unk_token": "x"}}))


def normalizing(component):
    normalizer = tokenizer(normalizer=component).normalizer
    return lambda text: normalizer.normalize_str(text)


def cutting(component, normalizer=None):
    made = tokenizer(normalizer, component)

    def cut(text):
        pieces = PreTokenizedString(text)
        if normalizer:
            pieces.normalize(lambda part: made.normalizer.normalize(part))
        made.pre_tokenizer.pre_tokenize(pieces)
        # Empty pieces are dropped by whatever looks for added tokens before this in the pipeline.
        return [piece for piece, _, _ in pieces.get_splits() if piece]

    return cut


# --- every scalar
# ------------------------------------------------------------------------------------------------------------
BLOCKS = [block for block in range(0x1100) if not 0xD8 <= block < 0xE0
          and (block < 0x324 or block in (0xE00, 0xE01, 0xF00, 0x10FF))]
SWEPT_NORMALIZERS = NORMALIZERS[:7] + [BERT, {**BERT, "lowercase": False, "strip_accents": False},
                                       {"fixture": CHARSMAP_FIXTURE}]
SWEPT_PRETOKENIZERS = PRETOKENIZERS[:6] + [byte_level(False), dict(type="Digits", individual_digits=True),
                                           split("Regex", GPT4), split("Regex", QWEN)]


def fnv(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def sweep(apply):
    hashes = []
    for block in BLOCKS:
        output = apply("".join(f"a{chr(block << 8 | low)}a " for low in range(256)))
        hashes.append(fnv((output if isinstance(output, str) else "\0".join(output)).encode()))
    return hashes


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file, gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as zipped:
        zipped.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--random", type=int, default=60)
    parser.add_argument("--out", type=pathlib.Path, default=FIXTURES)
    options = parser.parse_args()
    texts = FIXED + random_texts(random.Random(options.seed), options.random)
    write(options.out / "normalization/texts.json.gz", {"texts": texts, "components": [
        {"component": c, "outputs": list(map(normalizing(c), texts))} for c in NORMALIZERS]})
    write(options.out / "pretokenization/texts.json.gz", {"texts": texts, "components": [
        {"component": c, "outputs": list(map(cutting(c), texts))} for c in PRETOKENIZERS]})
    write(options.out / "pretokenization/after-normalization.json.gz", {"texts": texts, "components": [
        {"normalizer": n, "component": c, "outputs": list(map(cutting(c, n), texts))} for n, c in PAIRS]})
    write(options.out / "normalization/scalars.json.gz", {"blocks": BLOCKS, "components": [
        {"component": c, "hashes": sweep(normalizing(c))} for c in SWEPT_NORMALIZERS]})
    write(options.out / "pretokenization/scalars.json.gz", {"blocks": BLOCKS, "components": [
        {"component": c, "hashes": sweep(cutting(c))} for c in SWEPT_PRETOKENIZERS]})


if __name__ == "__main__":
    main()

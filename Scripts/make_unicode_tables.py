#!/usr/bin/env python3
"""Writes Sources/Tokenization/Unicode/ScalarTables.swift: what the Python package `tokenizers` thinks of every Unicode
scalar.

The package mixes several Unicode versions (its standard library's, its normalizer's, its regular expressions'), so its
own answers are asked for, one scalar at a time, rather than any one edition of the standard. Grapheme cluster classes
come from the `regex` package, less the marks that `tokenizers` does not know yet.

    pip install tokenizers==0.23.3 regex && Scripts/make_unicode_tables.py
"""
import base64
import pathlib
import struct

import regex
from tokenizers import Regex, normalizers, pre_tokenizers

SCALARS = [code for code in range(0x110000) if not 0xD800 <= code < 0xE000]
OUT = pathlib.Path(__file__).resolve().parent.parent / "Sources/Tokenization/Unicode/ScalarTables.swift"


def pieces(splitter, text):
    return [piece for piece, _ in splitter.pre_tokenize_str(text)]


def where(test):
    return {code for code in SCALARS if test(chr(code))}


def cuts(splitter, around):
    """The scalars that `splitter` does not leave in one piece with `around`."""
    return where(lambda c: pieces(splitter, around + c + around) != [around + c + around])


def bert(**options):
    base = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**{**base, **options})


def onig(pattern):
    return pre_tokenizers.Split(Regex(pattern), "isolated")


# --- normalization forms
# -----------------------------------------------------------------------------------------------
forms = {name: getattr(normalizers, name)() for name in ("NFC", "NFD", "NFKC", "NFKD")}
changed = {name: where(lambda c, f=form: f.normalize_str(c) != c) for name, form in forms.items()}
nfd, nfc = forms["NFD"].normalize_str, forms["NFC"].normalize_str
# A scalar of another combining class than 0 moves before U+0345 (class 240, the highest) or behind U+0334 (class 1, the
# lowest). What decomposes is left out: it may do so because of its last part.
reorders = where(lambda c: nfd("a\u0345" + c) != "a\u0345" + c or nfd("a" + c + "\u0334") != "a" + c + "\u0334")
reorders -= changed["NFD"]
# The second halves of compositions. Hangul is algorithmic: vowels and trailing consonants.
seconds = {ord(nfd(chr(code))[-1]) for code in changed["NFD"] if nfc(chr(code)) == chr(code)}
seconds |= set(range(0x1161, 0x1176)) | set(range(0x11A8, 0x11C3))

# --- flags, one bit each; the order is that of ScalarFlags.swift
# ---------------------------------------------------------
whitespace = cuts(pre_tokenizers.WhitespaceSplit(), "a")
word = where(lambda c: pieces(pre_tokenizers.Whitespace(), "a" + c + "a") == ["a" + c + "a"])
regex_space = where(lambda c: pieces(pre_tokenizers.Whitespace(), "a" + c + "a") == ["a", "a"])
onig_space = cuts(onig(r"\s"), "a")
assert regex_space == whitespace == onig_space
lower = normalizers.Lowercase().normalize_str
cleaned = bert(clean_text=True).normalize_str
stripped = bert(strip_accents=True).normalize_str
flags = [
    whitespace,
    cuts(pre_tokenizers.Digits(individual_digits=True), "a"),
    word,
    cuts(pre_tokenizers.Punctuation(), "a"),
    where(lambda c: cleaned(c) == "") - {0xFFFD},
    where(lambda c: stripped(c) == ""),
    where(lambda c: normalizers.StripAccents().normalize_str(c) == ""),
    cuts(onig(r"\p{L}"), "1"),
    cuts(onig(r"\p{N}"), "a"),
    changed["NFC"] | reorders | seconds,
    changed["NFD"] | reorders,
    changed["NFKC"] | changed["NFC"] | reorders | seconds,
    changed["NFKD"] | changed["NFD"] | reorders,
    where(lambda c: lower(c) != c),
]
flag_values = [0] * 0x110000
for bit, members in enumerate(flags):
    for code in members:
        flag_values[code] |= 1 << bit

# --- lowercase
# -----------------------------------------------------------------------------------------------------------
lowercase = {code: lower(chr(code)) for code in flags[13]}
assert {code for code, text in lowercase.items() if len(text) != 1} == {0x130} and lowercase[0x130] == "i\u0307"

# --- scripts: numbered in order of appearance, 0 for what separates nothing
# ------------------------------------------------
scripts, representatives = [0] * 0x110000, []
splitter = pre_tokenizers.UnicodeScripts()
for code in SCALARS:
    c = chr(code)
    if pieces(splitter, "a" + c + "\u03b1") == ["a" + c, "\u03b1"] and pieces(splitter,
                                                                              "\u03b1" + c
                                                                              + "a") == ["\u03b1" + c, "a"]:
        continue
    previous = scripts[code - 1] if code else 0
    order = ([previous] if previous else []) + list(range(1, len(representatives) + 1))
    found = next((n for n in order if len(pieces(splitter, representatives[n - 1] + c)) == 1), None)
    if found is None:
        representatives.append(c)
        found = len(representatives)
    scripts[code] = found

# --- grapheme cluster classes; the order is that of GraphemeClass.swift
# ----------------------------------------------------
classes = ["CR", "LF", "Control", "Extend", "ZWJ", "Regional_Indicator", "Prepend", "SpacingMark", "L", "V", "T", "LV",
           "LVT"]


def matching(pattern):
    compiled = regex.compile(pattern)
    return where(lambda c: compiled.match(c))


def charsmap(key, value):
    """A SentencePiece character map with the single rule `key` (one byte) -> `value`: a double array of 512 units, then
    the texts."""
    units = [0] * 512
    units[0] = 1 << 10  # root, its children at 1 ^ byte
    child = 1 ^ ord(key)
    units[child] = ord(key) | 1 << 8 | 256 << 10  # a leaf hangs at child ^ 256
    units[child ^ 256] = 1 << 31
    return normalizers.Precompiled(struct.pack("<I512I", 2048, *units) + value.encode() + b"\0")


graphemes = [0] * 0x110000
joins = charsmap("a", "z").normalize_str
known_marks = where(lambda c: joins("a" + c) == "z")
for number, name in enumerate(classes, 1):
    for code in matching(r"\p{GCB=%s}" % name):
        if name not in ("Extend", "SpacingMark", "ZWJ") or code in known_marks:
            graphemes[code] = number
for code in matching(r"\p{Extended_Pictographic}"):
    graphemes[code] = graphemes[code] or 14
for code in matching(r"\p{InCB=Consonant}"):
    graphemes[code] = graphemes[code] or 15
for code in matching(r"\p{InCB=Linker}") & known_marks:
    graphemes[code] |= 1 << 4
for code in matching(r"\p{InCB=Extend}") & known_marks:
    graphemes[code] |= 1 << 5
missing = {code for code in known_marks if graphemes[code] & 15 not in (4, 5, 8)}
assert not missing, missing

# --- encoding: little-endian groups of five bits as the characters from '?' on, the sixth bit says that another follows
# -----
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def number(value):
    text = ""
    while True:
        value, digit = value >> 5, value & 31
        text += DIGITS[digit | (32 if value else 0)]
        if not value:
            return text


def runs(values):
    """Pairs of length and value that cover all scalars."""
    text, start = "", 0
    for code in range(1, 0x110001):
        if code == 0x110000 or values[code] != values[start]:
            text += number(code - start) + number(values[start])
            start = code
    return text


def differences(mapping):
    """Pairs of the gap from the scalar before and the zigzag difference to the mapped scalar."""
    text, last = "", 0
    for code in sorted(mapping):
        delta = ord(mapping[code]) - code
        text += number(code - last) + number(delta << 1 if delta >= 0 else (-delta << 1) - 1)
        last = code
    return text


def literal(name, comment, text):
    lines = [text[i:i + 112] for i in range(0, len(text), 112)]
    body = "\\\n".join("        " + line for line in lines)
    return f'    /// {comment}\n    static let {name}: StaticString = """\n{body}\n        """\n'


OUT.write_text(
    "/// What is known of every scalar, as text; written by Scripts/make_unicode_tables.py.\n"
    "///\n/// Numbers are groups of five bits, lowest first, in base64's alphabet; the sixth bit says that another "
    "group follows.\n"
    "enum ScalarTables {\n" + "\n".join([
        literal("flags", "Runs of equal `ScalarFlags`: length, value.", runs(flag_values)),
        literal("graphemes", "Runs of equal grapheme classes: length, value.", runs(graphemes)),
        literal("scripts", "Runs of equal scripts: length, number of the script.", runs(scripts)),
        literal("lowercase", "Scalars with a lowercase form of one scalar: gap from the one before, zigzag difference.",
                differences({code: text for code, text in lowercase.items() if code != 0x130})),
    ]) + "}\n")
print({name: len(members) for name, members in zip("space numeric word punct other mn mark L N nfc nfd nfkc nfkd "
                                                   "lower".split(), flags)},
      len(representatives), "scripts", OUT.stat().st_size, "bytes")

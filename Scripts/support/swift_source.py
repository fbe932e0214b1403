"""What Scripts/draw-imports and Scripts/check-lines read of Swift files, without a parser of the language."""

import re

# Comments, string literals of every kind, and what else is to be skipped; the longest delimiter first.
_SKIPPED = re.compile(
    r'//[^\n]*|/\*.*?\*/|(?P<hashes>#+)"""(?:.*?)"""(?P=hashes)|(?P<one>#+)"(?:[^\n]*?)"(?P=one)'
    r'|"""(?:\\.|[^\\])*?"""|"(?:\\.|[^"\\\n])*"', re.DOTALL)
_DECLARATION = re.compile(
    r"(?P<modifiers>(?:\b(?:public|package|internal|private|fileprivate|final|indirect|nonisolated|open)\b\s*)*)"
    r"\b(?:class|struct|enum|protocol|actor|typealias)\s+(?P<name>[A-Z]\w*)")
_WORD = re.compile(r"(?<![\w.`])[A-Z]\w*")
_IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|private|fileprivate)\s+)?import\s+"
    r"(?:(?:class|struct|enum|protocol|typealias|func|var)\s+)?(\w+)", re.MULTILINE)


def code(text: str) -> str:
    """`text` without comments; string literals become empty ones, but what is interpolated in them stays."""

    def kept(match: re.Match) -> str:
        found = match.group(0)
        if found.startswith(("//", "/*")):
            return " "
        return '""' + " ".join(_interpolations(found))

    return _SKIPPED.sub(kept, text)


def _interpolations(literal: str) -> list[str]:
    """What stands in `\\(...)` of a string literal."""
    found, start = [], literal.find("\\(")
    while start >= 0:
        depth, end = 1, start + 2
        while end < len(literal) and depth:
            depth += {"(": 1, ")": -1}.get(literal[end], 0)
            end += 1
        found.append(literal[start + 1:end])
        start = literal.find("\\(", end)
    return found


def imports(text: str) -> set[str]:
    """The modules that a file imports."""
    return set(_IMPORT.findall(code(text)))


def declared(text: str) -> tuple[set[str], set[str]]:
    """The types that a file declares at its top for others, and all that it declares, nested and private ones too."""
    source, depth, outer, every, position = code(text), 0, set(), set(), 0
    for match in _DECLARATION.finditer(source):
        depth += source.count("{", position, match.start()) - source.count("}", position, match.start())
        position = match.start()
        every.add(match["name"])
        if depth == 0 and "private" not in match["modifiers"]:
            outer.add(match["name"])
    return outer, every


def words(text: str) -> set[str]:
    """The capitalised names that a file uses, but those behind a dot."""
    return set(_WORD.findall(code(text)))

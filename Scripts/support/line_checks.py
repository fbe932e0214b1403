"""What Scripts/check-lines looks for, as functions from the lines of a file to numbered faults."""

import pathlib
import re
from collections.abc import Callable, Iterator

COLUMNS, LINES = 120, 250
# Files that may be longer, and why.
LONG_FILES = {
    "focus_plugin.h": "people copy one header",
}
Check = Callable[[list[str]], Iterator[tuple[int, str]]]

# A file that says so holds tables that a script makes.
GENERATED = re.compile(r"^\s*//+\s*(?:swift-format-ignore-file|.*[Ww]ritten by Scripts/)")
_PUBLIC = re.compile(r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*public\s.*?\b(func|init|subscript)\b")
_MEMBER = re.compile(r"^\s*(?:(?:static|mutating|borrowing|consuming|nonmutating)\s+)*(func|init|subscript)\b")


def checks_of(path: pathlib.Path) -> list[Check]:
    """The checks that a file has to pass, by its name or its first line."""
    match path.suffix:
        case ".swift":
            is_library = "Tests" not in path.parts or "FormatConformance" in path.parts
            checks = [columns, throws] if is_library else [columns]
            return checks if path.name in LONG_FILES else checks + [length]
        case ".c" | ".h":
            return [columns] if path.name in LONG_FILES else [columns, length]
        case ".py":
            return [columns]
        case ".md":
            return [prose]
    if path.suffix == "" and path.stat().st_size:
        with path.open("rb") as file:
            first = file.readline(80)
        if first.startswith(b"#!") and (b"bash" in first or b"python" in first):
            return [columns]
    return []


def columns(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Lines that are too long, but those of generated tables."""
    if any(GENERATED.match(line) for line in lines[:20]):
        return
    raw = False
    for number, line in enumerate(lines, 1):
        raw ^= line.count('#"""') + line.count('"""#') == 1
        # A raw string, such as a pattern or a piece of JSON, cannot be cut without making it harder to read.
        if len(line) > COLUMNS and not raw and not re.search(r'#"(?!"").*"#', line):
            yield number, f"has {len(line)} columns, more than {COLUMNS}"


def prose(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The same for Markdown, but rows of tables and blocks of code."""
    fenced = False
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced and not line.startswith("    ") and not line.lstrip().startswith("|") and len(line) > COLUMNS:
            yield number, f"has {len(line)} columns, more than {COLUMNS}"


def length(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Files that are too long."""
    if len(lines) > LINES:
        yield len(lines), f"is line {len(lines)}, and a file has {LINES} at most"


def throws(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Public functions that throw and do not say when."""
    # for each open protocol or extension: its depth, and whether its members are public
    scopes: list[tuple[int, bool]] = []
    depth = 0
    for number, line in enumerate(lines):
        bare = re.sub(r"//.*|\"(?:\\.|[^\"\\])*\"", "", line)
        if re.match(r"\s*public\s+(?:protocol|extension)\b", bare):
            scopes.append((depth, True))
        is_public = bool(_PUBLIC.match(bare))
        if not is_public and scopes and depth == scopes[-1][0] + 1:
            is_public = bool(_MEMBER.match(bare))
        if is_public and _throws(lines, number) and not _is_described(lines, number):
            name = re.search(r"\b(?:func\s+(`[^`]*`|\S+?)(?=[(<\s])|(init|subscript)\b)", bare)
            yield number + 1, f"'{(name[1] or name[2]) if name else 'a function'}' throws and has no '- Throws:'"
        depth += bare.count("{") - bare.count("}")
        while scopes and depth <= scopes[-1][0] and "{" not in bare:
            scopes.pop()


def _throws(lines: list[str], number: int) -> bool:
    """Whether the signature that begins at a line throws: `throws` behind its closing parenthesis, before its body."""
    signature, depth, seen = "", 0, False
    for line in lines[number:number + 25]:
        for character in re.sub(r"//.*", "", line) + "\n":
            if depth == 0 and seen and character == "{":
                return bool(re.search(r"\bthrows\b", signature))
            depth += {"(": 1, ")": -1}.get(character, 0)
            if character == ")" and depth == 0 and not seen:
                seen, signature = True, ""
                continue
            if depth == 0 and seen:
                signature += character
        if depth == 0 and seen and (not line.rstrip().endswith((")", "->", ",", "where"))):
            return bool(re.search(r"\bthrows\b", signature))
        if depth == 0 and seen and "{" in line:
            break
    return bool(re.search(r"\bthrows\b", signature.split("{")[0]))


def _is_described(lines: list[str], number: int) -> bool:
    """Whether the comment above a line has "- Throws:"."""
    place = number - 1
    while place >= 0 and re.match(r"\s*(?:///|@)", lines[place]):
        if re.match(r"\s*///\s*- Throws:", lines[place]):
            return True
        place -= 1
    return False

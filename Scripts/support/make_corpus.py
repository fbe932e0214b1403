"""Makes a corpus of one language of Debian's documentation packages: UTF-8, a paragraph a line, each paragraph once.

The same packages give the same corpus. Markup, code and what was left in English is dropped.
"""

import argparse
import gzip
import hashlib
import html
import html.parser
import os
import pathlib
import re
import subprocess
import sys

# Small downloads with much prose come first. A language has those of them that exist.
PACKAGES = """manpages-{} manpages-{}-dev libreoffice-help-{} fortunes-{} debian-reference-{} lilypond-doc-html-{}
    developers-reference-{} debian-faq-{} maint-guide-{} aptitude-doc-{} debian-edu-doc-{} gimp-help-{}""".split()

# Words that English text cannot do without, and few other languages have.
ENGLISH = frozenset("the of and that with are this which from will you by is it to be can not your should or "
                    "if".split())

LETTERS_AT_LEAST = 0.6
ENGLISH_AT_MOST = 0.15
LENGTHS = range(24, 2000)


# Packages ---------------------------------------------------------------------------------------------------------

def run(*command: str, **options) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options).stdout


def available(names: list[str]) -> list[str]:
    """Those of the packages that can be downloaded."""
    listing = subprocess.run(["apt-cache", "policy", *names], stdout=subprocess.PIPE, text=True, check=True).stdout
    found = re.findall(r"^(\S+):\n.*\n  Candidate: (?!\(none\))\S+", listing, re.M)
    return [name for name in names if name in found]


def download(names: list[str], cache: pathlib.Path) -> None:
    wanted = [name for name in names if not list(cache.glob(f"{name}_*.deb"))]
    if not wanted:
        return
    options = ["-o", "APT::Sandbox::User=root"] if os.getuid() == 0 else []
    try:
        run("apt-get", *options, "-qq", "download", *wanted, cwd=cache)
    except subprocess.CalledProcessError:
        sys.exit(f"make-corpus: error: apt-get could not download {' '.join(wanted)}: "
                 "try 'apt-get update', and see whether the machine is online")


def unpacked(name: str, cache: pathlib.Path) -> pathlib.Path:
    folder = cache / name
    if not folder.exists():
        (package,) = sorted(cache.glob(f"{name}_*.deb"))[-1:]
        partial = cache / (name + ".partial")
        partial.mkdir(exist_ok=True)
        run("dpkg-deb", "-x", str(package), str(partial))
        partial.rename(folder)
    return folder


# Text of the files --------------------------------------------------------------------------------------------------

class Paragraphs(html.parser.HTMLParser):
    """The text between the tags that begin or end a block, without what is not prose."""

    INLINE = frozenset("a abbr acronym b bdo big cite dfn em emph font i img kbd q s samp small span strong sub sup tt "
                       "u var code wbr literal".split())
    SILENT = frozenset("script style head nav footer aside pre svg math select button".split())

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.finished: list[str] = []
        self.silence = 0
        self.feed(text)
        self.close()
        self.end_block()

    def end_block(self) -> None:
        self.finished.append("".join(self.parts))
        self.parts = []

    def handle_starttag(self, tag, attributes):
        if tag not in self.INLINE:
            self.end_block()
        self.silence += tag in self.SILENT

    def handle_startendtag(self, tag, attributes):
        if tag not in self.INLINE:
            self.end_block()

    def handle_endtag(self, tag):
        if tag not in self.INLINE:
            self.end_block()
        self.silence -= tag in self.SILENT and self.silence > 0

    def handle_data(self, data):
        if not self.silence:
            self.parts.append(data)


ROFF_CHARACTERS = {
    "aq": "'", "dq": '"', "bu": "•", "em": "—", "en": "–", "oq": "‘", "cq": "’", "lq": "“", "rq": "”", "ga": "`",
    "ha": "^",
    "ti": "~", "rs": "\\", "mc": "µ", "mu": "×", "Bq": "„", "bq": "‚", "Fo": "«", "Fc": "»", "co": "©",
}
ROFF_ESCAPE = re.compile(r'\\(?:f(?:\[[^]]*\]|\(..|.)|s[+-]?\d+|"(.*)$|\*?\((..)|\*?\[([^]]*)\]|(.))')
ROFF_FONTS = re.compile(r"[.'](?:B|I|BR|IR|RB|RI|BI|IB|SM)\s+(.*)")
ROFF_CODE = {"nf": "fi", "EX": "EE", "TS": "TE", "Bd": "Ed", "de": ".", "ig": "."}


def without_escapes(line: str) -> str:
    def plain(match: re.Match) -> str:
        _, two, long, one = match.groups()
        if two or long:
            return ROFF_CHARACTERS.get(two or long, " ")
        return {"-": "-", "e": "\\", " ": " ", "~": " ", "0": " ", "t": " "}.get(one or "", "")
    return ROFF_ESCAPE.sub(plain, line)


def manual_paragraphs(text: str) -> list[str]:
    """The prose of a manual page: requests end a paragraph, but for those that change the font of a few words."""
    finished: list[str] = []
    lines: list[str] = []
    code_ends = None
    for line in text.splitlines():
        request = re.match(r"[.']\s*([A-Za-z.]*)", line)
        name = request and request[1]
        if code_ends:
            code_ends = None if name == code_ends else code_ends
        elif fonts := ROFF_FONTS.match(line):
            words = [quoted or bare for quoted, bare in re.findall(r'"([^"]*)"|(\S+)', fonts[1])]
            # Alternating fonts join their words; a single font keeps the spaces between them.
            lines.append(without_escapes(("" if line[2:3].isalpha() and line[1:3] != "SM" else " ").join(words)))
        elif request or not line.strip():
            code_ends = ROFF_CODE.get(name or "")
            finished.append(" ".join(lines))
            lines = []
        else:
            lines.append(without_escapes(line))
    return finished + [" ".join(lines)]


def paragraphs(path: pathlib.Path) -> list[str]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return []
    if path.name.endswith((".html", ".xhtml", ".html.gz")):
        return Paragraphs(text).finished
    if "man" in path.parts:
        return manual_paragraphs(text)
    return re.split(r"\n%\n", text)


def is_text(path: pathlib.Path) -> bool:
    return path.is_file() and not path.is_symlink() and (
        path.name.endswith((".html", ".xhtml", ".html.gz")) or ("man" in path.parts and path.suffix == ".gz")
        or ("fortunes" in path.parts and not path.suffix))


# The corpus ---------------------------------------------------------------------------------------------------------

def is_prose(text: str) -> bool:
    if len(text) not in LENGTHS or sum(map(str.isalpha, text)) < LETTERS_AT_LEAST * len(text):
        return False
    if text.isascii() and " " not in text:
        return False  # a name in some program
    words = re.findall(r"\w+", text.lower())
    return sum(word in ENGLISH for word in words) < ENGLISH_AT_MOST * len(words)


def collect(folders: list[pathlib.Path]) -> list[str]:
    found: dict[str, str] = {}  # letters only -> the first paragraph with these letters
    for folder in folders:
        for path in sorted(filter(is_text, folder.rglob("*"))):
            for paragraph in paragraphs(path):
                paragraph = " ".join(paragraph.split())
                if is_prose(paragraph):
                    found.setdefault("".join(filter(str.isalpha, paragraph.lower())), paragraph)
    # A shuffle that is the same every time, so that any beginning of the corpus is a mixture of all of it.
    return sorted(found.values(), key=lambda text: hashlib.blake2b(text.encode(), digest_size=16).digest())


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("language", help="its two letters, as in Debian's package names: de, fr, ru, ja ...")
    arguments.add_argument("file", type=pathlib.Path)
    arguments.add_argument("--megabytes", type=float, help="stop there; everything that was found otherwise")
    arguments.add_argument("--cache", type=pathlib.Path,
                           default=pathlib.Path(os.environ.get("FOCUS_CACHE", ".cache")) / "downloads")
    options = arguments.parse_args()

    cache = options.cache / "debian"
    cache.mkdir(parents=True, exist_ok=True)
    names = available([pattern.format(options.language) for pattern in PACKAGES])
    if not names:
        sys.exit(f"make-corpus: error: Debian has no documentation package in '{options.language}': "
                 "give a language's two letters, and see that 'apt-get update' has been run")
    # The last one is ten times the size of the others together and has little text.
    names = [name for name in names if not name.startswith("gimp-help") or len(names) < 4]
    download(names, cache)
    lines = collect([unpacked(name, cache) for name in names])

    limit = options.megabytes * 1e6 if options.megabytes else float("inf")
    options.file.parent.mkdir(parents=True, exist_ok=True)
    partial = options.file.with_name(options.file.name + ".partial")
    written = 0
    count = 0
    with partial.open("wb") as output:
        for line in lines:
            data = line.encode() + b"\n"
            if written + len(data) > limit:
                break
            output.write(data)
            written, count = written + len(data), count + 1
    partial.rename(options.file)
    print(f"{options.file}: {count:,} paragraphs, {written / 1e6:.1f} MB, of {', '.join(names)}")


if __name__ == "__main__":
    main()

"""Makes pairs of sentences, a language's and English, of LibreOffice's help in both: paragraphs of the same name in the
same file.

The same packages give the same pairs: TARGET<tab>ENGLISH, a pair a line.
"""

import argparse
import hashlib
import html.parser
import os
import pathlib
import sys

from make_corpus import available, download, is_prose, unpacked

LENGTHS = range(30, 241)


class NamedParagraphs(html.parser.HTMLParser):
    """The text of each paragraph that has a name."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.found: dict[str, str] = {}
        self.name: str | None = None
        self.parts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        if tag == "p":
            self.name, self.parts = dict(attributes).get("id"), []

    def handle_endtag(self, tag):
        if tag == "p" and self.name:
            self.found.setdefault(self.name, " ".join("".join(self.parts).split()))
            self.name = None

    def handle_data(self, data):
        self.parts.append(data)


def collect(target: pathlib.Path, english: pathlib.Path) -> list[tuple[str, str]]:
    pairs: dict[str, tuple[str, str]] = {}
    seen: set[str] = set()
    for path in sorted(target.rglob("*.html")):
        other = english / path.relative_to(target)
        if not other.exists():
            continue
        originals = NamedParagraphs(other.read_text("utf-8", "replace")).found
        for name, text in NamedParagraphs(path.read_text("utf-8", "replace")).found.items():
            original = originals.get(name, "")
            # scripts without spaces say more a character
            short = 2 if any(ord(character) > 0x2E7F for character in text) else 1
            if len(text) * short in LENGTHS and len(original) in LENGTHS and text != original and is_prose(text):
                if text not in pairs and original not in seen:
                    pairs[text] = (text, original)
                    seen.add(original)
    return sorted(pairs.values(), key=lambda pair: hashlib.blake2b("\t".join(pair).encode(), digest_size=16).digest())


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("language", help="its two letters, as in Debian's package names: de, fr, ru, ja ...")
    arguments.add_argument("file", type=pathlib.Path)
    arguments.add_argument("--count", type=int, default=1000)
    arguments.add_argument("--cache", type=pathlib.Path,
                           default=pathlib.Path(os.environ.get("FOCUS_CACHE", ".cache")) / "downloads")
    options = arguments.parse_args()

    cache = options.cache / "debian"
    cache.mkdir(parents=True, exist_ok=True)
    names = [f"libreoffice-help-{options.language}", "libreoffice-help-en-us"]
    if len(available(names)) < 2:
        sys.exit(f"make-pairs: error: Debian has no {' and '.join(names)}: "
                 "give a language's two letters, and see that 'apt-get update' has been run")
    download(names, cache)
    help_texts = pathlib.Path("usr/share/libreoffice/help")
    target, english = (unpacked(name, cache) / help_texts for name in names)
    pairs = collect(target / options.language, english / "en-US")[:options.count]
    options.file.parent.mkdir(parents=True, exist_ok=True)
    options.file.write_text("".join("\t".join(pair) + "\n" for pair in pairs), encoding="utf-8")
    print(f"{options.file}: {len(pairs):,} pairs")


if __name__ == "__main__":
    main()

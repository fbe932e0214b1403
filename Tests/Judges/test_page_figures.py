"""Every figure of a page, counted once more, and README.md of a result, whose author's words keep their bytes."""

import html
import json
import re

import numpy as np
from safetensors.numpy import load_file

import fixtures
import test_page
from tool import FocusCase

BEGIN, END = "<!-- focus: begin -->", "<!-- focus: end -->"
CARDS = {
    "front": "---\nlanguage:\n- de\nlicense: mit\nbase_model: a/b\nmodel-index:\n- name: x\n  results: []\n"
             "---\n# Title\n\nText\n\n---\n\nMore.\n",
    "other line ends": "---\r\nlicense: mit\r\n---\r\n# Title\r\n",
    "none": "# Title without an end of line",
    "lost halves": f"---\nlicense: mit\n---\n{END}\nIn front.\n{BEGIN}\nNever closed.\n",
}


def share(part: float, whole: float) -> str:
    """A share as pages write it."""
    percent = part / whole * 100
    return "< 0.1 %" if 0 < percent < 0.05 else f"{percent:.1f} %"


class PageFigures(FocusCase):
    make, specialise, page = test_page.Pages.make, test_page.Pages.specialise, test_page.Pages.page

    def test_every_figure_counted_once_more(self) -> None:
        self.make()
        self.specialise("page.html", "--save-plan", "plan.safetensors")
        self.specialise("report.json", output="second")
        report = json.loads((self.folder / "report.json").read_text())
        raw = (self.folder / "page.html").read_text(encoding="utf-8")
        page, plan = self.page(), load_file(self.folder / "plan.safetensors")
        kinds, target = plan["kinds"], fixtures.tokenizer(self.target)
        encoded = [target.encode(line, add_special_tokens=False).ids for line in self.lines]
        uses = np.bincount(np.concatenate([np.array(ids, int) for ids in encoded]), minlength=len(kinds))
        before = sum(len(self.source.encode(line, add_special_tokens=False).ids) for line in self.lines)
        characters = sum(map(len, self.lines))

        tiles = dict((html.unescape(name), value) for name, value in re.findall(
            r"<div><dt>([^<]*)</dt><dd>([^<]*)</dd></div>", raw))
        self.assertEqual(tiles["tokens, before and after"], f"{self.rows:,} → {len(kinds):,}")
        copied = kinds == 0
        self.assertEqual(tiles["of the rows are the original's"], share(copied.sum(), len(kinds)))
        self.assertEqual(tiles["of the text's tokens have such rows"], share(uses[copied].sum(), uses.sum()))
        self.assertEqual(tiles["characters a token, before and after"],
                         f"{characters / before:.2f} → {characters / uses.sum():.2f}")

        names = {"copied": 0, "combined": 1, "mean of pieces": 4, "drawn at random": 2}
        for row in page.rows:
            if row and row[0] in names and len(row) == 5:
                chosen = kinds == names[row[0]]
                self.assertEqual(row[1:], [f"{chosen.sum():,}", share(chosen.sum(), len(kinds)),
                                           f"{uses[chosen].sum():,}", share(uses[chosen].sum(), uses.sum())])
        index = json.loads(page.data["token-data"])
        self.assertEqual([int(count or 0) for count in index["counts"].split(",")], uses.tolist())

        found = fixtures.read_checkpoint(self.folder / "result")
        shapes = {row[0]: row[1:] for row in page.rows if row and row[0] in found}
        self.assertEqual(set(shapes), set(self.tensors))
        for name, (kind, old, new) in shapes.items():
            self.assertEqual(kind, "F32")
            self.assertEqual(old, " × ".join(f"{size:,}" for size in self.tensors[name].shape))
            self.assertEqual(new, " × ".join(f"{size:,}" for size in found[name].shape))
        self.assertEqual(page.facts["elements in tensors with new rows"],
                         f"{sum(t.size for t in self.tensors.values()):,} → {sum(t.size for t in found.values()):,}")
        self.assertEqual(page.facts["at most"], f"{report['support']['max']:,}")

        support = np.diff(plan["offsets"])[(kinds != 0) & (np.diff(plan["offsets"]) > 0)]
        drawn = re.search(r"Source rows that a new row is made of</figcaption><svg[^>]*aria-label=\"([^\"]*)\"", raw)[1]
        bars = [part.split(": ") for part in drawn.split(", ") if ": " in part]
        total = 0
        for label, count in re.findall(r"(\d+(?:–\d+)?): ([\d,]+?)(?=, \d|$)", drawn):
            ends = [int(end) for end in label.split("–")]
            wanted = ((support >= ends[0]) & (support <= ends[-1])).sum()
            self.assertEqual(int(count.replace(",", "")), wanted, label)
            total += wanted
        self.assertEqual(total, len(support), bars)

    # README.md of a result

    def card(self, source: str, output: str) -> bytes:
        self.assertDone(self.focus("specialize", source, "--tokenizer", "target", "--method", "pieces", "--no-measure",
                                   "--output", output, "--model-card"))
        return (self.folder / output / "README.md").read_bytes()

    def test_the_words_of_a_card_keep_their_bytes(self) -> None:
        self.make()
        for name, text in CARDS.items():
            with self.subTest(name):
                (self.folder / "source" / "README.md").write_bytes(text.encode())
                once = self.card("source", f"once {name}")
                self.assertTrue(once.startswith(text.encode()), once)
                self.assertTrue(once.endswith(END.encode() + b"\n"))
                twice = self.card(f"once {name}", f"twice {name}")
                self.assertTrue(twice.startswith(text.encode()), twice)
                for mark in (BEGIN, END):
                    self.assertEqual(twice.count(mark.encode()), once.count(mark.encode()))
        (self.folder / "source" / "README.md").unlink()
        self.assertTrue(self.card("source", "alone").startswith(BEGIN.encode()))

    def test_the_same_job_in_place_gives_the_same_card(self) -> None:
        self.make()
        (self.folder / "source" / "README.md").write_text(CARDS["front"])
        self.card("source", "result")
        job = ("specialize", "result", "--tokenizer", "target", "--method", "pieces", "--no-measure", "--in-place",
               "--model-card")
        cards = []
        for _ in range(2):
            self.assertDone(self.focus(*job))
            cards.append((self.folder / "result" / "README.md").read_bytes())
        self.assertEqual(cards[0], cards[1])

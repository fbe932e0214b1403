"""Pages to look at: one file without a network, figures that are those of the JSON report, hostile tokens as text."""

import hashlib
import html.parser
import json
import re
import shutil

import numpy as np
from safetensors.numpy import load_file

import fixtures
from test_checkpoints import random
from tool import FocusCase

TABLE, BIAS = "bert.embeddings.word_embeddings.weight", "cls.predictions.bias"
VOID = {"meta", "link", "input", "br", "img", "hr"}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
HOSTILE = ["</script><script>alert(1)</script>", "<!--", "-->", "<img src=x onerror=alert(1)>", "]]>", "&lt;&amp;",
           "\"'`", "a\u202eb", "\x01\x1b[31m", "\u2028", "\u0301", "${alert(1)}", "a\\u003cb", "<script>"]


class Reader(html.parser.HTMLParser):
    """The elements of a page, which must be closed in order, and what is in them."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.attributes, self.texts, self.comments = [], [], [], [], []
        self.declaration = None
        self.rows, self.data, self.facts = [], {}, {}
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_decl(self, declaration):
        self.declaration = declaration

    def handle_comment(self, comment):
        self.comments.append(comment)

    def handle_starttag(self, tag, attributes):
        self.elements.append(tag)
        self.attributes += [(tag, name, value) for name, value in attributes]
        if tag in VOID:
            return
        self.open.append((tag, dict(attributes)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append("")
        if tag in ("dt", "dd"):
            self.texts.append("")

    def handle_endtag(self, tag):
        assert self.open and self.open[-1][0] == tag, (tag, self.open[-3:])
        self.open.pop()
        if tag == "dd":
            self.facts.setdefault(self.texts[-2], self.texts[-1])

    def handle_data(self, text):
        if not self.open:
            return
        tag, attributes = self.open[-1]
        names = [name for name, _ in self.open]
        if tag == "script" and "id" in attributes:
            self.data[attributes["id"]] = self.data.get(attributes["id"], "") + text
        elif "td" in names or "th" in names:
            self.rows[-1][-1] += text
        elif "dt" in names or "dd" in names:
            self.texts[-1] += text


def decoded(index: dict) -> list[list[tuple[str, float]] | None]:
    """The sources of each token and their shares, as far as the page has them; nil for none."""
    packed, letters, names, rows, place = index["sources"], index["letters"], index["names"].split("\n"), [], 0

    def number(start: int, count: int) -> int:
        value = 0
        for letter in packed[start:start + count]:
            value = value * 64 + LETTERS.index(letter)
        return value

    for text in index["texts"].split("\n"):
        head = packed[place]
        if head in "=.":
            rows.append(None if head == "." else [(text, 1.0)])
            place += 1
            continue
        found, place = [], place + 3
        for _ in range(int(head)):
            found.append((names[number(place, letters)], number(place + letters, 2) / 4095))
            place += letters + 2
        rows.append(found)
    assert place == len(packed)
    return rows


class Pages(FocusCase):
    def make(self, hostile: bool = False, name: str = "target") -> None:
        source = "golden/tokenizers/source"
        self.source = fixtures.tokenizer(fixtures.unpack_tokenizer(source, self.base / "old"))
        self.target = fixtures.unpack_tokenizer("golden/tokenizers/target-unigram", self.folder / name)
        self.auxiliary = fixtures.golden_auxiliary("target-unigram", self.folder)
        if hostile:
            path = self.target / "tokenizer.json"
            tokenizer = json.loads(path.read_text(encoding="utf-8"))
            vocabulary = tokenizer["model"]["vocab"]
            self.first = len(vocabulary) - len(HOSTILE) - 300
            for offset, token in enumerate(HOSTILE):
                vocabulary[self.first + offset][0] = token
            path.write_text(json.dumps(tokenizer), encoding="utf-8")
        self.rows = self.source.get_vocab_size()
        self.tensors = {TABLE: random(self.rows, 12), BIAS: random(self.rows)}
        fixtures.write_checkpoint(self.folder / "source", self.tensors, {"model_type": "bert", "vocab_size": self.rows},
                                  source)
        lines = fixtures.read("golden/tokenization/e5-small.jsonl").splitlines()
        self.lines = [json.loads(line)["text"].replace("\n", " ").replace("\r", " ") for line in lines][:400]
        (self.folder / "text.txt").write_text("\n".join(self.lines) + "\n", encoding="utf-8")

    def specialise(self, report: str, *options, output: str = "result"):
        self.assertDone(self.focus(
            "specialize", "source", "--tokenizer", self.target.name, "--auxiliary", self.auxiliary, "--corpus",
            "text.txt", "--output", output, "--report", report, *options))

    def page(self, name: str = "page.html") -> Reader:
        reader = Reader((self.folder / name).read_text(encoding="utf-8"))
        self.assertEqual(reader.declaration, "DOCTYPE html")
        self.assertEqual(reader.comments, [])
        return reader

    def assertStandsAlone(self, page: Reader) -> None:
        for tag, name, value in page.attributes:
            self.assertFalse(name.startswith("on") or name in ("src", "style", "srcset", "action", "xlink:href"), name)
            if name == "href":
                self.assertTrue(value.startswith("#") or (tag, value) == ("link", "data:,"), value)
        text = next(value for _, name, value in page.attributes if name == "content" and "default-src" in value)
        self.assertIn("default-src 'none'", text)
        self.assertNotIn("unsafe", text)
        self.assertNotIn("iframe", page.elements)

    # What is in it

    def test_figures_are_those_of_the_report_and_of_the_result(self):
        self.make()
        self.specialise("page.html", "--save-plan", "plan.safetensors")
        self.specialise("report.json", output="second")
        found = fixtures.read_checkpoint(self.folder / "result")
        for name, tensor in fixtures.read_checkpoint(self.folder / "second").items():
            self.assertEqual(tensor.tobytes(), found[name].tobytes())
        report = json.loads((self.folder / "report.json").read_text())
        page = self.page()
        self.assertStandsAlone(page)

        plan = load_file(self.folder / "plan.safetensors")
        counts = np.bincount(plan["kinds"], minlength=9)
        tokenizer = fixtures.tokenizer(self.target)
        ids = np.concatenate([np.array(tokenizer.encode(line, add_special_tokens=False).ids, int)
                              for line in self.lines])
        uses = np.bincount(ids, minlength=len(plan["kinds"]))
        names = {"copied": ("copied", 0), "combined": ("combined", 1), "mean of pieces": ("pieces", 4),
                 "drawn at random": ("sampled", 2)}
        rows = {row[0]: row for row in page.rows if row and row[0] in names and len(row) == 5}
        self.assertGreaterEqual(len(rows), 2)
        for name, row in rows.items():
            key, kind = names[name]
            self.assertEqual(int(row[1].replace(",", "")), report["rows"][key])
            self.assertEqual(report["rows"][key], counts[kind])
            self.assertEqual(int(row[3].replace(",", "")), uses[plan["kinds"] == kind].sum(), name)
        for name, (key, _) in names.items():
            self.assertEqual(name in rows, report["rows"][key] > 0)
        old = sum(len(self.source.encode(line, add_special_tokens=False).ids) for line in self.lines)
        self.assertEqual(page.facts["tokens of the text"], f"{old:,} → {len(ids):,}")
        self.assertEqual(page.facts["characters"], f"{sum(map(len, self.lines)):,}")
        self.assertEqual(page.facts["anchors hidden and rebuilt"], f"{report['heldOut']['hidden']:,}")
        self.assertEqual(page.facts["mean cosine with the true rows"], f"{report['heldOut']['cosine']:.3f}")
        self.assertEqual(page.facts["anchors"], f"{report['rows']['anchors']:,}")
        self.assertEqual(page.facts["anchors a combination, on average"], f"{report['support']['mean']:.1f}")

        text = (self.folder / "page.html").read_text(encoding="utf-8")
        for values in (np.linalg.norm(self.tensors[TABLE].astype(np.float64), axis=1),
                       np.linalg.norm(found[TABLE].astype(np.float64), axis=1)[plan["kinds"] != 0]):
            self.assertIn(f"{len(values):,}, median {np.median(values):.2f}", text)

        hashes = {name.removeprefix("SHA-256 of "): value for name, value in page.facts.items()
                  if name.startswith("SHA-256")}
        self.assertEqual(hashes.pop(f"the new table {TABLE}"), hashlib.sha256(found[TABLE].tobytes()).hexdigest())
        self.assertEqual(hashes.pop("plan, plan.safetensors"),
                         hashlib.sha256((self.folder / "plan.safetensors").read_bytes()).hexdigest())
        for name, value in hashes.items():
            whose, file = name.split(" tokenizer, ")
            folder = self.target if whose == "target" else self.folder / "source"
            self.assertEqual(value, hashlib.sha256((folder / file).read_bytes()).hexdigest(), name)
        self.assertIn("target tokenizer, tokenizer.json", hashes)

    def test_all_tokens_and_their_sources_are_in_it(self):
        self.make()
        self.specialise("page.html", "--method", "focus", "--save-plan", "plan.safetensors")
        index = json.loads(self.page().data["token-data"])
        plan = load_file(self.folder / "plan.safetensors")
        self.assertEqual([int(kind) for kind in index["kinds"]], plan["kinds"].tolist())
        texts, rows = index["texts"].split("\n"), decoded(index)
        tokenizer = fixtures.tokenizer(self.target)
        self.assertEqual(len(texts), len(plan["kinds"]))
        for row in range(len(texts)):
            token = tokenizer.id_to_token(row)
            if token.isascii() and token.isprintable():
                self.assertEqual(texts[row], token)
            columns = slice(*plan["offsets"][row:row + 2])
            parts = sorted(zip(-plan["weights"][columns], plan["columns"][columns]))[:4]
            self.assertEqual(len(rows[row] or []), len(parts))
            for (weight, source), (text, share) in zip(parts, rows[row] or []):
                self.assertAlmostEqual(-weight, share, delta=0.5 / 4095 + 1e-9)
                name = self.source.id_to_token(int(source))
                if name.isascii() and name.isprintable():
                    self.assertEqual(text, name)

    def test_the_map_has_the_principal_axes(self):
        self.make()
        self.specialise("page.html")
        points = json.loads(self.page().data["map-data"])
        self.assertEqual(points["ids"], sorted(points["ids"]))
        rows = fixtures.read_checkpoint(self.folder / "result")[TABLE][points["ids"]].astype(np.float64)
        rows -= rows.mean(0)
        left, values, _ = np.linalg.svd(rows, full_matrices=False)
        shares = values ** 2 / (values ** 2).sum()
        text = (self.folder / "page.html").read_text(encoding="utf-8")
        self.assertIn(f"which have {shares[0] * 100:.1f} % and {shares[1] * 100:.1f} % of their variance", text)
        for axis, drawn in ((0, np.array(points["x"])), (1, 800 - np.array(points["y"]))):
            inner = (drawn > 8) & (drawn < 792)
            self.assertGreater(inner.mean(), 0.99)
            true = left[:, axis] * values[axis]
            true *= np.sign(true[np.abs(true).argmax()])
            scale, start = np.polyfit(true[inner], drawn[inner], 1)
            self.assertGreater(scale, 0)
            np.testing.assert_allclose(true[inner] * scale + start, drawn[inner], atol=0.6)

    # The same bytes

    def test_the_same_bytes_again_and_on_any_number_of_threads(self):
        self.make()
        for threads, name in ((1, "one"), (2, "two"), (2, "again")):
            self.specialise(f"{name}.html", "--threads", threads, output=name)
        pages = [(self.folder / f"{name}.html").read_bytes() for name in ("one", "two", "again")]
        self.assertEqual(len(set(pages)), 1)
        self.assertNotRegex(pages[0].decode(), r"\b(19|20)\d\d-\d\d-\d\d|seconds")

    # Hostile texts

    def test_texts_of_files_stay_text(self):
        self.make(hostile=True, name="a<b>&\"'-->")
        self.specialise("page.html", "--method", "pieces")
        page = self.page()
        self.assertStandsAlone(page)
        self.assertEqual(page.elements.count("script"), 3)
        self.assertNotIn("img", page.elements)
        raw = (self.folder / "page.html").read_text(encoding="utf-8")
        self.assertNotIn("alert(1)</script>", raw)
        self.assertNotRegex(raw, "[\x00-\x09\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
        index = json.loads(page.data["token-data"])
        texts = index["texts"].split("\n")
        self.assertEqual(len(texts), len(index["kinds"]))
        spelled = {"a\u202eb": "a⟨U+202E⟩b", "\x01\x1b[31m": "⟨U+0001⟩⟨U+001B⟩[31m", "\u2028": "⟨U+2028⟩",
                   "\u0301": "◌\u0301"}
        for offset, token in enumerate(HOSTILE):
            self.assertEqual(texts[self.first + offset], spelled.get(token, token))
        for data in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', raw, re.S):
            self.assertNotRegex(data, "[<>&]")

    # What is refused

    def test_names_are_looked_at_before_anything_is_computed(self):
        self.make()
        job = ("specialize", "source", "--tokenizer", "target", "--method", "pieces", "--output", "result")
        outcome = self.focus(*job, "--report", "page.htm")
        self.assertEqual(outcome.code, 64, outcome.errors)
        self.assertIn(".html", outcome.errors)
        self.assertRefused(*job, "--report", "missing/page.html", saying=("page.html", "no folder"))
        self.assertRefused("compare", "source", "--tokenizer", "target", "--auxiliary", self.auxiliary, "--corpus",
                           "text.txt", "--report", "missing/page.html", saying=("page.html", "no folder"))

    # The comparison

    def test_methods_side_by_side(self):
        self.make()
        job = ("compare", "source", "--tokenizer", "target", "--auxiliary", self.auxiliary, "--corpus", "text.txt")
        for name in ("page.html", "again.html", "report.json"):
            self.assertDone(self.focus(*job, "--report", name))
        self.assertEqual((self.folder / "page.html").read_bytes(), (self.folder / "again.html").read_bytes())
        page, report = self.page(), json.loads((self.folder / "report.json").read_text())
        self.assertStandsAlone(page)
        rows = {row[0]: row for row in page.rows}
        for entry in report["methods"]:
            row = rows[entry["method"]["name"]]
            self.assertEqual(row[1], f"{entry['heldOut']['cosine']:.3f}")
            self.assertEqual(row[2], f"{entry['support']:.1f}")
            self.assertEqual(row[3], f"{entry['shareOfTokens']['copied'] * 100:.1f} %")
        self.assertIn(report["recommended"]["method"], page.facts["recommended method"])

    # The model card

    def test_the_model_card_gets_a_paragraph_where_asked(self):
        self.make()
        written = "---\nlicense: mit\n---\n# A model\n\nText <!-- a remark -->"
        (self.folder / "source" / "README.md").write_text(written)
        self.specialise("plain.json", output="plain")
        self.assertEqual((self.folder / "plain" / "README.md").read_text(), written)
        self.specialise("report.json", "--model-card")
        card = (self.folder / "result" / "README.md").read_text(encoding="utf-8")
        begin, end = "<!-- focus: begin -->", "<!-- focus: end -->"
        self.assertTrue(card.startswith(written + "\n\n" + begin), card)
        self.assertTrue(card.endswith(end + "\n"))
        rows = json.loads((self.folder / "report.json").read_text())["rows"]
        for word in ("`source`", "`target`", f"{rows['copied']:,} are the original's", f"{rows['target']:,} rows",
                     "Method: focus", "How to go on"):
            self.assertIn(word, card)
        plain, found = (fixtures.read_checkpoint(self.folder / name) for name in ("plain", "result"))
        for name, tensor in plain.items():
            self.assertEqual(tensor.tobytes(), found[name].tobytes())

        # In place, again: what stands between the marks is replaced, and nothing else.
        shutil.copytree(self.folder / "result", self.folder / "twice")
        changed = card.replace(written, written + "\nMore.") + "\nAnd below.\n"
        (self.folder / "twice" / "README.md").write_text(changed, encoding="utf-8")
        self.assertDone(self.focus("specialize", "twice", "--tokenizer", "target", "--method", "pieces", "--in-place",
                                   "--model-card"))
        again = (self.folder / "twice" / "README.md").read_text(encoding="utf-8")
        self.assertEqual(again.count(begin), 1)
        self.assertEqual(again.split(begin)[0], changed.split(begin)[0])
        self.assertEqual(again.split(end)[1], changed.split(end)[1])
        self.assertIn("`twice`", again)
        self.assertNotIn("`source`", again)

    def test_a_model_card_is_made_where_there_is_none(self):
        self.make()
        self.specialise("report.json", "--model-card")
        card = (self.folder / "result" / "README.md").read_text(encoding="utf-8")
        self.assertTrue(card.startswith("<!-- focus: begin -->\n## "))
        self.specialise("report.json", output="plain")
        self.assertFalse((self.folder / "plain" / "README.md").exists())

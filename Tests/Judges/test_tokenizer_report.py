"""Tokenizers side by side: every figure once more, from what `tokenizers` makes of the text."""

import collections
import json
import math
import re

import fixtures
from tool import DATA, FocusCase, snapshot

TOKENIZERS = ("tokenizers/de-bpe30k", "tokenizers/de-wordpiece30k", "golden/tokenizers/target-unigram")


class TokenizerReports(FocusCase):
    def setUp(self) -> None:
        super().setUp()
        self.names = []
        for name in TOKENIZERS:
            folder = self.folder / name.split("/")[-1]
            fixtures.unpack_tokenizer(name, folder)
            self.names.append(folder.name)
        lines = (DATA / "de.txt").read_text(encoding="utf-8").split("\n")[:1500]
        self.lines = [line for line in lines if line] + ["zahlen 12345 und 7", "日本語 нет"]
        (self.folder / "text.txt").write_text("\n".join(self.lines) + "\n", encoding="utf-8")

    def report(self, *arguments) -> list[dict]:
        outcome = self.typed("tokenizer-report", *self.names, "--corpus", "text.txt", "--json", *arguments)
        self.assertDone(outcome)
        return json.loads(outcome.output)["tokenizers"]

    def test_figures(self) -> None:
        found = self.report()
        self.assertEqual([entry["name"] for entry in found], self.names)
        for name, entry in zip(self.names, found):
            judge = fixtures.tokenizer(self.folder / name)
            encoded = judge.encode_batch(self.lines, add_special_tokens=False)
            uses = collections.Counter(token for line in encoded for token in line.ids)
            total, size = sum(uses.values()), judge.get_vocab_size()
            byte_count = sum(len(line.encode()) for line in self.lines)
            shares = [count / total for count in uses.values()]
            entropy = -sum(share * math.log2(share) for share in shares)
            renyi = math.log2(sum(share ** 2.5 for share in shares)) / (1 - 2.5)
            expected = {
                "vocabulary": size, "tokens": total, "unused_tokens": size - len(uses), "documents": len(self.lines),
                "bytes": byte_count, "characters": sum(map(len, self.lines)),
                "special_tokens": sum(token.special for token in judge.get_added_tokens_decoder().values()),
                "bytes_per_token": byte_count / total, "characters_per_token": sum(map(len, self.lines)) / total,
                "entropy_bits_per_token": entropy, "entropy_bits_per_byte": entropy * total / byte_count,
                "renyi_efficiency": renyi / math.log2(size),
            }
            for key, value in expected.items():
                self.assertAlmostEqual(entry[key], value, 9, f"{name} {key}")

    def test_words(self) -> None:
        # Words whose every character is a letter of ASCII, so that what a word is is no question.
        plain = [re.sub(r"[^a-zA-Z ]", "", line) for line in self.lines]
        (self.folder / "text.txt").write_text("\n".join(plain) + "\n", encoding="utf-8")
        entry = self.report()[0]
        judge = fixtures.tokenizer(self.folder / self.names[0])
        words = tokens = split = 0
        for line in plain:
            offsets = judge.encode(line, add_special_tokens=False).offsets
            for match in re.finditer(r"[a-zA-Z]+", line):
                own = sum(start < match.end() and end > match.start() for start, end in offsets)
                words, tokens, split = words + 1, tokens + own, split + (own > 1)
        self.assertEqual((entry["words"], entry["word_tokens"], entry["split_words"]), (words, tokens, split))
        self.assertAlmostEqual(entry["tokens_per_word"], tokens / words)
        for example in entry["split_examples"]:
            self.assertEqual("".join(example["pieces"]), example["word"])
            self.assertGreater(len(example["pieces"]), 1)

    def test_reports_and_threads(self) -> None:
        one, three = self.report("--threads", 1, "--report", "a.json"), self.report("--threads", 3)
        self.assertEqual(one, three)
        self.assertEqual(json.loads((self.folder / "a.json").read_bytes())["tokenizers"], one)
        self.assertDone(self.typed("tokenizer-report", *self.names, "--corpus", "text.txt", "--report", "a.html"))
        page = (self.folder / "a.html").read_text(encoding="utf-8")
        for name in self.names:
            self.assertIn(name, page)
        outcome = self.typed("tokenizer-report", *self.names, "--corpus", "text.txt")
        self.assertDone(outcome)
        self.assertIn("tokens per word", outcome.output)
        self.assertEqual(len({len(line) for line in outcome.output.splitlines()}), 1, "columns are not aligned")
        before = snapshot(self.folder)
        self.assertRefused("tokenizer-report", self.names[0], "--corpus", "text.txt", "--report", "a.json",
                           saying=("exists already",))
        self.assertEqual(snapshot(self.folder), before)
        wrong = self.typed("tokenizer-report", self.names[0], "--corpus", "text.txt", "--report", "a.txt")
        self.assertEqual(wrong.code, 64)
        self.assertRefused("tokenizer-report", "nothing", "--corpus", "text.txt")

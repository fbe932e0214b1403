"""Token ids are those of the tokenizers package, on hard lines and on running text."""

import json

import fixtures
from tool import DATA, FIXTURES, FocusCase

TOKENIZERS = sorted(path.name for path in (FIXTURES / "tokenizers").iterdir())
MEGABYTES = 1.0


class Tokenization(FocusCase):
    def unpacked(self, name: str):
        if name == "e5-small":
            return DATA / "e5-small"
        return fixtures.unpack_tokenizer(f"tokenizers/{name}", self.folder / name)

    def judge_golden_lines(self, name: str) -> None:
        folder = self.unpacked(name)
        golden = [json.loads(line) for line in fixtures.read(f"golden/tokenization/{name}.jsonl").splitlines()]
        texts = self.folder / "texts.jsonl"
        texts.write_text("".join(json.dumps({"text": line["text"]}) + "\n" for line in golden))
        for options, key, parse in (((), "ids", None), (("--special",), "ids_special", None),
                                    (("--tokens",), "tokens", json.loads)):
            outcome = self.focus("tokenize", "--tokenizer", folder, *options, texts)
            self.assertDone(outcome)
            lines = outcome.output.split("\n")
            self.assertEqual((lines.pop(), len(lines)), ("", len(golden)))
            for line, wanted in zip(lines, golden):
                found = parse(line) if parse else list(map(int, line.split()))
                self.assertEqual(found, wanted[key], (name, key, wanted["text"]))

    def judge_running_text(self, name: str) -> None:
        folder = self.unpacked(name)
        text = (DATA / "de.txt").read_bytes()[:int(MEGABYTES * 1e6)].decode("utf-8", "ignore")
        lines = text.split("\n")[:-1]
        (self.folder / "text.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        outcome = self.focus("tokenize", "--tokenizer", folder, "text.txt")
        self.assertDone(outcome)
        found = outcome.output.split("\n")[:-1]
        wanted = fixtures.tokenizer(folder).encode_batch_fast(lines, add_special_tokens=False)
        self.assertEqual(len(found), len(wanted))
        for text, one, other in zip(lines, found, wanted):
            self.assertEqual(one, " ".join(map(str, other.ids)), text)


def add_cases(name: str) -> None:
    setattr(Tokenization, f"test_hard_lines_{name.replace('-', '_')}", lambda self: self.judge_golden_lines(name))
    setattr(Tokenization, f"test_running_text_{name.replace('-', '_')}", lambda self: self.judge_running_text(name))


for each in TOKENIZERS + ["e5-small"]:
    add_cases(each)

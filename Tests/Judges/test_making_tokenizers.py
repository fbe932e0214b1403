"""Tokenizers that focus trains and extends: beside what `tokenizers` trains on the same text, and as `tokenizers`
encodes with them."""

import json
import random

import numpy as np
import tokenizers
from tokenizers import decoders, models, normalizers, pre_tokenizers, trainers

import fixtures
from test_checkpoints import ROWS, SOURCE, causal_model
from tool import DATA, FIXTURES, FocusCase, snapshot

SIZE = 2000
HARD = ["", " ", "a  b   c", " leading", "trailing  ", "日本語のテキスト 🎉👩‍👩‍👧 naïve", "12345 3.14\tTab", "<s> x </s>",
        "<|endoftext|> [CLS] <0x41>", "é e\u0301 ﬁ ²", "\u2581▁▁x", "Straßenbahnhaltestellenschild", "a" * 500]
VARIANTS = FIXTURES / "tokenizer-variants"


class MakingTokenizers(FocusCase):
    def setUp(self) -> None:
        super().setUp()
        lines = (DATA / "de.txt").read_text(encoding="utf-8").split("\n")
        random.Random(7).shuffle(lines)
        self.text = self.folder / "text.txt"
        self.text.write_text("\n".join(lines[:4000]) + "\n", encoding="utf-8")
        self.held_out = [line for line in lines[4000:5000] if line] + HARD

    def made(self, name: str, *arguments) -> tokenizers.Tokenizer:
        """Runs a command that makes a tokenizer in the folder `name`, and loads it."""
        outcome = self.typed(*arguments, "--output", name)
        self.assertDone(outcome)
        return tokenizers.Tokenizer.from_file(str(self.folder / name / "tokenizer.json"))

    def trained(self, name: str, *arguments, size: int = SIZE) -> tokenizers.Tokenizer:
        return self.made(name, "train-tokenizer", "--corpus", self.text, "--size", size, *arguments)

    def assertEncodesAlike(self, name: str, judge: tokenizers.Tokenizer) -> None:
        """Every line of the held-out text has the ids here that `tokenizers` gives it."""
        lines = self.folder / "held-out.jsonl"
        lines.write_text("".join(json.dumps({"text": line}) + "\n" for line in self.held_out), encoding="utf-8")
        outcome = self.typed("tokenize", "--tokenizer", name, lines)
        self.assertDone(outcome)
        found = [[int(word) for word in line.split()] for line in outcome.output.split("\n")[:-1]]
        expected = [entry.ids for entry in judge.encode_batch(self.held_out, add_special_tokens=False)]
        self.assertEqual(len(found), len(expected))
        for line, mine, theirs in zip(self.held_out, found, expected):
            self.assertEqual(mine, theirs, repr(line))

    def model(self, name: str) -> dict:
        return json.loads((self.folder / name / "tokenizer.json").read_bytes())["model"]

    def test_each_standard_type_encodes_as_tokenizers_does(self) -> None:
        for kind in ("byte-level", "bpe", "unigram", "wordpiece"):
            with self.subTest(kind):
                judge = self.trained(kind, "--type", kind, "--special", "<|im_start|>")
                self.assertEqual(judge.get_vocab_size(), SIZE)
                self.assertIsNotNone(judge.token_to_id("<|im_start|>"))
                self.assertEncodesAlike(kind, judge)
                if kind == "wordpiece":
                    continue
                for line in self.held_out:
                    ids = judge.encode(line, add_special_tokens=False).ids
                    text = judge.decode(ids, skip_special_tokens=False)
                    if kind == "byte-level" and "<" not in line:
                        self.assertEqual(text, line)

    def test_byte_level_merges_are_those_of_tokenizers(self) -> None:
        self.trained("ours", "--type", "byte-level", size=1200)
        judge = tokenizers.Tokenizer(models.BPE())
        judge.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        judge.decoder = decoders.ByteLevel()
        judge.train([str(self.text)], trainers.BpeTrainer(
            vocab_size=1200, show_progress=False, special_tokens=["<|endoftext|>", "<|padding|>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
        theirs = json.loads(judge.to_str())["model"]
        ours = self.model("ours")
        self.assertEqual([tuple(pair) for pair in ours["merges"]], [tuple(pair) for pair in theirs["merges"]])
        self.assertEqual(ours["vocab"], theirs["vocab"])

    def test_word_pieces_are_those_of_tokenizers(self) -> None:
        self.trained("ours", "--type", "wordpiece", "--coverage", 1)
        judge = tokenizers.Tokenizer(models.WordPiece(unk_token="[UNK]"))
        judge.normalizer = normalizers.BertNormalizer(strip_accents=False, lowercase=False)
        judge.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        judge.train([str(self.text)], trainers.WordPieceTrainer(
            vocab_size=SIZE, show_progress=False, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]))
        theirs = set(judge.get_vocab())
        # Of equally frequent pairs `tokenizers` takes that of the lower ids, which depend on the order of its words.
        self.assertGreater(len(theirs & set(self.model("ours")["vocab"])), 0.97 * SIZE)

    def test_unigram_is_as_good_as_that_of_tokenizers(self) -> None:
        ours = self.trained("ours", "--type", "unigram", "--coverage", 1)
        judge = tokenizers.Tokenizer(models.Unigram())
        judge.normalizer = normalizers.Sequence([
            normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(tokenizers.Regex(" {2,}"), " ")])
        judge.pre_tokenizer = pre_tokenizers.Metaspace()
        # Its vocabulary has the 256 bytes beside the pieces.
        judge.train([str(self.text)], trainers.UnigramTrainer(
            vocab_size=SIZE - 256, show_progress=False, unk_token="<unk>",
            special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"]))
        lines = self.text.read_text(encoding="utf-8").split("\n")

        def figures(tokenizer: tokenizers.Tokenizer, model: dict) -> tuple[int, float]:
            scores = [score for _, score in model["vocab"]]
            ids = [token for entry in tokenizer.encode_batch(lines, add_special_tokens=False) for token in entry.ids]
            return len(ids), sum(scores[token] for token in ids)

        count, likelihood = figures(ours, self.model("ours"))
        other_count, other_likelihood = figures(judge, json.loads(judge.to_str())["model"])
        self.assertLess(count, other_count * 1.01)
        self.assertGreater(likelihood, other_likelihood * 1.01, "logarithms are negative")

    def test_threads_and_memory_change_nothing(self) -> None:
        big = self.folder / "big.txt"
        # Enough different words for more than one file of them under the smallest memory.
        numbers = random.Random(3)
        big.write_text("".join(
            "".join(chr(numbers.randint(97, 110)) for _ in range(9)) + ("\n" if index % 9 == 0 else " ")
            for index in range(400_000)))
        for kind in ("byte-level", "unigram"):
            folders = []
            for index, (threads, memory) in enumerate([(1, "2GB"), (2, "2GB"), (3, "400MB"), (1, "400MB")]):
                name = f"{kind}-{index}"
                self.assertDone(self.typed(
                    "train-tokenizer", "--corpus", self.text, "--type", kind, "--size", 800, "--threads", threads,
                    "--memory", memory, "--output", name))
                folders.append(snapshot(self.folder / name))
            for other in folders[1:]:
                self.assertEqual(folders[0], other)
        small = []
        for threads in (1, 3):
            outcome = self.typed("train-tokenizer", "--corpus", big, "--type", "byte-level", "--size", 600, "--memory",
                                 "16MB", "--threads", threads, "--output", f"small-{threads}", "--json")
            self.assertDone(outcome)
            answer = json.loads(outcome.output)
            self.assertLess(answer["used_words"], answer["distinct_words"])
            self.assertTrue(answer["notes"])
            small.append(snapshot(self.folder / f"small-{threads}"))
        self.assertEqual(*small)

    def test_like_each_kind_of_tokenizer(self) -> None:
        for name in ("bert-uncased", "byte-level-prefixed", "llama", "gemma", "t5", "unigram-bytes", "word-ends",
                     "continuations-unfused"):
            with self.subTest(name):
                like = self.folder / f"like-{name}"
                like.mkdir()
                old = json.loads((VARIANTS / f"{name}.json").read_bytes())["tokenizer"]
                (like / "tokenizer.json").write_text(json.dumps(old), encoding="utf-8")
                judge = self.trained(name, "--like", like)
                self.assertEqual(judge.get_vocab_size(), SIZE)
                self.assertEncodesAlike(name, judge)
                new = json.loads((self.folder / name / "tokenizer.json").read_bytes())
                for part in ("normalizer", "pre_tokenizer", "decoder"):
                    self.assertEqual(new[part], old[part])
                self.assertEqual([token["content"] for token in new["added_tokens"] if token["special"]],
                                 [token["content"] for token in old["added_tokens"] if token["special"]])
                before = tokenizers.Tokenizer.from_file(str(like / "tokenizer.json"))
                frame = [before.id_to_token(token) for token in before.encode("").ids]
                self.assertEqual([judge.id_to_token(token) for token in judge.encode("").ids], frame)

    def test_extension_keeps_ids_and_reaches_every_token(self) -> None:
        english = self.folder / "other.txt"
        words = self.text.read_text(encoding="utf-8").split()
        backwards = [" ".join(words[start:start + 8])[::-1] for start in range(0, 40_000, 8)]
        english.write_text("\n".join(backwards + ["ж ы"] * 50) + "\n", encoding="utf-8")
        for kind in ("byte-level", "bpe", "unigram", "wordpiece"):
            with self.subTest(kind):
                old = self.trained(f"old-{kind}", "--type", kind, size=1200)
                before = old.get_vocab()
                outcome = self.typed("extend-tokenizer", f"old-{kind}", "--corpus", english, "--add", 300, "--output",
                                     f"new-{kind}", "--json")
                self.assertDone(outcome)
                answer = json.loads(outcome.output)
                self.assertEqual((answer["added"], answer["unreached"]), (300, []))
                new = tokenizers.Tokenizer.from_file(str(self.folder / f"new-{kind}" / "tokenizer.json"))
                after = new.get_vocab()
                self.assertEqual(len(after), 1500)
                self.assertEqual({token: after[token] for token in before}, before)
                self.assertEncodesAlike(f"new-{kind}", new)
                reached = {token for line in english.read_text(encoding="utf-8").split("\n")
                           for token in new.encode(line, add_special_tokens=False).ids}
                self.assertGreater(len(reached & set(answer["new_ids"])), 270)
                if kind in ("byte-level", "bpe"):
                    self.assertExpands(old, new, self.model(f"new-{kind}")["merges"], len(before))

    def assertExpands(self, old: tokenizers.Tokenizer, new: tokenizers.Tokenizer, merges: list, count: int) -> None:
        """With every new token undone, text is cut as it was."""
        parts = {}
        for left, right in merges:
            parts.setdefault(new.token_to_id(left + right), (new.token_to_id(left), new.token_to_id(right)))

        def expanded(token: int) -> list[int]:
            if token < count:
                return [token]
            if token not in parts:  # a character that was spelled in bytes before
                return [old.token_to_id(f"<0x{byte:02X}>") for byte in new.id_to_token(token).encode("utf-8")]
            return expanded(parts[token][0]) + expanded(parts[token][1])

        changed = 0
        for line in self.held_out[:-len(HARD)]:
            ids = new.encode(line, add_special_tokens=False).ids
            before = old.encode(line, add_special_tokens=False).ids
            self.assertEqual([part for token in ids for part in expanded(token)], before, line)
            changed += ids != before
        self.assertGreater(changed, 0)

    def test_unused_places_are_taken_first(self) -> None:
        like = self.folder / "old"
        like.mkdir()
        root = json.loads((VARIANTS / "llama.json").read_bytes())["tokenizer"]
        size = max(root["model"]["vocab"].values()) + 1
        for index in range(5):
            root["model"]["vocab"][f"<unused{index}>"] = size + index
            root["added_tokens"].append({"id": size + index, "content": f"<unused{index}>", "single_word": False,
                                         "lstrip": False, "rstrip": False, "normalized": False, "special": False})
        (like / "tokenizer.json").write_text(json.dumps(root), encoding="utf-8")
        new = self.made("new", "extend-tokenizer", like, "--corpus", self.text, "--add", 20, "--replace-unused")
        self.assertEqual(new.get_vocab_size(), tokenizers.Tokenizer.from_file(
            str(like / "tokenizer.json")).get_vocab_size() + 15)
        self.assertIsNone(new.token_to_id("<unused3>"))
        self.assertEncodesAlike("new", new)

    def test_a_checkpoint_from_text_alone(self) -> None:
        fixtures.write_checkpoint(self.folder / "model", causal_model(), {"model_type": "llama", "vocab_size": ROWS},
                                  SOURCE)
        outcome = self.typed("specialize", "model", "--corpus", self.text, "--vocabulary-size", 1500, "--method",
                             "focus", "--dimension", 16, "--epochs", 1, "--output", "made")
        self.assertDone(outcome)
        judge = tokenizers.Tokenizer.from_file(str(self.folder / "made" / "tokenizer.json"))
        self.assertEqual(judge.get_vocab_size(), 1500)
        tables = [tensor for tensor in fixtures.read_checkpoint(self.folder / "made").values() if len(tensor) == 1500]
        self.assertTrue(tables)
        self.assertTrue(all(np.isfinite(np.asarray(table, np.float64)).all() for table in tables))
        self.assertEqual(fixtures.read_config(self.folder / "made")["vocab_size"], 1500)
        apart = self.trained("apart", "--like", "model", size=1500)
        self.assertEqual(apart.to_str(), judge.to_str())

    def test_what_is_refused(self) -> None:
        (self.folder / "empty.txt").write_text("\n\n")
        self.assertRefused("train-tokenizer", "--corpus", "empty.txt", "--size", 500, "--output", "x",
                           saying=("no words",))
        self.assertRefused("train-tokenizer", "--corpus", self.text, "--size", 100, "--output", "x",
                           saying=("too few", "ask for"))
        (self.folder / "there").mkdir()
        self.assertRefused("train-tokenizer", "--corpus", self.text, "--size", 500, "--output", "there",
                           saying=("exists already",))
        self.assertRefused("train-tokenizer", "--corpus", self.text, "--size", 500, "--like", "nothing", "--output",
                           "x")
        self.assertRefused("extend-tokenizer", "there", "--corpus", self.text, "--add", 5, "--output", "x",
                           saying=("no tokenizer",))
        words = self.folder / "words"
        words.mkdir()
        root = json.loads((VARIANTS / "words.json").read_bytes())["tokenizer"]
        (words / "tokenizer.json").write_text(json.dumps(root), encoding="utf-8")
        for command in (("train-tokenizer", "--size", 500, "--like", words), ("extend-tokenizer", words, "--add", 5)):
            self.assertRefused(*command, "--corpus", self.text, "--output", "x", saying=("whole words",))
        for wrong in (("--size", 0), ("--size", 500, "--coverage", 2), ("--size", 500, "--memory", "1MB"),
                      ("--size", 500, "--type", "magic"), ("--size", 500, "--like", words, "--type", "bpe")):
            self.assertEqual(self.typed("train-tokenizer", "--corpus", self.text, "--output", "x", *wrong).code, 64)

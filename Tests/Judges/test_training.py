"""Auxiliary vectors trained from text: a model that fastText opens, the same from any wrapping of the same text."""

import gzip
import json
import random
import re
import subprocess
from collections import Counter

import numpy as np

import fasttext_model
import fixtures
from test_checkpoints import ROWS, SOURCE, TARGET, causal_model
from tool import DATA, FocusCase, snapshot

LINES = 4000
MINIMUM = 10
TRAINING = ("--dimension", "24", "--epochs", "3", "--min-count", str(MINIMUM))


class Training(FocusCase):
    def setUp(self) -> None:
        super().setUp()
        self.target = fixtures.unpack_tokenizer(TARGET, self.folder / "target")
        self.lines = (DATA / "de.txt").read_text(encoding="utf-8").split("\n")[:LINES]
        self.corpus = self.folder / "corpus.txt"
        self.corpus.write_text("\n".join(self.lines) + "\n", encoding="utf-8")

    def train(self, *options, corpus="corpus.txt", output: str = "model.bin"):
        self.assertDone(self.focus("train-auxiliary", "--tokenizer", "target", "--corpus", corpus, "--output", output,
                                   *TRAINING, *options))
        return self.folder / output

    def tokens(self) -> list[list[str]]:
        batch = fixtures.tokenizer(self.target).encode_batch(self.lines, add_special_tokens=False)
        return [encoding.tokens for encoding in batch]

    def test_the_model_opens_in_fasttext(self):
        model = self.train()
        vectors = fasttext_model.vectors(model)
        counts = Counter(token for line in self.tokens() for token in line)
        frequent = {token for token, count in counts.items() if count >= MINIMUM}
        self.assertEqual(set(vectors) - {"</s>"}, frequent - {"</s>"})
        words = sorted(frequent)
        printed = subprocess.run(["fasttext", "print-word-vectors", model], input="\n".join(words) + "\n", text=True,
                                 capture_output=True, check=True).stdout.splitlines()
        self.assertEqual(len(printed), len(words))
        for word, line in zip(words, printed):
            found = np.array(line.removeprefix(word).split(), np.float64)
            self.assertLess(np.abs(found - vectors[word]).max(), 1e-4, word)

    def test_tokens_have_the_neighbours_that_fasttext_gives_them(self):
        """Our model agrees with one of fastText's as two of fastText's agree that differ in their seed alone."""
        ours = fasttext_model.vectors(self.train())
        (self.folder / "tokens.txt").write_text("\n".join(map(" ".join, self.tokens())) + "\n", encoding="utf-8")
        theirs, others = (
            fasttext_model.vectors(fasttext_model.train(self.folder / "tokens.txt", self.folder / f"{seed}.bin", dim=24,
                                                        epoch=3,
                                                        minCount=MINIMUM, neg=10, seed=seed)) for seed in (2, 3))
        words = sorted(set(ours) & set(theirs))

        def cosines(vectors: dict[str, np.ndarray]) -> np.ndarray:
            matrix = np.array([vectors[word] for word in words], np.float64)
            matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
            return matrix @ matrix.T - 2 * np.eye(len(words))

        def agreement(a: np.ndarray, b: np.ndarray) -> tuple[float, float]:
            """The share of the ten nearest neighbours that both have, and the correlation of all cosines."""
            nearest = [np.argsort(-matrix, axis=1)[:, :10] for matrix in (a, b)]
            shared = sum(len(set(x) & set(y)) for x, y in zip(*nearest)) / nearest[0].size
            pairs = np.triu_indices(len(words), 1)
            return shared, np.corrcoef(a[pairs], b[pairs])[0, 1]
        found = agreement(cosines(ours), cosines(theirs))
        expected = agreement(cosines(theirs), cosines(others))
        self.assertGreater(found[0], expected[0] - 0.05)
        self.assertGreater(found[1], expected[1] - 0.05)

    def test_little_text_is_read_more_often_unless_the_reference_is_asked_for(self):
        self.assertDone(self.focus("train-auxiliary", "--tokenizer", "target", "--corpus", "corpus.txt", "--output",
                                   "auto.bin",
                                   "--dimension", "8", "--json"))
        tokens = sum(len(line) + 1 for line in self.tokens())
        epochs = min(max(-(-15_000_000 // tokens), 3), 300)
        counts = Counter(token for line in self.tokens() for token in line)
        self.assertGreater(epochs, 3)
        # Tokens that training sees 30 times, and that occur at least twice.
        frequent = {token for token, count in counts.items() if count >= max(2, -(-30 // epochs))}
        self.assertEqual(set(fasttext_model.vectors(self.folder / "auto.bin")) - {"</s>"}, frequent - {"</s>"})

    def test_the_same_model_every_time_and_from_every_wrapping(self):
        text = self.corpus.read_bytes()
        (self.folder / "corpus.txt.gz").write_bytes(gzip.compress(text))
        subprocess.run(["zstd", "-q", "-k", "corpus.txt"], cwd=self.folder, check=True)
        (self.folder / "corpus.jsonl").write_text("".join(json.dumps({"text": line}) + "\n" for line in self.lines))
        first = self.train().read_bytes()
        for corpus in ("corpus.txt", "corpus.txt.gz", "corpus.txt.zst", "corpus.jsonl"):
            with self.subTest(corpus=corpus):
                # A cached model would prove nothing.
                subprocess.run(["rm", "-rf", self.base / "home"], check=True)
                self.assertEqual(self.train("--threads", "2", corpus=corpus, output="again.bin").read_bytes(), first)
                (self.folder / "again.bin").unlink()

    def test_a_folder_and_a_pattern_stand_for_the_files_in_them(self):
        folder = self.folder / "texts"
        folder.mkdir()
        half = LINES // 2
        (folder / "b.txt").write_text("\n".join(self.lines[half:]) + "\n", encoding="utf-8")
        (folder / "a.jsonl.gz").write_bytes(gzip.compress("".join(
            json.dumps({"text": line}) + "\n" for line in self.lines[:half]).encode()))
        (folder / "notes.md").write_text("no text of the corpus\n")
        whole = self.train().read_bytes()
        for number, corpus in enumerate(("texts", "texts/?.*")):
            self.assertEqual(self.train(corpus=corpus, output=f"{number}.bin").read_bytes(), whole, corpus)
        (self.folder / "empty").mkdir()
        for corpus, saying in (("empty", "without text"), ("texts/*.parquet", "matches no file")):
            self.assertRefused("train-auxiliary", "--tokenizer", "target", "--corpus", corpus, "--output", "none.bin",
                               saying=(corpus, saying))

    def test_a_sample_is_the_same_documents_in_any_order_and_is_told_of(self):
        """Which lines were taken is known by how often their tokens occur."""
        size = "200KB"
        done = self.focus("train-auxiliary", "--tokenizer", "target", "--corpus", "corpus.txt", "--output", "a.bin",
                          *TRAINING, "--sample", size)
        self.assertDone(done)
        documents, whole, share = re.search(
            "trained on ([0-9]+) of ([0-9]+) documents, ([0-9.]+) % of the tokens", done.errors).groups()
        self.assertEqual(int(whole), LINES)
        expected = 200_000 / sum(len(line.encode()) for line in self.lines)
        self.assertAlmostEqual(float(share) / 100, expected, delta=0.01)
        self.assertAlmostEqual(int(documents) / LINES, expected, delta=0.1)
        first = fasttext_model.counts(self.folder / "a.bin")
        random.Random(1).shuffle(self.lines)
        (self.folder / "shuffled.txt").write_text("\n".join(self.lines) + "\n", encoding="utf-8")
        shuffled = self.train("--sample", size, corpus="shuffled.txt", output="b.bin")
        self.assertEqual(fasttext_model.counts(shuffled), first)
        again = self.train("--sample", size, "--threads", "2", output="c.bin")
        self.assertEqual(again.read_bytes(), (self.folder / "a.bin").read_bytes())

    def test_a_sample_is_taken_alike_of_text_and_of_its_counts(self):
        for shard in (1, 2, 3):
            self.assertDone(self.focus("count", "target", "--tokenizer", "target", "--corpus", "corpus.txt", "--shard",
                                       f"{shard}/3", "--output", f"{shard}.counts"))
        self.assertDone(self.focus("merge", "1.counts", "2.counts", "3.counts", "--output", "all.counts"))
        text = self.train("--sample", "150KB")
        self.assertDone(self.focus("train-auxiliary", "--tokenizer", "target", "--counts", "all.counts", "--output",
                                   "counted.bin", *TRAINING, "--sample", "150KB"))
        self.assertEqual((self.folder / "counted.bin").read_bytes(), text.read_bytes())

    def test_little_text_is_trained_on_as_a_whole(self):
        usual = self.train().read_bytes()
        for number, size in enumerate(("auto", "all", "1GB")):
            self.assertEqual(self.train("--sample", size, output=f"{number}.bin").read_bytes(), usual, size)
        for size in ("none", "0", "-5MB", "some"):
            done = self.focus("train-auxiliary", "--tokenizer", "target", "--corpus", "corpus.txt", "--output",
                              "none.bin", "--sample", size)
            self.assertEqual(done.code, 64, size)

    def test_specialising_from_text_is_training_and_then_specialising(self):
        fixtures.write_checkpoint(self.folder / "source", causal_model(), {"model_type": "llama", "vocab_size": ROWS},
                                  SOURCE)
        model = self.train()
        common = ("specialize", "source", "--tokenizer", "target")
        self.assertDone(self.focus(*common, "--auxiliary", model, "--output", "two-steps"))
        for threads in (1, 2):
            subprocess.run(["rm", "-rf", self.base / "home"], check=True)
            output = f"threads-{threads}"
            self.assertDone(self.focus(*common, "--corpus", "corpus.txt", *TRAINING, "--threads", threads, "--output",
                                       output))
            self.assertEqual(snapshot(self.folder / output), snapshot(self.folder / "two-steps"))

"""Auxiliary vectors trained from text: a model that fastText opens, the same from any wrapping of the same text."""

import gzip
import json
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

    def test_tokens_are_related_as_in_a_model_of_fasttext_itself(self):
        ours = fasttext_model.vectors(self.train())
        (self.folder / "tokens.txt").write_text("\n".join(map(" ".join, self.tokens())) + "\n", encoding="utf-8")
        theirs = fasttext_model.vectors(fasttext_model.train(
            self.folder / "tokens.txt", self.folder / "theirs.bin", dim=24, epoch=3, minCount=MINIMUM, neg=10))
        words = sorted(set(ours) & set(theirs))

        def cosines(vectors: dict[str, np.ndarray]) -> np.ndarray:
            matrix = np.array([vectors[word] for word in words], np.float64)
            matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
            return (matrix @ matrix.T)[np.triu_indices(len(words), 1)]
        correlation = np.corrcoef(cosines(ours), cosines(theirs))[0, 1]
        self.assertGreater(correlation, 0.8)

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

    def test_specialising_from_text_is_training_and_then_specialising(self):
        fixtures.write_checkpoint(self.folder / "source", causal_model(), {"model_type": "llama", "vocab_size": ROWS}, SOURCE)
        model = self.train()
        common = ("specialize", "source", "--tokenizer", "target")
        self.assertDone(self.focus(*common, "--auxiliary", model, "--output", "two-steps"))
        for threads in (1, 2):
            subprocess.run(["rm", "-rf", self.base / "home"], check=True)
            output = f"threads-{threads}"
            self.assertDone(self.focus(*common, "--corpus", "corpus.txt", *TRAINING, "--threads", threads, "--output", output))
            self.assertEqual(snapshot(self.folder / output), snapshot(self.folder / "two-steps"))

"""`--method pieces` and `focus+pieces`: rows of pieces, mixtures, what pieces weigh, and what is said about it."""

import json

import numpy as np

import fixtures
import method
import pieces
from test_architectures import ARCHITECTURES, V
from test_checkpoints import SOURCE, TARGET, random
from tool import FocusCase

GOLDEN = ["source", "target-unigram", "target-bpe", "target-wordpiece"]
WIDTH = 24
TABLE, HEAD, BIAS, KERNEL = "model.embed_tokens.weight", "lm_head.weight", "lm_head.bias", "flax.kernel"


class Methods(FocusCase):
    def tokenizers(self, source: str, target: str) -> None:
        self.old = pieces.Spelling(fixtures.unpack_tokenizer(f"golden/tokenizers/{source}", self.base / "old"))
        self.target = fixtures.unpack_tokenizer(f"golden/tokenizers/{target}", self.folder / "target")
        self.new = pieces.Spelling(self.target)
        rows = max(self.old.texts) + 1
        self.tensors = {TABLE: random(rows, WIDTH), HEAD: random(rows, WIDTH, seed=9), BIAS: random(rows),
                        KERNEL: random(5, rows), "model.norm.weight": random(WIDTH)}
        fixtures.write_checkpoint(self.folder / "source", self.tensors, {"model_type": "llama", "vocab_size": rows},
                                  f"golden/tokenizers/{source}")

    def specialise(self, *options, output: str = "result"):
        self.assertDone(self.focus("specialize", "source", "--tokenizer", self.target, "--rare", "normal", "--output",
                                   output,
                                   "--report", "report.json", *options))
        self.report = json.loads((self.folder / "report.json").read_text())
        return fixtures.read_checkpoint(self.folder / output)

    def used(self, kind: str) -> set[int]:
        """The target ids whose rows the report says are of that kind."""
        found: set[int] = set()
        for part in filter(None, self.report["used"][kind].split(",")):
            first, _, last = part.partition("-")
            found |= set(range(int(first), int(last or first) + 1))
        return found

    def pieces_of_new(self) -> dict[int, list[int]]:
        """The pieces of target tokens that the tool did not copy, where the judge can tell them."""
        found = {}
        for row in sorted(set(self.new.texts) - self.used("copy")):
            own = self.new.own_text(row)
            if own and (split := self.old.split(*own)):
                found[row] = split
        return found

    def assertPieces(self, found: dict, weights: dict[int, float]) -> int:
        wanted = self.pieces_of_new()
        self.assertLessEqual(set(wanted), self.used("pieces"))
        for name, axis in ((TABLE, 0), (HEAD, 0), (BIAS, 0), (KERNEL, 1)):
            before, after = (np.moveaxis(tensors[name], axis, 0) for tensors in (self.tensors, found))
            for row, split in wanted.items():
                expected = pieces.mean_of_pieces(split, weights, before)
                np.testing.assert_allclose(after[row].ravel(), expected, rtol=1e-5, atol=1e-6,
                                           err_msg=f"{name} {self.new.texts[row]}")
        return len(wanted)

    # Segmentation, every kind of source with every kind of target

    def test_pieces_of_every_kind_of_tokenizer(self):
        for source in GOLDEN:
            for target in GOLDEN:
                if source == target:
                    continue
                with self.subTest(source=source, target=target):
                    self.tearDown()
                    self.setUp()
                    self.tokenizers(source, target)
                    found = self.specialise("--method", "pieces", "--piece-weights", "uniform")
                    self.assertGreater(self.assertPieces(found, dict.fromkeys(self.old.texts, 1.0)), 20)
                    self.assertEqual(self.used("combine") | self.used("mix"), set())

    def test_every_token_of_a_vocabulary_is_its_own_piece(self):
        for name in ("de-paper-xlmr-unigram-50k", "fr-unigram24k", "de-bpe30k", "de-wordpiece30k"):
            with self.subTest(tokenizer=name):
                self.tearDown()
                self.setUp()
                target = fixtures.unpack_tokenizer(f"tokenizers/{name}", self.folder / "target")
                rows = max(fixtures.tokenizer(target).get_vocab().values()) + 1
                tensors = {TABLE: random(rows, 2)}
                (self.folder / "source").mkdir()
                fixtures.write_checkpoint(self.folder / "source" / "model", tensors,
                                          {"model_type": "llama", "vocab_size": rows}, f"tokenizers/{name}")
                self.assertDone(self.focus("specialize", "source/model", "--tokenizer", "target", "--method", "pieces",
                                           "--output", "result"))
                found = fixtures.read_checkpoint(self.folder / "result")
                self.assertEqual(found[TABLE].tobytes(), tensors[TABLE].tobytes())

    # Weights

    def test_weights_by_the_scores_of_the_source_tokenizer(self):
        self.tokenizers("source", "target-unigram")
        found = self.specialise("--method", "pieces")
        self.assertGreater(self.assertPieces(found, self.old.by_scores()), 20)
        self.assertIn("scores", self.report["method"]["pieceWeights"])

    def test_weights_by_the_text(self):
        self.tokenizers("target-bpe", "target-unigram")
        lines = [" ".join(self.new.texts.values()), *self.new.texts.values()] * 3
        (self.folder / "text.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        results = [self.specialise("--method", "pieces", "--corpus", "text.txt", "--threads", threads,
                                   output=f"result-{threads}")
                   for threads in (1, 2)]
        self.assertEqual(results[0][TABLE].tobytes(), results[1][TABLE].tobytes())
        self.assertGreater(self.assertPieces(results[0], self.old.by_text(lines)), 20)
        self.assertIn("text", self.report["method"]["pieceWeights"])

    def test_weights_by_length(self):
        self.tokenizers("source", "target-bpe")
        found = self.specialise("--method", "pieces", "--piece-weights", "length")
        self.assertGreater(self.assertPieces(found, self.old.by_length()), 20)

    # Mixtures

    def test_mixture_in_every_tensor(self):
        self.tokenizers("source", "target-unigram")
        auxiliary = fixtures.golden_auxiliary("target-unigram", self.folder)
        vectors = dict(zip(fixtures.read_json("golden/aux-target-unigram.tokens.json"), np.load(auxiliary)))
        for temperature, options in ((3, ()), (1.5, ("--temperature", "1.5"))):
            found = self.specialise("--method", "focus+pieces", "--auxiliary", auxiliary, *options,
                                    output=f"result-{temperature}")
            plan = method.make_plan(self.old.tokenizer, self.new.tokenizer, vectors, temperature)
            weights = self.old.by_scores()
            split = self.pieces_of_new()
            mixed = sorted(set(split) & set(plan.combined))
            self.assertGreater(len(mixed), 20)
            self.assertEqual(self.used("mix"), set(mixed))
            self.assertEqual(self.used("combine"), set(plan.combined) - set(split))
            self.assertEqual(self.used("pieces"), set(split) - set(plan.combined))
            for name, axis in ((TABLE, 0), (HEAD, 0), (BIAS, 0), (KERNEL, 1)):
                before, after = (np.moveaxis(tensors[name], axis, 0) for tensors in (self.tensors, found))
                before, after = before.reshape(len(before), -1), after.reshape(len(after), -1)
                norm = pieces.mean_norm(before[plan.anchor_rows])
                for row in mixed:
                    columns, shares = plan.combined[row]
                    expected = pieces.mixture([shares @ before[columns].astype(np.float64),
                                               pieces.mean_of_pieces(split[row], weights, before)], norm)
                    np.testing.assert_allclose(after[row], expected, rtol=1e-5, atol=2e-6,
                                               err_msg=f"{name} {self.new.texts[row]}")
            for row, origin in plan.copied.items():
                self.assertEqual(found[TABLE][row].tobytes(), self.tensors[TABLE][origin].tobytes())

    def test_kept_plan_with_mixtures(self):
        self.tokenizers("source", "target-unigram")
        auxiliary = fixtures.golden_auxiliary("target-unigram", self.folder)
        found = self.specialise("--method", "focus+pieces", "--auxiliary", auxiliary, "--save-plan", "plan",
                                "--threads", "2")
        again = self.specialise("--plan", "plan", "--save-plan", "again", "--threads", "1", output="again-result")
        for name, tensor in found.items():
            self.assertEqual(tensor.tobytes(), again[name].tobytes(), name)
        self.assertEqual((self.folder / "plan").read_bytes(), (self.folder / "again").read_bytes())
        row = min(self.used("mix"))
        outcome = self.focus("explain", "plan", f"#{row}", "--json")
        self.assertDone(outcome)
        (explanation,) = json.loads(outcome.output)
        self.assertEqual(explanation["kind"], "mix")
        self.assertEqual([part["kind"] for part in explanation["sums"]], ["combine", "pieces"])
        for part in explanation["sums"]:
            self.assertAlmostEqual(part["weight"], 0.5)
            self.assertAlmostEqual(sum(piece["weight"] for piece in part["parts"]), 1)
        text = self.focus("explain", "plan", f"#{row}").output
        self.assertIn("mixed of 2 vectors", text)
        self.assertIn("piece", text)

    def test_all_architectures_with_every_method(self):
        auxiliary = fixtures.golden_auxiliary("target-unigram", self.folder)
        target = fixtures.unpack_tokenizer(TARGET, self.folder / "target")
        old = fixtures.tokenizer(fixtures.unpack_tokenizer(SOURCE, self.base / "source-tokenizer"))
        rows = max(old.get_vocab().values()) + 1
        for number, (name, (config, shapes)) in enumerate(ARCHITECTURES.items()):
            with self.subTest(architecture=name):
                config = {key: rows if value == V else value for key, value in config.items() if key != "nested"}
                tensors = {key: random(*(rows if size == V else size for size in shape), seed=place)
                           for place, (key, shape) in enumerate(shapes.items())}
                source = fixtures.write_checkpoint(self.folder / f"source-{number}", tensors,
                                                   {"model_type": name, "vocab_size": rows, "hidden_size": 24,
                                                    **config}, SOURCE)
                for way in ("pieces", "focus+pieces"):
                    self.assertDone(self.focus("specialize", source, "--tokenizer", target, "--rare", "normal",
                                               "--auxiliary", auxiliary,
                                               "--method", way, "--output", f"{number}-{way}"))
                    found = fixtures.read_checkpoint(self.folder / f"{number}-{way}")
                    for key, shape in shapes.items():
                        size = len(fixtures.tokenizer(target).get_vocab())
                        self.assertEqual(found[key].shape, tuple(size if part == V else part for part in shape), key)
                        self.assertTrue(np.isfinite(found[key]).all(), key)

    # What is said, and what is refused

    def test_dry_run_says_what_rows_are_made_of(self):
        self.tokenizers("source", "target-unigram")
        outcome = self.focus("specialize", "source", "--tokenizer", self.target, "--method", "pieces", "--dry-run",
                             "--json")
        self.assertDone(outcome)
        preview = json.loads(outcome.output)
        self.specialise("--method", "pieces")
        rows = self.report["rows"]
        self.assertEqual(preview["rows"], {"copied": rows["copied"], "pieces": rows["pieces"],
                                           "drawn": rows["sampled"]})
        self.assertEqual(preview["method"]["name"], "pieces")

    def test_pieces_need_nothing_and_the_others_do(self):
        self.tokenizers("source", "target-unigram")
        self.specialise("--method", "pieces")
        for way in ("focus", "focus+pieces"):
            self.assertEqual(self.focus("specialize", "source", "--tokenizer", self.target, "--method", way, "--output",
                                        "x").code, 64)
        self.assertEqual(self.focus("specialize", "source", "--tokenizer", self.target, "--method", "guesses",
                                    "--output", "x").code, 64)

    def test_compare(self):
        self.tokenizers("source", "target-unigram")
        auxiliary = fixtures.golden_auxiliary("target-unigram", self.folder)
        text = " ".join(token.replace("▁", " ") for token in self.new.texts.values()).split()
        (self.folder / "text.txt").write_text("\n".join(" ".join(text[start:start + 7])
                                                        for start in range(0, len(text), 7)) + "\n")
        answers = []
        for threads in (1, 2):
            outcome = self.focus("compare", "source", "--tokenizer", self.target, "--corpus", "text.txt", "--auxiliary",
                                 auxiliary,
                                 "--json", "--threads", threads)
            self.assertDone(outcome)
            answers.append(outcome.output)
        self.assertEqual(*answers)
        answer = json.loads(answers[0])
        self.assertEqual([entry["method"]["name"] for entry in answer["methods"]], ["focus", "pieces", "focus+pieces"])
        self.assertEqual(len({entry["heldOut"]["hidden"] for entry in answer["methods"]}), 1)
        lines = (self.folder / "text.txt").read_text().splitlines()
        characters = sum(map(len, lines))
        for side, tokenizer in (("before", self.old.tokenizer), ("after", self.new.tokenizer)):
            tokens = sum(len(encoding.ids) for encoding in tokenizer.encode_batch(lines, add_special_tokens=False))
            self.assertAlmostEqual(answer["charactersPerToken"][side], characters / tokens, places=9)
        for entry in answer["methods"]:
            self.assertAlmostEqual(sum(entry["shareOfTokens"].values()), 1)
        self.assertIn(answer["recommended"]["method"], ["focus", "pieces", "focus+pieces"])
        self.assertGreater(len(answer["recommended"]["reason"]), 20)
        outcome = self.focus("compare", "source", "--tokenizer", self.target, "--corpus", "text.txt", "--auxiliary",
                             auxiliary)
        self.assertDone(outcome)
        self.assertIn("recommended: --method", outcome.output)

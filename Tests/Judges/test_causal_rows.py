"""Rows of causal models by states and shares, stated once more in NumPy and float64.

States come from `focus states`, which test_states.py holds against transformers; all that is made of them is computed
here anew.
"""

import json
import math
import random as chance

import numpy as np
from safetensors.numpy import load_file

import fixtures
import pieces
from test_checkpoints import random
from tool import FIXTURES, FocusCase

TABLE, HEAD = "model.embed_tokens.weight", "lm_head.weight"
WIDTH = 16
LONGEST, WANTED, GAP, LEAST = 64, 2000, 1000, 5


class CausalRows(FocusCase):
    def prepare(self, tied: bool = True, shards: int = 1, lines: int = 1300, family: str = "llama-tied",
                **settings) -> None:
        model = FIXTURES / "models" / family
        self.config = json.loads((model / "config.json").read_text())
        self.old = pieces.Spelling(fixtures.unpack_tokenizer("golden/tokenizers/source", self.base / "old"))
        self.target = fixtures.unpack_tokenizer("golden/tokenizers/target-unigram", self.folder / "target")
        self.new = pieces.Spelling(self.target)
        rows = max(self.old.texts) + 1
        self.tensors = load_file(model / "model.safetensors")
        self.tensors[TABLE] = random(rows, WIDTH)
        if not tied:
            self.tensors[HEAD] = random(rows, WIDTH, seed=9)
        self.config |= {"vocab_size": rows, "tie_word_embeddings": tied, "max_position_embeddings": 512, **settings}
        fixtures.write_checkpoint(self.folder / "source", self.tensors, self.config, "golden/tokenizers/source",
                                  shards=shards)
        self.auxiliary = fixtures.golden_auxiliary("target-unigram", self.folder)
        words = [self.new.own_text(row) for row in sorted(self.new.texts)]
        words = [word for word in words if word and word[0].strip()]
        draw = chance.Random(7)
        self.lines = ["".join((" " if begins else "") + text for text, begins in draw.choices(words, k=12)).strip()
                      for _ in range(lines)]
        (self.folder / "text.txt").write_text("\n".join(self.lines) + "\n", encoding="utf-8")

    def specialise(self, *options, output: str = "result") -> dict[str, np.ndarray]:
        self.assertDone(self.focus("specialize", "source", "--tokenizer", self.target, "--rare", "pieces", "--output",
                                   output, "--report", "report.json", *options))
        self.report = json.loads((self.folder / "report.json").read_text())
        return fixtures.read_checkpoint(self.folder / output)

    def with_text(self, *options, **keywords) -> dict[str, np.ndarray]:
        return self.specialise("--auxiliary", self.auxiliary, "--corpus", "text.txt", *options, **keywords)

    def used(self, kind: str) -> list[int]:
        parts = [part.partition("-") for part in filter(None, self.report["used"][kind].split(","))]
        return [row for first, _, last in parts for row in range(int(first), int(last or first) + 1)]

    # What the tool should find, from the table that the published method makes

    def expected(self, published: dict[str, np.ndarray]) -> None:
        """First pieces, shares, directions and moments; `published` has the input rows of new tokens."""
        by_text = {own: row for row in sorted(self.old.texts, reverse=True) if (own := self.old.own_text(row))}
        copied = {row: by_text[own] for row in self.used("copy") if (own := self.new.own_text(row)) in by_text}
        split = {row: self.old.split(*own) for row in self.used("combine") + self.used("pieces")
                 if (own := self.new.own_text(row))}
        self.copied, self.split = copied, {row: found for row, found in split.items() if found}
        written = {**{row: [one] for row, one in copied.items()}, **self.split}
        counts = [np.zeros(max(side.texts) + 1) for side in (self.old, self.new)]
        for count, side in zip(counts, (self.old, self.new)):
            for line in self.lines:
                if len(line) + 1 >= 20:
                    np.add.at(count, side.tokenizer.encode(line, add_special_tokens=False).ids, 1)
        self.shares = {row: min(0.0, math.log((counts[1][row] + 0.1) / (counts[0][found[0]] + 0.5)))
                       for row, found in written.items()}
        self.first = {row: found[0] for row, found in written.items()}
        start = self.old.tokenizer.encode("a").ids[0]
        long = sum(len(line) + 1 >= 20 for line in self.lines)
        cut = min(len(self.lines), long + GAP)
        sequences, places, found = [], [], 0
        for line in self.lines[cut:] + self.lines[:cut]:
            if found >= WANTED:
                break
            ids, before = [start], []
            for token in self.new.tokenizer.encode(line, add_special_tokens=False).ids:
                if token not in self.new.special:
                    before.append(len(ids) - 1)
                    ids += written.get(token, [])
            before = [place for place in before if place < LONGEST]
            if len(before) >= LEAST:
                sequences.append(ids)
                places.append(before)
                found += len(before)
        (self.folder / "ids.txt").write_text("".join(" ".join(map(str, ids[:LONGEST])) + "\n" for ids in sequences))
        self.assertDone(self.focus("states", "source", "--ids", "ids.txt", "--layers", "final", "--output",
                                   "states.safetensors", "--overwrite"))
        states = load_file(self.folder / "states.safetensors")
        chosen = [states["offsets"][index] + np.array(before) for index, before in enumerate(places)]
        states = states["final"][np.concatenate(chosen)].astype(np.float64)
        self.assertEqual(self.report["modelRows"]["positions"], len(states))
        self.scale = self.slope(sequences, places, states)
        self.moments = states.T @ states / len(states)
        self.direction, self.tied_direction = (self.unit(states.mean(0), damping) for damping in (0.01, 0.1))

    def damped(self, damping: float) -> np.ndarray:
        return self.moments + damping * np.trace(self.moments) / WIDTH * np.eye(WIDTH)

    def unit(self, mean: np.ndarray, damping: float) -> np.ndarray:
        direction = np.linalg.solve(self.damped(damping), mean)
        return direction / (mean @ direction) / self.scale

    def slope(self, sequences: list, places: list, states: np.ndarray) -> float:
        """By how much a logit grows with the product of state and row, where the text goes on: what logits are divided
        by, and what is left of it near their cap."""
        scale = 1 / self.config.get("logits_scaling", 1)
        if not (cap := self.config.get("final_logit_softcapping")):
            return scale
        head = self.tensors.get(HEAD, self.tensors[TABLE]).astype(np.float64)
        place, slopes = 0, []
        for ids, before in zip(sequences, places):
            for position in before:
                if position + 1 < len(ids):
                    slopes.append(1 - math.tanh(states[place] @ head[ids[position + 1]] * scale / cap) ** 2)
                place += 1
        return scale * max(0.1, float(np.mean(slopes)))

    def assertRows(self, found: np.ndarray, expected: dict[int, np.ndarray], least: int) -> None:
        self.assertGreater(len(expected), least)
        for row, values in expected.items():
            error = np.linalg.norm(found[row] - values) / np.linalg.norm(values)
            self.assertLess(error, 1e-4, f"{row} {self.new.texts[row]}")

    def goals(self, source: np.ndarray) -> dict[int, np.ndarray]:
        return {row: source[first] + self.shares[row] * self.direction for row, first in self.first.items()}

    def moved(self, source: np.ndarray, inputs: np.ndarray) -> dict[int, np.ndarray]:
        motion = np.linalg.solve(self.damped(3), self.moments)
        goals = self.goals(source)
        return {row: inputs[row] + (goals[row] - inputs[row]) @ motion for row in self.split} | {
            row: source[one] + self.shares[row] * self.tied_direction for row, one in self.copied.items()}

    # The rows

    def test_tied_rows_are_moved_as_little_as_their_logits_need(self):
        self.prepare()
        published = self.with_text("--method", "focus", output="published")
        found = self.with_text("--method", "focus", "--head", "share")
        self.expected(published)
        self.assertEqual(set(found), set(published))
        self.assertRows(found[TABLE], self.moved(self.tensors[TABLE], published[TABLE].astype(np.float64)), 150)
        self.assertEqual(self.report["method"]["head"], "share")
        special = [row for row in self.used("copy") if row in self.new.special]
        self.assertGreater(len(special), 2)
        for row in special:
            self.assertEqual(found[TABLE][row].tobytes(), published[TABLE][row].tobytes())

    def test_untied_head_in_shards(self):
        self.prepare(shards=2)
        published = self.with_text("--method", "focus", output="published")
        found = self.with_text("--method", "focus", "--head", "share", "--untie")
        self.expected(published)
        self.assertEqual(set(found) - set(published), {HEAD})
        self.assertEqual(found[TABLE].tobytes(), published[TABLE].tobytes())
        self.assertRows(found[HEAD], self.goals(self.tensors[TABLE]), 150)
        self.assertIs(fixtures.read_config(self.folder / "result")["tie_word_embeddings"], False)
        # The result is read as what it says it is: logits are those of the new output layer.
        (self.folder / "few.txt").write_text("5 6 7 8\n9 10\n")
        self.assertDone(self.focus("states", "result", "--ids", "few.txt", "--layers", "final", "--logits", "--output",
                                   "logits.safetensors"))
        states = load_file(self.folder / "logits.safetensors")
        np.testing.assert_allclose(states["logits"], states["final"] @ found[HEAD].T, rtol=1e-4, atol=1e-4)
        self.assertDone(self.focus("verify", "result"))
        again = self.with_text("--method", "focus", "--untie", output="same")
        self.assertEqual(again[HEAD].tobytes(), again[TABLE].tobytes())

    def test_untied_head_in_other_formats_and_in_place(self):
        self.prepare()
        options = ("--method", "focus", "--head", "share", "--untie")
        found = self.with_text(*options)
        self.assertDone(self.focus("convert", "source", "archive", "--to", "hdf5"))
        for output, more in (("npz", ("--to", "npz")), ("hdf5", ("--to", "hdf5")), ("raw", ("--to", "raw"))):
            self.assertDone(self.focus("specialize", "source", "--tokenizer", self.target, "--rare", "pieces",
                                       "--auxiliary", self.auxiliary, "--corpus", "text.txt", *options, *more,
                                       "--output", output))
            self.assertDone(self.focus("diff", "result", output))
        # A file that keeps its format gets the tensor, too.
        self.assertDone(self.focus("specialize", "archive", "--tokenizer", self.target, "--rare", "pieces",
                                   "--auxiliary", self.auxiliary, "--corpus", "text.txt", *options, "--in-place"))
        self.assertDone(self.focus("diff", "result", "archive"))
        self.assertIs(fixtures.read_config(self.folder / "archive")["tie_word_embeddings"], False)
        self.assertIn(HEAD, found)

    def test_logits_that_are_scaled_or_capped(self):
        for family, tied, settings in (("granite", False, {}), ("gemma2", True, {"final_logit_softcapping": 30.0})):
            with self.subTest(family=family):
                self.tearDown()
                self.setUp()
                self.prepare(tied=tied, family=family, **settings)
                published = self.with_text("--method", "focus", output="published")
                found = self.with_text("--method", "focus", "--head", "share", *(["--untie"] if tied else []))
                self.expected(published)
                self.assertNotEqual(self.scale, 1)
                self.assertRows(found[HEAD], self.goals(self.tensors[TABLE if tied else HEAD]), 150)

    def test_head_of_its_own(self):
        self.prepare(tied=False)
        published = self.with_text("--method", "focus", output="published")
        found = self.with_text("--method", "focus", "--head", "share")
        self.expected(published)
        self.assertEqual(found[TABLE].tobytes(), published[TABLE].tobytes())
        self.assertRows(found[HEAD], self.goals(self.tensors[HEAD]), 150)

    def test_stored_copy_of_the_table_gets_the_same_rows(self):
        self.prepare()
        self.tensors[HEAD] = self.tensors[TABLE]
        fixtures.write_checkpoint(self.folder / "stored", self.tensors, self.config, "golden/tokenizers/source")
        (self.folder / "source").rename(self.folder / "absent")
        (self.folder / "stored").rename(self.folder / "source")
        found = self.with_text("--method", "focus", "--head", "share")
        self.assertEqual(found[HEAD].tobytes(), found[TABLE].tobytes())
        found = self.with_text("--method", "focus", "--head", "share", "--untie", output="untied")
        self.assertNotEqual(found[HEAD].tobytes(), found[TABLE].tobytes())

    def test_mean_of_published_rows_and_rows_of_states(self):
        self.prepare()
        published = self.with_text("--method", "focus", output="published")
        states = self.with_text("--method", "states", "--head", "same", output="states")
        pairs = self.report["modelRows"]["trainingPairs"]
        self.assertGreater(pairs, 30)
        mean = self.with_text("--method", "focus+states", "--head", "same", output="mean")
        for row in self.used("copy"):
            self.assertEqual(mean[TABLE][row].tobytes(), published[TABLE][row].tobytes())
        new = [row for row in self.used("combine") + self.used("pieces")
               if (own := self.new.own_text(row)) and self.old.split(*own)]
        self.assertGreater(len(new), 50)
        np.testing.assert_allclose(mean[TABLE][new], (published[TABLE][new] + states[TABLE][new]) / 2, atol=1e-6)
        found = self.with_text("--method", "focus+states")
        self.assertEqual(self.report["modelRows"]["head"], "share")
        self.assertEqual(self.report["modelRows"]["trainingPairs"], pairs)
        self.expected(published)
        self.assertRows(found[TABLE], self.moved(self.tensors[TABLE], mean[TABLE].astype(np.float64)), 150)

    def test_compare_measures_the_rows_that_would_be_written(self):
        self.prepare()
        outcome = self.focus("compare", "source", "--tokenizer", self.target, "--auxiliary", self.auxiliary, "--corpus",
                             "text.txt", "--measure", "32", "--json")
        self.assertDone(outcome)
        measured = {entry["method"]["name"]: entry["measured"] for entry in json.loads(outcome.output)["methods"]}
        self.assertNotEqual(measured["states"], measured["pieces"])
        for method in ("focus", "states", "focus+states"):
            self.with_text("--method", method, "--overwrite")
            self.assertAlmostEqual(measured[method], self.report["measured"]["written"], delta=1e-6, msg=method)

    def test_plain_mean_with_pieces(self):
        self.prepare()
        published = self.with_text("--method", "focus", output="published")
        combined = set(self.used("combine"))
        only = self.with_text("--method", "pieces", "--piece-weights", "uniform", output="pieces")
        found = self.with_text("--method", "focus+uniform-pieces", "--save-plan", "plan")
        new = sorted(combined & set(self.used("blend")))
        self.assertGreater(len(new), 50)
        np.testing.assert_allclose(found[TABLE][new], (published[TABLE][new] + only[TABLE][new]) / 2, atol=1e-6)
        again = self.specialise("--plan", "plan", output="again")
        self.assertEqual(found[TABLE].tobytes(), again[TABLE].tobytes())
        self.assertIn("plain mean", self.focus("explain", "plan", f"#{new[0]}").output)

    # The same bytes, kept and made again

    def test_kept_plan_and_threads(self):
        self.prepare()
        options = ("--method", "focus+states", "--untie")
        found = self.with_text(*options, "--save-plan", "plan", "--threads", "1")
        other = self.with_text(*options, "--threads", "3", output="threads")
        again = self.specialise("--plan", "plan", "--save-plan", "again", output="kept")
        for name, tensor in found.items():
            self.assertEqual(tensor.tobytes(), other[name].tobytes(), name)
            self.assertEqual(tensor.tobytes(), again[name].tobytes(), name)
        self.assertEqual((self.folder / "plan").read_bytes(), (self.folder / "again").read_bytes())
        row = min(self.used("combine"))
        answer = json.loads(self.focus("explain", "plan", f"#{row}", "--json").output)[0]
        self.assertLessEqual(answer["head"]["logarithmOfShare"], 0)
        self.assertGreater(answer["states"]["trainingPairs"], 30)
        self.assertIn("held-out cosine", self.focus("explain", "plan", f"#{row}").output)
        self.tensors = {name: value[:, :8] if name == TABLE else value for name, value in self.tensors.items()}
        fixtures.write_checkpoint(self.folder / "narrow", self.tensors, self.config, "golden/tokenizers/source")
        outcome = self.focus("specialize", "narrow", "--tokenizer", self.target, "--plan", "plan", "--output", "x")
        self.assertNamed(outcome, "made with another model")

    def test_dry_run_shows_what_is_made(self):
        self.prepare()
        outcome = self.focus("specialize", "source", "--tokenizer", self.target, "--auxiliary", self.auxiliary,
                             "--corpus", "text.txt", "--method", "focus+states", "--untie", "--dry-run", "--json")
        self.assertDone(outcome)
        preview = json.loads(outcome.output)
        self.assertEqual(preview["method"]["head"], "share")
        self.assertIn("focus+states", preview["rows"])
        self.assertEqual([tensor["name"] for tensor in preview["tensors"]], [TABLE, HEAD])
        self.assertIn("config.json: tie_word_embeddings", [change["key"] for change in preview["config"]])

    # What is refused

    def assertNamed(self, outcome, *words: str) -> None:
        self.assertEqual(outcome.code, 1, outcome.errors)
        for word in words:
            self.assertIn(word, outcome.complaint)
        self.assertFalse((self.folder / "x").exists())
        self.assertEqual(list(self.temporary.iterdir()), [])

    def refused(self, *options):
        return self.focus("specialize", "source", "--tokenizer", self.target, "--auxiliary", self.auxiliary,
                          "--output", "x", *options)

    def test_rows_of_one_length_are_no_rows_of_a_causal_model(self):
        self.prepare()
        self.assertNamed(self.refused("--method", "focus+pieces"), "focus+states", "focus+uniform-pieces")
        self.assertNamed(self.refused("--method", "focus", "--match-norm"), "leave out --match-norm")
        self.assertDone(self.focus("specialize", "source", "--tokenizer", self.target, "--auxiliary", self.auxiliary,
                                   "--method", "focus+pieces", "--match-like-reference", "--output", "reference"))

    def test_shares_without_text(self):
        self.prepare()
        self.assertNamed(self.refused("--method", "focus+states"), "--corpus", "focus+uniform-pieces")
        self.assertNamed(self.refused("--head", "share"), "--corpus", "--head same")

    def test_text_that_is_too_short(self):
        self.prepare(lines=3)
        self.assertNamed(self.refused("--head", "share", "--corpus", "text.txt"), "at least 300", "--head same")

    def test_model_that_cannot_be_run(self):
        self.prepare(hidden_act="a new one")
        self.assertNamed(self.refused("--head", "share", "--corpus", "text.txt"), "cannot be run", "--head same")
        self.assertNamed(self.refused("--method", "focus+states", "--corpus", "text.txt"), "focus+uniform-pieces")

    def test_states_that_are_no_numbers(self):
        self.prepare()
        name = "model.layers.1.mlp.down_proj.weight"
        self.tensors[name] = np.full_like(self.tensors[name], 3e38)
        (self.folder / "source").rename(self.folder / "sound")
        fixtures.write_checkpoint(self.folder / "source", self.tensors, self.config, "golden/tokenizers/source")
        self.assertNamed(self.refused("--head", "share", "--corpus", "text.txt"), "finite", "--head same")

    def test_what_is_not_tied_is_not_untied(self):
        self.prepare(tied=False)
        self.assertNamed(self.refused("--untie"), "output layer of its own", "leave out --untie")
        self.config["architectures"] = ["BertModel"]
        (self.folder / "source" / "config.json").write_text(json.dumps(self.config))
        self.assertNamed(self.refused("--untie"), "no model that predicts the next token")
        self.assertNamed(self.refused("--head", "share", "--corpus", "text.txt"), "leave out --head share")

    def test_options_that_do_not_go_together(self):
        self.prepare()
        for options in (("--plan", "plan", "--untie"), ("--plan", "plan", "--head", "share"), ("--head", "other")):
            self.assertEqual(self.refused(*options).code, 64)

    # What stands before a text

    def test_start_after_which_the_model_goes_on_best(self):
        self.prepare()
        path = self.folder / "source" / "tokenizer.json"
        contents = json.loads(path.read_text())
        contents["post_processor"] = None
        path.write_text(json.dumps(contents))
        found = self.with_text("--method", "focus", "--head", "share")
        starts = {start["row"]: start["bitsPerByte"] for start in self.report["modelRows"]["starts"]}
        self.assertIn("the mean row", starts)
        self.assertGreater(len(starts), 1)
        # The figures, from logits of the same lines.
        long = sum(len(line) + 1 >= 20 for line in self.lines)
        cut = min(len(self.lines), long + GAP)
        texts = [self.old.tokenizer.encode(line, add_special_tokens=False).ids[:48]
                 for line in self.lines[cut:] + self.lines[:cut]]
        texts = [ids for ids in texts if len(ids) >= 8][:8]
        count = sum(len(self.old.tokenizer.decode(ids, skip_special_tokens=False).encode()) for ids in texts)
        for name, bits in starts.items():
            if name == "the mean row":
                continue
            start = int(name.rpartition("(")[2].rstrip(")"))
            (self.folder / "ids.txt").write_text("".join(f"{start} {' '.join(map(str, ids))}\n" for ids in texts))
            self.assertDone(self.focus("states", "source", "--ids", "ids.txt", "--layers", "final", "--logits",
                                       "--output", "logits.safetensors", "--overwrite"))
            states = load_file(self.folder / "logits.safetensors")
            loss = 0.0
            for index, ids in enumerate(texts):
                logits = states["logits"][states["offsets"][index]:][:len(ids)].astype(np.float64)
                logits -= logits.max(1, keepdims=True)
                loss -= (logits[np.arange(len(ids)), ids] - np.log(np.exp(logits).sum(1))).sum()
            self.assertAlmostEqual(bits, loss / math.log(2) / count, places=4)
        best = min(starts, key=starts.get)
        self.assertEqual(self.report["modelRows"]["start"], best)
        start = self.new.tokenizer.encode("a").ids[0]
        if best != "the mean row":
            origin = int(best.rpartition("(")[2].rstrip(")"))
            self.assertEqual(found[TABLE][start].tobytes(), self.tensors[TABLE][origin].tobytes())

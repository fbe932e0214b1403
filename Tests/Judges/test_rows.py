"""Rows that FOCUS does not reach, norms, extended vocabularies, padding, and what else of a folder comes along."""

import json
import os

import numpy as np

import fixtures
import method
from test_checkpoints import ROWS, SOURCE, TARGET, WIDTH, causal_model, random
from tool import FocusCase

TABLE, HEAD = "model.embed_tokens.weight", "lm_head.weight"


class Rows(FocusCase):
    def setUp(self) -> None:
        super().setUp()
        self.target = fixtures.unpack_tokenizer(TARGET, self.folder / "target")
        self.auxiliary = fixtures.golden_auxiliary("target-unigram", self.folder)
        tokens = fixtures.read_json("golden/aux-target-unigram.tokens.json")
        self.old = fixtures.tokenizer(fixtures.unpack_tokenizer(SOURCE, self.base / "source-tokenizer"))
        self.new = fixtures.tokenizer(self.target)
        self.used = max(self.old.get_vocab().values()) + 1
        self.plan = method.make_plan(self.old, self.new, dict(zip(tokens, np.load(self.auxiliary))))
        self.tensors = causal_model() | {"lm_head.bias": random(ROWS), "flax.kernel": random(5, ROWS)}

    def specialise(self, *options, output: str = "result", tensors=None, config=None, shards: int = 1):
        if not (self.folder / "source").exists():
            fixtures.write_checkpoint(self.folder / "source", self.tensors if tensors is None else tensors,
                                      {"model_type": "llama", "vocab_size": ROWS, **(config or {})}, SOURCE, shards)
        outcome = self.focus("specialize", "source", "--tokenizer", self.target, "--rare", "normal", "--auxiliary",
                             self.auxiliary,
                             "--output", output, "--report", "report.json", *options)
        self.assertDone(outcome)
        return fixtures.read_checkpoint(self.folder / output)

    def test_pieces_are_the_default(self) -> None:
        drawn = self.specialise()
        command = ["specialize", "source", "--tokenizer", self.target, "--auxiliary", self.auxiliary]
        for name, options in (("default", ()), ("pieces", ("--rare", "pieces")),
                              ("published", ("--match-like-reference",))):
            self.assertDone(self.focus(*command, "--output", name, "--report", f"{name}.json", *options))
        made = {name: fixtures.read_checkpoint(self.folder / name)[TABLE] for name in ("default", "pieces")}
        self.assertTrue(np.array_equal(made["default"], made["pieces"]))
        self.assertFalse(np.array_equal(made["default"], drawn[TABLE]))
        rows = json.loads((self.folder / "published.json").read_text())["rows"]
        self.assertEqual((rows["pieces"], rows["sampled"] > 0), (0, True))

    @property
    def report(self) -> dict:
        return json.loads((self.folder / "report.json").read_text())

    # Rows that FOCUS cannot reach

    def assertOthersAreTheSame(self, plain: dict, found: dict) -> None:
        others = sorted(set(range(self.plan.rows)) - set(self.plan.sampled))
        np.testing.assert_array_equal(plain[TABLE][others], found[TABLE][others])

    def test_rare_rows_drawn_where_asked(self):
        plain = self.specialise()
        self.assertEqual(plain[TABLE].tobytes(), self.specialise("--rare", "normal", output="two")[TABLE].tobytes())
        self.assertEqual(self.report["rare"]["normal"], sorted(self.plan.sampled))

    def test_rare_rows_as_the_mean(self):
        found = self.specialise("--rare", "mean")
        for name, axis in ((TABLE, 0), (HEAD, 0), ("lm_head.bias", 0), ("flax.kernel", 1)):
            mean = np.moveaxis(self.tensors[name], axis, 0)[:self.used].astype(np.float64).mean(axis=0)
            for row in np.moveaxis(found[name], axis, 0)[self.plan.sampled]:
                np.testing.assert_allclose(row, mean, rtol=1e-5, atol=1e-6)
        self.assertOthersAreTheSame(self.specialise(output="plain"), found)
        self.specialise("--rare", "mean", output="again")
        self.assertEqual(self.report["rare"]["mean"], sorted(self.plan.sampled))
        self.assertEqual(self.report["rows"]["sampled"], 0)

    def test_rare_rows_as_the_mean_of_their_pieces(self):
        found = self.specialise("--rare", "pieces")
        report = self.report
        texts = {identifier: token for token, identifier in self.new.get_vocab().items()}
        unknown = self.old.token_to_id("<unk>")
        checked = 0
        for row in self.plan.sampled:
            if texts[row].startswith("<"):
                continue
            pieces = [token.id for token in self.old.model.tokenize(texts[row])]
            if unknown in pieces:
                self.assertIn(row, report["rare"]["normal"])
                continue
            self.assertIn(row, report["rare"]["pieces"], texts[row])
            for name in (TABLE, HEAD, "lm_head.bias"):
                np.testing.assert_allclose(found[name][row], self.tensors[name][pieces].astype(np.float64).mean(axis=0),
                                           rtol=1e-5, atol=1e-6)
            checked += 1
        self.assertGreater(checked, 3)
        self.assertOthersAreTheSame(self.specialise(output="plain"), found)

    def test_kept_plan_with_pieces_and_norms(self):
        found = self.specialise("--rare", "pieces", "--match-norm", "--save-plan", "plan")
        outcome = self.focus("specialize", "source", "--tokenizer", self.target, "--plan", "plan", "--output", "two")
        self.assertDone(outcome)
        for name, tensor in fixtures.read_checkpoint(self.folder / "two").items():
            self.assertEqual(tensor.tobytes(), found[name].tobytes(), name)

    def test_matched_norms(self):
        plain = self.specialise()
        found = self.specialise("--match-norm", output="two")
        vectors = dict(zip(fixtures.read_json("golden/aux-target-unigram.tokens.json"), np.load(self.auxiliary)))
        texts = {identifier: token for token, identifier in self.new.get_vocab().items()}
        anchors = [source for row, source in self.plan.copied.items() if np.any(vectors.get(texts[row], 0))]
        self.assertEqual(len(anchors), self.plan.anchors)
        rows = sorted(self.plan.combined)
        for name, axis in ((TABLE, 0), (HEAD, 0), ("flax.kernel", 1)):
            wanted = np.linalg.norm(np.moveaxis(self.tensors[name], axis, 0)[anchors].astype(np.float64), axis=1).mean()
            before, after = (np.moveaxis(tensors[name], axis, 0)[rows].astype(np.float64) for tensors in (plain, found))
            np.testing.assert_allclose(np.linalg.norm(after, axis=1), wanted, rtol=1e-5)
            lengths = np.linalg.norm(before, axis=1, keepdims=True)
            np.testing.assert_allclose(after / wanted, before / lengths, rtol=1e-3, atol=1e-5)
        self.assertEqual(plain["lm_head.bias"].tobytes(), found["lm_head.bias"].tobytes(),
                         "one number has no norm to match")
        copied = sorted(self.plan.copied)
        np.testing.assert_array_equal(plain[TABLE][copied], found[TABLE][copied])

    # Padding

    def test_padding_takes_no_part(self):
        plain = self.specialise()
        wild = {name: tensor.copy() for name, tensor in self.tensors.items()}
        wild[TABLE][self.used:] = 1e6
        fixtures.write_checkpoint(self.folder / "wild", wild, {"model_type": "llama", "vocab_size": ROWS}, SOURCE)
        self.assertDone(self.focus("specialize", "wild", "--tokenizer", self.target, "--rare", "normal", "--auxiliary",
                                   self.auxiliary, "--output", "two"))
        self.assertEqual(fixtures.read_checkpoint(self.folder / "two")[TABLE].tobytes(), plain[TABLE].tobytes())

    def test_rows_padded_to_a_multiple(self):
        plain, padded = self.specialise(), self.specialise("--pad-to-multiple-of", "64", output="two")
        self.assertEqual({len(padded[TABLE]), len(padded[HEAD]), padded["flax.kernel"].shape[1]},
                         {-(-self.plan.rows // 64) * 64})
        np.testing.assert_array_equal(padded[TABLE][:self.plan.rows], plain[TABLE])
        self.assertEqual(fixtures.read_config(self.folder / "two")["vocab_size"], len(padded[TABLE]))
        self.assertTrue(np.isfinite(padded[TABLE]).all())

    # Extended vocabularies

    def test_extension_keeps_source_rows_in_place(self):
        extended = fixtures.unpack_tokenizer("golden/tokenizers/target-extended", self.folder / "extended")
        auxiliary = fixtures.golden_auxiliary("target-extended", self.folder)
        fixtures.write_checkpoint(self.folder / "source", self.tensors, {"model_type": "llama", "vocab_size": ROWS},
                                  SOURCE)
        self.assertDone(self.focus("specialize", "source", "--tokenizer", extended, "--rare", "normal", "--extend-with",
                                   self.target,
                                   "--auxiliary", auxiliary, "--output", "result"))
        found = fixtures.read_checkpoint(self.folder / "result")
        self.assertGreater(len(found[TABLE]), self.used)
        for name in (TABLE, HEAD, "lm_head.bias"):
            self.assertEqual(found[name][:self.used].tobytes(), self.tensors[name][:self.used].tobytes(), name)
        np.testing.assert_array_equal(found["flax.kernel"][:, :self.used], self.tensors["flax.kernel"][:, :self.used])

    # Files

    def test_untouched_files_are_files_of_their_own_unless_asked_for(self):
        """A program that changes a file of the new folder must not change the source."""
        shards = {f"model.layers.{n}.mlp.up_proj.weight": random(8, WIDTH, seed=n) for n in range(3)}
        self.specialise(shards=2, tensors=shards | {"zz.embed_tokens.weight": random(ROWS, WIDTH)})
        untouched = "model-00001-of-00002.safetensors"
        (self.folder / "source" / "notes").mkdir()
        (self.folder / "source" / "notes" / "README.md").write_text("notes")
        for number, (option, linked) in enumerate((((), False), (("--link",), True))):
            output, report = f"again{number}", f"again{number}.json"
            self.assertDone(self.focus("specialize", "source", "--tokenizer", self.target, "--auxiliary",
                                       self.auxiliary,
                                       "--output", output, "--report", report, *option))
            for name in (untouched, "notes/README.md"):
                new, old = self.folder / output / name, self.folder / "source" / name
                self.assertEqual(new.read_bytes(), old.read_bytes())
                self.assertEqual(os.path.samefile(new, old), linked, name)
            said = json.loads((self.folder / report).read_text())
            self.assertEqual(said["untouchedFiles"]["linked"], 2 if linked else 0)
            self.assertEqual(sum(said["untouchedFiles"].values()), said["changes"]["untouchedFiles"]["count"])
            changed = self.folder / output / "model-00002-of-00002.safetensors"
            self.assertFalse(os.path.samefile(changed, self.folder / "source" / changed.name))

    def test_other_weights_stay_behind_unless_asked_for(self):
        fixtures.write_checkpoint(self.folder / "source", self.tensors, {"model_type": "llama", "vocab_size": ROWS},
                                  SOURCE)
        stale = ["pytorch_model.bin", "tf_model.h5", "flax_model.msgpack", "model.onnx", "onnx/model.onnx",
                 "model.fp16.safetensors",
                 "consolidated.00.pth", "optimizer.pt"]
        for name in stale:
            (self.folder / "source" / name).parent.mkdir(exist_ok=True)
            (self.folder / "source" / name).write_bytes(b"old")
        self.assertDone(self.focus("specialize", "source", "--tokenizer", self.target, "--rare", "normal",
                                   "--auxiliary", self.auxiliary,
                                   "--output", "result", "--report", "report.json"))
        notes = "\n".join(self.report["changes"]["notes"])
        for name in stale:
            self.assertFalse((self.folder / "result" / name).exists(), name)
            what = "the state of a training" if name.startswith("optimizer") else "weights"
            self.assertIn(f"'{name}' holds {what} with the old vocabulary and is left out", notes)
        self.assertDone(self.focus("specialize", "source", "--tokenizer", self.target, "--rare", "normal",
                                   "--auxiliary", self.auxiliary,
                                   "--output", "two", "--keep-other-weights"))
        for name in stale:
            self.assertEqual((self.folder / "two" / name).read_bytes(), b"old")

    def test_post_processor_with_the_id_of_another_token(self):
        path = self.target / "tokenizer.json"
        contents = json.loads(path.read_text(encoding="utf-8"))
        text = json.dumps(contents["post_processor"])
        wrong = text.replace('["</s>", 2]', '["</s>", 7]').replace('"ids": [2]', '"ids": [7]')
        self.assertNotEqual(text, wrong)
        contents["post_processor"] = json.loads(wrong)
        path.write_text(json.dumps(contents, ensure_ascii=False), encoding="utf-8")
        self.specialise()
        self.assertTrue(any("post-processor gives '</s>' the id 7, and its vocabulary the id 2" in note
                            for note in self.report["changes"]["notes"]), self.report["changes"]["notes"])
        contents["post_processor"] = json.loads(wrong.replace("7", "5000"))
        path.write_text(json.dumps(contents, ensure_ascii=False), encoding="utf-8")
        self.assertRefused("specialize", "source", "--tokenizer", self.target, "--rare", "normal", "--auxiliary",
                           self.auxiliary, "--output", "two",
                           saying=("'</s>' with the id 5000", "past the last"))

    def test_padding_with_the_id_of_another_token(self):
        path = self.target / "tokenizer.json"
        contents = json.loads(path.read_text(encoding="utf-8"))
        padding = {"strategy": "BatchLongest", "direction": "Right", "pad_to_multiple_of": None, "pad_type_id": 0}
        for pad, token, said in ((7, "</s>", "the id 7, and its vocabulary the id 2"), (2, "</s>", None),
                                 (50283, "</s>", "the id 50283"), (3, "<gone>", "does not have")):
            contents["padding"] = padding | {"pad_id": pad, "pad_token": token}
            path.write_text(json.dumps(contents, ensure_ascii=False), encoding="utf-8")
            self.specialise(output=f"result-{pad}")
            notes = [note for note in self.report["changes"]["notes"] if "padding" in note]
            self.assertEqual(len(notes), 0 if said is None else 1, notes)
            self.assertTrue(said is None or said in notes[0], notes)

    def test_code_of_its_own(self):
        fixtures.write_checkpoint(self.folder / "source", self.tensors, {
            "model_type": "odd", "vocab_size": ROWS, "auto_map": {"AutoModel": "modeling_odd.OddModel"}}, SOURCE)
        command = ["specialize", "source", "--tokenizer", self.target, "--rare", "normal", "--auxiliary",
                   self.auxiliary, "--output", "result"]
        self.assertRefused(*command, saying=("auto_map", "--allow-own-code"))
        self.assertDone(self.focus(*command, "--allow-own-code"))

    def test_stored_tie_stays_one(self):
        table = random(ROWS, WIDTH)
        found = self.specialise(tensors={TABLE: table, HEAD: table.copy()})
        self.assertEqual(found[TABLE].tobytes(), found[HEAD].tobytes())

"""`--rows`: what rows of single tokens are, by every method and in every table; `--role`: which tokens play roles."""

import json
import shutil

import numpy as np
from safetensors.numpy import load_file

import fixtures
from test_causal_rows import HEAD, CausalRows
from test_causal_rows import TABLE as CAUSAL
from test_checkpoints import random
from test_state_rows import TABLE as BERT
from test_state_rows import StateRows
from tool import FocusCase

TABLE, BIAS = "embeddings.word_embeddings.weight", "cls.predictions.bias"
SOURCE = "golden/tokenizers/source"


def written(folder, rows, name="rows.json"):
    text = json.dumps(rows, ensure_ascii=False, indent=1) if isinstance(rows, dict) else rows
    (folder / name).write_text(text, encoding="utf-8")
    return name


class Overrides(FocusCase):
    def make(self, target: str = "target-unigram") -> None:
        self.source = fixtures.tokenizer(fixtures.unpack_tokenizer(SOURCE, self.base / "old"))
        self.target = fixtures.tokenizer(fixtures.unpack_tokenizer(f"golden/tokenizers/{target}",
                                                                   self.folder / "target"))
        rows = self.source.get_vocab_size()
        self.tensors = {TABLE: random(rows, 12), BIAS: random(rows)}
        fixtures.write_checkpoint(self.folder / "source", self.tensors, {"model_type": "bert", "vocab_size": rows},
                                  SOURCE)

    def specialise(self, *options, output: str = "result"):
        outcome = self.focus("specialize", "source", "--tokenizer", "target", "--output", output, "--report",
                             "report.json", *options)
        self.assertDone(outcome)
        self.story = outcome.output + outcome.errors
        self.report = json.loads((self.folder / "report.json").read_text())
        return fixtures.read_checkpoint(self.folder / output)

    def chosen(self) -> dict[str, list[int]]:
        """A token of each way of saying it, and the source ids of which its row is to be the mean."""
        old, new = self.source.get_vocab(), self.target.get_vocab()
        shared = sorted(set(old) & set(new) - {"<s>", "</s>", "<pad>", "<unk>", "<mask>"})
        fresh = sorted(set(new) - set(old))
        self.names = {"copied": fresh[0], "shared": shared[3], "mean": fresh[1], "twice": fresh[2], "text": fresh[3],
                      "id": fresh[4]}
        # Of no token but this one are the pieces, and the pieces of no token are these.
        a, b, c = (old[token] for token in shared[5:8])
        text = self.source.encode("ein haus am see", add_special_tokens=False).ids
        assert len(text) > 2
        return {"copied": [a], "shared": [b], "mean": [a, b, c], "twice": [a, a, b], "text": text, "id": [c]}

    def as_json(self, wanted: dict[str, list[int]]) -> dict:
        token = self.source.id_to_token
        names = self.names
        return {names["copied"]: token(wanted["copied"][0]), names["shared"]: {"token": token(wanted["shared"][0])},
                names["mean"]: [token(one) for one in wanted["mean"][:2]] + wanted["mean"][2:],
                names["twice"]: {"tokens": [f"#{wanted['twice'][0]}", *wanted["twice"][1:]]},
                names["text"]: {"text": "ein haus am see"},
                f"#{self.target.token_to_id(names['id'])}": wanted["id"][0]}

    def as_table(self, wanted: dict[str, list[int]]) -> str:
        token = self.source.id_to_token
        names = self.names
        lines = [[names["copied"], token(wanted["copied"][0])], [names["shared"], "token", token(wanted["shared"][0])],
                 [names["mean"], "tokens", *(token(one) for one in wanted["mean"])], [],
                 [names["twice"], "tokens", *(f"#{one}" for one in wanted["twice"])],
                 [names["text"], "text", "ein haus am see"],
                 [f"#{self.target.token_to_id(names['id'])}", f"#{wanted['id'][0]}"]]
        return "".join("\t".join(line) + "\n" for line in lines)

    def check(self, found, plain, wanted) -> None:
        rows = {self.target.token_to_id(self.names[way]): ids for way, ids in wanted.items()}
        for name in (TABLE, BIAS):
            for row, ids in rows.items():
                if len(ids) == 1:
                    self.assertEqual(found[name][row].tobytes(), self.tensors[name][ids[0]].tobytes())
                mean = self.tensors[name][ids].astype(np.float64).mean(0)
                np.testing.assert_allclose(found[name][row], mean, rtol=1e-6, atol=1e-7)
            if plain is not None:
                others = np.setdiff1d(np.arange(len(found[name])), list(rows))
                self.assertEqual(found[name][others].tobytes(), plain[name][others].tobytes())

    def test_rows_are_what_the_file_says(self):
        self.make()
        wanted = self.chosen()
        plain = self.specialise("--method", "pieces", output="plain")
        from_json = self.specialise("--method", "pieces", "--rows", written(self.folder, self.as_json(wanted)))
        self.check(from_json, plain, wanted)
        self.assertEqual(self.report["rows"]["given"], 6)
        self.assertEqual(self.report["changes"]["rows"]["as given"], 6)
        self.assertIn("6 rows are as given", self.story)
        table = written(self.folder, self.as_table(wanted), "rows.tsv")
        from_table = self.specialise("--method", "pieces", "--rows", table, output="table")
        for name in (TABLE, BIAS):
            self.assertEqual(from_table[name].tobytes(), from_json[name].tobytes())
        # An extension decides nothing where the first character tells.
        (self.folder / "rows").write_bytes((self.folder / "rows.json").read_bytes())
        self.specialise("--method", "pieces", "--rows", "rows", output="bare")

    def test_other_methods_and_lengths(self):
        self.make()
        wanted = self.chosen()
        file = written(self.folder, self.as_json(wanted))
        auxiliary = fixtures.golden_auxiliary("target-unigram", self.folder)
        for place, options in enumerate((("--method", "focus+pieces"), ("--method", "focus", "--match-norm"),
                                         ("--method", "focus+uniform-pieces"), ("--match-like-reference",))):
            with self.subTest(options=options):
                found = self.specialise("--auxiliary", auxiliary, "--rows", file, *options, output=f"result{place}")
                self.check(found, None, wanted)

    def test_tokens_with_given_rows_are_no_anchors(self):
        self.make()
        wanted = self.chosen()
        auxiliary = fixtures.golden_auxiliary("target-unigram", self.folder)
        self.specialise("--auxiliary", auxiliary, output="plain")
        anchors = self.report["rows"]["anchors"]
        self.specialise("--auxiliary", auxiliary, "--rows", written(self.folder, self.as_json(wanted)), "--save-plan",
                        "plan.safetensors")
        self.assertIn(self.report["rows"]["anchors"], (anchors - 1, anchors))
        plan = load_file(self.folder / "plan.safetensors")
        rows = {self.target.token_to_id(name) for name in self.names.values()}
        self.assertFalse(rows & set(plan["anchors"].tolist()))

    def test_plans_keep_and_explain_them(self):
        self.make()
        wanted = self.chosen()
        first = self.specialise("--method", "pieces", "--rows", written(self.folder, self.as_json(wanted)),
                                "--save-plan", "plan.safetensors")
        second = self.specialise("--plan", "plan.safetensors", output="second")
        self.assertEqual(self.report["rows"]["given"], 6)
        for name in (TABLE, BIAS):
            self.assertEqual(first[name].tobytes(), second[name].tobytes())
        outcome = self.focus("explain", "plan.safetensors", *(f"#{self.target.token_to_id(self.names[way])}"
                                                              for way in ("copied", "mean")))
        self.assertDone(outcome)
        self.assertIn("as given, the row of", outcome.output)
        self.assertIn("as given, the plain mean of 3 source rows", outcome.output)
        outcome = self.focus("explain", "plan.safetensors", "--json",
                             f"#{self.target.token_to_id(self.names['twice'])}")
        found = json.loads(outcome.output)[0]
        self.assertEqual(found["kind"], "given")
        self.assertEqual([part["id"] for part in found["parts"]], [wanted["twice"][0], wanted["twice"][2]])
        outcome = self.focus("specialize", "source", "--tokenizer", "target", "--output", "third", "--plan",
                             "plan.safetensors", "--rows", "rows.json")
        self.assertEqual(outcome.code, 64, outcome.errors)

    def test_in_place_and_extension(self):
        self.make()
        wanted = self.chosen()
        file = written(self.folder, self.as_json(wanted))
        auxiliary = fixtures.golden_auxiliary("target-unigram", self.folder)
        found = self.specialise("--auxiliary", auxiliary, "--extend-with", "target", "--rows", file)
        self.check(found, None, wanted)
        outcome = self.focus("specialize", "source", "--tokenizer", "target", "--in-place", "--method", "pieces",
                             "--rows", file)
        self.assertDone(outcome)
        self.check(fixtures.read_checkpoint(self.folder / "source"), None, wanted)

    def test_dry_run_counts_them(self):
        self.make()
        file = written(self.folder, self.as_json(self.chosen()))
        outcome = self.focus("specialize", "source", "--tokenizer", "target", "--method", "pieces", "--dry-run",
                             "--json", "--rows", file)
        self.assertDone(outcome)
        self.assertEqual(json.loads(outcome.output)["rows"]["as given"], 6)

    def test_what_is_wrong_is_said_before_anything_is_computed(self):
        self.make()
        wanted = self.chosen()
        names, known = self.names, self.source.id_to_token(wanted["copied"][0])
        one = names["copied"]
        cases = [
            ({"no such token": known}, ("line 2", "target tokenizer", "'no such token'")),
            ({"#99999999": known}, ("line 2", "#99999999")),
            ({one: "no such token"}, ("line 2", "source tokenizer", "no such token", one)),
            ({one: 99999999}, ("line 2", "#99999999")), ({one: -1}, ("#-1",)), ({one: 1.5}, ("whole number",)),
            ({one: []}, ("line 2", "no source token", one)), ({one: {"tokens": [[known]]}}, ("line 2", "named by")),
            ({one: {"text": ""}}, ("no tokens for the text",)), ({one: {"text": 1}}, ("no string",)),
            ({one: {"what": known}}, ("'what'", "token, tokens or text")),
            ({one: {"token": known, "text": known}}, ("one name",)), ({one: {"token": [known]}}, ("'token'",)),
            ({one: known, f"#{self.target.token_to_id(one)}": known}, ("line 3", "line 2", "already")),
            ("[]", ("object",)), ("{", ("JSON",)), (f'{{"a": 1, "a": 2}}', ("JSON",)),
        ]
        tables = [("\n" + one + "\n", ("line 2", "one column")), (f"{one}\ttokens\n", ()),
                  (f"{one}\twhat\t{known}\n", ("line 1", "'what'")),
                  (f"{one}\ttoken\t{known}\t{known}\n", ("line 1", "4 columns")),
                  (f"{one}\t{known}\n{one}\t{known}\n", ("line 2", "line 1", "already"))]
        for rows, saying in cases + tables:
            with self.subTest(rows=rows):
                file = written(self.folder, rows, "rows.tsv" if (rows, saying) in tables else "rows.json")
                self.assertRefused("specialize", "source", "--tokenizer", "target", "--method", "pieces", "--rows",
                                   file, "--output", "result", saying=(file, *saying))
        self.assertRefused("specialize", "source", "--tokenizer", "target", "--method", "pieces", "--rows", "none.json",
                           "--output", "result", saying=("none.json",))

    def test_rows_that_are_not_there_and_texts_that_cannot_be_cut(self):
        self.make()
        rows = self.source.get_vocab_size()
        shutil.rmtree(self.folder / "source")
        # The last token has no row.
        tensors = {TABLE: self.tensors[TABLE][:-1]}
        fixtures.write_checkpoint(self.folder / "source", tensors, {"model_type": "bert", "vocab_size": rows - 1},
                                  SOURCE)
        wanted = self.chosen()
        one = self.names["copied"]
        file = written(self.folder, {one: rows - 1})
        self.assertRefused("specialize", "source", "--tokenizer", "target", "--method", "pieces", "--rows", file,
                           "--output", "result", saying=("line 2", "no row", str(rows - 1)))
        del wanted

    # Rows of states

    def test_no_row_of_states_takes_their_place(self):
        encoder = StateRows()
        encoder.setUp()
        self.addCleanup(encoder.doCleanups)
        encoder.make()
        new = fixtures.tokenizer(encoder.folder / "target")
        tokens = sorted(encoder.used("pieces", "--method", "pieces"))[:4]
        file = written(encoder.folder, {f"#{tokens[0]}": 40, f"#{tokens[2]}": [41, 42]})
        del new
        for place, method in enumerate(("states", "pieces+states", "focus+pieces+states")):
            with self.subTest(method=method):
                options = ("--method", method, *(("--auxiliary", encoder.auxiliary) if "focus" in method else ()))
                found = encoder.specialise(*options, "--rows", file, output=f"found{place}")[BERT]
                self.assertEqual(found[tokens[0]].tobytes(), encoder.tensors[BERT][40].tobytes())
                mean = encoder.tensors[BERT][[41, 42]].astype(np.float64).mean(0)
                np.testing.assert_allclose(found[tokens[2]], mean, rtol=1e-6, atol=1e-7)
                self.assertEqual(encoder.report["rows"]["given"], 2)

    def test_no_share_takes_their_place_in_an_output_layer(self):
        for tied in (True, False):
            with self.subTest(tied=tied):
                causal = CausalRows()
                causal.setUp()
                self.addCleanup(causal.doCleanups)
                causal.prepare(tied=tied)
                new = fixtures.tokenizer(causal.target)
                shared = [new.token_to_id(token) for token in causal.old.tokenizer.get_vocab()
                          if new.token_to_id(token) is not None][20:22]
                plain = causal.with_text("--method", "pieces", output="pieces")
                del plain
                fresh = causal.used("pieces")[:2]
                said = {shared[0]: [50], fresh[0]: [51, 52], fresh[1]: [53]}
                file = written(causal.folder, {f"#{row}": ids for row, ids in said.items()})
                found = causal.with_text("--method", "focus+states", "--rows", file, "--save-plan", "plan.safetensors",
                                         output="states")
                replayed = causal.specialise("--plan", "plan.safetensors", output="replayed")
                for name in (CAUSAL, *(() if tied else (HEAD,))):
                    for row, ids in said.items():
                        mean = causal.tensors[name][ids].astype(np.float64).mean(0)
                        np.testing.assert_allclose(found[name][row], mean, rtol=1e-6, atol=1e-7)
                    self.assertEqual(found[name].tobytes(), replayed[name].tobytes())

    # Roles

    def test_roles_are_given(self):
        self.make()
        old, new = self.source.get_vocab(), self.target.get_vocab()
        fresh, other = self.chosen(), sorted(set(old) - set(new))[7]
        del fresh
        token = self.names["copied"]
        found = self.specialise("--method", "pieces", "--role", f"mask={token}", "--source-role", f"mask={other}")
        for name in (TABLE, BIAS):
            self.assertEqual(found[name][new[token]].tobytes(), self.tensors[name][old[other]].tobytes())
        self.assertTrue(any("mask" in line and token in line and other in line and "command line" in line
                            for line in self.report["changes"]["roles"]), self.report["changes"]["roles"])
        # By id, too.
        found = self.specialise("--method", "pieces", "--role", f"mask=#{new[token]}", "--source-role",
                                f"mask=#{old[other]}", output="again")
        self.assertEqual(found[TABLE][new[token]].tobytes(), self.tensors[TABLE][old[other]].tobytes())

    def test_ids_of_the_config_follow_given_roles(self):
        self.make()
        path = self.folder / "source" / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"pad_token_id": self.source.token_to_id("<pad>")}))
        self.chosen()
        token = self.names["copied"]
        self.specialise("--method", "pieces", "--role", f"pad={token}")
        self.assertEqual(fixtures.read_config(self.folder / "result")["pad_token_id"], self.target.token_to_id(token))

    def test_roles_that_are_none_and_tokens_that_are_none(self):
        self.make()
        base = ("specialize", "source", "--tokenizer", "target", "--method", "pieces", "--output", "result")
        for options in (("--role", "mask"), ("--role", "queen=<s>"), ("--role", "mask="), ("--source-role", "x=y"),
                        ("--role", "mask=<s>", "--role", "mask=</s>")):
            self.assertEqual(self.focus(*base, *options).code, 64)
        self.assertRefused(*base, "--role", "mask=[NONE]", saying=("--role mask=[NONE]", "no token", "mask", "target"))
        self.assertRefused(*base, "--source-role", "sep=[NONE]", saying=("--source-role sep=[NONE]", "source"))

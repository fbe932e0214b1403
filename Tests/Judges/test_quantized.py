"""Checkpoints whose bodies are quantised, in every scheme: they stay bit for bit, while plain tables get new rows."""

import json
import shutil

import ml_dtypes
import numpy as np

import fixtures
from quantized import HEAD, NORM, QUANTIZED, ROWS, TABLE, WIDTH, QuantizedCase, array, fixture, tensor
from tensors import Tensor, read_shards

BODIES = sorted(path.stem for path in (QUANTIZED / "bodies").glob("*.json"))


class Bodies(QuantizedCase):
    def make(self, name: str, shards: int = 1) -> dict[str, Tensor]:
        contents, self.settings = fixture(f"bodies/{name}")
        random = np.random.default_rng(1)
        self.plain = {f"{layer}.weight": tensor(random.normal(size=(ROWS, WIDTH)).astype(ml_dtypes.bfloat16))
                      for layer in (TABLE, HEAD)}
        tensors = {**self.plain, NORM: tensor(np.ones(WIDTH, ml_dtypes.bfloat16)), **contents.tensors}
        self.write(tensors, self.settings, shards=shards, metadata=contents.metadata)
        return tensors

    def assertCarried(self, before: dict[str, Tensor], after: dict[str, Tensor], folder: str = "result") -> None:
        self.assertEqual(set(after), set(before))
        for name in before:
            if name not in self.plain:
                self.assertEqual(after[name], before[name], name)
        config = fixtures.read_config(self.folder / folder)
        self.assertEqual({key: config[key] for key in self.settings}, self.settings)
        rows = fixtures.tokenizer(self.folder / "target").get_vocab_size()
        for name in self.plain:
            self.assertEqual((after[name].dtype, after[name].shape), ("BF16", (rows, WIDTH)))
            old, new = array(before[name]), array(after[name])
            for target, source in self.copies():
                self.assertEqual(new[target].tobytes(), old[source].tobytes(), (name, target))

    def test_quantised_bodies_stay_bit_for_bit(self):
        self.assertEqual(len(BODIES), 12)
        for name in BODIES:
            with self.subTest(body=name):
                self.tearDown()
                self.setUp()
                before = self.make(name)
                after = self.specialise()
                self.assertCarried(before, after)
                self.assertIn("stay bit for bit", self.story)
                for folder in ("source", "result"):
                    checked = self.focus("verify", folder)
                    self.assertEqual(checked.code, 0, checked.output + checked.errors)
                    self.assertEqual(self.focus("inspect", folder).code, 0)
                self.assertEqual(self.focus("diff", "source", "source").code, 0)
                differs = self.focus("diff", "source", "result")
                self.assertEqual(differs.code, 1, differs.errors)
                beside = {path.name: path.read_bytes() for path in (self.folder / "result").iterdir()}
                self.specialise(output=None)
                self.assertEqual({p.name: p.read_bytes() for p in (self.folder / "source").iterdir()}, beside)

    def test_a_method_that_runs_the_model_is_not_chosen(self):
        (self.folder / "text.txt").write_text("der Hund und die Katze\n" * 200)
        arguments = ("source", "--tokenizer", "target", "--corpus", "text.txt")
        for name in BODIES:
            with self.subTest(body=name):
                shutil.rmtree(self.folder / "source", ignore_errors=True)
                shutil.rmtree(self.folder / "result", ignore_errors=True)
                before = self.make(name)
                after = self.specialise("source", "--no-measure", method="auto")
                self.assertCarried(before, after)
                shown = self.focus("specialize", *arguments, "--method", "auto", "--dry-run", "--json")
                self.assertDone(shown)
                self.assertIn("cannot be run here", json.loads(shown.output)["method"]["chosenBecause"])
                self.assertRefused("specialize", *arguments, "--output", "other", "--method", "focus+states",
                                   saying=("cannot be run",))
        compared = self.focus("compare", *arguments, "--min-count", "1", "--epochs", "1", "--no-cache")
        self.assertDone(compared)

    def test_shards_without_tables_are_no_work(self):
        before = self.make("fp8-block", shards=4)
        names = {path.name: path.stat().st_ino for path in (self.folder / "source").glob("*.safetensors")}
        self.assertCarried(before, self.specialise("source", "--link"))
        report = json.loads((self.folder / "report.json").read_text())
        linked = [name for name, node in names.items() if (self.folder / "result" / name).stat().st_ino == node]
        with_tables = {json.loads((self.folder / "source/model.safetensors.index.json").read_text())["weight_map"][name]
                       for name in self.plain}
        self.assertEqual(set(linked), set(names) - with_tables)
        self.assertGreaterEqual(report["untouchedFiles"]["linked"], len(linked))
        self.specialise(output=None)
        kept = {path.name for path in (self.folder / "source").glob("*.safetensors")
                if path.stat().st_ino == names[path.name]}
        self.assertEqual(kept, set(linked))
        self.assertCarried(before, read_shards(self.folder / "source").tensors, "source")

    def test_one_type_for_plain_tables(self):
        before = self.make("fp8-block")
        floats = self.specialise("source", "--table-dtype", "f32", output="floats")
        plain = self.specialise("source")
        for name in self.plain:
            self.assertEqual(floats[name].dtype, "F32")
            new = array(floats[name])
            np.testing.assert_array_equal(new.astype(ml_dtypes.bfloat16), array(plain[name]))
            for target, source in self.copies():
                np.testing.assert_array_equal(new[target], array(before[name])[source].astype(np.float32))
        self.assertEqual({k: t for k, t in floats.items() if k not in self.plain},
                         {k: t for k, t in before.items() if k not in self.plain})
        self.write(floats, self.settings, "wide", vocab_size=floats[f"{TABLE}.weight"].shape[0])
        fixtures.unpack_tokenizer("golden/tokenizers/target-unigram", self.folder / "wide")
        back = self.specialise("wide", "--table-dtype", "f16", output="narrow")
        for name in self.plain:
            np.testing.assert_array_equal(array(back[name]), array(floats[name]).astype(np.float16))
        job = ("specialize", "source", "--tokenizer", "target", "--method", "pieces", "--dry-run")
        shown = json.loads(self.focus(*job, "--json", "--table-dtype", "f16").output)
        self.assertEqual({(t["name"], t["dtype"], t["newDtype"]) for t in shown["tensors"]},
                         {(name, "BF16", "F16") for name in self.plain})
        story = self.focus(*job, "--table-dtype", "f16").output
        self.assertRegex(story, r"lm_head.weight BF16 \[416, 64\] → F16 \[")
        self.assertEqual(self.focus(*job, "--table-dtype", "f64").code, 64)

    def test_an_untied_head_is_left_out_of_the_quantisation(self):
        contents, settings = fixture("bodies/fp8-block")
        random = np.random.default_rng(1)
        table = tensor(random.normal(size=(ROWS, WIDTH)).astype(ml_dtypes.bfloat16))
        settings["quantization_config"]["modules_to_not_convert"] = ["model.vision"]
        self.write({f"{TABLE}.weight": table, **contents.tensors}, settings, tie_word_embeddings=True)
        after = self.specialise("source", "--untie")
        self.assertEqual(after[f"{HEAD}.weight"], after[f"{TABLE}.weight"])
        found = fixtures.read_config(self.folder / "result")["quantization_config"]["modules_to_not_convert"]
        self.assertEqual(found, ["model.vision", HEAD])

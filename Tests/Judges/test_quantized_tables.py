"""Tables that are quantised themselves: they are read as numbers, combined, and quantised anew, or become plain."""

import json
import shutil

import ml_dtypes
import numpy as np

import fixtures
from quantized import HEAD, KINDS, NORM, ROWS, TABLE, WIDTH, QuantizedCase, array, fixture, numbers, tensor
from tensors import Tensor, read_safetensors


class Tables(QuantizedCase):
    KINDS = ("fp8-tensor", "fp8-row", "e5m2-row", "fp8-block", "fp8-block-ue8m0", "mlx")

    def make(self, name: str) -> dict[str, Tensor]:
        contents, self.settings = fixture(f"tables/{name}")
        self.layers = sorted({key.rsplit(".", 1)[0] for key in contents.tensors})
        tensors = {NORM: tensor(np.ones(WIDTH, ml_dtypes.bfloat16)), **contents.tensors}
        self.write(tensors, self.settings, tie_word_embeddings=HEAD not in self.layers)
        self.bits = {TABLE: 4, HEAD: 6}
        plain = {f"{layer}.weight": tensor(self.numbers(tensors, layer)) for layer in self.layers}
        self.write({**plain, NORM: tensors[NORM]}, {}, "plain", tie_word_embeddings=HEAD not in self.layers)
        return tensors

    def numbers(self, tensors: dict[str, Tensor], layer: str) -> np.ndarray:
        return numbers(tensors, layer, self.bits[layer])

    def assertNear(self, kind: str, tensors: dict[str, Tensor], layer: str, expected: np.ndarray) -> None:
        """Half a step of the type, at the number or at the scale of its block."""
        found = self.numbers(tensors, layer)
        if kind == "mlx":
            scales = np.abs(array(tensors[f"{layer}.scales"]).astype(np.float32)).repeat(32, 1)
            # Half a step, as much at the far end, and scale and bias are rounded to eight bits.
            limit = scales * 1.01 + np.abs(expected) / 128 + scales * 2 ** self.bits[layer] / 256
        else:
            weight = tensors[f"{layer}.weight"].dtype
            fraction, least = {"F8_E4M3": (1 / 16, 2 ** -10), "F8_E5M2": (1 / 8, 2 ** -17)}[weight]
            ones = {**tensors, f"{layer}.weight": tensor(np.ones(expected.shape, KINDS[weight]))}
            limit = np.maximum(np.abs(expected) * fraction, self.numbers(ones, layer) * least) * (1 + 1e-6)
        self.assertTrue((np.abs(found - expected) <= limit).all(), np.abs(found - expected).max())

    def test_tables_are_quantised_anew(self):
        for kind in self.KINDS:
            with self.subTest(kind=kind):
                self.tearDown()
                self.setUp()
                before = self.make(kind)
                plain, after = self.specialise("plain", output="floats"), self.specialise()
                self.assertEqual(set(after), set(before))
                self.assertEqual({name: t.dtype for name, t in after.items()},
                                 {name: t.dtype for name, t in before.items()})
                config = fixtures.read_config(self.folder / "result")
                self.assertEqual({key: config[key] for key in self.settings}, self.settings)
                for layer in self.layers:
                    expected = array(plain[f"{layer}.weight"])
                    self.assertNear(kind, after, layer, expected)
                    made = sorted(set(range(len(expected))) - {target for target, _ in self.copies()})
                    self.assertGreater(np.abs(self.numbers(after, layer)[made]).min(1).max(), 0)
                    if "block" not in kind:
                        self.assertCopied(before, after, layer)
                if kind == "fp8-tensor":
                    self.assertEqual(after[f"{HEAD}.input_scale"], before[f"{HEAD}.input_scale"])
                    self.assertEqual(after[f"{HEAD}.weight_scale"], before[f"{HEAD}.weight_scale"])
                if kind == "fp8-block-ue8m0":
                    self.assertEqual(after[f"{HEAD}.weight_scale_inv"].dtype, "F8_E8M0")
                for folder in ("source", "result"):
                    checked = self.focus("verify", folder)
                    self.assertEqual(checked.code, 0, checked.output + checked.errors)
                beside = {path.name: path.read_bytes() for path in (self.folder / "result").iterdir()}
                self.specialise("source", "--threads", "1", output="again")
                self.assertEqual({p.name: p.read_bytes() for p in (self.folder / "again").iterdir()}, beside)

    def assertCopied(self, before: dict[str, Tensor], after: dict[str, Tensor], layer: str) -> None:
        """Rows of their own scales are copied with them, bit for bit."""
        parts = [name for name in before if name.startswith(layer + ".") and before[name].shape[:1] == (ROWS,)]
        self.assertTrue(parts)
        for name in parts:
            old, new = array(before[name]), array(after[name])
            for target, source in self.copies():
                self.assertEqual(new[target].tobytes(), old[source].tobytes(), (name, target))

    def test_new_rows_that_are_too_large_for_the_scale_of_all(self):
        random = np.random.default_rng(2)
        elements = (random.choice([-448, 448], (ROWS, WIDTH))).astype(ml_dtypes.float8_e4m3fn)
        scale = np.array([0.5], np.float32)
        self.write({f"{TABLE}.weight": tensor(elements), f"{TABLE}.weight_scale": tensor(scale)}, {},
                   tie_word_embeddings=True)
        self.write({f"{TABLE}.weight": tensor(elements.astype(np.float32) * scale)}, {}, "plain",
                   tie_word_embeddings=True)
        options = ("--pad-to-multiple-of", "512")
        self.bits = {TABLE: 4}
        expected = array(self.specialise("plain", *options, output="floats")[f"{TABLE}.weight"])
        after = self.specialise("source", *options)
        self.assertGreater(np.abs(expected).max(), 448 * scale[0])
        found = array(after[f"{TABLE}.weight_scale"])
        np.testing.assert_array_equal(found, [np.abs(expected).max() / np.float32(448)])
        self.assertNear("fp8-tensor", after, TABLE, expected)

    # Dequantised

    def test_tables_become_plain(self):
        for kind in self.KINDS:
            with self.subTest(kind=kind):
                self.tearDown()
                self.setUp()
                self.make(kind)
                for name, numpy_type in (("f32", np.float32), ("bf16", ml_dtypes.bfloat16)):
                    plain = self.specialise("plain", "--table-dtype", name, output="floats-" + name)
                    after = self.specialise("source", "--table-dtype", name, output="result-" + name)
                    self.assertEqual(set(after), {f"{layer}.weight" for layer in self.layers} | {NORM})
                    for layer in self.layers:
                        self.assertEqual(array(after[f"{layer}.weight"]).dtype, numpy_type)
                        self.assertEqual(after[f"{layer}.weight"], plain[f"{layer}.weight"])
                self.assertConfigured(kind)
                self.assertEqual(self.focus("verify", "result-f32").code, 0)

    def assertConfigured(self, kind: str) -> None:
        config = fixtures.read_config(self.folder / "result-f32")
        before = self.settings["quantization_config"]
        settings = config["quantization_config"]
        if kind == "mlx":
            self.assertEqual(config["quantization"], settings)
            self.assertEqual(settings, {**before, TABLE: False, HEAD: False})
            return
        key = "ignore" if kind == "fp8-row" else "modules_to_not_convert"
        self.assertEqual(set(settings.pop(key)), set(self.layers))
        before.pop(key, None)
        self.assertEqual(settings, before)

    def test_scales_leave_the_index_of_shards(self):
        tensors = self.make("fp8-row")
        shutil.rmtree(self.folder / "source")
        self.write(tensors, self.settings, shards=2)
        self.specialise("source", "--table-dtype", "bf16")
        fixtures.read_checkpoint(self.folder / "result")
        shown = json.loads(self.focus("specialize", "source", "--tokenizer", "target", "--method", "pieces",
                                      "--dry-run", "--json", "--table-dtype", "bf16").output)
        gone = {t["name"] for t in shown["tensors"] if t["newDtype"] is None}
        self.assertEqual(gone, {f"{layer}.weight_scale" for layer in self.layers})
        self.assertEqual(self.focus("verify", "result").code, 0)
        self.specialise("source", output="quantised")
        self.assertEqual(self.focus("verify", "quantised").code, 0)

    def test_a_shard_of_scales_alone_holds_nothing_afterwards(self):
        tensors = self.make("fp8-row")
        shutil.rmtree(self.folder / "source")
        scales = [name for name in tensors if name.endswith("_scale")]
        self.write(tensors, self.settings, shards=[[name for name in tensors if name not in scales], scales])
        self.specialise("source", "--table-dtype", "bf16")
        second = self.folder / "result/model-00002-of-00002.safetensors"
        self.assertEqual(read_safetensors(second).tensors, {})
        checked = self.focus("verify", "result")
        self.assertEqual(checked.code, 0, checked.output)
        second.unlink()
        self.assertEqual(self.focus("verify", "result").code, 1)

    def test_rows_are_shown_as_numbers(self):
        for kind in ("fp8-block", "mlx"):
            shutil.rmtree(self.folder)
            self.folder.mkdir()
            before = self.make(kind)
            expected = self.numbers(before, TABLE)
            found = self.focus("inspect", "source", "--rows", f"{TABLE}.weight", "7:9", "--json")
            np.testing.assert_allclose(json.loads(found.output), expected[7:9], rtol=1e-6)
            found = json.loads(self.focus("inspect", "source", "--token", "<s>", "--json").output)
            np.testing.assert_allclose(found["values"], expected[found["id"]], rtol=1e-6)

    # Refused

    def test_packed_tables_are_refused_by_name(self):
        for kind, name in (("gptq", "lm_head.qweight"), ("bnb-4bit", "lm_head.weight"),
                           ("int4-packed", "lm_head.weight_packed")):
            with self.subTest(kind=kind):
                shutil.rmtree(self.folder / "source", ignore_errors=True)
                contents, settings = fixture(f"tables/{kind}")
                table = tensor(np.zeros((ROWS, WIDTH), np.float32))
                self.write({f"{TABLE}.weight": table, **contents.tensors}, settings)
                self.make_target()
                for options in ((), ("--table-dtype", "f32")):
                    self.assertRefused("specialize", "source", "--tokenizer", "target", "--output", "result",
                                       "--method", "pieces", *options, saying=(f"'{name} ", "dequantised"))

    def test_scales_that_are_none(self):
        def without(name):
            return lambda tensors: tensors.pop(name)

        def with_value(name, value):
            def change(tensors):
                values = array(tensors[name]).copy()
                values.reshape(-1)[3] = value
                tensors[name] = tensor(values)
            return change

        def cut(name):
            def change(tensors):
                tensors[name] = tensor(array(tensors[name])[:-1])
            return change

        scale, blocks, groups = f"{HEAD}.weight_scale", f"{HEAD}.weight_scale_inv", f"{HEAD}.scales"
        for kind, change, words in (
                ("fp8-row", without(scale), ("no scales beside it",)),
                ("fp8-row", with_value(scale, 0), ("0.0 as its scale number 3",)),
                ("fp8-row", with_value(scale, np.nan), ("nan as its scale number 3",)),
                ("fp8-row", with_value(scale, np.inf), ("inf as its scale number 3",)),
                ("fp8-row", with_value(scale, -1), ("-1.0 as its scale number 3",)),
                ("fp8-row", cut(scale), ("[415, 1]",)), ("fp8-block", cut(blocks), ("[12, 2]",)),
                ("mlx", without(f"{HEAD}.biases"), ("lm_head.biases",)),
                ("mlx", cut(groups), ("[415, 2]", "[416, 2]")),
                ("mlx", with_value(groups, np.nan), ("NaN or infinities in row 1",))):
            with self.subTest(kind=kind, words=words):
                shutil.rmtree(self.folder)
                self.folder.mkdir()
                tensors = self.make(kind)
                shutil.rmtree(self.folder / "source")
                change(tensors)
                self.write(tensors, self.settings)
                self.make_target()
                self.assertRefused("specialize", "source", "--tokenizer", "target", "--output", "result", "--method",
                                   "pieces", saying=(HEAD, *words))
                if words[0] != "NaN or infinities in row 1":
                    found = self.focus("verify", "source")
                    self.assertEqual(found.code, 1)
                    self.assertIn(words[0], found.output + found.errors)

    def test_an_output_layer_is_not_untied_from_a_quantised_table(self):
        self.make("e5m2-row")
        self.make_target()
        arguments = ("specialize", "source", "--tokenizer", "target", "--output", "result", "--method", "pieces")
        self.assertRefused(*arguments, "--untie", saying=("--table-dtype bf16",))
        after = self.specialise("source", "--untie", "--table-dtype", "bf16")
        self.assertEqual(after[f"{HEAD}.weight"], after[f"{TABLE}.weight"])
        found = fixtures.read_config(self.folder / "result")["quantization_config"]["modules_to_not_convert"]
        self.assertEqual(found, [TABLE, HEAD])

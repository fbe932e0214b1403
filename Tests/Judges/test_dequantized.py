"""Quantised weights become numbers on request: convert --dequantize."""

import json

import ml_dtypes
import numpy as np

import fixtures
from quantized import HEAD, NORM, ROWS, TABLE, WIDTH, QuantizedCase, array, fixture, numbers, tensor
from tensors import read_safetensors


class Dequantized(QuantizedCase):
    KINDS = ("fp8-tensor", "fp8-row", "e5m2-row", "fp8-block", "fp8-block-ue8m0", "mlx")

    def test_numbers_are_those_of_the_rule(self):
        bits = {TABLE: 4, HEAD: 6}
        for kind in self.KINDS:
            with self.subTest(kind=kind):
                contents, settings = fixture(f"tables/{kind}")
                norm = tensor(np.ones(WIDTH, ml_dtypes.bfloat16))
                source = self.write({NORM: norm, **contents.tensors}, settings, kind)
                (source / "hf_quant_config.json").write_text("{}")
                self.assertDone(self.focus("convert", kind, f"{kind}-plain", "--dequantize"))
                found = read_safetensors(self.folder / f"{kind}-plain" / "model.safetensors").tensors
                layers = {key.rsplit(".", 1)[0] for key in contents.tensors}
                self.assertEqual(set(found), {f"{layer}.weight" for layer in layers} | {NORM})
                self.assertEqual(found[NORM], norm)
                for layer in layers:
                    expected = numbers(contents.tensors, layer, bits[layer])
                    np.testing.assert_array_equal(array(found[f"{layer}.weight"]), expected)
                config = fixtures.read_config(self.folder / f"{kind}-plain")
                self.assertEqual(set(settings) & set(config), set())
                self.assertFalse((self.folder / f"{kind}-plain" / "hf_quant_config.json").exists())
                self.assertDone(self.focus("convert", kind, f"{kind}-half", "--dequantize", "--dtype", "bf16"))
                half = read_safetensors(self.folder / f"{kind}-half" / "model.safetensors").tensors
                for layer in layers:
                    expected = numbers(contents.tensors, layer, bits[layer]).astype(ml_dtypes.bfloat16)
                    self.assertEqual(half[f"{layer}.weight"].data, expected.tobytes())
                self.assertDone(self.focus("verify", f"{kind}-plain"))
                self.assertDone(self.focus("convert", kind, f"{kind}-one.npy", "--dequantize", "--include",
                                           f"{TABLE}.weight"))

    def test_a_weight_is_one_line(self):
        """Elements, scales and biases in one line, with the shape of the numbers; each by itself in JSON and with
        --all."""
        for kind in self.KINDS:
            with self.subTest(kind=kind):
                contents, settings = fixture(f"tables/{kind}")
                self.write(contents.tensors, settings, kind)
                layers = {key.rsplit(".", 1)[0] for key in contents.tensors}
                outcome = self.focus("inspect", kind)
                self.assertDone(outcome)
                # What scales the input is no part of the weight.
                rows = [line for line in outcome.output.splitlines()
                        if line.split()[0].rsplit(".", 1)[0] in layers and ".input_scale" not in line]
                self.assertEqual({row.split()[0] for row in rows}, {f"{layer}.weight" for layer in layers})
                for row in rows:
                    self.assertIn(f" {ROWS} × {WIDTH} ", row)
                every = self.focus("inspect", kind, "--all").output
                listed = {entry["name"]: entry for entry in
                          json.loads(self.focus("inspect", kind, "--json").output)["tensors"]}
                self.assertEqual(set(listed), set(contents.tensors))
                for name, entry in listed.items():
                    self.assertIn(name, every)
                    self.assertEqual(entry["shape"], list(contents.tensors[name].shape))
                for layer in layers:
                    found = listed[f"{layer}.weight"].get("quantization")
                    parts = [key for key in contents.tensors if key.startswith(f"{layer}.") and "input" not in key]
                    if len(parts) == 1:
                        continue
                    self.assertEqual(found["shape"], [ROWS, WIDTH])
                    self.assertEqual(sorted(found["tensors"]), sorted(parts))
                    self.assertEqual(found["bytes"], sum(len(contents.tensors[key].data) for key in parts))
                    if kind == "mlx":
                        bits = 4 if layer == TABLE else 6
                        self.assertEqual((found["scheme"], found["bits"], found["groupSize"]), ("MLX", bits, 32))

    def test_what_has_no_numbers_here_is_refused(self):
        for kind in ("gptq", "bnb-4bit", "int4-packed"):
            contents, settings = fixture(f"tables/{kind}")
            self.write(contents.tensors, settings, kind)
            self.assertRefused("convert", kind, "result", "--dequantize", saying=("quantised by", "--dequantize"))
        contents, settings = fixture("tables/mlx")
        self.write(contents.tensors, {}, "unsaid")
        self.assertRefused("convert", "unsaid", "result", "--dequantize", saying=("config.json does not say how",))
        lone = {key: value for key, value in contents.tensors.items() if not key.endswith(".biases")}
        self.write(lone, settings, "lone")
        self.assertRefused("convert", "lone", "result", "--dequantize", saying=("biases",))
        self.write({NORM: tensor(np.ones(4, np.float32))}, {}, "floats")
        self.assertRefused("convert", "floats", "result", "--dequantize", saying=("no quantised weights",))

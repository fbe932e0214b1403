"""Quantised weights become numbers on request: convert --dequantize."""

import ml_dtypes
import numpy as np

import fixtures
from quantized import HEAD, NORM, TABLE, WIDTH, QuantizedCase, array, fixture, numbers, tensor
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

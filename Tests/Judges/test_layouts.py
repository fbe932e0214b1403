"""Layouts: GGUF files of llama.cpp's own converter become folders of transformers, and folders become GGUF files.

`Scripts/make_gguf_fixtures.py` made the files, and says what transformers has for the same models: a hash of each
tensor's numbers, settings, ids of texts.
"""

import hashlib
import json
import pathlib
import shutil

import gguf
import numpy as np
import tokenizers

import fixtures
import tensors
from tool import BINARY, FIXTURES, FocusCase

PLUGIN = pathlib.Path(BINARY).with_name("libgguf.so")
NAMES = sorted(path.stem for path in (FIXTURES / "layouts").glob("*.gguf"))
# Settings of which transformers' own file says more than the model needs.
SETTINGS = ("model_type", "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads",
            "num_key_value_heads", "head_dim", "rms_norm_eps", "layer_norm_eps", "tie_word_embeddings", "layer_types",
            "sliding_window", "query_pre_attn_scalar", "attn_logit_softcapping", "final_logit_softcapping",
            "type_vocab_size", "original_max_position_embeddings", "hidden_act", "hidden_activation")


def expected(name: str) -> dict:
    return json.loads((FIXTURES / "layouts" / f"{name}.json").read_text())


def hashed(values: np.ndarray) -> list:
    return [list(values.shape), hashlib.sha256(np.ascontiguousarray(values, "<f4").tobytes()).hexdigest()]


class Layouts(FocusCase):
    def convert(self, source, destination, *options):
        return self.focus("convert", source, destination, *options, "--plugin", PLUGIN)

    def to_folder(self, name: str, *options) -> pathlib.Path:
        self.assertDone(self.convert(FIXTURES / "layouts" / f"{name}.gguf", name, "--layout", "huggingface", *options))
        return self.folder / name

    def test_a_file_becomes_the_folder_it_was_made_of(self):
        self.assertGreater(len(NAMES), 7)
        for name in NAMES:
            with self.subTest(name=name):
                folder, wanted = self.to_folder(name, "--dtype", "f32"), expected(name)
                found = {key: hashed(value) for key, value in fixtures.read_checkpoint(folder).items()}
                tensors = {key: value for key, value in wanted["tensors"].items() if not key.startswith("pooler.")}
                self.assertEqual(found, tensors)
                config = fixtures.read_config(folder)
                wanted = wanted["config"]
                for key in SETTINGS:
                    if key in config and key in wanted:
                        self.assertEqual(config[key], wanted[key], key)
                rotary = wanted.get("rope_parameters") or {}
                for key, theta in (("rope_theta", rotary.get("full_attention", rotary).get("rope_theta")),
                                   ("rope_local_base_freq", rotary.get("sliding_attention", {}).get("rope_theta"))):
                    if key in config:
                        self.assertEqual(config[key], theta, key)
                for key, value in (config.get("rope_scaling") or {}).items():
                    if key in rotary:
                        self.assertEqual(value, rotary[key], key)

    def test_the_tokenizer_cuts_as_the_original(self):
        for name in NAMES:
            with self.subTest(name=name):
                tokenizer = tokenizers.Tokenizer.from_file(str(self.to_folder(name) / "tokenizer.json"))
                for text, ids in expected(name)["ids"].items():
                    self.assertEqual(tokenizer.encode(text).ids, ids, text)

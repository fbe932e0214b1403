"""Layouts: settings and tensors that one side has and the other has not are said in its way, noted, or refused."""

import json
import math
import pathlib
import shutil

import gguf
import numpy as np
from safetensors.numpy import save_file

import fixtures
from tool import BINARY, FIXTURES, FocusCase

PLUGIN = pathlib.Path(BINARY).with_name("libgguf.so")
YARN = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32}


def yarn(**more) -> dict:
    return {"rope_scaling": YARN | more, "rope_parameters": None}


class LayoutSettings(FocusCase):
    def convert(self, source, destination, *options):
        return self.focus("convert", source, destination, *options, "--plugin", PLUGIN)

    def to_folder(self, source, name: str) -> dict:
        shutil.rmtree(self.folder / name, True)
        self.assertDone(self.convert(source, name, "--layout", "huggingface", "--overwrite"))
        return fixtures.read_config(self.folder / name)

    def model(self, name: str, change: dict | None = None, tensors=None, without: tuple[str, ...] = ()) -> pathlib.Path:
        """A folder, of a fixture's, with other settings and tensors."""
        config = self.to_folder(FIXTURES / "layouts" / f"{name}.gguf", name)
        folder = self.folder / name
        config = {key: value for key, value in (config | (change or {})).items() if key not in without}
        (folder / "config.json").write_text(json.dumps(config))
        if tensors:
            values = dict(fixtures.read_checkpoint(folder))
            tensors(values)
            for old in folder.glob("*.safetensors"):
                old.unlink()
            save_file(values, folder / "model.safetensors", metadata={"format": "pt"})
        return folder

    def to_file(self, folder: pathlib.Path, words: str = "") -> dict:
        """What is in the file that a folder becomes; a note has the words."""
        outcome = self.convert(folder, "x.gguf", "--layout", "gguf", "--overwrite", "--type", "f32")
        self.assertDone(outcome)
        self.assertIn(words, outcome.output + outcome.errors)
        self.reader = gguf.GGUFReader(self.folder / "x.gguf")
        return {key: field.contents() for key, field in self.reader.fields.items()}

    def assertNot(self, folder, *words, options=("--layout", "gguf"), output="y.gguf"):
        self.assertRefused("convert", folder, output, *options, "--plugin", PLUGIN, saying=words)
        self.assertFalse((self.folder / output).exists())

    # Rotary positions

    def test_yarn_keeps_its_factor_of_attention(self):
        usual = 0.1 * math.log(4) + 1
        ratio = usual / (0.05 * math.log(4) + 1)
        for more, attention in (({"attention_factor": 1.0}, 1.0), ({"mscale": 1.0, "mscale_all_dim": 0.5}, ratio),
                                ({"attention_factor": 0.7, "beta_fast": 32, "truncate": True}, 0.7)):
            with self.subTest(more=more):
                fields = self.to_file(self.model("llama3", yarn(**more)))
                self.assertAlmostEqual(fields["llama.rope.scaling.attn_factor"], attention / usual, 5)
                scaling = self.to_folder("x.gguf", "again")["rope_scaling"]
                self.assertAlmostEqual(scaling["attention_factor"], attention, 5)
        fields = self.to_file(self.model("llama3", yarn()))
        self.assertNotIn("llama.rope.scaling.attn_factor", fields)
        self.assertNotIn("attention_factor", self.to_folder("x.gguf", "again")["rope_scaling"])

    def test_what_llama_cpp_does_not_read_of_yarn_is_refused(self):
        for more in ({"beta_fast": 16}, {"beta_slow": 2.0}, {"truncate": False}):
            self.assertNot(self.model("qwen2", yarn(**more)), "config.json", *more)

    def test_long_angles_keep_their_factor_of_attention(self):
        config = self.to_folder(FIXTURES / "layouts" / "phi3.gguf", "phi3")
        count = int(config["head_dim"] if "head_dim" in config else config["hidden_size"] //
                    config["num_attention_heads"]) * config["partial_rotary_factor"] // 2
        long = {"type": "longrope", "short_factor": [1.0] * int(count), "long_factor": [2.0] * int(count)}
        for attention in (1.7, None):
            scaling = long | ({"attention_factor": attention} if attention else {})
            fields = self.to_file(self.model("phi3", {
                "rope_scaling": scaling, "max_position_embeddings": 256, "original_max_position_embeddings": 16}))
            wanted = attention or math.sqrt(1 + math.log(16) / math.log(16))
            self.assertAlmostEqual(fields["phi3.rope.scaling.attn_factor"], wanted, 5)
            self.assertEqual(self.to_folder("x.gguf", "again")["rope_scaling"].get("attention_factor"), attention)

    def test_llama_angles_for_any_length_come_back(self):
        for length in (64, 100, 8192, 16384):
            with self.subTest(length=length):
                scaling = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                           "original_max_position_embeddings": length}
                self.to_file(self.model("llama3", {"rope_scaling": scaling, "rope_theta": 500000.0}))
                factors = {tensor.name: tensor.data for tensor in self.reader.tensors}["rope_freqs.weight"].copy()
                found = self.to_folder("x.gguf", "again")["rope_scaling"]
                self.assertEqual(found["rope_type"], "llama3")
                self.to_file(self.folder / "again")
                again = {tensor.name: tensor.data for tensor in self.reader.tensors}["rope_freqs.weight"]
                np.testing.assert_allclose(again, factors, 1e-3)

    def test_parts_of_heads_are_phi_only(self):
        self.assertNot(self.model("llama", {"partial_rotary_factor": 0.5}), "partial_rotary_factor", "0.5")

    # Gemma and Phi

    def test_windows_and_caps_are_those_of_llama_cpp(self):
        self.assertNot(self.model("gemma3", {"sliding_window_pattern": 2}, without=("layer_types",)),
                       "sliding_window_pattern", "2")
        self.assertNot(self.model("gemma3", {"attn_logit_softcapping": 5.0}), "attn_logit_softcapping")
        for key in ("attn_logit_softcapping", "final_logit_softcapping"):
            self.assertNot(self.model("gemma2", {key: None}), key)
        caps = ("attn_logit_softcapping", "final_logit_softcapping")
        self.to_file(self.model("gemma2", without=caps))
        self.assertEqual([self.to_folder("x.gguf", "again")[key] for key in caps], [50, 30])
        self.to_file(self.model("phi3", {"sliding_window": 8}), "'sliding_window' has no effect")

    # Tensors

    def test_an_output_that_is_stored_although_tied(self):
        def equal(values):
            values["lm_head.weight"] = values["model.embed_tokens.weight"].copy()

        def other(values):
            values["lm_head.weight"] = values["model.embed_tokens.weight"] + 1

        tied = {"tie_word_embeddings": True}
        self.to_file(self.model("qwen2", tied, equal), "the table of tokens again")
        self.assertNotIn("output.weight", [tensor.name for tensor in self.reader.tensors])
        folder = self.model("qwen2", tied, other)
        self.to_file(folder, "differs from the table of tokens")
        stored = {tensor.name: tensor.data for tensor in self.reader.tensors}
        np.testing.assert_array_equal(stored["output.weight"], fixtures.read_checkpoint(folder)["lm_head.weight"])
        self.assertIs(self.to_folder("x.gguf", "again")["tie_word_embeddings"], False)
        self.assertNot(self.model("gemma2", tied, other), "lm_head.weight")

    def test_tensors_are_those_of_the_settings(self):
        def bias(values):
            values["model.layers.0.self_attn.q_proj.bias"] = np.zeros(
                len(values["model.layers.0.self_attn.q_proj.weight"]), np.float32)

        def lack(values):
            del values["model.layers.1.mlp.up_proj.weight"]

        def norm(values):
            del values["model.norm.weight"]

        def surplus(values):
            values["model.layers.2.mlp.up_proj.weight"] = values["model.layers.1.mlp.up_proj.weight"]

        self.assertNot(self.model("llama", None, lack), "model.layers.1.mlp.up_proj.weight")
        self.assertNot(self.model("llama", None, norm), "model.norm.weight")
        self.assertNot(self.model("llama", None, surplus), "model.layers.2.mlp.up_proj.weight", "layer 2")
        self.assertNot(self.model("llama", {"num_hidden_layers": 1}), "layer 1")
        for name in ("qwen3", "gemma3"):
            self.assertNot(self.model(name, {"attention_bias": True}, bias), "q_proj.bias", name)
        self.assertNot(self.model("llama", {"attention_bias": False}, bias), "q_proj.bias", "attention_bias")
        self.to_file(self.model("llama", {"attention_bias": True}, bias))

    def test_a_file_that_lacks_a_tensor_or_has_one_more_is_refused(self):
        source = (FIXTURES / "layouts" / "llama.gguf").read_bytes()
        place = source.index(b"llama.block_count") + len("llama.block_count") + 4
        for number, words in ((1, "layer 1"), (3, "blk.2.")):
            (self.folder / "z.gguf").write_bytes(source[:place] + number.to_bytes(4, "little") + source[place + 4:])
            self.assertNot("z.gguf", words, options=("--layout", "huggingface"), output="z")

    # Tokens

    def test_added_tokens_that_take_blanks_along_are_named(self):
        folder = self.model("qwen2")
        tokenizer = json.loads((folder / "tokenizer.json").read_text())
        tokenizer["added_tokens"][0]["lstrip"] = True
        (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
        self.to_file(folder, f"'{tokenizer['added_tokens'][0]['content']}'")

    # Options

    def test_options_that_do_nothing_are_refused(self):
        folder = self.model("llama")
        for options in (("--type", "q8_0"), ("--table-type", "f16"), ("--type", "f16", "--layout", "huggingface"),
                        ("--layout", "gguf", "--dtype", "f64")):
            with self.subTest(options=options):
                self.assertEqual(self.convert(folder, "out", *options).code, 64)
                self.assertFalse((self.folder / "out").exists())
        self.assertNot("llama", "no gguf file", options=("--layout", "huggingface"), output="out")
        self.assertNot(FIXTURES / "layouts" / "llama.gguf", "folder for transformers",
                       options=("--layout", "huggingface"), output="out.gguf")

    def test_a_gguf_file_is_no_tokenizer(self):
        model = self.model("llama")
        shutil.copy(FIXTURES / "layouts" / "qwen2.gguf", self.folder / "unnamed")
        for tokenizer in (FIXTURES / "layouts" / "qwen2.gguf", "unnamed"):
            self.assertRefused("specialize", model, "--tokenizer", tokenizer, "--method", "pieces", "--output", "out",
                               saying=("is a GGUF file", "--layout huggingface"))

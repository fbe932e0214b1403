"""Layouts: GGUF files of llama.cpp's own converter become folders of transformers, and folders become GGUF files.

`Scripts/make_gguf_fixtures.py` made the files, and says what transformers has for the same models: a hash of each
tensor's numbers, settings, ids of texts.
"""

import hashlib
import json
import pathlib
import shutil

import gguf
import ml_dtypes
import numpy as np
import tokenizers
from safetensors.numpy import save_file

import fixtures
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

    # To GGUF

    def to_file(self, folder: str, file: str, *options) -> gguf.GGUFReader:
        self.assertDone(self.convert(folder, file, "--layout", "gguf", *options))
        return gguf.GGUFReader(self.folder / file)

    def test_a_folder_becomes_the_file_it_was_made_of(self):
        for name in NAMES:
            with self.subTest(name=name):
                self.to_folder(name)
                found = self.to_file(name, f"{name}.gguf")
                wanted = gguf.GGUFReader(FIXTURES / "layouts" / f"{name}.gguf")
                for reader in (found, wanted):
                    reader.contents = {tensor.name: (tensor.tensor_type, tensor.data) for tensor in reader.tensors}
                self.assertEqual(found.contents.keys(), wanted.contents.keys())
                for key, (kind, values) in wanted.contents.items():
                    self.assertEqual(found.contents[key][0], kind, key)
                    tolerance = 1e-6 if key == "rope_freqs.weight" else 0
                    np.testing.assert_allclose(found.contents[key][1], values, tolerance)
                for key, field in wanted.fields.items():
                    # What is made of merges has scores of its own, and the unknown token a kind of its own.
                    if key.startswith(("GGUF", "general.")) or key.endswith((".scores", "token_type", ".pre")):
                        continue
                    value = field.contents()
                    if key == "tokenizer.ggml.tokens":
                        value = [token.replace(" ", "\u2581") if not token.strip() else token for token in value]
                    if key in found.fields or value not in (False, 8):
                        self.assertEqual(found.fields[key].contents(), value, key)

    def test_the_name_of_a_cut_is_that_of_the_converter(self):
        for name, cut in (("llama3", "llama-bpe"), ("qwen2", "qwen2"), ("qwen3", "qwen2"), ("llama", "default")):
            with self.subTest(name=name):
                self.to_folder(name)
                self.assertEqual(self.to_file(name, f"{name}.gguf").fields["tokenizer.ggml.pre"].contents(), cut)

    def wide(self) -> dict[str, np.ndarray]:
        """A model of rows that are whole blocks of 256."""
        folder = self.to_folder("llama")
        config = fixtures.read_config(folder)
        config |= {"hidden_size": 512, "intermediate_size": 256, "head_dim": 128, "num_hidden_layers": 1}
        (folder / "config.json").write_text(json.dumps(config))
        random = np.random.default_rng(9)
        values = {}
        for key, value in fixtures.read_checkpoint(folder).items():
            sizes = {"embed_tokens": (len(value), 512), "lm_head": (len(value), 512), "o_proj": (512, 512),
                     "q_proj": (512, 512), "k_proj": (256, 512), "v_proj": (256, 512), "down_proj": (512, 256),
                     "gate_proj": (256, 512), "up_proj": (256, 512)}
            shape = next((shape for part, shape in sizes.items() if part in key), (512,))
            if "layers.1." not in key:
                values[key] = (random.standard_t(4, shape) * 0.05).astype(np.float32)
            if "layers.0.mlp.down_proj" in key:  # of few bits, so that some lie right between two steps
                values[key] = values[key].astype(ml_dtypes.bfloat16).astype(np.float32)
        for old in folder.glob("*.safetensors"):
            old.unlink()
        save_file(values, folder / "model.safetensors", metadata={"format": "pt"})
        return values

    def test_blocks_are_those_of_the_package(self):
        values = self.wide()
        for kind in ("q8_0", "q4_0", "q5_0"):
            with self.subTest(kind=kind):
                options = ("--type", kind, "--table-type", kind, "--overwrite")
                found = {tensor.name: tensor for tensor in self.to_file("llama", f"{kind}.gguf", *options).tensors}
                for key, name in (("embed_tokens", "token_embd"), ("layers.0.mlp.down_proj", "blk.0.ffn_down")):
                    name += ".weight"
                    code = gguf.GGMLQuantizationType[kind.upper()]
                    wanted = gguf.quants.quantize(values[f"model.{key}.weight"], code)
                    self.assertEqual(found[name].tensor_type.name, kind.upper())
                    np.testing.assert_array_equal(found[name].data, wanted)
                self.assertEqual(found["output_norm.weight"].tensor_type.name, "F32")

    def test_larger_blocks_are_close(self):
        values = self.wide()
        # Parts of the deviation of the numbers by which they may be off, as the root of the mean square.
        for kind, limit in (("q4_k", 0.085), ("q6_k", 0.025)):
            with self.subTest(kind=kind):
                file = self.to_file("llama", f"{kind}.gguf", "--type", kind)
                found = {tensor.name: tensor for tensor in file.tensors}
                self.assertEqual(found["token_embd.weight"].tensor_type.name, "Q6_K")
                tensor = found["blk.0.ffn_down.weight"]
                self.assertEqual(tensor.tensor_type.name, kind.upper())
                numbers = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
                wanted = values["model.layers.0.mlp.down_proj.weight"]
                self.assertLess(np.sqrt(((numbers - wanted) ** 2).mean()) / wanted.std(), limit)

    def test_rows_that_are_no_whole_blocks_get_smaller_ones(self):
        self.to_folder("llama")
        outcome = self.convert("llama", "small.gguf", "--layout", "gguf", "--type", "q4_k")
        self.assertDone(outcome)
        self.assertIn("no whole blocks", outcome.output + outcome.errors)
        kinds = {tensor.name: tensor.tensor_type.name for tensor in gguf.GGUFReader(self.folder / "small.gguf").tensors}
        self.assertEqual((kinds["token_embd.weight"], kinds["blk.0.attn_q.weight"]), ("Q8_0", "Q5_0"))

    # What cannot be

    def test_what_is_not_known_is_refused_by_name(self):
        self.to_folder("qwen2")
        folder = self.folder / "qwen2"
        config = fixtures.read_config(folder)
        for change, words in (({"model_type": "mamba"}, "of the type 'mamba'"),
                              ({"hidden_act": "relu"}, "is 'relu'"),
                              ({"num_attention_heads": 0}, "num_attention_heads"),
                              ({"hidden_size": "x"}, "'hidden_size' is not a whole number"),
                              ({"rope_scaling": {"rope_type": "dynamic", "factor": 2.0}}, "'dynamic'")):
            with self.subTest(change=change):
                (folder / "config.json").write_text(json.dumps(config | change))
                outcome = self.convert("qwen2", "x.gguf", "--layout", "gguf")
                self.assertEqual(outcome.code, 1, outcome.errors)
                self.assertIn(words, outcome.complaint)
                self.assertFalse((self.folder / "x.gguf").exists())

    def test_a_file_of_another_architecture_is_refused(self):
        writer = gguf.GGUFWriter(self.folder / "rwkv.gguf", "rwkv7")
        writer.add_tensor("token_embd.weight", np.zeros((4, 32), np.float32))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        outcome = self.convert("rwkv.gguf", "x", "--layout", "huggingface")
        self.assertEqual(outcome.code, 1)
        self.assertIn("'rwkv7'", outcome.complaint)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["rwkv.gguf"])

    def test_settings_that_lie_never_end_the_process(self):
        source = (FIXTURES / "layouts" / "llama.gguf").read_bytes()
        for key in ("attention.head_count", "attention.head_count_kv", "block_count", "embedding_length",
                    "context_length", "feed_forward_length", "rope.dimension_count"):
            place = source.index(f"llama.{key}".encode()) + len(f"llama.{key}") + 4
            for number in (0, 3, 7, 0x7FFFFFFF, 0xFFFFFFFF):
                with self.subTest(key=key, number=number):
                    (self.folder / "lie.gguf").write_bytes(
                        source[:place] + number.to_bytes(4, "little") + source[place + 4:])
                    shutil.rmtree(self.folder / "out", True)
                    outcome = self.convert("lie.gguf", "out", "--layout", "huggingface")
                    self.assertIn(outcome.code, (0, 1), outcome.errors)
                    if outcome.code == 1:
                        self.assertFalse((self.folder / "out").exists())

    # Another tokenizer

    def test_a_file_gets_another_tokenizer_in_one_step(self):
        source = FIXTURES / "layouts" / "gemma3.gguf"
        target = self.to_folder("qwen2")
        outcome = self.focus("specialize", source, "--tokenizer", target, "--method", "pieces", "--output", "new.gguf",
                             "--plugin", PLUGIN)
        self.assertDone(outcome)
        before, after = gguf.GGUFReader(source), gguf.GGUFReader(self.folder / "new.gguf")
        kept = {tensor.name: tensor for tensor in before.tensors}
        for tensor in after.tensors:
            if tensor.name == "token_embd.weight":
                count = len(after.fields["tokenizer.ggml.tokens"].contents())
                self.assertEqual(list(tensor.data.shape), [count, 32])
                self.assertEqual(tensor.tensor_type, kept[tensor.name].tensor_type)
            else:
                np.testing.assert_array_equal(tensor.data, kept[tensor.name].data)
        self.assertEqual(kept.keys(), {tensor.name for tensor in after.tensors})
        self.assertEqual(after.fields["tokenizer.ggml.model"].contents(), "gpt2")
        self.assertEqual(after.fields["gemma3.block_count"].contents(), 6)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["new.gguf", "qwen2"])
        # The file is a model again, and its tokenizer the one that was asked for.
        self.assertDone(self.convert("new.gguf", "again", "--layout", "huggingface"))
        tokenizer = tokenizers.Tokenizer.from_file(str(self.folder / "again" / "tokenizer.json"))
        for text, ids in expected("qwen2")["ids"].items():
            self.assertEqual(tokenizer.encode(text).ids, ids, text)

    def test_an_output_that_exists_is_refused_before_anything_is_done(self):
        (self.folder / "new.gguf").write_text("mine")
        outcome = self.focus("specialize", FIXTURES / "layouts" / "gemma3.gguf", "--tokenizer", self.to_folder("qwen2"),
                             "--method", "pieces", "--output", "new.gguf", "--plugin", PLUGIN)
        self.assertEqual(outcome.code, 1)
        self.assertEqual((self.folder / "new.gguf").read_text(), "mine")
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["new.gguf", "qwen2"])

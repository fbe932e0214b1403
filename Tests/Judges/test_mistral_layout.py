"""Models in Mistral's own layout become folders of transformers, and back: what is expected is computed with NumPy."""

import json
import pathlib
import shutil

import fixtures
import numpy as np
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer
from tokenizers.models import BPE
from tool import FIXTURES, FocusCase

DIM, HEADS, KEYS, HEAD, HIDDEN, LAYERS, ROWS = 12, 3, 1, 4, 20, 2, 500
PARAMETERS = {"dim": DIM, "n_layers": LAYERS, "head_dim": HEAD, "hidden_dim": HIDDEN, "n_heads": HEADS,
              "n_kv_heads": KEYS, "norm_eps": 1e-5, "vocab_size": ROWS, "rope_theta": 1000000.0}
LAYER = {"attention_norm": ("input_layernorm", (DIM,)), "ffn_norm": ("post_attention_layernorm", (DIM,)),
         "attention.wq": ("self_attn.q_proj", (HEADS * HEAD, DIM)),
         "attention.wk": ("self_attn.k_proj", (KEYS * HEAD, DIM)),
         "attention.wv": ("self_attn.v_proj", (KEYS * HEAD, DIM)),
         "attention.wo": ("self_attn.o_proj", (DIM, HEADS * HEAD)),
         "feed_forward.w1": ("mlp.gate_proj", (HIDDEN, DIM)), "feed_forward.w2": ("mlp.down_proj", (DIM, HIDDEN)),
         "feed_forward.w3": ("mlp.up_proj", (HIDDEN, DIM))}
OUTER = {"tok_embeddings": ("model.embed_tokens", (ROWS, DIM)), "norm": ("model.norm", (DIM,)),
         "output": ("lm_head", (ROWS, DIM))}


def apart(rows: np.ndarray, heads: int) -> np.ndarray:
    """Each head's rows 0, 2, 4 ... and then 1, 3, 5 ...: how transformers rotates them."""
    by_head = rows.reshape(heads, -1, rows.shape[1])
    return np.concatenate([by_head[:, 0::2], by_head[:, 1::2]], axis=1).reshape(rows.shape)


class MistralLayout(FocusCase):
    def model(self, name: str = "own", **changes) -> tuple[pathlib.Path, dict, dict]:
        """A folder in Mistral's layout; its tensors; and what transformers calls them."""
        folder = self.folder / name
        folder.mkdir()
        random = np.random.default_rng(0)
        own, wanted = {}, {}
        names = {f"layers.{layer}.{key}": (f"model.layers.{layer}.{value}", shape)
                 for layer in range(LAYERS) for key, (value, shape) in LAYER.items()} | OUTER
        for key, (value, shape) in names.items():
            own[key + ".weight"] = random.standard_normal(shape).astype(np.float32)
            heads = {"self_attn.q_proj": HEADS, "self_attn.k_proj": KEYS}.get(value.split(".", 3)[-1])
            wanted[value + ".weight"] = apart(own[key + ".weight"], heads) if heads else own[key + ".weight"]
        save_file(own, folder / "consolidated.safetensors")
        (folder / "params.json").write_text(json.dumps(PARAMETERS | changes))
        shutil.copy(FIXTURES / "sentencepiece" / "bpe-bytes.model", folder / "tokenizer.model.v3")
        return folder, own, wanted

    def convert(self, source, destination, *options):
        return self.focus("convert", source, destination, "--layout", "huggingface", *options)

    def test_a_model_becomes_a_folder_of_transformers(self):
        _, _, wanted = self.model()
        self.assertDone(self.convert("own", "hf"))
        found = load_file(self.folder / "hf" / "model.safetensors")
        self.assertEqual(found.keys(), wanted.keys())
        for key, value in wanted.items():
            np.testing.assert_array_equal(found[key], value, key)
        config = fixtures.read_config(self.folder / "hf")
        self.assertEqual(config | {
            "model_type": "mistral", "architectures": ["MistralForCausalLM"], "hidden_size": DIM,
            "intermediate_size": HIDDEN, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS,
            "num_key_value_heads": KEYS, "head_dim": HEAD, "rms_norm_eps": 1e-5, "rope_theta": 1e6, "vocab_size": ROWS,
            "sliding_window": None, "max_position_embeddings": 32768, "tie_word_embeddings": False, "bos_token_id": 1,
            "eos_token_id": 2, "dtype": "float32"}, config)
        self.assertEqual((self.folder / "hf" / "tokenizer.model").read_bytes(),
                         (self.folder / "own" / "tokenizer.model.v3").read_bytes())
        self.assertEqual(json.loads((self.folder / "hf" / "tokenizer_config.json").read_text())["tokenizer_class"],
                         "LlamaTokenizer")
        self.assertDone(self.convert("own", "half", "--dtype", "bf16"))
        self.assertEqual(fixtures.read_config(self.folder / "half")["dtype"], "bfloat16")

    def test_settings_that_are_not_usual(self):
        folder, own, wanted = self.model(max_seq_len=128, sliding_window=64, tied_embeddings=True)
        del own["output.weight"]
        save_file(own, folder / "consolidated.safetensors")
        self.assertDone(self.convert("own", "hf"))
        config = fixtures.read_config(self.folder / "hf")
        self.assertEqual((config["tie_word_embeddings"], config["sliding_window"], config["max_position_embeddings"]),
                         (True, 64, 128))
        self.assertEqual(load_file(self.folder / "hf" / "model.safetensors").keys(), wanted.keys() - {"lm_head.weight"})

    def test_what_is_no_plain_decoder_is_refused(self):
        folder, own, _ = self.model()

        def refuse(*words: str, **changes) -> None:
            (folder / "params.json").write_text(json.dumps(PARAMETERS | changes))
            self.assertRefused("convert", "own", "hf", "--layout", "huggingface", saying=words)

        refuse("'moe'", "mixture of experts", moe={"num_experts": 8})
        refuse("'vision_encoder'", vision_encoder={"hidden_size": 4})
        refuse("'yarn'", yarn={"factor": 2})
        refuse("'quantization'", quantization={"qformat_weight": "fp8_e4m3"})
        refuse("windows", sliding_window=[4, None])
        refuse("'n_heads'", n_heads="three")
        refuse("'dim'", dim=None)
        refuse("layers.2", n_layers=3)
        refuse("1 layers", n_layers=1)
        refuse("heads", n_heads=5)
        refuse("attention.wk", "params.json", n_kv_heads=2, n_heads=3)
        refuse("attention.wq", head_dim=2)
        refuse("feed_forward.w1", hidden_dim=24)
        refuse("params.json", dim=10)
        refuse("vocab_size", f"{ROWS} rows", vocab_size=63)
        refuse("output.weight", "tied_embeddings", tied_embeddings=True)
        refuse("'rope_scaling'", "not known", rope_scaling={"factor": 2})
        refuse("'use_scaled_rope'", use_scaled_rope=True)
        refuse("layers", n_layers=2 ** 60)
        save_file(own | {"layers.0.attention.q_norm.weight": own["norm.weight"]}, folder / "consolidated.safetensors")
        refuse("layers.0.attention.q_norm.weight", "no name")
        del own["layers.1.feed_forward.w3.weight"]
        save_file(own, folder / "consolidated.safetensors")
        refuse("layers.1.feed_forward.w3.weight", "lacks")
        _, own, _ = self.model("other")
        del own["output.weight"]
        save_file(own, folder / "consolidated.safetensors")
        refuse("output.weight", "lacks")

    def hugging_face(self, name: str = "model", **changes) -> tuple[pathlib.Path, dict, dict]:
        """A folder of transformers, what its tensors are in Mistral's layout, and what they are called there."""
        own_folder, own, wanted = self.model(name + "-own")
        folder = self.folder / name
        folder.mkdir()
        save_file(wanted, folder / "model.safetensors", {"format": "pt"})
        config = {"architectures": ["MistralForCausalLM"], "model_type": "mistral", "hidden_size": DIM,
                  "intermediate_size": HIDDEN, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS,
                  "num_key_value_heads": KEYS, "head_dim": HEAD, "rms_norm_eps": 3e-6, "rope_theta": 1e6,
                  "vocab_size": ROWS, "sliding_window": None, "max_position_embeddings": 4096, "hidden_act": "silu",
                  "tie_word_embeddings": False, "attention_dropout": 0.0, "use_cache": True} | changes
        (folder / "config.json").write_text(json.dumps({k: v for k, v in config.items() if v is not ...}))
        shutil.copy(own_folder / "tokenizer.model.v3", folder)
        shutil.copy(own_folder / "tokenizer.model.v3", folder / "tokenizer.model")
        return folder, own, wanted

    def assertSame(self, path: pathlib.Path, tensors: dict) -> None:
        found = load_file(path)
        self.assertEqual(found.keys(), tensors.keys())
        for key, value in tensors.items():
            np.testing.assert_array_equal(found[key], value, key)

    def test_a_folder_of_transformers_becomes_one_of_mistral(self):
        _, own, _ = self.hugging_face()
        self.assertDone(self.focus("convert", "model", "mistral", "--layout", "mistral"))
        self.assertEqual({path.name for path in (self.folder / "mistral").iterdir()},
                         {"consolidated.safetensors", "params.json", "tokenizer.model.v3"})
        self.assertSame(self.folder / "mistral" / "consolidated.safetensors", own)
        self.assertEqual(json.loads((self.folder / "mistral" / "params.json").read_text()),
                         PARAMETERS | {"norm_eps": 3e-6, "max_position_embeddings": 4096})
        self.assertDone(self.focus("convert", "model", "half", "--layout", "mistral", "--dtype", "bf16"))
        self.assertEqual((self.folder / "half" / "consolidated.safetensors").read_bytes().count(b'"BF16"'), len(own))

    def test_there_and_back(self):
        folder, own, wanted = self.hugging_face(sliding_window=64, rope_theta=..., rope_parameters={
            "rope_type": "default", "rope_theta": 12345.678})
        self.assertDone(self.focus("convert", "model", "mistral", "--layout", "mistral"))
        self.assertDone(self.convert("mistral", "back"))
        self.assertSame(self.folder / "back" / "model.safetensors", wanted)
        before, after = fixtures.read_config(folder), fixtures.read_config(self.folder / "back")
        self.assertEqual(after["rope_theta"], before.pop("rope_parameters")["rope_theta"])
        for key in before.keys() - {"attention_dropout", "use_cache"}:
            self.assertEqual(after[key], before[key], key)
        self.assertDone(self.focus("convert", "back", "again", "--layout", "mistral"))
        self.assertDone(self.convert("again", "last"))
        for one, other in (("mistral", "again"), ("back", "last")):
            for path in (self.folder / one).iterdir():
                self.assertEqual(path.read_bytes(), (self.folder / other / path.name).read_bytes(), path.name)
        self.assertEqual((folder / "tokenizer.model").read_bytes(),
                         (self.folder / "last" / "tokenizer.model").read_bytes())

    def test_shards(self):
        _, own, wanted = self.hugging_face()
        self.assertDone(self.focus("convert", "model", "parts", "--shard-size", "30KB"))
        self.assertDone(self.focus("convert", "parts", "mistral", "--layout", "mistral", "--shard-size", "26KB"))
        files = sorted((self.folder / "mistral").glob("consolidated-0000*-of-*.safetensors"))
        index = json.loads((self.folder / "mistral" / "consolidated.safetensors.index.json").read_text())
        self.assertEqual(index["weight_map"], {key: path.name for path in files for key in load_file(path)})
        self.assertEqual(index["weight_map"].keys(), own.keys())
        self.assertDone(self.convert("mistral", "back"))
        self.assertSame(self.folder / "back" / "model.safetensors", wanted)

    def test_output_layers_that_are_tied(self):
        folder, own, wanted = self.hugging_face(tie_word_embeddings=True)
        save_file({k: v for k, v in wanted.items() if k != "lm_head.weight"}, folder / "model.safetensors")
        self.assertDone(self.focus("convert", "model", "tied", "--layout", "mistral"))
        self.assertIs(json.loads((self.folder / "tied" / "params.json").read_text())["tied_embeddings"], True)
        self.assertSame(self.folder / "tied" / "consolidated.safetensors",
                        {k: v for k, v in own.items() if k != "output.weight"})
        save_file(wanted | {"lm_head.weight": wanted["model.embed_tokens.weight"]}, folder / "model.safetensors")
        outcome = self.focus("convert", "model", "twice", "--layout", "mistral")
        self.assertIn("left out", outcome.errors)
        self.assertEqual((self.folder / "tied" / "consolidated.safetensors").read_bytes(),
                         (self.folder / "twice" / "consolidated.safetensors").read_bytes())
        save_file(wanted, folder / "model.safetensors")
        self.assertIn("differs", self.focus("convert", "model", "apart", "--layout", "mistral").errors)
        self.assertSame(self.folder / "apart" / "consolidated.safetensors", own)
        self.assertNotIn("tied_embeddings", json.loads((self.folder / "apart" / "params.json").read_text()))

    def test_tokenizers(self):
        folder, own, _ = self.hugging_face()
        for name in ("tokenizer.model", "tokenizer.model.v3"):
            (folder / name).unlink()
        self.assertIn("folder has none", self.focus("convert", "model", "none", "--layout", "mistral").errors)
        pieces = {piece: id for id, piece in enumerate(fixtures.read_json("sentencepiece/bpe-bytes.json")["pieces"])}
        Tokenizer(BPE(pieces, [], unk_token="<unk>", byte_fallback=True)).save(str(folder / "tokenizer.json"))
        outcome = self.focus("convert", "model", "alone", "--layout", "mistral")
        self.assertIn("tekken.json or tokenizer.model, which cannot be made of it", outcome.errors)
        self.assertEqual((self.folder / "alone" / "tokenizer.json").read_bytes(),
                         (folder / "tokenizer.json").read_bytes())
        shutil.copy(FIXTURES / "sentencepiece" / "bpe-bytes.model", folder / "tokenizer.model")
        self.assertDone(self.focus("convert", "model", "same", "--layout", "mistral"))
        other = fixtures.read_json("tokenizer-variants/byte-level-prefixed.json")["tokenizer"]
        (folder / "tokenizer.json").write_text(json.dumps(other))
        self.assertRefused("convert", "model", "two", "--layout", "mistral",
                           saying=("tokenizer.model", "two tokenizers"))

    def test_what_cannot_be_said_is_refused(self):
        folder, own, wanted = self.hugging_face()
        config = json.loads((folder / "config.json").read_text())

        def refuse(*words: str, **changes) -> None:
            (folder / "config.json").write_text(json.dumps(config | changes))
            self.assertRefused("convert", "model", "mistral", "--layout", "mistral", saying=words)

        refuse("'llama'", model_type="llama")
        refuse("'mixtral'", model_type="mixtral")
        refuse("'mistral3'", model_type="mistral3", text_config={"model_type": "mistral"})
        refuse("hidden_act", hidden_act="gelu")
        refuse("quantization_config", quantization_config={"quant_method": "fp8"})
        refuse("'yarn'", rope_scaling={"type": "yarn", "factor": 4.0})
        refuse("'linear'", rope_parameters={"rope_type": "linear", "factor": 4.0, "rope_theta": 1e4})
        refuse("'attention_gate'", attention_gate=True)
        refuse("partial_rotary_factor", partial_rotary_factor=0.5)
        refuse("vocab_size", vocab_size=63)
        refuse("config.json", "q_proj", head_dim=6)
        refuse("config.json", "model.layers.2", num_hidden_layers=3)
        refuse("config.json", num_hidden_layers=1)
        refuse("num_hidden_layers", num_hidden_layers=-1)
        (folder / "config.json").write_text(json.dumps(config))
        self.assertRefused("convert", "model", "m", "--layout", "mistral", "--to", "npy", saying=("safetensors",))
        self.assertRefused("convert", "model-own", "m", "--layout", "mistral", saying=("already",))
        self.assertRefused("convert", "model/model.safetensors", "m", "--layout", "mistral", saying=("config.json",))
        save_file(wanted | {"model.layers.0.self_attn.q_proj.bias": own["norm.weight"]}, folder / "model.safetensors")
        refuse("q_proj.bias", "no place")

"""Models in Mistral's own layout become folders of transformers: what is expected is computed here with NumPy."""

import json
import pathlib
import shutil

import fixtures
import numpy as np
from safetensors.numpy import load_file, save_file
from tool import FIXTURES, FocusCase

DIM, HEADS, KEYS, HEAD, HIDDEN, LAYERS, ROWS = 12, 3, 1, 4, 20, 2, 64
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
        refuse("vocab_size", "64 rows", vocab_size=63)
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

"""Mistakes that tools of this kind make, each as a test; PITFALLS.md lists them with these and other tests."""

import json
import pathlib
import re

import ml_dtypes
import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

import fixtures
from test_checkpoints import ROWS, SOURCE, WIDTH, causal_model, random, roberta_model
from tool import FocusCase

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TABLE, HEAD, BIAS = "model.embed_tokens.weight", "lm_head.weight", "lm_head.bias"


class Pitfalls(FocusCase):
    def specialise(self, tensors: dict, config: dict, route: str = "wordpiece", generation: dict | None = None):
        self.target = self.folder / "target"
        if not self.target.exists():
            fixtures.unpack_tokenizer(f"golden/tokenizers/target-{route}", self.target)
        self.auxiliary = fixtures.golden_auxiliary(f"target-{route}", self.folder)
        source = fixtures.write_checkpoint(self.folder / "source", tensors, {"vocab_size": ROWS, **config}, SOURCE,
                                           generation=generation)
        self.old, self.new = fixtures.tokenizer(source).get_vocab(), fixtures.tokenizer(self.target).get_vocab()
        self.command = ["specialize", "source", "--tokenizer", self.target, "--rare", "normal", "--auxiliary",
                        self.auxiliary, "--output", "result"]
        return self.focus(*self.command)

    @property
    def result(self) -> dict:
        return fixtures.read_checkpoint(self.folder / "result")

    def test_bias_of_the_first_ids_stays_with_them(self):
        self.assertDone(self.specialise(roberta_model(), {"model_type": "xlm-roberta"}, "unigram"))
        bias = self.result["lm_head.bias"]
        both = [token for token in self.new if token in self.old]
        self.assertGreater(len(both), 100)
        np.testing.assert_array_equal(bias[[self.new[t] for t in both]],
                                      roberta_model()["lm_head.bias"][[self.old[t] for t in both]])

    def test_special_tokens_of_another_family_are_drawn_at_random(self):
        self.assertDone(self.specialise(causal_model(), {"model_type": "llama"}))
        for new, old in (("[PAD]", "<pad>"), ("[CLS]", "<s>"), ("[SEP]", "</s>"), ("[UNK]", "<unk>"),
                         ("[MASK]", "<mask>")):
            for name in (TABLE, HEAD):
                np.testing.assert_array_equal(self.result[name][self.new[new]], causal_model()[name][self.old[old]],
                                              new)

    def test_padding_row_is_not_zero_any_more(self):
        tensors = causal_model()
        tensors[TABLE][1] = 0
        self.assertDone(self.specialise(tensors, {"model_type": "llama", "pad_token_id": 1}))
        self.assertFalse(self.result[TABLE][self.new["[PAD]"]].any())

    def test_ids_are_those_of_another_config(self):
        """They come from the target's tokenizer, whatever its own model's config or the source's config says."""
        (self.folder / "target").mkdir()
        fixtures.unpack_tokenizer("golden/tokenizers/target-wordpiece", self.folder / "target")
        (self.folder / "target" / "config.json").write_text('{"pad_token_id": 77, "bos_token_id": 78}')
        self.assertDone(self.specialise(
            causal_model(), {"model_type": "llama", "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2,
                             "text_config": {"mask_token_id": 400}},
            generation={"eos_token_id": [2, 9], "decoder_start_token_id": 2, "bad_words_ids": [[1]],
                        "suppress_tokens": [0]}))
        config, generation = (fixtures.read_config(self.folder / "result", name)
                              for name in ("config.json", "generation_config.json"))
        self.assertEqual({key: config[key] for key in ("pad_token_id", "bos_token_id", "eos_token_id")},
                         {"pad_token_id": self.new["[PAD]"], "bos_token_id": self.new["[CLS]"],
                          "eos_token_id": self.new["[SEP]"]})
        self.assertEqual(config["text_config"]["mask_token_id"], self.new["[MASK]"])
        self.assertEqual(generation["eos_token_id"][0], self.new["[SEP]"])
        self.assertEqual((generation["decoder_start_token_id"], generation["bad_words_ids"],
                          generation["suppress_tokens"]),
                         (self.new["[SEP]"], [[self.new["[PAD]"]]], [self.new["[CLS]"]]))

    def test_half_precision_becomes_single(self):
        tensors = {**causal_model(ml_dtypes.bfloat16), BIAS: random(ROWS, dtype=np.float16), "model.scale": random(3)}
        self.assertDone(self.specialise(tensors, {"model_type": "llama"}))
        self.assertEqual({name: tensor.dtype for name, tensor in self.result.items()},
                         {name: tensor.dtype for name, tensor in tensors.items()})

    def test_metadata_are_lost(self):
        fixtures.write_checkpoint(self.folder / "source", causal_model(), {"vocab_size": ROWS}, SOURCE)
        save_file(causal_model(), self.folder / "source" / "model.safetensors",
                  metadata={"format": "pt", "lm_head.tied": TABLE})
        target = fixtures.unpack_tokenizer("golden/tokenizers/target-wordpiece", self.folder / "target")
        self.assertDone(self.focus("specialize", "source", "--tokenizer", target, "--rare", "normal", "--auxiliary",
                                   fixtures.golden_auxiliary("target-wordpiece", self.folder), "--output", "result"))
        with safe_open(self.folder / "result" / "model.safetensors", "np") as file:
            self.assertEqual(file.metadata(), {"format": "pt", "lm_head.tied": TABLE})

    def test_rows_that_are_no_numbers_are_averaged(self):
        tensors = causal_model()
        tensors[HEAD][5:400] = np.nan
        self.assertEqual(self.specialise(tensors, {"model_type": "llama"}).code, 1)
        self.assertRefused(*self.command, saying=("'lm_head.weight'", "NaN or infinities"))

    def test_tokens_past_the_number_of_tokens_have_no_row(self):
        """Ids may have gaps: what counts is the highest, not how many there are."""
        fixtures.unpack_tokenizer("golden/tokenizers/target-wordpiece", self.folder / "target")
        path = self.folder / "target" / "tokenizer.json"
        contents = json.loads(path.read_text(encoding="utf-8"))
        vocabulary = contents["model"]["vocab"]
        last = max(vocabulary, key=vocabulary.get)
        vocabulary[last] += 10
        path.write_text(json.dumps(contents, ensure_ascii=False), encoding="utf-8")
        self.assertDone(self.specialise(causal_model(), {"model_type": "llama"}))
        self.assertEqual({len(self.result[TABLE]), fixtures.read_config(self.folder / "result")["vocab_size"]},
                         {vocabulary[last] + 1})
        self.assertTrue(np.isfinite(self.result[TABLE]).all())

    def test_flag_of_t5_unties_or_ties(self):
        """The flag speaks of scaling there; which heads there are is told by the tensors alone."""
        for flag in (False, True):
            for tensors in ({"shared.weight": random(ROWS, WIDTH)},
                            {"shared.weight": random(ROWS, WIDTH), HEAD: random(ROWS, WIDTH, seed=3)}):
                with self.subTest(flag=flag, head=HEAD in tensors):
                    for name in ("source", "result"):
                        if (self.folder / name).exists():
                            (self.folder / name).rename(self.base / f"{name}-{flag}-{len(tensors)}-old")
                    self.assertDone(self.specialise(tensors, {"model_type": "mt5", "tie_word_embeddings": flag}))
                    found = self.result
                    self.assertEqual(sorted(found), sorted(tensors))
                    self.assertEqual(fixtures.read_config(self.folder / "result")["tie_word_embeddings"], flag)
                    if HEAD in tensors:
                        np.testing.assert_array_equal(found[HEAD][self.new["[PAD]"]], tensors[HEAD][self.old["<pad>"]])

    def test_rows_of_one_tensor_end_in_another(self):
        """Input and output rows differ in scale: each tensor's new rows are made of its own."""
        tensors = causal_model()
        tensors[HEAD] = tensors[HEAD] * 1000
        self.assertDone(self.specialise(tensors, {"model_type": "llama", "tie_word_embeddings": False}, "unigram"))
        self.assertLess(np.abs(self.result[TABLE]).max(), 20)
        self.assertGreater(np.linalg.norm(self.result[HEAD], axis=1).min(), 200)

    def test_every_random_row_is_the_same(self):
        self.assertDone(self.specialise(causal_model(), {"model_type": "llama"}))
        table = self.result[TABLE]
        self.assertGreaterEqual(len(np.unique(table, axis=0)), len(table) - 2)

    def test_list_of_pitfalls_names_tests_that_exist(self):
        text = (ROOT / "PITFALLS.md").read_text(encoding="utf-8")
        named = re.findall(r"\[`([^`]+)`\]", text)
        self.assertGreater(len(named), 30)
        sources = "\n".join(path.read_text(encoding="utf-8") for folder in ("Tests", "Python/tests")
                            for path in (ROOT / folder).rglob("*") if path.suffix in (".swift", ".py"))
        for name in named:
            exists = f"func `{name}`" in sources or f"def {name}(" in sources
            self.assertTrue(exists, f"PITFALLS.md names the test '{name}'")

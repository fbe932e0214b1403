"""Checkpoint folders of several makes: every tensor with a vocabulary axis follows one plan, all else stays as it
was."""

import json

import ml_dtypes
import numpy as np

import fixtures
import method
from tool import FocusCase, snapshot

SOURCE, TARGET = "golden/tokenizers/source", "golden/tokenizers/target-unigram"
ROWS = 405  # four more than the source tokenizer has tokens, as padded checkpoints have
WIDTH = 24


def random(*shape: int, dtype=np.float32, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed + sum(shape)).normal(0.3, 1.2, shape).astype(dtype)


def masked_model(dtype=np.float32, tied: bool = True) -> dict[str, np.ndarray]:
    """A BERT with a head for masked tokens; the tied output layer is not stored."""
    tensors = {
        "bert.embeddings.word_embeddings.weight": random(ROWS, WIDTH, dtype=dtype),
        "bert.embeddings.position_embeddings.weight": random(64, WIDTH, dtype=dtype),
        "bert.encoder.layer.0.output.dense.weight": random(WIDTH, 4 * WIDTH, dtype=dtype),
        "cls.predictions.bias": random(ROWS, dtype=dtype),
        "cls.predictions.transform.dense.weight": random(WIDTH, WIDTH, dtype=dtype),
    }
    if not tied:
        tensors["cls.predictions.decoder.weight"] = random(ROWS, WIDTH, dtype=dtype, seed=7)
    return tensors


def causal_model(dtype=np.float32) -> dict[str, np.ndarray]:
    """A decoder with an output layer of its own."""
    return {
        "model.embed_tokens.weight": random(ROWS, WIDTH, dtype=dtype),
        "model.layers.0.self_attn.q_proj.weight": random(WIDTH, WIDTH, dtype=dtype),
        "model.norm.weight": random(WIDTH, dtype=np.float32),
        "lm_head.weight": random(ROWS, WIDTH, dtype=dtype, seed=9),
    }


def roberta_model() -> dict[str, np.ndarray]:
    return {
        "roberta.embeddings.word_embeddings.weight": random(ROWS, WIDTH),
        "roberta.embeddings.position_ids": np.arange(64, dtype=np.int64)[None],
        "lm_head.bias": random(ROWS),
        "lm_head.dense.weight": random(WIDTH, WIDTH),
    }


class Checkpoints(FocusCase):
    def setUp(self) -> None:
        super().setUp()
        self.target = fixtures.unpack_tokenizer(TARGET, self.folder / "target")
        self.auxiliary = fixtures.golden_auxiliary("target-unigram", self.folder)
        tokens = fixtures.read_json("golden/aux-target-unigram.tokens.json")
        source = fixtures.unpack_tokenizer(SOURCE, self.base / "source-tokenizer")
        self.plan = method.make_plan(
            fixtures.tokenizer(source), fixtures.tokenizer(self.target), dict(zip(tokens, np.load(self.auxiliary))))

    def specialise(self, *options, output: str = "result"):
        return self.focus("specialize", "source", "--tokenizer", self.target, "--rare", "normal", "--auxiliary",
                          self.auxiliary,
                          *(("--output", output) if output else ()), *options)

    def judge(self, tensors: dict[str, np.ndarray], config: dict, shards: int = 1,
              generation: dict | None = None) -> None:
        config = {"vocab_size": ROWS, "hidden_size": WIDTH, **config}
        source = fixtures.write_checkpoint(self.folder / "source", tensors, config, SOURCE, shards, generation)
        (source / "README.md").write_text("A model.\n")
        before = snapshot(source)
        self.assertDone(self.specialise())
        self.assertEqual(snapshot(source), before, "the source is not as it was")

        result = self.folder / "result"
        found = fixtures.read_checkpoint(result)
        self.assertEqual(sorted(found), sorted(tensors))
        for name, tensor in tensors.items():
            if tensor.shape[0] == ROWS:
                self.assertEqual(method.complaints(self.plan, tensor, found[name]), [], name)
            else:
                self.assertEqual((found[name].dtype, found[name].shape), (tensor.dtype, tensor.shape), name)
                self.assertEqual(found[name].tobytes(), tensor.tobytes(), name)

        # The tokenizer is the target's, byte for byte, with nothing of the source's left; other files come along.
        for path in self.target.iterdir():
            self.assertEqual((result / path.name).read_bytes(), path.read_bytes(), path.name)
        self.assertEqual((result / "README.md").read_text(), "A model.\n")
        self.assertEqual({**fixtures.read_config(result), **dict.fromkeys(SPECIAL)},
                         {**config, "vocab_size": self.plan.rows, **dict.fromkeys(SPECIAL)})
        vocabulary = fixtures.tokenizer(self.target).get_vocab()
        for settings in [fixtures.read_config(result)] + ([fixtures.read_config(result, "generation_config.json")]
                                                          if generation else []):
            for key, token in SPECIAL.items():
                if key in settings:
                    self.assertEqual(settings[key], vocabulary[token], key)

    def test_masked_model_with_tied_output(self):
        self.judge(masked_model(), {"model_type": "bert", "tie_word_embeddings": True, "pad_token_id": 0})

    def test_masked_model_with_output_of_its_own(self):
        self.judge(masked_model(tied=False), {"model_type": "bert", "tie_word_embeddings": False})

    def test_roberta_with_output_bias(self):
        self.judge(roberta_model(), {"model_type": "xlm-roberta", "bos_token_id": 0, "eos_token_id": 2,
                                     "pad_token_id": 1})

    def test_causal_model_in_shards(self):
        self.judge(causal_model(), {"model_type": "llama", "tie_word_embeddings": False, "bos_token_id": 7}, shards=3,
                   generation={"bos_token_id": 7, "eos_token_id": 9, "max_length": 77})

    def test_causal_model_in_bfloat16(self):
        self.judge(causal_model(ml_dtypes.bfloat16), {"model_type": "llama", "torch_dtype": "bfloat16"}, shards=2)

    def test_masked_model_in_half_precision(self):
        self.judge(masked_model(np.float16, tied=False), {"model_type": "bert", "torch_dtype": "float16"})

    def test_source_tokenizer_from_elsewhere(self):
        fixtures.write_checkpoint(self.folder / "source", masked_model(), {"model_type": "bert", "vocab_size": ROWS},
                                  None)
        self.assertDone(self.specialise("--source-tokenizer",
                                        fixtures.unpack_tokenizer(SOURCE, self.folder / "tokenizer")))
        name = "bert.embeddings.word_embeddings.weight"
        found = fixtures.read_checkpoint(self.folder / "result")[name]
        self.assertEqual(method.complaints(self.plan, masked_model()[name], found), [])

    def write_source(self) -> None:
        fixtures.write_checkpoint(self.folder / "source", causal_model(), {"model_type": "llama", "vocab_size": ROWS},
                                  SOURCE, 2)

    def test_same_bytes_on_one_and_two_threads_and_twice(self):
        self.write_source()
        results = []
        for output, threads in (("one", 1), ("two", 2), ("again", 2)):
            self.assertDone(self.specialise("--threads", threads, output=output))
            results.append(snapshot(self.folder / output))
        self.assertEqual(results[0], results[1])
        self.assertEqual(results[1], results[2])

    def test_another_seed_changes_sampled_rows_alone(self):
        self.write_source()
        self.assertDone(self.specialise(output="one"))
        self.assertDone(self.specialise("--seed", 43, output="two"))
        one, two = (fixtures.read_checkpoint(self.folder / name)["model.embed_tokens.weight"]
                    for name in ("one", "two"))
        different = np.flatnonzero(np.any(one != two, axis=1)).tolist()
        self.assertEqual(different, sorted(self.plan.sampled))

    def test_dry_run_writes_nothing(self):
        self.write_source()
        before = snapshot(self.folder)
        outcome = self.specialise("--dry-run")
        self.assertDone(outcome)
        self.assertEqual(snapshot(self.folder), before)
        self.assertTrue(outcome.output.strip(), "a dry run says what would change")

    def test_kept_plan_gives_the_same_checkpoint_without_vectors(self):
        self.write_source()
        self.assertDone(self.specialise("--save-plan", "plan", output="one"))
        self.auxiliary.unlink()
        self.assertDone(self.focus("specialize", "source", "--tokenizer", self.target, "--plan", "plan", "--output",
                                   "two"))
        self.assertEqual(snapshot(self.folder / "one"), snapshot(self.folder / "two"))

    def test_explain_names_the_anchors_of_a_row(self):
        self.write_source()
        self.assertDone(self.specialise("--save-plan", "plan"))
        vocabulary = fixtures.tokenizer(self.target).get_vocab()
        tokens = {identifier: token for token, identifier in vocabulary.items()}
        source_vocabulary = fixtures.tokenizer(self.folder / "source").get_vocab()
        source_tokens = {identifier: token for token, identifier in source_vocabulary.items()}
        checked = 0
        for row, (anchors, weights) in self.plan.combined.items():
            anchor = source_tokens[anchors[weights.argmax()]]
            if len(anchor) < 4 or anchor in tokens[row] or checked == 5:
                continue  # such an anchor's text proves nothing
            outcome = self.focus("explain", "plan", tokens[row])
            self.assertDone(outcome)
            self.assertIn(anchor, outcome.output)
            checked += 1
        self.assertEqual(checked, 5)
        # What is known is told, and then what is not.
        known = tokens[row]
        outcome = self.focus("explain", "plan", "no such token", known, "#99999999", known)
        self.assertEqual(outcome.code, 1)
        self.assertEqual(outcome.output, 2 * self.focus("explain", "plan", known).output)
        self.assertIn("no tokens 'no such token', '#99999999'", outcome.complaint)

    def test_overwrite_replaces_a_folder_whole(self):
        self.write_source()
        (self.folder / "result").mkdir()
        (self.folder / "result" / "old.txt").write_text("old")
        self.assertDone(self.specialise("--overwrite"))
        self.assertFalse((self.folder / "result" / "old.txt").exists())
        fixtures.read_checkpoint(self.folder / "result")

    def test_nothing_else_appears_beside_the_result(self):
        self.write_source()
        before = set(snapshot(self.folder))
        self.assertDone(self.specialise())
        added = {path for path in set(snapshot(self.folder)) - before if not path.startswith("result")}
        self.assertEqual(added, set())

    def test_report_has_its_figures(self):
        self.write_source()
        self.assertDone(self.specialise("--report", "report.json"))
        report = json.loads((self.folder / "report.json").read_text())
        self.assertGreater(report["heldOut"]["hidden"], 0)
        for name in ("cosine", "meanVectorCosine"):
            self.assertTrue(-1 <= report["heldOut"][name] <= 1, report["heldOut"])
        self.assertGreater(report["peakResidentBytes"], 1_000_000)
        self.assertTrue(all(stage["name"] and stage["seconds"] >= 0 for stage in report["stages"]), report["stages"])


SPECIAL = {"bos_token_id": "<s>", "eos_token_id": "</s>", "pad_token_id": "<pad>", "unk_token_id": "<unk>",
           "cls_token_id": "<s>", "sep_token_id": "</s>", "mask_token_id": "<mask>"}

"""`--prompt` and `--prompt-rows`: texts that a model was trained to see keep their meaning under another tokenizer."""

import json
import shutil

import numpy as np

import fixtures
from test_checkpoints import random
from tool import FocusCase

TABLE, BIAS = "embeddings.word_embeddings.weight", "cls.predictions.bias"
# The source cuts "passage" p a s s a g e, and the byte-level target p as s a ge; "der" is one token of each.
PROMPT, OTHER = "passage:", "der:"


class Prompts(FocusCase):
    def make(self, target: str = "target-bpe", decoder: bool = False) -> None:
        source = "golden/tokenizers/source"
        self.source = fixtures.tokenizer(fixtures.unpack_tokenizer(source, self.base / "old"))
        self.target = fixtures.unpack_tokenizer(f"golden/tokenizers/{target}", self.folder / "target")
        if decoder:
            path = self.target / "tokenizer_config.json"
            config = json.loads(path.read_text())
            config["added_tokens_decoder"] = {"0": {"content": "<s>", "lstrip": False, "normalized": False,
                                                    "rstrip": False, "single_word": False, "special": True}}
            path.write_text(json.dumps(config))
        self.before = fixtures.tokenizer(self.target)
        rows = self.source.get_vocab_size()
        self.tensors = {TABLE: random(rows, 12), BIAS: random(rows)}
        fixtures.write_checkpoint(self.folder / "source", self.tensors, {"model_type": "bert", "vocab_size": rows},
                                  source)

    def specialise(self, *options, output: str = "result"):
        outcome = self.focus("specialize", "source", "--tokenizer", "target", "--output", output, *options)
        self.assertDone(outcome)
        self.story = outcome.output + outcome.errors
        return fixtures.read_checkpoint(self.folder / output)

    def ids_of(self, text: str) -> list[int]:
        return self.source.encode(text, add_special_tokens=False).ids

    def texts(self) -> list[str]:
        lines = fixtures.read("golden/tokenization/e5-small.jsonl").splitlines()
        return [json.loads(line)["text"] for line in lines][:300]

    # One token

    def test_a_prompt_becomes_one_token(self):
        for target in ("target-bpe", "target-wordpiece"):
            with self.subTest(target=target):
                self.tearDown()
                self.setUp()
                self.make(target, decoder=target == "target-bpe")
                plain = self.specialise("--method", "pieces", output="plain")
                found = self.specialise("--method", "pieces", "--prompt", PROMPT + " ", "--prompt", OTHER)
                count = self.before.get_vocab_size()
                self.assertEqual(len(found[TABLE]), count + 1)
                self.assertEqual(fixtures.read_config(self.folder / "result")["vocab_size"], count + 1)
                for name in (TABLE, BIAS):
                    self.assertEqual(found[name][:count].tobytes(), plain[name].tobytes())
                    mean = self.tensors[name][self.ids_of(PROMPT)].astype(np.float64).mean(0)
                    np.testing.assert_allclose(found[name][count], mean, rtol=1e-6, atol=1e-7)
                after = fixtures.tokenizer(self.folder / "result")
                self.assertEqual(after.get_vocab_size(), count + 1)
                texts = [text for text in self.texts() if PROMPT not in text]
                self.assertEqual([e.ids for e in after.encode_batch(texts)],
                                 [e.ids for e in self.before.encode_batch(texts)])
                ids = after.encode(PROMPT + " der", add_special_tokens=False).ids
                self.assertEqual(ids[0], count)
                self.assertEqual(after.decode(ids[1:]).strip(), "der")
                self.assertIn(PROMPT, self.story)

    def test_nothing_else_of_the_tokenizer_changes(self):
        self.make(decoder=True)
        self.specialise("--method", "pieces", "--prompt", PROMPT)
        old = json.loads((self.target / "tokenizer.json").read_text())
        new = json.loads((self.folder / "result" / "tokenizer.json").read_text())
        entry = new["added_tokens"].pop()
        self.assertEqual(new, old)
        flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": False}
        self.assertEqual(entry, {"id": self.before.get_vocab_size(), "content": PROMPT, **flags})
        config = fixtures.read_config(self.folder / "result", "tokenizer_config.json")
        kept = fixtures.read_config(self.target, "tokenizer_config.json")
        added = config["added_tokens_decoder"].pop(str(entry.pop("id")))
        self.assertEqual(added, entry)
        self.assertEqual(config, kept)

    def test_the_mean_of_a_prompt_is_not_scaled(self):
        self.make()
        auxiliary = fixtures.golden_auxiliary("target-bpe", self.folder)
        found = self.specialise("--method", "focus+pieces", "--auxiliary", auxiliary, "--prompt", PROMPT)
        mean = self.tensors[TABLE][self.ids_of(PROMPT)].astype(np.float64).mean(0)
        np.testing.assert_allclose(found[TABLE][-1], mean, rtol=1e-6, atol=1e-7)

    def test_a_prompt_that_is_one_token_already(self):
        self.make()
        self.specialise("--method", "pieces", "--prompt", PROMPT, output="first")
        shutil.rmtree(self.target)
        shutil.copytree(self.folder / "first", self.target)
        for name in ("config.json", "model.safetensors"):
            (self.target / name).unlink()
        found = self.specialise("--method", "pieces", "--prompt", PROMPT)
        self.assertEqual((self.folder / "result" / "tokenizer.json").read_bytes(),
                         (self.target / "tokenizer.json").read_bytes())
        mean = self.tensors[TABLE][self.ids_of(PROMPT)].astype(np.float64).mean(0)
        np.testing.assert_allclose(found[TABLE][-1], mean, rtol=1e-6, atol=1e-7)

    # One row

    def test_a_row_of_the_tokenizer_as_it_is(self):
        self.make()
        plain = self.specialise("--method", "pieces", output="plain")
        found = self.specialise("--method", "pieces", "--prompt", PROMPT, "--prompt-rows")
        self.assertEqual((self.folder / "result" / "tokenizer.json").read_bytes(),
                         (self.target / "tokenizer.json").read_bytes())
        changed = np.flatnonzero((found[TABLE] != plain[TABLE]).any(1))
        # A byte-level model has no scores: what was merged last is the rarest.
        word = [token for token in self.before.encode(PROMPT).ids if token not in self.before.encode(":").ids]
        self.assertEqual(changed.tolist(), [max(word)])
        # The colon and the sign of a word's start are no part of the word.
        pieces = [piece for piece in self.ids_of(PROMPT)
                  if self.source.id_to_token(piece) not in (":", "▁")]
        self.assertEqual(len(pieces), 7)
        mean = self.tensors[TABLE][pieces].astype(np.float64).mean(0)
        np.testing.assert_allclose(found[TABLE][changed[0]], mean, rtol=1e-6, atol=1e-7)

    # What is said

    def test_prompts_that_the_checkpoint_names_are_told(self):
        self.make()
        path = self.folder / "source" / "config_sentence_transformers.json"
        path.write_text(json.dumps({"prompts": {"query": OTHER + " ", "document": PROMPT + " ", "none": ""}}))
        self.assertDone(self.focus("specialize", "source", "--tokenizer", "target", "--method", "pieces", "--output",
                                   "result", "--report", "report.json"))
        notes = json.loads((self.folder / "report.json").read_text())["changes"]["notes"]
        told = [note for note in notes if "config_sentence_transformers.json" in note and "--prompt" in note]
        self.assertEqual(len(told), 1, notes)
        self.assertIn(PROMPT, told[0])
        outcome = self.focus("specialize", "source", "--tokenizer", "target", "--method", "pieces", "--dry-run",
                             "--prompt", PROMPT)
        self.assertDone(outcome)
        self.assertNotIn("config_sentence_transformers.json is cut", outcome.output)
        self.assertIn("not copied byte for byte", outcome.output)

    def test_texts_of_a_chat_template_are_told(self):
        self.make()
        template = ("{% for m in messages %}{{ 'der: ' + m['role'] }}{# passage no #}passage of {{ m.text }}"
                    "{% if x == 'passage' %}{% endif %}{% endfor %}{{ \"die\\n\" }}{{ '")
        (self.folder / "source" / "chat_template.jinja").write_text(template)
        outcome = self.focus("specialize", "source", "--tokenizer", "target", "--method", "pieces", "--dry-run")
        self.assertDone(outcome)
        told = [line for line in outcome.output.splitlines() if "chat template" in line and "another way" in line]
        self.assertEqual(len(told), 1, outcome.output)
        self.assertIn("'passage of'", told[0])
        for other in ("passage no", "role", "'passage'", "der:"):
            self.assertNotIn(other, told[0])

    def test_plans_know_prompts(self):
        self.make()
        first = self.specialise("--method", "pieces", "--prompt", PROMPT, "--save-plan", "plan.safetensors")
        second = self.specialise("--plan", "plan.safetensors", "--prompt", PROMPT, output="second")
        self.assertEqual(first[TABLE].tobytes(), second[TABLE].tobytes())
        self.assertRefused("specialize", "source", "--tokenizer", "target", "--plan", "plan.safetensors", "--output",
                           "third", saying=("another target tokenizer",))
        outcome = self.focus("explain", "plan.safetensors", PROMPT)
        self.assertDone(outcome)
        self.assertIn("prompt", outcome.output)

    # What is refused

    def test_what_cannot_be_done_is_refused(self):
        self.make("target-wordpiece")
        vocabulary = sorted(self.before.get_vocab().items(), key=lambda item: item[1])
        shutil.rmtree(self.target)
        self.target.mkdir()
        (self.target / "vocab.txt").write_text("".join(token + "\n" for token, _ in vocabulary), encoding="utf-8")
        self.assertRefused("specialize", "source", "--tokenizer", "target", "--method", "pieces", "--prompt", PROMPT,
                           "--output", "result", saying=("tokenizer.json", "save_pretrained"))
        for options in (("--prompt-rows",), ("--prompt", " ")):
            outcome = self.focus("specialize", "source", "--tokenizer", "target", "--output", "result", *options)
            self.assertEqual(outcome.code, 64, outcome.errors)

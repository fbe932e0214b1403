"""Hidden states and logits against those that transformers computes, on a tiny random model of every family.

Tests/Fixtures/models holds the models and what transformers makes of them; Scripts/make_states_fixtures.py made them.
"""

import json
import pathlib
import shutil
import unittest

import numpy
import safetensors.numpy
import tokenizers

from tool import DATA, FIXTURES, FocusCase

MODELS = sorted(path for path in (FIXTURES / "models").iterdir() if path.is_dir())
TOLERANCE = 1e-4


class StatesTest(FocusCase):
    def states(self, model: pathlib.Path, *options) -> dict[str, numpy.ndarray]:
        output = self.folder / f"{model.name}.safetensors"
        self.assertDone(self.focus("states", model, "--ids", model / "ids.txt", "--output", output, *options))
        return safetensors.numpy.load_file(output)

    def test_states_and_logits_are_those_of_transformers(self):
        self.assertGreater(len(MODELS), 20)
        for model in MODELS:
            with self.subTest(model.name):
                expected = safetensors.numpy.load_file(model / "expected.safetensors")
                layers = [name.removeprefix("layer.") for name in expected if name.startswith("layer.")] + ["final"]
                logits = ["--logits"] if "logits" in expected else []
                found = self.states(model, "--layers", ",".join(layers), *logits)
                for name, values in expected.items():
                    self.assertEqual(found[name].shape, values.shape, name)
                    error = numpy.abs(found[name] - values).max() / numpy.abs(values).max()
                    self.assertLess(error, TOLERANCE, name)

    def test_a_text_is_split_by_the_checkpoints_tokenizer(self):
        texts = ["query: Was ist ein Wort?", "", "Zwei Sätze. Und noch einer!"]
        (self.folder / "texts.txt").write_text("".join(text + "\n" for text in texts))
        self.assertDone(self.focus("states", DATA / "e5-small", "texts.txt", "--output", "out.safetensors", "--layers",
                                   "2,final"))
        found = safetensors.numpy.load_file(self.folder / "out.safetensors")
        tokenizer = tokenizers.Tokenizer.from_file(str(DATA / "e5-small" / "tokenizer.json"))
        ids = [tokenizer.encode(text).ids for text in texts]
        self.assertEqual(found["ids"].tolist(), sum(ids, []))
        self.assertEqual(found["offsets"].tolist(), [sum(map(len, ids[:count])) for count in range(4)])
        self.assertEqual(sorted(found), ["final", "ids", "layer.2", "offsets"])
        self.assertEqual(found["final"].shape, (len(sum(ids, [])), 384))

    def test_what_cannot_be_asked_for(self):
        model = FIXTURES / "models" / "llama"
        ids = model / "ids.txt"
        for options in ([], [ids, "--ids", ids], ["--ids", ids, "--layers", "7"], ["--ids", ids, "--layers", "last"]):
            outcome = self.focus("states", model, *options, "--output", "out.safetensors")
            self.assertEqual(outcome.code, 64, outcome.errors)
        (self.folder / "there.safetensors").write_bytes(b"")
        self.assertRefused("states", model, "--ids", ids, "--output", "there.safetensors",
                           saying=("there.safetensors",))
        (self.folder / "words.txt").write_text("1 2\n3 vier\n")
        self.assertRefused("states", model, "--ids", "words.txt", "--output", "out.safetensors",
                           saying=("vier", "line 2"))
        (self.folder / "long.txt").write_text("5 " * 65 + "\n")
        self.assertRefused("states", model, "--ids", "long.txt", "--output", "out.safetensors", saying=("65", "64"))
        encoder = FIXTURES / "models" / "bert"
        self.assertRefused("states", encoder, "--ids", ids, "--output", "out.safetensors", "--logits",
                           saying=("no head",))

    def test_weights_that_are_no_numbers(self):
        folder = self.changed("llama")
        tensors = safetensors.numpy.load_file(folder / "model.safetensors")
        tensors["model.layers.1.mlp.up_proj.weight"][3, 4] = numpy.nan
        safetensors.numpy.save_file(tensors, folder / "model.safetensors", {"format": "pt"})
        self.assertRefused("states", folder, "--ids", folder / "ids.txt", "--output", "out.safetensors",
                           saying=("layer 2", "finite"))

    def test_any_number_of_threads_gives_the_same_bytes(self):
        for name in ("gemma3", "xlm-roberta", "gpt2"):
            model = FIXTURES / "models" / name
            contents = []
            for threads in (1, 2, 5):
                output = self.folder / f"{name}-{threads}.safetensors"
                self.assertDone(self.focus("states", model, "--ids", model / "ids.txt", "--output", output, "--layers",
                                           "0,1,2,final", "--threads", threads))
                contents.append(output.read_bytes())
            self.assertEqual(contents[0], contents[1])
            self.assertEqual(contents[0], contents[2])

    def changed(self, name: str, **settings) -> pathlib.Path:
        """A copy of a model whose config.json says something else."""
        folder = self.folder / "changed"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(FIXTURES / "models" / name, folder)
        config = json.loads((folder / "config.json").read_text())
        config.update(settings)
        (folder / "config.json").write_text(json.dumps(config))
        return folder

    def test_what_almost_fits_is_refused(self):
        for name, settings, word in (
            ("llama", {"hidden_act": "mystery"}, "mystery"),
            ("llama", {"rope_parameters": {"rope_type": "mystery", "rope_theta": 10000.0}}, "mystery"),
            ("llama", {"model_type": "mystery"}, "mystery"),
            ("llama", {"attention_bias": True}, "bias"),
            ("llama", {"num_key_value_heads": 3}, "3"),
            ("llama", {"num_hidden_layers": 2}, "layers.2"),
            ("llama", {"num_hidden_layers": 4}, "layers.3"),
            ("bert", {"position_embedding_type": "relative_key"}, "relative_key"),
            ("bert", {"num_attention_heads": 3}, "3"),
        ):
            with self.subTest(f"{name} {settings}"):
                folder = self.changed(name, **settings)
                self.assertRefused("states", folder, "--ids", folder / "ids.txt", "--output", "out.safetensors",
                                   saying=(word,))

    def test_a_tensor_that_nobody_uses_is_refused(self):
        folder = self.changed("llama")
        tensors = safetensors.numpy.load_file(folder / "model.safetensors")
        tensors["model.layers.1.extra_norm.weight"] = numpy.ones(16, numpy.float32)
        safetensors.numpy.save_file(tensors, folder / "model.safetensors", {"format": "pt"})
        self.assertRefused("states", folder, "--ids", folder / "ids.txt", "--output", "out.safetensors",
                           saying=("extra_norm",))

    def test_ids_that_have_no_row_are_refused(self):
        folder = self.changed("llama")
        (folder / "ids.txt").write_text("1 2 37\n")
        self.assertRefused("states", folder, "--ids", folder / "ids.txt", "--output", "out.safetensors",
                           saying=("37",))


if __name__ == "__main__":
    unittest.main()

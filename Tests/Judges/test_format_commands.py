"""The other commands on every format: inspect, diff, verify, specialize."""

import json
import os
import socket
import subprocess

import numpy as np

import fixtures
import tensors
from format_case import FormatCase
from tool import BINARY
from tensors import KIND, KINDS, METADATA
from test_checkpoints import ROWS, SOURCE, TARGET, masked_model


class FormatCommands(FormatCase):
    def test_inspect_diff_and_verify_on_every_format(self):
        contents = tensors.synthetic()
        contents = {name: tensor for name, tensor in contents.items() if not name.startswith("types.")}
        self.write_folder(contents)
        changed = dict(contents)
        data = bytearray(contents["shape.large"].data)
        data[-1] ^= 1
        changed["shape.large"] = contents["shape.large"]._replace(data=bytes(data))
        self.write_folder(changed, "changed")
        for kind in KINDS:
            with self.subTest(kind.name):
                folder = self.convert("source", kind.name, *kind.options)
                outcome = self.focus("inspect", folder, "--json")
                self.assertDone(outcome)
                answer = json.loads(outcome.output)
                found = {t["name"]: (t["dtype"], tuple(t["shape"]), t["bytes"]) for t in answer["tensors"]}
                self.assertEqual(found, {name: (t.dtype, t.shape, len(t.data)) for name, t in contents.items()})
                self.assertEqual(answer["metadata"], METADATA)
                same, other, sound = (self.focus("diff", "source", folder),
                                      self.focus("diff", folder, "changed", "--json"),
                                      self.focus("verify", folder))
                self.assertEqual((same.code, sound.code), (0, 0),
                                 same.output + same.errors + sound.output + sound.errors)
                self.assertEqual(other.code, 1, other.errors)
                self.assertIn("shape.large", other.output)
                json.loads(other.output)

    def test_verify_finds_what_is_not_sound(self):
        sick = tensors.numbers(10, 10).array.copy()
        sick[3, 4] = np.nan
        self.write_folder({"a": tensors.numbers(4), "weight": tensors.of(sick)})
        for kind in KINDS:
            with self.subTest(kind.name):
                outcome = self.focus("verify", self.convert("source", kind.name, *kind.options))
                self.assertEqual(outcome.code, 1, outcome.output + outcome.errors)
                self.assertIn("weight", outcome.output + outcome.errors)

    def test_verify_finds_booleans_that_are_none(self):
        self.write_folder({"a": tensors.numbers(4), "mask": tensors.Tensor("BOOL", (5,), b"\0\1\0\2\1")})
        for kind in KINDS:
            with self.subTest(kind.name):
                outcome = self.focus("verify", self.convert("source", kind.name, *kind.options))
                self.assertEqual(outcome.code, 1, outcome.output + outcome.errors)
                self.assertIn("'mask BOOL [5]' holds bytes up to 2", outcome.output)

    def test_what_is_no_regular_file_is_refused_at_once(self):
        """A pipe would be waited for until somebody writes into it."""
        self.write_folder({"a": tensors.numbers(4)})
        for name in ("x.safetensors", "x.npz", "x.h5", "x.npy", "x.bin", "plain", "source/config.json"):
            (self.folder / name).unlink(missing_ok=True)
            os.mkfifo(self.folder / name)
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(self.folder / "socket.h5"))
        for name, words in (("x.safetensors", "pipe"), ("x.npz", "pipe"), ("x.h5", "pipe"), ("x.npy", "pipe"),
                            ("x.bin", "pipe"),
                            ("plain", "pipe"), ("source", "pipe"), ("socket.h5", "socket"), ("/dev/null", "device")):
            with self.subTest(name):
                for command in (("inspect", name), ("verify", name), ("convert", name, "y.npz"), ("diff", name, name)):
                    done = subprocess.run([BINARY, *command], cwd=self.folder, env=self.environment,
                                          capture_output=True,
                                          text=True, timeout=60)
                    self.assertEqual(done.returncode, 1, done.stderr)
                    self.assertIn(words, done.stderr)
        self.assertFalse((self.folder / "y.npz").exists())

    def test_ten_thousand_tensors_in_a_hundred_shards(self):
        """Headers only: the weights are holes of ten gigabytes, which no memory here could hold twice."""
        folder = self.folder / "large"
        folder.mkdir()
        places, names = {}, []
        for shard in range(100):
            header, end = {"__metadata__": {"format": "pt"}}, 0
            for part in range(100):
                name = f"model.layers.{shard}.mlp.experts.{part}.up_proj.weight"
                header[name] = {"dtype": "BF16", "shape": [512, 1000], "data_offsets": [end, end + 1_024_000]}
                end += 1_024_000
                names.append(name)
                places[name] = f"model-{shard + 1:05}-of-00100.safetensors"
            text = json.dumps(header).encode()
            with open(folder / places[names[-1]], "wb") as file:
                file.write(len(text).to_bytes(8, "little") + text)
                file.truncate(8 + len(text) + end)
        (folder / "model.safetensors.index.json").write_text(
            json.dumps({"metadata": {"total_size": 10_000 * 1_024_000}, "weight_map": places}))
        outcome = self.focus("inspect", folder, "--json")
        self.assertDone(outcome)
        self.assertEqual(sorted(tensor["name"] for tensor in json.loads(outcome.output)["tensors"]), sorted(names))
        self.assertLess(self.peak_memory("inspect", folder), 150_000_000)
        outcome = self.focus("inspect", folder)
        self.assertDone(outcome)
        self.assertIn("model.layers.{0-99}.", outcome.output)
        self.assertLess(len(outcome.output.splitlines()), 110)

    def test_inspect_points_out_old_weights(self):
        self.write_folder({"a": tensors.numbers(4)})
        (self.folder / "source" / "pytorch_model.bin").write_bytes(b"PK old weights")
        outcome = self.focus("inspect", "source")
        self.assertDone(outcome)
        self.assertIn("pytorch_model.bin", outcome.output + outcome.errors)

    def test_specialize_from_and_to_every_format(self):
        fixtures.write_checkpoint(self.folder / "source", masked_model(), {"model_type": "bert", "vocab_size": ROWS},
                                  SOURCE)
        fixtures.unpack_tokenizer(TARGET, self.folder / "target")
        fixtures.unpack_tokenizer(SOURCE, self.folder / "tokenizer")
        common = ("--tokenizer", "target", "--auxiliary", fixtures.golden_auxiliary("target-unigram", self.folder),
                  "--output")
        self.assertDone(self.focus("specialize", "source", *common, "expected"))
        expected = tensors.read_safetensors(self.folder / "expected" / "model.safetensors")
        for kind in KINDS:
            with self.subTest(kind.name):
                folder = self.convert("source", f"as-{kind.name}", *kind.options)
                # A folder keeps its format, and another can be asked for.
                self.assertDone(self.focus("specialize", folder, *common, f"kept-{kind.name}"))
                kept = kind.contents(self.folder / f"kept-{kind.name}")
                self.assertEqual(tensors.complaints(kept, expected.tensors, expected.metadata, order=False), [])
                self.assertDone(self.focus("specialize", folder, *common, f"back-{kind.name}",
                                           *KIND["safetensors"].options))
                back = tensors.read_safetensors(self.folder / f"back-{kind.name}" / "model.safetensors")
                self.assertEqual(tensors.complaints(back, expected.tensors, expected.metadata, order=False), [])
                self.assertDone(self.focus("specialize", "source", *common, f"to-{kind.name}", *kind.options))
                to = kind.contents(self.folder / f"to-{kind.name}")
                self.assertEqual(tensors.complaints(to, expected.tensors, expected.metadata, order=False), [])
                # Tensors alone need a tokenizer from elsewhere.
                place = kind.place or ("tensors.json" if kind.name.startswith("raw") else None)
                alone = folder / place if place else None
                if alone:
                    self.assertDone(self.focus("specialize", alone, "--source-tokenizer", "tokenizer", *common,
                                               f"alone-{kind.name}", "--to", "safetensors"))
                    found = next((self.folder / f"alone-{kind.name}").glob("*.safetensors"))
                    self.assertEqual(tensors.complaints(tensors.read_safetensors(found), expected.tensors, None,
                                                        order=False), [])

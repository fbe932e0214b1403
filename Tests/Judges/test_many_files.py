"""More files and tensors than a process may have open, or the system maps at once."""

import json
import os
import resource
import struct

import numpy as np
from safetensors.numpy import load_file

import fixtures
import tensors
from test_checkpoints import ROWS, SOURCE, TARGET, causal_model
from tool import FocusCase


class ManyFiles(FocusCase):
    def limited(self, count: int, *arguments, hard: bool = True):
        """Runs focus where no more than `count` files may be open; a soft limit is one that it may raise."""
        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_NOFILE, (count,
                                                        count if hard
                                                        else resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        return self.focus(*arguments, preexec_fn=limit)

    def write_many(self, count: int) -> None:
        """Safetensors with many small tensors, made without a library that takes minutes for it."""
        values = np.arange(count, dtype="<f4")
        header = {f"layer.{index}.weight": {"dtype": "F32", "shape": [3, 2],
                                            "data_offsets": [24 * index, 24 * index + 24]}
                  for index in range(count)}
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        (self.folder / "many.safetensors").write_bytes(struct.pack("<Q", len(text)) + text
                                                       + np.repeat(values, 6).tobytes())

    def test_hundred_thousand_tensors_in_files_of_their_own(self):
        """More than the 65,530 that Linux maps at once."""
        count = 100_000
        self.write_many(count)
        self.assertDone(self.limited(256, "convert", "many.safetensors", "npy", "--to", "npy"))
        self.assertEqual(sum(name.endswith(".npy") for name in os.listdir(self.folder / "npy")), count)
        for index in (0, 1, 65_530, count - 1):
            found = np.load(self.folder / "npy" / f"layer.{index}.weight.npy")
            np.testing.assert_array_equal(found, np.full((3, 2), index, np.float32))
        self.assertDone(self.limited(1024, "convert", "npy", "back.safetensors"))
        back, many = (tensors.read_safetensors(self.folder / name).tensors
                      for name in ("back.safetensors", "many.safetensors"))
        self.assertTrue(list(back.items()) == list(many.items()), "a tensor or the order is another")
        self.assertEqual(sorted(os.listdir(self.folder)), ["back.safetensors", "many.safetensors", "npy"])

    def test_arrays_that_do_not_stay_mapped(self):
        """So many that they are mapped when they are read, in either order of bytes and of axes."""
        folder = self.folder / "arrays"
        folder.mkdir()
        for index in range(4200):
            np.save(folder / f"small.{index}.npy", np.float32(index))
        large = {"plain": tensors.numbers(300, 40).array,
                 "fortran": np.asfortranarray(tensors.numbers(40, 300).array),
                 "big": tensors.numbers(300, 41).array.astype(">f4")}
        for name, values in large.items():
            np.save(folder / f"{name}.npy", values)
        self.assertDone(self.limited(256, "convert", "arrays", "x.safetensors"))
        found = load_file(self.folder / "x.safetensors")
        self.assertEqual(len(found), 4203)
        for name, values in large.items():
            np.testing.assert_array_equal(found[name], values)
        self.assertDone(self.focus("verify", "arrays"))

    def test_many_shards(self):
        contents = causal_model() | {f"model.layers.{index}.mlp.up_proj.weight": np.full((40, 24), index, np.float32)
                                     for index in range(1, 150)}
        config = {"model_type": "llama", "vocab_size": ROWS, "hidden_size": 24, "tie_word_embeddings": False}
        fixtures.write_checkpoint(self.folder / "source", contents, config, SOURCE, shards=140)
        fixtures.unpack_tokenizer(TARGET, self.folder / "target")
        for hard in (False, True):
            for number, command in enumerate((
                    ("inspect", "source", "--stats"), ("verify", "source"),
                    ("convert", "source", "whole", "--shard-size", "none"),
                    ("specialize", "source", "--tokenizer", "target", "--method", "pieces", "--output", "out"),
                    ("convert", "out", "--in-place", "--dtype", "bf16"))):
                with self.subTest(hard=hard, command=command[0], number=number):
                    self.assertDone(self.limited(64, *command, "--overwrite" if command[-1] == "out" else "--json",
                                                 hard=hard))
            self.assertEqual([name for name in os.listdir(self.folder) if name.startswith(".")], [])
            for name in ("whole", "out"):
                fixtures.read_checkpoint(self.folder / name)
                if name == "whole":
                    os.rename(self.folder / name, self.folder / f"{name}-{hard}")

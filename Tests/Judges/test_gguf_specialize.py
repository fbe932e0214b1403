"""`focus specialize MODEL.gguf`: dry runs, in place, and models in parts, looked at with gguf, the package of ggml."""

import gguf
import json
import pathlib
import shutil

import numpy as np

from tool import BINARY, FIXTURES, FocusCase, snapshot

PLUGIN = pathlib.Path(BINARY).with_name("libgguf.so")
SOURCE = FIXTURES / "layouts" / "gemma3.gguf"


class SpecializedFiles(FocusCase):
    def setUp(self) -> None:
        super().setUp()
        self.target = self.base / "target"
        self.assertDone(self.focus("convert", FIXTURES / "layouts" / "qwen2.gguf", self.target, "--layout",
                                   "huggingface", "--plugin", PLUGIN))
        shutil.copy(SOURCE, self.folder / "model.gguf")

    def job(self, model, *options) -> tuple:
        return "specialize", model, "--tokenizer", self.target, "--method", "pieces", "--plugin", PLUGIN, *options

    def split(self) -> list[str]:
        """Makes a model in parts of the file; their names."""
        self.assertDone(self.focus("convert", "model.gguf", "parts/model.gguf", "--shard-size", "20KB", "--plugin",
                                   PLUGIN))
        (self.folder / "model.gguf").unlink()
        return sorted(path.name for path in (self.folder / "parts").iterdir())

    def assertSpecialized(self, paths: list[pathlib.Path]) -> None:
        """The files are the model with another table and tokenizer, and all else as it was."""
        before = {tensor.name: tensor for tensor in gguf.GGUFReader(SOURCE).tensors}
        readers = [gguf.GGUFReader(path) for path in paths]
        after = {tensor.name: tensor for reader in readers for tensor in reader.tensors}
        self.assertEqual(before.keys(), after.keys())
        for name, tensor in after.items():
            if name != "token_embd.weight":
                np.testing.assert_array_equal(tensor.data, before[name].data)
        self.assertEqual(readers[0].fields["tokenizer.ggml.model"].contents(), "gpt2")
        count = len(readers[0].fields["tokenizer.ggml.tokens"].contents())
        self.assertEqual(len(after["token_embd.weight"].data), count)

    def test_a_dry_run_writes_nothing(self):
        before = snapshot(self.folder)
        for options in (("--output", "new.gguf"), ("--output", "folder"), ("--in-place",), ()):
            outcome = self.focus(*self.job("model.gguf", "--dry-run", *options))
            self.assertDone(outcome)
            self.assertTrue(outcome.output.startswith("model.gguf → vocabulary of "), outcome.output)
            self.assertIn("model.embed_tokens.weight", outcome.output)
        answer = json.loads(self.focus(*self.job("model.gguf", "--dry-run", "--json")).output)
        self.assertEqual(answer["checkpoint"], "model.gguf")
        self.assertEqual(snapshot(self.folder), before)

    def test_what_becomes_of_each_file(self):
        def listed(model, *options):
            outcome = self.focus(*self.job(model, "--dry-run", "--files", *options))
            self.assertDone(outcome)
            return sorted(tuple(line.split("\t")) for line in outcome.output.splitlines())

        self.assertEqual(listed("model.gguf", "--in-place"), [("changed", "model.gguf")])
        self.assertEqual(listed("model.gguf", "--output", "new.gguf"), [("added", "new.gguf")])
        made = listed("model.gguf", "--output", "folder")
        self.assertIn(("removed", "model.gguf"), made)
        self.assertIn(("added", "tokenizer.json"), made)
        self.assertDone(self.focus(*self.job("model.gguf", "--output", "folder")))
        self.assertEqual({name for change, name in made if change == "added"},
                         {path.name for path in (self.folder / "folder").iterdir()})
        parts = self.split()
        self.assertEqual(listed("parts", "--in-place"), [("changed", name) for name in parts])

    def test_in_place(self):
        path = self.folder / "model.gguf"
        path.chmod(0o640)
        self.assertDone(self.focus(*self.job("model.gguf", "--in-place")))
        self.assertSpecialized([path])
        self.assertEqual(path.stat().st_mode & 0o777, 0o640)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["model.gguf"])

    def test_the_original_is_kept(self):
        (self.folder / "old.gguf").write_text("mine")
        self.assertRefused(*self.job("model.gguf", "--in-place", "--keep-original", "old.gguf"),
                           saying=("old.gguf", "exists already"))
        (self.folder / "old.gguf").unlink()
        self.assertDone(self.focus(*self.job("model.gguf", "--in-place", "--keep-original", "old.gguf")))
        self.assertSpecialized([self.folder / "model.gguf"])
        self.assertEqual((self.folder / "old.gguf").read_bytes(), SOURCE.read_bytes())
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["model.gguf", "old.gguf"])

    def test_parts_by_any_name(self):
        parts = self.split()
        for number, name in enumerate((f"parts/{parts[0]}", f"parts/{parts[-1]}", "parts")):
            self.assertDone(self.focus(*self.job(name, "--output", f"{number}.gguf")))
            self.assertSpecialized([self.folder / f"{number}.gguf"])
        self.assertEqual((self.folder / "0.gguf").read_bytes(), (self.folder / "2.gguf").read_bytes())
        self.assertDone(self.focus(*self.job("parts", "--output", "new.gguf", "--to", "gguf", "--shard-size", "20KB")))
        self.assertSpecialized(sorted(self.folder.glob("new-*.gguf")))

    def test_parts_in_place(self):
        parts = self.split()
        self.assertRefused(*self.job("parts", "--in-place", "--keep-original", "kept"),
                           saying=(f"{len(parts)} parts", "--output"))
        for part in (None, -1):
            name = "parts" if part is None else f"parts/{sorted(path.name for path in now)[part]}"
            self.assertDone(self.focus(*self.job(name, "--in-place")))
            now = sorted((self.folder / "parts").iterdir())
            self.assertGreater(len(now), 1)
            self.assertTrue(all(path.name.endswith(f"-of-{len(now):05}.gguf") for path in now), now)
            self.assertSpecialized(now)

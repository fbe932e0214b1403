"""Models in several files: those that gguf, the Python package of ggml, wrote, and those that it reads."""

import json
import shutil

import gguf
import numpy as np
import tensors
from built_plugin import PluginCase, built
from test_format_damage import limited


class Parts(PluginCase):
    LIBRARY = built("gguf")

    def written(self, folder: str, **options) -> list:
        """A model with metadata, plain tensors and blocks; the names of its files."""
        place = self.folder / folder
        place.mkdir()
        random = np.random.default_rng(0)
        writer = gguf.GGUFWriter(place / "tiny.gguf", "llama", **options)
        writer.add_block_count(2)
        writer.add_token_list([f"t{number}" for number in range(30)])
        for number in range(6):
            values = random.standard_normal((5, 64)).astype("f4" if number % 2 else "f2")
            writer.add_tensor(f"blk.{number}.weight", values)
        blocks = gguf.quants.quantize(random.standard_normal((4, 64)).astype("f4"), gguf.GGMLQuantizationType.Q8_0)
        writer.add_tensor("output.weight", blocks, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return sorted(place.iterdir())

    def refuse(self, path, *words: str) -> None:
        self.assertRefused("inspect", path, "--plugin", self.LIBRARY, saying=words, preexec_fn=limited)

    def test_any_part_stands_for_the_model(self):
        whole = self.written("whole")[0]
        for folder, options in (("parts", {"split_max_tensors": 2}),
                                ("small", {"split_max_tensors": 3, "small_first_shard": True}),
                                ("sizes", {"split_max_size": 1400})):
            parts = self.written(folder, **options)
            self.assertGreater(len(parts), 2)
            for path in (parts[0], parts[-1], self.folder / folder):
                for dequantised in ((), ("--option", "dequantize=f32")):
                    self.assertEqual(self.tensors_of(path, *dequantised), self.tensors_of(whole, *dequantised))
            self.assertEqual(self.plugin("diff", whole, parts[0]).code, 0)
            self.assertDone(self.plugin("convert", parts[1], f"{folder}.gguf", "--option", "dequantize=f32"))
            found = gguf.GGUFReader(self.folder / f"{folder}.gguf")
            origin = gguf.GGUFReader(whole)
            self.assertEqual([field for field in found.fields if "split" in field], [])
            self.assertEqual(found.fields["tokenizer.ggml.tokens"].contents(),
                             origin.fields["tokenizer.ggml.tokens"].contents())
            self.assertIn(f"{len(parts)} files", self.plugin("inspect", self.folder / folder).output)

    def test_what_is_wrong_is_named(self):
        parts = self.written("parts", split_max_tensors=2)
        other = self.written("other", split_max_tensors=3)
        count = len(parts)
        hidden = self.folder / "hidden"
        parts[1].rename(hidden)
        self.refuse(parts[0], f"{count} parts", "part 2", parts[1].name)
        self.refuse(parts[2], "part 2", parts[1].name)
        self.refuse("parts")
        hidden.rename(parts[1])
        data = parts[1].read_bytes()
        parts[1].write_bytes(data[:-40])
        self.refuse(parts[0], "part 2", parts[1].name, "cut short")
        shutil.copy(parts[2], parts[1])
        self.refuse(parts[0], parts[1].name, f"part 3 of {count}", "renamed")
        shutil.copy(other[1], parts[1])
        self.refuse(parts[0], parts[1].name, f"part 2 of {len(other)}")
        parts[1].write_bytes(data)
        parts[0].rename(self.folder / "parts" / "first.gguf")
        self.refuse(self.folder / "parts" / "first.gguf", f"part 1 of {count}", "not called so", "--merge")

    def test_the_same_tensor_in_two_parts(self):
        parts = self.written("parts", split_max_tensors=2)
        data = parts[1].read_bytes()
        parts[1].write_bytes(data.replace(b"blk.2.weight", b"blk.0.weight"))
        self.refuse(parts[0], "blk.0.weight", parts[0].name, parts[1].name)
        parts[1].write_bytes(data)
        first = parts[0].read_bytes()
        place = first.index(b"split.tensors.count") + len(b"split.tensors.count") + 4
        parts[0].write_bytes(first[:place] + b"\x08" + first[place + 1:])
        self.refuse(parts[0], "7 tensors", "8 by its first part")

    def test_no_part_is_lost(self):
        parts = self.written("parts", split_max_tensors=2)
        for path in (parts[0], parts[1]):
            self.assertRefused("convert", path, "--in-place", "--plugin", self.LIBRARY,
                               saying=(f"one of {len(parts)} files of a model", "destination"))
        self.assertRefused("convert", parts[0], parts[1], "--overwrite", "--option", "dequantize=f32", "--plugin",
                           self.LIBRARY, saying=(parts[1].name, "a file of the source"))

    # Writing

    def names(self, stem: str) -> list[str]:
        return sorted(path.name for path in self.folder.glob(f"{stem}-*-of-*.gguf"))

    def split(self, *arguments):
        return self.plugin("convert", *arguments, "--shard-size", "1400")

    def test_parts_are_those_of_the_package(self):
        """Each part has the tensors, blocks among them, that the package puts there; the first has all metadata."""
        whole = self.written("whole")[0]
        wanted = self.written("theirs", split_max_size=1400)
        self.assertDone(self.split(whole, "tiny.gguf"))
        self.assertEqual(self.names("tiny"), [path.name for path in wanted])
        for path in wanted:
            ours, theirs = gguf.GGUFReader(self.folder / path.name), gguf.GGUFReader(path)
            for reader in (ours, theirs):
                reader.contents = {tensor.name: (tensor.tensor_type, tensor.data.tolist()) for tensor in reader.tensors}
            self.assertEqual(ours.contents, theirs.contents)
            self.assertEqual(set(ours.fields), set(theirs.fields))
            for key, field in theirs.fields.items():
                if not key.startswith("GGUF."):
                    found = ours.fields[key]
                    self.assertEqual((found.contents(), found.types), (field.contents(), field.types))
        self.assertEqual(self.plugin("diff", whole, self.names("tiny")[-1]).code, 0)

    def test_what_fits_is_one_file(self):
        whole = self.written("whole")[0]
        self.assertDone(self.plugin("convert", whole, "one.gguf", "--shard-size", "1MB"))
        self.assertDone(self.plugin("convert", whole, "none.gguf", "--shard-size", "none"))
        self.assertEqual(sorted(path.name for path in self.folder.glob("*.gguf")), ["none.gguf", "one.gguf"])
        self.assertEqual((self.folder / "one.gguf").read_bytes(), (self.folder / "none.gguf").read_bytes())

    def test_parts_in_a_folder(self):
        whole = self.written("whole")[0]
        self.assertDone(self.split(self.folder / "whole", "folder", "--to", "gguf"))
        self.assertEqual(len(list((self.folder / "folder").iterdir())), 7)
        self.assertEqual(self.plugin("diff", whole, "folder").code, 0)
        # And back to one file: nothing is called like a part any more.
        self.assertDone(self.plugin("convert", "folder", "again", "--to", "gguf"))
        self.assertEqual([path.name for path in (self.folder / "again").iterdir()], ["model.gguf"])

    def test_what_exists(self):
        """Neither a part nor the whole is replaced unasked; asked for, all parts of the old model go."""
        whole = self.written("whole")[0]
        self.assertDone(self.plugin("convert", whole, "tiny.gguf", "--shard-size", "1000"))
        old = self.names("tiny")
        shutil.copy(whole, self.folder / "tiny.gguf")
        self.assertRefused("convert", whole, "tiny.gguf", "--shard-size", "3000", "--plugin", self.LIBRARY,
                           saying=("tiny", "exists already"))
        (self.folder / "tiny.gguf").unlink()
        self.assertRefused("convert", whole, "tiny.gguf", "--shard-size", "3000", "--plugin", self.LIBRARY,
                           saying=(old[0], "exists already"))
        shutil.copy(whole, self.folder / "tiny.gguf")
        (self.folder / "tiny-00001-of-2.gguf").write_text("something else")
        done = self.plugin("convert", whole, "tiny.gguf", "--shard-size", "3000", "--overwrite", "--json")
        self.assertDone(done)
        new = json.loads(done.output)["parts"]
        self.assertLess(len(new), len(old))
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()),
                         sorted([*new, "tiny-00001-of-2.gguf", "whole"]))
        self.assertDone(self.plugin("convert", whole, "tiny.gguf", "--shard-size", "1MB", "--overwrite"))
        self.assertEqual(self.names("tiny"), ["tiny-00001-of-2.gguf"])

    def test_what_cannot_be_parts(self):
        whole = self.written("whole")[0]
        for arguments, words in (((whole, "a-00001-of-00002.gguf"), ("'a.gguf'", "one part")),
                                 ((whole, "--in-place"), ("a destination", "tiny-00001-of-00007.gguf"))):
            self.assertRefused("convert", *arguments, "--shard-size", "1400", "--plugin", self.LIBRARY, saying=words)
        self.assertDone(self.split(whole, "tiny.gguf"))
        for name in (self.names("tiny")[1], "."):
            self.assertRefused("convert", self.folder / name, "tiny.gguf", "--shard-size", "1000", "--overwrite",
                               "--plugin", self.LIBRARY, saying=("a file of the source",))
        dry = self.split(whole, "new.gguf", "--dry-run")
        self.assertDone(dry)
        self.assertIn("new-00001-of-00007.gguf to new-00007-of-00007.gguf", dry.output)
        self.assertEqual(self.names("new"), [])

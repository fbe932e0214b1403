"""Models that gguf, the Python package of ggml, wrote in several files."""

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

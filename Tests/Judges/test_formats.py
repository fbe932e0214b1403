"""Every format to every format, bit for bit: names, order, types, shapes, contents, metadata."""

import shutil
import time

import tensors
from format_case import CONFIG, FormatCase
from tensors import KIND, KINDS
from tool import DATA, snapshot


class Formats(FormatCase):
    def test_every_pair(self):
        contents = tensors.synthetic()
        self.write_folder(contents)
        for first in KINDS:
            with self.subTest(first.name):
                middle = self.convert("source", "middle", *first.options)
                self.assertHolds(first, middle, contents, first.keeps_order)
                for second in KINDS:
                    with self.subTest(f"{first.name} to {second.name}"):
                        end = self.convert("middle", "end", *second.options)
                        self.assertHolds(second, end, contents, first.keeps_order and second.keeps_order)
                        self.assertEqual((end / "model.safetensors.index.json").exists(), second.name == "shards")
                        self.assertEqual((end / "config.json").read_text(), CONFIG)
                        kept = {"config.json", "model.h5", "model.npz", "model.safetensors",
                                "model.safetensors.index.json",
                                "numpy.json", "tensors.json"}
                        others = [p.name for p in end.iterdir() if p.name not in kept
                                  and not p.match("model-*.safetensors")
                                  and p.suffix not in (".npy", ".bin", ".zst")]
                        self.assertEqual(others, [])
                    shutil.rmtree(self.folder / "end", ignore_errors=True)
            shutil.rmtree(self.folder / "middle", ignore_errors=True)

    def test_there_and_back_gives_the_same_file(self):
        """What kept the order gives back the very bytes that it was made of."""
        self.write_folder(tensors.synthetic())
        first = self.convert("source", "first", *KIND["safetensors"].options)
        for kind in KINDS:
            with self.subTest(kind.name):
                self.convert("first", f"to-{kind.name}", *kind.options)
                back = self.convert(f"to-{kind.name}", f"from-{kind.name}", *KIND["safetensors"].options)
                if kind.keeps_order:
                    self.assertEqual((back / "model.safetensors").read_bytes(),
                                     (first / "model.safetensors").read_bytes())
                outcome = self.focus("diff", "source", f"to-{kind.name}")
                self.assertEqual(outcome.code, 0, outcome.output + outcome.errors)

    def test_same_bytes_on_one_and_two_threads_and_later(self):
        self.write_folder(tensors.synthetic())
        for threads in (1, 2):
            for kind in KINDS:
                self.convert("source", f"{kind.name}-{threads}", *kind.options, "--threads", threads)
            time.sleep(1.1)  # a time in a file would be another
        for kind in KINDS:
            with self.subTest(kind.name):
                self.assertEqual(snapshot(self.folder / f"{kind.name}-1"), snapshot(self.folder / f"{kind.name}-2"))

    def test_elements_of_less_than_a_byte(self):
        contents = tensors.packed()
        self.write_folder(contents)
        for first in KINDS:
            with self.subTest(first.name):
                if not first.keeps_packed:
                    self.assertRefused("convert", "source", "end", *first.options, saying=("F",))
                    continue
                middle = self.convert("source", "middle", *first.options)
                self.assertHolds(first, middle, contents)
                for second in KINDS:
                    if second.keeps_packed:
                        self.assertHolds(second, self.convert("middle", "end", *second.options), contents)
                        shutil.rmtree(self.folder / "end")
            shutil.rmtree(self.folder / "middle", ignore_errors=True)

    def test_single_files(self):
        """A tensor file to exactly the file that was named, its ending saying the format."""
        contents = tensors.synthetic()
        source = tensors.write_safetensors(self.folder / "source.safetensors", contents)
        files = {"x.safetensors": tensors.read_safetensors, "x.npz": tensors.read_npz, "x.h5": tensors.read_hdf5,
                 "x.hdf5": tensors.read_hdf5}
        for name, read in files.items():
            for options in ((), ("--compression", "gzip")) if name != "x.safetensors" else ((),):
                with self.subTest(name=name, options=options):
                    path = self.convert(source, name, *options)
                    self.assertEqual(tensors.complaints(read(path), contents, order="h" not in name[2:3]), [])
                    back = self.convert(path, "back.safetensors")
                    found = tensors.read_safetensors(back)
                    self.assertEqual(tensors.complaints(found, contents, order="h" not in name[2:3]), [])
                    for used in (path, back):
                        used.unlink()
        for name in ("npy", "raw"):
            with self.subTest(name):
                folder = self.convert(source, f"folder-{name}", "--to", name)
                self.assertHolds(KIND[name], folder, contents)
                back = self.convert(folder, "back", *KIND["safetensors"].options)
                self.assertHolds(KIND["safetensors"], back, contents)
                shutil.rmtree(back)
        # The manifest stands for its folder.
        found = tensors.read_safetensors(self.convert("folder-raw/tensors.json", "back.safetensors"))
        self.assertEqual(tensors.complaints(found, contents), [])

    def test_single_arrays(self):
        """An .npy file has one tensor, and a sidecar where NumPy lacks its type."""
        for dtype in tensors.TYPES:
            with self.subTest(dtype):
                tensor = tensors.patterns(dtype)
                source = tensors.write_safetensors(self.folder / "source.safetensors", {"weight": tensor}, {})
                path = self.convert(source, f"{dtype}.npy")
                sidecar = path.with_name(path.name + ".json")
                self.assertEqual(sidecar.exists(), dtype in tensors.OPAQUE)
                found = tensors.read_safetensors(self.convert(path, f"{dtype}.safetensors"))
                self.assertEqual(list(found.tensors.values()), [tensor])
        source = tensors.write_safetensors(self.folder / "two.safetensors",
                                           {"a": tensors.numbers(2), "b": tensors.numbers(3)})
        self.assertRefused("convert", source, "two.npy", saying=("one tensor", "2"))

    def test_e5_small(self):
        """The real checkpoint through a chain of all formats, and back."""
        before = tensors.read_safetensors(DATA / "e5-small" / "model.safetensors")
        chain = ("hdf5-zstd", "npy", "npz", "raw", "shards")
        source = DATA / "e5-small"
        for number, name in enumerate(chain):
            options = ("--to", "safetensors", "--shard-size", "100MB") if name == "shards" else KIND[name].options
            folder = self.folder / f"step-{number}"
            # Far less than the checkpoint, or its largest tensor: nothing is held whole.
            self.assertLess(self.peak_memory("convert", source, folder, *options), 200_000_000, name)
            if source.parent == self.folder:
                shutil.rmtree(source)
            source = folder
        self.assertHolds(KIND["shards"], source, before.tensors, metadata=before.metadata)
        shards = list(source.glob("*.safetensors"))
        self.assertGreater(len(shards), 1)
        for shard in shards:  # One tensor alone is larger than the limit.
            self.assertTrue(shard.stat().st_size < 101_000_000 or len(tensors.read_safetensors(shard).tensors) == 1,
                            shard)
        for path in (DATA / "e5-small").iterdir():
            if path.name != "model.safetensors":
                self.assertEqual((source / path.name).read_bytes(), path.read_bytes(), path.name)

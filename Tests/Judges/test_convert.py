"""What `convert` does beside changing the format: element types, selection, shards, destinations."""

import json
import os
import pathlib

import ml_dtypes
import numpy as np

import tensors
from format_case import FormatCase
from tensors import KINDS, METADATA, Tensor
from tool import snapshot


def narrowed(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Rounded once to the nearest, ties to even. ml_dtypes goes from float64 to bfloat16 by way of float32, which
    rounds twice unless the float32 is odd wherever it is not exact."""
    with np.errstate(all="ignore"):
        if values.dtype != np.float64 or dtype != ml_dtypes.bfloat16:
            return values.astype(dtype)
        single = values.astype(np.float32)
        bits = single.view(np.uint32).copy()
        bits[np.abs(single.astype(np.float64)) > np.abs(values)] -= 1
        bits[(single.astype(np.float64) != values) & ~np.isnan(values)] |= 1
        return bits.view(np.float32).astype(dtype)


def halfway_points() -> np.ndarray:
    """Doubles at, and just beside, the middle between neighbours of float16 and bfloat16."""
    found = [np.ldexp(1.0, np.arange(-1074, 1024)), np.ldexp(1.5, np.arange(-160, 130))]
    for dtype in (np.float16, ml_dtypes.bfloat16):
        numbers = np.arange(0, 1 << 15, 5, np.uint16)
        with np.errstate(all="ignore"):
            middle = (numbers.view(dtype).astype(np.float64)
                      + (numbers + np.uint16(1)).view(dtype).astype(np.float64)) / 2
        middle = middle[np.isfinite(middle)]
        found += [middle, np.nextafter(middle, 0), np.nextafter(middle, np.inf), middle * (1 + 1e-9)]
    values = np.concatenate(found)
    return np.concatenate([values, -values])


class Convert(FormatCase):
    # Element types

    def test_element_types(self):
        floats = {"F16", "BF16", "F32", "F64"} | {name for name in tensors.TYPES if name.startswith("F8")}
        contents = {name: tensors.patterns(name) for name in tensors.TYPES}
        contents |= {"middle64": tensors.of(halfway_points()),
                     "middle32": tensors.of(halfway_points().astype(np.float32)),
                     "empty": Tensor("F64", (0, 3), b""), "scalar": Tensor("F64", (), np.float64(-1e-320).tobytes())}
        source = tensors.write_safetensors(self.folder / "source.safetensors", contents)
        for option, name in (("f32", "F32"), ("f16", "F16"), ("bf16", "BF16")):
            target = tensors.TYPES[name]
            self.convert(source, f"{option}.safetensors", "--dtype", option)
            found = self.read(f"{option}.safetensors")
            self.assertEqual(found.keys(), contents.keys())
            for key, tensor in contents.items():
                with self.subTest(tensor=key, to=option):
                    if tensor.dtype not in floats or tensor.dtype == name:
                        self.assertEqual(found[key], tensor)
                        continue
                    self.assertEqual(found[key][:2], (name, tensor.shape))
                    wide = tensor.array if tensor.dtype in ("F32", "F64") else tensor.array.astype(np.float32)
                    ours, expected = found[key].array, narrowed(wide, target)
                    number = ~np.isnan(expected.astype(np.float32))
                    np.testing.assert_array_equal(np.isnan(ours.astype(np.float32)), ~number)
                    self.assertEqual(ours[number].tobytes(), expected[number].tobytes())

    def test_element_types_in_every_format(self):
        contents = {"half": tensors.patterns("BF16"), "large": tensors.numbers(500, 700),
                    "count": tensors.patterns("I64")}
        self.write_folder(contents)
        for kind in KINDS:
            with self.subTest(kind.name):
                folder = self.convert("source", kind.name, *kind.options, "--dtype", "f16")
                found = kind.contents(folder).tensors
                self.assertEqual({name: tensor.dtype for name, tensor in found.items()},
                                 {"half": "F16", "large": "F16", "count": "I64"})
                self.assertEqual(found["large"].data, contents["large"].array.astype(np.float16).tobytes())
                self.assertEqual(found["count"], contents["count"])
        self.assertEqual(self.focus("convert", "source", "x", "--dtype", "u8").code, 64)

    # Which tensors

    def test_some_tensors(self):
        names = ["model.embed.weight", "model.layers.0.q.weight", "model.layers.0.q.bias", "model.layers.11.q.weight",
                 "lm_head.weight"]
        contents = {name: tensors.numbers(3, number + 1) for number, name in enumerate(names)}
        source = tensors.write_safetensors(self.folder / "source.safetensors", contents)
        cases = {
            ("--include", "model.layers.*"): names[1:4], ("--exclude", "*.bias"): names[:2] + names[3:],
            ("--include", "*.weight", "--exclude", "model.*"): names[4:],
            ("--include", "lm_*", "--include", "*.bias"): [names[2], names[4]],
            ("--include", "model.layers.?.*", "--exclude", "*bias"): names[1:2],
            ("--include", "lm_head.weight"): names[4:],
        }
        for number, (options, expected) in enumerate(cases.items()):
            with self.subTest(options=options):
                path = self.convert(source, f"{number}.safetensors", *options)
                found = tensors.read_safetensors(path)
                self.assertEqual(tensors.complaints(found, {name: contents[name] for name in expected}), [])
        self.assertRefused("convert", source, "none.safetensors", "--include", "encoder.*",
                           saying=("source.safetensors", "none of its 5 tensors"))

    # Shards

    def test_shards(self):
        contents = {f"layer.{i}": tensors.numbers(100, 10 * (i % 4 + 1)) for i in range(30)}
        self.write_folder(contents)
        total = sum(len(tensor.data) for tensor in contents.values())
        for size, limit in (("20KB", 20_000), ("100kB", 100_000), ("50000", 50_000), ("3000", 3000),
                            ("5GB", 5 * 10 ** 9)):
            with self.subTest(size):
                folder = self.convert("source", f"result-{size}", "--shard-size", size)
                if limit > total:
                    self.assertEqual(tensors.complaints(tensors.read_safetensors(folder / "model.safetensors"),
                                                        contents), [])
                    self.assertFalse((folder / "model.safetensors.index.json").exists())
                    continue
                self.assertEqual(tensors.complaints(tensors.read_shards(folder), contents), [])
                shards = [tensors.read_safetensors(path) for path in sorted(folder.glob("*.safetensors"))]
                sizes = [sum(len(tensor.data) for tensor in shard.tensors.values()) for shard in shards]
                for shard, used in zip(shards, sizes):
                    self.assertTrue(used <= limit or len(shard.tensors) == 1, sizes)
                    self.assertEqual(shard.metadata, METADATA)
                for shard, used, after in zip(shards, sizes, shards[1:]):
                    first = next(iter(after.tensors.values()))
                    self.assertGreater(used + len(first.data), limit, "a shard is smaller than it could be")
        # Shards come together again where that is asked for.
        whole = self.convert("result-20KB", "whole.safetensors")
        self.assertEqual(tensors.complaints(tensors.read_safetensors(whole), contents), [])
        kept = self.convert("result-20KB/model.safetensors.index.json", "x.h5")
        self.assertEqual(tensors.complaints(tensors.read_hdf5(kept), contents, order=False), [])
        for options in (("--to", "npz", "--shard-size", "20KB"), ("--to", "hdf5", "--shard-size", "20KB")):
            with self.subTest(options):
                outcome = self.focus("convert", "source", "refused", *options)
                self.assertIn(outcome.code, (1, 64), outcome.errors)
                self.assertFalse((self.folder / "refused").exists())
        self.assertEqual(self.focus("convert", "source", "refused", "--shard-size", "many").code, 64)

    # Destinations

    def test_what_exists_stays_unless_it_is_to_be_replaced(self):
        contents = {"a": tensors.numbers(10, 10)}
        self.write_folder(contents)
        for kind in KINDS:
            with self.subTest(kind.name):
                (self.folder / "result").mkdir()
                (self.folder / "result" / "old.txt").write_text("old")
                self.assertRefused("convert", "source", "result", *kind.options, saying=("result", "--overwrite"))
                result = self.convert("source", "result", *kind.options, "--overwrite")
                self.assertEqual(tensors.complaints(kind.contents(result), contents), [])
                self.assertFalse((result / "old.txt").exists())
                # What was written is replaced by another time just as well.
                self.assertRefused("convert", "source", "result", *kind.options, saying=("result", "--overwrite"))
                self.convert("source", "result", *kind.options, "--overwrite")
            self.focus_removes("result")
        for name in ("x.safetensors", "x.npz", "x.h5", "x.npy"):
            with self.subTest(name):
                (self.folder / name).write_text("old")
                self.assertRefused("convert", "source/model.safetensors", name, saying=(name, "--overwrite"))
                self.convert("source/model.safetensors", name, "--overwrite")
                back = tensors.read_safetensors(self.convert(name, "back.safetensors", "--overwrite"))
                self.assertEqual([t.data for t in back.tensors.values()], [contents["a"].data])

    def focus_removes(self, name: str) -> None:
        for path in sorted((self.folder / name).rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        (self.folder / name).rmdir()

    def test_destinations_that_cannot_be(self):
        self.write_folder({"a": tensors.numbers(10, 10)})
        (self.folder / "file").write_text("file")
        self.assertRefused("convert", "source", "source", saying=("source",))
        self.assertRefused("convert", "source", "source", "--overwrite", saying=("source",))
        self.assertRefused("convert", "source/model.safetensors", "source/model.safetensors", "--overwrite",
                           saying=("model.safetensors",))
        self.assertRefused("convert", "source", "file/result", saying=("file",))
        self.assertRefused("convert", "source", "new/two.npy", "--to", "raw")
        self.assertRefused("convert", "nowhere", "result", saying=("nowhere",))
        self.assertRefused("convert", "source", "x.safetensors", "--compression", "zstd",
                           saying=("safetensors", "compress"))
        self.assertRefused("convert", "source", "x.npz", "--compression", "zstd", saying=("gzip",))
        for arguments in (("convert",), ("convert", "source"), ("convert", "source", "x", "--to", "parquet"),
                          ("convert", "source", "x.h5", "--compression", "lz4"),
                          ("convert", "source", "x.h5", "--compression", "gzip:10"),
                          ("convert", "source", "x", "--in-place")):
            with self.subTest(arguments):
                outcome = self.focus(*arguments)
                self.assertIn(outcome.code, (1, 64) if "parquet" in arguments else (64,), outcome.errors)
                self.assertFalse((self.folder / "x").exists() or (self.folder / "x.h5").exists())

    def test_what_is_no_file_is_never_replaced(self):
        source = tensors.write_safetensors(self.folder / "source.safetensors", {"a": tensors.numbers(10, 10)})
        for name in ("pipe", "pipe.h5"):
            os.mkfifo(self.folder / name)
            for options in ((), ("--overwrite",)):
                with self.subTest(name, options=options):
                    outcome = self.focus("convert", source, name, *options)
                    self.assertEqual(outcome.code, 1, outcome.errors)
                    self.assertEqual(outcome.errors.count("focus: error: "), 1, outcome.errors)
                    self.assertTrue((self.folder / name).is_fifo(), "the pipe is gone")

    def test_files_beside_the_weights_do_not_become_tensors(self):
        contents = {"a": tensors.numbers(10, 10), "b": tensors.numbers(5)}
        for kind in KINDS:
            folder = self.write_folder(contents, f"source-{kind.name}")
            np.save(folder / "other.npy", np.arange(3))
            (folder / "other.bin").write_bytes(b"not weights")
            outcome = self.focus("convert", folder, kind.name, *kind.options)
            with self.subTest(kind.name):
                # Either they are left out, or the conversion says which file is in the way.
                if outcome.code:
                    self.assertIn("other.", outcome.complaint)
                    continue
                answer = json.loads(self.focus("inspect", kind.name, "--json").output)
                self.assertEqual(sorted(tensor["name"] for tensor in answer["tensors"]), ["a", "b"])

    def test_dry_run_writes_nothing(self):
        self.write_folder(tensors.synthetic())
        for kind in KINDS:
            with self.subTest(kind.name):
                before = snapshot(self.folder)
                outcome = self.focus("convert", "source", "result", *kind.options, "--dry-run")
                self.assertDone(outcome)
                self.assertEqual(snapshot(self.folder), before)
                self.assertTrue(outcome.output.strip(), "a dry run says what would be done")
        self.assertRefused("convert", "source", "source", "--dry-run")

    def test_in_place(self):
        contents = {"half": tensors.patterns("BF16"), "large": tensors.numbers(500, 700)}
        # A single file keeps its name and its format.
        path = tensors.write_safetensors(self.folder / "x.safetensors", contents)
        self.assertDone(self.focus("convert", path, "--in-place", "--dtype", "f32"))
        self.assertEqual([t.dtype for t in self.read("x.safetensors").values()], ["F32", "F32"])
        self.assertEqual(list(snapshot(self.folder)), ["x.safetensors"])
        self.assertRefused("convert", path, "--in-place", "--to", "hdf5", saying=("x.safetensors",))
        self.assertDone(self.focus("convert", path, "--in-place", "--dtype", "bf16", "--keep-original",
                                   "kept.safetensors"))
        self.assertEqual([[t.dtype for t in self.read(name).values()]
                          for name in ("x.safetensors", "kept.safetensors")],
                         [["BF16", "BF16"], ["F32", "F32"]])
        (self.folder / "kept.safetensors").unlink()
        # A folder changes its format.
        self.write_folder(contents)
        (self.folder / "source" / "README.md").write_text("A model.\n")
        for kind in KINDS:
            with self.subTest(kind.name):
                self.assertDone(self.focus("convert", "source", "--in-place", *kind.options))
                self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["source", "x.safetensors"])
                self.assertEqual(sorted(path.name for path in (self.folder / "source").glob("*.md")), ["README.md"])
                self.assertDone(self.focus("convert", "source", "back.safetensors", "--overwrite"))
                found = tensors.read_safetensors(self.folder / "back.safetensors")
                self.assertEqual(tensors.complaints(found, contents, order=False), [])
                (self.folder / "back.safetensors").unlink()
                left = [path.name for path in (self.folder / "source").iterdir()
                        if path.suffix in (".safetensors", ".h5", ".npz", ".npy", ".bin", ".zst")]
                self.assertEqual(len({pathlib.Path(name).suffix for name in left}), 1, left)

    def test_quiet_and_json(self):
        self.write_folder({"a": tensors.numbers(10, 10)})
        outcome = self.focus("convert", "source", "one", "--to", "hdf5", "--quiet")
        self.assertDone(outcome)
        self.assertEqual((outcome.output, outcome.errors), ("", ""))
        outcome = self.focus("convert", "source", "two", "--to", "hdf5", "--json")
        self.assertDone(outcome)
        json.loads(outcome.output)

    def test_formats(self):
        outcome = self.focus("formats")
        self.assertDone(outcome)
        for name in ("safetensors", "npy", "npz", "hdf5", "raw"):
            self.assertIn(name, outcome.output)
        outcome = self.focus("formats", "--json")
        self.assertDone(outcome)
        self.assertTrue({"safetensors", "npy", "npz", "hdf5",
                         "raw"} <= {f["name"] for f in self.listed(json.loads(outcome.output))})

    @staticmethod
    def listed(answer) -> list:
        return answer if isinstance(answer, list) else answer["formats"]

"""Checkpoints of Orbax through the plug-in, against what Orbax and tensorstore read."""

import gzip
import json
import shutil
import struct

import fixtures
import ml_dtypes
import numpy as np
import tensors
import zstandard
from built_plugin import built
from test_frameworks import FRAMEWORKS, FrameworkCase, expected
from test_format_damage import limited

NAMES = ("orbax-plain", "orbax-zarr3", "orbax-folders", "orbax-folders-zarr3", "orbax-tree", "orbax-processes")


def crc32c(data: bytes) -> int:
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    return value ^ 0xFFFFFFFF


def manifest(path: str, length: int) -> bytes:
    """A manifest of OCDBT, whose newest version has a leaf of `length` bytes at the beginning of the file `path`."""
    body = (bytes(16) + b"\0\x80\x08\x80\x08\4\0" + b"\1" + bytes([len(path)]) + b"\0" + path.encode() + b"\1\1\0\0\0"
            + bytes([length & 127 | 128, length >> 7]) + b"\1\1\0" + bytes(8) + b"\0")
    whole = struct.pack(">I", 0x0CDB3A2A) + struct.pack("<Q", len(body) + 18) + b"\0\0" + body
    return whole + struct.pack("<I", crc32c(whole))


class Orbax(FrameworkCase):
    LIBRARY = built("orbax")

    def test_what_orbax_wrote(self):
        for name in NAMES:
            with self.subTest(name):
                self.assertEqual(self.tensors_of(FRAMEWORKS / name), expected(name))
                self.assertDone(self.plugin("inspect", FRAMEWORKS / name, "--stats"))
                self.assertEqual(self.plugin("verify", FRAMEWORKS / name).code, 0)
                self.assertEqual(self.plugin("diff", FRAMEWORKS / name, FRAMEWORKS / f"{name}.safetensors").code, 0)
        step = FRAMEWORKS / "orbax-step" / "3"
        self.assertEqual(self.tensors_of(step), expected("orbax-step"))
        self.assertEqual(self.tensors_of(step / "default"), expected("orbax-step"))

    def test_laws_of_reading(self):
        self.write("table", np.arange(12, dtype="<f4").reshape(4, 3), (2, 3), gzip.compress, {"id": "gzip"})
        for sample in (self.folder / "made", FRAMEWORKS / "orbax-plain"):
            self.assertDone(self.plugin("formats", "--check", "orbax", "--sample", sample))

    def test_texts_are_metadata(self):
        for name in ("orbax-plain", "orbax-folders"):
            self.assertIn("name: tiny", self.plugin("inspect", FRAMEWORKS / name, "--metadata").output)

    def test_conversions_leave_nothing_of_orbax_behind(self):
        for name in ("orbax-plain", "orbax-folders"):
            self.assertDone(self.plugin("convert", FRAMEWORKS / name, f"{name}-new", "--to", "safetensors"))
            self.copy(name)
            self.assertDone(self.plugin("convert", name, "--in-place", "--to", "safetensors"))
            for folder in (f"{name}-new", name):
                self.assertEqual([path.name for path in (self.folder / folder).rglob("*") if path.is_file()],
                                 ["model.safetensors"])
                self.assertEqual(tensors.read_safetensors(self.folder / folder / "model.safetensors").tensors,
                                 expected(name))

    def test_which_of_several(self):
        folder = self.copy("orbax-step")
        self.refuse("orbax-step", "last of which is 3", "orbax-step/3")
        shutil.copytree(folder / "3" / "default", folder / "3" / "other")
        self.refuse("orbax-step/3", "'default', 'other'", "name one")

    def test_files_that_end_early(self):
        for name in ("orbax-plain", "orbax-tree"):
            self.judge_cuts(name, "manifest.ocdbt" if name == "orbax-plain" else sorted(
                path.name for path in (FRAMEWORKS / name).glob("manifest.0*"))[-1])
        self.judge_cuts("orbax-plain", "_METADATA")
        [data] = (FRAMEWORKS / "orbax-plain" / "d").iterdir()
        self.judge_cuts("orbax-plain", f"d/{data.name}")
        # Of files in folders, the contents tell.
        for name in ("orbax-folders", "orbax-folders-zarr3"):
            for path in sorted(path for path in (FRAMEWORKS / name).rglob("*") if path.is_file())[::5]:
                short = path.relative_to(FRAMEWORKS / name)
                target = self.copy(name) / short
                target.write_bytes(target.read_bytes()[:-1])
                outcome = self.plugin("verify", name, preexec_fn=limited)
                unused = short.name in ("_sharding", "_CHECKPOINT_METADATA", "commit_success.txt", "_strings.json")
                self.assertEqual(outcome.code, 0 if unused or short.parts[0] == "array_metadatas" else 1, short)
        found = set()
        for path in sorted((FRAMEWORKS / "orbax-processes").glob("ocdbt.process_*/d/*")):
            target = self.copy("orbax-processes") / path.relative_to(FRAMEWORKS / "orbax-processes")
            target.write_bytes(target.read_bytes()[:1])
            if self.plugin("inspect", "orbax-processes").code:
                found.add(path.parts[-3])
        self.assertEqual(found, {"ocdbt.process_0", "ocdbt.process_1"})

    def test_flipped_bytes(self):
        for name in NAMES:
            for number, path in enumerate(sorted(p for p in (FRAMEWORKS / name).rglob("*") if p.is_file())):
                if number % 4 and path.name not in ("_METADATA", "manifest.ocdbt"):
                    continue
                target = self.copy(name) / path.relative_to(FRAMEWORKS / name)
                whole = bytearray(target.read_bytes())
                for place in sorted({0, len(whole) // 3, len(whole) * 2 // 3, len(whole) - 1} if whole else ()):
                    changed = bytearray(whole)
                    changed[place] ^= 0x11
                    target.write_bytes(changed)
                    outcome = self.plugin("verify", name, preexec_fn=limited)
                    self.assertIn(outcome.code, (0, 1), (target, place, outcome.errors))

    def test_no_path_leaves_the_folder(self):
        folder = self.copy("orbax-plain")
        [data] = (folder / "d").iterdir()
        (folder / "_METADATA").unlink()
        length = data.stat().st_size
        for path in ("../orbax-plain/d/x", "/etc/hostname", "d/../../x", f"d/{data.name}"):
            (folder / "manifest.ocdbt").write_bytes(manifest(path, length))
            if data.name not in path:
                self.refuse("orbax-plain", path, "in the folder of the model")
        self.assertEqual(self.tensors_of(folder), expected("orbax-plain"))
        data.rename(self.folder / "elsewhere")
        data.symlink_to(self.folder / "elsewhere")
        self.refuse("orbax-plain", "link that leads out")
        folder = self.copy("orbax-folders")
        chunk = folder / "params.embeddings.table" / "0.0"
        chunk.rename(self.folder / "chunk")
        chunk.symlink_to(self.folder / "chunk")
        outcome = self.plugin("verify", "orbax-folders")
        self.assertEqual(outcome.code, 1)
        self.assertIn("link that leads out", outcome.output + outcome.errors)

    def test_chunks_that_are_missing(self):
        folder = self.copy("orbax-folders")
        (folder / "cut.both" / "2.1").unlink()
        self.refuse("orbax-folders", "cut.both", "'cut.both/2.1'", "copy all files")
        path = folder / "_METADATA"
        path.write_text(path.read_text().replace('_equal_to_fill_value": true', '_equal_to_fill_value": false'))
        wanted = np.frombuffer(expected("orbax-folders")["cut.both"].data, ml_dtypes.bfloat16).reshape(8, 12).copy()
        wanted[4:6, 6:] = 0
        self.assertEqual(self.tensors_of(folder)["cut.both"].data, wanted.tobytes())
        description = folder / "cut.both" / ".zarray"
        description.write_text(description.read_text().replace('"fill_value":null', '"fill_value":1.5'))
        self.refuse("orbax-folders", "another number than 0")
        shutil.rmtree(self.copy("orbax-folders") / "params.n")
        self.refuse("orbax-folders", "params.n/x", "not stored")
        (self.copy("orbax-plain") / "manifest.ocdbt").unlink()
        self.refuse("orbax-plain", "lacks manifest.ocdbt")

    def test_what_is_not_read_is_named(self):
        folder = self.copy("orbax-folders")
        path = folder / "params.embeddings.table" / ".zarray"
        whole = json.loads(path.read_text())

        def refuse(*words: str, **changes) -> None:
            path.write_text(json.dumps(whole | changes))
            self.refuse("orbax-folders", "params.embeddings.table", *words)

        refuse("'int4'", dtype="int4")
        refuse("'>f4'", dtype=">f4")
        refuse("'blosc'", "Orbax", compressor={"id": "blosc"})
        refuse("columns first", order="F")
        refuse("filters", filters=[{"id": "delta"}])
        refuse("chunks", chunks=[0, 24])
        refuse("chunks", chunks=[40])
        refuse("shape", shape=[-1, 24])
        refuse("shape", shape=[10 ** 20])
        refuse("more elements", shape=[2 ** 40, 2 ** 40])
        refuse("more elements", chunks=[2 ** 40, 2 ** 40])
        refuse("chunks larger", chunks=[2 ** 40, 2 ** 10])
        refuse("lacks its chunk", shape=[2 ** 40, 24])
        refuse("zarr_format", zarr_format=3)
        path.write_text(json.dumps(whole | {"shape": [39, 24], "chunks": [39, 24]}))
        outcome = self.plugin("verify", "orbax-folders")
        self.assertEqual(outcome.code, 1)
        self.assertIn("more than it should", outcome.output + outcome.errors)
        path.write_text("[" * 100_000)
        self.refuse("orbax-folders", "nested deeper")
        folder = self.copy("orbax-folders-zarr3")
        path = folder / "cut.rows" / "zarr.json"
        text = path.read_text()
        for old, new, word in (('"zstd"', '"blosc"', "'blosc'"), ('"bytes"', '"transpose"', "transpose"),
                               ('"little"', '"big"', "codecs"), ('"regular"', '"other"', "chunk_grid")):
            self.assertIn(old, text)
            path.write_text(text.replace(old, new, 1))
            self.refuse("orbax-folders-zarr3", "cut.rows", word)

    def write(self, name: str, value: np.ndarray, chunks: tuple, packed, compressor: dict) -> None:
        """An array of zarr 2 in a checkpoint without OCDBT."""
        folder = self.folder / "made" / name
        folder.mkdir(parents=True)
        (folder / ".zarray").write_text(json.dumps({
            "zarr_format": 2, "shape": value.shape, "chunks": chunks, "dtype": value.dtype.str, "order": "C",
            "fill_value": None, "filters": None, "compressor": compressor, "dimension_separator": "."}))
        for place in np.ndindex(*(-(-size // cut) for size, cut in zip(value.shape, chunks))):
            part = value[tuple(slice(p * c, (p + 1) * c) for p, c in zip(place, chunks))]
            whole = np.zeros(chunks, value.dtype)
            whole[tuple(map(slice, part.shape))] = part
            (folder / ".".join(map(str, place))).write_bytes(packed(whole.tobytes()))
        entry = {"key_metadata": [{"key": name, "key_type": 2}], "value_metadata": {"value_type": "jax.Array"}}
        tree = self.folder / "made" / "_METADATA"
        made = json.loads(tree.read_text()) if tree.exists() else {"tree_metadata": {}, "use_ocdbt": False}
        made["tree_metadata"][name] = entry
        tree.write_text(json.dumps(made))

    def test_a_model_gets_another_vocabulary(self):
        rows = np.random.default_rng(0).standard_normal((401, 6)).astype("<f4")
        self.write("table", rows, (100, 4), gzip.compress, {"id": "gzip", "level": 1})
        found = self.specialized(self.folder / "made")
        self.assertEqual(found["table"].shape[1], 6)
        left = {path.name for path in (self.folder / "made-new").rglob("*")}
        self.assertFalse(left & {"_METADATA", ".zarray", "0.0", "table"}, left)

    def test_memory_is_bounded(self):
        """Arrays in chunks that are much larger than what is in memory at once, also side by side."""
        large = (np.arange(24 << 20, dtype="<u4") * np.uint32(2654435761) >> 8 & 0xFFF).reshape(6144, 4096)
        compressor = zstandard.ZstdCompressor(level=1)
        self.write("whole", large, large.shape, compressor.compress, {"id": "zstd", "level": 1})
        self.write("sides", large, (6144, 1024), compressor.compress, {"id": "zstd", "level": 1})
        self.write("plain", large, (1000, 4096), lambda data: data, None)
        outcome = self.plugin("convert", "made", "out", "--to", "safetensors")
        self.assertDone(outcome)
        found = tensors.read_safetensors(self.folder / "out" / "model.safetensors").tensors
        for name in ("whole", "sides", "plain"):
            self.assertEqual(found[name].data, large.tobytes(), name)
        peak = self.peak_memory("convert", "made", "again", "--to", "safetensors", "--plugin", self.LIBRARY)
        self.assertLess(peak, 150 << 20)

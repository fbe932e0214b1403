"""Files of every format that were cut short, changed or made up: one sentence, or a correct read; never a signal, never
gigabytes."""

import concurrent.futures
import json
import os
import pathlib
import resource
import shutil
import struct
import time
import zipfile

import h5py
import numpy as np

import tensors
from format_case import FormatCase
from tensors import KIND, KINDS
from test_bad_input import POINTER
from tool import FIXTURES, PATIENCE, SANITIZED, Outcome

LARGEST = 4 << 30


def limited() -> None:
    """No more address space than a laptop has memory: what a header makes up cannot be allocated unseen."""
    # The address sanitizer alone takes terabytes of addresses.
    if not SANITIZED:
        resource.setrlimit(resource.RLIMIT_AS, (LARGEST, LARGEST))


def small() -> dict[str, tensors.Tensor]:
    """Small, but large enough that some of it is compressed."""
    contents = {"count": tensors.of(np.arange(700) // 9),
                "layer.0/weight": tensors.of((np.arange(2000) // 7).reshape(40, 50).astype(np.float32)),
                "layer.0/bias": tensors.numbers(5), "half": tensors.Tensor("BF16", (3, 2), bytes(range(12))),
                "eight": tensors.Tensor("F8_E4M3", (4,), b"\1\2\3\4"), "empty": tensors.Tensor("U8", (0, 4), b"")}
    return contents


class FormatDamage(FormatCase):
    def setUp(self) -> None:
        super().setUp()
        tensors.write_safetensors(self.folder / "source" / "model.safetensors", small())

    def complaint(self, command: str, outcome: Outcome) -> str | None:
        """What is wrong with the way in which a command ended."""
        errors = outcome.errors.count("focus: error: ")
        if outcome.code == 0:
            return f"{command} ended with 0 and said {outcome.errors}" if errors else None
        if outcome.code != 1:
            return f"{command} ended with {outcome.code}: {outcome.errors[-600:]}"
        if errors == 1 and outcome.errors.splitlines()[-1].startswith("focus: error: "):
            return None
        # `verify` answers with what it found.
        if command == "verify" and not errors and outcome.output.strip():
            return None
        return f"{command} said {outcome.errors[-600:]!r}"

    def attempt(self, place: pathlib.Path, damaged: pathlib.Path, data: bytes) -> tuple[list[str], bool]:
        """Everything that is wrong with what the commands do about these bytes, and whether `convert` noticed the
        damage."""
        damaged.write_bytes(data)
        result = place.parent / "result.safetensors"
        complaints = []
        for command, arguments in (("inspect", ()), ("verify", ()), ("convert", (result,))):
            outcome = self.focus(command, place, *arguments, preexec_fn=limited)
            complaints.append(self.complaint(command, outcome))
        if outcome.code and result.exists():
            complaints.append("a failed conversion left a result")
        noticed = outcome.code != 0
        result.unlink(missing_ok=True)
        return [complaint for complaint in complaints if complaint], noticed

    def judge_damage(self, name: str, origin: pathlib.Path, target: str, opened: str) -> None:
        """Cuts and changes `target`, a file in a copy of the folder `origin`, of which `opened` is what the commands
        get."""
        whole = (origin / target).read_bytes()
        size = len(whole)
        lengths = sorted({0, 7, 8, 64, size - 9, size - 1} | {size * i // 6 for i in range(1, 6)})
        places = sorted({size * i // 14 for i in range(14)} | {3, 7, 9, size - 1, size - 20})
        attempts = [("cut to", n, whole[:n]) for n in lengths if 0 <= n < size]
        for number, place in enumerate(p for p in places if 0 <= p < size):
            changed = bytearray(whole)
            changed[place] ^= (0x01, 0x80, 0xFF, 0x10)[number % 4]
            attempts.append(("changed at", place, bytes(changed)))

        def work(worker: int) -> list[str]:
            copy = self.base / f"{name}-{worker}"
            shutil.copytree(origin, copy / "damaged")
            wrong = []
            for what, where, data in attempts[worker::2]:
                complaints, _ = self.attempt(copy / "damaged" / opened, copy / "damaged" / target, data)
                wrong += [f"{target}, {what} {where} of {size}: {complaint}" for complaint in complaints]
            extra = set(os.listdir(copy)) - {"damaged"} | set(os.listdir(copy / "damaged")) - set(os.listdir(origin))
            return wrong + [f"{path} was left behind" for path in extra]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            self.assertEqual([line for lines in pool.map(work, range(2)) for line in lines], [])

    def test_damaged_files_of_ours(self):
        files = {"safetensors": ("model.safetensors",), "shards": ("model.safetensors.index.json",
                                                                   "model-00001-of-00002.safetensors"),
                 "npy": ("numpy.json", "layer.0%2Fweight.npy"), "npz": ("model.npz",), "npz-gzip": ("model.npz",),
                 "hdf5": ("model.h5",),
                 "hdf5-zstd": ("model.h5",), "hdf5-gzip": ("model.h5",), "raw": ("tensors.json",),
                 "raw-zstd": ("layer.0%2Fweight.bin.zst",)}
        for kind in KINDS:
            options = ("--to", "safetensors", "--shard-size", "10000") if kind.name == "shards" else kind.options
            folder = self.convert("source", kind.name, *options)
            for file in files[kind.name]:
                with self.subTest(kind=kind.name, file=file):
                    self.judge_damage(f"{kind.name}-{file}", folder, file, kind.place)

    def test_damaged_files_of_others(self):
        origin = self.folder / "others"
        origin.mkdir()
        np.save(origin / "big.npy", np.asfortranarray(np.arange(60, dtype=">f4").reshape(5, 12)))
        with h5py.File(origin / "x.h5", "w") as file:
            numbers = np.arange(3000).reshape(60, 50) // 7
            file.create_dataset("group/deflated", data=numbers, chunks=(13, 17), compression="gzip", shuffle=True,
                                fletcher32=True)
            file.create_dataset("group/resizable", data=numbers[:3], maxshape=(None, 50), chunks=(2, 50))
            file["text"], file.attrs["note"] = "words", "more words"
        np.savez_compressed(origin / "x.npz", **{"a/b": numbers, "c": np.zeros((0, 3))})
        for file in ("big.npy", "x.h5", "x.npz"):
            with self.subTest(file):
                self.judge_damage(file, origin, file, file)

    def test_changed_contents_are_noticed(self):
        """Where a format has a checksum of its contents, a changed byte of them is an error in the command that reads
        them all."""
        weight = small()["layer.0/weight"].data
        for name in ("raw", "raw-zstd", "npz", "npz-gzip"):
            with self.subTest(name):
                folder = self.convert("source", name, *KIND[name].options)
                path = folder / {"raw": "layer.0%2Fweight.bin", "raw-zstd": "layer.0%2Fweight.bin.zst"}.get(name,
                                                                                                            "model.npz")
                whole = path.read_bytes()
                start = whole.find(weight)
                if name == "npz-gzip":
                    with zipfile.ZipFile(path) as archive:
                        start = archive.getinfo("layer.0/weight.npy").header_offset + 100
                for place in (max(start, 30) + 20, max(start, 30) + 200):
                    complaints, noticed = self.attempt(folder / KIND[name].place, path,
                                                       whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1:])
                    self.assertEqual((complaints, noticed), ([], True), place)

    # What headers make up

    def assertNoGigabytes(self, *arguments, saying: tuple[str, ...] = ()) -> None:
        started = time.monotonic()
        self.assertRefused(*arguments, saying=saying, preexec_fn=limited)
        self.assertLess(time.monotonic() - started, 10 * PATIENCE)

    def test_headers_that_promise_too_much(self):
        def array(header: bytes, version: int = 1) -> bytes:
            length = struct.pack("<H" if version == 1 else "<I", len(header))
            return b"\x93NUMPY" + bytes([version, 0]) + length + header
        safetensors = lambda header: len(header).to_bytes(8, "little") + header
        entry = '{"a":{"dtype":"F32","shape":%s,"data_offsets":[0,%d]}}'
        made_up = {
            "length.safetensors": (1 << 62).to_bytes(8, "little") + b"{}",
            "deep.safetensors": safetensors(b'{"a":' * 100_000),
            "shape.safetensors": safetensors((entry % ("[4611686018427387904,4]", 64)).encode()) + bytes(64),
            "rank.safetensors": safetensors((entry % (str([1] * 100_000), 4)).encode()) + bytes(4),
            "negative.safetensors": safetensors((entry % ("[-4]", 16)).encode()) + bytes(16),
            "twice.safetensors": safetensors(
                b'{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},'
                b'"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}') + b"x",
            "hole.safetensors": safetensors(b'{"a":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}') + b"abcd",
            "overlap.safetensors": safetensors(
                b'{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},'
                b'"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}') + b"abc",
            "end.safetensors": safetensors((entry % ("[4]", 16)).encode()) + bytes(17),
            "type.safetensors": safetensors(b'{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}') + bytes(4),
            "shape.npy": array(b"{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, "
                               b"9223372036854775807), }\n"),
            "many.npy": array(b"{'descr': '<f4', 'fortran_order': True, 'shape': (1000000000000, ), }\n"),
            "length.npy": b"\x93NUMPY\2\0" + struct.pack("<I", 0xFFFFFFFF) + b"{'descr'",
            "code.npy": array(b"{'descr': __import__('os').system('true'), 'fortran_order': False, 'shape': (), }\n")
            + bytes(8),
            "deep.npy": array(b"(" * 60_000),
        }
        for name, data in made_up.items():
            for command in ("inspect", "verify", "convert"):
                with self.subTest(name, command=command):
                    (self.folder / name).write_bytes(data)
                    self.assertNoGigabytes(command, name, *(("result.h5",) if command == "convert" else ()),
                                           saying=(name,))

    def test_archives_that_promise_too_much(self):
        def header(shape: tuple) -> bytes:
            text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117).encode() + b"\n"
            return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text
        with zipfile.ZipFile(self.folder / "shape.npz", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.npy", header((1 << 40,)) + bytes(1 << 20))
        with zipfile.ZipFile(self.folder / "escape.npz", "w") as archive:
            archive.writestr("../../a.npy", header(()) + bytes(8))
            archive.writestr("../../a.npy", header(()) + bytes(8))
        for name in ("shape.npz", "escape.npz"):
            with self.subTest(name):
                self.assertNoGigabytes("convert", name, "result.safetensors", saying=(name,))

    def test_datasets_that_promise_too_much(self):
        with h5py.File(self.folder / "petabytes.h5", "w") as file:
            file.create_dataset("a", (1 << 50,), "u1", chunks=(1 << 20,), compression="gzip")
        with h5py.File(self.folder / "chunk.h5", "w") as file:
            file.create_dataset("a", (1 << 32,), "u1", chunks=((1 << 32) - 1,), compression="gzip")
        for name in ("petabytes.h5", "chunk.h5"):
            with self.subTest(name):
                outcome = self.focus("inspect", name, preexec_fn=limited)
                self.assertIsNone(self.complaint("inspect", outcome))
                self.assertNoGigabytes("convert", name, "result.safetensors", saying=(name,))

    def test_manifests_that_promise_too_much_or_lead_elsewhere(self):
        (self.folder / "secret").write_bytes(bytes(64))
        folder = self.folder / "raw"
        folder.mkdir()
        (folder / "x.bin").write_bytes(bytes(64))
        good = {"name": "a", "dtype": "F32", "shape": [16], "file": "x.bin", "offset": 0, "byte_count": 64}
        for change in ({"shape": [1 << 62, 4]}, {"shape": [17]}, {"offset": 1}, {"offset": -1},
                       {"offset": (1 << 63) - 1}, {"offset": 1 << 70},
                       {"byte_count": 63}, {"file": "../secret"}, {"file": str(self.folder / "secret")}, {"file": ".."},
                       {"dtype": "F33"},
                       {"byte_order": "middle"}, {"compression": "zstd"}, {"compression": "lz4"}, {"name": 5},
                       {"xxh64": "12"}, {"shape": [1.5]}):
            with self.subTest(change=change):
                (folder / "tensors.json").write_text(json.dumps({"format": "raw-tensors", "tensors": [good | change]}))
                self.assertNoGigabytes("convert", "raw", "result.safetensors", saying=("raw",))
        (folder / "tensors.json").write_text(json.dumps({"format": "raw-tensors", "tensors": [good]}))
        self.convert("raw/tensors.json", "result.safetensors")

    def test_indices_that_do_not_tell_the_truth(self):
        folder = self.folder / "shards"
        for number, name in enumerate(("a", "b"), 1):
            tensors.write_safetensors(folder / f"model-0000{number}-of-00002.safetensors", {name: tensors.numbers(3)},
                                      {})
        one, two = "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"
        for what, places in {"missing tensor": {"a": one, "b": two, "c": two},
                             "missing file": {"a": one, "b": "model-00003.safetensors"},
                             "parent": {"a": one, "b": "../source/model.safetensors"},
                             "absolute": {"a": one, "b": str(folder / two)},
                             "unlisted tensor": {"a": one}, "wrong shard": {"a": two, "b": one}}.items():
            with self.subTest(what):
                (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": places}))
                outcome = self.focus("verify", "shards")
                if what == "unlisted tensor":
                    # Old weights that nobody loads are no harm, but nothing to be silent about.
                    self.assertIn(two, outcome.output + outcome.errors)
                    continue
                self.assertEqual(outcome.code, 1, outcome.output + outcome.errors)
                self.assertNoGigabytes("convert", "shards", "result")

    # What is refused for what it could do

    def test_objects_are_never_unpickled(self):
        marker = self.folder / "marker"

        class Evil:
            def __reduce__(self):
                return os.mkdir, (str(marker),)
        np.save(self.folder / "objects.npy", np.array([Evil(), None], object), allow_pickle=True)
        np.savez(self.folder / "objects.npz", a=np.array([Evil()], object))
        np.save(self.folder / "records.npy", np.zeros(3, [("a", "<f4"), ("b", "<i8")]))
        for name, word in (("objects.npy", "objects"), ("objects.npz", "objects"), ("records.npy", "records.npy")):
            for command in ("inspect", "verify", "convert"):
                with self.subTest(name, command=command):
                    self.assertNoGigabytes(command, name, *(("result.h5",) if command == "convert" else ()),
                                           saying=(word,))
        self.assertFalse(marker.exists())

    def test_links_to_other_files(self):
        with h5py.File(self.folder / "secret.h5", "w") as file:
            file["hidden"] = np.arange(8)
        (self.folder / "secret.bin").write_bytes(bytes(range(64)))
        with h5py.File(self.folder / "link.h5", "w") as file:
            file["weight"] = h5py.ExternalLink("secret.h5", "hidden")
        with h5py.File(self.folder / "storage.h5", "w") as file:
            file.create_dataset("weight", (16,), "<f4", external=[("secret.bin", 0, 64)])
        layout = h5py.VirtualLayout((8,), "<i8")
        layout[:] = h5py.VirtualSource("secret.h5", "hidden", (8,))
        with h5py.File(self.folder / "virtual.h5", "w", libver=("earliest", "v110")) as file:
            file.create_virtual_dataset("weight", layout)
        for name in ("link.h5", "storage.h5", "virtual.h5"):
            for command in ("inspect", "convert"):
                with self.subTest(name, command=command):
                    self.assertNoGigabytes(command, name, *(("result.npz",) if command == "convert" else ()),
                                           saying=("weight",))
        # A name that is given allows that one.
        for name, allowed, expected in (("link.h5", "weight", np.arange(8)), ("virtual.h5", "weight", np.arange(8)),
                                        ("storage.h5", "weight", np.frombuffer(bytes(range(64)), "<f4"))):
            with self.subTest(name, allowed=allowed):
                self.assertRefused("convert", name, "result.safetensors", "--allow-external", "other",
                                   saying=("weight",))
                path = self.convert(name, "result.safetensors", "--allow-external", allowed)
                self.assertEqual(tensors.read_safetensors(path).tensors, {"weight": tensors.of(expected)})
                path.unlink()

    def test_filters_that_are_not_there_are_named(self):
        shutil.copy(FIXTURES / "hdf5" / "missing-filter.h5", self.folder)
        self.assertRefused("convert", "missing-filter.h5", "x.npz", saying=("filter", "hdf5plugin"))

    def test_pointers_are_named(self):
        for name in ("x.safetensors", "x.npy", "x.npz", "x.h5", "tensors.json", "model.safetensors.index.json"):
            with self.subTest(name):
                (self.folder / name).write_text(POINTER)
                for command, *rest in (("inspect",), ("verify",), ("convert", "result.h5")):
                    self.assertNoGigabytes(command, name, *rest, saying=(name, "Git LFS", "git lfs pull"))

    def test_a_wrong_extension_is_a_note(self):
        for name in ("x.safetensors", "x.npz", "x.h5"):
            self.convert("source/model.safetensors", name)
        self.assertDone(self.focus("convert", "source/model.safetensors", "x.npy", "--include", "count"))
        files = {name: (self.folder / name).read_bytes() for name in ("x.safetensors", "x.npz", "x.h5", "x.npy")}
        for number, (name, data) in enumerate(files.items()):
            for wrong in {".safetensors", ".npz", ".h5", ".npy"} - {pathlib.Path(name).suffix}:
                with self.subTest(name, wrong=wrong):
                    path = self.folder / f"wrong{number}{wrong}"
                    path.write_bytes(data)
                    outcome = self.focus("inspect", path)
                    self.assertDone(outcome)
                    self.assertIn("note", outcome.errors)
                    self.assertIn(path.name, outcome.errors)
                    self.assertDone(self.focus("convert", path, f"right{number}{wrong[1:]}.safetensors"))
        for name in files:
            self.assertNotIn("note", self.focus("inspect", name).errors)

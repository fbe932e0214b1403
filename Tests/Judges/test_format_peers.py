"""Other people's libraries read what focus writes, and focus reads what they write."""

import json
import shutil
import subprocess
import sys

import h5py
import hdf5plugin
import ml_dtypes
import numpy as np
import zstandard
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

import tensors
from format_case import FormatCase
from tensors import METADATA

# What safetensors' NumPy side knows.
PLAIN = [name for name in tensors.TYPES if name not in tensors.OPAQUE]


class FormatPeers(FormatCase):
    def assertSame(self, found: np.ndarray, expected: np.ndarray, what: str = ""):
        self.assertEqual((found.dtype, found.shape, found.tobytes()),
                         (expected.dtype, expected.shape, expected.tobytes()), what)

    # What focus writes

    def write_source(self) -> dict[str, np.ndarray]:
        contents = tensors.synthetic()
        tensors.write_safetensors(self.folder / "source" / "model.safetensors", contents)
        return {name: tensor.array for name, tensor in contents.items()}

    def test_safetensors_reads_ours(self):
        arrays = {f"types.{name}": tensors.patterns(name).array for name in (*PLAIN, "BF16")}
        tensors.write_safetensors(self.folder / "source.safetensors",
                                  {name: tensors.of(array) for name, array in arrays.items()})
        path = self.convert(self.convert("source.safetensors", "x.h5"), "x.safetensors")
        found = load_file(path)
        self.assertEqual(found.keys(), arrays.keys())
        for name, array in arrays.items():
            self.assertSame(found[name], array, name)
        with safe_open(path, "numpy") as file:
            self.assertEqual(file.metadata(), METADATA)

    def test_numpy_reads_ours(self):
        arrays = self.write_source()
        folder = self.convert("source", "folder", "--to", "npy")
        files = {e["name"]: e["file"] for e in json.loads((folder / "numpy.json").read_text())["tensors"]}
        self.assertEqual(files.keys(), arrays.keys())
        for options in ((), ("--compression", "gzip")):
            archive = np.load(self.convert("source/model.safetensors", f"x{len(options)}.npz", *options),
                              allow_pickle=False)
            self.addCleanup(archive.close)
            for name, array in arrays.items():
                for found in (archive[name + ".npy"], np.load(folder / files[name], allow_pickle=False)):
                    # A view is how ml_dtypes says to read its types back.
                    self.assertSame(found.view(array.dtype) if found.dtype.kind == "V" else found, array, name)

    def test_numpy_maps_ours(self):
        self.write_source()
        folder = self.convert("source", "folder", "--to", "npy")
        array = np.load(folder / "shape.large.npy", mmap_mode="r", allow_pickle=False)
        self.assertSame(np.array(array), tensors.synthetic()["shape.large"].array)

    def test_h5py_reads_ours(self):
        """Floats that NumPy lacks come as the smallest that holds them; truth values and complex numbers as such."""
        arrays = self.write_source()
        for options in ((), ("--compression", "gzip"), ("--compression", "zstd:7")):
            with self.subTest(options), h5py.File(self.convert("source", f"x{len(options)}{options[-1:]}", "--to",
                                                               "hdf5", *options)
                                                  / "model.h5") as file:
                self.assertEqual(file["layer.0"]["weight"].shape, (2, 4))
                for name in PLAIN:
                    self.assertSame(file[f"types.{name}"][()], arrays[f"types.{name}"], name)
                for name, wider in (("BF16", np.float32), ("F8_E5M2", np.float16)):
                    found, expected = file[f"types.{name}"][()], arrays[f"types.{name}"].astype(wider)
                    self.assertEqual(found.dtype, wider)
                    number = ~np.isnan(expected)
                    np.testing.assert_array_equal(found[number], expected[number])
                self.assertEqual({key: file.attrs[key] for key in METADATA}, METADATA)
                self.assertSame(file["shape.scalar"][()], np.float32(-0.0))
                self.assertEqual(file["shape.zero_rows"].shape, (0, 7))

    def test_h5py_needs_a_plugin_for_zstd_alone(self):
        self.write_source()
        for compression, works in (("none", True), ("gzip", True), ("zstd", False)):
            with self.subTest(compression):
                path = self.convert("source/model.safetensors", f"{compression}.h5", "--compression", compression)
                script = "import h5py, sys; print(h5py.File(sys.argv[1])['shape.large'][-1, -1])"
                done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True,
                                      env=self.environment | {"HDF5_PLUGIN_PATH": str(self.temporary)})
                self.assertEqual(done.returncode == 0, works, done.stderr)
                done = subprocess.run([sys.executable, "-c", "import hdf5plugin; " + script, path], capture_output=True,
                                      text=True)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_plain_tools_read_raw_files(self):
        arrays = self.write_source()
        plain = self.convert("source", "plain", "--to", "raw")
        packed = self.convert("source", "packed", "--to", "raw", "--compression", "zstd")
        large = arrays["shape.large"]
        self.assertSame(np.fromfile(plain / "shape.large.bin", "<f4").reshape(large.shape), large)
        done = subprocess.run(["zstd", "-dc", packed / "shape.large.bin.zst"], capture_output=True, check=True)
        self.assertEqual(done.stdout, large.tobytes())
        subprocess.run(["zstd", "-tq", *packed.glob("*.zst")], check=True)
        with zstandard.open(packed / "shape.large.bin.zst", "rb") as file:
            self.assertEqual(file.read(), large.tobytes())

    # What focus reads

    def assertRead(self, source, expected: dict[str, np.ndarray], *options, metadata: dict | None = None):
        found = tensors.read_safetensors(self.convert(source, "found.safetensors", "--overwrite", *options))
        # As the files keep them, little endian and in C order.
        contents = {name: tensors.of(array.astype(array.dtype.newbyteorder("="))) for name, array in expected.items()}
        self.assertEqual(tensors.complaints(found, contents, metadata, order=False), [])

    def test_files_of_safetensors(self):
        arrays = {f"types.{name}": tensors.patterns(name).array for name in (*PLAIN, "BF16")}
        save_file(arrays, self.folder / "x.safetensors", metadata=METADATA)
        self.assertRead("x.safetensors", arrays, metadata=METADATA)
        save_file(arrays, self.folder / "y.safetensors")
        self.assertRead("y.safetensors", arrays, metadata={})

    def layouts(self) -> dict[str, np.ndarray]:
        """Every type NumPy has, both byte orders, C and Fortran order."""
        arrays = {}
        for name in PLAIN:
            for order in "<>":
                for memory in "CF":
                    array = tensors.patterns(name).array
                    count = 4080 if tensors.TYPES[name].itemsize > 1 else 240
                    array = array.reshape(2, 5, -1) if name == "BOOL" else array.ravel()[:count].reshape(4, 15, -1)
                    ordered = array.astype(array.dtype.newbyteorder(order))
                    arrays[f"{name}{'LB'[order == '>']}{memory}"] = np.array(ordered, order=memory)
        arrays["scalar"], arrays["empty"] = np.array(2.5, ">f8"), np.zeros(0, np.int16)
        arrays["rows"] = np.zeros((0, 3), ">u4")
        arrays["wide"] = np.asfortranarray(tensors.numbers(1100, 2300).array)
        return arrays

    def test_files_of_numpy(self):
        arrays = self.layouts()
        folder = self.folder / "arrays"
        for version in ((1, 0), (2, 0), (3, 0)):
            with self.subTest(version=version):
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                for name, array in arrays.items():
                    with open(folder / f"{name}.npy", "wb") as file:
                        np.lib.format.write_array(file, array, version=version, allow_pickle=False)
                self.assertDone(self.focus("convert", "arrays", f"found{version[0]}", "--to", "hdf5"))
                self.assertRead(f"found{version[0]}/model.h5", arrays)
        self.assertRead("arrays/F32BF.npy", {"F32BF": arrays["F32BF"]})

    def test_archives_of_numpy(self):
        arrays = self.layouts() | {"with/slash": np.arange(3), "日本": np.arange(4.0)}
        for save in (np.savez, np.savez_compressed):
            with self.subTest(save.__name__):
                save(self.folder / "x.npz", **arrays)
                self.assertRead("x.npz", arrays)

    def test_arrays_of_ml_dtypes(self):
        """Without a sidecar nobody can tell what |V2 is; with one it is exact."""
        array = tensors.patterns("BF16").array
        np.save(self.folder / "weight.npy", array)
        self.assertRefused("convert", "weight.npy", "x.safetensors", saying=("weight", "V2"))
        (self.folder / "weight.npy.json").write_text(json.dumps(
            {"tensors": [{"file": "weight.npy", "name": "weight", "dtype": "BF16"}]}))
        self.assertRead("weight.npy", {"weight": array})

    def test_files_of_h5py(self):
        base = tensors.numbers(150, 250).array
        ways = {
            "contiguous": {}, "chunked": {"chunks": (17, 23)}, "gzip": {"compression": "gzip", "chunks": (50, 250)},
            "gzip9": {"compression": "gzip", "compression_opts": 9}, "shuffle": {"chunks": (64, 64), "shuffle": True},
            "fletcher32": {"chunks": (64, 64), "fletcher32": True}, "resizable": {"maxshape": (None, None)},
            "all": {"compression": "gzip", "shuffle": True, "fletcher32": True, "chunks": (99, 101)},
            "zstd": hdf5plugin.Zstd(), "zstd19": dict(hdf5plugin.Zstd(clevel=19)) | {"chunks": (99, 101)},
            "zstd-all": dict(hdf5plugin.Zstd(clevel=1)) | {"shuffle": True, "fletcher32": True, "chunks": (149, 9)},
            "one-chunk": {"chunks": (150, 250), "compression": "gzip"},
            "wide-chunk": {"chunks": (1, 250), "shuffle": True},
        }
        arrays = {}
        for libver in ("earliest", ("v110", "v110")):
            with self.subTest(libver), h5py.File(self.folder / "x.h5", "w", libver=libver) as file:
                file.attrs["format"], file.attrs["version"] = "pt", 3
                for way, options in ways.items():
                    for name, kind in (("f4", "<f4"), ("f8-big", ">f8"), ("f2", "<f2"), ("i2-big", ">i2"), ("u1", "u1"),
                                       ("c8", "<c8"), ("b1", "?")):
                        array = (base * 100).astype(kind)
                        arrays[f"{way}/{name}"] = array
                        file.create_dataset(f"{way}/{name}", data=array, **options)
                file["scalar"], arrays["scalar"] = np.float32(3), np.array(3, np.float32)
                file["empty"], arrays["empty"] = np.zeros((0, 4), np.int64), np.zeros((0, 4), np.int64)
                filled = file.create_dataset("partly", (100, 100), "<f4", chunks=(10, 10), fillvalue=7)
                filled[55, 66] = 1
                arrays["partly"] = filled[()]
                arrays["never"] = file.create_dataset("never", (5, 5), "<i4", fillvalue=-3)[()]
                small = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                small.set_layout(h5py.h5d.COMPACT)
                compact = h5py.h5d.create(file.id, b"compact", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple((3,)), small)
                h5py.Dataset(compact)[:] = arrays["compact"] = np.arange(3, dtype=np.float32)
            self.assertRead("x.h5", arrays, metadata={"format": "pt", "version": "3"})

    def test_weights_as_keras_writes_them(self):
        """Groups in groups, names of weights as attributes, text beside the numbers."""
        arrays = {"bert/bert/embeddings/word_embeddings/weight:0": tensors.numbers(40, 8).array,
                  "bert/bert/encoder/layer_._0/attention/self/query/kernel:0": tensors.numbers(8, 8).array,
                  "mlm___cls/tf_bert/cls/predictions/bias:0": tensors.numbers(40).array}
        with h5py.File(self.folder / "tf_model.h5", "w") as file:
            file.attrs["backend"], file.attrs["keras_version"] = b"tensorflow", "2.15.0"
            file.attrs["layer_names"] = np.array([b"bert", b"dropout", b"mlm___cls"])
            for layer in ("bert", "dropout", "mlm___cls"):
                inside = [name.removeprefix(layer + "/") for name in arrays if name.startswith(layer + "/")]
                file.create_group(layer).attrs["weight_names"] = np.array([name.encode() for name in inside], "S")
            file.create_group("top_level_model_weights").attrs["weight_names"] = np.zeros(0)
            for name, array in arrays.items():
                file[name] = array
        self.assertRead("tf_model.h5", arrays)
        # Keras 3 counts its variables.
        with h5py.File(self.folder / "model.weights.h5", "w") as file:
            file["layers/dense/vars/0"] = next(iter(arrays.values()))
            file["layers/dense/vars/1"] = np.zeros(8, np.float32)
            file["_layer_checkpoint_dependencies/x/vars/0"] = np.arange(3)
        outcome = self.focus("inspect", "model.weights.h5", "--json")
        self.assertDone(outcome)
        self.assertEqual([t["shape"] for t in json.loads(outcome.output)["tensors"]
                          if t["name"] == "layers/dense/vars/0"], [[40, 8]])

    def test_raw_folders_of_others(self):
        """Several tensors in one file, big-endian numbers, and every way in which zstandard writes a stream."""
        folder = self.folder / "raw"
        folder.mkdir()
        large, words = tensors.numbers(1000, 900).array, np.arange(-5, 6, dtype=">i2")
        (folder / "together").write_bytes(b"12345" + large.tobytes() + words.tobytes())
        entries = [{"name": "large", "dtype": "F32", "shape": large.shape, "file": "together", "offset": 5,
                    "byte_count": large.nbytes},
                   {"name": "words", "dtype": "I16", "shape": words.shape, "file": "together",
                    "offset": 5 + large.nbytes,
                    "byte_count": words.nbytes, "byte_order": "big"}]
        expected = {"large": large, "words": words}
        data = large.tobytes()
        half = zstandard.ZstdCompressor(level=1).compress
        streams = {
            "plain": zstandard.compress(data), "checked": zstandard.ZstdCompressor(write_checksum=True).compress(data),
            "frames": half(data[:1_000_000]) + half(data[1_000_000:1_000_001]) + half(b"") + half(data[1_000_001:]),
            "no-size": zstandard.ZstdCompressor(write_content_size=False).compress(data),
            "threads": zstandard.ZstdCompressor(level=12, threads=2).compress(data),
            "skippable": half(data[:9]) + b"\x50\x2a\x4d\x18\x03\0\0\0abc" + half(data[9:]),
            "flushed": self.flushed(data),
            "command": subprocess.run(["zstd", "-19c", "--long=24"], input=data, capture_output=True,
                                      check=True).stdout,
        }
        for name, stream in streams.items():
            (folder / f"{name}.bin.zst").write_bytes(stream)
            expected[name] = large
            entries.append({"name": name, "dtype": "F32", "shape": large.shape, "file": f"{name}.bin.zst",
                            "offset": 0, "byte_count": len(stream), "compression": "zstd"})
        (folder / "big.bin.zst").write_bytes(half(large.astype(">f4").tobytes()))
        expected["big"] = large
        entries.append({"name": "big", "dtype": "F32", "shape": large.shape, "file": "big.bin.zst",
                        "compression": "zstd",
                        "byte_count": (folder / "big.bin.zst").stat().st_size, "byte_order": "big"})
        (folder / "tensors.json").write_text(json.dumps({"format": "raw-tensors", "tensors": entries}))
        self.assertRead("raw/tensors.json", expected, metadata={})

    @staticmethod
    def flushed(data: bytes) -> bytes:
        stream = zstandard.ZstdCompressor().compressobj()
        return b"".join(stream.compress(data[i:i + 99_999]) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
                        for i in range(0, len(data), 99_999)) + stream.flush()

    def test_files_without_a_header(self):
        """numpy.ndarray.tofile, read back by saying what it is."""
        array = tensors.numbers(37, 24).array
        for order, memory in (("<", "little"), (">", "big")):
            for name, dtype in (("f32", "f4"), ("f64", "f8"), ("i16", "i2"), ("u8", "u1")):
                with self.subTest(order=memory, dtype=name):
                    expected = (array * 1000).astype(order + dtype)
                    with open(self.folder / "weight.dat", "wb") as file:
                        file.write(b"header!")
                        expected.tofile(file)
                        file.write(b"what follows is left alone")
                    self.assertRead("weight.dat", {"weight": expected}, "--raw-dtype", name, "--raw-shape", "37,24",
                                    "--raw-offset", 7, "--raw-order", memory)
        half = array.astype(ml_dtypes.bfloat16)
        half.tofile(self.folder / "half.bin")
        options = ("--raw-dtype", "bf16", "--raw-shape", "37,24")
        self.assertRead("half.bin", {"half": half}, *options)
        outcome = self.focus("inspect", "half.bin", *options, "--json")
        self.assertEqual(json.loads(outcome.output)["tensors"][0]["shape"], [37, 24], outcome.errors)
        self.assertEqual(self.focus("verify", "half.bin", *options).code, 0)
        self.assertEqual(self.focus("diff", "half.bin", "found.safetensors", *options).code, 0)
        self.assertRefused("convert", "half.bin", "x.npy", saying=("half.bin",))
        self.assertRefused("convert", "half.bin", "x.npy", "--raw-dtype", "bf16", "--raw-shape", "37,25",
                           saying=("half.bin", "cut short"))
        self.assertRefused("inspect", "half.bin", "--raw-dtype", "f32", "--raw-shape",
                           "4611686018427387904,4611686018427387904")

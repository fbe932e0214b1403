"""Files that people really bring: what else lies in them comes along or is named, and no part is the whole."""

import json
import pathlib

import gguf
import h5py
import ml_dtypes
import numpy as np

import fixtures
import tensors
from format_case import FormatCase
from test_checkpoints import ROWS, SOURCE, TARGET, masked_model
from tool import BINARY

GGUF_PLUGIN = pathlib.Path(BINARY).with_name("libgguf.so")
TORCH_PLUGIN = pathlib.Path(BINARY).with_name("libpytorch.so")


def structure(path: pathlib.Path) -> dict:
    """Every group, dataset and attribute of an HDF5 file, with types and values, but for the contents of datasets."""
    found = {}

    def look(name: str, thing) -> None:
        kind = "group" if isinstance(thing, h5py.Group) else f"{thing.shape} {thing.dtype}"
        found[name] = (kind, {key: (attribute.dtype, attribute.shape, np.asarray(thing.attrs[key]).tolist())
                              for key in thing.attrs for attribute in [thing.attrs.get_id(key)]})

    with h5py.File(path) as file:
        look("/", file)
        file.visititems(look)
    return found


class FormatKinds(FormatCase):
    def keras_model(self, name: str = "keras.h5", rows: int = ROWS) -> dict[str, np.ndarray]:
        """A file as model.save of Keras writes it: attributes of all kinds, groups with nothing in them."""
        random = np.random.default_rng(3)
        arrays = {"model_weights/embedding/words/embeddings": random.standard_normal((rows, 8), np.float32),
                  "model_weights/dense/dense/kernel": random.standard_normal((8, 3), np.float32)}
        with h5py.File(self.folder / name, "w") as file:
            layers = [{"class_name": "Embedding", "config": {"input_dim": rows, "output_dim": 8}},
                      {"class_name": "Dense", "config": {"units": 3}}]
            file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": {"layers": layers}})
            file.attrs["keras_version"] = "3.9.0"
            file.attrs["epoch"] = np.int32(7)
            file.attrs["shape"] = np.arange(6, dtype="<i2").reshape(2, 3)
            weights = file.create_group("model_weights")
            weights.attrs["layer_names"] = np.array([b"embedding", b"activation", b"dense"])
            weights.attrs["backend"] = "torch"
            weights.create_group("activation").attrs["weight_names"] = h5py.Empty("S1")
            weights.create_group("nothing/in/it")
            for path, array in arrays.items():
                dataset = file.create_dataset(path, data=array)
                dataset.attrs["trainable"] = True
                dataset.attrs["scale"] = np.float64(0.5)
                dataset.parent.attrs["weight_names"] = [path.split("/", 2)[2]]
        return arrays

    def test_attributes_and_groups_of_hdf5_come_along(self):
        self.keras_model()
        before = structure(self.folder / "keras.h5")
        for options in ((), ("--compression", "zstd"), ("--compression", "gzip:6")):
            with self.subTest(str(options)):
                self.convert("keras.h5", "copy.h5", "--overwrite", *options)
                self.assertEqual(structure(self.folder / "copy.h5"), before)
                outcome = self.focus("diff", "keras.h5", "copy.h5")
                self.assertEqual((outcome.code, "note:" in outcome.errors), (0, False), outcome.errors)
        self.assertDone(self.focus("convert", "copy.h5", "--in-place"))
        self.assertEqual(structure(self.folder / "copy.h5"), before)

    def test_diff_says_what_differs_beside_the_tensors(self):
        self.keras_model()
        self.convert("keras.h5", "copy.h5")
        with h5py.File(self.folder / "copy.h5", "r+") as file:
            file["model_weights"].attrs["backend"] = "jax"
            del file["model_weights/nothing"]
            file.attrs["keras_version"] = "2"
        outcome = self.focus("diff", "keras.h5", "copy.h5")
        for words in ("model_weights@backend", "model_weights/nothing/", "keras_version"):
            self.assertIn(words, outcome.errors)

    def test_a_specialised_keras_model_keeps_its_attributes(self):
        arrays = self.keras_model("source.h5")
        fixtures.unpack_tokenizer(SOURCE, self.folder / "from")
        fixtures.unpack_tokenizer(TARGET, self.folder / "to")
        auxiliary = fixtures.golden_auxiliary("target-unigram", self.folder)
        outcome = self.focus("specialize", "source.h5", "--source-tokenizer", "from", "--tokenizer", "to",
                             "--auxiliary", auxiliary, "--output", "result")
        self.assertDone(outcome)
        result = next((self.folder / "result").glob("*.h5"))
        before, after = structure(self.folder / "source.h5"), structure(result)
        table = "model_weights/embedding/words/embeddings"
        self.assertEqual(before.keys(), after.keys())
        for name in before.keys() - {"/", table}:
            self.assertEqual(before[name], after[name], name)
        self.assertEqual(before[table][1], after[table][1])
        with h5py.File(result) as file:
            rows = len(file[table])
            self.assertNotEqual(rows, len(arrays[table]))
            layers = json.loads(file.attrs["model_config"])["config"]["layers"]
            self.assertEqual(layers[0]["config"]["input_dim"], rows)
            self.assertEqual(layers[1]["config"]["units"], 3)
        self.assertIn("input_dim", outcome.errors + outcome.output)

    def test_types_that_hdf5_lacks(self):
        values = np.arange(96, dtype=np.float32).reshape(12, 8)
        names = {"bfloat16": "BF16", "float8_e4m3fn": "F8_E4M3", "float8_e5m2": "F8_E5M2"}
        with h5py.File(self.folder / "x.h5", "w") as file:
            for name in names:
                bits = values.astype(getattr(ml_dtypes, name))
                chunks = (5, 8) if name == "bfloat16" else None
                data = file.create_dataset(name, data=bits.view(f"V{bits.itemsize}"), chunks=chunks)
                data.attrs["dtype"] = name
            file.create_dataset("unsaid", data=np.zeros(3, "V2"))
        outcome = self.focus("convert", "x.h5", "x.safetensors")
        self.assertDone(outcome)
        self.assertIn("'unsaid'", outcome.errors)
        found = self.read("x.safetensors")
        self.assertEqual({name: found[name].dtype for name in found}, names)
        for name in names:
            self.assertEqual(found[name].data, values.astype(getattr(ml_dtypes, name)).tobytes(), name)

    def test_arrays_that_are_no_tensors_are_named_and_left_out(self):
        words, things = np.array(["a", "bc"]), np.array([{"a": 1}], object)
        times, weights = np.array(["2020-01-01"], "M8[D]"), np.arange(6, dtype=np.float32).reshape(3, 2)
        np.savez(self.folder / "x.npz", words=words, weights=weights, things=things, times=times)
        (self.folder / "arrays").mkdir()
        for name, array in (("words", words), ("weights", weights), ("things", things)):
            np.save(self.folder / "arrays" / f"{name}.npy", array)
        for source in ("x.npz", "arrays"):
            with self.subTest(source):
                outcome = self.focus("convert", source, f"{source}.safetensors")
                self.assertDone(outcome)
                for name in ("words", "things"):
                    self.assertRegex(outcome.errors, f"note: .*{name}.*left out")
                found = self.read(f"{source}.safetensors")
                self.assertEqual((list(found), found["weights"].data), (["weights"], weights.tobytes()))
        np.savez(self.folder / "words.npz", words=words)
        self.assertRefused("inspect", "words.npz", saying=("words", "text"))

    def test_floats_of_8_bits_as_ml_dtypes_saves_them(self):
        values = np.array([0, 1, -2, np.inf], ml_dtypes.float8_e5m2)
        np.save(self.folder / "f8.npy", values)
        self.convert("f8.npy", "f8.safetensors")
        found = self.read("f8.safetensors")["f8"]
        self.assertEqual((found.dtype, found.data), ("F8_E5M2", values.tobytes()))
        for kind in (ml_dtypes.float8_e4m3fn, ml_dtypes.int4, ml_dtypes.bfloat16):
            np.save(self.folder / "x.npy", np.zeros(4, kind))
            self.assertRefused("convert", "x.npy", "x.safetensors", saying=("ml_dtypes",))

    def test_parts_of_something_are_not_taken_for_it(self):
        (self.folder / "keras").mkdir()
        for number in range(2):
            with h5py.File(self.folder / "keras" / f"model_{number:05}.weights.h5", "w") as file:
                file[f"layers/{number}/vars/0"] = np.ones((2, 3), np.float32)
        (self.folder / "keras" / "model.weights.json").write_text('{"weight_map": {}}')
        self.assertRefused("convert", "keras", "x.safetensors", saying=("shards", "weight_map", "model.weights.json"))
        (self.folder / "keras" / "model.weights.json").unlink()
        self.assertRefused("convert", "keras", "x.safetensors", saying=("saved in shards", "model_00000.weights.h5"))
        (self.folder / "distributed").mkdir()
        for name in (".metadata", "__0_0.distcp", "config.json"):
            (self.folder / "distributed" / name).write_bytes(b"{}")
        self.assertRefused("inspect", "distributed", saying=("distributed checkpoint", "dcp_to_torch"))
        for part, count in ((0, 3), (2, 3), (3, 3), (0, 1)):
            writer = gguf.GGUFWriter(self.folder / "part.gguf", "llama")
            writer.add_uint16("split.no", part)
            writer.add_uint16("split.count", count)
            writer.add_tensor("token_embd.weight", np.ones((5, 4), np.float32))
            writer.write_header_to_file()
            writer.write_kv_data_to_file()
            writer.write_tensors_to_file()
            writer.close()
            arguments = ("convert", "part.gguf", "part.safetensors", "--plugin", GGUF_PLUGIN)
            if count > 1:
                self.assertRefused(*arguments, saying=(f"part {part + 1 if part < 3 else part} of {count}",))
            else:
                self.assertDone(self.focus(*arguments))

    def gguf_model(self, name: str, tokens: int, rows: int, blocks: bool = False) -> None:
        writer = gguf.GGUFWriter(self.folder / name, "llama")
        writer.add_vocab_size(tokens)
        writer.add_token_list([f"t{number}" for number in range(tokens)])
        table = np.arange(rows * 32, dtype=np.float32).reshape(rows, 32)
        if blocks:
            kind = gguf.GGMLQuantizationType.Q8_0
            writer.add_tensor("token_embd.weight", gguf.quants.quantize(table, kind), raw_dtype=kind)
        else:
            writer.add_tensor("token_embd.weight", table)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()

    def test_the_old_vocabulary_is_in_no_new_model(self):
        fixtures.unpack_tokenizer(SOURCE, self.folder / "from")
        fixtures.unpack_tokenizer(TARGET, self.folder / "to")
        common = ("--source-tokenizer", "from", "--tokenizer", "to", "--auxiliary",
                  fixtures.golden_auxiliary("target-unigram", self.folder), "--output", "result",
                  "--plugin", GGUF_PLUGIN)
        self.gguf_model("model.gguf", ROWS, ROWS)
        self.assertRefused("specialize", "model.gguf", *common, saying=("tokenizer.ggml.tokens", "--to safetensors"))
        self.assertDone(self.focus("specialize", "model.gguf", *common, "--to", "safetensors"))
        written = tensors.read_safetensors(self.folder / "result" / "model.safetensors")
        self.assertEqual([key for key in written.metadata if "ggml" in key or "vocab" in key], [])
        # Blocks are read as bytes; the option is named that reads them as numbers, and bytes have no mean.
        self.gguf_model("blocks.gguf", ROWS, ROWS, blocks=True)
        arguments = ("blocks.gguf", *common, "--to", "safetensors", "--overwrite")
        self.assertRefused("specialize", *arguments, saying=("Q8_0", "dequantize=f32"))
        statistics = self.focus("inspect", "blocks.gguf", "--stats", "--json", "--plugin", GGUF_PLUGIN)
        self.assertDone(statistics)
        self.assertNotIn('"mean"', statistics.output)

    def test_verify_compares_rows_with_the_tokens_in_a_gguf(self):
        self.gguf_model("good.gguf", 7, 7)
        self.gguf_model("bad.gguf", 9, 7)
        self.assertDone(self.focus("verify", "good.gguf", "--plugin", GGUF_PLUGIN))
        outcome = self.focus("verify", "bad.gguf", "--plugin", GGUF_PLUGIN)
        self.assertEqual(outcome.code, 1)
        self.assertIn("lists 9 tokens, but 'token_embd.weight' has 7 rows", outcome.output + outcome.errors)

    def test_the_plugin_that_reads_a_file_is_named(self):
        self.gguf_model("model.gguf", 4, 4)
        (self.folder / "pytorch_model.bin").write_bytes((fixtures.FIXTURES / "pytorch" / "types.pt").read_bytes())
        (self.folder / "old.pt").write_bytes((fixtures.FIXTURES / "pytorch" / "legacy.pt").read_bytes())
        (self.folder / "folder").mkdir()
        (self.folder / "folder" / "pytorch_model.bin").write_bytes(b"PK\x03\x04")
        files = {"model.gguf": GGUF_PLUGIN, "pytorch_model.bin": TORCH_PLUGIN, "old.pt": TORCH_PLUGIN}
        for name, plugin in (*files.items(), ("folder", TORCH_PLUGIN)):
            self.assertRefused("inspect", name, saying=(plugin.name, "--plugin", "FOCUS_PLUGIN_PATH"))
        for name, plugin in files.items():
            self.assertDone(self.focus("inspect", name, "--plugin", plugin))
        # A folder is not called like a file that no format in use writes.
        self.write_folder({"a": tensors.numbers(4)})
        for name in ("x.gguf", "x.bin", "x.onnx"):
            self.assertRefused("convert", "source", name, saying=(name, "--to"))
        self.convert("source", "x.gguf", "--to", "safetensors")

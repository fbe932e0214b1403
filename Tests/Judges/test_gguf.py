"""The plug-in for GGUF against gguf, the Python package of ggml itself."""

import json
import pathlib
import struct
import warnings

import gguf
import numpy as np
from gguf import GGMLQuantizationType, GGUFReader, GGUFValueType, GGUFWriter

import fixtures
import tensors
from format_case import FormatCase
from tensors import METADATA
from test_checkpoints import ROWS, SOURCE, TARGET, masked_model
from tool import BINARY

PLUGIN = pathlib.Path(BINARY).with_name("libgguf.so")
PLAIN = ("F32", "F16", "F64", "BF16", "I8", "I16", "I32", "I64")
BLOCKS = {kind: sizes for kind, sizes in gguf.GGML_QUANT_SIZES.items() if kind.name not in PLAIN}
DEQUANTISED = ("Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS",
               "MXFP4")
NUMBERS = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float32", "float64")


def content(field) -> list:
    """Type and value of a field, so that two can be compared bit for bit."""
    return [field.types, [(part.dtype, part.tobytes()) for part in field.parts]]


def number(text: str | float, dtype: type) -> np.floating:
    """A number as the plug-in shows it: a NaN of unusual bits by these."""
    if isinstance(text, str) and text.startswith("nan:"):
        return np.array(int(text[4:], 16), f"u{np.dtype(dtype).itemsize}").view(dtype)[()]
    return dtype(text)


class GGUF(FormatCase):
    def plugin(self, *arguments):
        return (*arguments, "--plugin", PLUGIN)

    def finish(self, writer: GGUFWriter) -> None:
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()

    def write_blocks(self, name: str, kinds, rows: int = 24) -> dict[str, np.ndarray]:
        """A file of random blocks: every scale is there, infinite ones too."""
        random = np.random.default_rng(5)
        writer = GGUFWriter(self.folder / name, "llama")
        writer.add_file_type(15)
        blocks = {}
        for kind in kinds:
            blocks[kind.name] = random.integers(0, 256, (rows, 3 * BLOCKS[kind][1]), np.uint8)
            writer.add_tensor(kind.name, blocks[kind.name], raw_dtype=kind)
        self.finish(writer)
        return blocks

    def write_metadata(self, name: str) -> pathlib.Path:
        """A file of metadata of every kind."""
        random = np.random.default_rng(6)
        writer = GGUFWriter(self.folder / name, "llama")
        for kind in NUMBERS:
            dtype = np.dtype(kind)
            values = [np.frombuffer(random.bytes(dtype.itemsize), dtype)[0].item() for _ in range(40)]
            if dtype.kind == "f":
                values = [value for value in values if value == value] + [float("inf"), float("nan"), -float("nan"),
                                                                          -0.0, 1e-40, 0.1]
            code = GGUFValueType[kind.upper()]
            writer.add_key_value(f"one.{kind}", values[-1], code)
            writer.add_key_value(f"list.{kind}", values, GGUFValueType.ARRAY, code)
        writer.add_bool("one.bool", False)
        writer.add_array("list.bool", [True, False, True])
        writer.add_token_list([f"▁tok\"{i}\\\n\u0001\U0001f600" for i in range(3000)])
        writer.add_token_types([i % 5 for i in range(3000)])
        writer.add_chat_template("{% for m in messages %}\n\t{{ m['content'] }}\u00e9{% endfor %}")
        writer.add_key_value("bytes", b"\xff\0\xfe", GGUFValueType.STRING)
        writer.add_array("some.bytes", [b"\xc3", b"\xc3\xa9"])
        writer.add_tensor("a.weight", np.arange(12, dtype=np.float32).reshape(3, 4))
        self.finish(writer)
        return self.folder / name

    # What the package writes

    def test_tensors_of_the_package(self):
        arrays = {name: tensors.patterns(name) for name in PLAIN}
        writer = GGUFWriter(self.folder / "x.gguf", "bert")
        for name, tensor in arrays.items():
            if name == "BF16":
                writer.add_tensor(name, tensor.array.view(np.uint8), raw_dtype=GGMLQuantizationType.BF16)
            else:
                writer.add_tensor(name, tensor.array)
        four = tensors.numbers(2, 3, 4, 5)
        writer.add_tensor("four.axes", four.array)
        self.finish(writer)
        found = tensors.read_safetensors(self.convert("x.gguf", "x.safetensors", *self.plugin()))
        self.assertEqual(tensors.complaints(found, arrays | {"four.axes": four}, {"general.architecture": "bert"},
                                            False), [])

    def test_blocks_as_bytes(self):
        blocks = self.write_blocks("x.gguf", BLOCKS)
        contents = tensors.read_safetensors(self.convert("x.gguf", "x.safetensors", *self.plugin())).tensors
        self.assertEqual({name: (t.dtype, t.shape, t.data) for name, t in contents.items()},
                         {name: ("U8", rows.shape, rows.tobytes()) for name, rows in blocks.items()})
        answer = json.loads(self.focus("inspect", "x.gguf", "--json", *self.plugin()).output)
        self.assertEqual({t["name"]: t.get("storedType") for t in answer["tensors"]}, {name: name for name in blocks})

    def test_blocks_as_numbers(self):
        kinds = [GGMLQuantizationType[name] for name in DEQUANTISED]
        blocks = self.write_blocks("x.gguf", kinds)
        found = tensors.read_safetensors(
            self.convert("x.gguf", "x.safetensors", *self.plugin("--option", "dequantize=f32")))
        self.assertEqual(list(found.tensors), list(DEQUANTISED))
        for kind in kinds:
            with self.subTest(kind.name), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                expected = gguf.quants.dequantize(blocks[kind.name], kind)
                array = found.tensors[kind.name].array
                self.assertEqual((array.dtype, array.shape), (expected.dtype, expected.shape))
                number = ~np.isnan(expected)
                np.testing.assert_array_equal(np.isnan(array), ~number)
                np.testing.assert_array_equal(array.view(np.uint32)[number], expected.view(np.uint32)[number])
        # What tells how the blocks were made is no longer true of the numbers.
        self.assertEqual(found.metadata, {"general.architecture": "llama"})

    def test_quantised_weights_come_back_close(self):
        weights = tensors.numbers(64, 512).array
        writer = GGUFWriter(self.folder / "x.gguf", "llama")
        for name in ("Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0"):
            kind = GGMLQuantizationType[name]
            writer.add_tensor(name, gguf.quants.quantize(weights, kind), raw_dtype=kind)
        self.finish(writer)
        found = tensors.read_safetensors(
            self.convert("x.gguf", "x.safetensors", *self.plugin("--option", "dequantize=f32"))).tensors
        for name, steps in (("Q4_0", 16), ("Q4_1", 16), ("Q5_0", 32), ("Q5_1", 32), ("Q8_0", 256)):
            self.assertEqual(found[name].shape, weights.shape)
            # The largest weight of a block is near 0.07; one step of a block is that over half the number of steps.
            self.assertLess(np.abs(found[name].array - weights).max(), 0.2 / steps, name)

    def test_blocks_that_are_not_dequantised_are_named(self):
        others = [kind for kind in BLOCKS if kind.name not in DEQUANTISED]
        for kind in others:
            with self.subTest(kind.name):
                self.write_blocks(f"{kind.name}.gguf", [kind], rows=1)
                self.assertRefused("convert", f"{kind.name}.gguf", "x.safetensors",
                                   *self.plugin("--option", "dequantize=f32"),
                                   saying=(kind.name, "as bytes"))

    def test_dequantising_takes_little_memory(self):
        kind = GGMLQuantizationType.Q4_K
        block = np.full(BLOCKS[kind][1], 0x22, np.uint8)
        writer = GGUFWriter(self.folder / "x.gguf", "llama")
        writer.add_tensor("w", np.tile(block, (16_384, 16)), raw_dtype=kind)
        self.finish(writer)
        peak = self.peak_memory("convert", "x.gguf", "x.safetensors", *self.plugin("--option", "dequantize=f32"))
        self.assertEqual((self.folder / "x.safetensors").stat().st_size // 2**20, 256)
        self.assertLess(peak, 100 << 20)

    def test_another_byte_order_is_said(self):
        writer = GGUFWriter(self.folder / "x.gguf", "bert", endianess=gguf.GGUFEndian.BIG)
        writer.add_tensor("a", np.ones(3, np.float32))
        self.finish(writer)
        self.assertRefused("inspect", "x.gguf", *self.plugin(), saying=("x.gguf", "big endian", "gguf-convert-endian"))

    def test_a_large_vocabulary_is_read(self):
        writer = GGUFWriter(self.folder / "x.gguf", "llama")
        tokens = [f"▁token{i}" for i in range(256_000)]
        writer.add_token_list(tokens)
        writer.add_token_scores([i / 7 for i in range(len(tokens))])
        self.finish(writer)
        answer = self.focus("inspect", "x.gguf", "--json", *self.plugin())
        self.assertDone(answer)
        metadata = json.loads(answer.output)["metadata"]
        self.assertEqual(json.loads(metadata["tokenizer.ggml.tokens"]), tokens)
        self.assertEqual(len(json.loads(metadata["tokenizer.ggml.scores"])), len(tokens))

    def test_metadata_that_would_fill_the_memory_are_refused(self):
        count = 1 << 25
        key = b"GGUF" + struct.pack("<IQQQ1sIIQ", 3, 0, 1, 1, b"k", GGUFValueType.ARRAY, GGUFValueType.INT8, count)
        (self.folder / "x.gguf").write_bytes(key + b"\x80" * count)
        self.assertRefused("inspect", "x.gguf", *self.plugin(), saying=("'k'", "134217728 bytes as text"))
        with open(self.folder / "y.gguf", "wb") as file:
            file.write(b"GGUF" + struct.pack("<IQQQ1sIQ", 3, 0, 1, 1, b"k", GGUFValueType.STRING, 1 << 27))
            file.truncate(1 << 28)
        self.assertRefused("inspect", "y.gguf", *self.plugin(), saying=("'k'", "headers must have ended"))

    # What the plug-in writes

    def test_the_package_reads_ours(self):
        contents = {name: tensor for name, tensor in tensors.synthetic().items()
                    if tensor.dtype in PLAIN and len(name.encode()) <= 63 and len(tensor.shape) <= 4}
        # ggml's package fails on a scalar of a type that NumPy lacks; ggml does not.
        del contents["shape.scalar_half"]
        self.assertEqual({tensor.dtype for tensor in contents.values()}, set(PLAIN))
        self.assertIn((), {tensor.shape for tensor in contents.values()})
        self.write_folder(contents)
        folder = self.convert("source", "as-gguf", "--to", "gguf", *self.plugin())
        reader = GGUFReader(folder / "model.gguf")
        self.assertEqual([tensor.name for tensor in reader.tensors], list(contents))
        for found in reader.tensors:
            expected = contents[found.name]
            self.assertEqual(found.tensor_type.name, expected.dtype, found.name)
            self.assertEqual(tuple(found.shape[::-1]), expected.shape, found.name)
            self.assertEqual(found.data.tobytes(), expected.data, found.name)
            self.assertEqual(found.data_offset % 32, 0)
        fields = {name: field.contents() for name, field in reader.fields.items() if not name.startswith("GGUF.")}
        self.assertEqual(fields, METADATA | {"general.architecture": "unspecified"})
        self.assertEqual((folder / "model.gguf").stat().st_size % 32, 0)
        # And back: nothing is added.
        back = self.convert(folder, "back", "--to", "safetensors", *self.plugin())
        found = tensors.read_safetensors(back / "model.safetensors")
        self.assertEqual(tensors.complaints(found, contents, METADATA), [])
        self.assertEqual(self.focus("diff", "source", folder, *self.plugin()).code, 0)

    def test_every_format_leads_to_the_same_file(self):
        contents = {"a/b": tensors.numbers(33, 7), "half": tensors.of(tensors.numbers(64).array.astype(np.float16))}
        self.write_folder(contents)
        first = self.convert("source", "first", "--to", "gguf", *self.plugin())
        for kind in tensors.KINDS:
            with self.subTest(kind.name):
                folder = self.convert(first, kind.name, *kind.options, *self.plugin())
                self.assertHolds(kind, folder, contents, order=kind.keeps_order)
                again = self.convert(folder, f"{kind.name}-again", "--to", "gguf", *self.plugin())
                self.assertEqual(self.focus("diff", first, again, *self.plugin()).code, 0)
                if kind.keeps_order:
                    self.assertEqual((again / "model.gguf").read_bytes(), (first / "model.gguf").read_bytes())

    def test_metadata_keep_their_types(self):
        source = GGUFReader(self.write_metadata("x.gguf"))
        self.convert("x.gguf", "x.safetensors", *self.plugin())
        for path in (self.convert("x.gguf", "y.gguf", *self.plugin()),
                     self.convert("x.safetensors", "z.gguf", *self.plugin())):
            found = GGUFReader(path)
            self.assertEqual(found.fields.keys(), source.fields.keys())
            for name, field in source.fields.items():
                self.assertEqual(content(found.fields[name]), content(field), name)
        self.assertEqual((self.folder / "y.gguf").read_bytes(), (self.folder / "z.gguf").read_bytes())

    def test_metadata_are_the_values_of_the_package(self):
        source = GGUFReader(self.write_metadata("x.gguf"))
        found = json.loads(self.focus("inspect", "x.gguf", "--json", *self.plugin()).output)["metadata"]
        types = json.loads(found.pop("gguf.types"))
        names = [name for name in source.fields if not name.startswith("GGUF.")]
        self.assertEqual(set(found), set(names))
        for name in names:
            field = source.fields[name]
            with self.subTest(name):
                if types.get(name) in ("hex", "[hex]"):
                    values = json.loads(found[name]) if types[name] == "[hex]" else [found[name]]
                    self.assertEqual([bytes.fromhex(value) for value in values],
                                     [field.parts[i].tobytes() for i in field.data])
                elif name not in types:
                    self.assertEqual(found[name], field.contents())
                elif field.types[-1] in (GGUFValueType.FLOAT32, GGUFValueType.FLOAT64):
                    values = json.loads(found[name]) if field.types[0] == GGUFValueType.ARRAY else [found[name]]
                    dtype = np.float32 if field.types[-1] == GGUFValueType.FLOAT32 else np.float64
                    expected = np.concatenate([field.parts[i] for i in field.data])
                    self.assertEqual(np.array([number(value, dtype) for value in values]).tobytes(), expected.tobytes())
                else:
                    self.assertEqual(json.loads(found[name]), field.contents())

    def test_what_gguf_cannot_hold_is_refused(self):
        sources = {"type": ({"t": tensors.patterns("U8")}, ("'t U8", "gguf cannot hold")),
                   "name": ({"n" * 64: tensors.numbers(3)}, ("n" * 64, "64 bytes", "63")),
                   "rank": ({"r": tensors.numbers(1, 1, 1, 1, 2)}, ("'r'", "5 axes"))}
        for name, (contents, words) in sources.items():
            with self.subTest(name):
                tensors.write_safetensors(self.folder / f"{name}.safetensors", contents)
                self.assertRefused("convert", f"{name}.safetensors", "x.gguf", *self.plugin(), saying=words)

    # Both ways

    def test_specialize_a_checkpoint_in_gguf(self):
        fixtures.write_checkpoint(self.folder / "source", masked_model(), {"model_type": "bert", "vocab_size": ROWS},
                                  SOURCE)
        fixtures.unpack_tokenizer(TARGET, self.folder / "target")
        common = ("--tokenizer", "target", "--auxiliary", fixtures.golden_auxiliary("target-unigram", self.folder),
                  "--output")
        self.assertDone(self.focus("specialize", "source", *common, "expected"))
        expected = tensors.read_safetensors(self.folder / "expected" / "model.safetensors")
        folder = self.convert("source", "as-gguf", "--to", "gguf", *self.plugin())
        self.assertDone(self.focus("specialize", folder, *common, "result", *self.plugin()))
        found = {tensor.name: tensor for tensor in GGUFReader(self.folder / "result" / "model.gguf").tensors}
        self.assertEqual(found.keys(), expected.tensors.keys())
        for name, tensor in expected.tensors.items():
            self.assertEqual((tuple(found[name].shape[::-1]), found[name].data.tobytes()), (tensor.shape, tensor.data),
                             name)
        self.assertDone(self.focus("verify", "result", *self.plugin()))

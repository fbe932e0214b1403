"""Models as Flax, ONNX and TensorFlow leave them, through the plug-ins, against what their own readers say."""

import json
import pathlib
import shutil

import fixtures
import numpy as np
import tensors
from built_plugin import PluginCase, built
from safetensors.numpy import save_file
from tensors import Tensor
from test_format_damage import limited
from tool import FIXTURES

FRAMEWORKS = FIXTURES / "frameworks"


def expected(name: str) -> dict[str, Tensor]:
    """What the writer's own reader loads."""
    return tensors.read_safetensors(FRAMEWORKS / f"{name}.safetensors").tensors


class FrameworkCase(PluginCase):
    def copy(self, name: str) -> pathlib.Path:
        source = FRAMEWORKS / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        target = self.folder / name
        shutil.rmtree(target, ignore_errors=True)
        return pathlib.Path(copy(source, target))

    def refuse(self, name, *words: str) -> None:
        self.assertRefused("inspect", name, "--plugin", self.LIBRARY, saying=words, preexec_fn=limited)

    def judge(self, *names: str) -> None:
        """Values, statistics, soundness, equality, and the laws of reading."""
        for name in names:
            with self.subTest(name):
                path = FRAMEWORKS / name
                self.assertEqual(self.tensors_of(path), expected(name))
                self.assertDone(self.plugin("inspect", path, "--stats"))
                self.assertEqual(self.plugin("verify", path).code, 0)
                self.assertEqual(self.plugin("diff", path, FRAMEWORKS / f"{name}.safetensors").code, 0)
                self.assertDone(self.plugin("formats", "--check", self.LIBRARY.stem.removeprefix("lib"),
                                            "--sample", path))

    def judge_cuts(self, name: str, file: str = "") -> None:
        """No beginning of a file is taken for the whole."""
        path = self.copy(name)
        target = path / file if file else path
        whole = target.read_bytes()
        for size in sorted({*range(0, len(whole), max(1, len(whole) // 40)), len(whole) - 1}):
            target.write_bytes(whole[:size])
            self.assertRefused("inspect", name, "--plugin", self.LIBRARY, preexec_fn=limited)

    def specialized(self, source: pathlib.Path) -> dict[str, Tensor]:
        """What a model becomes whose table has as many rows as the source tokenizer has tokens."""
        fixtures.unpack_tokenizer("golden/tokenizers/source", source)
        fixtures.unpack_tokenizer("golden/tokenizers/target-bpe", self.folder / "target")
        rows = len(json.loads((source / "tokenizer.json").read_text())["model"]["vocab"])
        (source / "config.json").write_text(json.dumps({"model_type": "bert", "vocab_size": rows}))
        new = self.folder / f"{source.name}-new"
        self.assertDone(self.plugin("specialize", source, "--tokenizer", "target", "--output", new, "--method",
                                    "pieces", "--to", "safetensors"))
        self.assertNotEqual(json.loads((new / "config.json").read_text())["vocab_size"], rows)
        return tensors.read_safetensors(new / "model.safetensors").tensors


class Flax(FrameworkCase):
    LIBRARY = built("flax")

    def test_what_flax_wrote(self):
        self.judge("flax-model.msgpack", "flax-types.msgpack", "flax-chunked.msgpack", "flax-shards")

    def test_what_is_no_array_is_metadata(self):
        outcome = self.plugin("inspect", FRAMEWORKS / "flax-types.msgpack", "--metadata")
        for line in ("step: 7", "name: tiny"):
            self.assertIn(line, outcome.output)

    def test_files_that_end_early(self):
        self.judge_cuts("flax-types.msgpack")
        self.judge_cuts("flax-chunked.msgpack")

    def test_what_is_wrong_is_named(self):
        path = self.copy("flax-model.msgpack")
        whole = path.read_bytes()
        path.write_bytes(whole.replace(b"float32", b"float99", 1))
        self.refuse(path.name, path.name, "float99", "byte")
        path.write_bytes(whole + b"\xc0")
        self.refuse(path.name, "behind its end")
        path.write_bytes(b"\x81\xa1a" * 100_000)
        self.refuse(path.name, "nested deeper")
        # A shape of more than the contents.
        path.write_bytes(whole.replace(b"\x92\x0b\x06", b"\x92\x0b\x07", 1))
        self.refuse(path.name, "by its shape")
        path.write_bytes(b"\xdf\xff\xff\xff\xff" + whole[1:])
        self.refuse(path.name, path.name)

    def test_shards(self):
        folder = self.copy("flax-shards")
        first, second = sorted(folder.glob("*.msgpack"))
        index = folder / "flax_model.msgpack.index.json"
        text = index.read_text()
        index.write_text(text.replace("embedding/table", "embedding/other"))
        self.refuse("flax-shards", "embedding/table", first.name, "not in the index")
        index.write_text(text.replace(second.name, "../" + second.name))
        self.refuse("flax-shards", "only plain file names")
        index.write_text(text)
        second.unlink()
        self.refuse("flax-shards", second.name, "No such file")

    def test_a_model_gets_another_vocabulary(self):
        """Written here in MessagePack, with the table that a tokenizer fits."""
        rows = np.random.default_rng(0).standard_normal((401, 6)).astype("<f4")
        def array(values: np.ndarray) -> bytes:
            inner = (b"\x93\x92" + b"".join(b"\xcd" + size.to_bytes(2, "big") for size in values.shape) + b"\xa7float32"
                     + b"\xc6" + values.nbytes.to_bytes(4, "big") + values.tobytes())
            return b"\xc9" + len(inner).to_bytes(4, "big") + b"\x01" + inner
        source = self.folder / "source"
        source.mkdir()
        (source / "flax_model.msgpack").write_bytes(
            b"\x82\xaaembeddings\x81\xa9embedding" + array(rows) + b"\xa4head\x81\xa6kernel"
            + array(np.ascontiguousarray(rows.T)))
        plain = self.folder / "plain"
        plain.mkdir()
        save_file({"embeddings/embedding": rows, "head/kernel": np.ascontiguousarray(rows.T)},
                  plain / "model.safetensors")
        found = self.specialized(source)
        self.assertEqual(found, self.specialized(plain))
        self.assertEqual(found["head/kernel"].shape, found["embeddings/embedding"].shape[::-1])


class ONNX(FrameworkCase):
    LIBRARY = built("onnx")

    def test_what_onnx_wrote(self):
        self.judge("onnx-raw.onnx", "onnx-typed.onnx", "onnx-external")

    def test_what_is_no_tensor_is_metadata(self):
        outcome = self.plugin("inspect", FRAMEWORKS / "onnx-raw.onnx", "--metadata")
        for line in ("producer_name: fixtures", "author: somebody", "opset: 21", "left out: 1"):
            self.assertIn(line, outcome.output)
        self.assertIn("INT4", outcome.output)

    def test_files_that_end_early(self):
        self.judge_cuts("onnx-external", "model.onnx_data")
        path = self.copy("onnx-typed.onnx")
        whole = path.read_bytes()
        for size in range(0, len(whole), 11):
            path.write_bytes(whole[:size])
            outcome = self.plugin("inspect", path, preexec_fn=limited)
            # A model that ends behind a field is one; but it has not all.
            if outcome.code == 0:
                found = self.tensors_of(path)
                self.assertTrue(found.items() <= expected("onnx-typed.onnx").items())
            else:
                self.assertEqual(outcome.code, 1, outcome.errors)

    def test_fields_in_another_order(self):
        """The version of the model before all others, and a producer with a long name that is not ASCII."""
        whole = (FRAMEWORKS / "onnx-raw.onnx").read_bytes()
        name = "Größe ".encode() * 40
        for inserted in (b"\x28\x01", b"\x12" + bytes([len(name) & 0x7F | 0x80, len(name) >> 7]) + name):
            (self.folder / "other.onnx").write_bytes(whole[:2] + inserted + whole[2:])
            self.assertEqual(self.tensors_of("other.onnx"), expected("onnx-raw.onnx"))
        (self.folder / "other.onnx").write_bytes(b"")
        self.refuse("other.onnx", "other.onnx")

    def test_contents_in_other_files_stay_in_the_folder(self):
        folder = self.copy("onnx-external")
        model = folder / "model.onnx"
        whole = model.read_bytes()
        (self.folder / "model.onnx_dat").write_bytes(bytes(4096))
        for other in (b"../model.onnx_d", b"/etc/hostname_x", b"a/../../model.x"):
            self.assertEqual(len(other), len(b"model.onnx_data"))
            model.write_bytes(whole.replace(b"model.onnx_data", other))
            self.refuse("onnx-external", other.decode(), "in the folder of the model")
        model.write_bytes(whole)
        data = folder / "model.onnx_data"
        data.rename(self.folder / "elsewhere")
        data.symlink_to(self.folder / "elsewhere")
        self.refuse("onnx-external", "link that leads out")
        data.unlink()
        self.refuse("onnx-external", "model.onnx_data", "No such file")


class TensorFlow(FrameworkCase):
    LIBRARY = built("tensorflow")

    def test_what_tensorflow_wrote(self):
        self.judge("tensorflow-checkpoint", "tensorflow-saved-model", "tensorflow-bert", "tensorflow-parts")
        index = FRAMEWORKS / "tensorflow-bert" / "bert_model.ckpt.index"
        self.assertEqual(self.tensors_of(index), expected("tensorflow-bert"))

    def test_texts_are_counted(self):
        outcome = self.plugin("inspect", FRAMEWORKS / "tensorflow-checkpoint", "--metadata")
        self.assertIn("left out: 2", outcome.output)

    def test_files_that_end_early(self):
        self.judge_cuts("tensorflow-bert", "bert_model.ckpt.index")
        self.judge_cuts("tensorflow-bert", "bert_model.ckpt.data-00000-of-00001")

    def test_a_file_of_data_that_is_missing(self):
        folder = self.copy("tensorflow-parts")
        (folder / "model.ckpt.data-00001-of-00002").unlink()
        self.refuse("tensorflow-parts", "model.ckpt.data-00001-of-00002", "No such file")

    def test_checkpoints_of_the_first_version(self):
        path = self.copy("tensorflow-first.ckpt").rename(self.folder / "first.index")
        self.refuse(path.name, path.name, "first version", "tf.compat.v1.train.Saver")

    def test_checksums_of_the_index(self):
        index = self.copy("tensorflow-bert") / "bert_model.ckpt.index"
        whole = index.read_bytes()
        for place in range(0, len(whole) - 60, 97):
            changed = bytearray(whole)
            changed[place] ^= 4
            index.write_bytes(changed)
            self.refuse("tensorflow-bert", "tensorflow-bert")

    def test_which_of_several(self):
        folder = self.copy("tensorflow-checkpoint")
        for ending in ("index", "data-00000-of-00001"):
            shutil.copy(folder / f"ckpt-2.{ending}", folder / f"ckpt-3.{ending}")
        self.assertEqual(self.tensors_of(folder), expected("tensorflow-checkpoint"))
        (folder / "checkpoint").unlink()
        self.refuse("tensorflow-checkpoint", "2 checkpoints", "ckpt-2.index", "name the index")
        self.assertEqual(self.tensors_of(folder / "ckpt-3.index"), expected("tensorflow-checkpoint"))
        (folder / "ckpt-3.data-00000-of-00001").unlink()
        self.refuse(folder / "ckpt-3.index", "ckpt-3.data-00000-of-00001", "No such file")
        (folder / "checkpoint").write_text('model_checkpoint_path: "../../other/ckpt-2"\n')
        self.assertEqual(self.tensors_of(folder), expected("tensorflow-checkpoint"))

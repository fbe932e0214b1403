"""Models of Keras 3, as Keras saves them, against what h5py reads."""

import io
import json
import pathlib
import zipfile

import h5py
import numpy as np
from test_format_damage import limited
from test_frameworks import FRAMEWORKS, FrameworkCase


class Keras(FrameworkCase):
    LIBRARY = pathlib.Path("libkeras.so")

    def plugin(self, command, *arguments, **options):
        """The format is built in."""
        return self.focus(command, *arguments, **options)

    def refuse(self, name, *words: str) -> None:
        self.assertRefused("inspect", name, saying=words, preexec_fn=limited)

    def test_what_keras_wrote(self):
        self.judge("keras-model.keras", "keras-half.keras", "keras-shards")
        shown = self.focus("inspect", FRAMEWORKS / "keras-model.keras", "--metadata").output
        for word in ("keras_version", "keras.config", "LayerNormalization"):
            self.assertIn(word, shown)
        self.assertEqual(list(self.temporary.iterdir()), [])

    def test_members_that_are_deflated(self):
        path = self.folder / "deflated.keras"
        with zipfile.ZipFile(FRAMEWORKS / "keras-model.keras") as source, \
                zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in source.namelist():
                archive.writestr(name, source.read(name))
        self.assertEqual(self.focus("diff", path, FRAMEWORKS / "keras-model.keras.safetensors").code, 0)

    def test_what_is_wrong_is_named(self):
        path = self.copy("keras-model.keras")
        whole = path.read_bytes()
        for size in (10, 100, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:size])
            self.refuse(path.name, path.name)
        place = whole.index(b"\x89HDF")
        path.write_bytes(whole[:place + 3000] + b"\xff" + whole[place + 3001:])
        self.refuse(path.name, path.name, "CRC")
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("config.json", "{}")
        self.refuse(path.name, "without 'model.weights.h5'")
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("config.json", "{}")
            archive.writestr("model.weights.h5", b"\x89HDF\r\n\x1a\n" + bytes(100))
        self.refuse(path.name, "model.weights.h5")
        inner = io.BytesIO()
        with h5py.File(inner, "w") as file:
            file["layers/dense/vars/0"] = h5py.ExternalLink("/etc/hostname", "/x")
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("config.json", "{}")
            archive.writestr("model.weights.h5", inner.getvalue())
        self.refuse(path.name)

    def test_a_folder_for_temporary_files_that_is_not_there(self):
        self.temporary.rmdir()
        outcome = self.focus("inspect", FRAMEWORKS / "keras-model.keras")
        self.assertEqual(outcome.code, 1)
        self.assertIn("TMPDIR", outcome.complaint)

    def test_shards(self):
        folder = self.copy("keras-shards")
        index = folder / "model.weights.json"
        text = json.loads(index.read_text())
        files = sorted(folder.glob("*.h5"))
        self.assertGreater(len(files), 1)
        self.assertEqual(self.focus("diff", index, FRAMEWORKS / "keras-shards.safetensors").code, 0)
        group = next(iter(text["weight_map"]))
        index.write_text(json.dumps({"weight_map": text["weight_map"] | {group: "../" + files[0].name}}))
        self.refuse("keras-shards", "only plain file names")
        index.write_text(json.dumps({"weight_map": text["weight_map"] | {group: files[-1].name}}))
        self.refuse("keras-shards", "says otherwise")
        index.write_text(json.dumps(text))
        files[-1].unlink()
        self.refuse("keras-shards", files[-1].name)

    def test_a_model_with_another_vocabulary_is_safetensors(self):
        """The table of a Keras model gets the rows that the same table gets in HDF5."""
        rows = np.random.default_rng(0).standard_normal((401, 6)).astype(np.float32)
        inner = io.BytesIO()
        with h5py.File(inner, "w") as file:
            file["layers/embedding/vars/0"] = rows
        source, plain = self.folder / "source", self.folder / "plain"
        for folder in (source, plain):
            folder.mkdir()
        with zipfile.ZipFile(source / "model.keras", "w") as archive:
            archive.writestr("metadata.json", "{}")
            archive.writestr("config.json", "{}")
            archive.writestr("model.weights.h5", inner.getvalue())
        (plain / "model.h5").write_bytes(inner.getvalue())
        self.assertEqual(self.specialized(source), self.specialized(plain))

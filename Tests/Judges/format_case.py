"""What the judges of formats have in common: a source in safetensors, and conversions that must succeed."""

import pathlib

import tensors
from tensors import METADATA, Tensor
from tool import FocusCase

CONFIG = '{"model_type": "bert"}\n'


class FormatCase(FocusCase):
    def write_folder(self, contents: dict[str, Tensor], name: str = "source") -> pathlib.Path:
        """A checkpoint folder of one file, with a config."""
        tensors.write_safetensors(self.folder / name / "model.safetensors", contents)
        (self.folder / name / "config.json").write_text(CONFIG)
        return self.folder / name

    def convert(self, source, destination, *options) -> pathlib.Path:
        self.assertDone(self.focus("convert", source, destination, *options))
        return self.folder / destination

    def read(self, name: str) -> dict[str, Tensor]:
        return tensors.read_safetensors(self.folder / name).tensors

    def assertHolds(self, kind: tensors.Kind, folder: pathlib.Path, expected: dict, order: bool = True,
                    metadata=METADATA):
        """The folder has exactly these tensors, as other people's libraries read them."""
        self.assertEqual(tensors.complaints(kind.contents(folder), expected, metadata, order), [])

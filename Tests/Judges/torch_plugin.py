"""The plug-in for what PyTorch and trainers write, as judges call it."""

import pathlib

import tensors
from tensors import Tensor
from tool import BINARY, FocusCase

PLUGIN = pathlib.Path(BINARY).parent / "libpytorch.so"


class TorchPluginCase(FocusCase):
    def plugin(self, command, *arguments, **options):
        return self.focus(command, *arguments, "--plugin", PLUGIN, **options)

    def tensors_of(self, path, *options) -> dict[str, Tensor]:
        result = self.base / "converted.safetensors"
        result.unlink(missing_ok=True)
        self.assertDone(self.plugin("convert", path, result, *options))
        return tensors.read_safetensors(result).tensors

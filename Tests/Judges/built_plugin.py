"""The plug-ins that are built with the command, as judges call them."""

import pathlib

import tensors
from tensors import Tensor
from tool import BINARY, FocusCase


def built(name: str) -> pathlib.Path:
    """The shared object of the plug-in `name`."""
    return pathlib.Path(BINARY).parent / f"lib{name}.so"


PLUGIN = built("pytorch")


class PluginCase(FocusCase):
    """Commands with one plug-in."""
    LIBRARY: pathlib.Path

    def plugin(self, command, *arguments, **options):
        return self.focus(command, *arguments, "--plugin", self.LIBRARY, **options)

    def tensors_of(self, path, *options) -> dict[str, Tensor]:
        result = self.base / "converted.safetensors"
        result.unlink(missing_ok=True)
        self.assertDone(self.plugin("convert", path, result, *options))
        return tensors.read_safetensors(result).tensors


class TorchPluginCase(PluginCase):
    LIBRARY = PLUGIN

"""`.nemo` files: tar archives made by Python's tarfile, as NeMo makes them, around files of torch.save."""

import io
import pathlib
import shutil
import tarfile

import tensors
from built_plugin import PLUGIN, TorchPluginCase
from test_format_damage import limited
from tool import FIXTURES

TORCH = FIXTURES / "pytorch"
CONFIGURATION = "name: tiny\ntarget: nemo.collections.nlp.models.MegatronGPTModel\n"


class NeMo(TorchPluginCase):
    def archive(self, weights: str, form: int = tarfile.GNU_FORMAT, mode: str = "w:", long: bool = False):
        """A folder with a configuration, a tokenizer and weights, put into an archive as '.'."""
        source = self.base / "nemo"
        shutil.rmtree(source, ignore_errors=True)
        source.mkdir()
        (source / "model_config.yaml").write_text(CONFIGURATION)
        (source / ("tokenizer" * (30 if long else 1) + ".model")[-250:]).write_bytes(b"tokenizer")
        shutil.copy(TORCH / weights, source / "model_weights.ckpt")
        path = self.folder / "tiny.nemo"
        with tarfile.open(path, mode, format=form) as archive:
            archive.add(source, arcname=".")
        return path

    def test_the_weights_are_those_of_torch(self):
        for weights in ("types.pt", "views.pt", "legacy.pt"):
            stem = pathlib.Path(weights).stem
            for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
                path = self.archive(weights, form, long=form != tarfile.USTAR_FORMAT)
                self.assertEqual(self.tensors_of(path),
                                 tensors.read_safetensors(TORCH / f"{stem}.safetensors").tensors, (weights, form))
        self.assertDone(self.plugin("inspect", path, "--stats"))
        self.assertIn("MegatronGPTModel", self.plugin("inspect", path, "--metadata").output)
        self.assertDone(self.plugin("formats", "--check", "pytorch", "--sample", self.archive("types.pt")))

    def test_what_is_wrong_is_named(self):
        path = self.archive("types.pt")
        whole = path.read_bytes()

        def refuse(*words: str) -> None:
            self.assertRefused("inspect", path, "--plugin", PLUGIN, saying=(path.name, *words), preexec_fn=limited)

        place = whole.index(b"./model_weights.ckpt")
        for size in (700, place + 600, place + 2000):
            path.write_bytes(whole[:size])
            refuse()
        path.write_bytes(whole[:place + 100] + b"9" + whole[place + 101:])
        refuse("checksum is wrong", f"byte {place}")
        self.archive("types.pt", mode="w:gz")
        refuse("gunzip")
        with tarfile.open(path, "w:") as archive:
            for name in ("./model_config.yaml", "./model_weights/.metadata"):
                entry = tarfile.TarInfo(name)
                entry.size = 4
                archive.addfile(entry, io.BytesIO(b"a: 1"))
        refuse("distributed checkpoint", "tar -xf")
        with tarfile.open(path, "w:") as archive:
            archive.addfile(tarfile.TarInfo("./model_config.yaml"))
        refuse("without 'model_weights.ckpt'")

    def test_sizes_that_lie(self):
        """A header with a right checksum, and a size of 8 GiB or of nearly 2^63."""
        path = self.archive("types.pt")
        whole = bytearray(path.read_bytes())
        place = whole.index(b"./model_weights.ckpt")
        for size in (b"77777777777\0", b"\x80" + (2 ** 62).to_bytes(11, "big"), b"\xff" * 12, b"-0000000001\0"):
            header = bytearray(whole[place:place + 512])
            header[124:136] = size
            header[148:156] = b" " * 8
            header[148:156] = b"%06o\0 " % sum(header)
            path.write_bytes(whole[:place] + header + whole[place + 512:])
            self.assertRefused("inspect", path, "--plugin", PLUGIN, saying=(path.name,), preexec_fn=limited)

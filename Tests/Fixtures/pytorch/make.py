"""Writes the fixtures beside this file: archives of torch.save, and what torch says is in them as safetensors.

Needs torch and safetensors: python make.py. Each NAME.safetensors holds what must be read from NAME.pt (or from the folder
NAME); what is in `refused` must not be read. Written with torch 2.13 and safetensors 0.8.
"""

import collections
import json
import pathlib
import shutil
import tarfile
import tempfile
import warnings
import zipfile

import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).resolve().parent
REFUSED = HERE / "refused"
warnings.filterwarnings("ignore")

TYPES = [
    "bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float16", "bfloat16", "float32",
    "float64", "complex64", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz", "float8_e8m0fnu",
    "float4_e2m1fn_x2",
]


def patterns(name: str, *shape: int) -> torch.Tensor:
    """Elements of any bits."""
    dtype = getattr(torch, name)
    size = torch.empty(0, dtype=dtype).element_size()
    count = int(torch.tensor(shape).prod()) if shape else 1
    generator = torch.Generator().manual_seed(len(name) + count)
    if name == "bool":
        return torch.randint(0, 2, shape, generator=generator).bool()
    return torch.randint(0, 256, (count * size,), dtype=torch.uint8, generator=generator).view(dtype).reshape(shape)


def plain(tensor: torch.Tensor) -> torch.Tensor:
    """The same tensor without anything shared, turned or left out."""
    return tensor.detach().clone(memory_format=torch.contiguous_format)


def save(name: str, saved, tensors: dict, **options) -> None:
    path = HERE / f"{name}.pt"
    torch.save(saved, path, **options)
    torch.load(path, weights_only=False)
    save_file({key: plain(value) for key, value in tensors.items()}, HERE / f"{name}.safetensors")


def types() -> None:
    tensors = {f"{name}.{len(shape)}": patterns(name, *shape) for name in TYPES for shape in ((3, 4), (5,))}
    tensors |= {f"{name}.0": patterns(name) for name in TYPES if name != "float4_e2m1fn_x2"}
    save("types", tensors, tensors)


def views() -> None:
    base, cube = patterns("float32", 12, 10), patterns("int16", 3, 4, 5)
    tensors = collections.OrderedDict({
        "whole": base, "transposed": base.T, "rows": base[2:7], "columns": base[:, 3:6], "every third": base[::3, 1::4],
        "tied": base, "row": base[5], "column": base[:, 5], "element": base[3, 4], "diagonal": base.diagonal(),
        "repeated": base[:1].expand(6, 10), "repeated.element": base[0, 0].expand(3, 3), "permuted": cube.permute(2, 0, 1),
        "inner": cube[:, 1:3, ::2], "turned": cube.transpose(0, 2)[1:, :, 1:], "one": base[2:3, 4:5].T,
        "nothing": base[3:3], "nothing.inner": torch.empty(3, 0, 2), "bytes": patterns("uint8", 7, 3).T,
        "wide": patterns("float64", 4, 3).T, "complex": patterns("complex64", 4, 3).T,
        "parameter": torch.nn.Parameter(patterns("float32", 3, 2).nan_to_num()), "é": cube[0], "e\u0301": cube[1],
        "channels last": patterns("float16", 2, 3, 4, 5).to(memory_format=torch.channels_last),
    })
    save("views", tensors, tensors)
    # As an attribute of the file says: the bytes of all numbers in the other order, which torch reads on any machine.
    swap(HERE / "views.pt", HERE / "big-endian.pt")
    save_file({key: plain(value) for key, value in torch.load(HERE / "big-endian.pt").items()}, HERE / "big-endian.safetensors")


def swap(source: pathlib.Path, destination: pathlib.Path) -> None:
    """Copies an archive as a big-endian machine would have written it."""
    sizes = {}
    for tensor in torch.load(source).values():
        size = tensor.element_size() // (2 if tensor.is_complex() else 1)
        sizes[bytes(tensor.untyped_storage())] = size
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(destination, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith("/byteorder"):
                data = b"big"
            elif "/data/" in name and data:
                size = sizes[data]
                data = b"".join(data[start:start + size][::-1] for start in range(0, len(data), size))
            new.writestr(zipfile.ZipInfo(name), data)


def training() -> None:
    torch.manual_seed(1)
    model = torch.nn.Sequential(torch.nn.Embedding(6, 4), torch.nn.Linear(4, 3), torch.nn.BatchNorm1d(3))
    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.tensor([1, 2, 3])).sum().backward()
    optimizer.step()
    state = {f"optimizer.state.{number}.{key}": value for number, values in optimizer.state_dict()["state"].items()
             for key, value in values.items()}
    saved = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3, "rate": 1e-5}
    save("training", saved, {f"model.{key}": value for key, value in model.state_dict().items()} | state)
    saved = {"epoch": 3, "name": "Größe", "best": None, "state_dict": model.state_dict(), "shape": torch.Size([2, 3]),
             "type": torch.float32, "device": torch.device("cpu"), "done": True, "history": [1, 2.5, "x", {"a": (1,)}]}
    save("wrapped", saved, model.state_dict())
    model[1].weight.tag = "an attribute"
    tensors = {"state": list(model.parameters()), "other": (torch.ones(2), {1: torch.zeros(2)})}
    save("protocol-5", tensors, {f"state.{number}": value for number, value in enumerate(tensors["state"])}
         | {"other.0": torch.ones(2), "other.1.1": torch.zeros(2)}, pickle_protocol=5)


def legacy() -> None:
    """The layout of before torch 1.6, which torch still writes when asked to."""
    base = patterns("float32", 12, 10)
    tensors = collections.OrderedDict({
        "whole": base, "transposed": base.T, "columns": base[:, 3:6], "tied": base, "nothing": base[3:3],
        "half": patterns("float16", 5, 3), "brain": patterns("bfloat16", 7), "complex": patterns("complex64", 4, 3),
        "flags": patterns("bool", 5), "number": torch.tensor(7), "parameter": torch.nn.Parameter(torch.ones(2, 3)),
    })
    save("legacy", {"epoch": 3, "state_dict": tensors}, tensors, _use_new_zipfile_serialization=False)


def shards() -> None:
    folder = HERE / "shards"
    folder.mkdir(exist_ok=True)
    shared = patterns("float32", 6, 4)
    files = {
        "pytorch_model-00001-of-00002.bin": {"embed.weight": shared, "head.weight": shared, "norm.bias": patterns("bfloat16", 4)},
        "pytorch_model-00002-of-00002.bin": {"layer.weight": patterns("float16", 3, 4).T, "step": torch.tensor(7)},
    }
    for name, tensors in files.items():
        torch.save(tensors, folder / name)
    places = {tensor: name for name, tensors in files.items() for tensor in tensors}
    index = {"metadata": {"total_size": 0}, "weight_map": places}
    (folder / "pytorch_model.bin.index.json").write_text(json.dumps(index, indent=2) + "\n")
    save_file({key: plain(value) for tensors in files.values() for key, value in tensors.items()}, HERE / "shards.safetensors")


class Program(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(2, 2)

    def forward(self, x):
        return self.linear(x)


def nemo() -> None:
    """As save_restore_connector.py of NeMo does it: a folder that becomes '.' in a tar archive."""
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "model_config.yaml").write_text("name: tiny\n")
        shutil.copy(HERE / "wrapped.pt", pathlib.Path(folder, "model_weights.ckpt"))
        with tarfile.open(HERE / "tiny.nemo", "w:") as archive:
            archive.add(folder, arcname=".")


def refused() -> None:
    REFUSED.mkdir(exist_ok=True)
    ones = torch.ones(2, 3)
    torch.jit.save(torch.jit.script(Program()), str(REFUSED / "script.pt"))
    for name, value in {
        "quantized": torch.quantize_per_tensor(ones, 0.1, 0, torch.qint8), "sparse": ones.to_sparse(),
        "meta": torch.empty(3, device="meta"), "complex128": ones.to(torch.complex128), "storage": ones.untyped_storage(),
        "conjugate": torch.zeros(2, dtype=torch.complex64).conj(), "module": torch.nn.Linear(2, 2),
        "array": ones.numpy(), "bytes": b"abc", "set": {1, 2},
        "expanded": torch.zeros(1).expand(1 << 40),
    }.items():
        torch.save({"weight": value}, REFUSED / f"{name}.pt")
    torch.serialization.set_crc32_options(False)
    save("no-checksums", {"weight": ones}, {"weight": ones})


if __name__ == "__main__":
    types()
    views()
    training()
    legacy()
    shards()
    nemo()
    refused()

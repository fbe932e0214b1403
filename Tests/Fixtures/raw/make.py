#!/usr/bin/env python3
"""Makes a folder of raw tensors with files that others packed: the zstd command line and the Python package zstandard. Needs numpy too."""
import hashlib, json, pathlib, struct, subprocess
import numpy as np, zstandard

here = pathlib.Path(__file__).resolve().parent
values = np.arange(3000, dtype="<f4").reshape(60, 50)
data = values.tobytes()
skippable = struct.pack("<II", 0x184D2A53, 5) + b"hello"


def stream(part, **options):
    """A frame that does not say how large its contents are."""
    packer = zstandard.ZstdCompressor(write_content_size=False, **options).compressobj()
    return packer.compress(part) + packer.flush()


def cli(*options):
    return subprocess.run(["zstd", "-q", "-c", *options], input=data, stdout=subprocess.PIPE, check=True).stdout


files = {
    "cli.zst": cli("-3"),
    "cli-threads.zst": cli("-19", "-T2", "--check"),
    "cli-long.zst": cli("--long=20"),
    "frames.zst": zstandard.ZstdCompressor().compress(data[:4001]) + zstandard.ZstdCompressor().compress(data[4001:]),
    "skippable.zst": skippable + zstandard.ZstdCompressor().compress(data[:100]) + skippable + skippable
        + stream(data[100:]) + skippable,
    "no-size.zst": stream(data[:5000]) + stream(data[5000:]),
    "plain.bin": b"\0" * 7 + data,
    "big.bin": values.astype(">f4").tobytes(),
}
tensors = []
for name, contents in files.items():
    (here / name).write_bytes(contents)
    packed = name.endswith(".zst")
    tensors.append({
        "name": name, "dtype": "F32", "shape": [60, 50], "file": name, "offset": 7 if name == "plain.bin" else 0,
        "byte_count": len(contents) if packed else len(data), "byte_order": "big" if name == "big.bin" else "little",
        "compression": "zstd" if packed else "none", "sha256": hashlib.sha256(contents if name == "big.bin" else data).hexdigest()})
(here / "tensors.json").write_text(json.dumps({"format": "raw-tensors", "tensors": tensors}, indent=1) + "\n")

#!/usr/bin/env python3
"""Makes files that nobody should have written, from what numpy, h5py and zstandard write. A few kilobytes each."""
import io, json, pathlib, struct, zipfile, zlib
import h5py, hdf5plugin, numpy as np, zstandard

here = pathlib.Path(__file__).resolve().parent


def npy(array):
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def archive(members, method=zipfile.ZIP_STORED, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for name, data in members:
            with z.open(zipfile.ZipInfo(name), "w", **options) as f:
                f.write(data)
    return out.getvalue()


def replaced(data, old, new, which):
    """`data` with the occurrence number `which` of `old` replaced."""
    start = -1
    for _ in range(which + 1):
        start = data.index(old, start + 1)
    return data[:start] + new + data[start + len(old):]


def archives():
    a = npy(np.arange(6, dtype="f4"))
    both = archive([("a.npy", a), ("b.npy", a)])
    files = {
        "duplicate.npz": both.replace(b"b.npy", b"a.npy"),
        "local-name.npz": replaced(both, b"b.npy", b"c.npy", 0),
        "overlap.npz": overlapping(both),
        "dots.npz": archive([("../../x.npy", a), ("/etc/x.npy", a)]),
        "zip64.npz": archive([("a.npy", a), ("b.npy", a)], force_zip64=True),
    }
    # A deflated stream that is longer, and one that is shorter, than what is said of it; the header of the array is true to that.
    for name, said in (("longer.npz", 40), ("shorter.npz", 4000)):
        true = npy(np.zeros(1000, "u1"))
        head = npy(np.zeros(said, "u1"))[:128]
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        data = head + true[128:]
        packed = packer.compress(data) + packer.flush()
        files[name] = one_member(b"a.npy", packed, 128 + said, zlib.crc32(data[:128 + said]))
    # Gigabytes of zeros that the sizes are true of: no more than deflate can do, and no more than is asked for is unpacked.
    header = b"\x93NUMPY\x01\x00" + struct.pack("<H", 118) + (b"{'descr': '|u1', 'fortran_order': False, 'shape': (%d,), }"
        % (1 << 40)).ljust(117) + b"\n"
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(header + bytes(1 << 20)) + packer.flush()
    files["bomb.npz"] = one_member(b"a.npy", packed, 0xFFFFFFFE, 0)
    for name, data in files.items():
        (here / name).write_bytes(data)


def one_member(name, packed, size, crc):
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 33, crc, len(packed), size, len(name), 0) + name + packed
    central = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 33, crc, len(packed), size, len(name), 0, 0, 0, 0, 0, 0) + name
    return local + central + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(central), len(local), 0)


def overlapping(both):
    """The second entry of the directory leads to the first member."""
    entry = both.index(b"PK\1\2", both.index(b"PK\1\2") + 1)
    return both[:entry + 42] + struct.pack("<I", 0) + both[entry + 46:]


def hdf5():
    with h5py.File(here / "petabyte-chunk.h5", "w") as f:
        d = f.create_dataset("x", (1 << 27,), "f4", chunks=(1 << 27,), compression="gzip")
        d.id.write_direct_chunk((0,), zlib.compress(bytes(1000)))
    with h5py.File(here / "petabyte-zstd.h5", "w") as f:
        d = f.create_dataset("x", (1 << 27,), "f4", chunks=(1 << 27,), **hdf5plugin.Zstd())
        d.id.write_direct_chunk((0,), zstandard.ZstdCompressor().compress(bytes(1000)))
    with h5py.File(here / "wrong-chunk.h5", "w") as f:
        d = f.create_dataset("x", (100,), "f4", chunks=(100,), compression="gzip")
        d.id.write_direct_chunk((0,), zlib.compress(bytes(1 << 17)))
    with h5py.File(here / "petabyte.h5", "w") as f:
        f.create_dataset("x", (1 << 24, 1 << 24), "f4", chunks=(1 << 10, 1 << 10), compression="gzip")[0, 0] = 1


def raw():
    data = bytes(range(256)) * 16
    wide = zstandard.ZstdCompressionParameters.from_level(3, window_log=30, write_content_size=False)
    packer = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    files = {"wide-window.zst": packer.compress(data) + packer.flush(zstandard.COMPRESSOBJ_FLUSH_FINISH)}
    frame = zstandard.ZstdCompressor(write_content_size=True).compress(bytes(1 << 16))
    # The size of the contents, in 4 bytes after the descriptor.
    files["claim.zst"] = b"\x28\xb5\x2f\xfd\xa4" + struct.pack("<I", 0x7FFFFFFF) + frame[-10:]
    files["rle.zst"] = b"\x28\xb5\x2f\xfd\x04\x58" + struct.pack("<I", 1 | 1 << 1 | 0x1FFFFF << 3)[:3] + b"x" + b"\0\0\0\0"
    entries = [
        {"name": n, "dtype": "U8", "shape": [4096], "file": n, "byte_count": len(d), "compression": "zstd"} for n, d in files.items()]
    for name, contents in files.items():
        folder = here / (name.removesuffix(".zst") + "-raw")
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(contents)
        entry = [e for e in entries if e["name"] == name]
        (folder / "tensors.json").write_text(json.dumps({"format": "raw-tensors", "tensors": entry}) + "\n")


if __name__ == "__main__":
    archives()
    hdf5()
    raw()

"""usage: peer_formats.py WHAT SOURCE DESTINATION

What focus is compared with: each conversion as one would write it in Python, one tensor in memory at a time where the
libraries allow it, on disk at the end. Prints the seconds from the first read to the last fsync: starting Python and
importing the libraries do not count.
"""

import os
import pathlib
import sys
import time

import h5py
import hdf5plugin
import ml_dtypes  # noqa: F401, makes NumPy know bfloat16
import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file


def synchronize(path: pathlib.Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def tensors(source: pathlib.Path):
    with safe_open(source, "numpy") as file:
        for name in file.keys():
            yield name, file.get_tensor(name)


def plain(array: np.ndarray) -> np.ndarray:
    """bfloat16 as the integers that its bits are: h5py has no type for it."""
    return array.view(np.uint16) if array.dtype.kind == "V" else array


def npy_write(source: pathlib.Path, destination: pathlib.Path) -> None:
    destination.mkdir()
    for name, array in tensors(source):
        with open(destination / f"{name}.npy", "wb") as file:
            np.save(file, plain(array))
            file.flush()
            os.fsync(file.fileno())


def npy_read(source: pathlib.Path, destination: pathlib.Path) -> None:
    arrays = {path.stem: np.load(path, mmap_mode="r") for path in sorted(source.glob("*.npy"))}
    save_file(arrays, destination)
    synchronize(destination)


def npy_copy(source: pathlib.Path, destination: pathlib.Path) -> None:
    with open(destination, "wb") as file:
        np.save(file, np.load(source))
        file.flush()
        os.fsync(file.fileno())


def chunks(array: np.ndarray) -> tuple[int, ...] | None:
    """Whole rows of about a mebibyte: the order in which they are read and written."""
    if array.ndim == 0 or array.nbytes < 4096:
        return None
    return (max(1, min(len(array), (1 << 20) // max(1, array[:1].nbytes))), *array.shape[1:])


def hdf5_write(source: pathlib.Path, destination: pathlib.Path, **options) -> None:
    with h5py.File(destination, "w") as file:
        for name, array in tensors(source):
            packed = options | {"chunks": chunks(array)} if options and chunks(array) else {}
            file.create_dataset(name, data=plain(array), **packed)
    synchronize(destination)


def hdf5_zstd_write(source: pathlib.Path, destination: pathlib.Path) -> None:
    hdf5_write(source, destination, shuffle=True, **hdf5plugin.Zstd(clevel=3))


def hdf5_read(source: pathlib.Path, destination: pathlib.Path) -> None:
    """Every dataset into memory, then to safetensors, which needs all of them at once."""
    with h5py.File(source) as file:
        arrays = {}
        file.visititems(lambda name, item: arrays.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    save_file(arrays, destination)
    synchronize(destination)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    work = {f.__name__: f for f in (npy_write, npy_read, npy_copy, hdf5_write, hdf5_zstd_write, hdf5_read)}[sys.argv[1]]
    start = time.monotonic()
    work(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
    print(time.monotonic() - start)

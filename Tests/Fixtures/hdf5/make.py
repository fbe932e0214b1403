#!/usr/bin/env python3
"""Makes the files of other libraries in this folder, each a few kilobytes. Needs h5py, hdf5plugin, numpy, and Keras 3 with torch.

The files that are named in the tests but not made here (layouts.h5 and those that are refused) came from h5py 3.16 in the same way."""
import json, os, pathlib

os.environ["KERAS_BACKEND"] = "torch"
import h5py, hdf5plugin, numpy as np

here = pathlib.Path(__file__).resolve().parent
rng = np.random.default_rng(1)


def keras_files():
    """What Keras 3 saves: a whole model with its optimizer, weights alone as before version 3, and `.weights.h5`."""
    import keras
    from keras.src.legacy.saving import legacy_h5_format
    keras.utils.set_random_seed(1)
    layers = keras.layers
    model = keras.Sequential([
        layers.Input((4,)), layers.Dense(3, name="zeta"), layers.BatchNormalization(name="mid"),
        layers.Dropout(0.5, name="drop"), layers.Dense(2, name="alpha")])
    model.compile("adam", "mse")
    model.fit(np.ones((8, 4), "f4"), np.ones((8, 2), "f4"), epochs=1, verbose=0)
    model.save(here / "keras-model.h5")
    model.save_weights(here / "keras.weights.h5")
    with h5py.File(here / "keras-legacy.h5", "w") as f:
        legacy_h5_format.save_weights_to_hdf5_group(f, model)


def tf_model():
    """As transformers wrote tf_model.h5: nested groups, names with `:0`, lists of fixed length, one of them in two parts; and things that
    are no tensors. `model_config` is larger than an object header may be, so it is in dense storage."""
    with h5py.File(here / "tf-model.h5", "w", libver=("v110", "v110")) as f:
        names = ["tf_bert/bert/embeddings/word_embeddings/weight:0", "tf_bert/bert/embeddings/LayerNorm/gamma:0",
                 "tf_bert/bert/encoder/layer_._0/attention/query/kernel:0"]
        f.attrs["layer_names0"] = np.array([b"dropout_7", b"bert"], dtype="S9")
        f.attrs["layer_names1"] = np.array([b"cls"], dtype="S3")
        f.attrs["backend"] = np.bytes_(b"tensorflow")
        f.attrs["keras_version"] = "2.15.0"
        f.attrs.create("model_config", np.bytes_(json.dumps({"pad": "x" * 70000}).encode()))
        cls = f.create_group("cls")
        cls.attrs["weight_names"] = np.array([b"tf_bert/cls/bias:0"])
        cls["tf_bert/cls/bias:0"] = np.arange(5, dtype="f4")
        bert = f.create_group("bert")
        bert.attrs["weight_names"] = np.array([n.encode() for n in names])
        for i, name in enumerate(sorted(names)):
            bert[name] = np.full((2, 3), len(name), "f4")
        f.create_group("dropout_7").attrs["weight_names"] = np.array([], "f8")
        f["vocabulary"] = np.array(["[PAD]", "[UNK]"], dtype=object)
        f["labels"] = np.array([b"a", b"bc"])
        f["log"] = np.zeros(2, dtype=[("step", "i4"), ("loss", "f4")])
        f["empty"] = h5py.Empty("f4")
        f["pointer"] = np.array([f["cls"].ref], dtype=h5py.ref_dtype)
        f["complex-of-doubles"] = np.zeros(2, "c16")


def more_types():
    """All numbers in both byte orders, truth values, and whole numbers with names."""
    with h5py.File(here / "types.h5", "w") as f:
        for order, word in (("<", "little"), (">", "big")):
            for code in ("u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8"):
                f[f"{word}/{code}"] = np.array([[0, 1, 2], [100, 50, 3]]).astype(order + code)
            f[f"{word}/c8"] = np.array([1 + 2j, 3 - 4j]).astype(order + "c8")
        f["truth"] = np.array([True, False, True])
        f.create_dataset("named", data=np.array([0, 2, 1], "i2"), dtype=h5py.enum_dtype({"A": 0, "B": 1, "C": 2}, "i2"))


def more_layouts():
    """One matrix of 60 x 14 in every way in which h5py keeps it."""
    a = np.arange(840, dtype="f4").reshape(60, 14)
    with h5py.File(here / "filters.h5", "w", userblock_size=512) as f:
        f.create_dataset("gzip-fletcher", data=a, chunks=(16, 5), compression="gzip", shuffle=True, fletcher32=True)
        f.create_dataset("szip", data=a, chunks=(16, 14), compression="szip")
        f.create_dataset("scale-offset", data=a.astype("i4"), chunks=(16, 14), scaleoffset=0)
        f.create_dataset("zstd", data=a, chunks=(16, 5), **hdf5plugin.Zstd(clevel=3))
        f.create_dataset("shuffle", data=a, chunks=(16, 14), shuffle=True)
        f.create_dataset("unfiltered", data=a, chunks=(16, 14))
        f.create_dataset("resizable", data=a, chunks=(16, 14), maxshape=(None, None), compression="gzip")
        f.create_dataset("one-chunk", data=a, chunks=(60, 14), compression="gzip")
        partly = f.create_dataset("partly-written", (60, 14), "f4", chunks=(16, 14), compression="gzip", fillvalue=7)
        partly[:16] = a[:16]
        f["plain"] = a
    with h5py.File(here / "lzf.h5", "w") as f:
        f.create_dataset("a", data=a, chunks=(16, 14), compression="lzf")
    for name, filter in (("lz4", hdf5plugin.LZ4()), ("bzip2", hdf5plugin.BZip2()), ("bitshuffle", hdf5plugin.Bitshuffle())):
        with h5py.File(here / f"{name}.h5", "w") as f:
            f.create_dataset("a", data=a, chunks=(16, 14), **filter)


def links():
    """Soft links to a dataset, to a group, in a circle, and through a link to another file; and a file whose contents are in others."""
    with h5py.File(here / "soft-links.h5", "w") as f:
        f["model/a"] = np.arange(3, dtype="f4")
        f["b"] = h5py.SoftLink("/model/a")
        f["c"] = h5py.SoftLink("b")
        f["group"] = h5py.SoftLink("/model")
    for name, pairs in (("soft-circle", [("x", "/y"), ("y", "/x")]), ("soft-nowhere", [("x", "/nothing")]),
                        ("soft-outside", [("x", "/out/plain"), ("out", None)])):
        with h5py.File(here / f"{name}.h5", "w") as f:
            f["a"] = np.arange(3, dtype="f4")
            for link, target in pairs:
                f[link] = h5py.SoftLink(target) if target else h5py.ExternalLink("layouts.h5", "/")
    a = np.arange(24, dtype="f4").reshape(6, 4)
    with h5py.File(here / "outside-source.h5", "w") as f:
        f["inner/plain"] = a
        f.create_dataset("inner/chunked", data=a, chunks=(2, 3), compression="gzip")
        f["lower"] = a[:3]
    a.astype(">f4").tofile(here / "outside.bin")
    with h5py.File(here / "outside.h5", "w") as f:
        f["one"] = h5py.ExternalLink("outside-source.h5", "/inner/plain")
        f["all"] = h5py.ExternalLink("outside-source.h5", "/inner")
        f.create_dataset("stored", (6, 4), ">f4", external=[("outside.bin", 0, 40), ("outside.bin", 40, 56)])
        layout = h5py.VirtualLayout((6, 4), "f4")
        layout[:3] = h5py.VirtualSource("outside-source.h5", "lower", (3, 4))
        layout[3:] = h5py.VirtualSource("outside-source.h5", "inner/plain", (6, 4))[3:]
        f.create_virtual_dataset("virtual", layout)


def external():
    """Datasets in several external files: each from its start, cut inside of elements, and with segments of no bytes."""
    two = np.arange(12, dtype="<f4").reshape(6, 2).tobytes()
    three = np.arange(15, dtype=">i2").reshape(5, 3).tobytes()
    many = np.arange(40, dtype=">f8").tobytes()
    cuts = [0, 3, 70, 71, 200, 257, 320]
    parts = {
        "external-a.bin": two[:16] + three[:7],
        "external-b.bin": two[16:] + b"not of it",
        "external-c.bin": b"pad" + three[7:],
        "external-many.bin": b"".join(b"<" + many[a:b] + b">" for a, b in zip(cuts, cuts[1:])),
    }
    for name, contents in parts.items():
        (here / name).write_bytes(contents)
    nothing = 0x1234567
    with h5py.File(here / "external.h5", "w") as f:
        f.create_dataset("two", (6, 2), "<f4", external=[("external-a.bin", 0, 16), ("external-b.bin", 0, 32)])
        f.create_dataset("three", (5, 3), ">i2", external=[
            ("external-b.bin", 40, nothing), ("external-a.bin", 16, 7), ("external-b.bin", 0, nothing),
            ("external-c.bin", 3, 23)])
        f.create_dataset("many", (40,), ">f8", external=[
            ("external-many.bin", a + 2 * i + 1, b - a) for i, (a, b) in enumerate(zip(cuts, cuts[1:]))])
    # The library makes no segment of no bytes, but a file can say so.
    contents = (here / "external.h5").read_bytes()
    assert contents.count(nothing.to_bytes(8, "little")) == 2
    (here / "external.h5").write_bytes(contents.replace(nothing.to_bytes(8, "little"), bytes(8)))


def growing_virtual():
    """A virtual dataset that grows with its source: whoever asks for its shape has the library open that."""
    everything = slice(0, h5py.h5s.UNLIMITED, 1)
    layout = h5py.VirtualLayout((4, 3), "f4", maxshape=(None, 3))
    layout[everything, :] = h5py.VirtualSource("pipe", "x", (4, 3), maxshape=(None, 3))[everything, :]
    with h5py.File(here / "growing-virtual.h5", "w", libver=("v110", "v110")) as f:
        f.create_virtual_dataset("virtual", layout)


if __name__ == "__main__":
    keras_files()
    tf_model()
    more_types()
    more_layouts()
    links()
    external()
    growing_virtual()

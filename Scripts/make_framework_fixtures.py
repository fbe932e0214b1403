#!/usr/bin/env python3
"""make_framework_fixtures.py [flax] [onnx] [tensorflow] [keras] [orbax] (default: all)

Writes Tests/Fixtures/frameworks: small models as Flax, ONNX, TensorFlow, Keras and Orbax write them, and beside each a
safetensors file with what the framework's own reader says is in it. Needs flax, onnx, tensorflow-cpu, keras and
orbax-checkpoint, each for its own part.
"""
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import zipfile

import ml_dtypes
import numpy

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "Tests" / "Fixtures" / "frameworks"
NAMES = {"bool": "BOOL", "uint8": "U8", "int8": "I8", "uint16": "U16", "int16": "I16", "uint32": "U32", "int32": "I32",
         "uint64": "U64", "int64": "I64", "float16": "F16", "bfloat16": "BF16", "float32": "F32", "float64": "F64",
         "float8_e4m3fn": "F8_E4M3", "float8_e5m2": "F8_E5M2"}
random = numpy.random.default_rng(0)


def expect(name: str, tensors: dict) -> None:
    """Keeps what a reader says is in `name`."""
    header, contents = {}, b""
    for key, value in tensors.items():
        data = numpy.ascontiguousarray(value).tobytes()
        header[key] = {"dtype": NAMES[value.dtype.name], "shape": list(value.shape),
                       "data_offsets": [len(contents), len(contents) + len(data)]}
        contents += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    (FOLDER / f"{name}.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + contents)


def values(dtype, *shape):
    """Numbers of a type, none of them special."""
    if numpy.dtype(dtype).kind == "b":
        return random.integers(0, 2, shape).astype(bool)
    if numpy.dtype(dtype).kind in "iu":
        return random.integers(0, 100, shape).astype(dtype)
    return random.standard_normal(shape).astype(dtype)


TYPES = ["bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float16", "float32",
         "float64", ml_dtypes.bfloat16, ml_dtypes.float8_e4m3fn, ml_dtypes.float8_e5m2]


# MARK: Flax

def flat(tree, prefix=""):
    """The arrays of a tree by their keys."""
    found = {}
    for key, value in tree.items():
        name = f"{prefix}/{key}" if prefix else str(key)
        if isinstance(value, dict):
            found |= flat(value, name)
        elif hasattr(value, "dtype"):
            found[name] = numpy.asarray(value)
    return found


def flax() -> None:
    import flax.linen
    import flax.serialization
    import jax

    class Model(flax.linen.Module):
        @flax.linen.compact
        def __call__(self, ids):
            rows = flax.linen.Embed(11, 6, name="word_embeddings")(ids)
            rows = flax.linen.LayerNorm(name="norm")(flax.linen.Dense(6, name="dense")(rows))
            return flax.linen.Dense(11, name="decoder")(rows)

    def write(name, data):
        (FOLDER / name).write_bytes(data)
        expect(name, flat(flax.serialization.msgpack_restore(data)))

    parameters = Model().init(jax.random.PRNGKey(0), numpy.array([1, 2, 3]))
    write("flax-model.msgpack", flax.serialization.to_bytes(parameters))
    write("flax-types.msgpack", flax.serialization.msgpack_serialize(
        {"types": {numpy.dtype(dtype).name: values(dtype, 3, 2) for dtype in TYPES}, "scalar": numpy.float32(2.5),
         "none": numpy.zeros((0, 4), "float32"), "Größe": values("float32", 2), "step": 7, "name": "tiny"}))
    flax.serialization.MAX_CHUNK_SIZE = 40
    write("flax-chunked.msgpack", flax.serialization.to_bytes(parameters))
    # Shards as transformers wrote them.
    folder = FOLDER / "flax-shards"
    folder.mkdir(exist_ok=True)
    shards = [{"embedding": {"table": values("float32", 9, 4)}}, {"layer": {"0": {"kernel": values("float16", 4, 4)}}}]
    index = {"metadata": {"total_size": 176}, "weight_map": {}}
    for number, shard in enumerate(shards, 1):
        file = f"flax_model-{number:05}-of-00002.msgpack"
        (folder / file).write_bytes(flax.serialization.to_bytes(shard))
        index["weight_map"] |= {key: file for key in flat(shard)}
    (folder / "flax_model.msgpack.index.json").write_text(json.dumps(index, indent=2) + "\n")
    expect("flax-shards", flat(shards[0]) | flat(shards[1]))


# MARK: ONNX

def onnx() -> None:
    import onnx as library
    from onnx import TensorProto, helper, numpy_helper

    def model(tensors, name="tiny"):
        graph = helper.make_graph(
            [helper.make_node("Constant", [], ["constant"], value=helper.make_tensor(
                "value", TensorProto.FLOAT, [2, 2], [1, 2, 3, 4])),
             helper.make_node("Identity", [tensors[0].name], ["y"])], name, [],
            [helper.make_tensor_value_info("y", tensors[0].data_type, list(tensors[0].dims))], initializer=tensors)
        made = helper.make_model(graph, producer_name="fixtures", opset_imports=[helper.make_opsetid("", 21)])
        helper.set_model_props(made, {"author": "somebody"})
        return made

    def read(name, folder=FOLDER):
        loaded = library.load(str(folder / name))
        found = {}
        for node in loaded.graph.node:
            if node.op_type == "Constant":
                found[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
        for tensor in loaded.graph.initializer:
            if tensor.data_type in (TensorProto.INT4, TensorProto.UINT4):
                count = int(numpy.prod(tensor.dims))
                data = tensor.raw_data or bytes(number & 0xFF for number in tensor.int32_data)
                shape = [(count + 1) // 2] if tensor.dims[-1] % 2 else list(tensor.dims[:-1]) + [tensor.dims[-1] // 2]
                found[tensor.name] = numpy.frombuffer(data, "uint8").reshape(shape)
            elif tensor.data_type != TensorProto.STRING:
                found[tensor.name] = numpy_helper.to_array(tensor)
        return found

    raw = [numpy_helper.from_array(values(dtype, 3, 2), numpy.dtype(dtype).name) for dtype in TYPES]
    raw.append(numpy_helper.from_array(numpy.zeros((0, 3), "float32"), "none"))
    raw.append(numpy_helper.from_array(numpy.array(1.5, "float32"), "scalar"))
    raw.append(helper.make_tensor("texts", TensorProto.STRING, [1], [b"left out"]))
    raw.append(helper.make_tensor("int4", TensorProto.INT4, [2, 4], list(range(-4, 4))))
    raw.append(helper.make_tensor("uint4", TensorProto.UINT4, [3], [1, 2, 15]))
    library.save(model(raw), str(FOLDER / "onnx-raw.onnx"))
    expect("onnx-raw.onnx", read("onnx-raw.onnx"))
    kinds = {"FLOAT": "float32", "DOUBLE": "float64", "INT32": "int32", "INT64": "int64", "UINT8": "uint8",
             "INT8": "int8", "UINT16": "uint16", "INT16": "int16", "BOOL": "bool", "UINT32": "uint32",
             "UINT64": "uint64"}
    typed = [helper.make_tensor(kind, getattr(TensorProto, kind), [3, 2],
                                (values(dtype, 6) if dtype == "bool" or dtype[0] in "uf"
                                 else values(dtype, 6) - numpy.array(50, dtype)).tolist())
             for kind, dtype in kinds.items()]
    typed.append(helper.make_tensor("FLOAT16", TensorProto.FLOAT16, [3], [1.5, -2, 0.25]))
    typed.append(helper.make_tensor("BFLOAT16", TensorProto.BFLOAT16, [3], [1.5, -2, 0.25]))
    library.save(model(typed), str(FOLDER / "onnx-typed.onnx"))
    expect("onnx-typed.onnx", read("onnx-typed.onnx"))
    folder = FOLDER / "onnx-external"
    folder.mkdir(exist_ok=True)
    large = [numpy_helper.from_array(values("float32", 30, 8), "embeddings.word_embeddings.weight"),
             numpy_helper.from_array(values("float16", 8, 8), "layer.0.weight"),
             numpy_helper.from_array(values("int64", 1), "small")]
    library.save_model(model(large), str(folder / "model.onnx"), save_as_external_data=True, location="model.onnx_data",
                       size_threshold=64)
    expect("onnx-external", read("model.onnx", folder))


# MARK: TensorFlow

def tensorflow() -> None:
    import tensorflow as library

    def read(prefix):
        reader = library.train.load_checkpoint(str(prefix))
        return {name: reader.get_tensor(name) for name, dtype in reader.get_variable_to_dtype_map().items()
                if dtype != library.string}

    def renewed(name):
        folder = FOLDER / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    # Before anything else, as TensorFlow wants it: two devices, for the checkpoint in two files.
    library.config.set_logical_device_configuration(
        library.config.list_physical_devices("CPU")[0], [library.config.LogicalDeviceConfiguration()] * 2)
    library.random.set_seed(0)
    folder = renewed("tensorflow-checkpoint")
    tracked = library.train.Checkpoint(
        table=library.Variable(library.random.normal((9, 4)), name="table"),
        half=library.Variable(library.cast(library.random.normal((3, 2)), library.bfloat16)),
        step=library.Variable(7, dtype=library.int64), words=library.Variable(["a", "b"]))
    tracked.save(str(folder / "ckpt"))
    tracked.table.assign_add(library.ones((9, 4)))
    tracked.save(str(folder / "ckpt"))
    for path in folder.glob("ckpt-1.*"):
        path.unlink()
    expect("tensorflow-checkpoint", read(folder / "ckpt-2"))

    class Scale(library.Module):
        def __init__(self):
            self.kernel = library.Variable(library.random.normal((4, 3)), name="kernel")
            self.bias = library.Variable(library.zeros((3,)), name="bias")

        @library.function(input_signature=[library.TensorSpec([None, 4], library.float32)])
        def __call__(self, rows):
            return rows @ self.kernel + self.bias

    folder = renewed("tensorflow-saved-model")
    library.saved_model.save(Scale(), str(folder))
    (folder / "fingerprint.pb").unlink(missing_ok=True)
    expect("tensorflow-saved-model", read(folder / "variables" / "variables"))

    # Names of BERT, a variable in slices, and many names, so that the index has several blocks.
    folder = renewed("tensorflow-bert")
    graph = library.Graph()
    old = library.compat.v1
    with graph.as_default():
        old.get_variable("bert/embeddings/word_embeddings", initializer=values("float32", 12, 4))
        with old.variable_scope("sliced", partitioner=old.fixed_size_partitioner(3, axis=0)):
            old.get_variable("rows", (10, 4), initializer=old.random_normal_initializer())
        with old.variable_scope("columns", partitioner=old.fixed_size_partitioner(2, axis=1)):
            old.get_variable("kernel", (5, 6), initializer=old.random_normal_initializer())
        for number in range(150):
            old.get_variable(f"bert/encoder/layer_{number}/attention/self/query/kernel",
                             initializer=values("float16", 2, 2))
        for dtype in TYPES:
            old.get_variable(f"types/{numpy.dtype(dtype).name}", initializer=values(dtype, 3))
        with old.Session(graph=graph) as session:
            session.run(old.global_variables_initializer())
            old.train.Saver(sharded=False).save(session, str(folder / "bert_model.ckpt"), write_meta_graph=False)
    expect("tensorflow-bert", read(folder / "bert_model.ckpt"))

    # Two files of data, one for each device, and the same in one file of the first version, which is refused.
    folder = renewed("tensorflow-parts")
    graph = library.Graph()
    with graph.as_default():
        for number in range(4):
            with library.device(f"/cpu:{number % 2}"):
                old.get_variable(f"layer_{number}/kernel", initializer=values("float32", 5, 3))
        with old.Session(graph=graph) as session:
            session.run(old.global_variables_initializer())
            old.train.Saver(sharded=True).save(session, str(folder / "model.ckpt"), write_meta_graph=False)
            old.train.Saver(write_version=old.train.SaverDef.V1).save(
                session, str(folder / "first.ckpt"), write_meta_graph=False, write_state=False)
    expect("tensorflow-parts", read(folder / "model.ckpt"))
    (folder / "first.ckpt").rename(FOLDER / "tensorflow-first.ckpt")
    # Without the place where this was run.
    for state in FOLDER.glob("tensorflow-*/checkpoint"):
        state.write_text(state.read_text().replace(f"{state.parent}/", ""))


# MARK: Keras

def keras() -> None:
    os.environ |= {"KERAS_BACKEND": "tensorflow"}
    import h5py
    import keras as library

    def read(file):
        found = {}

        def keep(name, item):
            if isinstance(item, h5py.Dataset):
                value = numpy.asarray(item)
                found[name] = value.view(ml_dtypes.bfloat16) if item.attrs.get("dtype") == "bfloat16" else value

        with h5py.File(file) as opened:
            opened.visititems(keep)
        return found

    def model(dtype, rows):
        made = library.Sequential([
            library.Input((4,), dtype="int32"), library.layers.Embedding(rows, 6, dtype=dtype),
            library.layers.LayerNormalization(), library.layers.Flatten(), library.layers.Dense(rows, dtype=dtype)])
        made.compile("sgd", "mse")
        return made

    for name, dtype in (("keras-model.keras", "float32"), ("keras-half.keras", "bfloat16")):
        made = model(dtype, 11)
        made.save(FOLDER / name)
        with zipfile.ZipFile(FOLDER / name) as archive:
            expect(name, read(io.BytesIO(archive.read("model.weights.h5"))))
    folder = FOLDER / "keras-shards"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    made = model("float32", 30)
    made.save_weights(folder / "model.weights.json", max_shard_size=3e-6)
    made.save_weights(folder / "whole.weights.h5")
    expect("keras-shards", read(folder / "whole.weights.h5"))
    (folder / "whole.weights.h5").unlink()


# MARK: Orbax

def orbax() -> None:
    os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=8"
    import jax
    import orbax.checkpoint as library
    import tensorstore

    def leaves(tree):
        paths, _ = jax.tree_util.tree_flatten_with_path(tree)
        return {".".join(str(getattr(key, "key", getattr(key, "idx", None))) for key in path): value
                for path, value in paths}

    def renewed(name):
        shutil.rmtree(FOLDER / name, ignore_errors=True)
        return FOLDER / name

    def read(folder):
        found = leaves(library.PyTreeCheckpointer().restore(folder))
        return {key: numpy.asarray(value) for key, value in found.items() if not isinstance(value, str)}

    def save(name, tree, **options):
        library.Checkpointer(library.PyTreeCheckpointHandler(**options)).save(renewed(name), tree)
        expect(name, read(FOLDER / name))

    def parted(value, *axes):
        """An array whose parts are on the devices of a mesh of 4 and 2, along `axes`."""
        mesh = jax.sharding.Mesh(numpy.array(jax.devices()).reshape(4, 2), ("x", "y"))
        return jax.device_put(value, jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec(*axes)))

    types = {numpy.dtype(dtype).name: values(dtype, 3, 2) for dtype in TYPES}
    cut = {"rows": parted(values("float32", 16, 6), "x"), "columns": parted(values("float16", 5, 8), None, "y"),
           "both": parted(values(ml_dtypes.bfloat16, 8, 12), "x", "y"),
           "deep": parted(values("int32", 2, 8, 3, 4), None, "x", None, "y"),
           "swapped": parted(values("float32", 4, 3, 8), "y", None, "x"), "whole": parted(values("float32", 3), None)}
    plain = {"params": {"embeddings": {"table": values("float32", 40, 24)},
                        "layers": [{"kernel": values(ml_dtypes.bfloat16, 4, 4)}, {"kernel": values("float16", 4, 4)}],
                        "a.b": values("float32", 2), "n/x": values("int64", 5)}, "step": 7, "rate": 0.5}
    save("orbax-plain", plain | {"types": types, "name": "tiny", "none": None, "empty": {}})
    save("orbax-zarr3", {"cut": cut, "types": types}, use_zarr3=True)
    save("orbax-folders", plain | {"cut": cut, "zeros": numpy.zeros((4, 3), "float32"), "name": "tiny"},
         use_ocdbt=False)
    save("orbax-folders-zarr3", {"cut": cut, "step": 7}, use_ocdbt=False, use_zarr3=True)
    folder = renewed("orbax-step")
    with library.CheckpointManager(folder) as manager:
        manager.save(3, args=library.args.StandardSave({"params": plain["params"], "cut": cut}))
        manager.wait_until_finished()
    expect("orbax-step", read(folder / "3" / "default"))

    # A tree of several nodes, whose versions have manifests of their own, with gzip and with chunks that are left out.
    folder = renewed("orbax-tree")
    config = {"max_decoded_node_bytes": 400, "max_inline_value_bytes": 40, "manifest_kind": "numbered",
              "compression": None}
    store = {"driver": "ocdbt", "base": f"file://{folder}/", "config": config}
    found = {}
    for number in range(12):
        value = values("float32", 7, 5)
        value[:4, :3] *= number % 3
        name = f"layers.{number}.kernel"
        tensorstore.open({"driver": "zarr", "kvstore": store | {"path": f"{name}/"}, "metadata": {
            "dtype": "<f4", "shape": [7, 5], "chunks": [4, 3], "compressor": {"id": ["gzip", "zlib"][number % 2]},
            "fill_value": 0.0, "dimension_separator": "./"[number % 2]}},
            create=True).result().write(value).result()
        found[name] = value
    expect("orbax-tree", found)
    for path in sorted(folder.glob("manifest.0*"))[:-1]:
        path.unlink()

    # Two processes, each of which writes its part.
    folder = renewed("orbax-processes")
    program = f"""
import sys, jax, numpy, orbax.checkpoint as library
jax.distributed.initialize("localhost:34567", 2, int(sys.argv[1]))
mesh = jax.sharding.Mesh(numpy.array(jax.devices()), ("x",))
def parted(value, *axes):
    sharding = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec(*axes))
    return jax.make_array_from_callback(value.shape, sharding, lambda index: value[index])
table = numpy.random.default_rng(1).standard_normal((64, 40)).astype("float32")
library.Checkpointer(library.PyTreeCheckpointHandler()).save({str(folder)!r}, {{
    "table": parted(table, "x"), "turned": parted(table.T.copy(), None, "x"), "same": parted(table[:3])}})
"""
    running = [subprocess.Popen([sys.executable, "-c", program, str(number)],
                                env=os.environ | {"XLA_FLAGS": "--xla_force_host_platform_device_count=2"})
               for number in range(2)]
    assert [process.wait() for process in running] == [0, 0]
    mesh = jax.sharding.SingleDeviceSharding(jax.devices()[0])
    target = {"table": (64, 40), "turned": (40, 64), "same": (3, 40)}
    restored = library.PyTreeCheckpointer().restore(folder, restore_args={
        key: library.ArrayRestoreArgs(restore_type=jax.Array, sharding=mesh, global_shape=shape)
        for key, shape in target.items()})
    expect("orbax-processes", {key: numpy.asarray(value) for key, value in restored.items()})


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for part in sys.argv[1:] or ["flax", "onnx", "tensorflow", "keras", "orbax"]:
        {"flax": flax, "onnx": onnx, "tensorflow": tensorflow, "keras": keras, "orbax": orbax}[part]()
    for path in FOLDER.rglob("*.*"):
        if path.is_file():
            path.chmod(0o644)


if __name__ == "__main__":
    main()

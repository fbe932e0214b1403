"""Files of torch.save through the plug-in: what torch wrote, what tells the tool to run code, and what lies about its
sizes."""

import collections
import functools
import io
import json
import os
import pathlib
import pickle
import resource
import shutil
import struct
import subprocess
import sys
import zipfile

import fixtures
import tensors
import torch_archive as ta
from format_case import FormatCase
from tensors import Tensor
from test_checkpoints import ROWS, SOURCE, TARGET, masked_model
from test_format_damage import limited
from tool import FIXTURES, PATIENCE
from built_plugin import PLUGIN, TorchPluginCase

TORCH = FIXTURES / "pytorch"
WEIGHT = tensors.numbers(3, 4)
KEY = b"X\6\0\0\0weight"
REBUILD = b"ctorch._utils\n_rebuild_tensor_v2\n"
STORAGE = b"(X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0" + b"0X\3\0\0\0cpuK\x0ctQ"
ARGUMENTS = b"K\0K\3K\4\x86K\4K\1\x86\x89ccollections\nOrderedDict\n)R"
TENSOR = REBUILD + b"(" + STORAGE + ARGUMENTS + b"tR"


def bounded() -> None:
    """No more memory than `limited` has, and 20 seconds of the processor: whoever needs more is ended by a signal."""
    limited()
    resource.setrlimit(resource.RLIMIT_CPU, (20 * PATIENCE, 20 * PATIENCE))


class TorchCase(TorchPluginCase, FormatCase):
    def refuse(self, data: bytes, *words: str, name: str = "x.pt") -> None:
        """The file is refused in the words, quickly and in little memory."""
        (self.folder / name).write_bytes(data)
        self.assertRefused("inspect", name, "--plugin", PLUGIN, saying=(name, *words), preexec_fn=bounded)

    def refuse_pickle(self, data: bytes, *words: str) -> None:
        self.refuse(ta.archive(data, {"0": WEIGHT.data}), *words)


class Reading(TorchCase):
    def test_what_torch_wrote(self):
        for name in ("types", "views", "big-endian", "training", "wrapped", "protocol-5", "no-checksums", "shards"):
            with self.subTest(name):
                source = TORCH / name if name == "shards" else TORCH / f"{name}.pt"
                expected = tensors.read_safetensors(TORCH / f"{name}.safetensors").tensors
                self.assertEqual(self.tensors_of(source), expected)
                # The others have elements of any bits, NaN among them.
                if name not in ("types", "views", "big-endian"):
                    self.assertEqual(self.plugin("verify", source).code, 0)
                self.assertEqual(self.plugin("diff", source, TORCH / f"{name}.safetensors").code, 0)

    def test_a_part_of_a_file(self):
        found = self.tensors_of(TORCH / "training.pt", "--option", "root=model")
        expected = tensors.read_safetensors(TORCH / "training.safetensors").tensors
        self.assertEqual(found, {name[6:]: tensor for name, tensor in expected.items() if name.startswith("model.")})
        found = self.tensors_of(TORCH / "training.pt", "--option", "root=optimizer.state.0")
        self.assertEqual(set(found), {"step", "exp_avg", "exp_avg_sq"})
        outcome = self.plugin("inspect", TORCH / "training.pt", "--option", "root=nothing")
        self.assertEqual((outcome.code, "'nothing'" in outcome.complaint), (1, True), outcome.errors)

    def test_what_pickle_and_zipfile_write(self):
        contents = {name: tensor for name, tensor in tensors.synthetic().items() if name not in tensors.PACKED}
        for protocol in (2, 3, 4, 5):
            with self.subTest(protocol):
                (self.folder / "x.bin").write_bytes(ta.written(contents, protocol))
                self.assertEqual(self.tensors_of("x.bin"), contents)

    def test_what_lies_in_the_file_as_it_is_takes_no_memory(self):
        size = 1 << 28
        large = tensors.Tensor("F32", (1 << 14, 1 << 12), bytes(size))
        (self.folder / "x.bin").write_bytes(ta.written({"plain": large}))
        peak = self.peak_memory("convert", "x.bin", "x.safetensors", "--plugin", PLUGIN)
        self.assertLess(peak, size // 2)
        # What is put together from all over the file has it mapped, and no more than that.
        turned = {"turned": ta.view(large, shape=(1 << 12, 1 << 14), strides=(1, 1 << 12))}
        (self.folder / "x.bin").write_bytes(ta.archive(ta.pickled(turned), {"0": large.data}))
        peak = self.peak_memory("convert", "x.bin", "y.safetensors", "--plugin", PLUGIN)
        self.assertLess(peak, size + (128 << 20))

    def test_every_pickle_of_a_nested_state(self):
        state = {"epoch": 1, "a": {"b": [ta.view(WEIGHT), {"c": (ta.view(WEIGHT), None)}]}, "z": ta.view(WEIGHT)}
        state |= {"nothing": {None: 1, (1, 2): "x"}}
        (self.folder / "x.pt").write_bytes(ta.archive(ta.pickled(state), {"0": WEIGHT.data}))
        self.assertEqual(self.tensors_of("x.pt"), dict.fromkeys(("a.b.0", "a.b.1.c.0", "z"), WEIGHT))


class Checkpoints(TorchCase):
    def test_specialize_gives_what_it_gives_from_safetensors(self):
        model = masked_model(tied=False)
        config = {"model_type": "bert", "vocab_size": ROWS}
        fixtures.write_checkpoint(self.folder / "plain", model, config, SOURCE)
        target = fixtures.unpack_tokenizer(TARGET, self.folder / "target")
        options = ("--tokenizer", target, "--auxiliary", fixtures.golden_auxiliary("target-unigram", self.folder))
        self.assertDone(self.focus("specialize", "plain", *options, "--output", "expected"))
        expected = tensors.read_safetensors(self.folder / "expected" / "model.safetensors")
        for shards in (1, 3):
            with self.subTest(shards=shards):
                name = f"torch{shards}"
                fixtures.write_checkpoint(self.folder / name, {}, config, SOURCE)
                (self.folder / name / "model.safetensors").unlink()
                ta.write_checkpoint(self.folder / name, model, shards)
                # As trainers leave it beside the weights: not the model.
                shutil.copy(TORCH / "refused" / "module.pt", self.folder / name / "training_args.bin")
                self.assertRefused("specialize", name, *options, "--output", "refused", saying=("safetensors",))
                self.assertDone(self.plugin("specialize", name, *options, "--output", f"from{shards}"))
                found = tensors.read_safetensors(self.folder / f"from{shards}" / "model.safetensors")
                self.assertEqual(found.tensors, expected.tensors)
                self.assertEqual(found.metadata, expected.metadata)
                self.assertEqual([*(self.folder / f"from{shards}").glob("pytorch_model*")], [])
                self.assertEqual(fixtures.read_config(self.folder / f"from{shards}"),
                                 fixtures.read_config(self.folder / "expected"))

    def test_safetensors_beside_is_preferred(self):
        folder = self.folder / "both"
        fixtures.write_checkpoint(folder, {"a": WEIGHT.array}, {}, None)
        (folder / "pytorch_model.bin").write_bytes(ta.written({"b": WEIGHT}))
        listed = json.loads(self.plugin("inspect", folder, "--json").output)
        self.assertEqual([tensor["name"] for tensor in listed["tensors"]], ["a"])

    def test_indices_that_lie(self):
        folder = self.folder / "shards"
        shutil.copytree(TORCH / "shards", folder)
        index = folder / "pytorch_model.bin.index.json"
        text = index.read_text()
        first, second = ("pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin")
        shutil.copy(folder / second, self.folder / second)
        def refuse(changed: str, *words: str):
            index.write_text(changed)
            self.assertRefused("inspect", "shards", "--plugin", PLUGIN, saying=("shards", *words), preexec_fn=bounded)
        refuse(text.replace(second, f"../{second}"), "plain file names", "..")
        refuse(text.replace(second, str(self.folder / second)), "plain file names")
        refuse(text.replace(second, "none.bin"), "none.bin", "No such file")
        refuse(text.replace(second, first), "layer.weight", "where the index says")
        refuse(text.replace(f'"step": "{second}"', f'"step": "{first}"'), "step", "but the index says it is in")
        refuse(text.replace('"step"', '"other"'), "step", "not in the index")
        refuse(text.replace('"step"', '"embed.weight"'), "embed.weight", "twice")
        refuse(text[:-30], "JSON")
        refuse('{"weight_map": ' * 100_000, "JSON")
        index.write_text(text)
        shutil.copy(folder / first, folder / second)
        self.assertRefused("inspect", "shards", "--plugin", PLUGIN, saying=("embed.weight", first, second))
        (folder / second).write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
        self.assertRefused("inspect", "shards", "--plugin", PLUGIN, saying=(second, "git lfs pull"))


class Calls:
    """Pickles as a call."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


class Malicious(TorchCase):
    """Each of these pickles would leave a file behind if anybody ran it."""

    def setUp(self) -> None:
        super().setUp()
        self.marker = self.base / "was-here"
        self.command = f"touch {self.marker}"

    def assertHarmless(self, data: bytes, *words: str) -> None:
        for where in ("x.pt", "pytorch_model.bin"):
            self.refuse(ta.archive(data, {"0": WEIGHT.data}), *words, name=where)
        for command, *rest in (("convert", "y.safetensors"), ("verify",), ("diff", "x.pt")):
            outcome = self.plugin(command, "x.pt", *rest)
            self.assertEqual((outcome.code, outcome.errors.count("focus: error")), (1, 1), outcome.errors)
        self.assertFalse(self.marker.exists(), "it was run")

    def test_the_control_does_run(self):
        subprocess.run([sys.executable, "-c", "import pickle, sys; pickle.loads(sys.stdin.buffer.read())"],
                       input=pickle.dumps(Calls(os.system, self.command), 2), check=True)
        self.assertTrue(self.marker.exists())

    def test_calls(self):
        code = f"__import__('os').system('{self.command}')"
        hub = ta.stand_in("torch.hub", "load")
        for call, name in (
            (Calls(os.system, self.command), "posix.system"), (Calls(eval, code), "builtin"),
            (Calls(exec, code), "exec"),
            (Calls(subprocess.check_call, self.command.split()), "subprocess.check_call"),
            (Calls(hub, "someone/something", "entry"), "torch.hub.load"),
            (Calls(__import__, "os"), "__import__"),
            (Calls(functools.partial, os.system, self.command), "functools.partial"),
            (Calls(ta.stand_in("torch.storage", "_load_from_bytes"), b"x"), "torch.storage._load_from_bytes"),
            (Calls(ta.stand_in("torch._utils", "_rebuild_wrapper_subclass"), 1),
             "torch._utils._rebuild_wrapper_subclass"),
            (Calls(pickle.loads, pickle.dumps(Calls(os.system, self.command))), "pickle.loads"),
        ):
            for place in (call, {"weight": ta.view(WEIGHT), "x": call}, {"a": {"b": [1, (call,)]}},
                          {"weight": ta.view(WEIGHT, shape=(call,))}):
                for protocol in (2, 4):
                    with self.subTest(name, place=str(type(place)), protocol=protocol):
                        # What the arguments ask for may come first.
                        self.assertHarmless(ta.pickled(place, protocol), "its pickle asks for",
                                            "" if name == "pickle.loads" else name.split(".")[-1])

    def test_calls_where_torch_has_none(self):
        system = f"cposix\nsystem\nX{chr(len(self.command))}\0\0\0{self.command}\x85R".encode()
        for name, data in {
            "the attributes of an OrderedDict": b"\x80\2ccollections\nOrderedDict\n)R(" + KEY + TENSOR
            + b"u}X\1\0\0\0a" + system + b"sb.",
            "the hooks of a tensor": b"\x80\2}" + KEY + REBUILD + b"(" + STORAGE + b"K\0K\3K\4\x86K\4K\1\x86\x89"
            + system + b"tRs.",
            "the storage": b"\x80\2}" + KEY + REBUILD + b"(" + system + ARGUMENTS + b"tRs.",
            "the identifier": b"\x80\2}" + KEY + REBUILD + b"((X\7\0\0\0storage" + system + STORAGE[11:] + ARGUMENTS
            + b"tRs.",
            "a key": b"\x80\2}" + system + TENSOR + b"s.", "nothing else": b"\x80\2" + system + b".",
            "what is thrown away": b"\x80\2" + system + b"0}.",
        }.items():
            with self.subTest(name):
                self.assertHarmless(data, "posix.system")

    def test_opcodes_that_call(self):
        text = lambda value: b"X" + struct.pack("<I", len(value)) + value
        command = self.command.encode()
        for name, data in {
            "INST": b"(X" + struct.pack("<I", len(command)) + command + b"iposix\nsystem\n.",
            "OBJ": b"(cposix\nsystem\n" + text(command) + b"o.", "NEWOBJ": b"ccollections\nOrderedDict\n)\x81.",
            "NEWOBJ_EX": b"ccollections\nOrderedDict\n)}\x92.", "EXT1": b"\x82\1.", "EXT4": b"\x84\1\0\0\0.",
            "PERSID": b"Pstorage\n.",
            "BYTEARRAY8": b"\x96\0\0\0\0\0\0\0\0.", "NEXT_BUFFER": b"\x97.", "DUP": b"}2.", "POP": b"}}0.",
            "UNICODE": b"Vx\n.",
            "INT": b"I1\n.", "SHORT_BINBYTES": b"C\1x.", "EMPTY_SET": b"\x8f.",
        }.items():
            with self.subTest(name):
                self.assertHarmless(b"\x80\2" + data, "posix" if name == "OBJ" else f"opcode {name} ")

    def test_names_that_look_like_those_on_the_list(self):
        for module, name in (
            ("torch", "hub.load"), ("torch._utils", "_rebuild_tensor_v2.__globals__"),
            ("torch", "_utils._rebuild_tensor_v2"),
            ("torch", "FloatStorage.from_file"), ("torch", "load"), ("torch", "serialization"),
            ("collections", "OrderedDict.fromkeys"),
            ("collections.OrderedDict", ""), ("", ""), ("builtins", "OrderedDict"), ("torch\0", "Size"),
            ("torch", "device\0"),
            ("torch", "float32.to_complex"), ("torch.storage", "TypedStorage"), ("torch._tensor", "_rebuild_from_type"),
        ):
            with self.subTest(f"{module}.{name}"):
                short = lambda value: b"\x8c" + bytes([len(value)]) + value.encode()
                self.assertHarmless(b"\x80\4" + short(module) + short(name) + b"\x93.", "asks for")
        # On the list, but not to be called so.
        for name, data in {
            "a type": b"ctorch\nfloat32\n)R.", "a storage": b"ctorch\nFloatStorage\n)R.",
            "Tensor": b"ctorch\nTensor\n)R.",
            "a function by a function": b"ctorch._tensor\n_rebuild_from_type_v2\n(ctorch._tensor\n"
                                        b"_rebuild_from_type_v2\nctorch\nTensor\n)}tR.",
            "OrderedDict of something": b"ccollections\nOrderedDict\n(]tR.", "a text": b"X\1\0\0\0a)R.",
            "a dictionary": b"})R.",
            "a tensor of a text": REBUILD + b"(X\1\0\0\0a" + ARGUMENTS + b"tR.",
            "a parameter": b"ctorch._utils\n_rebuild_parameter\n(NNNtR.",
            "attributes of a list": b"]}b.", "attributes that are a list": b"}]b.",
        }.items():
            with self.subTest(name):
                self.assertHarmless(b"\x80\2" + data, "its pickle")


class Hostile(TorchCase):
    def test_pickles_that_make_too_much(self):
        number = lambda value: struct.pack("<I", value)
        nested = ta.view(WEIGHT)
        for _ in range(60):
            nested = {"a": nested, "b": nested}
        bomb: list = []
        for _ in range(60):
            bomb = [bomb] * 10
        numbers: dict = {"x": 1}
        for _ in range(60):
            numbers = {"a": numbers, "b": {"c": numbers}}
        long_key = {"k" * 15_000: {str(n): ta.view(WEIGHT) for n in range(30_000)}, "a": ta.view(WEIGHT)}
        for name, data, words in (
            ("shared dictionaries", ta.pickled(nested), ("more tensors than any",)),
            ("shared dictionaries of numbers", ta.pickled({"a": ta.view(WEIGHT), "b": numbers}),
             ("shares things so often",)),
            ("long names many times over", ta.pickled(long_key), ("shares things so often",)),
            ("a key of megabytes", ta.pickled({"k" * (1 << 22): ta.view(WEIGHT)}), ("key of 4194304 bytes",)),
            ("lists inside of lists", b"\x80\2" + b"]" * 500_000 + b"a" * 499_999 + b".", ()),
            ("dictionaries inside of dictionaries", b"\x80\2" + b"}K\0" * 200 + TENSOR + b"s" * 200 + b".",
             ("inside of one another",)),
            ("tuples inside of tuples", b"\x80\2)" + b"\x85" * 3_000_000 + b".", ()),
            ("marks", b"\x80\2" + b"(" * 5_000_000 + b".", ("marks",)),
            ("values", b"\x80\2(" + b"N" * 5_000_000 + b"t.", ("more values",)),
            ("values in lists", b"\x80\2]" + (b"(" + b"N" * 900_000 + b"e") * 30 + b".", ("more values",)),
            ("containers", b"\x80\2]" + b"]a" * 5_000_000 + b".", ("more containers",)),
            ("a text", b"\x80\2X\xff\xff\xff\xff.", ("ends in the middle",)),
            ("a text of eight bytes' length", b"\x80\2\x8d" + b"\xff" * 8 + b".", ("ends in the middle",)),
            ("a number", b"\x80\2\x8a\xff.", ("ends in the middle",)),
            ("a frame", b"\x80\4\x95" + b"\xff" * 7 + b"\x7f.", ("frame",)),
            ("a global without an end", b"\x80\2ctorch" + b"x" * 100_000, ("name without an end",)),
            ("memo", b"\x80\2r" + number(1 << 31) + b".", ("where there is none",)),
            ("recall", b"\x80\2j" + number(0xFFFFFFFF) + b".", ("did not remember",)),
            ("no stop", b"\x80\2}", ("ends in the middle",)), ("no protocol", b"}.", ("PROTO",)),
            ("another protocol", b"\x80\6}.", ("protocol",)), ("twice", b"\x80\2}.}.", ("left over",)),
            ("two values", b"\x80\2}}.", ("left over",)), ("a mark", b"\x80\2(}.", ("left over",)),
            ("below a mark", b"\x80\2}(s.", ("where there is none",)),
            ("half an item", b"\x80\2}(K\1u.", ("without a value",)),
            ("no opcode", b"\x80\2\xff.", ("0xFF",)), ("empty", b"", ("PROTO",)),
        ):
            with self.subTest(name):
                if words:
                    self.refuse_pickle(data, *words)
                else:
                    # Without a tensor in it, that is nothing at all: it must only not fall over.
                    (self.folder / "x.pt").write_bytes(ta.archive(data, {}))
                    self.assertIn(self.plugin("inspect", "x.pt", preexec_fn=bounded).code, (0, 1))
        (self.folder / "x.pt").write_bytes(ta.archive(ta.pickled({"weight": ta.view(WEIGHT), "bomb": bomb}),
                                                      {"0": WEIGHT.data}))
        self.assertEqual(self.tensors_of("x.pt"), {"weight": WEIGHT})

    def test_a_container_in_itself(self):
        state: dict = {"weight": ta.view(WEIGHT)}
        state["state"] = state
        self.refuse_pickle(ta.pickled(state), "contains itself")
        loop: list = [ta.view(WEIGHT)]
        loop.append({"x": loop})
        self.refuse_pickle(ta.pickled({"loop": loop, "weight": ta.view(WEIGHT)}), "contains itself")
        empty: list = []
        empty.append(empty)
        (self.folder / "x.pt").write_bytes(ta.archive(ta.pickled({"weight": ta.view(WEIGHT), "loop": empty}),
                                                      {"0": WEIGHT.data}))
        self.assertEqual(self.tensors_of("x.pt"), {"weight": WEIGHT})

    def test_views_that_leave_their_storage(self):
        largest = (1 << 63) - 1
        for change, *words in (
            ({"offset": 1}, "reaches element 12"), ({"offset": 12}, "reaches"), ({"offset": largest}, "file has"),
            ({"offset": -1}, "negative"), ({"shape": (3, 5)}, "reaches"), ({"shape": (-3, 4)}, "negative"),
            ({"shape": (-3, -4)}, "negative"),
            ({"strides": (4, -1)}, "negative"), ({"strides": (5, 1)}, "reaches element 13"),
            ({"strides": (largest, 1)}, "file has"),
            ({"shape": (1 << 32, 1 << 32), "strides": (0, 0)}, "file has"),
            ({"shape": (1 << 40, 1), "strides": (0, 1)}, "expanded from"),
            ({"shape": (1 << 61, 4), "strides": (0, 1)}, "file has"), ({"shape": (12,)}, "strides of 2"),
            ({"strides": (1,)}, "strides of 1"),
            ({"shape": (1,) * 65, "strides": (1,) * 65}, "other things than"),
            ({"shape": (1 << 70, 4)}, "other things than"),
            ({"offset": 1 << 70}, "other things than"), ({"shape": "ab"}, "other things than"),
            ({"strides": None}, "other things than"),
            ({"count": 11}, "has 48 bytes, but 44"), ({"count": 13}, "has 48 bytes, but 52"),
            ({"count": -12}, "storage"),
            ({"count": largest}, "any file has"), ({"count": 1 << 62}, "any file has"), ({"count": 1 << 70}, "storage"),
        ):
            with self.subTest(change):
                self.refuse_pickle(ta.pickled({"weight": ta.view(WEIGHT, **change)}), *words)
        self.refuse_pickle(ta.pickled({"weight": ta.view(WEIGHT, key="1")}), "'1' is missing")
        self.refuse_pickle(ta.pickled({"weight": ta.view(WEIGHT, key="../version")}), "missing")
        # Nothing is read of what has no element.
        for change in ({"shape": (0, 4), "offset": largest},
                       {"shape": (largest, 0, largest), "strides": (largest, 1, largest)}):
            (self.folder / "x.pt").write_bytes(ta.archive(ta.pickled({"weight": ta.view(WEIGHT, **change)}),
                                                          {"0": WEIGHT.data}))
            self.assertIn(self.plugin("inspect", "x.pt").code, (0, 1))

    def test_names_that_are_none(self):
        state = {"weight": ta.view(WEIGHT)}
        lone = pickle.dumps("\ud800", 2)[2:-1]
        self.refuse_pickle(b"\x80\2}" + lone + TENSOR + b"s.", "UTF-8")
        self.refuse_pickle(ta.pickled({"a": state, "a.weight": ta.view(WEIGHT)}), "a.weight")
        self.refuse_pickle(ta.pickled({1: ta.view(WEIGHT), "1": ta.view(WEIGHT)}), "twice")
        self.refuse_pickle(b"\x80\2}(" + (KEY + TENSOR) * 2 + b"u.", "'weight' twice")
        self.refuse_pickle(ta.pickled({(1, 2): ta.view(WEIGHT)}), "neither text nor a number")
        escape = "\x1b[2J\x07\u202e"
        self.refuse_pickle(ta.pickled({escape: ta.view(WEIGHT, offset=3)}), "reaches")
        self.assertNotIn("\x1b", self.plugin("inspect", "x.pt").errors)

    def test_archives_that_lie(self):
        whole = ta.written({"weight": WEIGHT})
        def members(change, **options) -> bytes:
            """The same members, each as `change` gives it: a list of names and contents."""
            buffer = io.BytesIO()
            with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(buffer, "w", **options) as new:
                for name in old.namelist():
                    for changed, data in change(name, old.read(name)):
                        new.writestr(changed, data)
            return buffer.getvalue()
        def patched(signature: bytes, place: int, value: bytes, number: int = 0) -> bytes:
            at = -1
            for _ in range(number + 1):
                at = whole.index(signature, at + 1)
            return whole[:at + place] + value + whole[at + place + len(value):]
        entry, header, end = b"PK\1\2", b"PK\3\4", b"PK\5\6"
        for name, data, *words in (
            ("compressed", members(lambda n, d: [(n, d)], compression=zipfile.ZIP_DEFLATED), "data.pkl", "deflate"),
            ("a storage that is compressed", None, "data/0", "deflate"),
            ("no storage", members(lambda n, d: [] if n.endswith("/0") else [(n, d)]), "'0' is missing"),
            ("no pickle", members(lambda n, d: [] if n.endswith("pkl") else [(n, d)]), "data.pkl"),
            ("two storages", members(lambda n, d: [(n, d)] * (2 if n.endswith("/0") else 1)), "two members"),
            ("two pickles", members(lambda n, d: [(n, d)] * (2 if n.endswith("pkl") else 1)), "two members"),
            ("a long storage", members(lambda n, d: [(n, d + b"x" if n.endswith("/0") else d)]), "49 bytes, but 48"),
            ("a short storage", members(lambda n, d: [(n, d[:-1] if n.endswith("/0") else d)]), "47 bytes, but 48"),
            ("another order", members(lambda n, d: [(n, b"middle" if n.endswith("order") else d)]), "'middle'"),
            ("a long order", members(lambda n, d: [(n, b"x" * 100 if n.endswith("order") else d)]), "one word"),
            ("a new version", members(lambda n, d: [(n, b"11\n" if n.endswith("version") else d)]), "version 11"),
            ("no version", members(lambda n, d: [(n, b"x" if n.endswith("version") else d)]), "version"),
            ("a program", members(lambda n, d: [(n, d), ("archive/constants.pkl", b"x")] if n.endswith("pkl")
                                  else [(n, d)]), "TorchScript"),
            ("something after", whole + b"x", "zip archive"), ("something before", b"PK" + whole, "bytes from byte"),
            ("half", whole[:len(whole) // 2], "zip archive"), ("nothing", b"", "torch.save"),
            ("another place of the directory", patched(end, 16, b"\1\0\0\0"), "directory"),
            ("another size of the directory", patched(end, 12, b"\1\0\0\0"), "directory"),
            ("more members", patched(end, 8, b"\x40\0\x40\0"), "members"),
            ("fewer members", patched(end, 8, b"\1\0\1\0"), "no member"),
            ("a comment that is none", patched(end, 20, b"\1"), "zip archive"),
            ("several disks", patched(end, 4, b"\1"), "disks"),
            ("no entry", patched(entry, 0, b"XX"), "no entry"),
            ("a long name", patched(entry, 28, b"\xff\xff"), "beyond its directory"),
            ("a name of nothing", patched(entry, 28, b"\0\0"), ""),
            ("another place", patched(entry, 42, b"\1"), "not where"),
            ("a place beyond", patched(entry, 42, b"\xf0\xff\xff\x7f"), "beyond"),
            ("a size beyond", patched(entry, 20, b"\xf0\xff\xff\x7f"), "beyond"),
            ("two sizes", patched(entry, 24, b"\1\0\0\0"), "by the directory"),
            ("no header", patched(header, 0, b"XX"), ""),
            ("another name", patched(header, 30, b"X"), ""),
            ("another size", patched(header, 18, b"\1\0\0\0"), "by the directory"),
            ("another method", patched(header, 8, b"\x08"), "contradicts"),
            ("encrypted", patched(entry, 8, b"\1"), "encrypted"),
            ("one in another", patched(entry, 42, b"\0\0\0\0", number=1), ""),
            ("another pickle", None, "checksum"),
        ):
            with self.subTest(name):
                if name == "a storage that is compressed":
                    buffer = io.BytesIO(whole)
                    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(buffer := io.BytesIO(), "w") as new:
                        for member in old.namelist():
                            deflated = member.endswith("/0")
                            new.writestr(member, old.read(member),
                                         zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED)
                    data = buffer.getvalue()
                elif name == "another pickle":
                    at = whole.index(b"weight")
                    data = whole[:at] + b"W" + whole[at + 1:]
                self.refuse(data, *filter(None, words))

    def test_archives_for_large_files(self):
        # zipfile writes the fields of eight bytes where it is told that a member may be large.
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as file:
            for name, data in (("data.pkl", ta.pickled({"weight": ta.view(WEIGHT)})), ("data/0", WEIGHT.data)):
                with file.open(f"a/{name}", "w", force_zip64=True) as member:
                    member.write(data)
        whole = buffer.getvalue()
        (self.folder / "x.pt").write_bytes(whole)
        self.assertEqual(self.tensors_of("x.pt"), {"weight": WEIGHT})
        # And an end of that kind, as torch writes it past four gigabytes.
        at = whole.index(b"PK\5\6")
        count, size, offset = struct.unpack("<HII", whole[at + 10:at + 20])
        def large(count, size, offset, place=at, disks=1, version=45) -> bytes:
            record = b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, version, version, 0, 0, count, count, size, offset)
            locator = b"PK\6\7" + struct.pack("<IQI", 0, place, disks)
            return whole[:at] + record + locator + b"PK\5\6\0\0\0\0" + b"\xff" * 12 + b"\0\0"
        (self.folder / "x.pt").write_bytes(large(count, size, offset))
        self.assertEqual(self.tensors_of("x.pt"), {"weight": WEIGHT})
        for numbers in ((1 << 63, size, offset), (count, 1 << 63, offset), (count, size, (1 << 64) - size),
                        (count, 0, at), (0, size, offset),
                        (count, size, offset, 1 << 63), (count, size, offset, at, 2)):
            with self.subTest(numbers):
                self.refuse(large(*numbers))


class Others(TorchCase):
    def test_what_torch_wrote_that_has_no_tensors(self):
        for path in sorted((TORCH / "refused").glob("*.pt")):
            with self.subTest(path.name):
                self.refuse(path.read_bytes(), "says the plug-in 'pytorch')")

    def test_zip_archives_of_others_are_not_taken(self):
        (self.folder / "x.npz").write_bytes(ta.archive(b"", {}))
        for name in ("x.zip", "x.npz", "x.pt"):
            with zipfile.ZipFile(self.folder / name, "w") as file:
                file.writestr("a.txt", "x")
        for name in ("x.zip", "x.npz"):
            self.assertNotIn("pytorch", self.plugin("inspect", name).errors.replace("npy, pytorch;", ""))
        self.assertRefused("inspect", "x.pt", "--plugin", PLUGIN, saying=("data.pkl",))
        (self.folder / "x.pt").write_bytes(pickle.dumps({"a": 1}))
        self.assertRefused("inspect", "x.pt", "--plugin", PLUGIN, saying=("bare pickle",))

    def test_it_is_only_read(self):
        self.write_folder({"weight": WEIGHT})
        self.assertRefused("convert", "source", "x.pt", "--plugin", PLUGIN, saying=("only read",))

"""Plug-ins as their users and authors have them: the toy in Plugins/Minimal, and copies that new-plugin makes of it."""

import json
import os
import pathlib
import shutil
import struct
import subprocess

import numpy as np

import fixtures
import tensors
import toy
from format_case import FormatCase
from plugins import HEADER, ROOT, compiled, compiler
from test_checkpoints import ROWS, SOURCE, TARGET, masked_model
from tensors import METADATA
from tool import BINARY, FIXTURES, SANITIZED

MINIMAL = ROOT / "Plugins" / "Minimal" / "toy.c"

# Says each line that does not hold.
HELPERS = r"""
#include "focus_plugin.h"
#define EXPECT(condition) do { if (!(condition)) printf("%d: %s\\n", __LINE__, #condition); } while (0)
int main(int count, char **arguments) {
    focus_pair_v1 pairs[] = {{"a", 1, "1", 1}, {"b", 1, "", 0}, {"a", 1, "2", 1}};
    focus_options_v1 options = {3, pairs}, none = {0, NULL};
    EXPECT(strcmp(focus_option(&options, "a"), "2") == 0 && strcmp(focus_option(&options, "b"), "") == 0);
    EXPECT(focus_option(&options, "c") == NULL && focus_option(&none, "a") == NULL);

    focus_error_v1 error;
    EXPECT(focus_fail_at(&error, 7, FOCUS_ERROR_TRUNCATED, "ends at %d", 9) == FOCUS_ERROR_TRUNCATED);
    EXPECT(error.byte_offset == 7 && strcmp(error.message, "ends at 9") == 0);

    void *chain = NULL;
    focus_reader reader;
    EXPECT(!focus_reader_open(&reader, "/nowhere", &chain) && reader.file == NULL);
    EXPECT(count == 2 && focus_reader_open(&reader, arguments[1], &chain) && reader.size == 9 && reader.at == 0);
    uint64_t number = 0, *numbers = focus_read_numbers(&reader, 1, 2);
    EXPECT(numbers != NULL && numbers[0] == 1 && numbers[1] == 2);
    EXPECT(focus_read_number(&reader, 2, &number) && number == 3 && reader.at == 4);
    char *text = focus_read_text(&reader, 3);
    EXPECT(text != NULL && strcmp(text, "abc") == 0);
    EXPECT(focus_read_text(&reader, 3) == NULL && focus_read_text(&reader, UINT64_MAX) == NULL);
    EXPECT(focus_read_numbers(&reader, 8, 1) == NULL && focus_read_numbers(&reader, 1, UINT64_MAX) == NULL);
    EXPECT(!focus_read_number(&reader, 3, &number) && !focus_read_number(&reader, 9, &number) && reader.at == 7);
    EXPECT(focus_read_number(&reader, 2, &number) && number == 0xFFFF && focus_read_numbers(&reader, 8, 0) != NULL);
    EXPECT(focus_allocate(&chain, UINT64_MAX / 2, 4) == NULL);
    fclose(reader.file);
    focus_free(&chain);
    EXPECT(chain == NULL);
    return 0;
}
"""


class Plugins(FormatCase):
    def setUp(self) -> None:
        super().setUp()
        self.search_path = None
        self.plugins = self.base / "plugins"
        self.plugins.mkdir()
        self.toy = compiled(MINIMAL, self.plugins / "libtoy.so", "-pedantic", "-Werror")

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | ({} if self.search_path is None else {"FOCUS_PLUGIN_PATH": self.search_path})

    def read_toy(self, path: pathlib.Path, name: str = "toy") -> tensors.Contents:
        found, metadata = toy.read(path.read_bytes(), name)
        return tensors.Contents({name: tensors.Tensor(*tensor) for name, tensor in found.items()}, metadata)

    def test_the_header_stands_alone(self):
        for name, options in (("x.c", ["-std=c11"]), ("x.cpp", ["-std=c++17"])):
            source = self.base / name
            source.write_text('#include "focus_plugin.h"\n')
            names = ("cc", "gcc", "clang") if name == "x.c" else ("c++", "g++", "clang++")
            done = subprocess.run([compiler(*names), *options, "-Wall", "-Wextra", "-pedantic", "-Werror",
                                   f"-I{HEADER}", "-c",
                                   "-o", os.devnull, source], capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_what_a_plugin_writes_is_what_its_format_says(self):
        contents = tensors.synthetic()
        self.write_folder(contents)
        folder = self.convert("source", "as-toy", "--to", "toy", "--plugin", self.toy)
        self.assertEqual({path.name for path in folder.iterdir()}, {"config.json", "model.toy"})
        self.assertEqual(tensors.complaints(self.read_toy(folder / "model.toy"), contents, METADATA), [])
        # And back, through every command.
        back = self.convert(folder, "back", "--to", "safetensors", "--plugin", self.toy)
        found = tensors.read_safetensors(back / "model.safetensors")
        self.assertEqual(tensors.complaints(found, contents, METADATA), [])
        self.assertEqual(self.focus("diff", "source", folder, "--plugin", self.toy).code, 0)
        answer = json.loads(self.focus("inspect", folder, "--json", "--plugin", self.toy).output)
        self.assertEqual((answer["format"], answer["metadata"]), ("toy", METADATA))
        self.assertEqual([tensor["name"] for tensor in answer["tensors"]], list(contents))
        self.assertDone(self.focus("convert", folder / "model.toy", "again.toy", "--plugin", self.toy))
        self.assertEqual((self.folder / "again.toy").read_bytes(), (folder / "model.toy").read_bytes())

    def test_what_another_program_writes_is_read(self):
        contents = {"w": tensors.numbers(7, 5), "b": tensors.numbers(3)}
        (self.folder / "x.toy").write_bytes(toy.written(contents, METADATA))
        self.assertEqual(self.focus("verify", "x.toy", "--plugin", self.toy).code, 0)
        self.assertDone(self.focus("convert", "x.toy", "x.safetensors", "--plugin", self.toy))
        found = tensors.read_safetensors(self.folder / "x.safetensors")
        self.assertEqual(tensors.complaints(found, contents, METADATA), [])
        self.assertRefused("inspect", "x.toy", saying=("unknown format", "--plugin"))
        (self.folder / "cut.toy").write_bytes((self.folder / "x.toy").read_bytes()[:-1])
        self.assertRefused("inspect", "cut.toy", "--plugin", self.toy, saying=("cut.toy", "'b'", "cut short"))
        (self.folder / "cut.toy").write_bytes((self.folder / "x.toy").read_bytes()[:100])
        self.assertRefused("inspect", "cut.toy", "--plugin", self.toy,
                           saying=("cut.toy", "middle of its header", "(byte 77, says the plug-in 'toy')"))

    def test_specialize_through_a_plugin(self):
        fixtures.write_checkpoint(self.folder / "source", masked_model(), {"model_type": "bert", "vocab_size": ROWS},
                                  SOURCE)
        fixtures.unpack_tokenizer(TARGET, self.folder / "target")
        common = ("--tokenizer", "target", "--auxiliary", fixtures.golden_auxiliary("target-unigram", self.folder),
                  "--output")
        self.assertDone(self.focus("specialize", "source", *common, "expected"))
        expected = tensors.read_safetensors(self.folder / "expected" / "model.safetensors")
        folder = self.convert("source", "as-toy", "--to", "toy", "--plugin", self.toy)
        self.assertDone(self.focus("specialize", folder, *common, "kept", "--plugin", self.toy))
        kept = self.read_toy(self.folder / "kept" / "model.toy")
        self.assertEqual(tensors.complaints(kept, expected.tensors, expected.metadata, order=False), [])
        # A plug-in that only reads: the result is safetensors, and that is said.
        source = self.base / "reader.c"
        source.write_text(MINIMAL.read_text().replace(".write = toy_write,", "/* (void)toy_write */"))
        reader = compiled(source, self.plugins / "reader.so", "-Wno-unused-function")
        outcome = self.focus("specialize", folder, *common, "other", "--plugin", reader)
        self.assertDone(outcome)
        self.assertIn("toy is only read", outcome.errors)
        other = tensors.read_safetensors(self.folder / "other" / "model.safetensors")
        self.assertEqual(tensors.complaints(other, expected.tensors, expected.metadata, order=False), [])
        self.assertRefused("convert", "source", "x.toy", "--plugin", reader, saying=("only read",))
        outcome = self.focus("convert", folder, "converted", "--plugin", reader)
        self.assertDone(outcome)
        self.assertIn("toy is only read: the tensors are written as safetensors", outcome.errors)
        self.assertEqual(self.focus("diff", "source", "converted").code, 0)
        self.assertRefused("formats", "--plugin", reader, "--check", "toy", saying=("--sample",))
        outcome = self.focus("formats", "--plugin", reader, "--check", "toy", "--sample", "as-toy/model.toy")
        self.assertDone(outcome)
        self.assertIn("obeyed truncation", outcome.output)

    def test_a_reader_that_turns_bytes_around(self):
        """A format that its plug-in must unpack: big endian, one array after the other; one thread at a time."""
        brick = compiled(ROOT / "Tests" / "Judges" / "brick.c", self.plugins / "brick.so", "-Werror")
        random = np.random.default_rng(1)
        arrays = {"grid": random.normal(size=(300, 41)).astype(">f4"), "ids": np.arange(7, dtype=">i4"),
                  "half": random.normal(size=(3, 5, 2)).astype(">f2"), "bytes": np.arange(50, dtype="u1"),
                  "scalar": np.array(2.5, ">f4"), "nothing": np.zeros((0, 3), ">f4")}
        letters = {">f4": b"f", ">f2": b"h", ">i4": b"i", "|u1": b"b"}
        data = b"BRICK2\r\n" + struct.pack(">I", len(arrays))
        for name, array in arrays.items():
            data += bytes([len(name)]) + name.encode() + letters[array.dtype.str] + bytes([array.ndim])
            data += struct.pack(f">{array.ndim}I", *array.shape)
        (self.folder / "x.brick").write_bytes(data + b"".join(array.tobytes() for array in arrays.values()))
        outcome = self.focus("formats", "--plugin", brick, "--check", "brick", "--sample", "x.brick")
        self.assertDone(outcome)
        self.assertIn("brick obeys the laws", outcome.output)
        self.assertDone(self.focus("convert", "x.brick", "x.npz", "--plugin", brick))
        found = np.load(self.folder / "x.npz")
        self.assertEqual(found.files, list(arrays))
        for name, array in arrays.items():
            np.testing.assert_array_equal(found[name], array)
        self.assertEqual(self.focus("diff", "x.npz", "x.brick", "--plugin", brick).code, 0)
        self.assertEqual(self.focus("verify", "x.brick", "--plugin", brick).code, 0)

    def test_folders_of_plugins(self):
        self.search_path = f"{self.plugins}:{self.base / 'home'}"
        outcome = self.focus("formats", "--json")
        self.assertDone(outcome)
        origin = {entry["name"]: entry["from"] for entry in json.loads(outcome.output)}
        self.assertEqual(origin["toy"], str(self.toy))
        self.assertEqual(origin["safetensors"], "built in")
        # The same file twice is one plug-in.
        self.assertDone(self.focus("formats", "--plugin", self.toy))
        # What cannot be used is left out, with a warning, and nothing else suffers from it.
        (self.plugins / "broken.so").write_text("no shared object")
        shutil.copy(self.toy, self.plugins / "ztoy.so")
        tensors.write_safetensors(self.folder / "x.safetensors", {"a": tensors.numbers(2, 3)})
        for path in ("plugins", ".", f"{self.base}/none"):
            self.search_path = f"{path}:{self.plugins}"
            for command in (("formats",), ("inspect", "x.safetensors"), ("diff", "x.safetensors", "x.safetensors")):
                outcome = self.focus(*command)
                self.assertDone(outcome)
                warnings = [line for line in outcome.errors.splitlines()
                            if line.startswith("focus: warning: FOCUS_PLUGIN_PATH:")]
                for words, line in zip(((path, "folder"), ("broken.so", "cannot be loaded"), ("ztoy.so", "'toy'")),
                                       warnings, strict=True):
                    for word in words:
                        self.assertIn(word, line)
        # What is asked for by name comes first, and is an error where it cannot be used.
        origin = {entry["name"]: entry["from"]
                  for entry in json.loads(self.focus("formats", "--json", "--plugin", self.plugins / "ztoy.so").output)}
        self.assertEqual(origin["toy"], str(self.plugins / "ztoy.so"))
        self.assertRefused("formats", "--plugin", self.plugins / "broken.so", saying=("broken.so", "cannot be loaded"))
        (self.plugins / "broken.so").unlink()
        (self.plugins / "ztoy.so").unlink()
        # Neither folder is searched where that is not wanted.
        origin = {entry["name"] for entry in json.loads(self.focus("formats", "--json", "--no-plugins").output)}
        self.assertNotIn("toy", origin)
        self.search_path = None
        # Those that are installed beside the command are found, from wherever it is called.
        (self.base / "prefix" / "bin").mkdir(parents=True)
        (self.base / "prefix" / "lib" / "focus" / "plugins").mkdir(parents=True)
        command = self.base / "prefix" / "bin" / "focus"
        shutil.copy(BINARY, command)
        shutil.copy(self.toy, self.base / "prefix" / "lib" / "focus" / "plugins" / "libtoy.so")
        (self.base / "link").symlink_to(command)
        for name in (command, self.base / "link"):
            for options, is_there in (((), True), (("--no-plugins",), False)):
                done = subprocess.run([name, "formats", "--json", *options], capture_output=True, text=True,
                                      cwd=self.folder, env=self.environment, check=True)
                self.assertEqual("toy" in {entry["name"] for entry in json.loads(done.stdout)}, is_there)
                self.assertEqual(done.stderr, "")
        # What lies in the current folder or beside a checkpoint is never loaded.
        (self.folder / "model").mkdir()
        for place in (self.folder, self.folder / "model"):
            shutil.copy(self.toy, place / "libtoy.so")
        (self.folder / "model" / "model.toy").write_bytes(toy.written({"b": tensors.numbers(3)}, {}))
        self.assertRefused("inspect", "model", saying=("no tensor file",))
        self.assertDone(self.focus("inspect", "model", "--plugin", "libtoy.so"))

    def test_a_copy_made_by_new_plugin(self):
        script = ROOT / "Plugins" / "new-plugin"
        subprocess.run([script, "walnut"], cwd=self.folder, check=True, capture_output=True)
        folder = self.folder / "walnut"
        self.assertEqual({path.name for path in folder.iterdir()},
                         {"Makefile", "README.md", "focus_plugin.h", "walnut.c"})
        for path in folder.iterdir():
            if path.name != "focus_plugin.h":
                self.assertNotRegex(path.read_text(), r"\b(lib)?toy(_\w+)?\b")
        made = subprocess.run(["make", "check", f"FOCUS={BINARY}", f"CC={compiler()}"], cwd=folder, capture_output=True,
                              text=True,
                              env=self.environment)
        self.assertEqual(made.returncode, 0, made.stdout + made.stderr)
        self.assertIn("walnut obeys the laws", made.stdout)
        self.assertNotIn("warning", made.stdout + made.stderr)
        contents = tensors.synthetic()
        self.write_folder(contents)
        self.assertDone(self.focus("convert", "source", "x.walnut", "--plugin", "walnut/libwalnut.so"))
        self.assertEqual(tensors.complaints(self.read_toy(self.folder / "x.walnut", "walnut"), contents, METADATA), [])
        # Both at once: they know their own files.
        outcome = self.focus("convert", "x.walnut", "x.toy", "--plugin", "walnut/libwalnut.so", "--plugin", self.toy)
        self.assertDone(outcome)
        self.assertEqual(tensors.complaints(self.read_toy(self.folder / "x.toy"), contents, METADATA), [])
        if not SANITIZED:  # The plug-in's own sanitizer would be a second one in the process.
            made = subprocess.run(["make", "check-memory", f"FOCUS={BINARY}", f"CC={compiler()}"], cwd=folder,
                                  capture_output=True,
                                  text=True, env=self.environment)
            self.assertEqual(made.returncode, 0, made.stdout + made.stderr)
            self.assertIn("walnut obeys the laws", made.stdout)
        for name, words in (("walnut", "exists"), ("Bad-name", "is not a name"), ("hdf5", "already")):
            done = subprocess.run([script, name], cwd=self.folder, capture_output=True, text=True)
            self.assertEqual(done.returncode, 1)
            self.assertIn(words, done.stderr)

    def test_a_reader_made_by_new_plugin(self):
        subprocess.run([ROOT / "Plugins" / "new-plugin", "--reader", "walnut"], cwd=self.folder, check=True,
                       capture_output=True)
        folder = self.folder / "walnut"
        self.assertEqual({path.name for path in folder.iterdir()},
                         {"Makefile", "README.md", "focus_plugin.h", "sample.walnut", "walnut.c"})
        for path in folder.iterdir():
            if path.name not in ("focus_plugin.h", "sample.walnut"):
                self.assertNotRegex(path.read_text(), r"\b(lib)?toy(_\w+)?\b")
        self.assertNotRegex((folder / "walnut.c").read_text(), r"[Ww]rit")
        made = subprocess.run(["make", "check", f"FOCUS={BINARY}", f"CC={compiler()}"], cwd=folder, capture_output=True,
                              text=True,
                              env=self.environment)
        self.assertEqual(made.returncode, 0, made.stdout + made.stderr)
        self.assertIn("walnut obeys the laws", made.stdout)
        self.assertNotIn("warning", made.stdout + made.stderr)
        self.assertDone(self.focus("convert", "walnut/sample.walnut", "x.toy", "--plugin", "walnut/libwalnut.so",
                                   "--plugin",
                                   self.toy))
        self.assertEqual((self.folder / "x.toy").read_bytes(), (FIXTURES / "plugins" / "sample.toy").read_bytes())
        self.assertRefused("convert", "x.toy", "x.walnut", "--plugin", "walnut/libwalnut.so", "--plugin", self.toy,
                           saying=("walnut is only read",))

    def test_helpers_of_the_header(self):
        """What the header offers beside the interface, in C and in C++."""
        for name, options in (("x.c", ["-std=c11"]), ("x.cpp", ["-std=c++17"])):
            source = self.base / name
            source.write_text(HELPERS)
            names = ("cc", "gcc", "clang") if name == "x.c" else ("c++", "g++", "clang++")
            program = self.base / f"{name}.out"
            done = subprocess.run([compiler(*names), *options, "-Wall", "-Wextra", "-pedantic", "-Werror",
                                   f"-I{HEADER}",
                                   "-fsanitize=address,undefined", "-o", program, source], capture_output=True,
                                   text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            (self.base / "numbers").write_bytes(b"\x01\x02\x03\x00abc\xff\xff")
            done = subprocess.run([program, self.base / "numbers"], capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stdout), (0, ""), done.stdout + done.stderr)

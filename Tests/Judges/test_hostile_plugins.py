"""Plug-ins that are wrong or lie: each is refused with one sentence, and nothing is left behind."""

import pathlib

import numpy as np

import tensors
from format_case import FormatCase
from plugins import compiled

HERE = pathlib.Path(__file__).resolve().parent

# What is wrong with the table, and what must be said.
TABLES = {
    "wrong_version": ["version 0", "version 1"], "future_version": ["version 2", "version 1"],
    "wrong_size": ["8 bytes", "120"],
    "no_table": ["does not know version 1"], "no_name": ["no name"], "bad_name": ["no name"],
    "taken_name": ["hdf5", "built in"],
    "taken_extension": [".safetensors"], "bad_extension": ["file extensions"], "no_recognizes": ["'recognizes'"],
    "no_open": ["'open'"], "bad_flag": ["flags"], "bad_type_bit": ["element types"],
    "write_without_types": ["no element type"],
    "folder_without_owner": ["'owns_file'"], "999": ["does not export focus_plugin_entry"],
}
# What it lists.
LISTINGS = {
    "null_list": ["2 tensors", "no address"], "million_tensors": ["18446744073709551615 tensors"],
    "null_name": ["no address"],
    "ugly_name": ["not UTF-8"], "same_name": ["'second'", "twice"], "long_rank": ["4000000000 axes"],
    "null_shape": ["no address"],
    "huge_axis": ["18446744073709551615"], "overflow": ["larger than any file", "lists it"],
    "wrong_size_of_tensor": ["17 bytes", "needs 16"],
    "bad_type": ["type 22"], "past_end": ["'second'", "cut short"], "far_offset": ["no file has any"],
    "overlap": ["'second'", "'first'"], "no_read": ["no function 'read'"], "bad_part": ["part 1 of 1"],
    "part_outside": ["../secret", "outside"], "part_absolute": ["/etc/passwd", "outside"],
    "part_missing": ["not-there.bad"],
    "metadata_twice": ["'key'", "twice"], "metadata_ugly": ["not UTF-8"],
    "silent_error": ["does not say why", "status 4", "contradicts itself"],
    "tensor_flags": ["'second'", "flags 65280", "lists it"],
    "long_error": ["xxx"], "bad_error": ["bad"],
}
# What it sends when it reads.
READINGS = {
    "too_few": ["15 bytes", "16"], "too_many": ["more than the 16"], "null_bytes": ["more than the 16"],
    "endless": ["more than the 16"], "too_few_after_error": ["has a hole", "'first'"],
    "ignores_stop": ["more than the 16"],
}
# What it does when it writes.
WRITINGS = {
    "write_nothing": ["there is no file"], "forgets_tensor": ["did not ask", "'a'"],
    "asks_twice": ["second time", "'a'"],
    "asks_wrong": ["tensor 77 of 2"], "no_sink": ["without a sink"], "write_fails": ["made of cheese"],
}


class HostilePlugins(FormatCase):
    def setUp(self) -> None:
        super().setUp()
        (self.folder / "x.bad").write_bytes(b"BAD!" + b"\0" * 12 + b"0123456789abcdef" + b"\0" * 8)
        self.plugins = self.base / "plugins"
        self.plugins.mkdir()

    def plugin(self, case: str) -> pathlib.Path:
        return compiled(HERE / "hostile_plugin.c", self.plugins / f"{case}.so", f"-DCASE={case}")

    def refused(self, cases: dict, *arguments) -> None:
        for case, words in cases.items():
            with self.subTest(case):
                plugin = self.plugin(case)
                self.assertRefused(*arguments, "--plugin", plugin, saying=(*words,))

    def test_a_table_that_is_wrong(self):
        self.refused(TABLES, "formats")
        for case in ("wrong_version", "999"):
            self.assertRefused("formats", "--plugin", self.plugin(case), saying=(f"{case}.so",))

    def test_a_list_that_cannot_be(self):
        self.refused(LISTINGS, "inspect", "x.bad")
        # The same list without anything wrong is read, in any of two spellings of a name.
        for case in ("good", "twin_name"):
            self.assertDone(self.focus("inspect", "x.bad", "--plugin", self.plugin(case)))

    def test_an_error_does_not_reach_the_terminal_as_it_is(self):
        outcome = self.focus("inspect", "x.bad", "--plugin", self.plugin("bad_error"))
        self.assertNotIn("\x1b", outcome.errors)
        self.assertIn("says the plug-in 'bad'", outcome.errors)
        self.assertLess(len(self.focus("inspect", "x.bad", "--plugin", self.plugin("long_error")).errors), 1500)

    def test_contents_that_are_not_those_asked_for(self):
        self.refused(READINGS, "convert", "x.bad", "y.npz")
        self.assertDone(self.focus("convert", "x.bad", "y.npz", "--plugin", self.plugin("good")))
        found = np.load(self.folder / "y.npz")
        self.assertEqual(found["first"].tobytes(), b"0123456789abcdef")
        self.assertEqual(found["second"].tobytes(), b"0123456789abcdef")

    def test_writing_that_does_not_write(self):
        self.write_folder({"a": tensors.numbers(4), "b": tensors.numbers(5)})
        (self.folder / "none.safetensors").write_bytes((self.folder / "source" / "model.safetensors").read_bytes())
        self.refused(WRITINGS, "convert", "none.safetensors", "y.bad", "--no-verify")
        # Metadata have no place in this format; the file has some.
        outcome = self.focus("convert", "none.safetensors", "y.bad", "--no-verify", "--plugin", self.plugin("good"))
        self.assertDone(outcome)
        self.assertIn("no place for metadata", outcome.errors)

    def test_a_crash_is_named_and_its_file_kept(self):
        """One law ends its process; the others are tried, and of the law the file is left on which it ended."""
        for case, end in (("crashes", "signal 6"), ("exits", "exit code 0")):
            with self.subTest(case):
                outcome = self.focus("formats", "--plugin", self.plugin(case), "--check", "bad", "--sample", "x.bad")
                self.assertEqual((outcome.code, outcome.errors), (1, ""))
                lines = outcome.output.splitlines()
                place = lines.index("BROKEN flippedBytes of 'x.bad'")
                self.assertEqual(sum(line.startswith("BROKEN") for line in lines), 1, outcome.output)
                self.assertIn("obeyed concurrentReads of 'x.bad'", lines)
                self.assertIn("bad breaks 1 law", lines)
                for words in (end, "byte 20 of 'x.bad' was changed from 52 to"):
                    self.assertIn(words, lines[place + 1])
                kept = pathlib.Path(lines[place + 1].split("kept as '")[1].split("'")[0])
                self.assertNotEqual(kept.read_bytes()[20:21], b"4")
                self.assertEqual(list(self.temporary.iterdir()), [kept.parent])
                self.assertEqual(list(kept.parent.iterdir()), [kept])
                kept.unlink()
                kept.parent.rmdir()

    def test_a_sample_that_is_none_is_not_blamed_on_the_plugin(self):
        (self.folder / "text.bad").write_text("this is a text")
        crashes = self.plugin("crashes")
        for sample, words in (("nix", "no such file"), ("text.bad", "is no bad file"), (".", "folder")):
            self.assertRefused("formats", "--plugin", crashes, "--check", "bad", "--sample", "x.bad", "--sample",
                               sample,
                               saying=("no sample of bad", f"'{sample}'", words))

    def test_a_failure_of_the_source_is_not_forgotten(self):
        tensors.write_safetensors(self.folder / "whole.safetensors", {"a": tensors.numbers(4)}, {})
        self.assertRefused("convert", "x.bad", "y.npz", "--plugin", self.plugin("too_few"))
        self.assertDone(self.focus("convert", "whole.safetensors", "z.bad", "--no-verify", "--plugin",
                                   self.plugin("good")))
        self.assertEqual((self.folder / "z.bad").read_bytes()[:4], b"BAD!")
        # Read anew, it is not what was written: this plug-in reads what it likes.
        self.assertRefused("convert", "whole.safetensors", "v.bad", "--plugin", self.plugin("good"), saying=("v.bad",))

    def test_a_folder_with_an_index_of_its_own(self):
        """Not hostile: what model formats of several files look like, with a file of the same ending that is something
        else."""
        folder = self.folder / "model"
        folder.mkdir()
        (folder / "config.json").write_text("{}")
        (folder / "bad.index.json").write_text("{}")
        (folder / "training_args.bad").write_bytes(b"BAD!")
        (folder / "one.bad").write_bytes(b"BAD!" + b"\0" * 12 + b"first part first")
        (folder / "two.bad").write_bytes(b"BAD!" + b"\0" * 12 + b"secondpartsecond")
        shards = self.plugin("shards")
        outcome = self.focus("inspect", folder, "--plugin", shards)
        self.assertDone(outcome)
        self.assertIn("U8 (Q8_bad)", outcome.output)
        self.assertDone(self.focus("verify", folder, "--plugin", shards))
        result = self.convert("model", "result", "--to", "safetensors", "--plugin", shards)
        self.assertEqual({path.name for path in result.iterdir()},
                         {"config.json", "model.safetensors", "training_args.bad"})
        found = tensors.read_safetensors(result / "model.safetensors").tensors
        self.assertEqual((found["first"].data, found["second"].data), (b"first part first", b"secondpartsecond"))
        (folder / "two.bad").write_bytes(b"BAD!" + b"\0" * 12 + b"cut short")
        self.assertRefused("inspect", folder, "--plugin", shards, saying=("two.bad", "'second'", "cut short"))
        (folder / "two.bad").unlink()
        self.assertRefused("inspect", folder, "--plugin", shards, saying=("two.bad", "no such file"))

    def test_options_go_to_those_that_know_them(self):
        good = self.plugin("good")
        self.assertDone(self.focus("inspect", "x.bad", "--plugin", good, "--option", "mood=fine"))
        self.assertRefused("inspect", "x.bad", "--plugin", good, "--option", "colour=red", saying=("colour", "mood"))
        self.assertEqual(self.focus("inspect", "x.bad", "--plugin", good, "--option", "mood").code, 64)
        self.assertIn("mood", self.focus("formats", "--plugin", good).output)

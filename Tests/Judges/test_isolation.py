"""--isolated: the same answers as without, and no way out for whoever takes over the process that reads."""

import pathlib
import random
import resource
import shutil

from plugins import compiled
from tool import FIXTURES, PATIENCE, SANITIZED, FocusCase, snapshot

HERE = pathlib.Path(__file__).resolve().parent
MEBIBYTE = 1 << 20
# Sound files and others, of all formats.
FILES = ["hdf5/layouts.h5", "hdf5/filters.h5", "hdf5/types.h5", "hdf5/cycle.h5", "hdf5/text.h5", "hdf5/lzf.h5",
         "hostile/petabyte.h5", "hostile/bomb.npz",
         "safetensors/small.safetensors", "safetensors/sharded", "numpy/deflated.npz", "numpy/wide-fortran.npy",
         "raw", "nothing"]
# What the process that reads must be kept from, and can be done without it by whoever may do it.
DEEDS = ["write_file", "grow_file", "empty_file", "remove_file", "make_folder", "rename_file", "run_program",
         "connect_out", "make_pair", "mode_of_descriptor", "owner_of_descriptor", "times_of_descriptor", "mode_of_file",
         "owner_of_file", "link_file", "point_to_file", "make_device", "make_pipe", "signal_others",
         "signal_threads_of_others", "queue_signal", "own_by_fcntl", "slow_others", "limit_others", "work_in_memory"]
# Of these some are kept from all processes by this machine's kernel, container or file system.
OTHER_DEEDS = ["attribute_of_descriptor", "no_attribute_of_descriptor", "attribute_of_file", "mode_by_a_new_call",
               "make_nameless_file", "connect_to_socket", "signal_by_descriptor", "own_by_ioctl", "share_memory",
               "sibling", "make_ring", "run_program_here"]
# What no reader has any use for ends its process.
DEADLY_DEEDS = ["trace", "read_others", "new_root", "new_names"]


class Isolation(FocusCase):
    def plugin(self, case: str) -> pathlib.Path:
        return compiled(HERE / "hostile_reader.c", self.base / f"{case}.so", f"-DCASE={case}")

    def host(self) -> pathlib.Path:
        (self.folder / "x.host").write_bytes(b"HOST")
        (self.folder / "x.host.victim").write_bytes(b"kept")
        return self.folder / "x.host"

    def test_gives_the_same_answers(self):
        for name in FILES:
            for command in (["inspect"], ["inspect", "--json"], ["inspect", "--stats"], ["verify"],
                            ["verify", "--json"]):
                with self.subTest(f"{command} {name}"):
                    arguments = [*command, FIXTURES / name]
                    self.assertEqual(self.focus(*arguments, "--isolated"), self.focus(*arguments))
        for names in (("hdf5/types.h5", "hdf5/types.h5"), ("hdf5/types.h5", "numpy/deflated.npz")):
            paths = [FIXTURES / name for name in names]
            self.assertEqual(self.focus("diff", *paths, "--isolated"), self.focus("diff", *paths))

    def test_is_kept_from_everything_but_reading(self):
        path = self.host()
        for deed in DEEDS:
            with self.subTest(deed):
                plugin = self.plugin(deed)
                self.assertKept(path, plugin)
                # The deed is one: without the option it is done.
                before = snapshot(self.folder)
                freely = self.focus("inspect", path, "--plugin", plugin)
                self.assertNotIn("kept from it", freely.errors)
                for made in (self.folder / "made", self.folder / "moved"):
                    # Not a pipe, which would be opened and waited for.
                    if made.is_dir():
                        shutil.rmtree(made)
                    made.unlink(True)
                self.host()
                self.assertEqual(snapshot(self.folder), before)

    def assertKept(self, path: pathlib.Path, plugin: pathlib.Path) -> None:
        before = snapshot(self.folder)
        outcome = self.assertRefused("inspect", path, "--plugin", plugin, "--isolated", saying=("kept from it",))
        # By the filter, not because it failed by itself.
        self.assertRegex(outcome.complaint, "Operation not permitted|Function not implemented")
        self.assertEqual(snapshot(self.folder), before)

    def test_is_kept_from_what_may_be_refused_anyway(self):
        path = self.host()
        for deed in OTHER_DEEDS:
            with self.subTest(deed):
                self.assertKept(path, self.plugin(deed))

    def test_an_attack_ends_the_process(self):
        path = self.host()
        for deed in DEADLY_DEEDS:
            with self.subTest(deed):
                self.assertRefused("inspect", path, "--plugin", self.plugin(deed), "--isolated",
                                   saying=("no reader has any use for", "x.host"))

    def test_a_crash_is_a_sentence(self):
        self.assertRefused("inspect", self.host(), "--plugin", self.plugin("crash"), "--isolated",
                           saying=("signal 11", "x.host"))

    def test_a_loop_ends(self):
        self.assertRefused(
            "verify", self.host(), "--plugin", self.plugin("loop"), "--isolated", saying=("processor time", "x.host"),
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (2 * PATIENCE, 4 * PATIENCE)))

    def test_memory_and_files_are_bounded(self):
        plugin = self.plugin("memory")
        refusal = self.assertRefused("inspect", self.host(), "--plugin", plugin, "--isolated", "--threads", 2)
        count = int(refusal.complaint.split(" MiB")[0].split()[-1])
        self.assertTrue(512 <= count <= 1300 or SANITIZED, refusal.complaint)
        refusal = self.assertRefused("inspect", self.host(), "--plugin", self.plugin("many_files"), "--isolated")
        self.assertLessEqual(int(refusal.complaint.split(" files")[0].split()[-1]), 64)

    def test_what_it_says_is_looked_at(self):
        for case in ("shout", "tell_lies"):
            with self.subTest(case):
                refusal = self.assertRefused("inspect", self.host(), "--plugin", self.plugin(case), "--isolated")
                self.assertLess(len(refusal.errors), 1000)
                self.assertNotIn("\x1b", refusal.errors + refusal.output)

    def test_damaged_hdf5_files_end_in_a_sentence(self):
        generator = random.Random(7)
        for name in ("filters", "layouts", "types", "keras-model"):
            contents = (FIXTURES / "hdf5" / f"{name}.h5").read_bytes()
            for number in range(12):
                damaged = bytearray(contents)
                for _ in range(generator.choice([1, 4, 30])):
                    byte = generator.choice([0, 1, 127, 128, 255, generator.randrange(256)])
                    damaged[generator.randrange(len(damaged))] = byte
                path = self.folder / "x.h5"
                path.write_bytes(damaged)
                with self.subTest(f"{name} {number}"):
                    outcome = self.focus("inspect", path, "--isolated", "--stats")
                    self.assertIn(outcome.code, (0, 1))
                    self.assertEqual(outcome.code, outcome.errors.count("focus: error: "), outcome.errors)

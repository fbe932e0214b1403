"""A checkpoint that is changed in place: what is kept of it, who may do it at one time, and what is left when it ends
before its end."""

import fcntl
import json
import os
import pathlib
import shlex
import signal
import stat
import subprocess
import sys
import time

import h5py
import ml_dtypes
import numpy as np

import fixtures
import tensors
from test_checkpoints import ROWS, SOURCE, TARGET, causal_model
from tool import BINARY, PATIENCE, FocusCase, Outcome, snapshot


class InPlace(FocusCase):
    def setUp(self) -> None:
        super().setUp()
        self.model = self.folder / "model"
        self.write_model()
        self.target = fixtures.unpack_tokenizer(TARGET, self.base / "target")
        self.auxiliary = fixtures.golden_auxiliary("target-unigram", self.base)
        self.specialize = ["specialize", "model", "--tokenizer", self.target, "--auxiliary", self.auxiliary,
                           "--in-place"]

    def write_model(self) -> None:
        fixtures.write_checkpoint(
            self.model, causal_model() | {"model.layers.1.mlp.up_proj.weight": np.ones((300, 24), np.float32)},
            {"model_type": "llama", "vocab_size": ROWS, "torch_dtype": "float32"}, SOURCE, shards=3)
        (self.model / "notes").mkdir()
        (self.model / "notes" / "README.md").write_text("# A model\n")

    def dtypes(self, folder="model") -> set[str]:
        outcome = self.focus("inspect", folder, "--json")
        self.assertDone(outcome)
        return {tensor["dtype"] for tensor in json.loads(outcome.output)["tensors"]}

    def shards(self) -> list[pathlib.Path]:
        return sorted(self.model.glob("*.safetensors"))

    def assertAlone(self, *names: str) -> None:
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), sorted(names or ("model",)))

    def in_namespace(self, script: str) -> Outcome:
        """Runs a shell script that may mount things, which go away with it."""
        namespace = ["unshare", "--mount"] + ([] if os.getuid() == 0 else ["--map-root-user"])
        done = subprocess.run([*namespace, "sh", "-c", script], capture_output=True, text=True, cwd=self.folder,
                              env=self.environment)
        return Outcome(done.returncode, done.stdout, done.stderr)

    def may_mount(self) -> bool:
        if self.in_namespace(f"mount -t tmpfs tmpfs {shlex.quote(str(self.folder))}").code == 0:
            return True
        print("note: nothing can be mounted here; places where a disk is mounted are not tried", file=sys.stderr)
        return False

    # What is kept

    def test_only_what_changes_is_written(self):
        os.link(self.shards()[0], self.base / "shared")
        for path, mode in (("notes/README.md", 0o440), ("config.json", 0o640), ("notes", 0o750)):
            (self.model / path).chmod(mode)
        for shard in self.shards():
            shard.chmod(0o600)
        (self.model / "empty").mkdir(mode=0o711)
        self.model.chmod(0o770)
        os.utime(self.model / "notes", (1_000_000_000, 1_000_000_000))
        before = {path.name: path.stat() for path in [*self.shards(), self.model / "notes" / "README.md"]}
        contents = {path.name: path.read_bytes() for path in self.shards()}
        self.assertDone(self.focus(*self.specialize))
        self.assertAlone()
        changed = [path.name for path in self.shards() if path.read_bytes() != contents[path.name]]
        self.assertTrue(0 < len(changed) < 3, changed)
        for path in [*self.shards(), self.model / "notes" / "README.md"]:
            now = path.stat()
            self.assertEqual(stat.S_IMODE(now.st_mode), stat.S_IMODE(before[path.name].st_mode), path)
            if path.name not in changed:
                self.assertEqual((now.st_ino, now.st_mtime_ns),
                                 (before[path.name].st_ino, before[path.name].st_mtime_ns), path)
        self.assertEqual((self.base / "shared").read_bytes(), contents[self.shards()[0].name],
                         "a shared file was written to")
        modes = {name: stat.S_IMODE((self.folder / name).stat().st_mode)
                 for name in ("model", "model/config.json", "model/notes", "model/empty")}
        self.assertEqual(modes, {"model": 0o770, "model/config.json": 0o640, "model/notes": 0o750,
                                 "model/empty": 0o711})
        self.assertEqual((self.model / "notes").stat().st_mtime, 1_000_000_000)
        self.assertDone(self.focus("verify", "model"))

    def test_new_files_are_open_to_nobody_new(self):
        for path in self.model.rglob("*"):
            path.chmod(0o700 if path.is_dir() else 0o600)
        self.assertDone(self.focus("convert", "model", "--in-place", "--to", "npz"))
        self.assertEqual({stat.S_IMODE(path.stat().st_mode) for path in self.model.iterdir() if path.is_file()},
                         {0o600})

    def test_links_of_a_cache_are_never_written_through(self):
        """As Hugging Face's cache has it: snapshots/HASH/NAME is a link to ../../blobs/DIGEST."""
        cache = self.folder / "models--x"
        blobs, snapshots = cache / "blobs", cache / "snapshots"
        blobs.mkdir(parents=True)
        snapshots.mkdir()
        self.model.rename(snapshots / "abc")
        for path in sorted((snapshots / "abc").iterdir()):
            if path.is_file():
                path.rename(blobs / f"blob-{path.name}")
                path.symlink_to(f"../../blobs/blob-{path.name}")
        before = snapshot(blobs)
        command = [*self.specialize[:1], "models--x/snapshots/abc", *self.specialize[2:]]
        self.assertRefused(*command, "--keep-original", "elsewhere", saying=("link", "beside"))
        self.assertDone(self.focus(*command, "--keep-original", "models--x/snapshots/kept"))
        self.assertEqual(snapshot(blobs), before, "a blob was written to")
        result = snapshots / "abc"
        self.assertFalse((result / "config.json").is_symlink())
        links = [path.name for path in result.glob("*.safetensors") if path.is_symlink()]
        self.assertTrue(0 < len(links) < 3, links)
        self.assertEqual([os.readlink(result / name) for name in links], [f"../../blobs/blob-{name}" for name in links])
        self.assertTrue(all(path.is_symlink() for path in (snapshots / "kept").glob("*.safetensors")))
        self.assertDone(self.focus("verify", result))
        self.assertDone(self.focus("verify", snapshots / "kept"))
        self.assertEqual(sorted(path.name for path in snapshots.iterdir()), ["abc", "kept"])

    def test_single_hdf5_file(self):
        """libhdf5 locks what it has open, in the same way that a second run is kept off."""
        for name, options in (("x.h5", {}), ("latest.h5", {"libver": "latest"})):
            with h5py.File(self.folder / name, "w", **options) as file:
                file["a/kernel"] = tensors.numbers(10, 10).array
                file["b"] = np.arange(5, dtype=np.float32)
            self.assertDone(self.focus("convert", name, "--in-place", "--dtype", "f16"))
            with h5py.File(self.folder / name) as file:
                self.assertEqual([str(file[path].dtype) for path in ("a/kernel", "b")], ["float16"] * 2)
                np.testing.assert_array_equal(file["a/kernel"][()], tensors.numbers(10, 10).array.astype(np.float16))
            self.assertDone(self.focus("convert", name, "--in-place", "--dtype", "f32", "--keep-original",
                                       f"kept-{name}"))
            self.assertDone(self.focus("verify", name))
            descriptor = os.open(self.folder / name, os.O_RDONLY)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            self.assertRefused("convert", name, "--in-place", "--dtype", "bf16", saying=("another run",))
            os.close(descriptor)
        self.assertAlone("kept-latest.h5", "kept-x.h5", "latest.h5", "model", "x.h5")

    def test_file_that_is_a_link_becomes_a_file(self):
        blob = tensors.write_safetensors(self.folder / "blob", {"a": tensors.numbers(10, 10)})
        (self.folder / "x.safetensors").symlink_to("blob")
        before = blob.read_bytes()
        self.assertDone(self.focus("convert", "x.safetensors", "--in-place", "--dtype", "bf16"))
        self.assertEqual(blob.read_bytes(), before)
        self.assertFalse((self.folder / "x.safetensors").is_symlink())
        self.assertEqual(self.dtypes("x.safetensors"), {"BF16"})
        self.assertAlone("blob", "model", "x.safetensors")

    def test_every_way_to_name_a_folder(self):
        (self.folder / "link").symlink_to("model")
        ways = (("model/", self.folder), (".", self.model), ("..", self.model / "notes"), ("link", self.folder),
                (self.model, self.base), ("./model/../model/", self.folder))
        for number, (name, folder) in enumerate(ways):
            dtype = ("bf16", "f32")[number % 2]
            with self.subTest(name):
                done = subprocess.run([BINARY, "convert", str(name), "--in-place", "--dtype", dtype], cwd=folder,
                                      env=self.environment, capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(self.dtypes(), {dtype.upper()})
                self.assertAlone("link", "model")
                self.assertTrue((self.folder / "link").is_symlink())
                self.assertEqual("is a link" in done.stderr, name == "link", done.stderr)
                self.assertEqual("current folder" in done.stderr, str(name).startswith(".") and folder != self.folder,
                                 done.stderr)

    def test_files_named_from_within_the_folder(self):
        """The current folder is the one that is replaced: the report goes to the new one, not to one that is gone."""
        command = [BINARY, "specialize", ".", *map(str, self.specialize[2:]), "--report", "report.json"]
        done = subprocess.run(command, cwd=self.model, env=self.environment, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue((self.model / "report.json").exists())

    def test_originals_are_kept_or_refused_before_anything_is_done(self):
        (self.folder / "taken").mkdir()
        refused = {"taken": "exists already", "missing/kept": "no folder above", "model/kept": "lies in",
                   "..": "not a name",
                   "model": "exists already"}
        for name, words in refused.items():
            with self.subTest(name):
                self.assertRefused(*self.specialize, "--keep-original", name, saying=(words,))
        before = snapshot(self.model)
        self.assertDone(self.focus(*self.specialize, "--keep-original", "kept"))
        self.assertEqual(snapshot(self.folder / "kept"), before)
        self.assertNotEqual(snapshot(self.model), before)
        self.assertAlone("kept", "model", "taken")

    def test_file_and_sidecar(self):
        """A file that needs another beside it: both are new, the one that is of no use any more goes, both are kept
        where asked."""
        path = self.folder / "x.npy"
        tensors.write_safetensors(self.folder / "x.safetensors", {"a": tensors.numbers(10, 10)})
        self.assertDone(self.focus("convert", "x.safetensors", "x.npy", "--dtype", "bf16"))
        self.assertAlone("model", "x.npy", "x.npy.json", "x.safetensors")
        before = [path.read_bytes(), (self.folder / "x.npy.json").read_bytes()]
        self.assertDone(self.focus("convert", "x.npy", "--in-place", "--dtype", "f32", "--keep-original", "kept.npy"))
        self.assertAlone("kept.npy", "kept.npy.json", "model", "x.npy", "x.safetensors")
        self.assertEqual([(self.folder / name).read_bytes() for name in ("kept.npy", "kept.npy.json")], before)
        self.assertEqual(self.dtypes("x.npy"), {"F32"})
        self.assertDone(self.focus("convert", "x.npy", "--in-place", "--dtype", "bf16"))
        self.assertEqual(self.dtypes("x.npy"), {"BF16"})

    def test_index_and_its_shards(self):
        """The file named is the index: shards that are not needed any more go with it."""
        index = "model/model.safetensors.index.json"
        before = set(path.name for path in self.shards())
        self.assertDone(self.focus("convert", index, "--in-place", "--dtype", "bf16", "--shard-size", "2MB"))
        self.assertEqual(len(self.shards()), 1)
        self.assertFalse(before & set(path.name for path in self.shards()))
        self.assertEqual(self.dtypes(), {"BF16"})
        self.assertDone(self.focus("verify", "model"))

    # Where it is

    def test_folder_that_cannot_be_renamed(self):
        """Something is mounted there, so that its files are moved one after the other."""
        if not self.may_mount():
            return
        (self.folder / "mount").mkdir()
        kept = (self.model / "notes" / "README.md").stat().st_ino
        tool = shlex.join([BINARY, "convert", "mount", "--in-place", "--dtype", "bf16"])
        bind = "mount --bind model mount"
        outcome = self.in_namespace(f"{bind} && {tool} --keep-original kept")
        self.assertEqual(outcome.code, 1, outcome.errors)
        self.assertIn("mounted", outcome.errors)
        outcome = self.in_namespace(f"{bind} && {tool} && ls -A mount")
        self.assertEqual(outcome.code, 0, outcome.errors)
        self.assertNotIn("partial", outcome.output)
        self.assertEqual(self.dtypes(), {"BF16"})
        self.assertEqual((self.model / "notes" / "README.md").stat().st_ino, kept)
        self.assertAlone("model", "mount")

    def test_folder_above_that_may_not_be_written(self):
        """The user owns the folder, but not the one above, as on many servers."""
        def nobody() -> None:
            if os.getuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
        for path in [self.base, *self.base.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        tool = self.base / "focus"
        tool.write_bytes(pathlib.Path(BINARY).read_bytes())
        tool.chmod(0o755)
        if os.getuid() == 0:
            for path in [self.model, *self.model.rglob("*")]:
                os.chown(path, 65534, 65534)
        self.folder.chmod(0o555)
        self.addCleanup(self.folder.chmod, 0o755)

        def convert(*options: str) -> subprocess.CompletedProcess:
            return subprocess.run([str(tool), "convert", "model", "--in-place", *options], cwd=self.folder,
                                  env=self.environment,
                                  capture_output=True, text=True, preexec_fn=nobody)
        if convert("--dry-run").returncode:
            return print("note: nobody may run focus here; a folder in another's folder is not tried", file=sys.stderr)
        done = convert("--dtype", "bf16", "--keep-original", "model2")
        self.assertEqual(done.returncode, 1, done.stderr)
        done = convert("--dtype", "bf16")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.dtypes(), {"BF16"})
        self.assertAlone()
        self.assertEqual([path.name for path in self.model.iterdir() if path.name.startswith(".")], [])
        self.model.chmod(0o555)
        before = snapshot(self.folder)
        done = convert("--dtype", "f32")
        self.assertEqual((done.returncode, done.stderr.count("focus: error: ")), (1, 1), done.stderr)
        self.assertIn("nothing may be written", done.stderr)
        self.assertEqual(snapshot(self.folder), before)
        self.model.chmod(0o755)

    def test_original_on_another_disk(self):
        if not self.may_mount():
            return
        (self.folder / "disk").mkdir()
        tool = shlex.join([BINARY, *map(str, self.specialize), "--keep-original", "disk/kept"])
        before = snapshot(self.model)
        outcome = self.in_namespace(f"mount -t tmpfs tmpfs disk && {tool}")
        self.assertEqual(outcome.code, 1, outcome.errors)
        self.assertIn("another file system", outcome.errors)
        self.assertEqual(snapshot(self.model), before)
        self.assertAlone("disk", "model")

    def test_room_is_needed_for_what_changes_only(self):
        if not self.may_mount():
            return
        (self.folder / "disk").mkdir()
        tensors.write_safetensors(self.folder / "large" / "model.safetensors", {"a": tensors.numbers(1000, 1000)})
        (self.folder / "large" / "config.json").write_text('{"torch_dtype": "float32"}')
        (self.folder / "large" / "other").write_bytes(bytes(3_000_000))
        # The half of four megabytes is written; the other three get a second name.
        script = "mount -t tmpfs -o size=%d tmpfs disk && cp -a large disk/model && %s; " \
                 "echo code $?; ls -A disk; cat disk/model/config.json"
        tool = shlex.join([BINARY, "convert", "disk/model", "--in-place", "--dtype", "bf16"])
        outcome = self.in_namespace(script % (9_500_000, tool))
        self.assertIn("code 0", outcome.output, outcome.errors)
        self.assertIn("bfloat16", outcome.output)
        outcome = self.in_namespace(script % (8_500_000, tool))
        self.assertIn("code 1", outcome.output, outcome.errors)
        self.assertRegex(outcome.errors, r"needs about [\d.]+ [kMG]?B, but only [\d.]+ [kMG]?B are free")
        self.assertEqual(outcome.output.split("code 1")[1].split()[0], "model")
        self.assertIn("float32", outcome.output)

    # Who may do it

    def test_second_run_is_refused_and_readers_are_not(self):
        descriptor = os.open(self.model, os.O_RDONLY)
        self.addCleanup(os.close, descriptor)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        self.assertRefused(*self.specialize, saying=("another run",))
        self.assertRefused("convert", "model", "--in-place", "--dtype", "bf16", saying=("another run",))
        for command in ("inspect", "verify"):
            self.assertDone(self.focus(command, "model"))
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        self.assertDone(self.focus(*self.specialize))

    def test_signals_that_end_a_run(self):
        (self.base / "corpus.txt").write_text("some words that are repeated\n" * 100_000)
        before = snapshot(self.folder)
        command = [*map(str, self.specialize[:4]), "--in-place", "--corpus", str(self.base / "corpus.txt"), "--epochs",
                   "1000"]
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number):
                # What is started by nohup ignores SIGHUP, and so does focus then.
                process = subprocess.Popen([BINARY, *command], cwd=self.folder, env=self.environment,
                                           stdin=subprocess.DEVNULL,
                                           stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                           preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL))
                self.addCleanup(process.kill)
                time.sleep(0.5)
                process.send_signal(number)
                _, errors = process.communicate(timeout=30 * PATIENCE)
                self.assertEqual(process.returncode, 128 + number, errors.decode())
                self.assertEqual(snapshot(self.folder), before)

    # What is left

    def dead_process(self) -> int:
        process = subprocess.Popen(["true"])
        process.wait()
        return process.pid

    def test_recover_clears_what_dead_runs_left_and_nothing_else(self):
        self.assertIn("nothing", self.focus("recover", "model").output)
        dead = self.dead_process()
        left = [f".model.{dead}.partial", f".model.{dead}-old.partial", f"..model.{dead}.partial.{dead}-77.partial",
                f"model/.config.json.{dead}-12345.partial", f"model/.focus.{dead}.partial"]
        others = [f".model.{os.getpid()}.partial", f".other.{dead}.partial", ".model.notes.partial", ".model",
                  "model/.hidden"]
        for name in left + others:
            (self.folder / name).mkdir()
            (self.folder / name / "file").write_text("x")
        before = snapshot(self.folder)
        outcome = self.focus("recover", "model", "--dry-run", "--json")
        self.assertDone(outcome)
        found = {finding["path"].removeprefix(f"{os.path.realpath(self.folder)}/"): finding["state"]
                 for finding in json.loads(outcome.output)}
        self.assertEqual(found, {**dict.fromkeys(left, "pending"), others[0]: "inUse"})
        self.assertEqual(snapshot(self.folder), before)
        self.assertDone(self.focus("verify", "model"))
        self.assertEqual(snapshot(self.folder), before)
        self.assertDone(self.focus("recover", "model/"))
        for name in left:
            self.assertFalse((self.folder / name).exists(), name)
        for name in others:
            self.assertTrue((self.folder / name / "file").exists(), name)

    def test_run_clears_what_dead_runs_left(self):
        left = self.folder / f".model.{self.dead_process()}.partial"
        left.mkdir()
        (left / "file").write_text("x")
        outcome = self.focus(*self.specialize)
        self.assertDone(outcome)
        self.assertEqual(outcome.errors.count("interrupted run"), 1, outcome.errors)
        self.assertAlone()

    def write_journal(self, path: str, **members) -> None:
        (self.folder / path).write_text(json.dumps({"focus_replacement": 1, **members}))

    def half_replaced(self) -> dict[str, str]:
        """The state in the middle of two renames: the name is gone, old and new have hidden ones."""
        dead = self.dead_process()
        self.assertDone(self.focus("convert", "model", "new", "--dtype", "bf16"))
        after = snapshot(self.folder / "new")
        (self.folder / "new").rename(self.folder / f".model.{dead}.partial")
        self.model.rename(self.folder / f".model.{dead}-old.partial")
        self.write_journal(".model.focus-journal", method="renames", target="model", staging=f".model.{dead}.partial",
                           old=f".model.{dead}-old.partial")
        return after

    def test_writing_commands_finish_what_was_begun(self):
        for command in (["recover", "model"], ["convert", "model", "--in-place", "--dtype", "f16"], self.specialize):
            with self.subTest(command[0]):
                after = self.half_replaced()
                outcome = self.focus(*command)
                self.assertDone(outcome)
                self.assertEqual((outcome.errors + outcome.output).count("interrupted run"), 1, outcome.errors)
                if command[0] == "recover":
                    self.assertEqual(snapshot(self.model), after)
                self.assertAlone()
                subprocess.run(["rm", "-rf", "model"], cwd=self.folder, check=True)
                self.write_model()

    def reading_commands(self) -> list[list]:
        text = self.base / "text.txt"
        text.write_text("a text\n")
        return [["inspect", "model"], ["verify", "model"], ["diff", "model", "model"], ["convert", "model", "copy"],
                ["tokenize", "--tokenizer", "model", text], [*self.specialize, "--dry-run"],
                ["compare", "model", "--tokenizer", self.target, "--corpus", text, "--auxiliary", self.auxiliary]]

    def test_reading_commands_refuse_what_is_half_replaced_and_change_nothing(self):
        self.half_replaced()
        before = snapshot(self.folder)
        for command in self.reading_commands():
            with self.subTest(command[0]):
                self.assertRefused(*command, saying=("interrupted run", "focus recover model"))
                self.assertEqual(snapshot(self.folder), before)

    def test_reading_commands_read_what_is_whole_and_say_what_is_unfinished(self):
        """An exchange that was interrupted leaves the old or the new under the name, and its journal."""
        dead = self.dead_process()
        staging = self.folder / f".model.{dead}.partial"
        staging.mkdir()
        (staging / "config.json").write_text("{}")
        os.link(staging / "config.json", self.folder / ".model.focus-witness")
        self.write_journal(".model.focus-journal", method="exchange", target="model", staging=f".model.{dead}.partial",
                           old=f".model.{dead}-old.partial", original=str(self.folder / "kept"), witness="config.json")
        before = snapshot(self.folder)
        for command in self.reading_commands():
            with self.subTest(command[0]):
                outcome = self.focus(*command)
                self.assertDone(outcome)
                self.assertEqual(outcome.errors.count("interrupted run"), 1, outcome.errors)
                self.assertIn("focus recover model", outcome.errors)
                subprocess.run(["rm", "-rf", "copy"], cwd=self.folder, check=True)
                self.assertEqual(snapshot(self.folder), before)
        self.assertDone(self.focus("recover", "model"))
        self.assertAlone()

    def test_nothing_to_recover_is_said_of_what_exists_only(self):
        self.assertRefused("recover", "nothere", saying=("nothere", "there is no such file or folder"))
        self.assertRefused("recover", "nothere/model", saying=("there is no such folder",))
        self.assertIn("nothing to recover", self.focus("recover", "model").output)

    def test_readers_who_may_not_write_refuse_half_a_checkpoint(self):
        if not self.may_mount():
            return
        after = self.half_replaced()
        place = shlex.quote(str(self.folder))
        outcome = self.in_namespace(f"mount --bind {place} {place} && mount -o remount,ro,bind {place} && cd {place} "
                                    f"&& "
                                    f"{shlex.quote(BINARY)} verify model")
        self.assertEqual(outcome.code, 1, outcome.errors)
        self.assertEqual(outcome.errors.count("focus: error: "), 1, outcome.errors)
        self.assertIn("focus recover", outcome.errors)
        self.assertDone(self.focus("recover", "model"))
        self.assertEqual(snapshot(self.model), after)

    def test_journals_from_elsewhere_reach_nothing_outside(self):
        """A journal may have come with a download: it is believed as far as its own folder, and no further."""
        dead = self.dead_process()
        (self.base / "precious").mkdir()
        (self.base / "precious" / "file").write_text("x")
        names = {"staging": f".focus.{dead}.partial", "old": f".focus.{dead}-old.partial"}
        (self.model / names["staging"]).mkdir()
        (self.model / names["staging"] / "x").write_text("x")
        (self.model / "out").symlink_to("../../precious")
        hostile = (dict(taken=["../../precious/file"], put=[]), dict(taken=["out/file"], put=[]),
                   dict(taken=[], put=["../x"]),
                   dict(old="../../precious"), dict(staging="config.json"), dict(target="../.."),
                   dict(taken=["/etc/passwd"]),
                   dict(taken=[1]), dict(method="none"))
        for members in hostile:
            with self.subTest(members):
                self.write_journal("model/.focus-journal", **{"method": "moves", "target": "", **names, "put": [],
                                                              "taken": [],
                                                              **members})
                before = snapshot(self.base)
                for command in ("inspect", "recover"):
                    outcome = self.focus(command, "model")
                    self.assertEqual(outcome.code, 1, outcome.errors + outcome.output)
                    self.assertEqual(snapshot(self.base), before)
                self.assertIn("focus recover", self.focus("verify", "model").errors)

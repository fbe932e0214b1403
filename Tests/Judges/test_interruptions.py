"""A disk that is full and a person who changes their mind: an end with the right exit code, and nothing left behind."""

import os
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import time

import numpy as np

import fixtures
from test_bad_input import SENTENCES
from test_checkpoints import ROWS, SOURCE, TARGET, causal_model
from tool import BINARY, PATIENCE, SMALLEST_FILE_LIMIT, FocusCase, snapshot


class Interruptions(FocusCase):
    def setUp(self) -> None:
        super().setUp()
        # Large enough that writing it takes many steps.
        tensors = causal_model() | {"model.layers.0.mlp.up_proj.weight": np.ones((1024, 1024), np.float32)}
        fixtures.write_checkpoint(self.folder / "source", tensors, {"model_type": "llama", "vocab_size": ROWS}, SOURCE)
        fixtures.unpack_tokenizer(TARGET, self.folder / "target")
        self.command = ["specialize", "source", "--tokenizer", "target"]
        self.auxiliary = ["--auxiliary", str(fixtures.golden_auxiliary("target-unigram", self.folder))]

    # Full disks

    def test_file_that_may_not_grow(self):
        """The same as a full disk, for one file, and possible everywhere: the limit on a file's size."""
        def limited(size: int):
            def prepare() -> None:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that write fails, as it does on a full disk
                resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
            return prepare
        for size in (size for size in (0, 1000, 100_000, 3_000_000) if size >= SMALLEST_FILE_LIMIT):
            with self.subTest(size=size):
                self.assertRefused(*self.command, *self.auxiliary, "--output", "result", preexec_fn=limited(size))

    def test_full_disk(self):
        namespace = ["unshare", "--mount"] + ([] if os.getuid() == 0 else ["--map-root-user"])
        disk = self.base / "disk"
        disk.mkdir()
        mount = f"mount -t tmpfs -o size=%d tmpfs {shlex.quote(str(disk))}"
        if subprocess.run([*namespace, "sh", "-c", mount % 65536], capture_output=True).returncode:
            print("note: a small disk cannot be mounted here; the limit on a file's size stands for it",
                  file=sys.stderr)
            return self.test_file_that_may_not_grow()
        tool = shlex.join([BINARY, *self.command, *self.auxiliary, "--output", str(disk / "result")])
        for size in (8192, 65536, 600_000, 4_400_000):
            with self.subTest(size=size):
                # The disk goes away with its namespace: what is on it is listed inside.
                listing = f"find {shlex.quote(str(disk))} -mindepth 1"
                script = f"{mount % size} && {{ {tool}; echo exit code $?; {listing}; }}"
                done = subprocess.run([*namespace, "sh", "-c", script], capture_output=True, text=True,
                                      cwd=self.folder, env=self.environment)
                self.assertEqual(done.stdout.splitlines()[-1:], ["exit code 1"], done.stdout + done.stderr)
                self.assertEqual(done.stderr.count("focus: error: "), 1, done.stderr)

    def test_full_disk_that_is_large_enough_after_all(self):
        """The limits above are what stops it: with room it works."""
        self.assertDone(self.focus(*self.command, *self.auxiliary, "--output", "result",
                                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE,
                                                                         (9_000_000, 9_000_000))))

    # ^C

    def test_interrupt_from_the_keyboard(self):
        (self.folder / "corpus.txt").write_text("\n".join(SENTENCES * 20_000) + "\n")
        before = snapshot(self.folder)
        for seconds in (0.3, 1.5, 4):
            with self.subTest(seconds=seconds):
                process = subprocess.Popen(
                    [BINARY, *self.command, "--corpus", "corpus.txt", "--dimension", "16", "--epochs", "1000",
                     "--output", "result", "--save-plan", "plan", "--report", "report.json"],
                    cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE)
                self.addCleanup(process.kill)
                time.sleep(seconds)
                self.assertIsNone(process.poll(), "it ended before it was interrupted")
                process.send_signal(signal.SIGINT)
                _, errors = process.communicate(timeout=30 * PATIENCE)
                self.assertEqual(process.returncode, 130, errors.decode())
                self.assertEqual(snapshot(self.folder), before)
                self.assertEqual(list(self.temporary.iterdir()), [])
                kept = [path for path in (self.base / "home").rglob("*") if path.is_file()]
                self.assertEqual(kept, [], "an unfinished model was kept")
                shutil.rmtree(self.base / "home")
                (self.base / "home").mkdir()

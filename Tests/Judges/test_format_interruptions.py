"""Conversions that end before their end, on a full disk or by ^C: the right exit code, and nothing left behind."""

import os
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import time

import tensors
from format_case import FormatCase
from tensors import KINDS
from tool import BINARY, DATA, PATIENCE, SMALLEST_FILE_LIMIT, snapshot


class FormatInterruptions(FormatCase):
    def setUp(self) -> None:
        super().setUp()
        self.write_folder(tensors.synthetic())

    def test_full_disks_leave_nothing(self):
        """The limit on a file's size stands for a disk that is full, for one file; then a small disk, where one can be
        mounted."""
        for kind in KINDS:
            for size in (0, 1000, 2_000_000):
                if kind.name == "shards" and size == 2_000_000:
                    size = 900_000
                if size < SMALLEST_FILE_LIMIT:
                    continue

                def prepare() -> None:
                    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
                with self.subTest(kind.name, size=size):
                    self.assertRefused("convert", "source", "result", *kind.options, preexec_fn=prepare)
        namespace = ["unshare", "--mount"] + ([] if os.getuid() == 0 else ["--map-root-user"])
        disk = shlex.quote(str(self.base / "disk"))
        (self.base / "disk").mkdir()
        mount = f"mount -t tmpfs -o size=%d tmpfs {disk}"
        if subprocess.run([*namespace, "sh", "-c", mount % 65536], capture_output=True).returncode:
            return print("note: a small disk cannot be mounted here; the limit on a file's size stands for it",
                         file=sys.stderr)
        for kind in KINDS:
            tool = shlex.join([BINARY, "convert", "source", str(self.base / "disk" / "result"), *kind.options])
            for size in (8192, 600_000, 6_000_000):
                with self.subTest(kind.name, disk=size):
                    script = f"{mount % size} && {{ {tool}; echo exit code $?; find {disk} -mindepth 1; }}"
                    done = subprocess.run([*namespace, "sh", "-c", script], capture_output=True, text=True,
                                          cwd=self.folder, env=self.environment)
                    self.assertEqual(done.stdout.splitlines()[-1:], ["exit code 1"], done.stdout + done.stderr)
                    self.assertEqual(done.stderr.count("focus: error: "), 1, done.stderr)

    def test_interrupts_leave_nothing(self):
        before = snapshot(self.folder)
        for kind in KINDS:
            with self.subTest(kind.name):
                process = subprocess.Popen([BINARY, "convert", DATA / "e5-small", "result", *kind.options],
                                           cwd=self.folder,
                                           env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                self.addCleanup(process.kill)
                # As soon as there is something beside the source, it is in the middle of writing half a gigabyte.
                while process.poll() is None and len(list(self.folder.iterdir())) < 2:
                    time.sleep(0.002)
                time.sleep(0.02)
                process.send_signal(signal.SIGINT)
                _, errors = process.communicate(timeout=60 * PATIENCE)
                self.assertEqual(process.returncode, 130, errors.decode())
                self.assertEqual(snapshot(self.folder), before)
                self.assertEqual(list(self.temporary.iterdir()), [])
            shutil.rmtree(self.folder / "result", ignore_errors=True)

"""--threads is obeyed by what compresses and unpacks."""

import pathlib
import subprocess
import time

import numpy as np

import tensors
from format_case import FormatCase
from tool import BINARY

MEBIBYTE = 1 << 20


def is_busy(task: pathlib.Path) -> bool:
    """Whether a thread has had more than a tenth of a second of a processor."""
    fields = (task / "stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12]) > 10


class FormatThreads(FormatCase):
    def busiest(self, *arguments) -> int:
        """The most threads that one run of the tool kept busy at once."""
        process = subprocess.Popen([BINARY, *map(str, arguments)], cwd=self.folder, env=self.environment,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        most = 0
        while process.poll() is None:
            try:
                most = max(most, sum(map(is_busy, pathlib.Path(f"/proc/{process.pid}/task").iterdir())))
            except OSError:
                pass
            time.sleep(0.002)
        self.assertEqual(process.returncode, 0)
        return most

    def test_one_thread_is_one_thread(self):
        random = np.random.default_rng(1)
        contents = {f"t{number}": tensors.Tensor("F32", (MEBIBYTE,), random.random(MEBIBYTE, np.float32).tobytes())
                    for number in range(12)}
        tensors.write_safetensors(self.folder / "large.safetensors", contents)
        for target in ("raw", "hdf5"):
            with self.subTest(target):
                name = "packed.h5" if target == "hdf5" else "packed"
                packing = ("--to", target, "--compression", "zstd", "--threads", 1)
                self.assertEqual(self.busiest("convert", "large.safetensors", name, *packing), 1)
                self.assertEqual(self.busiest("verify", name, "--threads", 1), 1)

"""The checks of Scripts/cluster-test, on a cluster that runs: the examples for Slurm end with the checkpoints that one
machine makes, whatever is killed on the way."""

import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

import fixtures
from test_checkpoints import ROWS, SOURCE, causal_model
from tool import snapshot

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
EXAMPLES = ROOT / "Examples" / "slurm"
FOCUS = os.environ["FOCUS_BINARY"]
PLACE = pathlib.Path(sys.argv.pop(1))
SHARDS = 5


def text(path: pathlib.Path, folders: "tuple[str, ...]", repetitions: int = 1) -> pathlib.Path:
    """What people have written in files of this repository."""
    files = [file for folder in folders for kind in ("*.md", "*.swift", "*.py")
             for file in sorted((ROOT / folder).rglob(kind))]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    path.write_text("".join(f"{line} {turn}\n" for turn in range(repetitions) for line in lines), encoding="utf-8")
    return path


class Cluster(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = PLACE / self._testMethodName
        self.folder.mkdir()
        for name in ("target-bpe", "target-wordpiece"):
            fixtures.unpack_tokenizer(f"golden/tokenizers/{name}", self.folder / name)
        for name in ("small", "large"):
            fixtures.write_checkpoint(self.folder / name, causal_model(),
                                      {"model_type": "llama", "vocab_size": ROWS}, SOURCE)
        self.environment = {**os.environ, "FOCUS": FOCUS, "XDG_CACHE_HOME": str(self.folder / "cache")}

    def run_here(self, *words) -> str:
        done = subprocess.run(list(map(str, words)), cwd=self.folder, env=self.environment, capture_output=True,
                              text=True)
        self.assertEqual(done.returncode, 0, f"{words}: {done.stdout}{done.stderr}")
        return done.stdout.strip()

    def states(self, job: str) -> "set[str]":
        return set(self.run_here("squeue", "-h", "-t", "all", "-r", "-j", job, "-o", "%T").split())

    def wait(self, *jobs: str) -> None:
        """Until nothing of the jobs is waiting or running."""
        end = time.monotonic() + 600
        for job in jobs:
            while self.states(job) & {"PENDING", "RUNNING", "COMPLETING", "CONFIGURING", "SUSPENDED"}:
                self.assertLess(time.monotonic(), end, f"job {job} does not end")
                time.sleep(0.2)

    def logs(self, folder: pathlib.Path) -> str:
        return "".join(f"{path.name}: {path.read_text()}" for path in sorted(folder.glob("*.log")))

    def test_one_large_corpus(self) -> None:
        corpus = text(self.folder / "text.txt", ("docs", "Sources"), 12)
        words = (EXAMPLES / "corpus", SHARDS, "small", "target-bpe", "result", corpus)
        count, merge, specialize = self.run_here(*words).split()
        # One task is killed hard, as by the system when memory is short; its step has the process that counts.
        end = time.monotonic() + 120
        killed = False
        while not killed and time.monotonic() < end:
            for process in pathlib.Path("/proc").glob("[0-9]*"):
                try:
                    command = (process / "cmdline").read_bytes().split(b"\0")
                    place = os.readlink(process / "cwd")
                except OSError:
                    continue
                if f"3/{SHARDS}".encode() in command and place == str(self.folder):
                    os.kill(int(process.name), signal.SIGKILL)
                    killed = True
            if (self.folder / "result.work" / f"3-of-{SHARDS}.counts").exists():
                break
            time.sleep(0.01)
        self.assertTrue(killed, "the task was over before it could be killed")
        self.wait(count, merge, specialize)
        work = self.folder / "result.work"
        self.assertFalse((work / f"3-of-{SHARDS}.counts").exists(), "a killed task left a file of its name")
        self.assertFalse((self.folder / "result").exists(), "a checkpoint was made although a task had failed")
        before = {path.name: path.stat().st_mtime_ns for path in work.glob("*.counts")}
        self.assertEqual(len(before), SHARDS - 1)

        self.wait(*self.run_here(*words).split())
        self.assertTrue((self.folder / "result").exists(), self.logs(work))
        for name, time_before in before.items():
            self.assertEqual((work / name).stat().st_mtime_ns, time_before, f"{name} was made twice")
        self.assertEqual(self.logs(work).count("is finished already"), SHARDS - 1)
        self.run_here(FOCUS, "specialize", "small", "--tokenizer", "target-bpe", "--corpus", corpus, "--output",
                      "expected", "--no-cache")
        self.assertEqual(snapshot(self.folder / "result"), snapshot(self.folder / "expected"))

    def test_languages_and_models(self) -> None:
        languages = (("Sources", "target-bpe"), ("Tests/Judges", "target-wordpiece"))
        table = self.folder / "languages.tsv"
        table.write_text("".join(
            f"{number}\t{tokenizer}\t{text(self.folder / f'{number}.txt', (folder,))}\n"
            for number, (folder, tokenizer) in enumerate(languages)))
        plans, models = self.run_here(EXAMPLES / "languages", table, "results", "small", "large").split()
        self.wait(plans, models)
        for number, (_, tokenizer) in enumerate(languages):
            name = str(number)
            result = self.folder / "results" / name
            self.assertTrue((result / "large").exists(), self.logs(self.folder / "results"))
            for model in ("small", "large"):
                self.run_here(FOCUS, "specialize", model, "--tokenizer", tokenizer, "--corpus", f"{name}.txt",
                              "--method", "focus+pieces", "--output", f"{name}-{model}", "--no-cache")
                self.assertEqual(snapshot(result / model), snapshot(self.folder / f"{name}-{model}"))


if __name__ == "__main__":
    program = unittest.main(exit=False, verbosity=2)
    result = program.result
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed} passed, {failed} failed")
    sys.exit(1 if failed or result.skipped else 0)

"""Runs the `focus` executable as a person would, in a folder of its own, and looks at what it leaves behind."""

import dataclasses
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

BINARY = os.environ["FOCUS_BINARY"]
DATA = pathlib.Path(os.environ["FOCUS_JUDGE_DATA"])
FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Fixtures"
MEASURE = FIXTURES.parent.parent / "Scripts" / "support" / "measure.py"
# In a build with a sanitizer everything takes far more time and memory: limits of time are wider, and memory is not
# measured.
SANITIZED = bool(os.environ.get("FOCUS_JUDGE_SANITIZER"))
PATIENCE = 20 if SANITIZED else 1
# The thread sanitizer writes a file of its own as it starts, and dies where a limit on the size of files does not let
# it.
SMALLEST_FILE_LIMIT = 1 << 20 if os.environ.get("FOCUS_JUDGE_SANITIZER") == "thread" else 0
MATCH_LIKE_REFERENCE = "--match-like-reference"


@dataclasses.dataclass(frozen=True)
class Outcome:
    code: int
    output: str
    errors: str

    @property
    def complaint(self) -> str:
        """The one line that says what went wrong."""
        return "\n".join(line for line in self.errors.splitlines() if line.startswith("focus: error:"))


def published(arguments: tuple) -> list[str]:
    """The arguments of a job by the published method, where they name none: what is taken then has judges of its
    own."""
    words = list(map(str, arguments))
    named = {"--method", "--plan", MATCH_LIKE_REFERENCE}
    if words[:1] != ["specialize"] or any(word.split("=")[0] in named for word in words):
        return words
    return [*words, "--method", "focus"]


def snapshot(folder: pathlib.Path) -> dict[str, str]:
    """Every path below the folder, with a digest of what it holds."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        for path in sorted(folder.rglob("*"))
    }


class FocusCase(unittest.TestCase):
    """A test with an empty folder; the tool's home, caches and temporary files are in another one beside it."""

    longMessage = True

    def setUp(self) -> None:
        self.base = pathlib.Path(tempfile.mkdtemp(prefix="focus-judge-"))
        self.addCleanup(shutil.rmtree, self.base, True)
        self.folder = self.base / "work"
        self.temporary = self.base / "tmp"
        for folder in (self.folder, self.temporary, self.base / "home"):
            folder.mkdir()

    @property
    def environment(self) -> dict[str, str]:
        home = str(self.base / "home")
        return {**os.environ, "HOME": home, "XDG_CACHE_HOME": home + "/.cache", "TMPDIR": str(self.temporary)}

    def focus(self, *arguments, **options) -> Outcome:
        return self.typed(*published(arguments), **options)

    def typed(self, *arguments, **options) -> Outcome:
        """Runs a command with nothing added."""
        done = subprocess.run([BINARY, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True,
                              cwd=self.folder, env=self.environment, timeout=600 * PATIENCE, **options)
        return Outcome(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8", "backslashreplace"))

    def peak_memory(self, *arguments) -> int:
        """Runs a command that must succeed and returns the largest resident size of its process, in bytes; 0 with a
        sanitizer."""
        # By way of a small process: what this one has in memory would count until the child is itself.
        result = self.base / "measured.json"
        done = subprocess.run([sys.executable, MEASURE, result, BINARY, *published(arguments)],
                              stdin=subprocess.DEVNULL, capture_output=True,
                              cwd=self.folder, env=self.environment, timeout=600 * PATIENCE)
        self.assertEqual(done.returncode, 0, done.stderr.decode("utf-8", "backslashreplace"))
        return 0 if SANITIZED else json.loads(result.read_text())["peakResidentBytes"]

    def assertDone(self, outcome: Outcome) -> None:
        self.assertEqual(outcome.code, 0, outcome.errors)
        self.assertEqual(list(self.temporary.iterdir()), [], "temporary files were left behind")

    def assertRefused(self, *arguments, saying: tuple[str, ...] = (), **options) -> Outcome:
        """The command fails with exit code 1 and one sentence that has all of the words, and changes nothing."""
        before = snapshot(self.folder)
        outcome = self.focus(*arguments, **options)
        self.assertEqual(outcome.code, 1, f"{outcome.errors}{outcome.output}")
        self.assertEqual(outcome.errors.count("focus: error: "), 1, outcome.errors)
        self.assertTrue(outcome.errors.splitlines()[-1].startswith("focus: error: "), outcome.errors)
        for word in saying:
            self.assertIn(word.lower(), outcome.complaint.lower())
        self.assertEqual(snapshot(self.folder), before, "the folder is not as it was")
        self.assertEqual(list(self.temporary.iterdir()), [], "temporary files were left behind")
        return outcome

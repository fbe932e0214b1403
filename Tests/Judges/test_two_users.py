"""What another user put beside a checkpoint is never acted upon, and commands that only read change nothing."""

import json
import os
import pathlib
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable

import fixtures
from test_checkpoints import ROWS, SOURCE, TARGET, causal_model
from tool import BINARY, FocusCase, snapshot

NOBODY = 65534


class TwoUsers(FocusCase):
    """The parent of the checkpoint is like /tmp: everybody may make files there, and rename or remove only their
    own."""

    def setUp(self) -> None:
        super().setUp()
        if os.getuid() != 0:
            self.fail("this judge acts as two users, and has to be run by root")
        self.base.chmod(0o755)
        self.folder.chmod(0o1777)
        self.victim = self.folder / "victim"
        fixtures.write_checkpoint(self.victim, causal_model(), {"model_type": "llama", "vocab_size": ROWS}, SOURCE)
        self.target = fixtures.unpack_tokenizer(TARGET, self.base / "target")
        self.auxiliary = fixtures.golden_auxiliary("target-unigram", self.base)
        self.specialize = ["specialize", "victim", "--tokenizer", self.target, "--auxiliary", self.auxiliary,
                           "--in-place"]

    def by_nobody(self, act: Callable[[], None]) -> None:
        """Acts as a user who may write to the parent and to nothing in the checkpoint."""
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
                os.chdir(self.folder)
                act()
                code = 0
            finally:
                os._exit(code)
        self.assertEqual(os.waitpid(child, 0)[1], 0)

    def plant(self, journal: dict) -> None:
        def act() -> None:
            os.mkdir(".victim.999999.partial")
            pathlib.Path(".victim.999999.partial/config.json").write_text("{}")
            pathlib.Path(".victim.focus-journal").write_text(json.dumps(journal))
        self.by_nobody(act)

    def journal(self, method: str = "moves") -> dict:
        return {"focus_replacement": 1, "method": method, "target": "victim", "staging": ".victim.999999.partial",
                "old": ".victim.999999-old.partial", "taken": ["config.json"], "put": ["config.json"]}

    def everything(self) -> dict:
        """Contents, owners and modes."""
        return {name: (digest, (self.folder / name).lstat().st_uid, stat.S_IMODE((self.folder / name).lstat().st_mode))
                for name, digest in snapshot(self.folder).items()}

    def test_planted_journal_changes_nothing(self):
        text = self.base / "text.txt"
        text.write_text("a text\n")
        for method in ("moves", "renames", "exchange"):
            with self.subTest(method):
                self.plant(self.journal(method))
                before = self.everything()
                for command in (["inspect", "victim"], ["verify", "victim"], ["diff", "victim", "victim"],
                                ["tokenize", "--tokenizer", "victim", text],
                                ["compare", "victim", "--tokenizer", self.target, "--corpus", text, "--auxiliary",
                                 self.auxiliary],
                                ["convert", "victim", "--in-place", "--dtype", "bf16", "--dry-run"],
                                [*self.specialize, "--dry-run"]):
                    outcome = self.focus(*command)
                    self.assertDone(outcome)
                    self.assertIn(".victim.focus-journal", outcome.errors, command)
                    self.assertIn("'nobody' (uid 65534)", outcome.errors, command)
                    self.assertEqual(self.everything(), before, command)
                for command in (["convert", "victim", "--in-place", "--dtype", "bf16"], self.specialize):
                    self.assertRefused(*command, saying=(".victim.focus-journal", "'nobody' (uid 65534)"))
                    self.assertEqual(self.everything(), before, command)
                outcome = self.focus("recover", "victim")
                self.assertEqual(outcome.code, 1, outcome.output)
                self.assertIn("'nobody' (uid 65534)", outcome.output)
                self.assertIn(".victim.focus-journal", outcome.output)
                self.assertEqual(self.everything(), before)
                shutil.rmtree(self.folder / ".victim.999999.partial")
                (self.folder / ".victim.focus-journal").unlink()

    def test_own_journal_puts_nothing_of_another_in_place(self):
        """The journal is believed, and what lies at the name of the staged folder is another's."""
        self.plant(self.journal())
        (self.folder / ".victim.focus-journal").unlink()
        (self.folder / ".victim.focus-journal").write_text(json.dumps(self.journal()))
        before = self.everything()
        for command in (["recover", "victim"], self.specialize, ["convert", "victim", "--in-place", "--dtype", "bf16"]):
            outcome = self.focus(*command)
            self.assertEqual(outcome.code, 1, outcome.errors + outcome.output)
            self.assertIn(".victim.999999.partial", outcome.errors + outcome.output)
            self.assertIn("'nobody' (uid 65534)", outcome.errors + outcome.output)
            self.assertEqual(self.everything(), before)
        # What may be half replaced is not read either.
        self.assertRefused("inspect", "victim", saying=("focus recover",))
        self.assertEqual(self.everything(), before)

    def test_links_stand_for_nothing(self):
        """A journal that is a link to one of the user's own, and a staged folder that is one."""
        own = self.base / "own"
        own.mkdir()
        (own / "journal").write_text(json.dumps(self.journal()))
        (own / "config.json").write_text("{}")
        def act() -> None:
            os.symlink(own / "journal", ".victim.focus-journal")
            os.symlink(own, ".victim.999999.partial")
        self.by_nobody(act)
        before = self.everything()
        self.assertDone(self.focus("inspect", "victim"))
        self.assertEqual(self.focus("recover", "victim").code, 1)
        self.assertRefused(*self.specialize, saying=(".victim.focus-journal", "'nobody' (uid 65534)"))
        self.assertEqual(self.everything(), before)

    def test_left_by_another(self):
        """Hidden folders with the names of a dead run's are another's to remove, and are in nobody's way."""
        def act() -> None:
            os.mkdir(".victim.999999.partial")
            pathlib.Path(".victim.999999.partial/file").touch()
            pathlib.Path(".victim.focus-lock").write_text("1 2 somewhere else")
        self.by_nobody(act)
        before = self.everything()
        outcome = self.focus("recover", "victim")
        self.assertEqual(outcome.code, 1, outcome.output)
        self.assertIn("'nobody' (uid 65534)", outcome.output)
        self.assertEqual(self.everything(), before)
        self.assertDone(self.focus("convert", "victim", "--in-place", "--dtype", "bf16"))
        self.assertTrue((self.folder / ".victim.999999.partial" / "file").exists())

    def test_model_of_another_is_read_and_his_interrupted_run_is_told(self):
        """Root reads what nobody left half replaced: it is refused, for it may be neither the old nor the new."""
        for path in [self.victim, *self.victim.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
        self.plant(self.journal())
        before = self.everything()
        self.assertRefused("inspect", "victim", saying=("focus recover",))
        self.assertRefused("verify", "victim", saying=("focus recover",))
        self.assertEqual(self.everything(), before)

    def test_trained_vectors_of_another_are_not_used(self):
        text = self.base / "text.txt"
        text.write_text("some words that are repeated again and again\n" * 400)
        command = [*self.specialize[:4], "--corpus", text, "--epochs", "1", "--min-count", "1", "--overwrite",
                   "--output", "out"]
        self.assertDone(self.focus(*command))
        cache = self.base / "home" / ".cache" / "focus"
        (kept,) = cache.glob("auxiliary-*.bin")
        before = snapshot(self.folder / "out")
        self.assertNotIn("trained anew", self.focus(*command).errors)
        for owner, mode, place in ((NOBODY, 0o644, kept), (0, 0o666, kept), (0, 0o664, kept), (NOBODY, 0o755, cache),
                                   (0, 0o1777, cache)):
            with self.subTest(owner=owner, mode=oct(mode), place=place.name):
                os.chown(place, owner, owner)
                place.chmod(mode)
                outcome = self.focus(*command)
                self.assertDone(outcome)
                self.assertEqual(outcome.errors.count("trained anew"), 1, outcome.errors)
                self.assertIn(str(place), outcome.errors)
                self.assertEqual(snapshot(self.folder / "out"), before)
                if place == kept:  # replaced by one that is used
                    self.assertEqual((kept.stat().st_uid, stat.S_IMODE(kept.stat().st_mode)), (0, 0o644))
                    self.assertNotIn("trained anew", self.focus(*command).errors)
                os.chown(cache, 0, 0)
                cache.chmod(0o755)

    def test_run_that_is_interrupted_may_be_finished_whatever_the_umask(self):
        """A shared folder that its group may write: what the own run staged there is believed."""
        for path in [self.victim, *self.victim.rglob("*")]:
            path.chmod(0o775 if path.is_dir() else 0o664)
        tool = pathlib.Path(BINARY)
        for number in range(0, 200, 3):
            done = subprocess.run(["bash", "-c", f"umask 002; exec {tool} convert victim --in-place --dtype bf16 "
                                                 f"--keep-original kept{number}"],
                                  cwd=self.folder, env=self.environment | self.killed_at(number), capture_output=True,
                                  text=True)
            if done.returncode == 0:
                break
            outcome = self.focus("recover", "victim")
            self.assertEqual(outcome.code, 0, f"step {number}: {outcome.output}{outcome.errors}")
            self.assertDone(self.focus("verify", "victim"))
            self.assertEqual([name for name in os.listdir(self.folder) if name.startswith(".")], [])
            self.assertDone(self.focus("convert", "victim", "--in-place", "--dtype", "f32"))
        self.assertGreater(number, 20)

    def killed_at(self, number: int) -> dict[str, str]:
        if not hasattr(self, "shim"):
            sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Crash"))
            from scenario import compile_shim
            self.shim = compile_shim(self.base)
        return {"LD_PRELOAD": str(self.shim), "STORAGE_ROOT": str(self.folder.resolve()), "STORAGE_PLAIN": "1",
                "STORAGE_KILL": str(number), "SWIFT_BACKTRACE": "enable=no"}

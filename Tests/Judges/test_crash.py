"""The short form of Scripts/crash-test: nothing is lost, whenever focus is killed, whatever fails, and if the power
goes."""

import collections
import errno
import pathlib
import random
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Crash"))

import crash_test  # noqa: E402
import scenario  # noqa: E402
from storage_trace import read_trace  # noqa: E402
from tool import FocusCase  # noqa: E402


class Crashes(FocusCase):
    def made(self, *words: str) -> list[scenario.Scenario]:
        return scenario.scenarios(self.base.resolve() / "work", words=words)

    def test_killed_while_specializing(self):
        """Forty random moments and every seventh step, on each of the three kinds of file system."""
        losses, kills = crash_test.Losses(), 0
        for one in self.made("specialize, exchange", "specialize, plain", "specialize, mounted"):
            tally = crash_test.kill(one, 40, 7, random.Random(1), losses)
            kills += tally["kills at random"] + tally["kills at steps"]
        self.assertEqual(losses, [])
        self.assertGreater(kills, 100)

    def test_killed_while_converting_a_file_and_its_sidecar(self):
        losses = crash_test.Losses()
        for one in self.made("convert a file with a sidecar"):
            crash_test.kill(one, 5, 4, random.Random(2), losses)
        self.assertEqual(losses, [])

    def test_killed_while_writing_the_parts_of_a_model(self):
        """All parts are there or none, whether others had their names or not."""
        losses = crash_test.Losses()
        for one in self.made("parts"):
            crash_test.kill(one, 5, 5, random.Random(4), losses)
            crash_test.error(one, 29, losses)
        self.assertEqual(losses, [])

    def test_loss_of_power(self):
        losses, tally = crash_test.Losses(), collections.Counter()
        for one in self.made("specialize, exchange", "specialize, plain"):
            tally += crash_test.power(one, 0, random.Random(3), losses)
        self.assertEqual(losses, [])
        self.assertGreater(tally["different states"], 50)

    def test_steps_that_fail(self):
        losses = crash_test.Losses()
        for one in self.made("convert to float32, exchange", "convert to float32, plain"):
            crash_test.error(one, 11, losses)
        self.assertEqual(losses, [])

    def test_names_that_can_neither_be_forced_to_disk_nor_put_back(self):
        """The disk fails for good right after a name was changed: what is said, and what recovery makes of it once the
        disk works."""
        said = 0
        for one in self.made("convert to float32, exchange", "convert to float32, plain",
                             "specialize, keeping the original, plain"):
            steps = read_trace(one.trace)
            for number, (before, step) in enumerate(zip(steps, steps[1:]), start=1):
                if before.kind not in ("rename", "exchange") or step.kind != "sync":
                    continue
                with self.subTest(scenario=str(one), step=number):
                    one.restore()
                    done = one.run(fail=(number, errno.EIO))
                    self.assertEqual(len(done.complaints), done.code, done.errors)
                    self.assertIn(done.code, (0, 1))
                    if done.code == 1 and "nor be taken back" in done.complaints[0]:
                        said += 1
                        for words in ("input/output error", "Nothing was removed", f"/{one.target}': a change of names",
                                      f"/{one.target}'\n"):
                            self.assertIn(words, done.complaints[0] + "\n")
                    recovered = one.recover()
                    self.assertEqual(recovered.code, 0, recovered.errors)
                    self.assertIn(one.state(), ("old", "new"))
                    self.assertEqual(one.leftovers(), [])
        self.assertGreater(said, 0)


if __name__ == "__main__":
    unittest.main()

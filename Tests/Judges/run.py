"""usage: run.py [NAME ...]      Runs the judges, or those whose name has one of the words in it.

FOCUS_BINARY is the executable, FOCUS_JUDGE_DATA a folder with e5-small/ and de.txt. A skipped test counts as failed.
"""

import pathlib
import sys
import time
import unittest


def flattened(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from flattened(test)
        else:
            yield test


class Result(unittest.TestResult):
    """Says what is being judged, with its time, and what failed as soon as it has."""

    def __init__(self):
        super().__init__()
        self.started = 0.0
        self.failed = set()

    def startTest(self, test):
        super().startTest(test)
        self.started = time.monotonic()

    def report(self, test, error):
        self.failed.add(getattr(test, "test_case", test).id())
        print(f"FAILED {test.id()}\n{self._exc_info_to_string(error, test)}", flush=True)

    def addError(self, test, error):
        self.report(test, error)

    def addFailure(self, test, error):
        self.report(test, error)

    def addSubTest(self, test, subtest, error):
        if error is not None:
            self.report(subtest, error)

    def addSkip(self, test, reason):
        self.failed.add(test.id())
        print(f"FAILED {test.id()}: skipped: {reason}", flush=True)

    def stopTest(self, test):
        super().stopTest(test)
        mark = "failed" if test.id() in self.failed else "passed"
        print(f"{mark} {test.id()} ({time.monotonic() - self.started:.1f} s)", flush=True)


def main() -> int:
    here = pathlib.Path(__file__).resolve().parent
    sys.dont_write_bytecode = True
    loader = unittest.TestLoader()
    tests = [test for test in flattened(loader.discover(str(here)))
             if len(sys.argv) == 1 or any(word in test.id() for word in sys.argv[1:])]
    result = Result()
    unittest.TestSuite(tests).run(result)
    print(f"judges: {len(tests) - len(result.failed)} passed, {len(result.failed)} failed")
    return 1 if result.failed or not tests else 0


if __name__ == "__main__":
    sys.exit(main())

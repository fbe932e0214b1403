"""usage: crash_test.py [--kills N] [--stride N] [--samples N] [--seed N] [--only WORD ...] [-- PART ...]

Tries to lose a checkpoint that is being changed in place. The parts, all by default:
  kill     SIGKILL before every step that changes a file, and N times (1000) at random moments
  error    every such step fails, once or from then on: EIO, ENOSPC, EACCES
  power    loss of power: every state that the recorded steps may leave on a disk
  space    a disk of 20 sizes (a tmpfs, in a mount namespace)
After each, the folder must be what it was or what it should become, byte for byte, and what is left over must go.
Exit code 1 and the first cases where that is not so.
"""

from __future__ import annotations

import argparse
import collections
import errno
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from filesystem import Recording, State
from folder_tree import tree
from scenario import Scenario, scenarios
from storage_trace import read_trace

# What is run next: those that only read must change nothing, and `recover` comes after them.
FOLLOWERS = (["recover"], ["inspect"], ["verify"], ["recover"])
READERS = (["inspect"], ["verify"])


class Losses(list):
    """What went wrong, with the case that shows it."""

    def expect(self, good: bool, case: str, found: str = "") -> None:
        if not good:
            self.append(f"{case}: {found}".rstrip(": "))
            if len(self) <= 20:
                print(f"LOST {self[-1]}", flush=True)


def settle(scenario: Scenario, case: str, losses: Losses, tally: collections.Counter, follower: list[str]) -> None:
    """What a person finds after a crash, then what the next command makes of it, then what `recover` leaves."""
    contents = tree(scenario.place)
    found = scenario.state(contents)
    tally[f"found {found}"] += 1
    if scenario.file_system == "exchange" and "keeping" not in scenario.name and not scenario.is_file:
        losses.expect(found != "neither", case, "before anything else ran, the folder is neither the old nor the new "
                                                "one")
    if found == "neither" or scenario.leftovers(contents):
        done = scenario.run(*follower, scenario.target)
        # A refusal is allowed to those that only read; a mixture is not.
        losses.expect(done.code == 0 or follower != ["recover"], case,
                      f"'focus {follower[0]}' ends with {done.code}: {done.errors}")
        if follower in READERS:
            losses.expect(tree(scenario.place) == contents, case, f"'focus {follower[0]}' changed something")
        if done.code != 0 or follower != ["recover"]:
            done = scenario.recover()
            losses.expect(done.code == 0, case, f"'focus recover' ends with {done.code}: {done.errors}")
        contents = tree(scenario.place)
    settled = scenario.state(contents)
    tally[f"settled as {settled}"] += 1
    losses.expect(settled != "neither", case, f"neither old nor new after recovery: {difference(scenario, contents)}")
    losses.expect(not scenario.leftovers(contents), case, f"left over after recovery: {scenario.leftovers(contents)}")


def difference(scenario: Scenario, contents: dict) -> str:
    names = sorted(name for name in {*scenario.before, *scenario.after, *contents}
                   if contents.get(name) not in (scenario.before.get(name), scenario.after.get(name)))
    states = {name: "old" if contents.get(name) == scenario.before.get(name) else "new"
              for name in {*scenario.before, *scenario.after} if scenario.before.get(name) != scenario.after.get(name)}
    return f"strange {names[:6]}, changed {dict(sorted(states.items())[:8])}"


def steps_of(scenario: Scenario) -> list[str]:
    """A name for every step that the shim counts. What fails is counted and not recorded: that is the remainder."""
    return [f"{step.kind} {pathlib.Path(step.first).name}" for step in read_trace(scenario.trace) if step.kind != "map"]


def kill(scenario: Scenario, kills: int, stride: int, chooser: random.Random, losses: Losses) -> collections.Counter:
    tally = collections.Counter()
    number, names = 0, steps_of(scenario)
    while True:  # before every step, until the job ends by itself
        scenario.restore()
        done = scenario.run(kill=number)
        if done.code == 0:
            break
        losses.expect(done.code == -signal.SIGKILL, f"{scenario}, killed before step {number}",
                      f"ended with {done.code}: {done.errors}")
        name = names[number] if number < len(names) else "?"
        settle(scenario, f"{scenario}, killed before step {number} ({name})", losses, tally,
               FOLLOWERS[number % len(FOLLOWERS)])
        if number % (7 * stride) == 0 and scenario.state() == "old":  # the same job can be done again
            again = scenario.run()
            losses.expect(again.code == 0 and scenario.state() == "new", f"{scenario}, step {number}",
                          f"the job cannot be done again: {again.errors}")
        number += stride
        tally["kills at steps"] += 1
    losses.expect(number > 5, str(scenario), "has hardly any step")
    for attempt in range(kills):
        scenario.restore()
        process = subprocess.Popen(scenario.command(), cwd=scenario.place, env=scenario.environment(),
                                   stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # The second half of a run is where files change.
        moment = chooser.uniform(0.2, 1.2) * scenario.seconds
        time.sleep(moment)
        process.kill()
        process.wait()
        settle(scenario, f"{scenario}, killed after {moment:.4f} s", losses, tally, FOLLOWERS[attempt % len(FOLLOWERS)])
        tally["kills at random"] += 1
    return tally


def error(scenario: Scenario, stride: int, losses: Losses) -> collections.Counter:
    tally = collections.Counter()
    for code in (errno.EIO, errno.ENOSPC, errno.EACCES):
        for once in (True, False):
            number = 0
            while True:
                scenario.restore()
                done = scenario.run(fail=(number, code), once=once)
                which = "alone" if once else "and all later ones"
                case = f"{scenario}, step {number} {which} with {errno.errorcode[code]}"
                found = scenario.state()
                tally[f"exit {done.code}, {found}"] += 1
                losses.expect(done.code in (0, 1), case, f"ended with {done.code}: {done.errors}")
                if done.code == 1:
                    losses.expect(len(done.complaints) == 1, case, f"said {done.errors!r}")
                if done.code == 0:
                    losses.expect(found == "new", case, "ended with 0, and the folder is not the new one")
                if once and found == "old":
                    losses.expect(not scenario.leftovers(), case, f"left over: {scenario.leftovers()}")
                keeps = "keeping" in scenario.name or scenario.is_file
                if scenario.file_system == "exchange" and not keeps:
                    losses.expect(found != "neither", case,
                                  f"is neither old nor new: {difference(scenario, tree(scenario.place))}")
                settle(scenario, case, losses, collections.Counter(), ["recover"])
                number += stride
                if done.code == 0 and number > len(steps_of(scenario)):
                    break
    return tally


def power(scenario: Scenario, samples: int, chooser: random.Random, losses: Losses) -> collections.Counter:
    tally = collections.Counter()
    scenario.restore()
    recording = Recording(scenario.place)
    scenario.run(trace=scenario.trace)
    recording.replay(read_trace(scenario.trace))
    losses.expect(State(recording, recording.changes, recording.changes_of_contents).tree() == tree(scenario.place),
                  str(scenario),
                  "the trace does not lead to what is on the disk")
    seen: set[int] = set()
    for description, state in recording.states(chooser, samples):
        tally["states"] += 1
        contents = state.tree()
        key = hash(tuple(sorted(contents.items())))
        if key in seen:
            continue
        seen.add(key)
        tally["different states"] += 1
        case = f"{scenario}, power lost {description}"
        found = scenario.state(contents)
        if found != "neither" and not scenario.leftovers(contents):
            tally[f"found {found}, nothing else"] += 1
            continue
        shutil.rmtree(scenario.place, ignore_errors=True)
        scenario.place.mkdir()
        state.write(scenario.place)
        settle(scenario, case, losses, tally, FOLLOWERS[len(seen) % len(FOLLOWERS)])
    return tally


def space(base: pathlib.Path, words: list[str], losses: Losses) -> collections.Counter:
    """Each size in a namespace of its own, where the disk is mounted and the job runs; the outcome comes back as
    text."""
    tally = collections.Counter()
    for scenario in scenarios(base, ("exchange", "plain"), words):
        used = sum(path.lstat().st_size + 8192 for path in scenario.original.rglob("*"))
        for number in range(20):
            size = int(used * (0.95 + 0.09 * number))
            scenario.restore()
            moved = scenario.base / "moved"
            shutil.rmtree(moved, ignore_errors=True)
            scenario.place.rename(moved)
            scenario.place.mkdir()
            script = (f'mount -t tmpfs -o size={size} tmpfs "$1" && cp -a "$2/." "$1" && shift 2 && cd '
                      f'"{scenario.place}" || exit 99; "$@"; '
                      f'echo "ended $?" >&2; cp -a "{scenario.place}" "{scenario.base}/outcome"')
            shutil.rmtree(scenario.base / "outcome", ignore_errors=True)
            namespace = ["unshare", "--mount"] + ([] if os.getuid() == 0 else ["--map-root-user"])
            done = subprocess.run([*namespace, "sh", "-c", script, "sh", str(scenario.place), str(moved),
                                   *scenario.command()],
                                  env=scenario.environment(), capture_output=True, text=True)
            case = f"{scenario}, disk of {size} bytes"
            if "ended" not in done.stderr:
                tally["too small for the checkpoint itself"] += 1
                continue
            code = int(done.stderr.rsplit("ended ", 1)[1].split()[0])
            contents = tree(scenario.base / "outcome")
            found = scenario.state(contents)
            tally[f"exit {code}, {found}"] += 1
            losses.expect((code, found) in ((0, "new"), (1, "old")), case, f"exit {code}, {found}: {done.stderr}")
            losses.expect(not scenario.leftovers(contents), case, f"left over: {scenario.leftovers(contents)}")
            if code == 1:
                losses.expect(done.stderr.count("focus: error:") == 1, case, f"said {done.stderr!r}")
    return tally


def main() -> int:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--kills", type=int, default=1000, help="kills at random moments, over all jobs")
    parser.add_argument("--stride", type=int, default=1, help="only every so-manieth step is killed or fails")
    parser.add_argument("--samples", type=int, default=8, help="random choices of names at each step of a loss of "
                                                               "power")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[], help="jobs that have one of these words")
    parser.add_argument("parts", nargs="*", default=["kill", "error", "power", "space"], metavar="PART")
    options = parser.parse_args()
    chooser, losses = random.Random(options.seed), Losses()
    with tempfile.TemporaryDirectory(prefix="focus-crash-") as folder:
        base = pathlib.Path(folder).resolve()
        (base / "jobs").mkdir()
        made = scenarios(base / "jobs", words=options.only)
        for scenario in made:
            for part in options.parts:
                start = time.monotonic()
                match part:
                    case "kill":
                        tally = kill(scenario, -(-options.kills // len(made)), options.stride, chooser, losses)
                    case "error":
                        tally = error(scenario, options.stride, losses)
                    case "power":
                        tally = power(scenario, options.samples, chooser, losses)
                    case _:
                        continue
                counts = ", ".join(f"{count:,} {name}" for name, count in sorted(tally.items()))
                print(f"{part:6} {scenario}: {counts} ({time.monotonic() - start:.0f} s)", flush=True)
        if "space" in options.parts:
            (base / "space").mkdir()
            counts = ", ".join(f"{count:,} {name}" for name,
                               count in sorted(space(base / "space", options.only, losses).items()))
            print(f"space  all jobs: {counts}", flush=True)
    print(f"crash-test: {len(losses)} losses")
    return 1 if losses else 0


if __name__ == "__main__":
    sys.exit(main())

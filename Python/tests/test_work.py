"""Long work: told, stopped, on several threads, in children of fork, and at the end of the interpreter."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
import swiftfocus

from conftest import ROOT, documents, program, same

LONG = {"method": "focus", "epochs": 10_000, "min_count": 1, "no_cache": True}


def beginning(bench) -> str:
    """A program that has a plan that takes for ever, as `work`, and a short one, as `plan`, with its table."""
    np.save(bench.folder / "table.npy", bench.table)
    folder = [str(ROOT / "Python")] if os.environ.get("SWIFTFOCUS_LIBRARY") else []
    return f"""import sys
sys.path[:0] = {folder!r}
import os, signal, threading, time
import numpy, swiftfocus
old, new = {str(bench.source)!r}, {str(bench.target)!r}
texts = ['das ist Satz %d von vielen' % i for i in range(20000)]
def work(**options):
    return swiftfocus.plan(old, new, corpus=iter(texts), **{LONG!r}, **options)
plan = swiftfocus.plan(old, new, method='pieces')
table = numpy.load({str(bench.folder / 'table.npy')!r})
"""


def test_progress_is_told(bench):
    told = []
    swiftfocus.plan(bench.source, bench.target, corpus=documents(), progress=lambda *now: told.append(now),
                    **{**LONG, "epochs": 200})
    assert "train auxiliary embeddings" in [stage for stage, _, _ in told]
    assert all(total is None or completed <= total for _, completed, total in told)
    assert len(set(told)) == len(told)


def test_notes_are_told(bench, monkeypatch, caplog):
    bench.checkpoint()
    monkeypatch.setenv("FOCUS_PLUGIN_PATH", str(bench.folder / "none"))
    with caplog.at_level(logging.INFO, "swiftfocus"):
        swiftfocus.inspect(bench.folder / "model")
    assert any("FOCUS_PLUGIN_PATH" in line for line in caplog.messages)


def test_bars(bench, monkeypatch):
    """tqdm draws what is told; where there is none, nothing is drawn."""
    drawn = []

    class Bar:
        def __init__(self, **options):
            self.n = 0
            drawn.append(options["desc"])

        def update(self, count):
            assert count >= 0
            self.n += count

        def close(self):
            drawn.append("closed")

    class Module:
        tqdm = Bar

    options = {**LONG, "epochs": 200}
    monkeypatch.setitem(sys.modules, "tqdm.auto", Module)
    swiftfocus.plan(bench.source, bench.target, corpus=documents(), progress=True, **options)
    assert "train auxiliary embeddings" in drawn and drawn[-1] == "closed"
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    swiftfocus.plan(bench.source, bench.target, corpus=documents(), progress=True, **options)


@pytest.mark.parametrize("error", [LookupError, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_a_callback_that_raises(bench, error):
    def stop(*_):
        raise error

    started = time.monotonic()
    with pytest.raises(error):
        swiftfocus.plan(bench.source, bench.target, corpus=documents(), progress=stop, **LONG)
    assert time.monotonic() - started < 60


def test_a_logger_that_raises(bench, monkeypatch):
    class Broken(logging.Handler):
        def emit(self, record):
            raise LookupError

    bench.checkpoint()
    monkeypatch.setenv("FOCUS_PLUGIN_PATH", str(bench.folder / "none"))
    monkeypatch.setattr(sys, "unraisablehook", lambda _: None)
    logger, handler = logging.getLogger("swiftfocus"), Broken()
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        assert swiftfocus.inspect(bench.folder / "model")["tensors"]
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)


@pytest.mark.parametrize("count", [1, 20])
def test_an_interrupt_stops_the_work_and_leaves_nothing(bench, count):
    # Shells have what they start in the background ignore ^C.
    text = beginning(bench) + """
signal.signal(signal.SIGINT, signal.default_int_handler)
work(progress=lambda stage, *_: print(stage, flush=True))
"""
    process = subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in process.stdout:
        if line.startswith("train"):
            break
    started = time.monotonic()
    for _ in range(count):
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        time.sleep(0.005)
    _, errors = process.communicate(timeout=60)
    assert time.monotonic() - started < 20
    assert "KeyboardInterrupt" in errors
    assert process.returncode in (1, -signal.SIGINT), errors
    if count == 1:
        assert list(bench.temporary.iterdir()) == []
    for path in bench.temporary.iterdir():  # ^C while they were removed
        for file in path.iterdir():
            file.unlink()
        path.rmdir()


def test_threads_work_side_by_side(bench, pieces):
    wanted, found = pieces.apply(bench.table), []

    def work():
        for _ in range(5):
            found.append(pieces.apply(bench.table))
        found.append(swiftfocus.plan(bench.source, bench.target, method="pieces").apply(bench.table))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 48
    for rows in found:
        same(rows, wanted)


def test_the_interpreter_goes_on_meanwhile(bench):
    """Nothing holds its lock: another thread counts while a plan is made."""
    counted, over = [0], threading.Event()

    def count():
        while not over.is_set():
            counted[0] += 1
            time.sleep(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    started = time.monotonic()
    swiftfocus.plan(bench.source, bench.target, corpus=documents(), **{**LONG, "epochs": 300})
    seconds = time.monotonic() - started
    over.set()
    thread.join()
    assert counted[0] > 30 * seconds


@pytest.mark.parametrize("end", ["", "sys.exit(0)", "plan.apply(table)", "del plan, table"])
def test_the_interpreter_ends_during_work(bench, end):
    text = beginning(bench) + f"""
began = threading.Event()
thread = threading.Thread(target=lambda: work(progress=lambda *_: began.set()), daemon=True)
thread.start()
began.wait()
{end}
"""
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_child_of_fork(bench):
    text = beginning(bench) + """
wanted = plan.apply(table)
child = os.fork()
if child == 0:
    signal.alarm(60)
    same = (plan.apply(table) == wanted).all()
    other = swiftfocus.plan(old, new, method='pieces').apply(table, threads=2)
    sys.exit(0 if same and (other == wanted).all() else 1)
assert os.waitpid(child, 0)[1] == 0
assert (plan.apply(table) == wanted).all()
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", text], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_fork_during_work(bench):
    text = beginning(bench) + """
children = []
def progress(stage, *_):
    if stage.startswith('train') and not children:
        children.append(os.fork())
        if children[0] == 0:
            signal.alarm(60)
    elif children:
        raise LookupError
try:
    work(progress=progress)
except LookupError:
    assert children[0] and os.waitpid(children[0], 0)[1] == 0
except swiftfocus.FocusError as error:
    assert children == [0] and 'forked' in str(error), error
    sys.exit(0)
assert os.listdir(os.environ['TMPDIR']) == []
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", text], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")


def test_processes_of_a_pool(bench):
    done = program(f"""
import multiprocessing, numpy, swiftfocus
def rows(plan):
    return plan.apply(numpy.load({str(bench.folder / 'table.npy')!r}))
if __name__ == '__main__':
    plan = swiftfocus.plan({str(bench.source)!r}, {str(bench.target)!r}, method='pieces')
    wanted = rows(plan)
    with multiprocessing.get_context('fork').Pool(2) as pool:
        assert all((found == wanted).all() for found in pool.map(rows, [plan] * 4))
""", timeout=120) if np.save(bench.folder / "table.npy", bench.table) is None else None
    assert done is not None

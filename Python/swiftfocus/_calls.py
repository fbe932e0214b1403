"""Calls into the library: errors become exceptions, long work can be watched and stopped."""

import _thread
import ctypes
import os
import sys
import threading
import weakref
from typing import Any, Callable, Optional, Union

from ._errors import FocusError, in_python
from ._library import FAILED, OK, STOPPED, UNKNOWN, USAGE, Handle, library
from ._structures import TELL, Listener, Problem, String
from ._structures import Progress as _Progress

Watcher = Callable[[str, int, Optional[int]], object]
"""Hears the name of a stage, how much of it is done, and of how much where that is known."""
Progress = Union[None, bool, Watcher]
"""Who is told of progress: nobody, tqdm for True, or a function."""


def problem() -> Problem:
    return Problem(struct_size=ctypes.sizeof(Problem))


def failure(found: Problem) -> FocusError:
    message, code = found.message.decode("utf-8", "replace"), found.code.decode()
    return FocusError(in_python(message, inside_quotes=found.status == USAGE), code)


def check(status: int, found: Problem) -> None:
    if status != OK:
        raise failure(found)


def made(close: Callable[[Any], object], function: Callable[..., int], *arguments: Any) -> Handle:
    """What a short function makes."""
    handle, found = Handle(close), problem()
    check(function(*arguments, ctypes.byref(handle.place), ctypes.byref(found)), found)
    return handle


def text_of(handle: Handle) -> bytes:
    """The bytes of a text; none where there is no text."""
    if not handle.value:
        return b""
    length = ctypes.c_uint64()
    start = library().focus_text_bytes(handle.value, ctypes.byref(length))
    return ctypes.string_at(start, length.value)


def text(function: Callable[..., int], *arguments: Any) -> bytes:
    """The text that a short function makes."""
    return text_of(made(library().focus_text_close, function, *arguments))


def _told(_: object, sentence: String) -> None:
    import logging

    data = ctypes.string_at(sentence.bytes, sentence.length) if sentence.length else b""
    logging.getLogger("swiftfocus").info("%s", data.decode("utf-8", "replace"))


_TELL = TELL(_told)


class Bars:
    """Progress as tqdm draws it, a bar a stage; nothing where there is no tqdm."""

    def __init__(self) -> None:
        import importlib

        self.make: Any = None
        try:
            self.make = importlib.import_module("tqdm.auto").tqdm
        except ImportError:
            pass
        self.stage = ""
        self.bar: Any = None

    def __call__(self, stage: str, completed: int, total: Optional[int]) -> None:
        if self.make is None:
            return
        if stage != self.stage or self.bar is None:
            self.close()
            self.stage = stage
            self.bar = self.make(desc=stage, total=total, leave=False, file=sys.stderr)
        self.bar.total = total
        self.bar.update(max(0, completed - self.bar.n))

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()


class _Work:
    """One piece of work on a thread of its own."""

    def __init__(self, call: Callable[[int, Any], int]) -> None:
        listener = Listener(struct_size=ctypes.sizeof(Listener), tell=_TELL)
        self.monitor = Handle(
            library().focus_monitor_close, library().focus_monitor_open(ctypes.byref(listener)))
        self.found = problem()
        self.status = OK
        self.raised: Optional[BaseException] = None
        # Not Thread.join, which after ^C may take a thread that still runs for one that has ended.
        self.done = threading.Event()
        self._call = call
        self._cancel = library().focus_monitor_cancel
        self._reported: Any = None

    def start(self) -> None:
        # Whoever is interrupted right here leaves the work to itself: it holds all that it works on.
        _running.add(self)
        try:
            _thread.start_new_thread(self._run, ())
        except Exception:
            _running.discard(self)
            raise

    def _run(self) -> None:
        try:
            self.status = self._call(self.monitor.value, ctypes.byref(self.found))
        except BaseException as error:
            self.raised = error
        finally:
            _running.discard(self)
            self.done.set()

    def stop(self) -> None:
        """Stops the work and returns when it has ended, however often the caller is interrupted meanwhile."""
        self._cancel(self.monitor.value)
        while not self.done.is_set():
            try:
                self.done.wait()
            except BaseException:
                continue

    def report(self, watcher: Watcher) -> None:
        """Tells how far the work is, where that is not what was told last."""
        now = _Progress(struct_size=ctypes.sizeof(_Progress))
        library().focus_monitor_progress(self.monitor.value, ctypes.byref(now))
        told = (now.stage.decode("utf-8", "replace"), now.completed, None if now.total == UNKNOWN else now.total)
        if told[0] and told != self._reported:
            self._reported = told
            watcher(*told)


# Seconds between one look at how far the work is and the next.
_PAUSE = 0.02
_running: "set[_Work]" = set()
_temporary: "weakref.WeakSet[Any]" = weakref.WeakSet()
_ending = threading.Event()


def closed_at_end(owner: Any) -> None:
    """Has what has temporary files closed when the interpreter ends, where nobody did it before."""
    _temporary.add(owner)


def _end() -> None:
    # The interpreter ends: nothing may call it any more, nor read arrays that go with it.
    _ending.set()
    for piece in list(_running):
        piece.stop()
    for owner in list(_temporary):
        owner.close()


def _forked() -> None:
    _running.clear()


def _prepare() -> None:
    import atexit

    atexit.register(_end)
    os.register_at_fork(after_in_child=_forked)


_prepare()


def work(call: Callable[[int, Any], int], progress: Progress = None) -> int:
    """Does long work on a thread of its own, so that ^C is heard at once; nothing holds the interpreter's lock.

    `call` takes a monitor and a place for a problem, and holds all that it works on. Returns 0, or 1 where there is an
    answer all the same.
    """
    if progress is not None and not isinstance(progress, bool) and not callable(progress):
        raise FocusError(f"progress is True or a function, not a {type(progress).__name__}", "option")
    bars = Bars() if progress is True else None
    watcher: Optional[Watcher] = bars if bars else None if isinstance(progress, bool) else progress
    piece, process = _Work(call), os.getpid()
    piece.start()
    try:
        try:
            while not piece.done.wait(0.1 if watcher is None else _PAUSE):
                if os.getpid() != process:
                    raise FocusError("this process was forked while the work was done: it goes on in the other one")
                if watcher is not None:
                    piece.report(watcher)
            if watcher is not None:
                piece.report(watcher)
        except BaseException:
            if os.getpid() == process:
                piece.stop()
            raise
    finally:
        if bars is not None:
            bars.close()
    if piece.raised is not None:
        raise piece.raised
    if piece.status == STOPPED:
        raise SystemExit if _ending.is_set() else KeyboardInterrupt
    if piece.status != OK and (piece.status != FAILED or piece.found.message):
        raise failure(piece.found)
    return piece.status

"""Calls into the library: errors become exceptions, long work can be watched and stopped."""

import ctypes
import sys
import threading
from typing import Any, Callable, Optional, Union

from ._errors import FocusError, in_python
from ._library import (FAILED, OK, STOPPED, TELL, UNKNOWN, USAGE, Listener, Problem, Progress, String, library)

Watcher = Callable[[str, int, Optional[int]], object]
"""Hears the name of a stage, how much of it is done, and of how much where that is known."""


def problem() -> Problem:
    return Problem(struct_size=ctypes.sizeof(Problem))


def failure(found: Problem) -> FocusError:
    message, code = found.message.decode("utf-8", "replace"), found.code.decode()
    return FocusError(in_python(message) if found.status == USAGE else message, code)


def make(function: Callable[..., int], *arguments: Any) -> int:
    """The handle that a short function makes."""
    handle, found = ctypes.c_void_p(), problem()
    if function(*arguments, ctypes.byref(handle), ctypes.byref(found)) != OK:
        raise failure(found)
    return handle.value or 0


def taken(text: Optional[int]) -> bytes:
    """The bytes of a text handle, which is closed."""
    if not text:
        return b""
    length = ctypes.c_uint64()
    start = library.focus_text_bytes(text, ctypes.byref(length))
    data = ctypes.string_at(start, length.value)
    library.focus_text_close(text)
    return data


def _told(_: object, sentence: String) -> None:
    import logging

    text = ctypes.string_at(sentence.bytes, sentence.length)
    logging.getLogger("swiftfocus").info("%s", text.decode("utf-8", "replace"))


_TELL = TELL(_told)


class Bars:
    """Progress as tqdm draws it, a bar a stage; nothing where there is no tqdm."""

    def __init__(self) -> None:
        try:
            from tqdm import auto
        except ImportError:
            self.make: Any = None
        else:
            self.make = auto.tqdm
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


def watch(progress: Union[None, bool, Watcher]) -> Optional[Watcher]:
    """Who hears of progress: nobody, tqdm for True, or a function."""
    if progress is None or progress is False:
        return None
    return Bars() if progress is True else progress


def work(call: Callable[[int, Any], int], progress: Union[None, bool, Watcher] = None) -> int:
    """Does long work on a thread of its own, so that ^C is heard at once; nothing holds the interpreter's lock.

    `call` takes a monitor and a place for a problem. Returns 0, or 1 where there is an answer all the same.
    """
    listener = Listener(struct_size=ctypes.sizeof(Listener), tell=_TELL)
    monitor = library.focus_monitor_open(ctypes.byref(listener))
    found = problem()
    status = [OK]
    thread = threading.Thread(
        target=lambda: status.__setitem__(0, call(monitor, ctypes.byref(found))), name="swiftfocus", daemon=True)
    watcher = watch(progress)
    last: Any = None
    try:
        thread.start()
        try:
            while thread.is_alive():
                thread.join(0.1)
                if watcher is not None:
                    last = _report(monitor, watcher, last)
        except BaseException:
            library.focus_monitor_cancel(monitor)
            thread.join()
            raise
    finally:
        if isinstance(watcher, Bars):
            watcher.close()
        library.focus_monitor_close(monitor)
    if status[0] == STOPPED:
        raise KeyboardInterrupt
    if status[0] != OK and (status[0] != FAILED or found.message):
        raise failure(found)
    return status[0]


def _report(monitor: int, watcher: Watcher, last: Any) -> Any:
    """Tells how far the work is, where that is not what was told last."""
    now = Progress(struct_size=ctypes.sizeof(Progress))
    library.focus_monitor_progress(monitor, ctypes.byref(now))
    told = (now.stage.decode(), now.completed, None if now.total == UNKNOWN else now.total)
    if told[0] and told != last:
        watcher(*told)
    return told

"""
One thread that calls back at given times: deadlines, the grace of what was told to stop, and looks at the GPU.

All launches share it. It sleeps until the earliest time that anybody asked for; a launch that ends before its time takes its call
back, which costs no wake-up. Calls are short: they set a word, or look whether a kernel has ended.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

from asyncir.runtime.forks import forget_in_child


class Call:
    """A call that will be made. It keeps nothing alive: a method's object may go before its time."""

    def __init__(self, at: float, number: int, method: Callable[[], Any]) -> None:
        self.at = at
        self.number = number
        self.method: weakref.WeakMethod[Callable[[], Any]] | None = weakref.WeakMethod(method)

    def __lt__(self, other: Call) -> bool:
        return (self.at, self.number) < (other.at, other.number)


_changed = threading.Condition()
_calls: list[Call] = []
"""A heap. Calls that were taken back stay in it until their time, or until they are half of it."""
_numbers = itertools.count()
_thread: threading.Thread | None = None
_taken_back = 0


def _forget() -> None:
    global _changed, _thread, _taken_back
    _changed, _thread, _taken_back = threading.Condition(), None, 0
    _calls.clear()


forget_in_child(_forget)


def call_at(at: float, method: Callable[[], Any]) -> Call:
    """Calls a bound method at a time of `time.monotonic`, or as soon as possible after it."""
    global _thread
    with _changed:
        call = Call(at, next(_numbers), method)
        heapq.heappush(_calls, call)
        if _thread is None:
            _thread = threading.Thread(target=_run, name="asyncir-watch", daemon=True)
            _thread.start()
        elif _calls[0] is call:
            _changed.notify()
    return call


def take_back(call: Call | None) -> None:
    """The call need not be made any more, if it was not made yet."""
    global _taken_back
    with _changed:
        if call is None or call.method is None:
            return
        call.method = None
        _taken_back += 1
        if _taken_back > 64 and 2 * _taken_back > len(_calls):
            _calls[:] = [left for left in _calls if left.method is not None]
            heapq.heapify(_calls)
            _taken_back = 0


def _next() -> Callable[[], Any] | None:
    """Waits for a call's time; None if it was taken back, or its object has gone."""
    global _taken_back
    with _changed:
        while (left := _calls[0].at - time.monotonic() if _calls else None) is None or left > 0:
            _changed.wait(left)
        call = heapq.heappop(_calls)
        if call.method is None:
            _taken_back = max(_taken_back - 1, 0)
            return None
        method, call.method = call.method(), None
        return method


def _run() -> None:
    while True:
        method = _next()
        try:
            if method is not None:
                method()
        except Exception as error:
            # A fault of the runtime: it is told as that of any thread is, and the other calls are still made.
            threading.excepthook(threading.ExceptHookArgs((type(error), error, error.__traceback__, threading.current_thread())))
        # Nothing is held while this thread sleeps.
        del method

"""
How an event loop of asyncio hears from other threads that a launch has ended.

Where the system has event counters (Linux), a loop has one, which the loop reads: whoever ends a launch puts the future into a queue and
adds one. Many launches that end together are one wake-up of the loop; a loop that was closed meanwhile is not touched, and nobody
misses it. Elsewhere, and for loops that read no files, it is `call_soon_threadsafe`.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import weakref
from collections import deque
from contextlib import suppress

from asyncir.runtime.forks import forget_in_child


class Waker:
    """Sets futures of one loop from any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = weakref.ref(loop)
        self._ended: deque[asyncio.Future[None]] = deque()
        self._counter = self._read_by(loop)

    def _read_by(self, loop: asyncio.AbstractEventLoop) -> int | None:
        """A counter that the loop reads from now on; None if that cannot be had."""
        if sys.platform != "linux":
            return None
        counter = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        try:
            loop.add_reader(counter, self._counted)
        except NotImplementedError:
            os.close(counter)
            return None
        # Closed when neither the loop nor a launch knows this object any more: nobody writes to a number that means another file.
        weakref.finalize(self, os.close, counter)
        return counter

    def wake(self, future: asyncio.Future[None]) -> None:
        """Sets the future, in its loop. From any thread, and whether the loop still runs or not."""
        self._ended.append(future)
        if self._counter is not None:
            os.eventfd_write(self._counter, 1)
        elif (loop := self._loop()) is not None:
            # A closed loop refuses; whoever waited in it has gone with it.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._set)

    def _counted(self) -> None:
        assert self._counter is not None
        # The count is put back to 0 before the queue is read: what comes behind that counts anew.
        with suppress(BlockingIOError):
            os.eventfd_read(self._counter)
        self._set()

    def _set(self) -> None:
        while self._ended:
            future = self._ended.popleft()
            if not future.done():
                future.set_result(None)


_lock = threading.Lock()
_wakers: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Waker] = weakref.WeakKeyDictionary()


def _forget() -> None:
    global _lock
    _lock = threading.Lock()


forget_in_child(_forget)


def waker_of(loop: asyncio.AbstractEventLoop) -> Waker:
    """The waker of a loop that runs in this thread. Those of loops that were closed go: each holds a file."""
    with _lock:
        found = _wakers.get(loop)
        if found is None:
            for other in [other for other in _wakers if other.is_closed()]:
                del _wakers[other]
            found = _wakers[loop] = Waker(loop)
        return found

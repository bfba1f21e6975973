"""
A launch of a prepared kernel: it has begun when it is made, never stands in line, and its code always ends by itself.

All that it has is its place in a flight (prepared_lanes.py): most launches are not looked at before they have ended, and many never.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asyncir.errors import AsyncirError, InternalError
from asyncir.runtime.arena import Arena, count_tasks
from asyncir.runtime.control import ControlState
from asyncir.runtime.cuda_driver import make_current, wait_until
from asyncir.runtime.launch import GRACE_SECONDS, Launch, check_view, no_statistics
from asyncir.runtime.outcome import Ended, Remains, check_outcome, not_stopping
from asyncir.runtime.prepared_lanes import LOCK, Flight
from asyncir.runtime.statistics import Sizes, Stats, Times, statistics
from asyncir.runtime.watch import call_at

if TYPE_CHECKING:
    import numpy

    from asyncir.abi import Entry
    from asyncir.runtime.results import Result

_SLICE_SECONDS = 0.2
"""The main thread waits in slices: a signal is handled between them on every system."""

_SHORTEST_LOOK_SECONDS = 50e-6
_LONGEST_LOOK_SECONDS = 1e-3


@dataclass
class Asked:
    """Who wants to be called back."""

    at: float
    """When the first said so."""
    callbacks: deque[Callable[[], object]]


class StreamLaunch(Launch):
    """A kernel in a stream of the caller's. Its maker sets `_flight` and `_control`: that takes less time than a call."""

    __slots__ = ("__weakref__", "_asked", "_control", "_flight", "_stopped")

    _flight: Flight
    _control: int
    """Where the device sees its part of the flight's page."""
    _stopped: float
    """When it was told to stop, while it ran; unset before."""
    _asked: Asked
    """There once somebody wanted to be called back."""

    @property
    def _index(self) -> int:
        """Its place in the flight."""
        return (self._control - self._flight.begin) // self._flight.lane.work.bytes

    @property
    def _stopped_at(self) -> float | None:
        return getattr(self, "_stopped", None)

    @property
    def entry(self) -> Entry:  # pyright: ignore[reportIncompatibleVariableOverride]
        return self._flight.lane.work.entry

    def done(self) -> bool:
        return self._ended()

    def ended(self) -> bool:
        return self._flight.settled or self._is_left_behind()

    def in_line(self) -> bool:
        return False

    def stop(self) -> None:
        """Its results are no results from now on, though its code, which has no loop that might not end, looks at no stop word."""
        if self._stopped_at is None and not self._flight.ended():
            self._stopped = time.monotonic()

    def wait(self) -> tuple[Result, ...]:
        try:
            while not wait_until(self._ended, _SLICE_SECONDS):
                pass
        except KeyboardInterrupt:
            self.stop()
            wait_until(self._ended, GRACE_SECONDS)
            raise
        return self._outcome()

    def when_ended(self, callback: Callable[[], object]) -> None:
        if self.ended():
            callback()
            return
        with LOCK:
            if first := not hasattr(self, "_asked"):
                self._asked = Asked(time.monotonic(), deque())
            self._asked.callbacks.append(callback)
        if first:
            call_at(time.monotonic(), self._look)
        self._flight.add(self._tell)

    def stats(self) -> Stats:
        """As of any launch, but for kernel_ms, which is None: two more events would cost more than the launch."""
        flight = self._flight
        if not flight.settled or flight.error is not None or self._is_left_behind():
            raise no_statistics(self.entry, ended=self.ended())
        work = flight.lane.work
        state = flight.faults.get(self._index) or ControlState(work.initial)
        return statistics(self.entry, state, Sizes(work.workers, work.bytes), Times(None, 0.0), None)

    def view(self, argument: int) -> numpy.ndarray[Any, numpy.dtype[Any]]:
        check_view(self.entry, (None,) * len(self.entry.parameters), argument)
        raise InternalError(f"an argument of @{self.entry.name} lies on the GPU and in memory of the host")

    # ------------------------------------------------------------------------------------------------------- how it ends

    def _ended(self) -> bool:
        return self._flight.ended() or self._is_left_behind()

    def _is_left_behind(self) -> bool:
        """Whether it was told to stop and still runs after the grace."""
        at = self._stopped_at
        return at is not None and not self._flight.settled and time.monotonic() > at + GRACE_SECONDS

    def _outcome(self) -> tuple[Result, ...]:
        """Its results, or the error that it ended with, raised."""
        flight, why = self._flight, Ended.FINISHED if self._stopped_at is None else Ended.STOPPED
        if not flight.settled:
            raise not_stopping(self.entry, None, GRACE_SECONDS, ())
        if flight.error is not None:
            raise flight.error.with_traceback(None)
        state = flight.faults.get(self._index)
        if state is not None or why is not Ended.FINISHED:
            check_outcome(Remains(self.entry, state or ControlState(flight.lane.work.initial), _no_arena, count_tasks), why, None)
        layout = flight.lane.work.layout
        return layout.values(flight.results[self._index]) if layout.types else ()

    def _tell(self) -> None:
        while True:
            with LOCK:
                if not self._asked.callbacks:
                    return
                callback = self._asked.callbacks.popleft()
            callback()

    def _look(self) -> None:
        """From the watching thread, more rarely the longer it runs. Whoever waits is called back when the flight is settled."""
        try:
            make_current()
            ended = self._ended()
        except AsyncirError as error:
            self._flight.settle(error)
            return
        if ended:
            self._tell()
        else:
            ran = time.monotonic() - self._asked.at
            call_at(time.monotonic() + min(max(ran / 8, _SHORTEST_LOOK_SECONDS), _LONGEST_LOOK_SECONDS), self._look)


def launch_of(flight: Flight, control: int) -> StreamLaunch:
    """The launch of a flight whose control block the device sees there."""
    launch = StreamLaunch()
    launch._flight, launch._control = flight, control  # pyright: ignore[reportPrivateUsage]
    return launch


def _no_arena(used: int) -> Arena:
    """Inline code has no tasks there."""
    return Arena(bytearray(used))

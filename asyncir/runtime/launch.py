"""Launches as users handle them: waiting, awaiting, stopping, looking at them. The life of most is told in lifecycle.py."""

from __future__ import annotations

import atexit
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any

from asyncir.abi import Array, Entry
from asyncir.errors import InputError
from asyncir.runtime.arguments import ArrayArgument, type_text
from asyncir.runtime.lifecycle import GRACE_SECONDS, RUNNING, Life, Phase
from asyncir.runtime.options import Options
from asyncir.runtime.outcome import Ended
from asyncir.runtime.statistics import Stats

if TYPE_CHECKING:
    from concurrent.futures import Future

    import numpy

    from asyncir.runtime.results import Result

__all__ = ["GRACE_SECONDS", "RUNNING", "Launch", "Options", "QueuedLaunch"]

_SLICE_SECONDS = 0.2
"""The main thread waits in slices: a signal is handled between them on every system."""


class Launch(ABC):
    """
    A kernel that runs, or waits for its turn, while the host goes on.

    `wait` returns the results or raises what the launch ended with, and so does `await`; a launch that is dropped runs to its end.
    Its arrays belong to it, and are kept alive, until it has ended. All methods may be called from any thread.
    """

    __slots__ = ()
    entry: Entry

    @abstractmethod
    def done(self) -> bool:
        """Whether it has ended, in whatever way. Never blocks."""

    @abstractmethod
    def stop(self) -> None:
        """
        Tells the tasks to leave; `wait` then raises DeadlineError, unless all had ended before. Does not wait until they have left.
        A launch that waits for its turn never begins.
        """

    @abstractmethod
    def wait(self) -> tuple[Result, ...]:
        """
        The results, when all tasks have ended: scalars, or arrays over the instances if there are several.

        Raises TaskError, ResourceError, DeadlockError or DeadlineError. Ctrl-C stops the launch.
        """

    def __await__(self) -> Generator[Any, None, tuple[Result, ...]]:
        """
        As `wait`, in asyncio's running loop. Cancelling whoever awaits stops the kernel, and CancelledError is raised when it has left:
        from then on nothing writes to its arrays. (One that has not left within GRACE_SECONDS is left behind.)
        """
        from asyncir.runtime.awaiting import awaited

        return awaited(self).__await__()

    def future(self) -> Future[tuple[Result, ...]]:
        """A future with the same results or error. It cannot be cancelled: `stop` is what ends a kernel."""
        from asyncir.runtime.awaiting import future_of

        return future_of(self)

    @abstractmethod
    def stats(self) -> Stats:
        """The launch's statistics, once it has ended; what the code was not built to count is None."""

    @abstractmethod
    def view(self, argument: int) -> numpy.ndarray[Any, numpy.dtype[Any]]:
        """The array argument of that index as tasks publish to it, while they run. It must be `task.host_visible`."""

    @abstractmethod
    def ended(self) -> bool:
        """Whether `wait` returns or raises at once. Unlike `done` it does not look at the device."""

    @abstractmethod
    def in_line(self) -> bool:
        """Whether it waits for its turn."""

    @abstractmethod
    def when_ended(self, callback: Callable[[], object]) -> None:
        """Calls back once, when `wait` need not wait any more, from the thread that ends the launch; at once if it has ended."""


class QueuedLaunch(Life, Launch):
    """One that has a life (lifecycle.py): it gets in line for its target and its stream."""

    def done(self) -> bool:
        return self._finished.is_set() or (self._phase is Phase.RUNNING and self._ended_within(0))

    def stop(self) -> None:
        self._tell_to_stop(Ended.STOPPED)

    def wait(self) -> tuple[Result, ...]:
        try:
            while self._outcome is None:
                self._wait_within(_SLICE_SECONDS)
        except KeyboardInterrupt:
            self.stop()
            self._wait_within(GRACE_SECONDS)
            raise
        outcome = self._outcome
        assert outcome is not None
        if not isinstance(outcome, BaseException):
            return outcome
        try:
            raise outcome
        finally:
            # The error's traceback has this frame: through it the launch would hold itself, and its arrays.
            del self, outcome

    def stats(self) -> Stats:
        if self._stats is None:
            raise no_statistics(self.entry, ended=self._finished.is_set())
        return dict(self._stats)

    def view(self, argument: int) -> numpy.ndarray[Any, numpy.dtype[Any]]:
        return self._view(argument, check_view(self.entry, self._arguments, argument))


def no_statistics(entry: Entry, *, ended: bool) -> InputError:
    """The error of `stats` where there are none."""
    if ended:
        return InputError(f"the launch of @{entry.name} has no statistics: it did not run to an end")
    return InputError(f"the launch of @{entry.name} has no statistics before it was waited for", help="call wait() first")


def check_view(entry: Entry, arguments: Sequence[object], argument: int) -> ArrayArgument:
    """The argument of that index. Raises InputError if it cannot be viewed."""
    if not 0 <= argument < len(entry.parameters):
        raise InputError(f"@{entry.name} has no argument of index {argument}: it takes {len(entry.parameters)}")
    given = arguments[argument]
    if not isinstance(given, ArrayArgument) or not given.parameter.host_visible:
        raise InputError(
            f"argument {argument + 1} of @{entry.name} cannot be viewed while it runs",
            help=_how_to_mark(entry.parameters[argument]),
        )
    return given


def _how_to_mark(parameter: str | Array) -> str:
    if isinstance(parameter, str):
        return "only an array marked task.host_visible can be viewed"
    return f"mark it in the program: %array: {type_text(parameter)} {{task.host_visible}}"


def _stop_all() -> None:
    """No code may run on memory that the interpreter tears down. Those that have not begun go first, or they would begin."""
    left = sorted(RUNNING, key=lambda launch: not launch.in_line())
    for launch in left:
        launch.abandon()
    for launch in left:
        launch.abandon(GRACE_SECONDS)


atexit.register(_stop_all)

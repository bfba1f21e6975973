"""A launch in progress, whatever runs it: waiting, deadlines, Ctrl-C and how it ends."""

from __future__ import annotations

import atexit
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asyncir.abi import Array, Entry
from asyncir.errors import AsyncirError, InputError
from asyncir.runtime.arguments import Argument, ArrayArgument, type_text
from asyncir.runtime.capacity import DEFAULTS, Asked
from asyncir.runtime.outcome import Ended, Remains, check_outcome, not_stopping
from asyncir.runtime.report import running_reports
from asyncir.runtime.statistics import Sizes, Stats, Times, statistics

if TYPE_CHECKING:
    import numpy

    from asyncir.runtime.results import Result

GRACE_SECONDS = 2.0
"""How long workers may take to leave after the stop word was set."""

_SLICE_SECONDS = 0.2
"""The main thread waits in slices: a signal is handled between them on every system."""


@dataclass(frozen=True)
class Options:
    """What may be said about a launch; None: the target's default."""

    instances: int = 1
    capacity: Asked = DEFAULTS
    workers: int | None = None
    deadline: float | None = None
    deterministic: bool = False
    """One worker, of which one lane takes tasks: the order of tasks depends on the program, its arguments and `seed` alone."""
    seed: int = 0

    def __post_init__(self) -> None:
        if self.instances < 1:
            raise InputError(f"instances is {self.instances}: a launch has at least one")
        if self.workers is not None and self.workers < 1:
            raise InputError(f"workers is {self.workers}: a launch needs at least one")
        if self.deadline is not None and not self.deadline >= 0:
            raise InputError(f"deadline is {self.deadline}: it is a number of seconds, 0 or more")
        if not 0 <= self.seed < 1 << 63:
            raise InputError(f"seed is {self.seed}: it must lie between 0 and 2^63 - 1")
        if self.deterministic and self.workers not in (None, 1):
            raise InputError(f"workers is {self.workers}: a deterministic launch has one", help="leave workers out, or deterministic")


class Launch(ABC):
    """
    A kernel that runs while the host goes on.

    `wait` returns the results or raises what the launch ended with; a launch that is dropped without it runs to its end.
    """

    def __init__(self, entry: Entry, arguments: tuple[Argument, ...], options: Options) -> None:
        self.entry = entry
        self._arguments = arguments
        self._options = options
        self._started = time.monotonic()
        self._stop_asked = False
        self._outcome: tuple[Result, ...] | BaseException | None = None
        self._stats: Stats | None = None

    # ------------------------------------------------------------------------------------------------- what targets supply

    @abstractmethod
    def _ended_within(self, seconds: float) -> bool:
        """Waits so long at most; whether all workers have left."""

    @abstractmethod
    def _set_stop_word(self) -> None: ...

    @abstractmethod
    def _remains(self) -> Remains:
        """What is left when all workers have left; called once."""

    @abstractmethod
    def _peek(self) -> Remains:
        """The same while workers run, from memory that they write to meanwhile."""

    @abstractmethod
    def _results(self) -> tuple[Result, ...]: ...

    @abstractmethod
    def _release(self) -> None:
        """The memory may be used for something else; called once, and not if the code does not stop."""

    @abstractmethod
    def _view(self, argument: int, given: ArrayArgument) -> numpy.ndarray[Any, numpy.dtype[Any]]: ...

    @abstractmethod
    def _times(self) -> Times:
        """How long it took, when all workers have left."""

    @abstractmethod
    def _memory_bytes(self) -> int:
        """Bytes of memory beside the caller's arrays."""

    @property
    @abstractmethod
    def workers(self) -> int:
        """How many threads (CPU) or warps (GPU) run it."""

    # -------------------------------------------------------------------------------------------------- what users call

    def done(self) -> bool:
        """Whether it has ended, in whatever way. Never blocks."""
        return self._outcome is not None or self._ended_within(0)

    def stop(self) -> None:
        """Tells the tasks to leave; `wait` then raises DeadlineError, unless all had ended before."""
        if self.done():
            return
        self._stop_asked = True
        self._set_stop_word()

    def wait(self) -> tuple[Result, ...]:
        """
        The results, when all tasks have ended: scalars, or arrays over the instances if there are several.

        Raises TaskError, ResourceError, DeadlockError or DeadlineError. Ctrl-C stops the launch.
        """
        if self._outcome is None:
            try:
                self._outcome = self._conclude()
            except AsyncirError as error:
                self._outcome = error
        if isinstance(self._outcome, BaseException):
            raise self._outcome
        return self._outcome

    def stats(self) -> Stats:
        """The launch's statistics, once it was waited for; what the code was not built to count is None."""
        if self._stats is None:
            raise InputError(f"the launch of @{self.entry.name} has no statistics before it was waited for", help="call wait() first")
        return dict(self._stats)

    def view(self, argument: int) -> numpy.ndarray[Any, numpy.dtype[Any]]:
        """The array argument of that index as tasks publish to it, while they run. It must be `task.host_visible`."""
        if not 0 <= argument < len(self._arguments):
            raise InputError(f"@{self.entry.name} has no argument of index {argument}: it takes {len(self._arguments)}")
        given = self._arguments[argument]
        if not isinstance(given, ArrayArgument) or not given.parameter.host_visible:
            raise InputError(
                f"argument {argument + 1} of @{self.entry.name} cannot be viewed while it runs",
                help=_how_to_mark(self.entry.parameters[argument]),
            )
        return self._view(argument, given)

    # ------------------------------------------------------------------------------------------------------- how it ends

    def abandon(self, grace: float = 0) -> None:
        """Stops it without a word, because the process ends; errors have no reader any more."""
        with suppress(AsyncirError):
            self.stop()
            self._ended_within(grace)

    def _conclude(self) -> tuple[Result, ...]:
        try:
            ended = self._wait_for_end()
        except KeyboardInterrupt:
            self.stop()
            self._ended_within(GRACE_SECONDS)
            raise
        try:
            remains = self._remains()
            unobserved = remains.census.unobserved if self.entry.statistics else None
            sizes = Sizes(self.workers, self._memory_bytes())
            self._stats = statistics(self.entry, remains.state, sizes, self._times(), unobserved)
            check_outcome(remains, ended, self._options.deadline)
            return self._results()
        finally:
            self._release()

    def _wait_for_end(self) -> Ended:
        deadline = self._options.deadline
        end = None if deadline is None else self._started + deadline
        while not self._stop_asked:
            left = _SLICE_SECONDS if end is None else max(end - time.monotonic(), 0)
            if self._ended_within(min(left, _SLICE_SECONDS)):
                # Another thread may have stopped it: then it may have left instances out.
                return Ended.STOPPED if self._stop_asked else Ended.FINISHED
            if end is not None and time.monotonic() >= end:
                self._set_stop_word()
                self._leave_within_grace(deadline)
                return Ended.DEADLINE
        self._leave_within_grace(None)
        return Ended.STOPPED

    def _leave_within_grace(self, deadline: float | None) -> None:
        if not self._ended_within(GRACE_SECONDS):
            remains = self._peek() if self.entry.executor == "dynamic" else None
            running = () if remains is None else running_reports(self.entry, remains.arena, remains.state.instances)
            raise not_stopping(self.entry, deadline, GRACE_SECONDS, running)


def _how_to_mark(parameter: str | Array) -> str:
    if isinstance(parameter, str):
        return "only an array marked task.host_visible can be viewed"
    return f"mark it in the program: %array: {type_text(parameter)} {{task.host_visible}}"


RUNNING: set[Launch] = set()
"""Launches whose code may still run: their memory must outlive it, even if nobody else holds them."""


def _stop_all() -> None:
    """No code may run on memory that the interpreter tears down."""
    left = tuple(RUNNING)
    for launch in left:
        launch.abandon()
    for launch in left:
        launch.abandon(GRACE_SECONDS)


atexit.register(_stop_all)

"""
The life of a launch, whatever runs it.

    QUEUED ──begin──► RUNNING ──settle──► SETTLING ──► ENDED
       │                 └──grace is over──────────────► ENDED (its code still runs: it is left behind)
       └──stopped, or its deadline has passed───────────► ENDED (it never began)

One thread takes what a launch has left (`_settle`): on the CPU the last worker; for a GPU whoever waits, or the thread of watch.py,
which looks now and then. So a launch ends, and makes room for others, whether anybody waits for it or not.
"""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar

from asyncir.abi import Entry
from asyncir.errors import AsyncirError, DeadlineError
from asyncir.runtime.arguments import Argument, ArrayArgument
from asyncir.runtime.forks import forget_in_child
from asyncir.runtime.options import Options
from asyncir.runtime.outcome import Ended, Remains, check_outcome, never_began, not_stopping
from asyncir.runtime.report import running_reports
from asyncir.runtime.slots import Slots, Stream, Ticket
from asyncir.runtime.statistics import Sizes, Stats, Times, statistics
from asyncir.runtime.watch import Call, call_at, take_back

if TYPE_CHECKING:
    import numpy

    from asyncir.runtime.results import Result

GRACE_SECONDS = 2.0
"""How long workers may take to leave after the stop word was set."""

_FIRST_LOOK_SECONDS = 2e-3
"""So long after its begin a launch on a GPU is first looked at: who waits for a short one is not disturbed by a second thread."""
_SHORTEST_LOOK_SECONDS = 50e-6
_LONGEST_LOOK_SECONDS = 1e-3


class Phase(Enum):
    """Where a launch is in its life; drawn at the top."""

    QUEUED = "queued"
    RUNNING = "running"
    SETTLING = "settling"
    ENDED = "ended"


class Life(ABC):
    """
    A launch as its target, its stream and the watching thread see it; what users call stands in launch.py.

    Here are the rules for who may do what when: all methods may be called from any thread.
    """

    ends_by_itself: ClassVar[bool]
    """Whether the target calls `_settle` when all workers have left; else somebody has to look."""

    def __init__(self, entry: Entry, arguments: tuple[Argument, ...], options: Options, slots: Slots, stream: Stream | None) -> None:
        self.entry = entry
        self._arguments = arguments
        self._options = options
        self._ticket = Ticket(slots, stream, self._begin_in_turn)
        self._made = self._begun = time.monotonic()
        self._lock = threading.Lock()
        """Invariant: who writes the stop word holds it and has seen RUNNING. So no word is written to memory that has gone to another."""
        self._phase = Phase.QUEUED
        self._why: Ended | None = None
        """Why it was told to stop."""
        self._finished = threading.Event()
        self._outcome: tuple[Result, ...] | BaseException | None = None
        self._when_ended: list[Callable[[], object]] = []
        self._calls: dict[str, Call] = {}
        self._stats: Stats | None = None

    # ------------------------------------------------------------------------------------------------- what targets supply

    @abstractmethod
    def _start(self) -> None:
        """Takes memory and sets the workers going. Under the launch's lock; raises AsyncirError."""

    @abstractmethod
    def _ended_within(self, seconds: float) -> bool:
        """Waits so long at most for a launch that has begun; whether all workers have left."""

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

    # ----------------------------------------------------------------------------------------------------------- where it is

    def ended(self) -> bool:
        """Whether `wait` returns or raises at once. Unlike `done` it does not look at the device."""
        return self._outcome is not None

    def in_line(self) -> bool:
        """Whether it waits for its turn."""
        return self._phase is Phase.QUEUED

    def when_ended(self, callback: Callable[[], object]) -> None:
        """Calls back once, when `wait` need not wait any more, from the thread that ends the launch; at once if it has ended."""
        with self._lock:
            if waiting := self._outcome is None:
                self._when_ended.append(callback)
        if waiting:
            self._hurry()
        else:
            callback()

    def abandon(self, grace: float = 0) -> None:
        """Stops it without a word, because the process ends; errors have no reader any more."""
        # A process that ends may refuse the thread that would look after it.
        with suppress(AsyncirError, RuntimeError):
            self._tell_to_stop(Ended.STOPPED)
            if self in RUNNING:
                self._ended_within(grace)

    # ----------------------------------------------------------------------------------------------------- how it begins

    def submit(self) -> None:
        """Begins, or gets in line. Raises what `_start` raises, if it is its turn."""
        RUNNING.add(self)
        if self._options.deadline is not None:
            self._calls["deadline"] = call_at(self._made + self._options.deadline, self._deadline_passed)
        if self._ticket.enter():
            try:
                self._begin()
            except BaseException as error:
                self._end(error)
                raise

    def _begin_in_turn(self) -> None:
        """As `submit`, when there is nobody to raise an error to but those who wait."""
        try:
            self._begin()
        except Exception as error:
            self._end(error)

    def _begin(self) -> None:
        with self._lock:
            # Who stopped it when it had been let in already has left the rest to this.
            if self._why is None:
                self._start()
                self._begun = time.monotonic()
                self._phase = Phase.RUNNING
        if self._why is not None and self._phase is Phase.QUEUED:
            self._end(never_began(self.entry, self._why, self._options.deadline))
        elif not self.ends_by_itself:
            self._look_after(_FIRST_LOOK_SECONDS)

    # ------------------------------------------------------------------------------------------------ how it is told to end

    def _deadline_passed(self) -> None:
        try:
            self._tell_to_stop(Ended.DEADLINE)
        except AsyncirError as error:
            self._end(error)

    def _tell_to_stop(self, why: Ended) -> None:
        with self._lock:
            if self._why is not None or self._phase in (Phase.SETTLING, Phase.ENDED):
                return
            self._why = why
            if running := self._phase is Phase.RUNNING:
                self._set_stop_word()
        if running:
            self._calls["grace"] = call_at(time.monotonic() + GRACE_SECONDS, self._grace_is_over)
            self._hurry()
        elif self._ticket.withdraw():
            self._end(never_began(self.entry, why, self._options.deadline), left=True)

    def _grace_is_over(self) -> None:
        if self._phase is not Phase.RUNNING or self._look_within(0):
            return
        with self._lock:
            if self._phase is not Phase.RUNNING:
                return
            try:
                error: AsyncirError = self._does_not_leave()
            except AsyncirError as other:
                error = other
        self._end(error, behind=True)

    def _does_not_leave(self) -> DeadlineError:
        remains = self._peek() if self.entry.executor == "dynamic" else None
        running = () if remains is None else running_reports(self.entry, remains.arena, remains.state.instances)
        deadline = self._options.deadline if self._why is Ended.DEADLINE else None
        return not_stopping(self.entry, deadline, GRACE_SECONDS, running)

    # ------------------------------------------------------------------------------------------------------- how it ends

    def _settle(self) -> None:
        """Takes what the launch has left and gives up its memory. Called by who knows that all workers have left; the first does it."""
        with self._lock:
            if self._phase is not Phase.RUNNING:
                return
            self._phase = Phase.SETTLING
        RUNNING.discard(self)
        outcome: tuple[Result, ...] | BaseException
        try:
            outcome = self._conclude()
        except BaseException as error:  # What the user's own output raised too: it is raised where the results are asked for.
            outcome = error
        self._end(outcome)

    def _conclude(self) -> tuple[Result, ...]:
        try:
            remains = self._remains()
            unobserved = remains.census.unobserved if self.entry.statistics else None
            sizes = Sizes(self.workers, self._memory_bytes())
            self._stats = statistics(self.entry, remains.state, sizes, self._times(), unobserved)
            check_outcome(remains, self._why or Ended.FINISHED, self._options.deadline)
            return self._results()
        finally:
            self._release()

    def _end(self, outcome: tuple[Result, ...] | BaseException, *, left: bool = False, behind: bool = False) -> None:
        """Makes room for others (unless that was done: `left`), and tells who waits. Memory of code that is left `behind` stays."""
        with self._lock:
            if self._phase is Phase.ENDED or (behind and self._phase is not Phase.RUNNING):
                return
            self._phase = Phase.ENDED
        if not behind:
            RUNNING.discard(self)
        for call in list(self._calls.values()):
            take_back(call)
        if not left:
            self._ticket.leave()
        if isinstance(outcome, AsyncirError):
            # Its frames are of the runtime, and hold the launch: with them its arrays would outlive it.
            outcome = outcome.with_traceback(None)
        with self._lock:
            self._outcome = outcome
            callbacks, self._when_ended = self._when_ended, []
        self._finished.set()
        for callback in callbacks:
            callback()

    # ------------------------------------------------------------------------------------------------------- who waits

    def _wait_within(self, seconds: float) -> None:
        """So long at most; a target whose launches do not end by themselves looks while it waits."""
        if self.ends_by_itself or self._phase is not Phase.RUNNING or self._look_within(seconds):
            self._finished.wait(seconds)

    def _look_within(self, seconds: float) -> bool:
        """Whether it has ended; if so, it is settled by this thread, or by another."""
        try:
            ended = self._ended_within(seconds)
        except AsyncirError as error:
            self._end(error)
            return True
        if ended:
            self._settle()
        return ended

    def _look_after(self, seconds: float) -> None:
        take_back(self._calls.get("look"))
        self._calls["look"] = call_at(time.monotonic() + seconds, self._look)

    def _look(self) -> None:
        """Now and then, more rarely the longer it runs: what that adds is an eighth of the run, and a millisecond at most."""
        if self._phase is Phase.RUNNING and not self._look_within(0):
            ran = time.monotonic() - self._begun
            self._look_after(min(max(ran / 8, _SHORTEST_LOOK_SECONDS), _LONGEST_LOOK_SECONDS))

    def _hurry(self) -> None:
        """Somebody waits who cannot look by himself."""
        if not self.ends_by_itself and self._phase is Phase.RUNNING:
            self._look_after(0)


RUNNING: set[Life] = set()
"""Launches whose code may still run, and those that wait for their turn: their memory must outlive it, even if nobody else holds them."""

forget_in_child(RUNNING.clear)

"""How a launch ended: the results, or the error that tells why there are none."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import cached_property

from asyncir.abi import Entry
from asyncir.errors import DeadlineError, DeadlockError, InternalError, Note, TaskReport, left_waiting
from asyncir.runtime.arena import Arena, Census
from asyncir.runtime.control import ControlState
from asyncir.runtime.report import fault_error, inline_report, task_reports, unobserved_fault
from asyncir.runtime.sites import location_of_entry


class Ended(Enum):
    """Why the host stopped waiting for a launch."""

    FINISHED = "finished"
    DEADLINE = "deadline"
    STOPPED = "stopped"


class Remains:
    """What is left of a launch for the host to look at. The arena is only read, and a device's only copied, if it is asked for."""

    def __init__(
        self, entry: Entry, state: ControlState, read_arena: Callable[[int], Arena], count_tasks: Callable[[Arena], Census]
    ) -> None:
        """`read_arena` gives that many bytes of the arena."""
        self.entry = entry
        self.state = state
        self._read_arena = read_arena
        self._count_tasks = count_tasks

    @cached_property
    def arena(self) -> Arena:
        """The used part of the arena."""
        return self._read_arena(self.state.used)

    @cached_property
    def census(self) -> Census:
        """How its tasks ended."""
        return self._count_tasks(self.arena)


def check_outcome(remains: Remains, ended: Ended, seconds: float | None) -> None:
    """Raises what the launch ended with, if that is not its results."""
    entry, state = remains.entry, remains.state
    if state.fault is not None:
        raise fault_error(entry, state.fault, state)
    if entry.executor != "dynamic":
        # The inline executor leaves instances out without a word: what was told to stop has no results.
        if state.halted or ended is not Ended.FINISHED:
            raise _stopped(remains, ended, seconds)
        return
    if state.live == 0 and state.ended_roots == state.instances:
        # It ended by itself, whether it was being stopped by then or not.
        return
    if state.halted:
        raise _stopped(remains, ended, seconds)
    _check_all_ended(remains)


def _stopped(remains: Remains, ended: Ended, seconds: float | None) -> DeadlineError:
    name = remains.entry.name
    reason = f"passed its deadline of {seconds:g} s" if ended is Ended.DEADLINE and seconds is not None else "was stopped"
    reports, notes = _left(remains)
    return DeadlineError(f"@{name} {reason}", location_of_entry(remains.entry), tasks=reports, notes=notes)


def never_began(entry: Entry, why: Ended, seconds: float | None) -> DeadlineError:
    """The error for a launch that was told to end while it waited for its turn."""
    reason = f"passed its deadline of {seconds:g} s" if why is Ended.DEADLINE and seconds is not None else "was stopped"
    return DeadlineError(f"@{entry.name} {reason} before it began", location_of_entry(entry))


def not_stopping(entry: Entry, seconds: float | None, grace: float, running: tuple[TaskReport, ...]) -> DeadlineError:
    """The error for code that does not look at the stop word; `running` are the tasks that were seen at it, if any could be."""
    limit = f"passed its deadline of {seconds:g} s" if seconds is not None else "was stopped"
    message = f"@{entry.name} {limit} and did not leave within {grace:g} s of being told to"
    help = "a task runs without suspending; what it runs on stays busy until the process ends"
    return DeadlineError(message, location_of_entry(entry), tasks=running, help=help)


def _check_all_ended(remains: Remains) -> None:
    """
    Workers have left because nothing was active: tasks that have not ended wait for ever. Where one failed and nobody looked at it, that
    is what the launch ends with: the others may well wait for what it would have done.
    """
    state, entry = remains.state, remains.entry
    if state.live == 0:
        message = f"of {state.instances} roots of @{entry.name} {state.ended_roots} ended, and no task is left"
        raise InternalError(message, location_of_entry(entry))
    reports, notes = _left(remains)
    count = state.live
    if (fault := unobserved_fault(remains.arena)) is not None:
        raise fault_error(entry, fault, state, left_waiting(reports, count))
    message = "deadlock: " + ("a task waits and nothing can wake it" if count == 1 else f"{count} tasks wait and nothing can wake them")
    raise DeadlockError(message, reports[0].location if reports else location_of_entry(entry), tasks=reports, notes=notes)


def _left(remains: Remains) -> tuple[tuple[TaskReport, ...], list[Note]]:
    """Reports of the tasks that have not ended, and how many there are if these are not all."""
    state = remains.state
    if (stopped := state.stopped_at) is not None:
        site, instance = stopped
        return (inline_report(remains.entry, site, instance if state.instances > 1 else None),), []
    reports = task_reports(remains.entry, remains.arena, state.instances)
    return reports, [_summary(remains.census)] if len(reports) > 1 else []


def _summary(census: Census) -> Note:
    states = [("running", census.running), ("ready", census.ready), ("waiting", census.waiting)]
    counts = [f"{count} {state}" for state, count in states if count]
    return (f"{census.unfinished} tasks had not ended: {', '.join(counts)}", None)

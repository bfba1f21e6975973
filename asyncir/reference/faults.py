"""
How things go wrong in the interpreter.

A task *fails* with a record, which whoever awaits it sees (`Failure`). A program that reads outside of an array, reads what was
never written, divides by zero or lets lanes part at a meeting has no meaning: the run ends at once with an error (`broken`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.ir import Operation

from asyncir.abi import ErrorKind
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError, Location, Note, ResourceError, TaskError

KIND_NAMES = {
    ErrorKind.FAILED: "fail",
    ErrorKind.ASSERTION: "assert",
    ErrorKind.CANCELLED: "cancelled",
    ErrorKind.CLOSED: "closed",
    ErrorKind.GROUP_OVERFILLED: "group-overfilled",
    ErrorKind.INVALID_ARGUMENT: "invalid-argument",
    ErrorKind.OUT_OF_MEMORY: "resource",
    ErrorKind.OUT_OF_QUEUE: "resource",
}


@dataclass(frozen=True)
class ErrorRecord:
    """What a failed task leaves: who failed, why and where."""

    kind: ErrorKind
    code: int = 0
    location: Location | None = None
    message: str = ""
    task: str | None = None


RETHROWN = range(ErrorKind.FAILED, ErrorKind.INVALID_ARGUMENT + 1)
"""The kinds of errors that tasks end with."""


def rethrown_message(kind: ErrorKind, code: int, text: str) -> str:
    """What the error of a `task.rethrow` says."""
    behind = f": {text}" if text else ""
    match kind:
        case ErrorKind.FAILED:
            return f"task failed with code {code}{behind}"
        case ErrorKind.ASSERTION:
            return f"assertion failed{behind}"
        case ErrorKind.CANCELLED:
            return "the task was cancelled"
        case ErrorKind.CLOSED:
            return "send on a closed channel"
        case ErrorKind.GROUP_OVERFILLED:
            return "a group gets one more than its size"
        case _:
            return f"invalid argument{behind}"


class Failure(Exception):
    """The task that runs ends with this record."""

    def __init__(self, record: ErrorRecord) -> None:
        super().__init__(record.message)
        self.record = record


class Stopped(Exception):
    """The run was told to end: its deadline passed or its steps are used up."""


def failure(kind: ErrorKind, op: Operation, message: str, code: int = 0) -> Failure:
    """The running task fails at this operation."""
    return Failure(ErrorRecord(kind, code, location_of(op), message))


def as_error(record: ErrorRecord, instance: int, instances: int, more: Sequence[Note] = ()) -> TaskError:
    """The error that the host raises for a record that reached a root, with more notes behind its own."""
    notes: list[Note] = [*([(f"in instance {instance}", None)] if instances > 1 else []), *more]
    if record.kind is ErrorKind.OUT_OF_MEMORY:
        return ResourceError("arena", "arena", record.code * 16, location=record.location, task=record.task, notes=notes)
    if record.kind is ErrorKind.OUT_OF_QUEUE:
        return ResourceError("ready queue", "queue", location=record.location, task=record.task, notes=notes)
    kind = KIND_NAMES[record.kind]
    return TaskError(record.message or kind, record.location, kind=kind, code=record.code, task=record.task, notes=notes)


def broken(kind: str, op: Operation | None, message: str, notes: Sequence[Note] = ()) -> TaskError:
    """The program has no meaning here; `kind` is e.g. "out-of-bounds", "uninitialised-read", "undefined", "divergence"."""
    return TaskError(message, None if op is None else location_of(op), kind=kind, notes=notes)


def unsupported(op: Operation, why: str = "") -> InputError:
    """The interpreter does not know this operation, or not in this form."""
    return InputError(f"the reference does not support '{op.name}'{': ' + why if why else ''}", location_of(op))


def deadlock_message(count: int) -> str:
    """What is said of tasks that wait for ever."""
    return "deadlock: " + ("a task waits and nothing can wake it" if count == 1 else f"{count} tasks wait and nothing can wake them")

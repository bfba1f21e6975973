"""
Errors a user sees: each has a place in the source, a message and, where it helps, the form that works.

The exit status of the command line tools is a property of the error's class (`exit_status`), so no tool maps errors to
numbers by itself: 1 bad input or usage, 2 internal error, 3 a task failed or took its process down, 4 deadlock, 5 deadline.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

TaskState = Literal["running", "ready", "waiting"]
"""What a task was doing when its launch was ended."""


@dataclass(frozen=True, order=True)
class Location:
    """A place in a source file; line and column count from 1. An unknown place is None, never a Location."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


Note = tuple[str, Location | None]
"""A remark that belongs to an error, and the place it speaks of."""


def source_line(source: str, line: int) -> str | None:
    """Line `line` of `source` (counting from 1) without its newline; None if there is no such line."""
    lines = source.split("\n")
    if not 1 <= line <= len(lines):
        return None
    return lines[line - 1].removesuffix("\r")


MAX_SHOWN_COLUMNS = 160
"""A longer source line is cut around the caret: a message must not be drowned by a 100 kB line."""


def caret_lines(source: str, location: Location) -> list[str]:
    """The source line of `location` and a caret below its column; nothing if the line does not exist."""
    text = source_line(source, location.line)
    if text is None:
        return []
    column = min(max(location.column, 1), len(text) + 1) - 1
    start = max(0, column - MAX_SHOWN_COLUMNS // 2) if len(text) > MAX_SHOWN_COLUMNS else 0
    shown = text[start : start + MAX_SHOWN_COLUMNS]
    # Tabs are kept, so that the caret stands below its column in whatever width the terminal gives a tab.
    indent = "".join("\t" if char == "\t" else " " for char in shown[: column - start])
    return [f"  {shown}", f"  {indent}^"]


def _prefixed(location: Location | None, text: str) -> str:
    return text if location is None else f"{location}: {text}"


class AsyncirError(Exception):
    """The base of all errors that are reported to a user."""

    exit_status: ClassVar[int] = 2

    def __init__(
        self,
        message: str,
        location: Location | None = None,
        *,
        notes: Sequence[Note] = (),
        help: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.location = location
        self.notes: tuple[Note, ...] = tuple(notes)
        self.help = help

    def __str__(self) -> str:
        return _prefixed(self.location, self.message)

    def __reduce__(self) -> tuple[object, ...]:
        # An exception is unpickled by calling its class with `args`, which lacks what a subclass is given by keyword.
        # Errors of an isolated run come from a process of their own.
        return _rebuild, (type(self), self.args, self.__dict__)

    def body(self) -> list[str]:
        """Lines between the source line and the notes; subclasses report their tasks here."""
        return []

    def render(self, source: str | None = None) -> str:
        """
        The whole message: `file:line:col: error: ...`, the source line with a caret if `source` is given, then the
        notes and the help. Has no newline at its end.
        """
        lines = [_prefixed(self.location, f"error: {self.message}")]
        if source is not None and self.location is not None:
            lines += caret_lines(source, self.location)
        lines += self.body()
        for text, location in self.notes:
            lines.append(_prefixed(location, f"note: {text}"))
            if source is not None and location is not None and self._same_file(location):
                lines += caret_lines(source, location)
        if self.help is not None:
            lines.append(f"help: {self.help}")
        return "\n".join(lines)

    def _same_file(self, location: Location) -> bool:
        return self.location is None or location.file == self.location.file


def _rebuild(kind: type[AsyncirError], args: tuple[object, ...], state: dict[str, object]) -> AsyncirError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class InputError(AsyncirError):
    """Bad input or usage: malformed or unverifiable IR, a wrong argument, an unknown option or target."""

    exit_status = 1


class InternalError(AsyncirError):
    """The compiler or the runtime broke one of its own rules."""

    exit_status = 2


class TaskError(AsyncirError):
    """
    A task failed and its error reached the root of a launch.

    `kind` names the sort of failure (for instance "fail", "assert", "cancelled", "resource"), `code` is the number the
    program gave (0 if it gave none), `task` the symbol of the function or outlined body that failed. Where the task was
    started is told by notes.
    """

    exit_status = 3

    def __init__(
        self,
        message: str,
        location: Location | None = None,
        *,
        kind: str,
        code: int = 0,
        task: str | None = None,
        notes: Sequence[Note] = (),
        help: str | None = None,
    ) -> None:
        super().__init__(message, location, notes=notes, help=help)
        self.kind = kind
        self.code = code
        self.task = task


class ResourceError(TaskError):
    """
    A bounded resource ran out. `option` is the launch option that bounds it, `available` what there was of it and `needed` what
    the last one who asked wanted, both in `unit`s; `purpose` is what it was wanted for, as in "frame of @f".
    """

    def __init__(
        self,
        resource: str,
        option: str,
        needed: int | None = None,
        available: int | None = None,
        *,
        unit: str = "bytes",
        purpose: str = "",
        location: Location | None = None,
        task: str | None = None,
        notes: Sequence[Note] = (),
        help: str | None = None,
    ) -> None:
        size = "" if available is None else f" of {_amount(available, unit)}"
        wanted = [purpose] if purpose else []
        wanted += [] if needed is None else [_amount(needed, unit)]
        message = f"the {resource}{size} is exhausted" + (f" ({', '.join(wanted)})" if wanted else "")
        super().__init__(message, location, kind="resource", task=task, notes=notes, help=help or f"launch with a larger {option}")
        self.resource = resource
        self.option = option
        self.needed = needed
        self.available = available


def _amount(count: int, unit: str) -> str:
    return f"{count} {unit}" if unit else str(count)


@dataclass(frozen=True)
class TaskReport:
    """What one task was doing when its launch was ended."""

    task: str
    """The task's symbol, without the `@`."""
    state: TaskState
    waits_for: str | None = None
    """What a waiting task waits for, in words: "@y", "group created at f.mlir:3:5", "recv on channel created at ..."."""
    location: Location | None = None
    """Where the task is: its suspension if it waits."""
    instance: int | None = None
    """The index of the root that started the task."""

    def __str__(self) -> str:
        name = f"task @{self.task}"
        if self.instance is not None:
            name += f" (instance {self.instance})"
        if self.location is not None:
            name += f" at {self.location}"
        if self.state != "waiting":
            return f"{name} is {self.state}"
        return f"{name} waits for {self.waits_for or 'something unknown'}"


def left_waiting(reports: Sequence[TaskReport], count: int) -> list[Note]:
    """
    What is told of `count` tasks that wait for ever beside a failure that nobody has looked at. That failure is then what the launch ends
    with: they wait, as far as anybody can tell, for what the failed task would have done.
    """
    waiting = "a task waits" if count == 1 else f"{count} tasks wait"
    shown: list[Note] = [(str(report), report.location) for report in reports[:MAX_NOTED_TASKS]]
    return [(f"nobody has looked at this failure, and {waiting} and nothing can go on", None), *shown]


MAX_NOTED_TASKS = 8
MAX_SHOWN_TASKS = 32
"""A report with a million tasks helps nobody: the rest is counted."""


class _EndedWithTasks(AsyncirError):
    """A launch that was ended while tasks were left."""

    def __init__(
        self,
        message: str,
        location: Location | None = None,
        *,
        tasks: Sequence[TaskReport] = (),
        notes: Sequence[Note] = (),
        help: str | None = None,
    ) -> None:
        super().__init__(message, location, notes=notes, help=help)
        self.tasks: tuple[TaskReport, ...] = tuple(tasks)

    def body(self) -> list[str]:
        if len(self.tasks) <= MAX_SHOWN_TASKS:
            return [f"  {task}" for task in self.tasks]
        # Many tasks stand at few places: those that do the same there are one line.
        alike = Counter(replace(task, instance=None) for task in self.tasks)
        lines = [f"  {count} times: {task}" if count > 1 else f"  {task}" for task, count in alike.items()]
        if (rest := len(lines) - MAX_SHOWN_TASKS) > 0:
            lines[MAX_SHOWN_TASKS:] = [f"  ... and {rest} more lines"]
        return lines


class DeadlockError(_EndedWithTasks):
    """No task can run, yet not all have ended; `tasks` says who waits for what, where."""

    exit_status = 4


class DeadlineError(_EndedWithTasks):
    """The launch was stopped because its deadline passed; `tasks` says what was left."""

    exit_status = 5


class IsolationError(AsyncirError):
    """
    The process of an isolated run ended before the run did, or had to be ended. Its arrays hold anything; the next run has a new process.

    `returncode` is what the process left with, `signal` the name of the signal that ended it ("SIGSEGV"), None if none did.
    """

    exit_status = 3

    def __init__(
        self,
        message: str,
        location: Location | None = None,
        *,
        returncode: int | None = None,
        signal: str | None = None,
        notes: Sequence[Note] = (),
        help: str | None = None,
    ) -> None:
        super().__init__(message, location, notes=notes, help=help)
        self.returncode = returncode
        self.signal = signal

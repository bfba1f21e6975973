"""What tasks were doing when their run was ended: the reports that a compiled program's errors have too."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from asyncir.errors import Location, TaskReport
from asyncir_python.twin.settling import Future

_LIBRARIES = (str(Path(__file__).parents[1]), str(Path(asyncio.__file__).parent))
"""Coroutines of these are not the program's."""


def reports_of(tasks: Iterable[Future]) -> tuple[TaskReport, ...]:
    """A report a task, sorted by place and name; asyncio does not tell tasks that are ready from those that wait."""
    reports = [_report(task) for task in tasks if isinstance(task, asyncio.Task)]
    return tuple(sorted(reports, key=lambda report: (str(report.location), report.task)))


def _report(task: asyncio.Task[Any]) -> TaskReport:
    """The first coroutine of the program is the task's name, the last one stands at its place, and awaits what it waits for."""
    awaited = list(_awaited(task.get_coro()))
    if not awaited:
        return TaskReport(task.get_name(), "waiting")
    own = [i for i, coroutine in enumerate(awaited) if not coroutine.cr_code.co_filename.startswith(_LIBRARIES)] or [0]
    last = awaited[own[-1]]
    location = None if last.cr_frame is None else Location(last.cr_code.co_filename, last.cr_frame.f_lineno, 1)
    waits_for = awaited[own[-1] + 1].__qualname__ if own[-1] + 1 < len(awaited) else None
    return TaskReport(awaited[own[0]].__qualname__, "waiting", waits_for, location)


def _awaited(coroutine: Any) -> Iterator[Any]:
    """A coroutine, the one that it awaits, and so on."""
    while inspect.iscoroutine(coroutine):
        yield coroutine
        coroutine = coroutine.cr_await

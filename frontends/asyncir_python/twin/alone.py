"""An event loop that has only the tasks of one run: when all of them wait for each other, that can be told."""

from __future__ import annotations

import asyncio
import contextlib
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from asyncir.errors import TaskReport
from asyncir_python.twin.reports import reports_of
from asyncir_python.twin.settling import Future

T = TypeVar("T")


def run_alone(coroutine: Coroutine[Any, Any, T], stuck: Callable[[tuple[TaskReport, ...]], BaseException]) -> T:
    """
    Runs a coroutine to its end in a loop of its own. When tasks wait and nothing can wake one, neither a task nor a timer, raises what
    `stuck` makes of their reports (the coroutine's own task is not among them).

    The loop waits for nothing from outside: no input or output, no other thread. Raises RuntimeError where a loop is running already.
    """
    with contextlib.closing(_AloneRunner()) as alone:
        return alone.run(coroutine, stuck)


class _Stuck(Exception):
    """Nothing is ready, and no timer is set."""


class _Selector(selectors.DefaultSelector):
    """The loop asks to wait without a limit exactly when no task is ready and no timer is set."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise _Stuck
        return super().select(timeout)


class _AloneRunner:
    def __init__(self) -> None:
        self._runner = asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(_Selector()))

    def run(self, coroutine: Coroutine[Any, Any, T], stuck: Callable[[tuple[TaskReport, ...]], BaseException]) -> T:
        main: list[Future] = []

        async def noted() -> T:
            main.extend(task for task in [asyncio.current_task()] if task is not None)
            return await coroutine

        try:
            return self._runner.run(noted())
        except _Stuck:
            left = asyncio.all_tasks(self._runner.get_loop()).difference(main)
            raise stuck(reports_of(left)) from None

    def close(self) -> None:
        # Closing cancels what is left. A task that waits on all the same is given up: nothing could wake it.
        with contextlib.suppress(_Stuck):
            self._runner.close()

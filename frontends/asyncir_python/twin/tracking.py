"""
Which tasks belong to a run: those that its roots start, those that these start, and so on.

A context variable names the run. A task factory, there while the loop has runs, looks at it when a task is made: the context is that of who
makes it, so tasks of others in the same loop are not seen. (What context a task has can be asked from Python 3.12 on only.)
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from asyncir_python.twin.settling import Future, see

RUN: ContextVar[Tasks | None] = ContextVar("asyncir_python.run", default=None)


class Tasks:
    """The tasks of one run."""

    def __init__(self) -> None:
        self.running: set[Future] = set()
        self._failed: list[Future] = []
        self._noted: list[BaseException] = []

    def add(self, task: Future) -> None:
        """A task that was started."""
        if task not in self.running:
            self.running.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: Future) -> None:
        self.running.discard(task)
        if not task.cancelled() and _error_unseen(task):
            self._failed.append(task)

    async def all_ended(self) -> None:
        """Waits until all have ended, those that are started meanwhile too. Cancelling this cancels none."""
        while self.running:
            await asyncio.wait(self.running)

    async def stop(self, grace: float) -> None:
        """Cancels all and waits for their ends, but for what goes on for more than `grace` seconds all the same."""
        for task in self.running:
            task.cancel()
        if self.running:
            await asyncio.wait(self.running, timeout=grace)

    def unseen(self) -> tuple[BaseException, ...]:
        """The errors of tasks that nobody has looked at, in the order of their ends; asyncio reports them no more."""
        errors = [task.exception() for task in self._failed if _error_unseen(task)]
        found = (*self._noted, *[error for error in errors if error is not None])
        self._failed.clear()
        self._noted.clear()
        return found

    def note(self, errors: Iterable[BaseException]) -> None:
        """Errors that nobody has looked at of tasks elsewhere that belong to the run."""
        self._noted += errors


def _error_unseen(task: Future) -> bool:
    """Whether a task has an error that nobody has looked at: asyncio's own flag, for which it has no public name."""
    unseen: bool = getattr(task, "_log_traceback", False)
    return unseen


@contextmanager
def tracking(loop: asyncio.AbstractEventLoop) -> Generator[Tasks]:
    """A run in this loop: inside of a context in which RUN is set to its tasks, each task that is made becomes one of them."""
    tasks, factory = Tasks(), _installed(loop)
    factory.runs += 1
    try:
        yield tasks
    finally:
        factory.runs -= 1
        # A factory that somebody has put on top stays, and passes on to this one: it does nothing where there is no run.
        if not factory.runs and loop.get_task_factory() is factory:
            loop.set_task_factory(factory.before)
        for task in tasks.running:
            task.add_done_callback(see)


class _Factory:
    """Makes tasks as the loop did before, and tells the run about them."""

    def __init__(self, before: Callable[..., Future] | None) -> None:
        self.before: Any = before
        self.runs = 0

    def __call__(self, loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> Any:
        task: Future = (self.before or _plain_task)(loop, coroutine, **options)
        run = RUN.get()
        if run is not None:
            run.add(task)
        return task


def _plain_task(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> Future:
    return asyncio.Task(coroutine, loop=loop, **options)


def _installed(loop: asyncio.AbstractEventLoop) -> _Factory:
    factory: Any = loop.get_task_factory()
    if isinstance(factory, _Factory):
        return factory
    made = _Factory(factory)
    loop.set_task_factory(made)
    return made

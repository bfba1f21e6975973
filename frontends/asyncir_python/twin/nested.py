"""
`run`: a coroutine to its end, from an ordinary function.

    @device
    def both(x: i32) -> i32:
        return run(double(x)) + 1

Compiled, the function suspends like any other, and nothing is blocked. asyncio has nothing like it: its loop stands still while an
ordinary function runs. So in the asyncio run the coroutine gets a loop of its own, on another thread, while the caller's loop waits.

The limit of that: the coroutine may await what it starts itself, sleep, and use what is there already (a channel's items, an event that
is set, a free lock). What a task outside would have to do for it is not done: then `run` raises RuntimeError, and does not hang. Tasks
that the coroutine has started have ended when `run` returns.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from typing import Any, TypeVar

from asyncir.errors import TaskReport
from asyncir_python.twin.alone import run_alone
from asyncir_python.twin.tracking import RUN, tracking

T = TypeVar("T")

OUTSIDE = (
    "run: under asyncio the caller's tasks stand still while 'run' works, so its coroutine cannot wait for them (compiled, it can); "
    "make the function async and await"
)


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """
    Runs a coroutine to its end and gives its result, or raises its error. For ordinary functions; an async function awaits.

    Raises TypeError for what is no coroutine; in the asyncio run, RuntimeError if it waits for tasks outside (see the module).
    """
    if not asyncio.iscoroutine(coroutine):
        hint = ": a task that runs already belongs to the caller's loop; await it" if isinstance(coroutine, asyncio.Future) else ""
        raise TypeError(f"run takes a coroutine, as in run(f(x)), not {type(coroutine).__name__}{hint}")
    try:
        return _in_thread(lambda: run_alone(_whole(coroutine), _stuck)) if _in_loop() else run_alone(_whole(coroutine), _stuck)
    except RuntimeError as error:
        if "attached to a different loop" in str(error) or "bound to a different event loop" in str(error):
            raise RuntimeError(OUTSIDE) from error
        raise


def _in_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


async def _whole(coroutine: Coroutine[Any, Any, T]) -> T:
    """The coroutine, and then the ends of all tasks that it has started; errors of theirs that nobody has seen go to the run outside."""
    outside = RUN.get()
    with tracking(asyncio.get_running_loop()) as tasks:
        RUN.set(tasks)
        try:
            return await coroutine
        finally:
            RUN.set(outside)
            await tasks.all_ended()
            unseen = tasks.unseen()
            if outside is not None:
                outside.note(unseen)


def _stuck(reports: tuple[TaskReport, ...]) -> RuntimeError:
    error = RuntimeError(OUTSIDE)
    for report in reports:
        error.add_note(f"left: {report}")
    return error


def _in_thread(work: Callable[[], T]) -> T:
    """Does the work on a thread, in this context, while this one waits."""
    results: list[T] = []
    errors: list[BaseException] = []

    def target() -> None:
        try:
            results.append(context.run(work))
        except BaseException as error:
            errors.append(error)

    context = copy_context()
    thread = threading.Thread(target=target, name="asyncir_python.run", daemon=True)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]

"""Waiting for several tasks so that none is left over: what the combinators are made of."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

Future = asyncio.Future[Any]


def started(awaitables: Sequence[Awaitable[Any]], name: str) -> list[Future]:
    """
    A task for each coroutine; tasks and futures as they are. Raises TypeError, before anything is started, if one cannot be awaited.
    """
    for number, awaitable in enumerate(awaitables):
        if not inspect.isawaitable(awaitable):
            raise TypeError(f"{name} takes what can be awaited; operand {number} is a {type(awaitable).__name__}: see just(value)")
    return [asyncio.ensure_future(awaitable) for awaitable in awaitables]


async def until(tasks: Sequence[Future], decides: Callable[[Future], bool]) -> Future | None:
    """
    Waits until a task has ended that decides, and gives that; None when all have ended and none did. Of several that have ended already the
    first in order counts, then who ends first. Cancelling this cancels no task.
    """
    for task in tasks:
        if task.done() and decides(task):
            return task
    left = {task for task in tasks if not task.done()}
    if not left:
        return None
    decided: asyncio.Future[Future | None] = asyncio.get_running_loop().create_future()

    def ended(task: Future) -> None:
        left.discard(task)
        if decided.done():
            return
        if decides(task):
            decided.set_result(task)
        elif not left:
            decided.set_result(None)

    watched = list(left)
    for task in watched:
        task.add_done_callback(ended)
    try:
        return await decided
    finally:
        for task in watched:
            task.remove_done_callback(ended)


async def settle(tasks: Sequence[Future]) -> None:
    """
    Cancels the tasks that have not ended and waits until all have, whatever they do about it. Their errors count as seen. If this is
    cancelled meanwhile it cancels them again, and raises CancelledError when all have ended.
    """
    cancelled = False
    while left := [task for task in tasks if not task.done()]:
        for task in left:
            task.cancel()
        try:
            await until(left, lambda task: False)
        except asyncio.CancelledError:
            cancelled = True
    for task in tasks:
        see(task)
    if cancelled:
        raise asyncio.CancelledError


def failed(task: Future) -> bool:
    """Whether a task that has ended did so by an error, or cancelled."""
    return task.cancelled() or task.exception() is not None


def see(task: Future) -> None:
    """Nobody is told of this task's error any more."""
    if not task.cancelled():
        task.exception()

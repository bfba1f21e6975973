"""`select`: waiting for the first of several tasks and channels, without owning them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, TypeVar, overload

from asyncir_python.twin.buffers import Receiver
from asyncir_python.twin.channels import Channel, buffer_of, leave, nothing_of
from asyncir_python.twin.settling import Future

T = TypeVar("T")
Won = tuple[int, Any, bool]
"""The number of the case that won, and the item and whether there is one."""


@overload
async def select(*cases: asyncio.Future[Any], timeout: float | None = None) -> int: ...
@overload
async def select(*cases: asyncio.Future[Any] | Channel[T], timeout: float | None = None) -> tuple[int, T, bool]: ...
async def select(*cases: Any, timeout: float | None = None) -> int | tuple[int, Any, bool]:
    """
    Waits until one of its cases is there and gives that case's number, from 0; with a channel among them, `(number, item, ok)`.

    - A task is there when it has ended, by a value, an error or a cancellation. Its result stays with it: await it. No error of it is
      raised here.
    - A channel is there when it has an item, which `item` is then and `ok` True; or when it is closed and empty: `ok` is False then.
      Where another case won, `ok` is False. Without an item, `item` is zero (None if the channel was made without a type).
    - After `timeout` seconds the number is that of the cases; at once if it is zero or less: such a select only looks.

    The cases are looked at in order and the first that is there wins; if none is, the first to become so. Only the one that wins takes
    anything: other channels keep their items, and no task is cancelled, also if the select itself is. A coroutine is no case, for nobody
    would own it: make a task of it. Raises TypeError for that, for channels of several types, and without cases.
    """
    nothing = _checked(cases)
    won = _there(cases, nothing)
    if won is None and timeout is not None and timeout <= 0:
        won = len(cases), nothing, False
    if won is None:
        won = await _first(cases, timeout, nothing)
    return won if any(isinstance(case, Channel) for case in cases) else won[0]


def _checked(cases: Sequence[Any]) -> Any:
    """What stands for no item. Raises TypeError for cases that are none."""
    if not cases:
        raise TypeError("select takes at least one task or channel")
    for case in cases:
        if asyncio.iscoroutine(case):
            raise TypeError("select takes tasks and channels; make a task of the coroutine: asyncio.create_task(…)")
        if not isinstance(case, asyncio.Future | Channel):
            raise TypeError(f"select takes tasks and channels, not {type(case).__name__}")
    channels: list[Channel[Any]] = [case for case in cases if isinstance(case, Channel)]
    if any(channel.element is not channels[0].element for channel in channels):
        raise TypeError("select takes channels of one type")
    return nothing_of(channels[0]) if channels else None


def _there(cases: Sequence[Future | Channel[Any]], nothing: Any) -> Won | None:
    """The first case that is there now."""
    for number, case in enumerate(cases):
        if isinstance(case, Channel):
            if (taken := buffer_of(case).take()) is not None:
                return number, *taken
        elif case.done():
            return number, nothing, False
    return None


async def _first(cases: Sequence[Future | Channel[Any]], timeout: float | None, nothing: Any) -> Won:
    """The first case to be there. All of them decide one future; who comes later finds it done."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Won] = loop.create_future()

    def ended(task: Future) -> None:
        if not future.done():
            future.set_result((cases.index(task), nothing, False))

    def passed() -> None:
        if not future.done():
            future.set_result((len(cases), nothing, False))

    timer = None if timeout is None else loop.call_later(timeout, passed)
    receivers: list[tuple[Channel[Any], Receiver]] = []
    for number, case in enumerate(cases):
        if isinstance(case, Channel):
            receivers.append((case, Receiver(future, number)))
            buffer_of(case).receivers.append(receivers[-1][1])
        else:
            case.add_done_callback(ended)
    try:
        return await future
    except asyncio.CancelledError:
        for channel, receiver in receivers:
            leave(channel, receiver)
        raise
    finally:
        if timer is not None:
            timer.cancel()
        _leave_losers(cases, receivers, ended)


def _leave_losers(cases: Sequence[Future | Channel[Any]], receivers: Sequence[tuple[Channel[Any], Receiver]], ended: Any) -> None:
    """Out of the lists of all sources: a select in a loop must not leave something behind each time."""
    for channel, receiver in receivers:
        waiting = buffer_of(channel).receivers
        if receiver in waiting:
            waiting.remove(receiver)
    for case in cases:
        if not isinstance(case, Channel):
            case.remove_done_callback(ended)

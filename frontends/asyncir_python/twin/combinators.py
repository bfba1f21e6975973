"""
Putting awaitables together, in the manner of C++'s senders (P2300) and Rust's futures.

Each of these is a coroutine: nothing starts before it is awaited, or made a task. Those that take several awaitables run them side by side,
as tasks, and own them: when they are over, whether by a result, an error or a cancellation, all of these tasks have ended. That holds for
tasks that are handed over, too. Waiting for something that is not owned: see `select`.

    here           P2300                 Rust's futures        when an operand fails             what it gives
    just, ready    just                  ready                                                   its arguments
    then, map      then                  map                   the error                         fn(value)
    let_value      let_value             then                  the error                         what the coroutine fn(value) gives
    when_all       when_all              try_join              the rest are cancelled            all values
    join                                 join                  the rest go on to their ends      all values
    when_any                             select_all            the rest are cancelled            the first to end, and its number

A cancelled task counts as one that failed with CancelledError. Cancelling one of these cancels all that it runs, waits for their ends and
then raises CancelledError.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

from asyncir_python.twin.settling import failed, settle, started, until

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
R = TypeVar("R")


@overload
async def just() -> None: ...
@overload
async def just(value: A, /) -> A: ...
@overload
async def just(first: A, second: B, /) -> tuple[A, B]: ...
@overload
async def just(first: A, second: B, third: C, /) -> tuple[A, B, C]: ...
@overload
async def just(*values: Any) -> Any: ...
async def just(*values: Any) -> Any:
    """Gives its arguments without waiting: None for none, one as it is, several as a tuple."""
    if len(values) == 1:
        return values[0]
    return values or None


ready = just
"""The name of `just` in Rust's futures."""


async def then(awaitable: Awaitable[A], function: Callable[[A], R]) -> R:
    """
    `function(await awaitable)`; the function is an ordinary one, and takes one argument: several values are one tuple. An error of either
    is the error of this; the function is not called if the awaitable fails.
    """
    return function(await awaitable)


map = then
"""The name of `then` in Rust's futures."""


async def let_value(awaitable: Awaitable[A], function: Callable[[A], Awaitable[R]]) -> R:
    """`await function(await awaitable)`: what comes next depends on the value. An error of either is the error of this."""
    return await function(await awaitable)


@overload
async def when_all() -> tuple[()]: ...
@overload
async def when_all(a: Awaitable[A], /) -> tuple[A]: ...
@overload
async def when_all(a: Awaitable[A], b: Awaitable[B], /) -> tuple[A, B]: ...
@overload
async def when_all(a: Awaitable[A], b: Awaitable[B], c: Awaitable[C], /) -> tuple[A, B, C]: ...
@overload
async def when_all(a: Awaitable[A], b: Awaitable[B], c: Awaitable[C], d: Awaitable[D], /) -> tuple[A, B, C, D]: ...
@overload
async def when_all(*awaitables: Awaitable[A]) -> tuple[A, ...]: ...
async def when_all(*awaitables: Awaitable[Any]) -> tuple[Any, ...]:
    """
    Runs all side by side and gives their values in order.

    The first that fails, in time, decides: the others are cancelled, and when all have ended its error is raised. Other errors are dropped.
    """
    tasks = started(awaitables, "when_all")
    try:
        decided = await until(tasks, failed)
    finally:
        await settle(tasks)
    return tuple([task.result() for task in tasks]) if decided is None else decided.result()


@overload
async def join() -> tuple[()]: ...
@overload
async def join(a: Awaitable[A], /) -> tuple[A]: ...
@overload
async def join(a: Awaitable[A], b: Awaitable[B], /) -> tuple[A, B]: ...
@overload
async def join(a: Awaitable[A], b: Awaitable[B], c: Awaitable[C], /) -> tuple[A, B, C]: ...
@overload
async def join(a: Awaitable[A], b: Awaitable[B], c: Awaitable[C], d: Awaitable[D], /) -> tuple[A, B, C, D]: ...
@overload
async def join(*awaitables: Awaitable[A]) -> tuple[A, ...]: ...
async def join(*awaitables: Awaitable[Any]) -> tuple[Any, ...]:
    """
    Runs all side by side to their ends and gives their values in order.

    An error stops none of the others. When all have ended, the error of the first operand that has one is raised: first in the order of the
    operands, so it depends on no schedule. Other errors are dropped.
    """
    tasks = started(awaitables, "join")
    try:
        await until(tasks, lambda task: False)
    finally:
        await settle(tasks)
    return tuple([task.result() for task in tasks])


async def when_any(*awaitables: Awaitable[A]) -> tuple[int, A]:
    """
    Runs all side by side; the first to end, by a value or an error, decides. The others are cancelled, and when all have ended this gives
    the number of the operand that decided and its value, or raises its error. What the others give or raise is dropped.

    Of tasks that have ended before, the first in order decides. Raises TypeError without operands: there would be nothing to wait for.
    """
    if not awaitables:
        raise TypeError("when_any takes at least one awaitable")
    tasks = started(awaitables, "when_any")
    try:
        decided = await until(tasks, lambda task: True)
    finally:
        await settle(tasks)
    assert decided is not None
    return tasks.index(decided), decided.result()

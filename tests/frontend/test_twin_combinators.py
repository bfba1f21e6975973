"""Combinators: what they give, which error counts, what is cancelled, and that nothing is left over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asyncio_runs import finished, settled

from asyncir_python.twin import join, just, let_value, map, ready, then, when_all, when_any  # noqa: A004


class Log:
    """Tasks that wait for their turn, and what became of them."""

    def __init__(self) -> None:
        self.ends: list[str] = []

    async def value(self, name: str, turns: int = 0) -> str:
        try:
            for _ in range(turns):
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            self.ends.append(f"{name} cancelled")
            raise
        self.ends.append(name)
        return name

    async def fails(self, name: str, turns: int = 0) -> str:
        await self.value(name, turns)
        raise ValueError(name)


def others() -> set[asyncio.Task[Any]]:
    return asyncio.all_tasks() - {asyncio.current_task()}  # pyright: ignore[reportReturnType]


def test_just() -> None:
    async def main() -> None:
        assert (await just(), await just(1), await just(1, 2.0)) == (None, 1, (1, 2.0))
        assert ready is just and map is then
        task = asyncio.create_task(just(3))
        assert await task == 3

    finished(main())


def test_then_and_let_value() -> None:
    async def main() -> None:
        async def doubled(x: int) -> int:
            return await just(2 * x)

        assert await then(just(3), lambda x: x + 1) == 4
        assert await then(just(1, 2), lambda pair: pair[0] + pair[1]) == 3
        assert await let_value(then(just(3), lambda x: x + 1), doubled) == 8

    finished(main())


def test_an_error_passes_then_and_let_value() -> None:
    async def main() -> None:
        log, called = Log(), list[str]()

        async def never(x: str) -> None:
            called.append(x)

        with pytest.raises(ValueError, match="a"):
            await then(log.fails("a"), called.append)
        with pytest.raises(ValueError, match="b"):
            await let_value(log.fails("b"), never)
        with pytest.raises(ZeroDivisionError):
            await then(just(0), lambda x: 1 / x)
        assert called == []

    finished(main())


def test_nothing_starts_before_it_is_awaited() -> None:
    async def main() -> None:
        log = Log()
        sender = when_all(log.value("a"), log.value("b"))
        await settled()
        assert log.ends == []
        assert await sender == ("a", "b")

    finished(main())


@pytest.mark.parametrize("combinator", [when_all, join])
def test_values_in_the_order_of_operands(combinator: Callable[..., Awaitable[Any]]) -> None:
    async def main() -> None:
        log = Log()
        task = asyncio.create_task(log.value("b", 1))
        assert await combinator(log.value("a", 3), task, then(log.value("c"), str.upper)) == ("a", "b", "C")
        assert log.ends == ["c", "b", "a"]
        assert await combinator() == ()

    finished(main())


def test_when_all_stops_at_the_first_error_in_time() -> None:
    async def main() -> None:
        log = Log()
        task = asyncio.create_task(log.value("d", 100))
        with pytest.raises(ValueError, match="b"):
            await when_all(log.fails("a", 50), log.fails("b", 2), log.value("c"), task)
        assert log.ends[:2] == ["c", "b"]
        assert sorted(log.ends[2:]) == ["a cancelled", "d cancelled"]
        assert task.cancelled() and not others()

    finished(main())


def test_join_lets_all_end_and_raises_the_first_error_in_order() -> None:
    async def main() -> None:
        log = Log()
        with pytest.raises(ValueError, match="a"):
            await join(log.value("c", 6), log.fails("a", 4), log.fails("b", 1))
        assert log.ends == ["b", "a", "c"]
        assert not others()

    finished(main())


def test_when_any_gives_the_first_and_ends_the_rest() -> None:
    async def main() -> None:
        log = Log()
        assert await when_any(log.value("a", 50), log.value("b", 2), log.fails("c", 50)) == (1, "b")
        assert log.ends[0] == "b" and sorted(log.ends[1:]) == ["a cancelled", "c cancelled"]
        with pytest.raises(ValueError, match="d"):
            await when_any(log.value("e", 9), log.fails("d"))
        assert not others()

    finished(main())


def test_when_any_takes_the_first_in_order_of_what_has_ended() -> None:
    async def main() -> None:
        tasks = [asyncio.create_task(just(i)) for i in range(3)]
        await settled()
        assert await when_any(tasks[2], tasks[0]) == (0, 2)
        with pytest.raises(TypeError, match="at least one awaitable"):
            await when_any()

    finished(main())


@pytest.mark.parametrize("combinator", [when_all, join, when_any])
def test_cancelling_ends_all_first(combinator: Callable[..., Awaitable[Any]]) -> None:
    async def main() -> None:
        log = Log()
        task = asyncio.ensure_future(combinator(log.value("a", 50), log.value("b", 50)))
        await settled()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert sorted(log.ends) == ["a cancelled", "b cancelled"] and not others()

    finished(main())


@pytest.mark.parametrize("combinator", [when_all, join, when_any])
def test_what_ignores_its_cancellation_is_waited_for(combinator: Callable[..., Awaitable[Any]]) -> None:
    async def main() -> None:
        ends: list[str] = []

        async def stubborn() -> None:
            for _ in range(3):
                try:
                    await asyncio.sleep(0.01)
                except asyncio.CancelledError:
                    ends.append("asked")
            ends.append("ended")

        task = asyncio.ensure_future(combinator(stubborn()))
        await settled()
        for _ in range(2):
            task.cancel()
            await settled()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ends == ["asked", "asked", "ended"]

    finished(main())


def test_a_cancelled_operand_is_one_that_failed() -> None:
    async def main() -> None:
        log = Log()
        task = asyncio.create_task(log.value("a", 50))
        whole = asyncio.create_task(when_all(task, log.value("b", 50)))
        await settled()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await whole
        assert log.ends == ["a cancelled", "b cancelled"]

    finished(main())


@pytest.mark.parametrize("combinator", [when_all, join, when_any])
def test_operands_that_cannot_be_awaited(combinator: Callable[..., Awaitable[Any]]) -> None:
    async def main() -> None:
        task = asyncio.create_task(just(1))
        with pytest.raises(TypeError, match=r"operand 1 is a int: see just\(value\)"):
            await combinator(task, 2)
        assert await task == 1

    finished(main())

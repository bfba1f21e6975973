"""Runs under asyncio: they end when all that they started has ended, and see no tasks but their own."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from asyncio_runs import finished, settled

from asyncir.errors import DeadlineError, DeadlockError
from asyncir_python.scalars import bf16, f32, i32
from asyncir_python.twin import Channel, instance, num_instances, run_python, run_python_alone, run_roots, running


async def triple(x: i32, by: int = 3) -> i32:
    await asyncio.sleep(0)
    return x * by


async def forever() -> None:
    await asyncio.get_running_loop().create_future()


def test_in_a_loop_and_by_asyncio_run() -> None:
    async def main() -> Any:
        return await run_python(triple, [i32(5)], {"by": 2})

    assert finished(main()) == 10
    assert asyncio.run(run_python(triple, (i32(5),))) == 15
    assert run_python_alone(triple, (i32(5),)) == 15


def test_the_end_waits_for_all_that_was_started() -> None:
    ends: list[int] = []

    async def below(depth: int) -> None:
        if depth:
            asyncio.create_task(below(depth - 1))  # noqa: RUF006 (nobody holds it)
        await asyncio.sleep(0.002)
        ends.append(depth)

    async def root() -> str:
        asyncio.create_task(below(3))  # noqa: RUF006
        async with asyncio.TaskGroup() as group:
            group.create_task(below(0))
        await asyncio.gather(asyncio.shield(below(0)), below(0))
        return "root"

    async def main() -> None:
        assert await run_python(root) == "root"
        assert sorted(ends) == [0, 0, 0, 0, 1, 2, 3]

    finished(main())


def test_foreign_tasks_are_not_seen() -> None:
    async def main() -> None:
        foreign = asyncio.create_task(forever())

        async def root() -> int:
            await asyncio.sleep(0.002)
            return 1

        run = asyncio.create_task(run_python(root))
        await settled()
        meanwhile = asyncio.create_task(forever())
        assert await run == 1
        assert not foreign.done() and not meanwhile.done()
        foreign.cancel()
        meanwhile.cancel()

    finished(main())


def test_the_loop_is_left_as_it_was() -> None:
    made: list[Any] = []

    def factory(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Task[Any]:
        made.append(coroutine)
        return asyncio.Task(coroutine, loop=loop, **options)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        assert loop.get_task_factory() is None
        await asyncio.gather(run_python(triple, (1,)), run_python(triple, (2,)))
        assert loop.get_task_factory() is None
        loop.set_task_factory(factory)
        assert await run_python(triple, (3,)) == 9
        assert len(made) == 1 and loop.get_task_factory() is factory

    finished(main())


def test_runs_side_by_side_and_inside_each_other() -> None:
    ends: list[str] = []

    async def late(name: str, event: asyncio.Event) -> None:
        await event.wait()
        ends.append(name)

    async def inner() -> None:
        event = asyncio.Event()
        asyncio.create_task(late("inner", event))  # noqa: RUF006
        event.set()

    async def outer() -> None:
        event = asyncio.Event()
        asyncio.create_task(late("outer", event))  # noqa: RUF006
        await run_python(inner)
        assert ends == ["inner"]
        event.set()

    finished(run_python(outer))
    assert ends == ["inner", "outer"]


def test_instances() -> None:
    async def child() -> tuple[int, int]:
        await asyncio.sleep(0)
        return instance(), num_instances()

    async def root(x: f32) -> tuple[i32, f32, tuple[int, bool]]:
        mine, all_ = await asyncio.create_task(child())
        return i32(mine), x * mine, (all_, mine > 0)

    first, second, (third, fourth) = finished(run_python(root, (f32(0.5),), instances=3))
    expected: list[tuple[Any, Any, list[Any]]] = [
        (first, np.int32, [0, 1, 2]),
        (second, np.float32, [0.0, 0.5, 1.0]),
        (third, np.int64, [3, 3, 3]),
        (fourth, np.bool_, [False, True, True]),
    ]
    for array, dtype, values in expected:
        assert (array.dtype, array.tolist()) == (dtype, values)
    assert finished(run_python(triple, (i32(1),), instances=1)).tolist() == [3]
    with pytest.raises(ValueError, match="at least one instance, got 0"):
        finished(run_python(triple, (1,), instances=0))


def test_instances_that_give_no_numbers() -> None:
    async def nothing() -> None: ...

    async def mixed() -> float | str:
        return "text" if instance() else 1.0

    async def halves() -> bf16:
        return bf16(1.0)

    assert finished(run_python(nothing, instances=2)) is None
    assert finished(run_python(mixed, instances=2)) == [1.0, "text"]
    assert finished(run_python(halves, instances=2)).dtype == np.float32


def test_instances_run_at_the_same_time() -> None:
    channel = Channel[i32](1)

    async def root() -> i32:
        if instance() == 0:
            return await channel.recv()
        await channel.send(7)
        return i32(0)

    assert finished(run_python(root, instances=2)).tolist() == [7, 0]


def test_the_first_error_of_a_root_is_raised_when_all_has_ended() -> None:
    ends: list[int] = []

    async def root() -> None:
        for _ in range(3 - instance()):
            await asyncio.sleep(0)
        ends.append(instance())
        if instance() != 2:
            raise ValueError(f"of instance {instance()}")

    with pytest.raises(ValueError, match="of instance 1"):
        finished(run_python(root, instances=3))
    assert ends == [2, 1, 0]


def test_errors_that_nobody_looked_at_are_told() -> None:
    reported: list[Any] = []

    async def fails(text: str) -> None:
        raise ValueError(text)

    async def root() -> None:
        tasks = [asyncio.create_task(fails(text)) for text in ("seen", "unseen")]
        asyncio.create_task(forever()).cancel()
        with pytest.raises(ValueError, match="seen"):
            await tasks[0]

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: reported.append(context))
        run = await run_roots(root)
        assert [str(error) for error in run.unseen] == ["unseen"]

    finished(main())
    assert reported == []


def test_cancelling_a_run_ends_its_tasks() -> None:
    ends: list[str] = []

    async def cleaned() -> None:
        try:
            await forever()
        finally:
            await asyncio.sleep(0)
            ends.append("cleaned")

    async def root() -> None:
        asyncio.create_task(cleaned())  # noqa: RUF006
        await cleaned()

    async def main() -> None:
        run = asyncio.create_task(run_python(root))
        await settled()
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        assert ends == ["cleaned"] * 2

    finished(main())


def test_a_deadline_names_what_was_left() -> None:
    async def root() -> None:
        asyncio.create_task(forever())  # noqa: RUF006

    with pytest.raises(DeadlineError, match="@root passed its deadline of 0.01 s") as caught:
        finished(run_python(root, timeout=0.01))
    (report,) = caught.value.tasks
    assert report.task == "forever" and report.location is not None
    assert Path(report.location.file).name == "test_twin_running.py"


def test_alone_a_deadlock_is_told_at_once() -> None:
    async def root() -> None:
        channel = Channel[i32](1)
        other = asyncio.create_task(channel.recv())
        await other

    with pytest.raises(DeadlockError, match="deadlock: 2 tasks wait and nothing can wake them") as caught:
        run_python_alone(root)
    found = [(report.task.rpartition(".")[2], report.waits_for) for report in caught.value.tasks]
    assert sorted(found) == [("recv", "Channel._wait"), ("root", None)]


def test_a_report_names_the_programs_own_functions() -> None:
    async def inner(channel: Channel[i32]) -> None:
        await channel.recv()

    async def root() -> None:
        await inner(Channel[i32](1))

    async def wrapped() -> None:
        await run_python(root)

    with pytest.raises(DeadlineError, match="@demo passed its deadline") as caught:
        finished(run_python(root, timeout=0.01, name="demo"))
    (report,) = caught.value.tasks
    assert [report.task.rpartition(".")[2], report.waits_for] == ["root", "Channel.recv"]
    with pytest.raises(DeadlockError) as told:
        run_python_alone(wrapped)
    assert report in told.value.tasks


def test_alone_sleepers_are_no_deadlock() -> None:
    async def root() -> int:
        event = asyncio.Event()
        asyncio.get_running_loop().call_later(0.01, event.set)
        await event.wait()
        return 1

    assert run_python_alone(root) == 1


def test_alone_a_task_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "GRACE", 0.02)

    async def stubborn() -> None:
        while True:
            try:
                await asyncio.get_running_loop().create_future()
            except asyncio.CancelledError:
                continue

    with pytest.raises(DeadlockError, match="a task waits"):
        run_python_alone(stubborn)


def test_what_is_no_kernel() -> None:
    def ordinary() -> None: ...

    with pytest.raises(TypeError, match="ordinary is not an async function"):
        finished(run_python(ordinary))


def test_a_failed_root_is_told_of_though_others_wait_for_ever() -> None:
    async def fails() -> int:
        raise ValueError("wanted")

    async def waits() -> int:
        return await asyncio.Queue[int]().get()

    async def root() -> None:
        await asyncio.gather(fails(), waits())

    with pytest.raises(ValueError, match="wanted") as caught:
        run_python_alone(root)
    assert len(caught.value.__notes__) == 1 and "left waiting" in caught.value.__notes__[0]

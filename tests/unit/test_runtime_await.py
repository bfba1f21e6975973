"""Launches in asyncio: awaited, cancelled, from several loops and threads, as futures, and from loops that are closed meanwhile."""

from __future__ import annotations

import asyncio
import concurrent.futures
import functools
import gc
import os
import sys
import time
from collections.abc import Iterator

import pytest
import runtime_kernels
from runtime_kernels import entry

from asyncir.errors import DeadlineError, TaskError
from asyncir.runtime import wakers
from asyncir.runtime.host_launch import launch_on_host
from asyncir.runtime.launch import GRACE_SECONDS, RUNNING, Launch, Options

kernel = functools.cache(runtime_kernels.kernel)
ADDING = entry(("i32", "i32"), ("i32",))
SLEEP = """
declare void @asyncir_pause(i64)
define void @k(ptr %slots, i64 %first, i64 %last, i64 %worker) {
  %nanoseconds = load i64, ptr %slots
  call void @asyncir_pause(i64 %nanoseconds)
  ret void
}
"""
SLEEPING = entry(("i64",))


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    before = set(RUNNING)
    yield
    assert before >= RUNNING


def add(a: int, b: int) -> Launch:
    return launch_on_host(kernel(runtime_kernels.SUM), ADDING, (a, b), Options())


def spin(options: Options | None = None) -> Launch:
    return launch_on_host(kernel(runtime_kernels.SPIN), entry(), (), options or Options())


def test_awaiting_gives_the_results() -> None:
    async def main() -> None:
        launch = add(1, 2)
        assert await launch == (3,)
        assert await launch == (3,), "awaiting again gives the same"
        assert launch.wait() == (3,) and launch.stats()["workers"] == 1
        assert await asyncio.gather(*(add(index, 1) for index in range(20))) == [(index + 1,) for index in range(20)]

    asyncio.run(main())


def test_awaiting_raises_what_wait_raises() -> None:
    async def main() -> None:
        with pytest.raises(TaskError, match="assertion failed: x must be positive"):
            await launch_on_host(kernel(runtime_kernels.FAULT), entry(), (), Options())
        start = time.monotonic()
        with pytest.raises(DeadlineError, match="passed its deadline of 0.05 s"):
            await spin(Options(deadline=0.05))
        assert time.monotonic() - start < 1

    asyncio.run(main())


def test_the_loop_goes_on_meanwhile() -> None:
    async def main() -> int:
        ticks = 0
        launch = launch_on_host(kernel(SLEEP), SLEEPING, (200_000_000,), Options())

        async def tick() -> None:
            nonlocal ticks
            while not launch.done():
                ticks += 1
                await asyncio.sleep(0.01)

        await asyncio.gather(tick(), launch)
        return ticks

    assert asyncio.run(main()) >= 5


def test_cancelling_stops_the_kernel_and_waits_until_it_has_left() -> None:
    async def main() -> None:
        launch = spin()

        async def wait() -> None:
            await launch

        waiting = asyncio.create_task(wait())
        await asyncio.sleep(0.02)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert launch.done() and launch not in RUNNING
        with pytest.raises(DeadlineError, match="was stopped"):
            launch.wait()

    asyncio.run(main())


def test_a_second_cancel_waits_too() -> None:
    async def main() -> None:
        # It looks at nothing while it sleeps: there is time to cancel again.
        launch = launch_on_host(kernel(SLEEP), SLEEPING, (300_000_000,), Options())
        waiting = asyncio.ensure_future(launch)
        await asyncio.sleep(0.02)
        waiting.cancel()
        await asyncio.sleep(0.02)
        assert not waiting.done() and not launch.done()
        waiting.cancel()
        await asyncio.sleep(0.02)
        assert not waiting.done(), "the kernel still has the arrays"
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert launch.done()

    asyncio.run(main())


def test_timeouts_of_asyncio_stop_the_kernel() -> None:
    async def main() -> None:
        launch = spin()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(launch, 0.05)
        assert launch.done()
        other = spin()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await other
        assert other.done()

    asyncio.run(main())


def test_code_that_does_not_leave_is_left_behind_by_who_cancels() -> None:
    async def main() -> Launch:
        launch = launch_on_host(kernel(SLEEP), SLEEPING, (int(1e9 * (GRACE_SECONDS + 0.4)),), Options())
        waiting = asyncio.ensure_future(launch)
        await asyncio.sleep(0.02)
        waiting.cancel()
        start = time.monotonic()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert GRACE_SECONDS - 0.1 < time.monotonic() - start < GRACE_SECONDS + 1
        with pytest.raises(DeadlineError, match="did not leave"):
            launch.wait()
        assert launch in RUNNING, "its memory must outlive it"
        return launch

    launch = asyncio.run(main())
    while launch in RUNNING:
        time.sleep(0.05)


def test_a_launch_that_nobody_waits_for_ends() -> None:
    code = kernel(SLEEP)
    launch_on_host(code, SLEEPING, (20_000_000,), Options())
    launch_on_host(kernel(runtime_kernels.SPIN), entry(), (), Options(deadline=0.05))
    end = time.monotonic() + 5
    while RUNNING and time.monotonic() < end:
        time.sleep(0.01)


def test_a_loop_that_is_closed_meanwhile_is_not_missed() -> None:
    loop = asyncio.new_event_loop()

    async def begin() -> tuple[Launch, asyncio.Task[tuple[object, ...]]]:
        launch = launch_on_host(kernel(SLEEP), SLEEPING, (100_000_000,), Options())
        waiting = asyncio.create_task(_as_coroutine(launch))
        await asyncio.sleep(0.01)
        return launch, waiting

    launch, waiting = loop.run_until_complete(begin())
    loop.close()
    assert launch.wait() == ()
    del waiting
    gc.collect()


async def _as_coroutine(launch: Launch) -> tuple[object, ...]:
    return await launch


def test_loops_in_several_threads_hear_of_their_launches() -> None:
    async def main(number: int) -> list[tuple[object, ...]]:
        return list(await asyncio.gather(*(add(number, index) for index in range(10))))

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda number: asyncio.run(main(number)), range(8)))
    assert found == [[(number + index,) for index in range(10)] for number in range(8)]


def test_two_loops_may_wait_for_one_launch() -> None:
    launch = launch_on_host(kernel(SLEEP), SLEEPING, (100_000_000,), Options())
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(lambda: asyncio.run(_as_coroutine(launch))) for _ in range(2)]
        assert [one.result() for one in [*waiting, pool.submit(launch.wait)]] == [()] * 3


def test_futures() -> None:
    assert add(2, 3).future().result(10) == (5,)
    failed = launch_on_host(kernel(runtime_kernels.FAULT), entry(), (), Options()).future()
    assert isinstance(failed.exception(10), TaskError)
    launch = spin()
    future = launch.future()
    assert not future.cancel() and not future.done()
    called: list[object] = []
    future.add_done_callback(called.append)
    launch.stop()
    assert isinstance(future.exception(10), DeadlineError)
    assert called == [future]
    assert isinstance(launch.future().exception(0), DeadlineError), "a future of a launch that has ended is done"


@pytest.mark.skipif(sys.platform != "linux", reason="event counters are Linux's")
def test_files_of_closed_loops_are_closed() -> None:
    async def main() -> tuple[object, ...]:
        return await launch_on_host(kernel(SLEEP), SLEEPING, (5_000_000,), Options())

    asyncio.run(main())
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        asyncio.run(main())
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) <= before


def test_where_there_are_no_event_counters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wakers.Waker, "_read_by", lambda self, loop: None)
    test_awaiting_gives_the_results()
    test_cancelling_stops_the_kernel_and_waits_until_it_has_left()
    test_a_loop_that_is_closed_meanwhile_is_not_missed()
    test_loops_in_several_threads_hear_of_their_launches()


def test_a_loop_that_reads_no_files() -> None:
    class Blind(asyncio.SelectorEventLoop):
        def add_reader(self, fd, callback, *args):
            # Its own pipe is the first that it reads.
            if "_counted" in getattr(callback, "__name__", ""):
                raise NotImplementedError
            return super().add_reader(fd, callback, *args)

    with asyncio.Runner(loop_factory=Blind) as runner:
        assert runner.run(_as_coroutine(launch_on_host(kernel(SLEEP), SLEEPING, (20_000_000,), Options()))) == ()

"""Slots and streams: how many launches run at once, in which order others begin, whose memory they have, and how they are stopped."""

from __future__ import annotations

import asyncio
import functools
import gc
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy
import pytest
import runtime_kernels
from runtime_kernels import entry

from asyncir.abi import Array
from asyncir.errors import DeadlineError, InputError, ResourceError
from asyncir.runtime import host_memory
from asyncir.runtime.host_launch import host_slots, launch_on_host
from asyncir.runtime.launch import RUNNING, Launch, Options
from asyncir.runtime.memory import Pages
from asyncir.runtime.slots import Slots, Stream, Ticket

kernel = functools.cache(runtime_kernels.kernel)
ADDING = entry(("i32", "i32"), ("i32",))
SCALING = entry((Array("f32", (None,)),))


class Line:
    """Tickets by number, and the order in which they began without the caller's doing."""

    def __init__(self, count: int) -> None:
        self.slots = Slots(count)
        self.began: list[int] = []
        self.tickets: list[Ticket] = []

    def ticket(self, stream: Stream | None = None) -> Ticket:
        number = len(self.tickets)
        self.tickets.append(Ticket(self.slots, stream, lambda: self.began.append(number)))
        return self.tickets[-1]


def test_slots_let_in_who_came_first() -> None:
    line = Line(2)
    assert [line.ticket().enter() for _ in range(5)] == [True, True, False, False, False]
    assert line.began == []
    line.tickets[1].leave()
    assert line.began == [2]
    assert line.tickets[3].withdraw() and not line.tickets[2].withdraw()
    line.tickets[0].leave()
    assert line.began == [2, 4]
    assert not line.ticket().enter()
    line.tickets[2].leave()
    line.tickets[4].leave()
    assert line.began == [2, 4, 5]


def test_a_stream_lets_in_one_at_a_time() -> None:
    line, first, second = Line(3), Stream(), Stream()
    asked = [line.ticket(stream).enter() for stream in (first, first, second, second, None)]
    assert asked == [True, False, True, False, True]
    assert (len(first), len(second)) == (2, 2)
    line.tickets[2].leave()
    assert line.began == [3]
    line.tickets[0].leave()
    assert line.began == [3, 1]


def test_the_next_of_a_stream_takes_its_turn_behind_others() -> None:
    line, stream = Line(1), Stream()
    for where in (stream, stream, None):
        line.ticket(where).enter()
    line.tickets[0].leave()
    assert line.began == [2], "it asked for a slot when the one before it had ended"
    line.tickets[2].leave()
    assert line.began == [2, 1]


def test_who_gives_up_the_first_place_of_a_stream_lets_the_next_one_in() -> None:
    line, stream = Line(1), Stream()
    for where in (None, stream, stream, stream):
        line.ticket(where).enter()
    assert line.tickets[2].withdraw() and line.tickets[1].withdraw()
    assert len(stream) == 1
    line.tickets[0].leave()
    assert line.began == [3]


def test_a_stream_leads_from_one_target_to_another() -> None:
    one, other, stream = Line(1), Line(1), Stream()
    assert one.ticket(stream).enter() and not other.ticket(stream).enter()
    one.tickets[0].leave()
    assert other.began == [0]


def test_a_thousand_that_cannot_begin_are_no_deep_recursion() -> None:
    slots, ended = Slots(1), []
    first = Ticket(slots, None, lambda: None)
    assert first.enter()

    def failing() -> None:
        ticket = Ticket(slots, None, lambda: (ended.append(1), ticket.leave()))  # type: ignore[arg-type, func-returns-value]
        ticket.enter()

    for _ in range(5000):
        failing()
    first.leave()
    assert len(ended) == 5000


# ---------------------------------------------------------------------------------------------------------------- launches


def spin(stream: Stream | None = None) -> Launch:
    return launch_on_host(kernel(runtime_kernels.SPIN), entry(), (), Options(stream=stream))


def add(a: int, b: int, **options: object) -> Launch:
    return launch_on_host(kernel(runtime_kernels.SUM), ADDING, (a, b), Options(**options))  # type: ignore[arg-type]


def scale(array: numpy.ndarray, stream: Stream | None = None) -> Launch:
    return launch_on_host(kernel(runtime_kernels.SCALE), SCALING, (array,), Options(stream=stream))


@contextmanager
def all_slots_taken() -> Iterator[None]:
    spinning = [spin() for _ in range(host_slots().count)]
    try:
        yield
    finally:
        end_all(spinning)


def end_all(launches: list[Launch]) -> None:
    for launch in launches:
        launch.stop()
    for launch in launches:
        with pytest.raises(DeadlineError):
            launch.wait()


def test_a_thousand_launches_in_the_memory_of_a_few() -> None:
    kernel(runtime_kernels.SUM), kernel(runtime_kernels.SPIN)
    threads = threading.active_count()

    async def main() -> None:
        with all_slots_taken():
            launches = [add(index, 1) for index in range(1000)]
            assert all(launch.in_line() for launch in launches)
            assert threading.active_count() - threads <= host_slots().count + 1
        assert await asyncio.gather(*launches) == [(index + 1,) for index in range(1000)]

    gc.collect()
    asyncio.run(main())
    assert host_memory.alive() <= host_slots().count
    assert threading.active_count() - threads <= 2 * host_slots().count + 1


def test_memory_that_is_taken_over_is_as_new() -> None:
    # A fault, a stop word and results are written; the next launches find nothing of it.
    for _ in range(3):
        with pytest.raises(Exception, match="assertion failed"):
            launch_on_host(kernel(runtime_kernels.FAULT), entry(), (), Options()).wait()
        end_all([spin()])
        assert add(1, 2).wait() == (3,)
        (many,) = add(0, 0, instances=1000).wait()
        assert many.tolist() == list(range(1000))


def test_memory_of_other_sizes_makes_room() -> None:
    from asyncir.runtime.capacity import Asked

    gc.collect()
    for shift in range(16, 30):
        assert add(1, 1, capacity=Asked(arena=1 << shift)).wait() == (2,)
    assert host_memory.alive() <= host_slots().count


@pytest.mark.parametrize("size", [100, 1 << 22])
def test_pages_that_are_cleared_are_zero(size: int) -> None:
    pages = Pages(size)
    pages.write(0, b"x" * size)
    pages.clear(size)
    assert not any(pages.read(0, size))


def test_memory_that_is_not_there_is_told_of() -> None:
    with pytest.raises(ResourceError) as caught:
        Pages(1 << 62, "stacks of the workers", "stack")
    assert caught.value.render() == (
        "error: the memory of the host is exhausted (stacks of the workers, 4611686018427387904 bytes)\n"
        "help: launch with a smaller stack, or with fewer launches at the same time"
    )
    assert (caught.value.option, caught.value.needed) == ("stack", 1 << 62)


def test_launches_on_a_stream_run_in_order() -> None:
    array, stream = numpy.ones(100_000, numpy.float32), Stream()
    first = spin(stream)
    launches = [scale(array, stream) for _ in range(20)]
    assert all(launch.in_line() for launch in launches) and len(stream) == 21
    end_all([first])
    launches[-1].wait()
    assert all(launch.done() for launch in launches)
    assert (array == 2.0**20).all(), "none ran at the same time as another"
    assert len(stream) == 0


def test_streams_overlap() -> None:
    # Each ends only when it is told to: both run at once.
    both = [spin(Stream()), spin(Stream())]
    assert not any(launch.in_line() for launch in both)
    end_all(both)


def test_one_that_fails_lets_the_next_one_of_its_stream_run() -> None:
    stream = Stream()
    first = spin(stream)
    failing = launch_on_host(kernel(runtime_kernels.FAULT), entry(), (), Options(stream=stream))
    last = add(1, 2, stream=stream)
    end_all([first])
    assert last.wait() == (3,)
    with pytest.raises(Exception, match="assertion failed"):
        failing.wait()


def test_what_waits_for_its_turn_can_be_stopped() -> None:
    stream = Stream()
    with all_slots_taken():
        stopped, timed = add(1, 2, stream=stream), add(1, 2, stream=stream, deadline=0.05)
        stopped.stop()
        with pytest.raises(DeadlineError, match="@k was stopped before it began"):
            stopped.wait()
        with pytest.raises(DeadlineError, match="@k passed its deadline of 0.05 s before it began"):
            timed.wait()
        with pytest.raises(InputError, match="it did not run to an end"):
            timed.stats()
        assert stopped not in RUNNING and len(stream) == 0
    assert add(1, 2, stream=stream).wait() == (3,)


def test_cancelling_what_waits_for_its_turn() -> None:
    async def main() -> None:
        launch = add(1, 2)
        waiting = asyncio.ensure_future(launch)
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert launch.done()

    with all_slots_taken():
        asyncio.run(main())


def test_an_error_while_it_begins_is_raised_where_it_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_: object) -> None:
        raise ResourceError("memory of the host", "arena", 1 << 40)

    with all_slots_taken():
        monkeypatch.setattr("asyncir.runtime.host_launch.take_memory", none_left)
        launches = [add(1, 2) for _ in range(3)]
    for launch in launches:
        with pytest.raises(ResourceError, match="memory of the host"):
            launch.wait()
    with pytest.raises(ResourceError, match="memory of the host"):
        add(1, 2)
    monkeypatch.undo()
    assert [add(1, index).wait() for index in range(8)] == [(1 + index,) for index in range(8)], "no slot was lost"


def test_threads_that_cannot_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncir.runtime.host_launch as module

    given: list[int] = []

    def one_only(job: Callable[[], None]) -> None:
        given.append(1)
        if len(given) > 1:
            raise RuntimeError("can't start new thread")
        run(job)

    run = module.run_in_thread
    for allowed in ([], [1]):
        given[:] = allowed
        monkeypatch.setattr(module, "run_in_thread", one_only)
        with pytest.raises(ResourceError, match="threads of") as caught:
            launch_on_host(kernel(runtime_kernels.SPIN), entry(executor="dynamic"), (), Options(workers=3))
        assert caught.value.option == "workers"
        monkeypatch.undo()
        assert [add(1, index).wait() for index in range(8)] == [(1 + index,) for index in range(8)], "no slot was lost"


def test_arrays_are_kept_alive_until_the_end_and_no_longer() -> None:
    array = numpy.ones(3, numpy.float32)
    kept = weakref.ref(array)
    stream = Stream()
    first = spin(stream)
    scale(array, stream)
    del array
    gc.collect()
    assert kept() is not None
    gc.disable()
    try:
        end_all([first])
        end = time.monotonic() + 5
        while kept() is not None and time.monotonic() < end:
            time.sleep(0.01)
        assert kept() is None, "without the help of the garbage collector"
    finally:
        gc.enable()


def test_a_stream_of_something_else_is_refused() -> None:
    with pytest.raises(InputError, match="stream is int: a launch of @k on the CPU is ordered by an asyncir.Stream"):
        add(1, 2, stream=7)

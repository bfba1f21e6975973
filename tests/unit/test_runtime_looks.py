"""Launches that do not end by themselves, as those of a GPU: who looks, when, and what an error of the device does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import numpy
import pytest
from runtime_kernels import entry

from asyncir.abi import Control
from asyncir.errors import DeadlineError, InternalError
from asyncir.runtime import lifecycle, watch
from asyncir.runtime.arena import Arena, Census
from asyncir.runtime.arguments import ArrayArgument
from asyncir.runtime.control import ControlState
from asyncir.runtime.launch import RUNNING, Launch, Options, QueuedLaunch
from asyncir.runtime.outcome import Remains
from asyncir.runtime.slots import Slots, Stream
from asyncir.runtime.statistics import Times


class Device:
    """What runs kernels: each ends at a time, or when it is told to; or the whole device fails."""

    def __init__(self, slots: int = 2) -> None:
        self.slots = Slots(slots)
        self.broken = False
        self.running = self.most = self.looks = 0

    def launch(self, seconds: float, *, deaf: bool = False, **options: Any) -> Kernel:
        kernel = Kernel(self, seconds, deaf, Options(**options))
        kernel.submit()
        return kernel


class Kernel(QueuedLaunch):
    ends_by_itself = False

    def __init__(self, device: Device, seconds: float, deaf: bool, options: Options) -> None:
        stream = options.stream if isinstance(options.stream, Stream) else None
        super().__init__(entry(), (), options, device.slots, stream)
        self.device, self.seconds, self.deaf = device, seconds, deaf
        self.at = 0.0
        self.released = 0

    def _start(self) -> None:
        self.at = time.monotonic() + self.seconds
        self.device.running += 1
        self.device.most = max(self.device.most, self.device.running)

    def _ended_within(self, seconds: float) -> bool:
        self.device.looks += 1
        if self.device.broken:
            raise InternalError("the GPU ended the kernel with CUDA_ERROR_ILLEGAL_ADDRESS")
        time.sleep(max(0, min(seconds, self.at - time.monotonic())))
        return time.monotonic() >= self.at

    def _set_stop_word(self) -> None:
        if self.device.broken:
            raise InternalError("the GPU ended the kernel with CUDA_ERROR_ILLEGAL_ADDRESS")
        if not self.deaf:
            self.at = time.monotonic()

    def _remains(self) -> Remains:
        self.device.running -= 1
        return self._peek()

    def _peek(self) -> Remains:
        return Remains(self.entry, ControlState(bytes(Control.BYTES)), lambda used: Arena(bytearray(used)), lambda arena: Census())

    def _results(self) -> tuple[Any, ...]:
        return (round(self.seconds, 3),)

    def _release(self) -> None:
        self.released += 1

    def _view(self, argument: int, given: ArrayArgument) -> numpy.ndarray:
        raise NotImplementedError

    def _times(self) -> Times:
        return Times()

    def _memory_bytes(self) -> int:
        return 0

    @property
    def workers(self) -> int:
        return 1


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.002)


def test_who_waits_looks_by_himself() -> None:
    launch = Device().launch(0.001)
    assert launch.wait() == (0.001,)
    assert launch.wait() == (0.001,) and launch.released == 1 and launch not in RUNNING


def test_a_launch_that_nobody_waits_for_makes_room() -> None:
    device = Device(slots=1)
    launches = [device.launch(0.01) for _ in range(3)]
    assert [launch.in_line() for launch in launches] == [False, True, True]
    until(lambda: all(launch.done() for launch in launches))
    until(lambda: all(launch.released == 1 for launch in launches))
    assert device.most == 1


def test_launches_are_awaited_without_a_look_in_every_moment() -> None:
    device = Device(slots=4)

    async def main() -> None:
        assert await asyncio.gather(*(device.launch(0.1) for _ in range(12))) == [(0.1,)] * 12

    start = time.monotonic()
    asyncio.run(main())
    took = time.monotonic() - start
    # Four at a time take 0.3 s; each is looked at once in a millisecond, and more often when it is young.
    assert took >= 0.3 and device.most == 4
    assert device.looks <= 12 * (took * 1000 / 3 + 100)


def test_a_short_launch_that_is_awaited_is_looked_at_soon() -> None:
    device = Device()

    async def main() -> float:
        start = time.monotonic()
        await device.launch(0.0)
        return time.monotonic() - start

    assert min(asyncio.run(main()) for _ in range(20)) < lifecycle._FIRST_LOOK_SECONDS  # pyright: ignore[reportPrivateUsage]


def test_deadlines_and_stops() -> None:
    device = Device()
    with pytest.raises(DeadlineError, match="passed its deadline of 0.05 s"):
        device.launch(60, deadline=0.05).wait()
    launch = device.launch(60)
    launch.stop()
    with pytest.raises(DeadlineError, match="was stopped"):
        launch.wait()
    assert launch.released == 1


def test_cancelling() -> None:
    async def main() -> Kernel:
        launch = Device().launch(60)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(launch, 0.02)
        return launch

    assert asyncio.run(main()).released == 1


def test_a_device_that_fails_ends_all_that_run_on_it() -> None:
    device = Device(slots=2)
    launches = [device.launch(60), device.launch(60, deadline=0.05), device.launch(60)]
    device.broken = True

    async def wait(launch: Launch) -> None:
        with pytest.raises(InternalError, match="CUDA_ERROR_ILLEGAL_ADDRESS"):
            await launch

    for launch in launches[:2]:
        asyncio.run(wait(launch))
    with pytest.raises(InternalError, match="CUDA_ERROR_ILLEGAL_ADDRESS"):
        launches[2].wait()
    assert not RUNNING & set(launches)
    assert all(launch.released == 0 for launch in launches), "the device may still write to it"


def test_a_deadline_on_a_device_that_fails_ends_the_launch() -> None:
    device = Device()
    launch = device.launch(60, deadline=0.05)
    future = launch.future()
    device.broken = True
    assert isinstance(future.exception(5), InternalError)


def test_a_kernel_that_does_not_leave_makes_room_but_keeps_its_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "GRACE_SECONDS", 0.05)
    device = Device(slots=1)
    launch, behind = device.launch(60, deaf=True), device.launch(0.01)
    launch.stop()
    with pytest.raises(DeadlineError, match="did not leave within 0.05 s"):
        launch.wait()
    assert launch.released == 0 and launch in RUNNING
    assert behind.wait() == (0.01,)
    RUNNING.discard(launch)


# ----------------------------------------------------------------------------------------------------------------- watching


class Called:
    def __init__(self) -> None:
        self.times: list[float] = []

    def now(self) -> None:
        self.times.append(time.monotonic())


def test_calls_come_at_their_time_and_in_order() -> None:
    start = time.monotonic()
    called = [Called() for _ in range(3)]
    for one, delay in zip(called, (0.06, 0.02, 0.04), strict=True):
        watch.call_at(start + delay, one.now)
    until(lambda: all(one.times for one in called))
    (last,), (first,), (second,) = (one.times for one in called)
    assert start + 0.02 <= first <= second <= last and last >= start + 0.06


def test_calls_that_were_taken_back_are_not_made_and_not_kept() -> None:
    one, kept = Called(), len(watch._calls)  # pyright: ignore[reportPrivateUsage]
    for _ in range(2000):
        watch.take_back(watch.call_at(time.monotonic() + 60, one.now))
    assert len(watch._calls) < kept + 200  # pyright: ignore[reportPrivateUsage]
    call = watch.call_at(time.monotonic() + 0.02, one.now)
    watch.take_back(call)
    watch.take_back(call)
    gone = Called()
    watch.call_at(time.monotonic() + 0.02, gone.now)
    times = gone.times
    del gone
    last = Called()
    watch.call_at(time.monotonic() + 0.03, last.now)
    until(lambda: bool(last.times))
    assert one.times == [] and times == []

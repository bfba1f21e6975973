"""Arrays that the host looks into while a kernel runs: examples/python/endless.py on all targets, and what can be viewed and published."""

from __future__ import annotations

import asyncio
import runpy
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pytest

from asyncir.errors import DeadlineError, InputError
from asyncir_python import (
    Array,
    ArrayType,
    HostVisible,
    Kernel,
    f32,
    i8,
    i32,
    i64,
    kernel,
    keys,
    publish,
    task,
    zeros,
)
from asyncir_python.compiled import annotated_types

EXAMPLES = Path(__file__).parents[2] / "examples" / "python"
LIMIT = 20.0
"""Seconds in which something must have happened that takes a thousandth of them."""
TARGETS: list[Any] = ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)]
PAUSE = 2e-5


@pytest.fixture(scope="module")
def endless() -> Kernel[..., None]:
    return runpy.run_path(str(EXAMPLES / "endless.py"))["endless"]


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(1e-3)


@pytest.mark.parametrize("executor", ["auto", "dynamic"])
@pytest.mark.parametrize("target", TARGETS)
def test_the_host_sees_all_three_go_on_and_stops_them(endless: Kernel[..., None], target: str, executor: str) -> None:
    chosen = {} if executor == "auto" else {"executor": executor, "elide": False}
    counters = np.zeros(3, np.int64)
    running = endless.with_options(target=target, deadline=LIMIT, **chosen).launch(counters, PAUSE)
    shown = running.view("counters")
    until(lambda: bool((shown > 3).all()))
    seen = shown.copy()
    until(lambda: bool((shown > seen).all()))
    assert not running.done()
    running.stop()
    with pytest.raises(DeadlineError, match="@endless was stopped"):
        running.wait()
    assert (counters >= seen).all(), "what was published is in the array in the end"


@pytest.mark.parametrize("width", [1, 4])
def test_on_the_reference(endless: Kernel[..., None], width: int) -> None:
    """There is no launch of it that goes on beside the host: a thread looks."""
    counters, rose = np.zeros(3, np.int64), threading.Event()
    ended = threading.Event()

    def look() -> None:
        while not ended.is_set():
            if (counters > 2).all():
                rose.set()
            time.sleep(1e-3)

    looker = threading.Thread(target=look)
    looker.start()
    try:
        with pytest.raises(DeadlineError):
            endless.with_options(target="reference", width=width, seed=width, deadline=0.7)(counters, PAUSE)
    finally:
        ended.set()
        looker.join()
    assert rose.is_set() and (counters > 2).all()


def test_under_asyncio(endless: Kernel[..., None]) -> None:
    """The host is another task of the loop; what stops the kernel is its cancellation."""
    counters = np.zeros(3, np.int64)

    async def host() -> None:
        running = asyncio.create_task(endless.python(counters, PAUSE))
        async with asyncio.timeout(LIMIT):
            while counters.min() < 5:
                await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(host())
    seen = counters.copy()
    assert (counters >= 5).all() and (counters == seen).all()


def test_it_can_be_kept(endless: Kernel[..., None]) -> None:
    """In the cache; and a kernel whose array the host does not see is another."""
    (visible, pause) = annotated_types(endless)
    hidden = annotated_types(plain_counters)[0]
    found = keys.kernel_key(endless.original, (visible, pause), checks=False)
    other = keys.kernel_key(endless.original, (hidden, pause), checks=False)
    assert found is not None and other is not None and found != other


# ------------------------------------------------------------------------------------------------------ data, then a flag


@task
async def fill(data: HostVisible[f32, 2], row: i32, ready: HostVisible[i32]) -> None:
    part = data[row]
    for column in range(len(part)):
        part[column] = row * 10 + column
    publish(ready, row, 1)


@kernel
async def rows_of(data: HostVisible[f32, 2], ready: HostVisible[i32], go_on: bool) -> None:
    async with asyncio.TaskGroup() as group:
        for row in range(data.shape[0]):
            group.create_task(fill(data, row, ready))
    while go_on:
        await asyncio.sleep(PAUSE)


@pytest.mark.parametrize("target", TARGETS)
def test_who_sees_what_is_published_sees_what_was_stored_before(target: str) -> None:
    data, ready = np.zeros((8, 100), np.float32), np.zeros(8, np.int32)
    running = rows_of.with_options(target=target, deadline=LIMIT).launch(data, ready, True)
    flags, shown = running.view("ready"), running.view("data")
    until(lambda: bool(flags.all()))
    assert (shown == np.arange(8)[:, None] * 10 + np.arange(100)).all() and not running.done()
    running.stop()
    with pytest.raises(DeadlineError):
        running.wait()


# --------------------------------------------------------------------------------------------------- what cannot be viewed


@kernel
async def plain_counters(counters: Array[i64], pause: float) -> None:
    counters[0] += 1


def test_what_cannot_be_viewed() -> None:
    running = plain_counters.with_options(target="cpu", deadline=LIMIT).launch(np.zeros(1, np.int64), 0.0)
    cannot = "of 'plain_counters' cannot be viewed while the kernel runs"
    for parameter, message, help_ in [
        ("counters", f"'counters' {cannot}", "annotate it: counters: HostVisible[i64]"),
        ("pause", f"'pause' {cannot}", "only arrays that are annotated HostVisible can be viewed"),
        ("steps", "'plain_counters' has no parameter 'steps'", "it has counters, pause"),
    ]:
        with pytest.raises(InputError) as caught:
            running.view(parameter)
        assert (caught.value.message, caught.value.help) == (message, help_)
    running.wait()


# ---------------------------------------------------------------------------------------------------- the run under asyncio


def annotated(a: HostVisible[i64], b: HostVisible[f32]) -> None: ...


def test_annotations() -> None:
    assert [str(hint) for hint in get_type_hints(annotated).values()][:2] == ["HostVisible[i64]", "HostVisible[f32]"]
    runtime: Any = HostVisible
    assert str(runtime[f32, 2]) == "HostVisible[f32, 2]" and runtime[f32, 2] != ArrayType(f32, 2)


def test_parts_are_visible_too() -> None:
    data = np.zeros((2, 3), np.int64)
    whole: Any = HostVisible.of(data)
    publish(whole, (0, -1), 4)
    publish(whole[1], 0, 5)
    publish(whole[1, 1:], 0, 6)
    assert data.tolist() == [[0, 0, 4], [5, 6, 0]]
    assert repr(whole[1]) == "HostVisible[i64]([5, 6, 0])"


def test_what_cannot_be_published() -> None:
    plain: Any = zeros(2, i64)
    with pytest.raises(TypeError, match="publish.. takes an array that the host sees, got Array"):
        publish(plain, 0, 1)
    small: Any = HostVisible.of(np.zeros(2, np.int8))
    with pytest.raises(TypeError, match="publish.. stores i32, i64, u32, u64, f32, f64, not an element of i8"):
        publish(small, 0, i8(1))
    counters: Any = HostVisible.of(np.zeros(2, np.int64))
    with pytest.raises(TypeError, match="a float does not become i64 by itself"):
        publish(counters, 0, 1.5)
    with pytest.raises(IndexError, match="array index out of range"):
        publish(counters, 2, 1)

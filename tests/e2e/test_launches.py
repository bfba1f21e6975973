"""Compiled programs in asyncio, on streams, with arrays of other packages, and in a process of their own."""

from __future__ import annotations

import asyncio
import re
import time
from functools import cache
from typing import Any

import numpy
import pytest
from targets import DEADLINE, ROOT, Target, need

import asyncir
from asyncir.errors import DeadlineError, DeadlockError, InputError, IsolationError, TaskError

COMPILED: list[Any] = ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)]
DYNAMIC: dict[str, Any] = {"executor": "dynamic", "elide": False, "deadline": DEADLINE}

DOUBLE = """\
async.func @double(%x: i32) -> !async.value<i32> {
  task.yield_now
  %c2 = arith.constant 2 : i32
  %r = arith.muli %x, %c2 : i32
  return %r : i32
}
func.func @main(%x: i32) -> i32 {
  %v = async.call @double(%x) : (i32) -> !async.value<i32>
  %r = async.await %v : !async.value<i32>
  return %r : i32
}
"""

ADD_ONE = """\
func.func @main(%a: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1.0 : f32
  %n = memref.dim %a, %c0 : memref<?xf32>
  scf.for %i = %c0 to %n step %c1 {
    %x = memref.load %a[%i] : memref<?xf32>
    %y = arith.addf %x, %one : f32
    memref.store %y, %a[%i] : memref<?xf32>
    task.yield_now
  }
  return
}
"""

ENDLESS = """\
func.func @main(%seen: memref<1xi64> {task.host_visible}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : i64
  %zero = arith.constant 0 : i64
  cf.br ^loop(%zero : i64)
^loop(%n: i64):
  %next = arith.addi %n, %c1 : i64
  task.publish %next, %seen[%c0] : memref<1xi64>
  task.yield_now
  cf.br ^loop(%next : i64)
}
"""

WRONG = """\
func.func @main(%what: i32) -> i32 {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %fails = arith.cmpi eq, %what, %c1 : i32
  cf.cond_br %fails, ^fail, ^wait
^fail:
  task.fail %what : i32
  return %what : i32
^wait:
  %one = arith.constant 1 : index
  %ch = task.channel %one : !task.channel<i32>
  %v, %ok = task.recv %ch : !task.channel<i32>
  return %v : i32
}
"""
"""Fails with code 1, or waits for ever."""


@cache
def of(text: str) -> asyncir.Program:
    return asyncir.compile(text, filename="program.mlir")


@pytest.mark.parametrize("target", COMPILED)
def test_launches_are_awaited_side_by_side(target: Target) -> None:
    need(target)
    program = of(DOUBLE)

    async def main() -> list[tuple[Any, ...]]:
        return await asyncio.gather(*(program.launch(None, index, target=target, arena=1 << 20, **DYNAMIC) for index in range(100)))

    assert asyncio.run(main()) == [(2 * index,) for index in range(100)]


@pytest.mark.parametrize("target", COMPILED)
def test_awaiting_raises_what_the_program_ended_with(target: Target) -> None:
    need(target)
    program = of(WRONG)

    async def main() -> None:
        with pytest.raises(TaskError, match="task failed with code 1") as failed:
            await program.launch(None, 1, target=target, **DYNAMIC)
        assert failed.value.location is not None and failed.value.location.line == 7
        with pytest.raises(DeadlockError, match="deadlock") as waits:
            await program.launch(None, 2, target=target, **DYNAMIC)
        assert "recv on channel created at program.mlir:11:" in str(waits.value.tasks[0])

    asyncio.run(main())


@pytest.mark.parametrize("target", COMPILED)
def test_cancelling_stops_a_program_and_says_what_was_left(target: Target) -> None:
    need(target)
    program, seen = of(ENDLESS), numpy.zeros(1, numpy.int64)

    async def main() -> asyncir.Launch:
        launch = program.launch(None, seen, target=target, deadline=DEADLINE)
        view = launch.view(0)
        while view[0] == 0:
            await asyncio.sleep(0.001)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(launch, 0.05)
        return launch

    launch = asyncio.run(main())
    last = int(seen[0])
    time.sleep(0.02)
    assert last == seen[0] > 0, "nothing writes to it any more"
    with pytest.raises(DeadlineError, match="@main was stopped") as caught:
        launch.wait()
    assert [task.task for task in caught.value.tasks] == ["main"]


@pytest.mark.parametrize("target", COMPILED)
def test_launches_on_a_stream_see_what_those_before_have_written(target: Target) -> None:
    need(target)
    program, array, stream = of(ADD_ONE), numpy.zeros(50, numpy.float32), asyncir.Stream()

    async def main() -> None:
        launches = [program.launch(None, array, target=target, stream=stream, **DYNAMIC) for _ in range(20)]
        await launches[-1]
        assert all(launch.done() for launch in launches)

    asyncio.run(main())
    assert (array == 20).all()
    program.run(None, array, target=target, stream=stream, **DYNAMIC)
    assert (array == 21).all()


class ByDlpack:
    """An array of another package."""

    def __init__(self, array: numpy.ndarray) -> None:
        self.array = array

    def __dlpack__(self, **given: Any) -> object:
        return self.array.__dlpack__(**given)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.array.__dlpack_device__()


@pytest.mark.parametrize("target", COMPILED)
def test_arrays_of_other_packages_are_written_in_place(target: Target) -> None:
    need(target)
    array = numpy.arange(5, dtype=numpy.float32)
    of(ADD_ONE).run(None, ByDlpack(array), target=target, **DYNAMIC)
    assert array.tolist() == [1, 2, 3, 4, 5]


@pytest.mark.gpu
def test_streams_and_arrays_of_cuda() -> None:
    need("cuda")
    from cuda.core import Device

    from asyncir.runtime.cuda_driver import DeviceMemory, clear, copy_to_host, finish_stream, make_current

    make_current()
    memory, stream = DeviceMemory(4 * 50), Device(0).create_stream()
    clear(memory.address, memory.size, int(stream.handle))

    class OnGpu:
        def __init__(self) -> None:
            described = {"version": 3, "shape": (50,), "typestr": "<f4", "data": (memory.address, False)}
            self.__cuda_array_interface__ = described | {"stream": int(stream.handle)}

    program = of(ADD_ONE)
    for _ in range(10):
        program.launch(None, OnGpu(), target="cuda", stream=stream, **DYNAMIC)
    program.run(None, OnGpu(), target="cuda", stream=int(stream.handle), **DYNAMIC)
    finish_stream(int(stream.handle))
    program.run(None, OnGpu(), target="cuda", **DYNAMIC)
    found = numpy.zeros(50, numpy.float32)
    copy_to_host(int(found.ctypes.data), memory.address, memory.size)
    assert (found == 12).all()


# ---------------------------------------------------------------------------------------------------------------- isolated

CRASH = """\
func.func @main(%a: memref<?xi32>, %where: index) {
  %c1 = arith.constant 1 : i32
  memref.store %c1, %a[%where] : memref<?xi32>
  return
}
"""


@pytest.mark.parametrize("target", COMPILED)
def test_isolated_runs(target: Target) -> None:
    need(target)
    outcome = of(DOUBLE).run(None, 21, target=target, isolated=True, **DYNAMIC)
    assert (outcome.value, outcome.target) == (42, target) and outcome.stats["kernel_ms"] is not None
    array = numpy.zeros(4, numpy.float32)
    of(ADD_ONE).run(None, array, target=target, isolated=True, **DYNAMIC)
    assert (array == 1).all()


@pytest.mark.parametrize("target", COMPILED)
def test_isolated_runs_raise_what_others_raise(target: Target) -> None:
    need(target)
    program = of(WRONG)
    for what, kind in ((1, TaskError), (2, DeadlockError)):
        errors: list[asyncir.AsyncirError] = []
        for isolated in (False, True):
            with pytest.raises(kind) as caught:
                program.run(None, what, target=target, isolated=isolated, **DYNAMIC)
            errors.append(caught.value)
        assert errors[0].render() == errors[1].render()


def test_a_program_that_writes_anywhere_ends_its_own_process_alone() -> None:
    array = numpy.zeros(4, numpy.int32)
    with pytest.raises(IsolationError, match="the process in which @main ran was ended by SIGSEGV") as caught:
        of(CRASH).run(None, array, 1 << 50, target="cpu", isolated=True)
    assert (caught.value.signal, caught.value.exit_status) == ("SIGSEGV", 3)
    of(CRASH).run(None, array, 2, target="cpu", isolated=True)
    assert array.tolist() == [0, 0, 1, 0]


def test_what_the_reference_does_not_take() -> None:
    for wrong in ({"isolated": True}, {"stream": asyncir.Stream()}):
        with pytest.raises(InputError, match=f"the reference takes no {next(iter(wrong))}"):
            of(DOUBLE).run(None, 1, target="reference", **wrong)  # type: ignore[arg-type]


def test_the_document_is_true() -> None:
    text = (ROOT / "docs" / "launches.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 4
    names: dict[str, Any] = {"__name__": "document"}
    for block in blocks:
        exec(compile(block, "launches.md", "exec"), names)
    assert names["array"].tolist() == [6] * 4

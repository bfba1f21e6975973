"""Arrays in the GPU's memory in isolated runs, with a GPU that is memory of the host and a child that is this process."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest
from fake_cuda import Gpu, gpu
from runtime_kernels import entry

from asyncir.abi import Array
from asyncir.errors import InputError, InternalError, IsolationError
from asyncir.runtime import isolation
from asyncir.runtime.isolation import run_isolated
from asyncir.runtime.launch import Options
from asyncir.runtime.messages import Code, Ended
from asyncir.runtime.shared_arrays import Placed, array_at, attach
from asyncir.runtime.statistics import Stats

__all__ = ["gpu"]

VECTOR, BRAIN = Array("f32", (None,)), Array("bf16", (None,))
STREAM, ARRIVAL = 7, 99
"""A stream of another package, and the one in which arrays are handed over: fake_cuda.py numbers it."""


class OnDevice:
    """An array of another package, as `__cuda_array_interface__` tells of it."""

    def __init__(self, values: numpy.ndarray[Any, Any], stream: int | None = None, first: int = 0) -> None:
        self.values = values
        described = {"version": 3, "shape": (values.size - first,), "typestr": values.dtype.str, "strides": None, "stream": stream}
        self.__cuda_array_interface__ = described | {"data": (int(values[first:].ctypes.data), False)}


class Copies:
    """What the driver was asked to copy and to wait for."""

    def __init__(self, broken: bool = False) -> None:
        self.done: list[tuple[str, int]] = []
        status = 700 if broken else 0

        def copy(name: str) -> Callable[[int, int, int, int], tuple[int]]:
            def call(target: int, source: int, size: int, stream: int) -> tuple[int]:
                self.done.append((name, size))
                ctypes.memmove(target, source, 0 if broken else size)
                return (status,)

            return call

        def finish(stream: int) -> tuple[int]:
            self.done.append(("finish", stream))
            return (0,)

        driver = vars(sys.modules["cuda.bindings.driver"])
        driver.update(cuMemcpyDtoHAsync=copy("read"), cuMemcpyHtoDAsync=copy("write"), cuStreamSynchronize=finish)


Kernel = Callable[[list[Any]], None]


def child(monkeypatch: pytest.MonkeyPatch, kernel: Kernel) -> None:
    """A child that runs `kernel` on the arguments as a child sees them."""

    def run(code: Code, values: tuple[Any, ...], memory: str | None, options: Options, output: object) -> Ended:
        shared = attach(memory) if memory is not None else None
        try:
            kernel([array_at(shared, value) if isinstance(value, Placed) else value for value in values])
        finally:
            if shared is not None:
                shared.close()
        stats: Stats = {}  # pyright: ignore[reportAssignmentType]
        return Ended((), stats)

    monkeypatch.setattr(isolation, "_run", run)


def code(*parameters: str | Array, target: Any = "cuda") -> Code:
    return Code(entry(parameters), target, b"")


def shared_memory() -> set[str]:
    return {path.name for path in Path("/dev/shm").glob("psm_*")}


def doubled(arguments: list[Any]) -> None:
    for argument in arguments:
        assert isinstance(argument, numpy.ndarray)
        argument *= 2


def test_they_are_copied_there_and_back(gpu: Gpu, monkeypatch: pytest.MonkeyPatch) -> None:
    copies, seen = Copies(), list[Any]()
    child(monkeypatch, lambda arguments: (seen.extend(str(argument.dtype) for argument in arguments), doubled(arguments))[1])
    there, here = numpy.arange(5, dtype=numpy.float32), numpy.ones(3, numpy.float32)
    run_isolated(code(VECTOR, VECTOR), (OnDevice(there, STREAM), here), Options())
    assert there.tolist() == [0, 2, 4, 6, 8] and here.tolist() == [2, 2, 2] and seen == ["float32", "float32"]
    assert copies.done[:2] == [("finish", STREAM), ("read", 20)], "who fills the array is waited for"
    assert copies.done[-2:] == [("write", 20), ("finish", ARRIVAL)], "what comes behind the run finds it there"


def test_one_given_twice_is_one_and_parts_keep_their_distance(gpu: Gpu, monkeypatch: pytest.MonkeyPatch) -> None:
    def move(arguments: list[Any]) -> None:
        first, second, part = arguments
        first[3] = 5
        assert second[3] == 5 and part[2] == 5
        part[0] = 6
        assert first[1] == 6

    Copies()
    child(monkeypatch, move)
    there = numpy.zeros(4, numpy.float32)
    run_isolated(code(VECTOR, VECTOR, VECTOR), (OnDevice(there), OnDevice(there), OnDevice(there, first=1)), Options())
    assert there.tolist() == [0, 6, 0, 5]


def test_types_that_numpy_has_not_are_bits(gpu: Gpu, monkeypatch: pytest.MonkeyPatch) -> None:
    Copies()
    child(monkeypatch, lambda arguments: arguments[0].__setitem__(0, 0x3F80))
    there = numpy.zeros(2, numpy.uint16)
    run_isolated(code(BRAIN), (OnDevice(there),), Options())
    assert there.tolist() == [0x3F80, 0]


def test_without_elements_nothing_is_copied(gpu: Gpu, monkeypatch: pytest.MonkeyPatch) -> None:
    copies, shapes = Copies(), list[Any]()
    child(monkeypatch, lambda arguments: shapes.append(arguments[0].shape))
    run_isolated(code(VECTOR), (OnDevice(numpy.zeros(0, numpy.float32)),), Options())
    assert shapes == [(0,)] and not copies.done


@pytest.mark.skipif(sys.platform != "linux", reason="looks where Linux keeps shared memory")
def test_a_child_that_dies_leaves_no_memory_and_does_not_hide_behind_a_copy(gpu: Gpu, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(arguments: list[Any]) -> None:
        arguments[0][:] = 9
        raise IsolationError("the process in which @k ran was ended by SIGKILL", None, returncode=-9, signal="SIGKILL", notes=[])

    before, copies = shared_memory(), Copies()
    child(monkeypatch, dies)
    with pytest.raises(IsolationError):
        run_isolated(code(VECTOR), (OnDevice(numpy.zeros(4, numpy.float32)),), Options())
    assert [name for name, _ in copies.done] == ["read", "finish"] and shared_memory() <= before


@pytest.mark.skipif(sys.platform != "linux", reason="looks where Linux keeps shared memory")
def test_a_device_that_does_not_copy_is_an_error(gpu: Gpu, monkeypatch: pytest.MonkeyPatch) -> None:
    before = shared_memory()
    Copies(broken=True)
    child(monkeypatch, doubled)
    with pytest.raises(InternalError, match="the GPU ended the kernel with 700"):
        run_isolated(code(VECTOR), (OnDevice(numpy.zeros(4, numpy.float32)),), Options())
    assert shared_memory() <= before


def test_this_process_needs_no_gpu_for_arrays_of_the_host(gpu: Gpu, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise AssertionError("the GPU was asked for")

    monkeypatch.setattr(isolation, "make_current", none)
    child(monkeypatch, doubled)
    here = numpy.ones(3, numpy.float32)
    run_isolated(code(VECTOR), (here,), Options())
    assert here.tolist() == [2, 2, 2]


def test_the_cpu_takes_none(gpu: Gpu) -> None:
    with pytest.raises(InputError, match="an array on the GPU, where the CPU cannot reach it"):
        run_isolated(code(VECTOR, target="cpu"), (OnDevice(numpy.zeros(4, numpy.float32)),), Options())
    with pytest.raises(InputError, match="that is read-only: pass a copy"):
        there = OnDevice(numpy.zeros(4, numpy.float32))
        there.__cuda_array_interface__["data"] = (4096, True)
        run_isolated(code(VECTOR), (there,), Options())

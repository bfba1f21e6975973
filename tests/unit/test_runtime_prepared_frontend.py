"""Kernels of the Python frontend that start as prepared ones do: no look at signatures, and the arguments that they take otherwise."""

from __future__ import annotations

import struct
import sys
import types
from typing import Any

import pytest
from fake_cuda import Gpu, gpu

import asyncir
from asyncir.errors import InputError
from asyncir.runtime.prepared_launch import StreamLaunch
from asyncir_python import Array, f32, i32, instance, kernel, u32

__all__ = ["gpu"]

STREAM = 5


@kernel(target="cuda", stream=STREAM)
async def scale(x: Array[f32, 1], n: i32, by: f32, up: bool):
    i = instance()
    if i < n:
        x[i] = x[i] * by if up else x[i] / by


@kernel(target="cuda", stream=STREAM)
async def add(n: i32) -> i32:
    return n + 1


@kernel(target="cuda", stream=STREAM)
async def unsigned(n: u32) -> u32:
    return n + 1


@kernel(target="cuda", stream=STREAM)
async def untyped(n):
    return n + 1


@pytest.fixture
def torch(monkeypatch: pytest.MonkeyPatch) -> None:
    class Tensor:
        __module__ = "torch"
        dtype, shape, requires_grad = "float32", (8,), False

        @property
        def __cuda_array_interface__(self) -> dict[str, Any]:
            return {"version": 3, "shape": (8,), "typestr": "<f4", "data": (4096, False)}

        def data_ptr(self) -> int:
            return 4096

        def get_device(self) -> int:
            return 0

        def is_contiguous(self) -> bool:
            return True

    package = types.SimpleNamespace(float32="float32", Tensor=Tensor)
    package._C = types.SimpleNamespace(_cuda_getCurrentRawStream=lambda device: STREAM)
    monkeypatch.setitem(sys.modules, "torch", package)


def test_the_second_launch_asks_nothing_twice(gpu: Gpu, torch: None, monkeypatch: pytest.MonkeyPatch) -> None:
    gpu.arguments, many = 7, scale[300]
    tensor: Any = sys.modules["torch"].Tensor()
    many.launch(tensor, 8, 2.0, True).wait()

    def asked(*given: object) -> None:
        raise AssertionError(given)

    with monkeypatch.context() as patch:
        patch.setattr(type(many), "_for", asked)
        patch.setattr(asyncir.Program, "launch", asked)
        running = scale[300].launch(tensor, 7, 3.0, False)
    assert isinstance(running.launch, StreamLaunch) and running.wait() is None
    cells = gpu.launched[1].cells
    assert [struct.unpack("<Q", cell)[0] for cell in (*cells[:2], cells[6])] == [4096, 8, 300]
    assert (struct.unpack("<i4x", cells[2]), struct.unpack("<f4x", cells[3]), cells[4][0]) == ((7,), (3.0,), 0)
    assert scale[300].launch(x=tensor, n=7, by=3.0, up=True).wait() is None
    for wrong in ((tensor, 1 << 31, 1.0, True), (tensor, 1.5, 1.0, True)):
        with pytest.raises(InputError):
            scale[300].launch(*wrong)


@pytest.mark.parametrize("given", [unsigned, untyped])
def test_kernels_that_look_at_their_arguments(gpu: Gpu, given: Any) -> None:
    gpu.arguments = 4
    given.launch(5).wait()
    given.launch(6).wait()
    assert [launched.cells[0][0] for launched in gpu.launched] == [5, 6] and given._prepared is None


def test_results_are_the_frontend_s(gpu: Gpu) -> None:
    gpu.arguments = 4

    def run(launched: Any) -> None:
        import ctypes

        ctypes.c_int32.from_address(struct.unpack("<Q", launched.cells[1])[0]).value = launched.cells[0][0] + 1

    gpu.kernel = run
    assert [add.launch(number).wait() for number in range(3)] == [1, 2, 3] and add(41) == 42
    with pytest.raises(InputError, match="out of range for i32"):
        add.launch(1 << 31)

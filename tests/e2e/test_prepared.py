"""Prepared launches on a GPU: in streams of CUDA, of arrays that lie there, with failures, and next to launches that are not plain."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import numpy
import pytest
from targets import need, shared

import asyncir
from asyncir.errors import DeadlineError, TaskError

SHIFT = """\
func.func @shift(%a: memref<?xi32>, %by: i32, %most: i32) -> i32 attributes {task.kernel} {
  %i = task.instance : index
  %old = memref.load %a[%i] : memref<?xi32>
  %new = arith.addi %old, %by : i32
  %fits = arith.cmpi slt, %new, %most : i32
  cf.assert %fits, "too large"
  memref.store %new, %a[%i] : memref<?xi32>
  return %new : i32
}
"""
SIZE = 64

pytestmark = pytest.mark.gpu


class OnGpu:
    """Memory of the device, with what it holds."""

    def __init__(self) -> None:
        from asyncir.runtime.cuda_driver import DeviceMemory, clear, make_current, stop_stream

        make_current()
        self.memory = DeviceMemory(4 * SIZE)
        clear(self.memory.address, 4 * SIZE, stop_stream())
        self.__cuda_array_interface__ = {"version": 3, "shape": (SIZE,), "typestr": "<i4", "data": (self.memory.address, False)}

    def values(self) -> list[int]:
        from asyncir.runtime.cuda_driver import copy_to_host

        found = numpy.zeros(SIZE, numpy.int32)
        copy_to_host(int(found.ctypes.data), self.memory.address, found.nbytes)
        return found.tolist()


def shift() -> asyncir.Prepared:
    need("cuda")
    return shared(SHIFT, "shift.mlir").prepare("shift", target="cuda", instances=SIZE)


def new_stream() -> Any:
    from cuda.core import Device

    device = Device(0)
    device.set_current()
    return device.create_stream()


@pytest.mark.parametrize("kind", ["object", "number", "default"])
def test_launches_in_order_with_results_of_their_own(kind: str) -> None:
    kernel, array, stream = shift(), OnGpu(), new_stream()
    named = {"object": stream, "number": int(stream.handle), "default": 0}[kind]
    launches = [kernel(array, 1, 1 << 30, stream=named) for _ in range(1000)]
    assert type(launches[0]).__name__ == "StreamLaunch"
    for number, launch in enumerate(launches):
        assert launch.wait()[0].tolist() == [number + 1] * SIZE
    assert array.values() == [1000] * SIZE


def test_a_failure_is_that_of_its_launch() -> None:
    kernel, array, stream = shift(), OnGpu(), new_stream()
    launches = [kernel(array, 1, 1 if number % 10 == 7 else 1 << 30, stream=stream) for number in range(200)]
    for number, launch in enumerate(launches):
        if number % 10 == 7:
            with pytest.raises(TaskError, match="too large") as caught:
                launch.wait()
            assert caught.value.location is not None and caught.value.location.line == 6
        else:
            launch.wait()
    assert array.values() == [180] * SIZE


def test_awaited_stopped_and_from_threads() -> None:
    kernel, array, stream = shift(), OnGpu(), new_stream()

    async def main() -> None:
        await asyncio.gather(*[kernel(array, 1, 1 << 30, stream=stream) for _ in range(100)])

    asyncio.run(main())
    assert array.values() == [100] * SIZE

    def work() -> None:
        for _ in range(100):
            kernel(array, 1, 1 << 30, stream=stream)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    last = kernel(array, 0, 1 << 30, stream=stream)
    last.stop()
    try:
        last.wait()
    except DeadlineError as error:
        assert "was stopped" in error.message
    stream.sync()
    assert array.values() == [500] * SIZE


def test_a_stream_that_is_closed_before_the_launch_is_waited_for() -> None:
    kernel, array, stream = shift(), OnGpu(), new_stream()
    launch = kernel(array, 5, 1 << 30, stream=stream)
    stream.close()
    assert launch.wait()[0].tolist() == [5] * SIZE


def test_tensors_of_another_stream_are_waited_for() -> None:
    torch = pytest.importorskip("torch")
    kernel, stream = shift(), new_stream()
    for _ in range(20):
        # In PyTorch's own stream: it takes a while until the zeros are there.
        big = torch.zeros(1 << 26, dtype=torch.int32, device="cuda")
        tensor = (big + 1)[-SIZE:].contiguous()
        kernel(tensor, 1, 1 << 30, stream=stream).wait()
        assert tensor.tolist() == [2] * SIZE
    outside = torch.cuda.ExternalStream(int(stream.handle))
    with torch.cuda.stream(outside):
        tensor = torch.full((SIZE,), 7, dtype=torch.int32, device="cuda")
        kernel(tensor, 1, 1 << 30, stream=stream)
        assert (tensor * 2).tolist() == [16] * SIZE


def test_arrays_of_cupy() -> None:
    cupy = pytest.importorskip("cupy")
    kernel, stream = shift(), new_stream()
    with cupy.cuda.ExternalStream(int(stream.handle)):
        array = cupy.full(SIZE, 3, dtype="int32")
        kernel(array, 1, 1 << 30, stream=stream)
        assert array.tolist() == [4] * SIZE
        with pytest.raises(asyncir.InputError, match="C-contiguous"):
            kernel(cupy.zeros(2 * SIZE, dtype="int32")[::2], 1, 1 << 30, stream=stream)

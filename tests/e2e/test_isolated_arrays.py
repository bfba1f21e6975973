"""Isolated runs on arrays in the GPU's memory: what comes back, and what is left of this process's device when the child's is lost."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from targets import DEADLINE, need, shared

import asyncir
from asyncir.errors import AsyncirError

pytestmark = pytest.mark.gpu

ADD = """\
func.func @add(%a: memref<?xf32>, %b: memref<?xf32>) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = memref.dim %a, %c0 : memref<?xf32>
  scf.for %i = %c0 to %n step %c1 {
    %x = memref.load %a[%i] : memref<?xf32>
    %y = memref.load %b[%i] : memref<?xf32>
    %z = arith.addf %x, %y : f32
    memref.store %z, %a[%i] : memref<?xf32>
  }
  %first = memref.load %a[%c0] : memref<?xf32>
  return %first : f32
}
"""

WILD = """\
func.func @wild(%a: memref<?xf32>, %where: index) {
  %one = arith.constant 1.0 : f32
  memref.store %one, %a[%where] : memref<?xf32>
  return
}
"""


class OnGpu:
    """An array of another package, filled in a stream of its own."""

    def __init__(self, values: numpy.ndarray[Any, Any]) -> None:
        from cuda.core import Device

        from asyncir.runtime.cuda_driver import DeviceMemory, copy_to_device, make_current

        make_current()
        self._memory, self._stream, self._size = DeviceMemory(values.nbytes), Device(0).create_stream(), values.size
        copy_to_device(self._memory.address, int(values.ctypes.data), values.nbytes, int(self._stream.handle))
        described = {"version": 3, "shape": values.shape, "typestr": "<f4", "data": (self._memory.address, False)}
        self.__cuda_array_interface__ = described | {"stream": int(self._stream.handle)}

    def values(self) -> numpy.ndarray[Any, Any]:
        from asyncir.runtime.cuda_driver import copy_to_host

        found = numpy.zeros(self._size, numpy.float32)
        copy_to_host(int(found.ctypes.data), self._memory.address, found.nbytes)
        return found


def test_arrays_of_the_gpu_and_of_the_host() -> None:
    need("cuda")
    there, here = OnGpu(numpy.arange(1000, dtype=numpy.float32)), numpy.ones(1000, numpy.float32)
    program = shared(ADD, "add.mlir")
    for run in range(3):
        outcome = program.run("add", there, here, target="cuda", isolated=True, deadline=DEADLINE)
        assert outcome.value == run + 1
    assert (there.values() == numpy.arange(1000) + 3).all()
    program.run("add", here, there, target="cuda", isolated=True, deadline=DEADLINE)
    assert (here == numpy.arange(1000) + 4).all()
    program.run("add", there, there, target="cuda", isolated=True, deadline=DEADLINE)
    assert (there.values() == 2 * (numpy.arange(1000) + 3)).all(), "one that is given twice is one"
    program.run("add", there, here, target="cuda", deadline=DEADLINE)
    assert (there.values() == 3 * numpy.arange(1000) + 10).all(), "a run in this process finds what an isolated one left"


def test_a_child_that_loses_its_device_leaves_this_one_as_it_is() -> None:
    need("cuda")
    there, other = OnGpu(numpy.zeros(4, numpy.float32)), OnGpu(numpy.full(4, 7, numpy.float32))
    with pytest.raises(AsyncirError):
        shared(WILD, "wild.mlir").run("wild", there, 1 << 45, target="cuda", isolated=True, deadline=DEADLINE)
    assert (other.values() == 7).all()
    shared(WILD, "wild.mlir").run("wild", other, 2, target="cuda", isolated=True, deadline=DEADLINE)
    assert other.values().tolist() == [7, 7, 1, 7]


def test_the_cpu_takes_none() -> None:
    need("cuda")
    with pytest.raises(asyncir.InputError, match="where the CPU cannot reach it"):
        shared(WILD, "wild.mlir").run("wild", OnGpu(numpy.zeros(4, numpy.float32)), 0, target="cpu", isolated=True)

"""What goes into kernels and comes out: every scalar type, arrays of every element type, arrays the host watches."""

from __future__ import annotations

import time

import numpy
import pytest
from targets import DEADLINE, need, shared

import asyncir
from asyncir.program import Target

TARGETS = ["reference", "cpu", pytest.param("cuda", marks=pytest.mark.gpu)]
COMPILED = ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)]

VALUES = {
    "i1": [True, False],
    "i8": [0, 127, -128, -1],
    "i16": [1, -(1 << 15)],
    "i32": [(1 << 31) - 1, -(1 << 31)],
    "i64": [(1 << 63) - 1, -(1 << 63)],
    "index": [0, 1 << 40],
    "f16": [0.5, -65504.0],
    "bf16": [1.5, -(2.0**100)],
    "f32": [0.1, -3.4e38],
    "f64": [0.1, 1e300],
}

NUMPY = {
    "i1": "bool",
    "i8": "int8",
    "i16": "int16",
    "i32": "int32",
    "i64": "int64",
    "index": "int64",
    "f16": "float16",
    "f32": "float32",
    "f64": "float64",
}


def of(text: str) -> asyncir.Program:
    return shared(text, "f.mlir")


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("executor", ["inline", "dynamic"])
def test_every_scalar_type_comes_back(target: Target, executor: str) -> None:
    need(target)
    types = list(VALUES)
    parameters = ", ".join(f"%{number}: {type_}" for number, type_ in enumerate(types))
    returned = ", ".join(f"%{number}" for number in range(len(types)))
    text = (
        f"func.func @k({parameters}) -> ({', '.join(types)}) attributes {{task.kernel}} {{\n  return {returned} : {', '.join(types)}\n}}\n"
    )
    program = of(text)
    for pick in (0, -1):
        given = [VALUES[type_][pick] for type_ in types]
        results = program.run("k", *given, target=target, executor=executor, deadline=DEADLINE).results
        expected = [numpy.float32(value) if type_ == "f32" else value for type_, value in zip(types, given, strict=True)]
        assert list(results) == expected


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("type_", NUMPY)
def test_every_element_type_is_copied(target: Target, type_: str) -> None:
    need(target)
    text = f"""
    func.func @k(%from: memref<?x2x{type_}>, %to: memref<?x2x{type_}>) attributes {{task.kernel}} {{
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %n = memref.dim %from, %c0 : memref<?x2x{type_}>
      scf.for %i = %c0 to %n step %c1 {{
        %x = memref.load %from[%i, %c1] : memref<?x2x{type_}>
        memref.store %x, %to[%i, %c0] : memref<?x2x{type_}>
      }}
      return
    }}
    """
    source = numpy.array([[0, value] for value in [*VALUES[type_], 1]]).astype(NUMPY[type_])
    copy = numpy.zeros_like(source)
    of(text).run("k", source, copy, target=target, deadline=DEADLINE)
    assert numpy.array_equal(copy[:, 0], source[:, 1])
    assert not copy[:, 1].any()


SUM_INTO = """
func.func @k(%a: memref<?xi32>, %b: memref<?xi32>) attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %x = memref.load %a[%c0] : memref<?xi32>
  %c1 = arith.constant 1 : i32
  %y = arith.addi %x, %c1 : i32
  memref.store %y, %b[%c0] : memref<?xi32>
  %z = memref.load %a[%c0] : memref<?xi32>
  %twice = arith.addi %z, %z : i32
  memref.store %twice, %b[%c0] : memref<?xi32>
  return
}
"""


@pytest.mark.parametrize("target", TARGETS)
def test_the_same_array_twice_is_one_array(target: Target) -> None:
    need(target)
    array = numpy.array([4], numpy.int32)
    of(SUM_INTO).run("k", array, array, target=target, deadline=DEADLINE)
    assert array.tolist() == [10]


@pytest.mark.gpu
def test_arrays_that_overlap_are_refused_on_the_gpu() -> None:
    need("cuda")
    array = numpy.zeros(8, numpy.int32)
    with pytest.raises(asyncir.InputError, match="arguments 1 and 2 of @k share memory"):
        of(SUM_INTO).run("k", array[:6], array[2:], target="cuda")


COUNTING = """
func.func @k(%seen: memref<2xi32> {task.host_visible}) attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : i32
  %start = arith.constant 0 : i32
  cf.br ^loop(%start : i32)
^loop(%n: i32):
  %next = arith.addi %n, %c1 : i32
  task.publish %next, %seen[%c0] : memref<2xi32>
  task.yield_now
  cf.br ^loop(%next : i32)
}
"""


@pytest.mark.parametrize("target", COMPILED)
def test_the_host_sees_what_is_published_while_the_kernel_runs(target: Target) -> None:
    need(target)
    array = numpy.array([0, 7], numpy.int32)
    launch = of(COUNTING).launch("k", array, target=target, deadline=DEADLINE)
    view = launch.view(0)
    end = time.monotonic() + DEADLINE
    while view[0] < 100 and time.monotonic() < end:
        time.sleep(0.001)
    seen = int(view[0])
    assert not launch.done(), "it counts until it is stopped"
    launch.stop()
    with pytest.raises(asyncir.DeadlineError):
        launch.wait()
    assert seen >= 100
    assert array[0] >= seen and array[1] == 7, "what was published is in the array in the end"
    assert view[1] == 7, "a view outlives its launch"

"""What LLVM calls for operations that a processor lacks: the JIT's own functions, against Python's numbers."""

from __future__ import annotations

import ctypes
import math
import random
from collections.abc import Callable
from typing import Any

import numpy
import pytest
from runtime_kernels import kernel

import asyncir
from asyncir.lowering.codegen import compile_ptx
from asyncir.lowering.ptxas import assemble
from asyncir.lowering.toolkit import find_ptxas

WORD = (1 << 64) - 1

DIVIDE = """
define void @k(ptr %slots, i64 %first, i64 %last, i64 %worker) {
  %n = load i128, ptr %slots, align 8
  %d.at = getelementptr i8, ptr %slots, i64 16
  %d = load i128, ptr %d.at, align 8
  %r = OP i128 %n, %d
  %r.at = getelementptr i8, ptr %slots, i64 32
  store i128 %r, ptr %r.at, align 8
  ret void
}
"""

ON_GPU = """
target triple = "nvptx64-nvidia-cuda"
define ptx_kernel void @k(ptr %p) {
  %n = load i128, ptr %p, align 16
  %d.at = getelementptr i8, ptr %p, i64 16
  %d = load i128, ptr %d.at, align 16
  %a = udiv i128 %n, %d
  %b = urem i128 %n, %d
  %c = sdiv i128 %n, %d
  %e = srem i128 %n, %d
  %ab = xor i128 %a, %b
  %ce = xor i128 %c, %e
  %r = xor i128 %ab, %ce
  store i128 %r, ptr %p, align 16
  ret void
}
"""

CLOSED_FORM = """
func.func @sum(%n: i64, %step: i64) -> i64 attributes {task.kernel} {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %sum = scf.for %i = %zero to %n step %one iter_args(%acc = %zero) -> (i64) : i64 {
    %square = arith.muli %i, %i : i64
    %term = arith.muli %square, %step : i64
    %next = arith.addi %acc, %term : i64
    scf.yield %next : i64
  }
  func.return %sum : i64
}
"""


CALL = """
declare TO @NAME(FROM)
define void @k(ptr %slots, i64 %first, i64 %last, i64 %worker) {
  %in = load ptr, ptr %slots
  %out.at = getelementptr i8, ptr %slots, i64 8
  %out = load ptr, ptr %out.at
  br label %next
next:
  %i = phi i64 [ %first, %0 ], [ %i.next, %next ]
  %x.at = getelementptr FROM, ptr %in, i64 %i
  %x = load FROM, ptr %x.at
  %y = call TO @NAME(FROM %x)
  %y.at = getelementptr TO, ptr %out, i64 %i
  store TO %y, ptr %y.at
  %i.next = add i64 %i, 1
  %more = icmp slt i64 %i.next, %last
  br i1 %more, label %next, label %done
done:
  ret void
}
"""

POWER = """
declare TYPE @NAME(TYPE, i32)
define void @k(ptr %slots, i64 %first, i64 %last, i64 %worker) {
  %n = trunc i64 %last to i32
  %x = load TYPE, ptr %slots
  %y = call TYPE @NAME(TYPE %x, i32 %n)
  store TYPE %y, ptr %slots
  ret void
}
"""


def converted(name: str, given: numpy.ndarray[Any, Any], wanted: type[numpy.generic], types: tuple[str, str]) -> numpy.ndarray[Any, Any]:
    """What the function makes of each number."""
    code = kernel(CALL.replace("NAME", name).replace("FROM", types[0]).replace("TO", types[1]))
    result = numpy.zeros(len(given), wanted)
    slots = (ctypes.c_void_p * 2)(given.ctypes.data, result.ctypes.data)
    code.function(ctypes.addressof(slots), 0, len(given), 0)
    return result


def test_halves_without_instructions_for_them() -> None:
    """Each half, and floats beside and between them."""
    halves = numpy.arange(1 << 16, dtype=numpy.uint16).view(numpy.float16)
    with numpy.errstate(all="ignore"):
        floats = halves.astype(numpy.float32)
        assert numpy.array_equal(converted("__extendhfsf2", halves, numpy.float32, ("half", "float")), floats, equal_nan=True)
        near = [numpy.nextafter(floats, numpy.float32(to)) for to in (0, numpy.inf)]
        middle = (floats[:-1] + floats[1:]) / 2
        extra = numpy.float32([65520, 65519.99, 1e-30, 3e38])
        some = numpy.concatenate([floats, *near, middle, numpy.nextafter(middle, numpy.float32(0)), extra])
        found = converted("__truncsfhf2", some, numpy.float16, ("float", "half"))
        wanted = some.astype(numpy.float16)
    nan = numpy.isnan(wanted)
    assert numpy.array_equal(numpy.isnan(found), nan)
    assert numpy.array_equal(found.view(numpy.uint16)[~nan], wanted.view(numpy.uint16)[~nan])


@pytest.mark.parametrize(("name", "type_", "c_type"), [("__powisf2", "float", ctypes.c_float), ("__powidf2", "double", ctypes.c_double)])
def test_integer_powers(name: str, type_: str, c_type: Any) -> None:
    code = kernel(POWER.replace("NAME", name).replace("TYPE", type_))
    for base, exponent in [(2.0, 10), (1.5, 0), (3.0, 1), (2.0, -3), (-2.0, 5), (0.0, -1), (1.0, -(1 << 31))]:
        slot = c_type(base)
        code.function(ctypes.addressof(slot), 0, exponent, 0)
        assert slot.value == (base**exponent if base else math.inf), (base, exponent)


def signed(number: int) -> int:
    return number - (1 << 128) if number >> 127 else number


def truncated(n: int, d: int) -> int:
    return abs(n) // abs(d) * (1 if (n < 0) == (d < 0) else -1)


MEANING: dict[str, Callable[[int, int], int]] = {
    "udiv": lambda n, d: n // d,
    "urem": lambda n, d: n % d,
    "sdiv": lambda n, d: truncated(signed(n), signed(d)),
    "srem": lambda n, d: signed(n) - truncated(signed(n), signed(d)) * signed(d),
}


def operands() -> list[tuple[int, int]]:
    """Numbers of all lengths, those at the edges of words, and their negatives."""
    chosen = random.Random(1)
    edges = [1, 2, 3, 10, WORD - 1, WORD, WORD + 1, 1 << 127, (1 << 127) - 1, (1 << 128) - 1]
    pairs = [(n, d) for n in [0, *edges] for d in edges]
    for _ in range(500):
        n, d = (chosen.getrandbits(chosen.randint(1, 128)) for _ in range(2))
        pairs += [(n, d or 1), ((1 << 128) - n & (1 << 128) - 1, d or 1)]
    return pairs


@pytest.mark.parametrize("op", list(MEANING))
def test_division_of_128_bits(op: str) -> None:
    code = kernel(DIVIDE.replace("OP", op))
    slots = (ctypes.c_uint64 * 6)()
    for n, d in operands():
        if op[0] == "s" and (signed(n), signed(d)) == (-(1 << 127), -1):
            continue  # the quotient does not fit
        slots[:4] = [n & WORD, n >> 64, d & WORD, d >> 64]
        code.function(ctypes.addressof(slots), 0, 0, 0)
        assert (slots[4] | slots[5] << 64) == MEANING[op](n, d) % (1 << 128), (op, n, d)


def test_a_loop_that_becomes_a_formula() -> None:
    """LLVM computes the sum of squares in 129 bits."""
    (result,) = asyncir.compile(CLOSED_FORM).run("sum", 1000, 7, target="cpu").results
    assert result == 7 * sum(i * i for i in range(1000))


@pytest.mark.skipif(find_ptxas() is None, reason="ptxas is not found")
def test_a_gpu_divides_128_bits_in_line() -> None:
    ptx = compile_ptx(ON_GPU, "sm_90")
    assert "ti3" not in ptx and "call" not in ptx
    assert assemble(ptx, "sm_90").kernels.keys() == {"k"}

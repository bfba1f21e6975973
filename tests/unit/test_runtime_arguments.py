"""Arguments against parameters: what fits, what does not and what is said about it, and how values become bits."""

from __future__ import annotations

import math
import struct

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from runtime_kernels import entry

from asyncir.abi import SCALAR_BYTES, Array
from asyncir.errors import InputError
from asyncir.runtime.arguments import ArrayArgument, check_arguments, pack_slots, type_text
from asyncir.runtime.results import ResultLayout
from asyncir.runtime.scalars import from_bits, from_memory, to_bits

VECTOR = Array("f32", (None,))
INTEGERS = ["i8", "i16", "i32", "i64", "index"]


def message(parameters: tuple, *values: object) -> str:
    with pytest.raises(InputError) as caught:
        check_arguments(entry(parameters), values)
    return caught.value.message


@given(st.sampled_from(INTEGERS), st.data())
def test_integers_keep_their_value(type_: str, data: st.DataObject) -> None:
    half = 1 << (8 * SCALAR_BYTES[type_] - 1)
    value = data.draw(st.integers(-half, half - 1))
    assert from_bits(type_, to_bits(type_, value)) == value


@given(st.floats(width=32))
def test_f32_keeps_its_value(value: float) -> None:
    back = from_bits("f32", to_bits("f32", value))
    assert back == value or (math.isnan(back) and math.isnan(value))


@pytest.mark.parametrize(
    ("type_", "value", "bits"),
    [
        ("i1", True, 1),
        ("i1", 0, 0),
        ("i8", 255, 0xFF),
        ("i8", -1, 0xFF),
        ("i32", numpy.int64(-2), 0xFFFFFFFE),
        ("i64", (1 << 64) - 1, (1 << 64) - 1),
        ("f16", 1.5, 0x3E00),
        ("bf16", 1.0, 0x3F80),
        ("bf16", 1 + 2**-8, 0x3F80),  # a tie goes to the even neighbour
        ("bf16", 1 + 3 * 2**-8, 0x3F82),
        ("bf16", math.inf, 0x7F80),
        ("f32", numpy.float64(0.5), 0x3F000000),
        ("f64", 3, struct.unpack("<Q", struct.pack("<d", 3.0))[0]),
    ],
)
def test_bits(type_: str, value: object, bits: int) -> None:
    assert to_bits(type_, value) == bits


def test_results_are_signed() -> None:
    assert from_memory("i8", b"\xff") == -1
    assert from_memory("i1", b"\x01") is True
    assert from_memory("bf16", b"\x80\x3f") == 1.0


@pytest.mark.parametrize(
    ("type_", "value", "said"),
    [
        ("i8", 256, "expected i8, got 256 (int), out of range: -128 to 255"),
        ("i1", 2, "expected i1, got 2 (int), out of range: 0 to 1"),
        ("i32", True, "expected i32, got True (bool)"),
        ("i32", 1.0, "expected i32, got 1.0 (float)"),
        ("f32", "1", "expected f32, got '1' (str)"),
        ("f32", 1e300, "expected f32, got 1e+300 (float), out of range"),
        ("f64", True, "expected f64, got True (bool)"),
    ],
)
def test_scalar_that_does_not_fit(type_: str, value: object, said: str) -> None:
    assert message((type_,), value) == f"argument 0 of @k: {said}"


def test_wrong_number_of_arguments() -> None:
    assert message(("i32", VECTOR), 1) == "@k takes 2 arguments, got 1"
    assert message((), 1) == "@k takes no arguments, got 1"


EXPECTED = "argument 0 of @k: expected memref<?xf32> (a C-contiguous float32 array of rank 1), got "


def test_array_that_does_not_fit() -> None:
    assert message((VECTOR,), numpy.zeros((3, 4))) == EXPECTED + "float64 array of shape (3, 4)"
    assert message((VECTOR,), [1.0]) == EXPECTED + "[1.0] (list)"
    strided = numpy.zeros(8, numpy.float32)[::2]
    assert message((VECTOR,), strided).endswith("that is not C-contiguous: pass numpy.ascontiguousarray(…)")
    foreign = numpy.zeros(4, ">f4")
    assert message((VECTOR,), foreign).endswith("in foreign byte order")
    constant = numpy.zeros(4, numpy.float32)
    constant.flags.writeable = False
    assert message((VECTOR,), constant).endswith("that is read-only: pass a copy")


def test_static_sizes_are_checked() -> None:
    fixed = (Array("i32", (2, None)),)
    assert "got int32 array of shape (3, 2)" in message(fixed, numpy.zeros((3, 2), numpy.int32))
    (given_array,) = check_arguments(entry(fixed), [numpy.zeros((2, 5), numpy.uint32)])
    assert isinstance(given_array, ArrayArgument)
    assert given_array.dynamic_sizes == (5,)


def test_bf16_arrays_are_their_bits() -> None:
    check_arguments(entry((Array("bf16", (None,)),)), [numpy.zeros(3, numpy.uint16)])
    assert "got float16 array" in message((Array("bf16", (None,)),), numpy.zeros(3, numpy.float16))


def test_type_text() -> None:
    assert type_text(Array("f32", (None, 4))) == "memref<?x4xf32>"
    assert type_text(Array("i8", ())) == "memref<i8>"


def test_slots() -> None:
    array = numpy.zeros((3, 5), numpy.float32)
    arguments = check_arguments(entry(("i8", Array("f32", (None, 5)), "f32")), [-1, array, 1.0])
    assert struct.unpack("<5Q", pack_slots(arguments, [77])) == (0xFF, array.ctypes.data, 3, 0x3F800000, 77)


def test_results_over_instances() -> None:
    layout = ResultLayout(("i1", "i32"), 3)
    data = bytearray(layout.bytes)
    data[layout.offsets[0] : layout.offsets[0] + 3] = b"\x01\x00\x01"
    struct.pack_into("<3i", data, layout.offsets[1], 7, -8, 9)
    flags, numbers = layout.values(bytes(data))
    assert flags.dtype == bool and flags.tolist() == [True, False, True]
    assert numbers.dtype == numpy.int32 and numbers.tolist() == [7, -8, 9]

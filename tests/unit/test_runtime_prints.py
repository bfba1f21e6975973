"""What programs print. The expected texts are what MLIR 22's runner printed for the same values."""

from __future__ import annotations

import ctypes
import math

import numpy
import pytest

from asyncir.runtime.prints import float_text, memref_text

CODES = {"int8": 0, "int16": 1, "int32": 2, "int64": 3, "float32": 4, "float64": 5}


def printed(array: numpy.ndarray) -> str:
    """The text of an array, without its address."""
    words = [0, array.ctypes.data, 0, *array.shape, *(stride // array.itemsize for stride in array.strides)]
    descriptor = (ctypes.c_int64 * len(words))(*words)
    head, rest = memref_text(array.ndim, ctypes.addressof(descriptor), CODES[array.dtype.name]).split(" rank", 1)
    assert head == f"Unranked Memref base@ = {array.ctypes.data:#x}"
    return "rank" + rest


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-0.0, "-0"), (1.5, "1.5"), (1.234567e10, "1.23457e+10"), (1e-5, "1e-05"), (math.inf, "inf"), (-math.inf, "-inf"),
     (math.nan, "nan"), (-math.nan, "-nan"), (100000.0, "100000"), (1000000.0, "1e+06")],
)  # fmt: skip
def test_floats(value: float, text: str) -> None:
    assert float_text(value) == text


def test_one_dimension() -> None:
    text = "rank = 1 offset = 0 sizes = [4] strides = [1] data = \n[1,  2,  3,  4]\n"
    assert printed(numpy.array([1, 2, 3, 4], numpy.int32)) == text
    assert printed(numpy.array([1, 2, 3, 4], numpy.float32)) == text


def test_three_dimensions() -> None:
    array = numpy.full((2, 3, 2), 1.234567e10, numpy.float32)
    assert printed(array) == (
        "rank = 3 offset = 0 sizes = [2, 3, 2] strides = [6, 2, 1] data = \n"
        "[[[1.23457e+10,    1.23457e+10], \n"
        "  [1.23457e+10,    1.23457e+10], \n"
        "  [1.23457e+10,    1.23457e+10]], \n"
        " [[1.23457e+10,    1.23457e+10], \n"
        "  [1.23457e+10,    1.23457e+10], \n"
        "  [1.23457e+10,    1.23457e+10]]]\n"
    )


def test_no_dimension() -> None:
    assert printed(numpy.array(-2.5)) == "rank = 0 offset = 0 sizes = [] strides = [] data = \n[-2.5]\n"


def test_strides_are_followed() -> None:
    assert printed(numpy.arange(8, dtype=numpy.int64)[::3]).endswith("sizes = [3] strides = [3] data = \n[0,  3,  6]\n")


def test_bytes_are_characters() -> None:
    assert printed(numpy.array([65, 98], numpy.int8)).endswith("\n[A,  b]\n")


def test_no_elements() -> None:
    assert printed(numpy.zeros((0,), numpy.int32)).endswith("data = \n[]\n")
    assert printed(numpy.zeros((2, 0), numpy.int32)).endswith("data = \n[[], \n []]\n")

"""Arrays in the asyncio run: views of NumPy's, indexing, conversion on store, arrays made in tasks, atomics."""

from __future__ import annotations

import math
from typing import Any, Literal, get_type_hints

import numpy as np
import pytest

from asyncir_python.scalars import bf16, f16, f32, f64, i8, i16, i32, i64, u8, u16, u32, u64
from asyncir_python.twin import (
    Array,
    Array2,
    Array3,
    ArrayType,
    atomic_add,
    atomic_and,
    atomic_exchange,
    atomic_max,
    atomic_min,
    atomic_or,
    atomic_xor,
    empty,
    zeros,
)
from asyncir_python.twin.elements import element_of_dtype

SCALARS = [i8, i16, i32, i64, u8, u16, u32, u64, f16, f32, f64]


def annotated(a: Array[f32], b: Array[f32, Literal[2]], c: Array2[i32], d: Array3[bool], e: Array[int], f: Array[float]) -> None: ...


def test_annotations() -> None:
    hints = get_type_hints(annotated)
    del hints["return"]
    assert list(hints.values()) == [
        ArrayType(f32), ArrayType(f32, 2), ArrayType(i32, 2), ArrayType(bool, 3), ArrayType(i64), ArrayType(f64)
    ]  # fmt: skip
    runtime: Any = Array
    assert runtime[f32, 2] == ArrayType(f32, 2)
    assert [str(hints["a"]), str(hints["c"])] == ["Array[f32]", "Array[i32, 2]"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (str, "an array holds bool, i8, .* not str"),
        ("i32", "an array holds .* not 'i32'"),
        ((f32, 0), "a rank of 1 to 8, got 0"),
        ((f32, 9), "a rank of 1 to 8, got 9"),
        ((f32, f32), "a rank of 1 to 8"),
    ],
)
def test_annotations_that_are_none(arguments: Any, message: str) -> None:
    runtime: Any = Array
    with pytest.raises(TypeError, match=message):
        runtime[arguments]


@pytest.mark.parametrize("scalar", SCALARS)
def test_elements_have_the_arrays_type(scalar: type[Any]) -> None:
    data = np.array([1, 2, 3], scalar.dtype)
    of: Any = Array.of
    array: Any = of(data)
    assert (array.element, type(array[1]), array[1]) == (scalar, scalar, 2)
    array[1] = 7
    assert data.tolist() == [1, 7, 3]


def test_of_refuses() -> None:
    of: Any = Array.of
    with pytest.raises(TypeError, match="takes a NumPy array, got list"):
        of([1, 2])
    with pytest.raises(TypeError, match="1 to 8 dimensions, got 0"):
        of(np.array(1))
    with pytest.raises(TypeError, match="dtype 'complex64' is not supported"):
        of(np.zeros(2, np.complex64))
    with pytest.raises(TypeError, match="in the machine's byte order"):
        of(np.zeros(2, np.dtype("i4").newbyteorder()))
    with pytest.raises(TypeError, match=r"Array\[f32\] expected, got Array\[f64\]"):
        Array[f32].of(np.zeros(2))
    with pytest.raises(TypeError, match=r"Array\[f64\] expected, got Array\[f64, 2\]"):
        Array[f64].of(np.zeros((2, 2)))
    with pytest.raises(TypeError, match="an array is made by"):
        Array()


def test_stores_wrap_and_round() -> None:
    bytes_, floats = Array[u8].of(np.zeros(2, np.uint8)), Array[f32].of(np.zeros(2, np.float32))
    bytes_[0], bytes_[1] = 257, -1
    floats[0], floats[1] = 0.1, 1
    assert list(bytes_) == [1, 255]
    assert list(floats) == [float(np.float32(0.1)), 1.0]
    assert list(map(type, floats)) == [f32, f32]
    floats[0] = np.float16(0.5)  # pyright: ignore[reportArgumentType, reportCallIssue]
    bytes_[0] = np.int64(258)  # pyright: ignore[reportArgumentType, reportCallIssue]
    assert (floats[0], bytes_[0]) == (0.5, 2)


def test_what_is_not_converted() -> None:
    ints, flags = zeros(2, i32), zeros(2, bool)
    with pytest.raises(TypeError, match=r"a float does not become i32 by itself: write i32\(x\)"):
        ints[0] = 2.0
    with pytest.raises(TypeError, match="write x != 0"):
        flags[0] = 1
    with pytest.raises(TypeError, match="i32 expected, got str"):
        ints[0] = "1"  # pyright: ignore[reportArgumentType, reportCallIssue]
    ints[0], flags[1] = True, True
    assert (list(ints), list(flags)) == ([1, 0], [False, True])


def test_indices_are_pythons() -> None:
    array = Array[i64].of(np.arange(5))
    assert (array[-1], array[i32(2)], len(array), array.shape, array.size, array.rank) == (4, 2, 5, (5,), 5, 1)
    for index in (5, -6):
        with pytest.raises(IndexError):
            array[index]
        with pytest.raises(IndexError):
            array[index] = 0


def test_slices_and_rows_are_views() -> None:
    data = np.arange(12, dtype=np.int32).reshape(3, 4)
    array = Array[i32, Literal[2]].of(data)
    row, part, block, column = array[1], array[1][1:3], array[1:], array[:, 2]
    assert ([*row], [*part], block.shape, [*column]) == ([4, 5, 6, 7], [5, 6], (2, 4), [2, 6, 10])
    part[0], row[-1], block[0, 0] = 50, 70, 40
    assert data[1].tolist() == [40, 50, 6, 70]
    assert [sum(line) for line in array] == [6, 166, 38]
    assert list(array[0][2:100]) == [2, 3]
    assert len(array[3:]) == 0


@pytest.mark.parametrize(
    ("index", "message"),
    [
        (slice(0, 4, 2), r"a slice has no step here: a\[i:j\], not a\[i:j:2\]"),
        (1.0, "an index is an integer or a slice, not float"),
        (True, r"a bool is no index: write int\(flag\)"),
        (None, "not NoneType"),
        ((0, 0, 0), "2 dimensions takes no 3 indices"),
    ],
)
def test_what_is_no_index(index: Any, message: str) -> None:
    array: Any = zeros((4, 4), f32)
    with pytest.raises(TypeError, match=message):
        array[index]


def test_stores_name_one_element() -> None:
    array: Any = zeros((4, 4), f32)
    with pytest.raises(TypeError, match="a slice takes no value"):
        array[0:2] = 1.0
    with pytest.raises(TypeError, match="has 2 indices, got 1"):
        array[0] = 1.0


def test_arrays_of_a_task() -> None:
    tile = zeros((2, 3), f32)
    assert (tile.shape, tile[1, 2], type(tile[1, 2])) == ((2, 3), 0.0, f32)
    assert [type(zeros(1, kind)[0]) for kind in (int, float, bool, bf16)] == [i64, f64, bool, bf16]
    halves = zeros(1, bf16)
    halves[0] = 1.01
    assert halves[0] == bf16(1.01)
    poison = empty(2, i32)
    assert (poison[0], empty((2, 2), u8)[1, 1], empty(1, bool)[0]) == (-842150451, 0xCD, True)
    assert math.isnan(empty(1, f16)[0])
    with pytest.raises(ValueError, match="not negative"):
        zeros(-1, i32)
    with pytest.raises(TypeError, match="not str"):
        zeros(1, str)
    assert len(zeros(i32(0), i32)) == 0


def test_atomics_give_the_old_element() -> None:
    array = Array[i32].of(np.array([5, 5, 5, 12, 12, 12, 1], np.int32))
    old = [
        atomic_add(array, 0, 2**31 - 1),
        atomic_max(array, 1, 9),
        atomic_min(array, 2, -1),
        atomic_and(array, 3, 10),
        atomic_or(array, 4, 3),
        atomic_xor(array, 5, 5),
        atomic_exchange(array, 6, 8),
    ]
    assert old == [5, 5, 5, 12, 12, 12, 1]
    assert {type(value) for value in old} == {i32}
    assert list(array) == [-(2**31) + 4, 9, -1, 8, 15, 9, 8]


def test_atomics_of_floats() -> None:
    array = Array[f32, Literal[2]].of(np.array([[0.0, 1.0]], np.float32))
    assert atomic_max(array, (0, 0), -0.0) == 0.0
    assert math.copysign(1.0, array[0, 0]) == 1.0
    atomic_min(array, (0, 0), -0.0)
    assert math.copysign(1.0, array[0, 0]) == -1.0
    atomic_max(array, (0, 1), math.nan)
    assert math.isnan(atomic_min(array, (0, 1), 3.0)) and math.isnan(array[0, 1])
    with pytest.raises(TypeError, match="atomic_or works on integers, not on an array of f32"):
        atomic_or(array, (0, 0), 1)
    with pytest.raises(TypeError, match="use one of u32"):
        atomic_exchange(zeros(1, bool), 0, True)
    with pytest.raises(TypeError, match="has 2 indices, got 1"):
        atomic_add(array, 0, 1.0)


def test_dtypes_of_other_packages_have_numpys_names() -> None:
    """PyTorch's have no `name`, and print as `torch.float32`."""

    class Foreign:
        def __str__(self) -> str:
            return "torch.float32"

    assert element_of_dtype(Foreign()) is f32

"""Arrays: arguments, allocation, views, and every access that is wrong."""

from __future__ import annotations

import numpy as np
import pytest
from reference_programs import column_of, results, run

from asyncir.errors import InputError, TaskError

SUM = """
func.func @main(%n: index, %a: memref<?xf32>) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f32
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%sum = %z) -> (f32) {
    %x = memref.load %a[%i] : memref<?xf32>
    %y = arith.addf %sum, %x : f32
    memref.store %y, %a[%i] : memref<?xf32>
    scf.yield %y : f32
  }
  return %s : f32
}"""


def test_arrays_are_written_in_place() -> None:
    array = np.arange(5, dtype=np.float32)
    assert results(SUM, 5, array) == [10.0]
    assert array.tolist() == [0.0, 1.0, 3.0, 6.0, 10.0]


def test_reading_behind_the_end_is_an_error_and_what_was_written_before_stays() -> None:
    array = np.ones(3, dtype=np.float32)
    with pytest.raises(TaskError, match=r"index \[3\] in an array of 3") as caught:
        run(SUM, 4, array)
    assert caught.value.kind == "out-of-bounds"
    assert caught.value.location is not None
    assert (caught.value.location.line, caught.value.location.column) == column_of(SUM, "memref.load")
    assert array.tolist() == [1.0, 2.0, 3.0]


FIVE_OF_FOUR = "%a to offset: [0], sizes: [5], strides: [1] : memref<4xi32> to memref<5xi32>"


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        ("%x = memref.load %a[%c0] : memref<4xi32>", "uninitialised-read", "never written"),
        ("memref.dealloc %a : memref<4xi32>\n  memref.store %v, %a[%c0] : memref<4xi32>", "use-after-free", "freed before"),
        ("memref.dealloc %a : memref<4xi32>\n  memref.dealloc %a : memref<4xi32>", "double-free", "freed before"),
        ("%m = arith.constant -1 : index\n  memref.store %v, %a[%m] : memref<4xi32>", "out-of-bounds", r"index \[-1\]"),
        ("%k = memref.get_global @k : memref<2xi32>\n  memref.store %v, %k[%c0] : memref<2xi32>", "read-only", "read-only"),
        (
            "%s = memref.subview %a[%n][2][1] : memref<4xi32> to memref<2xi32, strided<[1], offset: ?>>",
            "out-of-bounds",
            "of 2 elements from 3",
        ),
        (
            "%s = memref.reinterpret_cast %a to offset: [0], sizes: [5], strides: [1] : memref<4xi32> to memref<5xi32>",
            "out-of-bounds",
            "beyond",
        ),
        ("%d = memref.alloc(%n) : memref<?xi32>\n  %s = memref.cast %d : memref<?xi32> to memref<4xi32>", "undefined", r"of sizes \[3\]"),
        ("%d = memref.dim %a, %n : memref<4xi32>", "undefined", "'memref.dim' 3"),
    ],
)
def test_wrong_accesses_are_located_errors(body: str, kind: str, message: str) -> None:
    text = f"""
memref.global "private" constant @k : memref<2xi32> = dense<[1, 2]>
func.func @main() {{
  %c0 = arith.constant 0 : index
  %n = arith.constant 3 : index
  %v = arith.constant 7 : i32
  %a = memref.alloc() : memref<4xi32>
  {body}
  return
}}"""
    with pytest.raises(TaskError, match=message) as caught:
        run(text)
    assert caught.value.kind == kind
    assert caught.value.location is not None


def test_views_share_their_array() -> None:
    text = """
func.func @main(%a: memref<3x4xi32>) -> (i32, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %v = arith.constant 9 : i32
  %s = memref.subview %a[1, 1][2, 2][1, 2] : memref<3x4xi32> to memref<2x2xi32, strided<[4, 2], offset: 5>>
  %x = memref.load %s[%c1, %c1] : memref<2x2xi32, strided<[4, 2], offset: 5>>
  memref.store %v, %s[%c0, %c0] : memref<2x2xi32, strided<[4, 2], offset: 5>>
  %row = memref.subview %a[2, 0][1, 4][1, 1] : memref<3x4xi32> to memref<4xi32, strided<[1], offset: 8>>
  memref.store %v, %row[%c0] : memref<4xi32, strided<[1], offset: 8>>
  %d = memref.dim %row, %c0 : memref<4xi32, strided<[1], offset: 8>>
  %rank = memref.rank %a : memref<3x4xi32>
  return %x, %d, %rank : i32, index, index
}"""
    array = np.arange(12, dtype=np.int32).reshape(3, 4)
    assert results(text, array) == [11, 4, 2]
    assert array[1, 1] == 9 and array[2, 0] == 9
    assert (array == 9).sum() == 3


def test_copies_keep_what_is_uninitialised_uninitialised() -> None:
    text = """
func.func @main() -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %v = arith.constant 5 : i32
  %a = memref.alloc() : memref<2xi32>
  %b = memref.alloca() : memref<2xi32>
  memref.store %v, %a[%c0] : memref<2xi32>
  memref.copy %a, %b : memref<2xi32> to memref<2xi32>
  %x = memref.load %b[%c0] : memref<2xi32>
  %y = memref.load %b[%c1] : memref<2xi32>
  return %x : i32
}"""
    with pytest.raises(TaskError) as caught:
        run(text)
    assert caught.value.location is not None
    assert (caught.value.location.line, caught.value.location.column) == column_of(text, "memref.load %b[%c1]")


def test_a_negative_size_fails_the_task() -> None:
    text = """
async.func @t(%n: index) -> !async.token {
  %a = memref.alloc(%n) : memref<?xi32>
  return
}
func.func @main(%n: index) -> i32 {
  %h = async.call @t(%n) : (index) -> !async.token
  %kind, %code = task.try_await %h : !async.token
  return %kind : i32
}"""
    assert results(text, -1) == [6]
    assert results(text, 0) == [0]


def test_one_array_given_twice_is_one_array() -> None:
    text = """
func.func @main(%a: memref<2xi64>, %b: memref<2xi64>) -> i64 {
  %c0 = arith.constant 0 : index
  %v = arith.constant 5 : i64
  memref.store %v, %a[%c0] : memref<2xi64>
  %x = memref.load %b[%c0] : memref<2xi64>
  return %x : i64
}"""
    array = np.zeros(2, dtype=np.int64)
    assert results(text, array, array) == [5]
    assert array[0] == 5
    whole = np.zeros(3, dtype=np.int64)
    with pytest.raises(InputError, match="overlaps"):
        run(text, whole[:2], whole[1:])


def test_element_types_of_every_size() -> None:
    for element, dtype, value in [
        ("i1", bool, True),
        ("i8", np.int8, -3),
        ("i8", np.uint8, 253),
        ("i16", np.int16, -3),
        ("i32", np.uint32, 2**32 - 3),
        ("index", np.int64, -3),
        ("f16", np.float16, 1.5),
        ("f64", np.float64, 0.1),
    ]:
        text = f"""
func.func @main(%a: memref<2x{element}>) -> {element} {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = memref.load %a[%c0] : memref<2x{element}>
  memref.store %x, %a[%c1] : memref<2x{element}>
  return %x : {element}
}}"""
        array = np.array([value, 0], dtype=dtype)
        signed = -3 if dtype in (np.uint8, np.uint32) else value
        assert results(text, array) == [signed]
        assert array[1] == value


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([1], "takes 2 arguments, got 1"),
        ([1.5, np.zeros(2, np.float32)], "argument 0 of @main: expected index, got float 1.5"),
        ([1, [1.0, 2.0]], "expected an array"),
        ([1, np.zeros(2)], "expected an array of float32 for memref<\\?xf32>, got float64"),
        ([1, np.zeros((2, 2), np.float32)], "of sizes \\[2, 2\\]"),
        ([1, np.zeros(4, np.float32)[::2]], "not contiguous"),
        ([2**64, np.zeros(4, np.float32)], "does not fit index"),
    ],
)
def test_wrong_arguments_are_input_errors(args: list[object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        run(SUM, *args)


def test_shapes_are_collapsed_and_expanded() -> None:
    text = """
func.func @main(%a: memref<2x3x4xi32>, %i: index, %j: index) -> (i32, i32) {
  %c = memref.collapse_shape %a [[0, 1], [2]] : memref<2x3x4xi32> into memref<6x4xi32>
  %x = memref.load %c[%i, %j] : memref<6x4xi32>
  %e = memref.expand_shape %c [[0], [1, 2]] output_shape [6, 2, 2] : memref<6x4xi32> into memref<6x2x2xi32>
  %y = memref.load %e[%i, %j, %j] : memref<6x2x2xi32>
  return %x, %y : i32, i32
}"""
    array = np.arange(24, dtype=np.int32).reshape(2, 3, 4)
    assert results(text, array, 4, 1) == [17, 19]


def test_publishing_writes_the_caller_s_array() -> None:
    text = """
func.func @main(%a: memref<?xi32>, %i: index) {
  %v = arith.constant -1 : i32
  task.publish %v, %a[%i] : memref<?xi32>
  return
}"""
    array = np.zeros(2, dtype=np.uint32)
    run(text, array, 1)
    assert array.tolist() == [0, 2**32 - 1]

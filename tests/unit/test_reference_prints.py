"""What programs print is what MLIR's runner prints."""

from __future__ import annotations

import numpy as np
from reference_programs import results, run


def test_scalars() -> None:
    text = """
func.func @main(%b: i1, %i: i32, %x: index, %f: f32, %d: f64) {
  vector.print %b : i1
  vector.print %i : i32
  vector.print %x : index
  vector.print %f : f32
  vector.print %d : f64 punctuation <comma>
  vector.print str "text"
  vector.print punctuation <open>
  vector.print punctuation <close>
  vector.print punctuation <newline>
  return
}"""
    assert run(text, True, -5, -7, 0.1, 1234567.0).output == "1\n-5\n18446744073709551609\n0.1\n1.23457e+06, text(  )\n"
    assert run(text, False, 0, 0, float("nan"), float("-inf")).output == "0\n0\n0\nnan\n-inf, text(  )\n"


def test_functions_of_the_runner() -> None:
    text = """
func.func private @printI64(i64)
func.func private @printU64(i64)
func.func private @printF32(f32)
func.func private @printOpen()
func.func private @printClose()
func.func private @printComma()
func.func private @printNewline()
func.func private @mlirAsyncRuntimePrintCurrentThreadId()
func.func @main(%i: i64, %f: f32) {
  call @printOpen() : () -> ()
  call @printI64(%i) : (i64) -> ()
  call @printComma() : () -> ()
  call @printU64(%i) : (i64) -> ()
  call @printComma() : () -> ()
  call @printF32(%f) : (f32) -> ()
  call @printClose() : () -> ()
  call @mlirAsyncRuntimePrintCurrentThreadId() : () -> ()
  call @printNewline() : () -> ()
  return
}"""
    assert run(text, -3, 1e20).output == "( -3, 18446744073709551613, 1e+20 )\n"


def array_text(shape: str, element: str, function: str) -> str:
    return f"""
func.func private @{function}(memref<*x{element}>)
func.func @main(%a: memref<{shape}{element}>) {{
  %u = memref.cast %a : memref<{shape}{element}> to memref<*x{element}>
  call @{function}(%u) : (memref<*x{element}>) -> ()
  return
}}"""


def test_arrays() -> None:
    head = "Unranked Memref base@ = 0x0 rank = "
    found = run(array_text("4x", "i32", "printMemrefI32"), np.arange(4, dtype=np.int32)).output
    assert found == head + "1 offset = 0 sizes = [4] strides = [1] data = \n[0,  1,  2,  3]\n"
    found = run(array_text("2x3x", "f32", "printMemrefF32"), np.full((2, 3), 0.1, dtype=np.float32)).output
    assert found == head + "2 offset = 0 sizes = [2, 3] strides = [3, 1] data = \n[[0.1,   0.1,   0.1], \n [0.1,   0.1,   0.1]]\n"
    found = run(array_text("", "f64", "printMemrefF64"), np.array(2.5)).output
    assert found == head + "0 offset = 0 sizes = [] strides = [] data = \n[2.5]\n"
    found = run(array_text("1x2x2x", "i64", "printMemrefI64"), np.arange(4).reshape(1, 2, 2)).output
    assert found == head + "3 offset = 0 sizes = [1, 2, 2] strides = [4, 2, 1] data = \n[[[0,    1], \n  [2,    3]]]\n"


def test_output_is_passed_on_as_it_is_printed() -> None:
    parts: list[str] = []
    text = "func.func @main(%x: i32) {\n  vector.print %x : i32\n  vector.print %x : i32\n  return\n}"
    assert run(text, 1, output=parts.append).output == "1\n1\n"
    assert parts == ["1\n", "1\n"]
    assert results(text, 1) == []

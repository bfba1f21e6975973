"""rt-to-llvm: arrays, memory and atomics, run on the CPU, and accepted by MLIR and ptxas."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest
from rt_programs import MLIR_TRANSLATE, PTXAS, assemble, call, lower, ptx, translate

OUT_WORDS = 16

HEAD = """
rt.kernel @k(%a: memref<?x?xi64>, %out: !rt.ptr, %control: !rt.ptr, %instances: index)
    attributes {executor = "dynamic", why = "a test", scope = "lane", results = [i64]} {
  %o = rt.memref %out, %n16 : memref<?xi64>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
"""

GLOBALS = """
"memref.global"() <{sym_name = "table", sym_visibility = "private", type = memref<2x3xi32>,
  initial_value = dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>, constant}> : () -> ()
"memref.global"() <{sym_name = "flags", sym_visibility = "private", type = memref<3xi1>,
  initial_value = dense<[true, false, true]> : tensor<3xi1>}> : () -> ()
"memref.global"() <{sym_name = "same", sym_visibility = "private", type = memref<4xi64>,
  initial_value = dense<9> : tensor<4xi64>}> : () -> ()
"memref.global"() <{sym_name = "raw", sym_visibility = "private", type = memref<4xindex>, initial_value}> : () -> ()
"""


def program(body: str, before: str = "") -> str:
    head = HEAD.replace("  %o = ", "  %n16 = arith.constant 16 : index\n  %o = ")
    return f"{before}{head}{body}\n  rt.return\n}}\n"


def store(value: str, place: int, type_: str = "i64") -> str:
    """Put a value into word `place` of the output."""
    widen = {"i64": "", "index": f"%w{place} = arith.index_cast {value} : index to i64"}.get(
        type_, f"%w{place} = arith.extui {value} : {type_} to i64"
    )
    source = f"%w{place}" if widen else value
    return f"  {widen}\n  rt.store {source}, %out[{8 * place} : i64] : i64\n"


# What a program puts out for the array [[0, 1, …, 5], [6, …], …] of shape 4 x 6.
PROGRAMS: dict[str, tuple[str, list[int]]] = {
    "load": (
        program("%v = memref.load %a[%c2, %c3] : memref<?x?xi64>" + store("%v", 0)),
        [15],
    ),
    "store": (
        program(
            "%v = arith.constant 77 : i64\nmemref.store %v, %a[%c1, %c2] : memref<?x?xi64>\n"
            "%w = memref.load %a[%c1, %c2] : memref<?x?xi64>" + store("%w", 0)
        ),
        [77],
    ),
    "dim": (
        program(
            "%d0 = memref.dim %a, %c0 : memref<?x?xi64>\n%d1 = memref.dim %a, %c1 : memref<?x?xi64>\n"
            "%x = memref.load %a[%c0, %c1] : memref<?x?xi64>\n%i = arith.index_cast %x : i64 to index\n"
            "%d = memref.dim %a, %i : memref<?x?xi64>\n%r = memref.rank %a : memref<?x?xi64>\n"
            + store("%d0", 0, "index") + store("%d1", 1, "index") + store("%d", 2, "index") + store("%r", 3, "index")
        ),
        [4, 6, 6, 2],
    ),
    "unranked": (
        program(
            "%u = memref.cast %a : memref<?x?xi64> to memref<*xi64>\n%d = memref.dim %u, %c1 : memref<*xi64>\n"
            "%b = memref.cast %u : memref<*xi64> to memref<?x6xi64>\n%v = memref.load %b[%c1, %c3] : memref<?x6xi64>\n"
            + store("%d", 0, "index") + store("%v", 1)
        ),
        [6, 9],
    ),
    "subview": (
        program(
            "%s = memref.subview %a[1, %c2] [2, %c2] [2, 1] : memref<?x?xi64> to memref<2x?xi64, strided<[?, 1], offset: ?>>\n"
            "%v = memref.load %s[%c1, %c1] : memref<2x?xi64, strided<[?, 1], offset: ?>>\n"
            "%d = memref.dim %s, %c1 : memref<2x?xi64, strided<[?, 1], offset: ?>>\n"
            "%p = rt.memref_ptr %s : memref<2x?xi64, strided<[?, 1], offset: ?>>\n%w = rt.load %p[8 : i64] : i64\n"
            + store("%v", 0) + store("%d", 1, "index") + store("%w", 2)
        ),
        [21, 2, 9],
    ),
    "subview of fewer dimensions": (
        program(
            "%b = memref.cast %a : memref<?x?xi64> to memref<4x6xi64>\n"
            "%s = memref.subview %b[2, 0] [1, 6] [1, 1] : memref<4x6xi64> to memref<6xi64, strided<[1], offset: 12>>\n"
            "%v = memref.load %s[%c3] : memref<6xi64, strided<[1], offset: 12>>\n"
            "%t = memref.subview %b[0, 3] [4, 1] [1, 1] : memref<4x6xi64> to memref<4xi64, strided<[6], offset: 3>>\n"
            "%w = memref.load %t[%c2] : memref<4xi64, strided<[6], offset: 3>>\n" + store("%v", 0) + store("%w", 1)
        ),
        [15, 15],
    ),
    "reinterpret_cast": (
        program(
            "%s = memref.reinterpret_cast %a to offset: [%c2], sizes: [3], strides: [%c3] "
            ": memref<?x?xi64> to memref<3xi64, strided<[?], offset: ?>>\n"
            "%v = memref.load %s[%c2] : memref<3xi64, strided<[?], offset: ?>>\n" + store("%v", 0)
        ),
        [8],
    ),
    "metadata": (
        program(
            "%s = memref.subview %a[1, 2] [2, 3] [1, 2] : memref<?x?xi64> to memref<2x3xi64, strided<[?, 2], offset: ?>>\n"
            "%base, %offset, %sizes:2, %strides:2 = memref.extract_strided_metadata %s : memref<2x3xi64, strided<[?, 2], offset: ?>> "
            "-> memref<i64>, index, index, index, index, index\n%v = memref.load %base[] : memref<i64>\n"
            + store("%offset", 0, "index") + store("%sizes#1", 1, "index") + store("%strides#0", 2, "index")
            + store("%strides#1", 3, "index") + store("%v", 4)
        ),
        [8, 3, 6, 2, 0],
    ),
    "collapse and expand": (
        program(
            "%b = memref.cast %a : memref<?x?xi64> to memref<4x6xi64>\n"
            "%c = memref.collapse_shape %b [[0 : i64, 1 : i64]] : memref<4x6xi64> into memref<24xi64>\n"
            "%i = arith.constant 17 : index\n%v = memref.load %c[%i] : memref<24xi64>\n"
            "%e = memref.expand_shape %c [[0 : i64, 1 : i64, 2 : i64]] output_shape[2, 3, 4] : memref<24xi64> into memref<2x3x4xi64>\n"
            "%w = memref.load %e[%c1, %c2, %c3] : memref<2x3x4xi64>\n" + store("%v", 0) + store("%w", 1)
        ),
        [17, 23],
    ),
    "view": (
        program(
            "%p = rt.memref_ptr %a : memref<?x?xi64>\n%b = rt.memref %p : memref<192xi8>\n%eight = arith.constant 8 : index\n"
            "%s = memref.view %b[%eight][%c3] : memref<192xi8> to memref<?x2xi64>\n"
            "%v = memref.load %s[%c2, %c1] : memref<?x2xi64>\n" + store("%v", 0)
        ),
        [6],
    ),
    "copy of a block": (
        program(
            "%s = memref.alloca() : memref<4x6xi64>\n%d = memref.cast %s : memref<4x6xi64> to memref<?x?xi64>\n"
            "memref.copy %a, %d : memref<?x?xi64> to memref<?x?xi64>\n%v = memref.load %s[%c3, %c1] : memref<4x6xi64>\n" + store("%v", 0)
        ),
        [19],
    ),
    "copy of a view": (
        program(
            "%s = memref.subview %a[1, 2] [2, 3] [2, 1] : memref<?x?xi64> to memref<2x3xi64, strided<[?, 1], offset: ?>>\n"
            "%d = memref.alloca() : memref<2x3xi64>\n"
            "memref.copy %s, %d : memref<2x3xi64, strided<[?, 1], offset: ?>> to memref<2x3xi64>\n"
            "%v = memref.load %d[%c0, %c2] : memref<2x3xi64>\n%w = memref.load %d[%c1, %c0] : memref<2x3xi64>\n"
            + store("%v", 0) + store("%w", 1)
        ),
        [10, 20],
    ),
    "globals": (
        program(
            "%t = memref.get_global @table : memref<2x3xi32>\n%v = memref.load %t[%c1, %c2] : memref<2x3xi32>\n"
            "%f = memref.get_global @flags : memref<3xi1>\n"
            "%x = memref.load %f[%c1] : memref<3xi1>\n%y = memref.load %f[%c2] : memref<3xi1>\n"
            "%s = memref.get_global @same : memref<4xi64>\n%n = memref.load %s[%c3] : memref<4xi64>\n"
            "%r = memref.get_global @raw : memref<4xindex>\nmemref.store %c3, %r[%c1] : memref<4xindex>\n"
            "%z = memref.load %r[%c1] : memref<4xindex>\n"
            + store("%v", 0, "i32") + store("%x", 1, "i1") + store("%y", 2, "i1") + store("%n", 3) + store("%z", 4, "index"),
            GLOBALS,
        ),
        [6, 0, 1, 9, 3],
    ),
    "bytes of truths": (
        program(
            "%s = memref.alloca() : memref<2xi1>\n%t = arith.constant true\nmemref.store %t, %s[%c1] : memref<2xi1>\n"
            "%p = rt.memref_ptr %s : memref<2xi1>\n%b = rt.load %p[1 : i64] : i8\n%u = rt.load %p[1 : i64] : i1\n"
            + store("%b", 0, "i8") + store("%u", 1, "i1")
        ),
        [1, 1],
    ),
    "descriptors in memory": (
        program(
            "%s = memref.alloca() : memref<64xi8>\n%p = rt.memref_ptr %s : memref<64xi8>\nrt.store %a, %p[0 : i64] : memref<?x?xi64>\n"
            "%b = rt.load %p[0 : i64] : memref<?x?xi64>\n%v = memref.load %b[%c3, %c3] : memref<?x?xi64>\n" + store("%v", 0)
        ),
        [21],
    ),
    "atomics": (
        program(
            "%five = arith.constant 5 : i64\n%nine = arith.constant 9 : i64\n"
            'rt.atomic_store release device %nine, %out[64 : i64] pairs "nobody" : i64\n'
            'rt.fence seq_cst system pairs "nobody"\n'
            '%r0 = rt.atomic_rmw add acq_rel device %five, %out[64 : i64] pairs "nobody" : i64 -> i64\n'
            '%r1 = rt.atomic_rmw sub relaxed device %nine, %out[64 : i64] pairs "nobody" : i64 -> i64\n'
            '%r2 = rt.atomic_rmw xchg seq_cst workgroup %nine, %out[64 : i64] pairs "nobody" : i64 -> i64\n'
            '%old, %ok = rt.cmpxchg acq_rel system %nine, %five, %out[64 : i64] pairs "nobody" : i64\n'
            '%r3 = rt.atomic_rmw maxu acquire device %nine, %out[64 : i64] pairs "nobody" : i64 -> i64\n'
            '%r4 = rt.atomic_load acquire system %out[64 : i64] pairs "nobody" : i64\n'
            + store("%r0", 0) + store("%r1", 1) + store("%r2", 2) + store("%old", 3) + store("%ok", 4, "i1") + store("%r3", 5)
            + store("%r4", 6)
        ),
        [9, 14, 5, 9, 1, 5, 9],
    ),
    "atomics on arrays": (
        program(
            "%one = arith.constant 1 : i64\n%x = arith.constant 2.5 : f64\n%p = rt.memref_ptr %a : memref<?x?xi64>\n"
            "%s = rt.memref %p : memref<1xf64>\nmemref.store %x, %s[%c0] : memref<1xf64>\n"
            + "".join(
                f'%f{kind} = "memref.atomic_rmw"(%x, %s, %c0) <{{kind = {kind} : i64}}> : (f64, memref<1xf64>, index) -> f64\n'
                for kind in (0, 4, 5, 8, 9, 12)
            )
            + "%y = memref.load %s[%c0] : memref<1xf64>\n%yi = arith.fptosi %y : f64 to i64\n"
            + "".join(
                f'%i{kind} = "memref.atomic_rmw"(%one, %a, %c1, %c1) <{{kind = {kind} : i64}}>'
                ' : (i64, memref<?x?xi64>, index, index) -> i64\n'
                for kind in (1, 14, 15, 13, 6, 7, 10, 11, 2, 3)
            )
            + store("%yi", 0) + store("%i1", 1) + store("%i14", 2) + store("%i15", 3) + store("%i13", 4) + store("%i10", 5)
            + store("%i11", 6)
            + store("%i3", 7)
        ),
        [6, 7, 8, 9, 8, 8, 1, 1],
    ),
    "atomics on stack arrays": (
        program(
            "%one = arith.constant 1 : i64\n%s = memref.alloca() : memref<4xi64>\nmemref.store %one, %s[%c2] : memref<4xi64>\n"
            "%u = memref.cast %s : memref<4xi64> to memref<?xi64>\n"
            '%v = "memref.atomic_rmw"(%one, %u, %c2) <{kind = 1 : i64}> : (i64, memref<?xi64>, index) -> i64\n'
            '%w = "memref.atomic_rmw"(%one, %u, %c2) <{kind = 13 : i64}> : (i64, memref<?xi64>, index) -> i64\n'
            + store("%v", 0) + store("%w", 1)
        ),
        [1, 2],
    ),
    "publish": (
        program(
            "%v = arith.constant 5 : i64\nrt.publish %v, %a[%c0, %c1] : i64, memref<?x?xi64>\n"
            "%w = memref.load %a[%c0, %c1] : memref<?x?xi64>\n" + store("%w", 0)
        ),
        [5],
    ),
    "several results": (
        program(
            "%r:2 = func.call @two(%a, %c1) : (memref<?x?xi64>, index) -> (index, memref<?x?xi64>)\n"
            "%v = memref.load %r#1[%r#0, %c1] : memref<?x?xi64>\n" + store("%v", 0),
            "func.func private @two(%m: memref<?x?xi64>, %i: index) -> (index, memref<?x?xi64>) attributes {rt.no_inline} {\n"
            "  %n = arith.addi %i, %i : index\n  func.return %n, %m : index, memref<?x?xi64>\n}\n",
        ),
        [13],
    ),
    "thread and processor": (
        program("%t = rt.thread_id : index\n%p = rt.processor_id : i32\n" + store("%t", 0, "index") + store("%p", 1, "i32")),
        [3, 3],
    ),
    "time": (
        program(
            "%t = rt.clock : i64\nrt.pause 10 : i64\n%u = rt.clock : i64\n%later = arith.cmpi sge, %u, %t : i64\n"
            + store("%later", 0, "i1")
        ),
        [1],
    ),
}  # fmt: skip


def run(text: str) -> list[int]:
    array = np.arange(24, dtype=np.int64)
    out = np.zeros(OUT_WORDS, dtype=np.int64)
    call(text, [array.ctypes.data, 4, 6, out.ctypes.data, 0, 1], worker=3)
    return [int(word) for word in out]


@pytest.mark.parametrize("name", PROGRAMS)
def test_on_the_cpu(name: str) -> None:
    text, expected = PROGRAMS[name]
    assert run(text)[: len(expected)] == expected


@pytest.mark.skipif(MLIR_TRANSLATE is None, reason="mlir-translate is not installed")
@pytest.mark.parametrize("target", ["cpu", "cuda"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_mlir_accepts(name: str, target: str) -> None:
    translate(lower(PROGRAMS[name][0], target))


@pytest.mark.skipif(PTXAS is None, reason="ptxas is not installed")
@pytest.mark.parametrize("name", PROGRAMS)
def test_ptxas_accepts(name: str, tmp_path: object) -> None:
    assemble(ptx(PROGRAMS[name][0], "sm_80"), "sm_80", f"{tmp_path}/k.cubin")


def test_stack_arrays_are_in_the_entry() -> None:
    """In a loop a stack array is the same memory each time round: the stack of a worker that stays must not grow."""
    loop = """
      cf.br ^loop(%c0 : index)
    ^loop(%i: index):
      %s = memref.alloca() : memref<1024xi64>
      %v = memref.load %a[%c0, %i] : memref<?x?xi64>
      memref.store %v, %s[%i] : memref<1024xi64>
      %w = memref.load %s[%i] : memref<1024xi64>
      rt.store %w, %out[0 : i64] : i64
      %n = arith.addi %i, %c1 : index
      %more = arith.cmpi slt, %n, %c3 : index
      cf.cond_br %more, ^loop(%n : index), ^out
    ^out:
    """
    func = next(op for op in lower(program(loop)).body.ops if op.properties["sym_name"].data == "k.body")  # type: ignore[attr-defined]
    names = [[op.name for op in block.ops] for block in func.regions[0].blocks]
    assert "llvm.alloca" in names[0] and all("llvm.alloca" not in ops for ops in names[1:])
    assert run(program(loop))[0] == 2


def inline_kernel() -> str:
    """Counts the calls of its body, and stores each thread id."""
    return """
    rt.kernel @k(%a: memref<?xi64>, %out: !rt.ptr, %control: !rt.ptr, %instances: index)
        attributes {executor = "inline", why = "a test", scope = "lane", results = [i64]} {
      %t = rt.thread_id : index
      %v = arith.index_cast %t : index to i64
      %one = arith.constant 1 : i64
      %old = rt.atomic_rmw add relaxed device %one, %out[0 : i64] pairs "nobody" : i64 -> i64
      rt.store %v, %out[8 : i64] : i64
      rt.return
    }
    """


@pytest.mark.parametrize("stop", [None, 0, 1])
def test_an_inline_kernel_runs_its_range_until_stopped(stop: int | None) -> None:
    out = np.zeros(2, dtype=np.int64)
    word, control = ctypes.c_int32(stop or 0), np.zeros(8, dtype=np.int64)
    control[5] = ctypes.addressof(word)
    slots = [0, 0, out.ctypes.data, 0 if stop is None else control.ctypes.data, 5000]
    call(inline_kernel(), slots, first=10, last=3000)
    assert list(out) == ([1013, 1022] if stop else [2990, 2999])


def test_scalars_arrive_as_they_were_passed() -> None:
    text = """
    rt.kernel @k(%b: i1, %x: f32, %n: index, %h: f16, %s: i8, %out: !rt.ptr, %control: !rt.ptr, %instances: index)
        attributes {executor = "dynamic", why = "a test", scope = "lane", results = [i64]} {
      rt.store %b, %out[0 : i64] : i1
      rt.store %x, %out[8 : i64] : f32
      rt.store %n, %out[16 : i64] : index
      rt.store %h, %out[24 : i64] : f16
      rt.store %s, %out[32 : i64] : i8
      rt.return
    }
    """
    out = np.zeros(5, dtype=np.int64)
    floats = int(np.float32(1.5).view(np.uint32)), int(np.float16(0.25).view(np.uint16))
    call(text, [1, floats[0], 1 << 40, floats[1], 0xFF, out.ctypes.data, 0, 1])
    assert [int(word) for word in out] == [1, floats[0], 1 << 40, floats[1], 0xFF]

"""rt-to-llvm: what it refuses, and where it says the mistake is; the entry that the host gets; printing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from growth import require_near_linear
from rt_programs import call, lower, parse, ptx

from asyncir import abi
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.errors import InputError
from asyncir.lowering.entry import entry_of
from asyncir.lowering.rt_to_llvm import RtToLlvmPass
from asyncir.runtime.prints import Printer, print_to

KERNEL = """rt.kernel @k(%x: i32, %out: !rt.ptr, %control: !rt.ptr, %instances: index)
    attributes {{executor = "dynamic", why = "a test", scope = "lane", results = [i32]}} {{
{}
  rt.return
}}
"""


def kernel(*lines: str) -> str:
    return KERNEL.format("\n".join(f"  {line}" for line in lines))


REFUSED = {
    "an operation of another level": (
        kernel("%c = arith.constant 1 : index", "scf.for %i = %c to %c step %c {", "}"),
        4,
        "'scf.for' op has no form in machine code",
    ),
    "an unknown function": (
        "func.func private @mystery(i32)\n" + kernel("func.call @mystery(%x) : (i32) -> ()"),
        4,
        "unknown external function '@mystery'",
    ),
    "a stack array of unknown size": (
        kernel("%n = arith.index_cast %x : i32 to index", "%a = memref.alloca(%n) : memref<?xi32>"),
        4,
        "'memref.alloca' op: the size is not static",
    ),
    "a vector of two dimensions": (
        kernel("%v = arith.constant dense<1> : vector<2x2xi32>"),
        3,
        "a vector has one dimension of fixed size here",
    ),
    "a dimension that is not there": (
        kernel(
            "%a = memref.alloca() : memref<4xi32>",
            "%c = arith.constant 1 : index",
            "%d = memref.dim %a, %c : memref<4xi32>",
        ),
        5,
        "an array of rank 1 has no dimension 1",
    ),
    "an assertion": (
        kernel("%t = arith.constant true", 'cf.assert %t, "no"'),
        4,
        "'cf.assert' op must have become the failing of a task",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_a_place(name: str) -> None:
    text, line, message = REFUSED[name]
    with pytest.raises(InputError) as caught:
        lower(text)
    assert message in caught.value.message
    assert caught.value.location is not None and caught.value.location.line == line


@pytest.mark.parametrize("code", ["vector.print %x : i32", "func.call @printNewline() : () -> ()", 'vector.print str "text"'])
def test_a_gpu_does_not_print(code: str) -> None:
    with pytest.raises(InputError, match="printing from a GPU task needs host calls") as caught:
        lower("func.func private @printNewline()\n" + kernel(code), "cuda")
    assert caught.value.location is not None and caught.value.location.line == 4
    assert caught.value.help is not None and "--target cpu" in caught.value.help


def test_unknown_targets() -> None:
    with pytest.raises(InputError, match="unknown target 'tpu'"):
        lower(kernel(), "tpu")
    with pytest.raises(InputError, match="unknown GPU architecture 'sm_20'"):
        lower(kernel(), "cuda", "sm_20")


def test_printing() -> None:
    text = """
    func.func private @printI64(i64)
    func.func private @printF32(f32)
    func.func private @printComma()
    func.func private @printNewline()
    func.func private @printMemrefI32(memref<*xi32>)
    func.func private @mlirAsyncRuntimePrintCurrentThreadId()
    """ + kernel(
        "vector.print %x : i32",
        "%t = arith.constant true",
        "vector.print %t : i1 punctuation <comma>",
        "%minus = arith.constant -1 : index",
        "vector.print %minus : index",
        "%h = arith.constant 0.5 : f16",
        "vector.print %h : f16",
        'vector.print str "say \\"hi\\""',
        "vector.print punctuation <newline>",
        "%l = arith.constant -3 : i64",
        "func.call @printI64(%l) : (i64) -> ()",
        "func.call @printComma() : () -> ()",
        "%f = arith.constant 2.5 : f32",
        "func.call @printF32(%f) : (f32) -> ()",
        "func.call @printNewline() : () -> ()",
        "func.call @mlirAsyncRuntimePrintCurrentThreadId() : () -> ()",
        "%a = memref.alloca() : memref<2xi32>",
        "%c0 = arith.constant 0 : index",
        "%c1 = arith.constant 1 : index",
        "memref.store %x, %a[%c0] : memref<2xi32>",
        "memref.store %x, %a[%c1] : memref<2xi32>",
        "%u = memref.cast %a : memref<2xi32> to memref<*xi32>",
        "func.call @printMemrefI32(%u) : (memref<*xi32>) -> ()",
    )
    pieces: list[str] = []
    print_to(Printer(pieces.append))
    call(text, [(1 << 32) - 7, 0, 0, 1])
    first, rest = "".join(pieces).split("Unranked", 1)
    assert first == '-7\n1, 18446744073709551615\n0.5\nsay "hi"\n-3, 2.5\n'
    assert rest.endswith("sizes = [2] strides = [1] data = \n[-7,  -7]\n")


TABLES = """
"rt.site"() <{number = 1 : i64, what = "start", file = "f.mlir", line = 7 : i64, column = 10 : i64, text = "x"}> : () -> ()
"rt.machine"() <{number = 1 : i64, machine = "fib", scope = "lane", frame_bytes = 96 : i64, site = 1 : i64, states = [1 : i64]}> : () -> ()
rt.kernel @k(%x: i1, %a: memref<?x4xf32> {task.host_visible}, %r: !rt.ptr, %s: !rt.ptr, %control: !rt.ptr, %instances: index)
    attributes {executor = "dynamic", why = "it starts tasks", scope = "warp", results = [i32, index], statistics} {
  rt.return
}
"""


def test_entry() -> None:
    site = abi.Site(1, "start", "f.mlir", 7, 10, "x")
    machine = abi.Machine(number=1, name="fib", scope="lane", frame_bytes=96, states={1: 1}, site=1)
    assert entry_of(parse(TABLES), "k") == abi.Entry(
        name="k",
        executor="dynamic",
        why="it starts tasks",
        scope="warp",
        parameters=("i1", abi.Array("f32", (None, 4), host_visible=True)),
        results=("i32", "index"),
        statistics=True,
        machines=(machine,),
        sites=(site,),
        location="test.mlir:4:1",
    )
    with pytest.raises(InputError, match="no kernel '@other'"):
        entry_of(parse(TABLES), "other")


def test_the_tables_stay_in_the_binary() -> None:
    assert ".visible .global" in (text := ptx(TABLES)) and "asyncir_tables" in text


def _chain(count: int) -> str:
    lines = ["%v0 = arith.addi %x, %x : i32"]
    lines += [f"%v{number} = arith.addi %v{number - 1}, %x : i32" for number in range(1, count)]
    return kernel(*lines)


def _blocks(count: int) -> str:
    lines = ["cf.br ^b0(%x : i32)"]
    for number in range(count):
        lines += [
            f"^b{number}(%v{number}: i32):",
            f"%w{number} = arith.addi %v{number}, %x : i32",
            f"cf.br ^b{number + 1}(%w{number} : i32)",
        ]
    return kernel(*lines, f"^b{count}(%v{count}: i32):")


@pytest.mark.parametrize("make", [_chain, _blocks])
def test_time_is_near_linear(make: Callable[[int], str]) -> None:
    def prepared(count: int) -> Callable[[], object]:
        # Not verified: xDSL's verifier is quadratic in blocks.
        module = parse_module(make(count), "test.mlir", make_context())
        return lambda: RtToLlvmPass(target="cuda").apply(make_context(), module)

    require_near_linear(prepared, 200, 1600)

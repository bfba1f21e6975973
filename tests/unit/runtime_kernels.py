"""Kernels for the CPU written by hand in LLVM IR, and their entries: what the runtime's tests launch without the compiler."""

from __future__ import annotations

from asyncir.abi import Control, Entry, ErrorKind, Machine, Site
from asyncir.lowering.codegen import compile_object
from asyncir.runtime.host import HostKernel


def kernel(body: str, name: str = "k") -> HostKernel:
    """`body` sees %slots, %first, %last, %worker and %control, the control block of an entry with `SLOT_OF_CONTROL` slots before."""
    return HostKernel(compile_object(body), name)


def control_slot(number: int) -> str:
    """Loads the control block's address, which lies behind `number` slots of arguments and results."""
    return f"""
  %control.slot = getelementptr i8, ptr %slots, i64 {8 * number}
  %control = load ptr, ptr %control.slot
"""


SUM = """
define void @k(ptr %slots, i64 %first, i64 %last, i64 %worker) {
  %a = load i32, ptr %slots
  %b.slot = getelementptr i8, ptr %slots, i64 8
  %b = load i32, ptr %b.slot
  %sum = add i32 %a, %b
  %r.slot = getelementptr i8, ptr %slots, i64 16
  %result = load ptr, ptr %r.slot
  br label %loop
loop:
  %i = phi i64 [ %first, %0 ], [ %next, %body ]
  %more = icmp slt i64 %i, %last
  br i1 %more, label %body, label %end
body:
  %at = getelementptr i32, ptr %result, i64 %i
  %i32 = trunc i64 %i to i32
  %value = add i32 %sum, %i32
  store i32 %value, ptr %at
  %next = add i64 %i, 1
  br label %loop
end:
  ret void
}
"""
"""(a: i32, b: i32) -> i32: a + b + instance."""

SCALE = """
define void @k(ptr %slots, i64 %first, i64 %last, i64 %worker) {
  %array = load ptr, ptr %slots
  %n.slot = getelementptr i8, ptr %slots, i64 8
  %n = load i64, ptr %n.slot
  br label %loop
loop:
  %i = phi i64 [ 0, %0 ], [ %next, %body ]
  %more = icmp slt i64 %i, %n
  br i1 %more, label %body, label %end
body:
  %at = getelementptr float, ptr %array, i64 %i
  %old = load float, ptr %at
  %new = fmul float %old, 2.0
  store float %new, ptr %at
  %next = add i64 %i, 1
  br label %loop
end:
  ret void
}
"""
"""(array: memref<?xf32>): doubles each element."""

SPIN = f"""
declare void @asyncir_pause(i64)
define void @k(ptr %slots, i64 %first, i64 %last, i64 %worker) {{
{control_slot(0)}
  %stop.at = getelementptr i8, ptr %control, i64 {Control.STOP}
  %stop = load ptr, ptr %stop.at
  br label %loop
loop:
  call void @asyncir_pause(i64 20000)
  %word = load atomic i32, ptr %stop acquire, align 4
  %stopped = icmp ne i32 %word, 0
  br i1 %stopped, label %end, label %loop
end:
  %halt = getelementptr i8, ptr %control, i64 {Control.HALT}
  store i32 1, ptr %halt
  %site = getelementptr i8, ptr %control, i64 {Control.STOPPED_SITE}
  store i32 2, ptr %site
  ret void
}}
"""
"""Runs until it is told to stop, and says at which site it was."""

DEAF = """
declare void @asyncir_pause(i64)
define void @k(ptr %slots, i64 %first, i64 %last, i64 %worker) {
  call void @asyncir_pause(i64 3500000000)
  ret void
}
"""
"""Looks at nothing for 3.5 s: longer than the grace of a launch that is stopped."""

FAULT = f"""
define void @k(ptr %slots, i64 %first, i64 %last, i64 %worker) {{
{control_slot(0)}
  %claim = getelementptr i8, ptr %control, i64 {Control.FAULT_CLAIM}
  store i32 1, ptr %claim
  %kind = getelementptr i8, ptr %control, i64 {Control.FAULT_KIND}
  store i32 {int(ErrorKind.ASSERTION)}, ptr %kind
  %site = getelementptr i8, ptr %control, i64 {Control.FAULT_SITE}
  store i32 1, ptr %site
  ret void
}}
"""
"""Fails an assertion at site 1."""

PRINT = """
declare void @asyncir_print_i64(i64)
declare void @asyncir_print_text(i32)
define void @k(ptr %slots, i64 %first, i64 %last, i64 %worker) {
  call void @asyncir_print_text(i32 0)
  call void @asyncir_print_i64(i64 -5)
  call void @asyncir_print_text(i32 1)
  call void @asyncir_print_text(i32 3)
  ret void
}
"""
"""Prints "( -5 )" and a newline."""

SITES = (
    Site(1, "assert", "f.mlir", 3, 5, "x must be positive"),
    Site(2, "loop", "f.mlir", 7, 3),
    Site(3, "channel", "f.mlir", 8, 9),
    Site(4, "recv", "f.mlir", 9, 9),
    Site(5, "group", "f.mlir", 10, 9),
    Site(6, "await_all", "f.mlir", 11, 9),
    Site(7, "await", "f.mlir", 12, 9),
    Site(8, "start", "f.mlir", 13, 9, "child", "k"),
    Site(9, "wait", "f.mlir", 14, 9),
    Site(10, "acquire", "f.mlir", 15, 9),
    Site(11, "select", "f.mlir", 16, 9),
    Site(12, "sleep", "f.mlir", 17, 9),
    Site(13, "yield", "f.mlir", 18, 9),
)

MACHINES = (Machine(1, "k", "lane", 0, {0: 1, 1: 7}, 1), Machine(2, "child", "lane", 8, {0: 1, 1: 4, 2: 6}, 1))


def entry(parameters: tuple = (), results: tuple[str, ...] = (), *, executor: str = "inline", statistics: bool = False) -> Entry:
    """An entry @k with the machines and sites above."""
    return Entry("k", executor, "", "lane", parameters, results, statistics, MACHINES, SITES, "f.mlir:1:1")

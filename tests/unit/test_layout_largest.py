"""What is written down at machines with large frames: where they keep most, and what."""

from __future__ import annotations

import pytest

import asyncir
from asyncir.dialects import sm
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.dialects.sm_largest import LargestAttr
from asyncir.passes.layout.largest import FROM_BYTES
from asyncir.passes.layout_frames import LayoutFramesPass


def machine(body: str, arguments: str = "%a: memref<?xi64>", scope: str = "lane") -> sm.MachineOp:
    """A laid-out machine."""
    return laid_out(f'sm.machine @f({arguments}) attributes {{scope = "{scope}"}} {{\n{body}\n  sm.return\n}}', "bound")


def laid_out(text: str, policy: str) -> sm.MachineOp:
    module = parse_module(text, "m.mlir", make_context())
    LayoutFramesPass(policy, "off").apply(make_context(), module)
    return next(op for op in module.body.ops if isinstance(op, sm.MachineOp))


def kept_across_the_second(count: int) -> str:
    """One value across the first suspension, `count` and the array across the second."""
    lines = ["  %i = arith.constant 0 : index", "  sm.suspend yield() 1 : () -> () [^next]", "^next:"]
    lines += [f"  %v{n} = memref.load %a[%i] : memref<?xi64>" for n in range(count)]
    lines += ["  sm.suspend yield() 2 : () -> () [^last]", "^last:"]
    return "\n".join([*lines, *(f"  memref.store %v{n}, %a[%i] : memref<?xi64>" for n in range(count))])


def test_frames_that_any_arena_holds_are_not_described() -> None:
    # The array takes 40 bytes: 8 * 491 + 40 are 3968, what the smallest arena has beside its start and a header.
    assert FROM_BYTES == 3968
    assert machine(kept_across_the_second(491)).largest is None
    assert machine(kept_across_the_second(492)).largest is not None


@pytest.mark.parametrize("policy", ["bound", "per-value", "union", "rustc", "llvm"])
def test_the_suspension_that_keeps_most_is_named_with_its_largest_values(policy: str) -> None:
    text = f'sm.machine @f(%a: memref<?xi64>) attributes {{scope = "lane"}} {{\n{kept_across_the_second(600)}\n  sm.return\n}}'
    found = laid_out(text, policy).largest
    assert found is not None
    # Line 1 is the machine, 2 to 4 lead to the block, the loads are lines 5 to 604.
    assert (found.what.data, found.location.data) == ("the suspension 'yield'", "m.mlir:605:3")
    assert (found.size.value.data, found.count.value.data) == (4840, 601)
    values = [(value.value.data, value.location.data, value.size.value.data) for value in found.values]
    assert values == [
        ("%a of type memref<?xi64>", "m.mlir:1:15", 40),
        ("%v0 of type i64", "m.mlir:5:9", 8),
        ("%v1 of type i64", "m.mlir:6:9", 8),
    ]


def test_arguments_that_are_handed_over_count_where_they_are_more() -> None:
    body = "  sm.suspend yield() 1 : () -> () [^next]\n^next:\n  memref.store %x, %a[] : memref<i32>"
    found = machine(body, "%x: i32, %a: memref<i32>, %m: vector<2048xf32>").largest
    assert found is not None and found.what.data == "its arguments"
    assert found.size.value.data == 4 + 24 + 8192 and found.values.data[0].value.data == "%m of type vector<2048xf32>"


def test_a_value_of_each_lane_takes_a_row() -> None:
    lines = ["  %lane = gpu.lane_id", *(f"  %v{n} = memref.load %a[%lane] : memref<?xi64>" for n in range(16))]
    lines += ["  sm.suspend yield() 1 : () -> () [^next]", "^next:"]
    lines += [f"  memref.store %v{n}, %a[%lane] : memref<?xi64>" for n in range(16)]
    found = machine("\n".join(lines), scope="warp").largest
    assert found is not None
    assert [value.size.value.data for value in found.values] == [8 * 32] * 3
    assert found.size.value.data == 16 * 8 * 32 + 40, "the array is the same in all lanes"


def test_it_survives_being_printed_at_every_level() -> None:
    text = f"func.func @main(%a: memref<?xi64>) {{\n{kept_across_the_second(492)}\n  return\n}}"
    text = text.replace("sm.suspend yield() 1 : () -> () [^next]\n^next:", "task.yield_now")
    program = asyncir.compile(text.replace("sm.suspend yield() 2 : () -> () [^last]\n^last:", "task.yield_now"), filename="p.mlir")
    laid = parse_module(program.dump("sm"), "sm.mlir", make_context())
    (first,) = (op.largest for op in laid.body.ops if isinstance(op, sm.MachineOp))
    assert isinstance(first, LargestAttr) and first.location.data.startswith("p.mlir:")
    for level in ("sm", "rt"):
        (one,) = asyncir.compile(program.dump(level)).compiled("main", "cpu").entry.machines
        assert one.largest is not None and one.largest.bytes == first.size.value.data and len(one.largest.values) == 3

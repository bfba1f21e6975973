"""Register pressure, counted by hand: types, orders of a block, loops, states, fields of arrays, values that need no register."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from growth import require_near_linear
from xdsl.dialects import func
from xdsl.dialects.builtin import Float16Type, Float32Type, Float64Type, IndexType, IntegerType, VectorType
from xdsl.ir import Attribute, Region

from asyncir.analysis.descriptors import ALIGNED, ALLOCATED, OFFSET, Descriptors, size_field, stride_field
from asyncir.analysis.pressure import MachinePressure, Pressure, Rules, demand_order, machine_pressure, register_words
from asyncir.dialects import sm
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module


def body(text: str) -> Region:
    """The body of the last function in a text."""
    op = parse_module(text, "test.mlir", make_context()).body.block.last_op
    assert isinstance(op, func.FuncOp | sm.MachineOp)
    return op.body


def states(text: str) -> MachinePressure:
    op = parse_module(text, "test.mlir", make_context()).body.block.last_op
    assert isinstance(op, sm.MachineOp)
    return machine_pressure(op)


@pytest.mark.parametrize(
    ("type_", "words"),
    [
        (IntegerType(1), 0),
        (IntegerType(8), 1),
        (IntegerType(32), 1),
        (IntegerType(64), 2),
        (IndexType(), 2),
        (Float16Type(), 1),
        (Float32Type(), 1),
        (Float64Type(), 2),
        (VectorType(Float32Type(), [4]), 4),
        (VectorType(Float64Type(), [2, 3]), 12),
    ],
)
def test_registers_of_a_type(type_: Attribute, words: int) -> None:
    assert register_words(type_) == words


def test_a_result_may_take_an_operands_place() -> None:
    # Before the product %x, %y and %z are live: 1 + 1 + 2. Behind it %p, %z: 3. The extension makes 2 of 1: %q, %z are 4.
    region = body("""
      func.func @f(%x: f32, %y: f32, %z: f64) -> f64 {
        %p = arith.mulf %x, %y : f32
        %q = arith.extf %p : f32 to f64
        %r = arith.addf %q, %z : f64
        return %r : f64
      }""")
    assert Pressure(region).peak == 4
    points = [(op.name, pressure) for op, pressure in Pressure(region).points(region.block, list(region.block.ops))]
    assert points == [("func.return", 2), ("arith.addf", 4), ("arith.extf", 4), ("arith.mulf", 4)]


SUMMED = """
  func.func @f(%a: memref<8xf32>) -> f32 {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c3 = arith.constant 3 : index
    %x0 = memref.load %a[%c0] : memref<8xf32>
    %x1 = memref.load %a[%c1] : memref<8xf32>
    %x2 = memref.load %a[%c2] : memref<8xf32>
    %x3 = memref.load %a[%c3] : memref<8xf32>
    STORE
    %s1 = arith.addf %x0, %x1 : f32
    %s2 = arith.addf %s1, %x2 : f32
    %s3 = arith.addf %s2, %x3 : f32
    return %s3 : f32
  }"""


def test_loads_that_are_summed_need_few_registers_in_demand_order() -> None:
    # The array is its aligned address, 2. In the text's order three values and it are live before the last load, 5. In demand
    # order a sum, the address and the next value: 4.
    pressure = Pressure(body(SUMMED.replace("STORE", "")))
    assert (pressure.peak, next(iter(pressure.in_text_order.values()))) == (4, 5)
    assert Pressure(body(SUMMED.replace("STORE", "")), Rules(free=5)).peak == 5


def test_a_load_does_not_pass_a_write() -> None:
    # All four must be loaded before the store: 3 and the address, and then the address and 4 values for the store of one.
    store = "memref.store %x0, %a[%c3] : memref<8xf32>"
    region = body(SUMMED.replace("STORE", store))
    assert Pressure(region).peak == 6
    names = [op.name for op in demand_order(region.block)]
    assert names.index("memref.store") > max(place for place, name in enumerate(names) if name == "memref.load")
    assert names[-1] == "func.return" and len(names) == len(list(region.block.ops))


def test_a_loop_keeps_what_it_needs_every_turn() -> None:
    # In the loop: %i, %n, %x, %s = 2 + 2 + 1 + 1. %c1 is a constant; %j is %i and a constant, but becomes a block argument.
    region = body("""
      func.func @f(%n: index, %x: f32) -> f32 {
        %c0 = arith.constant 0 : index
        %c1 = arith.constant 1 : index
        cf.br ^header(%c0, %x : index, f32)
      ^header(%i: index, %s: f32):
        %more = arith.cmpi slt, %i, %n : index
        cf.cond_br %more, ^body, ^exit
      ^body:
        %t = arith.mulf %s, %x : f32
        %j = arith.addi %i, %c1 : index
        cf.br ^header(%j, %t : index, f32)
      ^exit:
        return %s : f32
      }""")
    assert Pressure(region).peak == 6
    assert Pressure(region).of_block[list(region.blocks)[-1]] == 1  # Behind the loop only %s.


def test_a_value_displaced_by_a_constant_is_the_value() -> None:
    # Behind the second load %i and the address are kept for the third, 2 each, with the two loaded values.
    region = body("""
      func.func @f(%a: memref<8xf32>, %i: index) -> f32 {
        %c1 = arith.constant 1 : index
        %c2 = arith.constant 2 : index
        %j = arith.addi %i, %c1 : index
        %k = arith.addi %j, %c2 : index
        %x = memref.load %a[%j] : memref<8xf32>
        %y = memref.load %a[%k] : memref<8xf32>
        %z = memref.load %a[%i] : memref<8xf32>
        %s = arith.addf %x, %y : f32
        %t = arith.addf %s, %z : f32
        return %t : f32
      }""")
    assert Pressure(region).peak == 6


def test_what_constants_give_is_constant() -> None:
    text = """
      memref.global "private" constant @table : memref<4xf32> = dense<[1.0, 2.0, 3.0, 4.0]>
      func.func @f(%x: f32) -> f32 {
        %c0 = arith.constant 0 : index
        %c1 = arith.constant 1 : index
        %table = memref.get_global @table : memref<4xf32>
        %a = memref.load %table[%c0] : memref<4xf32>
        %b = memref.load %table[%c1] : memref<4xf32>
        %s = arith.addf %a, %b : f32
        %r = arith.mulf %s, %x : f32
        return %r : f32
      }"""
    assert Pressure(body(text), Rules(constants=frozenset({"table"}))).peak == 1
    assert Pressure(body(text)).peak == 3  # %x and the two that are loaded.


HEAVY = """
  sm.machine @f(%x: f32, %y: f32) -> f32 attributes {scope = "lane"} {
    sm.suspend yield() 1 : () -> () [^heavy]
  ^heavy:
    %a = arith.extf %x : f32 to f64
    %b = arith.extf %y : f32 to f64
    %c = arith.mulf %a, %b : f64
    %d = arith.addf %a, %b : f64
    %e = arith.mulf %c, %d : f64
    %g = arith.addf %e, %a : f64
    %r = arith.truncf %g : f64 to f32
    sm.suspend yield() 2 : () -> () [^light]
  ^light:
    %s = arith.addf %r, %r : f32
    sm.return %s : f32
  }"""


def test_each_state_has_its_own_pressure() -> None:
    # The entry holds %x and %y; the middle %a, %b, %c at most, 2 each; the last state %r.
    assert states(HEAVY) == MachinePressure(6, {0: 2, 1: 6, 2: 1})


def test_a_states_code_ends_at_the_next_suspension() -> None:
    # Laid out: the park block with its save belongs to the state before, the resume block to the state of its number.
    laid_out = """
      sm.machine @f(%h: !async.value<f64>, %x: f32) -> f64 attributes {scope = "lane",
          frame = #sm.frame<task 16 rows 0 policy "p">, arg_slots = [#sm.slot<task 0>, #sm.slot<task 4>]} {
        %y = arith.addf %x, %x : f32
        sm.suspend await(%h) 1 : (!async.value<f64>) -> f64 [^ready, ^park]
      ^park:
        sm.save %y at <task 8> : f32
        sm.park await(%h) 1 : (!async.value<f64>) -> f64 [^resume]
      ^resume(%v1: f64):
        %y1 = sm.reload at <task 8> : f32
        cf.br ^next(%v1, %y1 : f64, f32)
      ^ready(%v0: f64):
        cf.br ^next(%v0, %y : f64, f32)
      ^next(%v: f64, %z: f32):
        %w = arith.extf %z : f32 to f64
        %r = arith.addf %v, %w : f64
        sm.return %r : f64
      }"""
    # Entry: %h and %y, 2. State 1: %v and %w, 4. The ready block, %v0 and %y, is on the way to 4 too.
    assert states(laid_out) == MachinePressure(4, {0: 2, 1: 4})


def test_the_fields_of_arrays() -> None:
    region = body("""
      func.func @f(%a: memref<?x?xf32>, %b: memref<?x?xf32>, %i: index, %c: i1) -> index {
        %fresh = memref.alloc(%i, %i) : memref<?x?xf32>
        %x = memref.load %a[%i, %i] : memref<?x?xf32>
        memref.store %x, %fresh[%i, %i] : memref<?x?xf32>
        cf.cond_br %c, ^next(%a : memref<?x?xf32>), ^next(%b : memref<?x?xf32>)
      ^next(%m: memref<?x?xf32>):
        %c1 = arith.constant 1 : index
        %d = memref.dim %m, %c1 : memref<?x?xf32>
        memref.dealloc %fresh : memref<?x?xf32>
        return %d : index
      }""")
    descriptors = Descriptors(region)
    blocks = list(region.blocks)
    a, b = blocks[0].args[:2]
    fresh = next(op for op in blocks[0].ops if op.name == "memref.alloc").results[0]
    sizes = size_field(0) | size_field(1)
    row = stride_field(2, 0)
    # %a is loaded from: its address and the distance of rows; its sizes are read through %m, as are %b's.
    assert descriptors.fields(a) == ALIGNED | row | sizes
    assert descriptors.fields(b) == sizes
    assert descriptors.fields(blocks[1].args[0]) == sizes
    # A fresh array has one address, offset 0.
    assert descriptors.fields(fresh) == ALIGNED | row
    assert descriptors.words(fresh) == 4
    known = Descriptors(region, known_parameters=True)
    assert known.fields(a) == ALIGNED | row | sizes


def test_a_saved_array_is_kept_whole() -> None:
    text = """
      sm.machine @f(%a: memref<?xf32>) attributes {scope = "lane",
          frame = #sm.frame<task 40 rows 0 policy "p">, arg_slots = [#sm.slot<task 0>]} {
        sm.suspend yield() 1 : () -> () [^ready, ^park]
      ^park:
        sm.save %a at <task 0> : memref<?xf32>
        sm.park yield() 1 : () -> () [^resume]
      ^resume:
        sm.return
      ^ready:
        sm.return
      }"""
    region = body(text)
    everything = ALLOCATED | ALIGNED | OFFSET | size_field(0) | stride_field(1, 0)
    assert Descriptors(region).fields(region.blocks.first.args[0]) == everything  # pyright: ignore[reportOptionalMemberAccess]
    assert states(text).states == {0: 10, 1: 0}
    # A kernel's parameter: one address and the size.
    assert Descriptors(region, known_parameters=True).words(region.blocks.first.args[0]) == 4  # pyright: ignore[reportOptionalMemberAccess]


def _chain(count: int) -> str:
    lines = [f"%v{i} = arith.addf %v{i - 1}, %x : f32" if i else "%v0 = arith.addf %x, %x : f32" for i in range(count)]
    return f"func.func @f(%x: f32) -> f32 {{ {' '.join(lines)} return %v{count - 1} : f32 }}"


def _blocks(count: int) -> str:
    lines = [f"^b{i}: %v{i} = arith.addf %x, %y : f32 cf.cond_br %c, ^b{i + 1}, ^b{i + 1}" for i in range(count)]
    text = " ".join(lines)
    return f"func.func @f(%c: i1, %x: f32, %y: f32) -> f32 {{ cf.br ^b0 {text} ^b{count}: %r = arith.addf %x, %y : f32 return %r : f32 }}"


@pytest.mark.parametrize(("make", "peak"), [(_chain, 2), (_blocks, 2)])
def test_long_programs_take_linear_time(make: Callable[[int], str], peak: int) -> None:
    def prepared(count: int) -> Callable[[], object]:
        region = body(make(count))
        assert Pressure(region).peak == peak
        return lambda: Pressure(region)

    require_near_linear(prepared, 200, 1600)

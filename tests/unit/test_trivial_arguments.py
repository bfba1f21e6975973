"""Block arguments that stand for one value."""

from __future__ import annotations

import pytest
from xdsl.dialects.func import FuncOp

from asyncir.analysis.verify import verify_module
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.passes.trivial_arguments import replace_trivial_arguments


def replaced(body: str) -> FuncOp:
    """A function of %x, %y: i32 and %p: i1 behind the replacement; it is valid."""
    module = parse_module(f"func.func @f(%x: i32, %y: i32, %p: i1) -> i32 {{\n{body}\n}}", "f.mlir", make_context())
    function = next(op for op in module.body.ops if isinstance(op, FuncOp))
    replace_trivial_arguments(function.body)
    verify_module(module)
    return function


def returned(function: FuncOp) -> str | None:
    """The name of what the last block returns."""
    last = list(function.body.blocks)[-1].last_op
    assert last is not None
    return last.operands[0].name_hint


def arguments(function: FuncOp) -> list[int]:
    """How many arguments the blocks have, without the entry's."""
    return [len(block.args) for block in list(function.body.blocks)[1:]]


@pytest.mark.parametrize(
    ("body", "result", "left"),
    [
        ("cf.br ^b(%x : i32)\n^b(%a: i32): return %a : i32", "x", [0]),
        ("cf.br ^b(%x : i32)\n^b(%a: i32): cf.br ^c(%a : i32)\n^c(%b: i32): return %b : i32", "x", [0, 0]),
        ("cf.cond_br %p, ^b(%x : i32), ^b(%x : i32)\n^b(%a: i32): return %a : i32", "x", [0]),
        ("cf.cond_br %p, ^b(%x : i32), ^b(%y : i32)\n^b(%a: i32): return %a : i32", "a", [1]),
        # A loop that passes its own argument round, and one that only does with some of them.
        ("cf.br ^b(%x : i32)\n^b(%a: i32): cf.cond_br %p, ^b(%a : i32), ^c\n^c: return %a : i32", "x", [0, 0]),
        (
            "cf.br ^b(%x, %x : i32, i32)\n^b(%a: i32, %i: i32): %j = arith.addi %i, %a : i32\n"
            "cf.cond_br %p, ^b(%a, %j : i32, i32), ^c(%i, %a : i32, i32)\n"
            "^c(%k: i32, %r: i32): %s = arith.addi %k, %r : i32\nreturn %s : i32",
            "s",
            [1, 0],
        ),
        # Two merges in a loop that each give the other what they have: neither is trivial while the other is not known to be.
        (
            "cf.cond_br %p, ^b(%x : i32), ^c(%x : i32)\n^b(%a: i32): cf.cond_br %p, ^c(%a : i32), ^d\n"
            "^c(%b: i32): cf.cond_br %p, ^b(%b : i32), ^d\n^d: return %x : i32",
            "x",
            [0, 0, 0],
        ),
        (
            "cf.cond_br %p, ^b(%x : i32), ^c(%y : i32)\n^b(%a: i32): cf.br ^c(%a : i32)\n"
            "^c(%b: i32): cf.cond_br %p, ^b(%b : i32), ^d\n^d: return %b : i32",
            "b",
            [1, 1, 0],
        ),
        # What is swapped each time round is two values.
        (
            "cf.br ^b(%x, %y : i32, i32)\n^b(%a: i32, %b: i32): cf.cond_br %p, ^b(%b, %a : i32, i32), ^c\n^c: return %a : i32",
            "a",
            [2, 0],
        ),
    ],
)
def test_what_an_argument_stands_for(body: str, result: str, left: list[int]) -> None:
    function = replaced(body)
    assert (returned(function), arguments(function)) == (result, left)


def test_one_side_of_a_branch_loses_an_operand() -> None:
    function = replaced(
        "cf.cond_br %p, ^b(%x, %y : i32, i32), ^c(%y, %x : i32, i32)\n^b(%a: i32, %b: i32): cf.br ^c(%b, %a : i32, i32)\n"
        "^c(%d: i32, %e: i32): %s = arith.subi %d, %e : i32\nreturn %s : i32"
    )
    # %d is %y on both ways, %e is %x.
    (difference,) = (op for block in function.body.blocks for op in block.ops if op.name == "arith.subi")
    assert [operand.name_hint for operand in difference.operands] == ["y", "x"]
    assert arguments(function) == [0, 0]


def test_what_a_suspension_produces_stays() -> None:
    text = """
      sm.machine @f(%h: !async.value<i32>) -> i32 attributes {scope = "lane"} {
        sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^next]
      ^next(%v: i32):
        cf.br ^end(%v : i32)
      ^end(%r: i32):
        sm.return %r : i32
      }"""
    module = parse_module(text, "f.mlir", make_context())
    machine = module.body.block.first_op
    assert machine is not None
    replace_trivial_arguments(machine.regions[0])
    verify_module(module)
    assert [len(block.args) for block in machine.regions[0].blocks] == [1, 1, 0]

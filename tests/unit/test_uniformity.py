"""What the uniformity analysis takes for divergent."""

from __future__ import annotations

import pytest
from xdsl.dialects import func

from asyncir.analysis.scopes import Scopes
from asyncir.analysis.uniformity import Uniformity
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module

HEAD = """
func.func @f(%m: memref<?xi32>, %u: index, %x: i32, %width: i32) {
  %lane = gpu.lane_id
  %zero = arith.constant 0 : index
  %own = arith.cmpi slt, %lane, %u : index
  %same = arith.cmpi slt, %u, %zero : index
"""


def divergent(text: str) -> set[str]:
    """The names of the values that the analysis takes for divergent, without those of the head."""
    module = parse_module(HEAD + text + "\n  return\n}", "test.mlir", make_context())
    function = module.body.block.first_op
    assert isinstance(function, func.FuncOp)
    found = {value.name_hint or "?" for value in Uniformity(function.body).divergent}
    return found - {"lane", "own"}


CASES = {
    "loads follow their indices": ("%a = memref.load %m[%lane] : memref<?xi32> %b = memref.load %m[%u] : memref<?xi32>", {"a"}),
    "reductions and ballots are uniform": (
        "%c = arith.index_cast %lane : index to i32 %s = gpu.subgroup_reduce add %c : (i32) -> i32 %b = task.ballot %own : i32",
        {"c"},
    ),
    "shuffles": (
        "%a, %va = gpu.shuffle xor %x, %x, %width : i32 %b, %vb = gpu.shuffle idx %x, %x, %width : i32",
        {"a", "va"},
    ),
    "a broadcast from a lane that differs": (
        "%c = arith.index_cast %lane : index to i32 %b, %vb = gpu.shuffle idx %x, %c, %width : i32",
        {"c", "b", "vb"},
    ),
    "arrays of the lane's own": (
        "%a = memref.alloca() : memref<4xi32> %b = memref.load %a[%zero] : memref<4xi32>",
        {"a", "b"},
    ),
    "what atomics give": ("%a = memref.atomic_rmw addi %x, %m[%u] : (i32, memref<?xi32>) -> i32", {"a"}),
    "a meeting of different values": (
        "cf.cond_br %own, ^a, ^b ^a: cf.br ^join(%x : i32) ^b: cf.br ^join(%width : i32) ^join(%j: i32):",
        {"j"},
    ),
    "a meeting of one value": (
        "cf.cond_br %own, ^a, ^b ^a: cf.br ^join(%x : i32) ^b: cf.br ^join(%x : i32) ^join(%j: i32):",
        set[str](),
    ),
    "a meeting over both edges of one branch": ("cf.cond_br %own, ^join(%x : i32), ^join(%width : i32) ^join(%j: i32):", {"j"}),
    "a uniform branch": (
        "cf.cond_br %same, ^a, ^b ^a: cf.br ^join(%x : i32) ^b: cf.br ^join(%width : i32) ^join(%j: i32):",
        set[str](),
    ),
    # What is used outside counts as divergent inside too, and so does what is computed from it.
    "a loop left in different rounds": (
        """cf.br ^loop(%zero : index)
        ^loop(%i: index):
          %k = arith.addi %i, %u : index
          %c = arith.cmpi slt, %k, %lane : index
          cf.cond_br %c, ^loop(%k : index), ^end(%i, %zero : index, index)
        ^end(%r: index, %z: index):
          %after = arith.addi %k, %u : index""",
        {"c", "i", "k", "r", "after"},
    ),
    "a loop with a uniform end": (
        """cf.br ^loop(%zero : index)
        ^loop(%i: index):
          %c = arith.cmpi slt, %i, %u : index
          %k = arith.addi %i, %u : index
          cf.cond_br %c, ^loop(%k : index), ^end(%i : index)
        ^end(%r: index):""",
        set[str](),
    ),
    "a switch": (
        """%f = arith.index_cast %lane : index to i32
        cf.switch %f : i32, [default: ^a(%x : i32), 3: ^a(%width : i32)]
        ^a(%j: i32):""",
        {"f", "j"},
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_divergent_values(text: str, expected: set[str]) -> None:
    assert divergent(text) == expected


def test_divergent_blocks_end_where_lanes_meet() -> None:
    text = HEAD + "cf.cond_br %own, ^a, ^b ^a: cf.br ^b ^b: return }"
    function = parse_module(text, "test.mlir", make_context()).body.block.first_op
    assert isinstance(function, func.FuncOp)
    entry, a, b = function.body.blocks
    found = Uniformity(function.body)
    assert found.divergent_blocks == {a: entry.last_op}
    assert b not in found.divergent_blocks


def test_divergence_goes_into_callees_and_their_callees() -> None:
    text = """
    func.func @k(%m: memref<?xi32>) attributes {task.kernel} {
      %lane = gpu.lane_id
      %zero = arith.constant 0 : index
      %t = async.call @first(%zero, %lane) : (index, index) -> !async.token
      return
    }
    async.func @first(%a: index, %b: index) -> !async.token {
      %t = async.call @second(%a) : (index) -> !async.token
      %u = async.call @third(%b, %a) : (index, index) -> !async.token
      async.return
    }
    async.func @second(%a: index) -> !async.token {
      async.return
    }
    async.func @third(%b: index, %a: index) -> !async.token {
      async.return
    }
    """
    scopes = Scopes(parse_module(text, "test.mlir", make_context()))
    assert scopes.scope == {"k": "warp", "first": "warp", "second": "lane", "third": "warp"}
    assert scopes.divergent_arguments == {"k": set(), "first": {1}, "second": set(), "third": {0}}
    assert scopes.why["first"].name == "async.call" and scopes.why["k"].name == "gpu.lane_id"

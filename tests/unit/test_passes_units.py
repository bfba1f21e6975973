"""The registry of passes, layout policies and their checks, and the limits of elision."""

from __future__ import annotations

from importlib.metadata import EntryPoint, EntryPoints

import pytest
from xdsl.context import Context
from xdsl.dialects.builtin import (
    BFloat16Type,
    IndexType,
    IntegerType,
    MemRefType,
    ModuleOp,
    UnrankedMemRefType,
    VectorType,
    f16,
    f32,
    f64,
    i1,
)
from xdsl.ir import Attribute
from xdsl.passes import ModulePass

from asyncir.analysis.callgraph import functions
from asyncir.dialects.async_ import CallOp, TokenType, ValueType
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.errors import InputError
from asyncir.passes import elide_awaited_calls, layout, registry
from asyncir.passes.layout.sizes import alignment_of, rows_of, size_of
from asyncir.passes.registry import available_passes


class Nothing(ModulePass):
    """A pass of somebody else's."""

    name = "nothing"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        """Does nothing."""


def test_every_pass_of_ours_has_the_name_it_is_registered_by() -> None:
    passes = available_passes()
    assert len(passes) >= 14
    for name in passes:
        if not name.startswith(("expand-", "rt-")):
            assert passes[name].name == name


def test_passes_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [EntryPoint("nothing", f"{__name__}:Nothing", registry.GROUP), EntryPoint("dce", "nowhere:At", registry.GROUP)]
    monkeypatch.setattr(registry, "entry_points", lambda group: EntryPoints(points).select(group=group))
    assert available_passes()["nothing"] is Nothing
    assert available_passes()["dce"].name == "dce"
    assert "nothing" in available_passes()
    assert "missing" not in available_passes()


def test_registered_passes_that_cannot_be_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_targets", dict(registry._targets))
    for name, target in {"a": "nowhere:At", "b": "asyncir.abi:Missing", "c": "asyncir.abi:Header"}.items():
        registry.register(name, target)
        with pytest.raises(InputError, match=f"pass '{name}'"):
            available_passes()[name]


SIZES: list[tuple[Attribute, int | None]] = [
    (i1, 1),
    (IntegerType(8), 1),
    (IntegerType(16), 2),
    (IntegerType(64), 8),
    (IntegerType(24), None),
    (IntegerType(128), None),
    (IndexType(), 8),
    (f16, 2),
    (BFloat16Type(), 2),
    (f32, 4),
    (f64, 8),
    (TokenType(), 4),
    (ValueType(MemRefType(f32, [4])), 4),
    (MemRefType(f32, []), 24),
    (MemRefType(f32, [2, -1]), 56),
    (UnrankedMemRefType.from_type(f32), None),
    (VectorType(f32, [4]), 16),
    (VectorType(f32, [4, 3]), 48),
]


@pytest.mark.parametrize(("type_", "size"), SIZES, ids=str)
def test_sizes(type_: Attribute, size: int | None) -> None:
    assert size_of(type_) == size


def test_alignment_and_rows() -> None:
    assert [alignment_of(size) for size in (1, 2, 4, 8, 24, 12, 48)] == [1, 2, 4, 8, 8, 4, 8]
    assert [rows_of(size) for size in (1, 2, 4, 8, 24)] == [1, 1, 1, 2, 6]


def test_unknown_policies_are_answered_with_what_was_meant() -> None:
    with pytest.raises(InputError, match="unknown layout policy 'per-valeu'") as caught:
        layout.find_policy("per-valeu")
    assert caught.value.help == "did you mean 'per-value'?"


CALLS = """
async.func @leaf(%x: i32) -> !async.value<i32> {
  %0 = arith.addi %x, %x : i32
  %1 = arith.addi %0, %x : i32
  async.return %1 : i32
}
async.func @twice(%x: i32) -> !async.value<i32> {
  %a = async.call @leaf(%x) : (i32) -> !async.value<i32>
  %v = async.await %a : !async.value<i32>
  %b = async.call @leaf(%v) : (i32) -> !async.value<i32>
  %w = async.await %b : !async.value<i32>
  async.return %w : i32
}
func.func @main(%x: i32) -> i32 attributes {task.kernel} {
  %a = async.call @twice(%x) : (i32) -> !async.value<i32>
  %b = async.call @twice(%x) : (i32) -> !async.value<i32>
  %v = async.await %a : !async.value<i32>
  %w = async.await %b : !async.value<i32>
  %r = arith.addi %v, %w : i32
  return %r : i32
}
"""


@pytest.mark.parametrize(
    ("budget", "calls", "left"),
    [(100_000, 0, ["main"]), (6, 2, ["twice", "main"]), (3, 3, ["leaf", "twice", "main"]), (0, 4, ["leaf", "twice", "main"])],
)
def test_elision_stops_at_its_budget(monkeypatch: pytest.MonkeyPatch, budget: int, calls: int, left: list[str]) -> None:
    monkeypatch.setattr(elide_awaited_calls, "MAX_COPIED", budget)
    module = parse_module(CALLS, "test.mlir", make_context())
    available_passes()["elide-awaited-calls"]().apply(make_context(), module)
    assert sum(isinstance(op, CallOp) for op in module.walk()) == calls
    assert list(functions(module)) == left


def test_elision_of_a_chain_moves_bodies() -> None:
    count = 60
    lines = ["async.func @f0(%x: i32) -> !async.value<i32> { async.return %x : i32 }"]
    for k in range(1, count):
        call = f"%h = async.call @f{k - 1}(%x) : (i32) -> !async.value<i32> %v = async.await %h : !async.value<i32>"
        lines.append(f"async.func @f{k}(%x: i32) -> !async.value<i32> {{ {call} %s = arith.addi %v, %x : i32 async.return %s : i32 }}")
    call = f"%h = async.call @f{count - 1}(%x) : (i32) -> !async.value<i32> %v = async.await %h : !async.value<i32>"
    lines.append(f"func.func @main(%x: i32) -> i32 attributes {{task.kernel}} {{ {call} return %v : i32 }}")
    module = parse_module("\n".join(lines), "test.mlir", make_context())
    available_passes()["elide-awaited-calls"]().apply(make_context(), module)
    assert [op.name for op in module.walk()] == ["builtin.module", "func.func", *["arith.addi"] * (count - 1), "func.return"]

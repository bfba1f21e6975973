"""Small pieces of objects that are made of several: atomic counts, conditional and repeated operations."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xdsl.dialects import cf, memref, scf
from xdsl.dialects.builtin import IntegerAttr, i64
from xdsl.ir import Attribute, SSAValue

from asyncir.dialects.memref_ext import RMW_KINDS, AtomicRMWOp
from asyncir_python.compile.emitter import Emitter
from asyncir_python.compile.lane_effects import once


def atomic(f: Emitter, kind: str, counts: SSAValue, place: int, operand: SSAValue | int) -> SSAValue:
    """An atomic update of one of some counts, i64: the count before. It acquires and releases, at the scope of the device."""
    value = f.int64(operand) if isinstance(operand, int) else operand
    update = AtomicRMWOp(
        operands=[value, counts, [f.index(place)]], result_types=[i64], properties={"kind": IntegerAttr(RMW_KINDS.index(kind), i64)}
    )
    (before,) = once(f, [i64], lambda: (f.value(update),))
    return before


def when(f: Emitter, condition: SSAValue, body: Callable[[], None]) -> None:
    """What `body` emits, where the condition holds."""
    block = f.new_block()
    with f.inside(block):
        body()
        f.add(scf.YieldOp())
    f.add(scf.IfOp(condition, [], [block]))


def new_counts(f: Emitter, type_: Attribute, *values: SSAValue) -> SSAValue:
    """An array of counts with these values."""
    counts = f.value(memref.AllocOp([], [], type_))
    store(f, [(value, counts, f.index(place)) for place, value in enumerate(values)])
    return counts


def store(f: Emitter, stores: Sequence[tuple[SSAValue, SSAValue, SSAValue]]) -> None:
    """Stores values in arrays, each at an index; once where lanes run a task together."""

    def effect() -> Sequence[SSAValue]:
        for value, array, place in stores:
            f.add(memref.StoreOp.get(value, array, [place]))
        return ()

    if stores:
        once(f, (), effect)


Test = Callable[[], tuple[SSAValue, Sequence[SSAValue]]]
"""Emits what a loop looks at: whether it goes on, and values for behind it."""


def repeat(f: Emitter, test: Test, body: Callable[[], None]) -> Sequence[SSAValue]:
    """Emits `while test: body`: the values of the last test. It is made of blocks where a handler may be jumped to from inside."""
    if not f.handlers:
        return _repeat_region(f, test, body)
    head, again, behind = f.new_block(), f.new_block(), f.new_block()
    f.add(cf.BranchOp(head))
    f.enter(head)
    goes_on, values = test()
    f.add(cf.ConditionalBranchOp(goes_on, again, [], behind, []))
    f.enter(again)
    body()
    f.add(cf.BranchOp(head))
    f.enter(behind)
    return values


def _repeat_region(f: Emitter, test: Test, body: Callable[[], None]) -> Sequence[SSAValue]:
    head = f.new_block()
    with f.inside(head):
        goes_on, values = test()
        f.add(scf.ConditionOp(goes_on, *values))
    types = [value.type for value in values]
    again = f.new_block(types)
    with f.inside(again):
        body()
        f.add(scf.YieldOp())
    return f.add(scf.WhileOp([], types, [head], [again])).results

"""The stacks of the rt dialect."""

from __future__ import annotations

from collections.abc import Mapping

from xdsl.dialects.builtin import i32
from xdsl.ir import Operation

from asyncir.dialects import llvm_ext as llvm
from asyncir.dialects import rt_stack
from asyncir.lowering.convert.lowering import Handler, Lowering

_WORD = 4


def _base(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, rt_stack.StackBaseOp)
    lw.set(op.result, lw.target.stack_base(lw.b, lw.value(op.control)))


def _add(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, rt_stack.StackAddOp)
    distance = lw.b.binary(llvm.MulOp, lw.value(op.words), lw.b.integer(_WORD * lw.target.width, i32))
    lw.set(op.result, lw.target.stack_add(lw.b, lw.value(op.place), distance))


def _load(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, rt_stack.StackLoadOp)
    address = lw.target.stack_address(lw.b, lw.value(op.place), op.offset.value.data * _WORD * lw.target.width)
    lw.set(op.result, lw.b.load(address, i32, _WORD))


def _store(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, rt_stack.StackStoreOp)
    address = lw.target.stack_address(lw.b, lw.value(op.place), op.offset.value.data * _WORD * lw.target.width)
    lw.b.store(lw.value(op.value), address, _WORD)


def _above(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, rt_stack.StackAboveOp)
    lw.set(op.result, lw.b.compare("ugt", lw.value(op.place), lw.value(op.other)))


HANDLERS: Mapping[str, Handler] = {
    "rt.stack_base": _base,
    "rt.stack_add": _add,
    "rt.stack_load": _load,
    "rt.stack_store": _store,
    "rt.stack_above": _above,
}

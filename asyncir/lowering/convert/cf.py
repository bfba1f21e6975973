"""Branches, calls and returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xdsl.dialects import cf, func
from xdsl.ir import Attribute, Operation, SSAValue

from asyncir.dialects import llvm_ext as llvm
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError
from asyncir.lowering.convert import prints
from asyncir.lowering.convert.lowering import Handler, Lowering
from asyncir.lowering.convert.types import Types


def result_type(types: Types, outputs: Sequence[Attribute], blame: Operation) -> Attribute | None:
    """What an llvm function returns for the results of a function: nothing, the value, or a struct of them."""
    converted = types.all(outputs, blame)
    if len(converted) > 1:
        return llvm.LLVMStructType.from_type_list(converted)
    return converted[0] if converted else None


def _br(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, cf.BranchOp)
    lw.b.branch(lw.block(op.successor), *lw.all(op.arguments))


def _cond_br(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, cf.ConditionalBranchOp)
    then, otherwise = lw.block(op.then_block), lw.block(op.else_block)
    lw.b.branch_if(lw.value(op.cond), then, otherwise, lw.all(op.then_arguments), lw.all(op.else_arguments))


def _switch(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, cf.SwitchOp)
    numbers = [] if op.case_values is None else [int(number) for number in op.case_values.get_values()]
    cases = [
        (number, lw.block(block), lw.all(operands))
        for number, block, operands in zip(numbers, op.case_blocks, op.case_operand, strict=True)
    ]
    lw.b.add(llvm.SwitchOp(lw.value(op.flag), (lw.block(op.default_block), lw.all(op.default_operands)), cases))


def _assert(lw: Lowering, op: Operation) -> None:
    raise InputError("'cf.assert' op must have become the failing of a task here", location_of(op), help="run split-suspensions first")


def _return(lw: Lowering, op: Operation) -> None:
    values = lw.operands(op)
    if len(values) > 1:
        type_ = llvm.LLVMStructType.from_type_list([value.type for value in values])
        values = [lw.b.aggregate(type_, [(value, (index,)) for index, value in enumerate(values)])]
    lw.b.add(llvm.ReturnOp(values[0] if values else None))


def _call(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, func.CallOp)
    name = op.callee.string_value()
    callee = lw.program.functions.get(name)
    if callee is None:
        raise InputError(f"'func.call' op: there is no function '@{name}'", location_of(op))
    if not callee.body.blocks:
        prints.call_external(lw, op, name)
        return
    output = result_type(lw.types, [result.type for result in op.results], op)
    result = lw.b.call(name, lw.operands(op), output)
    if result is not None:
        _spread(lw, op, result)


def _spread(lw: Lowering, op: Operation, result: SSAValue) -> None:
    if len(op.results) == 1:
        lw.set(op.results[0], result)
        return
    for index, old in enumerate(op.results):
        lw.set(old, lw.b.extract(result, lw.type(old, op), index))


HANDLERS: Mapping[str, Handler] = {
    "cf.br": _br,
    "cf.cond_br": _cond_br,
    "cf.switch": _switch,
    "cf.assert": _assert,
    "func.return": _return,
    "func.call": _call,
    "rt.return": _return,
}

"""Decoders of `cf`: branches, switches and assertions."""

from __future__ import annotations

from collections.abc import Callable

from xdsl.dialects import cf
from xdsl.dialects.builtin import StringAttr
from xdsl.ir import Block, Operation, SSAValue

from asyncir.abi import ErrorKind
from asyncir.reference.decode import BlockCode, Decoded, Decoder, Ends, OpDecoder, Plain, Registers, assigner
from asyncir.reference.faults import failure
from asyncir.reference.ops_arith import width_of
from asyncir.reference.values import wrap_to


def edge(block: Block, operands: tuple[SSAValue, ...] | list[SSAValue], d: Decoder) -> Callable[[Registers], BlockCode]:
    """Passing operands to a block; gives the block."""
    target = d.target(block)
    if not operands:
        return lambda r: target
    assign = assigner(d.registers(operands), target.arguments)

    def follow(r: Registers) -> BlockCode:
        assign(r)
        return target

    return follow


def _br(op: cf.BranchOp, d: Decoder) -> Decoded:
    return Ends(edge(op.successor, list(op.arguments), d))


def _cond_br(op: cf.ConditionalBranchOp, d: Decoder) -> Decoded:
    condition = d.register(op.cond)
    then, otherwise = edge(op.then_block, list(op.then_arguments), d), edge(op.else_block, list(op.else_arguments), d)
    return Ends(lambda r: then(r) if r[condition] else otherwise(r))


def _switch(op: cf.SwitchOp, d: Decoder) -> Decoded:
    flag, wrap = d.register(op.flag), wrap_to(width_of(op, op.flag))
    default = edge(op.default_block, list(op.default_operands), d)
    values = [] if op.case_values is None else [wrap(int(value)) for value in op.case_values.get_values()]
    cases = {
        value: edge(block, list(operands), d)
        for value, block, operands in reversed(list(zip(values, op.case_blocks, op.case_operand, strict=True)))
    }
    return Ends(lambda r: cases.get(r[flag], default)(r))


def _assert(op: cf.AssertOp, d: Decoder) -> Decoded:
    condition, message = d.register(op.arg), f"assertion failed: {op.msg.data}"

    def step(r: Registers) -> None:
        if not r[condition]:
            raise failure(ErrorKind.ASSERTION, op, message)

    return Plain(step)


def fail_step(op: Operation, d: Decoder) -> Plain:
    """`task.fail`: ends the task with the program's code."""
    code = d.register(op.operands[0])
    text = op.properties.get("message")

    def step(r: Registers) -> None:
        message = f"task failed with code {r[code]}" + (f": {text.data}" if isinstance(text, StringAttr) else "")
        raise failure(ErrorKind.FAILED, op, message, r[code])

    return Plain(step)


DECODERS: dict[str, OpDecoder] = {
    "cf.br": _br,
    "cf.cond_br": _cond_br,
    "cf.switch": _switch,
    "cf.assert": _assert,
    "task.fail": fail_step,
}

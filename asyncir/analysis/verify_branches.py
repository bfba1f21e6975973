"""What is passed over control flow has the types that are received: branches to blocks, and regions of scf operations."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects import func, scf
from xdsl.dialects.builtin import UnregisteredOp
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue

from asyncir.dialects.interfaces import produced_block_arg_types, successor_operands
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError, Note

_ANY_SUCCESSORS = ("test.termop",)
"""xDSL's operation for tests passes nothing in particular."""


def check_branches(terminator: Operation) -> None:
    """Each successor's block arguments get as many values as they are, of their types."""
    for index, successor in enumerate(terminator.successors):
        operands = successor_operands(terminator, index)
        if operands is not None:
            _check_edge(terminator, index, successor, operands)
        elif not isinstance(terminator, UnregisteredOp) and terminator.name not in _ANY_SUCCESSORS:
            message = f"'{terminator.name}' does not say which operands it passes to its successors"
            raise InputError(message, location_of(terminator))


def _check_edge(terminator: Operation, index: int, successor: Block, operands: Sequence[SSAValue]) -> None:
    passed = [*produced_block_arg_types(terminator, index), *(operand.type for operand in operands)]
    expected = [argument.type for argument in successor.args]
    which = f" #{index}" if len(terminator.successors) > 1 else ""
    if len(passed) != len(expected):
        raise InputError(
            f"'{terminator.name}' passes {_values(len(passed))} to successor{which}, which has {_arguments(len(expected))}",
            location_of(terminator),
            notes=_block_notes(successor),
        )
    for position, (got, wanted) in enumerate(zip(passed, expected, strict=True)):
        if got != wanted:
            raise InputError(
                f"'{terminator.name}' passes a value of type {got} to argument #{position} of successor{which}: expected {wanted}",
                location_of(terminator),
                notes=[("argument defined here", location_of(successor.args[position]))],
            )


def _block_notes(block: Block) -> list[Note]:
    where = location_of(block.args[0]) if block.args else location_of(block.first_op) if block.first_op else None
    return [("successor block is here", where)] if where is not None else []


def _values(count: int) -> str:
    return f"{count} value" + ("" if count == 1 else "s")


def _arguments(count: int) -> str:
    return f"{count} argument" + ("" if count == 1 else "s")


def check_regions(operation: Operation) -> None:
    """What xDSL's own verifiers of scf operations do not ask of the terminators of their regions."""
    match operation:
        case scf.IfOp():
            _check_if(operation)
        case scf.WhileOp():
            _check_while(operation)
        case scf.ForOp():
            _check_arguments(operation, operation.body, [operation.lb.type, *operation.iter_args.types])
            _check_yield(operation, operation.body, operation.result_types)
        case scf.IndexSwitchOp() | scf.ExecuteRegionOp():
            for region in operation.regions:
                _check_yield(operation, region, operation.result_types)
        case func.ReturnOp():
            _check_return(operation)
        case _:
            return


def _check_if(operation: scf.IfOp) -> None:
    if operation.result_types and operation.false_region.first_block is None:
        raise InputError("'scf.if' has results, but no else region", location_of(operation))
    for region in operation.regions:
        _check_yield(operation, region, operation.result_types)


def _check_while(operation: scf.WhileOp) -> None:
    before, after = operation.before_region, operation.after_region
    _check_arguments(operation, before, operation.arguments.types)
    _check_arguments(operation, after, operation.result_types)
    condition = None if before.first_block is None else before.first_block.last_op
    if not isinstance(condition, scf.ConditionOp):
        raise InputError("the first region of 'scf.while' must end in 'scf.condition'", location_of(condition or operation))
    _check_types("'scf.condition' passes", condition.args.types, operation.result_types, condition, operation)
    _check_yield(operation, after, operation.arguments.types)


def _check_return(operation: func.ReturnOp) -> None:
    parent = operation.parent_op()
    if isinstance(parent, func.FuncOp):
        _check_types("'func.return' returns", operation.operand_types, parent.function_type.outputs.data, operation, parent)


def _check_arguments(operation: Operation, region: Region, expected: Sequence[Attribute]) -> None:
    got = [] if region.first_block is None else [argument.type for argument in region.first_block.args]
    if got != list(expected):
        message = f"a region of '{operation.name}' has arguments ({_shown(got)}): expected ({_shown(expected)})"
        raise InputError(message, location_of(operation))


def _check_yield(operation: Operation, region: Region, expected: Sequence[Attribute]) -> None:
    for block in region.blocks:
        last = block.last_op
        if isinstance(last, scf.YieldOp):
            _check_types("'scf.yield' yields", last.operand_types, expected, last, operation)
        elif block.next_block is None and block.prev_block is None and last is not None:
            raise InputError(f"a region of '{operation.name}' must end in 'scf.yield', not '{last.name}'", location_of(last))


def _check_types(doing: str, got: Sequence[Attribute], expected: Sequence[Attribute], operation: Operation, owner: Operation) -> None:
    if list(got) != list(expected):
        message = f"{doing} ({_shown(got)}): '{owner.name}' expects ({_shown(expected)})"
        raise InputError(message, location_of(operation), notes=[("expected by this operation", location_of(owner))])


def _shown(types: Sequence[Attribute]) -> str:
    return ", ".join(str(type) for type in types)

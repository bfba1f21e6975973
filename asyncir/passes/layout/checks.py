"""What cannot be laid out, said to the user."""

from __future__ import annotations

from collections.abc import Container, Mapping

from xdsl.dialects.builtin import MemRefType, NoneAttr, UnrankedMemRefType
from xdsl.ir import Attribute, Operation, SSAValue

from asyncir.abi import MAX_RESULT_BYTES, RESULT_UNIT
from asyncir.analysis.stack_arrays import stack_arrays
from asyncir.dialects import sm
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError
from asyncir.passes.layout.largest import bytes_in_frame
from asyncir.passes.layout.sizes import round_up, size_of

MAX_FRAME_BYTES = 1 << 30
"""A quarter of the largest arena that handles can name."""


def check_interface(machine: sm.MachineOp) -> None:
    """Raises InputError if arguments or results of a machine cannot stand in a frame."""
    name = machine.sym_name.data
    for argument in machine.entry.args:
        if size_of(argument.type) is None:
            raise InputError(f"@{name} takes {_shown(argument)} of type {argument.type}, which no frame can hold", location_of(machine))
    total = 0
    for type_ in machine.function_type.outputs:
        size = size_of(type_)
        if size is None:
            raise InputError(f"@{name} returns {type_}, which no frame can hold", location_of(machine))
        total += round_up(size, RESULT_UNIT)
    if total > MAX_RESULT_BYTES and machine.kernel is None:
        raise InputError(
            f"@{name} returns {total} bytes: a task returns at most {MAX_RESULT_BYTES}",
            location_of(machine),
            help="pass an array that the task writes its results to",
        )


def check_crossing(machine: sm.MachineOp, live: Mapping[sm.SuspendOp, list[SSAValue]]) -> None:
    """Raises InputError if a value that lives across a suspension, or that a task is given, cannot outlive its segment."""
    stack = stack_arrays(machine.body)
    fine: set[int] = set()
    for suspension, values in live.items():
        for value in values if not fine.issuperset(map(id, values)) else ():
            if id(value) in fine:
                continue
            if value in stack or size_of(value.type) is None or _is_local(value.type):
                raise _cannot_cross(machine, suspension, value, in_stack=value in stack)
            fine.add(id(value))
    if stack:
        _check_escapes(machine, set(stack))


def _is_local(type_: Attribute) -> bool:
    """Whether this is an array in memory that only some threads see: it is gone where the task goes on."""
    return isinstance(type_, MemRefType) and not isinstance(type_.memory_space, NoneAttr)


def _cannot_cross(machine: sm.MachineOp, suspension: sm.SuspendOp, value: SSAValue, *, in_stack: bool) -> InputError:
    help = None
    what = f"{_shown(value)} of type {value.type}, which no frame can hold,"
    if in_stack:
        what = f"{_shown(value)}, an array that memref.alloca made,"
        help = "a suspended task has no stack: use memref.alloc, or make the array after the suspension"
    elif _is_local(value.type):
        what = f"{_shown(value)}, an array of type {value.type} in memory that only some threads see,"
        help = "a suspended task may go on elsewhere: use memref.alloc, or a task.channel"
    elif isinstance(value.type, UnrankedMemRefType):
        help = "cast it to a ranked memref before"
    message = f"{what} is live across the suspension in @{machine.sym_name.data}"
    return InputError(message, location_of(suspension), notes=[(f"{_shown(value)} is defined here", location_of(value))], help=help)


def check_sizes(machine: sm.MachineOp, live: Mapping[sm.SuspendOp, list[SSAValue]], divergent: Container[SSAValue]) -> None:
    """Raises InputError if what is held at one suspension, or the arguments, need a frame of more than MAX_FRAME_BYTES."""
    bytes_of = bytes_in_frame(divergent)
    name = machine.sym_name.data
    handed: list[tuple[Operation, str, list[SSAValue]]] = [(machine, f"the arguments of @{name} need", list(machine.entry.args))]
    for where, what, values in handed + [(op, f"what @{name} keeps across this suspension needs", values) for op, values in live.items()]:
        total = sum(map(bytes_of, values))
        if total > MAX_FRAME_BYTES:
            largest = max(values, key=bytes_of)
            raise InputError(
                f"{what} a frame of {total} bytes: a frame has at most {MAX_FRAME_BYTES}",
                location_of(where),
                notes=[(f"{_shown(largest)} takes {bytes_of(largest)} bytes of them", location_of(largest))],
                help="keep it in an array (memref.alloc): a frame holds no more than its address then",
            )


def _check_escapes(machine: sm.MachineOp, stack: set[SSAValue]) -> None:
    """A stack array must not go to another task, which runs elsewhere or later."""
    for block in machine.body.blocks:
        for op in block.ops:
            if not isinstance(op, sm.StartOp | sm.ReturnOp):
                continue
            for operand in op.operands:
                if operand in stack:
                    doing = "is passed to a task" if isinstance(op, sm.StartOp) else "is returned"
                    raise InputError(
                        f"{_shown(operand)}, an array that memref.alloca made, {doing}",
                        location_of(op),
                        notes=[(f"{_shown(operand)} is defined here", location_of(operand))],
                        help="only the task that makes it can use it: use memref.alloc",
                    )


def _shown(value: SSAValue) -> str:
    return f"%{value.name_hint}" if value.name_hint else f"a value of type {value.type}"

"""What cannot be laid out, said to the user; and what holds of every laid-out machine."""

from __future__ import annotations

from collections.abc import Container, Mapping

from xdsl.dialects.builtin import UnrankedMemRefType
from xdsl.ir import Attribute, Operation, SSAValue

from asyncir.abi import MAX_RESULT_BYTES, RESULT_UNIT
from asyncir.analysis.liveness import Liveness
from asyncir.analysis.stack_arrays import stack_arrays
from asyncir.dialects import sm
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError, InternalError, Note
from asyncir.passes.layout.sizes import round_up, rows_of, size_of

MAX_FRAME_BYTES = 1 << 30
"""A quarter of the largest arena that handles can name."""
REPORTED_WIDTH = 32


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
    for suspension, values in live.items():
        for value in values:
            note: Note = (f"{_shown(value)} is defined here", location_of(value))
            where = f"is live across the suspension in @{machine.sym_name.data}"
            if value in stack:
                raise InputError(
                    f"{_shown(value)}, an array that memref.alloca made, {where}",
                    location_of(suspension),
                    notes=[note],
                    help="a suspended task has no stack: use memref.alloc, or make the array after the suspension",
                )
            if size_of(value.type) is None:
                help = "cast it to a ranked memref before" if isinstance(value.type, UnrankedMemRefType) else None
                message = f"{_shown(value)} of type {value.type}, which no frame can hold, {where}"
                raise InputError(message, location_of(suspension), notes=[note], help=help)
    if stack:
        _check_escapes(machine, set(stack))


def check_sizes(machine: sm.MachineOp, live: Mapping[sm.SuspendOp, list[SSAValue]], divergent: Container[SSAValue]) -> None:
    """Raises InputError if what is held at one suspension, or the arguments, need a frame of more than MAX_FRAME_BYTES."""

    def bytes_of(value: SSAValue) -> int:
        return (size_of(value.type) or 0) * (REPORTED_WIDTH if value in divergent else 1)

    name = machine.sym_name.data
    handed: list[tuple[Operation, str, list[SSAValue]]] = [(machine, f"the arguments of @{name} need", list(machine.entry.args))]
    for where, what, values in handed + [(op, f"what @{name} keeps across this suspension needs", values) for op, values in live.items()]:
        total = sum(bytes_of(value) for value in values)
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


def check_layout_basics(machine: sm.MachineOp) -> None:
    """
    Raises InternalError unless: nothing is live over the edge from a park to its resume block; what a resume block reloads is saved
    somewhere or is an argument; slots of one suspension lie in the frame and do not overlap.
    """
    assert machine.frame is not None and machine.arg_slots is not None
    liveness = Liveness(machine.body)
    known = {op.slot for block in machine.body.blocks for op in block.ops if isinstance(op, sm.SaveOp)} | set(machine.arg_slots)
    for block in machine.body.blocks:
        park = block.last_op
        if not isinstance(park, sm.ParkOp):
            continue
        where = f"state {park.number} of @{machine.sym_name.data}"
        if live := liveness.live_in(park.resume):
            raise InternalError(f"{where}: {_shown(live[0])} is live over the park", location_of(park))
        saves = [op for op in block.ops if isinstance(op, sm.SaveOp)]
        reloads = [op for op in park.resume.ops if isinstance(op, sm.ReloadOp)]
        for op in reloads:
            if op.slot not in known:
                raise InternalError(f"{where}: {op.slot} is reloaded, but not saved", location_of(op))
        _check_slots(machine, where, {op.slot: op.result.type for op in reloads} | {op.slot: op.value.type for op in saves})


def _check_slots(machine: sm.MachineOp, where: str, slots: Mapping[sm.SlotAttr, Attribute]) -> None:
    assert machine.frame is not None
    ends = {True: machine.frame.rows.value.data, False: machine.frame.task_bytes.value.data}
    reach: dict[bool, int] = {}
    for in_rows, end in ends.items():
        reached = 0
        for slot in sorted((slot for slot in slots if slot.in_rows is in_rows), key=lambda slot: slot.offset.value.data):
            size = size_of(slots[slot])
            assert size is not None
            if slot.offset.value.data < reached:
                raise InternalError(f"{where}: {slot} overlaps another slot", location_of(machine))
            reached = slot.offset.value.data + (rows_of(size) if in_rows else size)
        reach[in_rows] = reached
        if reached > end:
            raise InternalError(f"{where}: a slot ends behind the frame", location_of(machine))
    if not machine.frame.coexist(reach[False], reach[True]):
        raise InternalError(f"{where}: task bytes and rows overlap", location_of(machine))

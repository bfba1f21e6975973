"""
The `sm` dialect: tasks as state machines.

Two levels share it, told apart by the machine's `frame` attribute:

split      A suspension is a block terminator with ONE successor, which takes exactly the values that the suspension produces.
           Other values cross it as SSA values, by dominance. No `async.await` is left.

               sm.suspend await(%h) 3 : (!async.value<i32>) -> i32 [^next]

laid out   The ready edge and the resume edge are different. `sm.suspend` asks whether the source is ready now: yes goes to the
           ready block with the produced values, no goes to the park block, which saves and ends in `sm.park`. `sm.park`
           registers the task with the source and ends the segment; the task goes on at the resume block, with the produced
           values, which reloads. (If the source became ready in between, the resume block runs at once.) Merges are block
           arguments: no SSA value is live over the edge from `sm.park` to its resume block.

               ^a:      sm.suspend await(%h) 3 : (!async.value<i32>) -> i32 [^ready, ^park]
               ^park:   sm.save %x at <task 8> : f32
                        sm.park await(%h) 3 : (!async.value<i32>) -> i32 [^resume]
               ^resume(%v1: i32):
                        %x1 = sm.reload at <task 8> : f32
                        cf.br ^next(%v1, %x1 : i32, f32)
               ^ready(%v0: i32):
                        cf.br ^next(%v0, %x : i32, f32)

The number behind the operands is the state: unique in its machine, 1 or more; state 0 is the entry.

| kind | operands | produces | when it goes on |
|---|---|---|---|
| await | token or value | the unwrapped value | the task has ended; its error fails this task |
| await_raw | token, value or group | nothing | as await, but errors do not propagate |
| try_await | token or value | value (zero with an error), kind: i32, code: i32 | the task has ended |
| await_all | group | nothing | the group is full and all in it ended; an error fails this task |
| send | item, channel | nothing | the item is in the channel |
| recv | channel | item, ok: i1 | there was an item, or the channel is closed and empty |
| yield | | nothing | at once, behind the tasks that are ready |
| sleep | i64 nanoseconds | nothing | that much later |
| wait | event | nothing | the event is set |
| acquire | lock | nothing | the task holds the lock |
| select | tokens, values, channels; last an i64 timeout, if any | case: i32; with a channel also item, ok: i1 | see `task.select` |
| call @child | the child's arguments | pending: i1, its handles, its values | not pending: the child has ended; else the values are zero |

A suspension with the attribute `task.catches` (all kinds but call) produces an i1 more, at the end: whether a cancellation ended it.
What it produces else is then zero (dialects/task_cancel.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from xdsl.dialects.builtin import (
    ArrayAttr,
    DictionaryAttr,
    FunctionType,
    IndexType,
    IntegerAttr,
    StringAttr,
    SymbolNameConstraint,
    SymbolRefAttr,
    UnitAttr,
    i1,
    i32,
    i64,
)
from xdsl.dialects.utils import EnumAttribute, parse_func_op_like, print_func_op_like
from xdsl.ir import Attribute, Block, Dialect, Operation, ParametrizedAttribute, Region, SpacedOpaqueSyntaxAttribute, SSAValue
from xdsl.irdl import (
    IRDLOperation,
    irdl_attr_definition,
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    prop_def,
    region_def,
    result_def,
    successor_def,
    traits_def,
    var_operand_def,
    var_result_def,
    var_successor_def,
)
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import (
    HasParent,
    IsolatedFromAbove,
    IsTerminator,
    MemoryReadEffect,
    MemoryWriteEffect,
    ReturnLike,
    SymbolOpInterface,
)
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.str_enum import StrEnum

from asyncir.dialects.async_ import GroupType, is_handle, unwrap
from asyncir.dialects.interfaces import SymbolLookup
from asyncir.dialects.sm_largest import KeptAttr, LargestAttr
from asyncir.dialects.task_cancel import CATCHES
from asyncir.dialects.task_select import select_problem, select_types, without_timeout
from asyncir.dialects.task_types import ChannelType, EventType, LockType


class Kind(StrEnum):
    """What a suspension waits for; the table at the top of the file is the definition."""

    AWAIT = "await"
    AWAIT_RAW = "await_raw"
    TRY_AWAIT = "try_await"
    AWAIT_ALL = "await_all"
    SEND = "send"
    RECV = "recv"
    YIELD = "yield"
    SLEEP = "sleep"
    WAIT = "wait"
    ACQUIRE = "acquire"
    SELECT = "select"
    CALL = "call"


NEVER_READY = (Kind.YIELD, Kind.SLEEP, Kind.CALL)
"""Kinds that always park: nothing comes by their ready edge."""


@irdl_attr_definition
class KindAttr(EnumAttribute[Kind], SpacedOpaqueSyntaxAttribute):
    """`#sm<kind await>`"""

    name = "sm.kind"


class Section(StrEnum):
    """Where in the frame's payload a slot lies: once per task, or in rows with a word for every lane (warp scope)."""

    TASK = "task"
    ROWS = "rows"


@irdl_attr_definition
class SlotAttr(ParametrizedAttribute):
    """
    `#sm.slot<task 8>`: bytes 8… of the part of the payload that the task has once.
    `#sm.slot<rows 2>`: row 2… of the part that has a 4-byte word for every lane, counted from the payload's end: a value of k words
    takes k rows, and lane l's value stands at end - 4 * width * (row + k) + 4 * l * k.
    """

    name = "sm.slot"
    section: StringAttr
    offset: IntegerAttr

    @classmethod
    def get(cls, section: Section, offset: int) -> SlotAttr:
        """The slot at that offset: in bytes (task) or in rows (rows)."""
        return cls(StringAttr(str(section)), IntegerAttr(offset, i64))

    @property
    def in_rows(self) -> bool:
        """Whether every lane has its own copy."""
        return self.section.data == Section.ROWS

    @classmethod
    def parse_parameters(cls, parser: Parser) -> Sequence[Attribute]:  # pyright: ignore[reportIncompatibleMethodOverride]
        with parser.in_angle_brackets():
            section = parser.parse_str_enum(Section)
            return [StringAttr(str(section)), IntegerAttr(parser.parse_integer(allow_boolean=False, allow_negative=False), i64)]

    def print_parameters(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            printer.print_string(f"{self.section.data} {self.offset.value.data}")


Shape: TypeAlias = tuple[int, int]
"""Room in a payload: bytes that the task has once, and rows."""


@irdl_attr_definition
class FrameAttr(ParametrizedAttribute):
    """
    `#sm.frame<task 24 rows 3 policy "bound">`: the payload of a laid-out machine: bytes that the task has once, and rows of a word for
    every lane. The header, which every frame has, is not counted (asyncir/abi.py); results overlay the payload.

    `arguments 32 rows 0`: the room that arguments need when they are handed over, where that is more than the payload.

    `shared [24 rows 0, 8 rows 3]`: task bytes, counted from the payload's start, and rows, counted from its end, overlap: never are
    more of both in use than one of these shapes has. A frame is as large as the largest shape at the warp's width. Without `shared`
    the only shape has all task bytes and all rows.
    """

    name = "sm.frame"
    task_bytes: IntegerAttr
    rows: IntegerAttr
    policy: StringAttr
    argument_bytes: IntegerAttr
    argument_rows: IntegerAttr
    shared: ArrayAttr[IntegerAttr]

    @classmethod
    def get(cls, task_bytes: int, rows: int, policy: str, arguments: Shape = (0, 0), shared: Sequence[Shape] = ()) -> FrameAttr:
        """A payload of that many bytes and rows, made by the named layout policy."""
        numbers = [IntegerAttr(number, i64) for number in (task_bytes, rows, *arguments)]
        pairs = ArrayAttr([IntegerAttr(number, i64) for shape in shared for number in shape])
        return cls(numbers[0], numbers[1], StringAttr(policy), numbers[2], numbers[3], pairs)

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """What may be in use at the same time, each shape by itself."""
        numbers = [attribute.value.data for attribute in self.shared]
        return tuple(zip(numbers[::2], numbers[1::2], strict=True)) or ((self.task_bytes.value.data, self.rows.value.data),)

    @property
    def arguments(self) -> Shape:
        """What the hand-over of arguments needs."""
        return self.argument_bytes.value.data, self.argument_rows.value.data

    def coexist(self, task_end: int, rows_end: int) -> bool:
        """Whether task bytes before one end and rows before the other do not overlap, whatever the warp's width."""
        if len(self.shared.data) == 0 or not task_end or not rows_end:
            return True
        return any(task_end <= task and rows_end <= rows for task, rows in (*self.shapes, self.arguments))

    def room(self, *others: Shape) -> tuple[Shape, ...]:
        """
        What a frame must have room for: the payload, the hand-over of arguments, and other things that overlay it. One shape for all
        where the sections do not overlap.
        """
        shapes = (*self.shapes, self.arguments, *others)
        if len(self.shared.data) > 0:
            return shapes
        return ((max(task for task, _ in shapes), max(rows for _, rows in shapes)),)

    def payload_bytes(self, width: int) -> int:
        """The payload of a frame; in warp scope (width > 1) in whole rows, as it is counted and reported."""
        return _bytes_of(self.shapes, width)

    def room_bytes(self, width: int) -> int:
        """The same, with room for the arguments when they are handed over."""
        return _bytes_of(self.room(), width)

    @classmethod
    def parse_parameters(cls, parser: Parser) -> Sequence[Attribute]:  # pyright: ignore[reportIncompatibleMethodOverride]
        with parser.in_angle_brackets():
            parser.parse_keyword("task")
            task, rows = _parse_shape(parser)
            arguments = _parse_shape(parser) if parser.parse_optional_keyword("arguments") else (0, 0)
            shared: list[Shape] = []
            if parser.parse_optional_keyword("shared"):
                shared = parser.parse_comma_separated_list(parser.Delimiter.SQUARE, lambda: _parse_shape(parser))
            parser.parse_keyword("policy")
            return cls.get(task, rows, parser.parse_str_literal(), arguments, shared).parameters

    def print_parameters(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            printer.print_string(f"task {self.task_bytes.value.data} rows {self.rows.value.data} ")
            if self.arguments != (0, 0):
                printer.print_string("arguments {} rows {} ".format(*self.arguments))
            if len(self.shared.data) > 0:
                shapes = ", ".join(f"{task} rows {rows}" for task, rows in self.shapes)
                printer.print_string(f"shared [{shapes}] ")
            printer.print_string("policy ")
            printer.print_string_literal(self.policy.data)


def _bytes_of(shapes: Sequence[Shape], width: int) -> int:
    row = 4 * width
    if width == 1:
        return max(task + row * rows for task, rows in shapes)
    return max(row * (rows - (-task // row)) for task, rows in shapes)


def _parse_shape(parser: Parser) -> Shape:
    task = parser.parse_integer(allow_boolean=False, allow_negative=False)
    parser.parse_keyword("rows")
    return task, parser.parse_integer(allow_boolean=False, allow_negative=False)


TO_HEAP = "to_heap"
"""Marks a yield by which a task on a stack goes to the heap, whatever is below it (pass work-first)."""

TAIL = "tail"
"""Marks a call behind which the task, if the child is pending, does nothing but wait for it."""

FORK_JOIN = "fork_join"
"""Marks a machine that may run on a stack (pass work-first): its arguments and results may come and go in registers, not only in slots."""

_NAMED = ("scope", "kernel", "frame", "arg_slots", "largest")


@irdl_op_definition
class MachineOp(IRDLOperation):
    """
    A task body as a state machine: a CFG in which suspensions are terminators. Results are the values it returns, not handles.

    `scope` is resolved here. `kernel` marks a root. Laid out, `frame` gives the payload and `arg_slots` where a starter puts the
    arguments; entry block arguments stand for the values found there. `largest` says where a machine with a large frame keeps most.

    ```mlir
    sm.machine @double(%x: i32) -> i32 attributes {scope = "lane"} {
      %0 = arith.addi %x, %x : i32
      sm.return %0 : i32
    }
    ```
    """

    name = "sm.machine"
    body = region_def()
    sym_name = prop_def(SymbolNameConstraint())
    function_type = prop_def(FunctionType)
    scope = prop_def(StringAttr)
    kernel = opt_prop_def(UnitAttr)
    frame = opt_prop_def(FrameAttr)
    arg_slots = opt_prop_def(ArrayAttr[SlotAttr])
    largest = opt_prop_def(LargestAttr)
    arg_attrs = opt_prop_def(ArrayAttr[DictionaryAttr])
    traits = traits_def(IsolatedFromAbove(), SymbolOpInterface())

    def __init__(
        self,
        name: str,
        function_type: FunctionType,
        scope: str,
        body: Region,
        *,
        kernel: bool = False,
        frame: FrameAttr | None = None,
        arg_slots: Sequence[SlotAttr] | None = None,
        arg_attrs: ArrayAttr[DictionaryAttr] | None = None,
    ):
        properties: dict[str, Attribute | None] = {
            "sym_name": StringAttr(name),
            "function_type": function_type,
            "scope": StringAttr(scope),
            "kernel": UnitAttr() if kernel else None,
            "frame": frame,
            "arg_slots": ArrayAttr(arg_slots) if arg_slots is not None else None,
            "arg_attrs": arg_attrs,
        }
        super().__init__(properties=properties, regions=[body])

    @property
    def entry(self) -> Block:
        """The entry block; its arguments are the machine's."""
        block = self.body.blocks.first
        assert block is not None
        return block

    @property
    def laid_out(self) -> bool:
        """Whether saves and reloads are explicit."""
        return self.frame is not None

    @classmethod
    def parse(cls, parser: Parser) -> MachineOp:
        position = parser.pos
        name, inputs, outputs, region, extra, arg_attrs, _ = parse_func_op_like(parser, reserved_attr_names=("sym_name", "function_type"))
        attributes = dict(extra.data) if extra is not None else {}
        scope = attributes.pop("scope", None)
        if not isinstance(scope, StringAttr):
            parser.raise_error('\'sm.machine\' op needs attributes {scope = "lane" | "warp" | …}', position)
        op = cls(name, FunctionType.from_lists(inputs, outputs), scope.data, region, arg_attrs=arg_attrs)
        for key in _NAMED[1:]:
            if key in attributes:
                op.properties[key] = attributes.pop(key)
        op.attributes |= attributes
        return op

    def print(self, printer: Printer) -> None:
        named = {key: self.properties[key] for key in _NAMED if key in self.properties}
        print_func_op_like(
            printer,
            self.sym_name,
            self.function_type,
            self.body,
            named | self.attributes,
            arg_attrs=self.arg_attrs,
            reserved_attr_names=("sym_name", "function_type"),
        )

    def verify_(self) -> None:
        if self.scope.data not in ("lane", "warp", "warpgroup", "block"):
            raise VerifyException(f"'sm.machine' op scope must be lane, warp, warpgroup or block, got '{self.scope.data}'")
        if self.body.blocks.first is None:
            raise VerifyException("'sm.machine' op has no body")
        entry = tuple(argument.type for argument in self.entry.args)
        if entry != self.function_type.inputs.data:
            raise VerifyException(f"'sm.machine' op entry block has argument types {_types(entry)}, expected {self.function_type}")
        if (self.frame is None) != (self.arg_slots is None):
            raise VerifyException("'sm.machine' op has one of frame and arg_slots, expected both (laid out) or none (split)")
        if self.arg_slots is not None and len(self.arg_slots.data) != len(entry):
            raise VerifyException(f"'sm.machine' op has {len(self.arg_slots.data)} arg_slots for {len(entry)} arguments")
        self._verify_states()

    def _verify_states(self) -> None:
        split: set[int] = set()
        parked: set[int] = set()
        for block in self.body.blocks:
            last = block.last_op
            if isinstance(last, SuspendOp | ParkOp):
                seen = split if isinstance(last, SuspendOp) else parked
                if last.number in seen:
                    raise VerifyException(f"'sm.machine' op has two suspensions with state {last.number}")
                seen.add(last.number)


def _types(types: Sequence[Attribute]) -> str:
    return "(" + ", ".join(str(t) for t in types) + ")"


@irdl_op_definition
class StartOp(IRDLOperation):
    """
    Starts a task that runs a machine. The handles are an optional token, first, and a value for each result.

    ```mlir
    %h = sm.start @double(%x) : (i32) -> !async.value<i32>
    ```
    """

    name = "sm.start"
    callee = prop_def(SymbolRefAttr)
    arguments = var_operand_def()
    handles = var_result_def()
    assembly_format = "$callee `(` $arguments `)` attr-dict `:` functional-type($arguments, $handles)"
    traits = traits_def(MemoryWriteEffect())

    def __init__(self, callee: str, arguments: Sequence[SSAValue], handle_types: Sequence[Attribute]):
        super().__init__(operands=[arguments], result_types=[handle_types], properties={"callee": SymbolRefAttr(callee)})

    def verify_(self) -> None:
        for index, handle in enumerate(self.handles):
            if not is_handle(handle.type):
                raise VerifyException(f"'sm.start' op result #{index} must be async value type or async token type, got '{handle.type}'")
        if any(unwrap(handle.type) is None for handle in self.handles[1:]):
            raise VerifyException("'sm.start' op: the token is expected to be the first result")

    def verify_symbol_uses(self, lookup: SymbolLookup) -> None:
        """The callee is a machine of these operand types, and each of its results has a handle."""
        verify_callee(self, self.callee, [argument.type for argument in self.arguments], [handle.type for handle in self.handles], lookup)


def verify_callee(
    op: Operation, callee: SymbolRefAttr, arguments: Sequence[Attribute], handles: Sequence[Attribute], lookup: SymbolLookup
) -> None:
    """Raises VerifyException unless the callee is a machine that takes these arguments and yields what these handles stand for."""
    machine = lookup(callee)
    if not isinstance(machine, MachineOp):
        found = "not defined in this module" if machine is None else f"a '{machine.name}'"
        raise VerifyException(f"'{op.name}' op callee {callee} is {found}: expected an 'sm.machine'")
    inputs, outputs = machine.function_type.inputs.data, machine.function_type.outputs.data
    if tuple(arguments) != inputs:
        raise VerifyException(f"'{op.name}' op has operand types {_types(arguments)}: {callee} has {_types(inputs)}")
    values = tuple(value for handle in handles if (value := unwrap(handle)) is not None)
    if values != outputs:
        raise VerifyException(f"'{op.name}' op has handles of {_types(values)}: {callee} has results {_types(outputs)}")


@irdl_op_definition
class PartGroupOp(IRDLOperation):
    """
    A group of `size`, to which `count` tasks were added that have ended.

    ```mlir
    %group = sm.part_group %size, %count : !async.group
    ```
    """

    name = "sm.part_group"
    size = operand_def(IndexType)
    count = operand_def(i32)
    group = result_def(GroupType)
    assembly_format = "$size `,` $count attr-dict `:` type($group)"
    traits = traits_def(MemoryWriteEffect())

    def __init__(self, size: SSAValue, count: SSAValue):
        super().__init__(operands=[size, count], result_types=[GroupType()])


DROP = "sm.drop"
"""
On an await: it is the last use of what it waits for, which is dropped when the outcome was read. On a start: no handle is used.
"""


@irdl_op_definition
class DropOp(IRDLOperation):
    """
    No handle to this object (a task's frame, a group, a ready handle) is used any more; nothing happens where it names none. The object
    lives on until it is available: a task goes on, a group gets its members.

    ```mlir
    sm.drop %h : !async.value<i32>
    ```
    """

    name = "sm.drop"
    handle = operand_def()
    assembly_format = "$handle attr-dict `:` type($handle)"
    traits = traits_def(MemoryWriteEffect())

    def __init__(self, handle: SSAValue):
        super().__init__(operands=[handle])

    def verify_(self) -> None:
        if not (is_handle(self.handle.type) or isinstance(self.handle.type, GroupType)):
            raise VerifyException(f"'sm.drop' op expects one async token, value or group, got '{self.handle.type}'")


@irdl_op_definition
class ReturnOp(IRDLOperation):
    """
    Ends the task with its values; who waits for it becomes ready.

    ```mlir
    sm.return %0 : i32
    ```
    """

    name = "sm.return"
    arguments = var_operand_def()
    assembly_format = "($arguments^ `:` type($arguments))? attr-dict"
    traits = traits_def(HasParent(MachineOp), IsTerminator(), ReturnLike())

    def __init__(self, arguments: Sequence[SSAValue] = ()):
        super().__init__(operands=[arguments])

    def verify_(self) -> None:
        parent = self.parent_op()
        got = tuple(value.type for value in self.arguments)
        if isinstance(parent, MachineOp) and got != parent.function_type.outputs.data:
            raise VerifyException(f"'sm.return' op has types {_types(got)}, expected {_types(parent.function_type.outputs.data)}")


def produced_types(kind: Kind, operand_types: Sequence[Attribute], *, catches: bool = False) -> tuple[Attribute, ...]:
    """What a suspension of this kind on these operands hands to its successor (the table at the top)."""
    produced = _produced_types(kind, operand_types)
    return (*produced, i1) if catches else produced


def _produced_types(kind: Kind, operand_types: Sequence[Attribute]) -> tuple[Attribute, ...]:
    if kind in (Kind.AWAIT, Kind.TRY_AWAIT):
        value = unwrap(operand_types[0])
        produced = () if value is None else (value,)
        return produced if kind is Kind.AWAIT else (*produced, i32, i32)
    if kind is Kind.RECV:
        channel = operand_types[0]
        assert isinstance(channel, ChannelType)
        return (channel.element_type, i1)
    return select_types(without_timeout(operand_types)) if kind is Kind.SELECT else ()


def _operand_problem(kind: Kind, types: Sequence[Attribute]) -> str | None:
    """What is wrong with the operand types of a suspension, or None."""
    match kind:
        case Kind.AWAIT | Kind.TRY_AWAIT:
            ok = len(types) == 1 and is_handle(types[0])
            return None if ok else "expects one async token or value"
        case Kind.AWAIT_RAW:
            ok = len(types) == 1 and (is_handle(types[0]) or isinstance(types[0], GroupType))
            return None if ok else "expects one async token, value or group"
        case Kind.AWAIT_ALL:
            return None if len(types) == 1 and isinstance(types[0], GroupType) else "expects one async group"
        case Kind.SEND:
            ok = len(types) == 2 and isinstance(types[1], ChannelType) and types[1].element_type == types[0]
            return None if ok else "expects an item and a channel of its type"
        case Kind.RECV:
            return None if len(types) == 1 and isinstance(types[0], ChannelType) else "expects one channel"
        case Kind.YIELD:
            return None if not types else "expects no operand"
        case Kind.SLEEP:
            return None if tuple(types) == (i64,) else "expects an i64 of nanoseconds"
        case Kind.WAIT:
            return None if len(types) == 1 and isinstance(types[0], EventType) else "expects one event"
        case Kind.ACQUIRE:
            return None if len(types) == 1 and isinstance(types[0], LockType) else "expects one lock"
        case Kind.SELECT:
            return select_problem(without_timeout(types))
        case Kind.CALL:
            return None


def called_types(handles: Sequence[Attribute]) -> tuple[Attribute, ...]:
    """What a `call` produces, given the types of the child's handles: pending, the handles, the values they stand for."""
    return (i1, *handles, *(value for handle in handles if (value := unwrap(handle)) is not None))


def _handles_of(produced: Sequence[Attribute]) -> Sequence[Attribute]:
    """The inverse of `called_types`; what is nothing such gives no handles."""
    for count in range(len(produced)):
        handles = produced[1 : 1 + count]
        if all(is_handle(handle) for handle in handles) and called_types(handles) == tuple(produced):
            return handles
    return ()


Call: TypeAlias = tuple[SymbolRefAttr, ArrayAttr[Attribute]]
"""What a `call` starts, and the types of the child's handles."""


def _properties(kind: Kind, state: int, call: Call | None) -> dict[str, Attribute]:
    properties: dict[str, Attribute] = {"kind": KindAttr(kind), "state": IntegerAttr(state, i32)}
    return properties if call is None else properties | {"callee": call[0], "handles": call[1]}


class _Suspension(IRDLOperation):
    """What `sm.suspend` and `sm.park` share: kind, operands, state, and what they produce."""

    kind: KindAttr = prop_def(KindAttr)
    state: IntegerAttr = prop_def(IntegerAttr)
    callee: SymbolRefAttr | None = opt_prop_def(SymbolRefAttr)
    handles: ArrayAttr[Attribute] | None = opt_prop_def(ArrayAttr)
    arguments = var_operand_def()

    @property
    def number(self) -> int:
        """The state's number, unique in its machine."""
        return self.state.value.data

    @property
    def produced(self) -> tuple[Attribute, ...]:
        """The types of the values handed to the ready or resume block."""
        if self.handles is not None:
            return called_types(self.handles.data)
        return produced_types(self.kind.data, [value.type for value in self.arguments], catches=self.catches)

    @property
    def catches(self) -> bool:
        """Whether a cancellation does not end the task here."""
        return CATCHES in self.attributes

    @property
    def call(self) -> Call | None:
        """What a `call` starts; None for the other kinds."""
        return None if self.callee is None or self.handles is None else (self.callee, self.handles)

    def produced_block_arg_types(self, successor_index: int) -> tuple[Attribute, ...]:
        """The leading block arguments that this terminator itself gives to a successor; the park block gets none."""
        return self.produced if successor_index == 0 else ()

    def successor_operands(self, successor_index: int) -> Sequence[SSAValue]:
        """No SSA value is forwarded to a successor."""
        return ()

    @classmethod
    def parse(cls, parser: Parser) -> _Suspension:
        kind = parser.parse_str_enum(Kind)
        callee = SymbolRefAttr(parser.parse_symbol_name()) if kind is Kind.CALL else None
        unresolved = parser.parse_comma_separated_list(parser.Delimiter.PAREN, parser.parse_unresolved_operand)
        position = parser.pos
        state = parser.parse_integer(allow_boolean=False, allow_negative=False)
        attributes = parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        type_ = parser.parse_function_type()
        operands = parser.resolve_operands(unresolved, type_.inputs.data, position)
        successors = parser.parse_comma_separated_list(parser.Delimiter.SQUARE, parser.parse_successor)
        problem = _operand_problem(kind, type_.inputs.data)
        handles = _handles_of(type_.outputs.data) if callee is not None else None
        if problem is None:
            catches = CATCHES in attributes
            produced = produced_types(kind, type_.inputs.data, catches=catches) if handles is None else called_types(handles)
            if produced != type_.outputs.data:
                problem = f"produces {_types(produced)}, but the text says {_types(type_.outputs.data)}"
        if problem is not None:
            parser.raise_error(f"'{cls.name}' op {kind}: {problem}", position)
        properties = _properties(kind, state, (callee, ArrayAttr(handles)) if callee is not None and handles is not None else None)
        return cls.create(operands=operands, successors=successors, properties=properties, attributes=attributes)

    def print(self, printer: Printer) -> None:
        callee = f" {self.callee}" if self.callee is not None else ""
        printer.print_string(f" {self.kind.data}{callee}(")
        printer.print_list(self.arguments, printer.print_ssa_value)
        printer.print_string(f") {self.number}")
        printer.print_op_attributes(self.attributes)
        printer.print_string(" : ")
        printer.print_function_type([value.type for value in self.arguments], self.produced)
        printer.print_string(" [")
        printer.print_list(self.successors, printer.print_block_name)
        printer.print_string("]")

    def verify_(self) -> None:
        problem = _operand_problem(self.kind.data, [value.type for value in self.arguments])
        if problem is not None:
            raise VerifyException(f"'{self.name}' op {self.kind.data}: {problem}, got {_types([v.type for v in self.arguments])}")
        if (self.kind.data is Kind.CALL) != (self.callee is not None) or (self.callee is None) != (self.handles is None):
            raise VerifyException(f"'{self.name}' op has a callee and the types of its handles if and only if its kind is call")
        if self.catches and self.kind.data is Kind.CALL:
            raise VerifyException(f"'{self.name}' op call: a task on a stack cannot catch a cancellation")
        if self.number < 1:
            raise VerifyException(f"'{self.name}' op state must be 1 or more, got {self.number}")
        machine = self.parent_op()
        if isinstance(machine, MachineOp):
            self.verify_level(machine.laid_out)

    def verify_symbol_uses(self, lookup: SymbolLookup) -> None:
        """A `call`'s callee is a machine of these operand types, and each of its results has a handle."""
        if self.callee is not None and self.handles is not None:
            verify_callee(self, self.callee, [value.type for value in self.arguments], self.handles.data, lookup)

    def verify_level(self, laid_out: bool) -> None:
        """Raises VerifyException where this form does not belong to the machine's level."""
        raise NotImplementedError


@irdl_op_definition
class SuspendOp(_Suspension):
    """
    A suspension; the file's header tells its two forms.

    ```mlir
    sm.suspend recv(%ch) 2 : (!task.channel<i32>) -> (i32, i1) [^next]
    ```
    """

    name = "sm.suspend"
    targets = var_successor_def()
    traits = traits_def(HasParent(MachineOp), IsTerminator())

    def __init__(
        self, kind: Kind, arguments: Sequence[SSAValue], state: int, targets: Sequence[Block], call: Call | None = None
    ):
        properties = _properties(kind, state, call)
        super().__init__(operands=[arguments], properties=properties, successors=[targets])

    def verify_level(self, laid_out: bool) -> None:
        if len(self.targets) != (2 if laid_out else 1):
            expected = "ready and park, as the machine has a frame" if laid_out else "one, as the machine has no frame"
            raise VerifyException(f"'sm.suspend' op has {len(self.targets)} successors, expected {expected}")


@irdl_op_definition
class ParkOp(_Suspension):
    """
    Registers the task with what it waits for and ends the segment; it goes on at the resume block.

    ```mlir
    sm.park await(%h) 3 : (!async.value<i32>) -> i32 [^resume]
    ```
    """

    name = "sm.park"
    resume = successor_def()
    traits = traits_def(HasParent(MachineOp), IsTerminator())

    def __init__(self, kind: Kind, arguments: Sequence[SSAValue], state: int, resume: Block, call: Call | None = None):
        properties = _properties(kind, state, call)
        super().__init__(operands=[arguments], properties=properties, successors=[resume])

    def verify_level(self, laid_out: bool) -> None:
        if not laid_out:
            raise VerifyException("'sm.park' op in a machine without a frame: run layout-frames")


@irdl_op_definition
class SaveOp(IRDLOperation):
    """
    Copies a value into the frame. Stands in a park block.

    ```mlir
    sm.save %x at <task 8> : f32
    ```
    """

    name = "sm.save"
    value = operand_def()
    slot = prop_def(SlotAttr)
    assembly_format = "$value `at` $slot attr-dict `:` type($value)"
    traits = traits_def(MemoryWriteEffect())

    def __init__(self, value: SSAValue, slot: SlotAttr):
        super().__init__(operands=[value], properties={"slot": slot})


@irdl_op_definition
class ReloadOp(IRDLOperation):
    """
    Copies a value out of the frame. Stands in a resume block.

    ```mlir
    %x = sm.reload at <task 8> : f32
    ```
    """

    name = "sm.reload"
    result = result_def()
    slot = prop_def(SlotAttr)
    assembly_format = "`at` $slot attr-dict `:` type($result)"
    traits = traits_def(MemoryReadEffect())

    def __init__(self, slot: SlotAttr, result_type: Attribute):
        super().__init__(result_types=[result_type], properties={"slot": slot})


Sm = Dialect(
    "sm",
    [DropOp, MachineOp, ParkOp, PartGroupOp, ReloadOp, ReturnOp, SaveOp, StartOp, SuspendOp],
    [FrameAttr, KeptAttr, KindAttr, LargestAttr, SlotAttr],
)

Suspension: TypeAlias = SuspendOp | ParkOp

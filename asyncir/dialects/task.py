"""
The `task` dialect: what programs need and MLIR's `async` dialect lacks.

Attributes on functions (all discardable, so that any tool passes them through):

- `task.kernel` (unit, on `func.func`): the function is a kernel; a launch starts N roots of it.
- `task.scope` ("lane" | "warp" | "warpgroup" | "block"): who runs the task together; inferred where absent.
- `task.executor` ("inline" | "static" | "dynamic"): forces the executor of a kernel.
- `task.placement` (dictionary): by-hand placement for the static executor.
- `task.host_visible` (unit, on a memref argument of a kernel): the array lives in memory that the host reads while the kernel runs.

`task.catches` (unit, on a suspension) belongs to cancellation: task_cancel.py.

Elsewhere: types (task_types.py), events and locks (task_sync.py), cancellation (task_cancel.py), `task.select` (task_select.py),
`task.kernel_argument` (task_kernel.py), `task.lane_sync` (task_lanes.py), tile channels (task_tiles.py), `task.copy` (task_copy.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import IndexType, IntegerType, MemRefType, StringAttr, f32, f64, i1, i32, i64
from xdsl.ir import Attribute, Dialect, SSAValue
from xdsl.irdl import (
    IRDLOperation,
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    opt_result_def,
    result_def,
    traits_def,
    var_operand_def,
)
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import MemoryWriteEffect, Pure
from xdsl.utils.exceptions import VerifyException

from asyncir.dialects.async_ import is_handle, unwrap
from asyncir.dialects.memory_effects import ReadWrite, Suspends
from asyncir.dialects.task_cancel import CancelledOp, CancelOp, RethrowOp
from asyncir.dialects.task_copy import CopyOp
from asyncir.dialects.task_kernel import KernelArgumentOp
from asyncir.dialects.task_lanes import LaneSyncOp
from asyncir.dialects.task_scopes import CancelScopeOp, EnterScopeOp, LeaveScopeOp
from asyncir.dialects.task_select import SelectOp
from asyncir.dialects.task_sync import AcquireOp, ClearOp, EventOp, IsSetOp, LockOp, ReleaseOp, SetOp, WaitOp
from asyncir.dialects.task_tile_types import SlotType, TileChannelType
from asyncir.dialects.task_tiles import AcquireSlotOp, CommitSlotOp, ReceiveSlotOp, ReleaseSlotOp, TileChannelOp
from asyncir.dialects.task_types import CancelScopeType, ChannelType, EventType, LockType

KERNEL = "task.kernel"
SCOPE = "task.scope"
EXECUTOR = "task.executor"
PLACEMENT = "task.placement"
HOST_VISIBLE = "task.host_visible"
BOUNDED = "task.bounded"
"""On the branch that closes a counted loop: such a loop needs no safepoint (written by scf-to-cf)."""

SCOPES = ("lane", "warp", "warpgroup", "block")
EXECUTORS = ("inline", "static", "dynamic")


def _quoted(type_: Attribute | None) -> str:
    return "no value" if type_ is None else f"a value of type '{type_}'"


@irdl_op_definition
class InstanceOp(IRDLOperation):
    """
    The index of the root task, 0 <= index < `task.num_instances`, that this task descends from.

    ```mlir
    %i = task.instance : index
    ```
    """

    name = "task.instance"
    result = result_def(IndexType)
    assembly_format = "attr-dict `:` type($result)"
    traits = traits_def(Pure())

    def __init__(self) -> None:
        super().__init__(result_types=[IndexType()])


@irdl_op_definition
class NumInstancesOp(IRDLOperation):
    """
    How many root tasks the launch started.

    ```mlir
    %n = task.num_instances : index
    ```
    """

    name = "task.num_instances"
    result = result_def(IndexType)
    assembly_format = "attr-dict `:` type($result)"
    traits = traits_def(Pure())

    def __init__(self) -> None:
        super().__init__(result_types=[IndexType()])


@irdl_op_definition
class YieldNowOp(IRDLOperation):
    """
    Suspends the task; it is ready again at once, behind the tasks that are ready already.

    ```mlir
    task.yield_now
    ```
    """

    name = "task.yield_now"
    assembly_format = "attr-dict"
    traits = traits_def(Suspends())

    def __init__(self) -> None:
        super().__init__()


@irdl_op_definition
class SleepOp(IRDLOperation):
    """
    Suspends the task for at least that many nanoseconds. Negative durations count as zero.

    ```mlir
    task.sleep %nanoseconds : i64
    ```
    """

    name = "task.sleep"
    nanoseconds = operand_def(i64)
    assembly_format = "$nanoseconds attr-dict `:` type($nanoseconds)"
    traits = traits_def(Suspends())

    def __init__(self, nanoseconds: SSAValue):
        super().__init__(operands=[nanoseconds])


@irdl_op_definition
class TryAwaitOp(IRDLOperation):
    """
    Suspends until the operand is available, and yields its value and error record instead of failing with it.

    `kind` is 0 where there is no error, else one of `asyncir.abi.ErrorKind`; `code` is what `task.fail` gave. With an error
    the value is zero.

    ```mlir
    %value, %kind, %code = task.try_await %0 : !async.value<f32>
    %kind, %code = task.try_await %1 : !async.token
    ```
    """

    name = "task.try_await"
    operand = operand_def()
    value = opt_result_def()
    kind = result_def(i32)
    code = result_def(i32)
    traits = traits_def(Suspends())

    def __init__(self, operand: SSAValue):
        unwrapped = unwrap(operand.type)
        super().__init__(operands=[operand], result_types=[[unwrapped] if unwrapped is not None else [], i32, i32])

    @classmethod
    def parse(cls, parser: Parser) -> TryAwaitOp:
        operand = parser.parse_unresolved_operand()
        attributes = parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        type_ = parser.parse_type()
        op = cls(parser.resolve_operand(operand, type_))
        op.attributes |= attributes
        return op

    def print(self, printer: Printer) -> None:
        printer.print_string(" ")
        printer.print_ssa_value(self.operand)
        printer.print_op_attributes(self.attributes)
        printer.print_string(" : ")
        printer.print_attribute(self.operand.type)

    def verify_(self) -> None:
        if not is_handle(self.operand.type):
            raise VerifyException(
                f"'task.try_await' op operand must be async value type or async token type, but got '{self.operand.type}'"
            )
        expected = unwrap(self.operand.type)
        got = self.value.type if self.value is not None else None
        if expected != got:
            raise VerifyException(f"'task.try_await' op yields {_quoted(got)}, expected {_quoted(expected)}")


@irdl_op_definition
class FailOp(IRDLOperation):
    """
    Ends the task with an error of kind "failed"; what stands behind it does not run.

    ```mlir
    task.fail %code, "out of range" : i32
    ```
    """

    name = "task.fail"
    code = operand_def(i32)
    message = opt_prop_def(StringAttr)
    assembly_format = "$code (`,` $message^)? attr-dict `:` type($code)"
    traits = traits_def(MemoryWriteEffect())

    def __init__(self, code: SSAValue, message: str | None = None):
        super().__init__(operands=[code], properties={"message": StringAttr(message) if message is not None else None})


@irdl_op_definition
class ReadyOp(IRDLOperation):
    """
    A handle that is available already, with a value or, without an operand, as a token.

    ```mlir
    %h = task.ready %v : !async.value<i32>
    %t = task.ready : !async.token
    ```
    """

    name = "task.ready"
    value = var_operand_def()
    result = result_def()
    traits = traits_def(MemoryWriteEffect())

    def __init__(self, value: SSAValue | None, result_type: Attribute):
        super().__init__(operands=[[] if value is None else [value]], result_types=[result_type])

    @classmethod
    def parse(cls, parser: Parser) -> ReadyOp:
        operand = parser.parse_optional_unresolved_operand()
        attributes = parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        position = parser.pos
        type_ = parser.parse_type()
        unwrapped = unwrap(type_)
        if operand is not None and unwrapped is None:
            parser.raise_error(f"'task.ready' op with a value makes an async value, got '{type_}'", position)
        value = parser.resolve_operand(operand, unwrapped) if operand is not None and unwrapped is not None else None
        op = cls(value, type_)
        op.attributes |= attributes
        return op

    def print(self, printer: Printer) -> None:
        if self.value:
            printer.print_string(" ")
            printer.print_ssa_value(self.value[0])
        printer.print_op_attributes(self.attributes)
        printer.print_string(" : ")
        printer.print_attribute(self.result.type)

    def verify_(self) -> None:
        if not is_handle(self.result.type):
            raise VerifyException(f"'task.ready' op result must be async value type or async token type, but got '{self.result.type}'")
        expected = unwrap(self.result.type)
        got = self.value[0].type if self.value else None
        if len(self.value) > 1:
            raise VerifyException(f"'task.ready' op takes at most one value, got {len(self.value)}")
        if expected != got:
            raise VerifyException(f"'task.ready' op makes '{self.result.type}' of {_quoted(got)}, expected {_quoted(expected)}")


@irdl_op_definition
class BallotOp(IRDLOperation):
    """
    One bit for every lane of the warp: lane l's predicate is bit l. The result is uniform.

    ```mlir
    %mask = task.ballot %predicate : i32
    ```
    """

    name = "task.ballot"
    predicate = operand_def(i1)
    mask = result_def(IntegerType)
    assembly_format = "$predicate attr-dict `:` type($mask)"
    traits = traits_def(ReadWrite())

    def __init__(self, predicate: SSAValue, result_type: IntegerType = i32):
        super().__init__(operands=[predicate], result_types=[result_type])

    def verify_(self) -> None:
        if self.mask.type not in (i32, i64):
            raise VerifyException(f"'task.ballot' op result must be i32 or i64, got '{self.mask.type}'")


@irdl_op_definition
class ChannelOp(IRDLOperation):
    """
    Makes an open, empty channel that holds up to `capacity` items; a capacity under 1 fails the task.

    ```mlir
    %ch = task.channel %capacity : !task.channel<i32>
    ```
    """

    name = "task.channel"
    capacity = operand_def(IndexType)
    result = result_def(ChannelType)
    assembly_format = "$capacity attr-dict `:` type($result)"
    traits = traits_def(MemoryWriteEffect())

    def __init__(self, capacity: SSAValue, result_type: ChannelType):
        super().__init__(operands=[capacity], result_types=[result_type])


class _ChannelUser(IRDLOperation):
    """Ops whose text ends in the channel's type, from which the item's type follows."""

    @classmethod
    def parse(cls, parser: Parser) -> _ChannelUser:
        item = None
        if cls in (SendOp, TrySendOp):
            item = parser.parse_unresolved_operand()
            parser.parse_punctuation(",")
        channel = parser.parse_unresolved_operand()
        attributes = parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        position = parser.pos
        type_ = parser.parse_type()
        if cls is CloseOp and isinstance(type_, TileChannelType):
            return cls.create(operands=[parser.resolve_operand(channel, type_)], attributes=attributes)
        if not isinstance(type_, ChannelType):
            parser.raise_error(f"'{cls.name}' op expects a channel type, got '{type_}'", position)
        operands: list[SSAValue] = [parser.resolve_operand(channel, type_)]
        if item is not None:
            operands.insert(0, parser.resolve_operand(item, type_.element_type))
        own: dict[object, list[Attribute]] = {RecvOp: [type_.element_type, i1], TrySendOp: [i1], LengthOp: [i64]}
        results = own.get(cls, [])
        return cls.create(operands=operands, result_types=results, attributes=attributes)

    def print(self, printer: Printer) -> None:
        printer.print_string(" ")
        printer.print_list(self.operands, printer.print_ssa_value)
        printer.print_op_attributes(self.attributes)
        printer.print_string(" : ")
        printer.print_attribute(self.operands[-1].type)


def _element(value: SSAValue) -> Attribute:
    assert isinstance(value.type, ChannelType)
    return value.type.element_type


@irdl_op_definition
class SendOp(_ChannelUser):
    """
    Puts an item into the channel; suspends while it is full. Sending on a closed channel fails the task (kind "closed").

    ```mlir
    task.send %v, %ch : !task.channel<i32>
    ```
    """

    name = "task.send"
    item = operand_def()
    channel = operand_def(ChannelType)
    traits = traits_def(Suspends())

    def __init__(self, item: SSAValue, channel: SSAValue):
        super().__init__(operands=[item, channel])

    def verify_(self) -> None:
        if self.item.type != _element(self.channel):
            raise VerifyException(f"'task.send' op item has type '{self.item.type}', expected '{_element(self.channel)}'")


@irdl_op_definition
class TrySendOp(_ChannelUser):
    """
    Puts an item into the channel if there is room, or hands it to one who waits for it; whether it did. Does not suspend. Sending on a
    closed channel fails the task (kind "closed").

    ```mlir
    %sent = task.try_send %v, %ch : !task.channel<i32>
    ```
    """

    name = "task.try_send"
    item = operand_def()
    channel = operand_def(ChannelType)
    sent = result_def(i1)
    traits = traits_def(ReadWrite())

    def __init__(self, item: SSAValue, channel: SSAValue):
        super().__init__(operands=[item, channel], result_types=[i1])

    def verify_(self) -> None:
        if self.item.type != _element(self.channel):
            raise VerifyException(f"'task.try_send' op item has type '{self.item.type}', expected '{_element(self.channel)}'")


@irdl_op_definition
class RecvOp(_ChannelUser):
    """
    Takes the oldest item; suspends while the channel is empty and open. `ok` is false, and the value zero, when it is empty
    and closed. The zero of a reference names nothing: using it is an error in the reference, and is undefined, but touches nothing
    outside of the launch's own memory, elsewhere.

    ```mlir
    %v, %ok = task.recv %ch : !task.channel<i32>
    ```
    """

    name = "task.recv"
    channel = operand_def(ChannelType)
    value = result_def()
    ok = result_def(i1)
    traits = traits_def(Suspends())

    def __init__(self, channel: SSAValue):
        super().__init__(operands=[channel], result_types=[_element(channel), i1])

    def verify_(self) -> None:
        if self.value.type != _element(self.channel):
            raise VerifyException(f"'task.recv' op value has type '{self.value.type}', expected '{_element(self.channel)}'")


@irdl_op_definition
class LengthOp(_ChannelUser):
    """
    How many items are in the channel now; those of tasks that wait to send are not. Does not suspend.

    ```mlir
    %n = task.length %ch : !task.channel<i32>
    ```
    """

    name = "task.length"
    channel = operand_def(ChannelType)
    result = result_def(i64)
    traits = traits_def(ReadWrite())

    def __init__(self, channel: SSAValue):
        super().__init__(operands=[channel], result_types=[i64])


@irdl_op_definition
class CloseOp(_ChannelUser):
    """
    Closes a channel: waiting receivers get ok = false, waiting senders fail. Closing twice has no effect.

    A tile channel is closed when each of its writers has closed it: once each, in the order in which they commit.

    ```mlir
    task.close %ch : !task.channel<i32>
    task.close %tiles : !task.tile_channel<memref<256xf32, #gpu.address_space<workgroup>>>
    ```
    """

    name = "task.close"
    channel = operand_def()
    traits = traits_def(ReadWrite())

    def __init__(self, channel: SSAValue):
        super().__init__(operands=[channel])

    def verify_(self) -> None:
        if not isinstance(self.channel.type, ChannelType | TileChannelType):
            raise VerifyException(f"'task.close' op closes a channel or a tile channel, got '{self.channel.type}'")


@irdl_op_definition
class PublishOp(IRDLOperation):
    """
    A store that the host sees while the kernel runs: release, at system scope. The array is a `task.host_visible` argument.

    ```mlir
    task.publish %v, %array[%i] : memref<?xi32>
    ```
    """

    name = "task.publish"
    value = operand_def()
    memref = operand_def(MemRefType)
    indices = var_operand_def(IndexType)
    traits = traits_def(MemoryWriteEffect())

    def __init__(self, value: SSAValue, memref: SSAValue, indices: Sequence[SSAValue]):
        super().__init__(operands=[value, memref, indices])

    @classmethod
    def parse(cls, parser: Parser) -> PublishOp:
        value = parser.parse_unresolved_operand()
        parser.parse_punctuation(",")
        memref = parser.parse_unresolved_operand()
        indices = parser.parse_comma_separated_list(parser.Delimiter.SQUARE, parser.parse_unresolved_operand)
        attributes = parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        position = parser.pos
        type_ = parser.parse_type()
        if not isinstance(type_, MemRefType):
            parser.raise_error(f"'task.publish' op expects a memref type, got '{type_}'", position)
        element: Attribute = type_.element_type
        resolved = [parser.resolve_operand(index, IndexType()) for index in indices]
        op = cls(parser.resolve_operand(value, element), parser.resolve_operand(memref, type_), resolved)
        op.attributes |= attributes
        return op

    def print(self, printer: Printer) -> None:
        printer.print_string(" ")
        printer.print_list((self.value, self.memref), printer.print_ssa_value)
        printer.print_string("[")
        printer.print_list(self.indices, printer.print_ssa_value)
        printer.print_string("]")
        printer.print_op_attributes(self.attributes)
        printer.print_string(" : ")
        printer.print_attribute(self.memref.type)

    def verify_(self) -> None:
        type_ = self.memref.type
        assert isinstance(type_, MemRefType)
        if self.value.type != type_.element_type:
            raise VerifyException(f"'task.publish' op value has type '{self.value.type}', expected '{type_.element_type}'")
        if len(self.indices) != len(type_.shape.data):
            raise VerifyException(f"'task.publish' op has {len(self.indices)} indices, expected {len(type_.shape.data)}")
        if self.value.type not in (i32, i64, f32, f64, IndexType()):
            raise VerifyException(f"'task.publish' op value must be i32, i64, index, f32 or f64, got '{self.value.type}'")


Task = Dialect(
    "task",
    [
        AcquireOp,
        AcquireSlotOp,
        BallotOp,
        CancelOp,
        CancelScopeOp,
        CancelledOp,
        ChannelOp,
        ClearOp,
        CloseOp,
        CommitSlotOp,
        CopyOp,
        EnterScopeOp,
        EventOp,
        FailOp,
        InstanceOp,
        KernelArgumentOp,
        LaneSyncOp,
        IsSetOp,
        LeaveScopeOp,
        LengthOp,
        LockOp,
        NumInstancesOp,
        PublishOp,
        ReadyOp,
        ReceiveSlotOp,
        RecvOp,
        ReleaseOp,
        ReleaseSlotOp,
        RethrowOp,
        SelectOp,
        SendOp,
        SetOp,
        SleepOp,
        TileChannelOp,
        TryAwaitOp,
        TrySendOp,
        WaitOp,
        YieldNowOp,
    ],
    [CancelScopeType, ChannelType, EventType, LockType, SlotType, TileChannelType],
)

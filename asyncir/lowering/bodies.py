"""
Expands the body of a machine: everything in it that is not a suspension, a return or a failure means the same to every executor.

A body keeps the machine's blocks, in their order, and refills them op by op; where an op needs control flow (a start that may find
the arena exhausted, an assertion), the block goes on in a new one. Handles become i32. What differs between executors are the
abstract methods at the end of `Body`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from xdsl.dialects import arith, cf, memref
from xdsl.dialects.builtin import IndexType, MemRefType, StringAttr, i32, i64
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue
from xdsl.rewriter import Rewriter

from asyncir import abi
from asyncir.analysis.uniformity import Uniformity
from asyncir.dialects import async_, rt, sm, task
from asyncir.dialects.locations import location_of
from asyncir.dialects.sizes import byte_size
from asyncir.dialects.task_tiles import WORDS
from asyncir.dialects.task_types import is_reference
from asyncir.errors import InputError
from asyncir.lowering.emit import Emitter, Expansion
from asyncir.lowering.loops import unbounded_back_edges
from asyncir.lowering.sync_ops import HANDLERS as SYNC_HANDLERS

ErrorKind = abi.ErrorKind


def _divergent_arguments(machine: sm.MachineOp) -> list[int]:
    """The arguments of which every lane has its own: those laid out in rows."""
    slots = machine.arg_slots.data if machine.arg_slots is not None else ()
    return [index for index, slot in enumerate(slots) if slot.in_rows]


class Body(ABC):
    """One machine's body on its way into a function of its own."""

    def __init__(self, expansion: Expansion, machine: sm.MachineOp, region: Region, control: SSAValue):
        self.machine = machine
        self.region = region
        self.blocks = list(machine.body.blocks)
        self.warp = machine.scope.data == "warp"
        self.uniformity = Uniformity(machine.body, _divergent_arguments(machine)) if self.warp else None
        self.back_edges = unbounded_back_edges(machine.body)
        self._after: dict[Block, Block] = {}
        self._current_head: Block | None = None
        self.emit = Emitter(expansion, control, self.warp, self._add_block)
        self.emit.task = machine.sym_name.data

    def _add_block(self, block: Block) -> None:
        """New blocks stand behind the block being expanded, in the order in which they were made."""
        if self._current_head is None:
            self.region.add_block(block)
        else:
            target = self._after.get(self._current_head, self._current_head)
            self.region.insert_block_after(block, target)
            self._after[self._current_head] = block

    def expand(self) -> None:
        """Moves the machine's blocks into the region and expands what is in them."""
        self.machine.body.move_blocks(self.region)
        for block in self.blocks:
            for argument in block.args:
                if is_reference(argument.type):
                    Rewriter.replace_value_with_new_type(argument, i32)
        for block in self.blocks:
            ops = list(block.ops)
            uniform = self.uniformity is None or block not in self.uniformity.divergent_blocks
            for op in ops:
                op.detach()
            self._current_head = block
            self.emit.enter(block)
            for op in ops:
                self._expand_op(op, uniform)
        self._current_head = None

    def _expand_op(self, op: Operation, uniform: bool) -> None:
        self.emit.at = op
        handler = _HANDLERS.get(type(op))
        if handler is not None:
            if not isinstance(op, _ONE_LANE):
                self._require_uniform(op, uniform)
            handler(self, op)
        elif isinstance(op, cf.AssertOp):
            self._assertion(op, uniform)
        elif isinstance(op, task.FailOp):
            self._failure(op, uniform)
        elif isinstance(op, cf.BranchOp | cf.ConditionalBranchOp | cf.SwitchOp):
            self._branch(op, uniform)
        elif op.name.startswith(("async.", "task.", "sm.")):
            raise InputError(f"'{op.name}' op cannot stand in a machine here", location_of(op))
        else:
            self.emit.block.add_op(op)
            for result in op.results:
                if is_reference(result.type):
                    Rewriter.replace_value_with_new_type(result, i32)

    def replace(self, op: Operation, values: Sequence[SSAValue]) -> None:
        """Puts values in the place of an op's results and drops it."""
        for result, value in zip(op.results, values, strict=True):
            value.name_hint = value.name_hint or result.name_hint
            result.replace_all_uses_with(value)
        op.erase()

    # ---------------------------------------------------------------------------------------------------------- failures

    def check(self, fine: SSAValue, kind: ErrorKind, code: SSAValue | None, site: SSAValue) -> None:
        """Goes on where `fine` is true, else fails the task. In warp scope all lanes decide together."""
        emit = self.emit
        good, bad = emit.new_block(), emit.new_block()
        if self.warp:
            wrong = emit.value(arith.XOrIOp(fine, emit.true()))
            fine = emit.equal(emit.value(rt.BallotOp(wrong)), 0)
        emit.fork(fine, good, bad)
        emit.enter(bad)
        emit.jump(self.failing, emit.i32(kind), code if code is not None else emit.i32(0), site)
        emit.enter(good)

    def own_handle(self, op: Operation) -> SSAValue:
        """The handle of the task itself, for an operation that needs a task on the heap."""
        raise self.emit.internal(f"'{op.name}' in a task without a frame")

    def new_ready(self, size: int, site: SSAValue) -> SSAValue:
        """The object of a handle that is available already, of at least that many bytes; 0: exhausted."""
        emit = self.emit
        arguments = [emit.i64(size), emit.i32(abi.ObjectKind.READY), emit.i32(0), site, self.instance()]
        return emit.call("rt.new_object", *arguments)[0]

    def unless_exhausted(self, handle: SSAValue) -> SSAValue:
        """Leaves, with the launch, where an allocation found the arena exhausted."""
        emit = self.emit
        good = emit.new_block()
        emit.fork(emit.equal(handle, 0), self.leaving, good)
        emit.enter(good)
        return handle

    def _assertion(self, op: cf.AssertOp, uniform: bool) -> None:
        self._require_uniform(op, uniform)
        self.check(op.arg, ErrorKind.ASSERTION, None, self.emit.site(op, "assert", op.msg.data))
        op.erase()

    def _failure(self, op: task.FailOp, uniform: bool) -> None:
        self._require_uniform(op, uniform)
        message = op.message.data if op.message is not None else ""
        emit = self.emit
        emit.jump(self.failing, emit.i32(ErrorKind.FAILED), op.code, emit.site(op, "fail", message))
        op.erase()
        # What follows is unreachable; it still needs a block to stand in.
        emit.enter(emit.new_block())

    def fail_again(self, kind: SSAValue, code: SSAValue, site: SSAValue) -> None:
        """Ends the task with an error that it names itself."""
        self.emit.jump(self.failing, kind, code, site)

    def _require_uniform(self, op: Operation, uniform: bool) -> None:
        if not uniform:
            raise InputError(
                f"'{op.name}' op under divergent control in a task of warp scope",
                location_of(op),
                help="all lanes must come here together: decide with task.ballot or gpu.subgroup_reduce",
            )

    # ------------------------------------------------------------------------------------------------------------- loops

    def _branch(self, op: Operation, uniform: bool) -> None:
        """Before the back edge of a loop without a bound stands a safepoint, at which the task can leave."""
        if op.parent_block() is None and (op in self.back_edges) and uniform:
            emit = self.emit
            go_on = emit.new_block()
            emit.fork(self.safepoint(emit.site(op, "loop")), self.leaving, go_on)
            emit.enter(go_on)
        self.emit.block.add_op(op)

    # ----------------------------------------------------------------------------------------------- differs by executor

    failing: Block
    """Takes kind, code and site (i32 each), and ends the task with that error."""
    leaving: Block
    """Ends this thread's work on the task because the launch is being stopped."""

    @abstractmethod
    def instance(self) -> SSAValue:
        """The root's index, as an i32."""

    @abstractmethod
    def num_instances(self) -> SSAValue:
        """How many roots the launch has, as an index."""

    @abstractmethod
    def kernel_argument(self, index: int, type_: Attribute) -> SSAValue:
        """The kernel's parameter of that index and type."""

    @abstractmethod
    def safepoint(self, site: SSAValue) -> SSAValue:
        """Whether the task must leave, having said where it is."""

    @abstractmethod
    def returns(self, op: sm.ReturnOp) -> None:
        """Ends the task with its values."""

    @abstractmethod
    def start(self, op: sm.StartOp) -> None:
        """Starts a task."""

    @abstractmethod
    def suspend(self, op: sm.SuspendOp) -> None:
        """Asks whether to go on."""

    @abstractmethod
    def park(self, op: sm.ParkOp) -> None:
        """Registers the task and ends the segment."""

    @abstractmethod
    def save(self, op: sm.SaveOp) -> None:
        """Copies a value into the frame."""

    @abstractmethod
    def reload(self, op: sm.ReloadOp) -> None:
        """Copies a value out of the frame."""


# ------------------------------------------------------------------------------------------------- the same for every executor


def _instance(body: Body, op: task.InstanceOp) -> None:
    body.replace(op, [body.emit.value(arith.IndexCastOp(body.instance(), IndexType()))])


def _num_instances(body: Body, op: task.NumInstancesOp) -> None:
    body.replace(op, [body.num_instances()])


def _kernel_argument(body: Body, op: task.KernelArgumentOp) -> None:
    body.replace(op, [body.kernel_argument(op.number, op.result.type)])


def _ballot(body: Body, op: task.BallotOp) -> None:
    body.replace(op, [body.emit.value(rt.BallotOp(op.predicate, op.mask.type))])


def _lane_sync(body: Body, op: task.LaneSyncOp) -> None:
    if body.warp:
        body.emit.add(rt.WarpSyncOp())
    op.erase()


def _publish(body: Body, op: task.PublishOp) -> None:
    body.emit.add(rt.PublishOp(op.value, op.memref, op.indices))
    op.erase()


def _create_group(body: Body, op: async_.CreateGroupOp) -> None:
    emit = body.emit
    size = emit.value(arith.IndexCastOp(op.size, i64))
    site = emit.site(op, "group")
    fine = emit.value(arith.CmpiOp(size, emit.i64(0), "sge"))
    body.check(fine, ErrorKind.INVALID_ARGUMENT, None, emit.site(op, "group", "the size is negative"))
    (handle,) = emit.call("rt.new_group", size, site, body.instance())
    body.replace(op, [body.unless_exhausted(handle)])


def _part_group(body: Body, op: sm.PartGroupOp) -> None:
    """A group of which some have ended already: their number is counted at once."""
    emit = body.emit
    size = emit.value(arith.IndexCastOp(op.size, i64))
    fine = emit.value(arith.CmpiOp(size, emit.i64(0), "sge"))
    body.check(fine, ErrorKind.INVALID_ARGUMENT, None, emit.site(op, "group", "the size is negative"))
    count = emit.value(arith.ExtUIOp(op.count, i64))
    (handle,) = emit.call("rt.new_part_group", size, count, emit.site(op, "group"), body.instance())
    body.replace(op, [body.unless_exhausted(handle)])


def _add_to_group(body: Body, op: async_.AddToGroupOp) -> None:
    emit = body.emit
    site = emit.site(op, "add_to_group", "the group is full")
    (rank,) = emit.call("rt.add_to_group", op.operand, op.group, site, body.instance())
    exhausted = emit.equal(rank, -2)
    go_on = emit.new_block()
    emit.fork(exhausted, body.leaving, go_on)
    emit.enter(go_on)
    fine = emit.value(arith.CmpiOp(rank, emit.i64(0), "sge"))
    body.check(fine, ErrorKind.GROUP_OVERFILLED, None, site)
    body.replace(op, [emit.value(arith.IndexCastOp(rank, IndexType()))])


def _is_error(body: Body, op: async_.RuntimeIsErrorOp) -> None:
    """False while the object is not available: its error words are read only behind the acquire load that says it is."""
    emit = body.emit
    (done,) = emit.call("rt.is_done", op.operand)
    available, other, join = emit.new_block(), emit.new_block(), emit.new_block([done.type])
    emit.fork(done, available, other)
    emit.enter(available)
    kind, _, _ = emit.call("rt.error_of", op.operand)
    failed = emit.value(arith.CmpiOp(kind, emit.i32(0), "ne"))
    emit.jump(join, failed)
    emit.enter(other)
    emit.jump(join, emit.zero(done.type))
    emit.enter(join)
    body.replace(op, [join.args[0]])


def _channel(body: Body, op: task.ChannelOp) -> None:
    emit = body.emit
    capacity = emit.value(arith.IndexCastOp(op.capacity, i64))
    fine = emit.value(arith.CmpiOp(capacity, emit.i64(1), "sge"))
    body.check(fine, ErrorKind.INVALID_ARGUMENT, None, emit.site(op, "channel", "the capacity is under 1"))
    words = op.attributes.get(WORDS)
    site = emit.site(op, "channel", words.data if isinstance(words, StringAttr) else "")
    (handle,) = emit.call("rt.new_channel", capacity, site, body.instance())
    body.replace(op, [body.unless_exhausted(handle)])


def _close(body: Body, op: task.CloseOp) -> None:
    body.emit.call("rt.close", op.channel)
    op.erase()


def _ready(body: Body, op: task.ReadyOp) -> None:
    """A handle that is available already: an object with its DONE bit set and the value as its result."""
    emit = body.emit
    size = byte_size(op.value[0].type) if op.value else 0
    if size is None:
        raise InputError(f"'task.ready' op cannot hold a value of type {op.value[0].type}", location_of(op))
    handle = body.new_ready(abi.HEADER_BYTES + max(size, abi.RESULT_UNIT), emit.site(op, "ready"))
    body.unless_exhausted(handle)
    values = list(op.value)

    def fill() -> Sequence[SSAValue]:
        address = emit.object(handle)
        if values:
            emit.store(values[0], address, abi.HEADER_BYTES)
        emit.store(emit.i64(abi.DONE_BIT), address, abi.Header.WAITERS)
        return ()

    if body.warp:
        emit.once(fill, ())
    else:
        fill()
    body.replace(op, [handle])


def _alloc(body: Body, op: memref.AllocOp) -> None:
    """An array in the arena; a negative size fails the task."""
    emit = body.emit
    type_ = op.memref.type
    assert isinstance(type_, MemRefType)
    element = byte_size(type_.element_type)
    if element is None or op.symbol_operands:
        raise InputError(f"'memref.alloc' op of type {type_} is not supported", location_of(op))
    bytes_ = emit.i64(element)
    static = 1
    for size in type_.get_shape():
        static *= max(size, 1) if size != 0 else 0
    for size in op.dynamic_sizes:
        wide = emit.value(arith.IndexCastOp(size, i64))
        fine = emit.value(arith.CmpiOp(wide, emit.i64(0), "sge"))
        body.check(fine, ErrorKind.INVALID_ARGUMENT, None, emit.site(op, "alloc", "a size is negative"))
        bytes_ = emit.value(arith.MuliOp(bytes_, wide))
    bytes_ = emit.value(arith.MuliOp(bytes_, emit.i64(static)))
    (handle,) = emit.call("rt.alloc_array", bytes_, emit.site(op, "alloc"), body.instance())
    body.unless_exhausted(handle)
    header = emit.i64(abi.HEADER_BYTES)
    data = emit.value(rt.PtrAddOp(emit.object(handle), header))
    body.replace(op, [emit.value(rt.MemrefOp(data, list(op.dynamic_sizes), type_))])


def _dealloc(body: Body, op: memref.DeallocOp) -> None:
    emit = body.emit
    data = emit.value(rt.MemrefPtrOp(op.memref))
    emit.call("rt.free_array", data)
    op.erase()


def _drop(body: Body, op: sm.DropOp) -> None:
    body.emit.call("rt.drop", op.handle)
    op.erase()


def _start(body: Body, op: sm.StartOp) -> None:
    body.start(op)


def _suspend(body: Body, op: sm.SuspendOp) -> None:
    body.suspend(op)


def _park(body: Body, op: sm.ParkOp) -> None:
    body.park(op)


def _save(body: Body, op: sm.SaveOp) -> None:
    body.save(op)


def _reload(body: Body, op: sm.ReloadOp) -> None:
    body.reload(op)


def _returns(body: Body, op: sm.ReturnOp) -> None:
    body.returns(op)


_ONE_LANE = (task.InstanceOp, task.NumInstancesOp, task.KernelArgumentOp, task.PublishOp, sm.SaveOp, sm.ReloadOp)
"""Ops that lanes may run one by one; the others are run by all lanes of a warp together."""

_HANDLERS: dict[type[Operation], Callable[[Body, Operation], None]] = {}


def _register() -> None:
    """Each handler takes the op class it is registered for; the table only widens the type."""
    table: list[tuple[type[Operation], object]] = [
        (task.InstanceOp, _instance),
        (task.NumInstancesOp, _num_instances),
        (task.KernelArgumentOp, _kernel_argument),
        (task.BallotOp, _ballot),
        (task.LaneSyncOp, _lane_sync),
        (task.PublishOp, _publish),
        (async_.CreateGroupOp, _create_group),
        (sm.PartGroupOp, _part_group),
        (async_.AddToGroupOp, _add_to_group),
        (async_.RuntimeIsErrorOp, _is_error),
        (task.ChannelOp, _channel),
        (task.CloseOp, _close),
        (task.ReadyOp, _ready),
        (memref.AllocOp, _alloc),
        (memref.DeallocOp, _dealloc),
        (sm.StartOp, _start),
        (sm.DropOp, _drop),
        (sm.SuspendOp, _suspend),
        (sm.ParkOp, _park),
        (sm.SaveOp, _save),
        (sm.ReloadOp, _reload),
        (sm.ReturnOp, _returns),
        *SYNC_HANDLERS,
    ]
    for op_type, handler in table:
        _HANDLERS[op_type] = handler  # pyright: ignore[reportArgumentType]


_register()

"""
Building `rt` code: an insertion point that walks forward through new blocks, constants, library calls, leader calls.

Code of a warp-scope task is run by all lanes of its warp. What must happen once (starting a child, parking, taking a lock) is done
by lane 0 and its results are handed to the others: `Emitter.call` does that, with `rt.warp_sync` on both sides, so that what
any lane stored before is published by lane 0 and what lane 0 acquired is seen by all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from xdsl.dialects import arith, cf, func
from xdsl.dialects.builtin import (
    AnyFloat,
    BoolAttr,
    FloatAttr,
    IndexType,
    IntegerAttr,
    IntegerType,
    SymbolRefAttr,
    UnitAttr,
    i1,
    i32,
    i64,
)
from xdsl.ir import Attribute, Block, Operation, SSAValue

from asyncir import abi
from asyncir.abi import CONTROL_CONSTANTS
from asyncir.dialects import gpu_lanes, rt
from asyncir.dialects.locations import location_of
from asyncir.dialects.sm_largest import LargestAttr
from asyncir.errors import InputError
from asyncir.lowering import library
from asyncir.lowering.frames import FrameShape
from asyncir.lowering.sites import SiteTable

OpT = TypeVar("OpT", bound=Operation)


@dataclass
class MachineInfo:
    """What other machines need to know of a machine: its number, shape, scope and where its arguments go."""

    number: int
    name: str
    shape: FrameShape
    warp: bool
    arg_slots: tuple[tuple[bool, int], ...]
    site: int
    states: tuple[int, ...]
    kernel_arguments: Mapping[int, Attribute] = field(default_factory=dict[int, Attribute])
    """The kernel's parameters that the machine reads: their indices, in order, and types."""
    uncounted: bool = False
    """Whether its tasks other than roots are not counted in LIVE."""
    least_bytes: int = 0
    """Its frames are at least so large, so that those of several machines can take each other's place."""
    largest: LargestAttr | None = None
    """Where a large frame keeps most."""


@dataclass
class Expansion:
    """What is gathered over a whole program while its machines are expanded."""

    sites: SiteTable = field(default_factory=SiteTable)
    machines: dict[str, MachineInfo] = field(default_factory=dict)
    statistics: bool = False
    stacks: bool = False
    """Whether lanes have stacks: then step functions are given the place of their lane's own words (library/steal.mlir)."""
    stepless: set[str] = field(default_factory=set[str])
    """Machines that never run a segment on the heap."""
    selects: bool = False
    cancels: bool = False
    timers: bool = False
    """Whether the program has a select, a cancel, a sleep or timeout (waiting.py)."""
    catches: bool = False
    """Whether a suspension catches a cancellation."""
    scopes: bool = False
    """Whether the program has cancel scopes: then requests are counted, which is done where cancellations are caught."""
    rethrows: bool = False
    """Whether a task may end with an error that it names itself, that of a cancellation among them."""

    @property
    def claims(self) -> bool:
        """Whether more than one may wake a waiting task, so that it must be claimed."""
        return self.selects or self.cancels

    @property
    def catching(self) -> bool:
        """Whether a cancelled task may go on."""
        return self.cancels and (self.catches or self.scopes)


class Emitter:
    """Appends ops to a current block, with the location of the op being expanded."""

    def __init__(self, expansion: Expansion, control: SSAValue, warp: bool, add_block: Callable[[Block], None]):
        self.expansion = expansion
        self.control = control
        self.warp = warp
        self._add_block = add_block
        self.block = Block()
        self.at: Operation | None = None
        self.own: SSAValue | None = None
        """The place of the lane's own words, where there are stacks."""
        self.task = ""
        """The task whose code is written, for reports."""

    # ------------------------------------------------------------------------------------------------------------ blocks

    def new_block(self, arg_types: Sequence[Attribute] = ()) -> Block:
        """A block of the function, at its end; the insertion point stays where it is."""
        block = Block(arg_types=arg_types)
        self._add_block(block)
        return block

    def enter(self, block: Block) -> None:
        """Goes on appending to that block."""
        self.block = block

    def add(self, op: OpT) -> OpT:
        """Appends an op; it takes the location of the op being expanded."""
        if self.at is not None:
            op.location = self.at.location
        self.block.add_op(op)
        return op

    def value(self, op: Operation) -> SSAValue:
        """Appends an op with one result and yields that."""
        return self.add(op).results[0]

    def jump(self, block: Block, *args: SSAValue) -> None:
        """Ends the current block with a branch."""
        self.add(cf.BranchOp(block, *args))

    def fork(self, condition: SSAValue, then: Block, other: Block) -> None:
        """Ends the current block with a conditional branch to blocks without arguments."""
        self.add(cf.ConditionalBranchOp(condition, then, [], other, []))

    # --------------------------------------------------------------------------------------------------------- constants

    def i32(self, value: int) -> SSAValue:
        """A 32-bit constant."""
        return self.value(arith.ConstantOp(IntegerAttr(value, i32)))

    def i64(self, value: int) -> SSAValue:
        """A 64-bit constant."""
        return self.value(arith.ConstantOp(IntegerAttr(value, i64)))

    def true(self) -> SSAValue:
        """The predicate true."""
        return self.value(arith.ConstantOp(BoolAttr.from_bool(True)))

    def zero(self, type_: Attribute) -> SSAValue:
        """The zero of a scalar type."""
        if isinstance(type_, AnyFloat):
            return self.value(arith.ConstantOp(FloatAttr(0.0, type_)))
        assert isinstance(type_, IntegerType | IndexType)
        return self.value(arith.ConstantOp(IntegerAttr(0, type_)))

    def equal(self, left: SSAValue, number: int) -> SSAValue:
        """Whether an integer equals a constant."""
        assert isinstance(left.type, IntegerType)
        return self.value(arith.CmpiOp(left, self.value(arith.ConstantOp(IntegerAttr(number, left.type))), "eq"))

    def site(self, op: Operation, what: str, text: str = "") -> SSAValue:
        """The number of the op's place, as a constant."""
        return self.i32(self.expansion.sites.number(op, what, text, self.task))

    # ------------------------------------------------------------------------------------------------------------ memory

    def load(self, address: SSAValue, offset: int, type_: Attribute) -> SSAValue:
        """Reads a word."""
        op = self.add(rt.LoadOp(address, offset, type_))
        if address is self.control and offset in CONTROL_CONSTANTS:
            op.attributes[rt.CONSTANT] = UnitAttr()
        return op.result

    def store(self, value: SSAValue, address: SSAValue, offset: int) -> None:
        """Writes a word."""
        self.add(rt.StoreOp(value, address, offset))

    def store_i32(self, value: int, address: SSAValue, offset: int) -> None:
        """Writes a constant word."""
        self.store(self.i32(value), address, offset)

    def object(self, handle: SSAValue) -> SSAValue:
        """The address of the object that a handle names."""
        return self.call_each("rt.object", handle)[0]

    # ------------------------------------------------------------------------------------------------------------- calls

    def call_each(self, name: str, *args: SSAValue) -> tuple[SSAValue, ...]:
        """Calls a library function in every lane, with the control block before the other arguments."""
        results = library.signature(name).function_type.outputs.data
        op = func.CallOp(SymbolRefAttr(name), [self.control, *args], results)
        return tuple(self.add(op).results)

    def call(self, name: str, *args: SSAValue) -> tuple[SSAValue, ...]:
        """Calls a library function once for the task: in its lane, or in lane 0 of its warp."""
        if not self.warp:
            return self.call_each(name, *args)
        results = library.signature(name).function_type.outputs.data
        return self.once(lambda: self.call_each(name, *args), results)

    def count(self, name: str) -> None:
        """Counts an event of that name (abi.STATISTICS), in code built with statistics: where there are stacks, in the lane's own words."""
        if self.expansion.statistics and self.own is not None and not self.warp:
            self.call("rt.count_here", self.own, self.i32(abi.OWN_COUNTS.index(name)), self.i32(1))
        elif self.expansion.statistics:
            self.call(library.COUNT, self.i64(library.counter_offset(name)), self.i64(1))

    def once(self, body: Callable[[], Sequence[SSAValue]], results: Sequence[Attribute]) -> tuple[SSAValue, ...]:
        """Runs what `body` emits in lane 0 only and hands its results, of these types, to all lanes."""
        self.add(rt.WarpSyncOp())
        lane = self.value(gpu_lanes.LaneIdOp())
        zero = self.value(arith.ConstantOp(IntegerAttr(0, IndexType())))
        leads = self.value(arith.CmpiOp(lane, zero, "eq"))
        leader, other, join = self.new_block(), self.new_block(), self.new_block(results)
        self.fork(leads, leader, other)
        self.enter(leader)
        self.jump(join, *body())
        self.enter(other)
        self.jump(join, *(self.zero(type_) for type_ in results))
        self.enter(join)
        shared = tuple(self._broadcast(argument) for argument in join.args)
        self.add(rt.WarpSyncOp())
        return shared

    def _broadcast(self, value: SSAValue) -> SSAValue:
        """Lane 0's scalar, in all lanes; addresses are computed by each lane from handles."""
        if value.type == i1:
            wide = self.value(arith.ExtUIOp(value, i32))
            return self.value(arith.TruncIOp(self._broadcast(wide), i1))
        zero, width = self.i32(0), self.width_i32()
        return self.value(gpu_lanes.ShuffleOp(gpu_lanes.ShuffleMode.IDX, value, zero, width))

    def width_i32(self) -> SSAValue:
        """The warp's width."""
        size = self.value(gpu_lanes.SubgroupSizeOp())
        return self.value(arith.IndexCastOp(size, i32))

    # ------------------------------------------------------------------------------------------------------- 64-bit items

    def to_word(self, value: SSAValue) -> SSAValue:
        """A scalar of at most 64 bits as an i64."""
        type_ = value.type
        if isinstance(type_, AnyFloat):
            value = self.value(arith.BitcastOp(value, IntegerType(type_.bitwidth)))
            type_ = value.type
        if isinstance(type_, IndexType):
            return self.value(arith.IndexCastOp(value, i64))
        return value if type_ == i64 else self.value(arith.ExtUIOp(value, i64))

    def from_word(self, word: SSAValue, type_: Attribute) -> SSAValue:
        """The inverse of `to_word`."""
        if isinstance(type_, IndexType):
            return self.value(arith.IndexCastOp(word, IndexType()))
        if isinstance(type_, AnyFloat):
            bits = self.from_word(word, IntegerType(type_.bitwidth))
            return self.value(arith.BitcastOp(bits, type_))
        assert isinstance(type_, IntegerType)
        return word if type_ == i64 else self.value(arith.TruncIOp(word, type_))

    def internal(self, message: str) -> InputError:
        """An error at the op being expanded."""
        return InputError(message, location_of(self.at) if self.at is not None else None)



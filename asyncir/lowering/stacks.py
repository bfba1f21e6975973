"""
Fork-join machines on a lane's stack: one state at a time becomes code of the worker's loop.

A lane is a state number `pc`, a place `sp` in its stack, a heap frame `home` for the results of the bottom task, and a few registers in
which arguments and results are handed over. The worker's inner loop looks at each state in turn; lanes that are in it run its segment.

    stack           FINISH word | frame | frame | …   ◄ sp               library/steal.mlir says more
    frame           payload, as the layout has it, up to the last word that this state needs | state word
    state word      number in the low 12 bits, the frame's words in bits 12 to 30, TAIL in bit 31
    pc              0 no task; a FINISH word: the bottom task has ended, results in registers; a state word: go on there, with the child's
                    results; ENTRY of a machine: begin it, arguments in registers; STALLED: the same, but the stack is full;
                    TO_HEAP: the topmost frame waits for no child, all go to the heap; FAILED: kind, code and site in registers

    call            saves, state word; sp = behind them; pc = ENTRY of the child                       nothing is shared, nothing is checked
    return          sp = below the own frame; pc = the word there: the caller's state, or FINISH       but for the stack's end
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from xdsl.dialects import arith, cf, func
from xdsl.dialects.builtin import (
    AnyFloat,
    DenseIntOrFPElementsAttr,
    FunctionType,
    IndexType,
    IntegerAttr,
    IntegerType,
    StringAttr,
    UnitAttr,
    VectorType,
    i32,
    i64,
)
from xdsl.ir import Attribute, Block, Region, SSAValue

from asyncir import abi
from asyncir.dialects import rt, sm
from asyncir.dialects.locations import location_of
from asyncir.dialects.rt_stack import MAYBE_UNWRITTEN, StackAboveOp, StackAddOp, StackLoadOp, StackStoreOp
from asyncir.dialects.sizes import byte_size
from asyncir.dialects.task_types import is_reference
from asyncir.errors import InputError
from asyncir.lowering.bodies import Body
from asyncir.lowering.dynamic import DynamicBody
from asyncir.lowering.emit import Emitter, Expansion, MachineInfo
from asyncir.lowering.halves import leaves

Header = abi.Header
_TAIL = -(1 << 31)
_WORDS_SHIFT = 12
_MAX_NUMBER = 4094
STALLED_MASK = 0xFFF
FAILED = 0x7FFFFFFF
TO_HEAP = 0x7FFFEFFF
FAILURE_WORDS = 3
"""Kind, code and site."""
FREE_WORDS = 16
"""What a stack needs beside the frames: the lane's own words, counters among them, the FINISH word, and some to spare."""


def entry_word(info: MachineInfo) -> int:
    """The pc at which a machine begins."""
    return info.number << _WORDS_SHIFT


def stalled_word(info: MachineInfo) -> int:
    """The pc of a lane that will begin the machine when there is room on its stack."""
    return entry_word(info) | STALLED_MASK


@dataclass(frozen=True)
class CallState:
    """A state of a fork-join machine that waits for a child on the stack."""

    machine: MachineInfo
    callee: MachineInfo | None
    """None: there is no child, the task goes to the heap."""
    number: int
    """The machine's own number of it."""
    words: int
    """Of the frame, the state word included."""
    word: int
    site: int
    handles: int
    """How many handles the call yields."""


@dataclass
class Stacks:
    """All states of a program that are on stacks."""

    machines: list[MachineInfo] = field(default_factory=list[MachineInfo])
    calls: dict[tuple[str, int], CallState] = field(default_factory=dict[tuple[str, int], CallState])
    registers: int = FAILURE_WORDS

    @property
    def largest_frame(self) -> int:
        """In words."""
        return max((call.words for call in self.calls.values()), default=0)


def plan(expansion: Expansion, machines: Sequence[sm.MachineOp]) -> Stacks:
    """Numbers the call states of the fork-join machines."""
    stacks = Stacks()
    for machine in machines:
        if sm.FORK_JOIN not in machine.attributes:
            continue
        info = expansion.machines[machine.sym_name.data]
        stacks.machines.append(info)
        info.uncounted = machine.kernel is None
        types = machine.function_type
        stacks.registers = max(stacks.registers, *(sum(map(words_of, side.data)) for side in (types.inputs, types.outputs)))
        for park in leaves(machine):
            callee = None if park.callee is None else expansion.machines[park.callee.root_reference.data]
            words = _extent(park) + 1
            number = len(stacks.calls) + 1
            if number > _MAX_NUMBER:
                raise InputError(f"a program may have {_MAX_NUMBER} starts of fork-join tasks at most", location_of(park))
            word = number | words << _WORDS_SHIFT | (_TAIL if sm.TAIL in park.attributes else 0)
            site = expansion.sites.number(park, "await")
            handles = len(park.handles.data) if park.handles is not None else 0
            stacks.calls[info.name, park.number] = CallState(info, callee, park.number, words, word, site, handles)
    largest = max((info.shape.bytes(1) for info in stacks.machines), default=0)
    if largest <= LARGEST_KEPT:
        for info in stacks.machines:
            info.least_bytes = largest
    return stacks


def _extent(park: sm.ParkOp) -> int:
    """The words of the payload up to the last one that is read behind the call."""
    reloads = [op for op in park.resume.ops if isinstance(op, sm.ReloadOp)]
    ends = [op.slot.offset.value.data + (byte_size(op.result.type) or 0) for op in reloads]
    return -(-max(ends, default=0) // 4)


LARGEST_KEPT = 512
"""Up to this size the heap frames of a program's fork-join machines are all as large as the largest, and lanes keep freed ones."""
DEFAULT_WORDS = 108
"""Of a stack: 16 warps with such stacks fit on a multiprocessor of the H200; 47 frames of two words, with counters too."""
STACK_BLOCKS = 4
"""Blocks of four warps on a multiprocessor: what stacks of DEFAULT_WORDS words leave room for on the H200."""
LEAST_FRAMES = 4
DEFAULT_FRAMES = 12


def stack_sizes(stacks: Stacks) -> dict[str, Attribute]:
    """What the host must know: the words of a lane's stack by default, and at least."""
    default = max(DEFAULT_WORDS, DEFAULT_FRAMES * stacks.largest_frame + FREE_WORDS)
    least = LEAST_FRAMES * stacks.largest_frame + FREE_WORDS
    sizes = {rt.STACK_WORDS: default, rt.LEAST_STACK_WORDS: least, rt.BLOCKS: STACK_BLOCKS}
    return {name: IntegerAttr(number, i64) for name, number in sizes.items()}


def describe(stacks: Stacks) -> func.FuncOp:
    """
    `@stack.describe(state word)`: the machine's number and the bytes of its heap frame, the same of the child, the machine's own number of
    the state, and its site. Zeros for what is no state word.
    """
    inputs, outputs = [i32], [i32, i64, i32, i64, i32, i32]
    entry, end = Block(arg_types=inputs), Block(arg_types=outputs)
    region = Region(entry)
    emit = Emitter(Expansion(), entry.args[0], False, region.add_block)
    blocks: list[Block] = []
    for call in stacks.calls.values():
        block = emit.new_block()
        blocks.append(block)
        emit.enter(block)
        sizes = [emit.i64(0 if info is None else max(info.shape.bytes(1), info.least_bytes)) for info in (call.machine, call.callee)]
        numbers = [emit.i32(0 if info is None else info.number) for info in (call.machine, call.callee)]
        emit.jump(end, numbers[0], sizes[0], numbers[1], sizes[1], emit.i32(call.number), emit.i32(call.site))
    other = emit.new_block()
    emit.enter(other)
    emit.jump(end, *(emit.zero(type_) for type_ in outputs))
    emit.enter(entry)
    words = DenseIntOrFPElementsAttr.from_list(VectorType(i32, [len(blocks)]), [call.word for call in stacks.calls.values()])
    emit.add(cf.SwitchOp(entry.args[0], other, [], words, blocks, [[] for _ in blocks]))
    region.add_block(end)
    emit.enter(end)
    emit.add(func.ReturnOp(*end.args))
    return func.FuncOp("stack.describe", FunctionType.from_lists(inputs, outputs), region, visibility=StringAttr("private"))


def units(stacks: Stacks) -> func.FuncOp:
    """`@stack.units()`: the size of the heap frames of all fork-join machines in units of 16 bytes; 0: they differ."""
    sizes = {max(info.shape.bytes(1), info.least_bytes) for info in stacks.machines}
    size = arith.ConstantOp(IntegerAttr(-(-sizes.pop() // 16) if len(sizes) == 1 else 0, i64))
    region = Region(Block([size, func.ReturnOp(size)]))
    return func.FuncOp("stack.units", FunctionType.from_lists([], [i64]), region, visibility=StringAttr("private"))


def words_of(type_: Attribute) -> int:
    """The registers in which a value is handed over."""
    size = byte_size(type_)
    assert size is not None
    return -(-size // 4)


# ---------------------------------------------------------------------------------------------------------------------- words


def to_words(emit: Emitter, value: SSAValue) -> list[SSAValue]:
    """A value as i32 words, the low one first."""
    type_ = value.type
    if isinstance(type_, AnyFloat):
        value = emit.value(arith.BitcastOp(value, IntegerType(type_.bitwidth)))
    elif isinstance(type_, IndexType):
        value = emit.value(arith.IndexCastOp(value, i64))
    assert isinstance(value.type, IntegerType)
    if value.type.width.data < 32:
        return [emit.value(arith.ExtUIOp(value, i32))]
    if value.type.width.data == 32:
        return [value]
    high = emit.value(arith.ShRUIOp(value, emit.i64(32)))
    return [emit.value(arith.TruncIOp(value, i32)), emit.value(arith.TruncIOp(high, i32))]


def from_words(emit: Emitter, words: Sequence[SSAValue], type_: Attribute) -> SSAValue:
    """The inverse of `to_words`."""
    if is_reference(type_):
        return words[0]
    if isinstance(type_, AnyFloat):
        return emit.value(arith.BitcastOp(from_words(emit, words, IntegerType(type_.bitwidth)), type_))
    if isinstance(type_, IndexType):
        return emit.value(arith.IndexCastOp(from_words(emit, words, i64), IndexType()))
    assert isinstance(type_, IntegerType)
    if type_.width.data <= 32:
        return words[0] if type_.width.data == 32 else emit.value(arith.TruncIOp(words[0], type_))
    low, high = (emit.value(arith.ExtUIOp(word, i64)) for word in words[:2])
    return emit.value(arith.OrIOp(emit.value(arith.ShLIOp(high, emit.i64(32))), low))


# ---------------------------------------------------------------------------------------------------------------------- a state


@dataclass(frozen=True)
class LaneView:
    """What a state sees of its lane."""

    sp: SSAValue
    registers: Sequence[SSAValue]
    home: SSAValue
    own: SSAValue
    """The place of the lane's own words."""
    limit: SSAValue
    """Above this place there is no room for one more frame."""
    kernel_parameters: Sequence[SSAValue]
    counters: int
    """How many of the registers, the last, count calls: one, or none."""


class StackState(DynamicBody):
    """
    One state of a machine as blocks of the worker: from the entry, or from behind a call, to the next call or the end.

    `machine` is a copy of its own, without what lies behind pending calls. `leave` is the block where all ways out go: pc, sp, registers.
    """

    def __init__(self, expansion: Expansion, stacks: Stacks, machine: sm.MachineOp, region: Region, control: SSAValue, lane: LaneView):
        self.info = expansion.machines[machine.sym_name.data]
        self.stacks = stacks
        self.lane = lane
        self.own = lane.own
        self.states: dict[int, Block] = {}
        Body.__init__(self, expansion, machine, region, control)

    def build(self, state: int, begin: Block, leave: Block) -> Block:
        """Expands the machine from `begin` on, which is where that state begins; the block to enter."""
        emit = self.emit
        emit.at = self.machine
        self.leave = leave
        call = self.stacks.calls.get((self.info.name, state)) if state else None
        own = 0 if call is None else call.words
        start = emit.new_block()
        emit.enter(start)
        self.floor = self._moved(self.lane.sp, -own)
        self._make_exits()
        emit.enter(start)
        types = [argument.type for argument in begin.args]
        values = self._taken(types) if call is None else self._called(types, call)
        self.expand()
        emit.enter(start)
        emit.at = self.machine
        emit.jump(begin, *values)
        return start

    def _make_exits(self) -> None:
        emit = self.emit
        self.failing = emit.new_block([i32, i32, i32])
        emit.enter(self.failing)
        self._exit(emit.i32(FAILED), self.floor, self.failing.args)
        self.leaving = emit.new_block()
        emit.enter(self.leaving)
        self._exit(emit.i32(0), self.floor, [])

    def _exit(self, pc: SSAValue, sp: SSAValue, words: Sequence[SSAValue], *, calls: bool = False) -> None:
        """To the end of this state's turn; registers that hand over nothing keep what they have, which nobody reads."""
        size = len(self.lane.registers) - self.lane.counters
        counters = list(self.lane.registers[size:])
        if counters:
            emit, one = self.emit, self.emit.i32(1)
            counters = [emit.value(arith.AddiOp(counters[0], one)) if calls else counters[0]]
        self.emit.jump(self.leave, pc, sp, *words, *self.lane.registers[len(words) : size], *counters)

    def _moved(self, place: SSAValue, words: int) -> SSAValue:
        return self.emit.value(StackAddOp(place, self.emit.i32(words))) if words else place

    def _taken(self, types: Sequence[Attribute]) -> list[SSAValue]:
        """Values of these types out of the registers."""
        values: list[SSAValue] = []
        at = 0
        for type_ in types:
            size = words_of(type_)
            values.append(from_words(self.emit, self.lane.registers[at : at + size], type_))
            at += size
        return values

    def _called(self, types: Sequence[Attribute], call: CallState) -> list[SSAValue]:
        """What a call yields whose child has ended."""
        emit = self.emit
        return [emit.zero(types[0]), *(emit.i32(0) for _ in range(call.handles)), *self._taken(types[1 + call.handles :])]

    # --------------------------------------------------------------------------------------------------------- Body's own

    def fail_again(self, kind: SSAValue, code: SSAValue, site: SSAValue) -> None:
        """As any failure here: the worker that takes the frames to the heap does what is to be done."""
        self.emit.jump(self.failing, kind, code, site)

    def suspend(self, op: sm.SuspendOp) -> None:
        self.emit.jump(op.targets[1])
        op.erase()

    def park(self, op: sm.ParkOp) -> None:
        """The frame is whole; the child begins on top of it."""
        emit = self.emit
        call = self.stacks.calls[self.info.name, op.number]
        emit.add(StackStoreOp(emit.i32(call.word), self.floor, call.words - 1))
        above = self._moved(self.floor, call.words)
        if call.callee is None:
            self._exit(emit.i32(TO_HEAP), above, [])
            op.erase()
            return
        full = emit.value(StackAboveOp(above, self.lane.limit))
        pc = emit.value(arith.SelectOp(full, emit.i32(stalled_word(call.callee)), emit.i32(entry_word(call.callee))))
        self._exit(pc, above, [word for value in op.arguments for word in to_words(emit, value)], calls=True)
        op.erase()

    def returns(self, op: sm.ReturnOp) -> None:
        emit = self.emit
        words = [word for value in op.arguments for word in to_words(emit, value)]
        self._exit(emit.value(StackLoadOp(self.floor, -1)), self.floor, words)
        op.erase()

    def save(self, op: sm.SaveOp) -> None:
        emit = self.emit
        offset, remainder = divmod(op.slot.offset.value.data, 4)
        words = to_words(emit, op.value)
        if remainder or (byte_size(op.value.type) or 4) < 4:
            words = [self._merged(words[0], op.value.type, offset, remainder)]
        for k, word in enumerate(words):
            emit.add(StackStoreOp(word, self.floor, offset + k))
        op.erase()

    def _merged(self, word: SSAValue, type_: Attribute, offset: int, byte: int) -> SSAValue:
        """A value of less than a word in its place among others."""
        emit = self.emit
        mask = ((1 << 8 * (byte_size(type_) or 4)) - 1) << 8 * byte
        before = emit.add(StackLoadOp(self.floor, offset))
        before.attributes[MAYBE_UNWRITTEN] = UnitAttr()
        old = emit.value(arith.AndIOp(before.result, emit.i32(_signed(~mask))))
        return emit.value(arith.OrIOp(old, emit.value(arith.ShLIOp(word, emit.i32(8 * byte)))))

    def reload(self, op: sm.ReloadOp) -> None:
        emit = self.emit
        offset, remainder = divmod(op.slot.offset.value.data, 4)
        words = [emit.value(StackLoadOp(self.floor, offset + k)) for k in range(words_of(op.result.type))]
        if remainder:
            words[0] = emit.value(arith.ShRUIOp(words[0], emit.i32(8 * remainder)))
        self.replace(op, [from_words(emit, words, op.result.type)])

    def instance(self) -> SSAValue:
        return self.emit.load(self.emit.object(self.lane.home), Header.INSTANCE, i32)

    def kernel_argument(self, index: int, type_: Attribute) -> SSAValue:
        return self.lane.kernel_parameters[index]

    def safepoint(self, site: SSAValue) -> SSAValue:
        return self.emit.call("rt.safepoint_on_stack", self.lane.own, self.floor, self.lane.home, site)[0]


def _signed(word: int) -> int:
    word &= 0xFFFFFFFF
    return word - (1 << 32) if word >> 31 else word

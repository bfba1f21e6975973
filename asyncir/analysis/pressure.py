"""
Register pressure: how many 32-bit registers hold live values at each point of a region in the form of a CFG.

What is counted, as NVPTX code keeps it:

    f64, i64, index, addresses          2
    f32, i32, i16, i8, f16, handles     1   (narrow values are not packed in registers)
    i1                                  0   (predicates are a file of their own; see `registers.py` for what does not fit)
    vectors                             their elements
    constants and the like              0   (immediates, special registers; `cheap_values.py`)
    others plus a constant              0   (immediates, addresses; the other is needed instead)
    arrays                              the fields of the descriptor that are read later, 2 each (`descriptors.py`)

The pressure at an operation is what is live before it or what is live behind it, the larger: a result may take the place of an
operand. What else an operation needs is the caller's to say (`cost`).

Code generators reorder: a block is scanned in the order of the text and in demand order, where what has no effect stands right
before its first use (loads behind no later write), and the smaller pressure counts. Chained sums of values that are all loaded
first take three registers in the second order, and that is what ptxas makes of them.

The cost is that of liveness, and linear in operations: each block is scanned twice, backwards, from what is live out of it.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from xdsl.dialects import func, memref
from xdsl.dialects.builtin import BFloat16Type, FixedBitwidthType, Float16Type, IndexType, IntegerType, MemRefType, VectorType
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue

from asyncir.analysis.callgraph import callee_name, strongly_connected
from asyncir.analysis.cfg import reverse_postorder, successors
from asyncir.analysis.cheap_values import CheapValues
from asyncir.analysis.descriptors import Descriptors
from asyncir.analysis.dominance import defining_block
from asyncir.analysis.effects import is_pure, is_rematerialisable
from asyncir.analysis.liveness import Liveness, used_values
from asyncir.dialects import gpu_lanes, sm, task

WORD_BITS = 32


def register_words(type_: Attribute) -> int:
    """The registers of a value of this type; an array's are those of an address, as its descriptor is counted by its fields."""
    match type_:
        case IntegerType():
            return 0 if type_.width.data == 1 else -(-type_.width.data // WORD_BITS)
        case IndexType() | MemRefType():
            return 2
        case BFloat16Type() | Float16Type():
            return 1
        case FixedBitwidthType():
            return -(-type_.bitwidth // WORD_BITS)
        case VectorType():
            return type_.element_count() * max(1, register_words(type_.element_type))
        case _:
            return 1


Words = Callable[[SSAValue], int]
"""The registers of a value."""

Cost = Callable[[Operation, int], int]
"""The registers that are needed at an operation, given the pressure at it."""


def plain_cost(op: Operation, pressure: int) -> int:
    """Liveness alone."""
    return pressure


@dataclass(frozen=True)
class Rules:
    """How registers are counted in a region."""

    cost: Cost = plain_cost
    free: int = 0
    """Up to so many registers nothing is reordered to need fewer."""
    constants: frozenset[str] = frozenset()
    """The arrays that never change."""
    known_parameters: bool = False
    """Whether the entry's arguments are a kernel's parameters; else they come from memory."""
    pure_functions: frozenset[str] = frozenset()
    """The functions that only compute: calls of them are reordered as operations are."""


class Pressure:
    """The register pressure of a region's reachable blocks."""

    def __init__(self, region: Region, rules: Rules | None = None) -> None:
        self.rules = rules or Rules()
        self.order: list[Block] = reverse_postorder(region)
        """The reachable blocks."""
        self._cheap = CheapValues(self.order, self.rules.constants)
        self._descriptors = Descriptors(region, known_parameters=self.rules.known_parameters)
        displaced = {block: list(self._bases_used(block)) for block in self.order}
        self._liveness = Liveness(region, lambda value: self.words(value) == 0, displaced)
        self._masks = self._weights()
        self.in_text_order: dict[Block, int] = {block: self._scan(block, list(block.ops)) for block in self.order}
        """The largest pressure in each block as it is written."""
        self.of_block: dict[Block, int] = {
            block: min(pressure, max(self.rules.free, self._scan(block, demand_order(block, self.rules.pure_functions))))
            for block, pressure in self.in_text_order.items()
        }
        """The largest pressure in each block, in the better one of its orders."""

    def words(self, value: SSAValue) -> int:
        """The registers of a value: those of its type, but for arrays and for what has none of its own."""
        if self._cheap.is_known(value) or self._cheap.base(value) is not value:
            return 0
        if is_rematerialisable(value) and not isinstance(value.owner, task.InstanceOp | gpu_lanes.LaneIdOp):
            return 0
        if isinstance(value.type, MemRefType):
            return self._descriptors.words(value)
        return register_words(value.type)

    def _uses(self, op: Operation) -> Iterator[SSAValue]:
        """The values an operation needs, each once; for a displaced one that it is displaced from."""
        return iter(dict.fromkeys(self._cheap.base(value) for value in used_values(op)))

    def _bases_used(self, block: Block) -> Iterator[SSAValue]:
        """What the block needs because it uses what is displaced from it."""
        for op in block.ops:
            for value in used_values(op):
                if (base := self._cheap.base(value)) is not value:
                    yield base

    @property
    def peak(self) -> int:
        """The largest pressure of the region."""
        return max(self.of_block.values(), default=0)

    def _weights(self) -> dict[int, int]:
        """For each number of words the set of the values that have it."""
        masks: dict[int, int] = {}
        for number, value in enumerate(self._liveness.values):
            words = self.words(value)
            masks[words] = masks.get(words, 0) | 1 << number
        return masks

    def live_out_words(self, block: Block) -> int:
        """The registers of what is live out of a block."""
        bits = self._liveness.out_bits(block)
        return sum(words * (bits & mask).bit_count() for words, mask in self._masks.items())

    def _scan(self, block: Block, ops: Sequence[Operation]) -> int:
        return max((pressure for _, pressure in self.points(block, ops)), default=self.live_out_words(block))

    def points(self, block: Block, ops: Sequence[Operation]) -> Iterator[tuple[Operation, int]]:
        """The operations of a block in some order, the last one first, each with what is needed at it."""
        live = self.live_out_words(block)
        here: dict[SSAValue, bool] = {}
        """Values met so far, and whether they are live behind the point; others are live if they are live out."""
        for op in reversed(ops):
            behind = live
            for result in op.results:
                live -= self.words(result) if self._is_live(result, block, here) else 0
                here[result] = False
            for value in self._uses(op):
                if defining_block(value) is not None and not self._is_live(value, block, here):
                    live += self.words(value)
                    here[value] = True
            yield op, self.rules.cost(op, max(behind, live))

    def _is_live(self, value: SSAValue, block: Block, here: Mapping[SSAValue, bool]) -> bool:
        known = here.get(value)
        return self._liveness.is_live_out(value, block) if known is None else known


def demand_order(block: Block, pure_functions: Container[str] = ()) -> list[Operation]:
    """The operations of a block, each without effect as late as may be, or left out if unused; a load does not pass a write."""
    placed: set[Operation] = set()
    order: list[Operation] = []
    loads: list[Operation] = []
    last = block.last_op
    for op in block.ops:
        if isinstance(op, memref.LoadOp):
            loads.append(op)
        elif op is not last and not is_pure(op) and not (isinstance(op, func.CallOp) and callee_name(op) in pure_functions):
            for value in op.operands:
                if isinstance(value.owner, Operation) and value.owner.parent is block:
                    _place_with_operands(value.owner, block, placed, order)
            for root in (*loads, op):
                _place_with_operands(root, block, placed, order)
            loads = []
    for op in block.ops:
        if op is last or any(use.operation.parent is not block for result in op.results for use in result.uses):
            _place_with_operands(op, block, placed, order)
    return order


def _place_with_operands(root: Operation, block: Block, placed: set[Operation], order: list[Operation]) -> None:
    """Places an operation behind those of its block that it needs, each as late as may be."""
    pending: list[tuple[Operation, bool]] = [(root, False)]
    while pending:
        op, ready = pending.pop()
        if op in placed:
            continue
        if ready:
            placed.add(op)
            order.append(op)
            continue
        pending.append((op, True))
        owners = (value.owner for value in used_values(op))
        pending += [(owner, False) for owner in reversed([*owners]) if isinstance(owner, Operation) and owner.parent is block]


@dataclass(frozen=True)
class MachinePressure:
    """The largest pressure of a machine and of each of its states."""

    peak: int
    states: dict[int, int]
    """
    By the state's number, 0 the entry: the largest pressure on the way to the next suspensions. A state's code ends at the
    next suspension, with the saves; what follows where that one is ready is the next state's.
    """


def machine_pressure(machine: sm.MachineOp, rules: Rules | None = None) -> MachinePressure:
    """The pressure of a machine, split or laid out."""
    pressure = Pressure(machine.body, rules)
    reached = _reached(pressure)
    starts = {0: machine.entry} | _resume_blocks(pressure.order)
    return MachinePressure(pressure.peak, {number: reached[block] for number, block in sorted(starts.items())})


def _resume_blocks(order: list[Block]) -> dict[int, Block]:
    """Where each state begins."""
    found: dict[int, Block] = {}
    for block in order:
        last = block.last_op
        if isinstance(last, sm.ParkOp):
            found[last.number] = last.resume
        elif isinstance(last, sm.SuspendOp) and len(last.targets) == 1:
            found[last.number] = last.targets[0]
    return found


def same_segment(block: Block) -> list[Block]:
    """The blocks that follow in the same state: behind a suspension only the park block, behind a park none."""
    last = block.last_op
    if isinstance(last, sm.ParkOp):
        return []
    if isinstance(last, sm.SuspendOp):
        return list(last.targets[1:])
    return list(successors(block))


def _reached(pressure: Pressure) -> dict[Block, int]:
    """For each block the largest pressure of the blocks that its segment reaches from there; a cycle's blocks reach the same."""
    reached: dict[Block, int] = {}
    for part in strongly_connected(dict.fromkeys(pressure.order), same_segment):
        inside = set(part)
        behind = [reached[after] for block in part for after in same_segment(block) if after not in inside]
        most = max([*behind, *(pressure.of_block[block] for block in part)])
        reached |= dict.fromkeys(part, most)
    return reached

"""
The order in which a role takes and gives slots, as far as its text shows it: a sequence of steps and of loops over them.

A loop over steps either counts, from a value to another by a step, or goes on until a reader gets no slot. Its *count* is the number of
its bounds (role_values.py), so loops of different roles with equal counts run equally often. What else decides whether a step is done is
refused: then nobody knows before the program runs whether it ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from xdsl.dialects import arith, cf
from xdsl.ir import Block, BlockArgument, Operation, SSAValue

from asyncir.analysis.cfg import predecessors, successors
from asyncir.analysis.dominance import DominanceInfo
from asyncir.analysis.loop_depth import loop_headers
from asyncir.analysis.postdominance import immediate_postdominators
from asyncir.analysis.role_values import Number, Values
from asyncir.analysis.roles import ChannelOp, End, Role, end_of
from asyncir.dialects import task
from asyncir.dialects.interfaces import successor_operands
from asyncir.dialects.locations import location_of
from asyncir.dialects.task_tiles import AcquireSlotOp, CommitSlotOp, ReceiveSlotOp, ReleaseSlotOp, TileChannelOp
from asyncir.errors import InputError


@dataclass(frozen=True)
class Step:
    """An operation on a channel, and at which of its ends."""

    op: ChannelOp
    end: End


@dataclass(frozen=True)
class Exit:
    """Where a loop ends if its reader has got no slot."""

    end: End


@dataclass(frozen=True)
class Either:
    """Steps of which some are done if a reader has got a slot, and others if not."""

    end: End
    then: tuple[Part, ...]
    other: tuple[Part, ...]


@dataclass(frozen=True)
class Loop:
    """Steps that are repeated."""

    header: Operation
    """The operation that decides whether the loop goes on."""
    count: Number
    """How often."""
    constant: int | None
    """How often, where that is known."""
    until: End | None
    """The reader that ends the loop when it gets no slot."""
    steps: tuple[Part, ...]


Part: TypeAlias = Step | Loop | Either | Exit
Steps: TypeAlias = Sequence[Part]


def schedule_of(role: Role, values: Values) -> Steps:
    """The steps of a role. Raises InputError where they depend on what is only known when it runs."""
    return _Schedule(role, values).all()


def counts_in(steps: Steps) -> Iterator[Loop]:
    """All loops in some steps."""
    for step in steps:
        if isinstance(step, Loop):
            yield step
            yield from counts_in(step.steps)
        elif isinstance(step, Either):
            yield from counts_in((*step.then, *step.other))


class _Schedule:
    def __init__(self, role: Role, values: Values) -> None:
        self._role = role
        self._values = values
        self._body = role.body
        dominance = DominanceInfo(role.body)
        self._headers = loop_headers(role.body, dominance)
        self._meet = immediate_postdominators(role.body)
        self._before = predecessors(role.body)
        self._busy = {block for block in role.body.blocks if any(isinstance(op, ChannelOp) for op in block.ops)}

    def all(self) -> Steps:
        return self._steps(self._body.blocks[0], None, ())

    def _steps(self, block: Block | None, stop: Block | None, around: tuple[Block, ...]) -> list[Part]:
        """The steps from a block until another; `around` are the headers of the loops that these are in."""
        found: list[Part] = []
        while block is not None and block is not stop:
            headers = self._headers[block]
            if headers and headers[-1] is block and block not in around:
                found += self._loop(block, around)
                block = self._behind(block)
                continue
            found += self._in_block(block)
            block = self._following(block, stop, around, found)
        return found

    def _in_block(self, block: Block) -> Iterator[Step]:
        for op in block.ops:
            match op:
                case AcquireSlotOp() | ReceiveSlotOp():
                    yield Step(op, end_of(op))
                case CommitSlotOp() | ReleaseSlotOp():
                    yield Step(op, self._role.slots[op.slot])
                case task.CloseOp():
                    yield Step(op, self._closed(op))
                case _:
                    continue

    def _closed(self, op: task.CloseOp) -> End:
        channel = op.channel.owner
        assert isinstance(channel, TileChannelOp)
        ends = [end for end in self._role.ends() if end.writes and end.channel is channel]
        if len(ends) != 1:
            what = "takes no slot of it" if not ends else f"is {len(ends)} writers of it"
            message = f"the role @{self._role.name} closes a tile channel and {what}: which writer closes is not known"
            raise InputError(message, location_of(op))
        return ends[0]

    def _following(self, block: Block, stop: Block | None, around: tuple[Block, ...], found: list[Part]) -> Block | None:
        """Where the role goes on behind a block; `found` gets the steps of a branch whose arms have the same ones."""
        following = successors(block)
        asked = _asked(block.last_op)
        inside = [target for target in following if not around or around[-1] in self._headers[target]]
        if len(inside) < len(following):
            following = inside  # The other way leaves the loop.
            if asked is not None:
                found.append(Exit(asked))
        if len(set(following)) <= 1:
            return following[0] if following else None
        meet = self._meet[block]
        arms = [self._steps(target, meet or stop, around) for target in dict.fromkeys(following)]
        if all(_shape(arm) == _shape(arms[0]) for arm in arms):
            found += arms[0]
        elif asked is not None and len(arms) == 2:
            found.append(Either(asked, tuple(arms[0]), tuple(arms[1])))
        else:
            assert block.last_op is not None
            self._refuse(block.last_op, "whether it takes or gives slots depends on this branch")
        return meet or stop

    # ------------------------------------------------------------------------------------------------------------------- loops

    def _inside(self, header: Block) -> list[Block]:
        return [block for block in self._headers if header in self._headers[block]]

    def _behind(self, header: Block) -> Block | None:
        """Where the role goes on behind a loop: the first block outside that all ways pass."""
        inside = set(self._inside(header))
        block = self._meet[header]
        while block is not None and block in inside:
            block = self._meet[block]
        return block

    def _loop(self, header: Block, around: tuple[Block, ...]) -> list[Part]:
        inside = self._inside(header)
        if not self._busy.intersection(inside):
            return []
        exits = [block for block in inside if any(target not in inside for target in successors(block))]
        last = exits[0].last_op if len(exits) == 1 else None
        if not isinstance(last, cf.ConditionalBranchOp):
            first = next(op for block in inside if block in self._busy for op in block.ops if isinstance(op, ChannelOp))
            self._refuse(first, "the loop around it has no end, or several")
        until = self._closing(last, inside)
        if until is not None:
            count, constant = ("until", until.channel.result, until.number), None
        else:
            count, constant = self._count(header, last, inside, len(around))
        steps = self._in_loop(header, (*around, header))
        return [Loop(last, count, constant, until, tuple(steps))]

    def _in_loop(self, header: Block, around: tuple[Block, ...]) -> list[Part]:
        """The steps of one round."""
        found: list[Part] = list(self._in_block(header))
        start = self._following(header, None, around, found)
        return found + self._steps(start, header, around)

    def _closing(self, last: cf.ConditionalBranchOp, inside: Sequence[Block]) -> End | None:
        """The end whose `ok` decides whether the loop goes on."""
        return _asked(last) if last.then_block in inside else None

    def _count(self, header: Block, last: cf.ConditionalBranchOp, inside: Sequence[Block], depth: int) -> tuple[Number, int | None]:
        compared = last.cond.owner
        counts = last.parent is header and last.then_block in inside and isinstance(compared, arith.CmpiOp)
        if not counts or not isinstance(compared, arith.CmpiOp) or compared.predicate.value.data not in (2, 6):
            self._refuse(last, "how often this loop runs is only known when it does")
        counter = compared.lhs
        begin, step = self._bounds(header, counter, inside)
        if begin is None or step is None:
            self._refuse(last, "how often this loop runs is only known when it does")
        number = self._values.number
        count: Number = ("count", number(begin), number(compared.rhs), number(step), compared.predicate.value.data)
        self._values.name(counter, ("counter", depth, count))
        return count, self._constant(begin, compared.rhs, step)

    def _bounds(self, header: Block, counter: SSAValue, inside: Sequence[Block]) -> tuple[SSAValue | None, SSAValue | None]:
        """What a counter begins with, and by what it grows in each round; None if it is none."""
        if not isinstance(counter, BlockArgument) or counter.block is not header:
            return None, None
        begin: SSAValue | None = None
        step: SSAValue | None = None
        for block in self._before[header]:
            assert block.last_op is not None
            for index, successor in enumerate(successors(block)):
                if successor is not header:
                    continue
                passed = (successor_operands(block.last_op, index) or ())[counter.index]
                if block not in inside:
                    begin = passed if begin is None else None
                elif isinstance(added := passed.owner, arith.AddiOp) and added.lhs is counter and step in (None, added.rhs):
                    step = added.rhs
                else:
                    return None, None
        return begin, step

    def _constant(self, begin: SSAValue, end: SSAValue, step: SSAValue) -> int | None:
        known = [self._values.constant(value) for value in (begin, end, step)]
        if known[0] is None or known[1] is None or known[2] is None or known[2] < 1:
            return None
        return max(0, -(-(known[1] - known[0]) // known[2]))

    def _refuse(self, op: Operation, message: str) -> NoReturn:
        raise InputError(f"'{op.name}' op in the role @{self._role.name}: {message}", location_of(op))


def _shape(steps: Steps) -> tuple[object, ...]:
    """What two arms of a branch must have in common."""
    found: list[object] = []
    for step in steps:
        match step:
            case Loop():
                found.append((step.count, step.until, _shape(step.steps)))
            case Either():
                found.append((step.end, _shape(step.then), _shape(step.other)))
            case Exit():
                found.append(step.end)
            case Step():
                found.append((type(step.op), step.end))
    return tuple(found)


def _asked(branch: Operation | None) -> End | None:
    """The reader whose `ok` decides where a branch goes."""
    if not isinstance(branch, cf.ConditionalBranchOp):
        return None
    receive = branch.cond.owner
    return end_of(receive) if isinstance(receive, ReceiveSlotOp) and branch.cond is receive.ok else None

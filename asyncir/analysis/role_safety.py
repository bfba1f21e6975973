"""
Whether the roles of a kernel come to their end, whatever they compute.

Each end of a channel is one role's, and each is used. What the roles do with slots is known (role_schedule.py), so the kernel is a network
of processes with channels of bounded size: whether it gets stuck does not depend on who runs when (Kahn, "The semantics of a simple
language for parallel programming", 1974). So it is run here, without what it computes, for a few numbers of rounds around the depths of the
channels; loops whose counts are equal run equally often, others as often as each likes. Where it gets stuck, it is rejected with who waits
for whom.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import NoReturn

from xdsl.ir import Operation

from asyncir.analysis.role_schedule import Either, Exit, Loop, Step, Steps, counts_in, schedule_of
from asyncir.analysis.role_values import Number, Values
from asyncir.analysis.roles import End, Role, Roles
from asyncir.dialects import task
from asyncir.dialects.locations import location_of
from asyncir.dialects.task_tiles import EMPTY_SLOT, FULL_SLOT, AcquireSlotOp, ReceiveSlotOp, TileChannelOp
from asyncir.errors import InputError, Note

MAX_STEPS = 200_000
"""How many steps a run may take: more, and the kernel counts as too long to check."""

MAX_RUNS = 64


def check_roles(roles: Roles) -> None:
    """Raises InputError unless the roles come to their end."""
    _check_ends(roles)
    values = Values(roles.kernel.body)
    steps = [schedule_of(role, values) for role in roles.roles]
    for rounds in _rounds(roles, steps):
        _Run(roles, steps, rounds).run()


def _check_ends(roles: Roles) -> None:
    users: dict[End, list[Role]] = {}
    for role in roles.roles:
        for end in role.ends():
            users.setdefault(end, []).append(role)
    for end, several in users.items():
        if len(several) > 1:
            notes: list[Note] = [(f"@{role.name} is", location_of(role.call)) for role in several]
            message = f"{len(several)} roles are {end} of the tile channel {roles.name_of(end.channel)}: each number is one role's"
            raise InputError(message, location_of(end.channel), notes=notes)
    for channel in roles.channels:
        ends = [End(channel, True, number) for number in range(channel.writer_count)]
        ends += [End(channel, False, number) for number in range(channel.reader_count)]
        for end in ends:
            if end not in users:
                raise InputError(f"no role is {end} of the tile channel {roles.name_of(channel)}", location_of(channel))


def _rounds(roles: Roles, steps: list[Steps]) -> Iterator[Mapping[Number, int]]:
    """How often each loop runs whose count is not known, for some runs."""
    deepest = max((channel.slots for channel in roles.channels), default=1)
    unknown = list(dict.fromkeys(loop.count for one in steps for loop in counts_in(one) if loop.constant is None and loop.until is None))
    choices = sorted({0, 1, 2, deepest, deepest + 1, 2 * deepest + 1})
    if len(choices) ** len(unknown) <= MAX_RUNS:
        for chosen in product(choices, repeat=len(unknown)):
            yield dict(zip(unknown, chosen, strict=True))
        return
    for choice in choices:
        yield dict.fromkeys(unknown, choice)
    for one in unknown:
        yield dict.fromkeys(unknown, 1) | {one: 2 * deepest + 1}


@dataclass
class _Counts:
    """Of an end: how many slots it took and gave back, whether it has closed, and whether it got a slot when it asked last."""

    taken: int = 0
    given: int = 0
    closed: bool = False
    ok: bool = True


@dataclass
class _Place:
    """Where a role is in its steps: for each level the steps, the next of them, and the rounds left."""

    stack: list[tuple[Steps, int, int, Loop | None]]
    waits: Step | None = None
    ended: bool = False


class _Run:
    """One run of the network."""

    def __init__(self, roles: Roles, steps: list[Steps], rounds: Mapping[Number, int]) -> None:
        self._roles = roles
        self._rounds = rounds
        self._counts: dict[End, _Counts] = {}
        for channel in roles.channels:
            for writes, count in ((True, channel.writer_count), (False, channel.reader_count)):
                self._counts |= {End(channel, writes, number): _Counts() for number in range(count)}
        self._places = [_Place([(one, 0, 0, None)]) for one in steps]
        self._left = MAX_STEPS

    def run(self) -> None:
        """Runs all roles as far as they go. Raises InputError if one does not end."""
        moved = True
        while moved:
            moved = False
            for place in self._places:
                while self._advance(place):
                    moved = True
        if any(not place.ended for place in self._places):
            self._report()
        for end, counts in self._counts.items():
            if counts.taken != counts.given:
                self._report_held(end)

    def _advance(self, place: _Place) -> bool:
        """Does a role's next step; whether it could."""
        if place.ended:
            return False
        steps, index, rounds, loop = place.stack.pop()
        if index == len(steps):
            if rounds > 0:
                place.stack.append((steps, 0, rounds - 1, loop))
            place.ended = not place.stack
            return True
        step = steps[index]
        place.stack.append((steps, index + 1, rounds, loop))
        if not isinstance(step, Step):
            self._go(place, step)
            return True
        place.waits = None
        if self._do(step):
            self._spend()
            return True
        place.stack[-1] = (steps, index, rounds, loop)
        place.waits = step
        return False

    def _go(self, place: _Place, step: Loop | Either | Exit) -> None:
        """Into a loop or an arm, or out of a loop."""
        match step:
            case Loop():
                self._enter(place, step)
            case Either():
                place.stack.append((step.then if self._counts[step.end].ok else step.other, 0, 0, None))
            case Exit() if not self._counts[step.end].ok:
                loops = [level for level, (_, _, _, loop) in enumerate(place.stack) if loop is not None and loop.until == step.end]
                del place.stack[loops[-1] :]
            case Exit():
                return

    def _enter(self, place: _Place, loop: Loop) -> None:
        if loop.until is not None:
            place.stack.append((loop.steps, 0, MAX_STEPS, loop))
            return
        rounds = self._rounds[loop.count] if loop.constant is None else loop.constant
        if rounds > 0:
            place.stack.append((loop.steps, 0, rounds - 1, loop))

    def _spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise InputError(f"the roles take more than {MAX_STEPS} steps: too many to check", location_of(self._roles.kernel))

    def _do(self, step: Step) -> bool:
        """Does a step, if it need not wait."""
        counts = self._counts[step.end]
        match step.op:
            case AcquireSlotOp():
                if counts.taken - self._given(step.end.channel, writes=False) >= step.end.channel.slots:
                    return False
                counts.taken += 1
            case ReceiveSlotOp():
                if counts.taken >= self._given(step.end.channel, writes=True):
                    if not all(other.closed for end, other in self._counts.items() if end.channel is step.end.channel and end.writes):
                        return False
                    if step.op.ok.first_use is None:
                        self._report_unequal(step)
                    counts.ok = False
                    return True
                counts.taken += 1
            case task.CloseOp():
                counts.closed = True
            case _:
                counts.given += 1
        return True

    def _given(self, channel: TileChannelOp, *, writes: bool) -> int:
        return min(counts.given for end, counts in self._counts.items() if end.channel is channel and end.writes == writes)

    # ------------------------------------------------------------------------------------------------------------------ reports

    def _report(self) -> NoReturn:
        import networkx

        waits: networkx.DiGraph[int] = networkx.DiGraph()
        for number, place in enumerate(self._places):
            if place.waits is not None:
                waits.add_edges_from((number, other) for other in self._awaited(place.waits))
        cycle = next(iter(networkx.simple_cycles(waits)), None)
        if cycle is None:
            self._report_unequal(next(place.waits for place in self._places if place.waits is not None and self._is_last(place.waits)))
        notes = [self._waiting(number) for number in cycle]
        place = self._places[cycle[0]]
        assert place.waits is not None
        names = " -> ".join(f"@{self._roles.roles[number].name}" for number in (*cycle, cycle[0]))
        raise InputError(
            f"the roles wait for each other: {names}",
            location_of(place.waits.op),
            notes=notes,
            help="make the channels deeper, or take slots in another order",
        )

    def _awaited(self, step: Step) -> list[int]:
        """The roles that would have to do something before a step can be done."""
        writes = isinstance(step.op, ReceiveSlotOp)
        given = self._given(step.end.channel, writes=writes)
        ends = [
            end
            for end, counts in self._counts.items()
            if end.channel is step.end.channel and end.writes == writes and counts.given == given
        ]
        return [number for number, role in enumerate(self._roles.roles) if any(end in role.ends() for end in ends)]

    def _is_last(self, step: Step) -> bool:
        return any(self._places[number].ended for number in self._awaited(step))

    def _waiting(self, number: int) -> Note:
        step = self._places[number].waits
        assert step is not None
        what = EMPTY_SLOT if isinstance(step.op, AcquireSlotOp) else FULL_SLOT
        return f"@{self._roles.roles[number].name} waits for {what} {self._roles.name_of(step.end.channel)}", location_of(step.op)

    def _report_unequal(self, step: Step) -> NoReturn:
        """One waits for a channel whose other end has ended."""
        role = self._roles.user(step.end)
        assert role is not None
        writes = isinstance(step.op, ReceiveSlotOp)
        others = [
            (end, other)
            for end in self._counts
            if end.channel is step.end.channel and end.writes == writes and (other := self._roles.user(end)) is not None
        ]
        notes = [(f"@{other.name} does", location_of(_first(other, end))) for end, other in others]
        given, taken = ("fill", "receives") if writes else ("release", "fills")
        raise InputError(
            f"@{role.name} {taken} slots of {self._roles.name_of(step.end.channel)} that nobody may {given}: "
            "the loops around do not run equally often, as far as one can tell",
            location_of(step.op),
            notes=notes,
            help="give the loops the same bounds, or assert that what these come from is equal, or receive until the channel is closed",
        )

    def _report_held(self, end: End) -> NoReturn:
        role = self._roles.user(end)
        assert role is not None
        what = "commit" if end.writes else "release"
        message = f"@{role.name} ends with a slot of {self._roles.name_of(end.channel)} that it did not {what}"
        raise InputError(message, location_of(_first(role, end)))


def _first(role: Role, end: End) -> Operation:
    """The first operation by which a role takes slots there."""
    return next(op for op, other in role.takes() if other == end)

"""
What a dispatch policy is given, and what it answers.

A lane that has a task is in one state, whose *word* is the lane's pc (lowering/stacks.py). A round runs either one state, in the lanes that
are in it, or all of them, one after the other, or all but the *long* ones; which, the policy's code decides in front of the round. All
lanes of the warp run that code together, and it must leave them together: branch on what is the same in all lanes only, such as the
counts below.

A state is long if it has a loop without a known end: lanes that are elsewhere wait for the last lane's last turn.

Results do not depend on what is chosen. Nor can a choice keep a state waiting: every so often (stack_worker.FAIR_EVERY) a round runs all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from xdsl.dialects import arith, math
from xdsl.dialects.builtin import i1, i32
from xdsl.ir import SSAValue

from asyncir.dialects import rt
from asyncir.lowering.emit import Emitter
from asyncir.lowering.stacks import STALLED_MASK

ALL = 0
"""The word that stands for all states: no state has it."""
QUICK = -1
"""The word that stands for all states but the long ones: no state has it."""


@dataclass(frozen=True)
class Request:
    """A place in front of a round, where the policy's code goes."""

    emit: Emitter
    pc: SSAValue
    """This lane's; what is no state's word waits for the service."""
    words: tuple[int, ...]
    """Of all states, in the order in which a round over all of them runs them; at least one."""
    last: SSAValue
    """The policy's own choice before the round before; ALL in the first round after a service."""
    long: frozenset[int] = frozenset()
    """Those of the words whose states are long."""

    def busy(self) -> SSAValue:
        """Whether this lane is in a state."""
        emit = self.emit
        low = emit.value(arith.AndIOp(self.pc, emit.i32(STALLED_MASK)))
        runs = emit.value(arith.CmpiOp(low, emit.i32(STALLED_MASK), "ne"))
        has = emit.value(arith.CmpiOp(self.pc, emit.i32(STALLED_MASK), "ugt"))
        return emit.value(arith.AndIOp(has, runs))

    def is_long(self) -> SSAValue:
        """Whether this lane is in a long state."""
        emit = self.emit
        found = emit.zero(i1)
        for number in self.words:
            if number in self.long:
                found = emit.value(arith.OrIOp(found, self.is_in(emit.i32(number))))
        return found

    def is_in(self, word: SSAValue) -> SSAValue:
        """Whether this lane is in that state."""
        return self.emit.value(arith.CmpiOp(self.pc, word, "eq"))

    def count(self, predicate: SSAValue) -> SSAValue:
        """In how many lanes of the warp it is true; the same in all lanes."""
        return self.emit.value(math.CtPopOp(self.emit.value(rt.BallotOp(predicate, i32))))

    def fullest(self) -> SSAValue:
        """The state that most lanes are in; of several, the first."""
        emit = self.emit
        best = emit.i32(self.words[0])
        most = self.count(self.is_in(best))
        for number in self.words[1:]:
            word = emit.i32(number)
            lanes = self.count(self.is_in(word))
            more = emit.value(arith.CmpiOp(lanes, most, "ugt"))
            best, most = (emit.value(arith.SelectOp(more, new, old)) for new, old in ((word, best), (lanes, most)))
        return best


Choice: TypeAlias = SSAValue | None
"""
The word of the state that runs alone, an i32 that is ALL, QUICK or one of `words`, the same in all lanes. None: every round runs all.
"""
Policy: TypeAlias = Callable[[Request], Choice]


def fair(emit: Emitter, rounds: SSAValue, chosen: SSAValue, every: int) -> SSAValue:
    """The choice, but ALL in the first round after a service and each so many rounds; `every` is a power of two."""
    low = emit.value(arith.AndIOp(rounds, emit.i32(every - 1)))
    return emit.value(arith.SelectOp(emit.equal(low, 0), emit.i32(ALL), chosen))


def fair_among_long(emit: Emitter, rounds: SSAValue, services: SSAValue, chosen: SSAValue, every: int) -> SSAValue:
    """
    The same where there is a service behind each round of a long state: the first round after a service is ALL only each quarter of so
    many services, or lanes would not gather.
    """
    low = emit.value(arith.AndIOp(rounds, emit.i32(every - 1)))
    begins = emit.equal(rounds, 0)
    turn = emit.equal(emit.value(arith.AndIOp(services, emit.i32(every // 4 - 1))), 0)
    later = emit.value(arith.XOrIOp(begins, emit.true()))
    due = emit.value(arith.AndIOp(emit.equal(low, 0), emit.value(arith.OrIOp(later, turn))))
    return emit.value(arith.SelectOp(due, emit.i32(ALL), chosen))


def may_run(emit: Emitter, chosen: SSAValue, word: int, *, quick: bool = False) -> SSAValue:
    """Whether that state runs in a round for which that was chosen; `quick`: it is not long, and others are."""
    runs = emit.value(arith.OrIOp(emit.equal(chosen, ALL), emit.equal(chosen, word)))
    return emit.value(arith.OrIOp(runs, emit.equal(chosen, QUICK))) if quick else runs


def may_run_long(emit: Emitter, chosen: SSAValue, long: frozenset[int]) -> SSAValue:
    """Whether a long state runs in a round for which that was chosen."""
    runs = emit.equal(chosen, ALL)
    for word in sorted(long):
        runs = emit.value(arith.OrIOp(runs, emit.equal(chosen, word)))
    return runs

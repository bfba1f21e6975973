"""What a layout policy is given and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from xdsl.ir import SSAValue

from asyncir.dialects.sm import FORK_JOIN, MachineOp, Shape, SlotAttr, SuspendOp


@dataclass(frozen=True)
class Request:
    """A split machine whose frame is asked for."""

    machine: MachineOp
    live: Mapping[SuspendOp, list[SSAValue]]
    """For each suspension what must be held across it, in the order of definitions; without rematerialised values."""
    in_rows: Callable[[SSAValue], bool]
    """Whether each lane has its own value, which needs rows; false in lane scope."""

    @property
    def arguments_in_place(self) -> bool:
        """Whether arguments always stand in their slots when the machine begins. A fork-join machine may get them in registers."""
        return FORK_JOIN not in self.machine.attributes


@dataclass(frozen=True)
class Word:
    """
    Several values in one 32-bit word: each of `parts` from its bit on. Or, if `ballot`, a predicate that each lane has its own of: bit
    l is lane l's, and the word is the same in all lanes.
    """

    slot: SlotAttr
    parts: tuple[tuple[SSAValue, int], ...]
    ballot: bool = False


@dataclass(frozen=True)
class Layout:
    """
    Where values stand.

    Invariants: slots of one suspension do not overlap; a slot that is saved at a suspension overlaps no permanent value's; each value
    held across a suspension is in one of `slots` and `words` there.
    """

    arguments: tuple[SlotAttr, ...]
    """Where a starter puts each argument."""
    slots: Mapping[SuspendOp, Mapping[SSAValue, SlotAttr]]
    """For each suspension the slots of values that have one of their own."""
    permanent: frozenset[SSAValue]
    """Arguments that are in their slots during the whole life of the task: they are reloaded, but never saved."""
    task_bytes: int
    rows: int
    words: Mapping[SuspendOp, Sequence[Word]] = field(default_factory=dict[SuspendOp, Sequence[Word]])
    """For each suspension the words that hold several values, or a predicate of all lanes."""
    kept: Mapping[SuspendOp, frozenset[SSAValue]] = field(default_factory=dict[SuspendOp, frozenset[SSAValue]])
    """For each suspension the values whose slots, or words, hold them there already: nothing is saved. A word's are kept together."""
    handover: Shape = (0, 0)
    """Task bytes and rows up to which arguments reach, where that is more than the payload."""
    shared: Sequence[Shape] = ()
    """The shapes of a frame whose task bytes and rows overlap (FrameAttr)."""

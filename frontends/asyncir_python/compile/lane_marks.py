"""
Which values differ between the lanes of a task, and what may be done with them.

A task that uses lanes is run by all of them *together*: each computes every value, and the values are the same on each, but for those that
carry a `Mark`:

    sum      a variable to which the turns of lanes loops added: each lane has its part; lane_sum makes one number of the parts
    step     inside a lanes loop: such a variable after some additions of this turn
    choice   a variable that turns of a lanes loop assigned otherwise: the greatest so far, whether one was found
    mixed    what was computed from a sum: no reduction of it means anything
    lane     what was computed from lane_id() or a shuffle: its user knows that there are lanes

Marks follow the operations that are emitted. What a task does once (stores, awaits, calls of tasks, branches that decide over those, its
result) takes no value with a mark: this is an error at the place where it would. So a program gives the same at each width, as long as
it does not depend on the order in which the turns of a lanes loop run; only what uses lane_id, shuffle, ballot or num_lanes knows better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["zero", "sum", "step", "choice", "mixed", "lane"]


@dataclass(frozen=True)
class Mark:
    """How a value differs between lanes; "zero" is no mark but the constant 0, from which a sum may start."""

    kind: Kind
    name: str
    """The variable, or what gave the value: lane_id()."""
    root: object = None
    """Of sums and steps in a lanes loop: the loop and the variable."""
    from_zero: bool = True
    """Of sums: each lane started from 0."""

    @property
    def message(self) -> str:
        if self.kind == "lane":
            return f"{self.name} is different on each lane here: use it in a lanes loop or in a reduction, as in lane_max"
        reduction = "lane_max" if self.kind == "choice" else "lane_sum"
        shown, given = (f"'{self.name}'", self.name) if self.name.isidentifier() else ("this", "…")
        return f"{shown} is different on each lane here: reduce it, as in {reduction}({given})"


ZERO = Mark("zero", "")
SUMS = ("sum", "step")


def join(a: Mark | None, b: Mark | None) -> Mark | None:
    """The mark of a value that has one of two."""
    if a == b:
        return a
    if a is None or b is None:
        other = a or b
        assert other is not None
        if other.kind == "zero":
            return None
        return replace(other, kind="sum", root=None, from_zero=False) if other.kind in SUMS else other
    if "zero" in (a.kind, b.kind):
        other = b if a.kind == "zero" else a
        return replace(other, kind="sum", root=None) if other.kind in SUMS else other
    if a.kind in SUMS and b.kind in SUMS:
        if a.root == b.root and a.root is not None:
            return replace(a, kind="step", from_zero=a.from_zero and b.from_zero)
        return replace(a, kind="sum", root=None, from_zero=a.from_zero and b.from_zero)
    return computed([a, b])


def computed(marks: Sequence[Mark]) -> Mark | None:
    """The mark of what is computed from values with these marks."""
    for kinds in (("sum", "step", "mixed"), ("choice",), ("lane",)):
        for mark in marks:
            if mark.kind in kinds:
                return replace(mark, kind="mixed", root=None) if kinds[0] == "sum" else mark
    return None

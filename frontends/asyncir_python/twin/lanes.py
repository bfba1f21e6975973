"""
What the lanes of a task do together. Under asyncio a task has one lane: that is a width like any other, so a program whose results do not
depend on the width gives the same there.

All lanes of a task must come to these calls together: they stand where all lanes take the same way, so not in a lanes loop.

Outside of `for … in lanes(…)` a task that uses lanes does what any task does: each store and each atomic once. In such a loop the lane that
runs a turn does what the turn does, and all of it is there for all lanes behind the loop. Turns run together, in no order; a turn does
not wait, and ends at its end (no break, no return). An error of a turn is raised behind the loop: that of the first turn that has one,
while other turns may have been run.

A variable that turns assign differs between lanes behind the loop, and is of use only to a reduction:

    acc = f32(0)                          best = f32(-1)
    for i in lanes(len(a)):               for i in lanes(len(a)):
        acc += a[i]                           best = max(best, a[i])
    total = lane_sum(acc)                 most = lane_max(best)

One to which turns only add (`+=`, `-=`), beginning with 0, is a sum: lane_sum makes one number of the lanes' parts, and another start is
added to that. Anything else is a choice, for lane_max, lane_min, lane_any and lane_all. What a turn stores depends on neither. The
compiler refuses the rest, so that a function gives the same at all widths. lane_id, num_lanes, shuffle and ballot are for functions that
are meant for a width: what is made with them may be different there.
"""

from __future__ import annotations

from typing import SupportsIndex, TypeVar, overload

from asyncir_python.scalars import Scalar, u32

Number = TypeVar("Number", bound=float | Scalar)


@overload
def lanes(stop: SupportsIndex, /) -> range: ...
@overload
def lanes(start: SupportsIndex, stop: SupportsIndex, /) -> range: ...
def lanes(start: SupportsIndex, stop: SupportsIndex | None = None, /) -> range:
    """
    The numbers from `start` (0 if left out) up to `stop`, dealt to the task's lanes: lane l of w gets start + l, start + l + w, …. For
    loops only: `for i in lanes(n)`, not inside of another.
    """
    return range(start) if stop is None else range(start, stop)


def lane_sum(value: Number) -> Number:
    """
    The sum over all lanes, on every lane: of a variable to which lanes loops added, from 0. Integers wrap (Python's own have 64 bits when
    compiled); floats are added in any order. Numbers only: raises TypeError for a bool.
    """
    return _number(value, "lane_sum")


def lane_max(value: Number) -> Number:
    """The greatest over all lanes, on every lane; a NaN on any lane is the result. Raises TypeError for a bool."""
    return _number(value, "lane_max")


def lane_min(value: Number) -> Number:
    """The least over all lanes, on every lane; a NaN on any lane is the result. Raises TypeError for a bool."""
    return _number(value, "lane_min")


def lane_any(condition: bool) -> bool:
    """Whether the condition holds on any lane, on every lane. Raises TypeError for what is no bool."""
    return _condition(condition, "lane_any")


def lane_all(condition: bool) -> bool:
    """Whether the condition holds on all lanes, on every lane. Raises TypeError for what is no bool."""
    return _condition(condition, "lane_all")


def shuffle(value: Number, lane: SupportsIndex) -> Number:
    """
    The value of the lane of that number; this lane's own where there is no such lane. Each lane may name another one: the result differs
    between lanes, but for lane 0's value.
    """
    if isinstance(value, bool) or not hasattr(lane, "__index__"):
        raise TypeError("shuffle takes a number and the number of a lane, an integer: shuffle(x, 0)")
    return value


def ballot(condition: bool) -> u32:
    """One bit for each lane on which the condition holds: lane l is bit l. For up to 32 lanes. Raises TypeError for what is no bool."""
    return u32(_condition(condition, "ballot"))


def lane_id() -> int:
    """The number of this lane in its task: 0 <= lane_id() < num_lanes()."""
    return 0


def num_lanes() -> int:
    """How many lanes a task has: 32 on NVIDIA GPUs, 1 on the CPU and under asyncio."""
    return 1


def _number(value: Number, name: str) -> Number:
    if isinstance(value, bool):
        raise TypeError(f"{name} takes a number, not a bool: write {name}(i32(condition)), or see lane_any, lane_all and ballot")
    return value


def _condition(condition: bool, name: str) -> bool:
    if not isinstance(condition, bool):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"{name} takes a bool, not {type(condition).__name__}: write x != 0")
    return condition

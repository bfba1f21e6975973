"""
Dispatch policies: which state the lanes of a warp run next, where they are in different states of machines on stacks.

A policy is a function from a `Request` to a choice (request.py), called once a program: what it emits runs in front of every round. The
worker (lowering/stack_worker.py) runs what was chosen, and sees to it that no state waits for ever, whatever is chosen. Other packages add
policies by the entry-point group `asyncir.dispatch` (value: "module:function"); docs/dispatch-policies.md shows how.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from asyncir.errors import InputError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from asyncir.lowering.dispatch.request import Policy

__all__ = ["DEFAULT", "GROUP", "check_policy", "find_policy"]

GROUP = "asyncir.dispatch"
DEFAULT = "gather"

_FOLDER = "asyncir.lowering.dispatch"
_POLICIES = {
    "gather": f"{_FOLDER}.gather:gather",
    "sweep": f"{_FOLDER}.sweep:sweep",
    "fullest-first": f"{_FOLDER}.fullest_first:fullest_first",
    "stay-while-full": f"{_FOLDER}.stay_while_full:stay_while_full",
}
"""Ours. They are loaded when they are used: who only asks whether there is such a policy waits for no code of the compiler."""


def find_policy(name: str) -> Policy:
    """The policy of that name. Raises InputError if there is none."""
    policy: Policy = _point(name).load()
    return policy


def check_policy(name: str) -> None:
    """Raises InputError if there is no policy of that name."""
    _point(name)


def _point(name: str) -> EntryPoint:
    from importlib.metadata import EntryPoint, entry_points

    if (target := _POLICIES.get(name)) is not None:
        return EntryPoint(name, target, GROUP)
    others = {point.name: point for point in entry_points(group=GROUP)}
    if name in others:
        return others[name]
    known = [*_POLICIES, *others]
    close = get_close_matches(name, known, 1)
    there = f"there are: {', '.join(known)}"
    raise InputError(f"unknown dispatch policy '{name}'", help=f"did you mean '{close[0]}'? {there}" if close else there)

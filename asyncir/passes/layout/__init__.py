"""
Frame layout policies: where in the frame each value stands that is live across a suspension.

A policy is a function from a `Request` to a `Layout`. It decides slots only; saves, reloads and merges are written by layout-frames,
and executors read `sm.frame` alone. Other packages add policies by the entry-point group `asyncir.layouts` (value: "module:function").
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from importlib.metadata import entry_points
from typing import TypeAlias

from asyncir.errors import InputError
from asyncir.passes.layout.bound import bound
from asyncir.passes.layout.llvm import llvm
from asyncir.passes.layout.per_value import per_value
from asyncir.passes.layout.request import Layout, Request
from asyncir.passes.layout.rustc import rustc
from asyncir.passes.layout.union import union

__all__ = ["GROUP", "Layout", "Policy", "Request", "find_policy"]

GROUP = "asyncir.layouts"

Policy: TypeAlias = Callable[[Request], Layout]

_POLICIES: dict[str, Policy] = {"bound": bound, "per-value": per_value, "union": union, "rustc": rustc, "llvm": llvm}


def find_policy(name: str) -> Policy:
    """The policy of that name. Raises InputError if there is none."""
    if (found := _POLICIES.get(name)) is not None:
        return found
    others = {point.name: point for point in entry_points(group=GROUP)}
    if name in others:
        policy: Policy = others[name].load()
        return policy
    known = [*_POLICIES, *others]
    close = get_close_matches(name, known, 1)
    raise InputError(
        f"unknown layout policy '{name}'", help=f"did you mean '{close[0]}'?" if close else f"there are: {', '.join(known)}"
    )

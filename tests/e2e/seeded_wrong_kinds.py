"""As what wrong versions are caught, and a short way to write those with a wrong order (seeded_wrong.py)."""

from __future__ import annotations

from explored_programs import Mutation

RACE = ("data-race",)
LOST = ("outcome", "hang", "termination")
DEEPER: dict[str, object] = {"preemptions": 2}
"""Caught only where threads change twice at unlikely places."""
ANY = (*RACE, *LOST, "uninitialised-read", "use-after-free", "out-of-bounds", "resource")


def wrong_order(function: str, name: str, operation: str, right: str, wrong: str, program: str, **options: object) -> Mutation:
    """An atomic with another order: `operation` is the text in front of the order."""
    return Mutation(name, function, f"{operation} {right} device", f"{operation} {wrong} device", program, RACE, options)

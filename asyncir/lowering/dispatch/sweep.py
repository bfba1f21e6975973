"""
`sweep`: every occupied state runs in each round, in the order of the text.

Nothing is counted, and a lane that calls or returns forwards in the text goes on in the same round. A state with few lanes costs as much
as one with many.
"""

from __future__ import annotations

from asyncir.lowering.dispatch.request import Request


def sweep(request: Request) -> None:
    """All states, always."""

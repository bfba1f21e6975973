"""
`fullest-first`: the state that most lanes are in runs alone.

No round is spent on few lanes while there are more elsewhere: the others gather. A ballot a state and round.
"""

from __future__ import annotations

from xdsl.ir import SSAValue

from asyncir.lowering.dispatch.request import Request


def fullest_first(request: Request) -> SSAValue:
    """The fullest state."""
    return request.fullest()

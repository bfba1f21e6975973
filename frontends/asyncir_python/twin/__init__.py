"""
The twin: what makes an `async def` function that is compiled run under plain asyncio too, with the same meaning. Its functions and classes
are what programs call; the compiler knows them by identity.

    arrays, memory, atomics     Array, zeros, empty, atomic_add, …
    publishing                  publish, to a HostVisible array
    lanes, instances            lanes, lane_sum, shuffle, ballot, …; instance
    channels                    Channel, ChannelClosed
    combinators, selecting      just, then, let_value, when_all, when_any, join; select
    running, nested             run_python; run
"""

from __future__ import annotations

from asyncir_python.twin.arrays import Array, Array2, Array3, ArrayType, HostVisible
from asyncir_python.twin.atomics import atomic_add, atomic_and, atomic_exchange, atomic_max, atomic_min, atomic_or, atomic_xor
from asyncir_python.twin.channels import Channel, ChannelClosed, ChannelType
from asyncir_python.twin.combinators import join, just, let_value, map, ready, then, when_all, when_any  # noqa: A004 (a combinator's name)
from asyncir_python.twin.instances import instance, num_instances
from asyncir_python.twin.lanes import ballot, lane_all, lane_any, lane_id, lane_max, lane_min, lane_sum, lanes, num_lanes, shuffle
from asyncir_python.twin.memory import empty, zeros
from asyncir_python.twin.nested import run
from asyncir_python.twin.publishing import publish
from asyncir_python.twin.running import Run, run_python, run_python_alone, run_roots
from asyncir_python.twin.selecting import select

__all__ = [
    "Array", "Array2", "Array3", "ArrayType", "Channel", "ChannelClosed", "ChannelType", "HostVisible", "Run",
    "atomic_add", "atomic_and", "atomic_exchange", "atomic_max", "atomic_min", "atomic_or", "atomic_xor",
    "ballot", "empty", "instance", "join", "just", "lane_all", "lane_any", "lane_id", "lane_max", "lane_min", "lane_sum", "lanes",
    "let_value", "map", "num_instances", "num_lanes", "publish", "ready", "run", "run_python", "run_python_alone", "run_roots", "select",
    "shuffle", "then", "when_all", "when_any", "zeros",
]  # fmt: skip

"""
`asyncio.Barrier`, written as the programs are that use it: the compiler takes these functions for its methods. They run under asyncio too.

A barrier is a condition and three numbers in an array: its phase, how many tasks are at it, and how many it waits for.

    FILLING ──all are there──► DRAINING ──all have left──► FILLING        abort: BROKEN, until a reset
       └────reset, with tasks at it────► RESETTING ──all have left──► FILLING
"""

from __future__ import annotations

import asyncio

from asyncir_python.marks import task
from asyncir_python.twin.arrays import Array

PHASE, HERE, PARTIES = 0, 1, 2
FILLING, DRAINING, RESETTING, BROKEN = 0, 1, 2, 3


@task
async def wait(condition: asyncio.Condition, state: Array[int]) -> int:
    """Waits for all: the number of tasks that came before. Raises BrokenBarrierError where it is aborted, or reset while this waits."""
    async with condition:
        while state[PHASE] == DRAINING or state[PHASE] == RESETTING:
            await condition.wait()
        if state[PHASE] == BROKEN:
            raise asyncio.BrokenBarrierError("Barrier aborted")
        number = int(state[HERE])
        state[HERE] += 1
        try:
            if number + 1 == state[PARTIES]:
                state[PHASE] = DRAINING
                condition.notify_all()
            while state[PHASE] == FILLING:
                await condition.wait()
            if state[PHASE] == BROKEN or state[PHASE] == RESETTING:
                raise asyncio.BrokenBarrierError("Abort or reset of barrier")
        finally:
            state[HERE] -= 1
            if state[HERE] == 0 and (state[PHASE] == DRAINING or state[PHASE] == RESETTING):
                state[PHASE] = FILLING
                condition.notify_all()
    return number


@task
async def reset(condition: asyncio.Condition, state: Array[int]) -> None:
    """Back to the start: tasks that wait get a BrokenBarrierError."""
    async with condition:
        if state[HERE] == 0:
            state[PHASE] = FILLING
        else:
            state[PHASE] = RESETTING
        condition.notify_all()


@task
async def abort(condition: asyncio.Condition, state: Array[int]) -> None:
    """Whoever waits, now or later, gets a BrokenBarrierError, until a reset."""
    async with condition:
        state[PHASE] = BROKEN
        condition.notify_all()

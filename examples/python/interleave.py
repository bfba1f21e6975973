"""
Two tasks that alternate: each waits for its turn by `asyncio.sleep(0)`, which suspends it and lets the other run, then writes its number
into a log and passes the turn on. The turn is looked at and passed on by atomic updates, which order what was written before: who sees
its turn sees the log. A task that waited without suspending would never let the other one run where there is one worker only.

The kernel asserts that the log is 0 1 0 1 ...; it returns how many entries there are and how often an entry differs from the one before.

    python examples/python/interleave.py 8
    16 15
"""

from __future__ import annotations

import asyncio
import sys

from asyncir_python import Array, atomic_add, atomic_exchange, empty, i32, kernel, task, zeros


@task
async def player(me: i32, rounds: int, turn: Array[i32], log: Array[i32], written: Array[i32]) -> None:
    for _ in range(rounds):
        while atomic_add(turn, 0, 0) != me:
            await asyncio.sleep(0)
        # It is my turn: nobody else touches the log until I pass it on.
        log[written[0]] = me
        written[0] += 1
        atomic_exchange(turn, 0, 1 - me)
        await asyncio.sleep(0)


@kernel
async def interleave(rounds: int) -> tuple[int, int]:
    turn, written, log = zeros(1, i32), zeros(1, i32), empty(2 * rounds, i32)
    await asyncio.gather(player(i32(0), rounds, turn, log, written), player(i32(1), rounds, turn, log, written))
    entries, changes, last = int(written[0]), 0, i32(1)
    assert entries == 2 * rounds, "every task must have written its entries"
    for i, entry in enumerate(log):
        assert entry != last, "the tasks must alternate, task 0 first"
        changes += i > 0
        last = entry
    return entries, changes


if __name__ == "__main__":
    print(*interleave(int(sys.argv[1]) if len(sys.argv) > 1 else 8))

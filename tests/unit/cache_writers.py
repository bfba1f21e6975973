"""A process that uses a store as fast as it can. In a file of its own, so that a spawned process loads nothing else."""

from __future__ import annotations

from pathlib import Path

from asyncir.cache.store import KEY_BYTES, Store

ROUNDS = 60
KEYS = 6


def key(number: int) -> bytes:
    return number.to_bytes(KEY_BYTES, "little")


def contents(number: int) -> bytes:
    return bytes([number]) * (3000 + number)


def write_and_read(directory: str, limit: int, seed: int) -> None:
    """Keeps, reads and drops in a store without room for all: what is found must be what was kept, or nothing."""
    there = Store(Path(directory), limit)
    for step in range(ROUNDS):
        number, other = (seed * 7 + step * 5) % KEYS, (step + seed) % KEYS
        there.put(key(number), contents(number))
        found = there.get(key(other))
        assert found is None or found == contents(other), "a torn entry"
        if step % 9 == seed:
            there.drop(key(number))


def write_and_find(directory: str, limit: int, seed: int) -> None:
    """Keeps the same as others do in a store with room for it: what was kept once is there at any time, whole."""
    there = Store(Path(directory), limit)
    for step in range(ROUNDS):
        number = (seed + step) % KEYS
        assert there.put(key(number), contents(number))
        for kept in range(KEYS) if step >= KEYS else (number,):
            assert there.get(key(kept)) == contents(kept)

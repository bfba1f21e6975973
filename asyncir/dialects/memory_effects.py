"""Memory effects that several dialects share."""

from __future__ import annotations

from xdsl.traits import EffectInstance, MemoryEffect, MemoryEffectKind


class ReadWrite(MemoryEffect):
    """
    Reads and writes memory that others see, or meets others: never removed, even with its result unused, never duplicated and
    never moved over another effect.
    """

    @classmethod
    def get_effects(cls, op: object) -> set[EffectInstance]:  # pyright: ignore[reportIncompatibleMethodOverride]
        return {EffectInstance(MemoryEffectKind.READ), EffectInstance(MemoryEffectKind.WRITE)}


class Suspends(ReadWrite):
    """The task may suspend here: others run, so nothing is known about memory afterwards."""

"""What a run gives back, and the text it prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Options:
    """How to run: the parameters of `asyncir.reference.run`."""

    instances: int
    seed: int
    width: int
    workers: int
    deadline: float | None
    statistics: bool


@dataclass(frozen=True)
class Outcome:
    """`results` has an entry for each result: the value, or a list with one for each instance if there are several."""

    results: list[Any]
    stats: dict[str, Any]
    output: str


class Output:
    """Collects what the program prints, and passes it on."""

    def __init__(self, forward: Callable[[str], None] | None) -> None:
        self._forward = forward
        self._parts: list[str] = []

    def __call__(self, text: str) -> None:
        self._parts.append(text)
        if self._forward is not None:
            self._forward(text)

    @property
    def text(self) -> str:
        """All that was printed."""
        return "".join(self._parts)

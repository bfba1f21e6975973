"""What may be said about a launch, checked when it is said."""

from __future__ import annotations

from dataclasses import dataclass

from asyncir.errors import InputError
from asyncir.runtime.capacity import DEFAULTS, Asked


@dataclass(frozen=True)
class Options:
    """What may be said about a launch; None: the target's default."""

    instances: int = 1
    capacity: Asked = DEFAULTS
    workers: int | None = None
    deadline: float | None = None
    """Seconds from the call of `launch`; time in a queue counts."""
    deterministic: bool = False
    """One worker, of which one lane takes tasks: the order of tasks depends on the program, its arguments and `seed` alone."""
    seed: int = 0
    stream: object = None
    """A Stream, or one of the target's own; None: in no order with others."""

    def __post_init__(self) -> None:
        if self.instances < 1:
            raise InputError(f"instances is {self.instances}: a launch has at least one")
        if self.workers is not None and self.workers < 1:
            raise InputError(f"workers is {self.workers}: a launch needs at least one")
        if self.deadline is not None and not self.deadline >= 0:
            raise InputError(f"deadline is {self.deadline}: it is a number of seconds, 0 or more")
        if not 0 <= self.seed < 1 << 63:
            raise InputError(f"seed is {self.seed}: it must lie between 0 and 2^63 - 1")
        if self.deterministic and self.workers not in (None, 1):
            raise InputError(f"workers is {self.workers}: a deterministic launch has one", help="leave workers out, or deterministic")

"""Errors of compiled functions: what the code of one says, and which classes the runtime's own errors are in Python."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from asyncir.abi import ErrorKind
from asyncir.errors import Location
from asyncir_python.twin.channels import ChannelClosed

CLASS_SHIFT = 16
"""An error's code, of kind FAILED: the number of its class above this bit, that of the place where it is raised below."""

GROUP_SHIFT = 28
"""How many exception groups are around an error, each with nothing else in it, stands above this bit, whatever its kind."""

MAX_CLASSES = 1 << GROUP_SHIFT - CLASS_SHIFT
MAX_SITES = 1 << CLASS_SHIFT


@dataclass(frozen=True)
class Code:
    """What a code says."""

    number: int
    """Of the class."""
    site: int
    groups: int

    @classmethod
    def of(cls, code: int) -> Code:
        """The parts of a code."""
        bits = code & 0xFFFFFFFF
        return cls(bits >> CLASS_SHIFT & MAX_CLASSES - 1, bits & MAX_SITES - 1, bits >> GROUP_SHIFT)


@dataclass(frozen=True)
class ErrorSite:
    """Where an error is raised, and which."""

    error: type[BaseException]
    message: str
    location: Location


KINDS: dict[ErrorKind, type[BaseException]] = {
    ErrorKind.ASSERTION: AssertionError,
    ErrorKind.CANCELLED: asyncio.CancelledError,
    ErrorKind.CLOSED: ChannelClosed,
    ErrorKind.GROUP_OVERFILLED: RuntimeError,
    ErrorKind.INVALID_ARGUMENT: RuntimeError,
    ErrorKind.OUT_OF_MEMORY: MemoryError,
    ErrorKind.OUT_OF_QUEUE: MemoryError,
}
"""What the runtime's own errors are in Python: a lock that is released and not held is a RuntimeError there too."""

"""What a process and its child for isolated runs tell each other: pickled messages in a pipe, each behind its length."""

from __future__ import annotations

import pickle
import struct
import threading
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Literal

from asyncir.abi import Entry
from asyncir.errors import AsyncirError
from asyncir.runtime.launch import Options
from asyncir.runtime.shared_arrays import Placed
from asyncir.runtime.statistics import Stats

if TYPE_CHECKING:
    from asyncir.runtime.results import Result

_LENGTH = struct.Struct("<Q")


@dataclass(frozen=True)
class Code:
    """A kernel as it is loaded: an object file for the CPU, PTX for a GPU."""

    entry: Entry
    target: Literal["cpu", "cuda"]
    data: bytes


@dataclass(frozen=True)
class Request:
    """One run. `code` is None if the child was given the code of that `key` before."""

    key: str
    code: Code | None
    values: tuple[int | float | bool | Placed, ...]
    memory: str | None
    """The name of the shared memory in which the arrays are."""
    options: Options


@dataclass(frozen=True)
class Begun:
    """The kernel runs: its deadline counts from now on."""


@dataclass(frozen=True)
class Printed:
    """What the program printed."""

    text: str


@dataclass(frozen=True)
class Ended:
    """How a run ended. `spoiled`: the child is of no more use, for code still runs in it or its device is lost."""

    results: tuple[Result, ...] = ()
    stats: Stats | None = None
    error: AsyncirError | None = None
    spoiled: bool = False


Message = Request | Begun | Printed | Ended


class Sender:
    """Puts messages into a pipe, from any thread."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()

    def send(self, message: Message) -> None:
        """Raises OSError if nobody reads any more."""
        data = pickle.dumps(message)
        with self._lock:
            self._pipe.write(_LENGTH.pack(len(data)))
            self._pipe.write(data)
            self._pipe.flush()


def receive(pipe: IO[bytes]) -> Message | None:
    """The next message; None at the end of the pipe, also if that is within a message."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (size,) = _LENGTH.unpack(head)
    data = pipe.read(size)
    return pickle.loads(data) if len(data) == size else None

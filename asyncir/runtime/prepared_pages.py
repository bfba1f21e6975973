"""What is the same for all launches of a prepared kernel, and the memory that some of them have together; see prepared_lanes.py."""

from __future__ import annotations

import ctypes
import struct
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from asyncir.abi import Control, Entry
from asyncir.runtime.control import ControlState
from asyncir.runtime.cuda_driver import Event, PinnedMemory
from asyncir.runtime.prepared_driver import Calls, Pointer, pointer

if TYPE_CHECKING:
    from asyncir.runtime.options import Options
    from asyncir.runtime.results import ResultLayout

_PAGE_BYTES = 1 << 20
"""Room for about 240 launches: to end a flight and to open the next takes as long as some launches."""

_RESULTS = -(-Control.BYTES // 256) * 256
"""Offset of a launch's results, behind its control block; results are aligned to 256."""

_FAULT = Control.FAULT_CLAIM // 4
"""Of a control block's words the one that is 0 if the launch has told nothing."""


@dataclass(frozen=True)
class Work:
    """What is the same for all launches of a prepared kernel."""

    entry: Entry
    options: Options
    function: Pointer
    """The kernel's handle."""
    blocks: int
    warps: int
    """Of a block."""
    layout: ResultLayout
    initial: bytes
    """A control block before its launch."""
    cells: int
    """How many the parameters take."""
    calls: Calls

    @property
    def workers(self) -> int:
        return self.blocks * self.warps

    @cached_property
    def bytes(self) -> int:
        """Of pinned memory for each launch."""
        return _RESULTS + self.layout.bytes

    @cached_property
    def behind_cells(self) -> list[int]:
        """What stands behind the arguments, as offsets from a launch's part of the page: its results, and its control block."""
        return [*(_RESULTS + offset for offset in self.layout.offsets), 0]


class Page:
    """Memory for a number of launches."""

    def __init__(self, work: Work) -> None:
        self.step = work.bytes
        self.count = max(_PAGE_BYTES // self.step, 1)
        self._initial = work.initial
        self._memory = PinnedMemory(self.count * self.step)
        self.begin = self._memory.device_address
        """Where the device sees the first launch's part."""
        self.end = self.begin + self.count * self.step
        words = memoryview(self._memory.buffer).cast("B")[: self.count * self.step].cast("i")
        self._claims = words[_FAULT :: self.step // 4]
        """Of each launch's control block the word that is 0 if it has told nothing."""
        for index in range(self.count):
            self.reset(index)
        cells = work.cells + len(work.behind_cells) + 1
        self.cells = (ctypes.c_uint64 * cells)()
        """The arguments."""
        self.cells[cells - 1] = work.options.instances
        at = ctypes.addressof(self.cells)
        self.addresses = struct.pack(f"{cells}Q", *range(at, at + 8 * cells, 8))
        """That of each cell."""
        self._event = Event(timed=False)
        self.event = pointer(self._event.handle)

    def reset(self, index: int) -> None:
        """As a launch finds it. One that ended well has left it so: plain code writes nothing else there than its fault."""
        ctypes.memmove(self._memory.host_address + index * self.step, self._initial, Control.BYTES)

    def faults(self, count: int) -> dict[int, ControlState]:
        """What those of the first launches have told that did, by their index."""
        claims = self._claims[:count].tolist()
        return {index: self._state(index) for index, claim in enumerate(claims) if claim} if any(claims) else {}

    def _state(self, index: int) -> ControlState:
        return ControlState(ctypes.string_at(self._memory.host_address + index * self.step, Control.BYTES))

    def results(self, index: int) -> bytes:
        """Of a launch, as they lie there."""
        return ctypes.string_at(self._memory.host_address + index * self.step + _RESULTS, self.step - _RESULTS)

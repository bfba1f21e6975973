"""
Where in a task's frame things lie: header, then results or payload, which are never needed at the same time (ARCHITECTURE.md).

All but the rows is known at compile time; the rows' part depends on the warp's width, which `rt` leaves to the target.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.ir import Attribute

from asyncir import abi
from asyncir.dialects import sm
from asyncir.dialects.locations import location_of
from asyncir.dialects.sizes import byte_size
from asyncir.errors import InputError

REPORTED_WIDTH = 32
"""The width for which tables give the size of a frame with rows."""


def align(value: int, alignment: int) -> int:
    """The next multiple."""
    return (value + alignment - 1) // alignment * alignment


@dataclass(frozen=True)
class FrameShape:
    """
    Offsets, in bytes from the frame's start, of a laid-out machine's frame.

    Results and the payload overlay each other behind the header; rows are counted from the frame's end, which is where the largest of
    `shapes` ends at the warp's width: (bytes from the frame's start, rows behind them), no shape covered by another.
    """

    results: tuple[int, ...]
    shapes: tuple[sm.Shape, ...]

    @property
    def has_rows(self) -> bool:
        return any(rows for _, rows in self.shapes)

    def bytes(self, width: int) -> int:
        """The frame's size on a warp of `width` lanes."""
        return max(task + 4 * width * rows for task, rows in self.shapes)

    @property
    def reported_bytes(self) -> int:
        """The frame's size on a warp of REPORTED_WIDTH lanes."""
        return self.bytes(REPORTED_WIDTH)

    @property
    def result_handles(self) -> tuple[int, ...]:
        """What to add to the frame's handle to name each result."""
        return tuple((offset - abi.HEADER_BYTES) // abi.RESULT_UNIT for offset in self.results)


PAYLOAD = align(abi.HEADER_BYTES, 16)
"""Where the payload begins."""


def result_offsets(types: Sequence[Attribute]) -> tuple[tuple[int, ...], int]:
    """Offsets of results of these types behind a header, and where they end."""
    offsets: list[int] = []
    end = abi.HEADER_BYTES
    for type_ in types:
        size = byte_size(type_)
        if size is None:
            raise InputError(f"a task cannot return a value of type {type_}")
        offsets.append(end)
        end += align(size, abi.RESULT_UNIT)
    return tuple(offsets), end


def frame_shape(machine: sm.MachineOp) -> FrameShape:
    """The shape of a laid-out machine's frame. Raises InputError where results do not fit."""
    assert machine.frame is not None
    offsets, end = result_offsets(machine.function_type.outputs.data)
    if offsets and offsets[-1] - abi.HEADER_BYTES >= abi.MAX_RESULT_BYTES:
        raise InputError(
            f"the results of @{machine.sym_name.data} take {end - abi.HEADER_BYTES} bytes; "
            f"each must begin within the first {abi.MAX_RESULT_BYTES}",
            location_of(machine),
            help="return a memref, or fewer values",
        )
    return FrameShape(offsets, _shapes(machine.frame, end))


def _shapes(frame: sm.FrameAttr, results_end: int) -> tuple[sm.Shape, ...]:
    """What must fit into the frame, less the shapes that others cover."""
    found: list[sm.Shape] = []
    for task, rows in sorted(set(frame.room((results_end - PAYLOAD, 0))), reverse=True):
        if not found or rows > found[-1][1]:
            found.append((align(PAYLOAD + task, 16), rows))
    return tuple(found)

"""The table of source places that running code names by number: suspensions, failures, starts, allocations, loops."""

from __future__ import annotations

from xdsl.dialects.builtin import FileLineColLoc
from xdsl.ir import Operation

from asyncir.dialects import rt


class SiteTable:
    """Numbers places from 1 on, each place once."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str, int, int, str], int] = {}

    def number(self, op: Operation, what: str, text: str = "") -> int:
        """The number of an op's place; `what` names the kind of place, `text` a message."""
        location = op.location
        file, line, column = "-", 0, 0
        if isinstance(location, FileLineColLoc):
            file, line, column = location.filename.data, location.line.data, location.column.data
        key = (what, file, line, column, text)
        return self._numbers.setdefault(key, len(self._numbers) + 1)

    def ops(self) -> list[Operation]:
        """An `rt.site` for each place."""
        return [rt.SiteOp(number, *key) for key, number in self._numbers.items()]

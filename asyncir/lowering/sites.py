"""The table of source places that running code names by number: suspensions, failures, starts, allocations, loops."""

from __future__ import annotations

from xdsl.dialects.builtin import FileLineColLoc
from xdsl.ir import Operation

from asyncir.dialects import rt, sm


class SiteTable:
    """Numbers places from 1 on, each place once for each task whose code holds it."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str, int, int, str, str], int] = {}

    def number(self, op: Operation, what: str, text: str = "", task: str = "") -> int:
        """The number of an op's place; `what` names the kind of place, `text` a message, `task` the one whose code it is."""
        location = op.location
        file, line, column = "-", 0, 0
        if isinstance(location, FileLineColLoc):
            file, line, column = location.filename.data, location.line.data, location.column.data
        key = (what, file, line, column, text, task or _task_of(op))
        return self._numbers.setdefault(key, len(self._numbers) + 1)

    def ops(self) -> list[Operation]:
        """An `rt.site` for each place."""
        return [rt.SiteOp(number, *key) for key, number in self._numbers.items()]


def _task_of(op: Operation | None) -> str:
    """The task whose code an op is in; "" for none."""
    while op is not None and not isinstance(op, sm.MachineOp):
        op = op.parent_op()
    return "" if op is None else op.sym_name.data

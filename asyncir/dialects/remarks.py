"""
Remarks: what a pass did or could not do, and where. `asyncir-opt --remarks=FILE` collects them.

A pass calls `remark` wherever a user may ask "why?"; while nobody collects, that costs a look-up and nothing is kept.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from xdsl.ir import Operation

from asyncir.dialects.locations import location_of
from asyncir.errors import Location


@dataclass(frozen=True)
class Remark:
    """One remark of one pass. `kind` is a short word of the pass's own, for tools to filter by: "elided", "kept"."""

    pass_name: str
    kind: str
    message: str
    location: Location | None

    def json_line(self) -> str:
        """The remark as one line of JSON; an unknown place has null for file, line and column."""
        where = self.location
        place = (where.file, where.line, where.column) if where is not None else (None, None, None)
        fields = {"pass": self.pass_name, "kind": self.kind, "message": self.message}
        return json.dumps(fields | dict(zip(("file", "line", "column"), place, strict=True)))


_collected: ContextVar[list[Remark] | None] = ContextVar("asyncir_remarks", default=None)


def remark(op: Operation, pass_name: str, kind: str, message: str) -> None:
    """Say `message` about `op`, if anybody collects remarks."""
    remarks = _collected.get()
    if remarks is not None:
        remarks.append(Remark(pass_name, kind, message, location_of(op)))


@contextmanager
def collecting() -> Generator[list[Remark]]:
    """Collects into the list it gives, which grows while the context is open. The innermost collector gets a remark."""
    remarks: list[Remark] = []
    token = _collected.set(remarks)
    try:
        yield remarks
    finally:
        _collected.reset(token)

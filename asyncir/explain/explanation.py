"""An explanation as a whole: as JSON, and for people."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from asyncir.explain.records import Kernel, Machine
from asyncir.explain.text import report


@dataclass(frozen=True)
class Explanation:
    """How a program will be run. `str` of it is a report for people."""

    kernels: tuple[Kernel, ...]
    machines: tuple[Machine, ...]
    notes: tuple[str, ...] = ()
    """Why something is not known, e.g. that there is no ptxas."""

    def to_json(self) -> str:
        """The documented form: `{"kernels": […], "machines": […], "notes": […]}`; what is not known is null."""
        return json.dumps(asdict(self), indent=2)

    def __str__(self) -> str:
        return report(self.kernels, self.machines, self.notes)

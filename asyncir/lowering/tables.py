"""The tables of an `rt` module: what its machines and sites are called in reports."""

from __future__ import annotations

import json
from dataclasses import asdict

from xdsl.dialects.builtin import ModuleOp

from asyncir import abi
from asyncir.dialects import rt
from asyncir.dialects.sm_largest import LargestAttr


def machines_of(module: ModuleOp) -> tuple[abi.Machine, ...]:
    """The machine table."""
    return tuple(_machine(op) for op in module.body.ops if isinstance(op, rt.MachineOp))


def _machine(op: rt.MachineOp) -> abi.Machine:
    return abi.Machine(
        number=op.number.value.data,
        name=op.machine.data,
        scope=op.scope.data,
        frame_bytes=op.frame_bytes.value.data,
        states={state: site.value.data for state, site in enumerate(op.states, 1)},
        site=op.site.value.data,
        largest=None if op.largest is None else _largest(op.largest),
    )


def _largest(said: LargestAttr) -> abi.Largest:
    values = tuple(abi.Kept(value.value.data, value.location.data, value.size.value.data) for value in said.values)
    return abi.Largest(said.what.data, said.location.data, said.size.value.data, said.count.value.data, values)


def sites_of(module: ModuleOp) -> tuple[abi.Site, ...]:
    """The site table."""
    return tuple(_site(op) for op in module.body.ops if isinstance(op, rt.SiteOp))


def _site(op: rt.SiteOp) -> abi.Site:
    return abi.Site(
        number=op.number.value.data,
        what=op.what.data,
        file=op.file.data,
        line=op.line.value.data,
        column=op.column.value.data,
        text=op.text.data,
        task=op.task.data if op.task is not None else "",
    )


def tables_text(module: ModuleOp) -> str | None:
    """Both tables as JSON; None if they are empty."""
    machines, sites = machines_of(module), sites_of(module)
    if not machines and not sites:
        return None
    tables = {"machines": [asdict(machine) for machine in machines], "sites": [asdict(site) for site in sites]}
    return json.dumps(tables, separators=(",", ":"), ensure_ascii=True)

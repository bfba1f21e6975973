"""Passes that need a level say which pass brings it."""

from __future__ import annotations

from xdsl.dialects import func
from xdsl.dialects.builtin import ModuleOp

from asyncir.dialects import async_
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError


def require_cfg(module: ModuleOp) -> None:
    """Raises InputError if a function still has structured control flow or an `async.execute`."""
    for function in module.ops:
        if not isinstance(function, func.FuncOp | async_.FuncOp):
            continue
        for block in function.body.blocks:
            for op in block.ops:
                if op.name.startswith("scf."):
                    raise InputError(f"'{op.name}' is left: run scf-to-cf first", location_of(op))
                if isinstance(op, async_.ExecuteOp):
                    raise InputError("'async.execute' is left: run outline-execute first", location_of(op))

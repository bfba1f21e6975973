"""All operations that have a form in machine code, by name."""

from __future__ import annotations

from collections.abc import Mapping

from asyncir.lowering.convert import (
    arith,
    atomics,
    block,
    casts,
    cf,
    float_kinds,
    lanes,
    math,
    memref_access,
    memref_copy,
    memref_views,
    prints,
    rt_memory,
    rt_stacks,
)
from asyncir.lowering.convert.lowering import Handler

_PARTS = (
    arith, casts, math, float_kinds, memref_access, memref_views, memref_copy, cf, rt_memory, rt_stacks, block, atomics, lanes, prints,
)  # fmt: skip

HANDLERS: Mapping[str, Handler] = {name: handler for part in _PARTS for name, handler in part.HANDLERS.items()}

"""
check-layout{before="split.mlir"}: the laid-out machines of the module do what the split machines of that file do.
layout-frames-checked{policy= remat=}: layout-frames, and the check of what it did.

The check itself, and what it trusts, is analysis/check_layout. Neither pass changes more than layout-frames does; what is wrong is an
internal error, as no input makes a right layout wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass

from asyncir.analysis.check_layout import check_layouts
from asyncir.dialects.parsing import parse_module
from asyncir.errors import InputError
from asyncir.passes.layout_frames import LayoutFramesPass


@dataclass(frozen=True)
class CheckLayoutPass(ModulePass):
    """Compare with the split module in a file."""

    name = "check-layout"
    before: str

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        try:
            text = Path(self.before).read_bytes()
        except OSError as error:
            raise InputError(f"check-layout cannot read '{self.before}': {error.strerror or error}") from error
        check_layouts(parse_module(text, self.before, ctx), op)


@dataclass(frozen=True)
class LayoutFramesCheckedPass(ModulePass):
    """Lay out, and check it."""

    name = "layout-frames-checked"
    policy: str | None = None
    remat: str | None = None

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        before = op.clone()
        options = {key: value for key, value in (("policy", self.policy), ("remat", self.remat)) if value is not None}
        LayoutFramesPass(**options).apply(ctx, op)
        check_layouts(before, op)

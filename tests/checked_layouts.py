"""In tests, layout-frames is the pass that proves what it did: each program that any of them compiles is checked."""

from __future__ import annotations

from dataclasses import dataclass

from asyncir.passes.check_layout import LayoutFramesCheckedPass
from asyncir.passes.layout_frames import LayoutFramesPass
from asyncir.passes.registry import register


@dataclass(frozen=True)
class CheckedLayout(LayoutFramesCheckedPass):
    """layout-frames-checked by the other's name."""

    name = LayoutFramesPass.name


def check_all_layouts() -> None:
    """From now on."""
    register(CheckedLayout.name, f"{__name__}:{CheckedLayout.__name__}")

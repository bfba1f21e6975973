"""
What may be said about a compilation, and what it gives: data alone, so that a kernel that was compiled before runs without the
compiler being loaded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from asyncir import abi
from asyncir.chips import chip
from asyncir.errors import InputError
from asyncir.lowering.dispatch import check_policy

DEFAULT_ARCH = "sm_90"
"""For code that is only looked at; a launch takes the device's own."""

Target = Literal["cpu", "cuda"]


@dataclass(frozen=True)
class Options:
    """What may be said about a compilation."""

    executor: str = "auto"
    """"auto", "inline", "dynamic" or "static"."""
    elide: bool = True
    """Whether a call that is only awaited may become straight code."""
    statistics: bool = False
    """Whether the code counts what it does."""
    policy: str | None = None
    """The policy of frame layouts; None: the default."""
    remat: str | None = None
    """What of frames may be computed early or again: "off", "free" or "cost"; None: the default."""
    arch: str | None = None
    """The GPU's architecture; None: DEFAULT_ARCH."""
    pipeline: str | None = None
    """Passes that run before the pipeline, which then goes on from the level they leave."""
    debug: bool = False
    """Whether the code names source lines to debuggers and profilers."""
    verify_each: bool = False
    """Whether the module is verified after each pass, and layouts are checked (analysis/check_layout)."""
    dispatch: str | None = None
    """The policy that chooses what lanes with stacks run next; None: the default."""

    def __post_init__(self) -> None:
        if self.executor not in ("auto", "inline", "dynamic", "static"):
            raise InputError(f"unknown executor '{self.executor}'", help="there are auto, inline, dynamic and static")
        if self.arch is not None:
            chip(self.arch)
        if self.dispatch is not None:
            check_policy(self.dispatch)


def with_arch(options: Options, arch: str) -> Options:
    """The options for a device, unless they name an architecture themselves."""
    return options if options.arch is not None else replace(options, arch=arch)


@dataclass(frozen=True)
class Compiled:
    """A kernel for one target: how the host calls it, and its code as text."""

    entry: abi.Entry
    target: Target
    arch: str | None
    llvm: str
    ptx: str | None
    """For the GPU."""
    image: bytes | None
    """For the CPU: a position-independent object file."""

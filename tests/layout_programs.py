"""
The programs of tests/layout_corpus: each a kernel with its tasks, and a header of comment lines.

    MACHINE: task     the machine whose frame the file is about
    ARGS: 5 3,4       the arguments of a run: scalars, and arrays of i32
    RESULT: 12        what it gives
    LB0: 16           the least bytes of the payload without rematerialisation, in warp scope of a warp of 32 lanes
    LB1: 12           the same with values computed early or again
    ELIDE: yes        calls that are only awaited become straight code; without this line they stay tasks
    RESLOT: yes       no layout in which each value keeps its place all the time reaches the bound
    WITHOUT: target   what does not run the program, and why

What follows is the derivation of both numbers by hand: what is live at which suspension, and how many bits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import SSAValue

import asyncir
from asyncir.analysis.scopes import Scopes
from asyncir.compiler import Lowering, Options
from asyncir.dialects import sm
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.passes.check_layout import LayoutFramesCheckedPass

FOLDER = Path(__file__).resolve().parent / "layout_corpus"
PASSES = (
    "select-entry",
    "sink-unranked-casts",
    "outline-execute",
    "convert-awaiting-funcs",
    "scf-to-cf",
    "elide-awaited-calls",
    "infer-scope",
    "split-suspensions",
)
"""What makes machines of programs. What else the pipeline has before layout, to make better ones, is not what these are about."""
_LINE = re.compile(r"^// ([A-Z0-9]+):(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class LayoutProgram:
    """A program of the corpus and what its header says."""

    path: Path
    machine: str
    arguments: str
    results: tuple[float, ...]
    lb0: int
    lb1: int
    elide: bool
    reslot: bool
    without: str | None

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def widths(self) -> tuple[int, ...]:
        """The warps that tell something: in lane scope a warp's width changes nothing."""
        return (1, 32) if self.name.startswith("warp_") else (1,)

    def given(self) -> list[Any]:
        """The arguments of a run, arrays made anew."""
        return [_argument(word) for word in self.arguments.split()]

    def compile(self) -> asyncir.Program:
        return asyncir.compile(self.path)

    def split(self) -> ModuleOp:
        """The program as split-suspensions leaves it: each await is a suspension of its own. It is everyone's: nobody changes it."""
        return _split(self)

    def laid_out(self, policy: str, remat: str | None = None) -> ModuleOp:
        """The program after layout, which is checked. It is everyone's: nobody changes it."""
        return _laid_out(self, policy, remat)

    def find(self, module: ModuleOp) -> sm.MachineOp:
        """The machine that the file is about."""
        found = [op for op in module.ops if isinstance(op, sm.MachineOp) and op.sym_name.data == self.machine]
        assert len(found) == 1, f"@{self.machine} is no machine of {self.path.name}"
        return found[0]

    def split_machine(self) -> tuple[sm.MachineOp, Callable[[SSAValue], bool]]:
        """The machine before layout, and which of its values lanes have their own of."""
        module = self.split()
        known = Scopes(module).uniformity.get(self.machine)
        divergent = set[SSAValue]() if known is None else known.divergent
        return self.find(module), lambda value: value in divergent


@cache
def _split(program: LayoutProgram) -> ModuleOp:
    wanted = [name for name in PASSES if program.elide or name != "elide-awaited-calls"]
    module = parse_module(program.path.read_text(), program.path.name, make_context())
    return Lowering(module, None, "cpu", Options(pipeline=",".join(wanted))).module


@lru_cache(maxsize=16)
def _laid_out(program: LayoutProgram, policy: str, remat: str | None) -> ModuleOp:
    module = program.split().clone()
    LayoutFramesCheckedPass(policy, remat).apply(make_context(), module)
    return module


def _argument(word: str) -> Any:
    if "," in word:
        return np.array([int(part) for part in word.split(",")], dtype=np.int32)
    return float(word) if "." in word else int(word)


def _read(path: Path) -> LayoutProgram:
    header: dict[str, str] = {}
    for key, value in _LINE.findall(path.read_text()):
        assert key not in header, f"{path.name} says {key} twice"
        header[key] = value.strip()
    return LayoutProgram(
        path,
        header["MACHINE"],
        header["ARGS"],
        tuple(float(word) for word in header["RESULT"].split()),
        int(header["LB0"]),
        int(header["LB1"]),
        header.get("ELIDE") == "yes",
        header.get("RESLOT") == "yes",
        header.get("WITHOUT"),
    )


@cache
def layout_programs() -> tuple[LayoutProgram, ...]:
    """All programs of the corpus, by name."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.mlir")))

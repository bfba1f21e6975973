"""The examples with tile channels: what they are given, what NumPy says, and versions of them in which one role fails."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from targets import EXAMPLES, shared

from asyncir.program import Program

Arrays = NDArray[Any]
F = np.float32


@dataclass(frozen=True)
class Case:
    """Arguments of a kernel, the array that it writes, and what is to be in that."""

    args: tuple[Any, ...]
    out: Arrays
    expected: Arrays


@dataclass(frozen=True)
class Example:
    """A program: the elements of a tile, the depth of its first channel, its roles in the order of the text, and its cases by length."""

    tile: int
    depth: int
    roles: tuple[str, ...]
    case: Callable[[int], Case]

    heavy: bool = False
    """Whether each run, and compiling it, takes long."""

    def lengths(self) -> list[int]:
        """The edges: none, one, about a tile, about as many tiles as there are slots, and many with a short one at the end."""
        tiles = [self.depth - 1, self.depth, self.depth + 1]
        return [0, 1, self.tile - 1, self.tile, self.tile + 1, *(count * self.tile for count in tiles), 2 * self.depth * self.tile + 5]


def _random(count: int) -> Arrays:
    return np.random.default_rng(count).random(count, dtype=F)


def _triad(n: int) -> Case:
    a, b, c = np.zeros(n, F), _random(n), _random(n)[::-1].copy()
    return Case((a, b, c, 3.0), a, b + F(3) * c)


def _roles(n: int) -> Case:
    x, out = _random(n), np.zeros(n, F)
    return Case((x, out, 3.0), out, F(3) - (x * x + F(1)) * F(0.5))


def _gather(n: int) -> Case:
    table, out = _random(100), np.zeros(n, F)
    index = np.random.default_rng(n).integers(0, 100, n).astype(np.int32)
    return Case((index, table, out, 2.0, 1.0), out, F(2) * table[index] + F(1))


def _stencil(n: int) -> Case:
    x, out = _random(n), np.zeros(n, F)
    line = np.concatenate([np.zeros(1, F), x, np.zeros(1, F)])
    return Case((x, out, 0.25), out, F(0.25) * line[:-2] + F(0.5) * line[1:-1] + F(0.25) * line[2:])


def _covariance(n: int) -> Case:
    """Small whole numbers: their sums are exact, in any order."""
    x, sums = np.random.default_rng(n).integers(0, 4, (24, n)).astype(F), np.zeros((24, 24), F)
    return Case((x, sums), sums, np.triu(x @ x.T))


PROGRAMS: dict[str, Example] = {
    "triad": Example(1024, 4, ("load", "compute"), _triad),
    "roles": Example(512, 4, ("load", "a", "b_first", "b_second"), _roles),
    "gather": Example(512, 4, ("load", "gather_tiles", "compute"), _gather),
    "stencil": Example(512, 4, ("load", "compute"), _stencil),
    "covariance": Example(128, 4, ("load", *(f"role{r}" for r in range(6))), _covariance, heavy=True),
}

_FAIL = "%fail: memref<2xindex>"
_CHECK = """    %fail_0 = arith.constant 0 : index
    %fail_1 = arith.constant 1 : index
    %fail_me = arith.constant {} : index
    %fail_role = memref.load %fail[%fail_0] : memref<2xindex>
    %fail_tile = memref.load %fail[%fail_1] : memref<2xindex>
    %fail_other_role = arith.cmpi ne, %fail_role, %fail_me : index
    %fail_other_tile = arith.cmpi ne, %fail_tile, %t : index
    %fail_not = arith.ori %fail_other_role, %fail_other_tile : i1
    cf.assert %fail_not, "role {} fails"
"""


@cache
def failing(name: str) -> Program:
    """The program with one argument more, which comes first: the number of the role that fails, and at which tile it does."""
    text = (EXAMPLES / f"{name}.mlir").read_text(encoding="utf-8")
    text = text.replace(f"func.func @{name}(", f"func.func @{name}({_FAIL}, ")
    for number, role in enumerate(PROGRAMS[name].roles):
        text, calls = re.subn(rf"(async\.call @{role}\()(.*?\)\s*:\s*\()", r"\1%fail, \2memref<2xindex>, ", text, flags=re.DOTALL)
        text, definitions = re.subn(rf"(async\.func private @{role}\()", rf"\1{_FAIL}, ", text)
        head, role_text = text.split(f"async.func private @{role}(")
        first = re.search(r"^.*task\.(acquire|receive)_slot.*\n", role_text, re.MULTILINE)
        assert calls == definitions == 1 and first is not None
        role_text = role_text[: first.start()] + _CHECK.format(number, number) + role_text[first.start() :]
        text = f"{head}async.func private @{role}({role_text}"
    return shared(text, f"failing_{name}.mlir")

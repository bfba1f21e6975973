"""
The programs in examples/python: each prints what its header says, and its kernel ends on the reference and on the CPU as under asyncio, and
as the program of the same name in examples/ does where the two can be compared.
"""

from __future__ import annotations

import ast
import functools
import itertools
import re
import runpy
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from harness import DEADLINE, Case, compare, compiled, under_asyncio

import asyncir
from asyncir_python import keys
from asyncir_python.compiled import annotated_types

EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = sorted((EXAMPLES / "python").glob("*.py"))
WAYS = (
    {"target": "reference", "width": 1, "seed": 0, "deadline": DEADLINE},
    {"target": "reference", "width": 4, "seed": 3, "deadline": DEADLINE},
    {"target": "cpu", "deadline": DEADLINE},
)


@dataclass(frozen=True)
class Example:
    """A call of a kernel, and of the program in examples/ that does the same."""

    program: str
    kernel: str
    args: tuple[Any, ...]
    mlir: tuple[Any, ...] | None = None
    """The arguments of the other program; None: it cannot be compared."""
    told: Callable[[Any, tuple[Any, ...]], tuple[Any, ...]] | None = None
    """From the kernel's result and arguments to the results and arrays of the other program; None: the result is all, and the same."""
    close: float = 0.0
    """The relative difference that floats may have."""
    instances: int = 1

    def __str__(self) -> str:
        times = f" by {self.instances} instances" if self.instances > 1 else ""
        return f"{self.program}: {Case(_kernel(self.program, self.kernel), *self.args)}{times}"


def _counters() -> np.ndarray[Any, Any]:
    return np.zeros(256, np.int64)


def _keys(n: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(n).integers(-50, 50, n).astype(np.int32)


def _sorted(result: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
    return (args[0],)


def _arrays(result: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
    assert result is None
    return tuple(arg for arg in args if isinstance(arg, np.ndarray))


def _tiled(name: str, *args: Any, instances: int = 1, close: float = 0.0) -> Example:
    """A program of tile channels: its results lie in its arrays."""
    return Example(name, name, args, args, _arrays, close, instances)


def _floats(*shape: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(shape[-1]).random(shape, np.float32)


def _zeros(*shape: int) -> np.ndarray[Any, Any]:
    return np.zeros(shape, np.float32)


def _indices(n: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(n).integers(0, 70, n).astype(np.int32)


MATRIX = np.arange(42, dtype=np.int32).reshape(3, 14)
REAL = np.linspace(-3, 5, 37, dtype=np.float32) ** 3

EXAMPLES_RUN = [
    Example("demo_async", "demo", (5, True), (5, True)),
    Example("demo_async", "demo", (2**30, False), (2**30, False)),
    Example("fib", "fib", (9,), (9,)),
    Example("fib", "fib", (0,), (0,)),
    Example("nqueens", "nqueens", (5, 2), (5, 2, _counters())),
    Example("nqueens", "nqueens", (4, 9), (4, 9, _counters())),
    Example("uts", "geometric", (19, 1.5, 2), (19, 1.5, 2, _counters())),
    Example("uts", "binomial", (7, 4, 0.1, 8), (7, 4, 0.1, 8, _counters())),
    Example("cilksort", "cilksort", (_keys(41), 4, 8), (np.append(_keys(41), np.zeros(41, np.int32)), 4, 8), _sorted),
    Example("cilksort", "cilksort", (_keys(0), 1, 1), (np.append(_keys(0), np.zeros(0, np.int32)), 1, 1), _sorted),
    Example("flat", "flat", (np.zeros(20, np.int32),), (np.zeros(20, np.int32),), lambda result, args: (int(result), *args)),
    Example("group", "group", (30,), (30,)),
    Example("group", "group", (0,), (0,)),
    Example("channel", "channel", (20, 3), (20, 3)),
    Example("channel", "channel", (0, 1), (0, 1)),
    Example("ring", "ring", (5, 3), (5, 3)),
    Example("ring", "ring", (1, 4), (1, 4)),
    Example("producers_consumers", "producers_consumers", (3, 2, 7, 2), (3, 2, 7, 2)),
    Example("philosophers", "philosophers", (4, 3), (4, 3)),
    Example("timers", "timers", (np.zeros(5, np.int32), 0.1), (np.zeros(5, np.int32), 100_000_000), lambda result, args: (result, args[0])),
    Example("mixed", "mixed", (MATRIX, np.zeros(3, np.int32)), (MATRIX, np.zeros(3, np.int32)), lambda result, args: (int(result), *args)),
    Example("normalize", "normalize", (REAL, np.zeros_like(REAL), 3), (REAL, np.zeros_like(REAL), 3), lambda result, args: args[:2],
            close=1e-5),
    Example("error", "error", (8, 20), (8, 20), lambda result, args: (result[0], int(result[1]), 0, result[2])),
    Example("error", "error", (7, 20), (7, 20), lambda result, args: (result[0], int(result[1]), 7, result[2])),
    Example("error", "error", (7, 21)),
    Example("interleave", "interleave", (4,), (4,)),
    _tiled("triad", _zeros(1100), _floats(1100), _floats(1100)[::-1].copy(), 3.1),
    _tiled("triad", _zeros(0), _zeros(0), _zeros(0), 3.1, instances=2),
    _tiled("gather", _indices(2100), _floats(70), _zeros(2100), 2.1, -1.0),
    Example("gather", "gather", (np.array([0, 70], np.int32), _floats(70), _zeros(2), 2.0, 1.0)),
    _tiled("stencil", _floats(1024), _zeros(1024), 0.3, instances=3),
    _tiled("stencil", _floats(513), _zeros(513), 0.3),
    _tiled("roles", _floats(1700), _zeros(1700), 3.0),
    _tiled("roles", _floats(1), _zeros(1), 3.0, instances=2),
    _tiled("covariance", _floats(24, 130), _zeros(24, 24), close=1e-5),
    _tiled("covariance", _floats(24, 1), _zeros(24, 24), instances=2),
]  # fmt: skip


@functools.cache
def _program(name: str) -> dict[str, Any]:
    """What the program defines, without its run."""
    return runpy.run_path(str(EXAMPLES / "python" / f"{name}.py"), run_name=name)


def _printed(name: str, arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """What the program prints, or how it ends, with these arguments. Its kernels are those of `_program`, which may be compiled already."""
    monkeypatch.setattr(sys, "argv", [f"{name}.py", *arguments])
    block = ast.parse((EXAMPLES / "python" / f"{name}.py").read_text(encoding="utf-8")).body[-1]
    assert isinstance(block, ast.If) and ast.unparse(block.test) == "__name__ == '__main__'"
    try:
        exec(compile(ast.Module(block.body, []), name, "exec"), dict(_program(name)))
    except ValueError as error:
        return f"{type(error).__name__}: {error}"
    return capsys.readouterr().out.strip()


def _kernel(program: str, kernel: str) -> Any:
    return _program(program)[kernel]


def _case(example: Example) -> Case:
    kernel = _kernel(example.program, example.kernel)
    return Case(kernel if example.instances == 1 else kernel[example.instances], *example.args, close=example.close)


@pytest.mark.parametrize("example", EXAMPLES_RUN, ids=str)
def test_as_under_asyncio(example: Example) -> None:
    case = _case(example)
    wanted = under_asyncio(case)
    for way in WAYS:
        compare(str(way), case, compiled(case, way), wanted)
    if example.mlir is not None:
        assert wanted.error is None
        _compare_with_mlir(example, wanted.result, wanted.arrays)


def _compare_with_mlir(example: Example, result: Any, arrays: tuple[Any, ...]) -> None:
    """Runs the program in examples/ on the reference."""
    assert example.mlir is not None
    args = [arg.copy() if isinstance(arg, np.ndarray) else arg for arg in example.mlir]
    program = asyncir.compile(EXAMPLES / f"{example.program}.mlir")
    outcome = program.run(example.kernel if example.program == "uts" else None, *args, target="reference", deadline=DEADLINE)
    found = [*outcome.results, *(arg for arg in args if isinstance(arg, np.ndarray))]
    own = iter(arrays)
    given = tuple(next(own) if isinstance(arg, np.ndarray) else arg for arg in example.args)
    told = example.told(result, given) if example.told is not None else result if isinstance(result, tuple) else (result,)
    for one, other in zip(told, found, strict=False):
        part = other[: len(one)] if isinstance(other, np.ndarray) else other
        np.testing.assert_allclose(np.asarray(part, np.float64), np.asarray(one, np.float64), rtol=example.close)


@pytest.mark.gpu
@pytest.mark.parametrize("example", EXAMPLES_RUN, ids=str)
def test_on_the_gpu(example: Example) -> None:
    case = _case(example)
    compare("cuda", case, compiled(case, {"target": "cuda", "deadline": DEADLINE}), under_asyncio(case))


def _commands(path: Path) -> list[tuple[list[str], str]]:
    """The commands in a program's header, and the line of output below each."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").split('"""')[1].splitlines()]
    found = [(re.split("  +", line)[0].split()[2:], below) for line, below in itertools.pairwise(lines) if line.startswith("python ")]
    assert found
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_headers_are_true(path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Run as its header says, a program prints what the header says."""
    for arguments, expected in _commands(path):
        assert _printed(path.stem, arguments, monkeypatch, capsys) == expected


def test_all_can_be_kept() -> None:
    """In the cache of compiled kernels: they use nothing from outside that a key cannot stand for."""
    kernels = {_kernel(example.program, example.kernel) for example in EXAMPLES_RUN}
    keyed = [keys.kernel_key(kernel.original, annotated_types(kernel), checks=False) for kernel in kernels]
    assert None not in keyed and len(set(keyed)) == len(kernels)


def test_every_example_is_there_in_python() -> None:
    """And is run, by EXAMPLES_RUN or, what never ends, by test_host_visible.py."""
    assert {path.stem for path in FILES} == {path.stem for path in EXAMPLES.glob("*.mlir")}
    assert {example.program for example in EXAMPLES_RUN} == {path.stem for path in FILES} - {"endless"}

"""What the end-to-end tests run programs on: targets and executors, what has to be there for each, and programs that tests share."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pytest

import asyncir
from asyncir.program import Program
from asyncir.runtime import devices

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
DEADLINE = 60.0
"""Seconds after which a program is ended: a hang is a failure with a report, not a stuck test run."""

Target = Literal["reference", "cpu", "cuda"]


@dataclass(frozen=True)
class Way:
    """One way to run a program: where, with which executor, elided or not."""

    target: Target
    executor: str | None = None
    elide: bool = True


def _way(target: Target, name: str, executor: str | None, elide: bool) -> Any:
    marks = [pytest.mark.gpu] if target == "cuda" else []
    return pytest.param(Way(target, executor, elide), id=f"{target}-{name}", marks=marks)


# The reference runs the source, whatever is said of executors and of eliding.
WAYS: list[Any] = [
    _way("reference", "source", None, True),
    *(
        _way(target, name, executor, elide)
        for target in ("cpu", "cuda")
        for name, executor, elide in (("default", None, True), ("dynamic-not-elided", "dynamic", False))
    ),
]


@cache
def shared(text: str, filename: str) -> Program:
    """A program that tests share: what it is compiled to, it keeps."""
    return asyncir.compile(text, filename=filename)


@cache
def example(name: str) -> Program:
    """One of examples/, shared as well."""
    return asyncir.compile(EXAMPLES / f"{name}.mlir")


def sampled(*values: object, id: str, often: bool, marks: Sequence[pytest.MarkDecorator] = ()) -> Any:
    """Parameters of a case that is run `often`, or with --exhaustive alone."""
    return pytest.param(*values, id=id, marks=[*marks, *(() if often else (pytest.mark.exhaustive,))])


@cache
def _missing_gpu() -> str | None:
    return None if devices.device_count() > 0 else "there is no GPU here"


def need(target: Target) -> None:
    """Skips the test where the target is not there."""
    if target == "cuda" and (reason := _missing_gpu()) is not None:
        pytest.skip(reason)


def need_tool(name: str) -> str:
    """The path of a tool that is an oracle; skips the test where it is not installed."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed (Debian: mlir-22-tools)")
    return path

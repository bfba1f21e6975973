"""mlir-translate accepts what we print at level `llvm-dialect`, for every kernel of every example, executor and target."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from targets import EXAMPLES, example, need_tool, sampled

from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.levels import SOURCE, kernels_of

DEFAULT: dict[str, Any] = {}
DYNAMIC: dict[str, Any] = {"executor": "dynamic", "elide": False}
STATS = {**DYNAMIC, "stats": True}
WAYS: dict[tuple[str, str], dict[str, Any]] = {
    (name, target): options
    for name, options in (("default", DEFAULT), ("dynamic", DYNAMIC), ("stats", STATS))
    for target in ("cpu", "cuda")
}
TURNS = [
    {("default", "cpu"), ("stats", "cuda")},
    {("default", "cuda"), ("dynamic", "cpu")},
    {("default", "cpu"), ("dynamic", "cuda")},
    {("default", "cuda"), ("stats", "cpu")},
]
"""Each kernel is translated for both targets, by itself for one of them and with all the machinery for the other."""


LARGE = ("covariance",)
"""Files that take many seconds to compile: all of them with --exhaustive only."""


def _kernels() -> list[tuple[str, str]]:
    """The examples' kernels: file and name."""
    found: list[tuple[str, str]] = []
    for path in sorted(EXAMPLES.glob("*.mlir")):
        module = parse_module(path.read_text(encoding="utf-8"), path.name, make_context())
        found += [(path.stem, name) for name in kernels_of(module, SOURCE)]
    return found


def _cases() -> Iterator[Any]:
    for number, (file, entry) in enumerate(_kernels()):
        for way, options in WAYS.items():
            often = way in TURNS[number % len(TURNS)] and file not in LARGE
            yield sampled(file, entry, way[1], options, id=f"{file}-{entry}-{way[0]}-{way[1]}", often=often)


@pytest.mark.parametrize(("file", "entry", "target", "options"), list(_cases()))
def test_accepted(file: str, entry: str, target: Any, options: dict[str, Any]) -> None:
    tool = need_tool("mlir-translate-22")
    text = example(file).dump("llvm-dialect", entry, target=target, **options)
    assert isinstance(text, str)
    done = subprocess.run([tool, "--mlir-to-llvmir"], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    kernel = f"define ptx_kernel void @{entry}(" if target == "cuda" else f"define void @{entry}("
    assert kernel in done.stdout

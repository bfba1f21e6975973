"""mlir-translate accepts what we print at level `llvm-dialect`, for every example, executor and target."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
from targets import EXAMPLES, need_tool

import asyncir

FILES = sorted(path.stem for path in EXAMPLES.glob("*.mlir"))
WAYS: list[Any] = [
    pytest.param({}, id="default"),
    pytest.param({"executor": "dynamic", "elide": False}, id="dynamic"),
    pytest.param({"executor": "dynamic", "elide": False, "stats": True}, id="dynamic-stats"),
]


@pytest.mark.parametrize("target", ["cpu", "cuda"])
@pytest.mark.parametrize("options", WAYS)
@pytest.mark.parametrize("name", FILES)
def test_accepted(name: str, options: dict[str, Any], target: Any) -> None:
    tool = need_tool("mlir-translate-22")
    text = asyncir.compile(EXAMPLES / f"{name}.mlir").dump("llvm-dialect", target=target, **options)
    assert isinstance(text, str)
    done = subprocess.run([tool, "--mlir-to-llvmir"], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    kernel = "define ptx_kernel void @" if target == "cuda" else "define void @"
    assert kernel in done.stdout

"""A user's annotated code passes a strict type checker, runs, and the checker does find what is wrong."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typed_user

import asyncir_python
from asyncir_python.scalars import f32, i32, i64, u32

WRONG = """
from asyncir_python.scalars import f32, i32, u64, i8
def f(x: i32, y: f32) -> i32:
    a: i32 = x * y
    b = y << 1
    c = u64(1) + i8(1)
    d: i32 = x / 2
    return [1, 2][y]
"""


def test_it_runs() -> None:
    assert typed_user.operators(i32(5), f32(2), i64(3), u32(1)) == i32(50)
    typed_user.functions(f32(2), i32(3))


def test_a_type_checker_agrees(tmp_path: Path) -> None:
    checker = shutil.which("basedpyright", path=str(Path(sys.executable).parent)) or shutil.which("basedpyright")
    if checker is None:
        pytest.skip("basedpyright is not installed (the extra `dev` has it)")
    (tmp_path / "right.py").write_text(Path(typed_user.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "wrong.py").write_text(WRONG, encoding="utf-8")
    package = str(Path(asyncir_python.__path__[0]).parent)
    settings = {"typeCheckingMode": "strict", "pythonVersion": "3.11", "extraPaths": [package]}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [checker, "--outputjson", "--pythonpath", sys.executable, "--project", str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    found = json.loads(ended.stdout)["generalDiagnostics"]
    errors = [(Path(one["file"]).name, one["range"]["start"]["line"] + 1) for one in found if one["severity"] == "error"]
    assert {file for file, _ in errors} == {"wrong.py"}, found
    assert {4, 5, 6, 7, 8} <= {line for _, line in errors}, found

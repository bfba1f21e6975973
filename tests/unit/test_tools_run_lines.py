"""The collector of tests/filecheck: a test that should fail does, in this process and by the shell."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "filecheck"


@pytest.fixture(scope="module")
def run_lines() -> ModuleType:
    sys.path.insert(0, str(FOLDER))
    try:
        return __import__("run_lines")
    finally:
        sys.path.remove(str(FOLDER))


ADD = """func.func @f(%a: i32) -> i32 {
  %0 = arith.addi %a, %a : i32
  return %0 : i32
}
"""


def outcome(run_lines: ModuleType, path: Path, text: str) -> list[int]:
    """The statuses of a file's RUN lines, each by the way it would be run."""
    path.write_text(text)
    values = run_lines.substitutions(path, path.parent)
    return [run_lines.run(run_lines.expand(command, values)).status for command in run_lines.read_script(path).commands]


LINES = [
    ("asyncir-opt %s", True),
    ("not asyncir-opt %s", False),
    ("asyncir-opt %s -p no-such-pass", False),
    ("not asyncir-opt %s -p no-such-pass", True),
    ("not asyncir-opt %s -p no-such-pass 2>&1 | filecheck %s --check-prefix=ERR", True),
    ("asyncir-opt %s -p no-such-pass 2>&1 | filecheck %s --check-prefix=ERR", False),
    ("not asyncir-opt %s -p no-such-pass | filecheck %s --check-prefix=ERR", False),
    ("asyncir-opt %s | filecheck %s", True),
    ("asyncir-opt %s | filecheck %s --check-prefix=WRONG", False),
    ("asyncir-opt %s | filecheck %s --check-prefix=NONE", False),
    ("asyncir-opt %s | asyncir-opt - | filecheck %s", True),
    ("asyncir-opt %s -p no-such-pass | filecheck %s --allow-empty", False),
    ('asyncir-opt %s -p "" | filecheck %s', True),
]


@pytest.mark.parametrize(("line", "passes"), LINES)
def test_in_this_process_and_by_the_shell(run_lines: ModuleType, tmp_path: Path, line: str, passes: bool) -> None:
    path = tmp_path / "test.mlir"
    path.write_text(f"// RUN: {line}\n// CHECK: arith.addi\n// WRONG: arith.subi\n// ERR: error: unknown pass\n{ADD}")
    command = run_lines.expand(line, run_lines.substitutions(path, tmp_path))
    assert run_lines.in_process_stages(command) is not None
    assert (run_lines.run(command).status == 0) == passes
    assert (run_lines.run_shell(command).status == 0) == passes


@pytest.mark.parametrize(
    "line", ["asyncir-opt %s > %t", "asyncir-opt < %s", "asyncir-opt %s && true", "cat %s", "echo $HOME", "asyncir run %s"]
)
def test_the_shell_gets_the_rest(run_lines: ModuleType, tmp_path: Path, line: str) -> None:
    assert run_lines.in_process_stages(run_lines.expand(line, run_lines.substitutions(tmp_path / "x", tmp_path))) is None


def test_shell_lines(run_lines: ModuleType, tmp_path: Path) -> None:
    text = "// RUN: asyncir-opt %s > %t\n// RUN: filecheck %s < %t\n// RUN: not false && test -f %t && test -d %S\n// CHECK: arith.addi\n"
    assert outcome(run_lines, tmp_path / "a b.mlir", text + ADD) == [0, 0, 0]


def test_lines_go_on(run_lines: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "test.mlir"
    path.write_text("// RUN: one \\\n// RUN:   two \\\n// RUN: three\n// RUN: four\nRUN: in code\n")
    assert [command.split() for command in run_lines.read_script(path).commands] == [["one", "two", "three"], ["four"]]


def test_substitutions(run_lines: ModuleType) -> None:
    values = {"%s": "FILE", "%S": "FOLDER", "%t": "a b", "%root": "ROOT"}
    assert run_lines.expand("%s %S/x %t1 %t %root/y %%s %sum", values) == "FILE FOLDER/x %t1 'a b' ROOT/y %s %sum"


@pytest.mark.parametrize(
    ("condition", "runs"), [("a", True), ("b", False), ("a && c", True), ("a && b", False), ("a || b", True), ("!b", True)]
)
def test_requirements(run_lines: ModuleType, tmp_path: Path, condition: str, runs: bool) -> None:
    path = tmp_path / "test.mlir"
    path.write_text(f"// REQUIRES: {condition}\n// RUN: true\n")
    assert (run_lines.read_script(path).skip_reason({"a", "c"}) is None) == runs
    path.write_text(f"// UNSUPPORTED: {condition}\n// RUN: true\n")
    assert (run_lines.read_script(path).skip_reason({"a", "c"}) is None) != runs


def test_unknown_keywords_are_errors(run_lines: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "test.mlir"
    path.write_text("// XFAIL: *\n// RUN: true\n")
    with pytest.raises(ValueError, match="XFAIL is not supported"):
        run_lines.read_script(path)


def test_pytest_reports_what_failed(tmp_path: Path) -> None:
    """The collector as a whole, on a folder with a test that passes, one that fails, one that is skipped and one without RUN line."""
    (tmp_path / "conftest.py").write_text((FOLDER / "conftest.py").read_text())
    (tmp_path / "good.mlir").write_text("// RUN: asyncir-opt %s | filecheck %s\n// CHECK: addi\n" + ADD)
    (tmp_path / "bad.mlir").write_text("// RUN: asyncir-opt %s | filecheck %s\n// CHECK: subi\n" + ADD)
    (tmp_path / "skipped.mlir").write_text("// REQUIRES: a-thing-that-nobody-has\n// RUN: false\n")
    (tmp_path / "forgotten.mlir").write_text(ADD)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs", str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": str(FOLDER)}
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=tmp_path, env=environment)
    assert ended.returncode == 1
    assert "2 failed, 1 passed, 1 skipped" in ended.stdout
    assert "Couldn't match \"subi\"" in ended.stdout
    assert "the file has no RUN line" in ended.stdout
    assert "needs a-thing-that-nobody-has" in ended.stdout

"""The example in docs/layout-policies.md is true: a package with that file and that entry point adds a policy, and its test passes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "layout-policies.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """The document's only code in a language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)
    return found


@pytest.fixture
def installed(tmp_path: Path) -> dict[str, str]:
    """An environment in which the document's package is installed."""
    code = block("python")
    file = tmp_path / code.splitlines()[0].removeprefix("# ")
    file.parent.mkdir()
    file.write_text(code, encoding="utf-8")
    (points,) = re.findall(r'\[project\.entry-points\."(.*)"\]', block("toml"))
    (line,) = [line for line in block("toml").splitlines() if " = " in line]
    information = tmp_path / "my_layouts-1.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: my-layouts\nVersion: 1\n")
    (information / "entry_points.txt").write_text(f"[{points}]\n{line.replace(chr(34), '')}\n")
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)}


def optimised(installed: dict[str, str], test: Path, passes: str) -> subprocess.CompletedProcess[str]:
    start = "import sys; from asyncir.tools.opt import main; sys.exit(main())"
    command = [sys.executable, "-c", start, str(test), "-p", passes]
    return subprocess.run(command, env=installed, capture_output=True, text=True, timeout=60, check=False)


def test_the_policy_is_found_and_does_what_its_test_says(installed: dict[str, str], tmp_path: Path) -> None:
    test = tmp_path / "layout_stacked.mlir"
    test.write_text(block("mlir"), encoding="utf-8")
    (passes,) = re.findall(r"// RUN: asyncir-opt %s -p (\S+) \| filecheck %s", block("mlir"))
    done = optimised(installed, test, passes)
    assert done.returncode == 0, done.stderr
    check = [sys.executable, "-m", "filecheck", str(test)]
    checked = subprocess.run(check, input=done.stdout, capture_output=True, text=True, timeout=60, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_policy_passes_the_checker(installed: dict[str, str], tmp_path: Path) -> None:
    test = tmp_path / "layout_stacked.mlir"
    test.write_text(block("mlir"), encoding="utf-8")
    done = optimised(installed, test, "layout-frames-checked{policy=stacked}")
    assert done.returncode == 0, done.stderr
    assert 'policy "stacked"' in done.stdout


def test_without_the_package_there_is_no_such_policy(tmp_path: Path) -> None:
    test = tmp_path / "layout_stacked.mlir"
    test.write_text(block("mlir"), encoding="utf-8")
    done = optimised(dict(os.environ), test, "layout-frames{policy=stacked}")
    assert done.returncode == 1
    assert "unknown layout policy 'stacked'" in done.stderr

"""docs/python.md: every program on the page prints what stands below it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "python.md"
BLOCKS = re.findall(r"```python\n(.*?)```\n```text\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
README = Path(__file__).parents[2] / "README.md"


def test_all_blocks_are_found() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert len(BLOCKS) == text.count("```python") >= 7


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_block(number: int, tmp_path: Path) -> None:
    program, expected = BLOCKS[number]
    assert _output(program, tmp_path) == expected


def test_readme(tmp_path: Path) -> None:
    (program,) = re.findall(r"```python\n(import asyncio\n.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert _output(program, tmp_path) == "(i32(20), i32(12))\n(i32(20), i32(12))\n"


def _output(program: str, folder: Path) -> str:
    """What a program prints, run as a file of its own: functions are compiled from their source."""
    path = folder / "program.py"
    path.write_text(program, encoding="utf-8")
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout

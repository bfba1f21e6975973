"""
Reads tests/frontend/rejected/*.py. Behind a line of dashes a file is a row of programs: a kernel, and what it needs, followed by the error
that compiling it gives, in lines that begin with `#|`. Lines are counted from the program's first, so that programs can be moved:

    @kernel
    async def plain_value_awaited(x: i32) -> i32:
        return await x


    #| line 3:12: i32 cannot be awaited
    #|       return await x
    #|              ^
    #| help: a value that is there already needs no await

    python tests/frontend/rejected_programs.py      writes all messages as they are now
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from asyncir.errors import InputError
from asyncir_python import Kernel

FOLDER = Path(__file__).parent / "rejected"
MARK = "#|"


@dataclass(frozen=True)
class Rejected:
    """A program with the error that is expected of it."""

    file: Path
    name: str
    """Of its kernel."""
    first: int
    """Its first line in the file, from 1."""
    message: str

    def kernel(self) -> Kernel[..., Any]:
        """The kernel, not compiled."""
        return getattr(importlib.import_module(f"rejected.{self.file.stem}"), self.name)

    def error(self) -> str:
        """What compiling gives, with positions as `message` has them; empty if it is not rejected."""
        try:
            self.kernel().source_ir()
        except InputError as error:
            return self._moved(str(error))
        return ""

    def _moved(self, text: str) -> str:
        """A message with lines counted from the program's first."""
        text = text.replace(f"{self.file}:", "line ")
        return re.sub(r"\bline (\d+)", lambda found: f"line {int(found[1]) - self.first + 1}", text)


def rewrite() -> None:
    """Writes the messages as they are now; what changed is to be looked at."""
    for file in sorted({program.file for program in programs()}):
        lines: list[str] = []
        messages = iter([program.error() for program in programs() if program.file == file])
        before = ""
        for line in file.read_text(encoding="utf-8").splitlines():
            if not line.startswith(MARK):
                lines.append(line)
            elif not before.startswith(MARK):
                lines += [f"{MARK} {part}".rstrip() for part in next(messages).split("\n")]
            before = line
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def programs() -> Iterator[Rejected]:
    """All programs."""
    for file in sorted(FOLDER.glob("*.py")):
        lines = file.read_text(encoding="utf-8").splitlines()
        start = next(number for number, line in enumerate(lines) if line.startswith("# -----")) + 1
        message: list[str] = []
        for number, line in enumerate([*lines, ""], 0):
            if number >= start and line.startswith(MARK):
                message.append(line.removeprefix(MARK).removeprefix(" "))
            elif message:
                yield Rejected(file, _kernel_name(lines[start:number]), start + 1, "\n".join(message))
                message, start = [], number


def _kernel_name(lines: list[str]) -> str:
    """The last function marked @kernel at the top level."""
    found = [after for line, after in pairwise(lines) if line == "@kernel"]
    return found[-1].removeprefix("async def ").split("(")[0]


if __name__ == "__main__":
    rewrite()

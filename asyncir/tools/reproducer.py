"""What is left behind after an internal error, so that somebody else can see it happen."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Reproducer:
    """A command and the IR it has to be given; the file is written only after an internal error."""

    command: str
    """The command line, with `%s` for this file."""
    ir: str

    def default_path(self) -> str:
        """In the working directory, and the same name for the same crash."""
        digest = hashlib.sha256(f"{self.command}\n{self.ir}".encode()).hexdigest()[:12]
        return f"asyncir-reproducer-{digest}.mlir"

    def text(self, error: Exception) -> str:
        """The whole file: its first line is the command, its second the error."""
        reason = " ".join(str(error).split())
        return f"// RUN: {self.command}\n// {type(error).__name__}: {reason}\n{self.ir}"

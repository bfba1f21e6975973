"""`--split-input-file`: several modules in one file, each of which keeps its place in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SEPARATOR = re.compile(rb"^// -----[^\n]*\n?", re.MULTILINE)
_BLANK = re.compile(rb"(?:\s++|//[^\n]*+)*+")


@dataclass(frozen=True)
class Chunk:
    """A part of an input; `first_line` counts from 1."""

    data: bytes
    first_line: int

    def text(self) -> str:
        return self.data.decode("utf-8", errors="replace")

    def in_place(self) -> bytes:
        """The part behind as many empty lines as stand before it, so that locations are those in the file."""
        return b"\n" * (self.first_line - 1) + self.data

    def is_blank(self) -> bool:
        """Whether there is nothing but comments: the RUN lines that often stand before the first separator."""
        return _BLANK.fullmatch(self.data) is not None


def split_input(data: bytes) -> list[Chunk]:
    """The parts of an input between lines that start with `// -----`."""
    chunks: list[Chunk] = []
    line = 1
    start = 0
    for match in _SEPARATOR.finditer(data):
        chunks.append(Chunk(data[start : match.start()], line))
        line += data.count(b"\n", start, match.end())
        start = match.end()
    return [*chunks, Chunk(data[start:], line)]

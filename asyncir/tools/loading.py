"""From a file's name to a program."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from asyncir import program
from asyncir.program import Program
from asyncir.tools.common import Session
from asyncir.tools.files import input_name, read_input
from asyncir.tools.reproducer import Reproducer


def load_program(session: Session, path: str) -> Program:
    """Reads, parses and verifies, unless the cache knows the text; raises InputError."""
    data = read_input(path)
    name = input_name(path)
    session.add_source(name, data)
    session.reproducer = Reproducer(_command_without(session.command, path), data.decode("utf-8", errors="replace"))
    return program.compile(data, filename=name)


def _command_without(words: Sequence[str], path: str) -> str:
    """The command line with `%s` for the file: the reproducer takes its place."""
    return " ".join("%s" if word == path else shlex.quote(word) for word in words)

"""
`asyncir`: run, compile and explain programs.

A command's module is imported when the command is given, so that `asyncir --help` answers at once. Such a module has
`configure(parser)` and `execute(session, options)`, which returns the exit status.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import re
import sys
from collections.abc import Callable, Sequence
from typing import Protocol, cast

import asyncir
from asyncir.errors import InputError
from asyncir.tools.common import ArgumentParser, Session, guarded, prepare_process
from asyncir.tools.files import STDIO, write_output

COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("asyncir.tools.run", "run a program and print its results"),
    "compile": ("asyncir.tools.compile", "print a program at any stage, as PTX or as machine code"),
    "explain": ("asyncir.tools.explain", "say how a program will be run, and why"),
    "graph": ("asyncir.tools.graph", "print a kernel's tasks, and the channels between them"),
    "doctor": ("asyncir.tools.doctor", "say what this machine has of what asyncir can use"),
}
"""The module and the purpose of each command."""


class Command(Protocol):
    """A command's module."""

    configure: Callable[[argparse.ArgumentParser], None]
    execute: Callable[[Session, argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """The console script; returns the exit status."""
    if argv is None:
        prepare_process()
    session = Session()
    return guarded(session, lambda: _dispatch(session, list(sys.argv[1:] if argv is None else argv)))


def _dispatch(session: Session, words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        write_output(STDIO, _help())
        return 0
    if words[0] in ("-v", "--version"):
        write_output(STDIO, f"asyncir {asyncir.__version__}\n")
        return 0
    name, *rest = words
    if name not in COMMANDS:
        close = difflib.get_close_matches(name, COMMANDS, n=1)
        raise InputError(f"unknown command '{name}'", help=f"did you mean '{close[0]}'?" if close else "asyncir --help lists the commands")
    module, purpose = COMMANDS[name]
    command = cast(Command, importlib.import_module(module))
    parser = ArgumentParser(prog=f"asyncir {name}", description=purpose.capitalize() + ".", allow_abbrev=False)
    parser.add_argument("--debug", action="store_true", help="show the Python traceback of an internal error")
    command.configure(parser)
    options = parser.parse_args(_protect_values(rest))
    session.debug = options.debug
    session.command = ["asyncir", *words]
    return command.execute(session, options)


def _help() -> str:
    commands = "\n".join(f"  {name:<10}{purpose}" for name, (_, purpose) in COMMANDS.items())
    return f"usage: asyncir COMMAND ...\n\n{commands}\n\n`asyncir COMMAND --help` lists what a command takes.\n"


_NEGATIVE = re.compile(r"-(\d|\.\d|inf|nan)")


def _protect_values(words: Sequence[str]) -> list[str]:
    """
    Put `=` in front of what follows `--args`, up to the next option: argparse takes `-1e5` and `-inf` for options.

    run's conversion of arguments takes it off again.
    """
    protected: list[str] = []
    inside = False
    for word in words:
        if word.startswith("-") and not _NEGATIVE.match(word):
            inside = word == "--args"
            protected.append(word)
        else:
            protected.append(f"={word}" if inside else word)
    return protected


if __name__ == "__main__":
    sys.exit(main())

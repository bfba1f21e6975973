"""`asyncir graph`: a kernel's tasks, the channels between them, and what each costs."""

from __future__ import annotations

import argparse

from asyncir.tools.common import Session
from asyncir.tools.files import STDIO, write_output
from asyncir.tools.loading import load_program


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    add = parser.add_argument
    add("file", help="the program, at the level source; - is the standard input")
    add("--entry", metavar="NAME", help="the kernel; by default the only one, else @main")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--dot", action="store_true", help="print it in the language of Graphviz")
    form.add_argument("--json", action="store_true", help="print JSON")


def execute(session: Session, options: argparse.Namespace) -> int:
    """Prints the graph."""
    graph = load_program(session, options.file).task_graph(options.entry)
    write_output(STDIO, f"{graph.to_dot() if options.dot else graph.to_json() if options.json else graph}\n")
    return 0

"""`asyncir explain`: how a program will be run, and why."""

from __future__ import annotations

import argparse

from asyncir.compiled import Options
from asyncir.tools.common import Session
from asyncir.tools.files import STDIO, write_output
from asyncir.tools.loading import load_program


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    add = parser.add_argument
    add("file", help="the program, at the level source, split, sm or rt; - is the standard input")
    add("--entry", metavar="NAME", help="the kernel to explain; by default the only one, else @main")
    add("--arch", metavar="sm_90a", help="the GPU's architecture: registers and occupancy depend on it")
    add("--executor", choices=("auto", "inline", "dynamic", "static"), default="auto", help="force an executor")
    add("--no-elide", action="store_true", help="keep calls that are only awaited as tasks")
    add("--policy", metavar="NAME", help="the policy of frame layouts")
    add("--remat", choices=("off", "free", "cost"), help="what may be computed early or again instead of being kept in frames")
    add("--dispatch", metavar="NAME", help="the policy that chooses which state a warp runs next")
    add("--pipeline", metavar="a,b{opt=1}", help="passes to apply before the others")
    add("--json", action="store_true", help="print JSON: kernels, machines and notes; what is not known is null")


def execute(session: Session, options: argparse.Namespace) -> int:
    """Lowers the program and prints what was decided on the way."""
    program = load_program(session, options.file)
    choices = Options(
        executor=options.executor,
        elide=not options.no_elide,
        policy=options.policy,
        remat=options.remat,
        dispatch=options.dispatch,
        arch=options.arch,
        pipeline=options.pipeline,
    )
    explanation = program.explain(options.entry, options=choices)
    write_output(STDIO, f"{explanation.to_json() if options.json else explanation}\n")
    return 0

"""`asyncir compile`: a program at any stage of the pipeline."""

from __future__ import annotations

import argparse

from asyncir.compiler import STAGES
from asyncir.errors import InputError
from asyncir.tools.common import Session
from asyncir.tools.files import STDIO, write_output
from asyncir.tools.loading import load_program


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    add = parser.add_argument
    add("file", help="the program, at the level source, split, sm or rt; - is the standard input")
    add("--emit", choices=STAGES, default="ptx", help="the stage to print; ptx is the default")
    add("-o", "--output", metavar="FILE", help="where it goes; the standard output is the default, but for cubin, which is binary")
    add("--entry", metavar="NAME", help="the kernel to compile; by default the only one, else @main")
    add("--target", choices=("cpu", "cuda"), default="cuda", help="what llvm-dialect and llvm are made for; cuda is the default")
    add("--arch", metavar="sm_90a", help="the GPU's architecture")
    add("--executor", choices=("auto", "inline", "dynamic", "static"), help="force an executor")
    add("--no-elide", action="store_true", help="keep calls that are only awaited as tasks")
    add("--stats", action="store_true", help="make the code count what it does")
    add("--policy", metavar="NAME", help="the policy of frame layouts")
    add("--remat", choices=("off", "free", "cost"), help="what may be computed early or again instead of being kept in frames")
    add("--dispatch", metavar="NAME", help="the policy that chooses which state a warp runs next")
    add("--pipeline", metavar="a,b{opt=1}", help="passes to apply before the others")
    add("--line-info", action="store_true", help="name source lines to debuggers and profilers")


def execute(session: Session, options: argparse.Namespace) -> int:
    """Lowers the program and writes it."""
    if options.emit == "cubin" and options.output is None:
        raise InputError("machine code is binary: say where it goes by -o FILE", help="-o - writes to the standard output all the same")
    if options.target == "cpu" and (options.arch is not None or options.emit in ("ptx", "cubin")):
        raise InputError("--target cpu has no --arch, no PTX and no cubin")
    program = load_program(session, options.file)
    made = program.dump(
        options.emit,
        options.entry,
        target=options.target,
        arch=options.arch,
        executor=options.executor,
        elide=not options.no_elide,
        stats=options.stats,
        policy=options.policy,
        remat=options.remat,
        dispatch=options.dispatch,
        pipeline=options.pipeline,
        debug=options.line_info,
    )
    write_output(options.output or STDIO, made)
    return 0

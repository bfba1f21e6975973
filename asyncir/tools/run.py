"""`asyncir run`: a program's results. docs/cli.md tells how arguments and results are written."""

from __future__ import annotations

import argparse
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from asyncir.errors import InputError
from asyncir.program import TARGETS, Outcome
from asyncir.tools.common import Session
from asyncir.tools.files import STDIO, write_output
from asyncir.tools.loading import load_program
from asyncir.tools.values import ACCEPTED, format_value, json_text, parse_argument, to_json

if TYPE_CHECKING:
    from asyncir.tools.values import Value


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    add = parser.add_argument
    add("file", help="the program, at the level source, split, sm or rt; - is the standard input")
    add("--entry", metavar="NAME", help="the kernel to run; by default the only one, else @main")
    add("--target", choices=TARGETS, default="auto", help="where to run it; auto (the default) is the GPU if there is one, else the CPU")
    add("--args", nargs="*", default=[], type=_unprotected, metavar="ARG", help=f"the entry's arguments: {ACCEPTED}")
    add("--save", action="append", default=[], metavar="N=FILE.npy", help="write array argument N (0 is the first argument) after the run")
    add("--instances", type=int, default=1, metavar="N", help="how many roots to start; results are arrays over them if N > 1")
    add("--executor", choices=("auto", "inline", "dynamic", "static"), help="force an executor")
    add("--no-elide", action="store_true", help="keep calls that are only awaited as tasks")
    add("--seed", type=int, default=0, metavar="N", help="the order of tasks on the reference, and with --deterministic")
    add("--deterministic", action="store_true", help="one worker of one lane: the order of tasks depends on the program and --seed alone")
    add("--deadline", type=float, metavar="SECONDS", help="end the run after that time and report its tasks")
    add("--workers", type=int, metavar="N", help="how many workers share the tasks")
    add("--arena", type=int, metavar="BYTES", help="the memory for tasks, channels and allocations")
    add("--queue", type=int, metavar="TASKS", help="how many tasks can be ready at the same time")
    add("--stack", type=int, metavar="WORDS", help="the 4-byte words that a lane's stack has")
    add("--policy", metavar="NAME", help="the policy of frame layouts")
    add("--remat", choices=("off", "free", "cost"), help="what may be computed early or again instead of being kept in frames")
    add("--dispatch", metavar="NAME", help="the policy that chooses which state a warp runs next")
    add("--pipeline", metavar="a,b{opt=1}", help="passes to apply before the others")
    add("--stats", action="store_true", help="count what the run does, and print it after the results")
    add("--json", action="store_true", help="print entry, target, results and statistics as one line of JSON")


def execute(session: Session, options: argparse.Namespace) -> int:
    """Runs the program and prints its results."""
    _check_numbers(options)
    program = load_program(session, options.file)
    entry = program.entry_name(options.entry)
    values = [parse_argument(text) for text in options.args]
    saves = [_parse_save(text, values) for text in options.save]
    outcome = program.run(
        entry,
        *values,
        target=options.target,
        instances=options.instances,
        seed=options.seed,
        executor=options.executor,
        deadline=options.deadline,
        stats=options.stats,
        elide=not options.no_elide,
        arena=options.arena,
        queue=options.queue,
        stack=options.stack,
        workers=options.workers,
        deterministic=options.deterministic,
        policy=options.policy,
        remat=options.remat,
        dispatch=options.dispatch,
        pipeline=options.pipeline,
    )
    for path, index in saves:
        write_output(path, _npy(values[index]))
    types = program.result_types(entry)
    write_output(STDIO, _json(entry, outcome) if options.json else _text(outcome, types, options.stats))
    return 0


def _unprotected(text: str) -> str:
    """Takes off the `=` that asyncir.tools.main puts in front of arguments."""
    return text.removeprefix("=")


def _check_numbers(options: argparse.Namespace) -> None:
    for name, least in (("instances", 1), ("workers", 1)):
        value = getattr(options, name)
        if value is not None and value < least:
            raise InputError(f"--{name} is at least {least}, got {value}")
    if options.deadline is not None and not options.deadline > 0:
        raise InputError(f"--deadline is a time in seconds, got {options.deadline:g}")


def _parse_save(text: str, values: Sequence[Value]) -> tuple[str, int]:
    number, equals, path = text.partition("=")
    if not (equals and path and number.isdecimal()):
        raise InputError(f"malformed --save '{text}'", help="--save 0=file.npy writes the first argument")
    arrays = [index for index, value in enumerate(values) if not isinstance(value, bool | int | float)]
    if int(number) not in arrays:
        which = f"arrays are the arguments {', '.join(map(str, arrays))}, counted from 0" if arrays else "no argument is an array"
        raise InputError(f"--save {text}: argument {number} is no array", help=which)
    return path, int(number)


def _npy(array: Value) -> bytes:
    import numpy

    data = io.BytesIO()
    numpy.save(data, array)
    return data.getvalue()


def _text(outcome: Outcome, types: Sequence[str], stats: bool) -> str:
    """Results on one line; then, if asked for, a line for each counter."""
    lines = [" ".join(format_value(value, type_) for value, type_ in zip(outcome.results, types, strict=True))] if types else []
    if stats:
        lines += [f"{name}: {_counter(value)}" for name, value in outcome.stats.items()]
    return "".join(f"{line}\n" for line in lines)


def _counter(value: object) -> str:
    return "not counted" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)


def _json(entry: str, outcome: Outcome) -> str:
    results = [to_json(value) for value in outcome.results]
    return json_text({"entry": entry, "target": outcome.target, "results": results, "stats": dict(outcome.stats)}) + "\n"

"""
`asyncir-opt`: applies passes to a module and prints it; the workbench for passes and their tests.

The flags are named as in `xdsl-opt`. What differs: diagnostics and dumps go to the standard error, `--verify-diagnostics`
matches the expectations in the file, and an error inside of a pass leaves a file that reproduces it. docs/cli.md describes
each flag.
"""

from __future__ import annotations

import argparse
import inspect
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import TypeVar

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Dialect
from xdsl.passes import ModulePass, PassOptionInfo, get_pass_option_infos

import asyncir
from asyncir.analysis.verify import verify_module
from asyncir.compiler import parse_passes, verify_result
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.dialects.printing import print_module
from asyncir.dialects.remarks import Remark, collecting
from asyncir.errors import InputError
from asyncir.passes.registry import available_passes
from asyncir.tools.chunks import Chunk, split_input
from asyncir.tools.common import ArgumentParser, Session, guarded, prepare_process
from asyncir.tools.expected_diagnostics import Diagnostic, diagnostic_of, diagnostics_of, expectations, failures
from asyncir.tools.files import STDIO, input_name, read_input, write_output
from asyncir.tools.pipeline import Observer, Pipeline, Printing, PrintStyle, Timing, Verifying, spec_of
from asyncir.tools.reproducer import Reproducer

T = TypeVar("T")

SEPARATOR = "// -----\n"


def make_parser() -> ArgumentParser:
    """The options; see docs/cli.md."""
    parser = ArgumentParser(prog="asyncir-opt", description="Apply passes to a module and print the result.", allow_abbrev=False)
    add = parser.add_argument
    add("input", nargs="?", default="-", help="the file to read; - (the default) is the standard input")
    add("-p", "--passes", default="", metavar="a,b{opt=1}", help="the passes to apply, in order")
    add("-o", "--output", default="-", metavar="FILE", help="where the result goes; - (the default) is the standard output")
    add("--split-input-file", action="store_true", help="take the parts between lines `// -----` for modules of their own")
    add("--verify-diagnostics", action="store_true", help="check that exactly the errors written as `expected-error` are reported")
    add("--print-between-passes", action="store_true", help="print the module before the first pass and after each, to the standard error")
    add("--print-before-all", action="store_true", help="print the module before each pass, to the standard error")
    add("--print-after-all", action="store_true", help="print the module after each pass, to the standard error")
    add("--print-op-generic", action="store_true", help="print in MLIR's generic form")
    add("--print-debuginfo", action="store_true", help="print locations")
    add("--allow-unregistered-dialect", action="store_true", help="accept operations and types of unknown dialects")
    add("--disable-verify", action="store_true", help="verify neither the input nor the result")
    add(
        "--verify-each", nargs="?", const="ir", choices=("ir", "interpret"),
        help="verify after each pass; with =interpret also run the entry on the reference before and after it, and compare",
    )  # fmt: skip
    add("--interpret-args", default=None, metavar="'5 true'", help="the entry's arguments for --verify-each=interpret")
    add("--entry", default=None, metavar="NAME", help="the entry for --verify-each=interpret")
    add("--time-passes", action="store_true", help="say how long parsing, each pass, verifying and printing took")
    add("--remarks", default=None, metavar="FILE", help="write the passes' remarks to FILE, a line of JSON each")
    add("--reproducer", default=None, metavar="FILE", help="where an internal error leaves what reproduces it")
    add("--debug", action="store_true", help="show the Python traceback of an internal error")
    add("--list-passes", action="store_true", help="list the passes with their options and leave")
    add("-v", "--version", action="version", version=f"asyncir-opt {asyncir.__version__}")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """The console script; returns the exit status."""
    if argv is None:
        prepare_process()
    session = Session()
    return guarded(session, lambda: _Opt(session, make_parser().parse_args(argv)).run())


class _Opt:
    """One call of the tool."""

    def __init__(self, session: Session, options: argparse.Namespace) -> None:
        self.session = session
        self.options = options
        session.debug = options.debug
        session.reproducer_path = options.reproducer
        self.timing = Timing()
        self.remarks: list[Remark] = []

    def run(self) -> int:
        if self.options.list_passes:
            write_output(STDIO, _pass_list())
            return 0
        self.passes = parse_passes(self.options.passes, available_passes())
        self.filename = input_name(self.options.input)
        data = read_input(self.options.input)
        self.session.add_source(self.filename, data)
        chunks = split_input(data) if self.options.split_input_file else [Chunk(data, 1)]
        parts = [self._chunk(chunk) for chunk in chunks]
        failed = None in parts
        if outputs := [output for output in parts if output]:
            write_output(self.options.output, SEPARATOR.join(outputs))
        if self.options.remarks is not None:
            write_output(self.options.remarks, "".join(remark.json_line() + "\n" for remark in self.remarks))
        if self.options.time_passes:
            print(self.timing.report(), file=sys.stderr)
        return int(failed)

    def _chunk(self, chunk: Chunk) -> str | None:
        """The text made of one part of the input; None if it failed, which has been reported then."""
        error: InputError | None = None
        output = ""
        with collecting() as remarks:
            try:
                output = self._transform(chunk)
            except InputError as raised:
                error = raised
        self.remarks += remarks
        if self.options.verify_diagnostics:
            said = [*(diagnostics_of(error) if error is not None else []), *map(diagnostic_of, remarks)]
            return output if self._as_expected(chunk, said) else None
        if error is not None:
            self.session.report(error)
            return None
        return output

    def _as_expected(self, chunk: Chunk, said: list[Diagnostic]) -> bool:
        expected = expectations(chunk.text(), self.filename, chunk.first_line)
        wrong = failures(expected, said, self.filename)
        if wrong:
            print("\n".join(wrong), file=sys.stderr)
        return not wrong

    def _transform(self, chunk: Chunk) -> str:
        if self.options.split_input_file and chunk.is_blank():
            return ""
        self.session.reproducer = Reproducer(self._command(self.passes), chunk.text())
        ctx = self._context()
        module = self._timed("parse", lambda: parse_module(chunk.in_place(), self.filename, ctx))
        if not self.options.disable_verify:
            self._timed("verify", lambda: verify_module(module))
        pipeline = Pipeline(self.passes, self._observers())
        try:
            pipeline.run(ctx, module)
        except InputError:
            raise
        except Exception:
            self._narrow_reproducer(chunk, pipeline.current)
            raise
        if self.passes and not self.options.disable_verify:
            self._timed("verify", lambda: verify_result(module, spec_of(self.passes)))
        return self._timed("print", lambda: self._print(module))

    def _context(self) -> Context:
        ctx = make_context(allow_unregistered=self.options.allow_unregistered_dialect)
        # They are large, and few inputs hold them.
        if "llvm" not in ctx.registered_dialect_names:
            ctx.register_dialect("llvm", _llvm)
            ctx.register_dialect("nvvm", _nvvm)
        return ctx

    def _observers(self) -> list[Observer]:
        """Each sees a pass's result after those below it, so that a broken module is printed before it is complained about."""
        options = self.options
        observers: list[Observer] = []
        if options.verify_each == "interpret":
            observers.append(_same_results(options.entry, options.interpret_args))
        if options.verify_each is not None:
            observers.append(Verifying())
        if options.print_between_passes or options.print_before_all or options.print_after_all:
            style = PrintStyle(generic=options.print_op_generic, debuginfo=options.print_debuginfo)
            last = None if options.print_after_all or not self.passes else self.passes[-1]
            after = options.print_after_all or options.print_between_passes
            observers.append(Printing(style, before_each=options.print_before_all, after_each=after, except_after=last))
        return [*observers, self.timing]

    def _print(self, module: ModuleOp) -> str:
        return print_module(module, generic=self.options.print_op_generic, debuginfo=self.options.print_debuginfo)

    def _narrow_reproducer(self, chunk: Chunk, index: int) -> None:
        """
        Keep the module as it was before pass number `index`, and the passes from there on.

        It is made by running the passes before it once more: keeping a copy before each pass would cost every run what
        only a crash needs.
        """
        try:
            ctx = self._context()
            module = parse_module(chunk.data, self.filename, ctx)
            Pipeline(self.passes[:index]).run(ctx, module)
            self.session.reproducer = Reproducer(self._command(self.passes[index:]), print_module(module))
        except Exception:
            # What crashes may depend on more than the input. The whole input with all passes is there already.
            return

    def _command(self, passes: Sequence[ModulePass]) -> str:
        flags = ["--allow-unregistered-dialect"] * self.options.allow_unregistered_dialect
        flags += ["--disable-verify"] * self.options.disable_verify
        if self.options.verify_each is not None:
            flags.append(f"--verify-each={self.options.verify_each}")
        return shlex.join(["asyncir-opt", *flags, *(["-p", spec_of(passes)] if passes else [])]) + " %s"

    def _timed(self, what: str, work: Callable[[], T]) -> T:
        started = perf_counter()
        try:
            return work()
        finally:
            self.timing.add(what, perf_counter() - started)


def _llvm() -> Dialect:
    from asyncir.dialects.llvm_ext import LLVM

    return LLVM


def _nvvm() -> Dialect:
    from asyncir.dialects.nvvm import NVVM

    return NVVM


def _same_results(entry: str | None, arguments: str | None) -> Observer:
    # It brings in the whole compiler.
    from asyncir.tools.same_results import SameResults

    return SameResults(entry, arguments)


def _pass_list() -> str:
    """A paragraph a pass: its name, its options with their types and defaults, the first line of what it says of itself."""
    available = available_passes()
    return "".join(f"{_pass_entry(name, available)}\n" for name in sorted(available))


def _pass_entry(name: str, available: Mapping[str, type[ModulePass]]) -> str:
    try:
        definition = available[name]
    except InputError as error:  # Another package's pass, perhaps: the others are still there.
        return f"{name}\n    {error.message}"
    options = [_option_text(info) for info in get_pass_option_infos(definition)]
    # The class's own words: not what it inherits, nor the signature that a dataclass gets for want of them.
    words = inspect.cleandoc(definition.__doc__ or "")
    purpose = "" if words.startswith(f"{definition.__name__}(") else words.split("\n")[0]
    title = f"{name}{{{', '.join(options)}}}" if options else name
    return f"{title}\n    {purpose}" if purpose else title


def _option_text(info: PassOptionInfo) -> str:
    type_ = info.expected_type.strip("'")  # quoted where annotations are kept as text
    default = f" = {info.default_value}" if info.default_value is not None else ""
    return f"{info.name.replace('_', '-')}: {type_}{default}"

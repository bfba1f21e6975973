"""From a file's name to a program, with what the commands need to know about its entry."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.dialects.builtin import FunctionType, ModuleOp
from xdsl.dialects.func import FuncOp
from xdsl.ir import Attribute

from asyncir.analysis.verify import verify_module
from asyncir.dialects import rt, sm
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.errors import InternalError
from asyncir.program import Program
from asyncir.tools.common import Session
from asyncir.tools.files import input_name, read_input
from asyncir.tools.reproducer import Reproducer


@dataclass(frozen=True)
class Loaded:
    """A program and the module it was made of."""

    module: ModuleOp
    program: Program


def load_program(session: Session, path: str) -> Loaded:
    """Reads, parses and verifies; raises InputError."""
    data = read_input(path)
    name = input_name(path)
    session.add_source(name, data)
    session.reproducer = Reproducer(_command_without(session.command, path), data.decode("utf-8", errors="replace"))
    module = parse_module(data, name, make_context())
    verify_module(module)
    return Loaded(module, Program(module))


def _command_without(words: Sequence[str], path: str) -> str:
    """The command line with `%s` for the file: the reproducer takes its place."""
    return " ".join("%s" if word == path else shlex.quote(word) for word in words)


@dataclass(frozen=True)
class Signature:
    """The types of an entry's parameters and results, as the user sees them at every level."""

    parameters: tuple[Attribute, ...]
    results: tuple[Attribute, ...]


_HIDDEN_PARAMETERS = 2
"""Behind the user's parameters and the results' addresses, an `rt.kernel` takes the control block and the number of instances."""


def signature(module: ModuleOp, entry: str) -> Signature:
    """The signature of an entry that the module has."""
    for operation in module.body.ops:
        if isinstance(operation, FuncOp | sm.MachineOp) and operation.sym_name.data == entry:
            return _of_function(operation.function_type)
        if isinstance(operation, rt.KernelOp) and operation.sym_name.data == entry:
            inputs = operation.function_type.inputs.data
            results = tuple(operation.results_types.data)
            return Signature(tuple(inputs[: len(inputs) - len(results) - _HIDDEN_PARAMETERS]), results)
    raise InternalError(f"no entry @{entry}")


def _of_function(type_: FunctionType) -> Signature:
    return Signature(tuple(type_.inputs.data), tuple(type_.outputs.data))

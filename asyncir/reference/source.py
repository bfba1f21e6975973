"""Runs a module whose entry is a function (source level) or a machine (split and laid-out levels)."""

from __future__ import annotations

from typing import Any

from xdsl.dialects.builtin import FunctionType, ModuleOp
from xdsl.ir import Attribute, Operation

from asyncir.dialects.async_ import unwrap
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError
from asyncir.reference.arguments import Arguments, result_value
from asyncir.reference.machines import MachineCode
from asyncir.reference.outcome import Options, Outcome, Output
from asyncir.reference.program import Program
from asyncir.reference.scheduler import Scheduler
from asyncir.reference.table import SUSPENDING, TABLE
from asyncir.reference.task import Task
from asyncir.reference.values import is_scalar


def run_tasks(module: ModuleOp, op: Operation, entry: str, given: list[object], options: Options, output: Output) -> Outcome:
    """Runs `instances` root tasks of the entry."""
    type_ = op.properties["function_type"]
    assert isinstance(type_, FunctionType)
    result_types = [found for result in type_.outputs.data if (found := _result_type(op, result)) is not None]
    program = Program(module, TABLE, SUSPENDING, {"sm.machine": MachineCode})
    code = program.function(op, entry)
    arguments = Arguments(entry, type_.inputs.data, given, location_of(op))
    scheduler = Scheduler(width=options.width, instances=options.instances, workers=options.workers, seed=options.seed, output=output)
    scheduler.kernel_arguments = arguments.values
    roots = [scheduler.start(code, [arguments.values], instance, None) for instance in range(options.instances)]
    for root in roots:
        root.root = True
        root.where = op
    try:
        scheduler.run(options.deadline, code)
        scheduler.check_end(roots)
    finally:
        arguments.copy_back()
    results = [_collect(roots, index, result) for index, result in enumerate(result_types)]
    return Outcome(results, scheduler.statistics() if options.statistics else {}, output.text)


def _result_type(op: Operation, type_: Attribute) -> Attribute | None:
    """The type of a result that the host gets; None for the token of an `async.func`."""
    value = unwrap(type_) if op.name == "async.func" else type_
    if value is None or is_scalar(value):
        return value
    raise InputError(f"a result of type {value} cannot be given to the host", location_of(op))


def _collect(roots: list[Task], index: int, type_: Attribute) -> Any:
    values = [result_value(root.results[index], type_) for root in roots]
    return values[0] if len(values) == 1 else values

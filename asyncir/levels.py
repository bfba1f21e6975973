"""At which level a module is, and which of its kernels is meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from xdsl.dialects import func
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Attribute, Operation

from asyncir.dialects import async_, rt, sm
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError

SOURCE, SPLIT, SM, RT = "source", "split", "sm", "rt"

LEVELS = (SOURCE, SPLIT, SM, RT)
"""The levels a program may be written in, in the order of lowering."""

KERNEL = "task.kernel"
"""The attribute that makes a function a kernel."""


def level_of(module: ModuleOp) -> str:
    """
    The level of a module by its operations. One without any of a level's own is source.

    Raises InputError at the first operation whose level differs from that of an operation before.
    """
    first: tuple[str, Operation] | None = None
    for operation in _operations(module):
        level = _level_of_operation(operation)
        if level is None:
            continue
        if first is None:
            first = (level, operation)
        elif first[0] != level:
            raise InputError(
                f"'{operation.name}' belongs to the level '{level}', but the module is at the level '{first[0]}'",
                location_of(operation),
                notes=[(f"'{first[1].name}' belongs to the level '{first[0]}'", location_of(first[1]))],
                help="a module is at one level; asyncir-opt lowers one level to the next, pass by pass",
            )
    return first[0] if first is not None else SOURCE


def _operations(module: ModuleOp) -> Iterator[Operation]:
    return iter(module.walk())


def _level_of_operation(operation: Operation) -> str | None:
    """The level an operation belongs to; None for those of several levels. Suspensions have the level of their machine."""
    if isinstance(operation, sm.MachineOp):
        return SM if operation.laid_out else SPLIT
    if isinstance(operation, rt.KernelOp | rt.SiteOp):
        return RT
    if isinstance(operation, async_.FuncOp | async_.ExecuteOp | async_.CallOp | async_.AwaitOp | async_.AwaitAllOp):
        return SOURCE
    if isinstance(operation, func.FuncOp) and KERNEL in operation.attributes:
        return SOURCE
    return None


def kernels_of(module: ModuleOp, level: str) -> dict[str, Operation]:
    """The kernels by name, in the order of the text."""
    found: dict[str, Operation] = {}
    for operation in module.body.ops:
        name = _name_of_kernel(operation, level)
        if name is not None:
            found[name] = operation
    return found


def _name_of_kernel(operation: Operation, level: str) -> str | None:
    if level == RT:
        return operation.sym_name.data if isinstance(operation, rt.KernelOp) else None
    if level in (SPLIT, SM):
        return operation.sym_name.data if isinstance(operation, sm.MachineOp) and operation.kernel is not None else None
    return operation.sym_name.data if isinstance(operation, func.FuncOp) and KERNEL in operation.attributes else None


def entries_of(module: ModuleOp, level: str) -> dict[str, Operation]:
    """All that can be an entry: kernels, and at the source level any function with a body."""
    entries = kernels_of(module, level)
    if level == SOURCE:
        entries |= {op.sym_name.data: op for op in module.body.ops if isinstance(op, func.FuncOp) and not op.is_declaration}
    return entries


def default_entry(module: ModuleOp, level: str) -> str | None:
    """The entry that is meant where none is named: the only kernel, else `main`; None if there is neither."""
    kernels = kernels_of(module, level)
    if len(kernels) == 1:
        return next(iter(kernels))
    return "main" if "main" in entries_of(module, level) else None


def entry_name(module: ModuleOp, level: str, wanted: str | None) -> str:
    """The entry that is meant: `wanted`, else the default. Raises InputError if there is no such entry, or too many."""
    if wanted is not None:
        candidates = entries_of(module, level)
        if wanted in candidates:
            return wanted
        raise _unknown(module, wanted, candidates)
    if (default := default_entry(module, level)) is not None:
        return default
    if kernels := kernels_of(module, level):
        raise InputError(
            f"there are {len(kernels)} kernels: say which is meant",
            notes=[(f"kernel @{name}", location_of(operation)) for name, operation in kernels.items()],
        )
    raise InputError(
        "there is no entry: no kernel, and no function @main",
        location_of(module),
        help="mark a function as kernel: func.func @name(...) attributes {task.kernel}" if level == SOURCE else None,
    )


def result_types(module: ModuleOp, entry: str) -> tuple[Attribute, ...]:
    """The types of an entry's results."""
    for operation in module.body.ops:
        if isinstance(operation, rt.KernelOp) and operation.sym_name.data == entry:
            return tuple(operation.results_types.data)
        if isinstance(operation, func.FuncOp | sm.MachineOp) and operation.sym_name.data == entry:
            return operation.function_type.outputs.data
    raise InputError(f"there is no entry @{entry}", location_of(module))


def _unknown(module: ModuleOp, wanted: str, candidates: dict[str, Operation]) -> InputError:
    close = difflib.get_close_matches(wanted, candidates, n=1)
    listed = ", ".join(f"@{name}" for name in list(candidates)[:10])
    help = f"did you mean @{close[0]}?" if close else (f"there are {listed}" if listed else None)
    return InputError(f"there is no entry @{wanted}", location_of(module), help=help)

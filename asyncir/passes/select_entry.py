"""
select-entry{entry="name"}: one function is the kernel; what it cannot reach is dropped.

Requires: a module of source. Ensures: exactly one function has `task.kernel`, it is a `func.func` that nobody calls, and its
parameters and results can come from a host.

Without a name the entry is the file's only `task.kernel` function, else @main. An `async.func` may be the entry: it becomes a
function with the values that awaiting it gives. An entry that the program also calls leaves a copy for its callers.

    async.func @main(%x: i32) -> !async.value<i32> {
      async.return %x : i32
    }
    func.func @other() {
      return
    }

becomes

    func.func @main(%x: i32) -> i32 attributes {task.kernel} {
      return %x : i32
    }
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from xdsl.context import Context
from xdsl.dialects import func
from xdsl.dialects.builtin import FunctionType, MemRefType, ModuleOp, NoneAttr, StringAttr, UnitAttr
from xdsl.ir import Attribute
from xdsl.passes import ModulePass

from asyncir.abi import SCALAR_BYTES
from asyncir.analysis.callgraph import symbol_references
from asyncir.dialects import async_, task
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError
from asyncir.passes.kernel_calls import separate_from_calls
from asyncir.passes.rewriting import erase, insert_before


@dataclass(frozen=True)
class SelectEntryPass(ModulePass):
    """Marks the entry `task.kernel`, drops what it cannot reach."""

    name = "select-entry"
    entry: str = ""

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        functions = {f.sym_name.data: f for f in op.ops if isinstance(f, func.FuncOp | async_.FuncOp)}
        found = functions[self.entry or _default_entry(op, functions)] if self.entry in functions or not self.entry else None
        if found is None:
            raise _not_found(op, self.entry, functions)
        if not found.body.blocks:
            raise InputError(f"the entry @{found.sym_name.data} is only declared: it has no body", location_of(found))
        for function in functions.values():
            function.attributes.pop(task.KERNEL, None)
        separate_from_calls(op, found)
        kernel = found if isinstance(found, func.FuncOp) else _to_function(found)
        _check_interface(kernel)
        kernel.attributes[task.KERNEL] = UnitAttr()
        drop_unreachable(op, kernel.sym_name.data)


_Functions = Mapping[str, func.FuncOp | async_.FuncOp]


def _default_entry(module: ModuleOp, functions: _Functions) -> str:
    """The only kernel, else main."""
    kernels = [name for name, function in functions.items() if task.KERNEL in function.attributes]
    if len(kernels) > 1:
        first, *others = kernels
        notes = [(f"@{name} is another", location_of(functions[name])) for name in others]
        raise InputError(
            f"which kernel? There are {len(kernels)}: {_listed(kernels)}",
            location_of(functions[first]),
            notes=notes,
            help="name one as the entry",
        )
    if kernels:
        return kernels[0]
    if "main" not in functions:
        raise InputError(
            "no entry: no function is marked task.kernel, and there is no @main",
            location_of(next(iter(functions.values()), module)),
            help=f"name one as the entry: {_listed(_with_body(functions))}" if functions else "the module has no function",
        )
    return "main"


def _not_found(module: ModuleOp, entry: str, functions: _Functions) -> InputError:
    known = _with_body(functions)
    close = get_close_matches(entry, known, 1)
    help = f"did you mean @{close[0]}?" if close else f"there are: {_listed(known)}" if known else "the module has no function"
    return InputError(f"there is no function @{entry}", location_of(module), help=help)


def _with_body(functions: _Functions) -> list[str]:
    return [name for name, function in functions.items() if function.body.blocks]


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"@{name}" for name in names[:12])
    return shown if len(names) <= 12 else f"{shown} and {len(names) - 12} more"


def _to_function(task_function: async_.FuncOp) -> func.FuncOp:
    """Replace an `async.func` by a function with the values that awaiting it gives."""
    for block in task_function.body.blocks:
        if isinstance(last := block.last_op, async_.ReturnOp):
            insert_before(last, func.ReturnOp(*last.arguments))
            erase(last)
    region = task_function.detach_region(task_function.body)
    types = FunctionType.from_lists(task_function.function_type.inputs.data, task_function.value_types)
    function = func.FuncOp(task_function.sym_name.data, types, region, arg_attrs=task_function.arg_attrs)
    function.attributes = dict(task_function.attributes)
    insert_before(task_function, function)
    erase(task_function)
    return function


def _check_interface(kernel: func.FuncOp) -> None:
    """A host gives scalars and arrays, and gets scalars."""
    name = kernel.sym_name.data
    entry = kernel.body.blocks.first
    assert entry is not None
    for index, argument in enumerate(entry.args):
        if not _is_scalar(argument.type) and not _is_array(argument.type):
            raise InputError(
                f"parameter #{index} of the kernel @{name} has type {argument.type}",
                location_of(argument) or location_of(kernel),
                help="a kernel takes scalars (i1, i8, i16, i32, i64, index, f16, bf16, f32, f64) and arrays of them: memref<?xf32>",
            )
    for index, type_ in enumerate(kernel.function_type.outputs):
        if not _is_scalar(type_):
            raise InputError(
                f"result #{index} of the kernel @{name} has type {type_}",
                location_of(kernel),
                help="a kernel returns scalars: await a handle and return its value, or write to an array that is a parameter",
            )


def _is_scalar(type_: Attribute) -> bool:
    return str(type_) in SCALAR_BYTES


def _is_array(type_: Attribute) -> bool:
    if not isinstance(type_, MemRefType) or not _is_scalar(type_.element_type):
        return False
    return isinstance(type_.layout, NoneAttr) and isinstance(type_.memory_space, NoneAttr)


def drop_unreachable(module: ModuleOp, root: str) -> None:
    """Erase the symbols of a module that its operation `root`, and those it names, do not name."""
    symbols = {name.data: op for op in module.ops if isinstance(name := op.get_attr_or_prop("sym_name"), StringAttr)}
    reached = {root}
    pending = [root]
    while pending:
        for name in symbol_references(symbols[pending.pop()]):
            if name in symbols and name not in reached:
                reached.add(name)
                pending.append(name)
    for name, op in symbols.items():
        if name not in reached:
            erase(op)

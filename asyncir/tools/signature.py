"""The parameters and results of an entry, as the user sees them at every level."""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.dialects.builtin import FunctionType, ModuleOp
from xdsl.dialects.func import FuncOp
from xdsl.ir import Attribute

from asyncir.dialects import rt, sm
from asyncir.errors import InternalError


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

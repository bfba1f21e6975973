"""
The verifier: what a module must satisfy before anything is done with it.

xDSL's `verify` accepts uses before their definition, uses that are not dominated and branches with wrong operands, and
is quadratic in the blocks of a region and in the calls of a module. This one asks all that, in near-linear time and
without recursion, and reports the first fault as an InputError at the operation.

Steps, each over the whole module, so that a step may rely on those before it:

1. structure: terminators, successors, symbols defined once;
2. SSA: dominance and isolation;
3. operations: what each definition asks of its own operation;
4. what is passed over branches, regions and calls, and what is used after its end.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, OpTraits
from xdsl.irdl import IRDLOperation
from xdsl.traits import SymbolUserOpInterface

from asyncir.analysis.dominance import Dominance
from asyncir.analysis.verify_attributes import check_task_attributes
from asyncir.analysis.verify_branches import check_branches, check_regions
from asyncir.analysis.verify_kernel_arguments import check_kernel_arguments
from asyncir.analysis.verify_ssa import check_uses
from asyncir.analysis.verify_structure import check_region, display_name, regions_inside
from asyncir.analysis.verify_symbols import SymbolTables, check_symbol_uses
from asyncir.analysis.verify_tiles import check_tiles
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError


def verify_module(module: ModuleOp) -> None:
    """Raises InputError at the first operation that is wrong; its notes tell the definitions it disagrees with."""
    regions = list(regions_inside(module))
    operations = [module, *(operation for region in regions for block in region.blocks for operation in block.ops)]
    tables = SymbolTables()
    for region in regions:
        check_region(region)
    for operation in operations:
        tables.add(operation)
    dominance = Dominance()
    for region in regions:
        check_uses(region, dominance)
    for operation in operations:
        _verify_operation(operation)
    for operation in operations:
        check_task_attributes(operation)
        check_branches(operation)
        check_regions(operation)
        check_symbol_uses(operation, tables)
    check_kernel_arguments(operations)
    check_tiles(operations)


def _verify_operation(operation: Operation) -> None:
    try:
        _verifier(type(operation))(operation)
    except InputError:
        raise
    except Exception as error:
        # Beside VerifyException, xDSL's verifiers raise plain Exception, IndexError and the like on malformed operations.
        raise InputError(_reason(operation, error), location_of(operation)) from error


def _reason(operation: Operation, error: Exception) -> str:
    text = re.sub(r"\s+", " ", str(error)).strip() or type(error).__name__
    name = display_name(operation)
    return text if name in text else f"'{name}' does not verify: {text}"


_VERIFIERS: dict[type[Operation], Callable[[Operation], None]] = {}


def _verifier(definition: type[Operation]) -> Callable[[Operation], None]:
    found = _VERIFIERS.get(definition)
    if found is None:
        found = _VERIFIERS[definition] = _make_verifier(definition)
    return found


def _make_verifier(definition: type[Operation]) -> Callable[[Operation], None]:
    """
    The definition's own verifier; for one that looks up symbols the same without that look-up, which goes through the
    whole module for each operation. Its symbols are checked by verify_symbols.
    """
    if not issubclass(definition, IRDLOperation) or not definition.has_trait(SymbolUserOpInterface, value_if_unregistered=False):
        return _verify_as_defined
    op_def = definition.get_irdl_definition()
    kept = tuple(trait for trait in op_def.traits if not isinstance(trait, SymbolUserOpInterface))
    reduced = replace(op_def, traits=OpTraits(lambda: kept))
    # irdl_op_definition leaves the class's own verify_ in the closure of the one it generates, and nowhere else.
    own = inspect.getclosurevars(cast(Callable[..., Any], definition.verify_)).nonlocals.get("custom_verify")

    def verify(operation: Operation) -> None:
        reduced.verify(operation)
        if own is not None:
            own(operation)

    return verify


def _verify_as_defined(operation: Operation) -> None:
    operation.verify_()

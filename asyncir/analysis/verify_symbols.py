"""Symbols are defined once, and those that operations name exist and have the types used. One table for a module."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Protocol, cast

from xdsl.dialects.builtin import ArrayAttr, FunctionType, StringAttr, SymbolRefAttr
from xdsl.ir import Attribute, Operation
from xdsl.traits import SymbolOpInterface, SymbolTable
from xdsl.utils.exceptions import VerifyException

from asyncir.dialects.interfaces import SymbolUses
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError


class SymbolTables:
    """The symbols of each operation that has a symbol table."""

    def __init__(self) -> None:
        self._tables: dict[Operation, dict[str, Operation]] = {}

    def add(self, owner: Operation) -> None:
        """Read the table of `owner` if it has one. Raises InputError if a symbol is defined twice, or in no table."""
        _check_home(owner)
        if not owner.has_trait(SymbolTable, value_if_unregistered=False):
            return
        table = self._tables[owner] = {}
        for block in owner.regions[0].blocks if owner.regions else ():
            for operation in block.ops:
                name = operation.get_attr_or_prop("sym_name")
                if not isinstance(name, StringAttr):
                    continue
                if (first := table.get(name.data)) is not None:
                    note = ("first defined here", location_of(first))
                    raise InputError(f"redefinition of symbol @{name.data}", location_of(operation), notes=[note])
                table[name.data] = operation

    def lookup(self, user: Operation, reference: SymbolRefAttr) -> Operation | None:
        """What `reference` names in the closest table around `user`, as in MLIR."""
        owner: Operation | None = user
        while owner is not None and owner not in self._tables:
            owner = owner.parent_op()
        for name in (reference.root_reference, *reference.nested_references):
            owner = self._tables.get(owner, {}).get(name.data) if owner is not None else None
        return owner


def _check_home(operation: Operation) -> None:
    parent = operation.parent_op()
    if parent is None or parent.has_trait(SymbolTable, value_if_unregistered=True):
        return
    if operation.has_trait(SymbolOpInterface, value_if_unregistered=False) and operation.get_attr_or_prop("sym_name") is not None:
        message = f"'{operation.name}' defines a symbol inside of '{parent.name}', which has no symbol table"
        raise InputError(message, location_of(operation))


def check_symbol_uses(operation: Operation, tables: SymbolTables) -> None:
    """The symbols that an operation names."""
    check = _CHECKS.get(operation.name)
    try:
        if check is not None:
            check(operation, lambda reference: tables.lookup(operation, reference))
        elif _uses_symbols(type(operation)):
            cast(SymbolUses, operation).verify_symbol_uses(lambda reference: tables.lookup(operation, reference))
    except VerifyException as error:
        raise InputError(str(error), location_of(operation)) from error


@cache
def _uses_symbols(definition: type[Operation]) -> bool:
    """Whether operations of this class are SymbolUses: asking each operation takes as long as checking it."""
    return hasattr(definition, SymbolUses.verify_symbol_uses.__name__)


_Lookup = Callable[[SymbolRefAttr], Operation | None]


def _find(operation: Operation, attribute: str, kinds: Sequence[str], lookup: _Lookup) -> Operation | None:
    """What the attribute names; None if the operation has no such attribute, as an indirect call."""
    reference = operation.get_attr_or_prop(attribute)
    if not isinstance(reference, SymbolRefAttr):
        return None
    found = lookup(reference)
    if found is None:
        raise VerifyException(f"'{operation.name}' names {reference}, which is not defined in this module")
    if found.name not in kinds:
        raise VerifyException(f"'{operation.name}' names {reference}, which is a '{found.name}': expected {_either(kinds)}")
    return found


def _either(kinds: Sequence[str]) -> str:
    return " or ".join(f"'{kind}'" for kind in kinds)


def _check_call(kind: str) -> Callable[[Operation, _Lookup], None]:
    """A call of a function with MLIR's function type."""

    def check(operation: Operation, lookup: _Lookup) -> None:
        callee = _find(operation, "callee", (kind,), lookup)
        type = callee.get_attr_or_prop("function_type") if callee is not None else None
        if callee is not None and isinstance(type, FunctionType):
            _check_list(operation, callee, "operand", operation.operand_types, type.inputs.data)
            _check_list(operation, callee, "result", operation.result_types, type.outputs.data)

    return check


def _check_list(user: Operation, callee: Operation, what: str, got: Sequence[Attribute], expected: Sequence[Attribute]) -> None:
    name = callee.get_attr_or_prop("sym_name")
    shown = f"@{name.data}" if isinstance(name, StringAttr) else f"'{callee.name}'"
    note = (f"{shown} is defined here", location_of(callee))
    if len(got) != len(expected):
        message = f"'{user.name}' has {len(got)} {what}s: {shown} has {len(expected)}"
        raise InputError(message, location_of(user), notes=[note])
    for index, (have, want) in enumerate(zip(got, expected, strict=True)):
        if have != want:
            message = f"{what} #{index} of '{user.name}' has type {have}: {shown} has {want}"
            raise InputError(message, location_of(user), notes=[note])


class _LLVMFunctionType(Protocol):
    """LLVM's function type, by its fields: that dialect takes long to load."""

    inputs: ArrayAttr[Attribute]

    @property
    def is_variadic(self) -> bool: ...


def _check_llvm_call(operation: Operation, lookup: _Lookup) -> None:
    callee = _find(operation, "callee", ("llvm.func",), lookup)
    type = callee.get_attr_or_prop("function_type") if callee is not None else None
    if callee is None or type is None or type.name != "llvm.func":
        return
    signature = cast(_LLVMFunctionType, type)
    inputs = signature.inputs.data
    got = operation.operand_types
    # The operands behind the callee's own are variadic, or of operand bundles.
    exact = not signature.is_variadic and not operation.get_attr_or_prop("op_bundle_sizes")
    _check_list(operation, callee, "operand", got if exact else got[: len(inputs)], inputs)


def _check_get_global(operation: Operation, lookup: _Lookup) -> None:
    found = _find(operation, "name", ("memref.global",), lookup)
    type = found.get_attr_or_prop("type") if found is not None else None
    if found is not None and type is not None:
        _check_list(operation, found, "result", operation.result_types, [type])


def _check_address_of(operation: Operation, lookup: _Lookup) -> None:
    _find(operation, "global_name", ("llvm.mlir.global", "llvm.func", "llvm.mlir.alias"), lookup)


_CHECKS: dict[str, Callable[[Operation, _Lookup], None]] = {
    "func.call": _check_call("func.func"),
    "async.call": _check_call("async.func"),
    "llvm.call": _check_llvm_call,
    "memref.get_global": _check_get_global,
    "llvm.mlir.addressof": _check_address_of,
}

"""
Which types of array elements a program writes, and in which function: a load of another type reads the same whenever it happens.

Arrays of different element types are different arrays. A program that looks at one as at the other (`memref.view`) is taken to write
every type.
"""

from __future__ import annotations

from collections import Counter

from xdsl.dialects import func, memref
from xdsl.dialects.builtin import MemRefType, ModuleOp, UnrankedMemRefType
from xdsl.ir import Attribute, Operation
from xdsl.traits import IsTerminator

from asyncir.analysis.callgraph import CallLike, FunctionLike, callee_name, functions
from asyncir.analysis.effects import is_pure


class WrittenElements:
    """The writes of a module, in number, by function and by element type."""

    def __init__(self, module: ModuleOp) -> None:
        self._functions = functions(module)
        self._by_function = {name: self._writes(function) for name, function in self._functions.items()}
        self._all: Counter[Attribute | None] = Counter()
        for found in self._by_function.values():
            self._all.update(found)

    def nowhere(self, element: Attribute) -> bool:
        """Whether no function writes elements of that type."""
        return not self._all[element] and not self._all[None]

    def only_in(self, function: FunctionLike, element: Attribute) -> bool:
        """Whether no other function than this one writes elements of that type."""
        own = self._by_function[function.sym_name.data]
        return all(self._all[key] == own[key] for key in (element, None))

    def _writes(self, function: FunctionLike) -> Counter[Attribute | None]:
        """What a function writes itself; None is any type."""
        found: Counter[Attribute | None] = Counter()
        for op in function.walk():
            given = {_element(value.type) for value in op.operands if _is_array(value.type)}
            if given and {_element(result.type) for result in op.results if _is_array(result.type)} - given:
                found[None] += 1
            if self._may_write(op):
                found.update(given)
        return found

    def _may_write(self, op: Operation) -> bool:
        """Whether the operation itself may write arrays that it is given."""
        if isinstance(op, memref.LoadOp) or op.regions or op.successors or op.has_trait(IsTerminator) or is_pure(op):
            return False
        if isinstance(op, CallLike):
            callee = self._functions.get(callee_name(op))
            return isinstance(callee, func.FuncOp) and not callee.body.blocks
        return True


def _is_array(type_: Attribute) -> bool:
    return isinstance(type_, MemRefType | UnrankedMemRefType)


def _element(type_: Attribute) -> Attribute:
    assert isinstance(type_, MemRefType | UnrankedMemRefType)
    return type_.element_type

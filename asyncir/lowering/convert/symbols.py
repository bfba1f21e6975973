"""What the new module consists of."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import LocationAttr, StringAttr, i8
from xdsl.ir import Attribute, Operation

from asyncir.dialects import llvm_ext as llvm


class Symbols:
    """The new module's operations, and the functions it declares because some code calls them."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self._declared: dict[str, llvm.FuncOp] = {}
        self._helpers: set[str] = set()
        self._strings: dict[str, str] = {}

    def add(self, operation: Operation, location: LocationAttr) -> None:
        operation.location = location
        self.operations.append(operation)

    def declare(self, name: str, inputs: Sequence[Attribute], output: Attribute | None) -> None:
        """Make sure that a function from outside is declared."""
        if name not in self._declared:
            type_ = llvm.LLVMFunctionType(list(inputs), llvm.LLVMVoidType() if output is None else output)
            self._declared[name] = llvm.FuncOp(name, type_)

    def need(self, name: str) -> bool:
        """Whether a helper function of the new module is asked for the first time, so that the caller has to build it."""
        first = name not in self._helpers
        self._helpers.add(name)
        return first

    def string(self, text: str) -> str:
        """The name of a constant with the text's bytes."""
        if (name := self._strings.get(text)) is None:
            name = self._strings[text] = f"asyncir.string.{len(self._strings)}"
            array = llvm.LLVMArrayType(len(text.encode()), i8)
            self.operations.append(llvm.GlobalOp(name, array, constant=True, value=StringAttr(text)))
        return name

    def all(self) -> list[Operation]:
        """The declarations, then all else in the order in which it was added."""
        return [*self._declared.values(), *self.operations]

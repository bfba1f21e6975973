"""
What analyses need to know of an operation beyond its definition, as protocols that operations of any dialect satisfy.

An operation need not inherit from a protocol: having its methods is enough. What xDSL's own terminators do is told here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, cast, runtime_checkable

from xdsl.dialects import cf
from xdsl.dialects.builtin import SymbolRefAttr
from xdsl.ir import Attribute, Operation, SSAValue


@runtime_checkable
class SuccessorOperands(Protocol):
    """
    A terminator that says what its successors' block arguments receive.

    The arguments of successor `i` are first those that the terminator itself produces (the value an await yields to its
    resume block), typed `produced_block_arg_types(i)`, then one for each of `successor_operands(i)`.
    """

    def successor_operands(self, successor_index: int) -> Sequence[SSAValue]:
        """The operands passed to successor `successor_index`, in the order of its block arguments."""
        ...

    def produced_block_arg_types(self, successor_index: int) -> tuple[Attribute, ...]:
        """Types of the leading block arguments that the terminator produces on the edge."""
        ...


# LLVM's branches have the fields of cf's; they are told by name, as loading that dialect takes long.
_BRANCHES = ("cf.br", "llvm.br")
_CONDITIONAL_BRANCHES = ("cf.cond_br", "llvm.cond_br")


def successor_operands(terminator: Operation, successor_index: int) -> Sequence[SSAValue] | None:
    """The operands passed to a successor; None if the operation does not say."""
    if terminator.name in _BRANCHES:
        return terminator.operands
    if terminator.name in _CONDITIONAL_BRANCHES:
        branch = cast(cf.ConditionalBranchOp, terminator)
        return (branch.then_arguments, branch.else_arguments)[successor_index]
    if isinstance(terminator, cf.SwitchOp):
        return terminator.default_operands if successor_index == 0 else _case_operands(terminator, successor_index - 1)
    if isinstance(terminator, SuccessorOperands):
        return terminator.successor_operands(successor_index)
    return None


def _case_operands(switch: cf.SwitchOp, case: int) -> Sequence[SSAValue]:
    """The operands of one case. `SwitchOp.case_operand` builds those of all: asked for each case, that is quadratic."""
    operands = switch.case_operands
    if not operands:
        return ()
    sizes = switch.case_operand_segments.get_values()
    start = sum(sizes[:case])
    return operands[start : start + sizes[case]]


def produced_block_arg_types(terminator: Operation, successor_index: int) -> tuple[Attribute, ...]:
    """Types of the leading block arguments of a successor that the terminator itself produces."""
    if isinstance(terminator, SuccessorOperands):
        return terminator.produced_block_arg_types(successor_index)
    return ()


SymbolLookup = Callable[[SymbolRefAttr], Operation | None]
"""The operation that a symbol names, seen from the operation that asks; None if there is none."""


@runtime_checkable
class SymbolUses(Protocol):
    """
    An operation that names symbols and checks them by a table built once for a module. An xDSL SymbolUserOpInterface
    looks through the module for each operation instead, which is quadratic.
    """

    def verify_symbol_uses(self, lookup: SymbolLookup) -> None:
        """Raises VerifyException if a symbol is missing or not of the kind or type that the operation needs."""
        ...

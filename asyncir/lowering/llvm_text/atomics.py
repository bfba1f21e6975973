"""PTX of a read-modify-write with its order and scope.

LLVM 22's NVPTX backend prints every `atomicrmw` as a relaxed, gpu-scope `atom`, whatever its order and scope say; cmpxchg, atomic loads,
stores and fences come out right. So a read-modify-write is printed as inline assembly with a memory clobber. A sequentially consistent
one is `fence.sc` followed by the acq_rel form, which is PTX's own mapping: the fences order all such operations.
"""

from __future__ import annotations

from dataclasses import dataclass

from asyncir.dialects.llvm_ext import BinOp, Ordering

SCOPE_NAMES = {"": "sys", "device": "gpu", "block": "cta"}
"""The sync scopes of the llvm level and PTX's words for them."""

_ORDERS = {
    Ordering.MONOTONIC: "relaxed",
    Ordering.ACQUIRE: "acquire",
    Ordering.RELEASE: "release",
    Ordering.ACQ_REL: "acq_rel",
    Ordering.SEQ_CST: "acq_rel",
}

_SPACES = {0: "", 1: ".global", 3: ".shared"}
_REGISTERS = {"i32": "r", "i64": "l", "float": "f", "double": "d"}

_INTEGER_OPS = {
    BinOp.XCHG: "exch.b{}",
    BinOp.ADD: "add.u{}",
    BinOp.SUB: "add.u{}",
    BinOp.AND: "and.b{}",
    BinOp.OR: "or.b{}",
    BinOp.XOR: "xor.b{}",
    BinOp.MAX: "max.s{}",
    BinOp.MIN: "min.s{}",
    BinOp.UMAX: "max.u{}",
    BinOp.UMIN: "min.u{}",
}
_FLOAT_OPS = {BinOp.XCHG: "exch.b{}", BinOp.FADD: "add.f{}"}


@dataclass(frozen=True)
class AtomicForm:
    """A read-modify-write: operation, order, scope (a key of SCOPE_NAMES), LLVM's text of the type, address space of the pointer."""

    kind: BinOp
    order: Ordering
    scope: str
    type: str
    space: int


@dataclass(frozen=True)
class AtomicAsm:
    """Inline assembly of one read-modify-write: $0 is the value before, $1 the address, $2 the operand (negated first if `negate`)."""

    text: str
    constraints: str
    negate: bool


def atomic_asm(form: AtomicForm) -> AtomicAsm | None:
    """The inline assembly of a read-modify-write; None where PTX has no such instruction."""
    register = _REGISTERS.get(form.type)
    operations = _INTEGER_OPS if form.type in ("i32", "i64") else _FLOAT_OPS
    operation = operations.get(form.kind)
    if register is None or operation is None or form.space not in _SPACES or form.order not in _ORDERS:
        return None
    width = 32 if form.type in ("i32", "float") else 64
    scope = SCOPE_NAMES[form.scope]
    fence = f"fence.sc.{scope};\\0A\\09" if form.order == Ordering.SEQ_CST else ""
    instruction = f"atom.{_ORDERS[form.order]}.{scope}{_SPACES[form.space]}.{operation.format(width)} $0, [$1], $2;"
    return AtomicAsm(fence + instruction, f"={register},l,{register},~{{memory}}", form.kind == BinOp.SUB)

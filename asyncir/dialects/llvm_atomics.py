"""Loads, stores, read-modify-writes and fences of the `llvm` dialect, with order, scope, volatility and alignment.

Names, properties and operand order are MLIR 22's, so `mlir-translate --mlir-to-llvmir` takes what we print. They print in MLIR's generic
form, which every MLIR tool reads.

None of these ops declares a read-only effect: a poll loop must survive dead-code elimination.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from xdsl.dialects.builtin import I64, IntegerAttr, StringAttr, UnitAttr, i1, i64
from xdsl.dialects.llvm import LLVMPointerType, LLVMStructType
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.irdl import (
    IRDLOperation,
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    prop_def,
    result_def,
)
from xdsl.utils.exceptions import VerifyException


class Ordering(IntEnum):
    """Atomic orderings, with the numbers MLIR stores."""

    NOT_ATOMIC = 0
    UNORDERED = 1
    MONOTONIC = 2
    ACQUIRE = 4
    RELEASE = 5
    ACQ_REL = 6
    SEQ_CST = 7


class BinOp(IntEnum):
    """Read-modify-write operations of `llvm.atomicrmw`, with the numbers MLIR stores."""

    XCHG = 0
    ADD = 1
    SUB = 2
    AND = 3
    NAND = 4
    OR = 5
    XOR = 6
    MAX = 7
    MIN = 8
    UMAX = 9
    UMIN = 10
    FADD = 11
    FSUB = 12
    FMAX = 13
    FMIN = 14


SYSTEM_SCOPE = ""
"""The syncscope that pairs with every other thread, the host included."""

SCOPES = (SYSTEM_SCOPE, "device", "block")
"""Sync scopes of a target, widest first; the names are NVPTX's. On the host the scope is dropped (all threads are one system)."""


def _flag(on: bool) -> UnitAttr | None:
    return UnitAttr() if on else None


def _alignment(alignment: int | None) -> IntegerAttr[I64] | None:
    return None if alignment is None else IntegerAttr(alignment, i64)


def _scope(scope: str) -> StringAttr | None:
    return StringAttr(scope) if scope else None


def _verify_access(
    op: Operation, ordering: int, scope: StringAttr | None, alignment: Attribute | None, refused: Sequence[Ordering]
) -> None:
    """LLVM's rules for an atomic access; a plain access must not name a scope."""
    if ordering not in list(Ordering):
        raise VerifyException(f"{op.name}: expected an atomic ordering, got {ordering}")
    if ordering == Ordering.NOT_ATOMIC:
        if scope is not None:
            raise VerifyException(f"{op.name}: expected no syncscope on an access that is not atomic, got '{scope.data}'")
        return
    if ordering in refused:
        raise VerifyException(f"{op.name}: unsupported ordering '{Ordering(ordering).name.lower()}'")
    if alignment is None:
        raise VerifyException(f"{op.name}: an atomic access needs an alignment")


@irdl_op_definition
class LoadOp(IRDLOperation):
    """`llvm.load`: plain, volatile or atomic with an order and a scope."""

    name = "llvm.load"

    addr = operand_def(LLVMPointerType)
    res = result_def()
    alignment = opt_prop_def(IntegerAttr[I64])
    volatile_ = opt_prop_def(UnitAttr)
    nontemporal = opt_prop_def(UnitAttr)
    invariant = opt_prop_def(UnitAttr)
    ordering = prop_def(IntegerAttr[I64], default_value=IntegerAttr(0, i64))
    syncscope = opt_prop_def(StringAttr)

    def __init__(
        self,
        addr: SSAValue | Operation,
        result_type: Attribute,
        *,
        alignment: int | None = None,
        ordering: Ordering = Ordering.NOT_ATOMIC,
        scope: str = SYSTEM_SCOPE,
        volatile: bool = False,
        invariant: bool = False,
    ) -> None:
        super().__init__(
            operands=[addr],
            result_types=[result_type],
            properties={
                "alignment": _alignment(alignment),
                "volatile_": _flag(volatile),
                "invariant": _flag(invariant),
                "ordering": IntegerAttr(int(ordering), i64),
                "syncscope": _scope(scope),
            },
        )

    def verify_(self) -> None:
        _verify_access(self, self.ordering.value.data, self.syncscope, self.alignment, (Ordering.RELEASE, Ordering.ACQ_REL))


@irdl_op_definition
class StoreOp(IRDLOperation):
    """`llvm.store`: plain, volatile or atomic with an order and a scope."""

    name = "llvm.store"

    value = operand_def()
    addr = operand_def(LLVMPointerType)
    alignment = opt_prop_def(IntegerAttr[I64])
    volatile_ = opt_prop_def(UnitAttr)
    nontemporal = opt_prop_def(UnitAttr)
    ordering = prop_def(IntegerAttr[I64], default_value=IntegerAttr(0, i64))
    syncscope = opt_prop_def(StringAttr)

    def __init__(
        self,
        value: SSAValue | Operation,
        addr: SSAValue | Operation,
        *,
        alignment: int | None = None,
        ordering: Ordering = Ordering.NOT_ATOMIC,
        scope: str = SYSTEM_SCOPE,
        volatile: bool = False,
    ) -> None:
        super().__init__(
            operands=[value, addr],
            properties={
                "alignment": _alignment(alignment),
                "volatile_": _flag(volatile),
                "ordering": IntegerAttr(int(ordering), i64),
                "syncscope": _scope(scope),
            },
        )

    def verify_(self) -> None:
        _verify_access(self, self.ordering.value.data, self.syncscope, self.alignment, (Ordering.ACQUIRE, Ordering.ACQ_REL))


@irdl_op_definition
class AtomicRMWOp(IRDLOperation):
    """`llvm.atomicrmw`: one read-modify-write; the result is the value before."""

    name = "llvm.atomicrmw"

    ptr = operand_def(LLVMPointerType)
    val = operand_def()
    res = result_def()
    bin_op = prop_def(IntegerAttr[I64])
    ordering = prop_def(IntegerAttr[I64])
    syncscope = opt_prop_def(StringAttr)
    alignment = opt_prop_def(IntegerAttr[I64])
    volatile_ = opt_prop_def(UnitAttr)

    def __init__(
        self,
        bin_op: BinOp,
        ptr: SSAValue | Operation,
        val: SSAValue | Operation,
        ordering: Ordering,
        scope: str = SYSTEM_SCOPE,
        *,
        alignment: int | None = None,
    ) -> None:
        super().__init__(
            operands=[ptr, val],
            result_types=[SSAValue.get(val).type],
            properties={
                "bin_op": IntegerAttr(int(bin_op), i64),
                "ordering": IntegerAttr(int(ordering), i64),
                "syncscope": _scope(scope),
                "alignment": _alignment(alignment),
            },
        )

    def verify_(self) -> None:
        if self.bin_op.value.data not in list(BinOp):
            raise VerifyException(f"llvm.atomicrmw: expected a known operation, got {self.bin_op.value.data}")
        if self.ordering.value.data < Ordering.MONOTONIC or self.ordering.value.data not in list(Ordering):
            raise VerifyException("llvm.atomicrmw: expected at least monotonic ordering")
        if self.val.type != self.res.type:
            raise VerifyException(f"llvm.atomicrmw: expected a result of type {self.val.type}, got {self.res.type}")


@irdl_op_definition
class AtomicCmpXchgOp(IRDLOperation):
    """`llvm.cmpxchg`: compare and exchange; yields {value before, whether it was exchanged}."""

    name = "llvm.cmpxchg"

    ptr = operand_def(LLVMPointerType)
    cmp = operand_def()
    val = operand_def()
    res = result_def(LLVMStructType)
    success_ordering = prop_def(IntegerAttr[I64])
    failure_ordering = prop_def(IntegerAttr[I64])
    syncscope = opt_prop_def(StringAttr)
    alignment = opt_prop_def(IntegerAttr[I64])
    weak = opt_prop_def(UnitAttr)
    volatile_ = opt_prop_def(UnitAttr)

    def __init__(
        self,
        ptr: SSAValue | Operation,
        cmp: SSAValue | Operation,
        val: SSAValue | Operation,
        success: Ordering,
        failure: Ordering = Ordering.MONOTONIC,
        scope: str = SYSTEM_SCOPE,
        *,
        alignment: int | None = None,
        weak: bool = False,
    ) -> None:
        super().__init__(
            operands=[ptr, cmp, val],
            result_types=[LLVMStructType.from_type_list([SSAValue.get(val).type, i1])],
            properties={
                "success_ordering": IntegerAttr(int(success), i64),
                "failure_ordering": IntegerAttr(int(failure), i64),
                "syncscope": _scope(scope),
                "alignment": _alignment(alignment),
                "weak": _flag(weak),
            },
        )

    def verify_(self) -> None:
        if self.cmp.type != self.val.type:
            raise VerifyException(f"llvm.cmpxchg: expected both values of one type, got {self.cmp.type} and {self.val.type}")
        success, failure = self.success_ordering.value.data, self.failure_ordering.value.data
        if success < Ordering.MONOTONIC or failure < Ordering.MONOTONIC:
            raise VerifyException("llvm.cmpxchg: expected at least monotonic ordering")
        if failure in (Ordering.RELEASE, Ordering.ACQ_REL):
            raise VerifyException("llvm.cmpxchg: the failure ordering cannot release")


@irdl_op_definition
class FenceOp(IRDLOperation):
    """`llvm.fence`: an atomic fence of an order and a scope."""

    name = "llvm.fence"

    ordering = prop_def(IntegerAttr[I64])
    syncscope = opt_prop_def(StringAttr)

    def __init__(self, ordering: Ordering, scope: str = SYSTEM_SCOPE) -> None:
        super().__init__(properties={"ordering": IntegerAttr(int(ordering), i64), "syncscope": _scope(scope)})

    def verify_(self) -> None:
        if self.ordering.value.data < Ordering.ACQUIRE or self.ordering.value.data not in list(Ordering):
            raise VerifyException("llvm.fence: expected acquire, release, acq_rel or seq_cst")

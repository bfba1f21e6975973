"""The shapes that `llvm.intr.*` ops share: how many operands, and of what they are."""

from __future__ import annotations

from abc import ABC

from xdsl.dialects.builtin import I1, BoolAttr, IntegerAttr, i1
from xdsl.dialects.llvm import FastMathAttr, LLVMStructType
from xdsl.ir import Operation, SSAValue
from xdsl.irdl import IRDLOperation, operand_def, prop_def, result_def, traits_def
from xdsl.traits import Pure

NO_FAST_MATH = FastMathAttr(None)


class UnaryFloatIntrinsic(IRDLOperation, ABC):
    """One float (or vector) to one of the same type."""

    arg = operand_def()
    res = result_def()
    fastmathFlags = prop_def(FastMathAttr, default_value=NO_FAST_MATH)
    traits = traits_def(Pure())

    def __init__(self, arg: SSAValue | Operation, fastmath: FastMathAttr = NO_FAST_MATH) -> None:
        super().__init__(operands=[arg], result_types=[SSAValue.get(arg).type], properties={"fastmathFlags": fastmath})


class BinaryFloatIntrinsic(IRDLOperation, ABC):
    """Two floats (or vectors) to one of the same type."""

    lhs = operand_def()
    rhs = operand_def()
    res = result_def()
    fastmathFlags = prop_def(FastMathAttr, default_value=NO_FAST_MATH)
    traits = traits_def(Pure())

    def __init__(self, lhs: SSAValue | Operation, rhs: SSAValue | Operation, fastmath: FastMathAttr = NO_FAST_MATH) -> None:
        super().__init__(operands=[lhs, rhs], result_types=[SSAValue.get(lhs).type], properties={"fastmathFlags": fastmath})


class TernaryFloatIntrinsic(IRDLOperation, ABC):
    """Three floats (or vectors) to one of the same type."""

    a = operand_def()
    b = operand_def()
    c = operand_def()
    res = result_def()
    fastmathFlags = prop_def(FastMathAttr, default_value=NO_FAST_MATH)
    traits = traits_def(Pure())

    def __init__(
        self,
        a: SSAValue | Operation,
        b: SSAValue | Operation,
        c: SSAValue | Operation,
        fastmath: FastMathAttr = NO_FAST_MATH,
    ) -> None:
        super().__init__(operands=[a, b, c], result_types=[SSAValue.get(a).type], properties={"fastmathFlags": fastmath})


class UnaryIntIntrinsic(IRDLOperation, ABC):
    """One integer (or vector) to one of the same type."""

    arg = operand_def()
    res = result_def()
    traits = traits_def(Pure())

    def __init__(self, arg: SSAValue | Operation) -> None:
        super().__init__(operands=[arg], result_types=[SSAValue.get(arg).type])


class BinaryIntIntrinsic(IRDLOperation, ABC):
    """Two integers (or vectors) to one of the same type."""

    lhs = operand_def()
    rhs = operand_def()
    res = result_def()
    traits = traits_def(Pure())

    def __init__(self, lhs: SSAValue | Operation, rhs: SSAValue | Operation) -> None:
        super().__init__(operands=[lhs, rhs], result_types=[SSAValue.get(lhs).type])


class OverflowIntrinsic(IRDLOperation, ABC):
    """Two integers to {wrapped result, whether it wrapped}."""

    lhs = operand_def()
    rhs = operand_def()
    res = result_def(LLVMStructType)
    traits = traits_def(Pure())

    def __init__(self, lhs: SSAValue | Operation, rhs: SSAValue | Operation) -> None:
        super().__init__(operands=[lhs, rhs], result_types=[LLVMStructType.from_type_list([SSAValue.get(lhs).type, i1])])


class CountZerosIntrinsic(IRDLOperation, ABC):
    """Leading or trailing zeros; `is_zero_poison` says whether zero is allowed."""

    arg = operand_def()
    res = result_def()
    is_zero_poison = prop_def(IntegerAttr[I1])
    traits = traits_def(Pure())

    def __init__(self, arg: SSAValue | Operation, *, is_zero_poison: bool = False) -> None:
        super().__init__(
            operands=[arg],
            result_types=[SSAValue.get(arg).type],
            properties={"is_zero_poison": BoolAttr.from_bool(is_zero_poison)},
        )


class FunnelShiftIntrinsic(IRDLOperation, ABC):
    """The high or low word of a double-word shift; a rotation when both words are the same."""

    a = operand_def()
    b = operand_def()
    c = operand_def()
    res = result_def()
    traits = traits_def(Pure())

    def __init__(self, a: SSAValue | Operation, b: SSAValue | Operation, c: SSAValue | Operation) -> None:
        super().__init__(operands=[a, b, c], result_types=[SSAValue.get(a).type])

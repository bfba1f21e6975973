"""`llvm.intr.*` ops on integers, and the few that only guide the optimiser or stop the program."""

from __future__ import annotations

from xdsl.dialects.builtin import I1, BoolAttr, DenseArrayBase, IntegerAttr, i32
from xdsl.ir import Operation, SSAValue
from xdsl.irdl import IRDLOperation, irdl_op_definition, operand_def, prop_def, result_def, traits_def, var_operand_def
from xdsl.traits import Pure

from asyncir.dialects.llvm_intrinsic_shapes import (
    BinaryIntIntrinsic,
    CountZerosIntrinsic,
    FunnelShiftIntrinsic,
    OverflowIntrinsic,
    UnaryIntIntrinsic,
)


@irdl_op_definition
class CtPopOp(UnaryIntIntrinsic):
    name = "llvm.intr.ctpop"


@irdl_op_definition
class ByteSwapOp(UnaryIntIntrinsic):
    name = "llvm.intr.bswap"


@irdl_op_definition
class BitReverseOp(UnaryIntIntrinsic):
    name = "llvm.intr.bitreverse"


@irdl_op_definition
class SMinOp(BinaryIntIntrinsic):
    name = "llvm.intr.smin"


@irdl_op_definition
class SMaxOp(BinaryIntIntrinsic):
    name = "llvm.intr.smax"


@irdl_op_definition
class UMinOp(BinaryIntIntrinsic):
    name = "llvm.intr.umin"


@irdl_op_definition
class UMaxOp(BinaryIntIntrinsic):
    name = "llvm.intr.umax"


@irdl_op_definition
class SAddSatOp(BinaryIntIntrinsic):
    name = "llvm.intr.sadd.sat"


@irdl_op_definition
class UAddSatOp(BinaryIntIntrinsic):
    name = "llvm.intr.uadd.sat"


@irdl_op_definition
class SSubSatOp(BinaryIntIntrinsic):
    name = "llvm.intr.ssub.sat"


@irdl_op_definition
class USubSatOp(BinaryIntIntrinsic):
    name = "llvm.intr.usub.sat"


@irdl_op_definition
class SAddWithOverflowOp(OverflowIntrinsic):
    name = "llvm.intr.sadd.with.overflow"


@irdl_op_definition
class UAddWithOverflowOp(OverflowIntrinsic):
    name = "llvm.intr.uadd.with.overflow"


@irdl_op_definition
class SSubWithOverflowOp(OverflowIntrinsic):
    name = "llvm.intr.ssub.with.overflow"


@irdl_op_definition
class USubWithOverflowOp(OverflowIntrinsic):
    name = "llvm.intr.usub.with.overflow"


@irdl_op_definition
class SMulWithOverflowOp(OverflowIntrinsic):
    name = "llvm.intr.smul.with.overflow"


@irdl_op_definition
class UMulWithOverflowOp(OverflowIntrinsic):
    name = "llvm.intr.umul.with.overflow"


@irdl_op_definition
class CountLeadingZerosOp(CountZerosIntrinsic):
    name = "llvm.intr.ctlz"


@irdl_op_definition
class CountTrailingZerosOp(CountZerosIntrinsic):
    name = "llvm.intr.cttz"


@irdl_op_definition
class AbsOp(IRDLOperation):
    """Absolute value; the smallest integer wraps to itself unless it is declared poison."""

    name = "llvm.intr.abs"

    arg = operand_def()
    res = result_def()
    is_int_min_poison = prop_def(IntegerAttr[I1])
    traits = traits_def(Pure())

    def __init__(self, arg: SSAValue | Operation, *, is_int_min_poison: bool = False) -> None:
        super().__init__(
            operands=[arg],
            result_types=[SSAValue.get(arg).type],
            properties={"is_int_min_poison": BoolAttr.from_bool(is_int_min_poison)},
        )


@irdl_op_definition
class FshlOp(FunnelShiftIntrinsic):
    name = "llvm.intr.fshl"


@irdl_op_definition
class FshrOp(FunnelShiftIntrinsic):
    name = "llvm.intr.fshr"


@irdl_op_definition
class AssumeOp(IRDLOperation):
    """The optimiser may rely on the condition."""

    name = "llvm.intr.assume"

    cond = operand_def(I1)
    op_bundle_operands = var_operand_def()
    op_bundle_sizes = prop_def(DenseArrayBase.constr(i32), default_value=DenseArrayBase.from_list(i32, ()))

    def __init__(self, cond: SSAValue | Operation) -> None:
        super().__init__(operands=[cond, []])


@irdl_op_definition
class ExpectOp(IRDLOperation):
    """The first operand, which is probably the second."""

    name = "llvm.intr.expect"

    val = operand_def()
    expected = operand_def()
    res = result_def()
    traits = traits_def(Pure())

    def __init__(self, val: SSAValue | Operation, expected: SSAValue | Operation) -> None:
        super().__init__(operands=[val, expected], result_types=[SSAValue.get(val).type])


@irdl_op_definition
class TrapOp(IRDLOperation):
    """Abort. Never for a user's error on a GPU: a trap kills the context."""

    name = "llvm.intr.trap"

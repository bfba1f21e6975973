"""`llvm.intr.*` ops on floats."""

from __future__ import annotations

from xdsl.dialects.llvm import FastMathAttr
from xdsl.ir import Operation, SSAValue
from xdsl.irdl import IRDLOperation, irdl_op_definition, operand_def, prop_def, result_def, traits_def
from xdsl.traits import Pure

from asyncir.dialects.llvm_intrinsic_shapes import (
    NO_FAST_MATH,
    BinaryFloatIntrinsic,
    TernaryFloatIntrinsic,
    UnaryFloatIntrinsic,
)


@irdl_op_definition
class SinOp(UnaryFloatIntrinsic):
    name = "llvm.intr.sin"


@irdl_op_definition
class CosOp(UnaryFloatIntrinsic):
    name = "llvm.intr.cos"


@irdl_op_definition
class TanOp(UnaryFloatIntrinsic):
    name = "llvm.intr.tan"


@irdl_op_definition
class ASinOp(UnaryFloatIntrinsic):
    name = "llvm.intr.asin"


@irdl_op_definition
class ACosOp(UnaryFloatIntrinsic):
    name = "llvm.intr.acos"


@irdl_op_definition
class ATanOp(UnaryFloatIntrinsic):
    name = "llvm.intr.atan"


@irdl_op_definition
class SinhOp(UnaryFloatIntrinsic):
    name = "llvm.intr.sinh"


@irdl_op_definition
class CoshOp(UnaryFloatIntrinsic):
    name = "llvm.intr.cosh"


@irdl_op_definition
class TanhOp(UnaryFloatIntrinsic):
    name = "llvm.intr.tanh"


@irdl_op_definition
class ExpOp(UnaryFloatIntrinsic):
    name = "llvm.intr.exp"


@irdl_op_definition
class Exp2Op(UnaryFloatIntrinsic):
    name = "llvm.intr.exp2"


@irdl_op_definition
class Exp10Op(UnaryFloatIntrinsic):
    name = "llvm.intr.exp10"


@irdl_op_definition
class LogOp(UnaryFloatIntrinsic):
    name = "llvm.intr.log"


@irdl_op_definition
class Log2Op(UnaryFloatIntrinsic):
    name = "llvm.intr.log2"


@irdl_op_definition
class Log10Op(UnaryFloatIntrinsic):
    name = "llvm.intr.log10"


@irdl_op_definition
class SqrtOp(UnaryFloatIntrinsic):
    name = "llvm.intr.sqrt"


@irdl_op_definition
class FAbsOp(UnaryFloatIntrinsic):
    name = "llvm.intr.fabs"


@irdl_op_definition
class FFloorOp(UnaryFloatIntrinsic):
    name = "llvm.intr.floor"


@irdl_op_definition
class FCeilOp(UnaryFloatIntrinsic):
    name = "llvm.intr.ceil"


@irdl_op_definition
class FTruncOp(UnaryFloatIntrinsic):
    name = "llvm.intr.trunc"


@irdl_op_definition
class RintOp(UnaryFloatIntrinsic):
    name = "llvm.intr.rint"


@irdl_op_definition
class NearbyIntOp(UnaryFloatIntrinsic):
    name = "llvm.intr.nearbyint"


@irdl_op_definition
class RoundOp(UnaryFloatIntrinsic):
    name = "llvm.intr.round"


@irdl_op_definition
class RoundEvenOp(UnaryFloatIntrinsic):
    name = "llvm.intr.roundeven"


@irdl_op_definition
class PowOp(BinaryFloatIntrinsic):
    name = "llvm.intr.pow"


@irdl_op_definition
class ATan2Op(BinaryFloatIntrinsic):
    name = "llvm.intr.atan2"


@irdl_op_definition
class CopySignOp(BinaryFloatIntrinsic):
    name = "llvm.intr.copysign"


@irdl_op_definition
class MaxNumOp(BinaryFloatIntrinsic):
    name = "llvm.intr.maxnum"


@irdl_op_definition
class MinNumOp(BinaryFloatIntrinsic):
    name = "llvm.intr.minnum"


@irdl_op_definition
class MaximumOp(BinaryFloatIntrinsic):
    name = "llvm.intr.maximum"


@irdl_op_definition
class MinimumOp(BinaryFloatIntrinsic):
    name = "llvm.intr.minimum"


@irdl_op_definition
class FMAOp(TernaryFloatIntrinsic):
    name = "llvm.intr.fma"


@irdl_op_definition
class FMulAddOp(TernaryFloatIntrinsic):
    name = "llvm.intr.fmuladd"


@irdl_op_definition
class PowIOp(IRDLOperation):
    """A float to an integer power."""

    name = "llvm.intr.powi"

    val = operand_def()
    power = operand_def()
    res = result_def()
    fastmathFlags = prop_def(FastMathAttr, default_value=NO_FAST_MATH)
    traits = traits_def(Pure())

    def __init__(self, val: SSAValue | Operation, power: SSAValue | Operation, fastmath: FastMathAttr = NO_FAST_MATH) -> None:
        super().__init__(operands=[val, power], result_types=[SSAValue.get(val).type], properties={"fastmathFlags": fastmath})

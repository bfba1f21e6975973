"""xDSL's `math` with what it lacks of MLIR's: erfc, and the questions what a float is."""

from __future__ import annotations

from abc import ABC

from xdsl.dialects import math
from xdsl.dialects.builtin import AnyFloatConstr, i1
from xdsl.ir import Operation, SSAValue
from xdsl.irdl import IRDLOperation, irdl_op_definition, operand_def, result_def, traits_def
from xdsl.traits import Pure

from asyncir.dialects.extend import extended


@irdl_op_definition
class ErfcOp(math.FloatingPointLikeUnaryMathOperation):
    """
    The complementary error function, 1 - erf.

    ```mlir
    %r = math.erfc %a : f32
    ```
    """

    name = "math.erfc"
    traits = traits_def(Pure())


class FloatQuestion(IRDLOperation, ABC):
    """
    Whether a float is of a kind.

    ```mlir
    %nan = math.isnan %a : f32
    ```
    """

    operand = operand_def(AnyFloatConstr)
    result = result_def(i1)
    traits = traits_def(Pure())
    assembly_format = "$operand attr-dict `:` type($operand)"

    def __init__(self, operand: SSAValue | Operation):
        super().__init__(operands=[operand], result_types=[i1])


@irdl_op_definition
class IsFiniteOp(FloatQuestion):
    """Neither infinite nor NaN."""

    name = "math.isfinite"


@irdl_op_definition
class IsInfOp(FloatQuestion):
    """Infinite, of either sign."""

    name = "math.isinf"


@irdl_op_definition
class IsNaNOp(FloatQuestion):
    """Not a number."""

    name = "math.isnan"


@irdl_op_definition
class IsNormalOp(FloatQuestion):
    """Neither zero, subnormal, infinite nor NaN."""

    name = "math.isnormal"


Math = extended(math.Math, [ErfcOp, IsFiniteOp, IsInfOp, IsNaNOp, IsNormalOp])

"""
The lane ops of MLIR's `gpu` dialect, with MLIR's text: lane_id, subgroup_size, shuffle, subgroup_reduce; and its address spaces.

A dialect object of its own under the name `gpu`: xDSL's has these without text, or not at all, and its enumeration of
reductions is not MLIR's. Nothing else of `gpu` has a meaning in a task.
"""

from __future__ import annotations

from xdsl.dialects.builtin import AnyFloat, IndexType, IntegerAttr, IntegerType, UnitAttr, i1, i32
from xdsl.dialects.utils import EnumAttribute
from xdsl.ir import Attribute, Dialect, SpacedOpaqueSyntaxAttribute, SSAValue
from xdsl.irdl import (
    IRDLOperation,
    irdl_attr_definition,
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    prop_def,
    result_def,
    traits_def,
)
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.str_enum import StrEnum

from asyncir.dialects.memory_effects import ReadWrite
from asyncir.dialects.task_tile_types import AddressSpaceAttr


class ShuffleMode(StrEnum):
    """How a lane chooses the lane that it reads: own id xor / + / - the offset, or the offset itself (idx)."""

    XOR = "xor"
    UP = "up"
    DOWN = "down"
    IDX = "idx"


class Reduction(StrEnum):
    """MLIR's reductions. Float sums and products may be reassociated."""

    ADD = "add"
    MUL = "mul"
    MINUI = "minui"
    MINSI = "minsi"
    MINNUMF = "minnumf"
    MAXUI = "maxui"
    MAXSI = "maxsi"
    MAXNUMF = "maxnumf"
    AND = "and"
    OR = "or"
    XOR = "xor"
    MINIMUMF = "minimumf"
    MAXIMUMF = "maximumf"


@irdl_attr_definition
class ShuffleModeAttr(EnumAttribute[ShuffleMode], SpacedOpaqueSyntaxAttribute):
    """`#gpu<shuffle_mode xor>`"""

    name = "gpu.shuffle_mode"


@irdl_attr_definition
class ReductionAttr(EnumAttribute[Reduction], SpacedOpaqueSyntaxAttribute):
    """`#gpu<all_reduce_op add>`"""

    name = "gpu.all_reduce_op"


def _parse_upper_bound(op: IRDLOperation, parser: Parser) -> None:
    if parser.parse_optional_keyword("upper_bound"):
        op.properties["upper_bound"] = IntegerAttr(parser.parse_integer(), IndexType())


def _print_upper_bound(bound: IntegerAttr | None, printer: Printer) -> None:
    if bound is not None:
        printer.print_string(f" upper_bound {bound.value.data}")


@irdl_op_definition
class LaneIdOp(IRDLOperation):
    """
    The lane's number within its warp, 0 <= id < width. Divergent. Using it makes a task warp scope.

    ```mlir
    %lane = gpu.lane_id
    ```
    """

    name = "gpu.lane_id"
    upper_bound = opt_prop_def(IntegerAttr)
    result = result_def(IndexType)
    traits = traits_def(Pure())

    def __init__(self) -> None:
        super().__init__(result_types=[IndexType()])

    @classmethod
    def parse(cls, parser: Parser) -> LaneIdOp:
        op = cls()
        _parse_upper_bound(op, parser)
        op.attributes |= parser.parse_optional_attr_dict()
        return op

    def print(self, printer: Printer) -> None:
        _print_upper_bound(self.upper_bound, printer)
        printer.print_op_attributes(self.attributes)


@irdl_op_definition
class SubgroupSizeOp(IRDLOperation):
    """
    How many lanes the warp has: 32 on NVIDIA GPUs, 1 on the CPU, any in the reference.

    ```mlir
    %width = gpu.subgroup_size : index
    ```
    """

    name = "gpu.subgroup_size"
    upper_bound = opt_prop_def(IntegerAttr)
    result = result_def(IndexType)
    traits = traits_def(Pure())

    def __init__(self) -> None:
        super().__init__(result_types=[IndexType()])

    @classmethod
    def parse(cls, parser: Parser) -> SubgroupSizeOp:
        op = cls()
        _parse_upper_bound(op, parser)
        op.attributes |= parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        parser.parse_keyword("index")
        return op

    def print(self, printer: Printer) -> None:
        _print_upper_bound(self.upper_bound, printer)
        printer.print_op_attributes(self.attributes)
        printer.print_string(" : index")


@irdl_op_definition
class ShuffleOp(IRDLOperation):
    """
    Reads another lane's value. `width` is the warp's width; `valid` is false where the lane read is outside the warp, and
    then the value is this lane's own.

    ```mlir
    %r, %valid = gpu.shuffle xor %x, %offset, %width : f32
    ```
    """

    name = "gpu.shuffle"
    value = operand_def()
    offset = operand_def(i32)
    width = operand_def(i32)
    mode = prop_def(ShuffleModeAttr)
    shuffle_result = result_def()
    valid = result_def(i1)
    traits = traits_def(ReadWrite())

    def __init__(self, mode: ShuffleMode, value: SSAValue, offset: SSAValue, width: SSAValue):
        super().__init__(operands=[value, offset, width], result_types=[value.type, i1], properties={"mode": ShuffleModeAttr(mode)})

    @classmethod
    def parse(cls, parser: Parser) -> ShuffleOp:
        mode = parser.parse_str_enum(ShuffleMode)
        value = parser.parse_unresolved_operand()
        parser.parse_punctuation(",")
        offset = parser.parse_operand(i32)
        parser.parse_punctuation(",")
        width = parser.parse_operand(i32)
        attributes = parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        op = cls(mode, parser.resolve_operand(value, parser.parse_type()), offset, width)
        op.attributes |= attributes
        return op

    def print(self, printer: Printer) -> None:
        printer.print_string(f" {self.mode.data} ")
        printer.print_list(self.operands, printer.print_ssa_value)
        printer.print_op_attributes(self.attributes)
        printer.print_string(" : ")
        printer.print_attribute(self.value.type)

    def verify_(self) -> None:
        if not _is_lane_scalar(self.value.type):
            raise VerifyException(f"'gpu.shuffle' op value must be an integer or float of at most 64 bits, got '{self.value.type}'")
        if self.shuffle_result.type != self.value.type:
            raise VerifyException(f"'gpu.shuffle' op result type '{self.shuffle_result.type}' is not its value's '{self.value.type}'")


_FLOAT_ONLY = {Reduction.MINNUMF, Reduction.MAXNUMF, Reduction.MINIMUMF, Reduction.MAXIMUMF}
_INTEGER_ONLY = {Reduction.MINUI, Reduction.MINSI, Reduction.MAXUI, Reduction.MAXSI, Reduction.AND, Reduction.OR, Reduction.XOR}


_NO_CLUSTERS = "reductions over clusters of lanes are not supported"


def _is_lane_scalar(type_: Attribute) -> bool:
    if isinstance(type_, IntegerType):
        return type_.width.data <= 64
    return isinstance(type_, AnyFloat)


@irdl_op_definition
class SubgroupReduceOp(IRDLOperation):
    """
    Reduces a value over the lanes of the warp; every lane gets the result, which is uniform.

    ```mlir
    %sum = gpu.subgroup_reduce add %x : (f32) -> f32
    ```
    """

    name = "gpu.subgroup_reduce"
    value = operand_def()
    op = prop_def(ReductionAttr)
    uniform = opt_prop_def(UnitAttr)
    cluster_size = opt_prop_def(IntegerAttr)
    cluster_stride = opt_prop_def(IntegerAttr)
    result = result_def()
    traits = traits_def(ReadWrite())

    def __init__(self, reduction: Reduction, value: SSAValue):
        properties = {"op": ReductionAttr(reduction), "cluster_stride": IntegerAttr(1, i32)}
        super().__init__(operands=[value], result_types=[value.type], properties=properties)

    @classmethod
    def parse(cls, parser: Parser) -> SubgroupReduceOp:
        reduction = parser.parse_str_enum(Reduction)
        operand = parser.parse_unresolved_operand()
        uniform = parser.parse_optional_keyword("uniform") is not None
        if parser.parse_optional_keyword("cluster"):
            parser.raise_error(f"'{cls.name}' op: {_NO_CLUSTERS}")
        attributes = parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        position = parser.pos
        type_ = parser.parse_function_type()
        if len(type_.inputs.data) != 1 or len(type_.outputs.data) != 1:
            parser.raise_error("'gpu.subgroup_reduce' op takes one value and gives one", position)
        op = cls(reduction, parser.resolve_operand(operand, type_.inputs.data[0]))
        if type_.outputs.data != type_.inputs.data:
            parser.raise_error(
                f"'{cls.name}' op result type '{type_.outputs.data[0]}' is not its value's '{type_.inputs.data[0]}'", position
            )
        if uniform:
            op.properties["uniform"] = UnitAttr()
        op.attributes |= attributes
        return op

    def print(self, printer: Printer) -> None:
        printer.print_string(f" {self.op.data} ")
        printer.print_ssa_value(self.value)
        if self.uniform is not None:
            printer.print_string(" uniform")
        printer.print_op_attributes(self.attributes)
        printer.print_string(" : ")
        printer.print_function_type([self.value.type], [self.result.type])

    def verify_(self) -> None:
        type_ = self.value.type
        if not _is_lane_scalar(type_):
            raise VerifyException(f"'gpu.subgroup_reduce' op value must be an integer or float of at most 64 bits, got '{type_}'")
        if self.result.type != type_:
            raise VerifyException(f"'gpu.subgroup_reduce' op result type '{self.result.type}' is not its value's '{type_}'")
        wrong = _FLOAT_ONLY if isinstance(type_, IntegerType) else _INTEGER_ONLY
        if self.op.data in wrong:
            raise VerifyException(f"'gpu.subgroup_reduce' op reduction '{self.op.data}' does not apply to '{type_}'")
        if self.cluster_size is not None:
            raise VerifyException(f"'gpu.subgroup_reduce' op: {_NO_CLUSTERS}")


GPU = Dialect("gpu", [LaneIdOp, ShuffleOp, SubgroupReduceOp, SubgroupSizeOp], [AddressSpaceAttr, ReductionAttr, ShuffleModeAttr])

"""The `llvm` dialect's stack, addresses and block transfers, in any address space; names, properties and syntax are MLIR 22's."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import cast

from xdsl.dialects.builtin import I1, I32, I64, BoolAttr, DenseArrayBase, IntegerAttr, IntegerType, i32, i64
from xdsl.dialects.llvm import GEP_USE_SSA_VAL, LLVMPointerType
from xdsl.dialects.utils import parse_dynamic_index_list_without_types, print_dynamic_index_list
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.irdl import (
    IRDLOperation,
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    prop_def,
    result_def,
    traits_def,
    var_operand_def,
)
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import NoMemoryEffect
from xdsl.utils.exceptions import VerifyException


@irdl_op_definition
class AllocaOp(IRDLOperation):
    """`llvm.alloca`: stack memory; the result's address space is the target's alloca space."""

    name = "llvm.alloca"

    array_size = operand_def(IntegerType)
    res = result_def(LLVMPointerType)
    alignment = opt_prop_def(IntegerAttr[I64])
    elem_type = prop_def()

    def __init__(
        self,
        array_size: SSAValue | Operation,
        elem_type: Attribute,
        *,
        alignment: int | None = None,
        result_type: LLVMPointerType | None = None,
    ) -> None:
        super().__init__(
            operands=[array_size],
            result_types=[result_type or LLVMPointerType()],
            properties={"alignment": None if alignment is None else IntegerAttr(alignment, i64), "elem_type": elem_type},
        )


class NoWrap(IntEnum):
    """Flags of `llvm.getelementptr`, with the numbers MLIR stores; INBOUNDS implies NUSW."""

    NONE = 0
    INBOUNDS = 3
    NUW = 4
    INBOUNDS_NUW = 7


_NO_WRAP_WORDS = {0: "", 2: " nusw", 3: " inbounds", 4: " nuw", 6: " nusw|nuw", 7: " inbounds|nuw"}


@irdl_op_definition
class GEPOp(IRDLOperation):
    """`llvm.getelementptr`: pointer arithmetic in any address space.

    %r = llvm.getelementptr inbounds|nuw %p[%i, 2] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, !llvm.array<4 x i32>
    """

    name = "llvm.getelementptr"

    base = operand_def(LLVMPointerType)
    dynamic_indices = var_operand_def(IntegerType)
    res = result_def(LLVMPointerType)
    elem_type = prop_def()
    rawConstantIndices = prop_def(DenseArrayBase.constr(i32))
    noWrapFlags = prop_def(IntegerAttr[I32], default_value=IntegerAttr(0, i32))

    traits = traits_def(NoMemoryEffect())

    def __init__(
        self,
        base: SSAValue | Operation,
        indices: Sequence[int | SSAValue],
        elem_type: Attribute,
        flags: int = NoWrap.NONE,
    ) -> None:
        super().__init__(
            operands=[base, [index for index in indices if not isinstance(index, int)]],
            result_types=[SSAValue.get(base).type],
            properties={
                "elem_type": elem_type,
                "rawConstantIndices": DenseArrayBase.from_list(
                    i32, [index if isinstance(index, int) else GEP_USE_SSA_VAL for index in indices]
                ),
                "noWrapFlags": IntegerAttr(int(flags), i32),
            },
        )

    def verify_(self) -> None:
        if self.noWrapFlags.value.data not in _NO_WRAP_WORDS:
            raise VerifyException(f"llvm.getelementptr: unknown noWrapFlags {self.noWrapFlags.value.data}")
        dynamic = sum(1 for index in self.rawConstantIndices.iter_values() if index == GEP_USE_SSA_VAL)
        if dynamic != len(self.dynamic_indices):
            raise VerifyException(f"llvm.getelementptr: expected {dynamic} dynamic indices, got {len(self.dynamic_indices)}")
        if self.res.type != self.base.type:
            raise VerifyException(f"llvm.getelementptr: expected a result of type {self.base.type}, got {self.res.type}")

    def print(self, printer: Printer) -> None:
        printer.print_string(_NO_WRAP_WORDS[self.noWrapFlags.value.data] + " ")
        printer.print_ssa_value(self.base)
        print_dynamic_index_list(printer, GEP_USE_SSA_VAL, self.dynamic_indices, self.rawConstantIndices.iter_values())
        printer.print_op_attributes(self.attributes)
        printer.print_string(" : ")
        printer.print_function_type([operand.type for operand in self.operands], [self.res.type])
        printer.print_string(", ")
        printer.print_attribute(self.elem_type)

    @classmethod
    def parse(cls, parser: Parser) -> GEPOp:
        flags = 0
        values = {"nusw": 2, "inbounds": 3, "nuw": 4}
        while (word := parser.parse_optional_keyword_in(values)) is not None:
            flags |= values[word]
            parser.parse_optional_punctuation("|")
        base = parser.parse_unresolved_operand()
        names, constants = parse_dynamic_index_list_without_types(parser, GEP_USE_SSA_VAL)
        attributes = parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        function_type = parser.parse_function_type()
        parser.parse_punctuation(",")
        elem_type = parser.parse_type()
        op = cls.create(
            operands=parser.resolve_operands([base, *names], function_type.inputs.data, parser.pos),
            result_types=function_type.outputs.data,
            properties={
                "elem_type": elem_type,
                "rawConstantIndices": DenseArrayBase.from_list(i32, constants),
                "noWrapFlags": IntegerAttr(flags, i32),
            },
            attributes=attributes,
        )
        return cast(GEPOp, op)


@irdl_op_definition
class AddrSpaceCastOp(IRDLOperation):
    """`llvm.addrspacecast`: the same memory through another address space."""

    name = "llvm.addrspacecast"

    arg = operand_def(LLVMPointerType)
    res = result_def(LLVMPointerType)
    traits = traits_def(NoMemoryEffect())
    assembly_format = "$arg attr-dict `:` type($arg) `to` type($res)"

    def __init__(self, arg: SSAValue | Operation, result_type: LLVMPointerType) -> None:
        super().__init__(operands=[arg], result_types=[result_type])


class _MemoryTransferOp(IRDLOperation):
    """dst, src, length in bytes."""

    dst = operand_def(LLVMPointerType)
    src = operand_def(LLVMPointerType)
    len = operand_def(IntegerType)
    isVolatile = prop_def(IntegerAttr[I1])

    def __init__(self, dst: SSAValue | Operation, src: SSAValue | Operation, length: SSAValue | Operation) -> None:
        super().__init__(operands=[dst, src, length], properties={"isVolatile": BoolAttr.from_bool(False)})


@irdl_op_definition
class MemcpyOp(_MemoryTransferOp):
    """`llvm.intr.memcpy`: the two ranges do not overlap."""

    name = "llvm.intr.memcpy"


@irdl_op_definition
class MemmoveOp(_MemoryTransferOp):
    """`llvm.intr.memmove`: the two ranges may overlap."""

    name = "llvm.intr.memmove"


@irdl_op_definition
class MemsetOp(IRDLOperation):
    """`llvm.intr.memset`: dst, byte, length in bytes."""

    name = "llvm.intr.memset"

    dst = operand_def(LLVMPointerType)
    val = operand_def(IntegerType)
    len = operand_def(IntegerType)
    isVolatile = prop_def(IntegerAttr[I1])

    def __init__(self, dst: SSAValue | Operation, val: SSAValue | Operation, length: SSAValue | Operation) -> None:
        super().__init__(operands=[dst, val, length], properties={"isVolatile": BoolAttr.from_bool(False)})

"""
The `rt` dialect's stacks: 4-byte words that belong to one lane.

Every lane of a worker has as many words as the launch gives (abi.Control.STACK_WORDS), in the worker's workspace: shared memory on a
GPU, where word k of lane l is at (k * width + l) * 4, so that lanes that touch the same k do not conflict.
A `!rt.stack` is a place in this lane's own stack; other lanes cannot use it. What the words mean stands in lowering/stacks.py.
"""

from __future__ import annotations

from xdsl.dialects.builtin import IntegerAttr, i1, i32, i64
from xdsl.ir import ParametrizedAttribute, SSAValue, TypeAttribute
from xdsl.irdl import IRDLOperation, irdl_attr_definition, irdl_op_definition, operand_def, prop_def, result_def, traits_def
from xdsl.traits import MemoryReadEffect, MemoryWriteEffect, Pure
from xdsl.utils.exceptions import VerifyException


@irdl_attr_definition
class StackType(ParametrizedAttribute, TypeAttribute):
    """`!rt.stack`: a place in this lane's stack."""

    name = "rt.stack"


@irdl_op_definition
class StackBaseOp(IRDLOperation):
    """
    Where this lane's stack begins. Only in kernels; functions are given the place.

    ```mlir
    %s = rt.stack_base : !rt.stack
    ```
    """

    name = "rt.stack_base"
    control = operand_def()
    result = result_def(StackType)
    assembly_format = "$control attr-dict `:` type($control) `->` type($result)"
    traits = traits_def(Pure())

    def __init__(self, control: SSAValue):
        super().__init__(operands=[control], result_types=[StackType()])

    def verify_(self) -> None:
        parent = self.parent_op()
        if parent is not None and parent.name != "rt.kernel":
            raise VerifyException("'rt.stack_base' op stands in kernels only: pass the place to functions")


@irdl_op_definition
class StackAddOp(IRDLOperation):
    """
    The place that many words further; they may be negative.

    ```mlir
    %t = rt.stack_add %s, %words
    ```
    """

    name = "rt.stack_add"
    place = operand_def(StackType)
    words = operand_def(i32)
    result = result_def(StackType)
    assembly_format = "$place `,` $words attr-dict"
    traits = traits_def(Pure())

    def __init__(self, place: SSAValue, words: SSAValue):
        super().__init__(operands=[place, words], result_types=[StackType()])


MAYBE_UNWRITTEN = "maybe_unwritten"
"""On a load: nothing may have been written there. Whatever is read is only copied, to where nobody looks at it either, or masked."""


@irdl_op_definition
class StackLoadOp(IRDLOperation):
    """
    The word at a distance from a place, in words. It must have been written, or the load is marked `maybe_unwritten`.

    ```mlir
    %w = rt.stack_load %s[-1] : i32
    ```
    """

    name = "rt.stack_load"
    place = operand_def(StackType)
    offset = prop_def(IntegerAttr)
    result = result_def(i32)
    assembly_format = "$place `[` $offset `]` attr-dict `:` type($result)"
    traits = traits_def(MemoryReadEffect())

    def __init__(self, place: SSAValue, offset: int):
        super().__init__(operands=[place], properties={"offset": IntegerAttr(offset, i64)}, result_types=[i32])


@irdl_op_definition
class StackStoreOp(IRDLOperation):
    """
    Writes the word at a distance from a place, in words.

    ```mlir
    rt.stack_store %w, %s[0] : i32
    ```
    """

    name = "rt.stack_store"
    value = operand_def(i32)
    place = operand_def(StackType)
    offset = prop_def(IntegerAttr)
    assembly_format = "$value `,` $place `[` $offset `]` attr-dict `:` type($value)"
    traits = traits_def(MemoryWriteEffect())

    def __init__(self, value: SSAValue, place: SSAValue, offset: int):
        super().__init__(operands=[value, place], properties={"offset": IntegerAttr(offset, i64)})


@irdl_op_definition
class StackAboveOp(IRDLOperation):
    """
    Whether the first place is above the second.

    ```mlir
    %p = rt.stack_above %s, %t
    ```
    """

    name = "rt.stack_above"
    place = operand_def(StackType)
    other = operand_def(StackType)
    result = result_def(i1)
    assembly_format = "$place `,` $other attr-dict"
    traits = traits_def(Pure())

    def __init__(self, place: SSAValue, other: SSAValue):
        super().__init__(operands=[place, other], result_types=[i1])

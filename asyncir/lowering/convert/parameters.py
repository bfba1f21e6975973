"""
How a launch passes a kernel's arguments, in the order of `abi.Entry`.

A scalar is one parameter (an i1 as a byte), an array its address and then its dynamic sizes; results' addresses, the control block and
the number of instances follow as they stand in the `rt.kernel`.
"""

from __future__ import annotations

from collections.abc import Iterator

from xdsl.dialects.builtin import MemRefType, i8, i64
from xdsl.ir import Attribute, Operation, SSAValue

from asyncir.dialects import rt
from asyncir.lowering.convert.builder import Builder
from asyncir.lowering.convert.descriptor import dense
from asyncir.lowering.convert.types import PTR, Types, is_truth


def raw_types(type_: Attribute, types: Types, blame: Operation) -> list[Attribute]:
    """What a launch passes for one argument of the kernel."""
    if isinstance(type_, MemRefType):
        return [PTR, *(i64 for size in type_.get_shape() if size < 0)]
    return [i8 if is_truth(type_) else types(type_, blame)]


def all_raw_types(kernel: rt.KernelOp, types: Types) -> list[Attribute]:
    """What a launch passes."""
    return [raw for type_ in kernel.function_type.inputs.data for raw in raw_types(type_, types, kernel)]


def assemble(b: Builder, kernel: rt.KernelOp, raw: Iterator[SSAValue]) -> list[SSAValue]:
    """The kernel's arguments from what a launch passed."""
    values: list[SSAValue] = []
    for type_ in kernel.function_type.inputs.data:
        first = next(raw)
        if isinstance(type_, MemRefType):
            dynamic = [next(raw) for size in type_.get_shape() if size < 0]
            values.append(dense(b, type_, first, dynamic, kernel))
        elif is_truth(type_):
            values.append(b.compare("ne", first, b.integer(0, i8)))
        else:
            values.append(first)
    return values

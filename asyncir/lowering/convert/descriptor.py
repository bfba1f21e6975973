"""
Descriptors of arrays: MLIR's struct of allocated pointer, aligned pointer, offset, sizes and strides, the last three in elements.

What an array's type knows is used as a constant; only the rest is read from the descriptor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xdsl.dialects.builtin import MemRefType, NoneAttr, i64
from xdsl.ir import Attribute, Operation, SSAValue

from asyncir.dialects import llvm_ext as llvm
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError
from asyncir.lowering.convert.builder import Builder, Index
from asyncir.lowering.convert.types import PTR

ALLOCATED, ALIGNED, OFFSET, SIZES, STRIDES = range(5)
"""Positions in the struct."""


def static_strides(type_: MemRefType[Attribute], blame: Operation) -> tuple[list[int | None], int | None]:
    """The strides and the offset that the type says; None for what it leaves open."""
    strides = type_.get_strides()
    if strides is None:
        raise InputError(f"layout of type '{type_}' is not strided", location_of(blame))
    return list(strides), type_.get_offset()


def static_shape(type_: MemRefType[Attribute]) -> list[int | None]:
    """The sizes that the type says; None for what it leaves open."""
    return [size if size >= 0 else None for size in type_.get_shape()]


def is_dense(type_: MemRefType[Attribute], blame: Operation) -> bool:
    """Whether the type says that the elements lie row-major without gaps."""
    if isinstance(type_.layout, NoneAttr):
        return True
    strides, _ = static_strides(type_, blame)
    distance: int | None = 1
    for size, stride in zip(reversed(static_shape(type_)), reversed(strides), strict=True):
        # Behind a dynamic size the distance is unknown: then only the default layout promises that there are no gaps.
        if distance is None or stride != distance:
            return False
        distance = None if size is None else distance * size
    return True


@dataclass(frozen=True)
class View:
    """An array's descriptor together with what its type knows."""

    b: Builder
    value: SSAValue
    type: MemRefType[Attribute]
    shape: list[int | None]
    static: list[int | None]
    static_offset: int | None
    pointer: Attribute

    @staticmethod
    def of(b: Builder, value: SSAValue, type_: Attribute, blame: Operation) -> View:
        assert isinstance(type_, MemRefType)
        strides, offset = static_strides(type_, blame)
        return View(b, value, type_, static_shape(type_), strides, offset, b.types.pointer(type_, blame))

    @property
    def rank(self) -> int:
        return len(self.shape)

    @property
    def allocated(self) -> SSAValue:
        return self.b.extract(self.value, self.pointer, ALLOCATED)

    @property
    def aligned(self) -> SSAValue:
        return self.b.extract(self.value, self.pointer, ALIGNED)

    @property
    def offset(self) -> Index:
        if self.static_offset is not None:
            return self.static_offset
        return self.b.extract(self.value, i64, OFFSET)

    def size(self, dimension: int) -> Index:
        known = self.shape[dimension]
        return self.b.extract(self.value, i64, SIZES, dimension) if known is None else known

    def stride(self, dimension: int) -> Index:
        known = self.static[dimension]
        return self.b.extract(self.value, i64, STRIDES, dimension) if known is None else known

    def sizes(self) -> list[Index]:
        return [self.size(dimension) for dimension in range(self.rank)]

    def strides(self) -> list[Index]:
        return [self.stride(dimension) for dimension in range(self.rank)]

    def element_address(self, indices: Sequence[SSAValue], stored: Attribute) -> SSAValue:
        """The address of the element at the indices."""
        place = self.offset
        for dimension, index in enumerate(indices):
            place = self.b.plus(place, self.b.times(index, self.stride(dimension)))
        return self.b.advance(self.aligned, place, stored)


def row_major(b: Builder, sizes: Sequence[Index]) -> list[Index]:
    """The strides of a dense array."""
    strides: list[Index] = []
    distance: Index = 1
    for size in reversed(sizes):
        strides.append(distance)
        distance = b.times(distance, size)
    strides.reverse()
    return strides


def total(b: Builder, sizes: Sequence[Index]) -> Index:
    """How many elements there are."""
    count: Index = 1
    for size in sizes:
        count = b.times(count, size)
    return count


def describe(
    b: Builder,
    type_: Attribute,
    pointers: tuple[SSAValue, SSAValue],
    offset: Index,
    sizes: Sequence[Index],
    strides: Sequence[Index],
) -> SSAValue:
    """A descriptor of the llvm type; `pointers` are the allocated and the aligned one."""
    allocated, aligned = pointers
    members: list[tuple[SSAValue, tuple[int, ...]]] = [(allocated, (ALLOCATED,)), (aligned, (ALIGNED,)), (b.number(offset), (OFFSET,))]
    members += [(b.number(size), (SIZES, dimension)) for dimension, size in enumerate(sizes)]
    members += [(b.number(stride), (STRIDES, dimension)) for dimension, stride in enumerate(strides)]
    return b.aggregate(type_, members)


def dense(b: Builder, type_: MemRefType[Attribute], address: SSAValue, dynamic: Sequence[SSAValue], blame: Operation) -> SSAValue:
    """The descriptor of a dense array at a generic address; `dynamic` are the sizes that the type leaves open."""
    pointer = b.types.pointer(type_, blame)
    if pointer != PTR and address.type == PTR:
        address = b.add(llvm.AddrSpaceCastOp(address, pointer)).res
    rest = iter(dynamic)
    sizes: list[Index] = [next(rest) if size is None else size for size in static_shape(type_)]
    _, offset = static_strides(type_, blame)
    if offset != 0 or not is_dense(type_, blame):
        raise InputError(f"type '{type_}': a dense array is needed here, without a layout", location_of(blame))
    return describe(b, b.types(type_, blame), (address, address), 0, sizes, row_major(b, sizes))

"""Types of the `rt` level as types of the llvm level, as MLIR lays them out."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import (
    BFloat16Type,
    Float16Type,
    Float32Type,
    Float64Type,
    IndexType,
    IntAttr,
    IntegerAttr,
    IntegerType,
    MemRefType,
    NoneAttr,
    UnrankedMemRefType,
    VectorType,
    i8,
    i32,
    i64,
)
from xdsl.dialects.llvm import LLVMArrayType, LLVMPointerType, LLVMStructType
from xdsl.ir import Attribute, Operation

from asyncir.dialects import rt
from asyncir.dialects.locations import location_of
from asyncir.dialects.rt_stack import StackType
from asyncir.dialects.task_tile_types import AddressSpace, AddressSpaceAttr
from asyncir.errors import InputError

PTR = LLVMPointerType()
"""An address in the generic space."""

UNRANKED = LLVMStructType.from_type_list([i64, PTR])
"""`memref<*xT>`: the rank, and the address of a descriptor of that rank."""

GLOBAL_SPACES = (0, 1)
"""Memory spaces a kernel's parameter may name: both mean memory of the device."""

_FLOATS = (Float16Type, BFloat16Type, Float32Type, Float64Type)
_NAMED_SPACES = {AddressSpace.GLOBAL: 1, AddressSpace.WORKGROUP: 3, AddressSpace.PRIVATE: 5}
_SPACES = {0: 0, 1: 1, 3: 3, 4: 4, 5: 5}
_I1 = 1


class Types:
    """
    Converts types, each once: hashing a nested type costs more than a look-up by identity.

    Invariant: `_known` keeps each type alive, so that an id is never reused while the table lives.
    """

    def __init__(self, *, spaces: bool) -> None:
        """`spaces`: whether the target has address spaces; where it has none, all memory is one."""
        self._spaces = spaces
        self._known: dict[int, tuple[Attribute, Attribute]] = {}

    def __call__(self, type_: Attribute, blame: Operation) -> Attribute:
        """The type as a value has it. Raises InputError at `blame` if there is none."""
        found = self._known.get(id(type_))
        if found is None:
            found = (type_, self._convert(type_, blame))
            self._known[id(type_)] = found
        return found[1]

    def all(self, types: Sequence[Attribute], blame: Operation) -> list[Attribute]:
        return [self(type_, blame) for type_ in types]

    def stored(self, type_: Attribute, blame: Operation) -> Attribute:
        """The type as memory holds it: an i1 is a byte."""
        return i8 if is_truth(type_) else self(type_, blame)

    def pointer(self, memory: MemRefType | UnrankedMemRefType, blame: Operation) -> LLVMPointerType:
        """The address of an array's elements."""
        space = self._space(memory.memory_space, blame)
        return LLVMPointerType(IntAttr(space)) if space else PTR

    def _convert(self, type_: Attribute, blame: Operation) -> Attribute:
        match type_:
            case IndexType():
                return i64
            case IntegerType():
                return IntegerType(type_.width.data)
            case rt.PtrType():
                return PTR
            case StackType():
                return i32 if self._spaces else PTR
            case MemRefType():
                return self._descriptor(type_, blame)
            case UnrankedMemRefType():
                return UNRANKED
            case VectorType():
                return self._vector(type_, blame)
            case _ if isinstance(type_, _FLOATS):
                return type_
            case _:
                raise InputError(f"type '{type_}' has no form in machine code", location_of(blame))

    def _vector(self, type_: VectorType[Attribute], blame: Operation) -> Attribute:
        shape = type_.get_shape()
        if len(shape) != 1 or type_.get_num_scalable_dims():
            raise InputError(f"type '{type_}': a vector has one dimension of fixed size here", location_of(blame))
        return VectorType(self(type_.element_type, blame), shape)

    def _descriptor(self, type_: MemRefType[Attribute], blame: Operation) -> LLVMStructType:
        self.stored(type_.element_type, blame)
        pointer, rank = self.pointer(type_, blame), type_.get_num_dims()
        extents: list[Attribute] = [LLVMArrayType(rank, i64)] * 2 if rank else []
        return LLVMStructType.from_type_list([pointer, pointer, i64, *extents])

    def _space(self, space: Attribute, blame: Operation) -> int:
        if isinstance(space, NoneAttr):
            return 0
        if isinstance(space, AddressSpaceAttr):
            return _NAMED_SPACES[AddressSpace(space.space.data)] if self._spaces else 0
        if not isinstance(space, IntegerAttr) or space.value.data not in _SPACES:
            raise InputError(f"memory space '{space}' is not known", location_of(blame), help=f"known are {', '.join(map(str, _SPACES))}")
        return _SPACES[space.value.data] if self._spaces else 0


def is_truth(type_: Attribute) -> bool:
    """Whether the type is i1, which memory and launches hold as a byte."""
    return isinstance(type_, IntegerType) and type_.width.data == _I1


def float_bits(type_: Attribute) -> int:
    """How many bits a scalar float has."""
    assert isinstance(type_, _FLOATS)
    return type_.bitwidth


def scalar_bits(type_: Attribute) -> int:
    """How many bits a converted scalar has; a pointer 64."""
    if isinstance(type_, IntegerType):
        return type_.width.data
    return 64 if isinstance(type_, LLVMPointerType) else float_bits(type_)


def is_float(type_: Attribute) -> bool:
    """Whether the type is a float that the machines know."""
    return isinstance(type_, _FLOATS)


def element_of(type_: Attribute) -> Attribute:
    """The element type of a vector, any other type itself."""
    return type_.element_type if isinstance(type_, VectorType) else type_


def like(shape: Attribute, element: Attribute) -> Attribute:
    """`element`, or a vector of it where `shape` is a vector."""
    return VectorType(element, shape.get_shape()) if isinstance(shape, VectorType) else element

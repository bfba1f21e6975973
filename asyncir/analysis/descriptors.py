"""
Which fields of array descriptors are kept in registers.

A descriptor is allocated address, aligned address, offset, sizes and strides, 8 bytes each (lowering/convert/descriptor.py). Once
LLVM has taken it apart only those fields are kept that are

- read later: a load reads the aligned address, and what the type leaves open of offset and strides; `memref.dim` a size;
  what stores the descriptor (a save, a start's argument) reads all of it;
- not known: a fresh array (memref.alloc, a parameter of the kernel) has offset 0, strides that follow from its sizes, and one
  address twice. Behind a reload nothing is known, though the type says it, as the fields come from memory.

Both are sets of fields, as bits, that only grow: unknown ones flow with the values, read ones against them, through block
arguments, casts and selects. Each array of a region is visited at most once for each field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xdsl.dialects import arith, memref
from xdsl.dialects.builtin import MemRefType
from xdsl.ir import Attribute, BlockArgument, Operation, Region, SSAValue

from asyncir.analysis.cfg import predecessor_edges
from asyncir.dialects.interfaces import produced_block_arg_types, successor_operands

ALLOCATED, ALIGNED, OFFSET = 1, 2, 4
FIELD_WORDS = 2

_FRESH = (memref.AllocOp, memref.AllocaOp, memref.GetGlobalOp)


def size_field(dimension: int) -> int:
    """The bit of a size."""
    return 8 << dimension


def stride_field(rank: int, dimension: int) -> int:
    """The bit of a stride."""
    return 8 << (rank + dimension)


def all_fields(type_: MemRefType[Attribute]) -> int:
    """Every field of a descriptor."""
    return (8 << 2 * type_.get_num_dims()) - 1


class Descriptors:
    """The fields that the arrays of one region keep in registers."""

    def __init__(self, region: Region, *, known_parameters: bool = False) -> None:
        """`known_parameters`: the entry's arguments are a kernel's parameters; else they come from memory."""
        self._known_parameters = known_parameters
        self._entry = region.first_block
        self._arrays = list(_arrays(region))
        self._sources = _sources(region)
        self._unknown = {value: self._made_unknown(value) for value in self._arrays}
        self._read = {value: _read_by_uses(value) for value in self._arrays}
        self._spread()

    def words(self, value: SSAValue) -> int:
        """The registers of an array's descriptor."""
        return FIELD_WORDS * self.fields(value).bit_count()

    def fields(self, value: SSAValue) -> int:
        """The fields, as bits, that are read later and not known."""
        return self._unknown[value] & self._read[value]

    def _made_unknown(self, value: SSAValue) -> int:
        """What is not known of an array where it is made; nothing yet where it only comes from others."""
        type_ = value.type
        assert isinstance(type_, MemRefType)
        is_parameter = self._known_parameters and isinstance(value, BlockArgument) and value.block is self._entry
        if is_parameter or isinstance(value.owner, _FRESH):
            return _fresh_fields(type_)
        return 0 if self._sources.get(value) else all_fields(type_)

    def _spread(self) -> None:
        """Propagates both sets until nothing changes."""
        targets: dict[SSAValue, list[SSAValue]] = {}
        for target, sources in self._sources.items():
            for source in sources:
                targets.setdefault(source, []).append(target)
        _grow(self._unknown, targets, self._arrays)
        _grow(self._read, self._sources, self._arrays)


def _grow(fields: dict[SSAValue, int], onward: dict[SSAValue, list[SSAValue]], arrays: Iterable[SSAValue]) -> None:
    pending = list(arrays)
    while pending:
        value = pending.pop()
        for other in onward.get(value, ()):
            if other in fields and fields[value] & ~fields[other]:
                fields[other] |= fields[value]
                pending.append(other)


def _arrays(region: Region) -> Iterator[SSAValue]:
    for block in region.blocks:
        yield from (value for value in block.args if isinstance(value.type, MemRefType))
        for op in block.ops:
            yield from (value for value in op.results if isinstance(value.type, MemRefType))


def _sources(region: Region) -> dict[SSAValue, list[SSAValue]]:
    """For arrays that are others under a new name: which. A block argument that a terminator produces has none."""
    found: dict[SSAValue, list[SSAValue]] = {}
    edges = predecessor_edges(region)
    for block in region.blocks:
        for op in block.ops:
            if isinstance(op, memref.CastOp | arith.SelectOp) and isinstance(op.results[0].type, MemRefType):
                found[op.results[0]] = [value for value in op.operands if isinstance(value.type, MemRefType)]
        if not any(isinstance(argument.type, MemRefType) for argument in block.args):
            continue
        for terminator, index in edges[block]:
            passed = successor_operands(terminator, index) or ()
            first = len(produced_block_arg_types(terminator, index))
            for argument, value in zip(block.args[first:], passed, strict=False):
                if isinstance(argument.type, MemRefType):
                    found.setdefault(argument, []).append(value)
    return found


def _fresh_fields(type_: MemRefType[Attribute]) -> int:
    """One address, and the sizes that the type leaves open; strides of more than one dimension are computed once and kept."""
    rank = type_.get_num_dims()
    sizes = type_.get_shape()
    fields = ALIGNED
    for dimension, size in enumerate(sizes):
        fields |= size_field(dimension) if size < 0 else 0
        if any(later < 0 for later in sizes[dimension + 1 :]):
            fields |= stride_field(rank, dimension)
    return fields


def _read_by_uses(value: SSAValue) -> int:
    fields = 0
    for use in value.uses:
        fields |= _read_by(use.operation, use.index, value)
    return fields


def _read_by(op: Operation, index: int, value: SSAValue) -> int:
    """What an operation reads of its operand's descriptor."""
    type_ = value.type
    assert isinstance(type_, MemRefType)
    if isinstance(op, memref.LoadOp) or (isinstance(op, memref.StoreOp | memref.AtomicRMWOp) and index == 1):
        return _address_fields(type_)
    if isinstance(op, memref.DimOp):
        sizes = [size_field(dimension) for dimension, size in enumerate(type_.get_shape()) if size < 0]
        return sizes[0] if len(sizes) == 1 else sum(sizes)
    if isinstance(op, memref.DeallocOp):
        return ALLOCATED | ALIGNED
    if isinstance(op, memref.CastOp | arith.SelectOp) or op.successors:
        return 0
    return all_fields(type_)


def _address_fields(type_: MemRefType[Attribute]) -> int:
    """What the address of an element is computed from, beside indices."""
    rank = type_.get_num_dims()
    strides, offset = type_.get_strides(), type_.get_offset()
    fields = ALIGNED | (OFFSET if offset is None else 0)
    if strides is None:
        return fields
    for dimension, stride in enumerate(strides):
        fields |= stride_field(rank, dimension) if stride is None else 0
    return fields

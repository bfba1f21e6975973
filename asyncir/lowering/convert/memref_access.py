"""The memref dialect: reads, writes, sizes, stack arrays and global arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xdsl.dialects import memref
from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, IntAttr, IntegerAttr, MemRefType, TensorType, UnrankedMemRefType, i8, i64
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue

from asyncir.dialects import llvm_ext as llvm
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError
from asyncir.lowering.convert.arith import retyped
from asyncir.lowering.convert.builder import Index
from asyncir.lowering.convert.descriptor import View, describe, is_dense, row_major, static_shape
from asyncir.lowering.convert.lowering import Handler, Lowering, Program, static_integer
from asyncir.lowering.convert.types import PTR, is_truth

_GLOBAL_SPACE = 1
_SIZES_AT = 24
"""Bytes before the sizes in a descriptor: two pointers and the offset."""


def view_of(lw: Lowering, source: SSAValue, op: Operation) -> View:
    """The descriptor of an array of the source."""
    return View.of(lw.b, lw.value(source), source.type, op)


def address_of(lw: Lowering, array: SSAValue, indices: Sequence[SSAValue], op: Operation) -> SSAValue:
    """The address of an element."""
    assert isinstance(array.type, MemRefType)
    stored = lw.types.stored(array.type.element_type, op)
    return view_of(lw, array, op).element_address(lw.all(indices), stored)


def load(lw: Lowering, address: SSAValue, type_: Attribute, op: Operation, alignment: int | None = None) -> SSAValue:
    """Read a value of a source type; an i1 is a byte."""
    value = lw.b.load(address, lw.types.stored(type_, op), alignment)
    return lw.b.compare("ne", value, lw.b.integer(0, i8)) if is_truth(type_) else value


def as_stored(lw: Lowering, value: SSAValue, type_: Attribute) -> SSAValue:
    """A value in the form in which memory holds it."""
    return lw.b.add(llvm.ZExtOp(value, i8)).res if is_truth(type_) else value


def _load(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, memref.LoadOp)
    address = address_of(lw, op.memref, op.indices, op)
    lw.set(op.res, load(lw, address, op.res.type, op))


def _store(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, memref.StoreOp)
    address = address_of(lw, op.memref, op.indices, op)
    lw.b.store(as_stored(lw, lw.value(op.value), op.value.type), address)


def _dim(lw: Lowering, op: Operation) -> None:
    array, index = op.operands
    number = static_integer(index)
    if isinstance(array.type, UnrankedMemRefType):
        descriptor = lw.b.extract(lw.value(array), PTR, 1)
        at = lw.b.advance(lw.b.advance(descriptor, _SIZES_AT), lw.value(index), i64)
        lw.set(op.results[0], lw.b.load(at, i64))
        return
    view = view_of(lw, array, op)
    if number is not None:
        if not 0 <= number < view.rank:
            raise InputError(f"'memref.dim' op: an array of rank {view.rank} has no dimension {number}", location_of(op))
        lw.set(op.results[0], lw.b.number(view.size(number)))
        return
    sizes = view.sizes()
    size = lw.b.number(sizes[0] if sizes else 0)
    for dimension in range(1, view.rank):
        chosen = lw.b.compare("eq", lw.value(index), lw.b.integer(dimension))
        size = lw.b.select(chosen, lw.b.number(sizes[dimension]), size)
    lw.set(op.results[0], size)


def _rank(lw: Lowering, op: Operation) -> None:
    array = op.operands[0]
    if isinstance(array.type, MemRefType):
        lw.set(op.results[0], lw.b.integer(array.type.get_num_dims()))
    else:
        lw.set(op.results[0], lw.b.extract(lw.value(array), i64, 0))


def _alloca(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, memref.AllocaOp)
    type_ = op.memref.type
    assert isinstance(type_, MemRefType)
    shape = static_shape(type_)
    sizes: list[Index] = [size for size in shape if size is not None]
    if len(sizes) != len(shape):
        help = "use memref.alloc: a stack array must have a size known at compile time"
        raise InputError("'memref.alloca' op: the size is not static", location_of(op), help=help)
    if lw.types.pointer(type_, op) != PTR or not is_dense(type_, op):
        raise InputError(f"'memref.alloca' op: no stack array of type '{type_}'", location_of(op))
    count = 1
    for size in shape:
        count *= size or 0
    alignment = None if op.alignment is None else op.alignment.value.data
    address = lw.b.alloca(lw.types.stored(type_.element_type, op), count, alignment)
    lw.set(op.memref, describe(lw.b, lw.types(type_, op), (address, address), 0, sizes, row_major(lw.b, sizes)))


def _get_global(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, memref.GetGlobalOp)
    name = op.name_.string_value()
    variable = lw.program.globals.get(name)
    if variable is None:
        raise InputError(f"'memref.get_global' op: there is no global '@{name}'", location_of(op))
    type_ = variable.type
    b, pointer = lw.b, lw.types.pointer(type_, op)
    space = _space(lw.program, type_, op)
    own = llvm.LLVMPointerType(IntAttr(space)) if space else PTR
    address = b.add(llvm.AddressOfOp(name, own)).result
    if own != pointer:
        address = b.add(llvm.AddrSpaceCastOp(address, pointer)).res
    sizes: list[Index] = list(type_.get_shape())
    lw.set(op.memref, describe(b, lw.types(type_, op), (address, address), 0, sizes, row_major(b, sizes)))


def _space(program: Program, type_: MemRefType[Attribute], op: Operation) -> int:
    """Where a global variable lives: on a GPU those without a space of their own in global memory."""
    pointer = program.types.pointer(type_, op)
    if isinstance(pointer.addr_space, IntAttr):
        return pointer.addr_space.data
    return _GLOBAL_SPACE if program.target.address_spaces else 0


def lower_global(program: Program, op: memref.GlobalOp) -> None:
    """A global array as a flat `llvm.mlir.global`."""
    type_ = op.type
    if any(size < 0 for size in type_.get_shape()) or not is_dense(type_, op):
        raise InputError(f"'memref.global' op: no variable of type '{type_}'", location_of(op))
    element = program.types.stored(type_.element_type, op)
    count = 1
    for size in type_.get_shape():
        count *= size
    array = llvm.LLVMArrayType(count, element)
    value, body = _initial(op.initial_value, array, count)
    variable = llvm.GlobalOp(
        op.sym_name.data,
        array,
        addr_space=_space(program, type_, op),
        constant=op.constant is not None,
        value=value,
        alignment=None if op.alignment is None else op.alignment.value.data,
        initializer=body,
    )
    program.symbols.add(variable, op.location)


def _initial(value: Attribute, array: llvm.LLVMArrayType, count: int) -> tuple[Attribute | None, Region | None]:
    """The value or the initializer region of a variable: zeros where the program gives none."""
    if isinstance(value, DenseIntOrFPElementsAttr) and not _all_zero(value):
        return retyped(value, TensorType(array.type, [count])), None
    zero = llvm.ZeroOp(array)
    return None, Region(Block([zero, llvm.ReturnOp(zero.res)]))


def _all_zero(value: DenseIntOrFPElementsAttr) -> bool:
    first = next(iter(value.get_attrs()), None) if value.is_splat() else None
    return isinstance(first, IntegerAttr) and first.value.data == 0


def _cast_to_unranked(lw: Lowering, op: Operation, value: SSAValue, type_: MemRefType[Attribute]) -> None:
    """The descriptor goes to the stack of the function: an array without rank must not outlive the function that made it."""
    b = lw.b
    place = b.alloca(value.type)
    b.store(value, place)
    result = lw.type(op.results[0], op)
    lw.set(op.results[0], b.aggregate(result, [(b.integer(type_.get_num_dims()), (0,)), (place, (1,))]))


def _cast(lw: Lowering, op: Operation) -> None:
    source: Attribute = op.operands[0].type
    target: Attribute = op.results[0].type
    value = lw.value(op.operands[0])
    if isinstance(source, MemRefType) and isinstance(target, UnrankedMemRefType):
        _cast_to_unranked(lw, op, value, source)
    elif isinstance(source, UnrankedMemRefType) and isinstance(target, MemRefType):
        descriptor = lw.b.extract(value, PTR, 1)
        lw.set(op.results[0], lw.b.load(descriptor, lw.types(target, op)))
    elif value.type == lw.type(op.results[0], op):
        lw.set(op.results[0], value)
    else:
        raise InputError(f"'memref.cast' op: no cast from '{source}' to '{target}'", location_of(op))


HANDLERS: Mapping[str, Handler] = {
    "memref.load": _load,
    "memref.store": _store,
    "memref.dim": _dim,
    "memref.rank": _rank,
    "memref.alloca": _alloca,
    "memref.get_global": _get_global,
    "memref.cast": _cast,
}

"""Decoders of `memref`: allocation, access, copies and global arrays. Every access is checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from xdsl.dialects import memref
from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, MemRefType
from xdsl.ir import Operation, SSAValue

from asyncir.abi import ErrorKind
from asyncir.dialects.locations import location_of
from asyncir.reference.decode import Decoded, Decoder, OpDecoder, Plain, Registers
from asyncir.reference.faults import broken, failure, unsupported
from asyncir.reference.memory import MemoryFault, MemRef, NoValue, allocate, constant
from asyncir.reference.ops_async import asks
from asyncir.reference.task import shared
from asyncir.reference.values import Value, integer_width, rounding, wrap_to


def position_of(op: Operation, array: SSAValue, indices: Sequence[SSAValue], d: Decoder) -> Callable[[Registers], tuple[Any, int]]:
    """What finds the cells and the position of an element, after checking the indices."""
    base, registers = d.register(array), d.registers(indices)
    if len(registers) == 1:
        only = registers[0]

        def one(r: Registers) -> tuple[Any, int]:
            view, index = r[base], r[only]
            if not 0 <= index < view.sizes[0]:
                raise _out_of_bounds(op, (index,), view)
            return view.buffer.cells, view.offset + index * view.strides[0]

        return one

    def many(r: Registers) -> tuple[Any, int]:
        view, position = r[base], r[base].offset
        for register, size, stride in zip(registers, view.sizes, view.strides, strict=True):
            if not 0 <= r[register] < size:
                raise _out_of_bounds(op, tuple([r[register] for register in registers]), view)
            position += r[register] * stride
        return view.buffer.cells, position

    return many


def _out_of_bounds(op: Operation, indices: tuple[int, ...], view: MemRef) -> Exception:
    sizes = "x".join(map(str, view.sizes))
    return broken("out-of-bounds", op, f"'{op.name}' is out of bounds: index {list(indices)} in an array of {sizes}", _allocated(view))


def _allocated(view: MemRef) -> list[tuple[str, Any]]:
    location = view.buffer.location
    return [("the array was allocated here", location)] if location is not None else []


def read_cell(op: Operation, cells: Any, position: int) -> Value:
    """A cell's value; error if there is none."""
    try:
        value = cells[position]
    except MemoryFault as fault:
        raise broken(fault.kind, op, f"'{op.name}': {fault}") from None
    if value.__class__ is NoValue:
        raise broken(value.kind, op, f"'{op.name}' reads an element that {value.why}")
    return value


def write_cell(op: Operation, cells: Any, position: int, value: Value) -> None:
    """Sets a cell."""
    try:
        cells[position] = value
    except MemoryFault as fault:
        raise broken(fault.kind, op, f"'{op.name}': {fault}") from None


def _load(op: memref.LoadOp, d: Decoder) -> Decoded:
    find, target = position_of(op, op.memref, op.indices, d), d.register(op.res)

    def step(r: Registers) -> None:
        cells, position = find(r)
        r[target] = read_cell(op, cells, position)

    return Plain(step)


def _store(op: memref.StoreOp, d: Decoder) -> Decoded:
    find, source = position_of(op, op.memref, op.indices, d), d.register(op.value)

    def step(r: Registers) -> None:
        cells, position = find(r)
        write_cell(op, cells, position, r[source])

    return Plain(step)


# ------------------------------------------------------------------------------------------------------------- allocation


def _sizes(op: Operation, type_: MemRefType, dynamic: Sequence[int]) -> tuple[int, ...]:
    """The sizes of a new array: those of its type, with the given ones for the dynamic ones. A negative one fails the task."""
    pending = iter(dynamic)
    found = tuple([next(pending) if size < 0 else size for size in type_.get_shape()])
    if any(size < 0 for size in found):
        raise failure(ErrorKind.INVALID_ARGUMENT, op, "invalid argument: a size is negative")
    return found


def _array_type(op: memref.AllocOp | memref.AllocaOp) -> MemRefType:
    if op.symbol_operands:
        raise unsupported(op, "with symbol operands")
    type_ = op.memref.type
    assert isinstance(type_, MemRefType)
    return type_


def _alloc(op: memref.AllocOp, d: Decoder) -> Decoded:
    """One array for the whole task."""
    type_, location = _array_type(op), location_of(op)

    def make(task: Any, *dynamic: int) -> MemRef:
        return task.scheduler.allocate(type_.element_type, _sizes(op, type_, dynamic), location)

    return asks(op, shared(op, make, publishes=False), d)


def _alloca(op: memref.AllocaOp, d: Decoder) -> Decoded:
    """An array of the lane's own."""
    type_, target, location, dynamic = _array_type(op), d.register(op.memref), location_of(op), d.registers(op.dynamic_sizes)

    def step(r: Registers) -> None:
        sizes = _sizes(op, type_, [r[register] for register in dynamic])
        r[target] = r[0].launch.allocate(type_.element_type, sizes, location)

    return Plain(step)


def _dealloc(op: memref.DeallocOp, d: Decoder) -> Decoded:
    """Once for the whole task, as the allocation."""

    def free(task: Any, view: MemRef) -> None:
        try:
            view.buffer.free()
        except MemoryFault as fault:
            raise broken("double-free", op, f"'{op.name}': {fault}") from None

    return asks(op, shared(op, free, publishes=False), d)


def _elements(attribute: DenseIntOrFPElementsAttr, type_: MemRefType, count: int) -> list[Value]:
    values: list[Value] = list(attribute.get_values())
    if len(values) == 1:
        values *= count
    width = integer_width(type_.element_type)
    return list(map(rounding(type_.element_type) if width is None else wrap_to(width), values))


def _make_global(definition: Operation, type_: MemRefType) -> MemRef:
    """The array of a `memref.global`."""
    initial, sizes, location = definition.properties.get("initial_value"), tuple(type_.get_shape()), location_of(definition)
    if not isinstance(initial, DenseIntOrFPElementsAttr):
        return allocate(type_.element_type, sizes, location)
    array = allocate(type_.element_type, sizes, location)
    values = _elements(initial, type_, len(array.buffer.cells))
    if "constant" in definition.properties:
        return constant(type_.element_type, sizes, values, location)
    for position, value in enumerate(values):
        array.buffer.cells[position] = value
    return array


def _get_global(op: memref.GetGlobalOp, d: Decoder) -> Decoded:
    type_, target = op.memref.type, d.register(op.memref)
    assert isinstance(type_, MemRefType)
    symbol = op.name_.string_value()
    definition = d.symbols.lookup(op, symbol)

    def step(r: Registers) -> None:
        r[target] = d.symbols.resource(("global", symbol), lambda: _make_global(definition, type_))

    return Plain(step)


def _copy(op: memref.CopyOp, d: Decoder) -> Decoded:
    source, destination = d.registers((op.source, op.destination))

    def step(r: Registers) -> None:
        left, right = r[source], r[destination]
        if left.sizes != right.sizes:
            raise broken("out-of-bounds", op, f"'{op.name}' of an array of {list(left.sizes)} into one of {list(right.sizes)}")
        try:
            values = [left.buffer.cells[position] for position in left.positions()]
            for position, value in zip(right.positions(), values, strict=True):
                right.buffer.cells[position] = value
        except MemoryFault as fault:
            raise broken(fault.kind, op, f"'{op.name}': {fault}") from None

    return Plain(step)


def _fill(op: Operation, d: Decoder) -> Decoded:
    """`linalg.fill` of arrays."""
    if len(op.operands) != 2 or not isinstance(op.operands[1].type, MemRefType):
        raise unsupported(op, "on what is no memref")
    value, destination = d.registers(op.operands)

    def step(r: Registers) -> None:
        view = r[destination]
        for position in view.positions():
            write_cell(op, view.buffer.cells, position, r[value])

    return Plain(step)


def _publish(op: Operation, d: Decoder) -> Decoded:
    """A store that the host's array has at once."""
    find, source, base = position_of(op, op.operands[1], op.operands[2:], d), d.register(op.operands[0]), d.register(op.operands[1])

    def step(r: Registers) -> None:
        cells, position = find(r)
        write_cell(op, cells, position, r[source])
        array = r[base].buffer.array
        if array is not None:
            flat = array.reshape(-1)
            (flat.view(f"int{8 * array.itemsize}") if array.dtype.kind == "u" else flat)[position] = r[source]

    return Plain(step)


DECODERS: dict[str, OpDecoder] = {
    "memref.alloc": _alloc,
    "memref.alloca": _alloca,
    "memref.dealloc": _dealloc,
    "memref.load": _load,
    "memref.store": _store,
    "memref.copy": _copy,
    "memref.get_global": _get_global,
    "linalg.fill": _fill,
    "task.publish": _publish,
    "rt.publish": _publish,
}

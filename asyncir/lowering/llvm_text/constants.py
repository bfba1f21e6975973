"""Constants of the llvm level as LLVM IR text: integers in range, floats by their bits, arrays, vectors, strings, structs."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xdsl.dialects.builtin import (
    ArrayAttr,
    BFloat16Type,
    BytesAttr,
    DenseIntOrFPElementsAttr,
    Float16Type,
    Float32Type,
    Float64Type,
    FloatAttr,
    IntegerAttr,
    StringAttr,
    UnitAttr,
    VectorType,
)
from xdsl.dialects.llvm import LLVMArrayType, LLVMPointerType, LLVMStructType
from xdsl.ir import Attribute, Block, Operation, SSAValue

from asyncir.dialects import llvm_ext as llvm
from asyncir.lowering.llvm_text.type_text import TypeTexts, int_width, unsupported, vector_parts


def integer_text(op: Operation, value: int, width: int) -> str:
    """`value` in the signed range of `width` bits; either sign's spelling is accepted, more bits are not."""
    if not -(1 << (width - 1)) <= value < (1 << width):
        raise unsupported(op, f"constant {value} does not fit i{width}")
    if width == 1:
        return "true" if value & 1 else "false"
    return str(value - (1 << width) if value >= 1 << (width - 1) else value)


def _single(value: float) -> float:
    """The nearest f32, as a Python float."""
    try:
        return struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _half_bits(value: float) -> int:
    try:
        return struct.unpack("<H", struct.pack("<e", value))[0]
    except OverflowError:
        return 0x7C00 if value > 0 else 0xFC00


def _bfloat_bits(value: float) -> int:
    if value != value:
        return 0x7FC0
    bits: int = struct.unpack("<I", struct.pack("<f", _single(value)))[0]
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16) & 0xFFFF


def float_text(op: Operation, value: float, type_: Attribute) -> str:
    """A float by its bits. LLVM writes f32 as the bits of the f64 of the same value."""
    match type_:
        case Float64Type():
            return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"
        case Float32Type():
            return f"0x{struct.unpack('<Q', struct.pack('<d', _single(value)))[0]:016X}"
        case Float16Type():
            return f"0xH{_half_bits(value):04X}"
        case BFloat16Type():
            return f"0xR{_bfloat_bits(value):04X}"
        case _:
            raise unsupported(op, f"no constant of type {type_}")


def string_text(data: bytes) -> str:
    """LLVM's string constant."""
    return 'c"' + "".join(chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:02X}" for byte in data) + '"'


def scalar_text(op: Operation, value: int | float, type_: Attribute) -> str:
    """One number of a scalar type; a pointer only from 0."""
    if (width := int_width(type_)) is not None:
        return integer_text(op, int(value), width)
    if isinstance(type_, LLVMPointerType) and value == 0:
        return "null"
    return float_text(op, float(value), type_)


@dataclass(frozen=True)
class Parts:
    """An aggregate constant under construction, each part a text or parts again."""

    children: tuple[str | Parts, ...]


_FLOATS = (Float16Type, BFloat16Type, Float32Type, Float64Type)


class Constants:
    """Attributes to constant texts, for one module."""

    def __init__(self, types: TypeTexts) -> None:
        self.types = types

    def zero(self, type_: Attribute) -> str:
        """The all-zero value of a type."""
        if (width := int_width(type_)) is not None:
            return "false" if width == 1 else "0"
        if isinstance(type_, LLVMPointerType):
            return "null"
        if isinstance(type_, LLVMArrayType | LLVMStructType | VectorType):
            return "zeroinitializer"
        return "0xH0000" if isinstance(type_, Float16Type) else "0xR0000" if isinstance(type_, BFloat16Type) else "0.0"

    def text(self, op: Operation, value: Attribute, type_: Attribute) -> str:
        """`value` as a constant of `type_`, without the type."""
        match value:
            case IntegerAttr() if int_width(type_) is not None or isinstance(type_, LLVMPointerType):
                return scalar_text(op, value.value.data, type_)
            case FloatAttr() if isinstance(type_, _FLOATS):
                return float_text(op, value.value.data, type_)
            case UnitAttr():
                return self.zero(type_)
            case StringAttr() | BytesAttr():
                return self._string(op, value.data.encode() if isinstance(value, StringAttr) else value.data, type_)
            case DenseIntOrFPElementsAttr():
                return self._dense(op, value, type_)
            case ArrayAttr():
                return self._aggregate(op, value, type_)
            case _:
                raise unsupported(op, f"no constant of type {type_} from {value}")

    def _string(self, op: Operation, data: bytes, type_: Attribute) -> str:
        if not isinstance(type_, LLVMArrayType) or self.types(op, type_.type) != "i8" or type_.size.data != len(data):
            raise unsupported(op, f"a string of {len(data)} bytes needs type !llvm.array<{len(data)} x i8>, got {type_}")
        return string_text(data)

    def _dense(self, op: Operation, value: DenseIntOrFPElementsAttr, type_: Attribute) -> str:
        numbers: Sequence[int | float] = [number for number in value.get_values() if isinstance(number, int | float)]
        count, element = _flat(op, type_)
        if len(numbers) != count:
            raise unsupported(op, f"{len(numbers)} numbers do not fill type {type_}")
        return self._nest(op, (scalar_text(op, number, element) for number in numbers), type_)

    def _nest(self, op: Operation, scalars: Iterator[str], type_: Attribute) -> str:
        parts = (type_.size.data, type_.type) if isinstance(type_, LLVMArrayType) else vector_parts(type_)
        if parts is None:
            return next(scalars)
        size, inner = parts
        prefix = self.types(op, inner)
        body = ", ".join(f"{prefix} {self._nest(op, scalars, inner)}" for _ in range(size))
        return f"[{body}]" if isinstance(type_, LLVMArrayType) else f"<{body}>"

    def _aggregate(self, op: Operation, value: ArrayAttr[Attribute], type_: Attribute) -> str:
        parts = value.data
        members = _member_types(op, type_)
        if len(parts) != len(members):
            raise unsupported(op, f"{len(parts)} constants do not fill type {type_}")
        body = ", ".join(f"{self.types(op, member)} {self.text(op, part, member)}" for part, member in zip(parts, members, strict=True))
        return f"[{body}]" if isinstance(type_, LLVMArrayType) else f"{{ {body} }}"

    def region(self, block: Block) -> str:
        """The value an initializer block returns, from constants and insertions alone."""
        known: dict[SSAValue, str | Parts] = {}
        for op in block.ops:
            match op:
                case llvm.ReturnOp() if op.arg is not None:
                    return self._tree(op, known[op.arg], op.arg.type)
                case llvm.ConstantOp():
                    known[op.result] = self.text(op, op.value, op.result.type)
                case llvm.ZeroOp():
                    known[op.res] = self.zero(op.res.type)
                case llvm.UndefOp() | llvm.PoisonOp():
                    known[op.results[0]] = "undef" if isinstance(op, llvm.UndefOp) else "poison"
                case llvm.AddressOfOp():
                    known[op.result] = symbol_text(op.global_name.string_value())
                case llvm.InsertValueOp():
                    path = [int(index) for index in op.position.iter_values()]
                    known[op.res] = self._insert(op, known[op.container], op.container.type, path, known[op.value])
                case _:
                    raise unsupported(op, "not allowed in the initializer of a global; allowed are constants and llvm.insertvalue")
        assert block.last_op is not None
        raise unsupported(block.last_op, "an initializer must end in llvm.return of a value")

    def _insert(self, op: Operation, tree: str | Parts, type_: Attribute, path: Sequence[int], value: str | Parts) -> str | Parts:
        if not path:
            return value
        members = _member_types(op, type_)
        children: list[str | Parts] = [self._part(op, tree, member) for member in members] if isinstance(tree, str) else [*tree.children]
        children[path[0]] = self._insert(op, children[path[0]], members[path[0]], path[1:], value)
        return Parts(tuple(children))

    def _part(self, op: Operation, whole: str, member: Attribute) -> str:
        if whole == "zeroinitializer":
            return self.zero(member)
        if whole in ("undef", "poison"):
            return whole
        raise unsupported(op, "insertion into a constant that is written as one piece; build it from llvm.mlir.zero")

    def _tree(self, op: Operation, tree: str | Parts, type_: Attribute) -> str:
        if isinstance(tree, str):
            return tree
        members = _member_types(op, type_)
        parts = zip(tree.children, members, strict=True)
        body = ", ".join(f"{self.types(op, member)} {self._tree(op, part, member)}" for part, member in parts)
        return f"[{body}]" if isinstance(type_, LLVMArrayType) else f"{{ {body} }}"


def symbol_text(name: str) -> str:
    """A global's name in LLVM IR, quoted where it has to be."""
    if name and all(char.isascii() and (char.isalnum() or char in "._$-") for char in name) and not name[0].isdigit():
        return f"@{name}"
    return "@" + string_text(name.encode())[1:]


def _member_types(op: Operation, type_: Attribute) -> Sequence[Attribute]:
    if isinstance(type_, LLVMStructType):
        return type_.types.data
    if isinstance(type_, LLVMArrayType):
        return (type_.type,) * type_.size.data
    raise unsupported(op, f"expected an array or struct type, got {type_}")


def _flat(op: Operation, type_: Attribute) -> tuple[int, Attribute]:
    """How many scalars, of what type, an array or vector type holds."""
    if isinstance(type_, LLVMArrayType):
        count, element = _flat(op, type_.type)
        return type_.size.data * count, element
    return vector_parts(type_) or (1, type_)

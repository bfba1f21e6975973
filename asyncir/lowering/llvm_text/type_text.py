"""Types of the llvm level as LLVM IR text."""

from __future__ import annotations

from xdsl.dialects.builtin import (
    BFloat16Type,
    Float16Type,
    Float32Type,
    Float64Type,
    IntAttr,
    IntegerType,
    NoneType,
    VectorType,
)
from xdsl.dialects.llvm import LLVMArrayType, LLVMFunctionType, LLVMPointerType, LLVMStructType, LLVMVoidType
from xdsl.ir import Attribute, Operation
from xdsl.utils.hints import isa

from asyncir.dialects.locations import location_of
from asyncir.errors import InputError

_FLOATS: dict[type[Attribute], tuple[str, str]] = {
    Float16Type: ("half", "f16"),
    BFloat16Type: ("bfloat", "bf16"),
    Float32Type: ("float", "f32"),
    Float64Type: ("double", "f64"),
}


def unsupported(op: Operation, what: str, help: str | None = None) -> InputError:
    """The error for what the printer cannot print; nothing is ever dropped silently."""
    return InputError(f"{op.name}: {what}", location_of(op), help=help)


def address_space(pointer: Attribute) -> int:
    """The address space of a pointer type."""
    assert isinstance(pointer, LLVMPointerType)
    return pointer.addr_space.data if isinstance(pointer.addr_space, IntAttr) else 0


def int_width(type_: Attribute) -> int | None:
    """The bits of an integer type; None for any other type."""
    return type_.width.data if isa(type_, IntegerType) else None


def vector_parts(type_: Attribute) -> tuple[int, Attribute] | None:
    """Length and element type of a vector type; None for any other type."""
    return (type_.get_shape()[0], type_.element_type) if isa(type_, VectorType) else None


class TypeTexts:
    """Type texts, made once per type object: hashing a nested type costs more than printing an operation.

    Invariant: `_texts` keeps each type alive, so an id is never reused while the table lives.
    """

    def __init__(self) -> None:
        self._texts: dict[int, tuple[Attribute, str]] = {}

    def __call__(self, op: Operation, type_: Attribute) -> str:
        """The text of `type_`; `op` is who to blame if it has none."""
        if (known := self._texts.get(id(type_))) is not None:
            return known[1]
        text = self._make(op, type_)
        self._texts[id(type_)] = (type_, text)
        return text

    def _make(self, op: Operation, type_: Attribute) -> str:
        match type_:
            case IntegerType():
                return f"i{int_width(type_)}"
            case LLVMPointerType():
                space = address_space(type_)
                return f"ptr addrspace({space})" if space else "ptr"
            case LLVMVoidType() | NoneType():
                return "void"
            case LLVMStructType():
                if type_.struct_name.data:
                    raise unsupported(op, f"named struct type {type_}; use a literal struct")
                return "{ " + ", ".join(self(op, member) for member in type_.types) + " }" if type_.types.data else "{}"
            case LLVMArrayType():
                return f"[{type_.size.data} x {self(op, type_.type)}]"
            case LLVMFunctionType():
                inputs = [self(op, part) for part in type_.inputs] + ["..."] * type_.is_variadic
                return f"{self(op, type_.output)} ({', '.join(inputs)})"
            case VectorType():
                return self._vector(op, type_)
            case _:
                if (names := _FLOATS.get(type(type_))) is not None:
                    return names[0]
                raise unsupported(op, f"type {type_} has no LLVM form")

    def _vector(self, op: Operation, type_: Attribute) -> str:
        assert isa(type_, VectorType)
        if type_.get_num_dims() != 1 or type_.get_num_scalable_dims():
            raise unsupported(op, f"vector type {type_} has no LLVM form: one fixed dimension is needed")
        return f"<{type_.get_shape()[0]} x {self(op, type_.element_type)}>"


def mangled(op: Operation, type_: Attribute) -> str:
    """A type as it stands in the name of an overloaded intrinsic: i32, f32, v4f32, p1."""
    match type_:
        case IntegerType():
            return f"i{int_width(type_)}"
        case LLVMPointerType():
            return f"p{address_space(type_)}"
        case _:
            if (parts := vector_parts(type_)) is not None:
                return f"v{parts[0]}{mangled(op, parts[1])}"
            if (names := _FLOATS.get(type(type_))) is not None:
                return names[1]
            raise unsupported(op, f"no intrinsic takes type {type_}")

"""`llvm.intr.*` operations: calls of LLVM's intrinsics or, where a GPU has no instruction for one, of libdevice."""

from __future__ import annotations

from collections.abc import Iterator

from xdsl.dialects.builtin import BFloat16Type, Float16Type, Float32Type, Float64Type, IntegerAttr
from xdsl.ir import Attribute, Operation

from asyncir.dialects import llvm_ext as llvm
from asyncir.dialects import llvm_intrinsics as intr
from asyncir.lowering.intrinsics import LIBDEVICE_OF_INTRINSIC, libdevice_name
from asyncir.lowering.llvm_text.control import call_line
from asyncir.lowering.llvm_text.function import Emitter, FunctionText
from asyncir.lowering.llvm_text.type_text import mangled, unsupported
from asyncir.lowering.llvm_text.values import fast_math

_FLAG_OPERAND = {"llvm.intr.ctlz": "is_zero_poison", "llvm.intr.cttz": "is_zero_poison", "llvm.intr.abs": "is_int_min_poison"}
"""Intrinsics whose last argument is a constant that MLIR keeps as a property."""

_UNMANGLED = {"assume", "trap"}


def _intrinsic(text: FunctionText, op: Operation) -> None:
    base = op.name.removeprefix("llvm.intr.")
    if text.is_gpu and (base in LIBDEVICE_OF_INTRINSIC or (base == "exp2" and isinstance(op.results[0].type, Float64Type))):
        library_call(text, op, base)
        return
    types = [text.types(op, operand.type) for operand in op.operands]
    arguments = [text.typed(op, operand) for operand in op.operands]
    if (flag := _FLAG_OPERAND.get(op.name)) is not None:
        value = op.properties[flag]
        assert isinstance(value, IntegerAttr)
        types.append("i1 immarg")
        arguments.append(f"i1 {'true' if value.value.data else 'false'}")
    result = text.types(op, op.results[0].type) if op.results else "void"
    callee = text.module.declare(_name(op, base), result, types)
    call_line(text, op, f"call{fast_math(op.properties.get('fastmathFlags'))} {result} {callee}({', '.join(arguments)})")


def _name(op: Operation, base: str) -> str:
    if base in _UNMANGLED:
        return f"llvm.{base}"
    suffix = mangled(op, op.operands[0].type)
    if base == "powi":
        suffix += "." + mangled(op, op.operands[1].type)
    return f"llvm.{base}.{suffix}"


def library_call(text: FunctionText, op: Operation, base: str) -> None:
    """Compute the operation by libdevice: f32 and f64 as they are, f16 and bf16 in f32."""
    type_ = op.results[0].type
    double = isinstance(type_, Float64Type)
    if not double and not isinstance(type_, Float16Type | BFloat16Type | Float32Type):
        raise unsupported(op, f"no GPU form for type {type_}; unroll vectors into scalars")
    narrow = not double and not isinstance(type_, Float32Type)
    word = "double" if double else "float"
    arguments = [_widened(text, op, index) if narrow else text.typed(op, value) for index, value in enumerate(op.operands)]
    callee = text.module.declare(libdevice_name(base, single=not double), word, [argument.split(" ")[0] for argument in arguments])
    call = f"call {word} {callee}({', '.join(arguments)})"
    if not narrow:
        text.assign(op, call)
        return
    wide = text.fresh()
    text.line(f"{wide} = {call}")
    text.assign(op, f"fptrunc float {wide} to {text.types(op, type_)}")


def _widened(text: FunctionText, op: Operation, index: int) -> str:
    value = op.operands[index]
    if not _is_narrow(value.type):
        return text.typed(op, value)
    wide = text.fresh()
    text.line(f"{wide} = fpext {text.typed(op, value)} to float")
    return f"float {wide}"


def _is_narrow(type_: Attribute) -> bool:
    return isinstance(type_, Float16Type | BFloat16Type)


def _frem(text: FunctionText, op: Operation) -> None:
    # NVPTX expands frem to x - y * trunc(x / y), which is wrong for large quotients; libdevice's fmod is exact.
    assert isinstance(op, llvm.FRemOp)
    if text.is_gpu:
        library_call(text, op, "fmod")
        return
    text.assign(op, f"frem{fast_math(op.fastmathFlags)} {text.typed(op, op.lhs)}, {text.value(op.rhs)}")


def emitters() -> Iterator[tuple[type[Operation], Emitter]]:
    """The operations of this file and how each is printed."""
    yield from ((kind, _intrinsic) for kind in intr.INTRINSIC_OPS)
    yield llvm.FRemOp, _frem

"""Instructions that compute values: arithmetic, comparisons, casts, aggregates, vectors."""

from __future__ import annotations

from collections.abc import Iterator

from xdsl.dialects.builtin import I64, DenseArrayBase, IntegerAttr
from xdsl.dialects.llvm import ALL_FCMP_FLAGS, ALL_ICMP_FLAGS, FastMathAttr
from xdsl.ir import Attribute, Operation

from asyncir.dialects import llvm_ext as llvm
from asyncir.lowering.llvm_text.function import Emitter, FunctionText
from asyncir.lowering.llvm_text.type_text import unsupported

_BINARY = {
    llvm.AddOp: "add", llvm.SubOp: "sub", llvm.MulOp: "mul", llvm.ShlOp: "shl", llvm.UDivOp: "udiv", llvm.SDivOp: "sdiv",
    llvm.LShrOp: "lshr", llvm.AShrOp: "ashr", llvm.URemOp: "urem", llvm.SRemOp: "srem", llvm.AndOp: "and", llvm.OrOp: "or",
    llvm.XOrOp: "xor", llvm.FAddOp: "fadd", llvm.FSubOp: "fsub", llvm.FMulOp: "fmul", llvm.FDivOp: "fdiv",
}  # fmt: skip

_CAST = {
    llvm.TruncOp: "trunc", llvm.ZExtOp: "zext", llvm.SExtOp: "sext", llvm.FPToSIOp: "fptosi", llvm.FPToUIOp: "fptoui",
    llvm.SIToFPOp: "sitofp", llvm.UIToFPOp: "uitofp", llvm.FPExtOp: "fpext", llvm.FPTruncOp: "fptrunc", llvm.BitcastOp: "bitcast",
    llvm.IntToPtrOp: "inttoptr", llvm.PtrToIntOp: "ptrtoint", llvm.AddrSpaceCastOp: "addrspacecast",
}  # fmt: skip

_OVERFLOW = ("", " nsw", " nuw", " nuw nsw")
_FLAG_WORDS = {"isExact": " exact", "isDisjoint": " disjoint", "nonNeg": " nneg"}


def fast_math(flags: Attribute | None) -> str:
    """Fast-math flags, each with a blank before it."""
    return "".join(f" {flag}" for flag in sorted(flags.data)) if isinstance(flags, FastMathAttr) else ""


def _flags(op: Operation) -> str:
    """The flags of an arithmetic operation or a cast, each with a blank before it."""
    text = ""
    for name, value in op.properties.items():
        if name == "overflowFlags" and isinstance(value, IntegerAttr):
            text += _OVERFLOW[value.value.data]
        elif name == "fastmathFlags":
            text += fast_math(value)
        elif name in _FLAG_WORDS:
            text += _FLAG_WORDS[name]
        else:
            raise unsupported(op, f"property '{name}' = {value} has no LLVM IR form")
    return text


def _binary(word: str) -> Emitter:
    def emit(text: FunctionText, op: Operation) -> None:
        lhs, rhs = op.operands
        flags = _flags(op) if op.properties else ""
        text.assign(op, f"{word}{flags} {text.types(op, lhs.type)} {text.names[lhs]}, {text.names[rhs]}")

    return emit


def _cast(word: str) -> Emitter:
    def emit(text: FunctionText, op: Operation) -> None:
        flags = _flags(op) if op.properties else ""
        text.assign(op, f"{word}{flags} {text.typed(op, op.operands[0])} to {text.types(op, op.results[0].type)}")

    return emit


def _icmp(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, llvm.ICmpOp)
    predicate = ALL_ICMP_FLAGS[op.predicate.value.data]
    text.assign(op, f"icmp {predicate.value} {text.typed(op, op.lhs)}, {text.value(op.rhs)}")


def _fcmp(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, llvm.FCmpOp)
    predicate = ALL_FCMP_FLAGS[op.predicate.value.data].value.removeprefix("_")
    text.assign(op, f"fcmp{fast_math(op.fastmathFlags)} {predicate} {text.typed(op, op.lhs)}, {text.value(op.rhs)}")


def _fneg(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, llvm.FNegOp)
    text.assign(op, f"fneg{fast_math(op.fastmathFlags)} {text.typed(op, op.arg)}")


def _freeze(text: FunctionText, op: Operation) -> None:
    text.assign(op, f"freeze {text.typed(op, op.operands[0])}")


def _select(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, llvm.SelectOp)
    condition, true, false = (text.typed(op, operand) for operand in op.operands)
    text.assign(op, f"select{fast_math(op.fastmathFlags)} {condition}, {true}, {false}")


def _positions(position: DenseArrayBase[I64]) -> str:
    return ", ".join(str(index) for index in position.iter_values())


def _extract_value(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, llvm.ExtractValueOp)
    text.assign(op, f"extractvalue {text.typed(op, op.container)}, {_positions(op.position)}")


def _insert_value(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, llvm.InsertValueOp)
    text.assign(op, f"insertvalue {text.typed(op, op.container)}, {text.typed(op, op.value)}, {_positions(op.position)}")


def _extract_element(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, llvm.ExtractElementOp)
    text.assign(op, f"extractelement {text.typed(op, op.vector)}, {text.typed(op, op.position)}")


def _insert_element(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, llvm.InsertElementOp)
    text.assign(op, f"insertelement {text.typed(op, op.vector)}, {text.typed(op, op.value)}, {text.typed(op, op.index)}")


def _shuffle(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, llvm.ShuffleVectorOp)
    indices = [int(index) for index in op.mask.iter_values()]
    mask = ", ".join("i32 poison" if index < 0 else f"i32 {index}" for index in indices)
    text.assign(op, f"shufflevector {text.typed(op, op.v1)}, {text.typed(op, op.v2)}, <{len(indices)} x i32> <{mask}>")


def _constant(text: FunctionText, op: Operation) -> None:
    """Constants stand in the operands that use them; naming made (and checked) their text."""


def emitters() -> Iterator[tuple[type[Operation], Emitter]]:
    """The operations of this file and how each is printed."""
    yield from ((kind, _binary(word)) for kind, word in _BINARY.items())
    yield from ((kind, _cast(word)) for kind, word in _CAST.items())
    for kind in (llvm.ConstantOp, llvm.ZeroOp, llvm.UndefOp, llvm.PoisonOp, llvm.AddressOfOp):
        yield kind, _constant
    yield llvm.ICmpOp, _icmp
    yield llvm.FCmpOp, _fcmp
    yield llvm.FNegOp, _fneg
    yield llvm.FreezeOp, _freeze
    yield llvm.SelectOp, _select
    yield llvm.ExtractValueOp, _extract_value
    yield llvm.InsertValueOp, _insert_value
    yield llvm.ExtractElementOp, _extract_element
    yield llvm.InsertElementOp, _insert_element
    yield llvm.ShuffleVectorOp, _shuffle

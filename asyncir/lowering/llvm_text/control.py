"""Terminators, calls and inline assembly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xdsl.dialects.llvm import TailCallKind
from xdsl.ir import Operation

from asyncir.dialects import llvm_ext as llvm
from asyncir.lowering.intrinsics import GENERIC_SIGNATURES, NVVM_SIGNATURES
from asyncir.lowering.llvm_text.constants import string_text
from asyncir.lowering.llvm_text.function import Emitter, FunctionText
from asyncir.lowering.llvm_text.type_text import unsupported
from asyncir.lowering.llvm_text.values import fast_math


def _br(text: FunctionText, op: Operation) -> None:
    text.line(f"br {text.successor(op, 0)}")


def _cond_br(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, llvm.CondBrOp)
    text.line(f"br i1 {text.value(op.cond)}, {text.successor(op, 0)}, {text.successor(op, 1)}")


def _switch(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, llvm.SwitchOp)
    if op.branch_weights is not None:
        raise unsupported(op, "'branch_weights' has no LLVM IR form here")
    type_ = text.types(op, op.value.type)
    cases = " ".join(f"{type_} {number}, {text.successor(op, index + 1)}" for index, number in enumerate(op.values()))
    text.line(f"switch {text.typed(op, op.value)}, {text.successor(op, 0)} [ {cases} ]")


def _return(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, llvm.ReturnOp)
    expected = text.types(op, text.func.function_type.output)
    got = "void" if op.arg is None else text.types(op, op.arg.type)
    if got != expected:
        raise unsupported(op, f"returns {got} from a function that returns {expected}")
    text.line("ret void" if op.arg is None else f"ret {got} {text.value(op.arg)}")


def _unreachable(text: FunctionText, op: Operation) -> None:
    text.line("unreachable")


def _result_type(text: FunctionText, op: Operation) -> str:
    return text.types(op, op.results[0].type) if op.results else "void"


def call_line(text: FunctionText, op: Operation, call: str) -> None:
    """A call, with or without a result."""
    if op.results:
        text.assign(op, call)
    else:
        text.line(call)


def _call(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, llvm.CallOp)
    name = op.callee.string_value()
    callee = text.module.functions.get(name)
    if callee is None:
        raise unsupported(op, f"there is no llvm.func @{name}")
    if op.CConv.convention.data != "ccc" or op.TailCallKind.data is not TailCallKind.NONE or op.op_bundle_operands:
        raise unsupported(op, "calling conventions, tail calls and operand bundles are not supported")
    _check_call(text, op, callee)
    function_type = callee.function_type
    signature = text.types(op, function_type) if function_type.is_variadic else text.types(op, function_type.output)
    arguments = ", ".join(text.typed(op, argument) for argument in op.args)
    # As with functions: on a GPU every call is convergent until LLVM proves that it need not be.
    convergent = " convergent" if text.is_gpu or op.convergent is not None else ""
    unwind = " nounwind" if op.no_unwind is not None else ""
    symbol = text.module.callee(op, callee)
    call_line(text, op, f"call{fast_math(op.fastmathFlags)} {signature} {symbol}({arguments}){convergent}{unwind}")


def _check_call(text: FunctionText, op: llvm.CallOp, callee: llvm.FuncOp) -> None:
    expected = [text.types(op, type_) for type_ in callee.function_type.inputs]
    got = [text.types(op, argument.type) for argument in op.args]
    if got[: len(expected)] != expected or (len(got) > len(expected) and not callee.function_type.is_variadic):
        raise unsupported(op, f"@{callee.sym_name.data} takes ({', '.join(expected)}), got ({', '.join(got)})")
    if _result_type(text, op) != (result := text.types(op, callee.function_type.output)):
        raise unsupported(op, f"@{callee.sym_name.data} returns {result}, got {_result_type(text, op)}")


def _inline_asm(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, llvm.InlineAsmOp)
    if op.tail_call_kind.data is not TailCallKind.NONE:
        raise unsupported(op, "tail calls are not supported")
    words = " sideeffect" * (op.has_side_effects is not None) + " alignstack" * (op.is_align_stack is not None)
    body, constraints = (string_text(part.data.encode())[1:] for part in (op.asm_string, op.constraints))
    arguments = ", ".join(text.typed(op, operand) for operand in op.operands)
    convergent = " convergent" if op.is_convergent else ""
    call_line(text, op, f"call {_result_type(text, op)} asm{words} {body}, {constraints}({arguments}){convergent}")


def intrinsic_call(text: FunctionText, op: Operation, name: str, result: str, arguments: Sequence[str], flags: str = "") -> str:
    """A call of a listed intrinsic, its signature checked; each argument is "type value"."""
    expected = GENERIC_SIGNATURES.get(name) or (NVVM_SIGNATURES.get(name) if text.is_gpu else None)
    if expected is None:
        where = "this target" if name in NVVM_SIGNATURES else "asyncir"
        raise unsupported(op, f"intrinsic '{name}' is not known to {where}", "the known ones are listed in asyncir.lowering.intrinsics")
    types = [argument.rsplit(" ", 1)[0] for argument in arguments]
    if (got := f"{result}({', '.join(types)})") != expected:
        raise unsupported(op, f"intrinsic '{name}' is {expected}, it is called as {got}")
    return f"call{flags} {result} {text.module.declare(name, result, types)}({', '.join(arguments)})"


def _call_intrinsic(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, llvm.CallIntrinsicOp)
    if op.op_bundle_operands:
        raise unsupported(op, "operand bundles are not supported")
    arguments = [text.typed(op, argument) for argument in op.args]
    call_line(text, op, intrinsic_call(text, op, op.intrin.data, _result_type(text, op), arguments, fast_math(op.fastmathFlags)))


def emitters() -> Iterator[tuple[type[Operation], Emitter]]:
    """The operations of this file and how each is printed."""
    yield llvm.BrOp, _br
    yield llvm.CondBrOp, _cond_br
    yield llvm.SwitchOp, _switch
    yield llvm.ReturnOp, _return
    yield llvm.UnreachableOp, _unreachable
    yield llvm.CallOp, _call
    yield llvm.InlineAsmOp, _inline_asm
    yield llvm.CallIntrinsicOp, _call_intrinsic

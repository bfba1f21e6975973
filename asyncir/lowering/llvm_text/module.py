"""A module of the llvm level as LLVM IR text."""

from __future__ import annotations

from functools import cache

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation

from asyncir.dialects import llvm_ext as llvm
from asyncir.lowering.llvm_target import NVPTX, target_of
from asyncir.lowering.llvm_text import control, gpu, gpu_block, intrinsic_calls, memory, values
from asyncir.lowering.llvm_text.attributes import check_attributes, parameter_attributes
from asyncir.lowering.llvm_text.constants import symbol_text
from asyncir.lowering.llvm_text.context import ModuleText
from asyncir.lowering.llvm_text.function import Emitter, FunctionText
from asyncir.lowering.llvm_text.type_text import unsupported

_UNNAMED = ("", "local_unnamed_addr ", "unnamed_addr ")


@cache
def emitters() -> dict[type[Operation], Emitter]:
    """Every operation the printer knows, and how it is printed."""
    return {kind: emit for part in (values, memory, control, intrinsic_calls, gpu, gpu_block) for kind, emit in part.emitters()}


def module_to_llvm_ir(module: ModuleOp, *, triple: str = NVPTX.triple, datalayout: str | None = None, debug: bool = False) -> str:
    """The text of a module of `llvm.func`s and `llvm.mlir.global`s; in time linear in its size.

    `triple` "" is the host: neither triple nor layout is written, so the JIT's own are taken. `debug` adds line information.
    Raises InputError, located, for whatever has no LLVM IR form; nothing is left out silently.
    """
    target = target_of(triple, datalayout)
    functions, globals_ = _symbols(module)
    text = ModuleText(target, functions, globals_, debug=debug)
    bodies: list[str] = []
    for variable in globals_.values():
        bodies.append(_global_text(text, variable))
    for func in functions.values():
        if not func.is_declaration:
            bodies += ["", *FunctionText(text, func, emitters()).print()]
        elif target.is_gpu:
            text.callee(func, func)
        else:
            bodies.append(_declaration(text, func))
    head = [f'target datalayout = "{target.datalayout}"'] if target.datalayout else []
    head += [f'target triple = "{target.triple}"', ""] if target.triple else []
    metadata = text.debug.metadata() if text.debug else []
    return "\n".join([*head, *bodies, "", *text.declarations(), "", *metadata, ""])


def _symbols(module: ModuleOp) -> tuple[dict[str, llvm.FuncOp], dict[str, llvm.GlobalOp]]:
    functions: dict[str, llvm.FuncOp] = {}
    globals_: dict[str, llvm.GlobalOp] = {}
    for op in module.body.ops:
        if not isinstance(op, llvm.FuncOp | llvm.GlobalOp):
            raise unsupported(op, "has no LLVM IR form at module level; lower it to the llvm dialect first")
        name = op.sym_name.data
        if name in functions or name in globals_:
            raise unsupported(op, f"@{name} is defined twice")
        if isinstance(op, llvm.FuncOp):
            functions[name] = op
        else:
            globals_[name] = op
    return functions, globals_


def _declaration(text: ModuleText, func: llvm.FuncOp) -> str:
    parameters = [text.types(func, type_) + parameter_attributes(func, index) for index, type_ in enumerate(func.function_type.inputs)]
    return text.function_header("declare", func, parameters)


def _global_text(text: ModuleText, variable: llvm.GlobalOp) -> str:
    check_attributes(variable)
    type_ = text.types(variable, variable.global_type)
    space = variable.addr_space.value.data
    place = f"addrspace({space}) " if space else ""
    word = "constant" if variable.constant is not None else "global"
    alignment = f", align {variable.alignment.value.data}" if variable.alignment is not None else ""
    unnamed = _UNNAMED[variable.unnamed_addr.value.data]
    if (block := variable.initializer.blocks.first) is not None:
        value = text.constants.region(block)
    elif variable.value is not None:
        value = text.constants.text(variable, variable.value, variable.global_type)
    elif text.target.is_gpu and space == 3 and variable.linkage.linkage.data in ("internal", "private"):
        value = "undef"
    else:
        value = ""
    linkage = text.linkage(variable) or ("" if value else "external ")
    return f"{symbol_text(variable.sym_name.data)} = {linkage}{unnamed}{place}{word} {type_}{' ' if value else ''}{value}{alignment}"

"""Helpers of the tests at the llvm level: text to module, module to LLVM IR."""

from __future__ import annotations

from xdsl.context import Context
from xdsl.dialects.builtin import Builtin, ModuleOp
from xdsl.parser import Parser

from asyncir.dialects.llvm_ext import LLVM
from asyncir.dialects.nvvm import NVVM
from asyncir.lowering.llvm_text import module_to_llvm_ir

HOST = ""
"""The triple that stands for this machine."""


def parse(text: str) -> ModuleOp:
    """A verified module of llvm and nvvm operations."""
    context = Context()
    for dialect in (Builtin, LLVM, NVVM):
        context.load_dialect(dialect)
    module = Parser(context, text, "in.mlir").parse_module()
    module.verify()
    return module


def gpu_ir(text: str, *, debug: bool = False) -> str:
    """LLVM IR for NVPTX."""
    return module_to_llvm_ir(parse(text), debug=debug)


def host_ir(text: str, *, debug: bool = False) -> str:
    """LLVM IR for this machine."""
    return module_to_llvm_ir(parse(text), triple=HOST, debug=debug)


def kernel(body: str, parameters: str = "%p: !llvm.ptr<1>, %i: i32, %f: f32") -> str:
    """A kernel with a body."""
    return f"llvm.func @k({parameters}) attributes {{nvvm.kernel}} {{\n{body}\n  llvm.return\n}}\n"

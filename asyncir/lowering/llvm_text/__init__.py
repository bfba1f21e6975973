"""LLVM IR text from the llvm and nvvm dialects, by f-strings: no LLVM objects, time linear in the module."""

from __future__ import annotations

from asyncir.lowering.llvm_text.module import module_to_llvm_ir

__all__ = ["module_to_llvm_ir"]

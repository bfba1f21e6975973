"""What the functions of one module share: types, constants, symbols, declarations and line information."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.ir import Operation, SSAValue

from asyncir.dialects import llvm_ext as llvm
from asyncir.lowering.intrinsics import LIBDEVICE_PREFIX, libdevice_of_libm
from asyncir.lowering.llvm_target import LLVMTarget
from asyncir.lowering.llvm_text.attributes import function_attributes
from asyncir.lowering.llvm_text.constants import Constants, symbol_text
from asyncir.lowering.llvm_text.debug import DebugInfo
from asyncir.lowering.llvm_text.type_text import TypeTexts, unsupported

_LINKAGE = {"external": "", "internal": "internal ", "private": "private ", "linkonce_odr": "linkonce_odr ", "weak_odr": "weak_odr ",
            "linkonce": "linkonce ", "weak": "weak "}  # fmt: skip
_VISIBILITY = ("", "hidden ", "protected ")
_UNNAMED = ("", "local_unnamed_addr ", "unnamed_addr ")


class ModuleText:
    """The text of one module while it grows."""

    def __init__(self, target: LLVMTarget, functions: dict[str, llvm.FuncOp], globals: dict[str, llvm.GlobalOp], *, debug: bool) -> None:
        self.target = target
        self.functions = functions
        self.globals = globals
        self.types = TypeTexts()
        self.constants = Constants(self.types)
        self.debug = DebugInfo(target.is_gpu) if debug else None
        self._declarations: dict[str, str] = {}

    def declare(self, name: str, result: str, parameters: Sequence[str]) -> str:
        """Make sure that an intrinsic or library function is declared; its name in a call."""
        if name not in self._declarations:
            self._declarations[name] = f"declare {result} {symbol_text(name)}({', '.join(parameters)})"
        return symbol_text(name)

    def declarations(self) -> list[str]:
        return list(self._declarations.values())

    def linkage(self, op: llvm.FuncOp | llvm.GlobalOp) -> str:
        """Linkage, preemption and visibility, each with a blank behind it."""
        name = op.linkage.linkage.data
        if name not in _LINKAGE:
            raise unsupported(op, f"linkage '{name}' is not supported; supported are {', '.join(_LINKAGE)}")
        return _LINKAGE[name] + "dso_local " * (op.dso_local is not None) + _VISIBILITY[op.visibility_.value.data]

    def function_header(self, word: str, func: llvm.FuncOp, parameters: Sequence[str]) -> str:
        """`define …` or `declare …` up to the attributes."""
        if (convention := func.CConv.convention.data) != "ccc":
            raise unsupported(func, f"calling convention '{convention}' is not supported; kernels carry 'nvvm.kernel'")
        if func.res_attrs is not None and any(attrs.data for attrs in func.res_attrs):
            raise unsupported(func, "result attributes have no LLVM IR form here")
        kernel = "ptx_kernel " if func.is_kernel else ""
        dots = ["..."] * func.function_type.is_variadic
        linkage = self.linkage(func) if word == "define" else ""
        return (
            f"{word} {linkage}{kernel}{self.types(func, func.function_type.output)} {symbol_text(func.sym_name.data)}"
            f"({', '.join([*parameters, *dots])}) {_UNNAMED[func.unnamed_addr.value.data]}".rstrip()
            + function_attributes(func, is_gpu=self.target.is_gpu)
        )

    def callee(self, op: Operation, func: llvm.FuncOp) -> str:
        """The symbol a call of `func` names. On a GPU a function that is only declared must be one of libdevice's."""
        name = func.sym_name.data
        if not func.is_declaration or not self.target.is_gpu:
            return symbol_text(name)
        library = name if name.startswith(LIBDEVICE_PREFIX) else libdevice_of_libm(name)
        if library is None:
            raise unsupported(op, f"@{name} is declared but not defined, and a GPU program cannot call outside itself")
        return self.declare(
            library, self.types(op, func.function_type.output), [self.types(op, type_) for type_ in func.function_type.inputs]
        )

    def constant_of(self, op: Operation) -> str | None:
        """The text of an operation that is a constant and needs no instruction."""
        match op:
            case llvm.ConstantOp():
                return self.constants.text(op, op.value, op.result.type)
            case llvm.ZeroOp():
                return self.constants.zero(op.res.type)
            case llvm.UndefOp():
                return "undef"
            case llvm.PoisonOp():
                return "poison"
            case llvm.AddressOfOp():
                return self._address(op, op.global_name.string_value(), op.result)
            case _:
                return None

    def _address(self, op: Operation, name: str, result: SSAValue) -> str:
        variable = self.globals.get(name)
        if variable is None and name not in self.functions:
            raise unsupported(op, f"there is no global or function @{name}")
        if variable is not None:
            space = f"ptr addrspace({variable.addr_space.value.data})" if variable.addr_space.value.data else "ptr"
            if (got := self.types(op, result.type)) != space:
                raise unsupported(op, f"@{name} is a {space}, the result is a {got}")
        return symbol_text(name)

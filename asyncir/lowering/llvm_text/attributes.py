"""Attributes of functions, parameters and operations as LLVM IR text. An attribute that has no form here is an error."""

from __future__ import annotations

from xdsl.dialects.builtin import I32, ArrayAttr, DenseArrayBase, IntegerAttr, StringAttr, UnitAttr
from xdsl.ir import Attribute, Operation
from xdsl.utils.hints import isa

from asyncir.dialects import llvm_ext as llvm
from asyncir.lowering.llvm_text.type_text import unsupported

IGNORED_PREFIX = "asyncir."
"""Attributes under this prefix are notes from one pass to another; they mean nothing to LLVM and are left out. No others are."""

_ON_OPS = {"convergent"}
"""Attributes that an emitter reads itself (`convergent` on inline assembly, which MLIR has no property for)."""

_PARAMETER_FLAGS = {"noalias", "nonnull", "noundef", "readonly", "writeonly", "readnone", "nocapture", "signext", "zeroext", "nofree"}
_PARAMETER_NUMBERS = {
    "align": "align {}",
    "dereferenceable": "dereferenceable({})",
    "dereferenceable_or_null": "dereferenceable_or_null({})",
}

_FUNCTION_FLAGS = {
    "always_inline": "alwaysinline",
    "no_inline": "noinline",
    "no_unwind": "nounwind",
    "will_return": "willreturn",
    "convergent": "convergent",
    "optimize_none": "optnone",
}
_LAUNCH_BOUNDS = {"nvvm.maxntid", "nvvm.reqntid", "nvvm.minctasm", "nvvm.maxnreg", "nvvm.cluster_dim"}


def check_attributes(op: Operation) -> None:
    """Refuse what an emitter would drop."""
    for name in op.attributes:
        if not name.startswith(IGNORED_PREFIX) and not (name in _ON_OPS and isinstance(op, llvm.InlineAsmOp)):
            raise unsupported(op, f"attribute '{name}' has no LLVM IR form")


def parameter_attributes(func: llvm.FuncOp, index: int) -> str:
    """The attributes of one parameter, each with a blank before it."""
    if func.arg_attrs is None:
        return ""
    texts: list[str] = []
    for name, value in func.arg_attrs.data[index].data.items():
        if name.startswith(IGNORED_PREFIX):
            continue
        short = name.removeprefix("llvm.")
        if short in _PARAMETER_FLAGS and isinstance(value, UnitAttr):
            texts.append("captures(none)" if short == "nocapture" else short)
        elif short in _PARAMETER_NUMBERS and isinstance(value, IntegerAttr):
            texts.append(_PARAMETER_NUMBERS[short].format(value.value.data))
        else:
            raise unsupported(func, f"parameter attribute '{name}' has no LLVM IR form")
    return "".join(f" {text}" for text in texts)


def function_attributes(func: llvm.FuncOp, *, is_gpu: bool) -> str:
    """All attributes of a function, each with a blank before it.

    A GPU function is always `convergent`: LLVM takes the mark away where it can prove it needless, but never adds it, and a missing one
    lets it move a ballot into a branch. Nothing unwinds.
    """
    flags = {text for name, text in _FUNCTION_FLAGS.items() if name in func.properties} | {"nounwind"}
    if is_gpu:
        flags.add("convergent")
    if "optnone" in flags:
        flags.add("noinline")
    texts = sorted(flags) + _passthrough(func)
    for name, value in func.attributes.items():
        if name in _LAUNCH_BOUNDS and is_gpu:
            texts.append(f'"{name}"="{_bound_text(func, name, value)}"')
        elif not (name.startswith(IGNORED_PREFIX) or (name == "nvvm.kernel" and is_gpu)):
            raise unsupported(func, f"attribute '{name}' has no LLVM IR form on this target")
    return "".join(f" {text}" for text in texts)


def _bound_text(func: llvm.FuncOp, name: str, value: Attribute) -> str:
    if isinstance(value, IntegerAttr):
        return str(value.value.data)
    if isa(value, DenseArrayBase[I32]):
        return ",".join(str(number) for number in value.get_values())
    raise unsupported(func, f"expected an integer or array<i32: …> for '{name}', got {value}")


def _passthrough(func: llvm.FuncOp) -> list[str]:
    texts: list[str] = []
    for entry in func.passthrough or ():
        match entry:
            case StringAttr():
                texts.append(entry.data)
            case ArrayAttr(data=(StringAttr() as key, StringAttr() as value)):
                texts.append(f'"{key.data}"="{value.data}"')
            case _:
                raise unsupported(func, f"passthrough entry {entry} is neither a name nor a pair of strings")
    return texts

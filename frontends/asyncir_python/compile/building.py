"""Kernels as modules: what is compiled, and beside it what the host has to know to use it."""

from __future__ import annotations

from typing import Any

from asyncir.lazy_module import Built
from asyncir_python.compile import constructs
from asyncir_python.compile.module import Cancels, Counts, ModuleBuilder
from asyncir_python.compile.types import Array, NoneType, Scalar, Tuple, Type
from asyncir_python.host_types import Elements, HostType, Nothing, Number, Several
from asyncir_python.kernels import Kernel
from asyncir_python.outlines import Outline
from asyncir_python.promotion import EITHER

CONSTRUCTS = constructs.__all__
"""Importing them registered what the emitter knows."""


def build(kernel: Kernel[Any, Any], types: tuple[HostType, ...], *, checks: bool) -> tuple[Built, Outline]:
    """The module of a kernel for parameters of these types. Raises CompileError."""
    learned: dict[str, bool] = {}
    while True:
        builder = ModuleBuilder(checks=checks, **learned)
        try:
            spec = builder.kernel(kernel.function, [_compiled(type_) for type_ in types])
            break
        except Cancels:
            learned["cancels"] = True
        except Counts:
            learned["counts"] = True
    assert spec.result is not None
    outline = Outline(spec.symbol, _result(kernel, spec.result), tuple(builder.errors))
    return Built(builder.module, outline.text()), outline


def _compiled(type_: HostType) -> Type:
    """The compiler's type of a parameter."""
    match type_:
        case Number(scalar):
            return Scalar(scalar)
        case Elements(element, rank, visible):
            return Array(element, rank, visible=visible)
        case _:
            raise AssertionError(f"no parameter is {type_}")


def _result(kernel: Kernel[Any, Any], type_: Type) -> HostType:
    match type_:
        case Scalar() if type_.scalar != EITHER:
            return Number(type_.scalar)
        case NoneType():
            return Nothing()
        case Tuple():
            return Several(tuple(_result(kernel, item) for item in type_.items))
        case Scalar():
            function = kernel.function
            function.source.fail(
                function.node, "the kernel's result is an int on one way and a float on another", help="annotate it: -> float"
            )
        case _:
            function = kernel.function
            function.source.fail(
                function.node, f"a kernel returns numbers, bools and tuples of them, not {type_}", help="give it an array to write to"
            )

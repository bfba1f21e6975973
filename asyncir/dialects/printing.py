"""From a module to text that the parser, and mlir-opt, read back."""

from __future__ import annotations

from io import StringIO

from xdsl.dialects.builtin import ModuleOp
from xdsl.printer import Printer


def print_module(module: ModuleOp, *, generic: bool = False, debuginfo: bool = False) -> str:
    """
    The text of a module, ending in a newline; with `generic` in MLIR's generic form, with `debuginfo` with the location
    of each operation and block argument.
    """
    stream = StringIO()
    Printer(stream=stream, print_generic_format=generic, print_debuginfo=debuginfo).print_op(module)
    return stream.getvalue() + "\n"

"""
The runtime functions of the executors: `rt` text in library/*.mlir, parsed once, linked into a program where it uses them.

The text may say ${Class.FIELD} (as in ${Control.BUMP}) for a constant of asyncir/abi.py, and ${STAT.name} for a counter's offset
in the control block.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from importlib.resources import files

from xdsl.dialects.builtin import ModuleOp, StringAttr, UnitAttr
from xdsl.dialects.func import CallOp, FuncOp, ReturnOp
from xdsl.ir import Block, Region

from asyncir import abi
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module

_FILES = ("objects.mlir", "scheduler.mlir", "groups.mlir", "channels.mlir")
_FUNCTION = re.compile(r"^func\.func private @([\w.]+)\(.*?^}$", re.MULTILINE | re.DOTALL)
_CONSTANT = re.compile(r"\$\{([A-Za-z_]+)(?:\.([A-Za-z_]+))?\}")
COUNT = "rt.count"
NO_INLINE = "rt.no_inline"
MAX_COPIES = 24
"""
A function called from more places is not copied into each: code size, and with it the time LLVM takes, would grow by the
library's size at every suspension (2,500 suspensions took 74 s to compile so).
"""
_MAKES_GROUP = "rt.new_group"
_PLAIN = {"rt.finish": "rt.finish_for_tasks"}
"""What takes the place of a function in a program that makes no group."""


def counter_offset(name: str) -> int:
    """Where the counter of that name (one of abi.STATISTICS) stands in the control block."""
    return abi.Control.STATS + 8 * abi.STATISTICS.index(name)


def _constant(match: re.Match[str]) -> str:
    owner, field = match.groups()
    if owner == "STAT":
        return str(counter_offset(field))
    value = getattr(abi, owner)
    value = int(value if field is None else getattr(value, field))
    # A mask such as 0xFFFFFFF0 is written as the i32 with the same bits.
    return str(value - (1 << 32) if owner == "HANDLE_MASK" else value)


@cache
def _texts() -> dict[str, tuple[str, str]]:
    """The text of each function and the file it stands in, padded so that its lines keep their numbers."""
    found: dict[str, tuple[str, str]] = {}
    for file in _FILES:
        text = files("asyncir.lowering").joinpath("library", file).read_text(encoding="utf-8")
        for match in _FUNCTION.finditer(text):
            padding = "\n" * text.count("\n", 0, match.start())
            found[match.group(1)] = file, padding + match.group(0)
    return found


@cache
def signature(name: str) -> FuncOp:
    """The library's function of that name, to look at; `link` makes the copies. Parsed when first asked for."""
    file, text = _texts()[name]
    module = parse_module(_CONSTANT.sub(_constant, text), f"asyncir/lowering/library/{file}", make_context())
    function = module.body.first_block.first_op if module.body.first_block is not None else None
    assert isinstance(function, FuncOp)
    return function


def _callees(function: FuncOp) -> list[str]:
    return [op.callee.root_reference.data for op in function.walk() if isinstance(op, CallOp)]


def link(module: ModuleOp, *, statistics: bool) -> None:
    """Appends copies of the library functions that a module calls, and of those that they call."""
    called = Counter(op.callee.root_reference.data for op in module.walk() if isinstance(op, CallOp))
    groups = _MAKES_GROUP in called
    waiting = sorted(called.keys() & _texts().keys(), reverse=True)
    linked: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in linked:
            continue
        linked.add(name)
        source = signature(_PLAIN.get(name, name) if not groups else name)
        copy = source.clone()
        copy.properties["sym_name"] = StringAttr(name)
        if called[name] > MAX_COPIES:
            copy.attributes[NO_INLINE] = UnitAttr()
        if name == COUNT and not statistics:
            copy.detach_region(copy.body)
            block = Block([ReturnOp()], arg_types=source.function_type.inputs.data)
            copy.add_region(Region(block))
        module.body.block.add_op(copy)
        waiting.extend(callee for callee in _callees(copy) if callee not in linked)

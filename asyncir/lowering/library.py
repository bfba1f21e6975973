"""
The runtime functions of the executors: `rt` text in library/*.mlir, parsed once, linked into a program where it uses them.

The text may say ${Class.FIELD} (as in ${Control.BUMP}) for a constant of asyncir/abi.py, and ${STAT.name} for a counter's offset
in the control block.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from xdsl.dialects.builtin import ModuleOp, StringAttr, UnitAttr
from xdsl.dialects.func import CallOp, FuncOp, ReturnOp
from xdsl.ir import Block, Region

from asyncir import abi
from asyncir.dialects import rt
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module

_FILES = (
    "objects.mlir",
    "memory.mlir",
    "scheduler.mlir",
    "groups.mlir",
    "channels.mlir", "steal.mlir",
    "events.mlir",
    "locks.mlir",
    "timers.mlir",
    "claims.mlir",
    "select.mlir",
    "cancel.mlir",
    "catch.mlir",
    "scopes.mlir",
)
_FUNCTION = re.compile(r"^func\.func private @([\w.]+)\(.*?^}$", re.MULTILINE | re.DOTALL)
_CONSTANT = re.compile(r"\$\{([A-Za-z_]+)(?:\.([A-Za-z_]+))?\}")
_CONSTANT_LOAD = re.compile(r"(rt\.load %c\[\$\{Control\.([A-Z_]+)\} : i64\])")
COUNT = "rt.count"
COUNT_HERE = "rt.count_here"
NO_INLINE = "rt.no_inline"
MAX_COPIES = 24
"""
A function called from more places is not copied into each: code size, and with it the time LLVM takes, would grow by the
library's size at every suspension (2,500 suspensions took 74 s to compile so).
"""
_MAKE_GROUPS = ("rt.new_group", "rt.new_part_group")
_DROPS = ("rt.drop", "rt.drop_awaited")
_PLAIN = {
    "rt.finish": ("rt.finish_for_tasks", _MAKE_GROUPS),
    "rt.finish_here": ("rt.finish_here_for_tasks", _MAKE_GROUPS),
    "rt.wake_here": ("rt.wake_lane_here", ("rt.pop",)),
    "rt.ended": ("rt.ended_undropped", _DROPS),
    "rt.reuse": ("rt.reuse_nothing", (*_DROPS, *_MAKE_GROUPS, "rt.free_object", "rt.free_array", "rt.release")),
    "rt.adopt": ("rt.adopt_nothing", ("rt.cancel",)),
    "rt.disarm": ("rt.disarm_nothing", ("rt.arm", "rt.select_timeout")),
    "rt.reuse_larger": ("rt.reuse_nothing", (*_DROPS, *_MAKE_GROUPS, "rt.free_object", "rt.free_array", "rt.release")),
}
"""What takes the place of a function in a program that calls none of those named behind it."""
_CLAIMS = "rt.begin_segment"
_WITH_CLAIMS = {
    "rt.claim_waiter": "rt.claim_entry",
    "rt.complete_here": "rt.complete_anywhere",
    "rt.new_task_here": "rt.new_task_anywhere",
    "rt.release_here": "rt.release_anywhere",
    "rt.wake": "rt.wake_claimed",
    "rt.mark_done": "rt.mark_task_done",
    "rt.set_status": "rt.set_claim_status",
    "rt.new_object": "rt.new_extended_object",
    "rt.new_plain_object": "rt.new_object",
    "rt.release": "rt.free_unnamed",
    "rt.release_object": "rt.release",
}
"""What takes the place of a function in a program with select or cancel, where tasks are claimed before they are woken (claims.mlir)."""
_CATCHES = "rt.catch"
_WITH_CATCHES = {
    "rt.cancel": "rt.cancel_in_turn",
    "rt.claim_parent": "rt.claim_parent_of_catcher",
    "rt.await_child": "rt.await_child_in_turn",
    "rt.set_event": "rt.set_event_list",
    "rt.clear_event": "rt.clear_event_list",
}
"""What takes the place of a function in a program with cancel in which suspensions catch that (catch.mlir)."""
_SCOPES = ("rt.enter_scope", "rt.cancel_scope", "rt.leave_scope")
_WITH_SCOPES = {
    "rt.new_object": "rt.new_scoped_object",
    "rt.ask_to_end": "rt.ask_and_count",
    "rt.claim_parent": "rt.claim_parent_and_count",
    "rt.catch": "rt.catch_and_count",
    "rt.release": "rt.free_unscoped",
    "rt.release_unscoped": "rt.free_unnamed",
}
"""What takes the place of a function in a program with cancel scopes (scopes.mlir)."""


def counter_offset(name: str) -> int:
    """Where the counter of that name (one of abi.STATISTICS) stands in the control block."""
    return abi.Control.STATS + 8 * abi.STATISTICS.index(name)


def _constant(match: re.Match[str]) -> str:
    owner, field = match.groups()
    if owner == "INDEX":
        return str(abi.OWN_COUNTS.index(field))
    if owner == "STAT":
        return str(counter_offset(field))
    value = getattr(abi, owner)
    value = int(value if field is None else getattr(value, field))
    # A mask such as 0xFFFFFFF0 is written as the i32 with the same bits.
    return str(value - (1 << 32) if owner == "HANDLE_MASK" else value)


def _constant_load(match: re.Match[str]) -> str:
    """Marks loads of the control block's constants (`%c` is always the control block)."""
    constant = getattr(abi.Control, match.group(2)) in abi.CONTROL_CONSTANTS
    return f"{match.group(1)} {{{rt.CONSTANT}}}" if constant else match.group(0)


@cache
def _texts() -> dict[str, tuple[str, str]]:
    """The text of each function and the file it stands in, padded so that its lines keep their numbers."""
    found: dict[str, tuple[str, str]] = {}
    for file in _FILES:
        text = files("asyncir.lowering").joinpath("library", file).read_text(encoding="utf-8")
        text = _CONSTANT_LOAD.sub(_constant_load, text)
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


def _plain(called: Iterable[str]) -> dict[str, str]:
    """What takes the place of which function. Who is called only by functions that are replaced does not count as called."""
    replaced = {name: other for name, (other, _) in _PLAIN.items()}
    reached: set[str] = set()
    waiting = list(called)
    while waiting:
        name = waiting.pop()
        if name not in reached and name in _texts():
            reached.add(name)
            waiting += _callees(signature(replaced.get(name, name)))
        for other in [other for other, (_, callers) in _PLAIN.items() if other in replaced and name in callers]:
            del replaced[other]
            if other in reached:
                waiting += _callees(signature(other))
    return replaced


def _with_catches(called: Iterable[str]) -> dict[str, str]:
    """What takes the place of which function where cancellations are caught; scopes count what they do."""
    if any(name in called for name in _SCOPES):
        return _WITH_CATCHES | _WITH_SCOPES
    return _WITH_CATCHES if _CATCHES in called else {}


def link(module: ModuleOp, *, statistics: bool) -> None:
    """Appends copies of the library functions that a module calls, and of those that they call."""
    called = Counter(op.callee.root_reference.data for op in module.walk() if isinstance(op, CallOp))
    plain = _plain(called.keys()) | (_WITH_CLAIMS if _CLAIMS in called else {}) | _with_catches(called.keys())
    waiting = sorted(called.keys() & _texts().keys(), reverse=True)
    linked: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in linked:
            continue
        linked.add(name)
        source = signature(plain.get(name, name))
        copy = source.clone()
        copy.properties["sym_name"] = StringAttr(name)
        if called[name] > MAX_COPIES:
            copy.attributes[NO_INLINE] = UnitAttr()
        if name in (COUNT, COUNT_HERE) and not statistics:
            copy.detach_region(copy.body)
            block = Block([ReturnOp()], arg_types=source.function_type.inputs.data)
            copy.add_region(Region(block))
        module.body.block.add_op(copy)
        waiting.extend(callee for callee in _callees(copy) if plain.get(callee, callee) in _texts() and callee not in linked)

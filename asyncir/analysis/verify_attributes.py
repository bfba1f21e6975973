"""
The `task.*` attributes: each stands where it has a meaning and has a value that has one. A misspelt one would be lost silently.

| attribute | on | value |
|---|---|---|
| task.kernel | func.func | unit |
| task.scope | functions, async.execute | "lane", "warp", "warpgroup" or "block" |
| task.executor | kernels | "inline", "static" or "dynamic" |
| task.placement | functions, async.execute, async.call | dictionary |
| task.host_visible | memref arguments of kernels | unit |
| task.catches | operations that suspend | unit |
| task.words | task.channel (written by lower-tiles), rt.barrier_try_wait | string: what a task that waits for it waits for |
| task.no_roles | kernels (written by form-roles) | string: why their tasks are no roles of a block |
| task.warps, task.block_bytes, task.blocks_per_processor | kernels with roles (dialects/rt_block.py) | integer |
| task.bounded | branches (written by scf-to-cf on the back edge of a counted loop) | unit |
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, FunctionType, IntegerAttr, MemRefType, StringAttr, UnitAttr, VectorType
from xdsl.ir import Attribute, Operation

from asyncir.dialects import rt_block, task
from asyncir.dialects.locations import location_of
from asyncir.dialects.task_cancel import CATCHES, SUSPENDING
from asyncir.dialects.task_tiles import NO_ROLES, WORDS
from asyncir.errors import InputError

_FUNCTIONS = ("func.func", "async.func", "sm.machine")
_LEAST = {rt_block.WARPS: 1, rt_block.BLOCK_BYTES: 0, rt_block.BLOCKS_PER_PROCESSOR: 1}
_PLACES: Mapping[str, tuple[str, ...]] = {
    task.KERNEL: ("func.func",),
    task.SCOPE: (*_FUNCTIONS, "async.execute"),
    task.EXECUTOR: ("func.func", "sm.machine"),
    task.PLACEMENT: (*_FUNCTIONS, "async.execute", "async.call", "sm.start"),
    CATCHES: (*SUSPENDING, "sm.suspend", "sm.park"),
    WORDS: ("task.channel", "rt.barrier_try_wait"),
    NO_ROLES: ("func.func", "sm.machine"),
    task.BOUNDED: ("cf.br", "cf.cond_br", "cf.switch"),
    **dict.fromkeys(_LEAST, ("func.func", "sm.machine", "rt.kernel")),
}
_ALL = (*_PLACES, task.HOST_VISIBLE)
_VALUES = {task.SCOPE: task.SCOPES, task.EXECUTOR: task.EXECUTORS}


def check_task_attributes(op: Operation) -> None:
    """Raises InputError for a `task.*` attribute of this op that has no meaning here."""
    for name, value in op.attributes.items():
        if name.startswith("task."):
            _check(op, name, value)
    arguments = op.properties.get("arg_attrs")
    if isinstance(arguments, ArrayAttr):
        _check_arguments(op, arguments)


def _check(op: Operation, name: str, value: Attribute) -> None:
    places = _PLACES.get(name)
    if places is None:
        raise _unknown(op, name)
    if op.name not in places:
        raise InputError(f"'{op.name}' op cannot have the attribute '{name}': it belongs on {' or '.join(places)}", location_of(op))
    if name in (task.KERNEL, CATCHES, task.BOUNDED) and not isinstance(value, UnitAttr):
        raise InputError(f"'{name}' takes no value, got {value}", location_of(op))
    if name == CATCHES and (types := [result.type for result in op.results if isinstance(result.type, MemRefType | VectorType)]):
        message = f"'{op.name}' op with '{CATCHES}' gives zero where the task was cancelled: a value of type {types[0]} has none"
        raise InputError(message, location_of(op))
    if name in _LEAST and not (isinstance(value, IntegerAttr) and _LEAST[name] <= value.value.data <= _most(name)):
        raise InputError(f"'{name}' must be an integer between {_LEAST[name]} and {_most(name)}, got {value}", location_of(op))
    if name in (WORDS, NO_ROLES) and not isinstance(value, StringAttr):
        raise InputError(f"'{name}' must be a string, got {value}", location_of(op))
    if name == task.PLACEMENT and not isinstance(value, DictionaryAttr):
        raise InputError(f"'{name}' must be a dictionary, got {value}", location_of(op))
    if (allowed := _VALUES.get(name)) is not None and not (isinstance(value, StringAttr) and value.data in allowed):
        raise InputError(f"'{name}' must be one of {', '.join(allowed)}, got {value}", location_of(op))
    if name == task.EXECUTOR and task.KERNEL not in op.attributes and "kernel" not in op.properties:
        raise InputError(f"'{name}' on a function that is no kernel", location_of(op), help="mark it task.kernel")


def _most(name: str) -> int:
    return rt_block.MAX_BLOCK_BYTES if name == rt_block.BLOCK_BYTES else rt_block.MAX_WARPS


def _check_arguments(op: Operation, arguments: ArrayAttr[Attribute]) -> None:
    type_ = op.properties.get("function_type")
    for index, attributes in enumerate(arguments.data):
        if not isinstance(attributes, DictionaryAttr):
            continue
        for name, value in attributes.data.items():
            if not name.startswith("task."):
                continue
            if name != task.HOST_VISIBLE:
                raise _unknown(op, name) if name not in _PLACES else InputError(f"'{name}' is no attribute of an argument", location_of(op))
            if not isinstance(value, UnitAttr):
                raise InputError(f"'{name}' takes no value, got {value}", location_of(op))
            argument = type_.inputs.data[index] if isinstance(type_, FunctionType) else None
            if argument is not None and not isinstance(argument, MemRefType):
                message = f"'{name}' on argument {index} of type {argument}: only memrefs are visible to the host"
                raise InputError(message, location_of(op))


def _unknown(op: Operation, name: str) -> InputError:
    close = get_close_matches(name, _ALL, n=1)
    return InputError(f"unknown attribute '{name}'", location_of(op), help=f"did you mean '{close[0]}'?" if close else None)

"""
Calls. What is called is known while compiling: a function of the program (`@task`, `@device`, or one defined here), a class of numbers, or
a function of Python or of the package that is registered with `builtin`. A method is an attribute that gives a `Method`.
"""

from __future__ import annotations

import ast
import inspect
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from asyncir_python.compile import conversion
from asyncir_python.compile.awaiting import await_task
from asyncir_python.compile.emitter import Emitter, expression, static_of
from asyncir_python.compile.expressions import attribute, positional
from asyncir_python.compile.functions import Function
from asyncir_python.compile.signature import bind, captures_of, parameter_types, scalar_of
from asyncir_python.compile.types import Awaitable, Scalar, Static, Type
from asyncir_python.compile.values import Value, static
from asyncir_python.marks import Marked

Builtin = Callable[[Emitter, "Call"], Value]

BUILTINS: dict[int, Builtin] = {}
"""By the identity of a function or class of Python: what a call of it is."""
_KEPT: list[object] = []
"""The registered objects: an identity stays one's own as long as that lives."""


@dataclass(frozen=True)
class Call:
    """A call, its arguments evaluated."""

    node: ast.Call
    args: list[Value]
    keywords: Mapping[str, Value]

    @property
    def name(self) -> str:
        return ast.unparse(self.node.func)

    def take(self, f: Emitter, *names: str, optional: int = 0) -> list[Value | None]:
        """The arguments in the order of these names, of which the last `optional` may be missing: then None."""
        found: list[Value | None] = [*self.args, *([None] * (len(names) - len(self.args)))]
        if len(self.args) > len(names):
            f.fail(self.node, f"{self.name}() takes {len(names)} argument{'s' if len(names) != 1 else ''}, got {len(self.args)}")
        for name, value in self.keywords.items():
            if name not in names:
                f.fail(self.node, f"{self.name}() takes no argument '{name}' here")
            if found[names.index(name)] is not None:
                f.fail(self.node, f"{self.name}() got two values for '{name}'")
            found[names.index(name)] = value
        for index, name in enumerate(names[: len(names) - optional]):
            if found[index] is None:
                f.fail(self.node, f"{self.name}() needs an argument '{name}'")
        return found

    def exactly(self, f: Emitter, *names: str) -> list[Value]:
        """The arguments of these names, all of which must be there."""
        return [value for value in self.take(f, *names) if value is not None]


@dataclass(frozen=True, eq=False)
class Method:
    """A bound method: what calling it does."""

    owner: Value
    call: Callable[[Emitter, Value, Call], Value]


def builtin(*functions: object) -> Callable[[Builtin], Builtin]:
    """Registers what calls of these functions are."""

    def register(emit: Builtin) -> Builtin:
        for function in functions:
            BUILTINS[id(function)] = emit
            _KEPT.append(function)
        return emit

    return register


@expression(ast.Call)
def emit_call(f: Emitter, node: ast.Call) -> Value:
    callee = f.expression(node.func)
    if not isinstance(callee.type, Static):
        f.fail(node, f"{callee.type} cannot be called")
    found = static_of(callee)
    early = EARLY.get(id(found))
    taken = early(f, node) if early is not None else None
    if taken is not None:
        return taken
    for keyword in node.keywords:
        if keyword.arg is None:
            f.fail(keyword.value, "** arguments are not supported")
    args = positional(f, node)
    call = Call(node, args, {str(keyword.arg): f.expression(keyword.value) for keyword in node.keywords})
    if isinstance(found, Method):
        return found.call(f, found.owner, call)
    scalar = scalar_of(found)
    if scalar is not None:
        return _number(f, scalar, call)
    if (emit := BUILTINS.get(id(found))) is not None:
        return emit(f, call)
    if (made := CALLED.get(cast(Any, type(found)))) is not None:
        return made(f, found, call)
    function = function_of(found)
    if function is None:
        f.fail(node, f"'{call.name}' cannot be called from compiled functions", help=_instead(found))
    return call_function(f, function, call)


CALLED: dict[type, Callable[[Emitter, Any, Call], Value]] = {}
"""By the class of an object of Python: what a call of it is."""

EARLY: dict[int, Callable[[Emitter, ast.Call], Value | None]] = {}
"""What looks at a call before its arguments are evaluated, and may take it."""


def _instead(found: object) -> str | None:
    """What helps where a function cannot be called."""
    if found is time.sleep:
        return "await asyncio.sleep(…)"
    if inspect.iscoroutinefunction(found):
        return "decorate it with @task"
    if not inspect.isfunction(found) or found.__module__.split(".")[0] in sys.stdlib_module_names:
        return None
    return "decorate it with @device"


def function_of(value: Any) -> Function | None:
    """The function of the program that an object is."""
    if isinstance(value, Function):
        return value
    return value.function if isinstance(value, Marked) else None


def _number(f: Emitter, scalar: Any, call: Call) -> Value:
    """`i32(x)`: a conversion. Python's own int() refuses what is no number."""
    if call.keywords or len(call.args) > 1:
        f.fail(call.node, f"{scalar.name}() takes one number")
    if not call.args:
        return Value(Scalar(scalar), constant=(scalar.kind == "float" and 0.0) or (False if scalar.kind == "bool" else 0))
    (value,) = call.args
    if scalar.kind == "bool":
        return conversion.condition(f, value, call.node)
    if not isinstance(value.type, Scalar):
        f.fail(call.node, f"{scalar.name}() takes a number, got {value.type}")
    return conversion.cast(f, value, scalar)


def call_function(f: Emitter, function: Function, call: Call) -> Value:
    """A call of a function of the program: a coroutine if it is async, else its result."""
    if function.kind == "kernel":
        f.fail(
            call.node,
            f"'{function.name}' is a kernel: kernels are started by the host",
            help="mark it @task to call it from compiled functions",
        )
    bound = bind(f, function, call.args, call.keywords, call.node)
    arguments = [f.whole(value) for value in parameter_types(f, function, bound, call.node)]
    captured = captures_of(f, function).values()
    arguments += [f.whole(value) for value in captured]
    types = tuple(argument.type for argument in arguments)
    parts = tuple(part for argument in arguments for part in argument.parts)
    if isinstance(function.node, ast.AsyncFunctionDef):
        return Value(coroutine_type(f, function, types), parts)
    return f.module.call_device(f, function, types, parts, call.node)


def coroutine_type(f: Emitter, function: Function, types: tuple[Type, ...]) -> Awaitable:
    """The type of a call of an async function with these arguments."""
    module = f.module

    def start(f: Emitter, node: ast.AST, *inputs: Value) -> Value:
        return module.start_task(f, function, types, tuple(part for value in inputs for part in value.parts), node)

    def resume(f: Emitter, node: ast.AST, *inputs: Value) -> Value:
        return await_task(f, start(f, node, *inputs))

    return Awaitable(function.name, types, _Same(resume, function.key), _Same(start, function.key), key=function.key)


class _Same:
    """A function that is equal to others made for the same callee."""

    def __init__(self, call: Callable[..., Value], key: object) -> None:
        self._call = call
        self._key = key

    def __call__(self, *args: Any) -> Value:
        return self._call(*args)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other._key is self._key

    def __hash__(self) -> int:
        return hash(id(self._key))


def methods(type_: type[Type], calls: Mapping[str, Callable[[Emitter, Value, Call], Value]]) -> None:
    """Registers the methods of a class of types, by name."""
    for name, call in calls.items():
        attribute(type_, name)(lambda f, value, node, call=call: method(f, value, call))


def method(f: Emitter, owner: Value, call: Callable[[Emitter, Value, Call], Value]) -> Value:
    """A bound method as a value."""
    return static(Method(owner, call))

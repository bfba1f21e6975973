"""Python functions as the compiler sees them, and what one of them becomes for the types of its arguments."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

from asyncir_python.compile.scan import assigned_names
from asyncir_python.compile.source import FunctionNode, Source, parse_function
from asyncir_python.compile.types import Type
from asyncir_python.compile.values import Value

if TYPE_CHECKING:
    from asyncir_python.compile.lane_marks import Mark

Kind = Literal["kernel", "task", "device"]


class Function:
    """A function that can be compiled: decorated at the top level, or defined in another one."""

    def __init__(self, python: Callable[..., Any], kind: Kind) -> None:
        self.python = python
        self.kind: Kind = kind
        self.name = python.__name__
        self.symbol = python.__name__
        """What its functions in the module are called, with a number where there are several."""

    @cached_property
    def _parsed(self) -> tuple[Source, FunctionNode]:
        return parse_function(self.python)

    @property
    def source(self) -> Source:
        return self._parsed[0]

    @property
    def node(self) -> FunctionNode:
        return self._parsed[1]

    @property
    def key(self) -> object:
        """What tells functions apart."""
        return self.python

    @property
    def own_name(self) -> str | None:
        """The name by which a nested function calls itself."""
        return None

    @property
    def converts(self) -> bool:
        """Whether arguments are converted to the annotated types, as the decorators do when the function runs as Python."""
        return True

    @cached_property
    def outside(self) -> Mapping[str, Any]:
        """What names mean that the function does not assign: captured and global ones, then builtins."""
        captured = inspect.getclosurevars(self.python).nonlocals
        return {**_builtins_of(self.python), **self.python.__globals__, **captured}

    @cached_property
    def assigned(self) -> frozenset[str]:
        """The names that it assigns: nowhere in it they stand for what is outside."""
        return frozenset(assigned_names(self.node.body))

    @cached_property
    def annotations(self) -> dict[str, Any]:
        """Parameter (and "return") to the object that annotates it; strings are evaluated."""
        return inspect.get_annotations(self.python, eval_str=True)

    @cached_property
    def signature(self) -> inspect.Signature:
        return inspect.signature(self.python)


DEFAULT = "…"
"""Stands for a default of a nested function: its value is among what the function takes, under "=name"."""


class NestedFunction(Function):
    """A function defined in a compiled one. What it takes from there becomes further parameters."""

    def __init__(self, outer: Function, node: FunctionNode, kind: Kind, converts: bool, captured: dict[str, Value]) -> None:
        self.outer = outer
        self.kind = kind
        self.name = node.name
        self.symbol = f"{outer.symbol}_{node.name}"
        self.captured = captured
        """
        The values of the variables that it takes from the outer function; of functions taken, what these take, as "function:variable";
        defaults, as "=parameter".
        """
        self._node = node
        self._converts = converts

    @property
    def source(self) -> Source:
        return self.outer.source

    @property
    def node(self) -> FunctionNode:
        return self._node

    @property
    def key(self) -> object:
        return self._node

    @property
    def own_name(self) -> str | None:
        return self._node.name

    @property
    def converts(self) -> bool:
        return self._converts

    @cached_property
    def outside(self) -> Mapping[str, Any]:
        return self.outer.outside

    @cached_property
    def annotations(self) -> dict[str, Any]:
        nodes = {argument.arg: argument.annotation for argument in _parameters(self._node)}
        if self._node.returns is not None:
            nodes["return"] = self._node.returns
        return {name: self._evaluated(node) for name, node in nodes.items() if node is not None}

    def _evaluated(self, node: ast.expr) -> Any:
        try:
            value = eval(compile(ast.Expression(node), "<annotation>", "eval"), dict(self.outside))
            return eval(value, dict(self.outside)) if isinstance(value, str) else value
        except Exception as error:
            self.source.fail(node, f"'{ast.unparse(node)}' is no type: {error}")

    @cached_property
    def signature(self) -> inspect.Signature:
        arguments = self._node.args
        defaults = defaults_of(self._node)
        found: list[inspect.Parameter] = []
        for argument in _parameters(self._node):
            kind = inspect.Parameter.KEYWORD_ONLY if argument in arguments.kwonlyargs else inspect.Parameter.POSITIONAL_OR_KEYWORD
            default = DEFAULT if argument.arg in defaults else inspect.Parameter.empty
            found.append(inspect.Parameter(argument.arg, kind, default=default))
        if arguments.vararg or arguments.kwarg:
            self.source.fail(self._node, "functions defined here take a fixed number of arguments")
        return inspect.Signature(found)


def defaults_of(node: FunctionNode | ast.Lambda) -> dict[str, ast.expr]:
    """The defaults that a definition gives, by parameter."""
    plain = [*node.args.posonlyargs, *node.args.args]
    found = dict(zip([a.arg for a in plain[len(plain) - len(node.args.defaults) :]], node.args.defaults, strict=True))
    return found | {a.arg: default for a, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if default is not None}


def _parameters(node: FunctionNode) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def _builtins_of(function: Callable[..., Any]) -> Mapping[str, Any]:
    found: Any = function.__globals__["__builtins__"]
    return vars(found) if isinstance(found, ModuleType) else found


@dataclass
class Specialisation:
    """A function with the types of its parameters: one function of the module."""

    function: Function
    symbol: str
    types: tuple[Type, ...]
    """Of the parameters, then of the captured variables."""
    as_task: bool
    """An `async.func`; else a `func.func`."""
    result: Type | None = None
    """None while no return was seen."""
    annotated: bool = False
    may_fail: bool = False
    may_suspend: bool = False
    assumed_safe: bool = False
    """While it is compiled, its own calls took it not to fail; if it does, it is compiled again."""
    done: bool = False
    written_out: dict[ast.AST, ast.stmt] = field(default_factory=dict[ast.AST, ast.stmt])
    """The statements that expressions are written out as; the same each time that the function is emitted."""
    loops: dict[tuple[ast.AST, str], Type] = field(default_factory=dict[tuple[ast.AST, str], Type])
    """The types that variables have at the heads of loops, where they are wider than at the entry."""
    together: bool = False
    """Whether all lanes of a task run it together: it uses lanes, or is a sync function that such a task calls."""
    writes: bool = False
    """Whether it stores something."""
    flat: bool = False
    """Whether it is made of blocks: a lanes loop in it may raise an error."""
    failing_loops: set[ast.AST] = field(default_factory=set[ast.AST])
    """The lanes loops whose turns may raise an error."""
    lane_marks: dict[tuple[ast.AST, str], Mark | None] = field(default_factory=dict[tuple[ast.AST, str], "Mark | None"])
    """How variables differ between lanes at the heads of loops, where that is not as at the entry: see lane_marks.py."""
    endless: bool = False
    """Whether an end of it was emitted as a loop, for it was not known yet what it returns: it is compiled again."""
    settled: dict[ast.AST, Type] = field(default_factory=dict[ast.AST, Type])
    """The types of items of what is made at a node without them: those of the first item put in."""

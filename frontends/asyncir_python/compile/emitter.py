"""One specialisation: its variables, its blocks, and the dispatch on the kind of node."""

from __future__ import annotations

import ast
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn, cast

from xdsl.dialects import memref
from xdsl.dialects.builtin import AnyFloat, IndexType, IntegerType, MemRefType
from xdsl.ir import Attribute, Region, SSAValue

from asyncir.dialects.async_ import TokenType, ValueType
from asyncir.dialects.task import ChannelOp, ReadyOp
from asyncir.dialects.task_scopes import EnterScopeOp
from asyncir.dialects.task_sync import EventOp, LockOp
from asyncir.dialects.task_types import CancelScopeType, ChannelType, EventType, LockType
from asyncir_python.compile import conversion
from asyncir_python.compile.functions import Specialisation
from asyncir_python.compile.ir import Builder, OpT
from asyncir_python.compile.lane_rules import Lanes
from asyncir_python.compile.source import CompileError
from asyncir_python.compile.types import Static, Type
from asyncir_python.compile.values import Scope, Value, pack, static

if TYPE_CHECKING:
    from asyncir_python.compile.loops import LoopTargets
    from asyncir_python.compile.module import ModuleBuilder
    from asyncir_python.compile.trying import Handler

Emit = Callable[["Emitter", Any], Any]

STATEMENTS: dict[type[ast.stmt], Emit] = {}
"""What emits a kind of statement."""
EXPRESSIONS: dict[type[ast.expr], Emit] = {}
"""What emits a kind of expression: gives a Value."""


class Unknown(Exception):
    """
    A type is asked for that only later statements of `spec` can tell: an item of a queue is taken out before one is put in. `error` is
    what to say if they do not either.
    """

    def __init__(self, spec: Specialisation, error: CompileError) -> None:
        self.spec = spec
        self.error = error


SETTLED: dict[type[Type], Callable[[Emitter, Value, Type, ast.AST], Value]] = {}
"""By class of type: a value with a part of its type left open as one of the type that is wanted of it."""


def statement(*kinds: type[ast.stmt]) -> Callable[[Emit], Emit]:
    """Registers what emits these kinds of statements."""

    def register(emit: Emit) -> Emit:
        STATEMENTS.update(dict.fromkeys(kinds, emit))
        return emit

    return register


def expression(*kinds: type[ast.expr]) -> Callable[[Emit], Emit]:
    """Registers what emits these kinds of expressions."""

    def register(emit: Emit) -> Emit:
        EXPRESSIONS.update(dict.fromkeys(kinds, emit))
        return emit

    return register


class Again(Exception):
    """
    The types of a loop's variables were assumed too narrow; they are noted, and the function is to be emitted again: `spec`, or the one
    that is being emitted.
    """

    def __init__(self, spec: Specialisation | None = None) -> None:
        self.spec = spec


class Emitter(Builder):
    """Emits the body of one function. Constructs of the language are functions on it, registered above."""

    def __init__(self, module: ModuleBuilder, spec: Specialisation) -> None:
        super().__init__(spec.function.source)
        self.module = module
        self.spec = spec
        self.scope = Scope()
        self.region = Region()
        self.alive = True
        """Whether control can come here; nothing is emitted where it cannot."""
        self.structured = 0
        """How many regions of scf operations surround this place: no block can be made there."""
        self.loops: list[LoopTargets] = []
        self.handlers: list[Handler] = []
        """The handlers around this place, of try statements of this function."""
        self.not_negative: set[SSAValue] = set()
        """Integers known to be 0 or more: an index that is one of these needs no look at its sign."""
        self.lanes = Lanes(spec=spec)
        self.node: ast.AST = spec.function.node
        """The innermost node that is being emitted."""
        self.doubts: list[CompileError] = []
        """Errors, if the types that were assumed prove right: where they do not, the function is emitted again."""
        self.handling: list[Callable[[ast.AST], None]] = []
        """In except clauses: what a bare `raise` does there."""

    # --------------------------------------------------------------------------------------------------------- operations

    @contextmanager
    def at(self, node: ast.AST) -> Generator[None]:
        """Operations made inside come from this node."""
        before, self.node = self.node, node
        with super().at(node):
            yield
        self.node = before

    def add(self, op: OpT) -> OpT:
        """Appends an operation."""
        super().add(op)
        self.lanes.note(self, op)
        return op

    # ------------------------------------------------------------------------------------------------------------- errors

    def fail(self, node: ast.AST, message: str, help: str | None = None) -> NoReturn:
        """The program cannot be compiled, because of this node."""
        self.source.fail(node, message, help)

    def doubt(self, node: ast.AST, message: str, help: str | None = None) -> None:
        """`fail`, unless the function is emitted again with wider types."""
        self.doubts.append(CompileError(message, self.source.location(node), help=help))

    # --------------------------------------------------------------------------------------------------------------- nodes

    def statements(self, nodes: Sequence[ast.stmt]) -> None:
        """Emits statements in order, as far as control comes."""
        for node in nodes:
            if not self.alive:
                return
            emit = STATEMENTS.get(type(node))
            if emit is None:
                what, instead = _named(node)
                self.fail(node, f"{what} are not supported in compiled functions", help=instead)
            with self.at(node):
                emit(self, node)

    def expression(self, node: ast.expr) -> Value:
        """Emits an expression."""
        emit = EXPRESSIONS.get(type(node))
        if emit is None:
            what, instead = _named(node)
            self.fail(node, f"{what} are not supported in compiled functions", help=instead)
        with self.at(node):
            return emit(self, node)

    # ----------------------------------------------------------------------------------------------------------- variables

    def assign(self, name: str, value: Value) -> None:
        self.scope.values[name] = value
        self.scope.missing.pop(name, None)

    def lookup(self, node: ast.Name) -> Value:
        """What a name stands for: a variable, or what is known outside of the function."""
        found = self.scope.values.get(node.id)
        if found is not None:
            return found
        why = self.scope.missing.get(node.id)
        if why is not None:
            self.fail(node, f"'{node.id}' may have no value here: {why}")
        if node.id == self.spec.function.own_name:
            return static(self.spec.function)
        if node.id in self.spec.function.assigned:
            self.fail(node, f"'{node.id}' has no value here: it is assigned further down")
        if node.id in self.spec.function.outside:
            return outside_value(self.spec.function.outside[node.id])
        self.fail(node, f"the name '{node.id}' is not defined")

    # -------------------------------------------------------------------------------------------------------------- blocks

    @property
    def flat(self) -> bool:
        """Whether blocks must be made here: a handler of this function may be jumped to from any operation that fails."""
        return bool(self.handlers) or self.spec.flat

    def enter(self, block: Any) -> None:
        """Appends a block to the function and goes on there."""
        self.region.add_block(block)
        self.block = block
        self.alive = True

    @contextmanager
    def inside(self, block: Any) -> Generator[None]:
        """Emits into the only block of a region of an scf operation."""
        before, alive = self.block, self.alive
        self.block, self.alive = block, True
        self.structured += 1
        try:
            yield
        finally:
            self.structured -= 1
            self.block, self.alive = before, alive

    # -------------------------------------------------------------------------------------------------------------- values

    def whole(self, value: Value) -> Value:
        """The value with its parts: constants become operations here."""
        return conversion.whole(self, value)

    def parts(self, value: Value) -> tuple[SSAValue, ...]:
        """The SSA values that hold a value."""
        return self.whole(value).parts

    def convert(self, value: Value, type_: Type, node: ast.AST, name: str | None = None) -> Value:
        """The value, that of a variable if there is a name, as one of another type to which it converts by itself. Fails otherwise."""
        return conversion.convert(self, value, type_, node, name)

    def nothing_of(self, type_: Attribute) -> SSAValue:
        """Some value of a type, for places that control never comes to."""
        match type_:
            case _ if isinstance(type_, IntegerType | IndexType | AnyFloat):
                return self.constant(0, type_)
            case ValueType(value_type=inner):
                return self.value(ReadyOp(self.nothing_of(inner), type_))
            case TokenType():
                return self.value(ReadyOp(None, type_))
            case ChannelType():
                return self.value(ChannelOp(self.index(1), type_))
            case EventType():
                return self.value(EventOp())
            case LockType():
                return self.value(LockOp())
            case CancelScopeType():
                return self.value(EnterScopeOp())
            case MemRefType():
                plain = MemRefType(type_.element_type, [max(size, 0) for size in type_.get_shape()])
                made = self.value(memref.AllocOp([], [], plain))
                return made if plain == type_ else conversion.cast_array(self, made, type_)
            case _:
                raise AssertionError(f"no value of type {type_}")


def outside_value(value: object) -> Value:
    """A Python object as a value: numbers are constants, tuples hold their items, everything else is known while compiling only."""
    if isinstance(value, tuple):
        return pack([outside_value(item) for item in cast(tuple[object, ...], value)])
    return conversion.constant(value) if isinstance(value, bool | int | float) else static(value)


def static_of(value: Value) -> Any:
    """The Python object that a value is known to be, else None."""
    return value.type.value if isinstance(value.type, Static) else None


_NAMES: dict[type[ast.AST], tuple[str, str | None]] = {
    ast.ClassDef: ("class definitions", "functions and tuples are there"),
    ast.JoinedStr: ("f-strings", "texts are constants here"),
    ast.Dict: ("dictionaries", "tuples, lists of fixed length and arrays are there"),
    ast.DictComp: ("dictionary comprehensions", "list comprehensions are there"),
    ast.SetComp: ("set comprehensions", "list comprehensions are there"),
    ast.Match: ("match statements", "use if and elif"),
    ast.With: ("with statements", "async with is there, for locks, semaphores, conditions, groups and timeouts"),
    ast.Yield: ("generators", "send the items through a Channel or an asyncio.Queue"),
    ast.YieldFrom: ("generators", "send the items through a Channel or an asyncio.Queue"),
    ast.Slice: ("slices", None),
    ast.Starred: ("starred expressions", "name each item"),
}


def _named(node: ast.AST) -> tuple[str, str | None]:
    """What a kind of node is called, in the plural, and what there is instead."""
    return _NAMES.get(type(node), (f"'{type(node).__name__}' nodes", None))

"""
Branches and what comes together behind them.

A branch is an `scf.if` where control only falls through, and blocks of `cf` where a statement inside may leave it (return, break,
continue, an error that a handler of this function takes). Either way variables that the arms assign become results, or arguments of
the block where the arms meet; a name that only one arm assigns has no value behind.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xdsl.dialects import cf, scf
from xdsl.ir import Attribute, Block, SSAValue

from asyncir_python.compile.emitter import Emitter
from asyncir_python.compile.types import Mixed, Static, Type, join
from asyncir_python.compile.values import Scope, Value, cut

Arm = Callable[[], Value | None]


@dataclass
class _End:
    """Where an arm ended."""

    block: Block
    scope: Scope
    result: Value | None
    alive: bool


def branch(f: Emitter, node: ast.AST, condition: SSAValue, arms: tuple[Arm, Arm], names: Sequence[str], flat: bool) -> Value | None:
    """
    Emits `if condition: arms[0]() else: arms[1]()`. `names` are those that the arms may assign; `flat` asks for blocks.

    Gives the joined result of the arms, if they give one.
    """
    with f.lanes.parting(f, condition):
        return _branch(f, node, condition, arms, names, flat)


def _branch(f: Emitter, node: ast.AST, condition: SSAValue, arms: tuple[Arm, Arm], names: Sequence[str], flat: bool) -> Value | None:
    before = f.scope
    blocks = (f.new_block(), f.new_block())
    origin = f.block
    if flat:
        f.add(cf.ConditionalBranchOp(condition, blocks[0], [], blocks[1], []))
    ends: list[_End] = []
    for block, arm in zip(blocks, arms, strict=True):
        f.scope = before.copy()
        if flat:
            f.enter(block)
            result = arm()
            ends.append(_End(f.block, f.scope, result, f.alive))
        else:
            with f.inside(block):
                result = arm()
                ends.append(_End(f.block, f.scope, result, f.alive))
    f.block = origin
    f.scope = before
    alive = [end for end in ends if end.alive]
    merge = _Merge(f, node, alive, names)
    if not flat:
        merge.yield_from(ends)
        made = f.add(scf.IfOp(condition, merge.part_types, [blocks[0]], [blocks[1]]))
        f.alive = bool(alive)
        return merge.take(tuple(made.results))
    return _meet(f, merge, alive)


def _meet(f: Emitter, merge: _Merge, ends: Sequence[_End]) -> Value | None:
    """Ends these blocks by a jump to one where control goes on."""
    if not ends:
        f.alive = False
        return None
    meeting = f.new_block(merge.part_types)
    for end in ends:
        f.block = end.block
        f.add(cf.BranchOp(meeting, *merge.parts_of(end)))
    f.enter(meeting)
    return merge.take(tuple(meeting.args))


def meet(f: Emitter, node: ast.AST, ends: Sequence[tuple[Block, Scope]], names: Sequence[str]) -> None:
    """Goes on where several blocks, each with its variables, come together; `names` are those that may differ."""
    met = [_End(block, scope, None, True) for block, scope in ends]
    if met:
        f.scope = met[0].scope.copy()
    _meet(f, _Merge(f, node, met, names), met)


class _Merge:
    """What several ends have in common, and the parts that each hands on."""

    def __init__(self, f: Emitter, node: ast.AST, ends: Sequence[_End], names: Sequence[str]) -> None:
        self.f = f
        self.node = node
        self.ends = ends
        self.missing: dict[str, str] = {}
        self.same: set[str] = set()
        self.types: dict[str, Type] = {}
        for name in names if ends else ():
            self._look(name)
        results = [end.result for end in ends]
        self.result_type: Type | None = None
        given = [result for result in results if result is not None]
        if given:
            self.result_type = joined(f, node, None, [result.type for result in given])

    def _look(self, name: str) -> None:
        """What becomes of a name: one value on all ways, one type, or nothing that can be used behind."""
        line = getattr(self.node, "lineno", "?")
        values = [end.scope.values[name] for end in self.ends if name in end.scope.values]
        if len(values) < len(self.ends):
            self.missing[name] = f"a way to here does not assign it (line {line})"
        elif _same(values):
            self.same.add(name)
        else:
            try:
                self.types[name] = joined_type([value.type for value in values])
            except Mixed as error:
                self.missing[name] = f"it has different types on the ways to here (line {line}): {error}"

    @property
    def part_types(self) -> list[Attribute]:
        parts = [part for type_ in self.types.values() for part in type_.parts]
        return parts + list(self.result_type.parts if self.result_type is not None else ())

    def parts_of(self, end: _End) -> list[SSAValue]:
        """What an end hands on, converted at its block's end."""
        f = self.f
        parts: list[SSAValue] = []
        for name, type_ in self.types.items():
            parts += f.parts(f.convert(end.scope.values[name], type_, self.node, name))
        if self.result_type is not None:
            assert end.result is not None
            parts += f.parts(f.convert(end.result, self.result_type, self.node))
        return parts

    def yield_from(self, ends: Sequence[_End]) -> None:
        """Ends the regions of an scf.if; an arm that control never leaves yields nothing of worth."""
        f = self.f
        before = f.block
        for end in ends:
            f.block = end.block
            parts = self.parts_of(end) if end.alive else [f.nothing_of(type_) for type_ in self.part_types]
            f.add(scf.YieldOp(*parts))
        f.block = before

    def take(self, parts: tuple[SSAValue, ...]) -> Value | None:
        """Sets the variables behind the branch, and gives its result."""
        types = [*self.types.values(), *([self.result_type] if self.result_type is not None else [])]
        values = cut(types, parts)
        for name, value in zip(self.types, values, strict=False):
            self.f.assign(name, value)
        for name in self.same:
            self.f.assign(name, self.ends[0].scope.values[name])
        if self.ends:
            for name, why in self.missing.items():
                self.f.scope.values.pop(name, None)
                self.f.scope.missing[name] = why
        return values[-1] if self.result_type is not None else None


def _same(values: Sequence[Value]) -> bool:
    """Whether all ends have the very same value, so that nothing has to be handed on."""
    first = values[0]
    if isinstance(first.type, Static):
        return all(value.type == first.type for value in values)
    return all(value is first or (value.type == first.type and value.parts == first.parts and bool(value.parts)) for value in values)


def joined_type(types: Sequence[Type]) -> Type:
    """The type that values of these types have in common. Raises Mixed."""
    result = types[0]
    for type_ in types[1:]:
        result = join(result, type_)
    return result


def joined(f: Emitter, node: ast.AST, name: str | None, types: Sequence[Type]) -> Type:
    """The type that values of these types have in common. Raises CompileError at the node."""
    result = types[0]
    for type_ in types[1:]:
        try:
            result = join(result, type_)
        except Mixed as error:
            what = "the operands have" if name is None else f"'{name}' has" if name else "the result has"
            f.fail(node, f"{what} different types here: {error}", help="convert them to one type, or use another name")
    return result

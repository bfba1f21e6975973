"""What a handler of one operation sees: the builder, the values and blocks of the function being lowered, the module, the target."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from xdsl.dialects import func
from xdsl.dialects.memref import GlobalOp
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue

from asyncir.dialects.locations import location_of
from asyncir.errors import InputError
from asyncir.lowering.convert.builder import Builder
from asyncir.lowering.convert.symbols import Symbols
from asyncir.lowering.convert.types import Types
from asyncir.lowering.target import Target


@dataclass(frozen=True)
class Program:
    """The module being lowered, and the module that comes out of it."""

    target: Target
    types: Types
    symbols: Symbols
    functions: Mapping[str, func.FuncOp]
    globals: Mapping[str, GlobalOp]


class Lowering:
    """One function being lowered."""

    def __init__(self, program: Program, b: Builder) -> None:
        self.program = program
        self.target = program.target
        self.types = program.types
        self.b = b
        self._values: dict[SSAValue, SSAValue] = {}
        self._blocks: dict[Block, Block] = {}
        self.memo: dict[type, object] = {}
        """What handlers found out of this function, by the class that says it."""

    def value(self, source: SSAValue) -> SSAValue:
        """What a value of the source is in the new function."""
        return self._values[source]

    def operands(self, op: Operation) -> list[SSAValue]:
        values = self._values
        return [values[operand] for operand in op.operands]

    def all(self, sources: Sequence[SSAValue]) -> list[SSAValue]:
        return [self._values[source] for source in sources]

    def set(self, source: SSAValue, value: SSAValue) -> None:
        self._values[source] = value

    def block(self, source: Block) -> Block:
        """The block that a branch to `source` goes to."""
        return self._blocks[source]

    def type(self, value: SSAValue, blame: Operation) -> Attribute:
        """The new type of a value of the source."""
        return self.types(value.type, blame)

    def body(self, region: Region, order: Sequence[Block], arguments: Sequence[SSAValue], handlers: Mapping[str, Handler]) -> None:
        """Lower a function's blocks; `arguments` are the values of its entry's arguments. The builder stands in the new entry."""
        entry, owner = order[0], region.parent
        assert owner is not None
        for argument, value in zip(entry.args, arguments, strict=True):
            self.set(argument, value)
        for block in order[1:]:
            new = Block(arg_types=self.types.all([argument.type for argument in block.args], owner))
            self._blocks[block] = new
            for argument, value in zip(block.args, new.args, strict=True):
                value.location = argument.location
                self.set(argument, value)
        for block in order:
            if block is not entry:
                self.b.start(self._blocks[block])
            self._ops(block, handlers)

    def _ops(self, block: Block, handlers: Mapping[str, Handler]) -> None:
        b = self.b
        for op in block.ops:
            handler = handlers.get(op.name)
            if handler is None:
                raise InputError(f"'{op.name}' op has no form in machine code", location_of(op), help=_help(op.name))
            b.location = op.location
            handler(self, op)


Handler = Callable[[Lowering, Operation], None]
"""Lowers one operation: builds code, and sets the values of its results."""


def _help(name: str) -> str | None:
    match name.split(".")[0]:
        case "scf" | "linalg":
            return "run scf-to-cf first"
        case "async" | "task":
            return "run split-suspensions, layout-frames and expand-executor first"
        case "sm":
            return "run expand-executor first"
        case _:
            return None


def static_integer(value: SSAValue) -> int | None:
    """The number of a value of the source that is an `arith.constant`."""
    owner = value.owner
    if isinstance(owner, Operation) and owner.name == "arith.constant":
        number = getattr(owner.properties["value"], "value", None)
        data = getattr(number, "data", None)
        return data if isinstance(data, int) else None
    return None

"""
Decoding: each block becomes, once, a list of Python closures over a register file.

Every SSA value of a function has a register; register 0 holds the lane (or thread) that runs. An operation is decoded by the
function registered for its name in a table, into

    Plain        runs to its end
    Suspends     is a generator: it yields a request to whoever drives the lane, and is sent the answer
    Ends         a terminator: gives the next block, or a tuple of values with which the region ends
    SuspendsEnds a terminator that is a generator

A generator may also yield a generator: the driver then runs that one first and sends its result. So calls nest as deep as
memory allows, and resuming costs the same at any depth.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from xdsl.ir import Block, Operation, Region, SSAValue

from asyncir.reference.faults import Stopped, unsupported
from asyncir.reference.values import Value

Registers: TypeAlias = list[Any]
Values: TypeAlias = tuple[Value, ...]
Step: TypeAlias = Callable[[Registers], None]
Running: TypeAlias = Generator[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Plain:
    """Runs to its end."""

    run: Step


@dataclass(frozen=True, slots=True)
class Suspends:
    """May wait in the middle."""

    run: Callable[[Registers], Running]


@dataclass(frozen=True, slots=True)
class Ends:
    """A terminator."""

    run: Callable[[Registers], BlockCode | Values]


@dataclass(frozen=True, slots=True)
class SuspendsEnds:
    """A terminator that may wait before it gives the next block."""

    run: Callable[[Registers], Running]


Decoded = Plain | Suspends | Ends | SuspendsEnds
OpDecoder: TypeAlias = Callable[[Any, "Decoder"], Decoded]
"""Decodes an operation of the class that bears the name in the table."""


@dataclass(slots=True, eq=False)
class BlockCode:
    """A decoded block: runs of plain steps, each followed by a waiting one or, the last, by the terminator."""

    arguments: tuple[int, ...] = ()
    parts: list[tuple[tuple[Step, ...], Callable[[Registers], Running]]] = field(default_factory=list[Any])
    rest: tuple[Step, ...] = ()
    end: Callable[[Registers], Any] | None = None
    end_suspends: bool = False
    terminator: Operation | None = None


@dataclass(slots=True, eq=False)
class RegionCode:
    """A decoded region."""

    entry: BlockCode
    plain: bool


class Body(Protocol):
    """A function as calls see it; decoded when it is first needed."""

    name: str
    size: int
    region: RegionCode


class Symbols(Protocol):
    """What decoders ask about the rest of the module."""

    def lookup(self, op: Operation, symbol: str) -> Operation:
        """The operation that a symbol names."""
        ...

    def function(self, op: Operation, symbol: str) -> Any:
        """The function, task or machine of that name."""
        ...

    def is_plain(self, symbol: str) -> bool:
        """Whether calling that function never waits."""
        ...

    def lane_ops_in(self, region: Region) -> bool:
        """Whether the code of this region uses lanes."""
        ...

    def resource(self, key: object, make: Callable[[], Any]) -> Any:
        """Something the module has once in a run, such as a global array."""
        ...


class Decoder:
    """Decodes the body of one function."""

    def __init__(self, table: Mapping[str, OpDecoder], symbols: Symbols, name: str) -> None:
        self.table = table
        self.name = name
        self.symbols = symbols
        self.size = 1
        self.checked = False
        """Whether registers are checked before they are read: in machines that forget at suspensions."""
        self._names = 0
        self._registers: dict[SSAValue, int] = {}
        self._blocks: dict[Block, BlockCode] = {}

    def fresh_name(self, prefix: str) -> str:
        """The prefix and the next number: what the outlined body of a task is called."""
        self._names += 1
        return f"{prefix}{self._names - 1}"

    def register(self, value: SSAValue) -> int:
        """The register of a value."""
        number = self._registers.get(value)
        if number is None:
            number = self._registers[value] = self.size
            self.size += 1
        return number

    def registers(self, values: Sequence[SSAValue]) -> tuple[int, ...]:
        """The registers of some values."""
        return tuple(self.register(value) for value in values)

    def target(self, block: Block) -> BlockCode:
        """The code of a block, perhaps not decoded yet."""
        code = self._blocks.get(block)
        if code is None:
            code = self._blocks[block] = BlockCode(self.registers(block.args))
        return code

    def region(self, region: Region) -> RegionCode:
        """Decodes all blocks of a region."""
        plain = True
        first = region.blocks.first
        assert first is not None
        for block in region.blocks:
            plain &= self._decode(block)
        return RegionCode(self.target(first), plain)

    def _decode(self, block: Block) -> bool:
        code = self.target(block)
        steps: list[Step] = []
        for op in block.ops:
            match self.operation(op):
                case Plain(run):
                    steps.append(run)
                case Suspends(run):
                    code.parts.append((tuple(steps), run))
                    steps = []
                case Ends(run):
                    code.end, code.terminator = run, op
                case SuspendsEnds(run):
                    code.end, code.terminator, code.end_suspends = run, op, True
        code.rest = tuple(steps)
        if code.end is None:
            code.end = _no_values
        return not code.parts and not code.end_suspends

    def operation(self, op: Operation) -> Decoded:
        """Decodes one operation; InputError if nobody knows it."""
        decode = self.table.get(op.name)
        if decode is None:
            raise unsupported(op)
        decoded = decode(op, self)
        return _checked(op, decoded, self.registers(op.operands)) if self.checked and op.operands else decoded


def _no_values(registers: Registers) -> Values:
    """The end of a region whose terminator is implicit."""
    return ()


class Forgotten:
    """What a register holds that has no value: in a machine after a suspension."""


FORGOTTEN = Forgotten()
ReportForgotten: TypeAlias = Callable[[Operation, int], Exception]


def _checked(op: Operation, decoded: Decoded, operands: tuple[int, ...]) -> Decoded:
    """The same, after a look at the registers that it reads."""

    def check(r: Registers) -> None:
        for index, register in enumerate(operands):
            if r[register] is FORGOTTEN:
                raise r[0].launch.forgotten(op, index)

    match decoded:
        case Plain(step):

            def plain(r: Registers) -> None:
                check(r)
                step(r)

            return Plain(plain)
        case Ends(end):

            def ends(r: Registers) -> Any:
                check(r)
                return end(r)

            return Ends(ends)
        case Suspends(run) | SuspendsEnds(run):

            def suspends(r: Registers) -> Running:
                check(r)
                return (yield from run(r))

            return type(decoded)(suspends)


# --------------------------------------------------------------------------------------------------------------- running


def run_plain(region: RegionCode, r: Registers) -> Values:
    """Runs a region that never waits; its values."""
    block: BlockCode = region.entry
    launch = r[0].launch
    while True:
        for step in block.rest:
            step(r)
        following = block.end(r)  # pyright: ignore[reportOptionalCall]
        if following.__class__ is tuple:
            return following
        if launch.stopped:
            stop_at(r, block)
        block = following


def run_suspending(region: RegionCode, r: Registers) -> Running:
    """Runs a region that may wait; its values."""
    block: BlockCode = region.entry
    launch = r[0].launch
    following: Any
    while True:
        for steps, waits in block.parts:
            for step in steps:
                step(r)
            yield from waits(r)
        for step in block.rest:
            step(r)
        if block.end_suspends:
            running: Running = block.end(r)  # pyright: ignore[reportOptionalCall]
            following = yield from running
        else:
            following = block.end(r)  # pyright: ignore[reportOptionalCall]
        if following.__class__ is tuple:
            return following
        if launch.stopped:
            stop_at(r, block)
        block = following


def stop_at(r: Registers, block: BlockCode | None, op: Operation | None = None) -> None:
    """Ends the lane, and remembers where it was."""
    r[0].where = op if op is not None else (block.terminator if block is not None else None)
    raise Stopped


def assigner(sources: Sequence[int], targets: Sequence[int]) -> Step:
    """A parallel assignment of registers."""
    if len(sources) == 0:
        return _nothing
    if len(sources) == 1:
        source, target = sources[0], targets[0]

        def assign_one(r: Registers) -> None:
            r[target] = r[source]

        return assign_one
    pairs = tuple(targets)
    origins = tuple(sources)

    def assign(r: Registers) -> None:
        values = [r[source] for source in origins]
        for target, value in zip(pairs, values, strict=True):
            r[target] = value

    return assign


def store_values(targets: tuple[int, ...]) -> Callable[[Registers, Sequence[Value]], None]:
    """Puts the values of a region or call into the registers of its results."""

    def store(r: Registers, values: Sequence[Value]) -> None:
        for target, value in zip(targets, values, strict=True):
            r[target] = value

    return store


def _nothing(r: Registers) -> None:
    return None

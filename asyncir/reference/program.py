"""The module as the interpreter sees it: its symbols, which functions may wait or use lanes, and decoded bodies."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from xdsl.dialects.builtin import ModuleOp, StringAttr, SymbolRefAttr
from xdsl.ir import Operation, Region

from asyncir.dialects.locations import location_of
from asyncir.dialects.task import SCOPE
from asyncir.errors import InputError
from asyncir.reference.decode import Decoder, OpDecoder, RegionCode, Registers, Running, run_suspending
from asyncir.reference.values import Value

MAX_PLAIN_DEPTH = 20
"""Calls that never wait nest Python's own calls; deeper ones are made the way that those are made that may wait."""

LANE_OPS = frozenset({"gpu.lane_id", "gpu.shuffle", "gpu.subgroup_reduce", "task.ballot"})
EXECUTE = "async.execute"


def symbol_name(reference: object) -> str:
    """The name in a symbol reference."""
    assert isinstance(reference, SymbolRefAttr)
    return reference.string_value()


def own_ops(region: Region) -> Iterator[Operation]:
    """All operations that run when the region runs: not those in the bodies of tasks that it starts."""
    pending = [op for block in region.blocks for op in block.ops]
    while pending:
        op = pending.pop()
        yield op
        if op.name != EXECUTE:
            pending += [inner for nested in op.regions for block in nested.blocks for inner in block.ops]


class Code:
    """Something that can run with arguments: a function or task, decoded when it first runs."""

    def __init__(self, program: Program, op: Operation, name: str, scope: str | None) -> None:
        self.program = program
        self.op = op
        self.name = name
        self._scope = scope
        self._region: RegionCode | None = None
        self._size = 0
        self._width_known = scope is not None

    @property
    def scope(self) -> str | None:
        """Who runs it together: as written, else warp if it uses lanes, else None: it depends on the arguments."""
        if not self._width_known:
            self._scope = "warp" if self.program.lane_ops_in(self.op.regions[0]) else None
            self._width_known = True
        return self._scope

    @property
    def region(self) -> RegionCode:
        """The decoded body."""
        if self._region is None:
            self._region, self._size = self.decode()
        return self._region

    def decode(self) -> tuple[RegionCode, int]:
        """The decoded body and how many registers it has."""
        decoder = self.program.decoder(self.name)
        region = decoder.region(self.op.regions[0])
        return region, decoder.size

    def enter(self, lane: Any, arguments: tuple[Value, ...]) -> Registers:
        """Registers with the arguments in place."""
        region = self.region
        registers: Registers = [None] * self._size
        registers[0] = lane
        for register, argument in zip(region.entry.arguments, arguments, strict=True):
            registers[register] = argument
        return registers

    def body(self, lane: Any, arguments: tuple[Value, ...]) -> Running:
        """What a lane of a task runs."""
        return run_suspending(self.region, self.enter(lane, arguments))

    def passed(self, arguments: tuple[Value, ...]) -> tuple[Value, ...]:
        """What of the things that a lane brings to a start are the new task's arguments."""
        return arguments


class Program:
    """The symbols of a module, for one run."""

    def __init__(
        self,
        module: ModuleOp,
        table: Mapping[str, OpDecoder],
        suspending: frozenset[str],
        codes: Mapping[str, type[Code]] = MappingProxyType({}),
    ) -> None:
        """`codes` says for kinds of operations which class of code they have, if not `Code`."""
        self._table = table
        self._codes_of = codes
        self._suspending = suspending
        self.symbols = {name.data: op for op in module.body.block.ops if isinstance(name := op.properties.get("sym_name"), StringAttr)}
        self._codes: dict[str, Code] = {}
        self._resources: dict[object, Any] = {}
        self._plain: set[str] | None = None
        self._with_lanes: set[str] | None = None

    def lookup(self, op: Operation, symbol: str) -> Operation:
        """The operation that a symbol names."""
        found = self.symbols.get(symbol)
        if found is None:
            raise InputError(f"'{op.name}' names @{symbol}, which does not exist", location_of(op))
        return found

    def function(self, op: Operation, symbol: str) -> Code:
        """The code of a function, task or machine."""
        code = self._codes.get(symbol)
        if code is None:
            found = self.lookup(op, symbol)
            if not found.regions or found.regions[0].blocks.first is None:
                raise InputError(f"@{symbol} has no body", location_of(found))
            scope = found.properties.get("scope", found.attributes.get(SCOPE))
            make = self._codes_of.get(found.name, Code)
            code = self._codes[symbol] = make(self, found, symbol, scope.data if isinstance(scope, StringAttr) else None)
        return code

    def decoder(self, name: str) -> Decoder:
        """A decoder for the body of a function."""
        return Decoder(self._table, self, name)

    def resource(self, key: object, make: Callable[[], Any]) -> Any:
        """Something that exists once in a run, made when it is first asked for."""
        if key not in self._resources:
            self._resources[key] = make()
        return self._resources[key]

    # --------------------------------------------------------------------------------------------------------------- facts

    def callees(self, region: Region) -> set[str]:
        """The functions whose bodies run as part of this region."""
        return {symbol_name(op.properties["callee"]) for op in own_ops(region) if op.name == "func.call"}

    def is_plain(self, symbol: str) -> bool:
        """Whether a call of the function never waits, is not recursive and nests few calls."""
        if self._plain is None:
            self._plain = set(self._find_plain())
        return symbol in self._plain

    def _find_plain(self) -> Generator[str]:
        """Leaves of the call graph first; what is left at the end is recursive or calls what is."""
        bodies = self._function_bodies()
        callees = {name: self.callees(region) for name, region in bodies.items()}
        callers = _callers(callees)
        missing = {name: len(called) for name, called in callees.items()}
        depth: dict[str, int] = {}
        pending = [name for name, count in missing.items() if count == 0]
        while pending:
            name = pending.pop()
            waits = any(op.name in self._suspending for op in own_ops(bodies[name]))
            level = 1 + max((depth[callee] for callee in callees[name]), default=0)
            depth[name] = MAX_PLAIN_DEPTH if waits else level
            if depth[name] < MAX_PLAIN_DEPTH:
                yield name
            for caller in callers.get(name, ()):
                missing[caller] -= 1
                if missing[caller] == 0:
                    pending.append(caller)

    def lane_ops_in(self, region: Region) -> bool:
        """Whether the code of this region, or a function that it calls, uses lanes."""
        if self._with_lanes is None:
            self._with_lanes = self._find_lane_functions()
        return any(op.name in LANE_OPS for op in own_ops(region)) or not self._with_lanes.isdisjoint(self.callees(region))

    def _find_lane_functions(self) -> set[str]:
        """From the functions that use lanes themselves to all that call them."""
        bodies = self._function_bodies()
        callers = _callers({name: self.callees(region) for name, region in bodies.items()})
        pending = [name for name, region in bodies.items() if any(op.name in LANE_OPS for op in own_ops(region))]
        found = set(pending)
        while pending:
            new = set(callers.get(pending.pop(), ())) - found
            found |= new
            pending += new
        return found

    def _function_bodies(self) -> dict[str, Region]:
        return {name: op.regions[0] for name, op in self.symbols.items() if op.name == "func.func"}


def _callers(callees: Mapping[str, set[str]]) -> dict[str, list[str]]:
    callers: dict[str, list[str]] = {}
    for name, called in callees.items():
        for callee in called:
            callers.setdefault(callee, []).append(name)
    return callers

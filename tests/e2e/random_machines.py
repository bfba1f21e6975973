"""
Random split machines: the text of `sm.machine`s whose result does not depend on the order in which tasks run.

A machine is a seed. It has arguments, loops, diamonds, suspensions of every kind, many values of mixed types that live across them, pure
expressions that could be computed again or early, loads and stores of cells of its own, and returns and stores a digest of what is left.
Every fifth is a machine of warp scope: its divergent values come from the lane's number and its lane's own cells.

`python tests/e2e/random_machines.py SEED` prints one.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field

ENTRY = "batch"
CELLS = 4
"""Cells of i64, and as many of f32, that each lane of a machine has of its own."""
WIDEST = 4
"""Lanes for which there are cells."""
INPUTS = 8
"""Cells of i64 that all machines read and nobody writes."""

TYPES = ("i1", "i8", "i16", "i32", "i64", "f32", "index")
INTEGERS = {"i1": 1, "i8": 8, "i16": 16, "i32": 32, "i64": 64}

HELPERS = """
sm.machine @helper(%x: i32, %turns: index) -> i32 attributes {scope = "lane"} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %three = arith.constant 3 : i32
  cf.br ^header(%zero, %x : index, i32)
^header(%i: index, %s: i32):
  %go = arith.cmpi slt, %i, %turns : index
  cf.cond_br %go, ^body, ^exit
^body:
  %t = arith.muli %s, %three : i32
  sm.suspend yield() 1 : () -> () [^next]
^next:
  %u = arith.subi %t, %x : i32
  %j = arith.addi %i, %one : index
  cf.br ^header(%j, %u : index, i32)
^exit:
  sm.return %s : i32
}
sm.machine @failing(%x: i32) -> i32 attributes {scope = "lane"} {
  %zero = arith.constant 0 : i32
  sm.suspend yield() 1 : () -> () [^next]
^next:
  %fine = arith.cmpi sge, %x, %zero : i32
  cf.assert %fine, "negative"
  sm.return %x : i32
}
sm.machine @producer(%items: !task.channel<i32>, %x: i32) attributes {scope = "lane"} {
  sm.suspend send(%x, %items) 1 : (i32, !task.channel<i32>) -> () [^next]
^next:
  %y = arith.addi %x, %x : i32
  sm.suspend send(%y, %items) 2 : (i32, !task.channel<i32>) -> () [^end]
^end:
  sm.return
}
"""


@dataclass
class Values:
    """What can be used at a place, by type: values that all lanes have the same, and all values."""

    uniform: dict[str, list[str]] = field(default_factory=lambda: {type_: [] for type_ in TYPES})
    all: dict[str, list[str]] = field(default_factory=lambda: {type_: [] for type_ in TYPES})

    def inner(self) -> Values:
        """The same, in a region whose values are not seen outside."""
        return Values(
            {type_: list(names) for type_, names in self.uniform.items()}, {type_: list(names) for type_, names in self.all.items()}
        )

    def add(self, name: str, type_: str, uniform: bool) -> str:
        self.all[type_].append(name)
        if uniform:
            self.uniform[type_].append(name)
        return name


class Writer:
    """The text of one machine, statement by statement."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.warp = seed % 5 == 4
        self.lines: list[str] = []
        self.names = 0
        self.blocks = 0
        self.states = 0
        self.divergent: set[str] = set()

    def emit(self, text: str) -> None:
        self.lines.append(f"  {text}")

    def label(self, name: str, arguments: str = "") -> None:
        self.lines.append(f"^{name}{f'({arguments})' if arguments else ''}:")

    def block(self) -> str:
        self.blocks += 1
        return f"b{self.blocks}"

    def define(self, text: str, values: Values, type_: str, *operands: str) -> str:
        """A new value; one that is computed from a divergent value is divergent."""
        self.names += 1
        name = f"%v{self.names}"
        self.emit(f"{name} = {text}")
        uniform = not any(operand in self.divergent for operand in operands)
        if not uniform:
            self.divergent.add(name)
        return values.add(name, type_, uniform)

    def constant(self, value: object, type_: str) -> str:
        return self.define(f"arith.constant {value}" if type_ == "i1" else f"arith.constant {value} : {type_}", Values(), type_)

    def pick(self, values: Values, type_: str, *, uniform: bool = False) -> str:
        """Any value, old ones as often as new ones, so that many live long."""
        return self.rng.choice((values.uniform if uniform else values.all)[type_])

    # ----------------------------------------------------------------------------------------------------------- expressions

    def expression(self, values: Values) -> None:
        type_ = self.rng.choice(TYPES)
        x, y = self.pick(values, type_), self.pick(values, type_)
        roll = self.rng.randrange(6)
        if roll == 0:
            self.convert(values)
        elif roll == 1:
            condition = self.pick(values, "i1")
            self.define(f"arith.select {condition}, {x}, {y} : {type_}", values, type_, condition, x, y)
        elif type_ == "f32":
            y = y if self.rng.random() < 0.4 else self.constant(self.rng.choice(["0.5", "-0.25", "1.0"]), "f32")
            self.define(f"arith.{self.rng.choice(['addf', 'subf', 'mulf', 'maximumf'])} {x}, {y} : f32", values, "f32", x, y)
        elif roll == 2:
            predicate = self.rng.choice(["eq", "ne", "slt", "ule"])
            self.define(f"arith.cmpi {predicate}, {x}, {y} : {type_}", values, "i1", x, y)
        elif roll == 3 and type_ in ("i8", "i16", "i32", "i64"):
            self.by_constant(values, type_, x)
        else:
            self.define(f"arith.{self.rng.choice(['addi', 'subi', 'muli', 'xori', 'ori', 'andi'])} {x}, {y} : {type_}", values, type_, x, y)

    def by_constant(self, values: Values, type_: str, x: str) -> None:
        """Shifts and divisions, which are defined for some constants; a division by what is never zero."""
        operation = self.rng.choice(["shli", "shrui", "shrsi", "divsi", "remui", "andi", "divui"])
        if operation == "divui":
            y = self.pick(values, type_)
            odd = self.define(f"arith.ori {y}, {self.constant(1, type_)} : {type_}", Values(), type_, y)
            self.define(f"arith.divui {x}, {odd} : {type_}", values, type_, x, odd)
        else:
            self.define(f"arith.{operation} {x}, {self.constant(self.rng.choice([1, 3, 4, 7]), type_)} : {type_}", values, type_, x)

    def convert(self, values: Values) -> None:
        """Between types; narrow values put together and taken apart, as a layout does it."""
        names = list(INTEGERS)
        low, high = sorted(self.rng.sample(range(len(names)), 2))
        narrow, wide = names[low], names[high]
        x, z = self.pick(values, narrow), self.pick(values, wide)
        match self.rng.randrange(6):
            case 0:
                self.define(f"arith.extui {x} : {narrow} to {wide}", values, wide, x)
            case 1:
                self.define(f"arith.extsi {x} : {narrow} to {wide}", values, wide, x)
            case 2:
                self.define(f"arith.trunci {z} : {wide} to {narrow}", values, narrow, z)
            case 3:
                y = self.pick(values, "i16")
                self.define(f"arith.sitofp {y} : i16 to f32", values, "f32", y)
            case 4:
                y = self.pick(values, "i32")
                self.define(f"arith.index_cast {y} : i32 to index", values, "index", y)
            case _:
                lower, upper = self.pick(values, "i8"), self.pick(values, "i8")
                a = self.define(f"arith.extui {lower} : i8 to i32", Values(), "i32", lower)
                b = self.define(f"arith.extui {upper} : i8 to i32", Values(), "i32", upper)
                c = self.define(f"arith.shli {b}, {self.constant(8, 'i32')} : i32", Values(), "i32", b)
                self.define(f"arith.ori {a}, {c} : i32", values, "i32", a, c)

    # --------------------------------------------------------------------------------------------------------------- effects

    def memory(self, values: Values) -> None:
        """Reads and writes of the lane's own cells, and of what all read."""
        cell = self.define(f"arith.addi %own, {self.constant(self.rng.randrange(CELLS), 'index')} : index", Values(), "index", "%own")
        match self.rng.randrange(5):
            case 0:
                self.define(f"memref.load %mem[{cell}] : memref<?xi64>", values, "i64", cell)
            case 1:
                self.define(f"memref.load %floats[{cell}] : memref<?xf32>", values, "f32", cell)
            case 2:
                self.emit(f"memref.store {self.pick(values, 'i64')}, %mem[{cell}] : memref<?xi64>")
            case 3:
                self.emit(f"memref.store {self.pick(values, 'f32')}, %floats[{cell}] : memref<?xf32>")
            case _:
                at = self.constant(self.rng.randrange(INPUTS), "index")
                self.define(f"memref.load %inputs[{at}] : memref<?xi64>", values, "i64")

    def lanes(self, values: Values) -> None:
        """What the lanes of a warp do together."""
        if not self.warp:
            self.expression(values)
        elif self.rng.random() < 0.5:
            self.names += 1
            self.emit(f"%v{self.names} = task.ballot {self.pick(values, 'i1')} : i32")
            values.add(f"%v{self.names}", "i32", True)
        else:
            self.names += 1
            self.emit(f"%v{self.names} = gpu.subgroup_reduce add {self.pick(values, 'i64')} : (i64) -> i64")
            values.add(f"%v{self.names}", "i64", True)

    # ----------------------------------------------------------------------------------------------------------- suspensions

    def suspend(self, kind: str, operands: str, types: str, produced: list[str], values: Values) -> None:
        """A suspension, and the block behind it."""
        self.states += 1
        following = self.block()
        results = ", ".join(produced)
        shown = results if len(produced) == 1 else f"({results})"
        self.emit(f"sm.suspend {kind}({operands}) {self.states} : ({types}) -> {shown} [^{following}]")
        names: list[str] = []
        for type_ in produced:
            self.names += 1
            names.append(values.add(f"%v{self.names}", type_, True))
        self.label(following, ", ".join(f"{name}: {type_}" for name, type_ in zip(names, produced, strict=True)))

    def wait(self, values: Values, depth: int) -> None:
        """Starts something, maybe does something else, and waits for it."""
        x = self.pick(values, "i32", uniform=True)
        turns = self.constant(self.rng.randrange(3), "index")
        match self.rng.randrange(9):
            case 0 | 1:
                self.suspend("yield", "", "", [], values)
            case 2:
                self.suspend("sleep", self.constant(self.rng.choice([0, 300]), "i64"), "i64", [], values)
            case 3 | 4:
                handle = self.start(f"@helper({x}, {turns}) : (i32, index)", "!async.value<i32>")
                self.some(values, depth)
                kind = self.rng.choice(["await", "await", "await_raw"])
                self.suspend(kind, handle, "!async.value<i32>", ["i32"] if kind == "await" else [], values)
            case 5:
                handle = self.start(f"@failing({x}) : (i32)", "!async.value<i32>")
                self.some(values, depth)
                self.suspend("try_await", handle, "!async.value<i32>", ["i32", "i32", "i32"], values)
            case 6:
                self.group(values, depth, x, turns)
            case 7:
                channel = self.channel(1)
                self.start(f"@producer({channel}, {x}) : (!task.channel<i32>, i32)", "!async.token")
                for _ in range(2):
                    self.some(values, depth)
                    self.suspend("recv", channel, "!task.channel<i32>", ["i32", "i1"], values)
            case _:
                channel = self.channel(2)
                self.suspend("send", f"{x}, {channel}", "i32, !task.channel<i32>", [], values)
                self.some(values, depth)
                self.suspend("recv", channel, "!task.channel<i32>", ["i32", "i1"], values)

    def start(self, call: str, handle: str) -> str:
        self.names += 1
        self.emit(f"%v{self.names} = sm.start {call} -> {handle}")
        return f"%v{self.names}"

    def channel(self, capacity: int) -> str:
        size = self.constant(capacity, "index")
        self.names += 1
        self.emit(f"%v{self.names} = task.channel {size} : !task.channel<i32>")
        return f"%v{self.names}"

    def group(self, values: Values, depth: int, x: str, turns: str) -> None:
        size = self.constant(2, "index")
        self.names += 1
        group = f"%v{self.names}"
        self.emit(f"{group} = async.create_group {size} : !async.group")
        for _ in range(2):
            handle = self.start(f"@helper({x}, {turns}) : (i32, index)", "!async.value<i32>")
            self.names += 1
            self.emit(f"%v{self.names} = async.add_to_group {handle}, {group} : !async.value<i32>")
            self.some(values, depth)
        self.suspend("await_all", group, "!async.group", [], values)

    # ------------------------------------------------------------------------------------------------------------ statements

    def some(self, values: Values, depth: int) -> None:
        for _ in range(self.rng.randrange(3)):
            self.statement(values, depth + 1)

    def statement(self, values: Values, depth: int) -> None:
        choices = [(self.expression, 10), (self.memory, 3), (self.lanes, 1 if self.warp else 0)]
        if depth < 3:
            choices += [(self.wait, 4), (self.diamond, 1), (self.loop, 1)]
        actions, weights = zip(*choices, strict=True)
        action = self.rng.choices(actions, weights)[0]
        if action in (self.wait, self.diamond, self.loop):
            action(values, depth)
        else:
            action(values)

    def diamond(self, values: Values, depth: int) -> None:
        """Two ways that meet, with values of which each way has its own."""
        then, other, join = self.block(), self.block(), self.block()
        types = self.rng.sample(TYPES, self.rng.randint(1, 3))
        shown = ", ".join(types)
        self.emit(f"cf.cond_br {self.pick(values, 'i1', uniform=True)}, ^{then}, ^{other}")
        divergent: set[int] = set()
        for label in (then, other):
            self.label(label)
            inner = values.inner()
            for _ in range(self.rng.randrange(4)):
                self.statement(inner, depth + 1)
            passed = [self.pick(inner, type_) for type_ in types]
            divergent |= {index for index, name in enumerate(passed) if name in self.divergent}
            self.emit(f"cf.br ^{join}({', '.join(passed)} : {shown})")
        self.label(join, ", ".join(self.argument(values, type_, index in divergent) for index, type_ in enumerate(types)))

    def argument(self, values: Values, type_: str, divergent: bool) -> str:
        """A block's argument, as the block's label writes it."""
        self.names += 1
        name = f"%v{self.names}"
        if divergent:
            self.divergent.add(name)
        return f"{values.add(name, type_, not divergent)}: {type_}"

    def loop(self, values: Values, depth: int) -> None:
        """A few rounds with carried values, some of which change places."""
        header, body, end = self.block(), self.block(), self.block()
        type_ = self.rng.choice(TYPES)
        types = [type_, type_, self.rng.choice(TYPES)]
        zero, one, turns = self.constant(0, "index"), self.constant(1, "index"), self.constant(self.rng.randrange(1, 4), "index")
        first = [self.pick(values, type_) for type_ in types]
        shown = ", ".join(["index", *types])
        self.emit(f"cf.br ^{header}({', '.join([zero, *first])} : {shown})")
        arguments = [self.argument(values, "index", False)] + [self.argument(values, type_, self.warp) for type_ in types]
        self.label(header, ", ".join(arguments))
        names = [argument.partition(":")[0] for argument in arguments]
        go = self.define(f"arith.cmpi ult, {names[0]}, {turns} : index", Values(), "i1")
        self.emit(f"cf.cond_br {go}, ^{body}, ^{end}")
        self.label(body)
        inner = values.inner()
        for _ in range(self.rng.randint(1, 4)):
            self.statement(inner, depth + 1)
        following = self.define(f"arith.addi {names[0]}, {one} : index", Values(), "index")
        carried = [names[2], self.pick(inner, types[1]), self.pick(inner, types[2])]
        self.emit(f"cf.br ^{header}({', '.join([following, *carried])} : {shown}) {{task.bounded}}")
        self.label(end)

    # --------------------------------------------------------------------------------------------------------------- machine

    def machine(self, name: str) -> str:
        values = Values()
        arrays = "%mem: memref<?xi64>, %floats: memref<?xf32>, %inputs: memref<?xi64>"
        scope = "warp" if self.warp else "lane"
        self.lines.append(f'sm.machine @{name}(%x: i32, %y: f32, {arrays}, %base: index) -> i64 attributes {{scope = "{scope}"}} {{')
        values.add("%x", "i32", True)
        values.add("%y", "f32", True)
        values.add("%base", "index", True)
        for type_ in INTEGERS:
            values.add(self.constant("true" if type_ == "i1" else self.rng.randint(-100, 100), type_), type_, True)
        self.own_cells(values)
        for _ in range(self.rng.randint(2, 6)):
            self.memory(values)
        for _ in range(self.rng.randint(6, 14)):
            self.statement(values, 0)
        self.emit(f"sm.return {self.digest(values)} : i64")
        return "\n".join([*self.lines, "}"]) + "\n"

    def own_cells(self, values: Values) -> None:
        """`%own`: the first of the lane's own cells."""
        if not self.warp:
            self.emit(f"%own = arith.addi %base, {self.constant(0, 'index')} : index")
            return
        self.emit("%lane = gpu.lane_id")
        self.divergent |= {"%lane", "%own"}
        values.add("%lane", "index", False)
        self.emit(f"%skip = arith.muli %lane, {self.constant(CELLS, 'index')} : index")
        self.emit("%own = arith.addi %base, %skip : index")

    def digest(self, values: Values) -> str:
        """Every value that is left, in the lane's own cells; and those that all lanes have, in one that is returned."""
        factor = self.constant(31, "i64")
        every, uniform = self.constant(1, "i64"), self.constant(1, "i64")
        for type_ in INTEGERS:
            for name in values.all[type_]:
                wide = name if type_ == "i64" else self.define(f"arith.extui {name} : {type_} to i64", Values(), "i64", name)
                scaled = self.define(f"arith.muli {every}, {factor} : i64", Values(), "i64", every)
                every = self.define(f"arith.xori {scaled}, {wide} : i64", Values(), "i64", scaled, wide)
                if name in values.uniform[type_]:
                    scaled = self.define(f"arith.muli {uniform}, {factor} : i64", Values(), "i64", uniform)
                    uniform = self.define(f"arith.xori {scaled}, {wide} : i64", Values(), "i64", scaled, wide)
        self.emit(f"memref.store {every}, %mem[%own] : memref<?xi64>")
        total = values.all["f32"][0]
        for name in values.all["f32"][1:]:
            total = self.define(f"arith.addf {total}, {name} : f32", Values(), "f32", total, name)
        self.emit(f"memref.store {total}, %floats[%own] : memref<?xf32>")
        return uniform


@dataclass(frozen=True)
class Batch:
    """Several machines in one module, and a kernel that starts them all before it awaits any."""

    seeds: tuple[int, ...]
    text: str

    @property
    def cells(self) -> int:
        return len(self.seeds) * CELLS * WIDEST


def machine(seed: int) -> str:
    """The text of one machine, `@r<seed>`."""
    return Writer(seed).machine(f"r{seed}")


def batch(seeds: Iterable[int]) -> Batch:
    """
    The machines of these seeds, and the kernel `@batch(%x: i32, %y: f32, %mem: memref<?xi64>, %floats: memref<?xf32>, %inputs:
    memref<?xi64>, %results: memref<?xi64>)`, which leaves what machine k returns in results[k].
    """
    seeds = tuple(seeds)
    arrays = "%mem, %floats, %inputs"
    lines = [
        f"sm.machine @{ENTRY}(%x: i32, %y: f32, %mem: memref<?xi64>, %floats: memref<?xf32>, %inputs: memref<?xi64>, "
        '%results: memref<?xi64>) attributes {scope = "lane", kernel} {'
    ]
    types = "i32, f32, memref<?xi64>, memref<?xf32>, memref<?xi64>, index"
    for k, seed in enumerate(seeds):
        lines.append(f"  %base{k} = arith.constant {k * CELLS * WIDEST} : index")
        lines.append(f"  %h{k} = sm.start @r{seed}(%x, %y, {arrays}, %base{k}) : ({types}) -> !async.value<i64>")
    for k in range(len(seeds)):
        lines += [
            f"  sm.suspend await(%h{k}) {k + 1} : (!async.value<i64>) -> i64 [^n{k}]",
            f"^n{k}(%r{k}: i64):",
            f"  %k{k} = arith.constant {k} : index",
            f"  memref.store %r{k}, %results[%k{k}] : memref<?xi64>",
        ]
    text = "\n".join([*lines, "  sm.return", "}"])
    return Batch(seeds, "\n".join([HELPERS, *(machine(seed) for seed in seeds), text]))


if __name__ == "__main__":
    print(HELPERS + machine(int(sys.argv[1])))

"""
Random async programs whose result does not depend on the order in which tasks run.

A program is a seed. Its functions form a chain without recursion: each may start those made before it. What makes results the
same in every order:

- every task has cells of the array of its own, and gives each child a range that nobody else has;
- a channel has one producer, or its consumer adds up what arrives in whatever order;
- what may fail is awaited by `task.try_await`, or makes the awaiting function one that may fail;
- loops have few turns, and a program starts at most MAX_COST tasks.

`python tests/e2e/random_programs.py SEED ...` prints the programs of these seeds as one module.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field

MAX_COST = 150
"""About as many tasks may a program start."""

SCALARS = ("i32", "i64", "f32")

LIBRARY = """
async.func @produce(%items: !task.channel<i64>, %start: i64, %n: index, %close: i1) -> !async.token {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %factor = arith.constant 3 : i64
  scf.for %i = %c0 to %n step %c1 {
    %k = arith.index_cast %i : index to i64
    %0 = arith.muli %k, %factor : i64
    %1 = arith.addi %0, %start : i64
    task.send %1, %items : !task.channel<i64>
  }
  scf.if %close {
    task.close %items : !task.channel<i64>
  }
  return
}
// Depends on the order of the items: for one producer.
async.func @drain(%items: !task.channel<i64>) -> !async.value<i64> {
  %zero = arith.constant 0 : i64
  %factor = arith.constant 31 : i64
  %sum = scf.while (%s = %zero) : (i64) -> i64 {
    %item, %ok = task.recv %items : !task.channel<i64>
    %0 = arith.muli %s, %factor : i64
    %1 = arith.addi %0, %item : i64
    %2 = arith.select %ok, %1, %s : i64
    scf.condition(%ok) %2 : i64
  } do {
  ^bb0(%s: i64):
    scf.yield %s : i64
  }
  return %sum : i64
}
// Does not depend on the order: for several producers.
async.func @take(%items: !task.channel<i64>, %n: index) -> !async.value<i64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i64
  %sum = scf.for %i = %c0 to %n step %c1 iter_args(%s = %zero) -> (i64) {
    %item, %ok = task.recv %items : !task.channel<i64>
    %1 = arith.addi %s, %item : i64
    scf.yield %1 : i64
  }
  return %sum : i64
}
// The largest of the lanes' values, which are all the same: the value itself, at every width. It makes a task warp scope.
async.func @across(%x: i32) -> !async.value<i32> {
  %zero = arith.constant 0 : i32
  %lane = gpu.lane_id
  %c0 = arith.constant 0 : index
  %first = arith.cmpi eq, %lane, %c0 : index
  %mine = arith.select %first, %x, %zero : i32
  %sum = gpu.subgroup_reduce add %mine : (i32) -> i32
  task.yield_now
  %0 = arith.xori %sum, %x : i32
  %max = gpu.subgroup_reduce maxsi %0 : (i32) -> i32
  %1 = arith.addi %max, %x : i32
  return %1 : i32
}
// A function that is no task, and suspends all the same.
func.func @plain(%x: i64, %y: i32) -> i64 {
  %h = async.call @across(%y) : (i32) -> !async.value<i32>
  %0 = arith.extsi %y : i32 to i64
  %1 = async.await %h : !async.value<i32>
  %2 = arith.extsi %1 : i32 to i64
  %3 = arith.muli %x, %2 : i64
  %4 = arith.subi %3, %0 : i64
  return %4 : i64
}
"""
LIBRARY_COST = 2


@dataclass
class Function:
    """What callers need to know of a function that is generated already."""

    name: str
    params: list[str]
    memory: bool
    token: bool
    results: list[str]
    may_fail: bool = False
    cells: int = 0
    cost: int = 1

    @property
    def result_types(self) -> list[str]:
        return ["!async.token"] * self.token + [f"!async.value<{type_}>" for type_ in self.results]


@dataclass(frozen=True)
class Handle:
    """A token (no type) or a value that can be awaited."""

    name: str
    type: str | None
    may_fail: bool

    @property
    def text(self) -> str:
        return "!async.token" if self.type is None else f"!async.value<{self.type}>"


@dataclass
class Scope:
    """What can be used at a place: scalars by type and handles; where the place is."""

    values: dict[str, list[str]]
    handles: list[Handle] = field(default_factory=list)
    own_cells: bool = True
    """Whether the function's own cells may be touched: not in an `async.execute`, which runs beside it."""
    can_fail: bool = False
    loops: int = 0
    times: int = 1
    index: tuple[str, int] | None = None
    """The variable of the only loop around the place, and how often it turns."""
    memory: bool = True
    """Whether a range of the array can be given away here."""

    def inner(self, **changes: object) -> Scope:
        """A scope in a region: what it adds is not seen outside."""
        copy = Scope({type_: list(names) for type_, names in self.values.items()}, list(self.handles))
        copy.__dict__.update({key: value for key, value in self.__dict__.items() if key not in ("values", "handles")})
        copy.__dict__.update(changes)
        return copy


class Writer:
    """The text of one function, statement by statement."""

    def __init__(self, rng: random.Random, function: Function, callees: list[Function]) -> None:
        self.rng = rng
        self.function = function
        self.callees = callees
        self.lines: list[str] = []
        self.depth = 1
        self.names = 0

    # ------------------------------------------------------------------------------------------------------------- helpers

    def emit(self, text: str) -> None:
        self.lines.append("  " * self.depth + text)

    def fresh(self) -> str:
        self.names += 1
        return f"%v{self.names}"

    def define(self, text: str) -> str:
        name = self.fresh()
        self.emit(f"{name} = {text}")
        return name

    def constant(self, value: object, type_: str) -> str:
        return self.define(f"arith.constant {value} : {type_}")

    def pick(self, scope: Scope, type_: str) -> str:
        return self.rng.choice(scope.values[type_])

    def afford(self, cost: int, scope: Scope) -> bool:
        """Whether `cost` more tasks, as often as this place is reached, may be started; if so they are counted."""
        total = cost * scope.times
        if self.function.cost + total > MAX_COST // 2:
            return False
        self.function.cost += total
        return True

    def block(self, scope: Scope, statements: int) -> None:
        for _ in range(statements):
            self.statement(scope)

    def statement(self, scope: Scope) -> None:
        choices = [(self.arithmetic, 8), (self.conversion, 3), (self.call, 6), (self.wait, 5), (self.access, 3), (self.small, 2)]
        if scope.can_fail:
            choices.append((self.fail, 3))
        if scope.loops < 2 and self.depth < 4:
            choices += [(self.branch, 2), (self.loop, 2), (self.execute, 2), (self.group, 2), (self.channel, 1), (self.array, 1)]
        actions, weights = zip(*choices, strict=True)
        self.rng.choices(actions, weights)[0](scope)

    # ---------------------------------------------------------------------------------------------------------- statements

    def arithmetic(self, scope: Scope) -> None:
        type_ = self.rng.choice(SCALARS)
        x, y = self.pick(scope, type_), self.pick(scope, type_)
        if type_ == "f32":
            if self.rng.random() < 0.3:
                y = self.constant(self.rng.choice(["0.5", "-1.25", "3.0"]), "f32")
            operation = self.rng.choice(["addf", "subf", "mulf", "maximumf"])
        elif self.rng.random() < 0.25:
            y = self.constant(self.rng.choice([3, 7, 13]), type_)
            operation = self.rng.choice(["divsi", "remsi", "shli", "shrsi", "shrui", "divui"])
        else:
            operation = self.rng.choice(["addi", "subi", "muli", "andi", "ori", "xori", "maxsi", "minui"])
        scope.values[type_].append(self.define(f"arith.{operation} {x}, {y} : {type_}"))

    def conversion(self, scope: Scope) -> None:
        x, z = self.pick(scope, "i32"), self.pick(scope, "i64")
        match self.rng.randrange(4):
            case 0:
                scope.values["i64"].append(self.define(f"arith.extsi {x} : i32 to i64"))
            case 1:
                scope.values["i32"].append(self.define(f"arith.trunci {z} : i64 to i32"))
            case 2:
                scope.values["f32"].append(self.define(f"arith.sitofp {x} : i32 to f32"))
            case _:
                type_ = self.rng.choice(SCALARS)
                chosen = self.define(
                    f"arith.select {self.condition(scope)}, {self.pick(scope, type_)}, {self.pick(scope, type_)} : {type_}"
                )
                scope.values[type_].append(chosen)

    def condition(self, scope: Scope) -> str:
        if self.rng.random() < 0.3:
            return self.define(f"arith.cmpf olt, {self.pick(scope, 'f32')}, {self.pick(scope, 'f32')} : f32")
        type_ = self.rng.choice(["i32", "i64"])
        predicate = self.rng.choice(["slt", "eq", "uge"])
        return self.define(f"arith.cmpi {predicate}, {self.pick(scope, type_)}, {self.pick(scope, type_)} : {type_}")

    def small(self, scope: Scope) -> None:
        """Yields, sleeps, handles that are ready, calls of a function that is no task."""
        match self.rng.randrange(5):
            case 0 | 1:
                self.emit("task.yield_now")
            case 2:
                self.emit(f"task.sleep {self.constant(self.rng.choice([0, 500]), 'i64')} : i64")
            case 3:
                type_ = self.rng.choice(SCALARS)
                name = self.define(f"task.ready {self.pick(scope, type_)} : !async.value<{type_}>")
                scope.handles.append(Handle(name, type_, False))
            case _ if self.afford(LIBRARY_COST, scope):
                x, y = self.pick(scope, "i64"), self.pick(scope, "i32")
                scope.values["i64"].append(self.define(f"func.call @plain({x}, {y}) : (i64, i32) -> i64"))
            case _:
                self.arithmetic(scope)

    def fail(self, scope: Scope) -> None:
        self.function.may_fail = True
        condition = self.condition(scope)
        if self.rng.random() < 0.4:
            self.emit(f'cf.assert {condition}, "an assertion"')
            return
        self.emit(f"scf.if {condition} {{")
        self.emit(f'  task.fail {self.pick(scope, "i32")}, "by chance" : i32')
        self.emit("}")

    def access(self, scope: Scope) -> None:
        if not (self.function.memory and scope.own_cells):
            self.arithmetic(scope)
            return
        offset = self.constant(self.rng.randrange(2), "index")
        cell = self.define(f"arith.addi %base, {offset} : index")
        if self.rng.random() < 0.5:
            scope.values["i64"].append(self.define(f"memref.load %mem[{cell}] : memref<?xi64>"))
        else:
            self.emit(f"memref.store {self.pick(scope, 'i64')}, %mem[{cell}] : memref<?xi64>")

    def array(self, scope: Scope) -> None:
        """An array that a task of its own writes, and nobody else while it does."""
        name = self.define("memref.alloc() : memref<4xi64>")
        self.emit(f"linalg.fill ins({self.pick(scope, 'i64')} : i64) outs({name} : memref<4xi64>)")
        at = self.constant(self.rng.randrange(4), "index")
        if self.afford(1, scope):
            token = self.fresh()
            self.emit(f"{token} = async.execute {{")
            self.emit(f"  memref.store {self.pick(scope, 'i64')}, {name}[{at}] : memref<4xi64>")
            self.emit("  async.yield")
            self.emit("}")
            self.emit(f"async.await {token} : !async.token")
        scope.values["i64"].append(self.define(f"memref.load {name}[{at}] : memref<4xi64>"))
        self.emit(f"memref.dealloc {name} : memref<4xi64>")

    # ---------------------------------------------------------------------------------------------------- tasks and awaits

    def usable(self, scope: Scope, *, failing: bool = True) -> list[Function]:
        return [f for f in self.callees if (not f.memory or (self.function.memory and scope.memory)) and (failing or not f.may_fail)]

    def start(self, callee: Function, scope: Scope) -> list[Handle]:
        """Start a task; the scope gets its handles."""
        arguments = [self.pick(scope, type_) for type_ in callee.params]
        types = list(callee.params)
        if callee.memory:
            arguments += ["%mem", self.range_for(callee, scope)]
            types += ["memref<?xi64>", "index"]
        names = [self.fresh() for _ in callee.result_types]
        results = ", ".join(callee.result_types)
        shown = f"({results})" if len(names) > 1 else results
        self.emit(f"{', '.join(names)} = async.call @{callee.name}({', '.join(arguments)}) : ({', '.join(types)}) -> {shown}")
        kinds: list[str | None] = [None] * callee.token + list(callee.results)
        handles = [Handle(name, kind, callee.may_fail) for name, kind in zip(names, kinds, strict=True)]
        scope.handles += handles
        return handles

    def range_for(self, callee: Function, scope: Scope) -> str:
        """The first cell of a range for the task alone: in a loop, one for each turn."""
        first = self.define(f"arith.addi %base, {self.constant(self.function.cells, 'index')} : index")
        turns = 1
        if scope.index is not None:
            variable, turns = scope.index
            skip = self.define(f"arith.muli {variable}, {self.constant(callee.cells, 'index')} : index")
            first = self.define(f"arith.addi {first}, {skip} : index")
        self.function.cells += callee.cells * turns
        return first

    def call(self, scope: Scope) -> None:
        usable = self.usable(scope)
        callee = self.rng.choice(usable) if usable else None
        if callee is None or not self.afford(callee.cost, scope):
            self.arithmetic(scope)
            return
        self.start(callee, scope)
        if self.rng.random() < 0.4:
            self.wait(scope)

    def wait(self, scope: Scope) -> None:
        if not scope.handles:
            self.arithmetic(scope)
            return
        handle = self.rng.choice(scope.handles)
        if handle.may_fail and not (scope.can_fail and self.rng.random() < 0.3):
            self.try_await(handle, scope)
            return
        if handle.may_fail:
            self.function.may_fail = True
        if handle.type is None:
            self.emit(f"async.await {handle.name} : {handle.text}")
        else:
            scope.values[handle.type].append(self.define(f"async.await {handle.name} : {handle.text}"))

    def try_await(self, handle: Handle, scope: Scope) -> None:
        names = [self.fresh() for _ in range(2 if handle.type is None else 3)]
        self.emit(f"{', '.join(names)} = task.try_await {handle.name} : {handle.text}")
        scope.values["i32"] += names[-2:]
        if handle.type is not None:
            scope.values[handle.type].append(names[0])

    def execute(self, scope: Scope) -> None:
        """A task without a name: with dependencies, values that it unwraps, values that it sees, and results."""
        if not self.afford(1, scope):
            self.arithmetic(scope)
            return
        sound = [handle for handle in scope.handles if not handle.may_fail]
        tokens = [h for h in sound if h.type is None][:2]
        values = [h for h in sound if h.type is not None][-2:]
        inner = scope.inner(own_cells=False, can_fail=False)
        unwrapped = []
        for handle in values:
            assert handle.type is not None
            argument = self.fresh()
            unwrapped.append(f"{handle.name} as {argument}: {handle.text}")
            inner.values[handle.type].append(argument)
        result = self.rng.choice(SCALARS)
        token, value = self.fresh(), self.fresh()
        dependencies = f" [{', '.join(t.name for t in tokens)}]" if tokens else ""
        operands = f" ({', '.join(unwrapped)})" if unwrapped else ""
        self.emit(f"{token}, {value} = async.execute{dependencies}{operands} -> !async.value<{result}> {{")
        self.depth += 1
        self.block(inner, self.rng.randint(1, 3))
        self.emit(f"async.yield {self.pick(inner, result)} : {result}")
        self.depth -= 1
        self.emit("}")
        scope.handles += [Handle(token, None, False), Handle(value, result, False)]

    def group(self, scope: Scope) -> None:
        """Tasks awaited together; one that may fail is asked about, not awaited."""
        usable = self.usable(scope)
        turns = self.rng.randint(1, 3)
        callee = self.rng.choice(usable) if usable else None
        if callee is None or (callee.memory and scope.index is not None) or not self.afford(callee.cost * turns, scope):
            self.arithmetic(scope)
            return
        size = self.constant(turns, "index")
        name = self.define(f"async.create_group {size} : !async.group")
        zero, one, variable = self.constant(0, "index"), self.constant(1, "index"), self.fresh()
        self.emit(f"scf.for {variable} = {zero} to {size} step {one} {{")
        self.depth += 1
        inner = scope.inner(loops=scope.loops + 1, index=(variable, turns), memory=scope.memory and scope.loops == 0)
        if callee.memory and not inner.memory:
            callee = None
        if callee is None:
            handles = [Handle(self.define("task.ready : !async.token"), None, False)]
        else:
            handles = self.start(callee, inner)
        self.define(f"async.add_to_group {handles[0].name}, {name} : {handles[0].text}")
        self.depth -= 1
        self.emit("}")
        if handles[0].may_fail:
            self.emit(f"async.runtime.await {name} : !async.group")
            failed = self.define(f"async.runtime.is_error {name} : !async.group")
            scope.values["i32"].append(self.define(f"arith.extui {failed} : i1 to i32"))
        else:
            self.emit(f"async.await_all {name}")

    def channel(self, scope: Scope) -> None:
        producers = self.rng.randint(1, 2)
        if not self.afford(producers + 1, scope):
            self.arithmetic(scope)
            return
        channel = self.define(f"task.channel {self.constant(self.rng.randint(1, 3), 'index')} : !task.channel<i64>")
        items = self.rng.randint(0, 4)
        count = self.constant(items, "index")
        close = self.define(f"arith.constant {'true' if producers == 1 else 'false'}")
        consumer = self.fresh()
        consume = [f"{consumer} = async.call @drain({channel}) : (!task.channel<i64>) -> !async.value<i64>"]
        if producers > 1:
            total = self.constant(items * producers, "index")
            consume = [f"{consumer} = async.call @take({channel}, {total}) : (!task.channel<i64>, index) -> !async.value<i64>"]
        produce = [
            f"{self.fresh()} = async.call @produce({channel}, {self.pick(scope, 'i64')}, {count}, {close}) "
            ": (!task.channel<i64>, i64, index, i1) -> !async.token"
            for _ in range(producers)
        ]
        order = produce + consume
        self.rng.shuffle(order)
        for line in order:
            self.emit(line)
        scope.handles.append(Handle(consumer, "i64", False))

    # ------------------------------------------------------------------------------------------------------- control flow

    def branch(self, scope: Scope) -> None:
        type_ = self.rng.choice(SCALARS)
        condition, result = self.condition(scope), self.fresh()
        self.emit(f"{result} = scf.if {condition} -> ({type_}) {{")
        for last in (False, True):
            self.depth += 1
            inner = scope.inner()
            self.block(inner, self.rng.randint(1, 4))
            self.emit(f"scf.yield {self.pick(inner, type_)} : {type_}")
            self.depth -= 1
            self.emit("}" if last else "} else {")
        scope.values[type_].append(result)

    def loop(self, scope: Scope) -> None:
        if self.rng.random() < 0.3:
            self.countdown(scope)
            return
        type_, turns = self.rng.choice(SCALARS), self.rng.randint(1, 3)
        zero, one, count = self.constant(0, "index"), self.constant(1, "index"), self.constant(turns, "index")
        if self.rng.random() < 0.4:
            # A number of turns that is not known before.
            masked = self.define(f"arith.andi {self.pick(scope, 'i32')}, {self.constant(1, 'i32')} : i32")
            count = self.define(f"arith.addi {zero}, {self.define(f'arith.index_cast {masked} : i32 to index')} : index")
        variable, carried, result = self.fresh(), self.fresh(), self.fresh()
        start = self.pick(scope, type_)
        self.emit(f"{result} = scf.for {variable} = {zero} to {count} step {one} iter_args({carried} = {start}) -> ({type_}) {{")
        self.depth += 1
        outermost = scope.loops == 0
        inner = scope.inner(loops=scope.loops + 1, times=scope.times * turns, index=(variable, turns), memory=scope.memory and outermost)
        inner.values[type_].append(carried)
        inner.values["i64"].append(self.define(f"arith.index_cast {variable} : index to i64"))
        self.block(inner, self.rng.randint(1, 4))
        self.emit(f"scf.yield {self.pick(inner, type_)} : {type_}")
        self.depth -= 1
        self.emit("}")
        scope.values[type_].append(result)

    def countdown(self, scope: Scope) -> None:
        """A while loop that does its work in the condition, or behind it."""
        turns, zero, one = self.constant(self.rng.randint(1, 3), "i32"), self.constant(0, "i32"), self.constant(1, "i32")
        left, sum_, result = self.fresh(), self.fresh(), [self.fresh(), self.fresh()]
        start = self.pick(scope, "i64")
        types = "(i32, i64) -> (i32, i64)"
        self.emit(f"{', '.join(result)} = scf.while ({left} = {turns}, {sum_} = {start}) : {types} {{")
        self.depth += 1
        inner = scope.inner(loops=scope.loops + 1, times=scope.times * 4, index=None, memory=False)
        inner.values["i64"].append(sum_)
        inner.values["i32"].append(left)
        self.block(inner, self.rng.randint(1, 2))
        more = self.define(f"arith.cmpi sgt, {left}, {zero} : i32")
        self.emit(f"scf.condition({more}) {left}, {self.pick(inner, 'i64')} : i32, i64")
        self.depth -= 1
        self.emit("} do {")
        next_left, next_sum = self.fresh(), self.fresh()
        self.emit(f"^bb0({next_left}: i32, {next_sum}: i64):")
        self.depth += 1
        inner = scope.inner(loops=scope.loops + 1, times=scope.times * 4, index=None, memory=False)
        inner.values["i64"].append(next_sum)
        self.block(inner, self.rng.randint(1, 2))
        less = self.define(f"arith.subi {next_left}, {one} : i32")
        self.emit(f"scf.yield {less}, {self.pick(inner, 'i64')} : i32, i64")
        self.depth -= 1
        self.emit("}")
        scope.values["i64"].append(result[1])


def _function(rng: random.Random, name: str, callees: list[Function], *, root: bool) -> tuple[Function, str]:
    """One function's facts and text. The root takes one of each scalar, cannot fail and returns all it has computed."""
    params = list(SCALARS) if root else [rng.choice(SCALARS) for _ in range(rng.randint(1, 3))]
    memory = root or rng.random() < 0.5
    results = list(SCALARS) if root else [rng.choice(SCALARS) for _ in range(rng.randint(0, 2))]
    function = Function(name, params, memory, not root and (not results or rng.random() < 0.4), results, cells=2 if memory else 0)
    writer = Writer(rng, function, callees)
    scope = Scope({type_: [] for type_ in SCALARS}, can_fail=not root and rng.random() < 0.4, memory=memory)
    header = []
    for index, type_ in enumerate(params):
        header.append(f"%p{index}: {type_}")
        scope.values[type_].append(f"%p{index}")
    if memory:
        header += ["%mem: memref<?xi64>", "%base: index"]
    for type_, value in (("i32", rng.randint(-9, 9)), ("i64", rng.randint(-99, 99)), ("f32", f"{rng.randint(-4, 4)}.5")):
        scope.values[type_].append(writer.constant(value, type_))
    writer.block(scope, rng.randint(5, 9) if root else rng.randint(3, 6))
    returned = [_digest(writer, scope, type_) if root else writer.pick(scope, type_) for type_ in results]
    end = f" {', '.join(returned)} : {', '.join(results)}" if returned else ""
    writer.emit(f"return{end}")
    types = ", ".join(function.result_types)
    text = f"async.func @{name}({', '.join(header)}) -> {f'({types})' if len(function.result_types) > 1 else types} {{\n"
    return function, text + "\n".join(writer.lines) + "\n}\n"


def _digest(writer: Writer, scope: Scope, type_: str) -> str:
    """All values of a type in one."""
    digest, *others = scope.values[type_]
    factor = writer.constant("0.5" if type_ == "f32" else 31, type_)
    add, multiply = ("addf", "mulf") if type_ == "f32" else ("xori", "muli")
    for other in others:
        scaled = writer.define(f"arith.{multiply} {digest}, {factor} : {type_}")
        digest = writer.define(f"arith.{add} {scaled}, {other} : {type_}")
    return digest


def functions(seed: int) -> tuple[Function, str]:
    """A program's root and the text of all its functions, without the library."""
    rng = random.Random(seed)
    made: list[Function] = []
    texts: list[str] = []
    for index in range(rng.randint(1, 3)):
        function, text = _function(rng, f"p{seed}_f{index}", made[-3:], root=False)
        made.append(function)
        texts.append(text)
    root, text = _function(rng, f"p{seed}", made, root=True)
    return root, "".join([*texts, text])


@dataclass(frozen=True)
class Batch:
    """Several programs in one kernel, which starts them all before it awaits any."""

    seeds: tuple[int, ...]
    text: str
    cells: int
    """The size of the array that the kernel needs."""


ENTRY = "batch"


def batch(seeds: Iterable[int]) -> Batch:
    """
    The programs of these seeds in a module with the kernel `@batch(%x: i32, %mem: memref<?xi64>, %ints: memref<?xi64>, %floats:
    memref<?xf32>)`: program k leaves its results in ints[2k], ints[2k + 1] and floats[k], and what its tasks stored in `mem`.
    """
    seeds = tuple(seeds)
    texts = [LIBRARY]
    lines = [
        f"func.func @{ENTRY}(%x: i32, %mem: memref<?xi64>, %ints: memref<?xi64>, %floats: memref<?xf32>) attributes {{task.kernel}} {{",
        "  %wide = arith.extsi %x : i32 to i64",
        "  %float = arith.sitofp %x : i32 to f32",
    ]
    values = "!async.value<i32>, !async.value<i64>, !async.value<f32>"
    cells = 0
    for k, seed in enumerate(seeds):
        root, text = functions(seed)
        texts.append(text)
        lines += [
            f"  %base{k} = arith.constant {cells} : index",
            f"  %h{k}:3 = async.call @{root.name}(%x, %wide, %float, %mem, %base{k}) : (i32, i64, f32, memref<?xi64>, index) -> ({values})",
        ]
        cells += root.cells
    for k in range(len(seeds)):
        lines += [f"  %r{k}_{n} = async.await %h{k}#{n} : !async.value<{type_}>" for n, type_ in enumerate(SCALARS)]
        lines += [
            f"  %i{k} = arith.constant {2 * k} : index",
            f"  %j{k} = arith.constant {2 * k + 1} : index",
            f"  %f{k} = arith.constant {k} : index",
            f"  %w{k} = arith.extsi %r{k}_0 : i32 to i64",
            f"  memref.store %w{k}, %ints[%i{k}] : memref<?xi64>",
            f"  memref.store %r{k}_1, %ints[%j{k}] : memref<?xi64>",
            f"  memref.store %r{k}_2, %floats[%f{k}] : memref<?xf32>",
        ]
    return Batch(seeds, "".join(texts) + "\n".join([*lines, "  return", "}", ""]), cells)


if __name__ == "__main__":
    print(batch(int(seed) for seed in sys.argv[1:]).text)

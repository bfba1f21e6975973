"""
Programs of which the frames of rustc and LLVM are known.

Each shape is written once, for a `Body` that makes a machine at the level `split` of it, or one that makes an LLVM coroutine (rustc's
are in rustc_shapes.rs). Values come from functions that nobody can see into, so that nothing but a frame brings them over a suspension.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

TYPES = {"f32": "float", "i1": "i1", "i8": "i8", "i16": "i16", "i32": "i32", "i64": "i64"}
"""The types of values, with LLVM's names."""


class Body(Protocol):
    """A task as it is written, a step at a time."""

    def load(self, name: str, type_: str = "f32") -> None:
        """A value from outside."""

    def combine(self, name: str, one: str, other: str) -> None:
        """An f32 that is computed from two."""

    def use(self, *names: str, type_: str = "f32") -> None:
        """The values are needed here."""

    def suspend(self) -> None:
        """The task waits here."""

    def switch(self, on: str, cases: int) -> None:
        """Goes on at one of so many cases, by an i32."""

    def case(self, number: int) -> None:
        """Here is a case; what stands before goes to the end."""

    def module(self, argument: str | None = None) -> str:
        """The text of a module of the one task, @f, which may take an argument %x of some type."""
        ...


class MachineBody:
    """Makes an `sm.machine`."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._suspensions = 0

    def load(self, name: str, type_: str = "f32") -> None:
        self._lines.append(f"  %{name} = func.call @load_{type_}() : () -> {type_}")

    def combine(self, name: str, one: str, other: str) -> None:
        self._lines.append(f"  %{name} = func.call @combine(%{one}, %{other}) : (f32, f32) -> f32")

    def use(self, *names: str, type_: str = "f32") -> None:
        self._lines += [f"  func.call @use_{_short(type_)}(%{name}) : ({type_}) -> ()" for name in names]

    def suspend(self) -> None:
        self._suspensions += 1
        self._lines += [f"  sm.suspend yield() {self._suspensions} : () -> () [^after{self._suspensions}]", f"^after{self._suspensions}:"]

    def switch(self, on: str, cases: int) -> None:
        targets = ", ".join(f"{number}: ^case{number}" for number in range(cases - 1))
        self._lines.append(f"  cf.switch %{on} : i32, [default: ^case{cases - 1}, {targets}]")

    def case(self, number: int) -> None:
        self._lines += [*(["  sm.return"] if number else []), f"^case{number}:"]

    def module(self, argument: str | None = None) -> str:
        declared = ["func.func private @combine(f32, f32) -> f32", *(f"func.func private @load_{type_}() -> {type_}" for type_ in TYPES)]
        used = dict.fromkeys([*TYPES, argument or "f32"])
        declared += [f"func.func private @use_{_short(type_)}({type_})" for type_ in used]
        head = f'sm.machine @f({f"%x: {argument}" if argument else ""}) attributes {{scope = "lane"}} {{'
        return "\n".join([*declared, head, *self._lines, "  sm.return", "}", ""])


def _short(type_: str) -> str:
    """The part of a function's name that stands for a type."""
    return type_.partition("<")[0]


_COROUTINE = """
declare token @llvm.coro.id(i32, ptr, ptr, ptr)
declare i64 @llvm.coro.size.i64()
declare ptr @llvm.coro.begin(token, ptr)
declare i8 @llvm.coro.suspend(token, i1)
declare ptr @llvm.coro.free(token, ptr)
declare void @llvm.coro.end(ptr, i1, token)
declare ptr @malloc(i64)
declare void @free(ptr)
declare float @combine(float, float)
{declarations}
define ptr @f({argument}) presplitcoroutine {{
entry:
  %promise = alloca i64
  %id = call token @llvm.coro.id(i32 0, ptr %promise, ptr null, ptr null)
  %size = call i64 @llvm.coro.size.i64()
  %memory = call ptr @malloc(i64 %size)
  %frame = call ptr @llvm.coro.begin(token %id, ptr %memory)
{body}
  br label %cleanup
cleanup:
  %freed = call ptr @llvm.coro.free(token %id, ptr %frame)
  call void @free(ptr %freed)
  br label %parked
parked:
  call void @llvm.coro.end(ptr %frame, i1 false, token none)
  ret ptr %frame
}}
"""


class CoroutineBody:
    """Makes an LLVM coroutine with a promise of 8 bytes. Its frame's size is what @malloc is called with once LLVM has split it."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._suspensions = 0

    def load(self, name: str, type_: str = "f32") -> None:
        self._lines.append(f"  %{name} = call {TYPES[type_]} @load_{type_}()")

    def combine(self, name: str, one: str, other: str) -> None:
        self._lines.append(f"  %{name} = call float @combine(float %{one}, float %{other})")

    def use(self, *names: str, type_: str = "f32") -> None:
        self._lines += [f"  call void @use_{type_}({TYPES[type_]} %{name})" for name in names]

    def suspend(self) -> None:
        number = self._suspensions = self._suspensions + 1
        self._lines += [
            f"  %s{number} = call i8 @llvm.coro.suspend(token none, i1 false)",
            f"  switch i8 %s{number}, label %parked [ i8 0, label %after{number}",
            "    i8 1, label %cleanup ]",
            f"after{number}:",
        ]

    def switch(self, on: str, cases: int) -> None:
        targets = " ".join(f"i32 {number}, label %case{number}" for number in range(cases - 1))
        self._lines.append(f"  switch i32 %{on}, label %case{cases - 1} [ {targets} ]")

    def case(self, number: int) -> None:
        self._lines += [*(["  br label %cleanup"] if number else []), f"case{number}:"]

    def module(self, argument: str | None = None) -> str:
        declared = [f"declare {name} @load_{type_}()\ndeclare void @use_{type_}({name})" for type_, name in TYPES.items()]
        parameter = f"{TYPES[argument]} %x" if argument else ""
        return _COROUTINE.format(declarations="\n".join(declared), argument=parameter, body="\n".join(self._lines))


def chain(body: Body, stages: int, row: int = 16) -> str:
    """Rows of f32: each is computed from the two before it, and between two rows the task waits. Two rows live at a time."""
    for k in range(stages):
        for i in range(row):
            if k == 0:
                body.load(f"r{k}_{i}")
            else:
                body.combine(f"r{k}_{i}", f"r{k - 1}_{i}", f"r{max(k - 2, 0)}_{i}")
        if k + 1 < stages:
            body.suspend()
    body.use(*(f"r{stages - 1}_{i}" for i in range(row)))
    return body.module()


def across(body: Body, types: Sequence[str], suspensions: int = 1) -> str:
    """Values of these types that are live across all of so many suspensions, and used after each."""
    for number, type_ in enumerate(types):
        body.load(f"v{number}", type_)
    for _ in range(suspensions):
        body.suspend()
        for number, type_ in enumerate(types):
            body.use(f"v{number}", type_=type_)
    return body.module()


def in_turn(body: Body, *groups: Sequence[str]) -> str:
    """For each group: values of these types come to be, the task waits, they are used for the last time."""
    for number, types in enumerate(groups):
        for place, type_ in enumerate(types):
            body.load(f"v{number}_{place}", type_)
        body.suspend()
        for place, type_ in enumerate(types):
            body.use(f"v{number}_{place}", type_=type_)
    return body.module()


def branches(body: Body, count: int = 5) -> str:
    """So many f32; of as many branches each waits, and then uses two of them."""
    for i in range(count):
        body.load(f"v{i}")
    body.load("choice", "i32")
    body.switch("choice", count)
    for i in range(count):
        body.case(i)
        body.suspend()
        body.use(f"v{i}", f"v{(i + 1) % count}")
    return body.module()


def overlapping(body: Body) -> str:
    """%a lives across the first suspension, %b across the second; %a is used once more where %b is there already."""
    body.load("a")
    body.suspend()
    body.load("b")
    body.use("a")
    body.suspend()
    body.use("b")
    return body.module()


def argument_used_first(body: Body, type_: str) -> str:
    """An argument that is used before the only suspension, and never again."""
    body.use("x", type_=type_)
    body.suspend()
    return body.module(type_)


def argument_used_last(body: Body, type_: str) -> str:
    """An argument that is used after the only suspension."""
    body.suspend()
    body.use("x", type_=type_)
    return body.module(type_)

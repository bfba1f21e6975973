"""Random statements, as lines of Python text: assignments, branches, loops, errors, calls of the functions made before."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from random_expressions import BITS, FLOATS, INTEGERS, TYPES, Expressions, Scope

BUDGET = 300
"""How often the innermost statements of a program may run, about."""

DEEPEST = 9
"""Python takes 20 blocks in each other, and a try statement may count as two."""


@dataclass
class Helper:
    """A function that was made: what it takes and gives, how much it runs."""

    name: str
    parameters: list[str]
    result: str
    is_async: bool
    cost: int


@dataclass
class Body:
    """Where statements are being made."""

    scope: Scope
    indent: int
    is_async: bool
    weight: int = 1
    in_loop: bool = False
    result: str = ""
    fixed: set[str] = field(default_factory=set)
    """Names that are not assigned here: counters of loops."""

    def inside(self, **changes: Any) -> Body:
        """One level deeper, with variables of its own."""
        return Body(**{**self.__dict__, "scope": self.scope.copy(), "indent": self.indent + 1, "fixed": set(self.fixed), **changes})


class Statements(Expressions):
    """Makes statements; `lines` has those made so far."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__(rng)
        self.fails = rng.random() < 0.25
        """Whether the program may raise errors."""
        self.helpers: list[Helper] = []
        self.lines: list[str] = []
        self.names = 0
        self.cost = 0

    def makers(self, body: Body) -> list[Callable[[Body], None]]:
        """What may be made here, the frequent more than once."""
        makers = [self._assign] * 4 + [self._augment] * 2 + [self._if, self._for, self._while, self._swap]
        makers += [self._store] * bool(body.scope.arrays)
        return makers + [self._leave] * (body.in_loop or bool(body.result))

    # -------------------------------------------------------------------------------------------------------------- blocks

    def emit(self, body: Body, line: str) -> None:
        self.lines.append("    " * body.indent + line)

    def fresh(self) -> str:
        self.names += 1
        return f"v{self.names}"

    def statements(self, body: Body, count: int) -> None:
        """So many statements."""
        body.scope.calls = lambda type_: self._call_of(type_, body)
        for _ in range(count):
            self.rng.choice(self.makers(body) if body.indent < DEEPEST else [self._assign])(body)
            self.cost += body.weight

    def _target(self, body: Body) -> tuple[str, str]:
        """A variable to assign, with its type: one that is there, or a new one."""
        there = [name for name in body.scope.variables if name not in body.fixed]
        if there and self.rng.random() < 0.5:
            name = self.rng.choice(there)
            return name, body.scope.variables[name]
        return self.fresh(), self.rng.choice(TYPES)

    def _assign(self, body: Body) -> None:
        name, type_ = self._target(body)
        self.emit(body, f"{name} = {self.of(type_, body.scope, 4)}")
        body.scope.variables[name] = type_

    def _augment(self, body: Body) -> None:
        there = [(name, type_) for name, type_ in body.scope.variables.items() if name not in body.fixed and type_ in (*INTEGERS, *FLOATS)]
        if not there:
            return self._assign(body)
        name, type_ = self.rng.choice(there)
        operator = self.rng.choice(["+", "-", "*"] + ["&", "|", "^"] * (type_ in BITS))
        self.emit(body, f"{name} {operator}= {self.of(type_, body.scope)}")
        return None

    def _swap(self, body: Body) -> None:
        names = [name for name in body.scope.variables if name not in body.fixed]
        same = [(a, b) for a in names for b in names if a < b and body.scope.variables[a] == body.scope.variables[b]]
        if not same:
            return self._assign(body)
        a, b = self.rng.choice(same)
        self.emit(body, f"{a}, {b} = {b}, {a}")
        return None

    def _store(self, body: Body) -> None:
        name, element = self.rng.choice(list(body.scope.arrays.items()))
        operator = self.rng.choice(["=", "=", "+=", "*="])
        self.emit(body, f"{name}[{self.index(name, body.scope)}] {operator} {self.of(element, body.scope)}")

    def _if(self, body: Body) -> None:
        self.emit(body, f"if {self.of('bool', body.scope)}:")
        self.statements(body.inside(), self.rng.randint(1, 3))
        if self.rng.random() < 0.3:
            self.emit(body, f"elif {self.of('bool', body.scope)}:")
            self.statements(body.inside(), self.rng.randint(1, 2))
        if self.rng.random() < 0.6:
            self.emit(body, "else:")
            self.statements(body.inside(), self.rng.randint(1, 3))

    def _for(self, body: Body) -> None:
        if body.weight > 20:
            return self._assign(body)
        name = self.fresh()
        over = self.rng.choice([f"range({self.rng.randint(0, 4)})", f"range({self.of('int', body.scope, 1)} % 5)", "range(7, -2, -3)"])
        self.emit(body, f"for {name} in {over}:")
        inner = body.inside(weight=body.weight * 4, in_loop=True)
        inner.scope.variables[name] = "int"
        inner.fixed.add(name)
        self.statements(inner, self.rng.randint(1, 3))
        if self.rng.random() < 0.15:
            self.emit(body, "else:")
            self.statements(body.inside(), 1)
        return None

    def _while(self, body: Body) -> None:
        if body.weight > 20:
            return self._assign(body)
        name = self.fresh()
        self.emit(body, f"{name} = {self.rng.randint(0, 5)}")
        self.emit(body, f"while {name} > 0 and {self.of('bool', body.scope, 2)}:" if self.rng.random() < 0.5 else f"while {name} > 0:")
        inner = body.inside(weight=body.weight * 4, in_loop=True)
        inner.scope.variables[name] = "int"
        inner.fixed.add(name)
        self.emit(inner, f"{name} -= 1")
        self.statements(inner, self.rng.randint(1, 3))
        body.scope.variables[name] = "int"
        return None

    def _leave(self, body: Body) -> None:
        self.emit(body, f"if {self.of('bool', body.scope)}:")
        choices = ["break", "continue"] * body.in_loop + [f"return {self.of(body.result, body.scope)}"] * bool(body.result)
        self.emit(body.inside(), self.rng.choice(choices))

    def _try(self, body: Body) -> None:
        """Errors of divisions, or one that is raised here; what follows is the same wherever the error was."""
        self.emit(body, "try:")
        inner = body.inside()
        self.statements(inner, self.rng.randint(1, 2))
        self.emit(inner, f"if {self.of('bool', inner.scope)}:")
        self.emit(inner.inside(), 'raise ValueError("wanted")')
        caught = self.rng.choice(["ValueError", "(ValueError, ZeroDivisionError)", "ArithmeticError", "Exception"])
        if not self.fails and caught == "ArithmeticError":
            caught = "ValueError"
        self.emit(body, f"except {caught}:")
        self.statements(body.inside(), 1)
        if self.rng.random() < 0.4:
            self.emit(body, "finally:")
            self.statements(body.inside(in_loop=False, result=""), 1)

    # --------------------------------------------------------------------------------------------------------------- calls

    def _arguments(self, helper: Helper, body: Body) -> str:
        plain = body.scope.copy()
        plain.calls = lambda _: None
        return ", ".join(str(self.rng.randint(0, 3)) if type_ == "depth" else self.of(type_, plain, 2) for type_ in helper.parameters)

    def _chosen(self, body: Body, is_async: bool | None = None, result: str | None = None) -> Helper | None:
        """A helper that may be called here."""
        fitting = [
            helper for helper in self.helpers
            if (is_async is None or helper.is_async == is_async) and (result is None or helper.result == result)
            and (body.is_async or not helper.is_async) and self.cost + helper.cost * body.weight <= BUDGET
        ]  # fmt: skip
        if not fitting:
            return None
        helper = self.rng.choice(fitting)
        self.cost += helper.cost * body.weight
        return helper

    def _call_of(self, type_: str, body: Body) -> str | None:
        helper = self._chosen(body, result=type_)
        if helper is None:
            return None
        call = f"{helper.name}({self._arguments(helper, body)})"
        return f"(await {call})" if helper.is_async else call

"""
Random typed expressions, as Python text: the same value under asyncio and compiled, at every warp width.

Python's own ints stay below 2**20 in variables, so that no expression of the depths made here leaves 64 bits; strong integers wrap. What
is divided by is never zero unless errors are wanted. Floats may be anything, infinities and NaN too.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

BITS = {"i8": 8, "i16": 16, "i32": 32, "i64": 64, "u8": 8, "u16": 16, "u32": 32, "u64": 64}
INTEGERS = tuple(BITS)
FLOATS = ("f32", "f64", "float", "f16", "bf16")
TYPES = (*INTEGERS, *FLOATS, "int", "bool")
LEAST, MOST = -(1 << 20), 1 << 20


@dataclass
class Scope:
    """What an expression may use: variables by name with their types, arrays with their element types, functions that give a type."""

    variables: dict[str, str] = field(default_factory=dict)
    arrays: dict[str, str] = field(default_factory=dict)
    calls: Callable[[str], str | None] = lambda _: None
    """A call that gives a value of the type, if there is one that may stand here."""
    fails: bool = False
    """Whether an expression may raise an error."""

    def copy(self) -> Scope:
        return Scope(dict(self.variables), dict(self.arrays), self.calls, self.fails)


class Expressions:
    """Makes expressions of a type from a source of random numbers."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def of(self, type_: str, scope: Scope, depth: int = 3) -> str:
        """An expression of that type."""
        if depth <= 0 or self.rng.random() < 0.2:
            return self.atom(type_, scope)
        if (call := scope.calls(type_)) is not None and self.rng.random() < 0.25:
            return call
        makers = {"bool": self._bool, "int": self._int}
        make = makers.get(type_) or (lambda scope, depth: self._float(type_, scope, depth)) if type_ not in BITS else None
        if make is not None:
            return make(scope, depth)
        return self._strong(type_, scope, depth)

    # --------------------------------------------------------------------------------------------------------------- atoms

    def atom(self, type_: str, scope: Scope) -> str:
        """A variable, an item of an array or a constant."""
        names = [name for name, has in scope.variables.items() if has == type_]
        arrays = [name for name, has in scope.arrays.items() if has == type_]
        if names and self.rng.random() < 0.75:
            return self.rng.choice(names)
        if arrays and self.rng.random() < 0.5:
            return f"{(name := self.rng.choice(arrays))}[{self.index(name, scope)}]"
        return self.literal(type_)

    def literal(self, type_: str) -> str:
        """A constant of that type."""
        if type_ == "bool":
            return self.rng.choice(["True", "False"])
        if type_ == "int":
            return str(self.rng.randint(-9, 9))
        if type_ in BITS:
            return f"{type_}({self.number(type_)})"
        number = self.rng.choice(["0.5", "1.25", "-3.0", "0.1", "7.75", "-0.0", "1e10", "2.0"])
        return number if type_ == "float" else f"{type_}({number})"

    def number(self, type_: str) -> int:
        """An integer that the type holds; often a small one, at times an end of the range."""
        bits, signed = BITS[type_], type_[0] == "i"
        low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
        return self.rng.choice([self.rng.randint(0, 9), self.rng.randint(0, 100), self.rng.randint(low, high), low, high])

    def index(self, array: str, scope: Scope) -> str:
        """An index that is in range."""
        if self.rng.random() < 0.4:
            return str(self.rng.choice([0, 1, 2, -1, -2]))
        return f"{self.wrapped(self.atom('int', scope))} % len({array})"

    def wrapped(self, text: str) -> str:
        return text if text.isidentifier() else f"({text})"

    # ------------------------------------------------------------------------------------------------------------ integers

    def _strong(self, type_: str, scope: Scope, depth: int) -> str:
        a = self.of(type_, scope, depth - 1)
        match self.rng.randrange(12):
            case 0:
                return f"{type_}({self.of(self.rng.choice(TYPES), scope, depth - 1)})"
            case 1:
                return f"({a} {self.rng.choice(['//', '%'])} {self.divisor(type_, scope, depth)})"
            case 2:
                count = self.rng.choice(["1", "3", str(BITS[type_]), f"({self.of('int', scope, 1)} & 15)"])
                return f"({a} {self.rng.choice(['<<', '>>'])} {count})"
            case 3:
                return self.rng.choice([f"(-{a})", f"(~{a})", f"abs({a})"])
            case 4:
                return f"{self.rng.choice(['min', 'max'])}({a}, {self.of(type_, scope, depth - 1)})"
            case 5:
                return self._conditional(type_, scope, depth)
            case 6:
                weak = self.of("int", scope, depth - 1)
                return f"({a} {self.rng.choice('+-*&|^')} {weak})" if type_ in ("i32", "i64") else a
            case 7:
                return f"({a} {self.rng.choice('+-*')} {self.rng.randint(0, 100)})"
            case 8:
                narrow = [other for other in INTEGERS if other[0] == type_[0] and BITS[other] <= BITS[type_]]
                return f"({self.of(self.rng.choice(narrow), scope, depth - 1)} {self.rng.choice('+-*')} {a})"
            case _:
                return f"({a} {self.rng.choice('+-*&|^')} {self.of(type_, scope, depth - 1)})"

    def divisor(self, type_: str, scope: Scope, depth: int) -> str:
        """Never zero, unless errors are wanted."""
        operand = self.of(type_, scope, depth - 2)
        names = [name for name, has in scope.variables.items() if has == type_]
        if scope.fails and names and self.rng.random() < 0.3:
            return self.rng.choice(names)
        return f"({operand} | 1)" if self.rng.random() < 0.7 else str(self.rng.choice([2, 3, 7, 10]))

    def _int(self, scope: Scope, depth: int) -> str:
        """Below 2**20 in size: each operation that makes it larger is brought back."""
        a, b = self.of("int", scope, depth - 1), self.of("int", scope, depth - 1)
        match self.rng.randrange(9):
            case 0:
                narrow = self.rng.choice(["i8", "u8", "i16", "u16", "bool"])
                return f"int({self.of(narrow, scope, depth - 1)})"
            case 1:
                return f"({a} {self.rng.choice(['//', '%'])} {self.divisor('int', scope, depth)})"
            case 2:
                return f"({a} >> {self.rng.randint(0, 5)})"
            case 3:
                return f"abs({a})"
            case 4:
                return f"{self.rng.choice(['min', 'max'])}({a}, {b})"
            case 5:
                return self._conditional("int", scope, depth)
            case 6:
                return f"({a} * {b} % {self.rng.choice([97, 1009, -101, 65536])})"
            case 7:
                return f"(int({self.of(self.rng.choice(['i32', 'u32', 'i64']), scope, depth - 1)}) % {self.rng.choice([13, 100, 4096])})"
            case _:
                return f"(({a} {self.rng.choice('+-&|^')} {b}) % 100003)"

    # -------------------------------------------------------------------------------------------------------------- floats

    def _float(self, type_: str, scope: Scope, depth: int) -> str:
        a, b = self.of(type_, scope, depth - 1), self.of(type_, scope, depth - 1)
        match self.rng.randrange(9):
            case 0:
                return f"{type_}({self.of(self.rng.choice([other for other in TYPES if other != type_]), scope, depth - 1)})"
            case 1:
                return f"({a} / {self.rng.choice(['2.0', '-0.7', '3'])})"
            case 2:
                return f"({a} {self.rng.choice(['//', '%'])} {self.rng.choice(['1.5', '-4.0', '0.3'])})"
            case 3:
                return self.rng.choice([f"(-{a})", f"abs({a})"])
            case 4:
                return f"{self.rng.choice(['min', 'max'])}({a}, {b})"
            case 5:
                return self._conditional(type_, scope, depth)
            case 6:
                return f"({a} {self.rng.choice('+-*')} {self.of('int', scope, depth - 1)})"
            case _:
                return f"({a} {self.rng.choice('+-*')} {b})"

    # --------------------------------------------------------------------------------------------------------------- bools

    def _bool(self, scope: Scope, depth: int) -> str:
        match self.rng.randrange(6):
            case 0:
                return f"(not {self.of('bool', scope, depth - 1)})"
            case 1 | 2:
                word = self.rng.choice(["and", "or"])
                return f"({self.of('bool', scope, depth - 1)} {word} {self.of('bool', scope, depth - 1)})"
            case 3:
                type_ = self.rng.choice(["int", "i32", "float", "u8"])
                a, b, c = (self.of(type_, scope, depth - 2) for _ in range(3))
                return f"({a} {self.comparison()} {b} {self.comparison()} {c})"
            case 4:
                left, right = self.rng.choice(INTEGERS), self.rng.choice([*INTEGERS, "int"])
                if "u64" in (left, right):  # which is compared with no signed type but int
                    left, right = "u64", self.rng.choice(["u64", "u8", "int"])
                return f"({self.of(left, scope, depth - 1)} {self.comparison()} {self.of(right, scope, depth - 1)})"
            case _:
                type_ = self.rng.choice([*FLOATS, "int", "i64", "u64", "bool"])
                return f"({self.of(type_, scope, depth - 1)} {self.comparison()} {self.of(type_, scope, depth - 1)})"

    def comparison(self) -> str:
        return self.rng.choice(["<", "<=", ">", ">=", "==", "!="])

    def _conditional(self, type_: str, scope: Scope, depth: int) -> str:
        test = self.of("bool", scope, depth - 1)
        return f"({self.of(type_, scope, depth - 1)} if {test} else {self.of(type_, scope, depth - 1)})"

"""
Random programs of async functions, as Python text, for comparison with asyncio: `program(seed)`.

    python tests/frontend/random_functions.py SEED      prints one

A program is a few helpers (`@device`, `@task`), which call those before them, and a kernel. What it computes depends on no schedule: tasks
that run side by side share no memory but channels and queues, each with one sender and one receiver and as many items as are taken out;
errors are made only where nothing runs beside.
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass
from typing import Any

from random_expressions import BITS, INTEGERS, LEAST, MOST, TYPES, Scope
from random_statements import Body, Helper
from random_tasks import ALL, PIPES, Tasks

HEAD = """import asyncio

from asyncir_python import Array, Channel, bf16, device, f16, f32, f64, i8, i16, i32, i64, kernel, task, u8, u16, u32, u64
"""


@dataclass(frozen=True)
class Program:
    """A program's text, and arguments for its kernel, `main`."""

    seed: int
    text: str
    args: tuple[Any, ...]


class Generator(Tasks):
    """Makes one program."""

    def __init__(self, seed: int, constructs: frozenset[str]) -> None:
        super().__init__(random.Random(seed), constructs)
        self.seed = seed

    def program(self) -> Program:
        """The program."""
        for _ in range(self.rng.randint(1, 4)):
            self.rng.choice([self._helper, self._helper, self._helper, self._recursive])()
        args = self._kernel()
        return Program(self.seed, HEAD + (PIPES if self.pipes else "") + "\n".join(self.lines) + "\n", args)

    # ----------------------------------------------------------------------------------------------------------- functions

    def _helper(self) -> None:
        is_async = self.rng.random() < 0.7
        name = f"{'task' if is_async else 'helper'}_{len(self.helpers)}"
        result = self.rng.choice([type_ for type_ in TYPES if type_ != "bool"])
        parameters = [self.rng.choice(TYPES) for _ in range(self.rng.randint(1, 3))]
        declared = ", ".join(f"p{i}: {type_}" for i, type_ in enumerate(parameters))
        self.lines += ["", "", "@task" if is_async else "@device", f"{'async ' if is_async else ''}def {name}({declared}) -> {result}:"]
        body = Body(Scope({f"p{i}": type_ for i, type_ in enumerate(parameters)}, fails=self.fails), 1, is_async, result=result)
        self.cost = 1
        self.statements(body, self.rng.randint(1, 4))
        if is_async and self.rng.random() < 0.4:
            self.emit(body, "await asyncio.sleep(0)")
        self.emit(body, f"return {self.of(result, body.scope)}")
        self.helpers.append(Helper(name, parameters, result, is_async, self.cost))

    def _recursive(self) -> None:
        """A task that starts two of its own kind, down to a depth."""
        name, type_ = f"tree_{len(self.helpers)}", self.rng.choice(INTEGERS)
        self.lines += ["", "", "@task", f"async def {name}(depth: int, x: {type_}) -> {type_}:"]
        body = Body(Scope({"x": type_}), 1, True)
        self.emit(body, "if depth <= 0:")
        self.emit(body.inside(), f"return {self.of(type_, body.scope, 2)}")
        both = ", ".join(f"{name}(depth - {self.rng.randint(1, 2)}, {self.of(type_, body.scope, 2)})" for _ in range(2))
        self.emit(body, f"a, b = await asyncio.gather({both})")
        body.scope.variables |= {"a": type_, "b": type_}
        self.emit(body, f"return {self.of(type_, body.scope)}")
        self.helpers.append(Helper(name, ["depth", type_], type_, True, 24))

    def _kernel(self) -> tuple[Any, ...]:
        parameters = [self.rng.choice(TYPES) for _ in range(self.rng.randint(2, 4))]
        element = self.rng.choice(["i32", "u8", "i64", "f32"]) if "array" in self.constructs else ""
        results = [self.rng.choice(TYPES) for _ in range(self.rng.randint(1, 3))]
        declared = ", ".join([f"p{i}: {type_}" for i, type_ in enumerate(parameters)] + ([f"a: Array[{element}]"] if element else []))
        self.lines += ["", "", "@kernel", f"async def main({declared}) -> tuple[{', '.join(results)}]:"]
        scope = Scope({f"p{i}": type_ for i, type_ in enumerate(parameters)}, {"a": element} if element else {}, fails=self.fails)
        body = Body(scope, 1, True)
        self.cost = 1
        self.statements(body, self.rng.randint(4, 9))
        self.emit(body, f"return ({', '.join(self.of(type_, scope) for type_ in results)},)")
        args = [self._argument(type_) for type_ in parameters]
        return (*args, (element, [self._argument(element) for _ in range(8)])) if element else tuple(args)

    def _argument(self, type_: str) -> Any:
        if type_ == "bool":
            return self.rng.random() < 0.5
        if type_ == "int":
            return self.rng.choice([self.rng.randint(-10, 10), self.rng.randint(LEAST, MOST)])
        if type_ in BITS:
            return self.number(type_)
        return self.rng.choice([0.0, 1.0, -2.5, 0.375, 100.0, -0.0, 30000.0])


def program(seed: int, constructs: frozenset[str] = ALL) -> Program:
    """The program of that number."""
    return Generator(seed, constructs).program()


if __name__ == "__main__":
    shown = program(int(sys.argv[1]))
    print(shown.text, "\n# arguments:", shown.args)

"""
Random functions whose lanes work together. They do not depend on the order of the turns of a lanes loop, so they give the same at each
width; one may do a thing that is not allowed, of the kinds of `MISTAKES`: then it is refused, or the thing made no difference.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

MISTAKES = ("a part used", "a part chosen from", "a choice summed", "a start counted", "a part stored", "a part added twice")
HEAD = """\
import asyncio
from asyncir_python import Array, atomic_add, atomic_max, i32, kernel, lane_any, lane_max, lane_min, lane_sum, lanes, zeros

@kernel
async def main(a: Array[i32], b: Array[i32], c: Array[i32]) -> tuple[i32, i32]:
    n = len(a)
    t = zeros(n, i32)
    u, v = a[0], i32(3)
    s, r = i32({start}), i32(0)
    m, low = u, i32(50)
"""


@dataclass(frozen=True)
class LanesProgram:
    """A function with the mistake that it may have."""

    seed: int
    text: str
    mistake: str | None


class _Writer:
    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.mistake = self.chance.choice([None, None, None, *MISTAKES])
        self.lines: list[str] = []
        self.counters = 0

    def add(self, depth: int, line: str) -> None:
        self.lines.append("    " * depth + line)

    def maybe(self, mistake: str) -> bool:
        return self.mistake == mistake and self.chance.random() < 0.3

    # ------------------------------------------------------------------------------------------------------- expressions

    def same(self, level: int = 2) -> str:
        """A number that all lanes have."""
        if self.maybe("a part used"):
            return self.chance.choice(["s", "r", "m"])
        if level == 0 or self.chance.random() < 0.3:
            number, place = self.chance.randint(-9, 9), self.chance.randint(0, 3)
            return self.chance.choice(["u", "v", "u", f"i32({number})", f"c[{place}]", "a[n - 1]", "b[0]", "t[1]"])
        left, right = self.same(level - 1), self.same(level - 1)
        return f"({left} {self.chance.choice('+-*')} {right})"

    def own(self, i: str, reads: str, level: int = 2) -> str:
        """A number of turn `i` of a loop that may read these arrays."""
        if level == 0 or self.chance.random() < 0.3:
            array = self.chance.choice(reads)
            return self.chance.choice([f"i32({i})", "u", f"{array}[{i}]", f"{array}[n - 1 - {i}]", f"i32({self.chance.randint(1, 5)})"])
        left, right = self.own(i, reads, level - 1), self.own(i, reads, level - 1)
        sign = self.chance.choice("+-*")
        return self.chance.choice([f"({left} {sign} {right})", f"min({left}, {right})", f"({left} if {right} > 2 else u)"])

    # -------------------------------------------------------------------------------------------------------- statements

    def lanes_loop(self, depth: int) -> None:
        self.counters += 1
        i, written = f"i{self.counters}", self.chance.choice(["b", "t", "", ""])
        reads = "".join(array for array in "abt" if array != written)
        self.add(depth, f"for {i} in lanes({self.chance.choice(['n', 'n', '1, n', 'n - 2'])}):")
        if self.chance.random() < 0.2:
            self.add(depth + 1, f"if {self.own(i, reads)} == 3:")
            self.add(depth + 2, "continue")
        for _ in range(self.chance.randint(1, 3)):
            self.turn(depth + 1, i, reads, written)

    def turn(self, depth: int, i: str, reads: str, written: str) -> None:
        kind = self.chance.randrange(8)
        value = self.own(i, reads)
        if kind == 0 and written:
            self.add(depth, f"{written}[{i}] = {'s' if self.maybe('a part stored') else value}")
        elif kind == 1:
            self.add(depth, f"atomic_add(c, {i} % 4, {value})")
        elif kind == 2:
            self.add(depth, f"m = max(m, {value})")
        elif kind == 3:
            self.add(depth, f"if {value} < low:")
            self.add(depth + 1, f"low = {value}")
        elif kind == 4 and depth < 5:
            self.add(depth, f"if {self.own(i, reads)} > {self.own(i, reads)}:")
            self.turn(depth + 1, i, reads, written)
        elif kind == 5 and depth < 4:
            self.add(depth, f"for k{depth} in range({self.chance.randint(1, 3)}):")
            self.turn(depth + 1, i, reads, written)
        else:
            extra = " + s" if self.maybe("a part added twice") else ""
            self.add(depth, f"{self.chance.choice('sr')} {self.chance.choice(['+=', '+=', '-='])} {value}{extra}")

    def statement(self, depth: int) -> None:
        kind = self.chance.randrange(12)
        if kind < 4:
            self.lanes_loop(depth)
        elif kind == 4:
            self.add(depth, f"u = {'lane_max' if self.maybe('a part chosen from') else 'lane_sum'}(s)")
        elif kind == 5:
            self.add(depth, f"v = {'lane_sum(m)' if self.maybe('a choice summed') else 'lane_max(m) - lane_min(low)'}")
        elif kind == 6:
            self.add(depth, f"c[{self.chance.randint(0, 3)}] {self.chance.choice(['=', '+='])} {self.same()}")
        elif kind == 7:
            self.add(depth, f"u, v = v, {self.same()}")
        elif kind == 8:
            self.add(depth, self.chance.choice(["s = i32(0)", "m = u", "await asyncio.sleep(0)", f"v = atomic_max(c, 2, {self.same()})"]))
        elif depth < 3:
            condition = f"{self.same()} > {self.same()}"
            self.counters += 1
            self.add(depth, f"if {condition}:" if kind < 11 else f"for q{self.counters} in range({self.chance.randint(1, 3)}):")
            for _ in range(self.chance.randint(1, 3)):
                self.statement(depth + 1)
        else:
            self.add(depth, "r = i32(0)")


def lanes_program(seed: int) -> LanesProgram:
    """The program of a seed."""
    writer = _Writer(seed)
    for _ in range(writer.chance.randint(3, 7)):
        writer.statement(1)
    writer.add(1, "return u + lane_sum(s), v - lane_sum(r) + lane_max(m)")
    text = HEAD.format(start=5 if writer.mistake == "a start counted" else 0) + "\n".join(writer.lines) + "\n"
    return LanesProgram(seed, text, writer.mistake)

"""Machines of any size for layout: what its time grows with is how many values live across how many suspensions."""

from __future__ import annotations

import random


def rolling(values: int, suspensions: int) -> str:
    """Each value is used two suspensions after it was loaded."""
    each = values // suspensions
    lines = ['sm.machine @m(%h: !async.value<i32>, %p: memref<?xi32>) attributes {scope = "lane"} {', "%c0 = arith.constant 0 : index"]
    for number in range(suspensions):
        lines += [f"%v{number}_{k} = memref.load %p[%c0] : memref<?xi32>" for k in range(each)]
        lines += [f"sm.suspend await(%h) {number + 1} : (!async.value<i32>) -> i32 [^n{number}]", f"^n{number}(%w{number}: i32):"]
        lines += [f"memref.store %v{number - 1}_{k}, %p[%c0] : memref<?xi32>" for k in range(each) if number]
    return "\n".join([*lines, "sm.return", "}"])


def long_lived(values: int, suspensions: int, *, pure: bool) -> str:
    """A few values in front of each suspension, each used behind some later one; if `pure`, computed from one argument."""
    rng, used, each = random.Random(values), [list[int]() for _ in range(suspensions)], values // suspensions
    lines = ['sm.machine @m(%p: memref<?xi32>, %x: i32) attributes {scope = "lane"} {', "%c0 = arith.constant 0 : index"]
    for number in range(suspensions):
        for value in range(number * each, number * each + each):
            if pure:
                lines += [f"%c_{value} = arith.constant {value} : i32", f"%v{value} = arith.muli %x, %c_{value} : i32"]
            else:
                lines.append(f"%v{value} = memref.load %p[%c0] : memref<?xi32>")
            used[rng.randrange(number, suspensions)].append(value)
        lines += [f"sm.suspend yield() {number + 1} : () -> () [^n{number}]", f"^n{number}:"]
        lines += [f"memref.store %v{value}, %p[%c0] : memref<?xi32>" for value in used[number]]
    return "\n".join([*lines, "sm.return", "}"])

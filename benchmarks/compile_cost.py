"""
What compilation costs per operation, from the parsed module to PTX text, as programs grow: 100, 1,000 and 10,000 operations.

The marginal cost from 1,000 to 10,000 may be at most twice that from 100 to 1,000: nothing is quadratic.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

from report import Table, run

from asyncir.compiler import Options, compile_module
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module

SIZES = (100, 1_000, 10_000)
REPEATS = 3
MOST = 2.0

HEAD = "func.func @k(%x: i32, %y: i32, %c: i1, %a: memref<?xi32>) -> i32 attributes {task.kernel} {\n  %i = arith.constant 0 : index\n"


def straight_line(count: int) -> str:
    """A chain of arithmetic."""
    kinds = ("addi", "muli", "xori", "subi")
    lines = [f"  %v{n} = arith.{kinds[n % 4]} {f'%v{n - 1}' if n else '%x'}, {'%y' if n % 3 else '%x'} : i32" for n in range(count)]
    return HEAD + "\n".join(lines) + f"\n  return %v{count - 1} : i32\n}}\n"


def memory(count: int) -> str:
    """Loads, additions and stores: the optimiser may not merge them."""
    lines: list[str] = []
    for n in range(count // 4):
        lines += [
            f"  %j{n} = arith.constant {n} : index",
            f"  %l{n} = memref.load %a[%j{n}] : memref<?xi32>",
            f"  %s{n} = arith.addi %l{n}, %y : i32",
            f"  memref.store %s{n}, %a[%j{n}] : memref<?xi32>",
        ]
    return HEAD + "\n".join(lines) + "\n  return %y : i32\n}\n"


def blocks(count: int) -> str:
    """Many small blocks with branches forward, four operations each."""
    lines = ["  cf.br ^b0(%x : i32)"]
    total = count // 4
    for n in range(total):
        lines += [
            f"^b{n}(%p{n}: i32):",
            f"  %q{n} = arith.muli %p{n}, %y : i32",
            f"  %r{n} = arith.xori %q{n}, %x : i32",
            f"  %t{n} = arith.cmpi slt, %r{n}, %p{n} : i32",
            f"  cf.cond_br %t{n}, ^b{n + 1}(%r{n} : i32), ^b{min(n + 2, total)}(%q{n} : i32)",
        ]
    return HEAD + "\n".join(lines) + f"\n^b{total}(%end: i32):\n  return %end : i32\n}}\n"


def suspensions(count: int) -> str:
    """Many suspensions with values that live across them."""
    lines: list[str] = []
    for n in range(count // 4):
        before = f"%u{n - 1}" if n else "%x"
        lines += [
            f"  %s{n} = arith.addi {before}, %y : i32",
            "  task.yield_now",
            f"  %t{n} = arith.muli %s{n}, {before} : i32",
            f"  %u{n} = arith.xori %t{n}, %y : i32",
        ]
    return HEAD + "\n".join(lines) + f"\n  return %u{count // 4 - 1} : i32\n}}\n"


KINDS: dict[str, Callable[[int], str]] = {
    "straight line": straight_line,
    "loads and stores": memory,
    "blocks": blocks,
    "suspensions": suspensions,
}


def seconds(text: str) -> float:
    """The best time to PTX text: other processes only ever make it longer."""
    module = parse_module(text, "k.mlir", make_context())
    best = float("inf")
    for _ in range(REPEATS):
        gc.collect()
        start = time.perf_counter()
        compiled = compile_module(module, "k", "cuda", Options())
        best = min(best, time.perf_counter() - start)
        assert compiled.ptx
    return best


def measure() -> Table:
    """Times and marginal costs of each kind of program."""
    seconds(straight_line(10))  # imports
    columns = ("program", *(f"{size:,} ops, s" for size in SIZES), "100-1k, us/op", "1k-10k, us/op", "ratio", "at most")
    table = Table("Compile cost: parsed module to PTX text", columns)
    for name, make in KINDS.items():
        times = [seconds(make(size)) for size in SIZES]
        costs = [1e6 * (times[k + 1] - times[k]) / (SIZES[k + 1] - SIZES[k]) for k in range(2)]
        table.add(name, *times, *costs, costs[1] / costs[0], MOST)
    return table


if __name__ == "__main__":
    run(measure, "Compile cost per operation, by the size of the program.")

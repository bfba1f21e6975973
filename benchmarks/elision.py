"""
What is left of tasks that are only awaited: nothing. The PTX of the demo kernel against the same arithmetic without tasks.

No loop, no memory access but for parameters and results, and the same number of instructions (within two).
"""

from __future__ import annotations

import re
from pathlib import Path

from report import ROOT, Table, run

import asyncir

ARCHS = ("sm_80", "sm_90")
MOST_DIFFERENCE = 2

BY_HAND = """
func.func @demo(%val: i32, %flag: i1) -> (i32, i32, i32, i32, i32, i32) attributes {task.kernel} {
  %hundred = arith.constant 100 : i32
  %two = arith.constant 2 : i32
  %doubled = arith.addi %val, %val : i32
  %sum = arith.addi %val, %doubled : i32
  %chained = arith.addi %sum, %sum : i32
  %conditional = arith.select %flag, %doubled, %val : i32
  %steps = arith.addi %doubled, %doubled : i32
  %right = arith.addi %chained, %chained : i32
  %block = arith.addi %doubled, %right : i32
  %product = arith.muli %val, %two : i32
  %combined = arith.addi %product, %hundred : i32
  return %doubled, %chained, %conditional, %steps, %block, %combined : i32, i32, i32, i32, i32, i32
}
"""


def instructions(ptx: str, entry: str) -> list[str]:
    """The instructions of a kernel, in order, labels among them."""
    body = ptx[ptx.index(f".entry {entry}") :]
    body = body[body.index("\n{") : body.index("\n}")]
    found: list[str] = []
    for line in body.splitlines():
        text = line.split("//")[0].strip()
        if text and not text.startswith((".", "{", "}")):
            found.append(text)
    return found


def jumps_back(code: list[str]) -> int:
    """How many branches go to a label before them: the loops."""
    seen: set[str] = set()
    count = 0
    for text in code:
        if label := re.match(r"(\$[\w$]+):", text):
            seen.add(label.group(1))
        elif "bra" in text and any(target in seen for target in re.findall(r"\$[\w$]+", text)):
            count += 1
    return count


def memory_accesses(code: list[str]) -> dict[str, int]:
    """Loads, stores, atomics and fences by what they touch."""
    counts: dict[str, int] = {}
    for text in code:
        operation = re.match(r"(?:@\S+\s+)?(ld|st|atom|red|fence|membar)(\.\w+)*", text)
        if operation:
            parts = operation.group(0).split()[-1].split(".")
            space = next((part for part in parts if part in ("param", "global", "shared", "local", "const")), "generic")
            name = f"{parts[0]}.{space}"
            counts[name] = counts.get(name, 0) + 1
    return counts


def measure() -> Table:
    """Counts for each architecture."""
    columns = ("architecture", "kernel", "instructions", "jumps back", "memory accesses")
    table = Table(f"Elision: PTX of the demo; the counts may differ by {MOST_DIFFERENCE}", columns)
    demo, by_hand = asyncir.compile(Path(ROOT, "examples", "demo_async.mlir")), asyncir.compile(BY_HAND)
    for arch in ARCHS:
        for name, program in (("six tasks", demo), ("by hand", by_hand)):
            code = instructions(program.ptx("demo", arch=arch), "demo")
            count = sum(1 for text in code if not text.endswith(":"))
            accesses = ", ".join(f"{number} {what}" for what, number in sorted(memory_accesses(code).items()))
            table.add(arch, name, count, jumps_back(code), accesses)
    return table


if __name__ == "__main__":
    run(measure, "What is left of elided tasks in the demo's PTX.")

"""
One heavy state beside four light ones: what the heavy one costs all of them while they share a kernel.

Registers and warps/SM for sm_90a, predicted by the model and real (ptxas): of the kernel that holds all tasks (merged), and of kernels
that hold the heavy task or the light ones alone (separated).

    PYTHONPATH=. python benchmarks/heavy_light.py [--record]
"""

from __future__ import annotations

import json

from report import Table, run

import asyncir
from asyncir.compiler import Options

LIVE = 96
LIGHT = 4
ARCH = "sm_90a"


def heavy() -> str:
    """Reads LIVE values and needs all of them at once behind a suspension: what it writes might be what it reads."""
    lines = ["async.func @heavy(%a: memref<?xf32>, %b: memref<?xf32>) -> !async.value<f32> {"]
    lines += [f"  %c{n} = arith.constant {n} : index" for n in range(LIVE)]
    lines += ["  task.yield_now"]
    lines += [f"  %v{n} = memref.load %a[%c{n}] : memref<?xf32>" for n in range(LIVE)]
    lines += [f"  %w{n} = arith.mulf %v{n}, %v{(n * 7 + LIVE // 2) % LIVE} : f32" for n in range(LIVE)]
    lines += [f"  memref.store %w{n}, %b[%c{n}] : memref<?xf32>" for n in range(LIVE)]
    return "\n".join([*lines, "  return %w0 : f32", "}"])


def light(number: int) -> str:
    """Adds to a number, in two segments."""
    return f"""\
async.func @light{number}(%x: f32) -> !async.value<f32> {{
  task.yield_now
  %c = arith.constant {number}.5 : f32
  %y = arith.addf %x, %c : f32
  return %y : f32
}}"""


def program(with_heavy: bool, with_light: bool) -> str:
    """A kernel that starts the tasks and awaits them."""
    parts = ([heavy()] if with_heavy else []) + ([light(n) for n in range(LIGHT)] if with_light else [])
    lines = ["func.func @k(%a: memref<?xf32>, %b: memref<?xf32>, %x: f32) attributes {task.kernel} {"]
    calls = [("heavy", "%a, %b", "memref<?xf32>, memref<?xf32>")] if with_heavy else []
    calls += [(f"light{n}", "%x", "f32") for n in range(LIGHT)] if with_light else []
    lines += [f"  %h{i} = async.call @{name}({value}) : ({type_}) -> !async.value<f32>" for i, (name, value, type_) in enumerate(calls)]
    lines += [f"  %r{i} = async.await %h{i} : !async.value<f32>" for i in range(len(calls))]
    return "\n".join([*parts, *lines, "  return", "}"])


def measure() -> Table:
    """Explains the three kernels."""
    table = Table(
        "One heavy state beside four light ones, sm_90a",
        [
            "kernel",
            "registers, predicted",
            "registers, ptxas",
            "warps/SM",
            "spills, bytes",
            "light registers, predicted",
            "light warps/SM, predicted",
        ],
    )
    for name, kinds in (("merged", (True, True)), ("heavy alone", (True, False)), ("light alone", (False, True))):
        source = asyncir.compile(program(*kinds), filename=f"{name.replace(' ', '_')}.mlir")
        explained = json.loads(source.explain("k", options=Options(executor="dynamic", elide=False, arch=ARCH)).to_json())
        kernel = explained["kernels"][0]
        # What registers allow: a launch may ask for fewer blocks than fit.
        kernel["warps"] = next(limit["warps"] for limit in kernel["limits"] if limit["name"] == "registers")
        keys = ("predicted_registers", "registers", "warps", "spill_bytes", "light_registers", "light_warps_per_sm")
        table.add(name, *(kernel[key] for key in keys))
    return table


if __name__ == "__main__":
    run(measure, "Registers and occupancy of a heavy task and light ones, merged and separated.")

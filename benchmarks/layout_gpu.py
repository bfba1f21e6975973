"""
What a frame layout costs on a GPU: time and occupancy of one program under every policy, in one run.

The program: `instances` roots of warp scope, each with 48 values of which every lane has its own and 48 that are the same in all
lanes, live over 3 suspensions (`yield_now`, so that every task parks each time). Medians of 5, the policies in turns, so that drift
meets all of them: the kernel between two events in its stream, and the whole launch, with packing arguments, clearing memory and
reading results. What a suspension takes of a worker's time is the kernel's time, the workers' number and the suspensions' put together.

    PYTHONPATH=. python benchmarks/layout_gpu.py [--record]
"""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import dataclass

import numpy as np
from report import Table, run

import asyncir
from asyncir.compiler import Options
from asyncir.program import Program

VALUES = 48
SUSPENSIONS = 3
INSTANCES = 100_000
ARENA = 3 << 30
REPEATS = 5
POLICIES = (
    ("bound", "cost"),
    ("bound", "off"),
    ("per-value", "off"),
    ("union", "off"),
    ("rustc", "off"),
    ("llvm", "off"),
)


def source() -> str:
    """The program's text."""
    lines = [
        "func.func @k(%a: memref<?xf32>, %b: memref<?xf32>) -> f32 attributes {task.kernel} {",
        "  %lane = gpu.lane_id",
    ]
    for n in range(VALUES):
        lines += [
            f"  %c{n} = arith.constant {n} : index",
            f"  %o{n} = arith.constant {n * 32} : index",
            f"  %i{n} = arith.addi %lane, %o{n} : index",
            f"  %d{n}_0 = memref.load %a[%i{n}] : memref<?xf32>",
            f"  %u{n}_0 = memref.load %b[%c{n}] : memref<?xf32>",
        ]
    for s in range(SUSPENSIONS):
        lines.append("  task.yield_now")
        for n in range(VALUES):
            lines += [
                f"  %d{n}_{s + 1} = arith.addf %d{n}_{s}, %u{(n + 1) % VALUES}_{s} : f32",
                f"  %u{n}_{s + 1} = arith.addf %u{n}_{s}, %u{(n + 7) % VALUES}_{s} : f32",
            ]
    total = f"%d0_{SUSPENSIONS}"
    for n in range(1, VALUES):
        lines.append(f"  %s{n} = arith.addf {total}, %d{n}_{SUSPENSIONS} : f32")
        lines.append(f"  %t{n} = arith.addf %s{n}, %u{n}_{SUSPENSIONS} : f32")
        total = f"%t{n}"
    lines += [f"  %r = gpu.subgroup_reduce add {total} : (f32) -> f32", "  return %r : f32", "}"]
    return "\n".join(lines)


def expected(a: np.ndarray, b: np.ndarray) -> float:
    """The result in double precision."""
    d = a.astype(np.float64).reshape(VALUES, 32)
    u = b.astype(np.float64)
    for _ in range(SUSPENSIONS):
        d, u = d + np.roll(u, -1)[:, None], u + np.roll(u, -7)
    return float(d.sum() + 32 * u[1:].sum())


@dataclass(frozen=True)
class Times:
    """Of one launch, in ms."""

    whole: float
    kernel: float
    workers: int


def launch(program: Program, a: np.ndarray, b: np.ndarray, policy: str, remat: str) -> tuple[Times, np.ndarray]:
    start = time.perf_counter()
    outcome = program.run("k", a, b, target="cuda", instances=INSTANCES, policy=policy, remat=remat, arena=ARENA, deadline=60.0)
    whole = (time.perf_counter() - start) * 1e3
    return Times(whole, outcome.stats["kernel_ms"], outcome.stats["workers"]), outcome.results[0]


def measure() -> Table:
    """Runs everything and fills the table."""
    rng = np.random.default_rng(1)
    a, b = rng.random(VALUES * 32, dtype=np.float32), rng.random(VALUES, dtype=np.float32)
    program = asyncir.compile(source(), filename="layout.mlir")
    want = expected(a, b)
    times: dict[tuple[str, str], list[Times]] = {way: [] for way in POLICIES}
    for _ in range(REPEATS + 1):
        for way in POLICIES:
            took, got = launch(program, a, b, *way)
            assert np.allclose(got, want, rtol=1e-4), (way, got[:3], want)
            times[way].append(took)
    kernel = {way: statistics.median(one.kernel for one in found[1:]) for way, found in times.items()}
    table = Table(
        "Layout policies on a GPU: 48 divergent and 48 uniform values over 3 suspensions",
        [
            "policy",
            "remat",
            "frame, bytes a warp",
            "traffic, bytes",
            "registers",
            "warps/SM",
            "kernel, ms",
            "against per-value",
            "us of a worker a suspension",
            "whole launch, ms",
        ],
    )
    for way in POLICIES:
        policy, remat = way
        whole = statistics.median(one.whole for one in times[way][1:])
        each = kernel[way] * 1e3 * times[way][-1].workers / (INSTANCES * SUSPENSIONS)
        explained = json.loads(program.explain("k", options=Options(policy=policy, remat=remat, arch="sm_90a")).to_json())
        said, machine = explained["kernels"][0], explained["machines"][0]
        sizes = (machine["frame_bytes"], machine["traffic_bytes"], said["registers"], said["warps_per_sm"])
        table.add(policy, remat, *sizes, kernel[way], kernel[way] / kernel["per-value", "off"], each, whole)
    return table


if __name__ == "__main__":
    run(measure, "Time and occupancy of one program under every layout policy, on a GPU.")

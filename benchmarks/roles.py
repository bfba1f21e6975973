"""
Kernels of roles under the static executor: triad and covariance at full size, and the hand-over of slots between two warps.

    python benchmarks/roles.py [triad] [covariance] [channel]

A line a setting, as benchmarks/peers prints them, with the time of the kernel alone: the best of some launches. Peers in CUDA C++ are
benchmarks/peers/{triad,covariance,channel}.cu. `registers` are ptxas's, for one thread.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

import asyncir
from asyncir.program import Program

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
LAUNCHES = 7
DEADLINE = 60.0

FILL = """
// x[i] = ((i + i / 2^25) * 7 + seed) mod 8: rows of 2^25 differ.
func.func @fill(%x: memref<?xf32>, %seed: i32) attributes {task.kernel} {
  %c7 = arith.constant 7 : i32
  %c25 = arith.constant 25 : i32
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  %first = task.instance : index
  %step = task.num_instances : index
  scf.for %i = %first to %n step %step {
    %k = arith.index_cast %i : index to i32
    %row = arith.shrui %k, %c25 : i32
    %kr = arith.addi %k, %row : i32
    %k7 = arith.muli %kr, %c7 : i32
    %ks = arith.addi %k7, %seed : i32
    %m = arith.andi %ks, %c7 : i32
    %v = arith.sitofp %m : i32 to f32
    memref.store %v, %x[%i] : memref<?xf32>
  }
  return
}
"""

CHANNEL = """
!tile = memref<32xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>
async.func @write(%n: index, %ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %lane = gpu.lane_id
  %own = arith.index_cast %lane : index to i32
  scf.for %t = %c0 to %n step %c1 {
    %slot, %tile = task.acquire_slot %ch writer 0 : !tiles
    %k = arith.index_cast %t : index to i32
    %v = arith.addi %k, %own : i32
    memref.store %v, %tile[%lane] : !tile
    task.commit_slot %slot : !task.slot<!tile>
  }
  task.close %ch : !tiles
  return
}
async.func @read(%out: memref<32xi32>, %n: index, %ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %lane = gpu.lane_id
  %sum = scf.for %t = %c0 to %n step %c1 iter_args(%s = %zero) -> (i32) {
    %slot, %tile, %ok = task.receive_slot %ch reader 0 : !tiles
    %v = memref.load %tile[%lane] : !tile
    %w = arith.addi %s, %v : i32
    task.release_slot %slot : !task.slot<!tile>
    scf.yield %w : i32
  }
  memref.store %sum, %out[%lane] : memref<32xi32>
  return
}
func.func @main(%out: memref<32xi32>, %n: index) attributes {task.kernel} {
  %ch = task.tile_channel {depth = DEPTH : i32} : !tiles
  %0 = async.call @write(%n, %ch) : (index, !tiles) -> !async.token
  %1 = async.call @read(%out, %n, %ch) : (memref<32xi32>, index, !tiles) -> !async.token
  async.await %0 : !async.token
  async.await %1 : !async.token
  return
}
"""


class OnGpu:
    """An array of f32 in device memory."""

    def __init__(self, *shape: int) -> None:
        from asyncir.runtime.cuda_driver import DeviceMemory, make_current

        make_current()
        self.shape = shape
        self.memory = DeviceMemory(4 * int(np.prod(shape)))
        described = {"version": 3, "shape": shape, "typestr": "<f4", "data": (self.memory.address, False)}
        self.__cuda_array_interface__ = described | {"stream": None}

    def flat(self) -> OnGpu:
        """The same memory, with one dimension."""
        view = object.__new__(OnGpu)
        view.shape, view.memory = (int(np.prod(self.shape)),), self.memory
        view.__cuda_array_interface__ = self.__cuda_array_interface__ | {"shape": view.shape}
        return view

    def zero(self) -> None:
        """Clears it."""
        from asyncir.runtime.cuda_driver import clear, finish_stream

        clear(self.memory.address, self.memory.size, 0)
        finish_stream(0)

    def values(self) -> np.ndarray:
        """A copy of it here."""
        from asyncir.runtime.cuda_driver import copy_to_host

        found = np.empty(self.shape, np.float32)
        copy_to_host(int(found.ctypes.data), self.memory.address, self.memory.size)
        return found


def fill(array: OnGpu, seed: int) -> None:
    """Small whole numbers, of which sums are exact."""
    asyncir.compile(FILL, filename="fill.mlir").run(None, array.flat(), seed, target="cuda", instances=1 << 18, deadline=DEADLINE)


def timed(program: Program, *args: Any, instances: int = 1, before: Callable[[], None] = lambda: None) -> float:
    """The kernel's time in ms: the best launch."""
    times: list[float] = []
    for _ in range(LAUNCHES):
        before()
        outcome = program.run(None, *args, target="cuda", executor="static", instances=instances, deadline=DEADLINE)
        times.append(float(outcome.stats["kernel_ms"] or 0))
    return min(times)


def registers(program: Program) -> int:
    """Of a thread."""
    from asyncir.lowering.ptxas import assemble

    kernels = assemble(program.ptx(executor="static", arch="sm_90"), "sm_90").kernels
    return next(iter(kernels.values())).registers


def fits(blocks: int, size: int) -> bool:
    """Whether a multiprocessor has the shared memory for so many blocks with tiles of that many bytes."""
    return blocks * (size + 2048) <= 227 * 1024


def triad(processors: int) -> Iterator[str]:
    """2^28 elements: 3 GiB are read and written."""
    n = 1 << 28
    a, b, c = OnGpu(n), OnGpu(n), OnGpu(n)
    fill(b, 1)
    fill(c, 5)
    expected = b.values() + np.float32(3) * c.values()
    text = (EXAMPLES / "triad.mlir").read_text(encoding="utf-8")
    for tile, depth in product((512, 1024, 2048), (2, 4)):
        source = text.replace("2x1024", f"2x{tile}").replace("constant 1024", f"constant {tile}").replace("depth = 4", f"depth = {depth}")
        program = asyncir.compile(source, filename="triad.mlir")
        needs = registers(program)
        for blocks in [blocks for blocks in (2, 4, 6, 8) if fits(blocks, tile * 8 * depth)]:
            a.zero()
            ms = timed(program, a, b, c, 3.0, instances=processors * blocks)
            ok = np.array_equal(a.values(), expected)
            knobs = f"tile={tile} depth={depth} blocks_per_sm={blocks} registers={needs}"
            yield f"triad row=try variant=asyncir {knobs} ms={ms:.4f} gbs={3 * 4 * n / ms / 1e6:.1f} ok={int(ok)}"


def covariance(processors: int) -> Iterator[str]:
    """2^25 samples of 24 channels: 3 GiB are read."""
    n = 1 << 25
    x, sums = OnGpu(24, n), OnGpu(24, 24)
    fill(x, 3)
    some = x.values()[:, : 1 << 16].astype(np.float64)
    expected = np.triu(some @ some.T) * (n >> 16)  # it repeats itself after 8 samples
    text = (EXAMPLES / "covariance.mlir").read_text(encoding="utf-8")
    for tile, depth in ((128, 2), (256, 2), (256, 4), (512, 2), (512, 4), (1024, 2)):
        source = text.replace("24x128x", f"24x{tile}x").replace("constant 128", f"constant {tile}").replace("depth = 4", f"depth = {depth}")
        program = asyncir.compile(source, filename="covariance.mlir")
        needs = registers(program)
        for blocks in [blocks for blocks in (1, 2, 3, 4) if fits(blocks, tile * 96 * depth)]:
            ms = timed(program, x, sums, instances=processors * blocks, before=sums.zero)
            error = np.max(np.abs(sums.values() - expected) / np.maximum(expected, 1))
            knobs = f"tile={tile} depth={depth} blocks_per_sm={blocks} registers={needs}"
            found = f"ms={ms:.4f} gbs={24 * 4 * n / ms / 1e6:.1f} error={error:.1e} ok={int(error < 1e-4)}"
            yield f"covariance row=try variant=asyncir {knobs} {found}"


def channel(_: int) -> Iterator[str]:
    """A word a lane, from one warp to another: the difference between many slots and few."""
    few, many = 20_000, 420_000
    for depth in (1, 2, 4, 8):
        program = asyncir.compile(CHANNEL.replace("DEPTH", str(depth)), filename="channel.mlir")
        out = np.zeros(32, np.int32)
        times = [timed(program, out, slots) for slots in (few, many)]
        numbers = np.arange(many, dtype=np.int64).sum() + many * np.arange(32)
        ok = np.array_equal(out, numbers.astype(np.int32))
        ns = (times[1] - times[0]) * 1e6 / (many - few)
        knobs = f"depth={depth} registers={registers(program)}"
        yield f"channel row=try variant=asyncir {knobs} ns={ns:.1f} cycles={ns * clock() / 1e3:.1f} ok={int(ok)}"


def clock() -> float:
    """The processors' highest clock, in MHz, at which a kernel of one block runs."""
    query = ["nvidia-smi", "--query-gpu=clocks.max.sm", "--format=csv,noheader,nounits"]
    return float(re.findall(r"[\d.]+", subprocess.run(query, capture_output=True, text=True, check=True).stdout)[0])


def main(names: list[str]) -> int:
    """Prints the rows asked for, and the best of each program; 1 if one is wrong."""
    from asyncir.runtime.cuda_driver import make_current

    processors = int(make_current().properties.multiprocessor_count)
    wrong = 0
    for name, rows in (("channel", channel), ("triad", triad), ("covariance", covariance)):
        found: list[str] = []
        for row in rows(processors) if not names or name in names else ():
            print(row, flush=True)
            found.append(row)
        wrong += sum("ok=0" in row for row in found)
        if found and name != "channel":
            print(min(found, key=lambda row: float(re.findall(r" ms=([\d.]+)", row)[0])).replace("row=try", "row=best"), flush=True)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The blocks in which a kernel is launched on a GPU, unless the launch says otherwise, and what keeps more of them from fitting."""

from __future__ import annotations

from dataclasses import dataclass

from asyncir import abi
from asyncir.chips import Chip, Occupancy, block_limits, occupancy
from asyncir.explain.records import WarpLimit


@dataclass(frozen=True)
class Blocks:
    """Of a kernel's launch."""

    warps: int
    """In a block."""
    shared_bytes: int
    """Of a block: the stacks of its lanes and what else its workers have for themselves."""
    most: int
    """The most on a multiprocessor; 0: as many as fit."""
    alone: bool
    """Whether nothing but the kernel's own tasks runs, each to its end on the thread or warp on which it begins."""

    @property
    def threads(self) -> int:
        """In a block."""
        return 32 * self.warps


def blocks_of(entry: abi.Entry) -> Blocks:
    """As the runtime launches an entry whose launch asks for nothing special (runtime/cuda.py)."""
    if entry.executor == "static":
        return Blocks(entry.block_warps, entry.block_bytes, 0, alone=True)
    if entry.executor != "dynamic" or not entry.waits:
        return Blocks(abi.BLOCK_WARPS, 0, 0, alone=True)
    workspace = entry.workspace_bytes + 4 * 32 * entry.stack_words
    aligned = -(-workspace // abi.OBJECT_ALIGNMENT) * abi.OBJECT_ALIGNMENT
    return Blocks(entry.block_warps, entry.block_warps * aligned, entry.blocks_per_processor, alone=False)


def fitting(target: Chip, registers: int, shared_bytes: int, blocks: Blocks) -> tuple[Occupancy, tuple[WarpLimit, ...]]:
    """What a multiprocessor holds of a kernel that needs so much, and how many warps each resource has room for."""
    asked = (target, registers, shared_bytes, blocks.threads, blocks.most)
    limits = tuple(WarpLimit(name, number * blocks.warps) for name, number in block_limits(*asked).items())
    return occupancy(*asked), limits

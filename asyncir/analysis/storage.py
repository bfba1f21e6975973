"""
Where a machine's frame stands while its task is suspended, and which states should be kernels or roles of their own.

Storage is chosen by what the executor in place offers; of that, the nearest:

    none        no suspension: there is no frame
    registers   nothing else runs on the task's warp: values stay where they are
    shared      on the lane's stack in shared memory, word-major so that lanes do not conflict, where the executor has stacks (`Stacks`) and
                the machine is fork-join: its heap frame is filled only when the task is exported (stolen, out of room, failed);
                or, of an executor that keeps frames there, where those of all tasks that a warp holds cost no occupancy
    global      else: a frame in the arena

Inline offers `registers`. Dynamic offers stacks to fork-join machines and the arena to all.

States are told apart by the registers each would need alone: the kernel that runs them all needs what the heaviest does, so a
heavy state costs the others their occupancy. Heavy are the states behind the largest step when all are put in the order of the
warps an SM holds of them; where there is no step, none is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from asyncir.chips import Chip, Limit, chip, occupancy
from asyncir.dialects import sm
from asyncir.errors import InputError

StorageName = Literal["none", "registers", "shared", "global"]

THREADS_PER_BLOCK = 128
DYNAMIC = frozenset[StorageName]({"registers", "global"})
"""What the dynamic executor offers beside stacks: frames in the arena; registers where a kernel needs no scheduler."""

INLINE = frozenset[StorageName]({"registers"})


@dataclass(frozen=True)
class Stacks:
    """Lanes' stacks as an executor offers them to one machine."""

    block_bytes: int
    """Of shared memory, for all lanes of a block."""
    most_blocks: int
    """How many blocks of a multiprocessor the launch asks for."""
    obstacle: str | None = None
    """What keeps this machine off them."""


@dataclass(frozen=True)
class Storage:
    """A machine's storage, why, and what it means for occupancy."""

    name: StorageName
    reason: str
    shared_bytes: int
    """Of a block, for the frames of this machine alone."""
    warps_per_sm: int
    limited_by: Limit


def frame_bytes_of_warp(machine: sm.MachineOp, header_bytes: int, width: int) -> int:
    """The bytes of the frames that one warp holds at a time: its own in warp scope, one for each lane in lane scope."""
    assert machine.frame is not None, "frames are known once layout-frames has run"
    lanes = 1 if machine.scope.data == "lane" else width
    return width // lanes * (header_bytes + machine.frame.room_bytes(lanes))


def choose_storage(
    machine: sm.MachineOp,
    registers: int,
    arch: str,
    offered: frozenset[StorageName] = DYNAMIC,
    *,
    header_bytes: int = 0,
    alone: bool = False,
    threads_per_block: int = THREADS_PER_BLOCK,
    stacks: Stacks | None = None,
) -> Storage:
    """
    The storage of a laid-out machine's frame in a kernel of that many registers, chosen by what the executor in place offers.

    `offered` is what it can do for any machine and `stacks` what it has besides, if lanes have stacks; `alone` says that nothing but this
    task runs on its warp, from its start or its suspension on; `header_bytes` are a frame's beside its payload. Raises InputError if
    nothing fitting is offered.
    """
    target = chip(arch)
    free = occupancy(target, registers, 0, threads_per_block)

    def take(name: StorageName, reason: str) -> Storage:
        return Storage(name, reason, 0, free.warps_per_sm, free.limited_by)

    suspends = any(isinstance(block.last_op, sm.SuspendOp) for block in machine.body.blocks)
    if "registers" in offered and alone:
        return take("registers", "nothing else runs on its warp" if suspends else "it never suspends, and nothing else runs on its warp")
    if not suspends:
        return take("none", "it never suspends")
    if stacks is not None and stacks.obstacle is None:
        fits = occupancy(target, registers, stacks.block_bytes, threads_per_block, stacks.most_blocks)
        reason = "it waits for children of its own that run on the same stack; in the arena only when exported"
        return Storage("shared", reason, stacks.block_bytes, fits.warps_per_sm, fits.limited_by)
    shared_bytes = frame_bytes_of_warp(machine, header_bytes, target.warp_width) * -(-threads_per_block // target.warp_width)
    obstacle = _shared_obstacle(target, registers, shared_bytes, threads_per_block)
    if "shared" in offered and obstacle is None:
        fits = occupancy(target, registers, shared_bytes, threads_per_block)
        reason = f"{shared_bytes} bytes a block of {threads_per_block} threads cost no occupancy"
        return Storage("shared", reason, shared_bytes, fits.warps_per_sm, fits.limited_by)
    if "global" not in offered:
        raise InputError(f"@{machine.sym_name.data} has a frame, and its executor offers {', '.join(sorted(offered)) or 'no storage'}")
    reasons = (obstacle if "shared" in offered else None, None if stacks is None else stacks.obstacle)
    reason = next((reason for reason in reasons if reason is not None), "its executor offers nothing nearer")
    if machine.scope.data == "warp" and "shared" not in offered:
        reason = f"{reason}; in shared memory {_shared_price(target, registers, shared_bytes, threads_per_block)}"
    return take("global", reason)


def _shared_price(target: Chip, registers: int, shared_bytes: int, threads_per_block: int) -> str:
    """What a frame for each warp would take of shared memory, where no executor offers it."""
    if shared_bytes > target.shared_per_block_optin:
        return f"a frame for each warp of a block would not fit: {shared_bytes} bytes"
    free, fits = (occupancy(target, registers, size, threads_per_block).warps_per_sm for size in (0, shared_bytes))
    return f"a frame for each warp would take {shared_bytes} bytes a block: {fits} warps an SM of the {free} that registers allow"


def _shared_obstacle(target: Chip, registers: int, shared_bytes: int, threads_per_block: int) -> str | None:
    """Why frames should not stand in shared memory, or None."""
    if shared_bytes > target.shared_per_block_optin:
        return f"{shared_bytes} bytes of frames a block do not fit its {target.shared_per_block_optin} bytes of shared memory"
    free = occupancy(target, registers, 0, threads_per_block).warps_per_sm
    fits = occupancy(target, registers, shared_bytes, threads_per_block).warps_per_sm
    return None if fits >= free else f"{shared_bytes} bytes of shared memory a block allow {fits} warps an SM, registers {free}"


@dataclass(frozen=True)
class StateOccupancy:
    """One state by itself."""

    machine: str
    number: int
    """0 is the entry."""
    registers: int
    warps_per_sm: int
    heavy: bool


@dataclass(frozen=True)
class Separation:
    """Heavy states apart from light ones: what that would be worth."""

    states: tuple[StateOccupancy, ...]
    """In the order given."""
    merged_registers: int
    merged_warps: int
    light_registers: int
    """Of a kernel of the light states alone; the merged kernel's if no state is heavy."""
    light_warps: int

    @property
    def heavy(self) -> tuple[StateOccupancy, ...]:
        """The states that cost the others occupancy."""
        return tuple(state for state in self.states if state.heavy)

    @property
    def gain(self) -> float:
        """How many times the warps an SM holds of light states, separated against merged."""
        return self.light_warps / self.merged_warps

    def __str__(self) -> str:
        if not self.heavy:
            return f"{self.merged_registers} registers, {self.merged_warps} warps an SM: no state is heavier than the others"
        names = ", ".join(f"state {state.number} of @{state.machine} ({state.registers} registers)" for state in self.heavy)
        light = f"{self.light_registers} registers, {self.light_warps} warps an SM"
        return f"heavy: {names}; merged: {self.merged_registers} registers, {self.merged_warps} warps an SM; light states alone: {light}"


def separate(
    states: Mapping[tuple[str, int], int],
    merged_registers: int,
    arch: str,
    threads_per_block: int = THREADS_PER_BLOCK,
    *,
    shared_bytes: int = 0,
) -> Separation:
    """
    Classifies states, given by (machine, number) with the registers of each alone, of a kernel of `merged_registers`.

    What a block's shared memory limits anyway, no state is blamed for. How many blocks a launch asks for does not count: it could ask
    for more.
    """
    target = chip(arch)

    def warps(registers: int) -> int:
        return occupancy(target, registers, shared_bytes, threads_per_block).warps_per_sm

    alone = {state: warps(registers) for state, registers in states.items()}
    limit = _largest_step(sorted(set(alone.values())))
    found = tuple(StateOccupancy(*state, states[state], count, count < limit) for state, count in alone.items())
    light = max((state.registers for state in found if not state.heavy), default=merged_registers)
    if not any(state.heavy for state in found):
        light = merged_registers
    return Separation(found, merged_registers, warps(merged_registers), light, warps(light))


def _largest_step(counts: list[int]) -> int:
    """Of rising numbers of warps the one above the largest relative step; the lowest if there is none."""
    steps = [(high / low, high) for low, high in pairwise(counts)]
    return max(steps)[1] if steps else min(counts, default=0)

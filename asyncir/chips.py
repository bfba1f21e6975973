"""What NVIDIA chips have, as data, and how many warps fit on one.

Sources: CUDA C++ Programming Guide 13.0, "Compute Capabilities" (tables "Technical Specifications per Compute Capability": warps, blocks,
registers and shared memory of a multiprocessor; "Architecture-specific features") and PTX ISA 9.0, "PTX ISA Version History" and ".target"
(the first version that knows an architecture). Allocation units are those of the CUDA Occupancy Calculator: registers go to a warp in
units of 256, in one of four equal parts of the register file; shared memory to a block in units of 128 bytes, with 1 KiB kept for the
system from compute capability 8.0 on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from asyncir.errors import InputError

KIB = 1024

PARTITIONS = 4
"""A multiprocessor's register file is four equal parts; a warp's registers lie in one of them."""

Limit = Literal["warps", "blocks", "registers", "shared memory"]
"""What keeps more warps from fitting."""


@dataclass(frozen=True)
class Chip:
    """One architecture. Sizes in bytes, registers of 32 bits; per multiprocessor where the name says `_per_sm`."""

    arch: str
    """The name LLVM and ptxas use: "sm_90"."""
    max_warps_per_sm: int
    max_blocks_per_sm: int
    shared_per_sm: int
    shared_per_block_optin: int
    """The most one block may ask for; more than 48 KiB has to be asked for at launch."""
    ptx_isa_min: tuple[int, int]
    """The first PTX version that knows this architecture."""
    warp_width: int = 32
    registers_per_sm: int = 64 * KIB
    register_allocation_unit: int = 256
    max_registers_per_thread: int = 255
    max_threads_per_block: int = 1024
    shared_reserved_per_block: int = KIB
    shared_allocation_unit: int = 128

    @property
    def number(self) -> int:
        """90 of "sm_90a"."""
        return int(self.arch.removeprefix("sm_").rstrip("af"))

    @property
    def is_specific(self) -> bool:
        """Whether code for it runs on this architecture alone ("sm_90a"), with instructions that others lack."""
        return self.arch.endswith("a")


def _specific(chip: Chip, ptx_isa_min: tuple[int, int]) -> Chip:
    return Chip(
        f"{chip.arch}a", chip.max_warps_per_sm, chip.max_blocks_per_sm, chip.shared_per_sm, chip.shared_per_block_optin, ptx_isa_min
    )


_BASE = (
    Chip("sm_70", 64, 32, 96 * KIB, 96 * KIB, (6, 0), shared_reserved_per_block=0, shared_allocation_unit=256),
    Chip("sm_75", 32, 16, 64 * KIB, 64 * KIB, (6, 3), shared_reserved_per_block=0, shared_allocation_unit=256),
    Chip("sm_80", 64, 32, 164 * KIB, 163 * KIB, (7, 0)),
    Chip("sm_86", 48, 16, 100 * KIB, 99 * KIB, (7, 1)),
    Chip("sm_87", 48, 16, 164 * KIB, 163 * KIB, (7, 4)),
    Chip("sm_89", 48, 24, 100 * KIB, 99 * KIB, (7, 8)),
    Chip("sm_90", 64, 32, 228 * KIB, 227 * KIB, (7, 8)),
    Chip("sm_100", 64, 32, 228 * KIB, 227 * KIB, (8, 6)),
    Chip("sm_103", 64, 32, 228 * KIB, 227 * KIB, (8, 8)),
    Chip("sm_110", 48, 24, 228 * KIB, 227 * KIB, (9, 0)),
    Chip("sm_120", 48, 24, 100 * KIB, 99 * KIB, (8, 7)),
    Chip("sm_121", 48, 24, 100 * KIB, 99 * KIB, (8, 8)),
)
_SPECIFIC_SINCE = {"sm_90": (8, 0), "sm_100": (8, 6), "sm_103": (8, 8), "sm_120": (8, 7), "sm_121": (8, 8)}

CHIPS: dict[str, Chip] = {
    chip.arch: chip
    for base in _BASE
    for chip in (base, *([_specific(base, _SPECIFIC_SINCE[base.arch])] if base.arch in _SPECIFIC_SINCE else []))
}
"""The architectures code is generated for, by name."""


def chip(arch: str) -> Chip:
    """The chip of an architecture; InputError, naming the supported ones, if there is none."""
    if (found := CHIPS.get(arch)) is None:
        raise InputError(f"unsupported arch '{arch}'", help=f"supported: {', '.join(CHIPS)}")
    return found


def chip_of_capability(major: int, minor: int) -> Chip:
    """The chip of a device's compute capability: the newest known one of its generation that is not newer than it.

    Code for 8.6 runs on 8.7 and 8.9, never on 9.0.
    """
    fitting = [known for known in _BASE if known.number // 10 == major and known.number % 10 <= minor]
    if not fitting:
        raise InputError(f"unsupported GPU of compute capability {major}.{minor}", help=f"supported: {', '.join(CHIPS)}")
    best = max(fitting, key=lambda known: known.number)
    exact = best.number == 10 * major + minor
    return CHIPS.get(f"{best.arch}a", best) if exact else best


@dataclass(frozen=True)
class Occupancy:
    """What fits on one multiprocessor at a time."""

    blocks_per_sm: int
    warps_per_sm: int
    limited_by: Limit


def _round_up(amount: int, unit: int) -> int:
    return -(-amount // unit) * unit


def occupancy(chip: Chip, registers: int, shared_bytes: int, threads_per_block: int, most_blocks: int = 0) -> Occupancy:
    """
    How many blocks of `threads_per_block` threads, `registers` a thread and `shared_bytes` a block fit on one multiprocessor.

    Registers: with R8 = registers rounded up to 8, a warp takes 32 * R8 of its partition, so 4 * floor(512 / R8) warps fit.
    `most_blocks` is how many are asked for; 0: as many as fit. Raises InputError for what does not fit at all.
    """
    warps = -(-threads_per_block // chip.warp_width)
    limits = block_limits(chip, registers, shared_bytes, threads_per_block, most_blocks)
    limit = min(limits, key=limits.__getitem__)
    return Occupancy(limits[limit], limits[limit] * warps, limit)


def block_limits(chip: Chip, registers: int, shared_bytes: int, threads_per_block: int, most_blocks: int = 0) -> dict[Limit, int]:
    """How many blocks each of a multiprocessor's resources has room for; without shared memory that one is left out."""
    if not 1 <= threads_per_block <= chip.max_threads_per_block:
        raise InputError(f"a block of {threads_per_block} threads does not fit {chip.arch}: 1 to {chip.max_threads_per_block} do")
    if registers > chip.max_registers_per_thread:
        raise InputError(f"{registers} registers a thread do not fit {chip.arch}: at most {chip.max_registers_per_thread} do")
    warps = -(-threads_per_block // chip.warp_width)
    register_warps = _warps_by_registers(chip, registers)
    shared = _round_up(shared_bytes + chip.shared_reserved_per_block, chip.shared_allocation_unit) if shared_bytes else 0
    if shared_bytes > chip.shared_per_block_optin:
        raise InputError(f"{shared_bytes} bytes of shared memory a block do not fit {chip.arch}: at most {chip.shared_per_block_optin} do")
    blocks = min(chip.max_blocks_per_sm, most_blocks or chip.max_blocks_per_sm)
    limits: dict[Limit, int] = {"warps": chip.max_warps_per_sm // warps, "registers": register_warps // warps}
    if shared:
        limits["shared memory"] = chip.shared_per_sm // shared
    return {**limits, "blocks": blocks}


def _warps_by_registers(chip: Chip, registers: int) -> int:
    a_warp = _round_up(max(registers, 1) * chip.warp_width, chip.register_allocation_unit)
    return PARTITIONS * (chip.registers_per_sm // PARTITIONS // a_warp)

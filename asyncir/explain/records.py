"""What an explanation says. Field names and their order are the JSON's; docs/explain.md defines them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    """A part of a kernel that runs on warps of its own. Registers are a thread's."""

    name: str
    warps: int | None = None
    registers: int | None = None


@dataclass(frozen=True)
class WarpLimit:
    """How many warps a multiprocessor's `name` has room for, whole blocks of them."""

    name: str
    warps: int


@dataclass(frozen=True)
class Kernel:
    """
    How a kernel is run. Registers are a thread's, spills and stack too; shared memory is a block's. `light` is what is predicted of
    a kernel without the heavy states; `dispatch` is the policy that chooses what lanes with stacks run next.
    """

    name: str
    executor: str
    why: str
    registers: int | None = None
    predicted_registers: int | None = None
    spill_bytes: int | None = None
    stack_bytes: int | None = None
    shared_bytes: int | None = None
    warps_per_sm: int | None = None
    limited_by: str | None = None
    light_registers: int | None = None
    light_warps_per_sm: int | None = None
    roles: tuple[Role, ...] = ()
    dispatch: str | None = None
    limits: tuple[WarpLimit, ...] = ()
    block_warps: int | None = None
    blocks_asked: int | None = None
    lane_stack_words: int | None = None


@dataclass(frozen=True)
class State:
    """A state of a machine: the code from one suspension to the next; what is predicted of a kernel that had no other."""

    location: str | None
    predicted_registers: int | None = None
    warps_per_sm: int | None = None
    heavy: bool | None = None


@dataclass(frozen=True)
class Suspension:
    """A place where a task may wait: what the source keeps alive across it, in words, and what the layout copies there, in words."""

    location: str | None
    kind: str
    divergent_words: int | None = None
    uniform_words: int | None = None
    predicate_words: int | None = None
    rows: int | None = None
    bytes: int | None = None
    saves: int | None = None
    reloads: int | None = None
    moves: int | None = None


@dataclass(frozen=True)
class Machine:
    """A task as a state machine. Bytes are a task's (lane scope) or a warp's (warp scope); those of the frame are without its header."""

    name: str
    scope: str
    policy: str | None = None
    frame_bytes: int | None = None
    argument_bytes: int | None = None
    header_bytes: int | None = None
    bound_bytes: int | None = None
    remat_bound_bytes: int | None = None
    traffic_bytes: int | None = None
    storage: str | None = None
    states: tuple[State, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    storage_why: str | None = None

"""
What an explanation says of tasks.

The words that live across a suspension, and the bounds, are those of the *split* machine: what the source needs, whatever a layout
does. Frame, saves, reloads and moves are those of the machine that is laid out. A program that is given laid out has no bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue

from asyncir import abi
from asyncir.analysis.bounds import MachineBounds, SuspensionBound, bounds_of
from asyncir.analysis.scopes import Scopes
from asyncir.analysis.storage import Storage
from asyncir.analysis.traffic import traffic_of
from asyncir.dialects import rt, sm
from asyncir.dialects.locations import location_of
from asyncir.explain.records import Machine, State, Suspension

WARP_WIDTH = 32
"""All figures are those of warps of 32 lanes."""

StateOf = Callable[[str, int, str | None], State]
"""What is said of a state, given its machine, number and place."""
StorageOf = Callable[[sm.MachineOp], Storage]


def bounds_of_machines(module: ModuleOp) -> dict[str, MachineBounds]:
    """The bounds of each split machine, by name."""
    machines = [op for op in module.body.ops if isinstance(op, sm.MachineOp) and not op.laid_out]
    scopes = Scopes(module) if machines else None
    found: dict[str, MachineBounds] = {}
    for machine in machines:
        known = None if scopes is None else scopes.uniformity.get(machine.sym_name.data)
        divergent = set[SSAValue]() if known is None else known.divergent
        found[machine.sym_name.data] = bounds_of(machine, divergent.__contains__, WARP_WIDTH)
    return found


def explain_machine(machine: sm.MachineOp, bounds: MachineBounds | None, state_of: StateOf, storage_of: StorageOf) -> Machine:
    """What is said of a laid-out machine. `bounds` is None if it was never split."""
    name, frame = machine.sym_name.data, machine.frame
    assert frame is not None, "the machine is laid out"
    width = WARP_WIDTH if machine.scope.data == "warp" else 1
    suspensions, traffic = _suspensions(machine, bounds, width)
    storage = storage_of(machine)
    places = [place_of(machine), *(suspension.location for suspension in suspensions.values())]
    return Machine(
        name,
        machine.scope.data,
        policy=frame.policy.data,
        frame_bytes=frame.payload_bytes(width),
        argument_bytes=_argument_bytes(frame, width),
        header_bytes=abi.HEADER_BYTES,
        bound_bytes=None if bounds is None else bounds.lb0_bytes,
        remat_bound_bytes=None if bounds is None else bounds.lb1_bytes,
        traffic_bytes=traffic,
        storage=storage.name,
        states=tuple(state_of(name, number, place) for place, number in zip(places, (0, *suspensions), strict=True)),
        suspensions=tuple(suspensions.values()),
        storage_why=storage.reason,
    )


def machine_of_table(op: rt.MachineOp) -> Machine:
    """What a program at the level rt still says of its machines."""
    return Machine(op.machine.data, op.scope.data, header_bytes=abi.HEADER_BYTES, states=(State(None),))


def place_of(op: Operation) -> str | None:
    """Where an operation stands in the source, as file:line:column."""
    location = location_of(op)
    return None if location is None else str(location)


def _argument_bytes(frame: sm.FrameAttr, width: int) -> int:
    task, rows = frame.arguments
    row = 4 * width
    return row * (rows - (-task // row)) if width > 1 else task + row * rows


def _suspensions(machine: sm.MachineOp, bounds: MachineBounds | None, width: int) -> tuple[Mapping[int, Suspension], int]:
    """The suspensions by their numbers, rising, and what they copy together."""
    needs = {} if bounds is None else {one.number: one for one in bounds.suspensions}
    traffic = traffic_of(machine, width)
    parks = [block.last_op for block in machine.body.blocks if isinstance(block.last_op, sm.ParkOp)]
    found: dict[int, Suspension] = {}
    for park in sorted(parks, key=lambda park: park.number):
        copied = traffic[park.number]
        one = Suspension(place_of(park), str(park.kind.data), saves=copied.saves, reloads=copied.reloads, moves=copied.moves)
        found[park.number] = one if (need := needs.get(park.number)) is None else _with_need(one, need)
    return found, sum(one.weighted_bytes for one in traffic.values())


def _with_need(suspension: Suspension, need: SuspensionBound) -> Suspension:
    return replace(
        suspension,
        divergent_words=need.divergent_words,
        uniform_words=need.uniform_words,
        predicate_words=need.predicate_words,
        rows=need.rows,
        bytes=need.bytes,
    )

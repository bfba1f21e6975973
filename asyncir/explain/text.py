"""An explanation for people to read: a paragraph a kernel, a table a task."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath

from asyncir.explain.records import Kernel, Machine, State, Suspension, WarpLimit

UNKNOWN = "-"
_COLUMNS = ("place", "waits for", "divergent", "uniform", "predicates", "bytes", "saves", "reloads", "moves", "registers", "")


def report(kernels: Iterable[Kernel], machines: Iterable[Machine], notes: Iterable[str]) -> str:
    """All that is known, kernels first."""
    lines = [line for kernel in kernels for line in _kernel(kernel)]
    lines += [line for machine in machines for line in _machine(machine)]
    return "\n".join([*lines, *(f"note: {note}" for note in notes)])


def _kernel(kernel: Kernel) -> list[str]:
    lines = [f"kernel @{kernel.name}", f"  executor: {kernel.executor} ({kernel.why})"]
    if kernel.dispatch is not None:
        lines.append(f"  dispatch: {kernel.dispatch}")
    if kernel.registers is not None:
        predicted = "" if kernel.predicted_registers is None else f" (predicted {kernel.predicted_registers})"
        lines.append(f"  registers: {kernel.registers}{predicted}, spills: {kernel.spill_bytes} bytes, stack: {kernel.stack_bytes} bytes")
    elif kernel.predicted_registers is not None:
        lines.append(f"  registers: {kernel.predicted_registers} predicted")
    if kernel.warps_per_sm is not None:
        lines += _occupancy(kernel)
    if kernel.light_warps_per_sm is not None:
        lines.append(f"  without its heavy states: {kernel.light_registers} registers, {kernel.light_warps_per_sm} warps an SM (predicted)")
    lines += [f"  role {role.name}: {_shown(role.warps)} warps, {_shown(role.registers)} registers" for role in kernel.roles]
    return lines


def _occupancy(kernel: Kernel) -> list[str]:
    """What fits, what limits it, and what each resource would allow."""
    lines = [f"  occupancy: {kernel.warps_per_sm} warps an SM, limited by {kernel.limited_by}"]
    if kernel.lane_stack_words is not None:
        size = f"{kernel.lane_stack_words} words x 4 bytes x 32 lanes x {kernel.block_warps} warps"
        lines.insert(0, f"  shared memory: {kernel.shared_bytes} bytes a block (stacks: {size})")
    room = [_room(limit, kernel.blocks_asked) for limit in kernel.limits]
    return [*lines, f"    room for {', '.join(room)}"] if room else lines


def _room(limit: WarpLimit, asked: int | None) -> str:
    if limit.name == "warps":
        return f"{limit.warps} warps at most"
    return f"{limit.warps} by {limit.name}" + (f" ({asked} asked for)" if limit.name == "blocks" and asked is not None else "")


def _machine(machine: Machine) -> list[str]:
    lines = [f"task @{machine.name}", f"  scope: {machine.scope}"]
    if machine.frame_bytes is not None:
        least = ""
        if machine.bound_bytes is not None:
            least = f", at least {machine.bound_bytes}, with rematerialisation {machine.remat_bound_bytes}"
        lines.append(f"  frame: {machine.frame_bytes} + {machine.header_bytes} bytes ({machine.policy}{least})")
    if machine.suspensions:
        why = "" if machine.storage_why is None else f" ({machine.storage_why})"
        lines.append(f"  storage: {_shown(machine.storage)}{why}, traffic: {_shown(machine.traffic_bytes)} bytes")
        lines += [f"  {line}" for line in _table(machine)]
    return lines


def _table(machine: Machine) -> list[str]:
    """A line for the entry and one for each suspension, with what the state behind it needs."""
    entry, *states = machine.states
    first = (_place(entry.location), "entry", *[""] * 7, *_needs(entry))
    rows = [_COLUMNS, first, *((*_row(suspension), *_needs(state)) for suspension, state in zip(machine.suspensions, states, strict=True))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    return [_aligned(row, widths) for row in rows]


def _row(suspension: Suspension) -> tuple[str, ...]:
    live = (suspension.divergent_words, suspension.uniform_words, suspension.predicate_words, suspension.bytes)
    copied = (suspension.saves, suspension.reloads, suspension.moves)
    return (_place(suspension.location), suspension.kind, *map(_shown, (*live, *copied)))


def _needs(state: State) -> tuple[str, str]:
    return _shown(state.predicted_registers), "heavy" if state.heavy else ""


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    """Names to the left, numbers to the right."""
    cells = [cell.ljust(width) if column < 2 else cell.rjust(width) for column, (cell, width) in enumerate(zip(row, widths, strict=True))]
    return "  ".join(cells).rstrip()


def _place(location: str | None) -> str:
    """The file without its folders: all are of one program."""
    return PurePath(location).name if location is not None else UNKNOWN


def _shown(value: object) -> str:
    return UNKNOWN if value is None else str(value)

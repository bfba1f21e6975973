"""What the control block and the arena say after a launch: the fault, and the tasks that are left."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from xdsl.dialects.builtin import ModuleOp

from asyncir.abi import (
    ARENA_START,
    HANDLE_MASK,
    HEADER_BYTES,
    Claim,
    Control,
    ErrorKind,
    Extension,
    FrameFlags,
    Group,
    Header,
    ObjectKind,
    SelectNode,
    Status,
)
from asyncir.dialects import rt
from asyncir.errors import Location, TaskReport, TaskState
from asyncir.reference.faults import ErrorRecord
from asyncir.reference.flat import FlatMemory
from asyncir.reference.memory import MemoryFault

_STATES: dict[int, TaskState] = {Status.READY: "ready", Status.RUNNING: "running", Status.WAITING: "waiting"}
_TIMELESS = {"yield": "its turn", "sleep": "a timer"}
_OBJECTS: dict[int, str] = {ObjectKind.CHANNEL: "channel", ObjectKind.EVENT: "event", ObjectKind.LOCK: "lock"}
_MESSAGES = {
    ErrorKind.ASSERTION: "assertion failed",
    ErrorKind.CANCELLED: "the task was cancelled",
    ErrorKind.CLOSED: "send on a closed channel",
    ErrorKind.GROUP_OVERFILLED: "a group gets one more than its size",
    ErrorKind.INVALID_ARGUMENT: "invalid argument",
}
_PLAIN = (ErrorKind.CLOSED, ErrorKind.GROUP_OVERFILLED, ErrorKind.CANCELLED)


class Words:
    """Words of flat memory, 0 where nothing was written."""

    def __init__(self, memory: FlatMemory, address: int) -> None:
        self._memory = memory
        self._address = address

    def word(self, offset: int) -> int:
        """A signed 32-bit word."""
        return self._unpack("<i", offset)

    def long(self, offset: int) -> int:
        """A signed 64-bit word."""
        return self._unpack("<q", offset)

    def _unpack(self, form: str, offset: int) -> int:
        try:
            return struct.unpack(form, self._memory.read(self._address + offset, struct.calcsize(form)))[0]
        except MemoryFault:
            return 0


@dataclass(frozen=True)
class Tables:
    """The site and machine tables of a module."""

    sites: dict[int, rt.SiteOp]
    machines: dict[int, rt.MachineOp]

    @classmethod
    def of(cls, module: ModuleOp) -> Tables:
        """Reads the tables' lines."""
        sites = {op.number.value.data: op for op in module.body.block.ops if isinstance(op, rt.SiteOp)}
        machines = {op.number.value.data: op for op in module.body.block.ops if isinstance(op, rt.MachineOp)}
        return cls(sites, machines)

    def place(self, number: int) -> Location | None:
        """Where a site is."""
        site = self.sites.get(number)
        if site is None or site.line.value.data < 1:
            return None
        return Location(site.file.data, site.line.value.data, max(site.column.value.data, 1))

    def what(self, number: int) -> str:
        """What a site does."""
        site = self.sites.get(number)
        return site.what.data if site is not None else "something unknown"

    def text(self, number: int) -> str:
        """What a site says."""
        site = self.sites.get(number)
        return site.text.data if site is not None else ""

    def machine(self, number: int) -> str:
        """The name of a machine."""
        machine = self.machines.get(number)
        return machine.machine.data if machine is not None else f"machine {number}"


def fault_record(control: Words, tables: Tables) -> ErrorRecord | None:
    """The first fault of the launch."""
    if control.word(Control.FAULT_CLAIM) == 0:
        return None
    return _record(ErrorKind(control.word(Control.FAULT_KIND)), control.word(Control.FAULT_CODE), control.word(Control.FAULT_SITE), tables)


def error_record(item: Words, tables: Tables) -> ErrorRecord:
    """What a task failed with."""
    return _record(ErrorKind(item.word(Header.ERROR_KIND)), item.word(Header.ERROR_CODE), item.word(Header.ERROR_SITE), tables)


def _record(kind: ErrorKind, code: int, site: int, tables: Tables) -> ErrorRecord:
    """The record with these numbers."""
    text = "" if kind in _PLAIN else tables.text(site)
    head = f"task failed with code {code}" if kind is ErrorKind.FAILED else _MESSAGES.get(kind, kind.name.lower())
    return ErrorRecord(kind, code, tables.place(site), head + (f": {text}" if text else ""))


def objects(memory: FlatMemory, arena: int, used: int) -> Iterator[Words]:
    """The objects of an arena in the order of their allocation."""
    offset = ARENA_START
    while offset + HEADER_BYTES <= used:
        found = Words(memory, arena + offset)
        units = found.word(Header.BYTES)
        if units < HEADER_BYTES // 16:
            return
        yield found
        offset += 16 * units


def _status(item: Words) -> int:
    """READY, RUNNING, WAITING or DONE, of those finer ones too that a program with select or cancel has."""
    return item.word(Header.STATUS) & Claim.REPORT_MASK


def is_task(item: Words) -> bool:
    """Whether an object is a task's frame."""
    return item.word(Header.MACHINE) >= 1


def is_unobserved_error(item: Words) -> bool:
    """Whether nobody looked at a failed task."""
    return is_task(item) and item.word(Header.ERROR_KIND) != 0 and not item.word(Header.FLAGS) & (FrameFlags.OBSERVED | FrameFlags.ROOT)


def task_reports(memory: FlatMemory, arena: int, used: int, tables: Tables, instances: int) -> list[TaskReport]:
    """The tasks that have not ended."""
    left = (item for item in objects(memory, arena, used) if is_task(item) and _status(item) != Status.DONE)
    return [_report(memory, arena, tables, item, instances) for item in left]


def _report(memory: FlatMemory, arena: int, tables: Tables, item: Words, instances: int) -> TaskReport:
    state = _STATES.get(_status(item), "running")
    where = item.word(Header.WHERE)
    waits_for = _waits_for(memory, arena, tables, item) if state == "waiting" else None
    instance = item.word(Header.INSTANCE) if instances > 1 else None
    return TaskReport(tables.machine(item.word(Header.MACHINE)), state, waits_for, tables.place(where), instance)


def _waits_for(memory: FlatMemory, arena: int, tables: Tables, item: Words) -> str:
    what = tables.what(item.word(Header.WHERE))
    handle = item.word(Header.WAITS_ON) & HANDLE_MASK
    if handle < ARENA_START:
        return _selected(memory, arena, tables, item) if what == "select" else _TIMELESS.get(what, what)
    return _source(tables, Words(memory, arena + handle), what)


def _selected(memory: FlatMemory, arena: int, tables: Tables, item: Words) -> str:
    """The cases for which a select's nodes are armed, in order."""
    generation = item.word(Header.STATUS) & Claim.GENERATION_MASK
    extension = 16 * item.word(Header.BYTES) - Extension.BYTES
    armed: dict[int, str] = {}
    links = [item.word(extension + Extension.TIMER), item.word(extension + Extension.NODES)]
    while links:
        handle = links.pop() & HANDLE_MASK
        if handle < ARENA_START:
            continue
        node = Words(memory, arena + handle)
        links.append(node.word(SelectNode.FOLLOWING))
        stamp, source = node.long(SelectNode.STAMP), node.word(SelectNode.SOURCE) & HANDLE_MASK
        if stamp >> 32 == generation:
            armed[stamp & 0xFFFFFFFF] = _source(tables, Words(memory, arena + source), "") if source else "a timer"
    return f"select on {', '.join(armed[case] for case in sorted(armed))}"


def _source(tables: Tables, source: Words, what: str) -> str:
    machine, place = source.word(Header.MACHINE), tables.place(source.word(Header.WHERE))
    created = str(place) if place is not None else "an unknown place"
    if machine == ObjectKind.GROUP:
        size, added, arrived = (source.long(offset) for offset in (Group.SIZE, Group.ADDED, Group.ARRIVED))
        return f"group created at {created}: {added} of {size} added, {arrived} of them ended"
    if machine == ObjectKind.CHANNEL and (words := tables.text(source.word(Header.WHERE))):
        return f"{words} created at {created}"
    if machine in _OBJECTS:
        return f"{what} on {_OBJECTS[machine]} created at {created}".removeprefix(" on ")
    return f"@{tables.machine(machine)}" if machine >= 1 else what

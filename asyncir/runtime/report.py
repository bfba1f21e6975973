"""What a launch that went wrong says: its error, and the tasks that were left, who waits for what and where."""

from __future__ import annotations

from asyncir.abi import OBJECT_ALIGNMENT, Entry, ErrorKind, ObjectKind, Status
from asyncir.errors import InternalError, Location, ResourceError, TaskError, TaskReport, TaskState
from asyncir.runtime.arena import Arena, Object
from asyncir.runtime.control import Fault
from asyncir.runtime.sites import SiteTable, location_of_entry, location_of_site

MAX_REPORTED = 50
"""Tasks described one by one; the rest is counted."""

_KINDS = {
    ErrorKind.FAILED: "fail",
    ErrorKind.ASSERTION: "assert",
    ErrorKind.CANCELLED: "cancelled",
    ErrorKind.CLOSED: "closed",
    ErrorKind.GROUP_OVERFILLED: "group-overfilled",
    ErrorKind.INVALID_ARGUMENT: "invalid-argument",
}

_TIMELESS = {"yield": "its turn", "sleep": "a timer"}
"""What a task waits for that waits for no object."""

_STATES: dict[int, TaskState] = {Status.READY: "ready", Status.RUNNING: "running", Status.WAITING: "waiting"}


def fault_error(entry: Entry, fault: Fault, arena_bytes: int, instances: int) -> TaskError:
    """The error that a fault record stands for."""
    table = SiteTable(entry)
    site = table.site(fault.site)
    location = location_of_site(site) or location_of_entry(entry)
    if fault.kind == ErrorKind.OUT_OF_MEMORY:
        return ResourceError("arena", "arena_bytes", (fault.code & 0xFFFFFFFF) * OBJECT_ALIGNMENT, arena_bytes, location=location)
    if fault.kind == ErrorKind.OUT_OF_QUEUE:
        return ResourceError("ready queue", "arena_bytes", available=fault.code, location=location)
    try:
        kind = ErrorKind(fault.kind)
    except ValueError:
        raise InternalError(f"@{entry.name} ended with an unknown kind of error: {fault.kind}", location) from None
    message = _message(kind, fault.code, site.text if site is not None else "")
    notes = [(f"in instance {fault.instance}", None)] if instances > 1 else []
    return TaskError(message, location, kind=_KINDS[kind], code=fault.code, notes=notes)


def _message(kind: ErrorKind, code: int, text: str) -> str:
    behind = f": {text}" if text else ""
    messages = {
        ErrorKind.FAILED: f"task failed with code {code}{behind}",
        ErrorKind.ASSERTION: f"assertion failed{behind}",
        ErrorKind.CANCELLED: "the task was cancelled",
        ErrorKind.CLOSED: "send on a closed channel",
        ErrorKind.GROUP_OVERFILLED: "a group gets one more than its size",
        ErrorKind.INVALID_ARGUMENT: f"invalid argument{behind}",
    }
    return messages[kind]


def task_reports(entry: Entry, arena: Arena, instances: int) -> tuple[TaskReport, ...]:
    """The first tasks that have not ended, in the order in which they were started."""
    table = SiteTable(entry)
    reports: list[TaskReport] = []
    for item in arena.objects():
        if item.unfinished:
            reports.append(_report(table, arena, item, instances))
            if len(reports) == MAX_REPORTED:
                break
    return tuple(reports)


def inline_report(entry: Entry, site: int, instance: int | None) -> TaskReport:
    """A root of the inline executor, which has no frame: where it was when it left."""
    return TaskReport(entry.name, "running", None, location_of_site(SiteTable(entry).site(site)), instance)


def _report(table: SiteTable, arena: Arena, item: Object, instances: int) -> TaskReport:
    state = _STATES.get(item.status, "running")
    return TaskReport(
        table.machine_name(item.machine),
        state,
        _waits_for(table, arena, item) if state == "waiting" else None,
        _where(table, item),
        item.instance if instances > 1 else None,
    )


def _where(table: SiteTable, item: Object) -> Location | None:
    """The site the task wrote last, else its state's, else where it is defined."""
    machine = table.machine(item.machine)
    state_site = machine.states.get(item.state, machine.site) if machine is not None else 0
    return location_of_site(table.site(item.where)) or location_of_site(table.site(state_site))


def _waits_for(table: SiteTable, arena: Arena, item: Object) -> str:
    site = table.site(item.where)
    what = site.what if site is not None else "something unknown"
    source = arena.object(item.waits_on)
    if source is None:
        return _TIMELESS.get(what, what)
    if source.machine == ObjectKind.GROUP:
        size, added, ended = arena.group_counts(source)
        return f"group created at {table.place(source.where)}: {added} of {size} added, {ended} of them ended"
    if source.machine == ObjectKind.CHANNEL:
        return f"{what} on channel created at {table.place(source.where)}"
    if source.is_task:
        return f"@{table.machine_name(source.machine)}"
    return what

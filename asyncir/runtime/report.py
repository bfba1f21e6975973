"""What a launch that went wrong says: its error, and the tasks that were left, who waits for what and where."""

from __future__ import annotations

from collections.abc import Sequence

from asyncir.abi import MAX_ARENA_BYTES, OBJECT_ALIGNMENT, STATES, Entry, ErrorKind, Site, Status
from asyncir.errors import InternalError, Location, Note, ResourceError, TaskError, TaskReport
from asyncir.runtime.arena import Arena, Object
from asyncir.runtime.control import ControlState, Fault
from asyncir.runtime.sites import SiteTable, location_of_entry, location_of_site
from asyncir.runtime.waits import waits_for

MAX_REPORTED = 10_000
"""Tasks described one by one; the rest is counted."""

_KINDS = {
    ErrorKind.FAILED: "fail",
    ErrorKind.ASSERTION: "assert",
    ErrorKind.CANCELLED: "cancelled",
    ErrorKind.CLOSED: "closed",
    ErrorKind.GROUP_OVERFILLED: "group-overfilled",
    ErrorKind.INVALID_ARGUMENT: "invalid-argument",
}


def fault_error(entry: Entry, fault: Fault, state: ControlState, more: Sequence[Note] = ()) -> TaskError:
    """The error that a fault record stands for, with more notes behind its own."""
    table = SiteTable(entry)
    site = table.site(fault.site)
    location = location_of_site(site) or location_of_entry(entry)
    notes: list[Note] = [*([(f"in instance {fault.instance}", None)] if state.instances > 1 else []), *more]
    task = site.task or None if site is not None else None
    if fault.kind in (ErrorKind.OUT_OF_MEMORY, ErrorKind.OUT_OF_QUEUE):
        return _exhausted(fault, state, _purpose(site), task, location, notes)
    try:
        kind = ErrorKind(fault.kind)
    except ValueError:
        raise InternalError(f"@{entry.name} ended with an unknown kind of error: {fault.kind}", location) from None
    message = _message(kind, fault.code, site.text if site is not None else "")
    return TaskError(message, location, kind=_KINDS[kind], code=fault.code, task=task, notes=notes)


def unobserved_fault(arena: Arena) -> Fault | None:
    """What the first task failed with, in the order in which tasks were started, of whose failure nobody knows; None if there is none."""
    item = next((item for item in arena.objects() if item.unobserved), None)
    return None if item is None else Fault(*arena.error_of(item), item.instance)


def _exhausted(
    fault: Fault, state: ControlState, purpose: str, task: str | None, location: Location | None, notes: list[Note]
) -> ResourceError:
    if fault.kind == ErrorKind.OUT_OF_QUEUE:
        tasks = 1 << state.queue_shift
        help = f"launch with queue={2 * tasks}"
        return ResourceError("ready queue", "queue", None, tasks, unit="tasks", location=location, task=task, notes=notes, help=help)
    needed, available = (fault.code & 0xFFFFFFFF) * OBJECT_ALIGNMENT, state.arena_bytes
    larger = 1 << (max(2 * available, available + needed) - 1).bit_length()
    help = f"launch with arena={larger}" if larger <= MAX_ARENA_BYTES else f"an arena has {MAX_ARENA_BYTES} bytes at most"
    return ResourceError("arena", "arena", needed, available, purpose=purpose, location=location, task=task, notes=notes, help=help)


_PURPOSES = {"group": "group", "channel": "channel", "event": "event", "lock": "lock", "alloc": "array"}
"""What is allocated at a site, by what the site does."""


def _purpose(site: Site | None) -> str:
    """What memory was wanted for."""
    if site is None:
        return ""
    if site.what in ("start", "task") and site.text:
        return f"frame of @{site.text}"
    return _PURPOSES.get(site.what, f"frame of @{site.task}" if site.task else "")


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


def running_reports(entry: Entry, arena: Arena, instances: int) -> tuple[TaskReport, ...]:
    """The tasks that run, of an arena that is being written to: what is read of a task may be of two moments."""
    running = [item for item in arena.objects() if item.is_task and item.status == Status.RUNNING]
    table = SiteTable(entry)
    return tuple(_report(table, arena, item, instances) for item in running[:MAX_REPORTED])


def inline_report(entry: Entry, site: int, instance: int | None) -> TaskReport:
    """A root of the inline executor, which has no frame: where it was when it left."""
    return TaskReport(entry.name, "running", None, location_of_site(SiteTable(entry).site(site)), instance)


def _report(table: SiteTable, arena: Arena, item: Object, instances: int) -> TaskReport:
    state = STATES.get(item.status, "running")
    return TaskReport(
        table.machine_name(item.machine),
        state,
        waits_for(table, arena, item) if state == "waiting" else None,
        _where(table, item),
        item.instance if instances > 1 else None,
    )


def _where(table: SiteTable, item: Object) -> Location | None:
    """The site the task wrote last, else its state's, else where it is defined."""
    machine = table.machine(item.machine)
    state_site = machine.states.get(item.state, machine.site) if machine is not None else 0
    return location_of_site(table.site(item.where)) or location_of_site(table.site(state_site))

"""What a waiting task waits for, in the words of the reference."""

from __future__ import annotations

from asyncir.abi import ObjectKind
from asyncir.runtime.arena import Arena, Object
from asyncir.runtime.sites import SiteTable

TIMER = "a timer"
_TIMELESS = {"yield": "its turn", "sleep": TIMER}
"""What a task waits for that waits for no object, by the kind of its suspension."""

_ON = ("send", "recv", "wait", "acquire")
"""Kinds of which the object alone does not tell what is waited for."""

_CREATED: dict[int, str] = {ObjectKind.CHANNEL: "channel", ObjectKind.EVENT: "event", ObjectKind.LOCK: "lock"}


def waits_for(table: SiteTable, arena: Arena, item: Object) -> str:
    """What the task at `item` waits for."""
    site = table.site(item.where)
    what = site.what if site is not None else "something unknown"
    if what == "select":
        sources = [_source(table, arena, handle) if handle else TIMER for handle in arena.select_sources(item)]
        return f"select on {', '.join(source or 'something unknown' for source in sources)}"
    if what in _TIMELESS:
        return _TIMELESS[what]
    source = _source(table, arena, item.waits_on)
    if source is None:
        return what
    return f"{what} on {source}" if what in _ON and not _has_words(table, arena, item.waits_on) else source


def _has_words(table: SiteTable, arena: Arena, handle: int) -> bool:
    """Whether what is waited for has words of its own, which tell all."""
    source = arena.object(handle & 0xFFFFFFFF)
    return source is not None and not source.is_task and bool(_words(table, source))


def _words(table: SiteTable, source: Object) -> str:
    """What a channel is called that stands for something else (`task.words`)."""
    site = table.site(source.where) if source.machine == ObjectKind.CHANNEL else None
    return site.text if site is not None and site.what == "channel" else ""


def _source(table: SiteTable, arena: Arena, handle: int) -> str | None:
    """An object that tasks wait for; None if there is none, or none that can be named."""
    source = arena.object(handle & 0xFFFFFFFF)
    if source is None:
        return None
    if source.is_task:
        return f"@{table.machine_name(source.machine)}"
    if source.machine == ObjectKind.GROUP:
        size, added, ended = arena.group_counts(source)
        return f"group created at {table.place(source.where)}: {added} of {size} added, {ended} of them ended"
    name = _words(table, source) or _CREATED.get(source.machine)
    return None if name is None else f"{name} created at {table.place(source.where)}"

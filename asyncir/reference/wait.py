"""
One wait of a task, which may be for several things, and the lists in which tasks wait.

Every source of a wait keeps its waiters in order; whoever becomes ready first wakes the task, and with that the task leaves all the lists.
So a list holds only tasks that still wait, and what a source gives always goes to one of them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, MutableMapping
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from asyncir.reference.values import Value

if TYPE_CHECKING:
    from asyncir.reference.task import Task

Entry = TypeVar("Entry")


class Wait:
    """A task that waits. `child` is the task that it waits for, if it started that itself."""

    __slots__ = ("_lists", "child", "over", "task")

    def __init__(self, task: Task, child: Task | None = None) -> None:
        self.task = task
        self.child = child
        self.over = False
        self._lists: list[MutableMapping[Any, Any]] = []

    def join(self, waiters: MutableMapping[Any, Entry], entry: Entry) -> None:
        """Waits in this list too, at its end; the first of several entries in one list counts."""
        if self not in waiters:
            waiters[self] = entry
            self._lists.append(waiters)

    def leave(self) -> None:
        """Waits no more."""
        self.over = True
        for waiters in self._lists:
            waiters.pop(self, None)

    def wake(self, resumption: Callable[[], Value]) -> None:
        """The task goes on with what `resumption` gives; a task that was cancelled while it waited for its child ends instead."""
        if not self.over:
            self.leave()
            self.task.wake(self.task.end_cancelled if self.task.cancelled else resumption)


Queue: TypeAlias = OrderedDict[Wait, Entry]
"""Waiters, served first come, first served."""


def first(waiters: Queue[Entry]) -> tuple[Wait, Entry]:
    """Takes out the one that came first."""
    return waiters.popitem(last=False)

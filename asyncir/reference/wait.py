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
    """
    A task that waits. `child` is the task that it waits for, if it started that itself. `caught` gives what the task goes on with where it
    is cancelled; None: it ends. `outcome` makes what the task goes on with otherwise of what its source gives.
    """

    __slots__ = ("_lists", "caught", "child", "outcome", "over", "task")

    def __init__(
        self,
        task: Task,
        child: Task | None = None,
        caught: Callable[[], Value] | None = None,
        outcome: Callable[[Value], Value] = lambda produced: produced,
    ) -> None:
        self.task = task
        self.child = child
        self.caught = caught
        self.outcome = outcome
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
        """
        The task goes on with what `resumption` gives. One that was cancelled while it waited for its child ends or catches that instead,
        unless the child has used the request up.
        """
        if self.over:
            return
        self.leave()
        task = self.task
        if task.cancelled and self.child is not None and self.child.used_up:
            task.use_up()
        if task.cancelled:
            task.wake(self.caught or task.end_cancelled)
        else:
            task.wake(lambda: self.outcome(resumption()))


Queue: TypeAlias = OrderedDict[Wait, Entry]
"""Waiters, served first come, first served."""


def first(waiters: Queue[Entry]) -> tuple[Wait, Entry]:
    """Takes out the one that came first."""
    return waiters.popitem(last=False)

"""Cancelling tasks and scopes (`task.cancel`, `task.cancel_scope`, whose definitions in the dialect say what is meant)."""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.ir import Operation

from asyncir.abi import ErrorKind
from asyncir.reference.faults import failure
from asyncir.reference.task import Task


def cancel(task: Task, *, by_scope: bool = False) -> None:
    """
    Asks the task to end.

    A task that waits for a child of its own asks the child instead, and that one its child, down to a task that does not: it ends now if
    it waits, and when it next has to wait otherwise; where it waits, or has to, at a suspension that catches, it goes on. The tasks above
    end or go on one after the other as their children have ended, if those have not used the request up (Wait.wake).

    A scope of the task itself asks nothing of the task's parent, so it makes none of the parent's requests unused again.
    """
    while not task.done:
        task.ask(keep=by_scope)
        by_scope = False
        wait = task.waiting
        if wait is None:
            return
        if wait.child is None:
            wait.leave()
            if wait.caught is None:
                task.scheduler.end_waiting(task)
            else:
                task.wake(wait.caught)
            return
        task = wait.child


@dataclass(eq=False, slots=True)
class CancelScope:
    """A part of a task's run. `asked`: the requests that the task had been given when it entered."""

    owner: Task
    asked: int
    op: Operation
    cancelled: bool = False
    left: bool = False
    when: int = 0
    """The task's `deliveries` when the scope was cancelled."""

    @classmethod
    def enter(cls, task: Task, op: Operation) -> CancelScope:
        """A new scope of that task."""
        return cls(task, task.asked, op)

    def cancel(self) -> None:
        """Asks the task to end, once, if it is in the scope still."""
        if not self.cancelled and not self.left:
            self.cancelled, self.when = True, self.owner.deliveries
            cancel(self.owner, by_scope=True)

    def leave(self, task: Task, op: Operation) -> int:
        """What `task.leave_scope` gives. Raises Failure if the scope is another task's."""
        if task is not self.owner:
            raise failure(ErrorKind.INVALID_ARGUMENT, op, "invalid argument: another task has entered the scope")
        if self.left:
            return 0
        self.left = True
        if not self.cancelled:
            return 0
        task.asked -= 1
        if self.when == task.deliveries:
            task.take_back()
            return 0
        return 1 if task.asked <= self.asked else 2

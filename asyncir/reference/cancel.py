"""Cancelling tasks (`task.cancel`, whose definition in the dialect says what is meant)."""

from __future__ import annotations

from asyncir.reference.task import Task


def cancel(task: Task) -> None:
    """
    Asks the task to end.

    A task that waits for a child of its own asks the child instead, and that one its child, down to a task that does not: it ends now if
    it waits, and when it next has to wait otherwise. The tasks above end one after the other as their children have ended.
    """
    while not (task.done or task.cancelled):
        task.cancelled = True
        wait = task.waiting
        if wait is None:
            return
        if wait.child is None:
            wait.leave()
            task.scheduler.end_waiting(task)
            return
        task = wait.child

"""
Events and locks.

Events and locks are made by a task and live as long as anything of the launch; they go from task to task as arguments and results.
What happened before a `task.set` is visible behind the `task.wait` that it ends, and behind a `task.is_set` that gave true; what happened
before a `task.release` is visible behind the `task.acquire` that gets the lock next.
"""

from __future__ import annotations

from xdsl.dialects.builtin import i1
from xdsl.ir import SSAValue
from xdsl.irdl import IRDLOperation, irdl_op_definition, operand_def, result_def, traits_def
from xdsl.traits import MemoryWriteEffect

from asyncir.dialects.memory_effects import ReadWrite, Suspends
from asyncir.dialects.task_types import EventType, LockType

EVENT = EventType()
LOCK = LockType()


@irdl_op_definition
class EventOp(IRDLOperation):
    """
    Makes an event that is not set.

    ```mlir
    %e = task.event : !task.event
    ```
    """

    name = "task.event"
    result = result_def(EVENT)
    assembly_format = "attr-dict `:` type($result)"
    traits = traits_def(MemoryWriteEffect())

    def __init__(self) -> None:
        super().__init__(result_types=[EVENT])


class _EventUser(IRDLOperation):
    """Ops whose only operand is an event."""

    event = operand_def(EVENT)
    assembly_format = "$event attr-dict"


@irdl_op_definition
class SetOp(_EventUser):
    """
    Sets an event: all tasks that wait for it go on. It stays set; setting it again has no effect.

    ```mlir
    task.set %e
    ```
    """

    name = "task.set"
    traits = traits_def(ReadWrite())

    def __init__(self, event: SSAValue):
        super().__init__(operands=[event])


@irdl_op_definition
class ClearOp(_EventUser):
    """
    Makes an event unset again. Tasks that a set has woken go on, even if they have not run since.

    ```mlir
    task.clear %e
    ```
    """

    name = "task.clear"
    traits = traits_def(ReadWrite())

    def __init__(self, event: SSAValue):
        super().__init__(operands=[event])


@irdl_op_definition
class IsSetOp(_EventUser):
    """
    Whether an event is set now. Does not suspend.

    ```mlir
    %b = task.is_set %e
    ```
    """

    name = "task.is_set"
    result = result_def(i1)
    traits = traits_def(ReadWrite())

    def __init__(self, event: SSAValue):
        super().__init__(operands=[event], result_types=[i1])


@irdl_op_definition
class WaitOp(_EventUser):
    """
    Suspends until the event is set; goes on at once if it is. Leaves it set.

    ```mlir
    task.wait %e
    ```
    """

    name = "task.wait"
    traits = traits_def(Suspends())

    def __init__(self, event: SSAValue):
        super().__init__(operands=[event])


@irdl_op_definition
class LockOp(IRDLOperation):
    """
    Makes a lock that is free.

    ```mlir
    %l = task.lock : !task.lock
    ```
    """

    name = "task.lock"
    result = result_def(LOCK)
    assembly_format = "attr-dict `:` type($result)"
    traits = traits_def(MemoryWriteEffect())

    def __init__(self) -> None:
        super().__init__(result_types=[LOCK])


class _LockUser(IRDLOperation):
    """Ops whose only operand is a lock."""

    lock = operand_def(LOCK)
    assembly_format = "$lock attr-dict"


@irdl_op_definition
class AcquireOp(_LockUser):
    """
    Takes the lock; suspends while it is held. First come, first served: a task that asks for the lock never overtakes one that waits.
    A task that asks again for a lock that it holds waits for ever.

    ```mlir
    task.acquire %l
    ```
    """

    name = "task.acquire"
    traits = traits_def(Suspends())

    def __init__(self, lock: SSAValue):
        super().__init__(operands=[lock])


@irdl_op_definition
class ReleaseOp(_LockUser):
    """
    Gives the lock to the task that has waited longest, or frees it if none waits. Any task may release a held lock; releasing a free
    one fails the task (kind "invalid-argument"). The end of a task, by failure or cancellation too, releases nothing.

    ```mlir
    task.release %l
    ```
    """

    name = "task.release"
    traits = traits_def(ReadWrite())

    def __init__(self, lock: SSAValue):
        super().__init__(operands=[lock])

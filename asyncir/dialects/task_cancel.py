"""
Cancellation: asking a task to end, catching that, and ending with an error that was caught.

A suspension that has the unit attribute `task.catches` *catches*: where it would end a cancelled task (`task.cancel` says when), the task
goes on behind it. What it gives is then zero, it has taken nothing (no item, no lock; what was to be sent is not), and `task.cancelled`
behind it is true. The request is used up: the task may suspend again, and may be cancelled again.

A task that waits for a child of its own (await, runtime.await, try_await) hands the request on to it, and is told of it only if the
child leaves it unused: a child that catches has used it up, and its parent gets what the child ends with, as if nobody had asked. Else
the parent ends or, where it catches, goes on with `task.cancelled` true, whatever the child ended with.

    %v, %ok = task.recv %ch {task.catches} : !task.channel<i32>
    %c = task.cancelled : i1
    cf.cond_br %c, ^clean_up, ^go_on
"""

from __future__ import annotations

from xdsl.dialects.builtin import StringAttr, i1, i32
from xdsl.ir import SSAValue
from xdsl.irdl import IRDLOperation, irdl_op_definition, operand_def, opt_prop_def, result_def, traits_def
from xdsl.traits import MemoryWriteEffect
from xdsl.utils.exceptions import VerifyException

from asyncir.dialects.async_ import is_handle
from asyncir.dialects.memory_effects import ReadWrite

CATCHES = "task.catches"
"""On a suspension: it does not end a cancelled task."""

CANCELLING = ("task.cancel", "task.cancel_scope")
"""The names of the operations by which tasks are asked to end."""

SUSPENDING = (
    "async.await",
    "async.await_all",
    "async.runtime.await",
    "task.try_await",
    "task.send",
    "task.recv",
    "task.yield_now",
    "task.sleep",
    "task.wait",
    "task.acquire",
    "task.select",
)
"""The names of the operations that suspend, at source level."""


@irdl_op_definition
class CancelOp(IRDLOperation):
    """
    Asks a task to end: with an error of kind "cancelled" and code 0, at the suspension where it waits or at the next where it has to
    wait. Does not suspend.

    - A task that waits ends at once: it leaves the lists that it waits in, and what it waited for (a lock, an item, room in a channel)
      goes to the next who waits. If it waits for a token or value of a task that it started itself (await, runtime.await, try_await),
      that child is cancelled first, by these rules, and the task ends when the child has ended, however that ends, unless the child
      has caught the request.
    - A task that is running or ready goes on until it has to wait: a suspension that finds what it needs does not wait, `task.yield_now`
      and `task.sleep` always do. What it was woken with (an item, a lock) it keeps until then.
    - A suspension that catches (`task.catches`, above) does not end the task.
    - Cancelling a task that has ended, or that was asked before and has not come to it yet, has no effect.

    Who awaits a cancelled task fails with its error; `task.try_await` yields kind 3. An error that cancelling gave to a task itself
    does not count as one that nobody looked at.

    ```mlir
    task.cancel %h : !async.token
    ```
    """

    name = "task.cancel"
    handle = operand_def()
    assembly_format = "$handle attr-dict `:` type($handle)"
    traits = traits_def(ReadWrite())

    def __init__(self, handle: SSAValue):
        super().__init__(operands=[handle])

    def verify_(self) -> None:
        if not is_handle(self.handle.type):
            raise VerifyException(f"'task.cancel' op operand must be async value type or async token type, but got '{self.handle.type}'")


@irdl_op_definition
class CancelledOp(IRDLOperation):
    """
    Whether the suspension directly before it, which catches, was ended by a cancellation.

    ```mlir
    task.wait %e {task.catches}
    %c = task.cancelled : i1
    ```
    """

    name = "task.cancelled"
    result = result_def(i1)
    assembly_format = "attr-dict `:` type($result)"
    traits = traits_def(ReadWrite())

    def __init__(self) -> None:
        super().__init__(result_types=[i1])

    def verify_(self) -> None:
        before = self.prev_op
        if self.parent is not None and (before is None or CATCHES not in before.attributes):
            raise VerifyException(f"'task.cancelled' op must stand directly behind a suspension with '{CATCHES}'")


@irdl_op_definition
class RethrowOp(IRDLOperation):
    """
    Ends the task with an error of that kind and code, as `task.try_await` yields them; what stands behind it does not run. The place is
    that of this operation; to fail with an awaited task's error, its place and message, await the task again. A number that is none of
    the kinds that tasks fail with (1 to 6) fails the task with kind "invalid-argument". An error of kind "cancelled" (3) does not count as
    one that nobody looked at.

    ```mlir
    task.rethrow %kind, %code, "cleaned up" : i32
    ```
    """

    name = "task.rethrow"
    kind = operand_def(i32)
    code = operand_def(i32)
    message = opt_prop_def(StringAttr)
    assembly_format = "$kind `,` $code (`,` $message^)? attr-dict `:` type($code)"
    traits = traits_def(MemoryWriteEffect())

    def __init__(self, kind: SSAValue, code: SSAValue, message: str | None = None):
        super().__init__(operands=[kind, code], properties={"message": StringAttr(message) if message is not None else None})

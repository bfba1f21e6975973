"""
Cancel scopes: a part of a task's run that others may cancel, as a timeout does with the block that it stands around.

    %s = task.enter_scope : !task.cancel_scope
    …                                             // other tasks, which were given %s:  task.cancel_scope %s
    %r = task.leave_scope %s : i32

A handle of a task could not do that: who is late with `task.cancel` meets whatever the task does next, and a task has no handle of itself.
A scope that has been left can be cancelled without effect, for as long as the launch lasts; and a request that came, but has not met
the task in a suspension yet, is taken back when the scope is left. So nothing of a scope is left behind it. Scopes may stand in each other.

Requests by scopes and by `task.cancel` are one to the suspension that they meet. `task.leave_scope` tells them apart by counts: each task
counts the requests that it is given, by whomever, also as a child to which they are handed on; leaving a scope takes its own off. (These
are the counts of asyncio's `Task.cancelling` and `Task.uncancel`.) What others had asked before a scope was entered is not told by leaving
that scope, even where one suspension meets both: an outer scope says of itself that it was met, when it is left in its turn.
"""

from __future__ import annotations

from xdsl.dialects.builtin import i32
from xdsl.ir import SSAValue
from xdsl.irdl import IRDLOperation, irdl_op_definition, operand_def, result_def, traits_def

from asyncir.dialects.memory_effects import ReadWrite
from asyncir.dialects.task_types import CancelScopeType

CANCEL_SCOPE = CancelScopeType()


@irdl_op_definition
class EnterScopeOp(IRDLOperation):
    """
    Makes a scope of the running task, which is open until the task leaves it. What runs as part of another task's code by elision is
    not meant: a function in which scopes are entered or left is a task of its own.

    ```mlir
    %s = task.enter_scope : !task.cancel_scope
    ```
    """

    name = "task.enter_scope"
    result = result_def(CANCEL_SCOPE)
    assembly_format = "attr-dict `:` type($result)"
    traits = traits_def(ReadWrite())

    def __init__(self) -> None:
        super().__init__(result_types=[CANCEL_SCOPE])


class _ScopeUser(IRDLOperation):
    """Ops whose only operand is a scope."""

    scope = operand_def(CANCEL_SCOPE)


@irdl_op_definition
class CancelScopeOp(_ScopeUser):
    """
    Asks the task that entered the scope to end, as `task.cancel` does: at the suspension where it waits or at the next where it has to
    wait, and where that catches it goes on. Without effect on a scope that was left or cancelled before. Any task may do it. Does not
    suspend.

    ```mlir
    task.cancel_scope %s
    ```
    """

    name = "task.cancel_scope"
    assembly_format = "$scope attr-dict"
    traits = traits_def(ReadWrite())

    def __init__(self, scope: SSAValue):
        super().__init__(operands=[scope])


@irdl_op_definition
class LeaveScopeOp(_ScopeUser):
    """
    Ends the scope. The number says what came of it:

    - 0: it was not cancelled; or it was and the task has not met the request in a suspension, and now will not.
    - 1: it was cancelled and the task has met that; nobody else has asked the task to end since it entered the scope.
    - 2: it was cancelled and the task has met that; others have asked too, and that is still to be heard or has been.

    A scope that was left before gives 0. Leaving the scope of another task fails the task (kind "invalid-argument").

    ```mlir
    %r = task.leave_scope %s : i32
    ```
    """

    name = "task.leave_scope"
    result = result_def(i32)
    assembly_format = "$scope attr-dict `:` type($result)"
    traits = traits_def(ReadWrite())

    def __init__(self, scope: SSAValue):
        super().__init__(operands=[scope], result_types=[i32])


SCOPE_OPS = (EnterScopeOp, CancelScopeOp, LeaveScopeOp)
OWN_SCOPE_OPS = (EnterScopeOp, LeaveScopeOp)
"""Those that concern the task in which they stand."""

"""What the lanes of a task do together beyond MLIR's own lane ops: meeting, so that each sees what the others stored."""

from __future__ import annotations

from xdsl.irdl import IRDLOperation, irdl_op_definition, traits_def

from asyncir.dialects.memory_effects import ReadWrite


@irdl_op_definition
class LaneSyncOp(IRDLOperation):
    """
    All lanes of the task meet; what each stored before is visible to all of them behind it.

    A collective: it stands under uniform control. It is no suspension, and by itself does not make a task a warp's: where one lane runs
    the task there is nobody to meet, and it does nothing.

    ```mlir
    task.lane_sync
    ```
    """

    name = "task.lane_sync"
    assembly_format = "attr-dict"
    traits = traits_def(ReadWrite())

    def __init__(self) -> None:
        super().__init__()

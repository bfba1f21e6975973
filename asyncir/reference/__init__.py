"""
The reference interpreter: the definition of what programs mean, at the levels source, split, sm (laid out) and rt.

It runs tasks as Python generators, one a lane, deterministic for a given seed. Where a target differs from it, the target is
wrong. What a program may not do (read out of bounds or what was never written, divide by zero, let lanes part at a meeting) is
an error here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xdsl.dialects.builtin import ModuleOp, StringAttr

from asyncir.dialects import rt
from asyncir.errors import InputError
from asyncir.reference.outcome import Options, Outcome, Output
from asyncir.reference.rt_run import Launch
from asyncir.reference.source import run_tasks

__all__ = ["Outcome", "run"]


def run(
    module: ModuleOp,
    entry: str,
    args: Sequence[object],
    *,
    instances: int = 1,
    seed: int = 0,
    width: int = 1,
    workers: int = 2,
    deadline: float | None = None,
    output: Callable[[str], None] | None = None,
    statistics: bool = False,
) -> Outcome:
    """
    Runs `instances` roots of the function, machine or kernel `entry`.

    Scalars are Python's, arrays NumPy's, contiguous; what the program writes to them is in them afterwards, also when an error
    is raised. `width` is the number of lanes of a warp. With seed 0 tasks run first in, first out; other seeds interleave
    `workers` of them at random. `deadline` is in seconds. `output` gets what the program prints, as it prints it.

    Raises InputError for what cannot be run, TaskError when a task's failure reaches a root or the program does what has no
    meaning, DeadlockError and DeadlineError with reports of the tasks that are left.
    """
    for what, number in (("instances", instances), ("width", width), ("workers", workers)):
        if number < 1:
            raise InputError(f"{what} must be at least 1, got {number}")
    op = next((op for op in module.body.block.ops if op.properties.get("sym_name") == StringAttr(entry)), None)
    if op is None:
        raise InputError(f"there is no @{entry} in the module")
    options = Options(instances, seed, width, workers, deadline, statistics)
    text = Output(output)
    if op.name in ("func.func", "async.func", "sm.machine"):
        return run_tasks(module, op, entry, list(args), options, text)
    if isinstance(op, rt.KernelOp):
        return Launch(module, op, args, options, text).run()
    raise InputError(f"@{entry} is a '{op.name}', which cannot be run")

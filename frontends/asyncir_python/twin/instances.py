"""Which root task of a launch a task descends from. Tasks inherit it, as asyncio's tasks inherit context variables."""

from __future__ import annotations

from contextvars import ContextVar

INSTANCE: ContextVar[int] = ContextVar("asyncir_python.instance", default=0)
NUM_INSTANCES: ContextVar[int] = ContextVar("asyncir_python.num_instances", default=1)


def instance() -> int:
    """The index of the root task that this task descends from: 0 <= instance() < num_instances()."""
    return INSTANCE.get()


def num_instances() -> int:
    """How many root tasks the launch has started: n of `kernel[n](…)`. A function that runs in no launch is the only one."""
    return NUM_INSTANCES.get()

"""All constructs of the language: importing this registers them."""

from __future__ import annotations

from asyncir_python.compile import (
    arrays,
    asyncio_tasks,
    awaiting,
    barriers,
    builtins_,
    calls,
    channels,
    combinators,
    comprehensions,
    conditions,
    contexts,
    crews,
    expressions,
    iteration,
    lane_loops,
    lane_ops,
    locks,
    loops,
    mathematics,
    memory,
    publishing,
    queues,
    reductions,
    scopes,
    selecting,
    semaphores,
    statements,
    timeouts,
    trying,
    unsupported,
    waiting,
)

__all__ = [
    "arrays", "asyncio_tasks", "awaiting", "barriers", "builtins_", "calls", "channels", "combinators", "comprehensions", "conditions",
    "contexts", "crews", "expressions", "iteration", "lane_loops", "lane_ops", "locks", "loops", "mathematics", "memory",
    "publishing", "queues", "reductions", "scopes", "selecting", "semaphores", "statements", "timeouts", "trying", "unsupported", "waiting",
]  # fmt: skip

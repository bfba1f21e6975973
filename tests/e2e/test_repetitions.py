"""Programs in which tasks wait for each other, over and over: a lost wake is rare, and shows as a deadlock, a deadline or a wrong sum."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from targets import Target, example, need

REPETITIONS: dict[Target, int] = {"cpu": 40, "cuda": 1000}
DEADLINE = 10.0

PROGRAMS: dict[str, tuple[Callable[[], tuple[object, ...]], tuple[object, ...]]] = {
    "channel": (lambda: (60, 2), (1830, 60)),
    "group": (lambda: (100,), (328350,)),
    "interleave": (lambda: (6,), (12, 11)),
    "ring": (lambda: (40, 5), (200,)),
    "producers_consumers": (lambda: (5, 4, 30, 3), (11175, 150)),
    "philosophers": (lambda: (9, 5), (90,)),
    "mixed": (lambda: (np.ones((20, 40), np.int32), np.zeros(20, np.int32)), (80,)),
    "fib": (lambda: (12,), (144,)),
    "flat": (lambda: (np.zeros(700, np.int32),), (700,)),
    "nqueens": (lambda: (7, 4, np.zeros(256, np.int64)), (40,)),
}
"""Arguments and results of each; arrays are made anew for every run."""


@pytest.mark.parametrize("target", ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)])
@pytest.mark.parametrize("name", PROGRAMS)
def test_again_and_again(name: str, target: Target) -> None:
    need(target)
    program = example(name)
    arguments, expected = PROGRAMS[name]
    for repetition in range(REPETITIONS[target]):
        outcome = program.run(None, *arguments(), target=target, executor="dynamic", elide=False, deadline=DEADLINE)
        assert outcome.results == expected, f"repetition {repetition}"


@pytest.mark.parametrize("target", ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)])
def test_all_timers_fire_again_and_again(target: Target) -> None:
    need(target)
    program = example("timers")
    for repetition in range(REPETITIONS[target]):
        order = np.full(50, -1, np.int32)
        program.run(None, order, 1_000, target=target, executor="dynamic", elide=False, deadline=DEADLINE)
        assert sorted(order.tolist()) == list(range(50)), f"repetition {repetition}"

"""
How time grows with size. No test says how many seconds anything may take: benchmarks/ measures that.

A quadratic step shows as a ratio of two times, and noise only ever makes a time longer: so both sizes are measured again until the ratio
of the least times is right, or it is clear that it will not be.
"""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable

TRIES = 6
RESOLUTION = 0.02
"""Seconds that are taken for nothing: the clock, a cache that is cold."""


def cpu_seconds(action: Callable[[], object]) -> float:
    """CPU time of an action, without collections of garbage: what they take depends on all that other tests have left."""
    gc.collect()
    gc.disable()
    try:
        start = time.process_time()
        action()
        return time.process_time() - start
    finally:
        gc.enable()


def require_near_linear(prepare: Callable[[int], Callable[[], object]], small: int, large: int, *, work: float = 0.0) -> None:
    """
    Raises AssertionError where the time of `prepare(size)()` grows more than three times as much as `work`, how many times the work the
    large size is: by default, as many times as it is large. Sizes must be far enough apart that a quadratic step is more than that.
    """
    most = 3 * (work or large / small)
    least = {small: math.inf, large: math.inf}
    for _ in range(TRIES):
        for size in least:
            least[size] = min(least[size], cpu_seconds(prepare(size)))
        if least[large] <= most * least[small] + RESOLUTION:
            return
    raise AssertionError(f"{least[small]:.3f} s for {small}, {least[large]:.3f} s for {large}: more than {most:.0f} times as much")

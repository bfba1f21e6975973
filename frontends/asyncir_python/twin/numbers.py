"""Greatest and least of two numbers, as reductions and atomics take them."""

from __future__ import annotations

import math
from typing import Any


def greater(a: Any, b: Any) -> Any:
    """The greater of two numbers; a NaN is the result, and 0.0 is greater than -0.0 (IEEE 754-2019 maximum)."""
    if a != a:
        return a
    if a == b:
        return b if math.copysign(1.0, a) < 0.0 else a
    return a if a > b else b


def lesser(a: Any, b: Any) -> Any:
    """The lesser of two numbers; a NaN is the result, and -0.0 is less than 0.0 (IEEE 754-2019 minimum)."""
    if a != a:
        return a
    if a == b:
        return a if math.copysign(1.0, a) < 0.0 else b
    return a if a < b else b

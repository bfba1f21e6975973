"""The results of several instances as a launch gives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from asyncir_python.twin.elements import element_of, stored_as


def over_instances(results: Sequence[Any]) -> Any:
    """
    Results of several roots: of numbers a NumPy array over the instances, of tuples a tuple of these, of None None. A list of what is none
    of that, or not the same for all.
    """
    kinds: set[type[Any]] = {type(result) for result in results}
    if kinds == {type(None)}:
        return None
    if kinds == {tuple} and len({len(result) for result in results}) == 1:
        return tuple([over_instances(column) for column in zip(*results, strict=True)])
    if len(kinds) != 1:
        return list(results)
    return _array(results, kinds.pop())


def _array(results: Sequence[Any], kind: type[Any]) -> Any:
    try:
        dtype = stored_as(element_of(kind, "a result"))
    except TypeError:
        return list(results)
    import numpy as np

    return np.array(results, dtype)

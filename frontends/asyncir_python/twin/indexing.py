"""What may stand between the brackets of an array: integers, and slices without a step."""

from __future__ import annotations

from operator import index as as_integer
from typing import Any


def checked_index(index: Any, rank: int) -> tuple[int | slice, ...]:
    """An index, or several, of an array of `rank` dimensions as NumPy takes them. Raises TypeError for all that is no integer or slice."""
    parts = _parts(index)
    if len(parts) > rank:
        raise TypeError(f"an array of {_dimensions(rank)} takes no {len(parts)} indices")
    return tuple([_checked(part) for part in parts])


def element_index(index: Any, rank: int) -> tuple[int, ...]:
    """The indices of one element. Raises TypeError if they name several, or none."""
    parts = _parts(index)
    if any(isinstance(part, slice) for part in parts):
        raise TypeError("a slice takes no value: store the elements one by one, in a loop")
    if len(parts) != rank:
        raise TypeError(f"an element of an array of {_dimensions(rank)} has {_indices(rank)}, got {len(parts)}")
    return tuple([_integer(part) for part in parts])


def _parts(index: Any) -> tuple[Any, ...]:
    return tuple(index) if isinstance(index, tuple) else (index,)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _checked(part: Any) -> int | slice:
    if not isinstance(part, slice):
        return _integer(part)
    if part.step is not None and _integer(part.step) != 1:
        raise TypeError(f"a slice has no step here: a[i:j], not a[i:j:{part.step}]")
    return slice(*(None if end is None else _integer(end) for end in (part.start, part.stop)))


def _integer(part: Any) -> int:
    if isinstance(part, bool):
        raise TypeError("a bool is no index: write int(flag)")
    try:
        return as_integer(part)
    except TypeError:
        raise TypeError(f"an index is an integer or a slice, not {type(part).__name__}") from None


def _dimensions(rank: int) -> str:
    return "1 dimension" if rank == 1 else f"{rank} dimensions"


def _indices(rank: int) -> str:
    return "1 index" if rank == 1 else f"{rank} indices"

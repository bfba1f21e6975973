"""Where results are written, and their Python values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from asyncir.abi import SCALAR_BYTES
from asyncir.runtime.scalars import DTYPES, from_memory

if TYPE_CHECKING:
    import numpy

    Result = int | float | bool | numpy.ndarray[Any, numpy.dtype[Any]]

_ALIGNMENT = 256


class ResultLayout:
    """The arrays of a launch's results, one behind the other: `offsets[i]` is where result i starts."""

    def __init__(self, types: Sequence[str], instances: int) -> None:
        self.types = tuple(types)
        self.instances = instances
        self.offsets: list[int] = []
        end = 0
        for type_ in self.types:
            self.offsets.append(end)
            size = SCALAR_BYTES[type_] * instances
            end += -(-size // _ALIGNMENT) * _ALIGNMENT
        self.bytes = end

    def values(self, data: bytes) -> tuple[Result, ...]:
        """Scalars for one instance, NumPy arrays over the instances for several."""
        return tuple(self._value(type_, data, offset) for type_, offset in zip(self.types, self.offsets, strict=True))

    def _value(self, type_: str, data: bytes, offset: int) -> Result:
        size = SCALAR_BYTES[type_]
        if self.instances == 1:
            return from_memory(type_, data[offset : offset + size])
        import numpy

        return numpy.frombuffer(data, dtype=DTYPES[type_][0], count=self.instances, offset=offset).copy()

"""What a large frame is needed for, written down at a machine for the error that says so."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import ArrayAttr, IntegerAttr, StringAttr, i64
from xdsl.ir import ParametrizedAttribute
from xdsl.irdl import irdl_attr_definition


@irdl_attr_definition
class KeptAttr(ParametrizedAttribute):
    """`#sm.kept<"%m of type vector<2048xf32>", "f.mlir:3:5", 8192 : i64>`: a value, its definition (empty: not known), its bytes."""

    name = "sm.kept"
    value: StringAttr
    location: StringAttr
    size: IntegerAttr

    @classmethod
    def get(cls, value: str, location: str, size: int) -> KeptAttr:
        """A value of that many bytes."""
        return cls(StringAttr(value), StringAttr(location), IntegerAttr(size, i64))


@irdl_attr_definition
class LargestAttr(ParametrizedAttribute):
    """
    `#sm.largest<"the suspension 'await'", "f.mlir:7:3", 8200 : i64, 3 : i64, [#sm.kept<…>, …]>`: where a machine keeps most: what for,
    the place (empty: not known), bytes at a warp's width of 32, how many values, and some of these, the largest first.
    """

    name = "sm.largest"
    what: StringAttr
    location: StringAttr
    size: IntegerAttr
    count: IntegerAttr
    values: ArrayAttr[KeptAttr]

    @classmethod
    def get(cls, what: str, location: str, size: int, count: int, values: Sequence[KeptAttr]) -> LargestAttr:
        """That many bytes in `count` values, `values` among them."""
        return cls(StringAttr(what), StringAttr(location), IntegerAttr(size, i64), IntegerAttr(count, i64), ArrayAttr(values))

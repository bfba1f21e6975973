"""Types that all files of the `rt` dialect share."""

from __future__ import annotations

from xdsl.ir import ParametrizedAttribute, TypeAttribute
from xdsl.irdl import irdl_attr_definition


@irdl_attr_definition
class PtrType(ParametrizedAttribute, TypeAttribute):
    """`!rt.ptr`: the address of a byte in memory that all threads of the launch, or those of a block (rt_block.py), see."""

    name = "rt.ptr"

"""`memref.copy`: one block transfer where both arrays lie without gaps, else a loop nest."""

from __future__ import annotations

from collections.abc import Mapping

from xdsl.dialects import memref
from xdsl.dialects.builtin import i64
from xdsl.ir import Attribute, Block, Operation, SSAValue

from asyncir.dialects import llvm_ext as llvm
from asyncir.lowering.convert.builder import Builder
from asyncir.lowering.convert.descriptor import View, is_dense, total
from asyncir.lowering.convert.lowering import Handler, Lowering
from asyncir.lowering.convert.memref_access import view_of
from asyncir.lowering.convert.types import PTR


def _copy(lw: Lowering, op: Operation) -> None:
    assert isinstance(op, memref.CopyOp)
    source, destination = view_of(lw, op.source, op), view_of(lw, op.destination, op)
    stored = lw.types.stored(source.type.element_type, op)
    if is_dense(source.type, op) and is_dense(destination.type, op):
        _transfer(lw.b, source, destination, stored)
    else:
        _Loops(lw.b, source, destination, stored).build()


def _transfer(b: Builder, source: View, destination: View, stored: Attribute) -> None:
    count = b.number(total(b, source.sizes()))
    # The distance from element 0 to element `count` of an array at address 0 is the size in bytes, whatever the element type.
    end = b.add(llvm.GEPOp(b.zero(PTR), [count], stored)).res
    length = b.cast(llvm.PtrToIntOp, end, i64)
    first = [view.element_address([], stored) for view in (destination, source)]
    b.add(llvm.MemcpyOp(first[0], first[1], length))


class _Loops:
    """
    For each dimension:

    head(i):   i < size ? inner : behind
    inner:     the inner dimensions, or one element; head(i + 1)
    behind:
    """

    def __init__(self, b: Builder, source: View, destination: View, stored: Attribute) -> None:
        self.b = b
        self.source = source
        self.destination = destination
        self.stored = stored
        # Before the loops, so that what they need of the descriptors is known in all of them.
        self.sizes = [b.number(size) for size in source.sizes()]
        self.strides = [[b.number(stride) for stride in view.strides()] for view in (source, destination)]
        self.starts = [view.element_address([], stored) for view in (source, destination)]

    def build(self) -> None:
        self._dimension(0, self.starts[0], self.starts[1])

    def _dimension(self, dimension: int, source: SSAValue, destination: SSAValue) -> None:
        b = self.b
        if dimension == len(self.sizes):
            b.store(b.load(source, self.stored), destination)
            return
        head, inner, behind = Block(arg_types=[i64]), Block(), Block()
        b.branch(head, b.integer(0))
        b.start(head)
        index = head.args[0]
        b.branch_if(b.compare("slt", index, self.sizes[dimension]), inner, behind)
        b.start(inner)
        places = [self._place(start, index, strides[dimension]) for start, strides in zip((source, destination), self.strides, strict=True)]
        self._dimension(dimension + 1, places[0], places[1])
        b.branch(head, b.binary(llvm.AddOp, index, b.integer(1)))
        b.start(behind)

    def _place(self, start: SSAValue, index: SSAValue, stride: SSAValue) -> SSAValue:
        return self.b.advance(start, self.b.times(index, stride), self.stored)


HANDLERS: Mapping[str, Handler] = {"memref.copy": _copy}

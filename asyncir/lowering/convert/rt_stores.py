"""
Neighbouring words of an object, written one after the other, as one store of 8 or 16 bytes.

A frame's header is some twelve words. A GPU's memory takes a store of 4 bytes in as much time as one of 16: lanes that write frames of
their own reach a quarter of a store each cycle on an H200's multiprocessor, and what waits for these stores (a release) waits that long.

    run      plain stores of whole words, to addresses with a common root and known distances, nothing but arithmetic in between
    chunk    words of a run that fill 16 aligned bytes, or 8; what is left over is stored word by word
    root     the result of a call of @rt.object: objects are aligned to 16 bytes (abi.OBJECT_ALIGNMENT)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from xdsl.dialects import arith
from xdsl.dialects.builtin import Float32Type, IntegerType, VectorType, i32, i64
from xdsl.dialects.func import CallOp
from xdsl.ir import Block, SSAValue

from asyncir.dialects import llvm_ext as llvm
from asyncir.dialects import rt
from asyncir.lowering.convert.lowering import Lowering, static_integer

_WIDEST = 16
_PAIR = VectorType(i64, [2])


@dataclass
class Run:
    """Stores that may be written together, behind the last of them."""

    root: SSAValue
    stores: dict[int, rt.StoreOp] = field(default_factory=dict[int, rt.StoreOp])
    """By the distance from the root."""

    @property
    def last(self) -> rt.StoreOp:
        """Where all are written: there all values are known."""
        return list(self.stores.values())[-1]

    def takes(self, root: SSAValue, offset: int, size: int) -> bool:
        """Whether a store there belongs to it: nothing is written twice."""
        ends = ((start, start + _size(op)) for start, op in self.stores.items())
        return root is self.root and all(end <= offset or offset + size <= start for start, end in ends)


class Stores:
    """The runs of a function's blocks, found when a store of the block is lowered."""

    def __init__(self) -> None:
        self._runs: dict[rt.StoreOp, Run] = {}
        self._block: Block | None = None

    def run_of(self, op: rt.StoreOp) -> Run | None:
        """The run that a store belongs to; None: it stands alone."""
        block = op.parent
        if block is not None and block is not self._block:
            self._block = block
            self._runs = {store: run for run in runs(block) for store in run.stores.values()}
        return self._runs.get(op)


def runs(block: Block) -> Iterator[Run]:
    """The runs of a block with more than one store."""
    run: Run | None = None
    for op in block.ops:
        place = _place(op) if isinstance(op, rt.StoreOp) else None
        if place is not None and isinstance(op, rt.StoreOp):
            root, offset = place
            if run is None or not run.takes(root, offset, _size(op)):
                if run is not None and len(run.stores) > 1:
                    yield run
                run = Run(root)
            run.stores[offset] = op
        elif run is not None and not isinstance(op, (arith.ConstantOp, rt.PtrAddOp)) and op.dialect_name() != "arith":
            if len(run.stores) > 1:
                yield run
            run = None
    if run is not None and len(run.stores) > 1:
        yield run


def _place(op: rt.StoreOp) -> tuple[SSAValue, int] | None:
    """Root and distance of a store of words; None: it is none, or not to an object."""
    if not _size(op):
        return None
    root, offset = op.address, op.bytes
    while isinstance(root.owner, rt.PtrAddOp) and (distance := static_integer(root.owner.distance)) is not None:
        root, offset = root.owner.address, offset + distance
    owner = root.owner
    is_object = isinstance(owner, CallOp) and owner.callee.root_reference.data == "rt.object"
    return (root, offset) if is_object and offset % _size(op) == 0 else None


def _size(op: rt.StoreOp) -> int:
    """4 or 8 bytes; 0: something else."""
    type_ = op.value.type
    if isinstance(type_, IntegerType):
        return {32: 4, 64: 8}.get(type_.width.data, 0)
    return 4 if isinstance(type_, Float32Type) else 0


def write(lw: Lowering, run: Run) -> None:
    """The stores of a run, the widest first."""
    words: dict[int, SSAValue] = {}
    for offset, op in run.stores.items():
        words |= _words(lw, offset, op)
    base = lw.target.device_memory(lw.b, lw.value(run.root))
    for size in (_WIDEST, 8, 4):
        for offset in sorted(words):
            covered = range(offset, offset + size, 4)
            if offset % size == 0 and all(word in words for word in covered):
                value = _joined(lw, [words.pop(word) for word in covered])
                lw.b.store(value, lw.b.advance(base, offset), size)


def _words(lw: Lowering, offset: int, op: rt.StoreOp) -> dict[int, SSAValue]:
    """What a store writes, by the place of each word."""
    b, value = lw.b, lw.value(op.value)
    if isinstance(op.value.type, Float32Type):
        value = b.cast(llvm.BitcastOp, value, i32)
    if _size(op) == 4:
        return {offset: value}
    high = b.binary(llvm.LShrOp, value, b.integer(32))
    return {offset: b.cast(llvm.TruncOp, value, i32), offset + 4: b.cast(llvm.TruncOp, high, i32)}


def _joined(lw: Lowering, words: list[SSAValue]) -> SSAValue:
    """One, two or four words as one value."""
    b = lw.b
    if len(words) == 1:
        return words[0]
    low, high = (b.resize(word, i64, signed=False) for word in words[:2])
    pair = b.binary(llvm.OrOp, low, b.binary(llvm.ShlOp, high, b.integer(32)))
    if len(words) == 2:
        return pair
    vector: SSAValue = b.add(llvm.PoisonOp(_PAIR)).res
    for place, value in enumerate((pair, _joined(lw, words[2:]))):
        vector = b.add(llvm.InsertElementOp(vector, value, b.integer(place, i32))).res
    return vector

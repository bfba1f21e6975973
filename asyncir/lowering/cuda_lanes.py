"""
Lane operations on NVIDIA GPUs: always all 32 lanes of the warp.

A shuffle moves 32 bits: narrower values are widened, 64-bit values go in two halves. A reduction of an integer of at most 32 bits is
one `redux.sync` from sm_80 on; any other is a butterfly of five shuffles, after which all lanes hold the same bits, as each
combination is commutative.
"""

from __future__ import annotations

from xdsl.dialects.builtin import IntegerType, i32, i64
from xdsl.ir import Attribute, Operation, SSAValue

from asyncir.dialects import llvm_ext as llvm
from asyncir.dialects import llvm_intrinsics as intr
from asyncir.dialects import nvvm
from asyncir.dialects.gpu_lanes import Reduction, ShuffleMode
from asyncir.lowering.convert.builder import Builder
from asyncir.lowering.convert.types import is_float, scalar_bits

WIDTH = 32
_REDUX_FROM = 80

_KINDS = {
    ShuffleMode.XOR: nvvm.ShflKind.BFLY,
    ShuffleMode.UP: nvvm.ShflKind.UP,
    ShuffleMode.DOWN: nvvm.ShflKind.DOWN,
    ShuffleMode.IDX: nvvm.ShflKind.IDX,
}

_REDUX = {
    Reduction.ADD: nvvm.ReduxKind.ADD,
    Reduction.AND: nvvm.ReduxKind.AND,
    Reduction.OR: nvvm.ReduxKind.OR,
    Reduction.XOR: nvvm.ReduxKind.XOR,
    Reduction.MINSI: nvvm.ReduxKind.MIN,
    Reduction.MAXSI: nvvm.ReduxKind.MAX,
    Reduction.MINUI: nvvm.ReduxKind.UMIN,
    Reduction.MAXUI: nvvm.ReduxKind.UMAX,
}

_INTEGER: dict[Reduction, type[Operation]] = {
    Reduction.ADD: llvm.AddOp,
    Reduction.MUL: llvm.MulOp,
    Reduction.AND: llvm.AndOp,
    Reduction.OR: llvm.OrOp,
    Reduction.XOR: llvm.XOrOp,
    Reduction.MINSI: intr.SMinOp,
    Reduction.MAXSI: intr.SMaxOp,
    Reduction.MINUI: intr.UMinOp,
    Reduction.MAXUI: intr.UMaxOp,
}

_FLOAT: dict[Reduction, type[Operation]] = {
    Reduction.ADD: llvm.FAddOp,
    Reduction.MUL: llvm.FMulOp,
    Reduction.MINNUMF: intr.MinNumOp,
    Reduction.MAXNUMF: intr.MaxNumOp,
    Reduction.MINIMUMF: intr.MinimumOp,
    Reduction.MAXIMUMF: intr.MaximumOp,
}


def full_mask(b: Builder) -> SSAValue:
    """All lanes."""
    return b.integer(nvvm.FULL_MASK, i32)


def shuffle(b: Builder, mode: ShuffleMode, value: SSAValue, offset: SSAValue, known: int | None) -> tuple[SSAValue, SSAValue]:
    """
    The other lane's value and whether there is such a lane; see Target.shuffle.

    The hardware looks at five bits of the offset only, so one that may be negative or large becomes the number of the lane to read.
    """
    if known is not None and 0 <= known < WIDTH:
        return _moved(b, mode, value, offset)
    source = _source(b, mode, offset)
    result, _ = _moved(b, ShuffleMode.IDX, value, source)
    valid = b.compare("ult", source, b.integer(WIDTH, i32))
    return b.select(valid, result, value), valid


def _source(b: Builder, mode: ShuffleMode, offset: SSAValue) -> SSAValue:
    """The lane that is read, by signed arithmetic; beyond the warp it is negative or 32 and more."""
    if mode is ShuffleMode.IDX:
        return offset
    kind = {ShuffleMode.XOR: llvm.XOrOp, ShuffleMode.UP: llvm.SubOp, ShuffleMode.DOWN: llvm.AddOp}[mode]
    return b.binary(kind, b.add(nvvm.LaneIdOp()).res, offset)


def _moved(b: Builder, mode: ShuffleMode, value: SSAValue, offset: SSAValue) -> tuple[SSAValue, SSAValue]:
    moved = [_move(b, mode, word, offset) for word in _words(b, value)]
    return _from_words(b, [word for word, _ in moved], value.type), moved[0][1]


def _move(b: Builder, mode: ShuffleMode, word: SSAValue, offset: SSAValue) -> tuple[SSAValue, SSAValue]:
    clamp = b.integer(0 if mode is ShuffleMode.UP else WIDTH - 1, i32)
    both = b.add(nvvm.ShflSyncOp(_KINDS[mode], full_mask(b), word, offset, clamp, with_validity=True)).res
    return b.extract(both, i32, 0), b.extract(both, IntegerType(1), 1)


def _words(b: Builder, value: SSAValue) -> list[SSAValue]:
    """The value as one or two words of 32 bits."""
    bits = scalar_bits(value.type)
    integer = b.cast(llvm.BitcastOp, value, IntegerType(bits)) if is_float(value.type) else value
    if bits <= WIDTH:
        return [b.resize(integer, i32, signed=False)]
    low = b.resize(integer, i64, signed=False)
    high = b.binary(llvm.LShrOp, low, b.integer(WIDTH))
    return [b.resize(low, i32, signed=False), b.resize(high, i32, signed=False)]


def _from_words(b: Builder, words: list[SSAValue], type_: Attribute) -> SSAValue:
    bits = IntegerType(scalar_bits(type_))
    if len(words) == 1:
        integer = b.resize(words[0], bits, signed=False)
    else:
        low, high = (b.resize(word, i64, signed=False) for word in words)
        integer = b.binary(llvm.OrOp, low, b.binary(llvm.ShlOp, high, b.integer(WIDTH)))
        integer = b.resize(integer, bits, signed=False)
    return b.cast(llvm.BitcastOp, integer, type_) if is_float(type_) else integer


def reduce(b: Builder, kind: Reduction, value: SSAValue, sm: int) -> SSAValue:
    """The value reduced over all lanes; see Target.reduce."""
    type_ = value.type
    if sm >= _REDUX_FROM and kind in _REDUX and isinstance(type_, IntegerType) and type_.width.data <= WIDTH:
        wide = b.resize(value, i32, signed=kind in (Reduction.MINSI, Reduction.MAXSI))
        reduced = b.add(nvvm.ReduxSyncOp(_REDUX[kind], wide, full_mask(b))).res
        return b.resize(reduced, type_, signed=False)
    combine = (_FLOAT if is_float(type_) else _INTEGER)[kind]
    for distance in (16, 8, 4, 2, 1):
        other, _ = _moved(b, ShuffleMode.XOR, value, b.integer(distance, i32))
        value = b.binary(combine, value, other)
    return value

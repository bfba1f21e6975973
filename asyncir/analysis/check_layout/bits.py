"""
Operations that only move bits, as descriptions: the result of `arith.shli %x, 8` is eight zeros below the low bits of `%x`.

A description is a tuple of parts, the lowest first. What is packed into a word and unpacked again is then the same bits, and no search
is needed. An `or` moves bits where one of its operands is zero, a comparison with zero where only one bit can be set: so descriptions
come with masks of the bits that may be set. Before layout these are sound. After layout they are guesses about what block arguments
and reloads hold, which show how a word is put together; the proof asks for each zero that a description stands on.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from xdsl.dialects import arith
from xdsl.ir import Block, Operation, SSAValue

from asyncir.analysis.check_layout.operations import constant_bits, float_constant, width_of
from asyncir.dialects import sm
from asyncir.dialects.interfaces import produced_block_arg_types, successor_operands

Masks = dict[SSAValue, int]


class Part(NamedTuple):
    """Some bits of a result: `width` bits of operand number `operand` from bit `low`, or, if that is -1, the constant `low`."""

    operand: int
    low: int
    width: int


CONSTANT = -1
_NE, _EQ = 1, 0
_FORMATS = {16: "<e", 32: "<f", 64: "<d"}
_ROUNDS = 8
"""Guesses about loops are given up after so many rounds: a zero that is not guessed is a layout not understood, never one accepted."""


def describe(op: Operation, may_be_set: Callable[[SSAValue], int]) -> tuple[Part, ...] | None:
    """How the operation moves bits, if that is all it does."""
    width = width_of(op.results[0].type) if len(op.results) == 1 else 0
    if width == 0:
        return None
    match op:
        case arith.ConstantOp():
            return _constant(op, width)
        case arith.ExtUIOp():
            source = width_of(op.input.type)
            return (Part(0, 0, source), Part(CONSTANT, 0, width - source)) if source else None
        case arith.TruncIOp() | arith.BitcastOp():
            return (Part(0, 0, width),) if width_of(op.input.type) else None
        case arith.ShLIOp() | arith.ShRUIOp():
            return _shift(op, width)
        case arith.AndIOp():
            return _masked(op, width)
        case arith.OrIOp():
            return _either(may_be_set(op.lhs), may_be_set(op.rhs), width)
        case arith.CmpiOp():
            return _test(op, may_be_set(op.lhs))
        case arith.SelectOp():
            return _as_number(op, width)
        case _:
            return None


class Descriptions:
    """Of the operations of a machine after layout: as far as can be known for sure, else by guesses."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._sound, self._guessed = sound_masks(blocks), guess_masks(blocks)

    def of(self, op: Operation) -> tuple[Part, ...] | None:
        """How the operation moves bits, if that is all it does, provided that zeros() are zero."""
        found = describe(op, lambda value: any_bit(value, self._sound))
        return found if found is not None else describe(op, lambda value: any_bit(value, self._guessed))


def stands_on_zeros(op: Operation) -> bool:
    """Whether a description of the operation is true only if some bits of its operands are zero."""
    return isinstance(op, arith.OrIOp | arith.CmpiOp)


def zeros(op: Operation, parts: Sequence[Part]) -> Iterator[Part]:
    """The bits of operands that must be zero for the description to be true."""
    if isinstance(op, arith.CmpiOp):
        bit, width = parts[0].low, width_of(op.lhs.type)
        yield Part(0, 0, bit)
        yield Part(0, bit + 1, width - bit - 1)
    elif isinstance(op, arith.OrIOp):
        at = 0
        for operand, _, width in parts:
            for other in (0, 1):
                if other != operand:
                    yield Part(other, at, width)
            at += width


def sound_masks(blocks: Sequence[Block]) -> Masks:
    """The bits that may be set, given blocks in an order in which definitions come before uses; values left out may have any."""
    masks: Masks = {}
    _sweep(blocks, masks)
    return masks


def guess_masks(blocks: Sequence[Block]) -> Masks:
    """The same with a guess for block arguments and reloads: what is passed to them or saved in their slots somewhere."""
    masks: Masks = {}
    if not any(isinstance(op, arith.OrIOp | arith.CmpiOp) for block in blocks for op in block.ops):
        return masks
    for block in blocks:
        masks.update(dict.fromkeys(block.args, 0))
        masks.update((op.result, 0) for op in block.ops if isinstance(op, sm.ReloadOp))
    for _ in range(_ROUNDS):
        _sweep(blocks, masks)
        if not _merge(blocks, masks):
            return masks
    return sound_masks(blocks)


def any_bit(value: SSAValue, masks: Masks) -> int:
    """A mask of the bits that may be set."""
    known = masks.get(value)
    return _ones(width_of(value.type)) if known is None else known


def _sweep(blocks: Sequence[Block], masks: Masks) -> None:
    for block in blocks:
        for op in block.ops:
            parts = describe(op, lambda value: any_bit(value, masks))
            if parts is not None:
                masks[op.results[0]] = _mask(op, parts, masks)


def _mask(op: Operation, parts: Sequence[Part], masks: Masks) -> int:
    mask = at = 0
    for operand, low, size in parts:
        if operand == CONSTANT:
            bits = low
        elif isinstance(op, arith.AndIOp):
            bits = _ones(size)  # What is masked is looked for, even if a broken layout has nothing there.
        else:
            bits = any_bit(op.operands[operand], masks) >> low & _ones(size)
        mask |= bits << at
        at += size
    return mask


def _merge(blocks: Sequence[Block], masks: Masks) -> bool:
    """Let arguments and reloads have the bits of what they get; returns whether some have more than before."""
    slots: dict[tuple[sm.SlotAttr, object], int] = {}
    for block in blocks:
        for op in block.ops:
            if isinstance(op, sm.SaveOp):
                key = (op.slot, op.value.type)
                slots[key] = slots.get(key, 0) | any_bit(op.value, masks)
    changed = False
    for target, bits in _flows(blocks, masks, slots):
        # What no path leads to, as the ready block of a suspension that is never ready, is none of the blocks.
        if target in masks and masks[target] | bits != masks[target]:
            masks[target] |= bits
            changed = True
    return changed


def _flows(blocks: Sequence[Block], masks: Masks, slots: dict[tuple[sm.SlotAttr, object], int]) -> Iterator[tuple[SSAValue, int]]:
    for argument in blocks[0].args:
        yield argument, _ones(width_of(argument.type))
    for block in blocks:
        for op in block.ops:
            if isinstance(op, sm.ReloadOp):
                yield op.result, slots.get((op.slot, op.result.type), _ones(width_of(op.result.type)))
            for index, successor in enumerate(op.successors):
                produced = len(produced_block_arg_types(op, index))
                yield from ((argument, _ones(width_of(argument.type))) for argument in successor.args[:produced])
                passed = successor_operands(op, index) or ()
                yield from zip(successor.args[produced:], (any_bit(value, masks) for value in passed), strict=False)


def _ones(width: int) -> int:
    return (1 << width) - 1


def _constant(op: arith.ConstantOp, width: int) -> tuple[Part, ...] | None:
    bits = constant_bits(op.result)
    number = float_constant(op)
    if number is not None and number.type.name in ("f16", "f32", "f64"):
        bits = int.from_bytes(struct.pack(_FORMATS[width], number.value.data), "little")
    return None if bits is None else (Part(CONSTANT, bits, width),)


def _shift(op: arith.ShLIOp | arith.ShRUIOp, width: int) -> tuple[Part, ...] | None:
    amount = constant_bits(op.rhs)
    if amount is None or amount >= width:
        return None
    if amount == 0:
        return (Part(0, 0, width),)
    if isinstance(op, arith.ShLIOp):
        return Part(CONSTANT, 0, amount), Part(0, 0, width - amount)
    return Part(0, amount, width - amount), Part(CONSTANT, 0, amount)


def _masked(op: arith.AndIOp, width: int) -> tuple[Part, ...] | None:
    for operand, other in ((0, op.rhs), (1, op.lhs)):
        if (mask := constant_bits(other)) is not None:
            return _runs([operand if mask >> bit & 1 else CONSTANT for bit in range(width)])
    return None


def _either(left: int, right: int, width: int) -> tuple[Part, ...] | None:
    if left & right:
        return None
    return _runs([0 if left >> bit & 1 else 1 if right >> bit & 1 else CONSTANT for bit in range(width)])


def _test(op: arith.CmpiOp, mask: int) -> tuple[Part, ...] | None:
    """Whether the only bit that may be set is set."""
    other = constant_bits(op.rhs)
    if mask == 0 or mask & (mask - 1) or other is None:
        return None
    if (op.predicate.value.data, other) in ((_NE, 0), (_EQ, mask)):
        return (Part(0, mask.bit_length() - 1, 1),)
    return None


def _as_number(op: arith.SelectOp, width: int) -> tuple[Part, ...] | None:
    """A predicate as the number 1 or 0."""
    if constant_bits(op.lhs) != 1 or constant_bits(op.rhs) != 0 or width_of(op.cond.type) != 1:
        return None
    return (Part(0, 0, 1),) if width == 1 else (Part(0, 0, 1), Part(CONSTANT, 0, width - 1))


def _runs(sources: list[int]) -> tuple[Part, ...]:
    """Parts for the operand that each bit comes from, at its own place; CONSTANT stands for zero."""
    parts: list[Part] = []
    start = 0
    for bit in range(1, len(sources) + 1):
        if bit == len(sources) or sources[bit] != sources[start]:
            operand = sources[start]
            parts.append(Part(operand, 0 if operand == CONSTANT else start, bit - start))
            start = bit
    return tuple(parts)

"""
What a laid-out machine copies into and out of its frames, by suspension, in words of 4 bytes.

A save or a reload of a word counts 1. A *move* is a save of a word that may come, unchanged, from another slot of the frame: it was
reloaded from there only to be saved here. It costs 2, its reload and its save, which are counted where they are; `moves` tells how many
of the saves are such. A word in rows is one for every lane.

Bytes are weighted by loops: what is in a loop counts 10 times, in a loop within it 100 times.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xdsl.dialects import arith
from xdsl.ir import Attribute, Block, BlockArgument, Operation, SSAValue

from asyncir.analysis.bounds import WORD_BITS, bits_of
from asyncir.analysis.loop_depth import loop_depths
from asyncir.dialects import sm
from asyncir.dialects.interfaces import produced_block_arg_types, successor_operands

LOOP_WEIGHT = 10
WORD = 4

_PACKING = (arith.TruncIOp, arith.ExtUIOp, arith.ShLIOp, arith.ShRUIOp, arith.OrIOp, arith.AndIOp, arith.BitcastOp)
"""What narrow values go through on their way to and from the word that holds them."""


@dataclass(frozen=True)
class Traffic:
    """What is copied where a task is suspended. Words, but for `weighted_bytes`, which count loops and lanes."""

    saves: int
    reloads: int
    moves: int
    weighted_bytes: int


def traffic_of(machine: sm.MachineOp, width: int = 32) -> dict[int, Traffic]:
    """The traffic at each suspension of a laid-out machine, by its state; `width` is a warp's, and counts in rows alone."""
    depths = loop_depths(machine.body)
    came_from = _origins(machine)
    found: dict[int, Traffic] = {}
    for block in machine.body.blocks:
        if isinstance(park := block.last_op, sm.ParkOp):
            found[park.number] = _traffic(block, park, LOOP_WEIGHT ** depths.get(block, 0), width, came_from)
    return found


_Place = tuple[bool, int]
"""A slot: whether it is in rows, and its offset."""


def _place(op: sm.SaveOp | sm.ReloadOp) -> _Place:
    return op.slot.in_rows, op.slot.offset.value.data


def _traffic(block: Block, park: sm.ParkOp, weight: int, width: int, came_from: dict[SSAValue, tuple[_Place, ...]]) -> Traffic:
    saves, reloads, moves, total = 0, 0, 0, 0
    for op in block.ops:
        if isinstance(op, sm.SaveOp):
            words = _words(op.value.type)
            saves += words
            here = _place(op)
            moves += words if any(place != here for place in came_from.get(op.value, ())) else 0
            total += words * (width if op.slot.in_rows else 1)
    for op in park.resume.ops:
        if isinstance(op, sm.ReloadOp):
            words = _words(op.result.type)
            reloads += words
            total += words * (width if op.slot.in_rows else 1)
    return Traffic(saves, reloads, moves, WORD * total * weight)


def _words(type_: Attribute) -> int:
    bits = bits_of(type_)
    assert bits is not None, "it is in a frame"
    return max(1, -(-bits // WORD_BITS))


def _origins(machine: sm.MachineOp) -> dict[SSAValue, tuple[_Place, ...]]:
    """The slots from which values may come unchanged. Two are enough to know that one of them is another: no more are kept."""
    found: dict[SSAValue, tuple[_Place, ...]] = {}
    targets: dict[Operation, dict[int, BlockArgument]] = {}
    resumes = {block.last_op.resume for block in machine.body.blocks if isinstance(block.last_op, sm.ParkOp)}
    pending = [(op.result, _place(op)) for block in resumes for op in block.ops if isinstance(op, sm.ReloadOp)]
    while pending:
        value, place = pending.pop()
        known = found.get(value, ())
        if len(known) > 1 or place in known:
            continue
        found[value] = (*known, place)
        for use in value.uses:
            pending += [(to, place) for to in _copies(use.operation, use.index, targets, resumes)]
    return found


def _copies(op: Operation, index: int, targets: dict[Operation, dict[int, BlockArgument]], resumes: set[Block]) -> Iterator[SSAValue]:
    """The values that an operand goes on in unchanged: a block argument, or a word that it is packed in or unpacked from."""
    if op.successors:
        if op not in targets:
            targets[op] = _forwarded(op)
        if index in targets[op]:
            yield targets[op][index]
    elif isinstance(op, _PACKING) and (block := op.parent) is not None and (block in resumes or isinstance(block.last_op, sm.ParkOp)):
        yield from op.results


def _forwarded(branch: Operation) -> dict[int, BlockArgument]:
    """For each operand that a branch hands to a successor the argument that gets it. These operands are the last ones, in order."""
    arguments: list[BlockArgument] = []
    for index, successor in enumerate(branch.successors):
        count = len(successor_operands(branch, index) or ())
        produced = len(produced_block_arg_types(branch, index))
        arguments += successor.args[produced : produced + count]
    first = len(branch.operands) - len(arguments)
    return {first + place: argument for place, argument in enumerate(arguments)}

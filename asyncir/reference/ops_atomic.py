"""The decoder of `memref.atomic_rmw`. Between two waits nobody else runs: reading and writing an element is one step."""

from __future__ import annotations

from collections.abc import Callable

from xdsl.dialects import memref

from asyncir.dialects.memref_ext import RMW_KINDS
from asyncir.reference import arithmetic as on
from asyncir.reference.decode import Decoded, Decoder, OpDecoder, Plain, Registers
from asyncir.reference.ops_arith import rounded, width_of
from asyncir.reference.ops_memref import position_of, read_cell, write_cell
from asyncir.reference.values import Value

_SAME = {"maxs": "maxsi", "maxu": "maxui", "mins": "minsi", "minu": "minui"}
"""Where a kind is not called as the operation of `arith` that does the same."""


def combiner(op: memref.AtomicRMWOp) -> Callable[[Value, Value], Value]:
    """What makes the new element of the old one and the operand."""
    kind = RMW_KINDS[op.kind.value.data]
    if kind == "assign":
        return lambda old, new: new
    name = f"arith.{_SAME.get(kind, kind)}"
    if name in on.FLOAT_BINARY:
        return rounded(op, op.value, on.FLOAT_BINARY[name])
    return on.INTEGER_BINARY[name](width_of(op, op.value))


def _atomic_rmw(op: memref.AtomicRMWOp, d: Decoder) -> Decoded:
    find, source, target = position_of(op, op.memref, op.indices, d), d.register(op.value), d.register(op.result)
    function = combiner(op)

    def step(r: Registers) -> None:
        cells, position = find(r)
        old = read_cell(op, cells, position)
        write_cell(op, cells, position, function(old, r[source]))
        r[target] = old

    return Plain(step)


DECODERS: dict[str, OpDecoder] = {"memref.atomic_rmw": _atomic_rmw}

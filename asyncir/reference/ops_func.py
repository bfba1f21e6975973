"""Decoders of `func`: calls, which run as part of the calling task, and returns."""

from __future__ import annotations

from xdsl.dialects import func

from asyncir.reference.decode import Decoded, Decoder, OpDecoder, Plain, Registers, Running, Suspends, run_plain, store_values
from asyncir.reference.ops_scf import values_end
from asyncir.reference.prints import external
from asyncir.reference.program import Code


def _call(op: func.CallOp, d: Decoder) -> Decoded:
    symbol = op.callee.string_value()
    callee = d.symbols.lookup(op, symbol)
    if isinstance(callee, func.FuncOp) and callee.is_declaration:
        return external(op, symbol, d)
    code: Code = d.symbols.function(op, symbol)
    sources, store = d.registers(op.arguments), store_values(d.registers(op.res))

    def plain(r: Registers) -> None:
        inner = code.enter(r[0], tuple([r[source] for source in sources]))
        store(r, run_plain(code.region, inner))

    def suspends(r: Registers) -> Running:
        values = yield code.body(r[0], tuple([r[source] for source in sources]))
        store(r, values)

    return Plain(plain) if d.symbols.is_plain(symbol) else Suspends(suspends)


DECODERS: dict[str, OpDecoder] = {
    "func.call": _call,
    "func.return": values_end,
    "async.return": values_end,
    "async.yield": values_end,
}

"""Decoders of `arith`: constants, arithmetic, comparisons and conversions on scalars."""

from __future__ import annotations

from collections.abc import Callable

from xdsl.dialects import arith
from xdsl.dialects.builtin import FloatAttr, IntegerAttr
from xdsl.ir import Operation, SSAValue

from asyncir.reference import arithmetic as on
from asyncir.reference.decode import Decoded, Decoder, OpDecoder, Plain, Registers
from asyncir.reference.faults import broken, unsupported
from asyncir.reference.values import (
    Undefined,
    Value,
    integer_width,
    is_float,
    rounding,
    scalar_bits,
    scalar_from_bits,
    unsigned_of,
    wrap_to,
)


def width_of(op: Operation, value: SSAValue) -> int:
    """The bits of an integer operand."""
    width = integer_width(value.type)
    if width is None:
        raise unsupported(op, f"on {value.type}")
    return width


def unary(op: Operation, d: Decoder, function: Callable[[Value], Value]) -> Plain:
    """One operand, one result."""
    source, target = d.register(op.operands[0]), d.register(op.results[0])

    def step(r: Registers) -> None:
        try:
            r[target] = function(r[source])
        except Undefined as fault:
            raise broken("undefined", op, f"'{op.name}' is undefined: {fault}") from None

    return Plain(step)


def binary(op: Operation, d: Decoder, function: Callable[[Value, Value], Value]) -> Plain:
    """Two operands, one result."""
    left, right, target = d.register(op.operands[0]), d.register(op.operands[1]), d.register(op.results[0])

    def step(r: Registers) -> None:
        try:
            r[target] = function(r[left], r[right])
        except Undefined as fault:
            raise broken("undefined", op, f"'{op.name}' is undefined: {fault}") from None

    return Plain(step)


def rounded(op: Operation, value: SSAValue, function: Callable[..., float]) -> Callable[..., float]:
    """A function of doubles with its result in the type of `value`."""
    if not is_float(value.type):
        raise unsupported(op, f"on {value.type}")
    to_type = rounding(value.type)
    if str(value.type) == "f64":
        return function
    return lambda *operands: to_type(function(*operands))


def _integer_binary(build: Callable[[int], Callable[[int, int], int]]) -> OpDecoder:
    return lambda op, d: binary(op, d, build(width_of(op, op.operands[0])))


def _float_binary(function: Callable[[float, float], float]) -> OpDecoder:
    return lambda op, d: binary(op, d, rounded(op, op.operands[0], function))


def _constant(op: arith.ConstantOp, d: Decoder) -> Decoded:
    target = d.register(op.result)
    match op.value:
        case IntegerAttr():
            value: Value = wrap_to(width_of(op, op.result))(op.value.value.data)
        case FloatAttr():
            value = rounding(op.result.type)(op.value.value.data)
        case _:
            raise unsupported(op, f"of type {op.result.type}")

    def step(r: Registers) -> None:
        r[target] = value

    return Plain(step)


def _cmpi(op: arith.CmpiOp, d: Decoder) -> Decoded:
    return binary(op, d, on.compare_integers(op.predicate.value.data, width_of(op, op.lhs)))


def _cmpf(op: arith.CmpfOp, d: Decoder) -> Decoded:
    if not is_float(op.lhs.type):
        raise unsupported(op, f"on {op.lhs.type}")
    return binary(op, d, on.compare_floats(op.predicate.value.data))


def _select(op: arith.SelectOp, d: Decoder) -> Decoded:
    if integer_width(op.cond.type) != 1:
        raise unsupported(op, f"on {op.cond.type}")
    condition, left, right = d.registers(op.operands)
    target = d.register(op.result)

    def step(r: Registers) -> None:
        r[target] = r[left] if r[condition] else r[right]

    return Plain(step)


def _resize(*, signed: bool) -> OpDecoder:
    """Truncation and extension: the source read as signed or unsigned, brought into the result's width."""

    def decode(op: Operation, d: Decoder) -> Decoded:
        source, wrap = width_of(op, op.operands[0]), wrap_to(width_of(op, op.results[0]))
        read = on.signed_of(source) if signed else unsigned_of(source)
        return unary(op, d, lambda value: wrap(read(value)))

    return decode


def _float_to_integer(*, signed: bool) -> OpDecoder:
    return lambda op, d: unary(op, d, on.float_to_integer(width_of(op, op.results[0]), signed=signed))


def _integer_to_float(*, signed: bool) -> OpDecoder:
    return lambda op, d: unary(op, d, on.integer_to_float(width_of(op, op.operands[0]), op.results[0].type, signed=signed))


def _unchanged(value: float) -> float:
    return value


def _negated(value: float) -> float:
    return -value


def _resize_float(op: Operation, d: Decoder) -> Decoded:
    return unary(op, d, rounded(op, op.results[0], _unchanged))


def _bitcast(op: Operation, d: Decoder) -> Decoded:
    source, target = op.operands[0].type, op.results[0].type
    for type_ in (source, target):
        if integer_width(type_) is None and not is_float(type_):
            raise unsupported(op, f"on {type_}")
    return unary(op, d, lambda value: scalar_from_bits(scalar_bits(value, source), target))


def _negf(op: Operation, d: Decoder) -> Decoded:
    return unary(op, d, rounded(op, op.results[0], _negated))


def _extended(parts: Callable[[int, int, int], tuple[int, int]]) -> OpDecoder:
    """Operations with a low result and a high one (or a carry)."""

    def decode(op: Operation, d: Decoder) -> Decoded:
        width = width_of(op, op.operands[0])
        left, right = d.registers(op.operands)
        low, high = d.registers(op.results)
        wrap_low, wrap_high = wrap_to(width), wrap_to(width_of(op, op.results[1]))

        def step(r: Registers) -> None:
            first, second = parts(r[left], r[right], width)
            r[low], r[high] = wrap_low(first), wrap_high(second)

        return Plain(step)

    return decode


def _add_carry(a: int, b: int, width: int) -> tuple[int, int]:
    total = unsigned_of(width)(a) + unsigned_of(width)(b)
    return total, total >> width


def _multiply_unsigned(a: int, b: int, width: int) -> tuple[int, int]:
    product = unsigned_of(width)(a) * unsigned_of(width)(b)
    return product, product >> width


def _multiply_signed(a: int, b: int, width: int) -> tuple[int, int]:
    product = on.signed_of(width)(a) * on.signed_of(width)(b)
    return product, product >> width


DECODERS: dict[str, OpDecoder] = {
    **{name: _integer_binary(build) for name, build in on.INTEGER_BINARY.items()},
    **{name: _float_binary(function) for name, function in on.FLOAT_BINARY.items()},
    "arith.constant": _constant,
    "arith.cmpi": _cmpi,
    "arith.cmpf": _cmpf,
    "arith.select": _select,
    "arith.negf": _negf,
    "arith.extsi": _resize(signed=True),
    "arith.extui": _resize(signed=False),
    "arith.trunci": _resize(signed=True),
    "arith.index_cast": _resize(signed=True),
    "arith.index_castui": _resize(signed=False),
    "arith.sitofp": _integer_to_float(signed=True),
    "arith.uitofp": _integer_to_float(signed=False),
    "arith.fptosi": _float_to_integer(signed=True),
    "arith.fptoui": _float_to_integer(signed=False),
    "arith.extf": _resize_float,
    "arith.truncf": _resize_float,
    "arith.bitcast": _bitcast,
    "arith.addui_extended": _extended(_add_carry),
    "arith.mului_extended": _extended(_multiply_unsigned),
    "arith.mulsi_extended": _extended(_multiply_signed),
}

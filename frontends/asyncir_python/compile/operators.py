"""Operators on scalars, in the types and with the results that promotion.py and arithmetic.py define for the run under asyncio too."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from xdsl.dialects import arith, math
from xdsl.dialects.builtin import BFloat16Type, Float16Type, IntegerType, f32
from xdsl.ir import Operation, SSAValue

from asyncir.dialects.arith_ext import RemFOp
from asyncir_python import arithmetic
from asyncir_python.compile import conversion
from asyncir_python.compile.conversion import constant
from asyncir_python.compile.emitter import Emitter, static_of
from asyncir_python.compile.failing import fail_if
from asyncir_python.compile.types import BOOLEAN, NONE, Scalar, ScalarType, Static, Tuple
from asyncir_python.compile.values import Value, pack, split
from asyncir_python.promotion import EITHER, FLOAT, I128, INT, binary_type, compares_exactly, unary_type

SYMBOLS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.LShift: "<<", ast.RShift: ">>", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.USub: "-", ast.UAdd: "+", ast.Invert: "~", ast.Not: "not",
}  # fmt: skip

_INTEGER_OPS: dict[str, Callable[[SSAValue, SSAValue], Operation]] = {
    "+": arith.AddiOp, "-": arith.SubiOp, "*": arith.MuliOp, "&": arith.AndIOp, "|": arith.OrIOp, "^": arith.XOrIOp,
}  # fmt: skip
_FLOAT_OPS: dict[str, Callable[[SSAValue, SSAValue], Operation]] = {
    "+": arith.AddfOp, "-": arith.SubfOp, "*": arith.MulfOp, "/": arith.DivfOp, "**": math.PowFOp,
}  # fmt: skip
_PREDICATES = {"==": ("eq", "eq", "oeq"), "!=": ("ne", "ne", "une"), "<": ("slt", "ult", "olt"), "<=": ("sle", "ule", "ole"),
               ">": ("sgt", "ugt", "ogt"), ">=": ("sge", "uge", "oge")}  # fmt: skip


def operate(f: Emitter, operator: ast.operator, left: Value, right: Value, node: ast.AST) -> Value:
    """`left operator right`. Raises CompileError at the node for operands that do not go together."""
    symbol = SYMBOLS.get(type(operator))
    if symbol is None:
        f.fail(node, "the operator '@' is not supported", help="write the loops")
    if symbol == "+" and isinstance(left.type, Tuple) and isinstance(right.type, Tuple):
        if left.type.is_list != right.type.is_list:
            f.fail(node, f"'+' does not work on {left.type} and {right.type}")
        return pack([*split(left), *split(right)], left.type.is_list)
    a, b = _scalar(f, left, symbol, node), _scalar(f, right, symbol, node)
    type_ = _typed(f, lambda: binary_type(symbol, a, b), node)
    if left.constant is not None and right.constant is not None:
        folded_value = _folded(f, symbol, type_, left, right, node)
        if folded_value is not None:
            return folded_value
    _in_range(f, left, type_, node)
    if symbol in ("<<", ">>"):
        return _shift(f, symbol, left, right, type_, node)
    if symbol == "**" and not type_.is_float:
        return _integer_power(f, left, right, type_, node)
    _in_range(f, right, type_, node)
    x, y = (f.parts(conversion.cast(f, value, type_))[0] for value in (left, right))
    return Value(Scalar(type_), (_compute(f, symbol, x, y, type_, right, node),))


def _scalar(f: Emitter, value: Value, symbol: str, node: ast.AST) -> ScalarType:
    if not isinstance(value.type, Scalar):
        help = "await it first" if "coroutine" in str(value.type) or "Task" in str(value.type) else None
        f.fail(node, f"'{symbol}' does not work on {value.type}", help=help)
    return value.type.scalar


def _typed(f: Emitter, rule: Callable[[], ScalarType], node: ast.AST) -> ScalarType:
    try:
        return rule()
    except TypeError as error:
        f.fail(node, str(error))


def _in_range(f: Emitter, value: Value, type_: ScalarType, node: ast.AST) -> None:
    """A constant that its type does not hold is a mistake, though the rules would take it modulo."""
    if value.constant is None or type_.is_float or type_ == I128 or isinstance(value.constant, float):
        return
    if not conversion.fits(int(value.constant), type_):
        f.fail(node, f"{value.constant} is out of range for {type_.name}", help="convert the other operand to a wider type")


def _folded(f: Emitter, symbol: str, type_: ScalarType, left: Value, right: Value, node: ast.AST) -> Value | None:
    """Constants are computed when compiling. None for a division by a variable that is zero here: it may never run."""
    try:
        result = arithmetic.binary_value(symbol, type_, left.constant, right.constant)
    except (ArithmeticError, ValueError) as error:
        if symbol in ("/", "//", "%") and not _is_written_out(node):
            return None
        f.fail(node, f"this always fails: {error}")
    return folded(f, result, type_, node)


def _is_written_out(node: ast.AST) -> bool:
    """Whether the right operand has no names: then its value is what its author wrote."""
    operand = node.right if isinstance(node, ast.BinOp) else node.value if isinstance(node, ast.AugAssign) else node
    return not any(isinstance(part, ast.Name) for part in ast.walk(operand))


def folded(f: Emitter, result: Any, type_: ScalarType, node: ast.AST) -> Value:
    """A computed constant; Python's own integers have 64 bits here."""
    if type_ == INT and not -(1 << 63) <= result < 1 << 63:
        f.fail(node, f"{result} does not fit into the 64 bits of an int")
    return Value(Scalar(type_), constant=result)


def _compute(f: Emitter, symbol: str, x: SSAValue, y: SSAValue, type_: ScalarType, right: Value, node: ast.AST) -> SSAValue:
    if type_.is_float:
        if symbol in ("/", "//", "%") and type_ == FLOAT:
            _check_divisor(
                f,
                right,
                y,
                "float division by zero" if symbol == "/" else "float floor division by zero" if symbol == "//" else "float modulo",
                node,
            )
        if symbol in ("//", "%"):
            return _float_division(f, symbol, x, y)
        return f.value(_FLOAT_OPS[symbol](x, y))
    if symbol in ("//", "%"):
        _check_divisor(f, right, y, "integer division or modulo by zero" if symbol == "//" else "integer modulo by zero", node)
        return _integer_division(f, symbol, x, y, type_)
    return f.value(_INTEGER_OPS[symbol](x, y))


def _check_divisor(f: Emitter, divisor: Value, value: SSAValue, message: str, node: ast.AST) -> None:
    if divisor.constant:
        return
    if divisor.constant is not None and _is_written_out(node):
        f.fail(node, "this always divides by zero")
    zero = f.constant(0, value.type)
    wrong = f.compare("eq", value, zero) if isinstance(value.type, IntegerType) else f.value(arith.CmpfOp(value, zero, "oeq"))
    fail_if(f, wrong, ZeroDivisionError, message, node)


def _integer_division(f: Emitter, symbol: str, x: SSAValue, y: SSAValue, type_: ScalarType) -> SSAValue:
    """Floored. The least integer by -1, which overflows, gives itself and remainder 0: the divisor is replaced by 1 there."""
    if type_.kind == "uint":
        return f.value((arith.DivUIOp if symbol == "//" else arith.RemUIOp)(x, y))
    minus_one, zero = f.constant(-1, x.type), f.constant(0, x.type)
    flips = f.compare("eq", y, minus_one)
    safe = f.value(arith.SelectOp(flips, f.constant(1, x.type), y))
    if symbol == "//":
        quotient = f.value(arith.DivSIOp(x, safe))
        remainder = f.value(arith.SubiOp(x, f.value(arith.MuliOp(quotient, safe))))
        floored = f.value(
            arith.SelectOp(_signs_differ(f, remainder, safe), f.value(arith.SubiOp(quotient, f.constant(1, x.type))), quotient)
        )
        return f.value(arith.SelectOp(flips, f.value(arith.SubiOp(zero, x)), floored))
    remainder = f.value(arith.RemSIOp(x, safe))
    floored = f.value(arith.SelectOp(_signs_differ(f, remainder, safe), f.value(arith.AddiOp(remainder, safe)), remainder))
    return f.value(arith.SelectOp(flips, zero, floored))


def _signs_differ(f: Emitter, remainder: SSAValue, divisor: SSAValue) -> SSAValue:
    """Whether a remainder is not zero and has not the divisor's sign."""
    zero = f.constant(0, remainder.type)
    opposite = f.compare("slt", f.value(arith.XOrIOp(remainder, divisor)), zero)
    return f.value(arith.AndIOp(opposite, f.compare("ne", remainder, zero)))


def _float_division(f: Emitter, symbol: str, x: SSAValue, y: SSAValue) -> SSAValue:
    """Floored, in the type of `arithmetic.works_in`; rounded once."""
    type_ = x.type
    compute = _float_floor_div if symbol == "//" else _float_mod
    if not isinstance(type_, Float16Type | BFloat16Type):
        return compute(f, x, y)
    wide = compute(f, f.value(arith.ExtFOp(x, f32)), f.value(arith.ExtFOp(y, f32)))
    return f.value(arith.TruncFOp(wide, type_))


def _float_mod(f: Emitter, x: SSAValue, y: SSAValue) -> SSAValue:
    """Python's: fmod, moved to the divisor's sign; a zero has the divisor's sign."""
    zero = f.constant(0.0, x.type)
    rest = f.value(RemFOp(x, y))
    nonzero = f.value(arith.CmpfOp(rest, zero, "une"))
    below = f.value(arith.CmpfOp(rest, zero, "olt"))
    differ = f.value(arith.XOrIOp(below, f.value(arith.CmpfOp(y, zero, "olt"))))
    moved = f.value(arith.SelectOp(f.value(arith.AndIOp(nonzero, differ)), f.value(arith.AddfOp(rest, y)), rest))
    return f.value(arith.SelectOp(nonzero, moved, f.value(math.CopySignOp(zero, y))))


def _float_floor_div(f: Emitter, x: SSAValue, y: SSAValue) -> SSAValue:
    """Python's: the floor of (x - x % y) / y, to the nearest where the division is not exact."""
    zero, half, one = (f.constant(number, x.type) for number in (0.0, 0.5, 1.0))
    rest = f.value(RemFOp(x, y))
    quotient = f.value(arith.DivfOp(f.value(arith.SubfOp(x, rest)), y))
    nonzero = f.value(arith.CmpfOp(rest, zero, "une"))
    differ = f.value(arith.XOrIOp(f.value(arith.CmpfOp(rest, zero, "olt")), f.value(arith.CmpfOp(y, zero, "olt"))))
    quotient = f.value(arith.SelectOp(f.value(arith.AndIOp(nonzero, differ)), f.value(arith.SubfOp(quotient, one)), quotient))
    floor = f.value(math.FloorOp(quotient))
    near = f.value(arith.CmpfOp(f.value(arith.SubfOp(quotient, floor)), half, "ogt"))
    floor = f.value(arith.SelectOp(near, f.value(arith.AddfOp(floor, one)), floor))
    is_zero = f.value(arith.CmpfOp(quotient, zero, "oeq"))
    plain = f.value(arith.DivfOp(x, y))
    floor = f.value(arith.SelectOp(is_zero, f.value(math.CopySignOp(zero, plain)), floor))
    return f.value(arith.SelectOp(f.value(arith.CmpfOp(y, zero, "oeq")), plain, floor))


def _shift(f: Emitter, symbol: str, left: Value, right: Value, type_: ScalarType, node: ast.AST) -> Value:
    """Counts of the width and more give what shifting that often by one gives; a negative one is an error."""
    assert isinstance(right.type, Scalar)
    count_type = right.type.scalar
    x = f.parts(conversion.cast(f, left, type_))[0]
    if right.constant is not None:
        if int(right.constant) < 0:
            f.fail(node, "negative shift count")
        wide = min(int(right.constant), type_.bits)
        count, over = f.constant(min(wide, type_.bits - 1), x.type), f.boolean(wide >= type_.bits)
    else:
        given = f.parts(conversion.widen(f, right))[0]
        if count_type.kind != "uint":
            fail_if(f, f.compare("slt", given, f.constant(0, given.type)), ValueError, "negative shift count", node)
        over = f.compare("uge", given, f.constant(type_.bits, given.type)) if type_.bits < 1 << _bits(given) - 1 else f.boolean(False)
        capped = f.value(arith.SelectOp(over, f.constant(min(type_.bits - 1, (1 << _bits(given) - 1) - 1), given.type), given))
        count = f.parts(conversion.cast(f, Value(Scalar(INT if count_type.kind == "bool" else count_type), (capped,)), type_))[0]
    if symbol == "<<":
        shifted = f.value(arith.ShLIOp(x, count))
        return Value(Scalar(type_), (f.value(arith.SelectOp(over, f.constant(0, x.type), shifted)),))
    if type_.kind == "uint":
        shifted = f.value(arith.ShRUIOp(x, count))
        return Value(Scalar(type_), (f.value(arith.SelectOp(over, f.constant(0, x.type), shifted)),))
    return Value(Scalar(type_), (f.value(arith.ShRSIOp(x, count)),))


def _bits(value: SSAValue) -> int:
    assert isinstance(value.type, IntegerType)
    return value.type.width.data


def _integer_power(f: Emitter, left: Value, right: Value, type_: ScalarType, node: ast.AST) -> Value:
    """By repeated squaring, modulo the width. Python's own int to a negative power is a float, so such an exponent must be a constant."""
    assert isinstance(right.type, Scalar)
    if right.constant is None and type_.weak:
        f.fail(
            node, "int ** int needs a constant exponent, as its sign decides the type", help="use math.pow, or a strong type: i64(x) ** n"
        )
    x = f.parts(conversion.cast(f, left, type_))[0]
    if right.constant is not None:
        exponent = int(right.constant)
        if exponent < 0:
            f.fail(node, "a negative power of an integer is no integer", help="write 1 / x ** n, or convert x to a float")
        return Value(Scalar(type_), (_constant_power(f, x, exponent),))
    count = f.parts(conversion.cast(f, right, INT))[0]
    if right.type.scalar.kind == "int":
        fail_if(f, f.compare("slt", count, f.int64(0)), ValueError, "negative exponent", node)
    return Value(Scalar(type_), (f.module.integer_power(f, x, count),))


def _constant_power(f: Emitter, x: SSAValue, exponent: int) -> SSAValue:
    result: SSAValue | None = None
    square = x
    while exponent:
        if exponent & 1:
            result = square if result is None else f.value(arith.MuliOp(result, square))
        exponent >>= 1
        if exponent:
            square = f.value(arith.MuliOp(square, square))
    return f.constant(1, x.type) if result is None else result


def unary(f: Emitter, operator: ast.unaryop, value: Value, node: ast.AST) -> Value:
    """`operator value`."""
    if isinstance(operator, ast.Not):
        truth = conversion.condition(f, value, node)
        if truth.constant is not None:
            return constant(not truth.constant)
        return Value(BOOLEAN, (f.opposite(f.parts(truth)[0]),))
    symbol = SYMBOLS[type(operator)]
    operand = _scalar(f, value, symbol, node)
    type_ = _typed(f, lambda: unary_type(symbol, operand), node)
    if value.constant is not None:
        return folded(f, arithmetic.unary_value(symbol, type_, value.constant), type_, node)
    x = f.parts(conversion.cast(f, value, type_))[0]
    if symbol == "+":
        return Value(Scalar(type_), (x,))
    if symbol == "~":
        return Value(Scalar(type_), (f.value(arith.XOrIOp(x, f.constant(-1, x.type))),))
    made = arith.NegfOp(x) if type_.is_float else arith.SubiOp(f.constant(0, x.type), x)
    return Value(Scalar(type_), (f.value(made),))


def compare(f: Emitter, operator: ast.cmpop, left: Value, right: Value, node: ast.AST) -> Value:
    """`left operator right`, a bool. Identity is defined for None and for what is known while compiling."""
    if isinstance(operator, ast.Is | ast.IsNot):
        return _identical(f, operator, left, right, node)
    if isinstance(operator, ast.In | ast.NotIn):
        return _contained(f, operator, left, right, node)
    symbol = SYMBOLS[type(operator)]
    if isinstance(left.type, Static) and isinstance(right.type, Static) and symbol in ("==", "!="):
        return constant((static_of(left) == static_of(right)) == (symbol == "=="))
    if isinstance(left.type, Tuple) and isinstance(right.type, Tuple) and symbol in ("==", "!="):
        return _same_tuples(f, symbol, left, right, node)
    a, b = _scalar(f, left, symbol, node), _scalar(f, right, symbol, node)
    type_ = _typed(f, lambda: binary_type(symbol, a, b), node)
    if left.constant is not None and right.constant is not None:
        return constant(arithmetic.compare_values(symbol, type_, left.constant, right.constant))
    type_ = _narrow(left, b) or _narrow(right, a) or type_
    if type_ == I128 or compares_exactly(a, b):
        return Value(BOOLEAN, (_compare_exactly(f, symbol, left, right, node),))
    x, y = (f.parts(conversion.cast(f, value, type_))[0] for value in (left, right))
    return Value(BOOLEAN, (_compared(f, symbol, x, y, type_),))


def _narrow(constant_: Value, other: ScalarType) -> ScalarType | None:
    """The other operand's integer type, if it holds the constant: to compare in it is exact as well."""
    if isinstance(constant_.constant, int) and other.is_strong_integer and conversion.fits(int(constant_.constant), other):
        return other
    return None


def _compared(f: Emitter, symbol: str, x: SSAValue, y: SSAValue, type_: ScalarType) -> SSAValue:
    signed, unsigned, floating = _PREDICATES[symbol]
    if type_.is_float:
        return f.value(arith.CmpfOp(x, y, floating))
    return f.compare(signed if type_.kind == "int" else unsigned, x, y)


def _compare_exactly(f: Emitter, symbol: str, left: Value, right: Value, node: ast.AST) -> SSAValue:
    """A u64 with an int: a negative int is less than all; an integer of 64 bits with a float: see `compares_exactly`."""
    if isinstance(left.type, Scalar) and isinstance(right.type, Scalar) and {FLOAT, EITHER} & {left.type.scalar, right.type.scalar}:
        return _integer_with_float(f, symbol, left, right)
    mirrored = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
    if isinstance(right.type, Scalar) and right.type.scalar.kind == "uint":
        return _compare_exactly(f, mirrored.get(symbol, symbol), right, left, node)
    x, y = f.parts(left)[0], f.parts(conversion.widen(f, right))[0]
    if right.constant is not None and int(right.constant) >= 0:
        return f.compare(_PREDICATES[symbol][1], x, y)
    negative = f.compare("slt", y, f.int64(0))
    if_negative = f.boolean(symbol in ("!=", ">", ">="))
    return f.value(arith.SelectOp(negative, if_negative, f.compare(_PREDICATES[symbol][1], x, y)))


def _integer_with_float(f: Emitter, symbol: str, left: Value, right: Value) -> SSAValue:
    """By the rounded integer where that differs from the float; where it does not, by the float as an integer."""
    assert isinstance(left.type, Scalar) and isinstance(right.type, Scalar)
    integer, real = (left, right) if not left.type.scalar.is_float else (right, left)
    assert isinstance(integer.type, Scalar)
    kind = integer.type.scalar
    n, x = f.parts(integer)[0], f.parts(real)[0]
    rounded = f.parts(conversion.cast(f, Value(integer.type, (n,)), FLOAT))[0]
    by_float = (rounded, x) if integer is left else (x, rounded)
    rough = f.value(arith.CmpfOp(*by_float, _PREDICATES[symbol][2]))
    whole = conversion.cast(f, Value(Scalar(FLOAT), (x,)), kind)
    by_integer = (n, f.parts(whole)[0]) if integer is left else (f.parts(whole)[0], n)
    exact = _compared(f, symbol, *by_integer, kind)
    # The float may be 2**63 (2**64): one more than any integer, though the saturated conversion says the greatest.
    top = f.value(arith.CmpfOp(x, f.constant(float(1 << (63 if kind.kind == "int" else 64)), x.type), "oge"))
    above = f.boolean(symbol in (("!=", "<", "<=") if integer is left else ("!=", ">", ">=")))
    same = f.value(arith.CmpfOp(rounded, x, "oeq"))
    return f.value(arith.SelectOp(same, f.value(arith.SelectOp(top, above, exact)), rough))


def _identical(f: Emitter, operator: ast.AST, left: Value, right: Value, node: ast.AST) -> Value:
    positive = isinstance(operator, ast.Is)
    if NONE in (left.type, right.type):
        return constant((left.type == right.type) == positive)
    if isinstance(left.type, Static) and isinstance(right.type, Static):
        return constant((static_of(left) is static_of(right)) == positive)
    f.fail(node, "'is' compares with None, or what is known when compiling", help="use == for values")


def _contained(f: Emitter, operator: ast.AST, left: Value, right: Value, node: ast.AST) -> Value:
    if (found := CONTAINS.get(type(right.type))) is not None:
        result = found(f, left, right, node)
    elif isinstance(right.type, Tuple):
        result = constant(False)
        for item in split(right):
            result = either(f, result, compare(f, ast.Eq(), left, item, node))
    else:
        f.fail(node, f"'in' does not work on {right.type}", help="it works on tuples")
    return result if isinstance(operator, ast.In) else unary(f, ast.Not(), result, node)


CONTAINS: dict[type, Callable[[Emitter, Value, Value, Any], Value]] = {}
"""By class of type: what `item in value` is."""


def _same_tuples(f: Emitter, symbol: str, left: Value, right: Value, node: ast.AST) -> Value:
    a, b = split(left), split(right)
    assert isinstance(left.type, Tuple) and isinstance(right.type, Tuple)
    if len(a) != len(b) or left.type.is_list != right.type.is_list:
        return constant(symbol == "!=")
    result = constant(False)
    for x, y in zip(a, b, strict=True):
        result = either(f, result, compare(f, ast.NotEq(), x, y, node))
    return result if symbol == "!=" else unary(f, ast.Not(), result, node)


def either(f: Emitter, a: Value, b: Value) -> Value:
    """`a or b` of two bools that are both there."""
    for value, other in ((a, b), (b, a)):
        if value.constant is not None:
            return value if value.constant else other
    return Value(BOOLEAN, (f.value(arith.OrIOp(a.only, b.only)),))

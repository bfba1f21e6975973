"""
Which type an operation on numbers has: the one table that the compiler and the run under asyncio share.

    strong   i8 i16 i32 i64, u8 u16 u32 u64, f16 bf16 f32 f64       wrap or round to their size
    weak     int (i64 on the device), float (f64), bool             Python's own

A weak operand adapts: `i32 * int` is i32, `f32 * float` is f32, `i32 * float` is float. Two strong integers give the wider; of an unsigned
and a signed one the signed, or the next wider signed type where the unsigned one does not fit. Two strong floats give the wider, f16 and
bf16 give f32, a strong integer and a strong float give that float. What has no good answer is a `PromotionError` that names a conversion
to write.

What the operations compute in these types is in arithmetic.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["bool", "int", "uint", "float"]


@dataclass(frozen=True)
class ScalarType:
    """A type of numbers; `bits` is its size on the device. Of a weak type the run under asyncio has Python's own values."""

    name: str
    kind: Kind
    bits: int
    weak: bool = False

    @property
    def is_float(self) -> bool:
        return self.kind == "float"

    @property
    def is_strong_integer(self) -> bool:
        return self.kind in ("int", "uint") and not self.weak

    def __str__(self) -> str:
        return self.name


class PromotionError(TypeError):
    """Operands or branches of types that do not go together; the message says which conversion to write."""


BOOL = ScalarType("bool", "bool", 1, weak=True)
INT = ScalarType("int", "int", 64, weak=True)
FLOAT = ScalarType("float", "float", 64, weak=True)

SIGNED = tuple(ScalarType(f"i{bits}", "int", bits) for bits in (8, 16, 32, 64))
UNSIGNED = tuple(ScalarType(f"u{bits}", "uint", bits) for bits in (8, 16, 32, 64))
FLOATS = (ScalarType("f16", "float", 16), ScalarType("bf16", "float", 16), ScalarType("f32", "float", 32), ScalarType("f64", "float", 64))
STRONG = (*SIGNED, *UNSIGNED, *FLOATS)

TYPES: Mapping[str, ScalarType] = MappingProxyType({type_.name: type_ for type_ in (*STRONG, BOOL, INT, FLOAT)})
"""By the name that a program writes."""

I128 = ScalarType("i128", "int", 128)
"""No type of programs: in which a u64 is compared with an int, since 64 bits hold no such pair. `binary_type` of comparisons only."""

EITHER = ScalarType("int or float", "float", 64, weak=True)
"""
No type of programs either: that of a variable that is an int on one path and a float on another, as `total = 0` in front of a loop that
adds floats. Under asyncio it is one of the two each time. The compiler holds it as a float, which has the value of each constant that
became one; so it may be used where both give the same, as in `total + 0.5`, and is an error elsewhere.
"""

ARITHMETIC = ("+", "-", "*", "/", "//", "%", "**")
SHIFTS = ("<<", ">>")
BITWISE = ("&", "|", "^")
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
UNARY = ("-", "+", "~", "abs", "not")


def binary_type(op: str, left: ScalarType, right: ScalarType) -> ScalarType:
    """
    The type of `left op right`; of a comparison, whose result is a bool, the type in which the operands are compared.

    Both operands are converted to this type before the operation, but for two that are taken as they are: the count of a shift and the
    exponent of an integer's `**`. A comparison of an integer with a (weak) float is Python's: exact, see `compares_exactly`.

    Raises PromotionError if the operands do not go together, ValueError for an operator that is none of the above.
    """
    if op in COMPARISONS:
        return _compared(op, left, right)
    if op not in ARITHMETIC + SHIFTS + BITWISE:
        raise ValueError(f"no binary operator on numbers: {op!r}")
    if EITHER in (left, right):
        return _of_either(op, left, right)
    _refuse_bool_before_integer(op, left, right)
    if op in SHIFTS:
        return _shifted(op, left, right)
    if op in BITWISE:
        _require_integers(op, left, right)
        return BOOL if left == right == BOOL else _combined(op, left, right)
    if op == "/" and not left.is_float and not right.is_float:
        return FLOAT
    return _combined(op, left, right)


def unary_type(op: str, operand: ScalarType) -> ScalarType:
    """The type of `-x`, `+x`, `~x`, `abs(x)`, `not x`. Raises PromotionError for `~` on a float, ValueError for another operator."""
    if op not in UNARY:
        raise ValueError(f"no unary operator on numbers: {op!r}")
    if op == "not":
        return BOOL
    if op == "-" and operand == EITHER:
        raise PromotionError(f"'-' on {_EITHER}: {_MAKE_FLOAT}")  # -0 is 0, -0.0 is another number
    if op == "~" and operand.is_float:
        raise PromotionError(f"'~' works on integers and not on {operand}; convert first, as in ~i32(x)")
    return INT if operand == BOOL else operand


def common_type(a: ScalarType, b: ScalarType) -> ScalarType:
    """
    The type of a variable that is an `a` on one path and a `b` on another, or of `x if c else y`, `min(x, y)`, `max(x, y)`.

    Stricter than an operation: two different strong types never join. Raises PromotionError.
    """
    if a == b:
        return a
    if a in _WEAK_NUMBERS and b in _WEAK_NUMBERS:
        return EITHER
    weaker, other = (a, b) if _rank(a) <= _rank(b) else (b, a)
    joins = not other.is_float if weaker == BOOL else weaker == INT or (weaker in (FLOAT, EITHER) and other.is_float)
    if joins:
        return other
    raise PromotionError(f"{a} on one path and {b} on another have no type in common; convert one of them, as in {_join_hint(a, b)}")


def compares_exactly(left: ScalarType, right: ScalarType) -> bool:
    """
    Whether a comparison of these types must not convert the integer to a double first: a float of Python's with an integer of 64 bits.

    With d the integer n rounded to a double and x the float: where d != x or x is no number, d and x compare as n and x do. Where they are
    equal, x is a whole number, and n and x compare as integers (of more than 64 bits, or x is 2**63 or 2**64 and n is below it).
    """
    return bool({left, right} & {FLOAT, EITHER}) and any(type_.kind in ("int", "uint") and type_.bits == 64 for type_ in (left, right))


def _rank(type_: ScalarType) -> int:
    """The weakest first."""
    return {BOOL: 0, INT: 1, EITHER: 2, FLOAT: 2}.get(type_, 3)


def _join_hint(a: ScalarType, b: ScalarType) -> str:
    into = a if _rank(a) > _rank(b) or (_rank(a) == _rank(b) and a.bits >= b.bits) else b
    return f"{into}(x)"


_WEAK_NUMBERS = (INT, FLOAT, EITHER)
_EITHER = "a number that is an int on one way and a float on another"
_MAKE_FLOAT = "make it a float on both, as in 0.0 for 0, or write float(x)"


def _of_either(op: str, left: ScalarType, right: ScalarType) -> ScalarType:
    """With a float, and divided, an int is the float of its value; with an integer the result would be of one type or the other."""
    other = left if right == EITHER else right
    if op in SHIFTS + BITWISE or not (op == "/" or (other.is_float and other != EITHER)):
        also = "" if other == EITHER else f", and {other}"
        raise PromotionError(f"'{op}' on {_EITHER}{also}: {_MAKE_FLOAT}")
    return _combined(op, *(FLOAT if type_ == EITHER else type_ for type_ in (left, right)))


def _combined(op: str, left: ScalarType, right: ScalarType) -> ScalarType:
    """The usual promotion of two operands."""
    a, b = (INT if type_ == BOOL else type_ for type_ in (left, right))
    if a == b:
        return a
    if a.weak and b.weak:
        return FLOAT
    if a.weak or b.weak:
        weak, strong = (a, b) if a.weak else (b, a)
        return FLOAT if weak == FLOAT and not strong.is_float else strong
    if a.is_float or b.is_float:
        return _wider_float(a, b)
    return _wider_integer(op, a, b)


def _wider_float(a: ScalarType, b: ScalarType) -> ScalarType:
    if not a.is_float or not b.is_float:
        return a if a.is_float else b
    if a.bits == b.bits:
        return TYPES["f32"]
    return a if a.bits > b.bits else b


def _wider_integer(op: str, a: ScalarType, b: ScalarType) -> ScalarType:
    if a.kind == b.kind:
        return a if a.bits >= b.bits else b
    signed, unsigned = (a, b) if a.kind == "int" else (b, a)
    if signed.bits > unsigned.bits:
        return signed
    if unsigned.bits == 64:
        raise PromotionError(f"'{op}' on {a} and {b}: no integer type holds both; convert one of them, as in {signed}(x) or {unsigned}(y)")
    return TYPES[f"i{2 * unsigned.bits}"]


def _compared(op: str, left: ScalarType, right: ScalarType) -> ScalarType:
    """Integers are compared exactly: in a type that holds both, also where one is weak."""
    left, right = (FLOAT if type_ == EITHER else type_ for type_ in (left, right))
    if left == right:
        return left
    if left.is_float or right.is_float or (left.is_strong_integer and right.is_strong_integer):
        return _combined(op, left, right)
    if BOOL in (left, right):
        return right if left == BOOL else left
    strong = right if left == INT else left
    if strong.bits < 64:
        return INT
    return I128 if strong.kind == "uint" else strong


def _shifted(op: str, left: ScalarType, right: ScalarType) -> ScalarType:
    """The left operand's type, whatever the count's; a weak left operand takes the count's."""
    _require_integers(op, left, right)
    if left.weak:
        return INT if right.weak else right
    return left


def _require_integers(op: str, left: ScalarType, right: ScalarType) -> None:
    for type_ in (left, right):
        if type_.is_float:
            raise PromotionError(f"'{op}' works on integers: {left} and {right} do not go together; convert first, as in i32(x)")


def _refuse_bool_before_integer(op: str, left: ScalarType, right: ScalarType) -> None:
    """Python computes `True + x` by its own int before x is asked, so the result would not wrap there: refused."""
    if left == BOOL and right.is_strong_integer:
        raise PromotionError(f"'{op}' on a bool and {right}: Python gives its own int here; write {right}(flag) {op} x, or {right} first")

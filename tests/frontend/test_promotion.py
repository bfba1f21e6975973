"""The types of operations, spelled out; what does not go together, with its message; and that the type stub says the same."""

from __future__ import annotations

import ast
from functools import cache
from itertools import product
from pathlib import Path

import pytest

import asyncir_python
from asyncir_python.promotion import (
    ARITHMETIC,
    BITWISE,
    COMPARISONS,
    EITHER,
    SHIFTS,
    STRONG,
    TYPES,
    PromotionError,
    binary_type,
    common_type,
    compares_exactly,
    unary_type,
)

STUB = Path(asyncir_python.__path__[0]) / "scalars.pyi"

# `row + column`; "-" where a TypeError is right.
SUMS = """
        i8    i16   i32   i64   u8    u16   u32   u64   f16   bf16  f32   f64   bool  int   float
i8      i8    i16   i32   i64   i16   i32   i64   -     f16   bf16  f32   f64   i8    i8    float
i16     i16   i16   i32   i64   i16   i32   i64   -     f16   bf16  f32   f64   i16   i16   float
i32     i32   i32   i32   i64   i32   i32   i64   -     f16   bf16  f32   f64   i32   i32   float
i64     i64   i64   i64   i64   i64   i64   i64   -     f16   bf16  f32   f64   i64   i64   float
u8      i16   i16   i32   i64   u8    u16   u32   u64   f16   bf16  f32   f64   u8    u8    float
u16     i32   i32   i32   i64   u16   u16   u32   u64   f16   bf16  f32   f64   u16   u16   float
u32     i64   i64   i64   i64   u32   u32   u32   u64   f16   bf16  f32   f64   u32   u32   float
u64     -     -     -     -     u64   u64   u64   u64   f16   bf16  f32   f64   u64   u64   float
f16     f16   f16   f16   f16   f16   f16   f16   f16   f16   f32   f32   f64   f16   f16   f16
bf16    bf16  bf16  bf16  bf16  bf16  bf16  bf16  bf16  f32   bf16  f32   f64   bf16  bf16  bf16
f32     f32   f32   f32   f32   f32   f32   f32   f32   f32   f32   f32   f64   f32   f32   f32
f64     f64   f64   f64   f64   f64   f64   f64   f64   f64   f64   f64   f64   f64   f64   f64
bool    -     -     -     -     -     -     -     -     f16   bf16  f32   f64   int   int   float
int     i8    i16   i32   i64   u8    u16   u32   u64   f16   bf16  f32   f64   int   int   float
float   float float float float float float float float f16   bf16  f32   f64   float float float
"""


def table(text: str) -> dict[tuple[str, str], str]:
    heads, *rows = [line.split() for line in text.strip().splitlines()]
    return {(row[0], head): cell for row in rows for head, cell in zip(heads, row[1:], strict=True)}


VARIABLES = {**TYPES, "either": EITHER}
"""What a variable can be: also an int on one path and a float on another."""


def typed(op: str, left: str, right: str) -> str:
    try:
        return str(binary_type(op, VARIABLES[left], VARIABLES[right]))
    except PromotionError:
        return "-"


def test_sums() -> None:
    assert {pair: typed("+", *pair) for pair in product(TYPES, TYPES)} == table(SUMS)


@pytest.mark.parametrize("op", ["-", "*", "//", "%", "**"])
def test_other_arithmetic_is_typed_as_sums(op: str) -> None:
    assert {pair: typed(op, *pair) for pair in product(TYPES, TYPES)} == table(SUMS)


def test_division_of_integers_is_a_float() -> None:
    for (left, right), sum_ in table(SUMS).items():
        floats = TYPES[left].is_float or TYPES[right].is_float
        refused = left == "bool" and TYPES[right].is_strong_integer
        assert typed("/", left, right) == (sum_ if floats or refused else "float"), (left, right)


@pytest.mark.parametrize("op", ["&", "|", "^"])
def test_bitwise(op: str) -> None:
    for (left, right), sum_ in table(SUMS).items():
        floats = TYPES[left].is_float or TYPES[right].is_float
        assert typed(op, left, right) == ("-" if floats else "bool" if left == right == "bool" else sum_), (left, right)


@pytest.mark.parametrize("op", ["<<", ">>"])
def test_shifts_have_the_left_type(op: str) -> None:
    for left, right in product(TYPES, TYPES):
        if TYPES[left].is_float or TYPES[right].is_float or (left == "bool" and TYPES[right].is_strong_integer):
            expected = "-"
        elif TYPES[left].weak:
            expected = "int" if TYPES[right].weak else right
        else:
            expected = left
        assert typed(op, left, right) == expected, (left, right)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("i8", "i8", "i8"), ("i8", "i32", "i32"), ("i32", "u32", "i64"), ("i32", "u64", "-"), ("u64", "u8", "u64"),
        ("i8", "int", "int"), ("u32", "int", "int"), ("i64", "int", "i64"), ("u64", "int", "i128"), ("int", "u64", "i128"),
        ("bool", "bool", "bool"), ("bool", "i8", "i8"), ("u64", "bool", "u64"), ("bool", "int", "int"), ("bool", "f16", "f16"),
        ("f32", "int", "f32"), ("f32", "float", "f32"), ("f32", "i64", "f32"), ("f16", "bf16", "f32"), ("i32", "float", "float"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("op", COMPARISONS)
def test_comparisons(op: str, left: str, right: str, expected: str) -> None:
    assert typed(op, left, right) == expected


def test_integers_of_64_bits_and_weak_floats_compare_exactly() -> None:
    exact = {(left, right) for left, right in product(TYPES, TYPES) if compares_exactly(TYPES[left], TYPES[right])}
    assert exact == {pair for name in ("i64", "u64", "int") for pair in ((name, "float"), ("float", name))}


# A variable that is of the row's type on one path and of the column's on another; strong types join only themselves.
JOINS = """
        i32   u64   f16   f64   bool  int    float
bool    i32   u64   -     -     bool  int    -
int     i32   u64   f16   f64   int   int    either
float   -     -     f16   f64   -     either float
either  -     -     f16   f64   -     either either
"""


def joined(a: str, b: str) -> str:
    try:
        found = common_type(VARIABLES[a], VARIABLES[b])
        return "either" if found == EITHER else str(found)
    except PromotionError:
        return "-"


def test_joins() -> None:
    for (a, b), expected in table(JOINS).items():
        assert joined(a, b) == joined(b, a) == expected, (a, b)
    for a, b in product(STRONG, STRONG):
        assert joined(a.name, b.name) == (a.name if a == b else "-")


def test_either_is_used_where_int_and_float_give_the_same_alone() -> None:
    for op in (*ARITHMETIC, *SHIFTS, *BITWISE, *COMPARISONS):
        for (name, other), first in product(TYPES.items(), (True, False)):
            found, as_int, as_float = (typed(op, one, name) if first else typed(op, name, one) for one in ("either", "int", "float"))
            if op in COMPARISONS:
                assert found == as_float, "a comparison is exact, and a bool whatever is compared"
            elif found != "-":
                assert found == as_float == as_int, (op, name)
            else:
                assert op in SHIFTS + BITWISE or (op != "/" and not other.is_float), (op, name)
    assert unary_type("abs", EITHER) == unary_type("+", EITHER) == EITHER
    with pytest.raises(PromotionError, match="'-' on a number that is an int on one way and a float on another: make it a float on both"):
        unary_type("-", EITHER)


@pytest.mark.parametrize(
    ("op", "expected"),
    [("-", "i8 u64 f16 f64 int int float"), ("abs", "i8 u64 f16 f64 int int float"), ("not", "bool bool bool bool bool bool bool")],
)
def test_unary(op: str, expected: str) -> None:
    names = ["i8", "u64", "f16", "f64", "bool", "int", "float"]
    assert [str(unary_type(op, TYPES[name])) for name in names] == expected.split()


@pytest.mark.parametrize(
    ("op", "left", "right", "message"),
    [
        ("+", "u64", "i8", "'+' on u64 and i8: no integer type holds both; convert one of them, as in i8(x) or u64(y)"),
        ("<", "i64", "u64", "'<' on i64 and u64: no integer type holds both; convert one of them, as in i64(x) or u64(y)"),
        ("<<", "f32", "int", "'<<' works on integers: f32 and int do not go together; convert first, as in i32(x)"),
        ("&", "i32", "float", "'&' works on integers: i32 and float do not go together; convert first, as in i32(x)"),
        ("+", "bool", "i32", "'+' on a bool and i32: Python gives its own int here; write i32(flag) + x, or i32 first"),
    ],
)
def test_messages(op: str, left: str, right: str, message: str) -> None:
    with pytest.raises(TypeError) as error:
        binary_type(op, TYPES[left], TYPES[right])
    assert str(error.value) == message


def test_messages_of_one_operand_and_of_joins() -> None:
    with pytest.raises(TypeError, match=r"'~' works on integers and not on f32; convert first, as in ~i32\(x\)"):
        unary_type("~", TYPES["f32"])
    with pytest.raises(TypeError, match=r"i32 on one path and i64 on another have no type in common; convert one of them, as in i64\(x\)"):
        common_type(TYPES["i32"], TYPES["i64"])
    with pytest.raises(TypeError, match=r"float on one path and i8 on another have no type in common; convert one of them, as in i8\(x\)"):
        common_type(TYPES["float"], TYPES["i8"])
    with pytest.raises(ValueError, match="no binary operator on numbers: 'and'"):
        binary_type("and", TYPES["i32"], TYPES["i32"])
    with pytest.raises(ValueError, match="no unary operator on numbers: '!'"):
        unary_type("!", TYPES["i32"])


# -------------------------------------------------------------------------------------------------------------- the stub


@cache
def stub_classes() -> dict[str, tuple[set[str], set[str], str]]:
    """Of each class N, M and R, as the stub's first lines explain them."""
    classes: dict[str, tuple[set[str], set[str], str]] = {}
    for node in ast.parse(STUB.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef) and node.name in TYPES:
            (base,) = node.bases
            assert isinstance(base, ast.Subscript) and isinstance(base.slice, ast.Tuple)
            own, mixed, result = (ast.unparse(part) for part in base.slice.elts)
            classes[node.name] = set(own.split(" | ")), set(mixed.split(" | ")) - {"Never"}, result
    return classes


def stub_sum(left: str, right: str) -> str:
    """What a type checker finds: the left operand's method, else the right one's. A float's takes all integers."""
    classes = stub_classes()
    for owner, other in ((left, right), (right, left)):
        own, mixed, result = classes[owner]
        if other in own or (TYPES[owner].is_float and not TYPES[other].is_float):
            return owner
        if other in mixed:
            return result
    return "-"


def test_the_stub_has_the_same_types() -> None:
    strong = [type_.name for type_ in STRONG]
    assert {pair: stub_sum(*pair) for pair in product(strong, strong)} == {pair: typed("+", *pair) for pair in product(strong, strong)}

"""rt-to-llvm: what each operation computes on the CPU, and that MLIR, LLVM and ptxas accept what comes out."""

from __future__ import annotations

import math
import struct

import pytest
from rt_programs import MLIR_TRANSLATE, PTXAS, Number, Piece, Value, assemble, evaluate, kernel_text, lower, ptx, translate

NAN, INF = math.nan, math.inf
MIN32, MAX32 = -(1 << 31), (1 << 31) - 1


def _wrap(value: int, bits: int = 32) -> int:
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def _single(value: float) -> float:
    try:
        return struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        return math.copysign(INF, value)


def binary(op: str, type_: str, lhs: Value, rhs: Value, result: Value, suffix: str = "") -> Piece:
    return Piece(f"%o0 = {op} %i0, %i1{suffix} : {type_}", ((type_, lhs), (type_, rhs)), ((type_, result),))


def unary(op: str, type_: str, value: Value, result: Value) -> Piece:
    return Piece(f"%o0 = {op} %i0 : {type_}", ((type_, value),), ((type_, result),))


def cast(op: str, source: str, value: Value, target: str, result: Value) -> Piece:
    return Piece(f"%o0 = {op} %i0 : {source} to {target}", ((source, value),), ((target, result),))


INTEGER = [
    binary("arith.addi", "i32", MAX32, 1, MIN32),
    binary("arith.addi", "i32", 3, 4, 7, " overflow<nsw, nuw>"),
    binary("arith.subi", "i64", 3, 5, -2),
    binary("arith.muli", "i16", 300, 300, _wrap(90000, 16)),
    binary("arith.divsi", "i32", -7, 2, -3),
    binary("arith.divui", "i32", -1, 2, MAX32),
    binary("arith.remsi", "i32", -7, 2, -1),
    binary("arith.remui", "i8", -1, 10, 5),
    binary("arith.andi", "i32", 12, 10, 8),
    binary("arith.ori", "i32", 12, 10, 14),
    binary("arith.xori", "i32", 12, 10, 6),
    binary("arith.shli", "i32", 1, 31, MIN32),
    binary("arith.shrsi", "i32", -8, 1, -4),
    binary("arith.shrui", "i32", -8, 1, 0x7FFFFFFC),
    binary("arith.minsi", "i32", -1, 1, -1),
    binary("arith.maxsi", "i32", -1, 1, 1),
    binary("arith.minui", "i32", -1, 1, 1),
    binary("arith.maxui", "i32", -1, 1, -1),
    binary("arith.addi", "index", 1 << 40, 1, (1 << 40) + 1),
    binary("arith.addi", "vector<4xi32>", (1, 2, 3, 4), (5, 6, 7, 8), (6, 8, 10, 12)),
    *(binary("arith.ceildivui", "i32", lhs, rhs, -(-lhs // rhs)) for lhs, rhs in ((0, 3), (1, 3), (3, 3), (4, 3), (MAX32, 1))),
    *(binary("arith.floordivsi", "i32", lhs, rhs, lhs // rhs) for lhs in (-7, -6, 0, 6, 7) for rhs in (-3, -1, 2, 3)),
    *(binary("arith.ceildivsi", "i32", lhs, rhs, -(-lhs // rhs)) for lhs in (-7, -6, 0, 6, 7, MAX32) for rhs in (-3, 1, 2, 3)),
    unary("math.absi", "i32", -5, 5),
    unary("math.ctlz", "i32", 1, 31),
    unary("math.ctlz", "i32", 0, 32),
    unary("math.cttz", "i64", 8, 3),
    unary("math.ctpop", "i32", -1, 32),
    *(binary("math.ipowi", "i32", base, power, result) for base, power, result in (
        (3, 4, 81), (2, 31, MIN32), (-2, 3, -8), (7, 0, 1), (0, 0, 1), (2, -1, 0), (1, -5, 1),
        (-1, -3, -1), (-1, -4, 1), (3, 40, _wrap(3**40)),
    )),
    binary("math.ipowi", "i64", 3, 39, _wrap(3**39, 64)),
]  # fmt: skip


def _compare_integers() -> list[Piece]:
    pieces: list[Piece] = []
    unsigned = 0xFFFFFFFF
    for lhs, rhs in ((-1, 1), (1, -1), (5, 5)):
        answers = {
            "eq": lhs == rhs, "ne": lhs != rhs, "slt": lhs < rhs, "sle": lhs <= rhs, "sgt": lhs > rhs, "sge": lhs >= rhs,
            "ult": lhs & unsigned < rhs & unsigned, "ule": lhs & unsigned <= rhs & unsigned,
            "ugt": lhs & unsigned > rhs & unsigned, "uge": lhs & unsigned >= rhs & unsigned,
        }  # fmt: skip
        for predicate, answer in answers.items():
            code = f"%o0 = arith.cmpi {predicate}, %i0, %i1 : i32"
            pieces.append(Piece(code, (("i32", lhs), ("i32", rhs)), (("i1", answer),)))
    return pieces


def _compare_floats() -> list[Piece]:
    pieces: list[Piece] = []
    for lhs, rhs in ((1.0, 2.0), (2.0, 1.0), (1.0, 1.0), (NAN, 1.0)):
        unordered = lhs != lhs or rhs != rhs
        ordered = {
            "eq": lhs == rhs,
            "gt": lhs > rhs,
            "ge": lhs >= rhs,
            "lt": lhs < rhs,
            "le": lhs <= rhs,
            "ne": lhs != rhs and not unordered,
        }
        answers = {f"o{name}": answer and not unordered for name, answer in ordered.items()}
        answers |= {f"u{name}": answer or unordered for name, answer in ordered.items()}
        answers |= {"ord": not unordered, "uno": unordered, "true": True, "false": False}
        for predicate, answer in answers.items():
            code = f"%o0 = arith.cmpf {predicate}, %i0, %i1 : f64"
            pieces.append(Piece(code, (("f64", lhs), ("f64", rhs)), (("i1", answer),)))
    return pieces


CASTS = [
    cast("arith.extsi", "i8", -1, "i32", -1),
    cast("arith.extui", "i8", -1, "i32", 255),
    cast("arith.extui", "i1", True, "i64", 1),
    cast("arith.extsi", "i1", True, "i64", -1),
    cast("arith.trunci", "i32", 0x12345, "i8", 0x45),
    cast("arith.trunci", "i32", 3, "i1", True),
    cast("arith.extf", "f32", 0.1, "f64", _single(0.1)),
    cast("arith.truncf", "f64", 0.1, "f32", _single(0.1)),
    cast("arith.truncf", "f32", 0.5, "f16", 0.5),
    cast("arith.extf", "f16", 0.25, "f32", 0.25),
    cast("arith.fptosi", "f32", -2.75, "i32", -2),
    cast("arith.fptoui", "f64", 4e9, "i32", _wrap(4_000_000_000)),
    cast("arith.sitofp", "i32", -3, "f64", -3.0),
    cast("arith.uitofp", "i8", -1, "f32", 255.0),
    cast("arith.index_cast", "i32", -3, "index", -3),
    cast("arith.index_cast", "index", (1 << 32) + 5, "i32", 5),
    cast("arith.bitcast", "f32", 1.0, "i32", 0x3F800000),
    cast("arith.bitcast", "i64", 0x3FF0000000000000, "f64", 1.0),
]

EXTENDED = [
    Piece("%o0, %o1 = arith.addui_extended %i0, %i1 : i32, i1", (("i32", -1), ("i32", 2)), (("i32", 1), ("i1", True))),
    Piece("%o0, %o1 = arith.addui_extended %i0, %i1 : i32, i1", (("i32", 1), ("i32", 2)), (("i32", 3), ("i1", False))),
    Piece("%o0, %o1 = arith.mului_extended %i0, %i1 : i32", (("i32", -1), ("i32", -1)), (("i32", 1), ("i32", -2))),
    Piece("%o0, %o1 = arith.mulsi_extended %i0, %i1 : i64", (("i64", -1), ("i64", 5)), (("i64", -5), ("i64", -1))),
    Piece("%o0 = arith.select %i0, %i1, %i2 : f32", (("i1", True), ("f32", 1.0), ("f32", 2.0)), (("f32", 1.0),)),
    Piece("%o0 = arith.select %i0, %i1, %i2 : i1", (("i1", False), ("i1", True), ("i1", False)), (("i1", False),)),
    Piece("%o0 = arith.constant true", (), (("i1", True),)),
    Piece("%o0 = arith.constant -7 : i64", (), (("i64", -7),)),
    Piece("%o0 = arith.constant 0x7FC00000 : f32", (), (("f32", NAN),)),
    Piece("%o0 = arith.constant dense<[1, -2]> : vector<2xi32>", (), (("vector<2xi32>", (1, -2)),)),
    Piece("%o0 = arith.constant dense<2.5> : vector<4xf32>", (), (("vector<4xf32>", (2.5,) * 4),)),
]

FLOAT = [
    binary("arith.addf", "f32", 1.5, 2.25, 3.75),
    binary("arith.subf", "f64", 1.0, 0.25, 0.75),
    binary("arith.mulf", "f32", 3.0, 0.5, 1.5, " fastmath<fast>"),
    binary("arith.divf", "f64", 1.0, 3.0, 1 / 3),
    unary("arith.negf", "f32", 0.0, -0.0),
    binary("arith.maximumf", "f32", 1.0, NAN, NAN),
    binary("arith.maxnumf", "f32", 1.0, NAN, 1.0),
    binary("arith.minimumf", "f64", -0.0, 0.0, -0.0),
    binary("arith.minnumf", "f64", 2.0, NAN, 2.0),
    binary("arith.addf", "f16", 1.5, 0.25, 1.75),
    binary("arith.mulf", "vector<2xf64>", (1.0, 2.0), (3.0, 4.0), (3.0, 8.0)),
]

_UNARY_MATH: dict[str, tuple[float, float]] = {
    "absf": (-1.5, 1.5),
    "acos": (0.3, math.acos(0.3)),
    "acosh": (1.7, math.acosh(1.7)),
    "asin": (0.3, math.asin(0.3)),
    "asinh": (0.7, math.asinh(0.7)),
    "atan": (0.7, math.atan(0.7)),
    "atanh": (0.4, math.atanh(0.4)),
    "cbrt": (27.0, 3.0),
    "ceil": (-1.5, -1.0),
    "cos": (0.7, math.cos(0.7)),
    "cosh": (0.7, math.cosh(0.7)),
    "erf": (0.7, math.erf(0.7)),
    "exp": (1.25, math.exp(1.25)),
    "exp2": (3.5, 2**3.5),
    "expm1": (1e-5, math.expm1(1e-5)),
    "floor": (-1.5, -2.0),
    "log": (2.5, math.log(2.5)),
    "log10": (250.0, math.log10(250.0)),
    "log1p": (1e-5, math.log1p(1e-5)),
    "log2": (10.0, math.log2(10.0)),
    "round": (2.5, 3.0),
    "roundeven": (2.5, 2.0),
    "rsqrt": (4.0, 0.5),
    "sin": (0.7, math.sin(0.7)),
    "sinh": (0.7, math.sinh(0.7)),
    "sqrt": (2.0, math.sqrt(2.0)),
    "tan": (0.7, math.tan(0.7)),
    "tanh": (0.7, math.tanh(0.7)),
    "trunc": (-1.5, -1.0),
}
MATH = [
    *(unary(f"math.{name}", type_, value, result) for name, (value, result) in _UNARY_MATH.items() for type_ in ("f32", "f64")),
    unary("math.erf", "f16", 0.5, math.erf(0.5)),
    unary("math.cbrt", "vector<2xf32>", (8.0, 27.0), (2.0, 3.0)),
    unary("math.sin", "vector<2xf32>", (0.5, 0.25), (math.sin(0.5), math.sin(0.25))),
    binary("math.atan2", "f32", 1.0, -2.0, math.atan2(1.0, -2.0)),
    binary("math.copysign", "f64", 1.5, -0.0, -1.5),
    binary("math.powf", "f32", 2.5, 3.5, 2.5**3.5),
    Piece("%o0 = math.fma %i0, %i1, %i2 : f64", (("f64", 2.0), ("f64", 3.0), ("f64", 0.5)), (("f64", 6.5),)),
    Piece("%o0 = math.fpowi %i0, %i1 : f32, i32", (("f32", 1.5), ("i32", -3)), (("f32", 1.5**-3),)),
    Piece("%o0 = math.fpowi %i0, %i1 : f64, i64", (("f64", -1.5), ("i64", 5)), (("f64", (-1.5) ** 5),)),
]

CONTROL = [
    Piece(
        """
        cf.cond_br %i0, ^a(%i1 : i32), ^a(%i2 : i32)
        ^a(%o0: i32):
        """,
        (("i1", False), ("i32", 1), ("i32", 2)),
        (("i32", 2),),
    ),
    Piece(
        """
        %zero = arith.constant 0 : i32
        %one = arith.constant 1 : i32
        cf.br ^loop(%zero, %zero : i32, i32)
        ^loop(%n: i32, %sum: i32):
        %more = arith.cmpi slt, %n, %i0 : i32
        cf.cond_br %more, ^step, ^out(%sum : i32)
        ^step:
        %sum2 = arith.addi %sum, %n : i32
        %n2 = arith.addi %n, %one : i32
        cf.br ^loop(%n2, %sum2 : i32, i32)
        ^out(%o0: i32):
        """,
        (("i32", 10),),
        (("i32", 45),),
    ),
    *(
        Piece(
            """
            %a = arith.constant 10 : i64
            %b = arith.constant 20 : i64
            %c = arith.constant 30 : i64
            cf.switch %i0 : i32, [default: ^out(%c : i64), -1: ^out(%a : i64), 5: ^other]
            ^other:
            cf.br ^out(%b : i64)
            ^out(%o0: i64):
            """,
            (("i32", value),),
            (("i64", result),),
        )
        for value, result in ((-1, 10), (5, 20), (6, 30))
    ),
]

LANES = [
    Piece("%o0 = gpu.lane_id", (), (("index", 0),)),
    Piece("%o0 = gpu.subgroup_size : index", (), (("index", 1),)),
    Piece("%o0 = gpu.subgroup_reduce add %i0 : (f32) -> f32", (("f32", 1.5),), (("f32", 1.5),)),
    Piece("%o0 = rt.ballot %i0 : i32", (("i1", True),), (("i32", 1),)),
    *(
        Piece(
            f"%o0, %o1 = gpu.shuffle {mode} %i0, %i1, %i2 : i64",
            (("i64", 7), ("i32", offset), ("i32", 1)),
            (("i64", 7), ("i1", offset == 0)),
        )
        for mode in ("xor", "up", "down", "idx")
        for offset in (0, 1, -1)
    ),
    Piece("%o0 = rt.poll_due : i1", (), (("i1", True),)),
]


def _same(got: Value, wanted: Value, type_: str) -> bool:
    if isinstance(got, tuple) and isinstance(wanted, tuple):
        return len(got) == len(wanted) and all(_same(a, b, type_) for a, b in zip(got, wanted, strict=True))
    assert isinstance(got, Number) and isinstance(wanted, Number)
    if isinstance(wanted, float) and wanted == wanted and not math.isinf(wanted):
        digits = 1e-3 if "f16" in type_ else 1e-6 if "f32" in type_ else 1e-14
        signs = math.copysign(1.0, got) == math.copysign(1.0, wanted)
        return signs and math.isclose(got, wanted, rel_tol=digits)
    return got == wanted or (got != got and wanted != wanted)


GROUPS = {
    "integer": INTEGER,
    "integer comparison": _compare_integers(),
    "float comparison": _compare_floats(),
    "casts": CASTS,
    "extended": EXTENDED,
    "float": FLOAT,
    "math": MATH,
    "control": CONTROL,
    "lanes": LANES,
}


@pytest.mark.parametrize("group", GROUPS)
def test_values_on_the_cpu(group: str) -> None:
    pieces = GROUPS[group]
    wrong = [
        f"{piece.code.strip()} with {[value for _, value in piece.inputs]} is {got}, not {[value for _, value in piece.outputs]}"
        for piece, got in zip(pieces, evaluate(pieces), strict=True)
        if not all(_same(value, wanted, type_) for value, (type_, wanted) in zip(got, piece.outputs, strict=True))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.skipif(MLIR_TRANSLATE is None, reason="mlir-translate is not installed")
@pytest.mark.parametrize("target", ["cpu", "cuda"])
@pytest.mark.parametrize("group", GROUPS)
def test_mlir_accepts(group: str, target: str) -> None:
    translate(lower(kernel_text(GROUPS[group]), target))


@pytest.mark.skipif(PTXAS is None, reason="ptxas is not installed")
@pytest.mark.parametrize("group", GROUPS)
def test_ptxas_accepts(group: str, tmp_path: object) -> None:
    assemble(ptx(kernel_text(GROUPS[group])), "sm_90", f"{tmp_path}/k.cubin")

"""Arguments and results as the command line writes them."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy
import pytest

from asyncir.errors import InputError
from asyncir.tools.values import format_value, json_text, parse_argument, to_json


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5), ("-1", -1), ("+7", 7), ("0x10", 16), ("-0xff", -255), ("007", 7),
        ("true", True), ("false", False),
        ("1.5", 1.5), ("-.5", -0.5), ("2.", 2.0), ("1e3", 1000.0), ("-1e-3", -0.001), ("inf", math.inf), ("-inf", -math.inf),
    ],
)  # fmt: skip
def test_scalars(text: str, value: object) -> None:
    parsed = parse_argument(text)
    assert parsed == value
    assert type(parsed) is type(value)


def test_nan() -> None:
    assert math.isnan(parse_argument("nan"))


@pytest.mark.parametrize(
    "text",
    [
        "", "five", "True", "1_000", "0x", "1e", "--5", "1.5.2",
        "zeros", "zeros:f32:", "zeros:f32:-1", "ones:f32:4", "iota:f32:4x",
    ],
)  # fmt: skip
def test_malformed(text: str) -> None:
    with pytest.raises(InputError, match="malformed argument"):
        parse_argument(text)


def test_filled_arrays() -> None:
    zeros = parse_argument("zeros:f32:2x3")
    assert (zeros.dtype, zeros.shape, zeros.any()) == (numpy.float32, (2, 3), False)
    iota = parse_argument("iota:i16:2x3")
    assert iota.dtype == numpy.int16
    assert iota.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert parse_argument("zeros:i32:0").shape == (0,)
    assert parse_argument("iota:index:3").dtype == numpy.int64
    assert parse_argument("zeros:i32").shape == ()


def test_unknown_element_type() -> None:
    with pytest.raises(InputError, match="unknown element type 'f99'") as caught:
        parse_argument("zeros:f99:4")
    assert "f32" in str(caught.value.help)


def test_too_large_an_array() -> None:
    with pytest.raises(InputError, match="does not fit into memory"):
        parse_argument("zeros:f64:99999999999999999999")


def test_array_from_file(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    numpy.save(path, numpy.array([[1.5, 2.5]], numpy.float32))
    loaded = parse_argument(f"@{path}")
    assert loaded.tolist() == [[1.5, 2.5]]
    assert loaded.flags.writeable, "programs write to their arrays"


@pytest.mark.parametrize("content", [b"", b"text", b"\x93NUMPY", b"\x93NUMPY\x01\x00\x10\x00{'descr': 'O'}     "])
def test_array_from_a_file_of_something_else(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.npy"
    path.write_bytes(content)
    with pytest.raises(InputError, match="no array in NumPy's format"):
        parse_argument(f"@{path}")


def test_pickles_are_not_run(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    numpy.save(path, numpy.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="no array in NumPy's format"):
        parse_argument(f"@{path}")


def test_missing_array_file() -> None:
    with pytest.raises(InputError, match="cannot read 'no-such.npy'"):
        parse_argument("@no-such.npy")


@pytest.mark.parametrize(
    ("value", "type_", "text"),
    [
        (5, "i32", "5"), (True, "i1", "true"), (False, "i1", "false"), (-1, "index", "-1"),
        (float(numpy.float32(0.1)), "f32", "0.1"), (0.1, "f64", "0.1"), (float(numpy.float16(0.1)), "f16", "0.1"),
        (float(numpy.float32(0.1)), "f64", "0.10000000149011612"),
        (float(numpy.float32(1) / numpy.float32(3)), "f32", "0.33333334"),
        (float(numpy.finfo(numpy.float32).max), "f32", "3.4028235e+38"), (16777216.0, "f32", "16777216.0"),
        (2.0, "f32", "2.0"), (math.inf, "f32", "inf"), (math.nan, "f16", "nan"), (-0.0, "f32", "-0.0"),
        (numpy.array([1, 2, 3], numpy.int32), "i32", "[1 2 3]"), (numpy.array([True, False]), "i1", "[true false]"),
        (numpy.array([0.1, 2], numpy.float32), "f32", "[0.1 2.0]"),
    ],
)  # fmt: skip
def test_results(value: object, type_: str, text: str) -> None:
    assert format_value(value, type_) == text


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e-30, 123456.789, 65504.0, 6e-8])
@pytest.mark.parametrize(("type_", "numpy_type"), [("f32", numpy.float32), ("f16", numpy.float16)])
def test_printed_floats_are_exact(value: float, type_: str, numpy_type: type) -> None:
    with numpy.errstate(over="ignore"):  # 123456.789 is infinite as f16
        rounded = numpy_type(value)
    assert numpy_type(format_value(float(rounded), type_)) == rounded


def test_json() -> None:
    values = [1, True, 0.5, math.inf, math.nan, numpy.array([1.0, -math.inf]), numpy.array([1, 2], numpy.int8)]
    text = json_text({"results": [to_json(value) for value in values]})
    assert json.loads(text, parse_constant=pytest.fail) == {"results": [1, True, 0.5, "inf", "nan", [1.0, "-inf"], [1, 2]]}
    assert "true" in text

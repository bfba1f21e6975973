"""`--verify-diagnostics`: which expectations a text holds, and what meets them."""

from __future__ import annotations

import pytest

from asyncir.errors import InputError, Location
from asyncir.tools.expected_diagnostics import Diagnostic, expectations, failures


def diagnostic(line: int | None, message: str = "message", severity: str = "error", file: str = "f") -> Diagnostic:
    return Diagnostic(severity, message, None if line is None else Location(file, line, 1))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x // expected-error {{m}}", 1),
        ("// expected-error @+1 {{m}}\nx", 2),
        ("// expected-error@+2 {{m}}\n\nx", 3),
        ("x\n\n// expected-error @-2 {{m}}", 1),
        ("// expected-error @below {{m}}\nx", 2),
        ("// expected-error @below {{m}}\n// expected-note @below {{n}}\nx", 3),
        ("x\n// expected-error @above {{m}}", 1),
        ("x\n// expected-note @above {{n}}\n// expected-error @above {{m}}", 1),
        ("// expected-error @unknown {{m}}", None),
    ],
)
def test_place(text: str, line: int | None) -> None:
    found = [expectation for expectation in expectations(text, "f") if expectation.severity == "error"]
    assert [expectation.line for expectation in found] == [line]
    assert not failures(found, [diagnostic(line, "a message")], "f")
    assert len(failures(found, [diagnostic(7, "a message")], "f")) == 2


def test_several_on_one_line() -> None:
    found = expectations("// expected-error @+1 {{one}} expected-note @+2 {{two}}", "f")
    assert [(one.severity, one.text, one.line) for one in found] == [("error", "one", 2), ("note", "two", 3)]


def test_lines_count_from_where_the_text_stands() -> None:
    assert expectations("// expected-error @+1 {{m}}", "f", first_line=10)[0].line == 11


def test_regex() -> None:
    found = expectations("// expected-error-re @+1 {{got {{[0-9]+}} (or so)}}", "f")
    assert not failures(found, [diagnostic(2, "it got 15 (or so)")], "f")
    assert failures(found, [diagnostic(2, "it got x (or so)")], "f")


def test_each_expectation_is_met_once() -> None:
    found = expectations("// expected-error @+1 {{m}}", "f")
    assert failures(found, [diagnostic(2), diagnostic(2)], "f") == ["f:2:1: error: unexpected error: message"]


def test_missing_is_told_where_it_was_written() -> None:
    found = expectations("\n  // expected-error @+1 {{no such}}", "f")
    assert failures(found, [], "f") == ['f:2:6: error: expected error "no such" was not produced']


def test_severity_counts() -> None:
    found = expectations("// expected-note @+1 {{m}}", "f")
    assert len(failures(found, [diagnostic(2)], "f")) == 2


def test_notes_and_remarks_need_not_be_expected() -> None:
    assert not failures([], [diagnostic(1, severity="note"), diagnostic(1, severity="remark")], "f")


def test_a_place_in_another_file_is_unknown() -> None:
    found = expectations("// expected-error @+1 {{m}}\n// expected-error @unknown {{m}}", "f")
    assert len(failures(found, [diagnostic(2, file="other")], "f")) == 1


@pytest.mark.parametrize("text", ["// expected-error @+1 {m}", "// expected-error", "// expected-warning {{m}}"])
def test_malformed_expectations_are_errors(text: str) -> None:
    with pytest.raises(InputError, match="malformed expectation"):
        expectations(text, "f")

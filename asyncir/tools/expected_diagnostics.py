"""
`--verify-diagnostics`: the errors, notes and remarks a test expects, written where they are expected.

    // expected-error @+1 {{substring of the message}}
    "test.op"() : () -> ()   // expected-remark {{on this very line}}
    // expected-note @-2 {{two lines up}}
    // expected-error @below {{on the next line that holds no expectation}}
    // expected-error @above {{on the last such line before}}
    // expected-error @unknown {{with no place in this file}}
    // expected-error-re @+1 {{between {{[0-9]+}} and {{[0-9]+}}}}

Every expectation must be met, each by a diagnostic of its own, and every error must be expected. Notes and remarks that
nobody expects are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

from asyncir.dialects.remarks import Remark
from asyncir.errors import AsyncirError, InputError, Location

Severity = Literal["error", "note", "remark"]

_EXPECTATION = re.compile(r"expected-(error|note|remark)(-re)? *(@([+-][0-9]+|above|below|unknown))? *\{\{(.*?)\}\} *(?://|$|(?=expected-))")
_MALFORMED = re.compile(r"// *expected-(error|note|remark|warning)")
_EMBEDDED_REGEX = re.compile(r"\{\{(.*?)\}\}")


@dataclass(frozen=True)
class Diagnostic:
    """What a tool said. The place is None if it is unknown."""

    severity: Severity
    message: str
    location: Location | None


@dataclass(frozen=True)
class Expectation:
    """What a test expects; `line` is where, None for `@unknown`."""

    severity: Severity
    pattern: re.Pattern[str]
    text: str
    line: int | None
    written_at: Location

    def matches(self, diagnostic: Diagnostic) -> bool:
        line = None if diagnostic.location is None else diagnostic.location.line
        return self.severity == diagnostic.severity and self.line == line and self.pattern.search(diagnostic.message) is not None


def diagnostics_of(error: AsyncirError) -> list[Diagnostic]:
    """An error and its notes, one diagnostic each."""
    notes = [Diagnostic("note", text, location) for text, location in error.notes]
    return [Diagnostic("error", error.message, error.location), *notes]


def diagnostic_of(remark: Remark) -> Diagnostic:
    return Diagnostic("remark", remark.message, remark.location)


def expectations(text: str, filename: str, first_line: int = 1) -> list[Expectation]:
    """The expectations in `text`, whose first line is line `first_line` of the file."""
    lines = text.split("\n")
    found: list[Expectation] = []
    for index, line in enumerate(lines):
        matches = list(_EXPECTATION.finditer(line))
        if not matches and _MALFORMED.search(line):
            raise InputError("malformed expectation", Location(filename, first_line + index, 1), help="// expected-error @+1 {{message}}")
        for match in matches:
            severity, is_regex, _, where, message = match.groups()
            at = _line_meant(lines, index, where)
            pattern = _regex(message) if is_regex else re.compile(re.escape(message))
            written_at = Location(filename, first_line + index, match.start() + 1)
            found.append(Expectation(cast(Severity, severity), pattern, message, None if at is None else at + first_line, written_at))
    return found


def _line_meant(lines: Sequence[str], index: int, where: str | None) -> int | None:
    """The index of the line an expectation on line `index` speaks of; None for an unknown place."""
    if where is None:
        return index
    if where == "unknown":
        return None
    if where not in ("above", "below"):
        return index + int(where)
    step = 1 if where == "below" else -1
    index += step
    while 0 <= index < len(lines) and _EXPECTATION.search(lines[index]):
        index += step
    return index


def _regex(message: str) -> re.Pattern[str]:
    """Plain text but for what stands between double braces, which is a regular expression."""
    parts = _EMBEDDED_REGEX.split(message)
    return re.compile("".join(part if index % 2 else re.escape(part) for index, part in enumerate(parts)))


def failures(expected: Sequence[Expectation], diagnostics: Sequence[Diagnostic], filename: str) -> list[str]:
    """Why the two do not agree, a message for each disagreement; empty if they do."""
    left = list(expected)
    messages: list[str] = []
    for diagnostic in (_in_file(diagnostic, filename) for diagnostic in diagnostics):
        met = next((expectation for expectation in left if expectation.matches(diagnostic)), None)
        if met is not None:
            left.remove(met)
        elif diagnostic.severity == "error":
            messages.append(_at(diagnostic.location, f"error: unexpected error: {diagnostic.message}"))
    messages += [_at(missing.written_at, f"error: expected {missing.severity} \"{missing.text}\" was not produced") for missing in left]
    return messages


def _in_file(diagnostic: Diagnostic, filename: str) -> Diagnostic:
    """A place in another file is no place of this one."""
    if diagnostic.location is None or diagnostic.location.file == filename:
        return diagnostic
    return Diagnostic(diagnostic.severity, diagnostic.message, None)


def _at(location: Location | None, text: str) -> str:
    return text if location is None else f"{location}: {text}"

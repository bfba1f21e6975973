"""
The parser: MLIR text to a module in which every operation and block argument knows its file, line and column.

xDSL's parser keeps no positions, recurses without bound and reports errors by several exception classes. Here every
operation has the location of its name and every block argument that of its own name, as `mlir-opt --mlir-print-debuginfo`
prints them; a written `loc(...)` wins. Whatever is wrong with a text is one `InputError` with its place.
"""

from __future__ import annotations

import re

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.utils.exceptions import MultipleSpansParseError, ParseError

from asyncir.dialects.lexing import MAX_NESTING, too_deep_at
from asyncir.dialects.located_parser import LocatedParser
from asyncir.dialects.locations import LineTable, location_of
from asyncir.errors import InputError, Location, Note

__all__ = ["MAX_NESTING", "LocatedParser", "location_of", "parse_module"]


def parse_module(text: str | bytes, filename: str, ctx: Context) -> ModuleOp:
    """
    The module in `text`; operations outside of a `builtin.module` are wrapped into one. It is not verified.

    Raises InputError, located in `filename`, for whatever is wrong with the text.
    """
    text = _decode(text, filename)
    lines = LineTable(text, filename)
    _check_text(text, lines)
    parser = None
    try:
        parser = LocatedParser(ctx, text, lines)
        return parser.parse_module()
    except InputError:
        raise
    except ParseError as error:
        raise _from_parse_error(error, lines) from error
    except RecursionError:
        # The nesting is bounded, but the caller may have used up most of its stack. The traceback would be of no use.
        raise InputError("nested too deeply", parser.here() if parser is not None else lines.location(0)) from None
    except Exception as error:
        # Constructors and custom parsers of operations raise whatever they like on a malformed operation: a
        # VerifyException, an AssertionError, a ValueError of int(). The text is what caused it in any case.
        raise _from_exception(error, parser, lines) from error


def _decode(text: str | bytes, filename: str) -> str:
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        before = text[: error.start].decode("utf-8")
        where = LineTable(before, filename).location(len(before))
        raise InputError(f"not UTF-8 text: byte 0x{text[error.start]:02x}", where) from error


def _check_text(text: str, lines: LineTable) -> None:
    """What can be told from the characters alone, in linear time, before the parser recurses into them."""
    if not text.strip():
        raise InputError("the input is empty: a module or a function is expected", lines.location(0))
    if (offset := text.find("\0")) >= 0:
        raise InputError("the input contains a NUL character", lines.location(offset))
    if (offset := too_deep_at(text)) is not None:
        raise _too_deep(lines.location(offset))


def _too_deep(location: Location) -> InputError:
    return InputError(f"nesting deeper than {MAX_NESTING} levels", location, help="move inner parts into functions of their own")


def _from_parse_error(error: ParseError, lines: LineTable) -> InputError:
    notes: list[Note] = []
    if isinstance(error, MultipleSpansParseError):
        for span, message in error.refs:
            notes.append((message or error.ref_text or "see here", lines.location(span.start)))
    return InputError(error.msg, lines.location(error.span.start), notes=notes)


def _from_exception(error: Exception, parser: LocatedParser | None, lines: LineTable) -> InputError:
    """What an operation's constructor or parser raised, at that operation, its message on one line."""
    text = re.sub(r"\s+", " ", str(error)).strip() or type(error).__name__
    if parser is None:
        return InputError(f"malformed input: {text}", lines.location(0))
    name = parser.innermost_name() or "operation"
    message = text if name in text else f"malformed '{name}': {text}"
    return InputError(message, parser.innermost(), notes=[("the parser came to here", parser.here())])

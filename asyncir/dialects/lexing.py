"""
A linear lexer for MLIR text, and a linear scan of its nesting.

xDSL's lexer matches string literals by an expression that backtracks exponentially on an unterminated one, and builds a
table for each token. This one matches each token by one expression without backtracking (possessive repeats); what it
does not know it leaves to xDSL's, which reports the error.
"""

from __future__ import annotations

import re
from typing import ClassVar

from xdsl.utils.exceptions import ParseError
from xdsl.utils.lexer import Span, Token
from xdsl.utils.mlir_lexer import MLIRLexer, MLIRToken, MLIRTokenKind, StringLiteral

STRING = r'"[^"\\\n\v\f]*+(?:\\(?:["nt\\]|[0-9A-Fa-f]{2})[^"\\\n\v\f]*+)*+"'
"""A whole string literal with MLIR's escapes. Each character has one way to match, and repeats never give back."""

SUFFIX = r"(?:[0-9]++|[a-zA-Z$._-][a-zA-Z0-9$._-]*+)"

_PUNCTUATION = {kind.value: kind for kind in MLIRTokenKind if isinstance(kind.value, str)}

_KIND_BY_PREFIX = {
    "@": MLIRTokenKind.AT_IDENT,
    "#": MLIRTokenKind.HASH_IDENT,
    "%": MLIRTokenKind.PERCENT_IDENT,
    "^": MLIRTokenKind.CARET_IDENT,
    "!": MLIRTokenKind.EXCLAMATION_IDENT,
}


class LinearLexer(MLIRLexer):
    """xDSL's lexer with linear time for every input."""

    # Plain repeats instead of xDSL's nested group, which keeps a backtracking state for each character it skips.
    _whitespace_regex: ClassVar[re.Pattern[str]] = re.compile(r"(?:[ \t\n\r\f\v]++|//[^\n]*+)*+")
    _unescaped_characters_regex: ClassVar[re.Pattern[str]] = re.compile(STRING)

    _token_regex: ClassVar[re.Pattern[str]] = re.compile(
        rf"(?:[ \t\n\r\f\v]++|//[^\n]*+)*+"
        rf"(?:(?P<ident>[a-zA-Z_][a-zA-Z0-9_$.]*+)"
        rf"|(?P<prefixed>[%^#!]{SUFFIX}|@[a-zA-Z_][a-zA-Z0-9_$.]*+)"
        rf"|(?P<punctuation>->|\{{-#|[:,()}}\[\]<>=+/*?|]|\{{|-)"
        rf"|(?P<integer>(?!0x[0-9a-fA-F])[0-9]++(?!\.)))"
    )

    def lex(self) -> MLIRToken:
        match = self._token_regex.match(self.input.content, self.pos)
        if match is None:
            return super().lex()
        group = match.lastgroup
        assert group is not None
        start, self.pos = match.span(group)
        span = Span(start, self.pos, self.input)
        if group == "ident":
            return Token(MLIRTokenKind.BARE_IDENT, span)
        if group == "prefixed":
            return Token(_KIND_BY_PREFIX[self.input.content[start]], span)
        if group == "punctuation":
            return Token(_PUNCTUATION[match.group(group)], span)
        return Token(MLIRTokenKind.INTEGER_LIT, span)

    def _lex_string_literal(self, start_pos: int) -> MLIRToken:
        literal = self._unescaped_characters_regex.match(self.input.content, start_pos)
        if literal is None:
            raise ParseError(Span(start_pos, start_pos + 1, self.input), "string literal is not terminated or has an invalid escape")
        self.pos = literal.end()
        span = StringLiteral(start_pos, self.pos, self.input)
        if "\\" in span.text and not span.bytes_contents.isascii():
            return Token(MLIRTokenKind.BYTES_LIT, span)
        return Token(MLIRTokenKind.STRING_LIT, span)


MAX_NESTING = 80
"""
How deep brackets of any kind may nest. The parser recurses at most about nine calls a bracket, so that this fits
Python's default limit of 1000 calls with room for a caller of 200.
"""

# `->` and comparisons are matched only so that their `<` and `>` do not count.
_NESTING_REGEX = re.compile(rf"{STRING}|//[^\n]*+|->|[<>]=|(?P<open>[(\[{{<])|(?P<close>[)\]}}>])")


def too_deep_at(text: str, limit: int = MAX_NESTING) -> int | None:
    """The offset of the first bracket nested deeper than `limit`, None if there is none. Linear in `text`."""
    depth = 0
    for match in _NESTING_REGEX.finditer(text):
        if match.lastgroup == "open":
            depth += 1
            if depth > limit:
                return match.start()
        elif match.lastgroup == "close" and depth > 0:
            depth -= 1
    return None

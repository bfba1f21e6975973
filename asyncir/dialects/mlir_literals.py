"""
What MLIR's printer writes and xDSL's parser does not read, in any operation:

- strings with characters beyond ASCII, which MLIR escapes byte by byte (`"\\C3\\BC"` is `"ü"`);
- bit patterns among the numbers of `dense<...>`, which xDSL takes for decimal numbers (`dense<0x7F800000>` is infinity);
- in generic form, properties that hold a promise about an operation and change nothing that it computes.
"""

from __future__ import annotations

from typing import Any

from xdsl.dialects.arith import FastMathFlagsAttr, IntegerOverflowAttr
from xdsl.dialects.builtin import AnyFloat
from xdsl.ir import Operation
from xdsl.parser import Parser
from xdsl.parser.attribute_parser import AttrParser
from xdsl.utils.mlir_lexer import MLIRTokenKind, StringLiteral

PROMISES: dict[str, frozenset[str]] = {
    "arith.divsi": frozenset({"isExact"}),
    "arith.divui": frozenset({"isExact"}),
    "arith.extf": frozenset({"fastmath"}),
    "arith.shrsi": frozenset({"isExact"}),
    "arith.shrui": frozenset({"isExact"}),
    "arith.truncf": frozenset({"fastmath"}),
    "arith.trunci": frozenset({"overflowFlags"}),
    "func.call": frozenset({"arg_attrs", "no_inline", "res_attrs"}),
    "func.func": frozenset({"no_inline"}),
    "math.isfinite": frozenset({"fastmath"}),
    "math.isinf": frozenset({"fastmath"}),
    "math.isnan": frozenset({"fastmath"}),
    "math.isnormal": frozenset({"fastmath"}),
    "memref.load": frozenset({"alignment"}),
    "memref.store": frozenset({"alignment"}),
    "scf.execute_region": frozenset({"no_inline"}),
}
"""
Properties of MLIR's operations that xDSL's lack. They are kept as attributes, as which both MLIR's printer and the short forms
give them back. Any other unknown property is an error, since it may mean something (`unsignedCmp` of `scf.for`).
"""


_NOTHING = (FastMathFlagsAttr("none"), IntegerOverflowAttr("none"))


class _Element(AttrParser._TensorLiteralElement):  # pyright: ignore[reportPrivateUsage]
    """A number of a dense literal; a hexadecimal one is the bit pattern of a float."""

    def to_type(self, parser: AttrParser, type: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        text = self.span.text
        if isinstance(type, AnyFloat) and text.startswith(("0x", "0X")) and isinstance(self.value, int):
            return float_of_bits(parser, type, self.value, len(text) - 2)
        return super().to_type(parser, type)


def float_of_bits(parser: AttrParser, type: AnyFloat, bits: int, digits: int) -> float:
    """The float with this bit pattern, written with so many digits."""
    size = type.compile_time_size
    if digits > 2 * size:
        parser.raise_error(f"a hexadecimal literal of {digits} digits is more than a {type} has")
    return next(iter(type.iter_unpack(bits.to_bytes(size, "little"))))


class MLIRLiterals(Parser):
    """xDSL's parser, reading these too."""

    def parse_optional_str_literal(self) -> str | None:
        token = self._current_token
        if token.kind is MLIRTokenKind.BYTES_LIT:
            try:
                text = StringLiteral.from_span(token.span).bytes_contents.decode("utf-8")
            except UnicodeDecodeError:
                return None
            self._consume_token(MLIRTokenKind.BYTES_LIT)
            return text
        return super().parse_optional_str_literal()

    def _parse_tensor_literal_element(self) -> AttrParser._TensorLiteralElement:
        found = super()._parse_tensor_literal_element()
        return _Element(found.is_negative, found.value, found.span)

    def _parse_generic_operation(self, op_type: type[Operation]) -> Operation:
        operation = super()._parse_generic_operation(op_type)
        for name in PROMISES.get(operation.name, ()):
            promise = operation.properties.pop(name, None)
            if promise is not None and promise not in _NOTHING:
                operation.attributes[name] = promise
        return operation

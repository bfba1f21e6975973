"""The types of the `task` dialect, and what a reference is: a value that names an object of the launch."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import AnyFloat, IndexType, IntegerType
from xdsl.ir import Attribute, ParametrizedAttribute, TypeAttribute
from xdsl.irdl import irdl_attr_definition
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException

from asyncir.dialects.async_ import GroupType, is_handle


def is_word_like(type_: Attribute) -> bool:
    """Whether a value of this type fits a channel: a scalar of at most 64 bits (integer, index or float)."""
    if isinstance(type_, IntegerType):
        return type_.width.data <= 64
    return isinstance(type_, IndexType | AnyFloat)


@irdl_attr_definition
class ChannelType(ParametrizedAttribute, TypeAttribute):
    """
    `!task.channel<T>`: a bounded first-in first-out queue of `T`, for any number of senders and receivers. T is a scalar or a reference;
    a task, group or object whose reference was sent lives until the launch ends.
    """

    name = "task.channel"
    element_type: Attribute

    @classmethod
    def parse_parameters(cls, parser: Parser) -> Sequence[Attribute]:  # pyright: ignore[reportIncompatibleMethodOverride]
        with parser.in_angle_brackets():
            return [parser.parse_type()]

    def print_parameters(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            printer.print_attribute(self.element_type)

    def verify(self) -> None:
        if not is_word_like(self.element_type) and not is_reference(self.element_type):
            raise VerifyException(
                "'task.channel' element type must be a reference, or an integer, index or float of at most 64 bits, "
                f"got '{self.element_type}'"
            )


@irdl_attr_definition
class EventType(ParametrizedAttribute, TypeAttribute):
    """`!task.event`: a flag that tasks wait for; it stays set until it is cleared."""

    name = "task.event"


@irdl_attr_definition
class LockType(ParametrizedAttribute, TypeAttribute):
    """`!task.lock`: held by at most one task at a time; who waits for it gets it in the order of asking."""

    name = "task.lock"


@irdl_attr_definition
class CancelScopeType(ParametrizedAttribute, TypeAttribute):
    """`!task.cancel_scope`: a part of a task's run that others may cancel."""

    name = "task.cancel_scope"


def is_reference(type_: Attribute) -> bool:
    """Whether values of this type name an object of the launch: at `rt` level, and in frames, 32-bit numbers."""
    return is_handle(type_) or isinstance(type_, GroupType | ChannelType | EventType | LockType | CancelScopeType)

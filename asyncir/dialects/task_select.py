"""`task.select`: waiting for the first of several things."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import i1, i32, i64
from xdsl.ir import Attribute, SSAValue
from xdsl.irdl import IRDLOperation, irdl_op_definition, result_def, traits_def, var_operand_def, var_result_def
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException

from asyncir.dialects.async_ import is_handle
from asyncir.dialects.memory_effects import Suspends
from asyncir.dialects.task_types import ChannelType


def select_problem(sources: Sequence[Attribute]) -> str | None:
    """What is wrong with the types of a select's sources, or None."""
    if not sources:
        return "expects at least one token, value or channel"
    elements = [source.element_type for source in sources if isinstance(source, ChannelType)]
    wrong = next((source for source in sources if not is_handle(source) and not isinstance(source, ChannelType)), None)
    if wrong is not None:
        return f"expects tokens, values and channels, got '{wrong}'"
    other = next((element for element in elements if element != elements[0]), None)
    return None if other is None else f"expects channels of one type, got '{elements[0]}' and '{other}'"


def select_types(sources: Sequence[Attribute]) -> tuple[Attribute, ...]:
    """What a select of these sources produces: the case, and with a channel among them the item and whether there is one."""
    element = next((source.element_type for source in sources if isinstance(source, ChannelType)), None)
    return (i32,) if element is None else (i32, element, i1)


def without_timeout(cases: Sequence[Attribute]) -> Sequence[Attribute]:
    """The sources among the types of a select's cases: all but the timeout, an i64 that comes last."""
    return cases[:-1] if cases and cases[-1] == i64 else cases


@irdl_op_definition
class SelectOp(IRDLOperation):
    """
    Suspends until one of its cases is there, and yields that case's number. Case i is operand i:

    - a token or value: its task has ended, well or with an error. It is not consumed: an await of it goes on at once, with its value
      or error. The select itself does not fail with it;
    - a channel: as `task.recv`, there is an item, or the channel is closed and empty. With one channel or more the select yields
      `item` and `ok` too: what the receive that won yields; zero and false if another case won. All channels have one item type;
    - `after` nanoseconds: the timeout, whose case comes last: its number is that of the operands before it.

    The cases are looked at in order, and the first that is there wins. If none is, the first to become so wins. A timeout of zero or less
    is there at once: such a select only looks, and does not suspend. Only the case that wins takes anything: a receive that loses leaves
    the item to others. The same source may stand in several cases; the first of them wins.

    ```mlir
    %case, %item, %ok = task.select(%token, %channel) after %nanoseconds : !async.token, !task.channel<i32>
    %case = task.select(%token, %value) : !async.token, !async.value<f32>
    ```
    """

    name = "task.select"
    cases = var_operand_def()
    case = result_def(i32)
    received = var_result_def()
    traits = traits_def(Suspends())

    def __init__(self, sources: Sequence[SSAValue], timeout: SSAValue | None = None):
        cases = sources if timeout is None else [*sources, timeout]
        super().__init__(operands=[cases], result_types=[i32, select_types([source.type for source in sources])[1:]])

    @property
    def timeout(self) -> SSAValue | None:
        """The nanoseconds of the last case, if that is a timeout: an i64 is nothing else here."""
        return self.cases[-1] if self.cases and self.cases[-1].type == i64 else None

    @property
    def sources(self) -> Sequence[SSAValue]:
        """The other cases: tokens, values and channels."""
        return self.cases if self.timeout is None else self.cases[:-1]

    @classmethod
    def parse(cls, parser: Parser) -> SelectOp:
        names = parser.parse_comma_separated_list(parser.Delimiter.PAREN, parser.parse_unresolved_operand)
        timeout = None
        if parser.parse_optional_keyword("after"):
            timeout = parser.resolve_operand(parser.parse_unresolved_operand(), i64)
        attributes = parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        position = parser.pos
        types = parser.parse_comma_separated_list(parser.Delimiter.NONE, parser.parse_type)
        problem = select_problem(types)
        if problem is not None:
            parser.raise_error(f"'task.select' op {problem}", position)
        op = cls(parser.resolve_operands(names, types, position), timeout)
        op.attributes |= attributes
        return op

    def print(self, printer: Printer) -> None:
        printer.print_string("(")
        printer.print_list(self.sources, printer.print_ssa_value)
        printer.print_string(")")
        if self.timeout is not None:
            printer.print_string(" after ")
            printer.print_ssa_value(self.timeout)
        printer.print_op_attributes(self.attributes)
        printer.print_string(" : ")
        printer.print_list([source.type for source in self.sources], printer.print_attribute)

    def verify_(self) -> None:
        types = [source.type for source in self.sources]
        problem = select_problem(types)
        if problem is not None:
            raise VerifyException(f"'task.select' op {problem}")
        expected, got = select_types(types), tuple(result.type for result in self.results)
        if got != expected:
            shown = ["(" + ", ".join(str(type_) for type_ in found) + ")" for found in (got, expected)]
            raise VerifyException(f"'task.select' op yields {shown[0]}, expected {shown[1]}")

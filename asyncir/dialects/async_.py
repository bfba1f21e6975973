"""
The `async` dialect: MLIR's ops, types, text and verifier rules (MLIR 22), as far as programs use them.

What is printed here is accepted by mlir-opt, and the other way round. The ops that MLIR only uses inside its own lowering
(`async.coro.*`, most of `async.runtime.*`) are absent; `async.runtime.await` and `async.runtime.is_error` are here because
programs use them from outside tasks.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import (
    ArrayAttr,
    DictionaryAttr,
    FunctionType,
    IndexType,
    IntegerType,
    StringAttr,
    SymbolNameConstraint,
    SymbolRefAttr,
)
from xdsl.dialects.utils import parse_func_op_like, print_func_op_like
from xdsl.ir import Attribute, Block, Dialect, Operation, ParametrizedAttribute, Region, SSAValue, TypeAttribute
from xdsl.irdl import (
    AttrSizedOperandSegments,
    IRDLOperation,
    ParsePropInAttrDict,
    irdl_attr_definition,
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    opt_result_def,
    prop_def,
    region_def,
    result_def,
    traits_def,
    var_operand_def,
    var_result_def,
)
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import (
    HasParent,
    IsolatedFromAbove,
    IsTerminator,
    Pure,
    ReturnLike,
    SingleBlockImplicitTerminator,
    SymbolOpInterface,
)
from xdsl.utils.exceptions import VerifyException


@irdl_attr_definition
class TokenType(ParametrizedAttribute, TypeAttribute):
    """`!async.token`: becomes available when a task has ended; carries an error, no value."""

    name = "async.token"


@irdl_attr_definition
class ValueType(ParametrizedAttribute, TypeAttribute):
    """`!async.value<T>`: becomes available, with a `T` or an error, when the task that computes it has ended."""

    name = "async.value"
    value_type: Attribute

    @classmethod
    def parse_parameters(cls, parser: Parser) -> Sequence[Attribute]:  # pyright: ignore[reportIncompatibleMethodOverride]
        with parser.in_angle_brackets():
            return [parser.parse_type()]

    def print_parameters(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            printer.print_attribute(self.value_type)


@irdl_attr_definition
class GroupType(ParametrizedAttribute, TypeAttribute):
    """`!async.group`: a fixed number of tokens or values that are awaited together."""

    name = "async.group"


def is_handle(type_: Attribute) -> bool:
    """Whether values of this type refer to a task: `!async.token` or `!async.value<T>`."""
    return isinstance(type_, TokenType | ValueType)


def unwrap(type_: Attribute) -> Attribute | None:
    """The type that awaiting a value of this type yields; None for a token (or a group)."""
    return type_.value_type if isinstance(type_, ValueType) else None


def _require_handle(op: Operation, index: int) -> None:
    type_ = op.operands[index].type
    if not is_handle(type_):
        raise VerifyException(f"'{op.name}' op operand #{index} must be async value type or async token type, but got '{type_}'")


@irdl_op_definition
class YieldOp(IRDLOperation):
    """
    Ends the body of an `async.execute` with the values of its results.

    ```mlir
    async.yield %0 : f32
    ```
    """

    name = "async.yield"
    arguments = var_operand_def()
    assembly_format = "($arguments^ `:` type($arguments))? attr-dict"
    traits = traits_def(Pure(), IsTerminator(), ReturnLike())

    def __init__(self, arguments: Sequence[SSAValue] = ()):
        super().__init__(operands=[arguments])

    def verify_(self) -> None:
        parent = self.parent_op()
        if not isinstance(parent, ExecuteOp):
            raise VerifyException("'async.yield' op expects parent op 'async.execute'")


@irdl_op_definition
class ExecuteOp(IRDLOperation):
    """
    Starts a task. Its body runs, at once, later or elsewhere, when all `dependencies` and `body_operands` are available.

    ```mlir
    %token, %result = async.execute [%dependency] (%value as %unwrapped: !async.value<f32>) -> !async.value<f32> {
      async.yield %unwrapped : f32
    }
    ```
    """

    name = "async.execute"
    dependencies = var_operand_def(TokenType)
    body_operands = var_operand_def()
    token = result_def(TokenType)
    body_results = var_result_def(ValueType)
    body = region_def("single_block")
    irdl_options = (AttrSizedOperandSegments(as_property=True),)
    traits = traits_def(SingleBlockImplicitTerminator(YieldOp))

    def __init__(
        self,
        dependencies: Sequence[SSAValue],
        body_operands: Sequence[SSAValue],
        result_types: Sequence[Attribute],
        body: Region | Block,
    ):
        region = body if isinstance(body, Region) else Region(body)
        super().__init__(operands=[dependencies, body_operands], result_types=[TokenType(), result_types], regions=[region])

    def verify_(self) -> None:
        if any(not is_handle(value.type) for value in self.body_operands):
            bad = next(i for i, value in enumerate(self.operands) if not is_handle(value.type))
            _require_handle(self, bad)
        unwrapped = tuple(t for v in self.body_operands if (t := unwrap(v.type)) is not None)
        got = tuple(arg.type for arg in self.body.block.args)
        if got != unwrapped or len(got) != len(self.body_operands):
            raise VerifyException(
                f"'async.execute' op body arguments must be its unwrapped operands: expected {_list(unwrapped)}, got {_list(got)}"
            )
        yielded = self.body.block.last_op
        results = tuple(unwrap(result.type) for result in self.body_results)
        if isinstance(yielded, YieldOp) and tuple(v.type for v in yielded.arguments) != results:
            got = tuple(v.type for v in yielded.arguments)
            raise VerifyException(f"'async.execute' op yields {_list(got)}, but its results hold {_list(results)}")

    @classmethod
    def parse(cls, parser: Parser) -> ExecuteOp:
        unresolved = parser.parse_optional_comma_separated_list(parser.Delimiter.SQUARE, parser.parse_unresolved_operand) or []
        dependencies = [parser.resolve_operand(value, TokenType()) for value in unresolved]
        operands: list[SSAValue] = []
        arguments: list[Parser.Argument] = []

        def parse_operand() -> None:
            value = parser.parse_unresolved_operand()
            parser.parse_keyword("as")
            argument = parser.parse_argument(expect_type=False)
            parser.parse_punctuation(":")
            position = parser.pos
            type_ = parser.parse_type()
            operands.append(parser.resolve_operand(value, type_))
            if not isinstance(type_, ValueType):
                parser.raise_error(f"'async.execute' op expects an async value type, got '{type_}'", position)
            arguments.append(argument.resolve(type_.value_type))

        parser.parse_optional_comma_separated_list(parser.Delimiter.PAREN, parse_operand)
        results: list[Attribute] = []
        if parser.parse_optional_punctuation("->"):
            listed = parser.parse_optional_comma_separated_list(parser.Delimiter.PAREN, parser.parse_type)
            results.extend(listed if listed is not None else [parser.parse_type()])
        attributes = parser.parse_optional_attr_dict_with_keyword()
        position = parser.pos
        body = parser.parse_region(arguments)
        if body.first_block is not body.last_block:
            parser.raise_error("'async.execute' op expects its region to have one block", position)
        if body.first_block is None:
            body.add_block(Block())
        op = cls(dependencies, operands, results, body)
        for trait in op.get_traits_of_type(SingleBlockImplicitTerminator):
            _ensure_terminator(op, trait)
        if attributes is not None:
            op.attributes |= attributes.data
        return op

    def print(self, printer: Printer) -> None:
        if self.dependencies:
            printer.print_string(" [")
            printer.print_list(self.dependencies, printer.print_ssa_value)
            printer.print_string("]")
        if self.body_operands:
            printer.print_string(" (")
            pairs = list(zip(self.body_operands, self.body.block.args, strict=True))
            printer.print_list(pairs, lambda pair: _print_as(printer, *pair))
            printer.print_string(")")
        if self.body_results:
            printer.print_string(" -> ")
            many = len(self.body_results) > 1
            printer.print_string("(" if many else "")
            printer.print_list([r.type for r in self.body_results], printer.print_attribute)
            printer.print_string(")" if many else "")
        printer.print_op_attributes(self.attributes, print_keyword=True)
        printer.print_string(" ")
        printer.print_region(self.body, print_entry_block_args=False)


def _print_as(printer: Printer, operand: SSAValue, argument: SSAValue) -> None:
    printer.print_ssa_value(operand)
    printer.print_string(" as ")
    printer.print_ssa_value(argument)
    printer.print_string(": ")
    printer.print_attribute(operand.type)


def _ensure_terminator(op: ExecuteOp, trait: SingleBlockImplicitTerminator) -> None:
    block = op.body.block
    if block.last_op is None or not block.last_op.has_trait(IsTerminator):
        end = trait.op_type.create()
        end.location = op.location
        block.add_op(end)


def _list(types: Sequence[Attribute | None]) -> str:
    return "(" + ", ".join(str(t) for t in types) + ")"


@irdl_op_definition
class FuncOp(IRDLOperation):
    """
    A function whose calls are tasks. It returns an optional token, first, and values.

    ```mlir
    async.func @double(%x: i32) -> !async.value<i32> {
      %0 = arith.addi %x, %x : i32
      return %0 : i32
    }
    ```
    """

    name = "async.func"
    body = region_def()
    sym_name = prop_def(SymbolNameConstraint())
    function_type = prop_def(FunctionType)
    sym_visibility = opt_prop_def(StringAttr)
    arg_attrs = opt_prop_def(ArrayAttr[DictionaryAttr])
    res_attrs = opt_prop_def(ArrayAttr[DictionaryAttr])
    traits = traits_def(IsolatedFromAbove(), SymbolOpInterface())

    def __init__(
        self,
        name: str,
        function_type: FunctionType,
        body: Region,
        visibility: StringAttr | None = None,
        arg_attrs: ArrayAttr[DictionaryAttr] | None = None,
        res_attrs: ArrayAttr[DictionaryAttr] | None = None,
    ):
        properties: dict[str, Attribute | None] = {
            "sym_name": StringAttr(name),
            "function_type": function_type,
            "sym_visibility": visibility,
            "arg_attrs": arg_attrs,
            "res_attrs": res_attrs,
        }
        super().__init__(properties=properties, regions=[body])

    @property
    def value_types(self) -> tuple[Attribute, ...]:
        """The types that `async.return` gives: the results without the token, unwrapped."""
        return tuple(t for result in self.function_type.outputs if (t := unwrap(result)) is not None)

    def verify_(self) -> None:
        results = self.function_type.outputs.data
        if not results:
            raise VerifyException("'async.func' op result is expected to be at least of size 1, but got 0")
        for index, type_ in enumerate(results):
            if not is_handle(type_):
                raise VerifyException(f"'async.func' op result type must be async value type or async token type, but got '{type_}'")
            if isinstance(type_, TokenType) and index > 0:
                raise VerifyException(
                    "'async.func' op  results' (optional) async token type is expected to appear as the 1st return value, "
                    f"but got {index + 1}"
                )
        if self.body.blocks:
            entry = tuple(arg.type for arg in _first(self.body).args)
            if entry != self.function_type.inputs.data:
                raise VerifyException(
                    f"'async.func' op entry block has argument types {_list(entry)}, expected {_list(self.function_type.inputs.data)}"
                )

    @classmethod
    def parse(cls, parser: Parser) -> FuncOp:
        visibility = parser.parse_optional_visibility_keyword()
        name, inputs, outputs, region, extra, arg_attrs, res_attrs = parse_func_op_like(
            parser, reserved_attr_names=("sym_name", "function_type", "sym_visibility")
        )
        op = cls(name, FunctionType.from_lists(inputs, outputs), region, visibility, arg_attrs, res_attrs)
        if extra is not None:
            op.attributes |= extra.data
        return op

    def print(self, printer: Printer) -> None:
        if self.sym_visibility:
            printer.print_string(f" {self.sym_visibility.data}")
        print_func_op_like(
            printer,
            self.sym_name,
            self.function_type,
            self.body,
            self.attributes,
            arg_attrs=self.arg_attrs,
            res_attrs=self.res_attrs,
            reserved_attr_names=("sym_name", "function_type", "sym_visibility", "arg_attrs"),
        )


def _first(region: Region) -> Block:
    block = region.blocks.first
    if block is None:
        raise VerifyException("region has no block")
    return block


@irdl_op_definition
class CallOp(IRDLOperation):
    """
    Starts a task that runs an `async.func`.

    ```mlir
    %0 = async.call @double(%x) : (i32) -> !async.value<i32>
    ```
    """

    name = "async.call"
    callee = prop_def(SymbolRefAttr)
    arguments = var_operand_def()
    arg_attrs = opt_prop_def(ArrayAttr[DictionaryAttr])
    res_attrs = opt_prop_def(ArrayAttr[DictionaryAttr])
    handles = var_result_def()
    irdl_options = (ParsePropInAttrDict(),)
    assembly_format = "$callee `(` $arguments `)` attr-dict `:` functional-type($arguments, $handles)"

    def __init__(self, callee: str | SymbolRefAttr, arguments: Sequence[SSAValue], result_types: Sequence[Attribute]):
        reference = SymbolRefAttr(callee) if isinstance(callee, str) else callee
        super().__init__(operands=[arguments], result_types=[result_types], properties={"callee": reference})

    def verify_(self) -> None:
        for index, result in enumerate(self.handles):
            if not is_handle(result.type):
                raise VerifyException(
                    f"'async.call' op result #{index} must be async value type or async token type, but got '{result.type}'"
                )


@irdl_op_definition
class ReturnOp(IRDLOperation):
    """
    Ends a task that runs an `async.func`, with its values.

    ```mlir
    async.return %0 : i32
    ```
    """

    name = "async.return"
    arguments = var_operand_def()
    assembly_format = "attr-dict ($arguments^ `:` type($arguments))?"
    traits = traits_def(HasParent(FuncOp), Pure(), IsTerminator(), ReturnLike())

    def __init__(self, arguments: Sequence[SSAValue] = ()):
        super().__init__(operands=[arguments])

    def verify_(self) -> None:
        parent = self.parent_op()
        if isinstance(parent, FuncOp) and tuple(v.type for v in self.arguments) != parent.value_types:
            raise VerifyException(
                "'async.return' op operand types do not match the types returned from the parent FuncOp: "
                f"expected {_list(parent.value_types)}, got {_list([v.type for v in self.arguments])}"
            )


class _AwaitBase(IRDLOperation):
    """Parsing and printing shared by the ops that name a handle and may unwrap it."""

    @classmethod
    def parse(cls, parser: Parser) -> _AwaitBase:
        operand = parser.parse_unresolved_operand()
        parser.parse_punctuation(":")
        type_ = parser.parse_type()
        attributes = parser.parse_optional_attr_dict()
        value = parser.resolve_operand(operand, type_)
        result = unwrap(type_)
        return cls.create(operands=[value], result_types=[result] if result is not None else [], attributes=attributes)

    def print(self, printer: Printer) -> None:
        printer.print_string(" ")
        printer.print_ssa_value(self.operands[0])
        printer.print_string(" : ")
        printer.print_attribute(self.operands[0].type)
        printer.print_op_attributes(self.attributes)


@irdl_op_definition
class AwaitOp(_AwaitBase):
    """
    Suspends the task until the operand is available and unwraps its value. If the awaited task failed, this task fails.

    ```mlir
    %1 = async.await %0 : !async.value<f32>
    ```
    """

    name = "async.await"
    operand = operand_def()
    result = opt_result_def()

    def __init__(self, operand: SSAValue):
        unwrapped = unwrap(operand.type)
        super().__init__(operands=[operand], result_types=[[unwrapped] if unwrapped is not None else []])

    def verify_(self) -> None:
        _require_handle(self, 0)
        expected = unwrap(self.operand.type)
        got = self.result.type if self.result is not None else None
        if expected is None and got is not None:
            raise VerifyException("'async.await' op awaiting on a token must have empty result")
        if expected is not None and got is None:
            raise VerifyException(f"'async.await' op awaiting on a value must have a result of type '{expected}'")
        if expected != got:
            raise VerifyException(f"'async.await' op result type '{got}' does not match async value type '{expected}'")


@irdl_op_definition
class CreateGroupOp(IRDLOperation):
    """
    Makes an empty group that takes exactly `size` tokens or values.

    ```mlir
    %group = async.create_group %size : !async.group
    ```
    """

    name = "async.create_group"
    size = operand_def(IndexType)
    result = result_def(GroupType)
    assembly_format = "$size `:` type($result) attr-dict"

    def __init__(self, size: SSAValue):
        super().__init__(operands=[size], result_types=[GroupType()])


@irdl_op_definition
class AddToGroupOp(IRDLOperation):
    """
    Adds a token or value to a group; the result is its rank. Adding more than the group's size fails the task.

    ```mlir
    %rank = async.add_to_group %token, %group : !async.token
    ```
    """

    name = "async.add_to_group"
    operand = operand_def()
    group = operand_def(GroupType)
    rank = result_def(IndexType)
    assembly_format = "$operand `,` $group `:` type($operand) attr-dict"

    def __init__(self, operand: SSAValue, group: SSAValue):
        super().__init__(operands=[operand, group], result_types=[IndexType()])

    def verify_(self) -> None:
        _require_handle(self, 0)


@irdl_op_definition
class AwaitAllOp(IRDLOperation):
    """
    Suspends the task until the group is full and everything in it is available. If one of them failed, this task fails.

    ```mlir
    async.await_all %group
    ```
    """

    name = "async.await_all"
    operand = operand_def(GroupType)
    assembly_format = "$operand attr-dict"

    def __init__(self, operand: SSAValue):
        super().__init__(operands=[operand])


@irdl_op_definition
class RuntimeAwaitOp(IRDLOperation):
    """
    Suspends until a token, value or group is available; errors do not propagate (`async.runtime.is_error` tells).

    ```mlir
    async.runtime.await %token : !async.token
    ```
    """

    name = "async.runtime.await"
    operand = operand_def()
    assembly_format = "$operand attr-dict `:` type($operand)"

    def __init__(self, operand: SSAValue):
        super().__init__(operands=[operand])

    def verify_(self) -> None:
        _require_waitable(self)


@irdl_op_definition
class RuntimeIsErrorOp(IRDLOperation):
    """
    Whether an available token, value or group holds an error. False while it is not available.

    ```mlir
    %failed = async.runtime.is_error %token : !async.token
    ```
    """

    name = "async.runtime.is_error"
    operand = operand_def()
    is_error = result_def(IntegerType(1))
    assembly_format = "$operand attr-dict `:` type($operand)"

    def __init__(self, operand: SSAValue):
        super().__init__(operands=[operand], result_types=[IntegerType(1)])

    def verify_(self) -> None:
        _require_waitable(self)


def _require_waitable(op: Operation) -> None:
    type_ = op.operands[0].type
    if not (is_handle(type_) or isinstance(type_, GroupType)):
        raise VerifyException(
            f"'{op.name}' op operand #0 must be async value type or async token type or async group type, but got '{type_}'"
        )


Async = Dialect(
    "async",
    [
        AddToGroupOp,
        AwaitAllOp,
        AwaitOp,
        CallOp,
        CreateGroupOp,
        ExecuteOp,
        FuncOp,
        ReturnOp,
        RuntimeAwaitOp,
        RuntimeIsErrorOp,
        YieldOp,
    ],
    [GroupType, TokenType, ValueType],
)

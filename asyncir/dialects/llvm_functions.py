"""Functions, calls and globals of the `llvm` dialect, where xDSL drops properties or verifies in quadratic time.

Kernels are `llvm.func`s with the unit attribute `nvvm.kernel` (MLIR's spelling); launch bounds are `nvvm.maxntid`, `nvvm.reqntid`
(`array<i32: …>`), `nvvm.minctasm` and `nvvm.maxnreg` (integers).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xdsl.dialects.builtin import (
    I32,
    ArrayAttr,
    DenseArrayBase,
    DictionaryAttr,
    FunctionType,
    IntegerAttr,
    IntegerType,
    StringAttr,
    SymbolNameConstraint,
    SymbolRefAttr,
    UnitAttr,
    i32,
    i64,
)
from xdsl.dialects.llvm import (
    LLVM_CALLING_CONVS,
    CallingConventionAttr,
    FastMathAttr,
    LinkageAttr,
    LLVMFunctionType,
    LLVMVoidType,
    TailCallKind,
    TailCallKindAttr,
)
from xdsl.dialects.utils import parse_func_op_like, print_func_op_like
from xdsl.ir import Attribute, Operation, Region, SSAValue
from xdsl.irdl import (
    AttrSizedOperandSegments,
    IRDLOperation,
    irdl_op_definition,
    opt_prop_def,
    opt_result_def,
    prop_def,
    region_def,
    traits_def,
    var_operand_def,
)
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import IsolatedFromAbove, SymbolOpInterface
from xdsl.utils.exceptions import VerifyException

from asyncir.dialects.interfaces import SymbolLookup

LINKAGES = ("private", "internal", "linkonce_odr", "weak_odr", "linkonce", "weak", "external")

_RESERVED = ("sym_name", "function_type", "arg_attrs", "res_attrs", "linkage", "CConv", "visibility_", "unnamed_addr")


@irdl_op_definition
class FuncOp(IRDLOperation):
    """`llvm.func` with the attributes MLIR keeps as properties; the body is empty for a declaration."""

    name = "llvm.func"

    body = region_def()
    sym_name = prop_def(SymbolNameConstraint())
    function_type = prop_def(LLVMFunctionType)
    CConv = prop_def(CallingConventionAttr, default_value=CallingConventionAttr("ccc"))
    linkage = prop_def(LinkageAttr, default_value=LinkageAttr("external"))
    visibility_ = prop_def(IntegerAttr[IntegerType], default_value=IntegerAttr(0, i64))
    unnamed_addr = prop_def(IntegerAttr[IntegerType], default_value=IntegerAttr(0, i64))
    sym_visibility = opt_prop_def(StringAttr)
    arg_attrs = opt_prop_def(ArrayAttr[DictionaryAttr])
    res_attrs = opt_prop_def(ArrayAttr[DictionaryAttr])
    passthrough = opt_prop_def(ArrayAttr[Attribute])
    always_inline = opt_prop_def(UnitAttr)
    no_inline = opt_prop_def(UnitAttr)
    no_unwind = opt_prop_def(UnitAttr)
    will_return = opt_prop_def(UnitAttr)
    convergent = opt_prop_def(UnitAttr)
    dso_local = opt_prop_def(UnitAttr)
    optimize_none = opt_prop_def(UnitAttr)

    traits = traits_def(SymbolOpInterface(), IsolatedFromAbove())

    def __init__(
        self,
        sym_name: str,
        function_type: LLVMFunctionType,
        *,
        linkage: str = "external",
        body: Region | None = None,
        properties: Mapping[str, Attribute] | None = None,
        attributes: Mapping[str, Attribute] | None = None,
    ) -> None:
        super().__init__(
            regions=[Region() if body is None else body],
            properties={
                "sym_name": StringAttr(sym_name),
                "function_type": function_type,
                "linkage": LinkageAttr(linkage),
                **(properties or {}),
            },
            attributes=dict(attributes or {}),
        )

    @property
    def is_declaration(self) -> bool:
        return not self.body.blocks

    @property
    def is_kernel(self) -> bool:
        return "nvvm.kernel" in self.attributes

    def verify_(self) -> None:
        if (entry := self.body.blocks.first) is None:
            return
        expected = self.function_type.inputs.data
        if (got := tuple(argument.type for argument in entry.args)) != tuple(expected):
            raise VerifyException(f"llvm.func: expected entry arguments {list(map(str, expected))}, got {list(map(str, got))}")
        if self.is_kernel and not isinstance(self.function_type.output, LLVMVoidType):
            raise VerifyException("llvm.func: a kernel returns nothing")

    def print(self, printer: Printer) -> None:
        if (linkage := self.linkage.linkage.data) != "external":
            printer.print_string(f" {linkage}")
        if (convention := self.CConv.convention.data) != "ccc":
            printer.print_string(f" {convention}")
        printer.print_string(("", " hidden", " protected")[self.visibility_.value.data])
        printer.print_string(("", " local_unnamed_addr", " unnamed_addr")[self.unnamed_addr.value.data])
        output = self.function_type.output
        print_func_op_like(
            printer,
            self.sym_name,
            FunctionType.from_lists(self.function_type.inputs.data, [] if isinstance(output, LLVMVoidType) else [output]),
            self.body,
            {**self.attributes, **self.properties},
            arg_attrs=self.arg_attrs,
            res_attrs=self.res_attrs,
            reserved_attr_names=_RESERVED,
            is_variadic=self.function_type.is_variadic,
            print_empty_outputs=False,
        )

    @classmethod
    def parse(cls, parser: Parser) -> FuncOp:
        properties: dict[str, Attribute] = {}
        linkage = parser.parse_optional_keyword_in(LINKAGES) or "external"
        if (convention := parser.parse_optional_keyword_in(LLVM_CALLING_CONVS)) is not None:
            properties["CConv"] = CallingConventionAttr(convention)
        for number, word in enumerate(("hidden", "protected"), 1):
            if parser.parse_optional_keyword(word) is not None:
                properties["visibility_"] = IntegerAttr(number, i64)
        for number, word in enumerate(("local_unnamed_addr", "unnamed_addr"), 1):
            if parser.parse_optional_keyword(word) is not None:
                properties["unnamed_addr"] = IntegerAttr(number, i64)
        name, inputs, outputs, body, extra, arg_attrs, res_attrs, variadic = parse_func_op_like(
            parser, reserved_attr_names=_RESERVED, allow_variadic=True
        )
        if len(outputs) > 1:
            parser.raise_error("llvm.func returns one value or nothing")
        properties |= {key: value for key, value in (("arg_attrs", arg_attrs), ("res_attrs", res_attrs)) if value}
        attributes = dict(extra.data) if extra else {}
        known = cls.get_irdl_definition().properties
        properties |= {key: attributes.pop(key) for key in list(attributes) if key in known}
        function_type = LLVMFunctionType(list(inputs), outputs[0] if outputs else LLVMVoidType(), variadic)
        return cls(name, function_type, linkage=linkage, body=body, properties=properties, attributes=attributes)


@irdl_op_definition
class CallOp(IRDLOperation):
    """`llvm.call` of a named function. An indirect call is not in this dialect: it costs a stack frame and spills on a GPU.

    The callee is looked up by `verify_symbol_uses`, in a table made once for the module: a look-up per call is quadratic.
    """

    name = "llvm.call"

    args = var_operand_def()
    op_bundle_operands = var_operand_def()
    res = opt_result_def()
    callee = prop_def(SymbolRefAttr)
    var_callee_type = opt_prop_def(LLVMFunctionType)
    fastmathFlags = prop_def(FastMathAttr, default_value=FastMathAttr("none"))
    CConv = prop_def(CallingConventionAttr, default_value=CallingConventionAttr("ccc"))
    TailCallKind = prop_def(TailCallKindAttr, default_value=TailCallKindAttr(TailCallKind.NONE))
    op_bundle_sizes = prop_def(DenseArrayBase.constr(i32), default_value=DenseArrayBase.from_list(i32, ()))
    convergent = opt_prop_def(UnitAttr)
    no_unwind = opt_prop_def(UnitAttr)

    irdl_options = (AttrSizedOperandSegments(as_property=True),)

    def __init__(
        self,
        callee: str,
        args: Sequence[SSAValue | Operation],
        result_type: Attribute | None = None,
        *,
        variadic: LLVMFunctionType | None = None,
        convergent: bool = False,
    ) -> None:
        super().__init__(
            operands=[args, []],
            result_types=[[] if result_type is None else [result_type]],
            properties={
                "callee": SymbolRefAttr(callee),
                "var_callee_type": variadic,
                "convergent": UnitAttr() if convergent else None,
            },
        )

    def verify_symbol_uses(self, lookup: SymbolLookup) -> None:
        """The callee is an `llvm.func`; that the types fit is checked where LLVM IR is printed."""
        if not isinstance(lookup(self.callee), FuncOp):
            raise VerifyException(f"llvm.call: there is no llvm.func {self.callee}")

    def print(self, printer: Printer) -> None:
        printer.print_string(" ")
        printer.print_attribute(self.callee)
        with printer.in_parens():
            printer.print_list(self.args, printer.print_ssa_value)
        if self.var_callee_type is not None:
            printer.print_string(" vararg(")
            printer.print_attribute(self.var_callee_type)
            printer.print_string(")")
        shown = {key: self.properties[key] for key in ("convergent", "no_unwind") if key in self.properties}
        if self.fastmathFlags.data:
            shown["fastmathFlags"] = self.fastmathFlags
        printer.print_op_attributes(shown | self.attributes)
        printer.print_string(" : ")
        printer.print_function_type([arg.type for arg in self.args], [] if self.res is None else [self.res.type])

    @classmethod
    def parse(cls, parser: Parser) -> CallOp:
        callee = parser.parse_symbol_name()
        args = parser.parse_comma_separated_list(parser.Delimiter.PAREN, parser.parse_unresolved_operand)
        variadic: Attribute | None = None
        if parser.parse_optional_keyword("vararg") is not None:
            with parser.in_parens():
                variadic = parser.parse_type()
        attributes = parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        signature = parser.parse_function_type()
        op = cls(
            callee.data,
            parser.resolve_operands(args, signature.inputs.data, parser.pos),
            signature.outputs.data[0] if signature.outputs.data else None,
            variadic=variadic if isinstance(variadic, LLVMFunctionType) else None,
        )
        for key, value in attributes.items():
            (op.properties if key in ("convergent", "no_unwind", "fastmathFlags") else op.attributes)[key] = value
        return op


@irdl_op_definition
class GlobalOp(IRDLOperation):
    """`llvm.mlir.global`: a variable, initialised by `value`, by a region that returns its value, or not at all (a declaration).

    Shared memory of a block is an external global in address space 3 without a value: LLVM neither initialises nor removes it.
    """

    name = "llvm.mlir.global"

    initializer = region_def()
    global_type = prop_def()
    sym_name = prop_def(SymbolNameConstraint())
    linkage = prop_def(LinkageAttr)
    constant = opt_prop_def(UnitAttr)
    value = opt_prop_def()
    alignment = opt_prop_def(IntegerAttr)
    addr_space = prop_def(IntegerAttr[I32], default_value=IntegerAttr(0, i32))
    dso_local = opt_prop_def(UnitAttr)
    unnamed_addr = prop_def(IntegerAttr[IntegerType], default_value=IntegerAttr(0, i64))
    visibility_ = prop_def(IntegerAttr[IntegerType], default_value=IntegerAttr(0, i64))

    traits = traits_def(SymbolOpInterface(), IsolatedFromAbove())

    def __init__(
        self,
        sym_name: str,
        global_type: Attribute,
        *,
        linkage: str = "internal",
        addr_space: int = 0,
        constant: bool = False,
        value: Attribute | None = None,
        alignment: int | None = None,
        initializer: Region | None = None,
    ) -> None:
        super().__init__(
            regions=[Region() if initializer is None else initializer],
            properties={
                "sym_name": StringAttr(sym_name),
                "global_type": global_type,
                "linkage": LinkageAttr(linkage),
                "addr_space": IntegerAttr(addr_space, i32),
                "constant": UnitAttr() if constant else None,
                "value": value,
                "alignment": None if alignment is None else IntegerAttr(alignment, i64),
            },
        )

    def verify_(self) -> None:
        if self.value is not None and self.initializer.blocks:
            raise VerifyException("llvm.mlir.global: expected a value or an initializer region, got both")
        uninitialised = self.value is None and not self.initializer.blocks
        if uninitialised and self.linkage.linkage.data in ("internal", "private") and self.addr_space.value.data != 3:
            raise VerifyException(f"llvm.mlir.global: @{self.sym_name.data} is {self.linkage.linkage.data} and needs a value")

"""
The `rt` dialect: a program with its executor expanded, still hardware-neutral.

Memory is bytes behind `!rt.ptr`; what the words mean stands in asyncir/abi.py. Atomics and fences carry order, scope and the
sentence that names their partner. Control flow is cf, arithmetic arith, user arrays memref; lane ops are gpu's. Functions
other than kernels are `func.func`.
"""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.builtin import (
    ArrayAttr,
    DictionaryAttr,
    FunctionType,
    IndexType,
    IntegerAttr,
    IntegerType,
    MemRefType,
    StringAttr,
    SymbolNameConstraint,
    UnitAttr,
    i1,
    i32,
    i64,
)
from xdsl.dialects.utils import EnumAttribute, parse_func_op_like, print_func_op_like
from xdsl.ir import Attribute, Dialect, Region, SpacedOpaqueSyntaxAttribute, SSAValue
from xdsl.irdl import (
    IRDLOperation,
    irdl_attr_definition,
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    prop_def,
    region_def,
    result_def,
    traits_def,
    var_operand_def,
)
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import (
    HasParent,
    IsolatedFromAbove,
    IsTerminator,
    MemoryReadEffect,
    MemoryWriteEffect,
    Pure,
    ReturnLike,
    SymbolOpInterface,
)
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.str_enum import StrEnum

from asyncir.dialects import rt_block
from asyncir.dialects.memory_effects import ReadWrite
from asyncir.dialects.rt_stack import StackAboveOp, StackAddOp, StackBaseOp, StackLoadOp, StackStoreOp, StackType
from asyncir.dialects.rt_types import PtrType
from asyncir.dialects.sm_largest import LargestAttr


class Order(StrEnum):
    """Memory orders, with C++'s meaning."""

    RELAXED = "relaxed"
    ACQUIRE = "acquire"
    RELEASE = "release"
    ACQ_REL = "acq_rel"
    SEQ_CST = "seq_cst"


class Scope(StrEnum):
    """Who takes part: the threads of a block, of the device, or of the device and the host."""

    WORKGROUP = "workgroup"
    DEVICE = "device"
    SYSTEM = "system"


class Rmw(StrEnum):
    """What an atomic read-modify-write does. Minimum and maximum are signed (s) or unsigned (u)."""

    ADD = "add"
    SUB = "sub"
    AND = "and"
    OR = "or"
    XOR = "xor"
    XCHG = "xchg"
    MINS = "mins"
    MAXS = "maxs"
    MINU = "minu"
    MAXU = "maxu"


@irdl_attr_definition
class OrderAttr(EnumAttribute[Order], SpacedOpaqueSyntaxAttribute):
    """`#rt<order acquire>`"""

    name = "rt.order"


@irdl_attr_definition
class ScopeAttr(EnumAttribute[Scope], SpacedOpaqueSyntaxAttribute):
    """`#rt<sync device>`"""

    name = "rt.sync"


@irdl_attr_definition
class RmwAttr(EnumAttribute[Rmw], SpacedOpaqueSyntaxAttribute):
    """`#rt<rmw add>`"""

    name = "rt.rmw"


# ---------------------------------------------------------------------------------------------------------------- program


@irdl_op_definition
class KernelOp(IRDLOperation):
    """
    What a launch runs. Its arguments are the user's, then an `!rt.ptr` for each result, the control block and the number of
    instances; `results` are the results' types.

    executor "inline": every thread runs the body once, for the instance `rt.thread_id` (all lanes of a warp for the same
    instance in warp scope); the host starts at least as many as there are instances, and the body checks.
    executor "static": every thread of a block of `task.warps` warps runs the body once, for the instance `rt.block_id` (rt_block.py); the
    host starts at least as many blocks as there are instances, and the body checks.
    executor "dynamic": every thread runs the body once and stays until the program has ended.

    ```mlir
    rt.kernel @demo(%x: i32, %result: !rt.ptr, %control: !rt.ptr, %instances: index)
        attributes {executor = "inline", why = "…", scope = "lane", results = [i32]} {
      rt.return
    }
    ```
    """

    name = "rt.kernel"
    body = region_def()
    sym_name = prop_def(SymbolNameConstraint())
    function_type = prop_def(FunctionType)
    executor = prop_def(StringAttr)
    why = prop_def(StringAttr)
    scope = prop_def(StringAttr)
    results_types: ArrayAttr = prop_def(ArrayAttr, prop_name="results")
    statistics = opt_prop_def(UnitAttr)
    arg_attrs = opt_prop_def(ArrayAttr[DictionaryAttr])
    traits = traits_def(IsolatedFromAbove(), SymbolOpInterface())

    def __init__(
        self,
        name: str,
        function_type: FunctionType,
        body: Region,
        *,
        executor: str,
        why: str,
        scope: str,
        results: Sequence[Attribute],
        statistics: bool = False,
        arg_attrs: ArrayAttr[DictionaryAttr] | None = None,
    ):
        properties: dict[str, Attribute | None] = {
            "sym_name": StringAttr(name),
            "function_type": function_type,
            "executor": StringAttr(executor),
            "why": StringAttr(why),
            "scope": StringAttr(scope),
            "results": ArrayAttr(results),
            "statistics": UnitAttr() if statistics else None,
            "arg_attrs": arg_attrs,
        }
        super().__init__(properties=properties, regions=[body])

    @property
    def parameters(self) -> tuple[Attribute, ...]:
        """The types of the user's arguments, which come first."""
        own = len(self.results_types.data) + 2
        return self.function_type.inputs.data[:-own]

    @classmethod
    def parse(cls, parser: Parser) -> KernelOp:
        position = parser.pos
        name, inputs, outputs, region, extra, arg_attrs, _ = parse_func_op_like(parser, reserved_attr_names=("sym_name", "function_type"))
        attributes = dict(extra.data) if extra is not None else {}
        properties: dict[str, Attribute] = {"sym_name": StringAttr(name), "function_type": FunctionType.from_lists(inputs, outputs)}
        for key in _NAMED:
            if key in attributes:
                properties[key] = attributes.pop(key)
            elif key != "statistics":
                parser.raise_error(f"'rt.kernel' op needs the attribute '{key}'", position)
        if arg_attrs is not None:
            properties["arg_attrs"] = arg_attrs
        return cls.create(properties=properties, attributes=attributes, regions=[region])

    def print(self, printer: Printer) -> None:
        named = {key: self.properties[key] for key in _NAMED if key in self.properties}
        print_func_op_like(
            printer,
            self.sym_name,
            self.function_type,
            self.body,
            named | self.attributes,
            arg_attrs=self.arg_attrs,
            reserved_attr_names=("sym_name", "function_type"),
        )

    def verify_(self) -> None:
        inputs = self.function_type.inputs.data
        own = [PtrType()] * (len(self.results_types.data) + 1) + [IndexType()]
        if list(inputs[len(inputs) - len(own) :]) != own:
            raise VerifyException("'rt.kernel' op arguments must end in an !rt.ptr for each result, the control block and the instances")
        entry = self.body.blocks.first
        if entry is None or tuple(a.type for a in entry.args) != inputs:
            raise VerifyException("'rt.kernel' op entry block arguments do not match its type")
        if self.executor.data not in ("inline", "static", "dynamic"):
            raise VerifyException(f"'rt.kernel' op executor must be inline, static or dynamic, got '{self.executor.data}'")


CONSTANT = "rt.constant"
"""On a load: nobody writes the word during the launch, so it may be read once for all."""

STACK_WORDS = "rt.stack_words"
"""On a kernel whose lanes have stacks: the words of each, unless the launch says otherwise."""

LEAST_STACK_WORDS = "rt.least_stack_words"
"""On such a kernel: the least with which it works."""

DISPATCH = "rt.dispatch"
"""On such a kernel: the policy that chooses what lanes run next (docs/dispatch-policies.md)."""

NO_WAITS = "rt.no_waits"
"""On a kernel of the dynamic executor: no worker waits for another, so there may be more of them than the device holds at once."""

BLOCKS = "rt.blocks"
"""On a kernel of the dynamic executor: the most blocks of a multiprocessor, if its code allows that."""

_NAMED = ("executor", "why", "scope", "results", "statistics")


@irdl_op_definition
class ReturnOp(IRDLOperation):
    """
    Ends a kernel's thread.

    ```mlir
    rt.return
    ```
    """

    name = "rt.return"
    assembly_format = "attr-dict"
    traits = traits_def(HasParent(KernelOp), IsTerminator(), ReturnLike())

    def __init__(self) -> None:
        super().__init__()


@irdl_op_definition
class MachineOp(IRDLOperation):
    """
    A line of the machine table, for reports: number, name, scope, frame size, the site of its start and of every state, and for
    large frames where most is kept.

    ```mlir
    "rt.machine"() <{number = 1 : i64, machine = "fib", scope = "lane", frame_bytes = 96 : i64, site = 1 : i64,
                     states = [2 : i64, 3 : i64]}> : () -> ()
    ```
    """

    name = "rt.machine"
    number = prop_def(IntegerAttr)
    machine = prop_def(StringAttr)
    scope = prop_def(StringAttr)
    frame_bytes = prop_def(IntegerAttr)
    site = prop_def(IntegerAttr)
    states = prop_def(ArrayAttr[IntegerAttr])
    largest = opt_prop_def(LargestAttr)

    def __init__(
        self,
        number: int,
        machine: str,
        scope: str,
        frame_bytes: int,
        site: int,
        states: Sequence[int],
        largest: LargestAttr | None = None,
    ):
        """`states[i]` is the site of the state i + 1."""
        properties: dict[str, Attribute] = {
            "number": IntegerAttr(number, i64),
            "machine": StringAttr(machine),
            "scope": StringAttr(scope),
            "frame_bytes": IntegerAttr(frame_bytes, i64),
            "site": IntegerAttr(site, i64),
            "states": ArrayAttr([IntegerAttr(state, i64) for state in states]),
        }
        if largest is not None:
            properties["largest"] = largest
        super().__init__(properties=properties)


@irdl_op_definition
class SiteOp(IRDLOperation):
    """
    A line of the site table: a place in the source that a running program can name by its number, and whose code it is in.

    ```mlir
    "rt.site"() <{number = 3 : i64, what = "await", file = "fib.mlir", line = 7 : i64, column = 10 : i64, text = ""}> : () -> ()
    ```
    """

    name = "rt.site"
    number = prop_def(IntegerAttr)
    what = prop_def(StringAttr)
    file = prop_def(StringAttr)
    line = prop_def(IntegerAttr)
    column = prop_def(IntegerAttr)
    text = prop_def(StringAttr)
    task = opt_prop_def(StringAttr)

    def __init__(self, number: int, what: str, file: str, line: int, column: int, text: str = "", task: str = ""):
        properties: dict[str, Attribute] = {
            "number": IntegerAttr(number, i64),
            "what": StringAttr(what),
            "file": StringAttr(file),
            "line": IntegerAttr(line, i64),
            "column": IntegerAttr(column, i64),
            "text": StringAttr(text),
        }
        if task:
            properties["task"] = StringAttr(task)
        super().__init__(properties=properties)


# ----------------------------------------------------------------------------------------------------------------- memory


class _Access(IRDLOperation):
    """Ops on the memory at an address plus a constant number of bytes: `%p[8]`."""

    @property
    def bytes(self) -> int:
        """The constant distance from the address."""
        offset = self.properties["offset"]
        assert isinstance(offset, IntegerAttr)
        return offset.value.data


@irdl_op_definition
class LoadOp(_Access):
    """
    Reads a value; no other thread writes it at the same time. `rt.constant`: nobody writes it during the launch.

    ```mlir
    %v = rt.load %p[8 : i64] : i32
    %w = rt.load %c[0 : i64] {rt.constant} : i64
    ```
    """

    name = "rt.load"
    address = operand_def(PtrType)
    offset = prop_def(IntegerAttr)
    result = result_def()
    assembly_format = "$address `[` $offset `]` attr-dict `:` type($result)"
    traits = traits_def(MemoryReadEffect())

    def __init__(self, address: SSAValue, offset: int, result_type: Attribute):
        super().__init__(operands=[address], properties={"offset": IntegerAttr(offset, i64)}, result_types=[result_type])


@irdl_op_definition
class StoreOp(_Access):
    """
    Writes a value; no other thread reads or writes it at the same time.

    ```mlir
    rt.store %v, %p[8 : i64] : i32
    ```
    """

    name = "rt.store"
    value = operand_def()
    address = operand_def(PtrType)
    offset = prop_def(IntegerAttr)
    assembly_format = "$value `,` $address `[` $offset `]` attr-dict `:` type($value)"
    traits = traits_def(MemoryWriteEffect())

    def __init__(self, value: SSAValue, address: SSAValue, offset: int):
        super().__init__(operands=[value, address], properties={"offset": IntegerAttr(offset, i64)})


@irdl_op_definition
class LifetimeStartOp(IRDLOperation):
    """
    That many bytes get an owner, and hold nothing yet. No code; the reference checks it (`rt.lifetime_end`).

    ```mlir
    rt.lifetime_start %p[8 : i64], %bytes
    ```
    """

    name = "rt.lifetime_start"
    address = operand_def(PtrType)
    offset = prop_def(IntegerAttr)
    size = operand_def(i64)
    assembly_format = "$address `[` $offset `]` `,` $size attr-dict"
    traits = traits_def(ReadWrite())


@irdl_op_definition
class LifetimeEndOp(IRDLOperation):
    """
    That many bytes have no owner any more: up to the next `rt.lifetime_start` nobody may read or write them, or end them again.

    ```mlir
    rt.lifetime_end %p[8 : i64], %bytes
    ```
    """

    name = "rt.lifetime_end"
    address = operand_def(PtrType)
    offset = prop_def(IntegerAttr)
    size = operand_def(i64)
    assembly_format = "$address `[` $offset `]` `,` $size attr-dict"
    traits = traits_def(ReadWrite())


@irdl_op_definition
class PtrAddOp(IRDLOperation):
    """
    An address some bytes further.

    ```mlir
    %q = rt.ptr_add %p, %bytes
    ```
    """

    name = "rt.ptr_add"
    address = operand_def(PtrType)
    distance = operand_def(i64)
    result = result_def(PtrType)
    assembly_format = "$address `,` $distance attr-dict"
    traits = traits_def(Pure())

    def __init__(self, address: SSAValue, distance: SSAValue):
        super().__init__(operands=[address, distance], result_types=[PtrType()])


@irdl_op_definition
class AddressOp(IRDLOperation):
    """
    An address as a number.

    ```mlir
    %n = rt.address %p
    ```
    """

    name = "rt.address"
    address = operand_def(PtrType)
    result = result_def(i64)
    assembly_format = "$address attr-dict"
    traits = traits_def(Pure())

    def __init__(self, address: SSAValue):
        super().__init__(operands=[address], result_types=[i64])


@irdl_op_definition
class MemrefOp(IRDLOperation):
    """
    An array, dense and row-major, that starts at an address; one size for each dynamic dimension.

    ```mlir
    %a = rt.memref %p, %n : memref<?xf32>
    ```
    """

    name = "rt.memref"
    address = operand_def(PtrType)
    sizes = var_operand_def(IndexType)
    result = result_def(MemRefType)
    assembly_format = "$address (`,` $sizes^)? attr-dict `:` type($result)"
    traits = traits_def(Pure())

    def __init__(self, address: SSAValue, sizes: Sequence[SSAValue], result_type: MemRefType):
        super().__init__(operands=[address, sizes], result_types=[result_type])

    def verify_(self) -> None:
        type_ = self.result.type
        assert isinstance(type_, MemRefType)
        dynamic = sum(1 for size in type_.get_shape() if size < 0)
        if dynamic != len(self.sizes):
            raise VerifyException(f"'rt.memref' op has {len(self.sizes)} sizes, expected {dynamic}")


@irdl_op_definition
class MemrefPtrOp(IRDLOperation):
    """
    The address of an array's element 0 (its aligned pointer plus its offset).

    ```mlir
    %p = rt.memref_ptr %a : memref<?xf32>
    ```
    """

    name = "rt.memref_ptr"
    memref = operand_def(MemRefType)
    result = result_def(PtrType)
    assembly_format = "$memref attr-dict `:` type($memref)"
    traits = traits_def(Pure())

    def __init__(self, memref: SSAValue):
        super().__init__(operands=[memref], result_types=[PtrType()])


@irdl_op_definition
class PublishOp(IRDLOperation):
    """
    A release store at system scope into a host-visible array; pairs with the host's acquire load of the element.

    ```mlir
    rt.publish %v, %a[%i] : i32, memref<?xi32>
    ```
    """

    name = "rt.publish"
    value = operand_def()
    memref = operand_def(MemRefType)
    indices = var_operand_def(IndexType)
    assembly_format = "$value `,` $memref `[` $indices `]` attr-dict `:` type($value) `,` type($memref)"
    traits = traits_def(ReadWrite())

    def __init__(self, value: SSAValue, memref: SSAValue, indices: Sequence[SSAValue]):
        super().__init__(operands=[value, memref, indices])


# ---------------------------------------------------------------------------------------------------------------- atomics


class _Atomic(_Access):
    """What atomics share: integers of 32 or 64 bits, an order that fits, and a partner."""

    def _check(self, type_: Attribute, order: Order, allowed: Sequence[Order]) -> None:
        if type_ not in (i32, i64):
            raise VerifyException(f"'{self.name}' op works on i32 or i64, got '{type_}'")
        if order not in allowed:
            raise VerifyException(f"'{self.name}' op order must be one of {', '.join(allowed)}, got {order}")
        _check_pairs(self)


def _check_pairs(op: IRDLOperation) -> None:
    pairs = op.properties["pairs"]
    if not isinstance(pairs, StringAttr) or not pairs.data.strip():
        raise VerifyException(f"'{op.name}' op must say in 'pairs' what it pairs with")


@irdl_op_definition
class AtomicLoadOp(_Atomic):
    """
    ```mlir
    %v = rt.atomic_load acquire device %p[16 : i64] pairs "complete's exchange" : i64
    ```
    """

    name = "rt.atomic_load"
    order = prop_def(OrderAttr)
    scope = prop_def(ScopeAttr)
    address = operand_def(PtrType)
    offset = prop_def(IntegerAttr)
    pairs = prop_def(StringAttr)
    result = result_def()
    assembly_format = "$order $scope $address `[` $offset `]` `pairs` $pairs attr-dict `:` type($result)"
    traits = traits_def(ReadWrite())

    def verify_(self) -> None:
        self._check(self.result.type, self.order.data, (Order.RELAXED, Order.ACQUIRE, Order.SEQ_CST))


@irdl_op_definition
class AtomicStoreOp(_Atomic):
    """
    ```mlir
    rt.atomic_store release device %v, %p[0 : i64] pairs "pop's acquire load" : i32
    ```
    """

    name = "rt.atomic_store"
    order = prop_def(OrderAttr)
    scope = prop_def(ScopeAttr)
    value = operand_def()
    address = operand_def(PtrType)
    offset = prop_def(IntegerAttr)
    pairs = prop_def(StringAttr)
    assembly_format = "$order $scope $value `,` $address `[` $offset `]` `pairs` $pairs attr-dict `:` type($value)"
    traits = traits_def(ReadWrite())

    def verify_(self) -> None:
        self._check(self.value.type, self.order.data, (Order.RELAXED, Order.RELEASE, Order.SEQ_CST))


@irdl_op_definition
class AtomicRmwOp(_Atomic):
    """
    Replaces the word and yields what it was.

    ```mlir
    %old = rt.atomic_rmw add acq_rel device %v, %p[80 : i64] pairs "the other arrivals" : i64
    ```
    """

    name = "rt.atomic_rmw"
    kind = prop_def(RmwAttr)
    order = prop_def(OrderAttr)
    scope = prop_def(ScopeAttr)
    value = operand_def()
    address = operand_def(PtrType)
    offset = prop_def(IntegerAttr)
    pairs = prop_def(StringAttr)
    result = result_def()
    assembly_format = "$kind $order $scope $value `,` $address `[` $offset `]` `pairs` $pairs attr-dict `:` type($value) `->` type($result)"
    traits = traits_def(ReadWrite())

    def __init__(self, kind: Rmw, order: Order, scope: Scope, value: SSAValue, address: SSAValue, offset: int, pairs: str):
        properties: dict[str, Attribute] = {
            "kind": RmwAttr(kind),
            "order": OrderAttr(order),
            "scope": ScopeAttr(scope),
            "offset": IntegerAttr(offset, i64),
            "pairs": StringAttr(pairs),
        }
        super().__init__(operands=[value, address], result_types=[value.type], properties=properties)

    def verify_(self) -> None:
        self._check(self.value.type, self.order.data, tuple(Order))
        if self.result.type != self.value.type:
            raise VerifyException(f"'rt.atomic_rmw' op result type '{self.result.type}' is not its value's '{self.value.type}'")


@irdl_op_definition
class CmpxchgOp(_Atomic):
    """
    Writes `replacement` if the word equals `expected`; yields what it was and whether it wrote. On failure the order is relaxed,
    or acquire where `order` acquires.

    ```mlir
    %old, %ok = rt.cmpxchg acq_rel device %expected, %replacement, %p[16 : i64] pairs "complete's exchange" : i64
    ```
    """

    name = "rt.cmpxchg"
    order = prop_def(OrderAttr)
    scope = prop_def(ScopeAttr)
    expected = operand_def()
    replacement = operand_def()
    address = operand_def(PtrType)
    offset = prop_def(IntegerAttr)
    pairs = prop_def(StringAttr)
    old = result_def()
    ok = result_def(i1)
    traits = traits_def(ReadWrite())

    @classmethod
    def parse(cls, parser: Parser) -> CmpxchgOp:
        order = parser.parse_str_enum(Order)
        scope = parser.parse_str_enum(Scope)
        expected = parser.parse_unresolved_operand()
        parser.parse_punctuation(",")
        replacement = parser.parse_unresolved_operand()
        parser.parse_punctuation(",")
        address = parser.parse_operand(PtrType())
        with parser.in_square_brackets():
            offset = parser.parse_integer()
            parser.parse_punctuation(":")
            parser.parse_type()
        parser.parse_keyword("pairs")
        pairs = parser.parse_str_literal()
        attributes = parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        type_ = parser.parse_type()
        properties: dict[str, Attribute] = {
            "order": OrderAttr(order),
            "scope": ScopeAttr(scope),
            "offset": IntegerAttr(offset, i64),
            "pairs": StringAttr(pairs),
        }
        operands = [parser.resolve_operand(expected, type_), parser.resolve_operand(replacement, type_), address]
        return cls.create(operands=operands, result_types=[type_, i1], properties=properties, attributes=attributes)

    def print(self, printer: Printer) -> None:
        printer.print_string(f" {self.order.data} {self.scope.data} ")
        printer.print_list(self.operands, printer.print_ssa_value)
        printer.print_string(f"[{self.bytes} : i64] pairs ")
        printer.print_attribute(self.pairs)
        printer.print_op_attributes(self.attributes)
        printer.print_string(" : ")
        printer.print_attribute(self.expected.type)

    def verify_(self) -> None:
        self._check(self.expected.type, self.order.data, tuple(Order))
        if self.replacement.type != self.expected.type or self.old.type != self.expected.type:
            raise VerifyException("'rt.cmpxchg' op: expected, replacement and old must have one type")


@irdl_op_definition
class FenceOp(IRDLOperation):
    """
    ```mlir
    rt.fence acquire device pairs "…"
    ```
    """

    name = "rt.fence"
    order = prop_def(OrderAttr)
    scope = prop_def(ScopeAttr)
    pairs = prop_def(StringAttr)
    assembly_format = "$order $scope `pairs` $pairs attr-dict"
    traits = traits_def(ReadWrite())

    def verify_(self) -> None:
        _check_pairs(self)
        if self.order.data is Order.RELAXED:
            raise VerifyException("'rt.fence' op order must not be relaxed")


# ---------------------------------------------------------------------------------------------------------------- machine


@irdl_op_definition
class ThreadIdOp(IRDLOperation):
    """
    This thread's number in the launch: warp number * width + lane. Only in kernels.

    ```mlir
    %t = rt.thread_id : index
    ```
    """

    name = "rt.thread_id"
    result = result_def(IndexType)
    assembly_format = "attr-dict `:` type($result)"
    traits = traits_def(Pure(), HasParent(KernelOp))

    def __init__(self) -> None:
        super().__init__(result_types=[IndexType()])


@irdl_op_definition
class ShardOp(IRDLOperation):
    """
    A number that is likely another one for threads that run at the same time. Any number is right; it only keeps threads out of each
    other's way.

    ```mlir
    %s = rt.shard : i32
    ```
    """

    name = "rt.shard"
    result = result_def(i32)
    assembly_format = "attr-dict `:` type($result)"
    traits = traits_def(ReadWrite())

    def __init__(self) -> None:
        super().__init__(result_types=[i32])


@irdl_op_definition
class ProcessorIdOp(IRDLOperation):
    """
    The number of the SM, or of the CPU worker, that runs this thread now. Only in kernels.

    ```mlir
    %p = rt.processor_id : i32
    ```
    """

    name = "rt.processor_id"
    result = result_def(i32)
    assembly_format = "attr-dict `:` type($result)"
    traits = traits_def(ReadWrite(), HasParent(KernelOp))

    def __init__(self) -> None:
        super().__init__(result_types=[i32])


@irdl_op_definition
class ClockOp(IRDLOperation):
    """
    Nanoseconds since some moment before the launch; never goes back.

    ```mlir
    %t = rt.clock : i64
    ```
    """

    name = "rt.clock"
    result = result_def(i64)
    assembly_format = "attr-dict `:` type($result)"
    traits = traits_def(ReadWrite())

    def __init__(self) -> None:
        super().__init__(result_types=[i64])


@irdl_op_definition
class PauseOp(IRDLOperation):
    """
    Lets others run for about that many nanoseconds.

    ```mlir
    rt.pause 200 : i64
    ```
    """

    name = "rt.pause"
    nanoseconds = prop_def(IntegerAttr)
    assembly_format = "$nanoseconds attr-dict"
    traits = traits_def(ReadWrite())

    def __init__(self, nanoseconds: int):
        super().__init__(properties={"nanoseconds": IntegerAttr(nanoseconds, i64)})


@irdl_op_definition
class PollDueOp(IRDLOperation):
    """
    Whether this is a time to look at the host's stop word: always where that is cheap (CPU), about once a millisecond where it
    is a read over the bus (GPU).

    ```mlir
    %due = rt.poll_due : i1
    ```
    """

    name = "rt.poll_due"
    result = result_def(i1)
    assembly_format = "attr-dict `:` type($result)"
    traits = traits_def(ReadWrite())

    def __init__(self) -> None:
        super().__init__(result_types=[i1])


@irdl_op_definition
class BallotOp(IRDLOperation):
    """
    One bit for every lane of the warp; all lanes take part.

    ```mlir
    %mask = rt.ballot %p : i32
    ```
    """

    name = "rt.ballot"
    predicate = operand_def(i1)
    mask = result_def(IntegerType)
    assembly_format = "$predicate attr-dict `:` type($mask)"
    traits = traits_def(ReadWrite())

    def __init__(self, predicate: SSAValue, result_type: IntegerType = i32):
        super().__init__(operands=[predicate], result_types=[result_type])


@irdl_op_definition
class WarpSyncOp(IRDLOperation):
    """
    All lanes of the warp meet; what each did to memory before is seen by every lane after.

    ```mlir
    rt.warp_sync
    ```
    """

    name = "rt.warp_sync"
    assembly_format = "attr-dict"
    traits = traits_def(ReadWrite())

    def __init__(self) -> None:
        super().__init__()


Rt = Dialect(
    "rt",
    [
        AddressOp,
        AtomicLoadOp,
        AtomicRmwOp,
        AtomicStoreOp,
        BallotOp,
        ClockOp,
        CmpxchgOp,
        FenceOp,
        KernelOp,
        LifetimeEndOp,
        LifetimeStartOp,
        LoadOp,
        MachineOp,
        MemrefOp,
        MemrefPtrOp,
        PauseOp,
        PollDueOp,
        ProcessorIdOp,
        PtrAddOp,
        PublishOp,
        ReturnOp,
        ShardOp,
        SiteOp,
        StackAboveOp,
        StackAddOp,
        StackBaseOp,
        StackLoadOp,
        StackStoreOp,
        StoreOp,
        ThreadIdOp,
        WarpSyncOp,
        *rt_block.OPS,
    ],
    [OrderAttr, PtrType, RmwAttr, ScopeAttr, StackType],
)

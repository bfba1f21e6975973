"""
What the `nvvm` dialect has for blocks, with MLIR 22's names, text and properties: barriers in shared memory (mbarrier), bulk copies between
global and shared memory, fences. sm_90 and later. Barriers are of the block (MLIR's default, `#nvvm.mem_scope<cta>`).
"""

from __future__ import annotations

from xdsl.dialects.builtin import I32, IntegerAttr, StringAttr, UnitAttr, i1, i32, i64
from xdsl.dialects.llvm import LLVMPointerType
from xdsl.ir import ParametrizedAttribute, SSAValue
from xdsl.irdl import (
    AttrSizedOperandSegments,
    IRDLOperation,
    ParsePropInAttrDict,
    irdl_attr_definition,
    irdl_op_definition,
    operand_def,
    opt_operand_def,
    opt_prop_def,
    prop_def,
    result_def,
)
from xdsl.parser import AttrParser
from xdsl.printer import Printer
from xdsl.utils.exceptions import VerifyException

GLOBAL = 1
SHARED = 3


class _Named(ParametrizedAttribute):
    """One word in angle brackets, which MLIR writes without quotes."""

    word: StringAttr

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> list[StringAttr]:
        with parser.in_angle_brackets():
            return [StringAttr(parser.parse_identifier())]

    def print_parameters(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            printer.print_string(self.word.data)


@irdl_attr_definition
class ProxyKindAttr(_Named):
    """`#nvvm.proxy_kind<async.shared>`: ordinary accesses to shared memory, and those of bulk copies."""

    name = "nvvm.proxy_kind"


@irdl_attr_definition
class SharedSpaceAttr(_Named):
    """`#nvvm.shared_space<cta>`: the block's own shared memory."""

    name = "nvvm.shared_space"


_KIND, _SPACE = ProxyKindAttr.new([StringAttr("async.shared")]), SharedSpaceAttr.new([StringAttr("cta")])


def _expect(op: IRDLOperation, value: SSAValue, space: int) -> None:
    type_ = value.type
    if not isinstance(type_, LLVMPointerType) or getattr(type_.addr_space, "data", 0) != space:
        raise VerifyException(f"{op.name}: expected an address of type !llvm.ptr<{space}>, got {type_}")


class _OnBarrier(IRDLOperation):
    """An operation on the barrier at an address in shared memory."""

    def verify_(self) -> None:
        _expect(self, self.operands[0], SHARED)


@irdl_op_definition
class MbarrierInitOp(_OnBarrier):
    """`nvvm.mbarrier.init`: phase 0 begins; each phase takes `count` arrivals."""

    name = "nvvm.mbarrier.init"
    addr = operand_def(LLVMPointerType)
    count = operand_def(I32)
    assembly_format = "$addr `,` $count attr-dict `:` type($addr) `,` type($count)"

    def __init__(self, addr: SSAValue, count: SSAValue) -> None:
        super().__init__(operands=[addr, count])


@irdl_op_definition
class MbarrierArriveOp(_OnBarrier):
    """`nvvm.mbarrier.arrive`: one arrival, with release; yields the state before it."""

    name = "nvvm.mbarrier.arrive"
    addr = operand_def(LLVMPointerType)
    res = result_def(i64)
    assembly_format = "$addr attr-dict `:` type($addr) `->` type($res)"

    def __init__(self, addr: SSAValue) -> None:
        super().__init__(operands=[addr], result_types=[i64])


@irdl_op_definition
class MbarrierExpectTxOp(_OnBarrier):
    """`nvvm.mbarrier.expect_tx`: the phase takes that many bytes more."""

    name = "nvvm.mbarrier.expect_tx"
    addr = operand_def(LLVMPointerType)
    txcount = operand_def(I32)
    assembly_format = "$addr `,` $txcount attr-dict `:` type($addr) `,` type($txcount)"

    def __init__(self, addr: SSAValue, txcount: SSAValue) -> None:
        super().__init__(operands=[addr, txcount])


@irdl_op_definition
class MbarrierTryWaitOp(_OnBarrier):
    """`nvvm.mbarrier.try_wait` with a parity (i32): whether that phase is over, with acquire; the hardware lets the thread wait a while."""

    name = "nvvm.mbarrier.try_wait"
    addr = operand_def(LLVMPointerType)
    phase = operand_def(I32)
    res = result_def(i1)
    assembly_format = "$addr `,` $phase attr-dict `:` type($addr) `,` type($phase) `->` type($res)"

    def __init__(self, addr: SSAValue, phase: SSAValue) -> None:
        super().__init__(operands=[addr, phase], result_types=[i1])


@irdl_op_definition
class FenceMbarrierInitOp(IRDLOperation):
    """`nvvm.fence.mbarrier.init`: barriers that this thread made are seen by bulk copies."""

    name = "nvvm.fence.mbarrier.init"
    assembly_format = "attr-dict"


@irdl_op_definition
class FenceProxyOp(IRDLOperation):
    """`nvvm.fence.proxy`: ordinary stores to shared memory before it are seen by bulk copies behind it."""

    name = "nvvm.fence.proxy"
    kind = prop_def(ProxyKindAttr)
    space = prop_def(SharedSpaceAttr)
    assembly_format = "attr-dict"
    irdl_options = (ParsePropInAttrDict(),)

    def __init__(self) -> None:
        super().__init__(properties={"kind": _KIND, "space": _SPACE})

    def verify_(self) -> None:
        if self.kind != _KIND or self.space != _SPACE:
            raise VerifyException(f"{self.name}: expected kind {_KIND} and space {_SPACE}, got {self.kind} and {self.space}")


@irdl_op_definition
class BulkLoadOp(IRDLOperation):
    """
    `nvvm.cp.async.bulk.shared.cluster.global`: a copy from global to shared memory whose bytes count on a barrier; here the destination is
    the block's own memory (!llvm.ptr<3>).
    """

    name = "nvvm.cp.async.bulk.shared.cluster.global"
    destination = operand_def(LLVMPointerType)
    source = operand_def(LLVMPointerType)
    barrier = operand_def(LLVMPointerType)
    size = operand_def(I32)
    multicast_mask = opt_operand_def()
    cache_hint = opt_operand_def()
    irdl_options = (AttrSizedOperandSegments(as_property=True),)

    def __init__(self, destination: SSAValue, source: SSAValue, barrier: SSAValue, size: SSAValue) -> None:
        super().__init__(operands=[destination, source, barrier, size, None, None])

    def verify_(self) -> None:
        _expect(self, self.destination, SHARED)
        _expect(self, self.source, GLOBAL)
        _expect(self, self.barrier, SHARED)
        if self.multicast_mask is not None or self.cache_hint is not None:
            raise VerifyException(f"{self.name}: a multicast mask or a cache hint is not supported")


@irdl_op_definition
class BulkStoreOp(IRDLOperation):
    """`nvvm.cp.async.bulk.global.shared.cta`: a copy from shared to global memory, in the thread's open group."""

    name = "nvvm.cp.async.bulk.global.shared.cta"
    destination = operand_def(LLVMPointerType)
    source = operand_def(LLVMPointerType)
    size = operand_def(I32)
    cache_hint = opt_operand_def()
    byte_mask = opt_operand_def()
    irdl_options = (AttrSizedOperandSegments(as_property=True),)

    def __init__(self, destination: SSAValue, source: SSAValue, size: SSAValue) -> None:
        super().__init__(operands=[destination, source, size, None, None])

    def verify_(self) -> None:
        _expect(self, self.destination, GLOBAL)
        _expect(self, self.source, SHARED)
        if self.cache_hint is not None or self.byte_mask is not None:
            raise VerifyException(f"{self.name}: a cache hint or a byte mask is not supported")


@irdl_op_definition
class BulkCommitGroupOp(IRDLOperation):
    """`nvvm.cp.async.bulk.commit.group`: closes the thread's open group."""

    name = "nvvm.cp.async.bulk.commit.group"
    assembly_format = "attr-dict"


@irdl_op_definition
class BulkWaitGroupOp(IRDLOperation):
    """`nvvm.cp.async.bulk.wait_group`: until at most `group` of the thread's groups are under way, or (`read`) still read their source."""

    name = "nvvm.cp.async.bulk.wait_group"
    group = prop_def(IntegerAttr)
    read = opt_prop_def(UnitAttr)

    def __init__(self, group: int, *, read: bool) -> None:
        super().__init__(properties={"group": IntegerAttr(group, i32), "read": UnitAttr() if read else None})


OPS: list[type[IRDLOperation]] = [
    BulkCommitGroupOp,
    BulkLoadOp,
    BulkStoreOp,
    BulkWaitGroupOp,
    FenceMbarrierInitOp,
    FenceProxyOp,
    MbarrierArriveOp,
    MbarrierExpectTxOp,
    MbarrierInitOp,
    MbarrierTryWaitOp,
]
"""All ops of this file."""

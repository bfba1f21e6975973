"""The `nvvm` dialect: the GPU ops asyncir lowers to, with MLIR 22's names, properties and operand order.

All ops that need their lanes together are convergent: nothing may duplicate them into a branch, or move them across one.
"""

from __future__ import annotations

from abc import ABC

from xdsl.dialects.builtin import I1, I32, BoolAttr, IntegerAttr, IntegerType, UnitAttr, i1, i32, i64
from xdsl.dialects.llvm import LLVMStructType
from xdsl.dialects.utils import EnumAttribute
from xdsl.ir import Attribute, Dialect, Operation, SpacedOpaqueSyntaxAttribute, SSAValue
from xdsl.irdl import (
    AttrSizedOperandSegments,
    IRDLOperation,
    irdl_attr_definition,
    irdl_op_definition,
    operand_def,
    opt_operand_def,
    opt_prop_def,
    opt_result_def,
    prop_def,
    result_def,
    traits_def,
)
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.str_enum import StrEnum

from asyncir.dialects import nvvm_block

FULL_MASK = -1
"""The thread mask of all 32 lanes, as a signed i32."""


class ShflKind(StrEnum):
    BFLY = "bfly"
    UP = "up"
    DOWN = "down"
    IDX = "idx"


@irdl_attr_definition
class ShflKindAttr(EnumAttribute[ShflKind], SpacedOpaqueSyntaxAttribute):
    name = "nvvm.shfl_kind"


class VoteKind(StrEnum):
    ANY = "any"
    ALL = "all"
    UNI = "uni"
    BALLOT = "ballot"


@irdl_attr_definition
class VoteKindAttr(EnumAttribute[VoteKind], SpacedOpaqueSyntaxAttribute):
    name = "nvvm.vote_sync_kind"


class MatchKind(StrEnum):
    ANY = "any"
    ALL = "all"


@irdl_attr_definition
class MatchKindAttr(EnumAttribute[MatchKind], SpacedOpaqueSyntaxAttribute):
    name = "nvvm.match_sync_kind"


class ReduxKind(StrEnum):
    ADD = "add"
    AND = "and"
    MAX = "max"
    MIN = "min"
    OR = "or"
    UMAX = "umax"
    UMIN = "umin"
    XOR = "xor"


@irdl_attr_definition
class ReduxKindAttr(EnumAttribute[ReduxKind], SpacedOpaqueSyntaxAttribute):
    name = "nvvm.redux_kind"


class SpecialRegisterOp(IRDLOperation, ABC):
    """A read of a special register that stays the same while a thread runs: may be moved and merged."""

    res = result_def(I32)
    traits = traits_def(Pure())
    assembly_format = "attr-dict `:` type($res)"

    def __init__(self) -> None:
        super().__init__(result_types=[i32])


@irdl_op_definition
class TidXOp(SpecialRegisterOp):
    name = "nvvm.read.ptx.sreg.tid.x"


@irdl_op_definition
class NtidXOp(SpecialRegisterOp):
    name = "nvvm.read.ptx.sreg.ntid.x"


@irdl_op_definition
class CtaidXOp(SpecialRegisterOp):
    name = "nvvm.read.ptx.sreg.ctaid.x"


@irdl_op_definition
class NctaidXOp(SpecialRegisterOp):
    name = "nvvm.read.ptx.sreg.nctaid.x"


@irdl_op_definition
class LaneIdOp(SpecialRegisterOp):
    name = "nvvm.read.ptx.sreg.laneid"


@irdl_op_definition
class WarpSizeOp(SpecialRegisterOp):
    name = "nvvm.read.ptx.sreg.warpsize"


@irdl_op_definition
class SmIdOp(SpecialRegisterOp):
    """Physical, and may change under a debugger: for statistics only."""

    name = "nvvm.read.ptx.sreg.smid"


@irdl_op_definition
class DynamicSharedSizeOp(SpecialRegisterOp):
    """Bytes of shared memory given at launch."""

    name = "nvvm.read.ptx.sreg.dynamic.smem.size"


@irdl_op_definition
class LaneMaskLtOp(SpecialRegisterOp):
    """Bits of the lanes below this one."""

    name = "nvvm.read.ptx.sreg.lanemask.lt"


class ClockOp(IRDLOperation, ABC):
    """A 64-bit clock: each read is another value, so it has no `Pure` trait."""

    res = result_def(IntegerType)
    assembly_format = "attr-dict `:` type($res)"

    def __init__(self) -> None:
        super().__init__(result_types=[i64])


@irdl_op_definition
class Clock64Op(ClockOp):
    """Cycles of this SM."""

    name = "nvvm.read.ptx.sreg.clock64"


@irdl_op_definition
class GlobalTimerOp(ClockOp):
    """Nanoseconds, the same on all SMs."""

    name = "nvvm.read.ptx.sreg.globaltimer"


@irdl_op_definition
class ShflSyncOp(IRDLOperation):
    """`nvvm.shfl.sync`: a lane's value from another lane.

    `mask_and_clamp` is PTX's c operand: 31 for bfly, down and idx, 0 for up (width 32).
    With `return_value_and_is_valid` the result is {value, whether the source lane was in range}.
    """

    name = "nvvm.shfl.sync"

    thread_mask = operand_def(I32)
    val = operand_def()
    offset = operand_def(I32)
    mask_and_clamp = operand_def(I32)
    res = result_def()
    kind = prop_def(ShflKindAttr)
    return_value_and_is_valid = opt_prop_def(UnitAttr)

    def __init__(
        self,
        kind: ShflKind,
        thread_mask: SSAValue | Operation,
        val: SSAValue | Operation,
        offset: SSAValue | Operation,
        mask_and_clamp: SSAValue | Operation,
        *,
        with_validity: bool = False,
    ) -> None:
        value_type = SSAValue.get(val).type
        result: Attribute = LLVMStructType.from_type_list([value_type, i1]) if with_validity else value_type
        super().__init__(
            operands=[thread_mask, val, offset, mask_and_clamp],
            result_types=[result],
            properties={"kind": ShflKindAttr(kind), "return_value_and_is_valid": UnitAttr() if with_validity else None},
        )


@irdl_op_definition
class VoteSyncOp(IRDLOperation):
    """`nvvm.vote.sync`: `ballot` gives the mask of lanes whose predicate holds, the others one truth for all lanes."""

    name = "nvvm.vote.sync"

    mask = operand_def(I32)
    pred = operand_def(I1)
    res = result_def(IntegerType)
    kind = prop_def(VoteKindAttr)

    def __init__(self, kind: VoteKind, mask: SSAValue | Operation, pred: SSAValue | Operation) -> None:
        super().__init__(
            operands=[mask, pred],
            result_types=[i32 if kind == VoteKind.BALLOT else i1],
            properties={"kind": VoteKindAttr(kind)},
        )

    def verify_(self) -> None:
        expected = i32 if self.kind.data == VoteKind.BALLOT else i1
        if self.res.type != expected:
            raise VerifyException(f"nvvm.vote.sync {self.kind.data}: expected a result of type {expected}, got {self.res.type}")


@irdl_op_definition
class ReduxSyncOp(IRDLOperation):
    """`nvvm.redux.sync`: an i32 reduction over the lanes of the mask (sm_80 and later)."""

    name = "nvvm.redux.sync"

    val = operand_def(I32)
    mask_and_clamp = operand_def(I32)
    res = result_def(I32)
    kind = prop_def(ReduxKindAttr)
    abs = prop_def(IntegerAttr[I1], default_value=BoolAttr.from_bool(False))
    nan = prop_def(IntegerAttr[I1], default_value=BoolAttr.from_bool(False))

    def __init__(self, kind: ReduxKind, val: SSAValue | Operation, mask: SSAValue | Operation) -> None:
        super().__init__(operands=[val, mask], result_types=[i32], properties={"kind": ReduxKindAttr(kind)})


@irdl_op_definition
class MatchSyncOp(IRDLOperation):
    """`nvvm.match.sync any`: the mask of lanes that hold the same value."""

    name = "nvvm.match.sync"

    thread_mask = operand_def(I32)
    val = operand_def(IntegerType)
    res = result_def(I32)
    kind = prop_def(MatchKindAttr)

    def __init__(self, thread_mask: SSAValue | Operation, val: SSAValue | Operation) -> None:
        super().__init__(operands=[thread_mask, val], result_types=[i32], properties={"kind": MatchKindAttr(MatchKind.ANY)})

    def verify_(self) -> None:
        if self.kind.data != MatchKind.ANY:
            raise VerifyException(f"nvvm.match.sync: expected kind 'any', got '{self.kind.data}'")


@irdl_op_definition
class Barrier0Op(IRDLOperation):
    """All threads of the block, convergent."""

    name = "nvvm.barrier0"
    assembly_format = "attr-dict"


@irdl_op_definition
class BarrierOp(IRDLOperation):
    """`nvvm.barrier`: a named barrier (0 to 15) of some of the block's threads, a multiple of the warp width."""

    name = "nvvm.barrier"

    barrier_id = opt_operand_def(I32)
    number_of_threads = opt_operand_def(I32)
    reduction_predicate = opt_operand_def(I32)
    res = opt_result_def(I32)
    irdl_options = (AttrSizedOperandSegments(as_property=True),)

    def __init__(self, barrier_id: SSAValue | Operation | None = None, number_of_threads: SSAValue | Operation | None = None) -> None:
        super().__init__(operands=[barrier_id, number_of_threads, None], result_types=[None])

    def verify_(self) -> None:
        if self.reduction_predicate is not None or self.res is not None:
            raise VerifyException("nvvm.barrier: a reduction is not supported; vote inside warps and combine in shared memory")
        if self.number_of_threads is not None and self.barrier_id is None:
            raise VerifyException("nvvm.barrier: a number of threads needs a barrier id")


@irdl_op_definition
class BarWarpSyncOp(IRDLOperation):
    """`nvvm.bar.warp.sync`: the lanes of the mask meet; their memory accesses before it are seen by all of them after it."""

    name = "nvvm.bar.warp.sync"
    mask = operand_def(I32)
    assembly_format = "$mask attr-dict `:` type($mask)"

    def __init__(self, mask: SSAValue | Operation) -> None:
        super().__init__(operands=[mask])


@irdl_op_definition
class ElectSyncOp(IRDLOperation):
    """`nvvm.elect.sync`: true in exactly one lane of the mask, all lanes without one (sm_90 and later)."""

    name = "nvvm.elect.sync"
    membermask = opt_operand_def(I32)
    pred = result_def(I1)

    def __init__(self, membermask: SSAValue | Operation | None = None) -> None:
        super().__init__(operands=[membermask], result_types=[i1])


@irdl_op_definition
class NanosleepOp(IRDLOperation):
    """`nvvm.nanosleep`: wait about so many nanoseconds, between 0 and twice the time, at most 1 ms (sm_70 and later)."""

    name = "nvvm.nanosleep"
    duration = operand_def(I32)
    assembly_format = "$duration attr-dict"

    def __init__(self, duration: SSAValue | Operation) -> None:
        super().__init__(operands=[duration])


SPECIAL_REGISTERS: tuple[type[IRDLOperation], ...] = (
    TidXOp, NtidXOp, CtaidXOp, NctaidXOp, LaneIdOp, WarpSizeOp, SmIdOp, DynamicSharedSizeOp, LaneMaskLtOp, Clock64Op, GlobalTimerOp,
)  # fmt: skip
"""Ops that are one call of the LLVM intrinsic of the same name."""

NVVM = Dialect(
    "nvvm",
    [
        *SPECIAL_REGISTERS, BarWarpSyncOp, Barrier0Op, BarrierOp, ElectSyncOp, MatchSyncOp, NanosleepOp, ReduxSyncOp, ShflSyncOp,
        VoteSyncOp, *nvvm_block.OPS,
    ],
    [
        MatchKindAttr, nvvm_block.ProxyKindAttr, ReduxKindAttr, nvvm_block.SharedSpaceAttr, ShflKindAttr, VoteKindAttr,
    ],
)  # fmt: skip
"""The dialect object to register."""

"""The `nvvm` operations on barriers and bulk copies: calls of NVPTX's intrinsics."""

from __future__ import annotations

from collections.abc import Iterator

from xdsl.ir import Operation

from asyncir.dialects import nvvm_block
from asyncir.lowering.llvm_text.control import intrinsic_call
from asyncir.lowering.llvm_text.function import Emitter, FunctionText
from asyncir.lowering.llvm_text.gpu import gpu_only

_NO_HINT = ("i64 0", "i1 false")


def _call(text: FunctionText, op: Operation, name: str, *more: str) -> str:
    result = text.types(op, op.results[0].type) if op.results else "void"
    arguments = [text.typed(op, operand) for operand in op.operands]
    return intrinsic_call(text, op, f"llvm.nvvm.{name}", result, [*arguments, *more])


def _effect(name: str, *more: str) -> Emitter:
    """An operation that is one call without result, with its operands as they are and constants behind them."""
    return lambda text, op: text.line(_call(text, op, name, *more))


def _value(name: str) -> Emitter:
    """One with a result."""
    return lambda text, op: text.assign(op, _call(text, op, name))


def _bulk_load(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, nvvm_block.BulkLoadOp)
    operands = (op.destination, op.barrier, op.source, op.size)
    arguments = [*(text.typed(op, operand) for operand in operands), *_NO_HINT]
    text.line(intrinsic_call(text, op, "llvm.nvvm.cp.async.bulk.global.to.shared.cta", "void", arguments))


def _wait_group(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, nvvm_block.BulkWaitGroupOp)
    read = ".read" if op.read is not None else ""
    _effect(f"cp.async.bulk.wait.group{read}", f"i32 {op.group.value.data}")(text, op)


_EMITTERS: dict[type[Operation], Emitter] = {
    nvvm_block.MbarrierInitOp: _effect("mbarrier.init.shared"),
    nvvm_block.MbarrierArriveOp: _value("mbarrier.arrive.shared"),
    nvvm_block.MbarrierExpectTxOp: _effect("mbarrier.expect.tx.scope.cta.space.cta"),
    nvvm_block.MbarrierTryWaitOp: _value("mbarrier.try.wait.parity.scope.cta.space.cta"),
    nvvm_block.FenceMbarrierInitOp: _effect("fence.mbarrier_init.release.cluster"),
    nvvm_block.FenceProxyOp: _effect("fence.proxy.async.shared_cta"),
    nvvm_block.BulkLoadOp: _bulk_load,
    nvvm_block.BulkStoreOp: _effect("cp.async.bulk.shared.cta.to.global", *_NO_HINT),
    nvvm_block.BulkCommitGroupOp: _effect("cp.async.bulk.commit.group"),
    nvvm_block.BulkWaitGroupOp: _wait_group,
}


def emitters() -> Iterator[tuple[type[Operation], Emitter]]:
    """The operations of this file and how each is printed."""
    yield from ((kind, gpu_only(emit)) for kind, emit in _EMITTERS.items())

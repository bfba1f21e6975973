"""`nvvm` operations: calls of NVPTX's intrinsics, which LLVM knows to be convergent."""

from __future__ import annotations

from collections.abc import Iterator

from xdsl.ir import Operation

from asyncir.dialects import nvvm
from asyncir.lowering.llvm_text.control import call_line, intrinsic_call
from asyncir.lowering.llvm_text.function import Emitter, FunctionText
from asyncir.lowering.llvm_text.type_text import unsupported


def gpu_only(emit: Emitter) -> Emitter:
    """An emitter that refuses other targets."""

    def checked(text: FunctionText, op: Operation) -> None:
        if not text.is_gpu:
            raise unsupported(op, "only a GPU has this operation")
        emit(text, op)

    return checked


def _result(text: FunctionText, op: Operation) -> str:
    return text.types(op, op.results[0].type) if op.results else "void"


def _plain(name: str) -> Emitter:
    """An operation that is one call with its operands as they are."""

    def emit(text: FunctionText, op: Operation) -> None:
        call_line(text, op, intrinsic_call(text, op, name, _result(text, op), [text.typed(op, operand) for operand in op.operands]))

    return emit


def _shfl(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, nvvm.ShflSyncOp)
    type_ = text.types(op, op.val.type)
    if type_ not in ("i32", "float"):
        raise unsupported(op, f"a shuffle moves i32 or f32, got {op.val.type}; split wider values, extend narrower ones")
    suffix = ("i32" if type_ == "i32" else "f32") + ("p" if op.return_value_and_is_valid is not None else "")
    arguments = [text.typed(op, operand) for operand in op.operands]
    text.assign(op, intrinsic_call(text, op, f"llvm.nvvm.shfl.sync.{op.kind.data.value}.{suffix}", _result(text, op), arguments))


def _vote(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, nvvm.VoteSyncOp)
    _plain(f"llvm.nvvm.vote.{op.kind.data.value}.sync")(text, op)


def _redux(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, nvvm.ReduxSyncOp)
    if op.abs.value.data or op.nan.value.data:
        raise unsupported(op, "'abs' and 'nan' are for float reductions, which are not supported")
    _plain(f"llvm.nvvm.redux.sync.{op.kind.data.value}")(text, op)


def _match(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, nvvm.MatchSyncOp)
    type_ = text.types(op, op.val.type)
    if type_ not in ("i32", "i64"):
        raise unsupported(op, f"match compares i32 or i64, got {op.val.type}")
    _plain(f"llvm.nvvm.match.any.sync.{type_}")(text, op)


def _barrier0(text: FunctionText, op: Operation) -> None:
    text.line(intrinsic_call(text, op, "llvm.nvvm.barrier.cta.sync.aligned.all", "void", ["i32 0"]))


def _barrier(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, nvvm.BarrierOp)
    barrier = "i32 0" if op.barrier_id is None else text.typed(op, op.barrier_id)
    if op.number_of_threads is None:
        text.line(intrinsic_call(text, op, "llvm.nvvm.barrier.cta.sync.aligned.all", "void", [barrier]))
        return
    arguments = [barrier, text.typed(op, op.number_of_threads)]
    text.line(intrinsic_call(text, op, "llvm.nvvm.barrier.cta.sync.aligned.count", "void", arguments))


def _elect(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, nvvm.ElectSyncOp)
    mask = f"i32 {nvvm.FULL_MASK}" if op.membermask is None else text.typed(op, op.membermask)
    both = text.fresh()
    text.line(f"{both} = {intrinsic_call(text, op, 'llvm.nvvm.elect.sync', '{ i32, i1 }', [mask])}")
    text.assign(op, f"extractvalue {{ i32, i1 }} {both}, 1")


def emitters() -> Iterator[tuple[type[Operation], Emitter]]:
    """The operations of this file and how each is printed."""
    for kind in nvvm.SPECIAL_REGISTERS:
        # The one name that MLIR and LLVM spell differently.
        name = kind.name.replace("dynamic.smem.size", "dynamic_smem_size")
        yield kind, gpu_only(_plain(f"llvm.{name}"))
    yield nvvm.BarWarpSyncOp, gpu_only(_plain("llvm.nvvm.bar.warp.sync"))
    yield nvvm.NanosleepOp, gpu_only(_plain("llvm.nvvm.nanosleep"))
    yield nvvm.ShflSyncOp, gpu_only(_shfl)
    yield nvvm.VoteSyncOp, gpu_only(_vote)
    yield nvvm.ReduxSyncOp, gpu_only(_redux)
    yield nvvm.MatchSyncOp, gpu_only(_match)
    yield nvvm.Barrier0Op, gpu_only(_barrier0)
    yield nvvm.BarrierOp, gpu_only(_barrier)
    yield nvvm.ElectSyncOp, gpu_only(_elect)

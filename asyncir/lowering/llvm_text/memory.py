"""Instructions that touch memory: loads, stores, atomics, fences, stack, addresses.

On the host an order is printed as it is and the scope is dropped: every thread is in the one system scope. On NVPTX the scope is
printed, and `atomicrmw` becomes inline assembly (see `atomics.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from xdsl.dialects.builtin import IntegerAttr, StringAttr
from xdsl.dialects.llvm import GEP_USE_SSA_VAL
from xdsl.ir import Attribute, Operation

from asyncir.dialects import llvm_ext as llvm
from asyncir.lowering.llvm_text.atomics import SCOPE_NAMES, AtomicForm, atomic_asm
from asyncir.lowering.llvm_text.function import Emitter, FunctionText
from asyncir.lowering.llvm_text.type_text import address_space, int_width, mangled, unsupported

_ORDER = {order: order.name.lower() for order in llvm.Ordering}
_RMW = {kind: kind.name.lower() for kind in llvm.BinOp}
_NO_WRAP = {0: "", 2: " nusw", 3: " inbounds", 4: " nuw", 6: " nusw nuw", 7: " inbounds nuw"}


def order_text(order: IntegerAttr) -> str:
    """An ordering as LLVM spells it."""
    return _ORDER[llvm.Ordering(order.value.data)]


def scope_of(op: Operation, scope: StringAttr | None) -> str:
    """The name of a scope, checked."""
    name = "" if scope is None else scope.data
    if name not in SCOPE_NAMES:
        raise unsupported(op, f"unknown syncscope '{name}'; known are {', '.join(repr(known) for known in SCOPE_NAMES)}")
    return name


def _scope_text(text: FunctionText, op: Operation, scope: StringAttr | None) -> str:
    name = scope_of(op, scope)
    return f' syncscope("{name}")' if name and text.is_gpu else ""


def _alignment(alignment: IntegerAttr | None) -> str:
    return f", align {alignment.value.data}" if alignment is not None else ""


def _check_atomic(text: FunctionText, op: Operation, volatile: Attribute | None, type_: Attribute) -> None:
    if text.is_gpu and volatile is not None:
        raise unsupported(op, "an access that is volatile and atomic has no PTX form; atomic alone already keeps it")
    if (width := int_width(type_)) is not None and width not in (8, 16, 32, 64):
        raise unsupported(op, f"no atomic access of type {type_}; use 8, 16, 32 or 64 bits")


def _load(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, llvm.LoadOp)
    volatile = "volatile " if op.volatile_ is not None else ""
    result, address = text.types(op, op.res.type), text.typed(op, op.addr)
    if not op.ordering.value.data:
        hint = ", !invariant.load !{}" if op.invariant is not None else ""
        _refuse_nontemporal(op, op.nontemporal)
        text.assign(op, f"load {volatile}{result}, {address}{_alignment(op.alignment)}{hint}")
        return
    _check_atomic(text, op, op.volatile_, op.res.type)
    if op.invariant is not None:
        raise unsupported(op, "an atomic load cannot be invariant")
    scope = _scope_text(text, op, op.syncscope)
    text.assign(op, f"load atomic {volatile}{result}, {address}{scope} {order_text(op.ordering)}{_alignment(op.alignment)}")


def _store(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, llvm.StoreOp)
    volatile = "volatile " if op.volatile_ is not None else ""
    value, address = text.typed(op, op.value), text.typed(op, op.addr)
    _refuse_nontemporal(op, op.nontemporal)
    if not op.ordering.value.data:
        text.line(f"store {volatile}{value}, {address}{_alignment(op.alignment)}")
        return
    _check_atomic(text, op, op.volatile_, op.value.type)
    scope = _scope_text(text, op, op.syncscope)
    text.line(f"store atomic {volatile}{value}, {address}{scope} {order_text(op.ordering)}{_alignment(op.alignment)}")


def _refuse_nontemporal(op: Operation, nontemporal: Attribute | None) -> None:
    if nontemporal is not None:
        raise unsupported(op, "'nontemporal' has no LLVM IR form here")


def _atomic_rmw(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, llvm.AtomicRMWOp)
    if text.is_gpu:
        _atomic_rmw_gpu(text, op)
        return
    scope_of(op, op.syncscope)
    volatile = "volatile " if op.volatile_ is not None else ""
    word = _RMW[llvm.BinOp(op.bin_op.value.data)]
    operands = f"{text.typed(op, op.ptr)}, {text.typed(op, op.val)}"
    text.assign(op, f"atomicrmw {volatile}{word} {operands} {order_text(op.ordering)}{_alignment(op.alignment)}")


def _atomic_rmw_gpu(text: FunctionText, op: llvm.AtomicRMWOp) -> None:
    if op.volatile_ is not None:
        raise unsupported(op, "a volatile atomic has no PTX form; atomic alone already keeps it")
    form = AtomicForm(
        llvm.BinOp(op.bin_op.value.data),
        llvm.Ordering(op.ordering.value.data),
        scope_of(op, op.syncscope),
        text.types(op, op.val.type),
        address_space(op.ptr.type),
    )
    asm = atomic_asm(form)
    if asm is None:
        raise unsupported(op, f"no PTX atomic '{form.kind.name.lower()}' of type {op.val.type} in address space {form.space}")
    value = text.typed(op, op.val)
    if asm.negate:
        negative = text.fresh()
        text.line(f"{negative} = sub {form.type} 0, {text.value(op.val)}")
        value = f"{form.type} {negative}"
    text.assign(op, f'call {form.type} asm sideeffect "{asm.text}", "{asm.constraints}"({text.typed(op, op.ptr)}, {value})')


def _cmpxchg(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, llvm.AtomicCmpXchgOp)
    _check_atomic(text, op, op.volatile_, op.val.type)
    if text.is_gpu and text.types(op, op.val.type) not in ("i32", "i64", "ptr"):
        raise unsupported(op, f"no PTX compare-and-swap of type {op.val.type}; use 32 or 64 bit integers")
    words = " weak" * (op.weak is not None) + " volatile" * (op.volatile_ is not None)
    operands = ", ".join(text.typed(op, operand) for operand in op.operands)
    orders = f"{order_text(op.success_ordering)} {order_text(op.failure_ordering)}"
    text.assign(op, f"cmpxchg{words} {operands}{_scope_text(text, op, op.syncscope)} {orders}{_alignment(op.alignment)}")


def _fence(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, llvm.FenceOp)
    text.line(f"fence{_scope_text(text, op, op.syncscope)} {order_text(op.ordering)}")


def _alloca(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, llvm.AllocaOp)
    space = address_space(op.res.type)
    place = f", addrspace({space})" if space else ""
    text.assign(op, f"alloca {text.types(op, op.elem_type)}, {text.typed(op, op.array_size)}{_alignment(op.alignment)}{place}")


def _gep(text: FunctionText, op: Operation) -> None:
    assert isinstance(op, llvm.GEPOp)
    dynamic = iter(op.dynamic_indices)
    indices = [
        text.typed(op, next(dynamic)) if index == GEP_USE_SSA_VAL else f"i32 {index}" for index in op.rawConstantIndices.iter_values()
    ]
    flags = _NO_WRAP[op.noWrapFlags.value.data]
    element = text.types(op, op.elem_type)
    text.assign(op, f"getelementptr{flags} {element}, {text.typed(op, op.base)}, {', '.join(indices)}")


def _transfer(base: str) -> Emitter:
    def emit(text: FunctionText, op: Operation) -> None:
        volatile = op.properties["isVolatile"]
        assert isinstance(volatile, IntegerAttr)
        types = [mangled(op, operand.type) for operand in op.operands]
        if base == "memset":
            types.pop(1)
        parameters = [text.types(op, operand.type) for operand in op.operands] + ["i1 immarg"]
        callee = text.module.declare(f"llvm.{base}.{'.'.join(types)}", "void", parameters)
        arguments = ", ".join(text.typed(op, operand) for operand in op.operands)
        text.line(f"call void {callee}({arguments}, i1 {'true' if volatile.value.data else 'false'})")

    return emit


def emitters() -> Iterator[tuple[type[Operation], Emitter]]:
    """The operations of this file and how each is printed."""
    yield llvm.LoadOp, _load
    yield llvm.StoreOp, _store
    yield llvm.AtomicRMWOp, _atomic_rmw
    yield llvm.AtomicCmpXchgOp, _cmpxchg
    yield llvm.FenceOp, _fence
    yield llvm.AllocaOp, _alloca
    yield llvm.GEPOp, _gep
    yield llvm.MemcpyOp, _transfer("memcpy")
    yield llvm.MemmoveOp, _transfer("memmove")
    yield llvm.MemsetOp, _transfer("memset")

"""Python's exception classes and the runtime's kinds of errors: what a clause takes."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects import arith, func
from xdsl.dialects.builtin import IntegerAttr, i1, i32
from xdsl.ir import Block, Operation, Region, SSAValue

from asyncir.abi import ErrorKind
from asyncir_python.error_codes import CLASS_SHIFT, GROUP_SHIFT, KINDS, MAX_CLASSES


def matcher(symbol: str, wanted: tuple[type[BaseException], ...], classes: Sequence[type[BaseException]], *, inner: bool) -> Operation:
    """
    `func @symbol(kind, code) -> i1`: whether an error is of one of the wanted classes; `classes` are those of the codes, by number. With
    `inner` it looks at what groups contain, as `except*` does.
    """
    block = Block(arg_types=[i32, i32])
    kind, code = block.args

    def add(op: Operation) -> SSAValue:
        block.add_op(op)
        return op.results[0]

    def constant(value: int) -> SSAValue:
        return add(arith.ConstantOp(IntegerAttr(value, i32)))

    def is_one(value: SSAValue, numbers: Sequence[int]) -> SSAValue:
        found = add(arith.ConstantOp(IntegerAttr(0, i1)))
        for number in numbers:
            found = add(arith.OrIOp(found, add(arith.CmpiOp(value, constant(number), "eq"))))
        return found

    by_kind = is_one(kind, [int(kind) for kind, class_ in KINDS.items() if issubclass(class_, wanted)])
    failed = add(arith.CmpiOp(kind, constant(ErrorKind.FAILED), "eq"))
    groups = add(arith.ShRUIOp(code, constant(GROUP_SHIFT)))
    number = add(arith.AndIOp(add(arith.ShRUIOp(code, constant(CLASS_SHIFT))), constant(MAX_CLASSES - 1)))
    by_class = is_one(number, [number for number, class_ in enumerate(classes) if issubclass(class_, wanted)])
    result = add(arith.OrIOp(by_kind, add(arith.AndIOp(failed, by_class))))
    if not inner:
        grouped = add(arith.CmpiOp(groups, constant(0), "ne"))
        as_group = add(arith.ConstantOp(IntegerAttr(int(issubclass(ExceptionGroup, wanted)), i1)))
        result = add(arith.SelectOp(grouped, as_group, result))
    block.add_op(func.ReturnOp(result))
    return func.FuncOp(symbol, ([i32, i32], [i1]), Region(block), visibility="private")

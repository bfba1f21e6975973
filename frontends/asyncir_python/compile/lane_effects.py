"""
What a task that its lanes run together does to memory. Outside of lanes loops it is done once, by lane 0; inside, by the lane that runs the
turn. Before and behind all that stores something the lanes meet, so that each reads what was there before, or what is there now.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from xdsl.dialects import arith, memref, scf
from xdsl.dialects.builtin import i32
from xdsl.ir import Attribute, SSAValue

from asyncir.dialects.gpu_lanes import LaneIdOp, ShuffleMode, ShuffleOp, SubgroupSizeOp
from asyncir.dialects.linalg_fill import FillOp
from asyncir_python.compile.emitter import Again, Emitter
from asyncir_python.compile.lane_rules import meet

if TYPE_CHECKING:
    from asyncir_python.compile.functions import Specialisation


def together(f: Emitter, node: ast.AST, what: str) -> None:
    """
    All lanes must come here together: `what` is about them. Raises CompileError where they are not, and Again where the function was not
    known to be run by lanes.
    """
    if f.lanes.apart:
        f.lanes.refuse_apart(f, node, f"{what} concerns all lanes of the task")
    if not f.spec.together:
        f.spec.together = True
        raise Again


def lane(f: Emitter) -> SSAValue:
    """This lane's number, i64."""
    number = f.from_index(f.value(LaneIdOp()))
    f.not_negative.add(number)
    return number


def width(f: Emitter) -> SSAValue:
    """How many lanes the task has, i64."""
    number = f.from_index(f.value(SubgroupSizeOp()))
    f.not_negative.add(number)
    return number


def shuffled(f: Emitter, value: SSAValue, source: SSAValue) -> SSAValue:
    """The value of the lane with that number, i32."""
    size = f.value(arith.IndexCastOp(f.value(SubgroupSizeOp()), i32))
    return f.add(ShuffleOp(ShuffleMode.IDX, value, source, size)).shuffle_result


def once(f: Emitter, results: Sequence[Attribute], body: Callable[[], Sequence[SSAValue]]) -> Sequence[SSAValue]:
    """What `body` emits, which may store something, done once for the task; all lanes have its results, scalars of these types."""
    if not f.lanes.once:
        return body()
    meet(f)
    first, others = f.new_block(), f.new_block()
    leads = f.compare("eq", lane(f), f.int64(0))
    with f.inside(first):
        f.add(scf.YieldOp(*body()))
    with f.inside(others):
        f.add(scf.YieldOp(*(f.constant(0, type_) for type_ in results)))
    made = f.add(scf.IfOp(leads, list(results), [first], [others])).results
    meet(f)
    f.lanes.set(made, None)
    return [shuffled(f, result, f.int32(0)) for result in made]


def loaded(f: Emitter, array: SSAValue, places: Sequence[SSAValue]) -> SSAValue:
    """
    An element. Where lanes are together they have what lane 0 reads: another task may store to the element at this time, and lanes that
    read different values would part.
    """
    value = f.value(memref.LoadOp.get(array, places))
    if not f.lanes.once or value in f.lanes.marks:
        return value
    return shuffled(f, value, f.int32(0))


def fill(f: Emitter, value: SSAValue, array: SSAValue, sizes: Sequence[SSAValue]) -> None:
    """All elements of an array of these sizes, i64, become the value. The lanes share the work: the last dimension is dealt to them."""
    if not f.lanes.once:
        f.lanes.writes(f, ())
        f.add(FillOp(value, array))
        return
    start, step = lane(f), width(f)
    _rows(f, value, array, list(sizes), [], start, step)
    meet(f)


def _rows(
    f: Emitter, value: SSAValue, array: SSAValue, sizes: list[SSAValue], places: list[SSAValue], start: SSAValue, step: SSAValue
) -> None:
    is_last = len(sizes) == 1
    begin, by = (start, step) if is_last else (f.int64(0), f.int64(1))
    body = f.new_block([start.type])
    with f.inside(body):
        here = [*places, f.index(body.args[0])]
        if is_last:
            f.add(memref.StoreOp.get(value, array, here))
        else:
            _rows(f, value, array, sizes[1:], here, start, step)
        f.add(scf.YieldOp())
    f.add(scf.ForOp(begin, sizes[0], by, [], [body]))


# -------------------------------------------------------------------------------------------------------------- errors, calls


def before_failing(f: Emitter, wrong: SSAValue | None = None) -> None:
    """
    An error may be raised here, if `wrong` holds. In a lanes loop it goes to the loop's own handler, behind which all lanes raise it.
    Raises Again where the loop has none yet, and CompileError where lanes have parted.
    """
    lanes = f.lanes
    mark = lanes.marks.get(wrong) if wrong is not None else None
    if lanes.loop is not None:
        lanes.check_turn(f, [wrong] if wrong is not None else [], "raises")
        if len(f.handlers) == lanes.loop.handlers:
            f.spec.failing_loops.add(lanes.loop.node)
            f.spec.flat = True
            raise Again
    elif lanes.parted:
        lanes.refuse_apart(f, f.node, "a lane cannot raise an error by itself")
    elif mark is not None:
        lanes.refuse(f, mark)


def called_apart(f: Emitter, parts: Sequence[SSAValue]) -> bool:
    """Whether each lane runs a sync function that is called here by itself: lanes part here, or its arguments differ between them."""
    return f.lanes.apart or any(part in f.lanes.marks for part in parts)


def check_call(f: Emitter, callee: Specialisation, parts: Sequence[SSAValue], node: ast.AST) -> None:
    """
    A sync function is called here. Raises CompileError where each lane would run it by itself and it cannot be, and Again where it shows
    that lanes run the caller.
    """
    name, lanes = callee.function.name, f.lanes
    if not called_apart(f, parts):
        if callee.together and not f.spec.together:
            f.spec.together = True
            raise Again
        f.spec.writes |= callee.writes
        return
    if callee.together:
        lanes.refuse_apart(f, node, f"'{name}' uses lanes, which concerns all lanes of the task")
    if callee.may_suspend:
        lanes.refuse_apart(f, node, f"'{name}' may wait, and a lane cannot wait by itself")
    if callee.may_fail or not callee.done:
        message = f"'{name}' may raise an error, which one lane of several cannot do in a function"
        f.fail(node, message, help="check before, or write it here")
    if callee.writes:
        lanes.writes(f, parts)

"""What the lanes of a task do together, and which instance a task belongs to."""

from __future__ import annotations

import ast
from collections.abc import Callable

from xdsl.dialects import arith
from xdsl.dialects.builtin import i32
from xdsl.ir import SSAValue

from asyncir.dialects.gpu_lanes import Reduction, SubgroupReduceOp
from asyncir.dialects.task import BallotOp, InstanceOp, NumInstancesOp
from asyncir_python.compile import conversion
from asyncir_python.compile.calls import Call, builtin
from asyncir_python.compile.emitter import Emitter
from asyncir_python.compile.iteration import Iteration, iterable
from asyncir_python.compile.lane_effects import lane, shuffled, together, width
from asyncir_python.compile.lane_marks import ZERO, Mark
from asyncir_python.compile.types import BOOLEAN, INTEGER, Scalar
from asyncir_python.compile.values import Value
from asyncir_python.promotion import TYPES
from asyncir_python.twin.instances import instance, num_instances
from asyncir_python.twin.lanes import ballot, lane_all, lane_any, lane_id, lane_max, lane_min, lane_sum, lanes, num_lanes, shuffle


@iterable(lanes)
def over_lanes(f: Emitter, node: ast.Call) -> Iteration:
    f.fail(node, "lanes(…) stands in a for statement: `for i in lanes(n):`")


@builtin(lane_id)
def emit_lane_id(f: Emitter, call: Call) -> Value:
    call.exactly(f)
    _uses_lanes(f)
    return _marked(f, Value(INTEGER, (lane(f),)), "lane_id()")


@builtin(num_lanes)
def emit_num_lanes(f: Emitter, call: Call) -> Value:
    call.exactly(f)
    return Value(INTEGER, (width(f),))


def _uses_lanes(f: Emitter) -> None:
    """What a lane asks about itself may stand anywhere."""
    if not f.lanes.apart:
        together(f, f.node, "this")


def _marked(f: Emitter, value: Value, name: str) -> Value:
    f.lanes.set(value.parts, Mark("lane", name))
    return value


@builtin(instance)
def emit_instance(f: Emitter, call: Call) -> Value:
    call.exactly(f)
    return _known(f, f.from_index(f.value(InstanceOp())))


@builtin(num_instances)
def emit_num_instances(f: Emitter, call: Call) -> Value:
    call.exactly(f)
    return _known(f, f.from_index(f.value(NumInstancesOp())))


def _known(f: Emitter, value: SSAValue) -> Value:
    f.not_negative.add(value)
    return Value(INTEGER, (value,))


def _reduction(function: Callable[..., object], of_float: Reduction, of_int: Reduction, of_uint: Reduction) -> None:
    @builtin(function)
    def emit(f: Emitter, call: Call) -> Value:
        together(f, call.node, f"{call.name}()")
        (value,) = call.exactly(f, "value")
        if not isinstance(value.type, Scalar) or value.type == BOOLEAN:
            f.fail(call.node, f"{call.name}() takes a number, got {value.type}", help="see lane_any, lane_all and ballot for conditions")
        (_check_summed if function is lane_sum else _check_chosen)(f, call, value)
        reduction = {"float": of_float, "int": of_int, "uint": of_uint}[value.type.scalar.kind]
        return Value(value.type, (f.value(SubgroupReduceOp(reduction, f.parts(value)[0])),))


def _check_summed(f: Emitter, call: Call, value: Value) -> None:
    """
    The lanes' parts of a sum, each from 0; or what is made with lane_id(), whose sum only its user can judge. Anything else would count
    once for each lane.
    """
    mark, shown = f.lanes.of(value), ast.unparse(call.node.args[0]) if call.node.args else "value"
    if mark == ZERO:
        return  # nothing was added yet
    if mark is None:
        message = f"'{shown}' is the same on all lanes: its sum would count it once for each"
        f.fail(call.node, message, help="sum what a lanes loop added to")
    if mark.kind == "mixed":
        message = f"'{shown}' was computed from '{mark.name}', of which each lane has a part"
        f.fail(call.node, message, help=f"compute with lane_sum({mark.name})")
    if mark.kind == "choice":
        help = "lane_max and lane_min choose; to sum up, only add to it"
        f.fail(call.node, f"'{mark.name}' was not only added to in the lanes loop: its parts make no sum", help)
    if mark.kind == "sum" and not mark.from_zero:
        f.fail(
            call.node,
            f"'{mark.name}' does not start from 0: each lane would count its start",
            help=f"start from 0, and add the start to lane_sum({mark.name})",
        )


def _check_chosen(f: Emitter, call: Call, value: Value) -> None:
    """Of parts of a sum none means anything by itself."""
    mark = f.lanes.of(value)
    if mark is not None and mark.kind in ("sum", "mixed"):
        f.fail(call.node, f"'{mark.name}' is a sum, of which each lane has a part", help=f"lane_sum({mark.name}) is the sum")


_reduction(lane_sum, Reduction.ADD, Reduction.ADD, Reduction.ADD)
_reduction(lane_max, Reduction.MAXIMUMF, Reduction.MAXSI, Reduction.MAXUI)
_reduction(lane_min, Reduction.MINIMUMF, Reduction.MINSI, Reduction.MINUI)


@builtin(lane_any, lane_all)
def emit_question(f: Emitter, call: Call) -> Value:
    reduction = Reduction.OR if call.name.endswith("any") else Reduction.AND
    wide = f.value(arith.ExtUIOp(_condition(f, call), i32))
    return Value(BOOLEAN, (conversion.truth(f, f.value(SubgroupReduceOp(reduction, wide))),))


@builtin(ballot)
def emit_ballot(f: Emitter, call: Call) -> Value:
    return Value(Scalar(TYPES["u32"]), (f.value(BallotOp(_condition(f, call))),))


def _condition(f: Emitter, call: Call) -> SSAValue:
    together(f, call.node, f"{call.name}()")
    (value,) = call.exactly(f, "condition")
    if value.type != BOOLEAN:
        f.fail(call.node, f"{call.name}() takes a bool, got {value.type}", help="write x != 0")
    _check_chosen(f, call, value)
    return f.parts(value)[0]


@builtin(shuffle)
def emit_shuffle(f: Emitter, call: Call) -> Value:
    """The result is the same on all lanes where it is lane 0's; the number of another lane may be none, which gives each its own."""
    together(f, call.node, f"{call.name}()")
    value, source = call.exactly(f, "value", "lane")
    if not isinstance(value.type, Scalar) or value.type == BOOLEAN:
        f.fail(call.node, f"shuffle() takes a number, got {value.type}")
    if not isinstance(source.type, Scalar) or source.type.scalar.is_float:
        f.fail(call.node, f"shuffle() takes the number of a lane, got {source.type}")
    number = f.parts(conversion.cast(f, conversion.cast(f, source, INTEGER.scalar), TYPES["i32"]))[0]
    result = Value(value.type, (shuffled(f, f.parts(value)[0], number),))
    return result if source.constant == 0 else _marked(f, result, "shuffle()")

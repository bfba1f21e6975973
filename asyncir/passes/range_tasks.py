"""What divide-loops makes of a divisible loop: a task that halves a range, and the call of it in the place of the loop."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects import arith, scf
from xdsl.dialects.builtin import FunctionType, IndexType, IntegerAttr, IntegerType, LocationAttr, StringAttr
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue

from asyncir.dialects import async_, task
from asyncir.dialects.arith_ext import IndexCastUIOp
from asyncir.passes.divisible_loops import DivisibleLoop
from asyncir.passes.rewriting import append, erase, insert_before, move_to_end, new_block


def divide(found: DivisibleLoop, name: str) -> async_.FuncOp:
    """The task of that name, which starts a child for each turn of the loop; it is called where the loop was."""
    made = _range_task(found, name)
    if _is(found.loop.lb, 0) and _is(found.loop.step, 1) and _same_number(found.group.size, found.loop.ub):
        _divide_full(found, name)
    else:
        _divide_if_full(found, name)
    return made


# ------------------------------------------------------------------------------------------------------------------- the loop


def _divide_full(found: DivisibleLoop, name: str) -> None:
    """
    The loop goes from 0 to the group's size: there is nothing to do but the call if that is more than 0, and making the group, which is
    an error, if it is less.
    """
    size = found.group.size
    at = _Before(found.wait, found.loop.location)
    zero = at.constant(0, size.type, "zero")
    some = at.compare("sgt", size, zero, "some")
    then, other, wrong = Block(), Block(), Block()
    _call(found, name, found.loop.ub, then)
    at.branch(some, then, other)
    erase(found.wait)
    erase(found.loop)
    negative = append(other, arith.CmpiOp(size, zero, "slt"), found.group.location).result
    negative.name_hint = "negative"
    append(other, scf.IfOp(negative, [], Region(wrong)), found.group.location)
    move_to_end(found.group, wrong)
    for block in (other, wrong):
        append(block, scf.YieldOp(), found.group.location)


def _divide_if_full(found: DivisibleLoop, name: str) -> None:
    """The range is halved if the loop has one turn or more, and the group is made for as many; else all is done as it is written."""
    at = _Before(found.wait, found.loop.location)
    count = _turns(found, at)
    then, other = Block(), Block()
    _call(found, name, count, then)
    at.branch(_is_filled(found, count, at), then, other)
    for op in (found.group, found.loop, found.wait):
        move_to_end(op, other)
    append(other, scf.YieldOp(), found.loop.location)


def _turns(found: DivisibleLoop, at: _Before) -> SSAValue:
    """How many turns the loop has, unsigned, if it has one."""
    loop = found.loop
    turns = at.value(arith.SubiOp(loop.ub, loop.lb))
    if not _is(loop.step, 1):
        one = at.constant(1, turns.type)
        whole = at.value(arith.DivUIOp(at.value(arith.SubiOp(turns, one)), loop.step))
        turns = at.value(arith.AddiOp(whole, one))
    turns.name_hint = "count"
    return turns


def _is_filled(found: DivisibleLoop, turns: SSAValue, at: _Before) -> SSAValue:
    """Whether the loop has a turn, and as many as the group takes. (A negative size is an error, though it may look like many turns.)"""
    size = found.group.size
    wide = turns if isinstance(turns.type, IndexType) else at.value(IndexCastUIOp(turns, IndexType()))
    some = at.compare("slt", found.loop.lb, found.loop.ub, "some")
    equal = at.compare("eq", wide, size, "equal")
    positive = at.compare("sgt", size, at.constant(0, size.type, "zero"), "positive")
    return at.value(arith.AndIOp(at.value(arith.AndIOp(some, equal)), positive), "filled")


def _is(value: SSAValue, number: int) -> bool:
    return _number(value) == number


def _number(value: SSAValue) -> int | None:
    """The number that an integer constant is."""
    if isinstance(value.owner, arith.ConstantOp) and isinstance(value.owner.value, IntegerAttr):
        return value.owner.value.value.data
    return None


def _same_number(size: SSAValue, bound: SSAValue) -> bool:
    """Whether a size and a bound are the same number, as they are defined."""
    if isinstance(size.owner, arith.IndexCastOp):
        size = size.owner.input
    return size is bound or (_number(size) is not None and _number(size) == _number(bound))


def _call(found: DivisibleLoop, name: str, count: SSAValue, block: Block) -> None:
    """Fill a block with a call of the task and its await."""
    arguments = [found.loop.lb, count, *found.captured]
    call = append(block, async_.CallOp(name, arguments, [async_.TokenType()]), found.call.location)
    call.handles[0].name_hint = "range"
    append(block, async_.AwaitOp(call.handles[0]), found.wait.location)
    append(block, scf.YieldOp(), found.loop.location)


class _Before:
    """Puts operations before another one."""

    def __init__(self, anchor: Operation, location: LocationAttr) -> None:
        self._anchor = anchor
        self._location = location

    def value(self, op: Operation, hint: str | None = None) -> SSAValue:
        insert_before(self._anchor, op)
        op.location = self._location
        op.results[0].name_hint = hint
        return op.results[0]

    def constant(self, number: int, type_: Attribute, hint: str | None = None) -> SSAValue:
        return self.value(_constant(number, type_), hint)

    def compare(self, predicate: str, left: SSAValue, right: SSAValue, hint: str | None = None) -> SSAValue:
        return self.value(arith.CmpiOp(left, right, predicate), hint)

    def branch(self, condition: SSAValue, then: Block, other: Block) -> None:
        choice = insert_before(self._anchor, scf.IfOp(condition, [], Region(then), Region(other)))
        choice.location = self._location


def _constant(number: int, type_: Attribute) -> arith.ConstantOp:
    assert isinstance(type_, IntegerType | IndexType)
    return arith.ConstantOp(IntegerAttr(number, type_))


# ------------------------------------------------------------------------------------------------------------------- the task


def _range_task(found: DivisibleLoop, name: str) -> async_.FuncOp:
    """The task: its first turn's counter, how many turns (1 or more, unsigned), and what the body needs."""
    loop, location = found.loop, found.loop.location
    counter = loop.body.block.args[0]
    types = [counter.type, counter.type, *(value.type for value in found.captured)]
    entry = new_block(types, location, [counter.name_hint, "count", *(value.name_hint for value in found.captured)])
    one = append(entry, _constant(1, counter.type), location).result
    one.name_hint = "one"
    single = append(entry, arith.CmpiOp(entry.args[1], one, "eq"), location).result
    single.name_hint = "single"
    leaf, halves = _one_turn(found, entry.args), _two_halves(found, name, entry.args, one)
    append(entry, scf.IfOp(single, [], Region(leaf), Region(halves)), location)
    append(entry, async_.ReturnOp(), location)
    function = async_.FuncOp(name, FunctionType.from_lists(types, [async_.TokenType()]), Region(entry), StringAttr("private"))
    function.location = location
    return function


def _one_turn(found: DivisibleLoop, arguments: Sequence[SSAValue]) -> Block:
    """What the body computes, the start of the child, and its await."""
    block = Block()
    body = found.loop.body.block
    stands_for: dict[SSAValue, SSAValue] = {body.args[0]: arguments[0], **dict(zip(found.captured, arguments[2:], strict=True))}
    constants = [value.owner for value in found.again if isinstance(value.owner, Operation)]
    for op in (*constants, *body.ops):
        if op is not found.add and op is not body.last_op:
            block.add_op(op.clone(stands_for))
    append(block, async_.AwaitOp(stands_for[found.add.operand]), found.wait.location)
    append(block, scf.YieldOp(), found.loop.location)
    return block


def _two_halves(found: DivisibleLoop, name: str, arguments: Sequence[SSAValue], one: SSAValue) -> Block:
    """Two tasks with a half of the range each. Both have ended before an error of one of them is this task's."""
    block = Block()
    first, count, *captured = arguments

    def value(op: Operation, hint: str) -> SSAValue:
        append(block, op, found.loop.location).results[0].name_hint = hint
        return op.results[0]

    half = value(arith.ShRUIOp(count, one), "half")
    rest = value(arith.SubiOp(count, half), "rest")
    distance = half
    if not _is(found.loop.step, 1):
        assert isinstance(found.loop.step.owner, Operation)
        distance = value(arith.MuliOp(half, value(found.loop.step.owner.clone(), "step")), "distance")
    middle = value(arith.AddiOp(first, distance), "middle")
    parts = {"first": (first, half), "second": (middle, rest)}
    calls = [async_.CallOp(name, [*part, *captured], [async_.TokenType()]) for part in parts.values()]
    handles = [append(block, call, found.call.location).handles[0] for call in calls]
    for handle, hint in zip(handles, parts, strict=True):
        handle.name_hint = hint
    for wait in (*map(task.TryAwaitOp, handles), *map(async_.AwaitOp, handles)):
        append(block, wait, found.wait.location)
    append(block, scf.YieldOp(), found.loop.location)
    return block

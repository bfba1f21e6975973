"""
Which items of a queue are done: `task_done` and `join`.

One word counts both how many items were put in (its upper 32 bits) and how many are done (the lower ones), so that whoever changes it knows
whether they became equal; a second one holds the highest number of items at which they were. Neither goes down, so an equality at that
many items came after a join that saw fewer or as many put in:

    join        p, d = word. Where p = d, or last >= p: over. Else enter the list, look at `last` again, wait, and look again
    task_done   p, d + 1 = word. Where they are equal: last = max(last, p); wake the list

A join enters the list before it looks at `last` the second time, and a task_done writes `last` before it wakes the list: so either the join
sees it, or its event is taken out and set. A join that is woken by an equality from before its time enters the list again.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from xdsl.dialects import arith
from xdsl.ir import SSAValue

from asyncir.dialects.task import SendOp, WaitOp
from asyncir_python.compile.emitter import Emitter
from asyncir_python.compile.failing import fail_if, suspend
from asyncir_python.compile.pieces import atomic, new_counts, repeat, when
from asyncir_python.compile.sync_types import COUNTS
from asyncir_python.compile.waitlists import WaitList, new_waitlist

WORD, LAST = 0, 1
BITS = 32
MOST = (1 << BITS) - 1


def new_unfinished(f: Emitter) -> Sequence[SSAValue]:
    """The parts that a queue has for this: the counts, and the list of joins."""
    return [new_counts(f, COUNTS, f.int64(0), f.int64(0)), *new_waitlist(f)]


def _split(f: Emitter, word: SSAValue) -> tuple[SSAValue, SSAValue]:
    """The items put in and the items done."""
    return f.value(arith.ShRUIOp(word, f.int64(BITS))), f.value(arith.AndIOp(word, f.int64(MOST)))


def count_in(f: Emitter, unfinished: Sequence[SSAValue], node: ast.AST) -> None:
    """An item is put in. RuntimeError for more than the word can count."""
    put, _ = _split(f, atomic(f, "addi", unfinished[0], WORD, 1 << BITS))
    fail_if(f, f.compare("eq", put, f.int64(MOST)), RuntimeError, f"more than {MOST} items were put into a queue", node)


def one_done(f: Emitter, unfinished: Sequence[SSAValue], node: ast.AST) -> None:
    """`task_done`. ValueError where all are done."""
    counts, *joining = unfinished
    put, done = _split(f, atomic(f, "addi", counts, WORD, 1))
    wrong = f.compare("uge", done, put)
    when(f, wrong, lambda: _take_back(f, counts))
    last = f.compare("eq", f.value(arith.AddiOp(done, f.int64(1))), put)
    when(f, last, lambda: _all_done(f, counts, joining, put))
    fail_if(f, wrong, ValueError, "task_done() called too many times", node)


def _take_back(f: Emitter, counts: SSAValue) -> None:
    atomic(f, "addi", counts, WORD, -1)


def _all_done(f: Emitter, counts: SSAValue, joining: Sequence[SSAValue], put: SSAValue) -> None:
    atomic(f, "maxs", counts, LAST, put)
    WaitList(f, *joining).wake_all()


def join(f: Emitter, unfinished: Sequence[SSAValue]) -> None:
    """Suspends until all that was put in so far is done."""
    f.spec.may_suspend = True
    counts, *joining = unfinished
    put, done = _split(f, atomic(f, "addi", counts, WORD, 0))
    unequal = f.compare("ne", put, done)

    def waits() -> tuple[SSAValue, Sequence[SSAValue]]:
        return f.value(arith.AndIOp(unequal, _open(f, counts, put))), ()

    repeat(f, waits, lambda: _wait(f, counts, put, WaitList(f, *joining)))


def _open(f: Emitter, counts: SSAValue, put: SSAValue) -> SSAValue:
    """Whether that many items have not been done yet."""
    return f.compare("ult", atomic(f, "maxs", counts, LAST, 0), put)


def _wait(f: Emitter, counts: SSAValue, put: SSAValue, joining: WaitList) -> None:
    """
    Until somebody wakes the list. Where they are done by now, that may have been before this was in: then this wakes the list itself. A
    join that is cancelled leaves its event in: setting it does no harm.
    """
    event = joining.event()
    suspend(f, SendOp(event, joining.waiting))
    over = f.compare("eq", _open(f, counts, put), f.boolean(False))
    when(f, over, joining.wake_all)
    suspend(f, WaitOp(event))
    joining.done(event)

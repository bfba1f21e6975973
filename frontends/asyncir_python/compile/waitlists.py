"""
Lists of tasks that wait to be woken one by one, in the order of coming: a channel of events, one for each. Who wakes takes events out and
sets them. Events that are done with are kept in a second channel for those who come later, so that waiting costs no memory for good.
"""

from __future__ import annotations

from xdsl.dialects import arith, scf
from xdsl.dialects.builtin import i1, i64
from xdsl.ir import Attribute, SSAValue

from asyncir.dialects.task import ChannelOp, ClearOp, EventOp, IsSetOp, LengthOp, SetOp, TrySendOp
from asyncir.dialects.task_select import SelectOp
from asyncir.dialects.task_types import ChannelType, EventType
from asyncir_python.compile.emitter import Emitter
from asyncir_python.compile.pieces import when
from asyncir_python.compile.sync_types import WAITERS

MOST = 1024
"""How many tasks may wait in a list."""
ALL = (1 << 63) - 1


def new_waitlist(f: Emitter) -> tuple[SSAValue, ...]:
    """The parts of a list in which nobody waits."""
    return tuple(new_channel(f, f.index(MOST), type_) for type_ in WAITERS)


def new_channel(f: Emitter, capacity: SSAValue, type_: Attribute) -> SSAValue:
    assert isinstance(type_, ChannelType)
    return f.value(ChannelOp(capacity, type_))


def poll(f: Emitter, channel: SSAValue) -> tuple[SSAValue, SSAValue]:
    """The oldest item, and whether there is one. Does not wait: the case of a select that is always there is its timeout of 0."""
    select = f.add(SelectOp([channel], f.int64(0)))
    item, there = select.received
    return item, there


def length(f: Emitter, channel: SSAValue) -> SSAValue:
    """How many items a channel holds, i64."""
    return f.value(LengthOp(channel))


class WaitList:
    """A list, by its parts: the events of those who wait, and those that are free."""

    def __init__(self, f: Emitter, waiting: SSAValue, free: SSAValue) -> None:
        self.f = f
        self.waiting = waiting
        self.free = free

    def event(self) -> SSAValue:
        """An event that is not set, for one who is about to wait."""
        f = self.f
        kept, there = poll(f, self.free)
        old, new = f.new_block(), f.new_block()
        with f.inside(old):
            f.add(scf.YieldOp(kept))
        with f.inside(new):
            f.add(scf.YieldOp(f.value(EventOp())))
        return f.add(scf.IfOp(there, [EventType()], [old], [new])).results[0]

    def enter(self, event: SSAValue) -> SSAValue:
        """Puts an event in, at the end; false if there is no room."""
        return self.f.value(TrySendOp(event, self.waiting))

    def wake(self, most: SSAValue) -> None:
        """Takes out up to so many events (i64), oldest first, and sets them."""
        f = self.f
        types = [i64, i1]
        head, body = f.new_block(types), f.new_block([i64])
        with f.inside(head):
            some = f.compare("sgt", head.args[0], f.int64(0))
            f.add(scf.ConditionOp(f.value(arith.AndIOp(some, head.args[1])), head.args[0]))
        with f.inside(body):
            event, there = poll(f, self.waiting)
            when(f, there, lambda: self._set(event))
            f.add(scf.YieldOp(f.value(arith.SubiOp(body.args[0], f.int64(1))), there))
        f.add(scf.WhileOp([most, f.boolean(True)], [i64], [head], [body]))

    def _set(self, event: SSAValue) -> None:
        self.f.add(SetOp(event))

    def wake_all(self) -> None:
        self.wake(self.f.int64(ALL))

    def remove(self, event: SSAValue) -> None:
        """
        Takes out an event that is in and not set. Only while nobody else changes the list. Of all that are in, none is set: so this one is
        set, and all that are not go in again, in their order.
        """
        f = self.f
        f.add(SetOp(event))
        body = f.new_block([i64])
        with f.inside(body):
            other, _ = poll(f, self.waiting)
            stays = f.compare("eq", f.value(IsSetOp(other)), f.boolean(False))
            when(f, stays, lambda: self._put_back(other))
            f.add(scf.YieldOp())
        f.add(scf.ForOp(f.int64(0), length(f, self.waiting), f.int64(1), [], [body]))

    def _put_back(self, event: SSAValue) -> None:
        self.f.value(TrySendOp(event, self.waiting))

    def done(self, event: SSAValue) -> None:
        """Keeps an event that was taken out and whose task goes on."""
        self.f.add(ClearOp(event))
        self.f.value(TrySendOp(event, self.free))

"""Waiting for all but tasks: channels, events, locks, slots, time, and the first of several things (suspensions.py says how it is used)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncir.reference.sync import Event, Lock
from asyncir.reference.task import Handle
from asyncir.reference.tiles import TileChannel, User
from asyncir.reference.values import Value
from asyncir.reference.wait import Wait
from asyncir.reference.waiting import Channel

if TYPE_CHECKING:
    from asyncir.reference.suspensions import Produced, Suspension


def never(suspension: Suspension, *operands: Value) -> Produced:
    return None


def park_yield(suspension: Suspension, wait: Wait) -> None:
    wait.task.scheduler.after_parking(lambda: wait.wake(lambda: ()))


def park_sleep(suspension: Suspension, wait: Wait, nanoseconds: int) -> None:
    wait.task.scheduler.after(nanoseconds, lambda: wait.wake(lambda: ()))


def ready_send(suspension: Suspension, item: Value, channel: Channel) -> Produced:
    return () if channel.send(item, suspension.op) else None


def park_send(suspension: Suspension, wait: Wait, item: Value, channel: Channel) -> None:
    wait.join(channel.senders, (item, suspension.op))


def ready_recv(suspension: Suspension, channel: Channel) -> Produced:
    return channel.receive()


def park_recv(suspension: Suspension, wait: Wait, channel: Channel) -> None:
    wait.join(channel.receivers, lambda received: received)


def ready_wait(suspension: Suspension, event: Event) -> Produced:
    return () if event.is_set else None


def park_wait(suspension: Suspension, wait: Wait, event: Event) -> None:
    wait.join(event.waiters, None)


def ready_acquire(suspension: Suspension, lock: Lock) -> Produced:
    return () if lock.acquire() else None


def park_acquire(suspension: Suspension, wait: Wait, lock: Lock) -> None:
    wait.join(lock.waiters, None)


def ready_acquire_slot(suspension: Suspension, channel: TileChannel, user: User) -> Produced:
    return channel.acquire(user)


def ready_receive_slot(suspension: Suspension, channel: TileChannel, user: User) -> Produced:
    return channel.receive(user)


def park_slot(suspension: Suspension, wait: Wait, channel: TileChannel, user: User) -> None:
    wait.join(user.waiting, None)


Case = Handle | Channel | int


def _won(suspension: Suspension, number: int) -> tuple[Value, ...]:
    """What a select produces if a case wins that is no receive."""
    return (number, *suspension.zeros[1:])


def ready_select(suspension: Suspension, *cases: Case) -> Produced:
    for number, case in enumerate(cases):
        match case:
            case Handle():
                if case.task.done:
                    return _won(suspension, number)
            case Channel():
                if (received := case.receive()) is not None:
                    return (number, *received)
            case _:
                if case <= 0:
                    return _won(suspension, number)
    return None


def park_select(suspension: Suspension, wait: Wait, *cases: Case) -> None:
    for number, case in enumerate(cases):
        _join(suspension, wait, number, case)


def _join(suspension: Suspension, wait: Wait, number: int, case: Case) -> None:
    def won() -> None:
        wait.wake(lambda: _won(suspension, number))

    match case:
        case Handle():
            wait.join(case.task.on_done, won)
        case Channel():
            wait.join(case.receivers, lambda received: (number, *received))
        case _:
            wait.task.scheduler.after(case, won)

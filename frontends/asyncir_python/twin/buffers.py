"""
The inside of a channel: its items, and who waits.

Invariant: receivers wait only while there are no items and the channel is open; senders wait only while it is full and open. So nobody who
comes later overtakes somebody who waits.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class ChannelClosed(Exception):
    """The channel is closed: it takes no more items, or, for a receiver, has none left."""


@dataclass(eq=False)
class Receiver:
    """
    Who waits for an item. Several receivers may share a future: it is done once, by the first that gets something, and the others are
    passed over from then on. Its result is the receiver's `case`, an item, and whether there is one.
    """

    future: asyncio.Future[tuple[int, Any, bool]]
    case: int = 0


@dataclass(eq=False)
class Sender(Generic[T]):
    """Who waits for room. The future's result says whether the item was taken; if not, the channel was closed."""

    future: asyncio.Future[bool]
    item: T


@dataclass(eq=False)
class Buffer(Generic[T]):
    """Up to `capacity` items; `nothing` is what a receiver gets as item of a closed channel."""

    capacity: int
    nothing: Any
    closed: bool = False
    items: deque[T] = field(default_factory=deque[T])
    receivers: deque[Receiver] = field(default_factory=deque[Receiver])
    senders: deque[Sender[T]] = field(default_factory=deque[Sender[T]])

    def put(self, item: T) -> bool:
        """Puts an item in, or hands it to who has waited longest. False if there is no room. Raises ChannelClosed."""
        if self.closed:
            raise ChannelClosed("send on a closed channel")
        if self._hand_over(item):
            return True
        if len(self.items) >= self.capacity:
            return False
        self.items.append(item)
        return True

    def take(self) -> tuple[Any, bool] | None:
        """The oldest item and True; `nothing` and False at the end of a closed channel; None if a receiver has to wait."""
        if not self.items:
            return (self.nothing, False) if self.closed else None
        item = self.items.popleft()
        self._refill()
        return item, True

    def give_back(self, item: T) -> None:
        """An item whose receiver was cancelled before it ran: to the next, as if the first had not asked. May exceed the capacity by it."""
        if not self._hand_over(item):
            self.items.appendleft(item)

    def close(self) -> None:
        """No more items: who waits is told. Closing again has no effect."""
        self.closed = True
        for receiver in self.receivers:
            if not receiver.future.done():
                receiver.future.set_result((receiver.case, self.nothing, False))
        for sender in self.senders:
            if not sender.future.done():
                sender.future.set_result(False)
        self.receivers.clear()
        self.senders.clear()

    def _hand_over(self, item: T) -> bool:
        while self.receivers:
            receiver = self.receivers.popleft()
            if not receiver.future.done():
                receiver.future.set_result((receiver.case, item, True))
                return True
        return False

    def _refill(self) -> None:
        """Takes the items of waiting senders for which there is room now."""
        while self.senders and len(self.items) < self.capacity:
            sender = self.senders.popleft()
            if not sender.future.done():
                self.items.append(sender.item)
                sender.future.set_result(True)

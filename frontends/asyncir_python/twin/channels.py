"""
Channels: bounded queues between tasks, for any number of senders and receivers.

    channel = Channel[i32](4)
    await channel.send(x)         # waits while it is full
    y = await channel.recv()      # waits while it is empty
    channel.close()
    async for y in channel: ...   # until it is closed and empty

Items come out in the order in which they went in, and who waits is served in the order of coming. A send or a receive that finds what it
needs does not wait. A channel belongs to the event loop in which it is used.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from operator import index as as_integer
from typing import TYPE_CHECKING, Any, Generic, Self, SupportsIndex, TypeVar

from asyncir_python.twin.buffers import Buffer, ChannelClosed, Receiver, Sender
from asyncir_python.twin.elements import Element, converted, element_of

T = TypeVar("T")


@dataclass(frozen=True)
class ChannelType:
    """What `Channel[element]` is when it is evaluated: an annotation, and called, a new channel."""

    element: Element

    def __str__(self) -> str:
        return f"Channel[{self.element.__name__}]"

    __repr__ = __str__

    def __call__(self, capacity: SupportsIndex) -> Channel[Any]:
        channel: Channel[Any] = Channel(capacity, element=self.element)
        return channel


class Channel(Generic[T]):
    """
    An open, empty channel that holds up to `capacity` items of a scalar type; see the module.

    Raises ValueError for a capacity under 1. `Channel(4)`, without a type, takes items as they are.
    """

    def __init__(self, capacity: SupportsIndex, *, element: Element | None = None) -> None:
        room = as_integer(capacity)
        if room < 1:
            raise ValueError("a channel has room for at least one item")
        self.element = element
        self._buffer = Buffer[T](room, None if element is None else element(0))

    if not TYPE_CHECKING:

        def __class_getitem__(cls, element: object) -> ChannelType:
            return ChannelType(element_of(element, "a channel"))

    def __repr__(self) -> str:
        state = "closed" if self._buffer.closed else "open"
        return f"<{'Channel' if self.element is None else ChannelType(self.element)}, {state}, {len(self._buffer.items)} items>"

    async def send(self, item: T | float) -> None:
        """
        Puts an item in; waits while the channel is full. Raises ChannelClosed if it is closed, or closed while this waits.

        A send that is cancelled while it waits has sent nothing, unless there was room already and it was about to go on.
        """
        buffer = self._buffer
        value: Any = item if self.element is None else converted(self.element, item)
        if buffer.put(value):
            return
        sender = Sender(asyncio.get_running_loop().create_future(), value)
        buffer.senders.append(sender)
        try:
            taken = await sender.future
        finally:
            if sender in buffer.senders:
                buffer.senders.remove(sender)
        if not taken:
            raise ChannelClosed("the channel was closed while a send waited")

    async def recv(self) -> T:
        """
        Takes the oldest item; waits while the channel is empty and open. Raises ChannelClosed when it is empty and closed.

        A receive that is cancelled takes nothing: an item that it was about to get goes to the next.
        """
        item, there = self._buffer.take() or await self._wait()
        if not there:
            raise ChannelClosed("the channel is closed and empty")
        return item

    async def _wait(self) -> tuple[Any, bool]:
        buffer, future = self._buffer, asyncio.get_running_loop().create_future()
        receiver = Receiver(future)
        buffer.receivers.append(receiver)
        try:
            _, item, there = await future
        except asyncio.CancelledError:
            leave(self, receiver)
            raise
        return item, there

    def close(self) -> None:
        """
        Closes the channel: items that are in it can still be received. Who waits to send or to receive gets ChannelClosed. Closing twice
        has no effect.
        """
        self._buffer.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        try:
            return await self.recv()
        except ChannelClosed:
            raise StopAsyncIteration from None


def nothing_of(channel: Channel[Any]) -> Any:
    """What stands for an item where there is none: the zero of the channel's type; None without a type."""
    return buffer_of(channel).nothing


def buffer_of(channel: Channel[T]) -> Buffer[T]:
    """The inside of a channel, for who waits for several at once."""
    return channel._buffer  # pyright: ignore[reportPrivateUsage]


def leave(channel: Channel[Any], receiver: Receiver) -> None:
    """Ends the wait of a receiver that was cancelled: what it was about to get goes to the next."""
    buffer = buffer_of(channel)
    if receiver in buffer.receivers:
        buffer.receivers.remove(receiver)
    future = receiver.future
    if future.done() and not future.cancelled():
        case, item, there = future.result()
        if there and case == receiver.case:
            buffer.give_back(item)

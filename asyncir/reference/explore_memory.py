"""
The memory model of the explorer, third part: what an atomic load may return. C++20's model, with these choices:

Races.      explore_races.py.
Stores.     The stores of an atomic word are ordered as they were executed (C++'s modification order; that a store enters it
            before an older one is not explored). An atomic load returns the newest store, or an older one that neither it nor
            anything that happens before it has seen overwritten (coherence). Read-modify-writes act on the newest; a failing
            compare-and-exchange may fail on an older value.
seq_cst.    Operations of this order and fences of it are in one order, that of their execution. A seq_cst load returns no store
            older than the newest seq_cst store of the word; a seq_cst fence sees whatever earlier seq_cst fences had seen, as if
            read at the fence. All of them acquire and release.
Not here:   values out of thin air, and loads that return a store that is executed after them. So relaxed stores are seen late, but
            never early.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from xdsl.ir import Operation

from asyncir.dialects.rt import Order, Scope
from asyncir.reference.explore_clocks import Clocks, Messages, Past
from asyncir.reference.explore_races import WORD, Races, Shadow
from asyncir.reference.flat import FlatMemory

HOST = -1
"""The thread number of whoever prepares the launch and reads its results: before and after everything."""
KEPT = 3
"""How many stores of a word a load may choose from."""


class Store(NamedTuple):
    """A store of an atomic word: its place in the modification order, its bytes, and who has read it (thread, time)."""

    rank: int
    value: int
    thread: int
    time: int
    messages: Messages
    size: int
    readers: tuple[tuple[int, int], ...] = ()


History: TypeAlias = tuple[Store, ...]
Saved: TypeAlias = tuple[list[tuple[bytes, bytes] | None], dict[int, Shadow], dict[int, History], dict[int, int], tuple[Past, ...]]


class ExploreMemory(FlatMemory):
    """Memory that knows who accessed what when."""

    def __init__(self) -> None:
        super().__init__()
        self.races = Races(Clocks([]))
        self.thread = HOST
        self.op: Operation | None = None
        """What accesses memory now, for reports."""
        self.watched: dict[int, Callable[[int, int], None]] = {}
        """Words whose atomic stores somebody checks: gets the old value and the new one."""
        self.version = 0
        """Counts atomic stores that changed something: a thread that waits need not look before it moves."""
        self._stores: dict[int, tuple[Store, ...]] = {}
        self._sequential: dict[int, int] = {}

    @property
    def clocks(self) -> Clocks:
        """The clocks of all threads."""
        return self.races.clocks

    @clocks.setter
    def clocks(self, clocks: Clocks) -> None:
        self.races.clocks = clocks

    # ---------------------------------------------------------------------------------------------------------- snapshots

    def save(self) -> Saved:
        """A snapshot of everything but `thread`, `op` and `version`."""
        data = [None if s is None else (bytes(s.data), bytes(s.state)) for s in self._segments]
        return data, self.races.shadows.copy(), self._stores.copy(), self._sequential.copy(), self.clocks.save()

    def restore(self, saved: Saved) -> None:
        """Back to a snapshot."""
        data, shadows, stores, sequential, clocks = saved
        del self._segments[len(data) :]
        for segment, content in zip(self._segments, data, strict=True):
            if segment is not None and content is not None:
                segment.data[:], segment.state[:] = content
        self.races.shadows, self._stores, self._sequential = shadows.copy(), stores.copy(), sequential.copy()
        self.clocks.restore(clocks)

    def fingerprint(self) -> int:
        """A number that is equal for equal memory; which plain accesses led to it does not count."""
        data = tuple([None if s is None else (bytes(s.data), bytes(s.state)) for s in self._segments])
        clocks = tuple([(p.clock, p.fenced, p.unheard) for p in self.clocks.threads])
        return hash((data, clocks, frozenset(self._stores.items())))

    # ------------------------------------------------------------------------------------------------------ plain accesses

    def read(self, address: int, size: int) -> bytes:
        if self.thread != HOST:
            self.races.read(self.thread, self.op, address, size)
        return super().read(address, size)

    def write(self, address: int, data: bytes) -> None:
        if self.thread != HOST:
            same = bool(self.races.warps) and self.is_written(address, len(data)) and super().read(address, len(data)) == data
            self._overwrite(address, len(data), same=same)
        super().write(address, data)

    def begin_life(self, address: int, size: int) -> None:
        """A write of all bytes: whoever used them before did so before."""
        self._touch_all(address, size)
        super().begin_life(address, size)

    def end_life(self, address: int, size: int) -> None:
        """A write of all bytes: nobody uses them at the same time, or later without being told."""
        self._touch_all(address, size)
        super().end_life(address, size)

    def _touch_all(self, address: int, size: int) -> None:
        if self.thread != HOST:
            segment, offset = self.at(address, 0)
            self._overwrite(address, min(size, len(segment.state) - offset))

    def _overwrite(self, address: int, size: int, *, same: bool = False) -> None:
        """A plain write: an atomic word begins anew."""
        self.races.write(self.thread, self.op, address, size, same=same)
        for word in range(address & -WORD, address + size, WORD):
            for start in (word, word - WORD):
                found = self._stores.get(start)
                if found is not None and start + found[-1].size > word:
                    del self._stores[start]
                    self._sequential.pop(start, None)

    # ------------------------------------------------------------------------------------------------------------- atomics

    def _history(self, address: int, size: int) -> tuple[Store, ...]:
        found = self._stores.get(address)
        value = _FORMS[size].unpack(super().read(address, size))[0]
        if found is None:
            found = self._stores[address] = (Store(0, value, 0, 0, (), size),)
        return found

    def _known(self, store: Store, me: int) -> bool:
        """Whether coherence forbids this thread to read anything older."""
        clock = self.clocks.threads[me].clock
        return clock[store.thread] >= store.time or any(clock[thread] >= time for thread, time in store.readers)

    def candidates(self, address: int, size: int, order: Order) -> int:
        """How many stores an atomic load may return: the newest and those before it. What must not be read fails when it is."""
        if not self.is_written(address, size):
            return 1
        found = self._history(address, size)
        oldest = self._sequential.get(address, 0) if order is Order.SEQ_CST else 0
        count = 0
        for store in reversed(found):
            if count and store.rank < oldest:
                break
            count += 1
            if self._known(store, self.thread):
                break
        return count

    def older(self, address: int, size: int, age: int) -> int:
        """The value of the store that is `age` older than the newest."""
        return self._history(address, size)[-1 - age].value

    def load(self, address: int, size: int, order: Order, scope: Scope, age: int = 0) -> int:
        """An atomic load of the store that is `age` older than the newest."""
        self.races.atomic(self.thread, self.op, address, size, scope, writes=False)
        return self._take(address, size, order, scope, age)

    def replace(self, address: int, size: int, order: Order, scope: Scope, value_of: Callable[[int], int]) -> int:
        """A read-modify-write; what the word was."""
        self.races.atomic(self.thread, self.op, address, size, scope, writes=True)
        old = self._take(address, size, order, scope, 0)
        self._put(address, size, value_of(old), order, scope, self._stores[address][-1].messages)
        return old

    def _take(self, address: int, size: int, order: Order, scope: Scope, age: int) -> int:
        found = self._history(address, size)
        position = len(found) - 1 - age
        store = found[position]
        self.clocks.receive(self.thread, store.messages, order, scope)
        self._mark(address, position)
        return store.value

    def _mark(self, address: int, position: int) -> None:
        """This thread has read a store."""
        me, found = self.thread, self._stores[address]
        store = found[position]
        if not any(reader[0] == me for reader in store.readers):
            store = store._replace(readers=(*store.readers, (me, self.clocks.time(me))))
            self._stores[address] = (*found[:position], store, *found[position + 1 :])

    def store(self, address: int, size: int, value: int, order: Order, scope: Scope) -> None:
        """An atomic store."""
        self.races.atomic(self.thread, self.op, address, size, scope, writes=True)
        self._put(address, size, value, order, scope, ())

    def _put(self, address: int, size: int, value: int, order: Order, scope: Scope, messages: Messages) -> None:
        """`messages` are those of the store that a read-modify-write replaces."""
        found = self._history(address, size) if self.is_written(address, size) else ()
        me, now = self.thread, self.clocks.time(self.thread)
        sent = self.clocks.send(me, order, scope)
        merged = sent + tuple([m for m in messages if m not in sent])
        rank = found[-1].rank + 1 if found else 0
        if not found or found[-1].value != value:
            self.version += 1
            if found and address in self.watched:
                self.watched[address](found[-1].value, value)
        self._stores[address] = (*found, Store(rank, value, me, now, merged, size))[-KEPT:]
        if order is Order.SEQ_CST:
            self._sequential[address] = rank
        super().write(address, _FORMS[size].pack(value))

    def newest(self, address: int) -> int:
        """The value of a word's newest store."""
        return self._stores[address][-1].value

    def host_store(self, address: int, value: int) -> None:
        """A relaxed store of an i32 by the host, which no thread has heard of."""
        found = self._history(address, WORD)
        self._stores[address] = (*found, Store(found[-1].rank + 1, value, 0, _NEVER, (), WORD))[-KEPT:]
        self.version += 1
        super().write(address, _FORMS[WORD].pack(value))

    def fence(self, order: Order, scope: Scope) -> None:
        """A fence."""
        if order is Order.SEQ_CST:
            for address, found in list(self._stores.items()):
                seen = [store.rank for store in found if self._known(store, self.thread)]
                newest = max([self._sequential.get(address, 0), *seen])
                self._sequential[address] = newest
                for position, store in enumerate(found):
                    if store.rank == newest:
                        self._mark(address, position)
        self.clocks.fence(self.thread, order, scope)


_NEVER = 1 << 60
_FORMS = {4: struct.Struct("<i"), 8: struct.Struct("<q")}

"""
What the launches of a prepared kernel in one stream use, one behind the other.

    page      pinned memory with a control block and room for results for each of a number of launches; cells for the arguments, which the
              driver reads while it is called; an event. Used again and again.
    flight    the launches that have the same page at a time, and the same end: the event behind the last of them
    lane      a stream's pages: those that are open for further launches, flights whose end has not been seen, unused pages

    open ──the page is full, somebody asks for one of its launches, or has not for a while──► closed ──its event was passed──► settled

A flight that is closed has its event behind its last launch; settling it reads all control blocks and lets go of the arguments. So one
event does for many launches, and what each costs is that of its kernel alone. It may be recorded late only where the stream is sure to be
there still: objects are held for it, and default streams do not go. In a stream that is a number alone it is recorded behind each launch.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from asyncir.errors import AsyncirError
from asyncir.runtime.control import ControlState
from asyncir.runtime.cuda_driver import check, driver, make_current
from asyncir.runtime.cuda_streams import PER_THREAD_DEFAULT
from asyncir.runtime.prepared_driver import NOT_READY, address_of, again, configuration, pointer, succeed
from asyncir.runtime.prepared_pages import Page, Work
from asyncir.runtime.watch import call_at

_MOST_PAGES = 16
"""Above as many flights, a launch waits for the first: a stream of CUDA takes about a thousand launches before it waits itself."""

_LOOK_SECONDS = 5e-3
_NAP_SECONDS = 50e-6

LOCK = threading.RLock()
"""Of the ends of all flights. A launch needs none of it, but when it opens or fills a page."""


class Flight:
    """Launches with the same end."""

    __slots__ = (
        *("addresses", "arguments", "begin", "cells", "control", "end", "error", "event", "faults", "keep", "lane", "observers", "page"),
        *("results", "settled"),
    )

    def __init__(self, lane: Lane, page: Page) -> None:
        self.lane = lane
        self.page = page
        """Its own until it is settled."""
        self.cells, self.addresses, self.event, self.begin, self.end = page.cells, page.addresses, page.event, page.begin, page.end
        self.control = page.begin
        """Of the next launch, as the device sees it."""
        self.arguments: list[Sequence[object]] = []
        """Of each launch: they keep the arrays alive."""
        self.keep = self.arguments.append
        self.settled = False
        self.faults: dict[int, ControlState] = {}
        """Of those launches that told of one, by their index here."""
        self.results: list[bytes] = []
        """Of all launches, if they have results."""
        self.error: AsyncirError | None = None
        """What the device reports in place of an end."""
        self.observers: list[Callable[[], object]] = []
        """Called when it is settled."""

    def add(self, observer: Callable[[], object]) -> None:
        """Calls back once it is settled; at once if it is."""
        with LOCK:
            if not self.settled:
                self.observers.append(observer)
                return
        observer()

    def ended(self) -> bool:
        """Whether it has ended; closes it, and settles it if so. Called by whoever asks for one of its launches."""
        return self.settled or (self.lane.close(self) and self.lane.look_at(self))

    def settle(self, error: AsyncirError | None) -> None:
        """Reads what the launches have left, if the device has not failed."""
        with LOCK:
            if self.settled:
                return
            self.error = error
            if error is None:
                self._read(self.page)
            self.settled = True
            self.arguments.clear()
            observers, self.observers = self.observers, []
        for observer in observers:
            observer()

    def _read(self, page: Page) -> None:
        if self.lane.may_fail:
            self.faults = page.faults(len(self.arguments))
            for index in self.faults:
                page.reset(index)
        if self.lane.work.layout.types:
            self.results = [page.results(index) for index in range(len(self.arguments))]
        self.lane.unused.append(page)


class Lane:
    """A stream's pages."""

    def __init__(self, work: Work, given: object, stream: int) -> None:
        self.work = work
        self.given = given
        """The stream as the caller has it, which is held."""
        self.stream = stream
        self.pointer = pointer(stream)
        self.starts: dict[tuple[type, ...], Callable[[tuple[Any, ...]], Any] | None] = {}
        """By the classes of the arguments, what starts a launch (prepared_start.py); None where they are not known."""
        self.start: Callable[[tuple[Any, ...]], Any] = no_start
        """That of the last launch."""
        self.open: list[Flight] = []
        """Invariant: who takes one out is alone with it; more than one are those of several threads."""
        self.unused: list[Page] = []
        self.may_fail = any(site.what != "task" for site in work.entry.sites)
        self.watched = False
        """Whether a look is to come that sees all flights that are known by then."""
        self._closed: deque[Flight] = deque()
        asked: Any = getattr(given, "__cuda_stream__", None)
        self.asked: Callable[[], object] | None = asked if callable(asked) else None
        """Gives `said` as long as the stream is the one that it was. None: it is a number, or says it by an attribute."""
        self.said = None if self.asked is None else self.asked()
        default = stream <= PER_THREAD_DEFAULT
        self.records_each = type(given) is int and not default
        # A stream knows its context; the default streams are those of the thread's.
        self.context = work.calls.current() if default else None
        self.configuration = configuration(work.blocks, 32 * work.warps, 0, stream)

    # ------------------------------------------------------------------------------------------------------------ launching

    def take_flight(self) -> Flight:
        """One for the next launch; it is to be put back."""
        try:
            return self.open.pop()
        except IndexError:
            return self.new_flight()

    def new_flight(self) -> Flight:
        """For the next launches; waits where too many have not ended."""
        while True:
            self.sweep()
            with suppress(IndexError):
                return Flight(self, self.unused.pop())
            if len(self._closed) < _MOST_PAGES:
                make_current()
                return Flight(self, Page(self.work))
            time.sleep(_NAP_SECONDS)

    def enqueue(self, flight: Flight) -> None:
        """Puts a launch into the stream. Raises why it was refused; it is not the flight's then, which is open again."""
        if status := self.work.calls.launch(self.configuration, self.work.function, flight.addresses, None):
            self.retry(flight, status)

    def retry(self, flight: Flight, status: int) -> None:
        """After a launch that was refused: once more where that can help. Raises why not."""
        try:
            succeed(again(status, partial(self.work.calls.launch, self.configuration, self.work.function, flight.addresses, None)))
        except AsyncirError:
            self.open.append(flight)
            raise

    def put_back(self, flight: Flight) -> None:
        """With one more launch."""
        if flight.control == flight.end:
            self.close_full(flight)
        else:
            self.open.append(flight)
        if not self.watched:
            self.watch()

    def record(self, flight: Flight) -> None:
        """Puts its event into the stream, behind all that is there."""
        event, record = flight.event, self.work.calls.record
        if status := record(event, self.pointer):
            succeed(again(status, partial(record, event, self.pointer)))

    def is_there(self) -> bool:
        """Whether the stream was not closed: its object is held, but that may have been done to it."""
        try:
            return self.asked is None or self.asked() == self.said
        except Exception:  # Each package has one of its own for that.
            return False

    # ------------------------------------------------------------------------------------------------------------ what has ended

    def close(self, flight: Flight) -> bool:
        """No launch is added to it any more. False while another thread is about to add one."""
        with LOCK:
            try:
                self.open.remove(flight)
            except ValueError:
                return flight.settled or flight in self._closed
            self.close_full(flight)
        return True

    def close_full(self, flight: Flight) -> None:
        """The same, for who has taken it out of the open ones."""
        if not self.records_each:
            if self.is_there():
                self.record(flight)
            else:
                # Nobody can say any more what is left in the stream: the event stands behind all that is on the device.
                make_current()
                check(driver().cuCtxRecordEvent(check(driver().cuCtxGetCurrent()), address_of(flight.event)))
        self._closed.append(flight)

    def look_at(self, flight: Flight) -> bool:
        """Whether a closed flight has ended; it is settled then, also if the device reports an error."""
        event, query = flight.event, self.work.calls.query
        if (status := 0 if flight.settled else query(event)) not in (0, NOT_READY):
            status = again(status, partial(query, event))
        if status == NOT_READY:
            return False
        error = None
        try:
            succeed(status)
        except AsyncirError as raised:
            error = raised.with_traceback(None)
        flight.settle(error)
        return True

    def sweep(self) -> None:
        """Settles those closed flights that have ended, up to the first that has not."""
        with LOCK:
            while self._closed and self.look_at(self._closed[0]):
                self._closed.popleft()

    def is_idle(self) -> bool:
        """Whether none of its launches may still run."""
        return not self._closed and not any(flight.arguments for flight in tuple(self.open))

    # ----------------------------------------------------------------------------------------------------------- who looks

    def watch(self) -> None:
        """Looks in a while after launches that nobody asks for."""
        self.watched = True
        BUSY.add(self)
        call_at(time.monotonic() + _LOOK_SECONDS, self._look)

    def _look(self) -> None:
        """From the watching thread. Nobody is there to tell an error: those who wait get it from their launches."""
        # A launch that is added from now on sees that there is no watch; those before are seen below.
        self.watched = False
        with suppress(AsyncirError):
            make_current()
            for flight in tuple(self.open):
                if flight.arguments:
                    self.close(flight)
            self.sweep()
        if self.is_idle():
            BUSY.discard(self)
        else:
            self.watch()


def no_start(values: tuple[Any, ...]) -> Any:
    """Where no way is known that is short."""


BUSY: set[Lane] = set()
"""Lanes that are watched: their memory outlives what runs on it, even if nobody else holds them."""

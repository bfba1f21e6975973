"""A launch on the CPU: worker threads over one kernel's code, so that the main thread stays free for signals."""

from __future__ import annotations

import ctypes
import itertools
import os
import threading
import time
from collections.abc import Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from asyncir.abi import Entry
from asyncir.errors import InputError, ResourceError
from asyncir.runtime.arena import Arena, Census, count_tasks
from asyncir.runtime.arguments import Argument, ArrayArgument, check_arguments, pack_slots
from asyncir.runtime.capacity import Device, capacities
from asyncir.runtime.control import Launched
from asyncir.runtime.forks import forget_in_child
from asyncir.runtime.host import HostKernel, forget_pauses
from asyncir.runtime.host import count_tasks as count_tasks_compiled
from asyncir.runtime.host_memory import HostMemory, give_back, take_memory
from asyncir.runtime.launch import RUNNING, Launch, Options, QueuedLaunch
from asyncir.runtime.outcome import Remains
from asyncir.runtime.prints import Output, Printer, print_to, standard_output
from asyncir.runtime.results import ResultLayout
from asyncir.runtime.slots import Slots, Stream
from asyncir.runtime.statistics import Times
from asyncir.runtime.threads import run_in_thread

if TYPE_CHECKING:
    import numpy

    from asyncir.runtime.results import Result

_DEVICE = Device(width=1, least_arena=1 << 30, most_arena=1 << 32)
"""An arena is address space, not memory: pages are committed when they are touched."""

_INSTANCES_PER_THREAD = 256
"""Fewer instances of an inline kernel are not worth a thread of their own."""

_SMALL_ARENA = 1 << 20
"""Up to here a walk in Python is faster than compiling one."""

_LEAST_SLOTS = 4
"""A few launches run side by side on any machine: one that waits for the host must not keep all others out."""


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def default_workers() -> int:
    """At least two: a task that is slow to suspend must not stop all others."""
    return max(2, _cores())


@cache
def host_slots() -> Slots:
    """The CPU's: as many launches at once as there are cores."""
    return Slots(max(_LEAST_SLOTS, _cores()))


# Slots that launches of a parent have are never given back in a forked process.
forget_in_child(host_slots.cache_clear)


def launch_on_host(kernel: HostKernel, entry: Entry, values: Sequence[object], options: Options, output: Output | None = None) -> Launch:
    """Starts `kernel`, or puts it in line; raises InputError for arguments that do not fit, before anything runs."""
    launch = HostLaunch(kernel, entry, check_arguments(entry, values), options, output or standard_output)
    launch.submit()
    return launch


def _stream(entry: Entry, given: object) -> Stream | None:
    if given is None or isinstance(given, Stream):
        return given
    raise InputError(
        f"stream is {type(given).__name__}: a launch of @{entry.name} on the CPU is ordered by an asyncir.Stream",
        help="stream=asyncir.Stream(), or target='cuda' for a stream of CUDA",
    )


class HostLaunch(QueuedLaunch):
    """Threads in the kernel's code. The last that leaves takes what the launch has left."""

    ends_by_itself = True

    def __init__(self, kernel: HostKernel, entry: Entry, arguments: tuple[Argument, ...], options: Options, output: Output) -> None:
        super().__init__(entry, arguments, options, host_slots(), _stream(entry, options.stream))
        self._kernel = kernel
        self._ranges = _ranges(entry.executor, options)
        self._sizes = capacities(entry, options.capacity, _DEVICE, options.instances)
        self._layout = ResultLayout(entry.results, options.instances)
        self._printer = Printer(output)
        self._taken_memory: HostMemory | None = None
        self._left = len(self._ranges)
        self._left_lock = threading.Lock()
        self._all_left = threading.Event()
        self._first = self._last = 0.0

    @property
    def _memory(self) -> HostMemory:
        assert self._taken_memory is not None, "a launch has memory from its begin to its end"
        return self._taken_memory

    def _start(self) -> None:
        memory = self._taken_memory = take_memory(self._sizes, self.workers, host_slots().count)
        options = self._options
        slot_count = len(self._slots(0, 0)) // 8
        seed = options.seed if options.deterministic else 0
        memory.prepare(self._layout, 8 * slot_count, Launched(options.instances, self.workers, 1, seed))
        memory.slots.write(0, self._slots(memory.results.address, memory.control.address))
        self._first = self._last = time.perf_counter()
        for worker, (first, last) in enumerate(self._ranges):
            try:
                run_in_thread(partial(self._work, memory.slots.address, first, last, worker))
            except RuntimeError as error:
                self._leave(len(self._ranges) - worker)
                self._set_stop_word()
                raise ResourceError("threads", "workers", len(self._ranges), worker, unit="", help="launch with fewer workers") from error

    def _slots(self, results: int, control: int) -> bytes:
        addresses = [results + offset for offset in self._layout.offsets]
        return pack_slots(self._arguments, [*addresses, control, self._options.instances])

    def _work(self, slots: int, first: int, last: int, worker: int) -> None:
        print_to(self._printer)
        try:
            self._kernel.function(slots, first, last, worker)
        finally:
            print_to(None)
            forget_pauses()
            if self._leave(1):
                self._settle()

    def _leave(self, count: int) -> bool:
        """So many workers have left, or never came; whether they were the last."""
        with self._left_lock:
            self._left -= count
            if self._left:
                return False
        self._last = time.perf_counter()
        RUNNING.discard(self)
        self._all_left.set()
        return True

    @property
    def workers(self) -> int:
        return len(self._ranges)

    def _ended_within(self, seconds: float) -> bool:
        return self._all_left.wait(seconds) if seconds > 0 else self._all_left.is_set()

    def _set_stop_word(self) -> None:
        # An aligned store of 4 bytes; workers load the word atomically.
        ctypes.c_int32.from_address(self._memory.stop_address).value = 1

    def _remains(self) -> Remains:
        if self._printer.failure is not None:
            raise self._printer.failure
        return self._peek()

    def _peek(self) -> Remains:
        arena = self._memory.arena
        return Remains(self.entry, self._memory.state(), lambda used: Arena(arena.view(0, used)), _census)

    def _results(self) -> tuple[Result, ...]:
        return self._layout.values(self._memory.results.read(0, self._layout.bytes))

    def _times(self) -> Times:
        # Pages come from the system zeroed when they are touched first; what is written over is not worth a clock.
        return Times((self._last - self._first) * 1e3, 0.0)

    def _memory_bytes(self) -> int:
        return self._memory.bytes

    def _release(self) -> None:
        memory, self._taken_memory = self._memory, None
        memory.settled()
        give_back(memory)

    def _view(self, argument: int, given: ArrayArgument) -> numpy.ndarray[Any, numpy.dtype[Any]]:
        view = given.array.view()
        view.flags.writeable = False
        return view


def _census(arena: Arena) -> Census:
    return count_tasks(arena) if arena.used <= _SMALL_ARENA else count_tasks_compiled(arena)


def _ranges(executor: str, options: Options) -> list[tuple[int, int]]:
    """For each worker the instances it runs; the dynamic executor's workers take roots from a counter instead."""
    count, workers = options.instances, 1 if options.deterministic else options.workers or default_workers()
    if executor == "dynamic":
        return [(0, count)] * workers
    threads = min(workers, -(-count // _INSTANCES_PER_THREAD))
    edges = [count * index // threads for index in range(threads + 1)]
    return list(itertools.pairwise(edges))

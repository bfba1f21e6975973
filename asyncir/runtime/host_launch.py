"""A launch on the CPU: worker threads over one kernel's code, so that the main thread stays free for signals."""

from __future__ import annotations

import ctypes
import itertools
import os
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from asyncir.abi import Control, Entry
from asyncir.errors import ResourceError
from asyncir.runtime.arena import Arena, Census, count_tasks
from asyncir.runtime.arguments import Argument, ArrayArgument, check_arguments, pack_slots
from asyncir.runtime.capacity import Device, capacities
from asyncir.runtime.control import Addresses, ControlState, Launched, initial_control
from asyncir.runtime.host import HostKernel
from asyncir.runtime.host import count_tasks as count_tasks_compiled
from asyncir.runtime.launch import RUNNING, Launch, Options
from asyncir.runtime.memory import Pages
from asyncir.runtime.outcome import Remains
from asyncir.runtime.prints import Output, Printer, print_to, standard_output
from asyncir.runtime.results import ResultLayout
from asyncir.runtime.statistics import Times

if TYPE_CHECKING:
    import numpy

    from asyncir.runtime.results import Result

_DEVICE = Device(width=1, least_arena=1 << 30, most_arena=1 << 32)
"""An arena is address space, not memory: pages are committed when they are touched."""

_INSTANCES_PER_THREAD = 256
"""Fewer instances of an inline kernel are not worth a thread of their own."""

_SMALL_ARENA = 1 << 20
"""Up to here a walk in Python is faster than compiling one."""


def default_workers() -> int:
    """At least two: a task that is slow to suspend must not stop all others."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(2, available)


def launch_on_host(kernel: HostKernel, entry: Entry, values: Sequence[object], options: Options, output: Output | None = None) -> Launch:
    """Starts `kernel`; raises InputError for arguments that do not fit, before anything runs."""
    return HostLaunch(kernel, entry, check_arguments(entry, values), options, output or standard_output)


class _Memory:
    """All memory of a launch but its arrays: control block, stop word, results, queues, workspaces, arena."""

    def __init__(self, entry: Entry, options: Options, workers: int) -> None:
        self.sizes = sizes = capacities(entry, options.capacity, _DEVICE, options.instances)
        self.layout = ResultLayout(entry.results, options.instances)
        self.control = Pages(Control.BYTES)
        self.stop = Pages(4)
        self.results = Pages(self.layout.bytes)
        self.queues = Pages(sizes.zeroed_bytes)
        self.workspace = Pages(workers * sizes.workspace_bytes)
        self.arena = Pages(sizes.arena_bytes)
        self.bytes = sum(pages.size for pages in (self.control, self.stop, self.results, self.queues, self.workspace, self.arena))
        addresses = Addresses(self.arena.address, self.queues.address, self.stop.address, self.workspace.address)
        seed = options.seed if options.deterministic else 0
        self.control.write(0, initial_control(addresses, sizes, Launched(options.instances, workers, 1, seed)))

    def result_addresses(self) -> list[int]:
        return [self.results.address + offset for offset in self.layout.offsets]


class HostLaunch(Launch):
    """Threads in the kernel's code. They are daemons: code that never leaves must not keep the process alive."""

    def __init__(self, kernel: HostKernel, entry: Entry, arguments: tuple[Argument, ...], options: Options, output: Output) -> None:
        super().__init__(entry, arguments, options)
        self._kernel = kernel
        self._ranges = _ranges(entry.executor, options)
        self._memory = _Memory(entry, options, len(self._ranges))
        self._printer = Printer(output)
        slots = pack_slots(arguments, [*self._memory.result_addresses(), self._memory.control.address, options.instances])
        self._slots = Pages(len(slots))
        self._slots.write(0, slots)
        self._left = len(self._ranges)
        self._lock = threading.Lock()
        self._all_left = threading.Event()
        self._began = self._ended = time.perf_counter()
        RUNNING.add(self)
        self._start()

    def _start(self) -> None:
        for worker, (first, last) in enumerate(self._ranges):
            thread = threading.Thread(target=self._work, args=(worker, first, last), name=f"asyncir-{worker}", daemon=True)
            try:
                thread.start()
            except RuntimeError as error:
                self._leave(len(self._ranges) - worker)
                self._set_stop_word()
                raise ResourceError("threads", "workers", len(self._ranges), worker, unit="", help="launch with fewer workers") from error

    def _work(self, worker: int, first: int, last: int) -> None:
        print_to(self._printer)
        try:
            self._kernel.function(self._slots.address, first, last, worker)
        finally:
            self._leave(1)

    def _leave(self, count: int) -> None:
        with self._lock:
            self._left -= count
            if self._left == 0:
                self._ended = time.perf_counter()
                RUNNING.discard(self)
                self._all_left.set()

    @property
    def workers(self) -> int:
        return len(self._ranges)

    def _ended_within(self, seconds: float) -> bool:
        return self._all_left.wait(seconds) if seconds > 0 else self._all_left.is_set()

    def _set_stop_word(self) -> None:
        # An aligned store of 4 bytes; workers load the word atomically.
        ctypes.c_int32.from_address(self._memory.stop.address).value = 1

    def _remains(self) -> Remains:
        if self._printer.failure is not None:
            raise self._printer.failure
        return self._peek()

    def _peek(self) -> Remains:
        state = ControlState(self._memory.control.read(0, Control.BYTES))
        return Remains(self.entry, state, lambda used: Arena(self._memory.arena.view(0, used)), _census)

    def _results(self) -> tuple[Result, ...]:
        return self._memory.layout.values(self._memory.results.read(0, self._memory.layout.bytes))

    def _times(self) -> Times:
        # Nothing is reset: pages come from the system zeroed, when they are touched first.
        return Times((self._ended - self._began) * 1e3, 0.0)

    def _memory_bytes(self) -> int:
        return self._memory.bytes

    def _release(self) -> None:
        """The pages go with the launch."""

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

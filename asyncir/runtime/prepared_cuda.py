"""Prepared kernels on an NVIDIA GPU; prepared.py tells what that is."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from asyncir.abi import Entry
from asyncir.runtime.arguments import DeviceArgument, Gpu, ScalarArgument, check_arguments, pack_slots
from asyncir.runtime.capacity import Capacities
from asyncir.runtime.control import Addresses, Launched, initial_control
from asyncir.runtime.cuda import WARP, CudaKernel, arrivals, grid_of, launch_on_cuda, sizes_of
from asyncir.runtime.cuda_driver import make_current
from asyncir.runtime.cuda_streams import cuda_stream
from asyncir.runtime.launch import Launch
from asyncir.runtime.options import Options
from asyncir.runtime.prepared import Prepared
from asyncir.runtime.prepared_arguments import cell_counts, reading_of
from asyncir.runtime.prepared_driver import Calls, calls, pointer
from asyncir.runtime.prepared_lanes import Lane
from asyncir.runtime.prepared_pages import Work
from asyncir.runtime.prepared_start import start_of, start_read
from asyncir.runtime.results import ResultLayout

if TYPE_CHECKING:
    from asyncir.runtime.prints import Output

_PLAIN_SITES = frozenset({"task", "assert", "fail"})
"""Places of code that writes to its control block only when it fails, and reads nothing there."""

_MOST_RESULT_BYTES = 1 << 14
"""Results are written over the bus, and every slot has room for them."""

_MOST_LANES = 64

NO_MEMORY = Capacities(arena_bytes=0, queue_shift=0, queues=0, stack_words=0, workspace_bytes=0)
"""What code has that starts no task."""


def is_plain(entry: Entry, options: Options) -> bool:
    """Whether launches may go the short way."""
    inline = entry.executor == "inline" and not entry.statistics and all(site.what in _PLAIN_SITES for site in entry.sites)
    return inline and options.deadline is None and ResultLayout(entry.results, options.instances).bytes <= _MOST_RESULT_BYTES


class CudaPrepared(Prepared):
    """A kernel on the GPU."""

    def __init__(self, kernel: CudaKernel, entry: Entry, options: Options) -> None:
        super().__init__("cuda", entry, options, partial(_start, kernel, entry))
        self._kernel = kernel
        found = calls() if is_plain(entry, options) else None
        self._work = None if found is None else _work(kernel, entry, options, found)
        self._lanes: dict[int, Lane] = {}
        """By the stream, as an int."""
        self._last: Lane | None = None
        self._device = int(make_current().device_id)

    def __call__(self, *args: Any, stream: object = None, output: Output | None = None) -> Launch:
        return self.launch_plain(args, stream) or self.launch(args, stream, output)

    def launch(self, args: Sequence[Any], stream: object = None, output: Output | None = None) -> Launch:
        given = tuple(args)
        return self._launch_checked(given, stream) or super().launch(given, stream, output)

    def launch_plain(self, args: tuple[Any, ...], stream: object) -> Launch | None:
        lane = self._last
        if lane is None or lane.given is not stream or (lane.asked is not None and lane.asked() != lane.said):
            lane = self._last = self._lane(stream)
            if lane is None:
                return None
        return lane.start(args) or self._start_otherwise(lane, args)

    def _start_otherwise(self, lane: Lane, args: tuple[Any, ...]) -> Launch | None:
        """In the way that there is for arguments of these classes, which is the lane's from now on, and with an open flight."""
        classes = tuple(map(type, args))
        if classes not in lane.starts:
            reading = reading_of(self.entry, args, self._device, lane.stream)
            lane.starts[classes] = None if reading is None else start_of(lane, reading)
        start = lane.starts[classes]
        if start is None:
            return None
        if not lane.open:
            lane.open.append(lane.new_flight())
        elif start is lane.start:
            return None
        lane.start = start
        return start(args)

    def _launch_checked(self, args: tuple[object, ...], stream: object) -> Launch | None:
        """With arguments read as of any launch; None where one is an array of the host."""
        lane = self._lane(stream)
        if lane is None:
            return None
        arguments = check_arguments(self.entry, args, Gpu(self._device, lane.stream))
        found = [argument for argument in arguments if isinstance(argument, ScalarArgument | DeviceArgument)]
        if len(found) != len(arguments):
            return None
        for arrival in arrivals(found, lane.stream):
            arrival.hold_back(lane.stream)
        flight = lane.take_flight()
        page = flight.page
        cells = pack_slots(found, [flight.control + offset for offset in lane.work.behind_cells])
        ctypes.memmove(page.cells, cells, len(cells))
        make_current()
        return start_read(lane, flight, arguments)

    def _lane(self, stream: object) -> Lane | None:
        """The lane of a stream of CUDA; None for what is none. Raises InputError for what is no stream at all."""
        key = stream if type(stream) is int else id(stream)
        found = self._lanes.get(key)
        if found is not None and key is stream:
            return found
        handle = cuda_stream(stream)
        if handle is None or self._work is None:
            return None
        if found is None or found.stream != handle:
            make_current()
            if len(self._lanes) >= _MOST_LANES:
                # Streams come and go.
                self._lanes = {known: lane for known, lane in self._lanes.items() if not lane.is_idle()}
            # An object's number is its own as long as the lane holds it.
            found = self._lanes[key] = Lane(self._work, stream, handle)
        return found


def _start(kernel: CudaKernel, entry: Entry, args: Sequence[object], options: Options, output: Output | None) -> Launch:
    return launch_on_cuda(kernel, entry, args, options)


def _work(kernel: CudaKernel, entry: Entry, options: Options, found: Calls) -> Work:
    grid = grid_of(kernel, entry, options, sizes_of(entry, options))
    return Work(
        entry,
        options,
        function=pointer(int(kernel.kernel.handle)),
        blocks=grid.blocks,
        warps=grid.warps,
        layout=ResultLayout(entry.results, options.instances),
        initial=initial_control(Addresses(0, 0, 0), NO_MEMORY, Launched(options.instances, grid.blocks * grid.warps, WARP)),
        cells=sum(cell_counts(entry)),
        calls=found,
    )

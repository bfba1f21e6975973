"""
A launch on an NVIDIA GPU.

The dynamic executor's blocks stay until the program has ended, and wait for each other: the launch is cooperative, and has no
more blocks than the device holds at once. The stop word lies in memory of the host, which the device reads.

A launch is in a stream of its own, or in one of CUDA's that the caller names. In the caller's it stands as soon as `launch` returns: what
is put there afterwards runs behind it. No Python runs in a callback of the driver: the end is an event that the host looks at.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asyncir.abi import SCALAR_BYTES, Entry
from asyncir.errors import InputError
from asyncir.runtime.arena import Arena, Census, count_tasks
from asyncir.runtime.arguments import Argument, ArrayArgument, DeviceArgument, Gpu, ScalarArgument, check_arguments
from asyncir.runtime.capacity import Capacities, Device, capacities
from asyncir.runtime.control import Launched
from asyncir.runtime.cuda_driver import (
    Event,
    StreamMemory,
    arrival_stream,
    as_ours,
    check,
    clear,
    copy_to_host,
    core,
    device_capability,
    driver,
    finish_stream,
    make_current,
    stop_stream,
    total_memory,
    wait_until,
)
from asyncir.runtime.cuda_memory import ArrayCopy, Resources, address_of, give_back, take_resources
from asyncir.runtime.cuda_streams import cuda_stream
from asyncir.runtime.host import count_tasks as count_tasks_compiled
from asyncir.runtime.launch import Launch, Options, QueuedLaunch
from asyncir.runtime.outcome import Remains
from asyncir.runtime.results import ResultLayout
from asyncir.runtime.sites import location_of_entry
from asyncir.runtime.slots import Slots, Stream
from asyncir.runtime.statistics import Times

if TYPE_CHECKING:
    import numpy

    from asyncir.runtime.results import Result

__all__ = ["CudaKernel", "device_capability", "launch_on_cuda"]

LEAST_ARENA_BYTES = 128 << 20
WARP = 32
INLINE_BLOCK_WARPS = 4
MAX_PLAIN_SHARED_BYTES = 48 << 10
"""A kernel that takes more of a block's shared memory must say so before it is launched."""

_SLOTS = Slots(4)
"""Launches that are on the device at once. A dynamic one fills it; the others' memory is made ready meanwhile."""

_NAP_SECONDS = 100e-6
_SMALL_ARENA = 1 << 20


class CudaKernel:
    """A kernel loaded on the device."""

    def __init__(self, ptx: str, name: str) -> None:
        self.name = name
        make_current()
        try:
            self._code = core().ObjectCode.from_ptx(ptx.encode())
            self.kernel = self._code.get_kernel(name)
        except Exception as error:
            if "UNSUPPORTED_PTX_VERSION" in str(error):
                raise InputError(f"the driver is too old for the code of @{name}", help="a newer NVIDIA driver takes it") from error
            raise as_ours(error, f"loading @{name}") from error

    def resident_blocks(self, threads: int, shared: int) -> int:
        """How many blocks of so many threads, with so many bytes of shared memory each, a multiprocessor holds at once."""
        if shared > MAX_PLAIN_SHARED_BYTES:
            attribute = driver().CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES
            check(driver().cuKernelSetAttribute(attribute, shared, driver().CUkernel(int(self.kernel.handle)), make_current().device_id))
        return int(self.kernel.occupancy.max_active_blocks_per_multiprocessor(threads, shared))


@dataclass(frozen=True)
class Grid:
    """A launch's blocks: how many, of how many warps, each with how much dynamic shared memory."""

    blocks: int
    warps: int
    shared: int


def launch_on_cuda(kernel: CudaKernel, entry: Entry, values: Sequence[object], options: Options) -> Launch:
    """Starts `kernel`; raises InputError for arguments that do not fit, before anything runs."""
    given_stream = cuda_stream(options.stream)
    gpu = Gpu(int(make_current().device_id), arrival_stream() if given_stream is None else given_stream)
    arguments = check_arguments(entry, values, gpu)
    _reject_overlaps(entry, arguments)
    launch = CudaLaunch(kernel, entry, arguments, options, given_stream)
    launch.submit()
    while given_stream is not None and launch.in_line():
        # What the caller puts into his stream next must stand behind the kernel. So here, as in the driver, a full line is waited for.
        time.sleep(_NAP_SECONDS)
    return launch


class CudaLaunch(QueuedLaunch):
    """A kernel on a stream of its own, or of the caller's."""

    ends_by_itself = False

    def __init__(
        self, kernel: CudaKernel, entry: Entry, arguments: tuple[Argument, ...], options: Options, given_stream: int | None
    ) -> None:
        stream = options.stream if isinstance(options.stream, Stream) else None
        super().__init__(entry, arguments, options, _SLOTS, stream)
        self._kernel = kernel
        self._sizes = sizes_of(entry, options)
        self._grid = grid_of(kernel, entry, options, self._sizes)
        self._given_stream = given_stream
        self._arrivals = arrivals(arguments, given_stream)
        self._layout = ResultLayout(entry.results, options.instances)
        self._copies: dict[int, ArrayCopy] = {}
        self._held: Resources | None = None
        self._left = False
        self._told_to_stop = False

    @property
    def _resources(self) -> Resources:
        assert self._held is not None, "a launch has memory from its begin on"
        return self._held

    def _start(self) -> None:
        device, options = make_current(), self._options
        self._held = take_resources(self._sizes)
        self._stream = device.create_stream() if self._given_stream is None else core().Stream.from_handle(self._given_stream)
        self._handle = int(self._stream.handle)
        for arrival in self._arrivals:
            arrival.hold_back(self._handle)
        lanes, seed = (1, options.seed) if options.deterministic else (WARP, 0)
        self._resources.prepare(self._sizes, Launched(options.instances, self.workers, lanes, seed), self._handle)
        self._result_memory = StreamMemory(self._layout.bytes, self._handle)
        clear(self._result_memory.address, self._layout.bytes, self._handle)
        self._resources.ready.record(self._handle)
        self._enqueue()

    def _enqueue(self) -> None:
        values = self._kernel_arguments()
        grid, cooperative = self._grid, self.entry.executor == "dynamic" and self.entry.waits
        config = core().LaunchConfig(grid=grid.blocks, block=grid.warps * WARP, shmem_size=grid.shared, is_cooperative=cooperative)
        try:
            self._resources.start.record(self._handle)
            core().launch(self._stream, config, self._kernel.kernel, *values)
            self._resources.end.record(self._handle)
        except Exception as error:
            raise as_ours(error, f"launching @{self.entry.name}") from error

    def _kernel_arguments(self) -> list[object]:
        import numpy

        unsigned = {1: numpy.uint8, 2: numpy.uint16, 4: numpy.uint32, 8: numpy.uint64}
        values: list[object] = []
        for index, argument in enumerate(self._arguments):
            if isinstance(argument, ScalarArgument):
                values.append(unsigned[SCALAR_BYTES[argument.type]](argument.bits))
            else:
                values += [numpy.uint64(self._array_address(index, argument)), *map(numpy.int64, argument.dynamic_sizes)]
        results = [self._result_memory.address + offset for offset in self._layout.offsets]
        values += [numpy.uint64(address) for address in (*results, self._resources.control.address)]
        return [*values, numpy.int64(self._options.instances)]

    def _array_address(self, index: int, argument: ArrayArgument | DeviceArgument) -> int:
        """The same array given twice is one array on the device too. One that lies there is used where it lies."""
        if isinstance(argument, DeviceArgument):
            return argument.address
        for other, copy in self._copies.items():
            given = self._arguments[other]
            if isinstance(given, ArrayArgument) and given.address == argument.address and given.array.nbytes:
                return copy.address
        self._copies[index] = ArrayCopy(argument, self._handle)
        return self._copies[index].address

    @property
    def workers(self) -> int:
        return self._grid.blocks * self._grid.warps

    def _ended_within(self, seconds: float) -> bool:
        make_current()
        return wait_until(self._is_done, seconds)

    def _is_done(self) -> bool:
        if self._left:
            return True
        try:
            self._left = self._resources.end.passed()
        except Exception as error:
            raise as_ours(error, f"@{self.entry.name}") from error
        return self._left

    def _set_stop_word(self) -> None:
        make_current()
        self._resources.tell_to_stop(stop_stream())
        self._told_to_stop = True

    def _remains(self) -> Remains:
        make_current()
        if self._told_to_stop:
            # What is under way to this launch's control block must not reach the next one's.
            finish_stream(stop_stream())
        state = self._resources.read_control()
        # On the CPU tasks write to the arrays themselves: what a failed launch wrote is seen there, so it is here.
        for copy in self._copies.values():
            copy.copy_back()
        return Remains(self.entry, state, self._resources.read_arena, _census)

    def _peek(self) -> Remains:
        make_current()
        return Remains(self.entry, self._resources.peek_control(), self._resources.read_arena, _census)

    def _results(self) -> tuple[Result, ...]:
        data = bytearray(self._layout.bytes)
        copy_to_host(address_of(data), self._result_memory.address, len(data))
        return self._layout.values(bytes(data))

    def _times(self) -> Times:
        return self._resources.times()

    def _memory_bytes(self) -> int:
        return self._resources.bytes + self._layout.bytes

    def _release(self) -> None:
        for copy in self._copies.values():
            copy.free()
        self._result_memory.free()
        give_back(self._resources)

    def _view(self, argument: int, given: ArrayArgument) -> numpy.ndarray[Any, numpy.dtype[Any]]:
        for index, copy in self._copies.items():
            other = self._arguments[index]
            if index == argument or (isinstance(other, ArrayArgument) and other.address == given.address):
                return copy.view()
        raise InputError(f"argument {argument + 1} of @{self.entry.name} cannot be viewed: the launch has not begun")


def sizes_of(entry: Entry, options: Options) -> Capacities:
    """What a launch on this GPU has; raises InputError for what cannot be."""
    return capacities(entry, options.capacity, Device(WARP, LEAST_ARENA_BYTES, total_memory() // 4), options.instances)


def grid_of(kernel: CudaKernel, entry: Entry, options: Options, sizes: Capacities) -> Grid:
    """
    Static: a block for each instance. Inline, and dynamic where no worker waits: a thread (lane scope) or a warp (warp scope) for each
    instance. Else what the device holds at once.
    """
    if entry.executor == "static":
        return _static_grid(kernel, entry, options)
    if entry.executor != "dynamic" or not (entry.waits or options.deterministic or options.workers):
        per_block = INLINE_BLOCK_WARPS if entry.scope == "warp" else INLINE_BLOCK_WARPS * WARP
        return Grid(-(-options.instances // per_block), INLINE_BLOCK_WARPS, 0)
    warps = 1 if options.deterministic else entry.block_warps
    shared = warps * sizes.workspace_bytes
    _check_shared(entry, sizes, shared)
    per_processor = min(kernel.resident_blocks(warps * WARP, shared), entry.blocks_per_processor)
    if per_processor < 1:
        raise InputError(f"@{entry.name} needs more registers or shared memory than a multiprocessor has for a block")
    resident = per_processor * make_current().properties.multiprocessor_count
    wanted = 1 if options.deterministic else resident if options.workers is None else -(-options.workers // warps)
    return Grid(min(resident, wanted), warps, shared)


def _static_grid(kernel: CudaKernel, entry: Entry, options: Options) -> Grid:
    most = int(make_current().properties.max_shared_memory_per_block_optin)
    if entry.block_bytes > most:
        message = f"a block of @{entry.name} takes {entry.block_bytes} bytes of shared memory, the GPU has {most}"
        raise InputError(message, location_of_entry(entry), help="use tile channels with fewer slots, or smaller tiles")
    if kernel.resident_blocks(entry.block_warps * WARP, entry.block_bytes) < 1:
        raise InputError(f"@{entry.name} needs more registers than a multiprocessor has for a block of {entry.block_warps} warps")
    return Grid(options.instances, entry.block_warps, entry.block_bytes)


def _check_shared(entry: Entry, sizes: Capacities, shared: int) -> None:
    most = int(make_current().properties.max_shared_memory_per_block_optin)
    if shared > most:
        raise InputError(
            f"stack is {sizes.stack_words} words: the stacks of a block of @{entry.name} take {shared} bytes of shared memory, "
            f"the GPU has {most}",
            location_of_entry(entry),
            help="launch with a smaller stack",
        )


def arrivals(arguments: Sequence[Argument], given_stream: int | None) -> list[Event]:
    """Points behind which arrays of other packages are there, in streams other than the launch's own."""
    streams = {argument.buffer.ready_on for argument in arguments if isinstance(argument, DeviceArgument)}
    events: list[Event] = []
    for stream in streams - {None, given_stream}:
        assert stream is not None
        events.append(Event())
        events[-1].record(stream)
    return events


def _reject_overlaps(entry: Entry, arguments: Sequence[Argument]) -> None:
    """Arrays that share a part of their memory would be two on the device."""
    spans: list[tuple[int, int, int]] = []
    for index, argument in enumerate(arguments):
        if isinstance(argument, ArrayArgument) and argument.array.nbytes:
            spans.append((argument.address, argument.address + int(argument.array.nbytes), index))
    spans.sort()
    for (start, end, first), (next_start, next_end, second) in itertools.pairwise(spans):
        visible = [getattr(entry.parameters[index], "host_visible", False) for index in (first, second)]
        if next_start < end and ((start, end) != (next_start, next_end) or visible[0] != visible[1]):
            raise InputError(f"arguments {first + 1} and {second + 1} of @{entry.name} share memory: on the GPU they would be two arrays")


def _census(arena: Arena) -> Census:
    if arena.used <= _SMALL_ARENA:
        return count_tasks(arena)
    return count_tasks_compiled(arena)

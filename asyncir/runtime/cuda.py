"""
A launch on an NVIDIA GPU.

The dynamic executor's blocks stay until the program has ended, and wait for each other: the launch is cooperative, and has no
more blocks than the device holds at once. The stop word lies in memory of the host, which the device reads.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from asyncir.abi import SCALAR_BYTES, Entry
from asyncir.errors import InputError
from asyncir.runtime.arena import Arena, Census, count_tasks
from asyncir.runtime.arguments import Argument, ArrayArgument, ScalarArgument, check_arguments
from asyncir.runtime.control import checked_arena_bytes
from asyncir.runtime.cuda_driver import (
    StreamMemory,
    as_ours,
    clear,
    copy_to_host,
    core,
    device_capability,
    make_current,
)
from asyncir.runtime.cuda_memory import ArrayCopy, address_of, give_back, take_workspace
from asyncir.runtime.host import count_tasks as count_tasks_compiled
from asyncir.runtime.launch import RUNNING, Launch, Options
from asyncir.runtime.outcome import Remains
from asyncir.runtime.results import ResultLayout

if TYPE_CHECKING:
    import numpy

    from asyncir.runtime.results import Result

__all__ = ["CudaKernel", "device_capability", "launch_on_cuda"]

DEFAULT_ARENA_BYTES = 256 << 20
THREADS_PER_BLOCK = 128
WARP = 32
BLOCKS_PER_SM = 2
"""Of the dynamic executor: more blocks add contention for the queues faster than they hide latency."""

_SPIN_SECONDS = 200e-6
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

    def resident_blocks(self) -> int:
        """How many blocks of it the device holds at once."""
        per_sm = self.kernel.occupancy.max_active_blocks_per_multiprocessor(THREADS_PER_BLOCK, 0)
        return min(per_sm, BLOCKS_PER_SM) * make_current().properties.multiprocessor_count


def launch_on_cuda(kernel: CudaKernel, entry: Entry, values: Sequence[object], options: Options) -> Launch:
    """Starts `kernel`; raises InputError for arguments that do not fit, before anything runs."""
    arguments = check_arguments(entry, values)
    _reject_overlaps(entry, arguments)
    return CudaLaunch(kernel, entry, arguments, options)


class CudaLaunch(Launch):
    """A kernel on a stream of its own."""

    def __init__(self, kernel: CudaKernel, entry: Entry, arguments: tuple[Argument, ...], options: Options) -> None:
        super().__init__(entry, arguments, options)
        device = make_current()
        self._workspace = take_workspace(checked_arena_bytes(options.arena_bytes, DEFAULT_ARENA_BYTES))
        self._stream = device.create_stream()
        self._handle = int(self._stream.handle)
        self._layout = ResultLayout(entry.results, options.instances)
        self._copies: dict[int, ArrayCopy] = {}
        self._blocks = _blocks(kernel, entry, options)
        self._left = False
        self._workspace.prepare(options.instances, self._handle)
        self._result_memory = StreamMemory(self._layout.bytes, self._handle)
        clear(self._result_memory.address, self._layout.bytes, self._handle)
        self._start(kernel)
        RUNNING.add(self)

    def _start(self, kernel: CudaKernel) -> None:
        values = self._kernel_arguments()
        config = core().LaunchConfig(grid=self._blocks, block=THREADS_PER_BLOCK, is_cooperative=self.entry.executor == "dynamic")
        try:
            core().launch(self._stream, config, kernel.kernel, *values)
            self._event = self._stream.record()
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
        values += [numpy.uint64(address) for address in (*results, self._workspace.control.address)]
        return [*values, numpy.int64(self._options.instances)]

    def _array_address(self, index: int, argument: ArrayArgument) -> int:
        """The same array given twice is one array on the device too."""
        for other, copy in self._copies.items():
            given = self._arguments[other]
            if isinstance(given, ArrayArgument) and given.address == argument.address and given.array.nbytes:
                return copy.address
        self._copies[index] = ArrayCopy(argument, self._handle)
        return self._copies[index].address

    @property
    def workers(self) -> int:
        return self._blocks * (THREADS_PER_BLOCK // WARP)

    def _ended_within(self, seconds: float) -> bool:
        now = time.monotonic()
        end, spin = now + seconds, now + min(seconds, _SPIN_SECONDS)
        while not self._is_done():
            now = time.monotonic()
            if now >= end:
                return False
            if now >= spin:
                time.sleep(min(_NAP_SECONDS, end - now))
        return True

    def _is_done(self) -> bool:
        if self._left:
            return True
        try:
            self._left = bool(self._event.is_done)
        except Exception as error:
            RUNNING.discard(self)
            raise as_ours(error, f"@{self.entry.name}") from error
        return self._left

    def _set_stop_word(self) -> None:
        self._workspace.set_stop_word(1)

    def _remains(self) -> Remains:
        make_current()
        RUNNING.discard(self)
        state = self._workspace.read_control()
        # On the CPU tasks write to the arrays themselves: what a failed launch wrote is seen there, so it is here.
        for copy in self._copies.values():
            copy.copy_back()
        return Remains(self.entry, state, self._workspace.read_arena, _census)

    def _results(self) -> tuple[Result, ...]:
        data = bytearray(self._layout.bytes)
        copy_to_host(address_of(data), self._result_memory.address, len(data))
        return self._layout.values(bytes(data))

    def _release(self) -> None:
        for copy in self._copies.values():
            copy.free()
        self._result_memory.free()
        give_back(self._workspace)

    def _view(self, argument: int, given: ArrayArgument) -> numpy.ndarray[Any, numpy.dtype[Any]]:
        for index, copy in self._copies.items():
            other = self._arguments[index]
            if index == argument or (isinstance(other, ArrayArgument) and other.address == given.address):
                return copy.view()
        raise InputError(f"argument {argument + 1} of @{self.entry.name} cannot be viewed")


def _blocks(kernel: CudaKernel, entry: Entry, options: Options) -> int:
    """Inline: a thread (lane scope) or a warp (warp scope) for each instance. Dynamic: what the device holds at once."""
    warps_per_block = THREADS_PER_BLOCK // WARP
    if entry.executor != "dynamic":
        per_block = warps_per_block if entry.scope == "warp" else THREADS_PER_BLOCK
        return -(-options.instances // per_block)
    resident = kernel.resident_blocks()
    if resident < 1:
        raise InputError(f"@{entry.name} needs more registers or shared memory than a multiprocessor has for a block")
    wanted = resident if options.workers is None else -(-options.workers // warps_per_block)
    return min(resident, wanted)


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

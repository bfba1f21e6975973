"""
NVIDIA's driver through cuda-core and its bindings: loaded on first use, with errors as ours.

cuda-core has devices, code, streams and launches; memory is taken from the driver's own functions, which the bindings give one
to one.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingImports=false, reportMissingModuleSource=false, reportAttributeAccessIssue=false
from __future__ import annotations

import ctypes
import time
import weakref
from collections import deque
from collections.abc import Callable
from functools import cache
from typing import Any

from asyncir.errors import AsyncirError, InputError, InternalError, ResourceError
from asyncir.runtime.devices import driver_library

_INSTALL = "the extra [gpu] of asyncir installs it: pip install 'asyncir[gpu]'"
_OUT_OF_MEMORY = 2
_NOT_READY = 600
_WITHOUT_TIME = 2
"""CU_EVENT_DISABLE_TIMING."""
_STICKY = range(700, 720)
"""Errors after which the process's context on the device is dead."""
_SPIN_SECONDS = 200e-6
_NAP_SECONDS = 100e-6


@cache
def core() -> Any:
    """cuda-core; raises InputError that says what is missing."""
    if driver_library() is None:
        raise InputError("there is no NVIDIA driver on this machine", help="target 'cpu' runs every program that needs no GPU")
    try:
        import cuda.core
    except ImportError as error:
        raise InputError(f"the package cuda-core is needed for the GPU: {error}", help=_INSTALL) from error
    return cuda.core


@cache
def driver() -> Any:
    """The driver's functions."""
    core()
    try:
        from cuda.bindings import driver as bindings
    except ImportError as error:
        raise InputError(f"the package cuda-bindings is needed for the GPU: {error}", help=_INSTALL) from error
    return bindings


@cache
def device() -> Any:
    """The first GPU, with its context current on this thread."""
    try:
        found = core().Device(0)
        found.set_current()
    except AsyncirError:
        raise
    except Exception as error:
        # Each layer of the bindings has exceptions of its own for no device, a driver too old, a lost device.
        raise InputError(f"the GPU cannot be used: {' '.join(str(error).split())}", help="asyncir doctor says what is missing") from error
    return found


def make_current() -> Any:
    """The device, current on the calling thread: contexts are a thread's."""
    found = device()
    found.set_current()
    return found


def device_capability() -> tuple[int, int]:
    """The device's compute capability: (9, 0) for an H200."""
    major, minor = device().compute_capability
    return int(major), int(minor)


def check(returned: tuple[Any, ...]) -> Any:
    """The value of a driver call, which returns a status and values; raises for a status other than success."""
    status, *values = returned
    if int(status) != 0:
        raise driver_error(int(status), getattr(status, "name", str(status)))
    return values[0] if len(values) == 1 else tuple(values)


def driver_error(number: int, name: str) -> AsyncirError:
    """The error for a driver's status."""
    if number == _OUT_OF_MEMORY:
        return ResourceError("memory of the GPU", "arena", help="launch with a smaller arena, or smaller arrays")
    if number in _STICKY:
        return InternalError(f"the GPU ended the kernel with {name}", help="this process cannot use the GPU any more: start a new one")
    return InternalError(f"the CUDA driver reports {name}")


def as_ours(error: Exception, doing: str) -> AsyncirError:
    """An exception of cuda-core as one of ours. It carries the driver's status only in its text."""
    if isinstance(error, AsyncirError):
        return error
    text = " ".join(str(error).split())
    names = [word.strip(":,.;()") for word in text.split() if word.startswith("CUDA_ERROR_")]
    if names:
        status = getattr(driver().CUresult, names[0], None)
        if status is not None and (int(status) in _STICKY or int(status) == _OUT_OF_MEMORY):
            return driver_error(int(status), names[0])
    return InternalError(f"{doing} failed: {text or type(error).__name__}")


@cache
def total_memory() -> int:
    """Bytes of the device's memory."""
    device()
    return int(check(driver().cuDeviceTotalMem(check(driver().cuCtxGetDevice()))))


@cache
def stop_stream() -> int:
    """A stream that no kernel is ever in: what is put there passes those that run."""
    make_current()
    return int(check(driver().cuStreamCreate(int(driver().CUstream_flags.CU_STREAM_NON_BLOCKING))))


@cache
def arrival_stream() -> int:
    """A stream that other packages' arrays are handed over in: each is ready behind the end that it has then."""
    make_current()
    return int(check(driver().cuStreamCreate(int(driver().CUstream_flags.CU_STREAM_NON_BLOCKING))))


def wait_until(is_so: Callable[[], bool], seconds: float) -> bool:
    """Asks so long at most, at first without a pause: short kernels end before a thread that sleeps is woken. Whether it is so."""
    now = time.monotonic()
    end, spin = now + seconds, now + min(seconds, _SPIN_SECONDS)
    while not is_so():
        now = time.monotonic()
        if now >= end:
            return False
        if now >= spin:
            time.sleep(min(_NAP_SECONDS, end - now))
    return True


def finish_stream(stream: int) -> None:
    """Waits until all that was put into a stream has been done."""
    check(driver().cuStreamSynchronize(stream))


class Event:
    """A point in a stream, with the time at which the device passed it, unless it is not `timed`, which makes it cheaper."""

    def __init__(self, *, timed: bool = True) -> None:
        self._event = check(driver().cuEventCreate(0 if timed else _WITHOUT_TIME))
        # A failure means that the context is gone.
        weakref.finalize(self, driver().cuEventDestroy, self._event)

    @property
    def handle(self) -> int:
        return int(self._event)

    def record(self, stream: int) -> None:
        check(driver().cuEventRecord(self._event, stream))

    def hold_back(self, stream: int) -> None:
        """What is put into `stream` from now on waits until the device has passed this point."""
        check(driver().cuStreamWaitEvent(stream, self._event, 0))

    def passed(self) -> bool:
        """Whether the device has come there; raises what went wrong before."""
        (status,) = driver().cuEventQuery(self._event)
        if int(status) == _NOT_READY:
            return False
        check((status,))
        return True

    def milliseconds_since(self, earlier: Event) -> float:
        """Between two points that were passed."""
        return float(check(driver().cuEventElapsedTime(earlier._event, self._event)))


def _taken(returned: tuple[Any, ...], size: int, purpose: str, option: str) -> int:
    """The address that an allocation gave; what there is not enough of, how much was wanted, and what makes it less, if it gave none."""
    try:
        return int(check(returned))
    except ResourceError as error:
        help = f"launch with a smaller {option}, or with fewer launches at the same time"
        raise ResourceError("memory of the GPU", option, size, purpose=purpose, help=help) from error


class DeviceMemory:
    """Memory of the device; freed with this object. Freeing waits for the device: not for the path of a launch."""

    def __init__(self, size: int, purpose: str = "", option: str = "arena") -> None:
        self.size = size
        self.address = _taken(driver().cuMemAlloc(max(size, 1)), size, purpose, option)
        weakref.finalize(self, _free_device, self.address)


def _free_device(address: int) -> None:
    # A failure means that the context is gone, and its memory with it.
    driver().cuMemFree(address)


class StreamMemory:
    """Memory of the device for one launch: taken and freed in the order of a stream."""

    def __init__(self, size: int, stream: int) -> None:
        self._stream = stream
        self.address = _taken(driver().cuMemAllocAsync(max(size, 1), stream), size, "arrays and results", "arena")

    def free(self) -> None:
        check(driver().cuMemFreeAsync(self.address, self._stream))


_LEAST_PINNED = 4096
_MEBIBYTE = 1 << 20
_unused_pinned: dict[int, deque[int]] = {}
"""Addresses of pinned memory that nobody uses, by size. It is kept: freeing waits for all kernels that run, and one may be endless."""


class PinnedMemory:
    """
    Memory of the host that the device reads and writes while both run; `buffer` keeps it alive, views of it included.

    What is in it at first is left from who had it before.
    """

    def __init__(self, size: int) -> None:
        self.size = max(size, 1)
        block = max(_LEAST_PINNED, 1 << (self.size - 1).bit_length()) if self.size < _MEBIBYTE else -(-self.size // _MEBIBYTE) * _MEBIBYTE
        unused = _unused_pinned.setdefault(block, deque())
        try:
            self.host_address = unused.pop()
        except IndexError:
            self.host_address = _pin(block)
        self.device_address = int(check(driver().cuMemHostGetDevicePointer(self.host_address, 0)))
        self.buffer = (ctypes.c_char * self.size).from_address(self.host_address)
        # Called wherever the last view goes, also where the garbage is collected: a deque needs no lock.
        weakref.finalize(self.buffer, unused.append, self.host_address)


def _pin(size: int) -> int:
    api = driver()
    return int(check(api.cuMemHostAlloc(size, int(api.CU_MEMHOSTALLOC_PORTABLE) | int(api.CU_MEMHOSTALLOC_DEVICEMAP))))


def free_unused_pinned() -> None:
    """Gives it back to the system; for moments at which no kernel runs."""
    for addresses in list(_unused_pinned.values()):
        while addresses:
            # A failure means that the context is gone, and there is nothing left to free.
            driver().cuMemFreeHost(addresses.pop())


def copy_to_device(address: int, source: int, size: int, stream: int) -> None:
    """Starts a copy; the source must stay as it is until the stream has passed it, unless it is pageable."""
    if size:
        check(driver().cuMemcpyHtoDAsync(address, source, size, stream))


def copy_to_host(target: int, address: int, size: int) -> None:
    """Copies, and waits for it; not for kernels that run."""
    if size:
        check(driver().cuMemcpyDtoHAsync(target, address, size, stop_stream()))
        finish_stream(stop_stream())


def clear(address: int, size: int, stream: int) -> None:
    """Starts to write zeros."""
    if size:
        check(driver().cuMemsetD8Async(address, 0, size, stream))

"""
The driver's functions that a prepared launch calls, straight from its library: what lies in memory as the driver reads it already needs no
conversion, which is most of what a call through the bindings costs.

    cuLaunchKernelEx(configuration, kernel, addresses of the arguments, nothing)      four addresses
    cuEventRecord(event, stream), cuEventQuery(event), cuCtxGetCurrent(&context)

What ctypes can pass as an address without making anything for it are bytes, as that of their first one, and what `byref` gave. So the
configuration and the table of addresses are bytes, and what the driver calls a handle is a Pointer that was made before.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from asyncir.runtime.cuda_driver import driver, driver_error, make_current
from asyncir.runtime.devices import driver_library

NOT_READY = 600
_OF_THE_CONTEXT = frozenset({3, 201, 400})
"""What a call says that finds no context on its thread, or another device's: not initialized, no valid context, not its handle."""

_CONFIGURATION = struct.Struct("<7I4xQQI4x")
"""CUlaunchConfig: grid, block, dynamic shared memory in bytes, stream, attributes and their number."""


Pointer = Any
"""What ctypes' `byref` gives, which the type checkers have no name for."""


def pointer(address: int) -> Pointer:
    """An address, to be passed many times. Nothing is read there."""
    return ctypes.byref(ctypes.c_char.from_address(address))


def address_of(pointer: Pointer) -> int:
    """That of which it was made."""
    return ctypes.addressof(pointer._obj)


@dataclass(frozen=True)
class Calls:
    """Functions of the driver. Each gives a status; all but `launch` and `record` return at once whatever the device does."""

    launch: Callable[[bytes, Pointer, bytes, None], int]
    """
    Of configuration, kernel and addresses of arguments. Without the interpreter's lock: a queue may be full, and then this waits for the
    device. To keep the lock would save 50 ns.
    """
    record: Callable[[Pointer, Pointer], int]
    """Of event and stream."""
    query: Callable[[Pointer], int]
    """Of an event: whether the device has passed it. With the interpreter's lock, which costs more than the call to give away."""
    current: Callable[[], int]
    """The context of the calling thread; 0: none. No status."""


@cache
def calls() -> Calls | None:
    """The functions; None where the driver is older than they are."""
    library = driver_library()
    if library is None or not hasattr(library, "cuLaunchKernelEx"):
        return None
    query, current = (_holding_the_lock(getattr(library, name)) for name in ("cuEventQuery", "cuCtxGetCurrent"))

    def current_context() -> int:
        context = ctypes.c_void_p()
        return 0 if current(ctypes.byref(context)) != 0 else context.value or 0

    # By index they are functions of their own, whatever types others have given to the library's.
    return Calls(library["cuLaunchKernelEx"], library["cuEventRecord"], query, current_context)


def _holding_the_lock(function: Any) -> Any:
    address = ctypes.cast(function, ctypes.c_void_p).value
    assert address is not None, "a function that was found has an address"
    return ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(address)


def again(status: int, call: Callable[[], int]) -> int:
    """A call's status; the call is made once more if all that it lacked was the context on this thread."""
    if status in _OF_THE_CONTEXT:
        make_current()
        return call()
    return status


def succeed(status: int) -> None:
    """Raises the error for a status other than success."""
    if status == 0:
        return
    try:
        name = str(driver().CUresult(status).name)
    except ValueError:
        name = f"status {status}"
    raise driver_error(status, name)


def configuration(blocks: int, threads: int, shared: int, stream: int) -> bytes:
    """A launch's blocks, threads of each and bytes of dynamic shared memory of each, and its stream, as the driver reads them."""
    return _CONFIGURATION.pack(blocks, 1, 1, threads, 1, 1, shared, stream, 0, 0)

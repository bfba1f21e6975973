"""Whether there is a GPU, without loading anything for it where there is none."""

from __future__ import annotations

import ctypes
import sys
from functools import cache

_LIBRARIES = ("nvcuda.dll",) if sys.platform == "win32" else ("libcuda.so.1", "libcuda.so")


@cache
def driver_library() -> ctypes.CDLL | None:
    """NVIDIA's driver library, if this machine has one."""
    for name in _LIBRARIES:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None


@cache
def device_count() -> int:
    """How many GPUs the driver offers; 0 without a driver. Asks the driver itself, so that no package is loaded for it."""
    library = driver_library()
    if library is None or library.cuInit(0) != 0:
        return 0
    count = ctypes.c_int(0)
    return count.value if library.cuDeviceGetCount(ctypes.byref(count)) == 0 else 0

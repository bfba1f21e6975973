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


_CAPABILITY = (75, 76)
"""CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR."""


@cache
def capability() -> tuple[int, int] | None:
    """The first GPU's compute capability; None without a GPU. Makes no context on it, unlike what launches."""
    library, device, value = driver_library(), ctypes.c_int(0), ctypes.c_int(0)
    if library is None or device_count() == 0 or library.cuDeviceGet(ctypes.byref(device), 0) != 0:
        return None
    found: list[int] = []
    for attribute in _CAPABILITY:
        if library.cuDeviceGetAttribute(ctypes.byref(value), attribute, device) != 0:
            return None
        found.append(value.value)
    return found[0], found[1]

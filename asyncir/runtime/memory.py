"""Memory of the host outside Python's heap: page-aligned, zeroed, committed only when touched."""

from __future__ import annotations

import ctypes
import mmap

from asyncir.errors import ResourceError


class Pages:
    """Anonymous pages. They live as long as this object: whoever gives their address away keeps it."""

    def __init__(self, size: int) -> None:
        self.size = size
        try:
            self._map = _anonymous(max(size, 1))
        except (OSError, ValueError) as error:
            raise ResourceError("memory of the host", "arena", needed=size, help="launch with a smaller arena or queue") from error
        self._first = ctypes.c_char.from_buffer(self._map)
        self.address = ctypes.addressof(self._first)

    def read(self, offset: int, size: int) -> bytes:
        return self._map[offset : offset + size]

    def write(self, offset: int, data: bytes) -> None:
        self._map[offset : offset + len(data)] = data

    def view(self, offset: int, size: int) -> memoryview:
        """The bytes themselves, not a copy."""
        return memoryview(self._map)[offset : offset + size]


def _anonymous(size: int) -> mmap.mmap:
    if not hasattr(mmap, "MAP_ANONYMOUS"):
        return mmap.mmap(-1, size)
    # Without a reserve: an arena is large and mostly never touched. The constant is in Python's module since 3.13 only.
    no_reserve = getattr(mmap, "MAP_NORESERVE", 0)
    return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | no_reserve)

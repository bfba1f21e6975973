"""Memory of the host outside Python's heap: page-aligned, zeroed, committed only when touched."""

from __future__ import annotations

import ctypes
import mmap
import sys

from asyncir.errors import ResourceError

_CHEAP_TO_CLEAR = 1 << 16
"""So many bytes are written over sooner than the system takes their pages back."""


class Pages:
    """
    Anonymous pages. They live as long as this object: whoever gives their address away keeps it.

    Raises ResourceError that says how much was wanted, `purpose` what for, and `option` what makes it less.
    """

    def __init__(self, size: int, purpose: str = "", option: str = "arena") -> None:
        self.size = size
        self._purpose = purpose
        self._option = option
        self._take()

    def _take(self) -> None:
        try:
            self._map = _anonymous(max(self.size, 1))
        except (OSError, ValueError) as error:
            raise self._too_much() from error
        self._first = ctypes.c_char.from_buffer(self._map)
        self.address = ctypes.addressof(self._first)

    def _too_much(self) -> ResourceError:
        help = f"launch with a smaller {self._option}, or with fewer launches at the same time"
        return ResourceError("memory of the host", self._option, self.size, purpose=self._purpose, help=help)

    def clear(self, used: int) -> None:
        """Zeros the first `used` bytes, all that was ever written to. Whoever has the address must ask for it again."""
        if used <= _CHEAP_TO_CLEAR:
            ctypes.memset(self.address, 0, min(used, self.size))
        elif sys.platform == "linux":
            # Gives the pages back; those touched again are zero. Elsewhere the system may leave them as they are.
            self._map.madvise(mmap.MADV_DONTNEED)
        else:
            self._take()

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

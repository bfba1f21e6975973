"""
Bytes by key in a directory, for many processes at a time and without locks.

An entry is a file of its own, named by its key. It is written beside its place and renamed, so that a reader sees a whole entry or none;
two who write one entry write the same. Invariant: a file counts only if it is this user's own and its checksum, which covers the key,
is right; any other is removed when it is met. Times of modification are times of use: the oldest entries go when there is no room.
"""

from __future__ import annotations

import itertools
import os
import re
import stat
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from asyncir.cache.settings import is_own, problem_of, settings

KEY_BYTES = 32
_MAGIC = b"asyncir cache 1\n"
_ENTRY = re.compile(rf"[0-9a-f]{{{2 * KEY_BYTES}}}\.kernel")
_UNFINISHED = re.compile(r"\d+-\d+-\d+\.unfinished")
_ABANDONED_SECONDS = 3600.0
"""What was begun so long ago was left by a process that ended."""

_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)

_numbers = itertools.count()


@dataclass(frozen=True)
class Usage:
    """What a store holds."""

    entries: int
    bytes: int


@dataclass(frozen=True)
class _Entry:
    used: int
    size: int
    path: str


def open_store() -> Store | None:
    """The store that the environment names; None if nothing is to be kept."""
    wanted = settings()
    return None if wanted.directory is None else Store(wanted.directory, wanted.limit)


class Store:
    """A directory of entries that takes at most `limit` bytes. It is made when something is first kept."""

    def __init__(self, directory: Path, limit: int) -> None:
        self.directory = directory
        self.limit = limit

    def get(self, key: bytes) -> bytes | None:
        """What was kept under `key`; None if there is nothing, or nothing that can be trusted."""
        path = self._path(key)
        try:
            if not is_own(self.directory.stat()):
                return None
            data = _read_own(path)
        except OSError:
            return None
        if data is None or not _is_whole(key, data):
            self.drop(key)
            return None
        with suppress(OSError):
            os.utime(path)
        return data[len(_MAGIC) + KEY_BYTES :]

    def put(self, key: bytes, data: bytes) -> bool:
        """Keeps `data` under `key`, and drops what was not used for longest if there is no room; whether it is kept now."""
        return self.put_all({key: data})

    def put_all(self, entries: Mapping[bytes, bytes]) -> bool:
        """As `put`, for several entries: that there is room is seen to once, which takes a look at all files."""
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not is_own(self.directory.stat()):
                return False
            kept = [self._put(key, data) for key, data in entries.items()]
        except OSError:
            return False
        self._shrink()
        return all(kept)

    def _put(self, key: bytes, data: bytes) -> bool:
        whole = _MAGIC + _checksum(key, data) + data
        if len(whole) > self.limit:
            return False
        _write(self._path(key), whole)
        return True

    def drop(self, key: bytes) -> None:
        """Forgets what is kept under `key`."""
        with suppress(OSError):
            os.unlink(self._path(key))

    def usage(self) -> Usage:
        """What is there now."""
        entries = self._entries()
        return Usage(len(entries), sum(entry.size for entry in entries))

    def problem(self) -> str | None:
        """Why nothing can be kept; None if it can."""
        return problem_of(self.directory)

    def _path(self, key: bytes) -> str:
        assert len(key) == KEY_BYTES
        return os.path.join(self.directory, f"{key.hex()}.kernel")

    def _shrink(self) -> None:
        """Other processes may do the same at the same time: what is gone already is as good as removed."""
        entries = self._entries()
        total = sum(entry.size for entry in entries)
        for entry in sorted(entries, key=lambda entry: entry.used):
            if total <= self.limit:
                return
            with suppress(OSError):
                os.unlink(entry.path)
            total -= entry.size

    def _entries(self) -> list[_Entry]:
        """All entries; what others left unfinished is removed on the way. Files of other names are nobody's business here."""
        found: list[_Entry] = []
        with suppress(OSError), os.scandir(self.directory) as files:
            for file in files:
                with suppress(OSError):
                    if _ENTRY.fullmatch(file.name):
                        status = file.stat(follow_symlinks=False)
                        found.append(_Entry(status.st_mtime_ns, status.st_size, file.path))
                    elif _UNFINISHED.fullmatch(file.name) and _is_abandoned(file):
                        os.unlink(file.path)
        return found


def _is_abandoned(file: os.DirEntry[str]) -> bool:
    return time.time() - file.stat(follow_symlinks=False).st_mtime > _ABANDONED_SECONDS


def _read_own(path: str) -> bytes | None:
    """The bytes of a regular file of this user's; None if it is another's. The file that was looked at is the one that is read."""
    with os.fdopen(os.open(path, _READ), "rb") as file:
        status = os.fstat(file.fileno())
        return file.read() if stat.S_ISREG(status.st_mode) and is_own(status) else None


def _write(path: str, data: bytes) -> None:
    fresh = os.path.join(os.path.dirname(path), f"{os.getpid()}-{threading.get_ident()}-{next(_numbers)}.unfinished")
    try:
        with os.fdopen(os.open(fresh, _CREATE, 0o600), "wb") as file:
            file.write(data)
        os.replace(fresh, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(fresh)
        raise


def _checksum(key: bytes, data: bytes) -> bytes:
    digest = blake2b(key, digest_size=KEY_BYTES)
    digest.update(data)
    return digest.digest()


def _is_whole(key: bytes, data: bytes) -> bool:
    start = len(_MAGIC) + KEY_BYTES
    return data.startswith(_MAGIC) and data[len(_MAGIC) : start] == _checksum(key, data[start:])

"""
Where compiled code is kept, and how much of it: ASYNCIR_CACHE and ASYNCIR_CACHE_SIZE (docs/cli.md).

Code from the directory is run, so the directory has to be its user's own: one that belongs to somebody else, or that others may
write into, is not used.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from asyncir.errors import InputError

CACHE = "ASYNCIR_CACHE"
SIZE = "ASYNCIR_CACHE_SIZE"
DEFAULT_LIMIT = 512 << 20

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


@dataclass(frozen=True)
class Settings:
    """The directory, which may not be there yet (None: nothing is kept), and the most bytes of it."""

    directory: Path | None
    limit: int


def settings() -> Settings:
    """What the environment says now. Raises InputError for a size that is none, and a directory that depends on where one is."""
    limit = _limit(os.environ.get(SIZE, ""))
    named = os.environ.get(CACHE, "")
    if named == "0" or limit == 0:
        return Settings(None, limit)
    return Settings(_absolute(named) if named else _users_directory(), limit)


def _absolute(named: str) -> Path:
    path = Path(named)
    if not path.is_absolute():
        raise InputError(f"{CACHE}={named} is no absolute path", help=f"{CACHE}=0 turns the cache off; without it, it is on")
    return path


def _limit(text: str) -> int:
    if not text:
        return DEFAULT_LIMIT
    match = re.fullmatch(r"(\d{1,15})([KMG]?)", text.strip(), re.IGNORECASE)
    if match is None:
        raise InputError(f"{SIZE}={text} is no size", help="a number of bytes, or one with K, M or G behind it: 512M")
    return int(match[1]) * _UNITS[match[2].upper()]


def _users_directory() -> Path | None:
    """The place for caches that the platform's customs name; None for a user who has no home."""
    import platformdirs

    try:
        return Path(platformdirs.user_cache_dir("asyncir", appauthor=False))
    except (OSError, RuntimeError):
        return None


def is_own(status: os.stat_result) -> bool:
    """Whether a file or directory belongs to this process's user, and nobody else may write to it. Windows keeps that elsewhere."""
    return not hasattr(os, "geteuid") or (status.st_uid == os.geteuid() and not status.st_mode & _OTHERS_WRITE)


def problem_of(directory: Path) -> str | None:
    """Why nothing can be kept in a directory; None if it can, or could once it is made."""
    try:
        status = directory.stat()
    except FileNotFoundError:
        above = next((path for path in directory.parents if path.exists()), directory)
        return None if os.access(above, os.W_OK | os.X_OK) else f"{above} cannot be written to"
    except OSError as error:
        return f"{directory}: {error.strerror or error}"
    if not stat.S_ISDIR(status.st_mode):
        return f"{directory} is no directory"
    if not is_own(status):
        return f"{directory} belongs to another user, or others may write into it: chmod go-w makes it yours alone"
    return None if os.access(directory, os.W_OK | os.X_OK) else f"{directory} cannot be written to"

"""
What a compiler is: what it makes of a program is the same as long as this is the same.

Sources count by path, size and time of modification, which takes 2 ms; so a compiler that is being worked on never sees what it made
before a change. The packages it is built with count by what tells their versions: their first files, which are read, not imported.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path

from asyncir import __version__

FORMAT = "1"
"""Of keys and records: what was kept in another one is not found."""

PACKAGES = ("xdsl", "llvmlite", "networkx")
"""Code depends on what they do."""

_SOURCES = (".py", ".mlir")
_VERSION_FILES = ("__init__.py", "_version.py")


def digest(parts: Iterable[bytes | str]) -> bytes:
    """32 bytes that no other sequence of parts has: each counts with its length."""
    made = blake2b(digest_size=32)
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        made.update(len(data).to_bytes(8, "little"))
        made.update(data)
    return made.digest()


def sources_digest(folder: Path) -> bytes:
    """Of all Python and MLIR files below a folder: their paths, sizes and times of modification. Raises OSError."""
    return digest(f"{path} {status.st_size} {status.st_mtime_ns}" for path, status in sorted(_files(str(folder)), key=lambda file: file[0]))


def _files(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _files(entry.path)
            elif entry.name.endswith(_SOURCES):
                yield entry.path, entry.stat()


def _own_sources() -> bytes | None:
    try:
        return sources_digest(Path(__file__).parents[1])
    except OSError:
        return None  # Code that lies in no folder, for instance in an archive.


_AT_START = _own_sources()
"""When this process began: most of the compiler is loaded later, if at all."""


@cache
def compiler_fingerprint() -> bytes | None:
    """Of the compiler as it was when this process began; None if that cannot be told, so that nothing may be kept."""
    if _AT_START is None:
        return None
    try:
        packages = [part for name in PACKAGES for part in _package(name)]
    except (OSError, ImportError, ValueError):
        return None
    return digest([FORMAT, __version__, sys.version, sys.platform, _AT_START, *packages])


def is_unchanged() -> bool:
    """Whether the sources still are what they were: if not, parts of this process's compiler may be of either age."""
    return _own_sources() == _AT_START


def _package(name: str) -> Iterator[bytes | str]:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ImportError(f"{name} has no file")
    folder = Path(spec.origin).parent
    yield str(folder)
    for file in (folder / version for version in _VERSION_FILES):
        if file.is_file():
            yield f"{file.name} {file.stat().st_mtime_ns}"
            yield file.read_bytes()

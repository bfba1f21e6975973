"""Streams of CUDA as callers name them: a handle, or an object that has one."""

from __future__ import annotations

from typing import Any

from asyncir.errors import InputError
from asyncir.runtime.slots import Stream

LEGACY_DEFAULT = 1
"""The handle of the legacy default stream that does not also mean "none given"."""
PER_THREAD_DEFAULT = 2
"""The handle of each thread's own default stream. Handles up to here are of the context that is current."""


def cuda_stream(given: object) -> int | None:
    """
    The handle of a stream: an int, or what `__cuda_stream__` of an object says (cuda.core, CuPy, PyTorch, …). None for no stream, and for
    a Stream of ours, which orders launches on the host.

    Raises InputError for anything else.
    """
    if given is None or isinstance(given, Stream):
        return None
    if isinstance(given, int) and not isinstance(given, bool):
        return _checked(given)
    protocol: Any = getattr(given, "__cuda_stream__", None)
    if protocol is None:
        raise InputError(
            f"stream is {type(given).__name__}: it must be an int, have __cuda_stream__, or be an asyncir.Stream",
            help="pass a stream's handle, as in stream=int(stream.cuda_stream)",
        )
    # The protocol's first form was an attribute.
    said: Any = protocol() if callable(protocol) else protocol
    try:
        version, handle = (int(part) for part in said)
    except (TypeError, ValueError) as error:
        raise InputError(f"__cuda_stream__ of {type(given).__name__} gives {said!r}, not a version and a handle") from error
    if version != 0:
        raise InputError(f"__cuda_stream__ of {type(given).__name__} is of version {version}, not 0")
    return _checked(handle)


def _checked(handle: int) -> int:
    if not 0 <= handle < 1 << 64:
        raise InputError(f"stream is {handle}: no handle of a stream")
    return handle or LEGACY_DEFAULT

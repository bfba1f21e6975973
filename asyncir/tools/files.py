"""
Reading inputs and writing outputs: every failure is an InputError, and a file is written whole or not at all.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from asyncir.errors import InputError

STDIO = "-"
STDIN_NAME = "<stdin>"
"""What locations name when the input is the standard input."""

MAX_INPUT_BYTES = 256 << 20
"""A program of that size is a mistake: a device that never ends, or data."""


def input_name(path: str) -> str:
    """The name that locations in the input get."""
    return STDIN_NAME if path == STDIO else path


def read_input(path: str) -> bytes:
    """The bytes of a file, or of the standard input for `-`."""
    try:
        if path == STDIO:
            data = sys.stdin.buffer.read(MAX_INPUT_BYTES + 1)
        else:
            with open(path, "rb") as file:
                data = file.read(MAX_INPUT_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the path
        raise InputError(f"cannot read '{path}': {_reason(error)}") from error
    if len(data) > MAX_INPUT_BYTES:
        raise InputError(f"'{input_name(path)}' has more than {MAX_INPUT_BYTES >> 20} MiB")
    return data


def write_output(path: str, data: str | bytes) -> None:
    """
    Write a file, or to the standard output for `-`.

    The data goes to a new file beside the old one, which then takes its name: a reader sees the old or the new, and an
    error leaves the old. What is no regular file (a pipe, a terminal) cannot be replaced and is written to.
    """
    payload = data.encode() if isinstance(data, str) else data
    try:
        if path == STDIO:
            _write_stdout(payload)
            return
        target = os.path.realpath(path)
        if os.path.exists(target) and not os.path.isfile(target):
            with open(target, "wb") as file:
                file.write(payload)
        else:
            _replace(Path(target), payload)
    except BrokenPipeError:
        raise  # The reader has left: no error of the user's.
    except (OSError, ValueError) as error:
        raise InputError(f"cannot write '{path}': {_reason(error)}") from error


def _write_stdout(payload: bytes) -> None:
    sys.stdout.flush()
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:  # Somebody put a text stream in its place.
        sys.stdout.write(payload.decode())
    else:
        buffer.write(payload)
    sys.stdout.flush()


def _replace(target: Path, payload: bytes) -> None:
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with open(fresh, "xb") as file:
            file.write(payload)
        if target.exists():
            os.chmod(fresh, stat.S_IMODE(target.stat().st_mode))
        os.replace(fresh, target)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _reason(error: Exception) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)

"""
What both tools share: argument parsing whose errors are ours, and the way every error ends: one message on the standard
error and an exit status, never a bare traceback.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from asyncir.errors import AsyncirError, InputError
from asyncir.tools.files import write_output
from asyncir.tools.reproducer import Reproducer

INTERNAL_ERROR = 2
INTERRUPTED = 130
"""What a shell reports for a process that Ctrl-C ended."""

MAX_SHOWN_SOURCE = 16 << 20
"""A longer file is not read just to show one of its lines."""


class ArgumentParser(argparse.ArgumentParser):
    """argparse with usage errors as InputErrors: they have exit status 1 like other bad input, not argparse's 2."""

    def error(self, message: str) -> NoReturn:
        raise InputError(message, help=f"{self.prog} --help lists what is accepted")


class Session:
    """One call of a tool: the texts its messages may quote, and what to keep of it after an internal error."""

    def __init__(self) -> None:
        self.sources: dict[str, str] = {}
        """Texts by the name that locations give them."""
        self.reproducer: Reproducer | None = None
        """What to write after an internal error; None before anything was read."""
        self.reproducer_path: str | None = None
        """Where to write it; by default a new file in the working directory."""
        self.debug = False
        self.command: list[str] = []
        """The words the tool was called with."""

    def add_source(self, name: str, data: bytes) -> None:
        self.sources[name] = data.decode("utf-8", errors="replace")

    def render(self, error: AsyncirError) -> str:
        """The error's message with the source line it speaks of, if that can be had."""
        return _printable(error.render(self._source(error.location.file) if error.location is not None else None))

    def _source(self, name: str) -> str | None:
        """Locations may name other files than the input: `loc("model.py":3:4)`."""
        if name not in self.sources:
            path = Path(name)
            try:
                if not path.is_file() or path.stat().st_size > MAX_SHOWN_SOURCE:
                    return None
                self.add_source(name, path.read_bytes())
            except (OSError, ValueError):
                return None
        return self.sources[name]

    def report(self, error: AsyncirError) -> None:
        print(self.render(error), file=sys.stderr)

    def report_internal(self, error: Exception) -> None:
        """Say what broke and where to find what reproduces it."""
        lines = [_internal_message(self, error)]
        if self.reproducer is not None:
            path = self.reproducer_path or self.reproducer.default_path()
            try:
                write_output(path, self.reproducer.text(error))
                lines.append(f"note: what reproduces this was written to '{path}'; please report it with that file")
            except InputError as failure:
                lines.append(f"note: no reproducer: {failure}")
        print("\n".join(lines), file=sys.stderr)
        if self.debug:
            traceback.print_exception(error, file=sys.stderr)


_CONTROL = {code: "\N{REPLACEMENT CHARACTER}" for code in (*range(32), 127) if chr(code) not in "\t\n\r"}


def _printable(text: str) -> str:
    """What stands in a file must not give orders to the terminal; each character keeps its column."""
    return text.translate(_CONTROL)


def _internal_message(session: Session, error: Exception) -> str:
    if isinstance(error, AsyncirError):
        return session.render(error).replace("error:", "internal error:", 1)
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if f"{os.sep}asyncir{os.sep}" in frame.filename] or frames
    where = f" ({Path(ours[-1].filename).name}:{ours[-1].lineno})" if ours else ""
    text = " ".join(str(error).split())
    return f"internal error: {type(error).__name__}{': ' if text else ''}{text}{where}"


def guarded(session: Session, body: Callable[[], int]) -> int:
    """The exit status of `body`, with every way it can fail turned into a message and a status."""
    try:
        status = body()
        _flush_stdout()
        return status
    except AsyncirError as error:
        if error.exit_status == INTERNAL_ERROR:
            session.report_internal(error)
        else:
            session.report(error)
        return error.exit_status
    except BrokenPipeError:
        # The reader has left (`| head`).
        _drop_stdout()
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:
        session.report_internal(error)
        return INTERNAL_ERROR


def _flush_stdout() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _drop_stdout()
        raise InputError(f"cannot write to the standard output: {error.strerror}") from error


def _drop_stdout() -> None:
    """What is buffered must not fail again when the interpreter shuts down."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def prepare_process() -> None:
    """What a process that is this tool alone may set for itself."""
    # Loading the definitions of some hundred operations makes many objects and no garbage: looking for it takes 7% of a short run.
    gc.set_threshold(100_000, 20, 20)
    # Programs may hold any character, whatever the locale says a terminal shows.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")

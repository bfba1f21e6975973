"""
Runs in a process of their own: whatever a kernel does there, this process goes on.

The child is a new interpreter (`python -c`), never a fork: a fork would share the GPU's context and threads' locks. It loads the runtime
alone, not the compiler: it is given compiled code. It is kept for the next run; one that died or hangs is replaced.

    this process                                    child (isolated_child.py)
    Request: code, scalars, where arrays are  ───►  copies nothing: arrays are shared memory
                                              ◄───  Begun, Printed …, Ended: results or error
"""

from __future__ import annotations

import atexit
import hashlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from asyncir.abi import Entry
from asyncir.errors import InputError, IsolationError, Note, ResourceError
from asyncir.runtime.arguments import Gpu, ScalarArgument, check_arguments
from asyncir.runtime.cuda_driver import arrival_stream, make_current
from asyncir.runtime.dlpack import CUDA, speaks_dlpack
from asyncir.runtime.forks import forget_in_child
from asyncir.runtime.launch import GRACE_SECONDS, Options
from asyncir.runtime.messages import Begun, Code, Ended, Message, Printed, Request, Sender, receive
from asyncir.runtime.prints import Output, standard_output
from asyncir.runtime.scalars import from_bits
from asyncir.runtime.shared_arrays import Placed, SharedArrays, source_of
from asyncir.runtime.sites import location_of_entry
from asyncir.runtime.statistics import Stats

if TYPE_CHECKING:
    from asyncir.runtime.results import Result

MOST_IDLE = 2
"""Children that are kept though they have nothing to do."""

MARGIN_SECONDS = 3.0
"""A child that hangs itself is killed so long after the deadline and the grace of its kernel: it then has not told of either."""

_SLICE_SECONDS = 0.2
_EXIT_SECONDS = 5.0
_ARRAYS: Note = ("the arrays of the run may hold anything; the next run has a new process", None)


def run_isolated(code: Code, values: Sequence[object], options: Options, output: Output | None = None) -> tuple[tuple[Result, ...], Stats]:
    """
    The results and statistics of a kernel that runs to its end in a child.

    Arrays are copied into memory that the child shares, and back when the kernel has ended, those in the GPU's memory too. Raises what the
    run ends with, InputError for arguments that do not fit, and IsolationError if the child dies or does not answer.
    """
    entry = code.entry
    if options.stream is not None:
        raise InputError("an isolated run has no stream: it is alone in its process", help="leave stream out, or isolated")
    arguments = check_arguments(entry, values, _gpu_of(code, values))
    arrays = [source_of(argument) for argument in arguments if not isinstance(argument, ScalarArgument)]
    try:
        shared = SharedArrays(arrays)
    except OSError as error:
        needed = sum(array.bytes for array in arrays)
        raise ResourceError(
            "memory to share", "arrays", needed, purpose="arrays", help="run without isolated, or smaller arrays"
        ) from error
    try:
        places = iter(shared.placed)
        sent = tuple(from_bits(one.type, one.bits) if isinstance(one, ScalarArgument) else next(places) for one in arguments)
        ended = _run(code, sent, shared.name, options, output or standard_output)
        shared.copy_back()
    finally:
        shared.close()
    if ended.error is not None:
        raise ended.error
    assert ended.stats is not None
    return ended.results, ended.stats


def _gpu_of(code: Code, values: Sequence[object]) -> Gpu | None:
    """The GPU, if arrays lie there that the kernel may be given: else this process needs none, whatever the child does."""
    if code.target != "cuda" or not any(_is_on_gpu(value) for value in values):
        return None
    return Gpu(int(make_current().device_id), arrival_stream())


def _is_on_gpu(value: Any) -> bool:
    if speaks_dlpack(value):
        return int(value.__dlpack_device__()[0]) == CUDA
    return hasattr(value, "__cuda_array_interface__")


def _run(code: Code, values: tuple[int | float | bool | Placed, ...], memory: str | None, options: Options, output: Output) -> Ended:
    key = hashlib.sha256(code.data).hexdigest() + code.entry.name
    child = _take()
    usable = False
    try:
        request = Request(key, None if key in child.known else code, values, memory, options)
        child.known.add(key)
        ended = child.ask(request, code.entry, output)
        usable = not ended.spoiled
        if ended.error is not None:
            # It may be that it could not load the code.
            child.known.discard(key)
    finally:
        # Whatever was raised meanwhile, by Ctrl-C or the caller's output too: a child in the midst of a run is of no use.
        if usable:
            _keep(child)
        else:
            child.kill()
    return ended


class Child:
    """A process for isolated runs, one at a time."""

    def __init__(self) -> None:
        if not sys.executable:
            raise InputError("an isolated run starts Python anew, and it is not known where this Python is")
        boot = f"import sys; sys.path[:] = {sys.path!r}; from asyncir.runtime.isolated_child import main; main()"
        self._process = subprocess.Popen([sys.executable, "-c", boot], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin is not None and self._process.stdout is not None
        self._pipes = (self._process.stdin, self._process.stdout)
        self._sender = Sender(self._process.stdin)
        self._messages: SimpleQueue[Message | None] = SimpleQueue()
        self.known: set[str] = set()
        """Kernels that it has."""
        threading.Thread(target=self._read, name="asyncir-isolated", daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        return self._process.poll() is None

    def _read(self) -> None:
        """A thread reads, so that whoever waits can do so for a limited time and be interrupted, on every system."""
        with self._pipes[1] as pipe:
            while (message := receive(pipe)) is not None:
                self._messages.put(message)
        self._messages.put(None)

    def ask(self, request: Request, entry: Entry, output: Output) -> Ended:
        """How the run ended; raises IsolationError if the child did before it said so."""
        try:
            self._sender.send(request)
        except OSError:
            raise self._died(entry) from None
        deadline, limit = request.options.deadline, None
        while True:
            try:
                message = self._messages.get(timeout=_SLICE_SECONDS)
            except Empty:
                if limit is not None and time.monotonic() > limit:
                    raise self._hangs(entry, deadline) from None
                continue
            match message:
                case Begun() if deadline is not None:
                    limit = time.monotonic() + deadline + GRACE_SECONDS + MARGIN_SECONDS
                case Printed(text):
                    output(text)
                case Ended():
                    return message
                case None:
                    raise self._died(entry)
                case _:
                    pass  # That it has begun, where there is no deadline.

    def _died(self, entry: Entry) -> IsolationError:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_EXIT_SECONDS)
        returncode = self._process.poll()
        name = _signal_name(returncode)
        how = f"was ended by {name}" if name else f"ended with status {returncode}" if returncode is not None else "does not answer"
        message = f"the process in which @{entry.name} ran {how}"
        return IsolationError(message, location_of_entry(entry), returncode=returncode, signal=name, notes=[_ARRAYS])

    def _hangs(self, entry: Entry, deadline: float | None) -> IsolationError:
        self.kill()
        returncode = self._process.returncode
        waited = GRACE_SECONDS + MARGIN_SECONDS
        message = f"the process in which @{entry.name} ran did not answer {waited:g} s after its deadline of {deadline:g} s, and was ended"
        name = _signal_name(returncode)
        return IsolationError(message, location_of_entry(entry), returncode=returncode, signal=name, notes=[_ARRAYS])

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        # What was under way to it is of no interest.
        with suppress(OSError):
            self._pipes[0].close()


def _signal_name(returncode: int | None) -> str | None:
    if returncode is None or returncode >= 0:
        return None
    try:
        return signal.Signals(-returncode).name
    except ValueError:
        return f"signal {-returncode}"


_lock = threading.Lock()
_idle: list[Child] = []


def _forget() -> None:
    """Children are of the process that started them."""
    global _lock
    _lock = threading.Lock()
    _idle.clear()


forget_in_child(_forget)


def _take() -> Child:
    with _lock:
        while _idle:
            child = _idle.pop()
            if child.alive():
                return child
            child.kill()
    return Child()


def _keep(child: Child) -> None:
    with _lock:
        if len(_idle) < MOST_IDLE:
            _idle.append(child)
            return
    child.kill()


def _end_all() -> None:
    with _lock:
        left, _idle[:] = _idle[:], []
    for child in left:
        child.kill()


atexit.register(_end_all)

"""
The process in which isolated runs run: it reads requests from its standard input, and answers on what was its standard output.

It ends when its requests end, also in the middle of a run: nothing is left of a caller that was killed. Ctrl-C is the caller's to handle.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.shared_memory import SharedMemory
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING

from asyncir.errors import AsyncirError, InternalError
from asyncir.runtime.cuda import CudaKernel, launch_on_cuda
from asyncir.runtime.host import HostKernel
from asyncir.runtime.host_launch import launch_on_host
from asyncir.runtime.launch import RUNNING, Launch, Options
from asyncir.runtime.messages import Begun, Code, Ended, Printed, Request, Sender, receive
from asyncir.runtime.prints import Output
from asyncir.runtime.shared_arrays import Placed, array_at, attach

if TYPE_CHECKING:
    from asyncir.runtime.results import Result
    from asyncir.runtime.statistics import Stats

Start = Callable[[tuple[object, ...], Options, Output], Launch]
"""Starts a kernel that was loaded, with arguments."""


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # What code prints past the runtime must not get between the messages.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    inbox: SimpleQueue[Request] = SimpleQueue()
    threading.Thread(target=_read, args=(requests, inbox), daemon=True).start()
    sender = Sender(answers)
    kernels: dict[str, Start] = {}
    while True:
        ended = _serve(inbox.get(), kernels, sender)
        try:
            sender.send(ended)
        except OSError:
            os._exit(0)  # Nobody is left to answer to.


def _read(requests: IO[bytes], inbox: SimpleQueue[Request]) -> None:
    while isinstance(message := receive(requests), Request):
        inbox.put(message)
    os._exit(0)


def _serve(request: Request, kernels: dict[str, Start], sender: Sender) -> Ended:
    memory = None if request.memory is None else attach(request.memory)
    error: AsyncirError | None = None
    results: tuple[Result, ...] = ()
    stats: Stats | None = None
    try:
        results, stats = _run(request, kernels, memory, sender)
    except AsyncirError as raised:
        error = raised.with_traceback(None)
    except Exception as raised:
        error = InternalError(f"an isolated run failed: {type(raised).__name__}: {raised}")
    spoiled = bool(RUNNING) or isinstance(error, InternalError)
    if memory is not None and not spoiled:
        try:
            memory.close()
        except BufferError:
            # Somebody still looks at it. A process that keeps each run's arrays would grow for ever.
            spoiled = True
    return Ended(results, stats, error, spoiled)


def _run(request: Request, kernels: dict[str, Start], memory: SharedMemory | None, sender: Sender) -> tuple[tuple[Result, ...], Stats]:
    if request.code is not None:
        kernels[request.key] = _load(request.code)
    values = tuple(array_at(memory, value) if isinstance(value, Placed) else value for value in request.values)
    launch = kernels[request.key](values, request.options, lambda text: sender.send(Printed(text)))
    sender.send(Begun())
    return launch.wait(), launch.stats()


def _load(code: Code) -> Start:
    """Raises AsyncirError for code that cannot be loaded here."""
    entry = code.entry
    if code.target == "cpu":
        host = HostKernel(code.data, entry.name)
        return lambda values, options, output: launch_on_host(host, entry, values, options, output)
    cuda = CudaKernel(code.data.decode(), entry.name)
    return lambda values, options, output: launch_on_cuda(cuda, entry, values, options)

"""
Threads that run kernels on the CPU, kept for the next launch.

They are daemons: code that never leaves must not keep the process alive. There is always a thread for a job, because workers of one
launch may wait for each other; only how many stay when they have nothing to do is bounded.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

from asyncir.runtime.forks import forget_in_child

MOST_IDLE = 16
"""Threads that are kept though they have nothing to do."""

Job = Callable[[], None]

_lock = threading.Lock()
_idle: list[_Worker] = []


class _Worker(threading.Thread):
    def __init__(self, job: Job) -> None:
        super().__init__(name="asyncir-worker", daemon=True)
        self.jobs: SimpleQueue[Job] = SimpleQueue()
        self.jobs.put(job)

    def run(self) -> None:
        while True:
            job = self.jobs.get()
            job()
            # A job holds its launch, and with it arrays of the user.
            del job
            with _lock:
                if len(_idle) >= MOST_IDLE:
                    return
                _idle.append(self)


def _forget() -> None:
    global _lock
    _lock = threading.Lock()
    _idle.clear()


forget_in_child(_forget)


def run_in_thread(job: Job) -> None:
    """Runs `job`, which raises nothing, in a thread that does nothing else meanwhile; raises RuntimeError if the system has no more."""
    with _lock:
        worker = _idle.pop() if _idle else None
    if worker is not None:
        worker.jobs.put(job)
    else:
        _Worker(job).start()

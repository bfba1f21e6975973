"""
Launches as futures and in event loops. Apart from launch.py: asyncio is only loaded by who awaits, which takes longer than many a launch.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from asyncir.runtime.wakers import waker_of

if TYPE_CHECKING:
    from asyncir.runtime.launch import Launch
    from asyncir.runtime.results import Result


async def awaited(launch: Launch) -> tuple[Result, ...]:
    """What `launch.wait` gives or raises. Whoever is cancelled here stops the launch, and goes on when it has ended."""
    try:
        await _heard(launch)
    except asyncio.CancelledError:
        launch.stop()
        # Whoever cancels again must wait too: until the kernel has left, the arrays are its own.
        while not launch.ended():
            with suppress(asyncio.CancelledError):
                await _heard(launch)
        raise
    try:
        return launch.wait()
    finally:
        # The traceback of an error has this frame: through it the launch would hold itself.
        del launch


async def _heard(launch: Launch) -> None:
    """Returns, in the loop, when the launch has ended."""
    if not launch.ended():
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[None] = loop.create_future()
        launch.when_ended(partial(waker_of(loop).wake, ended))
        await ended


def future_of(launch: Launch) -> Future[tuple[Result, ...]]:
    """A future that has what `launch.wait` gives or raises, as soon as that is there."""
    future: Future[tuple[Result, ...]] = Future()
    future.set_running_or_notify_cancel()
    launch.when_ended(partial(_fill, future, launch))
    return future


def _fill(future: Future[tuple[Result, ...]], launch: Launch) -> None:
    try:
        future.set_result(launch.wait())
    except BaseException as error:  # Whatever the launch ended with: its future's owner is who is to see it.
        future.set_exception(error)

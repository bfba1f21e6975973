"""
The function that starts a prepared kernel's launches in a stream, made for the classes of their arguments: all of a launch in one frame.

For a kernel of (i32) without results, in a stream that is an object, it is

    def start(values):
        try:
            [v0] = values
            if type(v0) is not class0:
                raise Unfit
            flight = take()
        except UNFIT:
            return None
        control = flight.control
        try:
            pack(flight.cells, 0, v0, control)
        except UNFIT:
            give(flight)
            return None
        if status := enqueue(configuration, function, flight.addresses, None):
            retry(flight, status)
        launch = StreamLaunch()
        launch._flight = flight
        launch._control = control
        flight.keep(values)
        flight.control = control = control + 256
        if control != flight.end and lane.watched:
            give(flight)
        else:
            put_back(flight)
        return launch

where the statements in the first `try` but its last are those of prepared_arguments.py. What stands here is what `start_read` does for
arguments that were read in another way.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any

from asyncir.runtime.cuda_driver import make_current
from asyncir.runtime.prepared_arguments import UNFIT, Reading
from asyncir.runtime.prepared_lanes import Flight, Lane
from asyncir.runtime.prepared_launch import StreamLaunch, launch_of

Start = Callable[[tuple[Any, ...]], StreamLaunch | None]
"""None: nothing was started. The arguments do not fit, or the lane has no open flight."""


def start_of(lane: Lane, reading: Reading) -> Start:
    """The function for the launches of a lane whose arguments are read so."""
    work = lane.work
    names: dict[str, Any] = reading.names | {
        "UNFIT": UNFIT,
        "StreamLaunch": StreamLaunch,
        "lane": lane,
        "take": lane.open.pop,
        "give": lane.open.append,
        "put_back": lane.put_back,
        "retry": lane.retry,
        "enqueue": work.calls.launch,
        "configuration": lane.configuration,
        "function": work.function,
        "pack": struct.Struct(f"{reading.codes}{len(work.behind_cells)}Q").pack_into,
        "current_context": work.calls.current,
        "make_current": make_current,
        "record": work.calls.record,
        "stream_pointer": lane.pointer,
    }
    # All that is put into the text are numbers and names made here.
    exec(compile(_text(lane, reading), f"<start of @{work.entry.name}>", "exec"), names)
    return names["start"]


def _text(lane: Lane, reading: Reading) -> str:
    behind = [f"control + {offset}" if offset else "control" for offset in lane.work.behind_cells]
    context = ["    if current_context() != lane.context:", "        make_current()"]
    record = ["    if record(flight.event, stream_pointer):", "        lane.record(flight)"]
    return "\n".join(
        [
            "def start(values):",
            "    try:",
            *(f"        {line}" for line in reading.lines),
            "        flight = take()",
            "    except UNFIT:",
            "        return None",
            "    control = flight.control",
            "    try:",
            f"        pack({', '.join(['flight.cells', '0', *reading.cells, *behind])})",
            "    except UNFIT:",
            "        give(flight)",
            "        return None",
            *(context if lane.context is not None else []),
            "    if status := enqueue(configuration, function, flight.addresses, None):",
            "        retry(flight, status)",
            *(record if lane.records_each else []),
            "    launch = StreamLaunch()",
            "    launch._flight = flight",
            "    launch._control = control",
            "    flight.keep(values)",
            f"    flight.control = control = control + {lane.work.bytes}",
            "    if control != flight.end and lane.watched:",
            "        give(flight)",
            "    else:",
            "        put_back(flight)",
            "    return launch",
        ]
    )


def start_read(lane: Lane, flight: Flight, kept: Sequence[object]) -> StreamLaunch:
    """Starts a launch whose cells have been written; `kept` lives as long as it runs. The thread's context is the device's."""
    lane.enqueue(flight)
    if lane.records_each:
        lane.record(flight)
    launch = launch_of(flight, flight.control)
    flight.keep(kept)
    flight.control += lane.work.bytes
    lane.put_back(flight)
    return launch

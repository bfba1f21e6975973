"""
Prepared kernels: what is the same for all launches of a kernel with the same options is found out once.

For a kernel, a target and options, once:       which code it is, its options and capacities, its blocks
For a stream of CUDA, once (prepared_lanes.py): configuration; pages of pinned memory with control blocks and results, each with an event
For classes of arguments, once:                 how each is read, and its place in the cells (prepared_arguments.py); a function that does
                                                all that follows at a launch (prepared_start.py)

At each launch:      classes are compared; each array's dtype, shape, contiguity, device and alignment are checked, and each number's range;
                     pointers, sizes, numbers and the next control block's address are packed into cells; the kernel goes into the stream
When it has ended:   its fault, if it has one, and its results are read from pinned memory, where they were written; pages are used again

So a launch makes nothing on the device. An end is seen by an event behind it, which it may share with launches of the same kernel that came
shortly after it, never with those that came after it was asked for. An error comes back where the launch is waited for or awaited, as ever.
Arrays are kept alive until the launch was seen ended, a few milliseconds later at most. `stop` ends it as stopped; the code itself, which
has no loop that might not end, runs to its end, and what it writes stays.

Launches go this way if they are in a stream of CUDA, without a deadline, and their kernel is *plain*: of the executor inline, without
statistics, without loops that have no bound, without memory of the arena, with few results; and their arrays lie on the GPU. All others go
the way of cuda.py, with the same meaning. Two things differ: the launch takes no slot of the target's, since it takes no memory; and
`kernel_ms` is None in its statistics: measuring it would cost more than the launch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from asyncir.abi import Entry
from asyncir.runtime.launch import Launch
from asyncir.runtime.options import Options

if TYPE_CHECKING:
    from asyncir.runtime.prints import Output

Start = Callable[[Sequence[object], Options, "Output | None"], Launch]


class Prepared:
    """
    A kernel with the options of its launches.

        scale = program.prepare("scale", target="cuda", instances=1024)
        launch = scale(array, 3.0, stream=stream)
    """

    def __init__(self, target: str, entry: Entry, options: Options, start: Start) -> None:
        """`start` begins a launch in the way of any."""
        self.target = target
        self.entry = entry
        self.options = options
        self._start = start

    def __call__(self, *args: object, stream: object = None, output: Output | None = None) -> Launch:
        """Starts it with these arguments, or puts it in line, as `Program.launch` does."""
        return self.launch(args, stream, output)

    def launch(self, args: Sequence[Any], stream: object = None, output: Output | None = None) -> Launch:
        """The same, arguments as one sequence, in the way of any launch."""
        return self._start(args, self.options if stream is None else replace(self.options, stream=stream), output)

    def launch_plain(self, args: tuple[Any, ...], stream: object) -> Launch | None:
        """The same if all arguments can be read in the short way; else None, and nothing was started."""
        return None

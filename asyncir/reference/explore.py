"""
The explorer: runs an emitted kernel under many interleavings and the memory model's freedoms, and looks for what can go wrong.

    data race         two accesses that nothing orders, also where this interleaving hides it        explore_memory.py
    hang              every thread waits and nobody changes anything                                 explore_schedule.py
    termination       a worker leaves though tasks are active, or one becomes active when none was
    outcome           a run ended otherwise than the caller allows
    whatever else the reference calls an error: reads of what was never written, out of bounds, lanes that part

`explore(module, entry, args)` is for small programs: two or three workers, a handful of tasks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from xdsl.dialects.builtin import ModuleOp, StringAttr

from asyncir.abi import Control
from asyncir.dialects import rt
from asyncir.errors import AsyncirError, DeadlineError, InputError, TaskError
from asyncir.reference.explore_clocks import Clocks
from asyncir.reference.explore_kernel import KernelCode
from asyncir.reference.explore_memory import HOST, ExploreMemory
from asyncir.reference.explore_ops import EXPLORE_SUSPENDING, EXPLORE_TABLE
from asyncir.reference.explore_schedule import Limits, Search, describe
from asyncir.reference.explore_threads import Threads
from asyncir.reference.faults import broken
from asyncir.reference.outcome import Options, Output
from asyncir.reference.program import Program
from asyncir.reference.rt_run import Launch

ARENA_BYTES = 4096
QUEUE_SHIFT = 3

Ending: TypeAlias = tuple[Any, ...] | str
"""How a run ended: its results (of several instances a tuple each), or "deadlock", "stopped", or the kind of a root's error."""


@dataclass(frozen=True)
class Report:
    """What the explorer found. `error` is the first error, `trace` the run that led to it."""

    error: AsyncirError | None
    trace: tuple[str, ...]
    endings: dict[Ending, int]
    """How many runs ended in which way."""
    runs: int
    pruned: int
    """Runs that were left because they came to a state that was known."""
    actions: int
    bound: int
    """All runs with so many deviations were explored; -1: the budget did not suffice for any."""

    @property
    def kind(self) -> str | None:
        """The error's kind."""
        return None if self.error is None else getattr(self.error, "kind", type(self.error).__name__)

    def __str__(self) -> str:
        found = "no error" if self.error is None else f"{self.kind}: {self.error}"
        runs = f"{self.runs} runs ({self.pruned} left early), {self.actions} actions, all with up to {self.bound} deviations"
        return "\n".join([f"{found}; {runs}", *self.trace])


@dataclass
class Capacities:
    """The sizes of what the explored launch has."""

    arena_bytes: int = ARENA_BYTES
    queue_shift: int = QUEUE_SHIFT


def explore(
    module: ModuleOp,
    entry: str,
    args: Sequence[object],
    *,
    workers: int = 2,
    lanes: int = 1,
    instances: int = 1,
    preemptions: int = 1,
    turns: Sequence[int] = (0, 1, 3),
    stale: int = 1,
    limit: int = 20_000,
    seconds: float = 60.0,
    samples: int = 0,
    workers_per_block: int = 1,
    stop: bool = False,
    expected: Sequence[Ending] | None = None,
    capacities: Capacities | None = None,
) -> Report:
    """
    Explores the kernel `entry` of a module at level rt with `workers` warps of `lanes` lanes, `workers_per_block` in a block.

    For each length of `turns`, all runs with up to `preemptions` deviations (explore_schedule.py), of which at most `stale` are
    loads of older values; then `samples` runs at random; at most `limit` runs and about `seconds`. `expected` says in which ways a
    run may end. With `stop` the host may stop the launch at any time, which is a deviation too.

    Raises InputError for what cannot be explored; what is found is in the report.
    """
    op = next((op for op in module.body.block.ops if op.properties.get("sym_name") == StringAttr(entry)), None)
    if not isinstance(op, rt.KernelOp):
        raise InputError(f"there is no kernel @{entry} at level rt in the module")
    options = Options(instances, 0, lanes, workers, None, False)
    launch = Explored(module, op, args, options, Output(None), capacities or Capacities())
    launch.memory.clocks = Clocks([worker // workers_per_block for worker in range(workers) for _ in range(lanes)])
    if lanes > 1:
        launch.memory.races.warps = [worker for worker in range(workers) for _ in range(lanes)]
    limits = Limits(preemptions, tuple(turns), stale, limit, seconds, samples)
    return launch.explore(limits, None if expected is None else list(expected), stop=stop)


class Explored(Launch):
    """A launch that runs many times."""

    memory: ExploreMemory
    memory_class = ExploreMemory
    shards = 1

    def __init__(self, module: ModuleOp, kernel: rt.KernelOp, given: Sequence[object], options: Options, output: Output, sizes: Capacities):
        self.arena_bytes, self.queue_shift = sizes.arena_bytes, sizes.queue_shift
        super().__init__(module, kernel, given, options, output)
        self.program = Program(module, EXPLORE_TABLE, EXPLORE_SUSPENDING, {"rt.kernel": KernelCode})
        self.endings: Counter[Ending] = Counter()
        self.expected: list[Ending] | None = None

    def explore(self, limits: Limits, expected: list[Ending] | None, *, stop: bool) -> Report:
        """Runs the kernel in many ways."""
        options, kernel = self.options, self.kernel
        self.expected = expected
        threads = Threads(self.memory, options.workers, options.width, options.instances, self.output)
        code = self.program.function(kernel, kernel.sym_name.data)
        assert isinstance(code, KernelCode)
        search = Search(threads, self._finish, limits)
        error: AsyncirError | None = None
        try:
            threads.stop_word = self.stop if stop else None
            self._watch(threads)
            threads.begin(code, self.kernel_arguments())
            search.run()
        except TaskError as found:
            error = found
        progress = search.progress
        trace = describe(progress.path) if error is not None else ()
        return Report(error, trace, dict(self.endings), progress.runs, progress.pruned, threads.transitions, progress.bound)

    def _watch(self, threads: Threads) -> None:
        """What ends a launch of tasks: no worker leaves while one of them is active, and none becomes active again."""
        if self.kernel.executor.data != "dynamic":
            return
        words, control = self.words, self.control

        def left() -> None:
            here, self.memory.thread = self.memory.thread, HOST
            active, halted = words.long(Control.ACTIVE), words.word(Control.HALT)
            self.memory.thread = here
            if active != 0 and not halted:
                raise broken("termination", self.kernel, f"worker {here} leaves while {active} tasks are active")

        def changed(old: int, new: int) -> None:
            if old == 0 and not words.word(Control.HALT):
                raise broken("termination", self.memory.op, f"ACTIVE was 0 and becomes {new}: workers may have left")

        threads.on_end = left
        self.memory.watched[control + Control.ACTIVE] = changed

    def _finish(self) -> None:
        """The end of a run."""
        self.memory.thread = HOST
        ending = self._ending()
        self.endings[ending] += 1
        if self.expected is not None and ending not in self.expected:
            raise broken("outcome", self.kernel, f"a run ends with {ending!r}, expected {' or '.join(map(repr, self.expected))}")

    def _ending(self) -> Ending:
        if self.words.word(Control.HALT) and self.words.word(Control.FAULT_CLAIM) == 0:
            return "stopped"
        if self._left() != 0 and self.words.word(Control.FAULT_CLAIM) == 0:
            # Also where a task has failed that nobody awaits, whose error is then the launch's.
            return "deadlock"
        try:
            self._check()
        except (TaskError, DeadlineError) as error:
            return getattr(error, "kind", "error")
        return tuple([_hashable(value, self.options.instances) for value in self._results()])


def _hashable(value: Any, instances: int) -> Any:
    """A result; of several instances a tuple."""
    return value if instances == 1 else tuple(value)


__all__ = ["Capacities", "Ending", "Report", "explore"]

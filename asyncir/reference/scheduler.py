"""
The scheduler: ready tasks, timers, workers, and the end.

With seed 0 one task runs at a time, until it waits, and ready tasks run first in, first out. Other seeds interleave as many
tasks as there are workers at their starts and suspensions, and pick ready tasks at random, so that each runs after finitely
many others. The clock is virtual: each turn takes a microsecond, and when nothing is ready it jumps to the next timer.
"""

from __future__ import annotations

import heapq
import random
import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Any

from xdsl.ir import Attribute, Operation

from asyncir.dialects.locations import location_of
from asyncir.errors import AsyncirError, DeadlineError, DeadlockError, Location, left_waiting
from asyncir.reference.faults import Stopped, as_error, broken, deadlock_message, unsupported
from asyncir.reference.memory import MemRef, allocate
from asyncir.reference.program import Code
from asyncir.reference.task import Run, Task
from asyncir.reference.values import Value, same_value

TURN_NANOSECONDS = 1000
PICK_WINDOW = 32
OLDEST_EVERY = 8


_NOTHING_OF = (
    *("steals_asked", "steals_served", "steals_warp", "steals_block", "steals_device"),
    *("exports", "reused", "stack_high_water", "queue_high_water"),
)
"""Statistics of what compiled schedulers have and this one does not."""


class Scheduler:
    """Runs tasks until none is left that can run."""

    def __init__(self, *, width: int, instances: int, workers: int, seed: int, output: Callable[[str], None]) -> None:
        """`seed` decides the order of tasks; `width` is that of warps."""
        self.width = width
        self.instances = instances
        self.workers = workers
        self.output = output
        self.kernel_arguments: tuple[Value, ...] = ()
        """What every root was given."""
        self.stopped = False
        self.clock = 0
        self._random = random.Random(seed) if seed else None
        self._ready: deque[Task] = deque()
        self._running: list[Task] = []
        self._timers: list[tuple[int, int, Callable[[], None]]] = []
        self._delayed: list[Callable[[], None]] = []
        self._live: dict[int, Task] = {}
        self._failed: list[Task] = []
        self._started = 0
        self._turns = 0
        self.counts: Counter[str] = Counter()

    # ---------------------------------------------------------------------------------------------------------- for tasks

    def start(self, code: Code, brought: Sequence[tuple[Value, ...]], instance: int, op: Operation | None, parent: int = -1) -> Task:
        """A new task that runs `code`, with the arguments that each lane of its creator, the task numbered `parent`, brought."""
        width = self._width(code, brought, op)
        task = Task(self, code.name, self._started, instance, width, op, parent)
        self._started += 1
        self.count("tasks")
        task.begin([code.body(lane, brought[lane.index if len(brought) > 1 else 0]) for lane in task.lanes])
        self._live[task.number] = task
        self.counts["high_water"] = max(self.counts["high_water"], len(self._live))
        self.make_ready(task)
        return task

    def _width(self, code: Code, brought: Sequence[tuple[Value, ...]], op: Operation | None) -> int:
        """How many lanes a new task has."""
        passed = zip(*map(code.passed, brought), strict=True) if len(brought) > 1 else ()
        different = next((index for index, values in enumerate(passed) if not _uniform(values)), None)
        if code.scope == "lane" and different is not None:
            raise broken("divergence", op, f"argument {different} of lane-scope task @{code.name} differs between lanes")
        if code.scope in ("warpgroup", "block"):
            raise unsupported(code.op, f"scope {code.scope}")
        return self.width if code.scope == "warp" or different is not None else 1

    def allocate(self, element: Attribute, sizes: tuple[int, ...], location: Location | None) -> MemRef:
        """A new array."""
        return allocate(element, sizes, location)

    def make_ready(self, task: Task) -> None:
        """The task will run, behind those that are ready already."""
        self._ready.append(task)

    def interrupts(self) -> bool:
        """Whether others run now."""
        return self._random is not None and self.workers > 1 and self._random.random() < 0.5

    def after_parking(self, action: Callable[[], None]) -> None:
        """Does it when the running task has parked."""
        self._delayed.append(action)

    def after(self, nanoseconds: int, action: Callable[[], None]) -> None:
        """Does it that much later."""
        self._turns += 1
        heapq.heappush(self._timers, (self.clock + max(nanoseconds, 0), self._turns, action))

    def count(self, what: str) -> None:
        """Counts for the statistics."""
        self.counts[what] += 1

    def forgotten(self, op: Operation, operand: int) -> AsyncirError:
        """A machine read a value that it did not save."""
        name = op.operands[operand].name_hint
        which = f"%{name}" if name else f"operand {operand}"
        return broken("lost-value", op, f"'{op.name}' reads {which}, which was not saved over the last suspension")

    # ------------------------------------------------------------------------------------------------------------ the loop

    def run(self, deadline: float | None, entry: Code) -> None:
        """Until no task can run; DeadlineError when the time is up, in the name of the entry."""
        timer = threading.Timer(deadline, self._stop) if deadline is not None else None
        if timer is not None:
            timer.daemon = True
            timer.start()
        try:
            while not self.stopped and (task := self._next()) is not None:
                self._turn(task)
            if self.stopped:
                raise Stopped
        except Stopped:
            reports = [task.report(self.instances) for task in self._live.values()]
            raise DeadlineError(f"@{entry.name} passed its deadline of {deadline:g} s", location_of(entry.op), tasks=reports) from None
        finally:
            if timer is not None:
                timer.cancel()

    def _stop(self) -> None:
        self.stopped = True

    def end_waiting(self, task: Task) -> None:
        """Ends a cancelled task that waits."""
        task.fail(task.cancellation())
        self._ended(task)

    def _ended(self, task: Task) -> None:
        del self._live[task.number]
        if task.error is not None:
            self._failed.append(task)

    def _turn(self, task: Task) -> None:
        self.clock += TURN_NANOSECONDS
        match task.run():
            case Run.ENDED:
                self._ended(task)
            case Run.INTERRUPTED:
                self._running.append(task)
            case Run.PARKED:
                delayed, self._delayed = self._delayed, []
                for action in delayed:
                    action()

    def _next(self) -> Task | None:
        self._fire_timers(self.clock)
        while not self._ready and not self._running and self._timers:
            self.clock = self._timers[0][0]
            self._fire_timers(self.clock)
        if self._random is None:
            if not self._ready:
                return None
            self.count("entries")
            return self._ready.popleft()
        while len(self._running) < self.workers and self._ready:
            self.count("entries")
            self._running.append(self._pick(self._random))
        if not self._running:
            return None
        return self._running.pop(self._random.randrange(len(self._running)))

    def _pick(self, choice: random.Random) -> Task:
        """A ready task; every so often the oldest, so that none is left behind for ever."""
        self._turns += 1
        index = 0 if self._turns % OLDEST_EVERY == 0 else choice.randrange(min(len(self._ready), PICK_WINDOW))
        task = self._ready[index]
        del self._ready[index]
        return task

    def _fire_timers(self, now: int) -> None:
        while self._timers and self._timers[0][0] <= now:
            heapq.heappop(self._timers)[2]()

    # ------------------------------------------------------------------------------------------------------------- the end

    def check_end(self, roots: Sequence[Task]) -> None:
        """Raises what the launch ended with: the first failure of a root; if tasks wait, one that nobody has looked at, else a deadlock."""
        for task in self._failed:
            if task.root and task.error is not None:
                raise as_error(task.error, task.instance, self.instances)
        if self._live:
            reports = [task.report(self.instances) for task in self._live.values()]
            unseen = [task for task in self._failed if not task.observed and not task.root]
            if unseen:
                task = min(unseen, key=lambda task: task.number)
                assert task.error is not None
                raise as_error(task.error, task.instance, self.instances, left_waiting(reports, len(reports)))
            raise DeadlockError(deadlock_message(len(reports)), reports[0].location, tasks=reports)

    def statistics(self) -> dict[str, Any]:
        """The keys of every target's statistics."""
        unobserved = sum(1 for task in self._failed if not task.observed and not task.root)
        counted = {key: self.counts[key] for key in ("tasks", "entries", "suspensions", "wakes", "high_water")}
        fixed = {"workers": self.workers, "sms": 1, "idle_fraction": 0.0}
        return counted | dict.fromkeys(_NOTHING_OF, 0) | fixed | {"unobserved_errors": unobserved}


def _uniform(values: Sequence[Value]) -> bool:
    return all(same_value(values[0], value) for value in values[1:])

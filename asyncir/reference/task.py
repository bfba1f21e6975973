"""
Tasks and their lanes.

A lane is a stack of generators (decode.py). It runs until it yields a request: a meeting, and what the lane brings to it. A
task of one lane has its request answered at once; the lanes of a warp must all come to the same meeting, as they must to the
end. What a meeting does is a function of the task and of what its lanes bring: it gives each lane an answer, or parks the task.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from types import GeneratorType
from typing import TYPE_CHECKING, Any

from xdsl.ir import Operation

from asyncir.abi import ErrorKind
from asyncir.dialects.locations import location_of
from asyncir.errors import Location, Note, TaskReport, TaskState
from asyncir.reference.decode import Running
from asyncir.reference.faults import ErrorRecord, Failure, broken, failure
from asyncir.reference.tiles import Slot, check_slots
from asyncir.reference.values import Value, same_value
from asyncir.reference.wait import Wait

if TYPE_CHECKING:
    from asyncir.reference.scheduler import Scheduler

MAX_CALL_DEPTH = 200_000


class Lane:
    """One thread of a task."""

    __slots__ = ("groups", "inbox", "index", "launch", "owner", "stack", "values", "where", "words")

    def __init__(self, owner: Any, launch: Any, index: int) -> None:
        self.owner = owner
        self.launch = launch
        self.index = index
        self.stack: list[Any] = []
        self.words: dict[int, int] = {}
        """This thread's stack at the rt level."""
        self.groups: list[list[Any]] = [[]]
        """Its groups of bulk stores there, the last one open."""
        self.inbox: Value = None
        self.values: tuple[Value, ...] = ()
        self.where: Operation | None = None

    def advance(self) -> Any:
        """Runs to the next request; None at the end, with the result in `values`."""
        stack = self.stack
        value: Any = self.inbox
        self.inbox = None
        while stack:
            try:
                request = stack[-1].send(value)
            except StopIteration as ended:
                stack.pop()
                value = ended.value
                continue
            if request.__class__ is not GeneratorType:
                return request
            if len(stack) >= MAX_CALL_DEPTH:
                raise broken("resource", self.where, f"calls are nested deeper than {MAX_CALL_DEPTH}")
            stack.append(request)
            value = None
        self.values = value
        return None


class Parked(Enum):
    """What a meeting gives when the task has to wait."""

    PARKED = 0


PARKED = Parked.PARKED
Answers = list[Value] | Parked


class Meeting:
    """An operation that concerns the whole task; `publishes` if others may run behind it."""

    __slots__ = ("op", "perform", "publishes")

    def __init__(self, op: Operation, perform: Callable[[Task, list[Any]], Answers], *, publishes: bool = True) -> None:
        self.op = op
        self.perform = perform
        self.publishes = publishes


def shared(op: Operation, act: Callable[..., Any], *, publishes: bool = True) -> Meeting:
    """A meeting that is done once, with operands that are the same in all lanes; all get its answer."""

    def perform(task: Task, brought: list[Any]) -> Answers:
        if len(brought) > 1:
            require_uniform(op, brought)
        answer = act(task, *brought[0])
        return answer if answer is PARKED else [answer] * len(brought)

    return Meeting(op, perform, publishes=publishes)


def require_uniform(op: Operation, brought: Sequence[Sequence[Value]], what: str = "operand") -> None:
    """Error unless all lanes brought the same."""
    for lane, values in enumerate(brought[1:], 1):
        for index, (first, value) in enumerate(zip(brought[0], values, strict=True)):
            if not same_value(first, value):
                found = f"{first} in lane 0, {value} in lane {lane}"
                raise broken("divergence", op, f"{what} {index} of '{op.name}' differs between lanes: {found}")


class Run(Enum):
    """How a task's turn ended."""

    ENDED = 0
    PARKED = 1
    INTERRUPTED = 2


class Task:
    """One run of a function or body, with its lanes, and what others see of it."""

    __slots__ = (
        "asked",
        "cancelled",
        "caught",
        "created",
        "deliveries",
        "done",
        "dropped",
        "error",
        "frame",
        "instance",
        "lanes",
        "name",
        "number",
        "observed",
        "on_done",
        "parent",
        "pending",
        "results",
        "resumption",
        "root",
        "scheduler",
        "slots",
        "state",
        "used_up",
        "waiting",
        "waits_for",
        "where",
    )

    def __init__(
        self, scheduler: Scheduler, name: str, number: int, instance: int, width: int, created: Operation | None, parent: int = -1
    ) -> None:
        self.scheduler = scheduler
        self.name = name
        self.number = number
        self.instance = instance
        self.created = created
        self.parent = parent
        """The number of the task that started it."""
        self.lanes = [Lane(self, scheduler, index) for index in range(width)]
        self.state: TaskState = "ready"
        self.where: Operation | None = created
        self.waits_for: Callable[[], str] | None = None
        self.waiting: Wait | None = None
        self.cancelled = False
        """It was asked to end, and has not come to it yet."""
        self.used_up = False
        """It, or the child that it handed the request on to, has caught the last one."""
        self.asked = 0
        """The requests to end that it was given, less those of scopes that it has left."""
        self.pending = 0
        """Those that it has not met in a suspension yet: some, exactly while `cancelled`."""
        self.deliveries = 0
        """How often it has met some."""
        self.caught = False
        """Whether the last suspension that catches was ended by a cancellation."""
        self.done = False
        self.error: ErrorRecord | None = None
        self.results: tuple[Value, ...] = ()
        self.on_done: dict[object, Callable[[], None]] = {}
        self.resumption: Callable[[], Value] | None = None
        self.observed = False
        self.dropped: Operation | None = None
        """Says that no handle to it is used any more."""
        self.root = False
        self.frame: Any = None
        self.slots: list[Slot] = []
        """Those of tile channels that it has taken, and nobody has given back."""

    def begin(self, bodies: Sequence[Running]) -> None:
        """Gives each lane what it runs."""
        for lane, body in zip(self.lanes, bodies, strict=True):
            lane.stack.append(body)

    # ------------------------------------------------------------------------------------------------------------ a turn

    def run(self) -> Run:
        """Runs until the task ends or waits, or until the scheduler wants another to run."""
        self.state = "running"
        try:
            if self.resumption is not None:
                resumption, self.resumption = self.resumption, None
                self._answer([resumption()] * len(self.lanes))
            return self._run()
        except Failure as failed:
            self.fail(failed.record)
            return Run.ENDED

    def _run(self) -> Run:
        lanes, scheduler = self.lanes, self.scheduler
        single = lanes[0] if len(lanes) == 1 else None
        while True:
            requests = [single.advance()] if single is not None else self._gather()
            if requests[0] is None:
                self._finish()
                return Run.ENDED
            meeting: Meeting = requests[0][0]
            self.where = meeting.op
            answers = meeting.perform(self, [request[1] for request in requests])
            if answers is PARKED:
                return Run.PARKED
            self._answer(answers)
            if meeting.publishes and scheduler.interrupts():
                return Run.INTERRUPTED

    def _answer(self, answers: list[Value] | Parked) -> None:
        assert answers is not PARKED
        for lane, answer in zip(self.lanes, answers, strict=True):
            lane.inbox = answer

    def _gather(self) -> list[Any]:
        """The requests of all lanes, which must be for one meeting; None each if all lanes ended."""
        requests: list[Any] = []
        failed: ErrorRecord | None = None
        for lane in self.lanes:
            try:
                requests.append(lane.advance())
            except Failure as failure:
                failed = failed or failure.record
                lane.stack.clear()
        if failed is not None:
            raise Failure(failed)
        first = requests[0]
        for index, request in enumerate(requests):
            if (request is None) != (first is None) or (request is not None and request[0] is not first[0]):
                raise self._parted(index, first, request)
        return requests

    def _parted(self, index: int, first: Any, other: Any) -> Exception:
        places = [(lane, None if request is None else request[0].op) for lane, request in ((0, first), (index, other))]
        notes: list[Note] = [
            (f"lane {lane} has ended", None) if op is None else (f"lane {lane} is at '{op.name}'", location_of(op)) for lane, op in places
        ]
        at = next(op for _, op in places if op is not None)
        return broken("divergence", at, f"suspension or collective '{at.name}' under divergent control: the lanes do not meet", notes)

    # ------------------------------------------------------------------------------------------------------------ the end

    def _finish(self) -> None:
        values = [lane.values for lane in self.lanes]
        if len(values) > 1:
            at = self.where if self.where is not None else self.created
            for lane_values in values[1:]:
                for index, (first, value) in enumerate(zip(values[0], lane_values, strict=True)):
                    if not same_value(first, value):
                        raise broken("divergence", at, f"result {index} of task @{self.name} differs between lanes: {first} and {value}")
        check_slots(self)
        self.complete(values[0], None)

    def fail(self, record: ErrorRecord) -> None:
        """Ends the task with an error."""
        if record.task is None:
            record = ErrorRecord(record.kind, record.code, record.location, record.message, self.name)
        self.complete((), record)

    def complete(self, results: tuple[Value, ...], error: ErrorRecord | None) -> None:
        """Ends the task and tells who waits for it."""
        self.results, self.error, self.done = results, error, True
        self.lanes = []
        self.frame = None
        waiters, self.on_done = self.on_done, {}
        for notify in list(waiters.values()):
            notify()

    # ------------------------------------------------------------------------------------------------------------ waiting

    def park(self, wait: Wait, waits_for: Callable[[], str]) -> Parked:
        """Makes the task wait until somebody wakes it through `wait`."""
        self.state, self.waiting, self.waits_for = "waiting", wait, waits_for
        return PARKED

    def wake(self, resumption: Callable[[], Value]) -> None:
        """Makes the task ready; `resumption` gives the answer when it runs, or raises `Failure`."""
        self.state, self.resumption, self.waiting, self.waits_for = "ready", resumption, None, None
        self.scheduler.count("wakes")
        self.scheduler.make_ready(self)

    def cancellation(self) -> ErrorRecord:
        """What a cancelled task ends with, where it waits or has to wait. Who cancelled it knows: the error counts as observed."""
        self.observed = True
        location = location_of(self.where) if self.where is not None else None
        return ErrorRecord(ErrorKind.CANCELLED, 0, location, "the task was cancelled")

    def ask(self, *, keep: bool) -> None:
        """A request to end. `keep`: those of its parent are used up as before."""
        self.cancelled = True
        self.used_up &= keep
        self.asked += 1
        self.pending += 1

    def take_back(self) -> None:
        """One of the requests that are pending is none."""
        self.pending -= 1
        self.cancelled = self.pending > 0

    def use_up(self) -> None:
        """The requests to end are done with."""
        self.cancelled, self.used_up = False, True
        self.pending = 0
        self.deliveries += 1

    def end_cancelled(self) -> Value:
        """The resumption of a cancelled task: it ends."""
        raise Failure(self.cancellation())

    def location(self) -> Location | None:
        """Where the task is."""
        for lane in self.lanes:
            if lane.where is not None:
                return location_of(lane.where)
        return None if self.where is None else location_of(self.where)

    def report(self, instances: int) -> TaskReport:
        """What the task is doing."""
        waits_for = self.waits_for() if self.waits_for is not None else None
        return TaskReport(self.name, self.state, waits_for, self.location(), self.instance if instances > 1 else None)


class Handle:
    """A token or value: names a task, and one of its results unless it is the token."""

    __slots__ = ("index", "task")

    def __init__(self, task: Task, index: int | None) -> None:
        self.task = task
        self.index = index

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Handle) and other.task is self.task and other.index == self.index

    def __hash__(self) -> int:
        return hash((id(self.task), self.index))

    def __repr__(self) -> str:
        return f"@{self.task.name}"

    def value(self) -> Value:
        """What an awaiter gets: a tuple of at most one value; the record of a failed task is raised."""
        task = self.task
        task.observed = True
        if task.error is not None:
            raise Failure(task.error)
        return () if self.index is None else (task.results[self.index],)


def no_handle(op: Operation) -> Failure:
    """A handle that is the zero of a failed `try_await`."""
    return failure(ErrorKind.INVALID_ARGUMENT, op, f"'{op.name}' on a handle that names nothing")

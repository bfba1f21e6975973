"""Control blocks and arenas as a launch leaves them, made by hand, and what is said about them."""

from __future__ import annotations

import struct

import pytest
from runtime_kernels import entry

from asyncir.abi import (
    ARENA_START,
    HEADER_BYTES,
    STATISTICS,
    Claim,
    Control,
    ErrorKind,
    Extension,
    FrameFlags,
    Group,
    Header,
    ObjectKind,
    SelectNode,
    Status,
)
from asyncir.errors import DeadlineError, DeadlockError, InternalError, ResourceError, TaskError
from asyncir.runtime.arena import Arena, Census, count_tasks
from asyncir.runtime.capacity import Capacities
from asyncir.runtime.control import Addresses, ControlState, Launched, initial_control
from asyncir.runtime.host import count_tasks as count_tasks_compiled
from asyncir.runtime.outcome import Ended, Remains, check_outcome
from asyncir.runtime.report import MAX_REPORTED, running_reports
from asyncir.runtime.statistics import Sizes, Stats, Times, statistics

ARENA_BYTES = 1 << 16


class Scene:
    """A control block and an arena that a test fills."""

    def __init__(self, instances: int = 1, arena_bytes: int = ARENA_BYTES) -> None:
        sizes = Capacities(arena_bytes, queue_shift=4, queues=1, stack_words=0, workspace_bytes=0)
        self.control = bytearray(initial_control(Addresses(0, 0, 0), sizes, Launched(instances, 1, 1)))
        self.arena = bytearray(arena_bytes)
        self.bump = ARENA_START
        self.set(LIVE=0)

    def set(self, **words: int) -> None:
        for name, value in words.items():
            wide = name in ("BUMP", "END", "LIVE", "ACTIVE", "FAILED_ROOTS", "ENDED_ROOTS")
            struct.pack_into("<q" if wide else "<i", self.control, getattr(Control, name), value)

    def add(self, machine: int, size: int = HEADER_BYTES, **words: int) -> int:
        """An object with these header words; its handle."""
        handle = self.bump
        for name, value in {"MACHINE": machine, "BYTES": size // 16, **words}.items():
            struct.pack_into("<i", self.arena, handle + getattr(Header, name), value)
        self.bump += size
        self.set(BUMP=self.bump)
        return handle

    def check(self, ended: Ended = Ended.FINISHED, executor: str = "dynamic") -> None:
        state = ControlState(bytes(self.control))
        remains = Remains(entry(executor=executor), state, lambda used: Arena(self.arena[:used]), count_tasks)
        check_outcome(remains, ended, 1.5)


def test_a_launch_that_ended_says_nothing() -> None:
    scene = Scene()
    scene.add(1, STATUS=Status.DONE)
    scene.set(ENDED_ROOTS=1)
    scene.check()


def test_a_launch_that_ended_while_it_was_being_stopped_has_its_results() -> None:
    scene = Scene()
    scene.set(ENDED_ROOTS=1, HALT=1)
    scene.check(Ended.STOPPED)
    scene.set(LIVE=1)
    with pytest.raises(DeadlineError, match="was stopped"):
        scene.check(Ended.STOPPED)


def test_results_are_never_those_of_roots_that_did_not_end() -> None:
    scene = Scene(instances=4)
    scene.set(ENDED_ROOTS=3)
    with pytest.raises(InternalError, match="of 4 roots of @k 3 ended"):
        scene.check()


@pytest.mark.parametrize(
    ("kind", "error_kind", "said"),
    [
        (ErrorKind.FAILED, "fail", "task failed with code 7: x must be positive"),
        (ErrorKind.ASSERTION, "assert", "assertion failed: x must be positive"),
        (ErrorKind.CANCELLED, "cancelled", "the task was cancelled"),
        (ErrorKind.CLOSED, "closed", "send on a closed channel"),
        (ErrorKind.GROUP_OVERFILLED, "group-overfilled", "a group gets one more than its size"),
        (ErrorKind.INVALID_ARGUMENT, "invalid-argument", "invalid argument: x must be positive"),
    ],
)
def test_faults(kind: ErrorKind, error_kind: str, said: str) -> None:
    scene = Scene(instances=4)
    scene.set(FAULT_CLAIM=1, FAULT_KIND=kind, FAULT_CODE=7, FAULT_SITE=1, FAULT_INSTANCE=3)
    with pytest.raises(TaskError) as caught:
        scene.check()
    error = caught.value
    assert (error.kind, error.code, error.message, str(error.location)) == (error_kind, 7, said, "f.mlir:3:5")
    assert error.notes == (("in instance 3", None),)


def test_every_kind_of_error_has_a_message() -> None:
    for kind in ErrorKind:
        scene = Scene()
        scene.set(FAULT_CLAIM=1, FAULT_KIND=kind)
        if kind is not ErrorKind.NONE:
            with pytest.raises(TaskError):
                scene.check()


def test_exhausted_arena_names_the_option() -> None:
    scene = Scene()
    scene.set(FAULT_CLAIM=1, FAULT_KIND=ErrorKind.OUT_OF_MEMORY, FAULT_CODE=6, FAULT_SITE=2, HALT=1)
    with pytest.raises(ResourceError) as caught:
        scene.check()
    error = caught.value
    assert (error.resource, error.option, error.needed, error.available) == ("arena", "arena", 96, ARENA_BYTES)
    assert error.render() == "f.mlir:7:3: error: the arena of 65536 bytes is exhausted (96 bytes)\nhelp: launch with arena=131072"
    scene.set(FAULT_SITE=8)
    with pytest.raises(ResourceError, match=r"the arena of 65536 bytes is exhausted \(frame of @child, 96 bytes\)"):
        scene.check()


def test_full_queue_names_the_option() -> None:
    scene = Scene()
    scene.set(FAULT_CLAIM=1, FAULT_KIND=ErrorKind.OUT_OF_QUEUE, FAULT_SITE=2, HALT=1)
    with pytest.raises(ResourceError) as caught:
        scene.check()
    error = caught.value
    assert (error.resource, error.option, error.available) == ("ready queue", "queue", 16)
    assert error.render() == "f.mlir:7:3: error: the ready queue of 16 tasks is exhausted\nhelp: launch with queue=32"


def test_a_failed_task_is_named_where_it_is_known() -> None:
    scene = Scene()
    for site, name in ((1, None), (8, "k")):
        scene.set(FAULT_CLAIM=1, FAULT_KIND=ErrorKind.ASSERTION, FAULT_SITE=site)
        with pytest.raises(TaskError) as caught:
            scene.check()
        assert caught.value.task == name


def test_deadlock_says_who_waits_for_what() -> None:
    scene = Scene()
    channel = scene.add(ObjectKind.CHANNEL, 128, WHERE=3)
    group = scene.add(ObjectKind.GROUP, 112, WHERE=5)
    struct.pack_into("<3q", scene.arena, group + Group.SIZE, 3, 2, 1)
    child = scene.add(2, STATUS=Status.WAITING, WHERE=4, WAITS_ON=channel, STATE=1)
    scene.add(2, STATUS=Status.WAITING, WHERE=6, WAITS_ON=group, STATE=2)
    scene.add(1, STATUS=Status.WAITING, WHERE=7, WAITS_ON=child, STATE=1, FLAGS=FrameFlags.ROOT)
    scene.add(2, STATUS=Status.DONE)
    scene.set(LIVE=3)
    with pytest.raises(DeadlockError) as caught:
        scene.check()
    assert caught.value.message == "deadlock: 3 tasks wait and nothing can wake them"
    assert [str(task) for task in caught.value.tasks] == [
        "task @child at f.mlir:9:9 waits for recv on channel created at f.mlir:8:9",
        "task @child at f.mlir:11:9 waits for group created at f.mlir:10:9: 2 of 3 added, 1 of them ended",
        "task @k at f.mlir:12:9 waits for @child",
    ]


def test_every_kind_of_wait_is_told_in_the_words_of_the_reference() -> None:
    scene = Scene()
    channel = scene.add(ObjectKind.CHANNEL, 128, WHERE=3)
    event = scene.add(ObjectKind.EVENT, WHERE=5)
    lock = scene.add(ObjectKind.LOCK, 80, WHERE=7)
    for status, words in (
        (Status.WAITING, {"WHERE": 9, "WAITS_ON": event}),
        (Status.WAITING, {"WHERE": 10, "WAITS_ON": lock}),
        (Status.WAITING, {"WHERE": 12, "WAITS_ON": channel}),
        (Status.WAITING, {"WHERE": 13}),
        (Status.WAITING_FOR_CHILD, {"WHERE": 7, "WAITS_ON": channel + 1000}),
    ):
        scene.add(2, STATUS=status | Claim.CANCEL | Claim.GENERATION, **words)
    select(scene, channel, event)
    scene.set(LIVE=6)
    with pytest.raises(DeadlockError) as caught:
        scene.check()
    assert [task.waits_for for task in caught.value.tasks] == [
        "wait on event created at f.mlir:10:9",
        "acquire on lock created at f.mlir:12:9",
        "a timer",
        "its turn",
        "await",
        "select on channel created at f.mlir:8:9, a timer",
    ]


def select(scene: Scene, first: int, stale: int) -> None:
    """A task that selects on a source and, in a later case, a timeout; an earlier select's node is left."""
    generation = 3 * Claim.GENERATION
    nodes: list[int] = []
    for stamp, source in ((generation << 32, first), ((generation - Claim.GENERATION) << 32 | 1, stale), (generation << 32 | 1, 0)):
        node = scene.add(ObjectKind.SELECT_NODE, SelectNode.BYTES, WHERE=11)
        struct.pack_into("<i", scene.arena, node + SelectNode.FOLLOWING, nodes[-1] if nodes else 0)
        struct.pack_into("<q", scene.arena, node + SelectNode.STAMP, stamp)
        struct.pack_into("<i", scene.arena, node + SelectNode.SOURCE, source)
        nodes.append(node)
    task = scene.add(2, HEADER_BYTES + 32, STATUS=Status.WAITING | generation, WHERE=11)
    extension = task + HEADER_BYTES + 32 - Extension.BYTES
    struct.pack_into("<i", scene.arena, extension + Extension.NODES, nodes[1])
    struct.pack_into("<i", scene.arena, extension + Extension.TIMER, nodes[2])


@pytest.mark.parametrize(
    ("status", "state"), [(Status.REGISTERING, "running"), (Status.CLAIMED, "running"), (Status.FIRED, "running"), (Status.KILLED, "ready")]
)
def test_states_of_a_wait_are_those_of_its_task(status: Status, state: str) -> None:
    scene = Scene()
    scene.add(2, STATUS=status | 5 * Claim.GENERATION, WHERE=4)
    scene.set(HALT=1, LIVE=1)
    with pytest.raises(DeadlineError) as caught:
        scene.check(Ended.STOPPED)
    assert [task.state for task in caught.value.tasks] == [state]
    arena = Arena(scene.arena[: scene.bump])
    assert count_tasks(arena) == count_tasks_compiled(arena) == Census(**{state: 1})


def test_deadline_reports_running_and_ready_tasks() -> None:
    scene = Scene(instances=2)
    scene.add(1, STATUS=Status.RUNNING, WHERE=2, INSTANCE=1)
    scene.add(2, STATUS=Status.READY, STATE=1)
    scene.set(HALT=1, LIVE=2)
    with pytest.raises(DeadlineError) as caught:
        scene.check(Ended.DEADLINE)
    assert caught.value.message == "@k passed its deadline of 1.5 s"
    assert [str(task) for task in caught.value.tasks] == [
        "task @k (instance 1) at f.mlir:7:3 is running",
        "task @child (instance 0) at f.mlir:9:9 is ready",
    ]
    assert caught.value.notes == (("2 tasks had not ended: 1 running, 1 ready", None),)
    assert [task.task for task in running_reports(entry(), Arena(scene.arena[: scene.bump]), 2)] == ["k"]


def test_stopped_inline_kernel_says_where_it_was() -> None:
    scene = Scene()
    scene.set(HALT=1, STOPPED_SITE=2)
    with pytest.raises(DeadlineError) as caught:
        scene.check(Ended.STOPPED, executor="inline")
    assert caught.value.message == "@k was stopped"
    assert [str(task) for task in caught.value.tasks] == ["task @k at f.mlir:7:3 is running"]


def test_long_reports_are_counted() -> None:
    scene = Scene(arena_bytes=1 << 20)
    for _ in range(MAX_REPORTED + 10):
        scene.add(2, STATUS=Status.WAITING)
    scene.set(LIVE=MAX_REPORTED + 10)
    with pytest.raises(DeadlockError) as caught:
        scene.check()
    assert len(caught.value.tasks) == MAX_REPORTED
    assert caught.value.notes == ((f"{MAX_REPORTED + 10} tasks had not ended: {MAX_REPORTED + 10} waiting", None),)
    assert caught.value.body() == [f"  {MAX_REPORTED} times: task @child at f.mlir:3:5 waits for something unknown"]


def test_walk_ends_at_what_was_never_written() -> None:
    scene = Scene()
    scene.add(2, STATUS=Status.WAITING)
    scene.set(BUMP=scene.bump + 640)
    state = ControlState(bytes(scene.control))
    assert len(list(Arena(scene.arena[: state.used]).objects())) == 1


def test_used_ends_where_the_first_allocation_did_not_fit() -> None:
    scene = Scene()
    scene.set(BUMP=ARENA_BYTES + 4096, END=1024)
    assert ControlState(bytes(scene.control)).used == 1024


def test_both_counts_agree() -> None:
    scene = Scene()
    scene.add(ObjectKind.MEMORY, 4096)
    scene.add(2, STATUS=Status.WAITING)
    scene.add(2, STATUS=Status.DONE, ERROR_KIND=1)
    scene.add(2, STATUS=Status.DONE, ERROR_KIND=1, FLAGS=FrameFlags.OBSERVED)
    scene.add(1, STATUS=Status.DONE, ERROR_KIND=1, FLAGS=FrameFlags.ROOT)
    scene.add(1, STATUS=Status.RUNNING)
    scene.add(ObjectKind.FREE, 4096, STATUS=Status.RUNNING)
    scene.add(2)
    scene.add(2)
    arena = Arena(scene.arena[: scene.bump])
    assert count_tasks(arena) == count_tasks_compiled(arena) == Census(ready=2, running=1, waiting=1, unobserved=1)


def stats_of(scene: Scene, executor: str = "inline", counted: bool = True) -> Stats:
    described = entry(executor=executor, statistics=counted)
    return statistics(described, ControlState(bytes(scene.control)), Sizes(4, 1000), Times(1.5, 0.25), 1 if counted else None)


def test_statistics_without_counters() -> None:
    found = stats_of(Scene(), counted=False)
    assert found["tasks"] is None and found["workers"] == 4 and found["high_water"] == 0


def test_statistics_with_counters() -> None:
    scene = Scene()
    counts = {"tasks": 10, "entries": 20, "suspensions": 5, "wakes": 4, "polls": 8, "idle_polls": 2, "asked": 7}
    counts |= {"served_warp": 1, "served_block": 2, "served_device": 3}
    counts |= {"exports": 9, "stack_words": 100, "queue_tasks": 50, "reused": 6}
    assert list(counts) == list(STATISTICS), "in the order in which the code counts them"
    struct.pack_into(f"<{len(counts)}q", scene.control, Control.STATS, *counts.values())
    struct.pack_into("<Q", scene.control, Control.SM_MASK, 0b1011)
    assert stats_of(scene, "dynamic") == {
        "tasks": 10, "entries": 20, "suspensions": 5, "wakes": 4, "exports": 9, "reused": 6,
        "steals_asked": 7, "steals_served": 6, "steals_warp": 1, "steals_block": 2, "steals_device": 3,
        "sms": 3, "idle_fraction": 0.25, "stack_high_water": 100, "queue_high_water": 50, "high_water": 0,
        "workers": 4, "memory_bytes": 1000, "unobserved_errors": 1, "kernel_ms": 1.5, "reset_ms": 0.25,
    }  # fmt: skip


def test_inline_roots_are_tasks_of_one_piece() -> None:
    scene = Scene()
    struct.pack_into("<Q", scene.control, Control.INSTANCES, 7)
    found = stats_of(scene)
    assert (found["tasks"], found["entries"], found["suspensions"]) == (7, 7, 0)

"""Control blocks and arenas as a launch leaves them, made by hand, and what is said about them."""

from __future__ import annotations

import struct

import pytest
from runtime_kernels import entry

from asyncir.abi import ARENA_START, HEADER_BYTES, Control, ErrorKind, FrameFlags, Group, Header, ObjectKind, Status
from asyncir.errors import DeadlineError, DeadlockError, InputError, ResourceError, TaskError
from asyncir.runtime.arena import Arena, Census, count_tasks
from asyncir.runtime.control import Addresses, ControlState, checked_arena_bytes, initial_control, queue_shift, statistics
from asyncir.runtime.host import count_tasks as count_tasks_compiled
from asyncir.runtime.outcome import Ended, Remains, check_outcome
from asyncir.runtime.report import MAX_REPORTED

ARENA_BYTES = 1 << 16


class Scene:
    """A control block and an arena that a test fills."""

    def __init__(self, instances: int = 1) -> None:
        self.control = bytearray(initial_control(Addresses(0, ARENA_BYTES, 0, 0, 4, 0), instances))
        self.arena = bytearray(ARENA_BYTES)
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
    assert (error.resource, error.option, error.needed, error.available) == ("arena", "arena_bytes", 96, ARENA_BYTES)


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


def test_stopped_inline_kernel_says_where_it_was() -> None:
    scene = Scene()
    scene.set(HALT=1, STOPPED_SITE=2)
    with pytest.raises(DeadlineError) as caught:
        scene.check(Ended.STOPPED, executor="inline")
    assert caught.value.message == "@k was stopped"
    assert [str(task) for task in caught.value.tasks] == ["task @k at f.mlir:7:3 is running"]


def test_long_reports_are_counted() -> None:
    scene = Scene()
    for _ in range(MAX_REPORTED + 10):
        scene.add(2, STATUS=Status.WAITING)
    scene.set(LIVE=MAX_REPORTED + 10)
    with pytest.raises(DeadlockError) as caught:
        scene.check()
    assert len(caught.value.tasks) == MAX_REPORTED
    assert caught.value.notes == ((f"{MAX_REPORTED + 10} tasks had not ended in all", None),)


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
    arena = Arena(scene.arena[: scene.bump])
    assert count_tasks(arena) == count_tasks_compiled(arena) == Census(unfinished=1, unobserved=1)


def test_statistics_without_counters() -> None:
    state = ControlState(bytes(Scene().control))
    found = statistics(entry(), state, 4, None)
    assert found["tasks"] is None and found["workers"] == 4 and found["high_water"] == 0


def test_statistics_with_counters() -> None:
    scene = Scene()
    struct.pack_into("<6q", scene.control, Control.STATS, 10, 20, 5, 5, 8, 2)
    struct.pack_into("<Q", scene.control, Control.SM_MASK, 0b1011)
    found = statistics(entry(executor="dynamic", statistics=True), ControlState(bytes(scene.control)), 4, 1)
    assert [found[key] for key in ("tasks", "entries", "suspensions", "wakes", "idle_fraction", "sms", "unobserved_errors")] == [
        10, 20, 5, 5, 0.25, 3, 1,
    ]  # fmt: skip


def test_inline_roots_are_tasks_of_one_piece() -> None:
    scene = Scene()
    struct.pack_into("<Q", scene.control, Control.INSTANCES, 7)
    found = statistics(entry(executor="inline", statistics=True), ControlState(bytes(scene.control)), 4, None)
    assert (found["tasks"], found["entries"], found["suspensions"]) == (7, 7, 0)


def test_arena_sizes() -> None:
    assert checked_arena_bytes(None, 1 << 20) == 1 << 20
    assert checked_arena_bytes(10_007, 0) == 10_000
    for wrong in (0, -1, 1 << 33):
        with pytest.raises(InputError, match="arena_bytes"):
            checked_arena_bytes(wrong, 0)
    assert queue_shift(1 << 12) == 6
    assert queue_shift(1 << 32) == 22

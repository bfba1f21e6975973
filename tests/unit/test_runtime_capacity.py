"""What a launch has for its tasks: defaults from the program and the device, options, and what cannot be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from runtime_kernels import entry

from asyncir.abi import ARENA_START, MAX_ARENA_BYTES, Cell, Kept, Largest, Machine
from asyncir.errors import InputError
from asyncir.runtime.capacity import DEFAULT_TASKS, Asked, Device, capacities

CPU = Device(width=1, least_arena=1 << 30, most_arena=1 << 32)
GPU = Device(width=32, least_arena=1 << 27, most_arena=1 << 30)
DYNAMIC = entry(executor="dynamic")


def of(frame: int, scope: str = "lane") -> tuple[Machine, ...]:
    return (Machine(1, "k", scope, frame, {}, 2),)


def test_defaults_follow_the_largest_frame() -> None:
    small = capacities(replace(DYNAMIC, machines=of(96)), Asked(), GPU, 1)
    assert small.arena_bytes == 1 << 27, "the device's least"
    large = capacities(replace(DYNAMIC, machines=of(256)), Asked(), GPU, 1)
    assert 0 <= 256 * (DEFAULT_TASKS + 1) - large.arena_bytes < 1 << 20
    assert capacities(replace(DYNAMIC, machines=of(1 << 20)), Asked(), GPU, 1).arena_bytes == 1 << 30, "what the device can spare"
    assert capacities(replace(DYNAMIC, machines=of(1 << 20)), Asked(), CPU, 1).arena_bytes == MAX_ARENA_BYTES, "what a handle can name"


def test_roots_have_room_beside_the_tasks() -> None:
    machines = replace(DYNAMIC, machines=of(128))
    one, many = (capacities(machines, Asked(), GPU, instances).arena_bytes for instances in (1, 1 << 20))
    assert many - one == 128 << 20


def test_what_is_asked_for_is_given() -> None:
    sizes = capacities(DYNAMIC, Asked(arena=10_007, queue=100), CPU, 1)
    assert (sizes.arena_bytes, sizes.queue_shift, sizes.queue_bytes) == (10_000, 7, 128 * Cell.BYTES)


@pytest.mark.parametrize(("arena", "shift"), [(1 << 12, 6), (1 << 32, 22)])
def test_a_queue_holds_the_tasks_that_the_arena_can_hold_within_reason(arena: int, shift: int) -> None:
    assert capacities(DYNAMIC, Asked(arena=arena), CPU, 1).queue_shift == shift


def test_queues_are_there_for_the_scopes_that_occur() -> None:
    assert capacities(entry(executor="inline"), Asked(), CPU, 1).queues == 0
    assert capacities(DYNAMIC, Asked(), CPU, 1).queues == 1
    assert capacities(replace(DYNAMIC, machines=of(96, "warp")), Asked(), CPU, 1).queues == 2, "the kernel is of lane scope"


def test_workspaces_hold_the_stacks_of_a_warp() -> None:
    stacks = replace(DYNAMIC, workspace_bytes=100, stack_words=64, least_stack_words=16)
    assert capacities(stacks, Asked(), GPU, 1).workspace_bytes == -(-(100 + 4 * 32 * 64) // 16) * 16
    sizes = capacities(stacks, Asked(stack=16), CPU, 1)
    assert (sizes.stack_words, sizes.workspace_bytes) == (16, 176)
    assert capacities(DYNAMIC, Asked(stack=16), CPU, 1).workspace_bytes == 0, "code without stacks has none"


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("arena", 0, "arena is 0 bytes: it must lie between 4096 and 4294967296"),
        ("arena", -1, "arena is -1 bytes"),
        ("arena", 1 << 33, "arena is 8589934592 bytes"),
        ("queue", 1, "queue is 1 tasks: it must lie between 2 and 268435456"),
        ("queue", 1 << 40, "queue is 1099511627776 tasks"),
        ("stack", 0, "stack is 0 words: it must lie between 1 and 1048576"),
    ],
)
def test_wrong_values_are_input_errors(option: str, value: int, said: str) -> None:
    with pytest.raises(InputError) as caught:
        Asked(**{option: value})
    assert caught.value.message.startswith(said)


def test_a_stack_holds_the_largest_task() -> None:
    stacks = replace(DYNAMIC, stack_words=64, least_stack_words=16)
    assert capacities(stacks, Asked(stack=16), GPU, 1).stack_words == 16
    with pytest.raises(InputError, match="stack is 15 words: the tasks of @k need 16") as caught:
        capacities(stacks, Asked(stack=15), GPU, 1)
    assert (str(caught.value.location), caught.value.help) == ("f.mlir:1:1", "launch with stack=16 or more")


def test_a_frame_larger_than_the_arena_is_told_of_before_the_launch() -> None:
    machines = replace(DYNAMIC, machines=of(8192))
    assert capacities(machines, Asked(arena=ARENA_START + 8192), CPU, 1).arena_bytes == ARENA_START + 8192
    with pytest.raises(InputError) as caught:
        capacities(machines, Asked(arena=8192), CPU, 1)
    assert str(caught.value) == "f.mlir:7:3: arena is 8192 bytes: a task @k takes 8192 bytes of it"
    assert caught.value.help == "launch with arena=8256 or more; asyncir explain tells what is kept at which suspension"


def test_what_a_large_frame_keeps_is_named() -> None:
    values = (Kept("%m of type vector<1000xf64>", "f.mlir:3:5", 8000), Kept("%x of type i64", "", 8))
    most = Largest("the suspension 'await'", "f.mlir:4:9", 8016, 3, values)
    machines = replace(DYNAMIC, machines=(replace(*of(8192), largest=most),))
    with pytest.raises(InputError) as caught:
        capacities(machines, Asked(arena=8192), CPU, 1)
    assert str(caught.value) == (
        "f.mlir:4:9: arena is 8192 bytes: a task @k takes 8192 bytes of it, 8016 for the suspension 'await': 3 values, "
        "the largest %m of type vector<1000xf64> (8000 bytes)"
    )
    assert [(text, place and str(place)) for text, place in caught.value.notes] == [
        ("%m of type vector<1000xf64>, 8000 bytes, is defined here", "f.mlir:3:5"),
        ("%x of type i64, 8 bytes, is defined here", None),
    ]
    help = caught.value.help
    assert help is not None and help.startswith("launch with arena=8256 or more, or keep values in an array (memref.alloc)")


def test_one_large_argument_is_named_alone() -> None:
    most = Largest("its arguments", "", 8192, 1, (Kept("%m of type vector<2048xf32>", "f.mlir:3:5", 8192),))
    with pytest.raises(InputError) as caught:
        capacities(replace(DYNAMIC, machines=(replace(*of(8256), largest=most),)), Asked(arena=8192), CPU, 1)
    assert str(caught.value) == (
        "f.mlir:7:3: arena is 8192 bytes: a task @k takes 8256 bytes of it, 8192 for its arguments: "
        "%m of type vector<2048xf32> (8192 bytes)"
    )


def test_an_arena_that_nobody_asked_for_holds_each_frame_too() -> None:
    """What the device has is less than one frame: told of before the launch, as where the caller gave the size."""
    device = Device(width=32, least_arena=1 << 20, most_arena=1 << 20)
    with pytest.raises(InputError, match="arena is 1048576 bytes: a task @k takes 2097152 bytes of it"):
        capacities(replace(DYNAMIC, machines=of(2 << 20)), Asked(), device, 1)
    with pytest.raises(InputError) as caught:
        capacities(replace(DYNAMIC, machines=of(MAX_ARENA_BYTES)), Asked(), GPU, 1)
    assert caught.value.help is not None and caught.value.help.startswith("an arena has 4294967296 bytes at most;")


def test_of_several_frames_that_are_too_large_the_largest_is_told_of() -> None:
    machines = (*of(8192), Machine(2, "larger", "lane", 10_000, {}, 2), Machine(3, "small", "lane", 96, {}, 2))
    with pytest.raises(InputError, match="a task @larger takes 10000 bytes of it") as caught:
        capacities(replace(DYNAMIC, machines=machines), Asked(arena=8192), CPU, 1)
    assert caught.value.help is not None and f"arena={ARENA_START + 10_000} or more" in caught.value.help
    warp = replace(DYNAMIC, machines=of(8192, "warp"))
    assert capacities(warp, Asked(arena=8192), CPU, 1).arena_bytes == 8192, "a warp of one lane has smaller rows"

"""The rt level: flat memory, atomics, warps, and kernels run as a host runs them."""

from __future__ import annotations

import numpy as np
import pytest
from reference_programs import at_level, results, run
from test_reference_tasks import FIB

from asyncir import reference
from asyncir.errors import DeadlineError, TaskError
from asyncir.reference.flat import FlatMemory
from asyncir.reference.memory import MemoryFault


def kernel(body: str, *, executor: str = "inline", scope: str = "lane") -> str:
    return f"""
rt.kernel @main(%a: memref<?xi32>, %result: !rt.ptr, %control: !rt.ptr, %instances: index)
    attributes {{executor = "{executor}", why = "test", scope = "{scope}", results = [i64]}} {{
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %arena = rt.load %control[0 : i64] : !rt.ptr
  %thread = rt.thread_id : index
  {body}
}}"""


def test_an_inline_kernel_writes_a_result_for_each_instance() -> None:
    text = kernel("""%in = arith.cmpi ult, %thread, %instances : index
  cf.cond_br %in, ^run, ^end
^run:
  %t = arith.index_cast %thread : index to i64
  %c8 = arith.constant 8 : i64
  %offset = arith.muli %t, %c8 : i64
  %place = rt.ptr_add %result, %offset
  rt.store %t, %place[0 : i64] : i64
  %v = arith.trunci %t : i64 to i32
  memref.store %v, %a[%thread] : memref<?xi32>
  rt.return
^end:
  rt.return""")
    array = np.full(5, -1, dtype=np.int32)
    assert results(text, array, instances=5, width=2) == [[0, 1, 2, 3, 4]]
    assert array.tolist() == [0, 1, 2, 3, 4]


FAR = "%far = arith.constant 0x4000000000000 : i64\n  %p = rt.ptr_add %arena, %far\n  %x = rt.load %p[0 : i64] : i32"
PARTLY = "%b = arith.constant true\n  rt.store %b, %arena[0 : i64] : i1\n  %x = rt.load %arena[0 : i64] : i32"


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        ("%x = rt.load %arena[64 : i64] : i64", "uninitialised-read", "8 bytes at offset 64 of the arena were never written"),
        ("rt.store %zero, %control[65536 : i64] : i64", "out-of-bounds", "behind the control block"),
        (
            "%far = arith.constant 0x4000000000000 : i64\n  %p = rt.ptr_add %arena, %far\n  %x = rt.load %p[0 : i64] : i32",
            "out-of-bounds",
            "in no memory",
        ),
        ("%m = rt.memref %result : memref<2xi64>", "out-of-bounds", "ends behind the memory"),
        ("cf.br ^end\n^end:", "uninitialised-read", "result 0 was not written for instance 0"),
        ("%x = rt.load %control[64 : i64] : memref<?xi32>", "uninitialised-read", "no array descriptor"),
        (
            "%b = arith.constant true\n  rt.store %b, %arena[0 : i64] : i1\n  %x = rt.load %arena[0 : i64] : i32",
            "uninitialised-read",
            "4 bytes",
        ),
    ],
)
def test_wrong_accesses_are_located_errors(body: str, kind: str, message: str) -> None:
    text = kernel(f"{body}\n  rt.return")
    with pytest.raises(TaskError, match=message) as caught:
        run(text, np.zeros(1, np.int32))
    assert caught.value.kind == kind
    assert caught.value.location is not None


def test_what_is_stored_is_loaded() -> None:
    text = kernel("""%m = arith.constant -5 : i64
  %f = arith.constant 1.5 : f32
  %h = arith.constant 0.5 : f16
  %t = arith.constant true
  rt.store %m, %arena[64 : i64] : i64
  %low = rt.load %arena[64 : i64] : i32
  rt.store %f, %arena[72 : i64] : f32
  %bits = rt.load %arena[72 : i64] : i32
  rt.store %h, %arena[76 : i64] : f16
  %h1 = rt.load %arena[76 : i64] : f16
  rt.store %t, %arena[78 : i64] : i1
  %t1 = rt.load %arena[78 : i64] : i1
  rt.store %a, %arena[80 : i64] : memref<?xi32>
  %a1 = rt.load %arena[80 : i64] : memref<?xi32>
  %p = rt.memref_ptr %a1 : memref<?xi32>
  %x = rt.load %p[4 : i64] : i32
  %y = arith.extsi %x : i32 to i64
  rt.store %y, %result[0 : i64] : i64
  memref.store %low, %a1[%c0] : memref<?xi32>
  rt.return""")
    array = np.array([0, 77], dtype=np.int32)
    assert results(text, array) == [77]
    assert array[0] == -5


ATOMICS = """%c8 = arith.constant 8 : i64
  %old = rt.atomic_rmw OP relaxed device %operand, %control[840 : i64] pairs "itself" : i64 -> i64
  %new = rt.atomic_load relaxed device %control[840 : i64] pairs "itself" : i64
  rt.store %new, %result[0 : i64] : i64
  rt.return"""


@pytest.mark.parametrize(
    ("op", "operand", "expected"),
    [
        ("add", 3, 3),
        ("sub", 3, -3),
        ("or", 6, 6),
        ("xor", 6, 6),
        ("and", 6, 0),
        ("xchg", 9, 9),
        ("mins", -1, -1),
        ("maxs", -1, 0),
        ("minu", -1, 0),
        ("maxu", -1, -1),
    ],
)
def test_read_modify_write(op: str, operand: int, expected: int) -> None:
    body = f"%operand = arith.constant {operand} : i64\n  " + ATOMICS.replace("OP", op)
    assert results(kernel(body), np.zeros(1, np.int32)) == [expected]


LOCK = """%lock = arith.constant 1 : i32
  %free = arith.constant 0 : i32
  cf.br ^try
^try:
  %old, %ok = rt.cmpxchg acquire device %free, %lock, %control[76 : i64] pairs "the unlock" : i32
  cf.cond_br %ok, ^locked, ^wait
^wait:
  rt.pause 10 : i64
  cf.br ^try
^locked:
  %x = memref.load %a[%c0] : memref<?xi32>
  %y = arith.addi %x, %lock : i32
  %n = rt.atomic_load relaxed device %control[128 : i64] pairs "nothing: lets others run" : i64
  memref.store %y, %a[%c0] : memref<?xi32>
  rt.atomic_store release device %free, %control[76 : i64] pairs "the exchange" : i32
  rt.store %zero, %result[0 : i64] : i64
  %minus = arith.constant 0 : i64
  rt.store %minus, %control[768 : i64] : i64
  rt.return"""


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_lock_excludes_and_without_it_additions_are_lost(seed: int) -> None:
    array = np.zeros(1, dtype=np.int32)
    run(kernel(LOCK, executor="dynamic"), array, workers=3, width=4, seed=seed)
    assert array[0] == 12
    without = LOCK.replace("cf.cond_br %ok, ^locked, ^wait", "cf.br ^locked").replace("^wait:\n  rt.pause 10 : i64\n  cf.br ^try\n", "")
    array[0] = 0
    run(kernel(without, executor="dynamic"), array, workers=3, width=4, seed=seed)
    assert array[0] < 12


def test_lanes_that_do_not_meet_are_an_error() -> None:
    text = kernel("""%lane = gpu.lane_id
  %first = arith.cmpi eq, %lane, %c0 : index
  cf.cond_br %first, ^sync, ^end
^sync:
  rt.warp_sync
  cf.br ^end
^end:
  rt.return""")
    assert run(text.replace("rt.warp_sync", "rt.fence acquire device pairs \"x\"").replace(
        "rt.return", "rt.store %zero, %result[0 : i64] : i64\n  rt.return"), np.zeros(1, np.int32), width=2).results == [0]  # fmt: skip
    with pytest.raises(TaskError, match="do not meet at 'rt.warp_sync'") as caught:
        run(text, np.zeros(1, np.int32), width=2)
    assert caught.value.kind == "divergence"


def test_a_kernel_that_never_leaves_is_ended() -> None:
    text = kernel("cf.br ^loop\n^loop:\n  cf.br ^loop", executor="dynamic")
    with pytest.raises(DeadlineError, match="did not leave"):
        run(text, np.zeros(1, np.int32), deadline=0.05)


def test_a_deadline_ends_a_lowered_program_by_the_stop_word() -> None:
    text = """
async.func @spin() -> !async.token {
  %t = arith.constant true
  scf.while : () -> () {
    scf.condition(%t)
  } do {
    task.yield_now
    scf.yield
  }
  return
}
func.func @main() attributes {task.kernel} {
  %h = async.call @spin() : () -> !async.token
  async.await %h : !async.token
  return
}"""
    with pytest.raises(DeadlineError) as caught:
        reference.run(at_level(text, "rt"), "main", [], deadline=0.2)
    reports = {task.task: task for task in caught.value.tasks}
    assert reports["main"].waits_for == "@spin"
    assert reports["spin"].state in ("ready", "running", "waiting")


@pytest.mark.parametrize("width", [1, 4])
def test_statistics_of_a_lowered_program(width: int) -> None:
    stats = reference.run(at_level(FIB, "rt"), "main", [8], width=width, seed=3, workers=3, statistics=True).stats
    assert stats["tasks"] == 68
    assert stats["workers"] == 3
    assert stats["entries"] >= 68
    assert stats["exports"] >= stats["steals_served"]
    assert stats["high_water"] >= 64 * stats["exports"]
    assert 1 <= stats["sms"] <= 3
    assert stats["unobserved_errors"] == 0


def test_flat_memory() -> None:
    memory = FlatMemory()
    address = memory.segment("a", 16)
    memory.write(address + 4, b"abcd")
    assert memory.read(address + 4, 4) == b"abcd"
    with pytest.raises(MemoryFault, match="never written"):
        memory.read(address + 3, 4)
    memory.spoil(address + 5, 1)
    assert not memory.is_written(address + 4, 4)
    for wrong in (0, address - 1, address + 13, address + (1 << 41)):
        with pytest.raises(MemoryFault) as caught:
            memory.write(wrong, b"wxyz")
        assert caught.value.kind == "out-of-bounds"

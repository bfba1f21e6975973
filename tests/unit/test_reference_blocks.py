"""Blocks on the reference: barriers and bulk copies by their definition, and what is wrong with a kernel that misuses them."""

from __future__ import annotations

import numpy as np
import pytest
from reference_programs import run

from asyncir.errors import DeadlockError, TaskError

TILE = "memref<4xi32, #gpu.address_space<workgroup>>"


def kernel(body: str, *, warps: int = 2) -> str:
    """A kernel of the static executor: warp 0 runs `^first`, the others `^second`; all end in `^end`."""
    return f"""
rt.kernel @main(%a: memref<?xi32>, %control: !rt.ptr, %instances: index)
    attributes {{executor = "static", why = "", scope = "warp", results = [], task.warps = {warps} : i32, task.block_bytes = 64 : i64}} {{
  %c0 = arith.constant 0 : index
  %lane = gpu.lane_id
  %leads = arith.cmpi eq, %lane, %c0 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %c16 = arith.constant 16 : i32
  %even = arith.constant false
  %odd = arith.constant true
  %bar = rt.block_memory {{offset = 0 : i64}} : !rt.ptr
  %tile = rt.block_memory {{offset = 16 : i64}} : !rt.ptr
  %given = rt.memref_ptr %a : memref<?xi32>
  %w = rt.warp_in_block : i32
  %is_first = arith.cmpi eq, %w, %zero : i32
  %makes = arith.andi %leads, %is_first : i1
  cf.cond_br %makes, ^make, ^made
^make:
  rt.barrier_init %bar {{count = 1 : i32}}
  cf.br ^made
^made:
  rt.block_sync
  cf.cond_br %is_first, ^first, ^second
{body}
^end:
  rt.block_sync
  rt.return
}}"""


WAIT = """
  cf.br ^wait
^wait:
  %done = rt.barrier_try_wait %bar, %even
  cf.cond_br %done, ^over, ^wait"""

IDLE = "^second:\n  cf.br ^end"


def test_what_was_stored_before_a_barrier_is_seen_behind_it() -> None:
    body = f"""^first:
  rt.store %one, %tile[0 : i64] : i32
  rt.barrier_arrive %bar
  cf.br ^end
^second:{WAIT}
^over:
  %x = rt.load %tile[0 : i64] : i32
  memref.store %x, %a[%c0] : memref<?xi32>
  cf.br ^end"""
    for seed in range(4):
        array = np.zeros(1, np.int32)
        run(kernel(body), array, width=1, seed=seed)
        assert array.tolist() == [1]


def test_each_instance_has_a_block_of_its_own() -> None:
    body = f"""^first:
  %i = rt.block_id : index
  %v = arith.index_cast %i : index to i32
  rt.store %v, %tile[0 : i64] : i32
  rt.barrier_arrive %bar
  cf.br ^end
^second:{WAIT}
^over:
  %j = rt.block_id : index
  %x = rt.load %tile[0 : i64] : i32
  memref.store %x, %a[%j] : memref<?xi32>
  cf.br ^end"""
    array = np.full(5, -1, np.int32)
    run(kernel(body), array, width=1, instances=5, seed=1)
    assert array.tolist() == [0, 1, 2, 3, 4]


def test_a_phase_is_over_before_the_first_one_for_odd_parity() -> None:
    body = f"""^first:
  %before = rt.barrier_try_wait %bar, %odd
  %x = arith.extui %before : i1 to i32
  memref.store %x, %a[%c0] : memref<?xi32>
  cf.br ^end
{IDLE}"""
    array = np.zeros(1, np.int32)
    run(kernel(body), array, width=1)
    assert array.tolist() == [1]


LOAD = "rt.barrier_expect %bar, %c16\n  rt.bulk_load %tile, %given, %c16, %bar\n  rt.barrier_arrive %bar"


def test_a_load_completes_the_phase_that_expects_it() -> None:
    body = f"""^first:
  {LOAD}{WAIT}
^over:
  %t = rt.memref %tile : {TILE}
  %c3 = arith.constant 3 : index
  %x = memref.load %t[%c3] : {TILE}
  memref.store %x, %a[%c0] : memref<?xi32>
  cf.br ^end
{IDLE}"""
    for seed in range(4):
        array = np.array([1, 2, 3, 44], np.int32)
        run(kernel(body), array, width=1, seed=seed)
        assert array.tolist() == [44, 2, 3, 44]


FILL = "".join(f"  rt.store %one, %tile[{4 * word} : i64] : i32\n" for word in range(4))

WRONG = {
    "read before the copy has come": (
        f"^first:\n  {LOAD}\n  %t = rt.memref %tile : {TILE}\n  %x = memref.load %t[%c0] : {TILE}\n  cf.br ^end\n{IDLE}",
        "tile-misuse",
        "is being copied",
    ),
    "written while it is copied": (
        f"^first:\n  {LOAD}\n  rt.store %one, %tile[8 : i64] : i32\n  cf.br ^end\n{IDLE}",
        "tile-misuse",
        "written while a bulk copy to them is under way",
    ),
    "a source that changes": (
        f"^first:\n  {LOAD}\n  memref.store %one, %a[%c0] : memref<?xi32>{WAIT}\n^over:\n  cf.br ^end\n{IDLE}",
        "tile-misuse",
        "the source of a bulk copy was written before it was read",
    ),
    "a block that ends first": (
        f"^first:\n  {LOAD}\n  cf.br ^end\n{IDLE}",
        "tile-misuse",
        "block 0 ends while this bulk copy is under way",
    ),
    "an arrival too many": (
        f"^first:\n  rt.barrier_expect %bar, %c16\n  rt.barrier_arrive %bar\n  rt.barrier_arrive %bar\n  cf.br ^end\n{IDLE}",
        "undefined",
        "an arrival more than the 1 that a phase",
    ),
    "no barrier": (
        f"^first:\n  rt.barrier_arrive %tile\n  cf.br ^end\n{IDLE}",
        "undefined",
        "there is no barrier at byte 16 of block memory",
    ),
    "a copy of nothing": (
        f"^first:\n  rt.bulk_load %tile, %given, %zero, %bar\n  cf.br ^end\n{IDLE}",
        "undefined",
        "0 bytes are not a multiple of 16, or none",
    ),
    "a copy of an odd size": (
        f"^first:\n  rt.bulk_load %tile, %given, %one, %bar\n  cf.br ^end\n{IDLE}",
        "undefined",
        "1 bytes are not a multiple of 16",
    ),
    "a copy from block memory to itself": (
        f"^first:\n  rt.bulk_load %tile, %tile, %c16, %bar\n  cf.br ^end\n{IDLE}",
        "out-of-bounds",
        "not between block memory and that of the device",
    ),
    "a store without a fence": (
        f"^first:\n{FILL}  rt.bulk_store %given, %tile, %c16\n  rt.bulk_commit\n  rt.bulk_wait {{pending = 0 : i32}}\n  cf.br ^end\n{IDLE}",
        "tile-misuse",
        "stored with no 'rt.proxy_fence' behind it",
    ),
    "what nobody wrote": (
        f"^first:\n  %x = rt.load %tile[0 : i64] : i32\n  cf.br ^end\n{IDLE}",
        "uninitialised-read",
        "of the memory of block 0 were never written",
    ),
}


@pytest.mark.parametrize(("body", "kind", "message"), WRONG.values(), ids=WRONG)
def test_misuse_is_a_located_error(body: str, kind: str, message: str) -> None:
    with pytest.raises(TaskError, match=message) as caught:
        run(kernel(body), np.zeros(4, np.int32), width=1)
    assert caught.value.kind == kind
    assert caught.value.location is not None


def test_a_store_is_read_before_it_is_there() -> None:
    """`read` is over when block memory may be written again; only the whole wait says that the array may be read."""
    body = f"""^first:
  %t = rt.memref %tile : {TILE}
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  memref.store %one, %t[%c0] : {TILE}
  memref.store %one, %t[%c1] : {TILE}
  memref.store %one, %t[%c2] : {TILE}
  memref.store %one, %t[%c3] : {TILE}
  rt.proxy_fence
  rt.bulk_store %given, %tile, %c16
  rt.bulk_commit
  rt.bulk_wait {{pending = 0 : i32, read}}
  memref.store %zero, %t[%c0] : {TILE}
  LAST
  %x = memref.load %a[%c3] : memref<?xi32>
  %y = arith.addi %x, %one : i32
  memref.store %y, %a[%c2] : memref<?xi32>
  cf.br ^end
{IDLE}"""
    array = np.zeros(4, np.int32)
    run(kernel(body.replace("LAST", "rt.bulk_wait {pending = 0 : i32}")), array, width=1)
    assert array.tolist() == [1, 1, 2, 1]
    with pytest.raises(TaskError, match="is being copied"):
        run(kernel(body.replace("LAST", "")), array, width=1)


def test_lanes_that_wait_for_ever_are_named_once_a_warp() -> None:
    body = f"^first:{WAIT}\n^over:\n  cf.br ^end\n{IDLE}"
    with pytest.raises(DeadlockError) as caught:
        run(kernel(body, warps=3), np.zeros(1, np.int32), width=2, instances=2)
    assert [(report.task, report.instance) for report in caught.value.tasks] == [("main, warp 0", 0), ("main, warp 0", 1)]
    assert {report.waits_for for report in caught.value.tasks} == {
        "phase 0 of the barrier made at t.mlir:20:3, which lacks 1 of 1 arrivals"
    }


def test_a_missing_warp_is_waited_for_at_a_block_sync() -> None:
    body = "^first:\n  rt.return\n^second:\n  cf.br ^end"
    with pytest.raises(DeadlockError) as caught:
        run(kernel(body), np.zeros(1, np.int32), width=1)
    assert [report.waits_for for report in caught.value.tasks] == ["the other warps of the block"]


def test_a_phase_takes_the_bytes_of_all_its_copies() -> None:
    body = f"""^first:
  %c8 = arith.constant 32 : i32
  %next = arith.constant 16 : i64
  %tile2 = rt.ptr_add %tile, %next
  %given2 = rt.ptr_add %given, %next
  rt.barrier_expect %bar, %c8
  rt.bulk_load %tile, %given, %c16, %bar
  rt.bulk_load %tile2, %given2, %c16, %bar
  rt.barrier_arrive %bar{WAIT}
^over:
  %x = rt.load %tile2[0 : i64] : i32
  memref.store %x, %a[%c0] : memref<?xi32>
  cf.br ^end
{IDLE}"""
    for seed in range(6):
        array = np.arange(8, dtype=np.int32)
        run(kernel(body), array, width=1, seed=seed)
        assert array[0] == 4

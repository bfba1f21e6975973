"""Tile channels in the reference: what they mean, at source level and as channels of places below, and every misuse of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from reference_programs import at_level, parsed, results
from xdsl.dialects.builtin import ModuleOp

from asyncir import reference
from asyncir.errors import DeadlockError, TaskError

LEVELS = ("source", "split", "sm", "rt")

TYPES = """
!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>
!slot = !task.slot<!tile>
"""
CONSTANTS = """
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
"""
ACQUIRE = "%s{0}, %t{0} = task.acquire_slot %ch writer {1} : !tiles"
RECEIVE = "%s{0}, %t{0}, %ok{0} = task.receive_slot %ch reader {1} : !tiles"


def take(text: str, name: object, number: int = 0) -> str:
    return text.format(name, number)


def commit(name: object) -> str:
    return f"task.commit_slot %s{name} : !slot"


def release(name: object) -> str:
    return f"task.release_slot %s{name} : !slot"


def sometimes(line: str) -> tuple[str, ...]:
    """In a block of its own, so that the verifier does not see what comes first."""
    return ("scf.if %ok {", f"  {line}", "}")


CLOSE = "task.close %ch : !tiles"
STORE = "memref.store %one, %t{}[%c0] : !tile"
LOAD = "%x{0} = memref.load %t{0}[%c0] : !tile"


def program(*lines: str, attributes: str = "depth = 2 : i32", parameters: str = "", tasks: str = "") -> str:
    """A kernel @main that has a tile channel and does these things with it."""
    body = "\n".join(f"  {line}" for line in lines)
    made = f"  %ch = task.tile_channel {{{attributes}}} : !tiles"
    return f"{TYPES}{tasks}\nfunc.func @main({parameters}) attributes {{task.kernel}} {{{CONSTANTS}{made}\n{body}\n  return\n}}\n"


FILLED = (take(ACQUIRE, 0), STORE.format(0), commit(0))
ARRAY = "%a: memref<8xi32>"
COPY = "task.copy %a[%c0], %t0[%c0], %c4 into %s0 : memref<8xi32>, !tile, !slot"
COPY_TOKEN = "%token = task.copy %a[%c0], %t0[%c0], %c4 : memref<8xi32>, !tile -> !async.token"
AWAIT = "async.await %token : !async.token"

WRONG: dict[str, tuple[str, str]] = {
    "committed twice": (
        program(take(ACQUIRE, 0), *sometimes(commit(0)), commit(0), parameters="%ok: i1"),
        "'task.commit_slot': the slot was committed before",
    ),
    "released twice": (
        program(*FILLED, take(RECEIVE, 1), *sometimes(release(1)), release(1), parameters="%ok: i1"),
        "'task.release_slot': the slot was released before",
    ),
    "committed out of order": (
        program(take(ACQUIRE, 0), take(ACQUIRE, 1), commit(1), commit(0)),
        "'task.commit_slot': slots are committed in the order in which they were taken, and there is one before this",
    ),
    "released out of order": (
        program(*FILLED, take(ACQUIRE, 1), commit(1), take(RECEIVE, 2), take(RECEIVE, 3), release(3), release(2)),
        "slots are released in the order in which they were taken",
    ),
    "written behind the commit": (
        program(take(ACQUIRE, 0), *sometimes(commit(0)), STORE.format(0), parameters="%ok: i1"),
        "'memref.store': its slot was committed at t.mlir:",
    ),
    "read behind the release": (
        program(*FILLED, take(RECEIVE, 1), *sometimes(release(1)), LOAD.format(1), parameters="%ok: i1"),
        "'memref.load': its slot was released at t.mlir:",
    ),
    "a view read behind the release": (
        program(
            *FILLED,
            take(RECEIVE, 1),
            "%view = memref.subview %t1[0] [2] [1] : !tile to memref<2xi32, strided<[1]>, #gpu.address_space<workgroup>>",
            *sometimes(release(1)),
            "%x = memref.load %view[%c0] : memref<2xi32, strided<[1]>, #gpu.address_space<workgroup>>",
            parameters="%ok: i1",
        ),
        "'memref.load': its slot was released at t.mlir:",
    ),
    "received and written": (program(*FILLED, take(RECEIVE, 1), STORE.format(1)), "'memref.store': a tile that was received is only read"),
    "read before it is written": (program(take(ACQUIRE, 0), LOAD.format(0)), "'memref.load' reads an element that was never written"),
    "what was in the slot before": (
        program(*FILLED, take(RECEIVE, 1), release(1), take(ACQUIRE, 2), LOAD.format(2), attributes="depth = 1 : i32"),
        "'memref.load' reads an element that was never written",
    ),
    "too many slots": (program(*(take(ACQUIRE, k) for k in range(3))), "'task.acquire_slot': writer 0 has all 2 slots already"),
    "too many slots of a reader": (
        program(*FILLED, take(RECEIVE, 1), take(RECEIVE, 2), attributes="depth = 1 : i32"),
        "'task.receive_slot': reader 0 has all 1 slots already",
    ),
    "a slot at the end": (program(take(ACQUIRE, 0)), "@main ends with a slot of a tile channel that it has not committed"),
    "a received slot at the end": (program(*FILLED, take(RECEIVE, 1)), "@main ends with a slot of a tile channel that it has not released"),
    "a slot at close": (
        program(take(ACQUIRE, 0), CLOSE, commit(0)),
        "'task.close': the task has a slot of the tile channel that it has not",
    ),
    "closed twice": (program(CLOSE, CLOSE), "'task.close': the tile channel is closed more often than it has writers"),
    "acquired behind close": (program(CLOSE, take(ACQUIRE, 0)), "'task.acquire_slot': all writers have closed the tile channel"),
    "different numbers": (
        program(*FILLED, CLOSE, CLOSE, attributes="depth = 2 : i32, writers = 2 : i32"),
        "'task.close': the writers have committed different numbers of slots: 1, 0",
    ),
    "no slot": (program(CLOSE, take(RECEIVE, 0), release(0)), "'task.release_slot' on no slot: the tile channel was closed and empty"),
    "no tile": (program(CLOSE, take(RECEIVE, 0), LOAD.format(0)), "'memref.load': there is none: the tile channel is closed"),
    "read while it is copied": (
        program(take(ACQUIRE, 0), COPY, LOAD.format(0), commit(0), parameters=ARRAY),
        "'memref.load' reads an element that is being copied",
    ),
    "no wait for a token": (
        program(take(ACQUIRE, 0), COPY_TOKEN, LOAD.format(0), parameters=ARRAY),
        "'memref.load' reads an element that is being copied: the copy's token, or its slot, was not waited for",
    ),
    "committed under a copy": (
        program(take(ACQUIRE, 0), COPY_TOKEN, commit(0), AWAIT, parameters=ARRAY),
        "'task.copy': its target was given back, or freed, before the copy was complete",
    ),
    "released under a copy": (
        program(
            *FILLED,
            take(RECEIVE, 1),
            "%token = task.copy %t1[%c0], %a[%c0], %c1 : !tile, memref<8xi32> -> !async.token",
            release(1),
            AWAIT,
            parameters=ARRAY,
        ),
        "'task.copy': its slot was released at",
    ),
    "copied beyond the tile": (
        program(take(ACQUIRE, 0), COPY.replace("%t0[%c0]", "%t0[%c1]"), parameters=ARRAY),
        "'task.copy' of 4 elements: the target has 3 from there on",
    ),
    "copied from beyond": (
        program(take(ACQUIRE, 0), "%c5 = arith.constant 5 : index", COPY.replace("%a[%c0]", "%a[%c5]"), parameters=ARRAY),
        "'task.copy' of 4 elements: the source has 3 from there on",
    ),
    "a negative count": (
        program(take(ACQUIRE, 0), "%n = arith.constant -1 : index", COPY.replace("%c4", "%n"), parameters=ARRAY),
        "'task.copy' of -1 elements",
    ),
    "an index that there is not": (
        program(take(ACQUIRE, 0), "%n = arith.constant 9 : index", COPY.replace("%a[%c0]", "%a[%n]"), parameters=ARRAY),
        "'task.copy' is out of bounds: index [9] in an array of 8",
    ),
    "copied to what was received": (
        program(*FILLED, take(RECEIVE, 2), COPY_TOKEN.replace("%t0", "%t2"), parameters=ARRAY),
        "'task.copy': a tile that was received is only read",
    ),
}
"""Programs of one task, and what is wrong with each."""


@pytest.mark.parametrize("name", WRONG)
def test_misuse_is_an_error(name: str) -> None:
    text, message = WRONG[name]
    values: dict[str, Any] = {ARRAY: np.arange(8, dtype=np.int32), "%ok: i1": True}
    given = [value for parameter, value in values.items() if parameter in text]
    with pytest.raises(TaskError) as caught:
        results(text, *given)
    assert message in str(caught.value)
    assert caught.value.location is not None


def lowered(text: str, level: str) -> ModuleOp:
    """The module at a level, with nothing elided."""
    return parsed(text) if level == "source" else at_level(text, level)


def test_two_tasks_with_one_number() -> None:
    task = """
async.func @write(%ch: !tiles) -> !async.token {
  %s, %t = task.acquire_slot %ch writer 0 : !tiles
  task.yield_now
  task.commit_slot %s : !slot
  return
}"""
    start = "%h{} = async.call @write(%ch) : (!tiles) -> !async.token"
    text = program(start.format(0), start.format(1), "async.await %h0 : !async.token", "async.await %h1 : !async.token", tasks=task)
    with pytest.raises(TaskError, match=r"'task.acquire_slot' in @write: @write is writer 0 too, and waits or has a slot"):
        results(text)
    one_by_one = program(start.format(0), "async.await %h0 : !async.token", start.format(1), "async.await %h1 : !async.token", tasks=task)
    results(one_by_one)


WRITE = """
async.func @write{0}(%n: index, %ch: !tiles) -> !async.token {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %mine = arith.constant {0} : index
  scf.for %k = %c0 to %n step %c1 {{
    %s, %t = task.acquire_slot %ch writer {0} : !tiles
    %x = arith.index_cast %k : index to i32
    memref.store %x, %t[%mine] : !tile
    task.commit_slot %s : !slot
  }}
  task.close %ch : !tiles
  return
}}
"""
READ = """
async.func @read{0}(%writers: index, %ch: !tiles) -> !async.value<index> {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %true = arith.constant true
  %count = scf.while (%k = %c0) : (index) -> (index) {{
    %s, %t, %ok = task.receive_slot %ch reader {0} : !tiles
    %next = scf.if %ok -> (index) {{
      %expected = arith.index_cast %k : index to i32
      %good = scf.for %w = %c0 to %writers step %c1 iter_args(%all = %true) -> (i1) {{
        %x = memref.load %t[%w] : !tile
        %same = arith.cmpi eq, %x, %expected : i32
        %still = arith.andi %all, %same : i1
        scf.yield %still : i1
      }}
      cf.assert %good, "tiles come in order, and whole"
      task.release_slot %s : !slot
      %more = arith.addi %k, %c1 : index
      scf.yield %more : index
    }} else {{
      scf.yield %k : index
    }}
    scf.condition(%ok) %next : index
  }} do {{
  ^next(%k: index):
    scf.yield %k : index
  }}
  return %count : index
}}
"""


def crowd(depth: int, writers: int, readers: int) -> str:
    """Writers that fill an element of each tile, and readers that check them all and give how many there were."""
    lines = [f"%w{w} = async.call @write{w}(%n, %ch) : (index, !tiles) -> !async.token" for w in range(writers)]
    lines += [f"%r{r} = async.call @read{r}(%writers, %ch) : (index, !tiles) -> !async.value<index>" for r in range(readers)]
    lines += [f"async.await %w{w} : !async.token" for w in range(writers)]
    for r in range(readers):
        lines += [f"%v{r} = async.await %r{r} : !async.value<index>", f"%good{r} = arith.cmpi eq, %v{r}, %n : index"]
        lines += [f'cf.assert %good{r}, "each reader sees each tile"']
    attributes = f"depth = {depth} : i32, writers = {writers} : i32, readers = {readers} : i32"
    tasks = "".join(map(WRITE.format, range(writers))) + "".join(map(READ.format, range(readers)))
    return program(f"%writers = arith.constant {writers} : index", *lines, attributes=attributes, parameters="%n: index", tasks=tasks)


SHAPES = [(1, 1, 1), (2, 1, 3), (1, 3, 1), (3, 2, 2), (4, 4, 3)]


@pytest.mark.parametrize(
    ("depth", "writers", "readers", "level"),
    [(*shape, level) for shape in SHAPES for level in LEVELS if level != "rt" or shape in ((1, 1, 1), (3, 2, 2))],
)
def test_each_reader_sees_all_that_the_writers_fill_together(depth: int, writers: int, readers: int, level: str) -> None:
    text = crowd(depth, writers, readers)
    module = lowered(text, level)
    for n in (0, 1, depth, depth + 1, 7) if level != "rt" else (depth + 1,):
        for seed in (0, 1, 2) if level != "rt" else (1,):
            reference.run(module, "main", [n], seed=seed, workers=1 + seed)


def test_warps_count_once() -> None:
    """With lane ops in all tasks the same is true where four lanes run each."""
    text = crowd(2, 3, 2).replace("  %true =", "  %lane = gpu.lane_id\n  %true =").replace("  %mine =", "  %lane = gpu.lane_id\n  %mine =")
    for level in ("source", "sm", "rt"):
        reference.run(lowered(text, level), "main", [4], width=4, seed=1)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("missing", "words"), [("task.close %ch", "a full slot"), ("task.release_slot %s", "an empty slot")])
def test_who_waits_for_what(level: str, missing: str, words: str) -> None:
    text = crowd(1, 1, 1).replace(f"{missing} : !tiles", "task.yield_now")
    if "release" in missing:
        # There is no reader: the writer waits for what nobody does.
        text = text.replace("async.call @read0(%writers, %ch) : (index, !tiles) ->", "task.ready %c0 :")
    with pytest.raises(DeadlockError) as caught:
        reference.run(lowered(text, level), "main", [3])
    waits = [task.waits_for or "" for task in caught.value.tasks]
    assert any(wait.startswith(f"{words} of the tile channel created at t.mlir:") for wait in waits), waits


@pytest.mark.parametrize("level", LEVELS)
def test_a_failure_is_told_where_others_wait_for_the_failed_task(level: str) -> None:
    # The reader finds the second tile wrong while the kernel waits for the writer, and the writer for the reader.
    text = crowd(1, 1, 2).replace("arith.index_cast %k : index to i32\n    memref.store", "arith.constant 0 : i32\n    memref.store")
    with pytest.raises(TaskError) as caught:
        reference.run(lowered(text, level), "main", [5])
    assert caught.value.kind == "assert"
    assert "assertion failed: tiles come in order, and whole" in caught.value.message
    notes = [note for note, _ in caught.value.notes]
    assert any("nobody has looked at this failure" in note for note in notes)
    assert any("@write0" in note and "waits for an empty slot of the tile channel" in note for note in notes), notes


def test_a_failure_that_somebody_looked_at_leaves_a_deadlock() -> None:
    text = """
async.func @fails(%x: i32) -> !async.token {
  task.fail %x : i32
  return
}
func.func @main() attributes {task.kernel} {
  %x = arith.constant 3 : i32
  %c1 = arith.constant 1 : index
  %h = async.call @fails(%x) : (i32) -> !async.token
  LOOK
  %ch = task.channel %c1 : !task.channel<i32>
  %v, %ok = task.recv %ch : !task.channel<i32>
  return
}"""
    looked_at = text.replace("LOOK", "%kind, %code = task.try_await %h : !async.token")
    for level in ("source", "sm", "rt"):
        with pytest.raises(DeadlockError):
            reference.run(lowered(looked_at, level), "main", [])
        unseen = text.replace("LOOK", "task.yield_now")
        with pytest.raises(TaskError, match="task failed with code 3"):
            reference.run(lowered(unseen, level), "main", [])


def test_a_cancelled_writer_leaves_the_slots_to_the_next() -> None:
    """It waits for an empty slot, and takes none: the next with its number gets that."""
    text = program(
        *FILLED,
        "%h = async.call @write(%ch) : (!tiles) -> !async.token",
        "task.yield_now",
        "task.cancel %h : !async.token",
        "%kind, %code = task.try_await %h : !async.token",
        "%cancelled = arith.constant 3 : i32",
        "%good = arith.cmpi eq, %kind, %cancelled : i32",
        'cf.assert %good, "cancelled"',
        take(RECEIVE, 1),
        release(1),
        take(ACQUIRE, 2),
        commit(2),
        CLOSE,
        attributes="depth = 1 : i32",
        tasks="""
async.func @write(%ch: !tiles) -> !async.token {
  %s, %t = task.acquire_slot %ch writer 0 : !tiles
  task.commit_slot %s : !slot
  return
}""",
    )
    for level in ("source", "split", "sm", "rt"):
        reference.run(lowered(text, level), "main", [])


def test_copies_in_row_major_order() -> None:
    text = """
func.func @main(%a: memref<3x4xi32>, %b: memref<2x?xi32>, %i: index, %j: index, %k: index, %l: index, %n: index) attributes {task.kernel} {
  %t = task.copy %a[%i, %j], %b[%k, %l], %n : memref<3x4xi32>, memref<2x?xi32> -> !async.token
  async.await %t : !async.token
  return
}"""
    source = np.arange(12, dtype=np.int32).reshape(3, 4)
    for level in ("source", "split", "rt"):
        module = lowered(text, level)
        for i, j, row, column, n in ((0, 0, 0, 0, 10), (1, 2, 0, 3, 6), (2, 3, 1, 4, 1), (0, 1, 1, 0, 5), (3, 0, 2, 0, 0)):
            target = np.zeros((2, 5), dtype=np.int32)
            reference.run(module, "main", [source.copy(), target, i, j, row, column, n])
            expected = np.zeros(10, dtype=np.int32)
            first = 5 * row + column
            expected[first : first + n] = source.reshape(-1)[4 * i + j : 4 * i + j + n]
            assert target.reshape(-1).tolist() == expected.tolist()

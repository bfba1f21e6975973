"""Where frames stand, and heavy states told from light ones: with numbers worked out by hand from the chips' tables."""

from __future__ import annotations

import pytest

from asyncir.analysis.storage import Stacks, choose_storage, frame_bytes_of_warp, separate
from asyncir.dialects import sm
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.errors import InputError

ALL = frozenset({"registers", "shared", "global"})


def machine(task_bytes: int, rows: int, scope: str = "warp", *, suspends: bool = True) -> sm.MachineOp:
    return laid_out(f"task {task_bytes} rows {rows}", scope, suspends=suspends)


def laid_out(frame: str, scope: str, *, suspends: bool = True) -> sm.MachineOp:
    suspension = """
        sm.suspend yield() 1 : () -> () [^next, ^park]
      ^park:
        sm.park yield() 1 : () -> () [^next]
      ^next:
        sm.return"""
    frame = f'frame = #sm.frame<{frame} policy "p">, arg_slots = []'
    text = f"""sm.machine @f() attributes {{scope = "{scope}", {frame}}} {{
      {suspension if suspends else "sm.return"}
    }}"""
    op = parse_module(text, "test.mlir", make_context()).body.block.first_op
    assert isinstance(op, sm.MachineOp)
    return op


def test_the_frames_of_a_warp() -> None:
    # Task bytes take whole rows of 128 bytes in warp scope.
    assert frame_bytes_of_warp(machine(24, 3), 16, 32) == 16 + 128 + 3 * 128
    assert frame_bytes_of_warp(machine(24, 0, "lane"), 8, 32) == 32 * (8 + 24)
    # Arguments that reach further in one section, while the payload does in the other, need room for both...
    assert frame_bytes_of_warp(laid_out("task 128 rows 1 arguments 0 rows 3", "warp"), 16, 32) == 16 + 128 + 3 * 128
    # ...unless the sections overlap: then only as much as is in use at a time.
    assert frame_bytes_of_warp(laid_out("task 256 rows 3 shared [256 rows 0, 128 rows 3]", "warp"), 16, 32) == 16 + 4 * 128
    assert frame_bytes_of_warp(laid_out("task 256 rows 3 arguments 384 rows 3 shared [256 rows 0, 0 rows 3]", "warp"), 16, 32) == 16 + 768


def test_on_a_stack_where_there_is_one_for_the_machine() -> None:
    # 88 words * 4 bytes * 32 lanes * 4 warps. 64 registers: 8 blocks of 4 warps; shared memory: 228 KiB / (44 + 1) KiB, 5 blocks.
    storage = choose_storage(machine(24, 0, "lane"), 64, "sm_90a", stacks=Stacks(45056, 0))
    assert (storage.name, storage.shared_bytes, storage.warps_per_sm, storage.limited_by) == ("shared", 45056, 20, "shared memory")
    storage = choose_storage(machine(24, 0, "lane"), 64, "sm_90a", stacks=Stacks(45056, 2))
    assert (storage.warps_per_sm, storage.limited_by) == (8, "blocks")
    storage = choose_storage(machine(24, 0, "lane"), 64, "sm_90a", stacks=Stacks(45056, 2, "it sleeps"))
    assert (storage.name, storage.reason, storage.shared_bytes) == ("global", "it sleeps", 0)


def test_the_dynamic_executor_without_stacks_has_global_frames_only() -> None:
    storage = choose_storage(machine(24, 3), 64, "sm_90a")
    assert (storage.name, storage.shared_bytes, storage.warps_per_sm, storage.limited_by) == ("global", 0, 32, "registers")


def test_what_shared_memory_would_cost_is_said_of_warp_scope() -> None:
    # 128 registers: 16 warps, 4 blocks. 100 rows and 24 bytes are 101 rows: 4 * 101 * 128 = 51712 bytes, of which 228 KiB hold 4.
    rows = choose_storage(machine(24, 100), 128, "sm_90a", stacks=Stacks(0, 0, "it has no stack"))
    assert (rows.name, rows.shared_bytes, rows.warps_per_sm) == ("global", 0, 16)
    takes = "in shared memory a frame for each warp would take {} bytes a block: {} warps an SM of the 16 that registers allow"
    assert rows.reason == f"it has no stack; {takes.format(51712, 16)}"
    # 4 * 201 * 128 = 102912: 2 blocks.
    assert choose_storage(machine(24, 200), 128, "sm_90a").reason.endswith(takes.format(102912, 8))
    assert choose_storage(machine(0, 455), 128, "sm_90a").reason.endswith("a frame for each warp of a block would not fit: 232960 bytes")
    assert choose_storage(machine(24, 0, "lane"), 128, "sm_90a").reason == "its executor offers nothing nearer"


def test_without_suspension_there_is_no_frame() -> None:
    assert choose_storage(machine(0, 0, suspends=False), 40, "sm_90a").name == "none"
    assert choose_storage(machine(0, 0, suspends=False), 40, "sm_90a", alone=True).name == "registers"


def test_registers_if_nothing_else_runs_on_the_warp() -> None:
    assert choose_storage(machine(24, 3), 64, "sm_90a", ALL, alone=True).name == "registers"
    assert choose_storage(machine(24, 3), 64, "sm_90a", ALL).name == "shared"


@pytest.mark.parametrize(
    ("rows", "registers", "name", "warps"),
    [
        # 64 registers: 4 * floor(512 / 64) = 32 warps, 8 blocks of 4. Each block may then have (228 / 8) KiB = 29184 bytes, of which
        # 1024 are kept: 28160. A block's frames take 4 * rows * 128 bytes: 55 rows are 28160, 56 too many.
        (55, 64, "shared", 32),
        (56, 64, "global", 32),
        # 128 registers: 16 warps, 4 blocks with 58368 - 1024 = 57344 bytes each: 112 rows.
        (112, 128, "shared", 16),
        (113, 128, "global", 16),
    ],
)
def test_shared_while_it_costs_no_occupancy(rows: int, registers: int, name: str, warps: int) -> None:
    storage = choose_storage(machine(0, rows), registers, "sm_90a", ALL)
    assert (storage.name, storage.warps_per_sm) == (name, warps)
    assert storage.shared_bytes == (4 * rows * 128 if name == "shared" else 0)


def test_more_than_a_block_may_have_is_global() -> None:
    # One block of 4 warps, 255 registers: 8 warps fit by registers. 4 * 455 * 128 bytes = 232960 are more than 227 KiB = 232448.
    storage = choose_storage(machine(0, 455), 255, "sm_90a", ALL)
    assert storage.name == "global" and "do not fit its 232448 bytes" in storage.reason


def test_no_storage_for_a_frame_is_an_error() -> None:
    with pytest.raises(InputError, match="@f has a frame, and its executor offers registers"):
        choose_storage(machine(24, 3), 64, "sm_90a", frozenset({"registers"}))


def test_one_heavy_state_beside_light_ones() -> None:
    # Merged 128 registers: 4 * floor(512 / 128) = 16 warps. Light 22, so 24: 4 * floor(512 / 24) = 84, of which an SM holds 64.
    found = separate({("f", 0): 22, ("f", 1): 128, ("f", 2): 20, ("g", 0): 22}, 128, "sm_90a")
    assert [(state.machine, state.number) for state in found.heavy] == [("f", 1)]
    assert (found.merged_registers, found.merged_warps, found.light_registers, found.light_warps) == (128, 16, 22, 64)
    assert found.gain == 4.0
    assert str(found) == (
        "heavy: state 1 of @f (128 registers); merged: 128 registers, 16 warps an SM; light states alone: 22 registers, 64 warps an SM"
    )


def test_the_largest_step_divides_heavy_from_light() -> None:
    # 128: 16 warps, 96: 20, 40: 48, 24: 64. The steps are 1.25, 2.4 and 1.33.
    found = separate({("f", 0): 24, ("f", 1): 128, ("f", 2): 96, ("f", 3): 40}, 128, "sm_90a")
    assert [state.number for state in found.heavy] == [1, 2]
    assert (found.light_registers, found.light_warps) == (40, 48)


def test_states_of_one_occupancy_are_not_heavy() -> None:
    # 33 and 40 registers both take 40: 48 warps.
    found = separate({("f", 0): 33, ("f", 1): 40}, 40, "sm_90a")
    assert found.heavy == () and found.gain == 1.0 and found.light_registers == 40
    assert str(found) == "40 registers, 48 warps an SM: no state is heavier than the others"

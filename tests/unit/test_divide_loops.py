"""divide-loops keeps what programs do: on the reference, for ranges of all kinds, errors, and groups that are not filled by the loop."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from growth import require_near_linear
from xdsl.dialects import scf
from xdsl.dialects.builtin import ModuleOp

from asyncir import reference
from asyncir.analysis.verify import verify_module
from asyncir.dialects.context import make_context
from asyncir.dialects.locations import location_of
from asyncir.dialects.parsing import parse_module
from asyncir.dialects.printing import print_module
from asyncir.dialects.remarks import collecting
from asyncir.errors import DeadlockError, TaskError
from asyncir.passes.registry import available_passes

SIZES = (0, 1, 2, 3, 7, 64)
SEEDS = (0, 1, 2)

# Each turn's child adds its counter, times %f, to its element; the child of turn %bad fails.
PROGRAM = """
async.func @child(%i: index, %x: i64, %bad: i64, %a: memref<?xi64>) -> !async.token {{
  %k = arith.index_cast %i : index to i64
  %fine = arith.cmpi ne, %k, %bad : i64
  cf.assert %fine, "bad turn"
  task.yield_now
  %old = memref.load %a[%i] : memref<?xi64>
  %new = arith.addi %old, %x : i64
  memref.store %new, %a[%i] : memref<?xi64>
  async.return
}}
func.func @main(%n: index, %lo: {type}, %hi: {type}, %f: i64, %bad: i64, %a: memref<?xi64>) attributes {{task.kernel}} {{
  %step = arith.constant {step} : {type}
  %zero = arith.constant 0 : {type}
  %g = async.create_group %n : !async.group
  scf.for %i = {lower} to %hi step %step : {type} {{
    {index}
    %k = arith.index_cast %j : index to i64
    %x = arith.muli %k, %f : i64
    %t = async.call @child(%j, %x, %bad, %a) : (index, i64, i64, memref<?xi64>) -> !async.token
    %rank = async.add_to_group %t, %g : !async.token
  }}
  async.await_all %g
  return
}}
"""


def program(type_: str, step: int, *, from_zero: bool = False) -> str:
    index = (
        "%same = arith.constant 0 : index\n%j = arith.addi %i, %same : index"
        if type_ == "index"
        else f"%j = arith.index_cast %i : {type_} to index"
    )
    return PROGRAM.format(type=type_, step=step, index=index, lower="%zero" if from_zero else "%lo")


def parsed(text: str) -> ModuleOp:
    module = parse_module(text, "loop.mlir", make_context())
    verify_module(module)
    return module


def divided(text: str) -> ModuleOp:
    """After the pass, verified and read back; each operation has a place."""
    module = parsed(text)
    available_passes()["divide-loops"]().apply(make_context(), module)
    verify_module(module)
    assert all(location_of(op) is not None for op in module.walk())
    return parsed(print_module(module))


def outcome(module: ModuleOp, *scalars: int, seed: int = 0, size: int = 80) -> object:
    """What the array holds in the end, or the error."""
    array = np.arange(size, dtype=np.int64)
    try:
        reference.run(module, "main", [*scalars, array], seed=seed, deadline=30)
    except DeadlockError:
        return "deadlock"
    except TaskError as error:
        return error.kind, error.message
    return array.tolist()


@pytest.mark.parametrize("type_", ["index", "i64", "i32", "i8"])
@pytest.mark.parametrize("from_zero", [True, False], ids=["from-zero", "from-lo"])
@pytest.mark.parametrize("count", SIZES)
def test_ranges_of_all_sizes(type_: str, from_zero: bool, count: int) -> None:
    text = program(type_, 1, from_zero=from_zero)
    low = 0 if from_zero else 5
    expected = outcome(parsed(text), count, low, low + count, 3, -1)
    assert isinstance(expected, list)
    after = divided(text)
    assert all(outcome(after, count, low, low + count, 3, -1, seed=seed) == expected for seed in SEEDS)


@pytest.mark.parametrize("span", [0, 1, 2, 3, 4, 6, 7, 64])
def test_steps(span: int) -> None:
    text = program("index", 3)
    turns = -(-span // 3)
    after = divided(text)
    expected = outcome(parsed(text), turns, 4, 4 + span, 3, -1)
    assert isinstance(expected, list)
    assert outcome(after, turns, 4, 4 + span, 3, -1) == expected


def test_a_range_across_the_middle_of_a_narrow_counter() -> None:
    text = program("i8", 1).replace("%x = arith.muli %k, %f : i64", "%x = arith.muli %k, %f : i64\n    %c128 = arith.constant 128 : index")
    text = text.replace("@child(%j,", "@child(%place,").replace("%c128 = arith", "%c128 = arith", 1)
    text = text.replace("    %t = async.call", "    %place = arith.addi %j, %c128 : index\n    %t = async.call")
    expected = outcome(parsed(text), 255, -128, 127, 3, -1, size=256)
    assert isinstance(expected, list)
    assert outcome(divided(text), 255, -128, 127, 3, -1, size=256) == expected


@pytest.mark.parametrize("count", [1, 2, 3, 7, 64])
@pytest.mark.parametrize("from_zero", [True, False], ids=["from-zero", "from-lo"])
def test_a_failing_child_fails_the_awaiter_when_all_have_ended(count: int, from_zero: bool) -> None:
    text = program("index", 1, from_zero=from_zero)
    after = divided(text)
    for bad in {0, count // 2, count - 1}:
        for seed in SEEDS:
            found, expected = np.arange(80, dtype=np.int64), np.arange(80, dtype=np.int64)
            for module, array in ((after, found), (parsed(text), expected)):
                with pytest.raises(TaskError, match="bad turn") as raised:
                    reference.run(module, "main", [count, 0, count, 3, bad, array], seed=seed, deadline=30)
                assert (raised.value.kind, raised.value.task) == ("assert", "child")
            assert found.tolist() == expected.tolist()


def test_all_failing_children_are_awaited() -> None:
    text = program("index", 1).replace("arith.cmpi ne", "arith.cmpi eq")
    for module in (parsed(text), divided(text)):
        with pytest.raises(TaskError, match="bad turn"):
            reference.run(module, "main", [7, 0, 7, 3, -1, np.zeros(8, dtype=np.int64)], deadline=30)


@pytest.mark.parametrize(("room", "turns"), [(5, 4), (4, 5), (1, 0), (0, 1), (64, 7), (-1, 0), (-1, 3), (-1, -1), (0, -5), (3, -3)])
@pytest.mark.parametrize("type_", ["index", "i32"])
def test_groups_that_the_loop_does_not_fill(type_: str, room: int, turns: int) -> None:
    text = program(type_, 1)
    low = 3
    expected = outcome(parsed(text), room, low, low + turns, 3, -1)
    assert outcome(divided(text), room, low, low + turns, 3, -1) == expected


@pytest.mark.parametrize("count", [0, -1, -7, 1])
def test_a_group_as_large_as_the_loop_is_long(count: int) -> None:
    text = program("index", 1, from_zero=True).replace("create_group %n", "create_group %hi")
    module = divided(text)
    assert "async.await_all" not in print_module(module)
    expected = outcome(parsed(text), 0, 0, count, 3, -1)
    assert expected == (("invalid-argument", "invalid argument: the size is negative") if count < 0 else expected)
    assert outcome(module, 0, 0, count, 3, -1) == expected


def test_a_size_that_is_the_bound_in_another_type() -> None:
    text = program("i32", 1, from_zero=True).replace(
        "%g = async.create_group %n", "%m = arith.index_cast %hi : i32 to index\n%g = async.create_group %m"
    )
    module = divided(text)
    assert "async.await_all" not in print_module(module)
    for count in (-2, 0, 5):
        assert outcome(module, 0, 0, count, 3, -1) == outcome(parsed(text), 0, 0, count, 3, -1)


def test_loops_in_loops_and_several_in_a_function() -> None:
    loop = PROGRAM[PROGRAM.index("  %g = ") : PROGRAM.index("  return")]
    text = program("index", 1)
    inner = loop.format(type="index", step=1, lower="%lo", index="%same = arith.constant 0 : index\n%j = arith.addi %i, %same : index")
    start = text.index("  %g = ")
    text = text[:start] + f"  scf.for %turn = %lo to %hi step %step {{\n{inner}  }}\n" + inner.replace("%g", "%g2") + "  return\n}\n"
    module = divided(text)
    assert {name for name in ("main_range_0", "main_range_1") if f"@{name}(" in print_module(module)} == {"main_range_0", "main_range_1"}
    assert outcome(module, 5, 0, 5, 3, -1) == outcome(parsed(text), 5, 0, 5, 3, -1)


def test_names_that_are_taken_and_remarks() -> None:
    text = program("index", 1) + "func.func @main_range_0() {\n  return\n}\n"
    module = parsed(text)
    with collecting() as remarks:
        available_passes()["divide-loops"]().apply(make_context(), module)
    assert [(remark.kind, remark.message) for remark in remarks] == [("divided", "the loop becomes @main_range_1")]


def test_many_loops_take_linear_time() -> None:
    loop = "  %g{0} = async.create_group %n : !async.group\n  scf.for %i = %zero to %n step %one {{\n"
    loop += "    %t = async.call @child(%i) : (index) -> !async.token\n    %rank = async.add_to_group %t, %g{0} : !async.token\n"
    loop += "  }}\n  async.await_all %g{0}\n"
    head = "async.func @child(%i: index) -> !async.token {\n  async.return\n}\nfunc.func @main(%n: index) attributes {task.kernel} {\n"
    head += "  %zero = arith.constant 0 : index\n  %one = arith.constant 1 : index\n"

    def prepared(count: int) -> Callable[[], object]:
        module = parsed(head + "".join(loop.format(number) for number in range(count)) + "  return\n}\n")

        def run() -> None:
            available_passes()["divide-loops"]().apply(make_context(), module)
            assert not any(isinstance(op, scf.ForOp) for op in module.walk())

        return run

    require_near_linear(prepared, 50, 400)

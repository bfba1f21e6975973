"""The least bytes of a frame: the corpus, the cut against networkx, what may be computed early or again, and time."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

import networkx as nx
import pytest
from growth import require_near_linear
from layout_programs import LayoutProgram, layout_programs
from xdsl.dialects.builtin import ModuleOp

from asyncir.analysis.bounds import MachineBounds, bits_of, bounds_of
from asyncir.analysis.bounds_cut import UNCUTTABLE, minimum_vertex_cut
from asyncir.analysis.scopes import Scopes
from asyncir.analysis.verify import verify_module
from asyncir.dialects import sm
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.errors import InputError


def read(text: str) -> ModuleOp:
    module = parse_module(text, "bounds.mlir", make_context())
    verify_module(module)
    return module


def bounds(text: str, width: int = 32) -> MachineBounds:
    """The bounds of the first machine of a text."""
    module = read(text)
    machine = next(op for op in module.ops if isinstance(op, sm.MachineOp))
    known = Scopes(module).uniformity.get(machine.sym_name.data)
    divergent = set() if known is None else known.divergent
    return bounds_of(machine, lambda value: value in divergent, width)


def pairs(text: str, width: int = 32) -> list[tuple[int, int]]:
    """For each suspension the bytes without and with rematerialisation."""
    return [(one.bytes, one.remat_bytes) for one in bounds(text, width).suspensions]


# ---------------------------------------------------------------------------------------------------------------- corpus


@pytest.mark.parametrize("program", [pytest.param(program, id=program.name) for program in layout_programs()])
def test_corpus(program: LayoutProgram) -> None:
    machine, divergent = program.split_machine()
    found = bounds_of(machine, divergent)
    assert (found.lb0_bytes, found.lb1_bytes) == (program.lb0, program.lb1)


def test_corpus_is_large_and_has_both_scopes() -> None:
    programs = layout_programs()
    warp = {program.name for program in programs if program.split_machine()[0].scope.data == "warp"}
    assert len(programs) >= 40
    assert warp and warp == {program.name for program in programs if 32 in program.widths}


# ------------------------------------------------------------------------------------------------------------------- cut

Operands = Mapping[int, Sequence[int] | None]


def weight_of_cut_by_networkx(weights: Sequence[int], operands: Operands, sinks: Sequence[int]) -> int:
    graph = nx.DiGraph()
    graph.add_nodes_from(["source", "sink"])
    for node, weight in enumerate(weights):
        graph.add_edge(("in", node), ("out", node), capacity=weight)
        found = operands[node]
        if found is None:
            graph.add_edge("source", ("in", node))
        for operand in found or ():
            graph.add_edge(("out", operand), ("in", node))
    for node in sinks:
        graph.add_edge(("out", node), "sink")
    weight, _ = nx.minimum_cut(graph, "source", "sink")
    return int(weight)


def separates(cut: Sequence[int], operands: Operands, sinks: Sequence[int]) -> bool:
    """Whether each sink can be computed from the cut."""
    known: dict[int, bool] = dict.fromkeys(cut, True)
    for node in sorted(operands):
        found = operands[node]
        known.setdefault(node, found is not None and all(known[operand] for operand in found))
    return all(known[sink] for sink in sinks)


@pytest.mark.parametrize("seed", range(300))
def test_cut_is_that_of_networkx(seed: int) -> None:
    rng = random.Random(seed)
    count = rng.randint(1, 40)
    operands: dict[int, Sequence[int] | None] = {}
    for node in range(count):
        few = rng.sample(range(node), min(node, rng.randint(0, 3)))
        operands[node] = None if rng.random() < 0.25 else few
    weights = [rng.choice([1, 8, 16, 32, 64]) for _ in range(count)]
    sinks = rng.sample(range(count), rng.randint(0, count))
    cut = minimum_vertex_cut(sinks, operands.__getitem__, weights.__getitem__)
    assert sum(weights[node] for node in cut) == weight_of_cut_by_networkx(weights, operands, sinks)
    assert separates(cut, operands, sinks)


def test_cut_is_the_one_nearest_to_the_sinks() -> None:
    chain: Operands = {0: None, 1: [0], 2: [1]}
    assert minimum_vertex_cut([2], chain.__getitem__, lambda node: 1) == [2]


def test_cut_where_there_is_none() -> None:
    with pytest.raises(ValueError, match="must not be cut"):
        minimum_vertex_cut([0], lambda node: None, lambda node: UNCUTTABLE)


# ----------------------------------------------------------------------------------------------- liveness and computing again


def lane(body: str, arguments: str = "%h: !async.value<i32>, %a: i32, %b: i32") -> str:
    return f'sm.machine @f({arguments}) -> i32 attributes {{scope = "lane"}} {{\n{body}\n}}'


def test_operands_of_a_suspension_are_not_counted_unless_used_behind_it() -> None:
    once = lane("""
      sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^next]
    ^next(%v: i32):
      sm.return %v : i32""")
    assert pairs(once) == [(0, 0)]
    again = lane("""
      sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^next]
    ^next(%v: i32):
      sm.suspend await(%h) 2 : (!async.value<i32>) -> i32 [^last]
    ^last(%w: i32):
      sm.return %w : i32""")
    assert pairs(again) == [(4, 4), (0, 0)]


def test_a_value_used_only_as_a_block_argument_of_an_edge_is_live() -> None:
    text = lane("""
      sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^next]
    ^next(%v: i32):
      cf.br ^end(%a : i32)
    ^end(%r: i32):
      sm.return %r : i32""")
    assert pairs(text) == [(4, 4)]


def test_a_value_of_the_loop_is_not_live_around_it() -> None:
    text = lane("""
      cf.br ^head
    ^head:
      %x = arith.addi %a, %b : i32
      sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^next]
    ^next(%v: i32):
      %p = arith.cmpi eq, %x, %v : i32
      cf.cond_br %p, ^head, ^end
    ^end:
      sm.return %v : i32""")
    # %h, %a, %b for the next round, and %x, which comes from %a and %b; if it is computed before the loop, %h and %x will do.
    assert pairs(text) == [(16, 8)]


def test_evaluating_early_gains_nothing_where_as_many_results_are_needed() -> None:
    text = lane("""
      cf.br ^head
    ^head:
      sm.suspend yield() 1 : () -> () [^next]
    ^next:
      %x = arith.muli %a, %b : i32
      %p = arith.cmpi eq, %x, %a : i32
      cf.cond_br %p, ^head, ^end
    ^end:
      sm.return %x : i32""")
    # %x and %p may be evaluated before the loop: a word and a bit.
    assert pairs(text) == [(8, 8)]


def test_what_another_path_comes_to_is_evaluated_where_the_paths_part() -> None:
    text = lane("""
      %p = arith.cmpi eq, %a, %b : i32
      cf.cond_br %p, ^wait, ^join
    ^wait:
      sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^next]
    ^next(%v: i32):
      cf.br ^join
    ^join:
      %x = arith.muli %a, %b : i32
      sm.return %x : i32""")
    assert pairs(text) == [(8, 4)]


def test_what_nobody_uses_needs_nothing() -> None:
    text = lane("""
      sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^next]
    ^next(%v: i32):
      %x = arith.muli %a, %v : i32
      %y = arith.addi %x, %b : i32
      sm.return %v : i32""")
    assert pairs(text) == [(8, 0)]


@pytest.mark.parametrize(
    ("operation", "early"),
    [
        ("%x = arith.addi %a, %b : i32", True),
        ("%x = arith.divui %a, %b : i32", False),
        ("%x = arith.remsi %a, %b : i32", False),
        ("%x = arith.shli %a, %b : i32", False),
        ("%f = arith.bitcast %a : i32 to f32\n %i = arith.fptosi %f : f32 to i32\n %x = arith.addi %i, %b : i32", False),
        ("%c = arith.constant 4 : i32\n %s = arith.shli %a, %c : i32\n %x = arith.addi %s, %b : i32", True),
        ("%c = arith.constant 32 : i32\n %s = arith.shli %a, %c : i32\n %x = arith.addi %s, %b : i32", False),
        ("%c = arith.constant 3 : i32\n %s = arith.divsi %a, %c : i32\n %x = arith.addi %s, %b : i32", True),
        ("%c = arith.constant -1 : i32\n %s = arith.divsi %a, %c : i32\n %x = arith.addi %s, %b : i32", False),
        ("%c = arith.constant 0 : i32\n %s = arith.divui %a, %c : i32\n %x = arith.addi %s, %b : i32", False),
    ],
)
def test_only_what_cannot_be_undefined_is_evaluated_early(operation: str, early: bool) -> None:
    text = lane(f"""
      sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^next]
    ^next(%v: i32):
      {operation}
      %r = arith.muli %x, %v : i32
      sm.return %r : i32""")
    assert pairs(text) == [(8, 4 if early else 8)]


def test_a_value_that_no_frame_can_hold() -> None:
    text = lane(
        """
      sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^next]
    ^next(%v: i32):
      %r = memref.cast %m : memref<*xi32> to memref<?xi32>
      sm.return %v : i32""",
        "%h: !async.value<i32>, %m: memref<*xi32>",
    )
    with pytest.raises(InputError, match=r"%m of type .*, which no frame can hold") as caught:
        bounds(text)
    assert caught.value.location is not None and caught.value.location.line == 3


# ------------------------------------------------------------------------------------------------------------------ sizes


@pytest.mark.parametrize(
    ("type_", "bits"),
    [
        ("i1", 1),
        ("i8", 8),
        ("bf16", 16),
        ("f64", 64),
        ("index", 64),
        ("vector<3xi1>", 3),
        ("vector<2048xf32>", 65536),
        ("memref<4xi8>", 320),
        ("memref<?x?xf32>", 448),
        ("memref<i32>", 192),
        ("!async.token", 32),
        ("!async.value<i64>", 32),
        ("!async.group", 32),
        ("!task.channel<i64>", 32),
        ("memref<*xf32>", None),
        ("tuple<i32>", None),
    ],
)
def test_bits(type_: str, bits: int | None) -> None:
    module = read(f"func.func private @f({type_})")
    function = module.ops.first
    assert function is not None
    inputs = function.properties["function_type"].inputs  # pyright: ignore[reportAttributeAccessIssue]
    assert bits_of(inputs.data[0]) == bits


WARP = """
sm.machine @f(%p: i1, %s: i8, %u: i64) attributes {scope = "warp"} {
  %lane = gpu.lane_id
  %c3 = arith.constant 3 : index
  %d = arith.addi %lane, %c3 : index
  %q = arith.cmpi ult, %d, %c3 : index
  %t = arith.index_cast %d : index to i32
  %n = arith.trunci %t : i32 to i16
  %e = arith.select %p, %u, %u : i64
  sm.suspend yield() 1 : () -> () [^next]
^next:
  vector.print %q : i1
  vector.print %n : i16
  vector.print %d : index
  vector.print %p : i1
  vector.print %s : i8
  vector.print %u : i64
  sm.return
}
"""


@pytest.mark.parametrize(("width", "rows"), [(32, 3 + 1), (64, 3 + 1), (4, 3 + 1), (2, 3 + 2), (1, 3 + 4)])
def test_words_of_a_warp(width: int, rows: int) -> None:
    (one,) = bounds(WARP, width).suspensions
    # Of each lane 64 + 16 bits: 3 words. Of the warp 1 + 8 + 64 bits: 3 words. One ballot, of 2 words where there are 64 lanes.
    assert (one.divergent_words, one.uniform_words, one.predicate_words) == (3, 3, 2 if width == 64 else 1)
    assert (one.rows, one.bytes) == (rows, rows * 4 * width)
    # What comes of the lane id is computed again.
    assert one.remat_bytes == 4 * width * -(-3 // width)


def test_a_machine_without_suspensions_needs_nothing() -> None:
    found = bounds(lane("  sm.return %a : i32"))
    assert (found.lb0_bytes, found.lb1_bytes, found.suspensions) == (0, 0, ())


def test_suspensions_tell_their_places() -> None:
    found = bounds('sm.machine @f() attributes {scope = "lane"} {\n  sm.suspend yield() 7 : () -> () [^next]\n^next:\n  sm.return\n}')
    (one,) = found.suspensions
    assert (one.number, str(one.location)) == (7, "bounds.mlir:2:3")


# ------------------------------------------------------------------------------------------------------------------- time


def machine_of(values: int, suspensions: int, *, alive: bool, pure: bool) -> str:
    """A chain of suspensions; each value is computed from what stands before, or loaded, and used at the end (alive) or soon."""
    rng = random.Random(values)
    lines = ["  %i = arith.constant 0 : index", "  %v0 = arith.addi %x, %x : i32"]
    every = values // suspensions
    for value in range(1, values):
        if value % every == 0 and value // every <= suspensions:
            state = value // every
            lines += [f"  sm.suspend yield() {state} : () -> () [^b{state}]", f"^b{state}:"]
        first, second = (rng.randrange(max(0, value - 20), value) for _ in range(2))
        load = not pure and value % 3 == 0
        lines.append(f"  %v{value} = " + ("memref.load %m[%i] : memref<1xi32>" if load else f"arith.addi %v{first}, %v{second} : i32"))
    if alive:
        lines += [f"  memref.store %v{value}, %m[%i] : memref<1xi32>" for value in range(values)]
    lines.append("  sm.return")
    return 'sm.machine @f(%x: i32, %m: memref<1xi32>) attributes {scope = "lane"} {\n' + "\n".join(lines) + "\n}"


def bounds_to_find(text: str) -> Callable[[], object]:
    module = read(text)
    machine = next(op for op in module.ops if isinstance(op, sm.MachineOp))
    return lambda: bounds_of(machine, lambda value: False)


@pytest.mark.parametrize("pure", [False, True])
def test_time_is_near_linear_where_lives_are_short(pure: bool) -> None:
    require_near_linear(lambda count: bounds_to_find(machine_of(count, count // 10, alive=False, pure=pure)), 500, 4000)


@pytest.mark.parametrize("pure", [False, True])
def test_time_is_near_linear_in_what_lives_across_suspensions(pure: bool) -> None:
    """All values live to the end: with twice as many of both, there are four times as many pairs of a value and a suspension."""
    require_near_linear(lambda count: bounds_to_find(machine_of(count, count // 10, alive=True, pure=pure)), 150, 600, work=16)

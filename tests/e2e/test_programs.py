"""The programs in examples/ that the dynamic scheduler is made for, against oracles in Python, on every target."""

from __future__ import annotations

import hashlib
import math
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from targets import DEADLINE, EXAMPLES, WAYS, Way, example, need

from asyncir.errors import DeadlineError, TaskError
from asyncir.program import Outcome

COMPILED = [way for way in WAYS if "reference" not in str(way.id)]
"""What runs programs at speed."""
COUNTERS = 256
T1, T3 = 4_130_071, 4_112_897
"""Published sizes of trees: `-t 1 -a 3 -d 10 -b 4 -r 19` and `-t 0 -b 2000 -q 0.124875 -m 8 -r 42` of the UTS benchmark."""
UTS_ARENA = 3 << 30


def run(name: str, way: Way, entry: str | None, *args: object, **options: object) -> Outcome:
    need(way.target)
    return example(name).run(
        entry,
        *args,
        target=way.target,
        executor=way.executor,
        elide=way.elide,
        deadline=DEADLINE,
        **options,  # type: ignore[arg-type]
    )


def _asyncir(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "asyncir.tools.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=DEADLINE)


def counters() -> np.ndarray:
    return np.zeros(COUNTERS, np.int64)


# ------------------------------------------------------------------------------------------------------------------- N queens


def queens(n: int) -> int:
    """By trying every column in every row."""

    def place(row: int, columns: frozenset[int], sums: frozenset[int], differences: frozenset[int]) -> int:
        if row == n:
            return 1
        free = [c for c in range(n) if c not in columns and row + c not in sums and row - c not in differences]
        return sum(place(row + 1, columns | {c}, sums | {row + c}, differences | {row - c}) for c in free)

    return place(0, frozenset(), frozenset(), frozenset())


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("n", "depth"), [(1, 0), (1, 1), (2, 1), (3, 3), (4, 0), (5, 2), (6, 3), (6, 6), (6, 9)])
def test_nqueens(n: int, depth: int, way: Way) -> None:
    assert run("nqueens", way, None, n, depth, counters()).results == (queens(n),)


@pytest.mark.parametrize("way", COMPILED)
@pytest.mark.parametrize("depth", [0, 2, 5])
def test_nqueens_10(depth: int, way: Way) -> None:
    assert run("nqueens", way, None, 10, depth, counters()).results == (724,)


@pytest.mark.parametrize("way", COMPILED)
def test_nqueens_searches_twelve_rows_at_most(way: Way) -> None:
    assert run("nqueens", way, None, 13, 0, counters()).results == (73_712,)


@pytest.mark.parametrize("n", [0, 32])
def test_nqueens_rejects_boards_it_has_no_bits_for(n: int) -> None:
    with pytest.raises(TaskError, match="1 to 31 columns"):
        run("nqueens", Way("cpu"), None, n, 1, counters())


# ----------------------------------------------------------------------------------------------------- unbalanced tree search


def _tree(seed: int, children: object) -> tuple[int, int]:
    """Nodes and depth of a tree by hashlib; `children(u, depth)` says how many a node has."""
    assert callable(children)
    nodes = deepest = 0
    stack = [(hashlib.sha1(bytes(16) + seed.to_bytes(4, "big")).digest(), 0)]
    while stack:
        state, depth = stack.pop()
        nodes, deepest = nodes + 1, max(deepest, depth)
        u = (int.from_bytes(state[16:], "big") & 0x7FFF_FFFF) / 2.0**31
        stack += [(hashlib.sha1(state + i.to_bytes(4, "big")).digest(), depth + 1) for i in range(children(u, depth))]
    return nodes, deepest


def geometric(seed: int, b: float, limit: int) -> int:
    def children(u: float, depth: int) -> int:
        if depth and depth >= limit:
            return 0
        return min(100, math.floor(math.log(1.0 - u) / math.log(1.0 - 1.0 / (1.0 + b))))

    return _tree(seed, children)[0]


def binomial(seed: int, b: int, q: float, many: int) -> int:
    return _tree(seed, lambda u, depth: b if depth == 0 else many if u < q else 0)[0]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("args", [(19, 4.0, 0), (19, 4.0, 1), (19, 4.0, 2), (29, 2.0, 3), (5, 0.5, 10)])
def test_uts_geometric(args: tuple[int, float, int], way: Way) -> None:
    assert run("uts", way, "geometric", *args, counters()).results == (geometric(*args),)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("args", [(42, 0, 0.5, 2), (42, 10, 0.0, 8), (7, 20, 0.1, 8), (3, 4, 0.45, 2)])
def test_uts_binomial(args: tuple[int, int, float, int], way: Way) -> None:
    assert run("uts", way, "binomial", *args, counters()).results == (binomial(*args),)


@pytest.mark.parametrize("way", COMPILED)
def test_uts_thousands_of_nodes(way: Way) -> None:
    assert run("uts", way, "geometric", 19, 4.0, 6, counters()).results == (16_000,)
    assert run("uts", way, "binomial", 42, 10, 0.124, 8, counters()).results == (6_099,)


@pytest.mark.parametrize("way", COMPILED)
def test_uts_published_trees(way: Way) -> None:
    assert run("uts", way, "geometric", 19, 4.0, 10, counters(), arena=UTS_ARENA).results == (T1,)
    assert run("uts", way, "binomial", 42, 2000, 0.124875, 8, counters(), arena=UTS_ARENA).results == (T3,)


def test_the_logarithm_of_a_target_does_not_matter() -> None:
    """
    A geometric node has k children or more if h / 2^31 >= 1 - (b / (1 + b))^k, h its 31-bit number. For b = 4 no h is so near to such a
    bound that an error of some units in the last place of a logarithm, or of the quotient, could put it on the other side.
    """
    nearest = min(
        abs(h - bound) for k in range(1, 100) for bound in [2**31 * (1 - Fraction(4, 5) ** k)] for h in (int(bound), int(bound) + 1)
    )
    # In the quotient that is nearest / 2^31 / ln(5/4) at least, where it is 100 at most.
    margin = float(nearest) / 2**31 / math.log(1.25)
    assert margin > 64 * math.ulp(100.0)


# ------------------------------------------------------------------------------------------------------------------- merge sort


def _sorts(keys: np.ndarray, leaf: int, piece: int, way: Way, **options: object) -> None:
    work = np.full(2 * len(keys), -1, np.int32)
    work[: len(keys)] = keys
    run("cilksort", way, None, work, leaf, piece, **options)
    np.testing.assert_array_equal(work[: len(keys)], np.sort(keys))


def _keys(count: int, most: int = 2**31 - 1) -> np.ndarray:
    return np.random.default_rng(count).integers(-most - 1, most, count, dtype=np.int32, endpoint=True)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 64, 100])
@pytest.mark.parametrize(("leaf", "piece"), [(1, 1), (8, 16)])
def test_cilksort(count: int, leaf: int, piece: int, way: Way) -> None:
    _sorts(_keys(count), leaf, piece, way)


@pytest.mark.parametrize("way", WAYS)
def test_cilksort_of_equal_and_of_greatest_keys(way: Way) -> None:
    _sorts(np.full(50, 2**31 - 1, np.int32), 4, 4, way)
    _sorts(_keys(60, most=2), 4, 4, way)
    keys = _keys(70)
    keys[::3] = 2**31 - 1
    _sorts(keys, 4, 4, way)
    _sorts(np.arange(80, 0, -1, dtype=np.int32), 4, 4, way)


@pytest.mark.parametrize(("width", "count", "leaf", "piece"), [(2, 60, 8, 16), (4, 33, 1, 5), (8, 100, 200, 64), (32, 300, 140, 130)])
def test_cilksort_by_the_lanes_of_a_warp(width: int, count: int, leaf: int, piece: int) -> None:
    """As a GPU runs it: lanes hold a tile of keys together."""
    _sorts(_keys(count), leaf, piece, Way("reference"), width=width)
    _sorts(_keys(count, most=2), leaf, piece, Way("reference"), width=width)


@pytest.mark.parametrize("way", COMPILED)
def test_cilksort_many(way: Way) -> None:
    _sorts(_keys(100_003), 512, 1_000, way)


def test_cilksort_by_the_tool(tmp_path: Path) -> None:
    np.save(tmp_path / "keys.npy", np.arange(2000, dtype=np.int32)[::-1])
    source = str(EXAMPLES / "cilksort.mlir")
    done = _asyncir("run", source, "--target", "cpu", "--args", "@keys.npy", "16", "64", "--save", "0=out.npy", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    np.testing.assert_array_equal(np.load(tmp_path / "out.npy")[:1000], np.arange(1000, 2000))


# ----------------------------------------------------------------------------------------------------------- starting and waiting


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("n", [0, 1, 33, 500])
def test_flat(n: int, way: Way) -> None:
    _flat(n, way)


@pytest.mark.parametrize("way", COMPILED)
def test_flat_many(way: Way) -> None:
    _flat(1_000_000, way)


def _flat(n: int, way: Way) -> None:
    out = np.zeros(n, np.int32)
    assert run("flat", way, None, out).results == (n,)
    i = np.arange(n, dtype=np.int32)
    np.testing.assert_array_equal(out, i * i + 1)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("tasks", "rounds"), [(1, 0), (1, 5), (2, 3), (10, 7), (3, 40)])
def test_ring(tasks: int, rounds: int, way: Way) -> None:
    assert run("ring", way, None, tasks, rounds).results == (tasks * rounds,)


@pytest.mark.parametrize("way", COMPILED)
def test_ring_of_many(way: Way) -> None:
    assert run("ring", way, None, 1000, 20).results == (20_000,)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("producers", "consumers", "items", "capacity"), [(1, 1, 20, 1), (3, 4, 25, 2), (4, 2, 20, 100), (2, 3, 0, 1), (0, 3, 5, 1)]
)
def test_producers_consumers(producers: int, consumers: int, items: int, capacity: int, way: Way) -> None:
    total = producers * items
    assert run("producers_consumers", way, None, producers, consumers, items, capacity).results == (total * (total - 1) // 2, total)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("n", "meals"), [(2, 0), (2, 5), (3, 4), (7, 6)])
def test_philosophers(n: int, meals: int, way: Way) -> None:
    assert run("philosophers", way, None, n, meals).results == (2 * n * meals,)


@pytest.mark.parametrize("way", WAYS)
def test_timers_wake_in_order(way: Way) -> None:
    """Units of 30 ms: a machine that is busy with other things must not make two of them one."""
    order = np.full(10, -1, np.int32)
    assert run("timers", way, None, order, 30_000_000).results == (9,)
    assert order.tolist() == sorted(range(10), key=lambda i: i * 7 % 10)


@pytest.mark.parametrize("way", WAYS)
def test_timers_that_are_due_at_once(way: Way) -> None:
    order = np.full(300, -1, np.int32)
    run("timers", way, None, order, 0)
    assert sorted(order.tolist()) == list(range(300))


# ------------------------------------------------------------------------------------------------------------------- mixed scopes


def _digit_sums(values: Sequence[int]) -> list[int]:
    return [sum(map(int, str(value))) for value in values]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("shape", [(0, 5), (1, 0), (1, 1), (4, 100), (9, 31), (5, 33)])
def test_mixed(shape: tuple[int, int], way: Way) -> None:
    matrix = np.random.default_rng(shape[1]).integers(0, 1000, shape, dtype=np.int32)
    out = np.full(shape[0], -1, np.int32)
    expected = _digit_sums(matrix.sum(axis=1).tolist())
    assert run("mixed", way, None, matrix, out).results == (sum(expected),)
    assert out.tolist() == expected


@pytest.mark.parametrize("width", [2, 4, 32])
def test_mixed_at_any_width(width: int) -> None:
    matrix, out = np.arange(60, dtype=np.int32).reshape(3, 20), np.zeros(3, np.int32)
    expected = _digit_sums(matrix.sum(axis=1).tolist())
    assert example("mixed").run(None, matrix, out, target="reference", width=width).results == (sum(expected),)
    assert out.tolist() == expected


# ------------------------------------------------------------------------------------------------------------------- endless tasks


def _loop_lines() -> range:
    """The loop of endless.mlir's tasks: most of the time they sleep there, now and then one is stopped at its back edge."""
    lines = (EXAMPLES / "endless.mlir").read_text().splitlines()
    first = next(number for number, line in enumerate(lines, 1) if "scf.while" in line)
    return range(first, next(number for number, line in enumerate(lines, 1) if "scf.yield" in line) + 1)


@pytest.mark.parametrize("way", COMPILED)
def test_endless_tasks_all_advance_until_they_are_stopped(way: Way) -> None:
    need(way.target)
    given = np.zeros(3, np.int64)
    launch = example("endless").launch("endless", given, 1_000, target=way.target, executor=way.executor, elide=way.elide)
    seen, end = launch.view(0), time.monotonic() + DEADLINE
    try:
        while time.monotonic() < end and min(seen) < 3:
            time.sleep(0.001)
        before = seen.copy()
        while time.monotonic() < end and not (seen > before).all():
            time.sleep(0.001)
        assert (seen > before).all()
    finally:
        launch.stop()
    with pytest.raises(DeadlineError, match="stopped") as raised:
        launch.wait()
    assert sum(task.location is not None and task.location.line in _loop_lines() for task in raised.value.tasks) == 3
    assert (given >= before).all()


def test_endless_tasks_on_the_reference() -> None:
    given = np.zeros(3, np.int64)
    with pytest.raises(DeadlineError):
        example("endless").run("endless", given, 1_000, target="reference", deadline=1.0)
    assert (given > 3).all()


def test_endless_by_the_tool() -> None:
    source = str(EXAMPLES / "endless.mlir")
    done = _asyncir("run", source, "--target", "cpu", "--args", "zeros:i64:3", "1000", "--deadline", "0.5")
    assert done.returncode == 5, done.stderr
    assert "passed its deadline of 0.5 s" in done.stderr
    lines = [int(line) for line in re.findall(r"^  task @\w+ at \S*endless\.mlir:(\d+):\d+ ", done.stderr, re.MULTILINE)]
    assert sum(line in _loop_lines() for line in lines) == 3, done.stderr


# ----------------------------------------------------------------------------------------------------------------- every order


CASES: list[tuple[str, str | None, tuple[object, ...], tuple[object, ...]]] = [
    ("nqueens", None, (5, 3, COUNTERS), (10,)),
    ("uts", "binomial", (7, 6, 0.1, 8, COUNTERS), (binomial(7, 6, 0.1, 8),)),
    ("ring", None, (5, 4), (20,)),
    ("producers_consumers", None, (2, 3, 8, 2), (120, 16)),
    ("philosophers", None, (4, 3), (24,)),
]


@pytest.mark.parametrize("seed", range(1, 7))
@pytest.mark.parametrize(("name", "entry", "args", "expected"), [pytest.param(*case, id=case[0]) for case in CASES])
def test_every_order_gives_the_same(
    name: str, entry: str | None, args: tuple[object, ...], expected: tuple[object, ...], seed: int
) -> None:
    """The reference's other seeds interleave tasks at random."""
    given = [counters() if value == COUNTERS else value for value in args]
    outcome = example(name).run(entry, *given, target="reference", seed=seed, workers=1 + seed % 3)
    assert outcome.results == expected

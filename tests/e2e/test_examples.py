"""Every program in examples/, with the outcome its header names, on every target, elided and with all the machinery."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from targets import DEADLINE, EXAMPLES, WAYS, Way, example, need, need_tool

from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.dialects.printing import print_module
from asyncir.errors import TaskError
from asyncir.program import Outcome
from asyncir.tools.main import main

FILES = sorted(EXAMPLES.glob("*.mlir"))
OTHERS = ("normalize", "cilksort", "endless", "roles", "triad", "gather", "stencil", "covariance")
"""Headers whose commands take arrays from files or do not end: other tests run these."""


def run(name: str, way: Way, *args: object, **options: object) -> Outcome:
    need(way.target)
    return example(name).run(
        None,
        *args,
        target=way.target,
        executor=way.executor,
        elide=way.elide,
        deadline=DEADLINE,
        **options,  # type: ignore[arg-type]
    )


# Besides the call in the header: what is at the edges (no task at all, one, an empty loop, wrapping integers).
CASES: list[tuple[str, tuple[object, ...], tuple[object, ...]]] = [
    ("demo_async", (5, True), (10, 30, 10, 20, 70, 110)),
    ("demo_async", (5, False), (10, 30, 5, 20, 70, 110)),
    ("demo_async", (-3, True), (-6, -18, -6, -12, -42, 94)),
    ("demo_async", (2**30, True), (-(2**31), -(2**31), -(2**31), 0, -(2**31), -(2**31) + 100)),
    ("fib", (0,), (0,)),
    ("fib", (1,), (1,)),
    ("fib", (2,), (1,)),
    ("fib", (12,), (144,)),
    ("group", (0,), (0,)),
    ("group", (1,), (0,)),
    ("group", (100,), (328350,)),
    ("interleave", (1,), (2, 1)),
    ("interleave", (8,), (16, 15)),
    ("channel", (0, 1), (0, 0)),
    ("channel", (1, 1), (1, 1)),
    ("channel", (100, 1), (5050, 100)),
    ("channel", (100, 4), (5050, 100)),
    ("channel", (100, 128), (5050, 100)),
    ("error", (8, 20), (4, 0, 0, 10)),
    ("error", (7, 20), (0, 1, 7, 10)),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("name", "args", "expected"), [pytest.param(*case, id=f"{case[0]}{case[1]}") for case in CASES])
def test_results(name: str, args: tuple[object, ...], expected: tuple[object, ...], way: Way) -> None:
    assert run(name, way, *args).results == expected


@pytest.mark.parametrize("way", WAYS)
def test_unhandled_error(way: Way) -> None:
    with pytest.raises(TaskError) as raised:
        run("error", way, 7, 21)
    error = raised.value
    assert (error.kind, error.code) == ("fail", 21)
    assert error.location is not None
    assert (Path(error.location.file).name, error.location.line) == ("error.mlir", 18)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("length", [0, 1, 2, 1000, 4097])
@pytest.mark.parametrize("tasks", [1, 8])
def test_normalize(length: int, tasks: int, way: Way) -> None:
    x = np.random.default_rng(length).normal(3.0, 5.0, length).astype(np.float32)
    given, out = x.copy(), np.full(length, 77.0, np.float32)
    assert run("normalize", way, x, out, tasks).results == ()
    np.testing.assert_array_equal(x, given)
    if length:
        with np.errstate(invalid="ignore"):
            expected = (given - given.mean(dtype=np.float64)) / given.std(dtype=np.float64)
        # An array of one element has the standard deviation zero: not a number, for both.
        np.testing.assert_allclose(out, expected, rtol=1e-5, atol=1e-5, equal_nan=True)


@pytest.mark.parametrize("way", WAYS)
def test_normalize_rejects_no_tasks(way: Way) -> None:
    x = np.zeros(4, np.float32)
    with pytest.raises(TaskError, match="at least one task"):
        run("normalize", way, x, x.copy(), 0)


@pytest.mark.parametrize("way", [way for way in WAYS if "default" not in str(way.id)])
@pytest.mark.parametrize(("name", "args"), [("demo_async", (5, True)), ("fib", (10,)), ("interleave", (4,)), ("channel", (50, 2))])
def test_machinery_is_used(name: str, args: tuple[object, ...], way: Way) -> None:
    """With nothing elided tasks are really started, and go on behind what they wait for: else the other tests would show nothing."""
    stats = run(name, way, *args, stats=True).stats
    tasks, entries = stats["tasks"] or 0, stats["entries"] or 0
    assert entries > tasks > 1
    if name in ("interleave", "channel"):
        assert (stats["suspensions"] or 0) > 0, "channels and yields are for the heap"


@pytest.mark.parametrize("seed", range(1, 9))
@pytest.mark.parametrize(("name", "args", "expected"), [case for case in CASES if case[1] in ((8,), (100, 4), (7, 20), (5, True))])
def test_every_order_gives_the_same(name: str, args: tuple[object, ...], expected: tuple[object, ...], seed: int) -> None:
    """The reference's other seeds interleave tasks at random."""
    assert example(name).run(None, *args, target="reference", seed=seed, workers=1 + seed % 3).results == expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_mlir_accepts(path: Path) -> None:
    """In generic form, as MLIR does not know our ops."""
    tool = need_tool("mlir-opt-22")
    text = print_module(parse_module(path.read_text(), path.name, make_context()), generic=True)
    done = subprocess.run([tool, "--allow-unregistered-dialect"], input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def _asyncir(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "asyncir.tools.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=DEADLINE)


def _header_commands(path: Path) -> list[tuple[list[str], str]]:
    """The commands in an example's header, and the line of output below each."""
    lines = [line.removeprefix("//").strip() for line in path.read_text().split("\n\n", 1)[0].splitlines()]
    found: list[tuple[list[str], str]] = []
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("asyncir run") and "@" not in line:
            found.append((line.split("  ")[0].split()[1:], below))
    return found


@pytest.mark.parametrize("path", [path for path in FILES if path.stem not in OTHERS], ids=lambda path: path.stem)
def test_headers_are_true(path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """The command line tool prints, run as the example's header says, what the header says."""
    monkeypatch.chdir(EXAMPLES.parent)
    commands = _header_commands(path)
    assert commands
    for command, expected in commands:
        status = main([*command, "--target", "cpu"])
        out, errors = capfd.readouterr()
        if "error:" in expected:
            assert status == 3, errors
            assert expected in errors
        else:
            assert status == 0, errors
            assert out.split() == expected.split()


def test_normalize_by_the_tool(tmp_path: Path) -> None:
    x = np.arange(1000, dtype=np.float32)
    np.save(tmp_path / "x.npy", x)
    source = str(EXAMPLES / "normalize.mlir")
    done = _asyncir("run", source, "--target", "cpu", "--args", "@x.npy", "zeros:f32:1000", "8", "--save", "1=out.npy", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    np.testing.assert_allclose(np.load(tmp_path / "out.npy"), (x - x.mean()) / x.std(), rtol=1e-5, atol=1e-5)


def test_json_of_the_tool() -> None:
    source = str(EXAMPLES / "demo_async.mlir")
    done = _asyncir("run", source, "--target", "reference", "--args", "5", "true", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["entry"] == "demo"
    assert answer["target"] == "reference"
    assert answer["results"] == [10, 30, 10, 20, 70, 110]

"""`asyncir.compile` and `Program`: what users call, on the reference and the CPU, and on a GPU where there is one."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy
import pytest
from targets import DEADLINE, EXAMPLES, example, need, shared

import asyncir
from asyncir.abi import HEADER_BYTES
from asyncir.compiler import STAGES, Options

TARGETS = ["reference", "cpu", pytest.param("cuda", marks=pytest.mark.gpu)]
DEMO = (10, 30, 10, 20, 70, 110)

DEADLOCK = """
async.func @wait_for(%channel: !task.channel<i32>) -> !async.token {
  %item, %ok = task.recv %channel : !task.channel<i32>
  async.return
}
func.func @k() attributes {task.kernel} {
  %c1 = arith.constant 1 : index
  %channel = task.channel %c1 : !task.channel<i32>
  %t = async.call @wait_for(%channel) : (!task.channel<i32>) -> !async.token
  async.await %t : !async.token
  return
}
"""

FOREVER = """
func.func @k() attributes {task.kernel} {
  cf.br ^loop
^loop:
  task.yield_now
  cf.br ^loop
}
"""

FAILING = """
func.func @k(%x: i32) -> i32 attributes {task.kernel} {
  %c0 = arith.constant 0 : i32
  %positive = arith.cmpi sgt, %x, %c0 : i32
  cf.assert %positive, "x must be positive"
  return %x : i32
}
"""

HUNGRY = """
async.func @down(%n: i32) -> !async.value<i32> {
  %c1 = arith.constant 1 : i32
  %less = arith.addi %n, %c1 : i32
  %v = async.call @down(%less) : (i32) -> !async.value<i32>
  %r = async.await %v : !async.value<i32>
  async.return %r : i32
}
"""

SCALE = """
func.func @k(%a: memref<?xf32>, %by: f32) attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = memref.dim %a, %c0 : memref<?xf32>
  scf.for %i = %c0 to %n step %c1 {
    %x = memref.load %a[%i] : memref<?xf32>
    %y = arith.mulf %x, %by : f32
    memref.store %y, %a[%i] : memref<?xf32>
  }
  return
}
"""

INSTANCES = """
func.func @k(%x: i64) -> (i64, i1) attributes {task.kernel} {
  %i = task.instance : index
  %i64 = arith.index_cast %i : index to i64
  %sum = arith.addi %i64, %x : i64
  %c0 = arith.constant 0 : i64
  %c2 = arith.constant 2 : i64
  %rest = arith.remsi %i64, %c2 : i64
  %even = arith.cmpi eq, %rest, %c0 : i64
  return %sum, %even : i64, i1
}
"""


@pytest.fixture(scope="module")
def demo() -> asyncir.Program:
    return example("demo_async")


def of(text: str) -> asyncir.Program:
    return shared(text, "f.mlir")


@pytest.mark.parametrize("target", TARGETS)
def test_run(demo: asyncir.Program, target: str) -> None:
    need(target)
    outcome = demo.run("demo", 5, True, target=target, deadline=DEADLINE)
    assert outcome.results == DEMO
    assert outcome.target == target
    assert demo.run(None, 5, True, target=target, deadline=DEADLINE).value == DEMO, "the only kernel needs no name"


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("executor", ["inline", "dynamic"])
def test_instances(target: str, executor: str) -> None:
    need(target)
    sums, even = of(INSTANCES).run("k", 10, target=target, instances=300, executor=executor, deadline=DEADLINE).results
    assert numpy.array_equal(sums, numpy.arange(10, 310)) and sums.dtype == numpy.int64
    assert numpy.array_equal(even, numpy.arange(300) % 2 == 0) and even.dtype == bool


@pytest.mark.parametrize("target", TARGETS)
def test_arrays_are_written_in_place(target: str) -> None:
    need(target)
    for length in (0, 1, 1000):
        array = numpy.arange(length, dtype=numpy.float32)
        assert of(SCALE).run("k", array, 0.5, target=target, deadline=DEADLINE).value is None
        assert numpy.array_equal(array, numpy.arange(length, dtype=numpy.float32) / 2)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("executor", ["inline", "dynamic"])
def test_failed_assertion(target: str, executor: str) -> None:
    need(target)
    assert of(FAILING).run("k", 3, target=target, executor=executor, deadline=DEADLINE).value == 3
    with pytest.raises(asyncir.TaskError) as caught:
        of(FAILING).run("k", -3, target=target, executor=executor, deadline=DEADLINE)
    assert str(caught.value) == "f.mlir:5:3: assertion failed: x must be positive"
    assert caught.value.kind == "assert"


@pytest.mark.parametrize("target", TARGETS)
def test_deadlock_is_reported(target: str) -> None:
    need(target)
    with pytest.raises(asyncir.DeadlockError) as caught:
        of(DEADLOCK).run("k", target=target, elide=False, deadline=DEADLINE)
    assert sorted(str(task) for task in caught.value.tasks) == [
        "task @k at f.mlir:10:3 waits for @wait_for",
        "task @wait_for at f.mlir:3:16 waits for recv on channel created at f.mlir:8:14",
    ]


@pytest.mark.parametrize("target", TARGETS)
def test_deadline_ends_a_run(target: str) -> None:
    need(target)
    program = of(FOREVER)
    start = time.monotonic()
    with pytest.raises(asyncir.DeadlineError) as caught:
        program.run("k", target=target, deadline=0.3)
    assert time.monotonic() - start < 20
    assert [task.task for task in caught.value.tasks] == ["k"]


@pytest.mark.parametrize("target", [pytest.param("cpu"), pytest.param("cuda", marks=pytest.mark.gpu)])
def test_exhausted_arena_is_a_resource_error(target: str) -> None:
    need(target)
    text = HUNGRY + "func.func @k() -> i32 attributes {task.kernel} {\n  %c0 = arith.constant 0 : i32\n"
    text += "  %v = async.call @down(%c0) : (i32) -> !async.value<i32>\n"
    text += "  %r = async.await %v : !async.value<i32>\n  return %r : i32\n}\n"
    with pytest.raises(asyncir.ResourceError) as caught:
        of(text).run("k", target=target, arena=1 << 16, deadline=DEADLINE)
    assert (caught.value.resource, caught.value.option, caught.value.available) == ("arena", "arena", 1 << 16)
    assert caught.value.needed is not None and caught.value.needed >= HEADER_BYTES


@pytest.mark.parametrize("target", [pytest.param("cpu"), pytest.param("cuda", marks=pytest.mark.gpu)])
def test_launch(demo: asyncir.Program, target: str) -> None:
    need(target)
    launches = [demo.launch("demo", 5, True, target=target, executor="dynamic", elide=False, stats=True) for _ in range(3)]
    assert [launch.wait() for launch in launches] == [DEMO] * 3
    assert all(launch.done() for launch in launches)
    stats = launches[0].stats()
    assert stats["tasks"] == 13 and stats["suspensions"] and stats["high_water"]


@pytest.mark.parametrize("target", [pytest.param("cpu"), pytest.param("cuda", marks=pytest.mark.gpu)])
def test_stop(target: str) -> None:
    need(target)
    launch = of(FOREVER).launch("k", target=target, deadline=DEADLINE)
    assert not launch.done()
    launch.stop()
    with pytest.raises(asyncir.DeadlineError, match="@k was stopped"):
        launch.wait()


def test_stats_have_all_keys_on_every_target(demo: asyncir.Program) -> None:
    names = [
        "tasks",
        "entries",
        "suspensions",
        "wakes",
        "steals_asked",
        "steals_served",
        "steals_warp",
        "steals_block",
        "steals_device",
        "exports",
        "reused",
        "stack_high_water",
        "queue_high_water",
        "workers",
        "sms",
        "idle_fraction",
        "high_water",
    ]
    for target in ("reference", "cpu"):
        stats = demo.run("demo", 5, True, target=target, executor="dynamic", elide=False, stats=True, deadline=DEADLINE).stats
        assert set(names) <= set(stats)
        assert all(stats[name] is not None for name in names)
        assert (stats["tasks"], stats["suspensions"] > 0) == (13, True)


@pytest.mark.parametrize("stage", ["source", "split", "sm", "rt"])
def test_every_level_runs(stage: str) -> None:
    text = asyncir.compile(EXAMPLES / "fib.mlir").dump(stage)
    assert isinstance(text, str)
    program = asyncir.compile(text, filename=f"fib.{stage}.mlir")
    assert program.level == stage
    assert program.run("fib", 10, target="cpu", deadline=DEADLINE).value == 55
    later = STAGES[STAGES.index(stage) : STAGES.index("cubin")]
    for one in {*later[:2], later[-1]}:
        assert program.dump(one)


def test_earlier_stages_are_gone() -> None:
    text = asyncir.compile(EXAMPLES / "fib.mlir").dump("sm")
    with pytest.raises(asyncir.InputError, match="there is no 'source' of it any more"):
        asyncir.compile(text).dump("source")


def test_unknown_names_are_input_errors(demo: asyncir.Program) -> None:
    with pytest.raises(asyncir.InputError, match="unknown stage 'asm'"):
        demo.dump("asm")
    with pytest.raises(asyncir.InputError, match="there is no entry @dem"):
        demo.run("dem", 5, True, target="cpu")
    with pytest.raises(asyncir.InputError, match="unknown target 'tpu'"):
        demo.run("demo", 5, True, target="tpu")  # pyright: ignore[reportArgumentType]
    with pytest.raises(asyncir.InputError, match="unknown executor 'fast'"):
        demo.run("demo", 5, True, target="cpu", executor="fast")
    with pytest.raises(asyncir.InputError, match="unsupported arch 'sm_1'"):
        demo.ptx(arch="sm_1")
    with pytest.raises(asyncir.InputError, match="unknown pass 'nothing'"):
        demo.run("demo", 5, True, target="cpu", pipeline="nothing")


@pytest.mark.parametrize("target", ["reference", "cpu"])
def test_wrong_arguments_are_input_errors(demo: asyncir.Program, target: str) -> None:
    for wrong in ((5,), (5, True, 1), ("5", True), (1 << 32, True), (5.0, True)):
        with pytest.raises(asyncir.InputError):
            demo.run("demo", *wrong, target=target)
    for array in (numpy.zeros((2, 2), numpy.float32), numpy.zeros(4), [1.0]):
        with pytest.raises(asyncir.InputError):
            of(SCALE).run("k", array, 1.0, target=target)


def test_own_passes_run_first(demo: asyncir.Program) -> None:
    assert demo.run("demo", 5, True, target="cpu", pipeline="outline-execute,scf-to-cf", deadline=DEADLINE).value == DEMO


def test_the_module_given_is_not_changed() -> None:
    from asyncir.dialects.context import make_context
    from asyncir.dialects.parsing import parse_module
    from asyncir.dialects.printing import print_module

    module = parse_module((EXAMPLES / "demo_async.mlir").read_text(), "demo.mlir", make_context())
    before = print_module(module)
    assert asyncir.compile(module).run("demo", 5, True, target="cpu", deadline=DEADLINE).value == DEMO
    assert print_module(module) == before


def test_passes_verify_one_by_one(demo: asyncir.Program) -> None:
    for elide in (True, False):
        assert demo.compiled("demo", "cpu", Options(elide=elide, verify_each=True)).llvm


def test_ptx_needs_no_gpu(demo: asyncir.Program) -> None:
    assert ".target sm_80" in demo.ptx(arch="sm_80")
    assert ".visible .entry demo(" in demo.ptx()


def test_explain() -> None:
    found = asyncir.compile(EXAMPLES / "fib.mlir").explain()
    fields = json.loads(found.to_json())
    (kernel,) = fields["kernels"]
    assert kernel["executor"] == "dynamic" and "fib.mlir:" in kernel["why"]
    (task,) = [machine for machine in fields["machines"] if machine["name"] == "fib_task"]
    assert task["scope"] == "lane" and task["policy"] == "bound"
    places = [(suspension["kind"], suspension["location"].rsplit("/", 1)[-1]) for suspension in task["suspensions"]]
    assert [place for kind, place in places if kind == "await"] == ["fib.mlir:18:11", "fib.mlir:19:11"]
    assert [place for kind, place in places if kind == "call"] == ["fib.mlir:16:11", "fib.mlir:17:11"], "children run on the stack"
    assert len(places) == 4
    assert "executor: dynamic" in str(found)


def test_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(asyncir.InputError, match="cannot read"):
        asyncir.compile(tmp_path / "none.mlir")


def test_no_gpu_is_an_input_error(demo: asyncir.Program) -> None:
    from asyncir.runtime.devices import device_count

    if device_count():
        pytest.skip("there is a GPU")
    with pytest.raises(asyncir.InputError) as caught:
        demo.run("demo", 5, True, target="cuda")
    assert caught.value.help is not None


def test_a_cpu_run_loads_neither_cuda_nor_the_reference() -> None:
    code = (
        "import pathlib, sys, asyncir\n"
        f"program = asyncir.compile(pathlib.Path({str(EXAMPLES / 'demo_async.mlir')!r}))\n"
        "assert program.run('demo', 5, True, target='cpu', deadline=60).value[0] == 10\n"
        "print(*(name for name in sys.modules if name.split('.')[0] in ('cuda', 'networkx') or name == 'asyncir.reference'))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert ended.stdout.strip() == ""

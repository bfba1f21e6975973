"""Launches that are stopped, that sleep and that never suspend: how fast they end, what they cost, and what is said of their tasks."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from typing import Any

import numpy
import pytest
from targets import DEADLINE, Target, need, shared

import asyncir
from asyncir.errors import DeadlineError

COMPILED: list[Any] = ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)]
DYNAMIC: dict[str, Any] = {"executor": "dynamic", "elide": False}
STOP_SECONDS = 5e-3

ENDLESS = """\
async.func @count(%counters: memref<?xi64> {task.host_visible}, %which: index) -> !async.token {
  %nanoseconds = arith.constant 20000 : i64
  %c1 = arith.constant 1 : i64
  cf.br ^loop
^loop:
  %old = memref.load %counters[%which] : memref<?xi64>
  %new = arith.addi %old, %c1 : i64
  task.publish %new, %counters[%which] : memref<?xi64>
  task.sleep %nanoseconds : i64
  cf.br ^loop
}
func.func @main(%counters: memref<?xi64> {task.host_visible}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %a = async.call @count(%counters, %c0) : (memref<?xi64>, index) -> !async.token
  %b = async.call @count(%counters, %c1) : (memref<?xi64>, index) -> !async.token
  %c = async.call @count(%counters, %c2) : (memref<?xi64>, index) -> !async.token
  async.await %a : !async.token
  async.await %b : !async.token
  async.await %c : !async.token
  return
}
"""


def of(text: str) -> asyncir.Program:
    return shared(text, "program.mlir")


def until(condition: Any, seconds: float = 20.0) -> None:
    """Waits for it, with a limit."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(1e-3)


@pytest.mark.parametrize("target", COMPILED)
def test_endless_tasks_are_seen_to_advance_and_end_within_5_ms(target: Target) -> None:
    need(target)
    program, latencies = of(ENDLESS), []
    for _ in range(5):
        counters = numpy.zeros(3, numpy.int64)
        launch = program.launch(None, counters, target=target, deadline=DEADLINE, **DYNAMIC)
        view = launch.view(0)
        until(lambda view=view: (view > 3).all())
        seen = view.copy()
        until(lambda view=view, seen=seen: (view > seen).all())
        assert not launch.done()
        start = time.perf_counter()
        launch.stop()
        with pytest.raises(DeadlineError, match="@main was stopped") as caught:
            launch.wait()
        latencies.append(time.perf_counter() - start)
        assert (counters >= seen).all(), "what tasks wrote is there after the stop"
        said = sorted(str(task) for task in caught.value.tasks)
        assert len(said) == 4 and "task @main at program.mlir:19:3 waits for @count" in said
        assert (
            sum("task @count at program.mlir:9:3" in text for text in said) + sum("@count" in text and "running" in text for text in said)
            >= 3
        )
    assert sorted(latencies)[1] < STOP_SECONDS, f"{latencies}: something else may be busy now and then, but not each time"


@pytest.mark.parametrize("target", COMPILED)
def test_a_launch_stopped_by_another_thread_has_no_results(target: Target) -> None:
    need(target)
    counters = numpy.zeros(3, numpy.int64)
    launch = of(ENDLESS).launch(None, counters, target=target, deadline=DEADLINE, **DYNAMIC)
    timer = threading.Timer(0.1, launch.stop)
    timer.start()
    with pytest.raises(DeadlineError, match="@main was stopped"):
        launch.wait()
    timer.join()


NEVER = """\
async.func @spin(%n: index) -> !async.value<index> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %sum = scf.for %i = %c0 to %n step %c1 iter_args(%s = %c0) -> (index) {
    %a = arith.muli %s, %i : index
    %b = arith.xori %a, %s : index
    %c = arith.addi %b, %i : index
    scf.yield %c : index
  }
  return %sum : index
}
async.func @calm(%n: index) -> !async.value<index> {
  task.yield_now
  return %n : index
}
func.func @main(%n: index) -> index {
  %h = async.call @calm(%n) : (index) -> !async.value<index>
  %g = async.call @spin(%n) : (index) -> !async.value<index>
  %a = async.await %h : !async.value<index>
  %b = async.await %g : !async.value<index>
  %s = arith.addi %a, %b : index
  return %s : index
}
"""

ALONE = """
import sys
import asyncir
text = sys.stdin.read()
try:
    asyncir.compile(text, filename="program.mlir").run(None, 1 << 60, target="cpu", executor="dynamic", elide=False, deadline=0.2)
except asyncir.DeadlineError as error:
    print(error.render())
"""


def test_a_task_that_does_not_suspend_is_named() -> None:
    # In a process of its own: what it runs on stays busy until the process ends.
    done = subprocess.run([sys.executable, "-c", ALONE], input=NEVER, capture_output=True, text=True, timeout=60, check=False)
    assert "@main passed its deadline of 0.2 s" in done.stdout, done.stderr
    assert "task @spin at program.mlir:" in done.stdout and "is running" in done.stdout, done.stdout
    assert "@calm" not in done.stdout and "@main at" not in done.stdout, done.stdout


NAP = """\
async.func @nap(%done: !task.channel<i32>, %nanoseconds: i64) -> !async.token {
  %c7 = arith.constant 7 : i32
  task.sleep %nanoseconds : i64
  task.send %c7, %done : !task.channel<i32>
  return
}
func.func @main(%nanoseconds: i64) -> i32 {
  %c1 = arith.constant 1 : index
  %done = task.channel %c1 : !task.channel<i32>
  %t = async.call @nap(%done, %nanoseconds) : (!task.channel<i32>, i64) -> !async.token
  %v, %ok = task.recv %done : !task.channel<i32>
  async.await %t : !async.token
  return %v : i32
}
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_without_tasks_sleep(workers: int) -> None:
    program = of(NAP)
    program.run(None, 0, target="cpu", workers=workers, deadline=DEADLINE, **DYNAMIC)
    late: list[float] = []
    while len(late) < 4 and min(late, default=1) > 0.25:  # Something else may be busy when the time has come, but not each time.
        cost, start = time.process_time(), time.perf_counter()
        assert program.run(None, 1_000_000_000, target="cpu", workers=workers, deadline=DEADLINE, **DYNAMIC).value == 7
        late.append(time.perf_counter() - start - 1)
        assert time.process_time() - cost < 0.3, "seconds of processor time while all wait"
        assert late[-1] >= 0
    assert min(late) < 0.25, "and they wake when the time has come"


INTERRUPTED = """
import sys
import asyncir
program = asyncir.compile(sys.argv[1], filename="program.mlir")
print("started", flush=True)
program.run(None, 60_000_000_000, target="cpu", executor="dynamic", elide=False)
"""


def test_ctrl_c_ends_a_program_that_sleeps() -> None:
    process = subprocess.Popen([sys.executable, "-c", INTERRUPTED, NAP], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "started\n"
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)  # The program would sleep for a minute.
    assert errors.strip().endswith("KeyboardInterrupt")

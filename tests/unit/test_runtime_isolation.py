"""Runs in a process of their own: results, arrays and errors come back, and so does this process when that one does not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy
import pytest
import runtime_kernels
from runtime_kernels import entry

from asyncir.abi import Array, Entry
from asyncir.errors import DeadlineError, InputError, InternalError, IsolationError, ResourceError, TaskError
from asyncir.lowering.codegen import compile_object
from asyncir.runtime import isolation, shared_arrays
from asyncir.runtime.isolation import run_isolated
from asyncir.runtime.launch import GRACE_SECONDS, Options
from asyncir.runtime.messages import Code
from asyncir.runtime.slots import Stream

VECTOR = Array("f32", (None,))
CRASH = "define void @k(ptr %slots, i64 %first, i64 %last, i64 %worker) { store i32 1, ptr inttoptr (i64 16 to ptr)\n ret void }"
ABORT = "declare void @abort()\ndefine void @k(ptr %slots, i64 %first, i64 %last, i64 %worker) { call void @abort()\n ret void }"
EXIT = "declare void @_exit(i32)\ndefine void @k(ptr %slots, i64 %first, i64 %last, i64 %worker) { call void @_exit(i32 7)\n ret void }"
FREEZE = """
declare i32 @raise(i32)
declare void @asyncir_pause(i64)
define void @k(ptr %slots, i64 %first, i64 %last, i64 %worker) {
  call void @asyncir_pause(i64 100000000)
  %done = call i32 @raise(i32 19)
  ret void
}
"""
"""Stops its whole process a little after it began: the process is there, and answers nothing."""


compiled = cache(compile_object)


def code(text: str, entry_: Entry | None = None) -> Code:
    return Code(entry_ or entry(), "cpu", compiled(text))


ADDING = (runtime_kernels.SUM, entry(("i32", "i32"), ("i32",)))
SCALING = (runtime_kernels.SCALE, entry((VECTOR,)))


def add(a: int, b: int) -> tuple[object, ...]:
    return run_isolated(code(*ADDING), (a, b), Options())[0]


def children() -> list[int]:
    """Those that wait for a run."""
    return [child.pid for child in isolation._idle]  # pyright: ignore[reportPrivateUsage]


def test_results_come_back_from_a_process_that_is_kept() -> None:
    assert add(1, 2) == (3,)
    (pid,) = children()
    assert pid != os.getpid()
    results, stats = run_isolated(code(*ADDING), (1, -5), Options(instances=1000))
    assert isinstance(results[0], numpy.ndarray) and results[0].tolist() == list(range(-4, 996))
    assert stats["kernel_ms"] is not None
    assert children() == [pid]


def test_arrays_are_written_in_place() -> None:
    array = numpy.arange(5, dtype=numpy.float32)
    run_isolated(code(*SCALING), (array,), Options())
    assert array.tolist() == [0, 2, 4, 6, 8]
    run_isolated(code(*SCALING), (numpy.zeros(0, numpy.float32),), Options())


TWO = """
define void @k(ptr %slots, i64 %first, i64 %last, i64 %worker) {
  %a = load ptr, ptr %slots
  %b.slot = getelementptr i8, ptr %slots, i64 16
  %b = load ptr, ptr %b.slot
  store float 5.0, ptr %a
  %value = load float, ptr %b
  %at = getelementptr float, ptr %b, i64 1
  store float %value, ptr %at
  ret void
}
"""
"""(a, b: memref<?xf32>): a[0] = 5, then b[1] = b[0]."""


def test_arrays_that_overlap_are_the_same_memory_there() -> None:
    both = code(TWO, entry((VECTOR, VECTOR)))
    array = numpy.zeros(4, numpy.float32)
    run_isolated(both, (array, array), Options())
    assert array.tolist() == [5, 5, 0, 0]
    array[:] = 0
    run_isolated(both, (array[1:], array[1:3]), Options())
    assert array.tolist() == [0, 5, 5, 0]
    array[:] = 0
    other = numpy.ones(4, numpy.float32)
    run_isolated(both, (array, other), Options())
    assert (array.tolist(), other.tolist()) == ([5, 0, 0, 0], [1, 1, 1, 1])


def test_offsets_of_shared_arrays_keep_distances() -> None:
    base = numpy.zeros(100, numpy.uint8)
    far = numpy.zeros(10, numpy.uint8)
    spans = [(int(array.ctypes.data), array.nbytes) for array in (base[10:20], base[15:40], base[40:50], far)]
    offsets, size = shared_arrays._offsets(spans)  # pyright: ignore[reportPrivateUsage]
    assert offsets[1] - offsets[0] == 5
    ends = sorted((offset, offset + count) for offset, count in zip(offsets, (10, 25, 10, 10), strict=True))
    assert all(first >= 0 and last <= size for first, last in ends)
    assert abs(offsets[3] - offsets[0]) >= 10 and abs(offsets[2] - offsets[1]) >= 25
    assert [offset % 64 for offset in offsets] == [int(a.ctypes.data) % 64 for a in (base[10:], base[15:], base[40:], far)]


def test_errors_come_back_with_their_places_and_the_process_is_kept() -> None:
    add(1, 1)
    before = children()
    with pytest.raises(TaskError, match="assertion failed: x must be positive") as caught:
        run_isolated(code(runtime_kernels.FAULT), (), Options())
    assert str(caught.value.location) == "f.mlir:3:5" and caught.value.kind == "assert"
    with pytest.raises(DeadlineError, match="passed its deadline of 0.05 s") as late:
        run_isolated(code(runtime_kernels.SPIN), (), Options(deadline=0.05))
    assert [str(task) for task in late.value.tasks] == ["task @k at f.mlir:7:3 is running"]
    assert children() == before


def test_what_is_printed_comes_back() -> None:
    pieces: list[str] = []
    run_isolated(code(runtime_kernels.PRINT), (), Options(), pieces.append)
    assert "".join(pieces) == "( -5 )\n"

    def broken(text: str) -> None:
        raise BrokenPipeError(text)

    with pytest.raises(BrokenPipeError):
        run_isolated(code(runtime_kernels.PRINT), (), Options(), broken)
    assert add(1, 2) == (3,)


@pytest.mark.parametrize(
    ("text", "returncode", "name", "said"),
    [
        (CRASH, -signal.SIGSEGV, "SIGSEGV", "the process in which @k ran was ended by SIGSEGV"),
        (ABORT, -signal.SIGABRT, "SIGABRT", "the process in which @k ran was ended by SIGABRT"),
        (EXIT, 7, None, "the process in which @k ran ended with status 7"),
    ],
)
def test_a_process_that_dies_is_an_error_and_is_replaced(text: str, returncode: int, name: str | None, said: str) -> None:
    array = numpy.zeros(3, numpy.float32)
    with pytest.raises(IsolationError) as caught:
        run_isolated(code(text, entry((VECTOR,))), (array,), Options())
    assert (caught.value.message, caught.value.returncode, caught.value.signal) == (said, returncode, name)
    assert str(caught.value.location) == "f.mlir:1:1" and "may hold anything" in caught.value.render()


def test_one_that_died_while_it_had_nothing_to_do_is_replaced() -> None:
    add(1, 1)
    (pid,) = children()
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.1)
    assert add(1, 2) == (3,)
    assert pid not in children()


def test_a_hard_loop_is_told_of_and_its_process_is_replaced() -> None:
    add(1, 1)
    before = children()
    start = time.monotonic()
    with pytest.raises(DeadlineError, match="did not leave within"):
        run_isolated(code("define void @k(ptr %s, i64 %f, i64 %l, i64 %w) {\n br label %x\nx:\n br label %x\n}"), (), Options(deadline=0.1))
    assert time.monotonic() - start < GRACE_SECONDS + 2
    assert not set(before) & set(children())
    with pytest.raises(ProcessLookupError):
        os.kill(before[0], 0)
    assert add(1, 2) == (3,)


def test_a_process_that_answers_nothing_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "MARGIN_SECONDS", 0.5 - GRACE_SECONDS)
    with pytest.raises(IsolationError, match=r"did not answer 0.5 s after its deadline of 0.2 s, and was ended") as caught:
        run_isolated(code(FREEZE), (), Options(deadline=0.2))
    assert (caught.value.returncode, caught.value.signal) == (-signal.SIGKILL, "SIGKILL")


def test_several_at_once_have_processes_of_their_own() -> None:
    found: list[object] = []
    threads = [threading.Thread(target=lambda number=number: found.append(add(number, 0))) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [(0,), (1,), (2,)]
    assert len(children()) <= isolation.MOST_IDLE


def test_what_cannot_be_is_told_of_before_anything_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="argument 1 of @k"):
        add(1, 1 << 40)
    with pytest.raises(InputError, match="an isolated run has no stream"):
        run_isolated(code(*ADDING), (1, 2), Options(stream=Stream()))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(ResourceError, match=r"the memory to share is exhausted \(arrays, 4000 bytes\)"):
        run_isolated(code(*SCALING), (numpy.zeros(1000, numpy.float32),), Options())


def test_code_that_cannot_be_loaded_is_an_error_and_not_remembered() -> None:
    with pytest.raises(InternalError, match="cannot be linked"):
        run_isolated(Code(entry(), "cpu", compile_object("define void @other() { ret void }")), (), Options())
    assert add(1, 2) == (3,)


def shared_memory() -> set[str]:
    return {path.name for path in Path("/dev/shm").glob("psm_*")}


@pytest.mark.skipif(sys.platform != "linux", reason="looks where Linux keeps shared memory")
def test_no_shared_memory_is_left() -> None:
    before = shared_memory()
    run_isolated(code(*SCALING), (numpy.zeros(1000, numpy.float32),), Options())
    with pytest.raises(IsolationError):
        run_isolated(code(CRASH, entry((VECTOR,))), (numpy.zeros(1000, numpy.float32),), Options())
    assert shared_memory() <= before


SCRIPT = """
import runtime_kernels
from test_runtime_isolation import code, children, add
from asyncir.runtime.isolation import run_isolated
from asyncir.runtime.launch import Options
add(1, 1)
print(*children(), flush=True)
{last}
"""


def script(last: str) -> tuple[subprocess.Popen[str], int]:
    """A process without a `__main__` guard that has a child, and then does `last`; and the child's number."""
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT.format(last=last)],
        cwd=Path(__file__).parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, int(process.stdout.readline())


def gone(pid: int) -> bool:
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split(") ")[1].startswith("Z"):
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (lambda process: None, 0),
        (lambda process: process.send_signal(signal.SIGINT), -signal.SIGINT),
        (lambda process: process.kill(), -signal.SIGKILL),
    ],
    ids=["by-itself", "ctrl-c", "killed"],
)
def test_children_go_with_their_process(end: Callable[[subprocess.Popen[str]], None], status: int) -> None:
    process, pid = script("" if status == 0 else "run_isolated(code(runtime_kernels.SPIN), (), Options())")
    if status:
        time.sleep(0.3)
    end(process)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == status, errors
    assert "KeyboardInterrupt" in errors if status == -signal.SIGINT else errors == ""
    assert gone(pid)

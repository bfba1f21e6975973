"""Launches on the CPU of kernels written in LLVM IR: results, arrays, output, deadlines, faults, Ctrl-C."""

from __future__ import annotations

import ctypes
import io
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import redirect_stdout
from pathlib import Path

import numpy
import pytest
import runtime_kernels
from runtime_kernels import entry, kernel

from asyncir.abi import IDLE_PAUSE_NS, Array
from asyncir.errors import DeadlineError, InputError, TaskError
from asyncir.runtime import host
from asyncir.runtime.host_launch import launch_on_host
from asyncir.runtime.launch import GRACE_SECONDS, RUNNING, Options
from asyncir.runtime.threads import run_in_thread

ADDING = entry(("i32", "i32"), ("i32",))
SCALING = entry((Array("f32", (None,), host_visible=True),))


def test_one_instance_gives_a_scalar() -> None:
    launch = launch_on_host(kernel(runtime_kernels.SUM), ADDING, (3, -10), Options())
    assert launch.wait() == (-7,)
    assert launch.wait() == (-7,), "waiting again gives the same"
    assert launch.done()
    assert launch.stats()["workers"] == 1


@pytest.mark.parametrize("instances", [2, 255, 256, 257, 10_000])
def test_instances_give_an_array(instances: int) -> None:
    (result,) = launch_on_host(kernel(runtime_kernels.SUM), ADDING, (1, 1), Options(instances=instances, workers=3)).wait()
    assert numpy.array_equal(result, numpy.arange(2, instances + 2, dtype=numpy.int32))


def test_arrays_are_written_in_place() -> None:
    array = numpy.arange(5, dtype=numpy.float32)
    launch = launch_on_host(kernel(runtime_kernels.SCALE), SCALING, (array,), Options())
    assert launch.wait() == ()
    assert array.tolist() == [0, 2, 4, 6, 8]
    view = launch.view(0)
    assert view.tolist() == array.tolist() and not view.flags.writeable


def test_empty_array() -> None:
    launch_on_host(kernel(runtime_kernels.SCALE), SCALING, (numpy.zeros(0, numpy.float32),), Options()).wait()


def test_only_host_visible_arrays_are_viewed() -> None:
    array = numpy.zeros(3, numpy.float32)
    launch = launch_on_host(kernel(runtime_kernels.SCALE), entry((Array("f32", (None,)),)), (array,), Options())
    with pytest.raises(InputError, match="cannot be viewed") as caught:
        launch.view(0)
    assert caught.value.help == "mark it in the program: %array: memref<?xf32> {task.host_visible}"
    with pytest.raises(InputError, match="no argument of index 1"):
        launch.view(1)
    launch.wait()


def test_wrong_argument_starts_nothing() -> None:
    code = kernel(runtime_kernels.SUM)
    before = set(RUNNING)
    with pytest.raises(InputError, match="argument 1 of @k"):
        launch_on_host(code, ADDING, (1, 1 << 40), Options())
    assert before == RUNNING


def test_output_goes_where_the_launch_says() -> None:
    code = kernel(runtime_kernels.PRINT)
    pieces: list[str] = []
    launch_on_host(code, entry(), (), Options(), pieces.append).wait()
    assert "".join(pieces) == "( -5 )\n"
    with redirect_stdout(io.StringIO()) as redirected:
        launch_on_host(code, entry(), (), Options()).wait()
    assert redirected.getvalue() == "( -5 )\n"


def test_failure_to_write_is_raised_by_wait() -> None:
    def broken(text: str) -> None:
        raise BrokenPipeError(text)

    with pytest.raises(BrokenPipeError):
        launch_on_host(kernel(runtime_kernels.PRINT), entry(), (), Options(), broken).wait()


def test_fault_is_raised_with_its_place() -> None:
    with pytest.raises(TaskError, match="assertion failed: x must be positive") as caught:
        launch_on_host(kernel(runtime_kernels.FAULT), entry(), (), Options()).wait()
    assert str(caught.value.location) == "f.mlir:3:5"


def test_deadline_stops_a_launch() -> None:
    launch = launch_on_host(kernel(runtime_kernels.SPIN), entry(executor="dynamic"), (), Options(deadline=0.05, workers=3))
    start = time.monotonic()
    with pytest.raises(DeadlineError, match=r"passed its deadline of 0.05 s"):
        launch.wait()
    assert time.monotonic() - start < GRACE_SECONDS
    assert launch not in RUNNING
    assert launch.stats()["workers"] == 3, "a launch that failed has statistics too"


def test_stop_ends_a_launch() -> None:
    launch = launch_on_host(kernel(runtime_kernels.SPIN), entry(), (), Options())
    assert not launch.done()
    with pytest.raises(InputError, match="call wait"):
        try:
            launch.stats()
        except InputError as error:
            raise InputError(f"{error.message}: {error.help}") from error
    launch.stop()
    with pytest.raises(DeadlineError, match="was stopped") as caught:
        launch.wait()
    assert [str(task) for task in caught.value.tasks] == ["task @k at f.mlir:7:3 is running"]


def test_code_that_does_not_stop_is_left_behind() -> None:
    launch = launch_on_host(kernel(runtime_kernels.DEAF), entry(), (), Options(deadline=0.01))
    with pytest.raises(DeadlineError, match="did not leave"):
        launch.wait()
    assert launch in RUNNING, "its memory must outlive it"
    assert launch._ended_within(10)  # pyright: ignore[reportPrivateUsage]
    assert launch not in RUNNING


NARROW = """
define void @k(ptr %slots, i64 %first, i64 %last, i64 %worker) {
  %x = load double, ptr %slots
  %float = fptrunc double %x to float
  %at.half = getelementptr i8, ptr %slots, i64 8
  %half = fptrunc double %x to half
  %half.result = load ptr, ptr %at.half
  store half %half, ptr %half.result
  %at.wide = getelementptr i8, ptr %slots, i64 16
  %wide = fptrunc double %x to bfloat
  %wide.result = load ptr, ptr %at.wide
  store bfloat %wide, ptr %wide.result
  %at.single = getelementptr i8, ptr %slots, i64 24
  %single = fptrunc float %float to bfloat
  %single.result = load ptr, ptr %at.single
  store bfloat %single, ptr %single.result
  ret void
}
"""
"""(x: f64) -> (f16, bf16, bf16): x rounded, the last by way of f32."""


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (1.5, (1.5, 1.5, 1.5)),
        (-0.0, (0.0, 0.0, 0.0)),
        (65519.999, (65504.0, 65536.0, 65536.0)),
        (65520.0, (float("inf"), 65536.0, 65536.0)),
        # A tie in f16 and bf16 but for a bit that f32 does not have: only rounding at once goes up.
        (1 + 2**-11 + 2**-40, (1 + 2**-10, 1.0, 1.0)),
        (1 + 2**-8 + 2**-40, (1 + 2**-8, 1 + 2**-7, 1.0)),
        (-(1 + 2**-8 - 2**-40), (-(1 + 2**-8), -1.0, -1.0)),
        (float("-inf"), (float("-inf"),) * 3),
    ],
)
def test_narrow_floats_are_rounded_to_nearest(x: float, expected: tuple[float, ...]) -> None:
    signature = entry(("f64",), ("f16", "bf16", "bf16"))
    assert launch_on_host(kernel(NARROW), signature, (x,), Options()).wait() == expected
    assert all(result != result for result in launch_on_host(kernel(NARROW), signature, (float("nan"),), Options()).wait())


@pytest.mark.parametrize("wrong", [{"instances": 0}, {"workers": 0}, {"deadline": -1.0}, {"deadline": float("nan")}])
def test_options_are_checked(wrong: dict) -> None:
    with pytest.raises(InputError, match=next(iter(wrong))):
        Options(**wrong)


SCRIPT = """
import sys
import runtime_kernels
from asyncir.runtime.host_launch import launch_on_host
from asyncir.runtime.launch import Options
launch = launch_on_host(runtime_kernels.kernel(runtime_kernels.SPIN), runtime_kernels.entry(), (), Options())
print("started", flush=True)
{last}
"""


def start(last: str) -> subprocess.Popen[str]:
    """A process with a launch that spins, and then `last`."""
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT.format(last=last)],
        cwd=Path(__file__).parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stdout.readline() == "started\n"
    return process


def test_ctrl_c_ends_the_wait() -> None:
    process = start("launch.wait()")
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert errors.strip().endswith("KeyboardInterrupt")


AWAITING = """
import asyncio
async def main():
    try:
        await launch
    finally:
        print("left" if launch.done() else "runs", flush=True)
asyncio.run(main())
"""


def test_ctrl_c_ends_what_is_awaited() -> None:
    process = start(AWAITING)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    said, errors = process.communicate(timeout=30)
    assert said == "left\n" and errors.strip().endswith("KeyboardInterrupt")


def test_a_process_ends_while_a_launch_runs() -> None:
    process = start("sys.exit(7)")
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (7, "")


FORKED = """
import os
from asyncir.errors import DeadlineError
for number in range(8):
    launch_on_host(runtime_kernels.kernel(runtime_kernels.SPIN), runtime_kernels.entry(), (), Options(deadline=30))
child = os.fork()
if child == 0:
    import asyncio
    code = runtime_kernels.kernel(runtime_kernels.SUM)
    one = runtime_kernels.entry(("i32", "i32"), ("i32",))
    async def main():
        assert await asyncio.gather(*(launch_on_host(code, one, (a, 1), Options()) for a in range(20))) == [(a + 1,) for a in range(20)]
        try:
            await launch_on_host(runtime_kernels.kernel(runtime_kernels.SPIN), runtime_kernels.entry(), (), Options(deadline=0.05))
        except DeadlineError:
            sys.exit(7)
    asyncio.run(main())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_process_runs_kernels_of_its_own() -> None:
    process = start(FORKED)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (7, "")


def pauses(nanoseconds: int, count: int) -> float:
    """Seconds that one thread takes for so many pauses in a row."""
    code = f"""
declare void @asyncir_pause(i64)
define void @k(ptr %slots, i64 %first, i64 %last, i64 %worker) {{
  br label %loop
loop:
  %i = phi i64 [ 0, %0 ], [ %next, %loop ]
  call void @asyncir_pause(i64 {nanoseconds})
  %next = add i64 %i, 1
  %more = icmp slt i64 %next, {count}
  br i1 %more, label %loop, label %end
end:
  ret void
}}
"""
    launch = launch_on_host(kernel(code), entry(), (), Options())
    launch.wait()
    took = launch.stats()["kernel_ms"]
    assert took is not None
    return took / 1e3


def test_pauses_of_an_idle_worker_grow_and_others_do_not() -> None:
    # 2, 4, 8, ... us and from the tenth on 1 ms each.
    assert pauses(IDLE_PAUSE_NS, 200) > 0.18
    assert min(pauses(2 * IDLE_PAUSE_NS, 200) for _ in range(3)) < 0.1


def last_pause() -> int:
    """What this thread keeps of its idle pauses: nanoseconds, 0 if the next one is the first of a row."""
    get = ctypes.PyDLL(None).pthread_getspecific
    get.restype = ctypes.c_size_t
    return int(get(ctypes.c_ulong(host._jit().pauses)))  # pyright: ignore[reportPrivateUsage]


def test_a_thread_that_was_idle_in_one_launch_is_as_new_in_the_next() -> None:
    idle = f"""
declare void @asyncir_pause(i64)
define void @k(ptr %slots, i64 %first, i64 %last, i64 %worker) {{
  call void @asyncir_pause(i64 {IDLE_PAUSE_NS})
  call void @asyncir_pause(i64 {IDLE_PAUSE_NS})
  ret void
}}
"""
    code, found, told = kernel(idle), [], threading.Event()
    code.function(0, 0, 1, 0)
    assert last_pause() == 2 * IDLE_PAUSE_NS
    host.forget_pauses()
    assert last_pause() == 0
    launch_on_host(code, entry(), (), Options()).wait()

    def look() -> None:
        found.append(last_pause())
        told.set()

    run_in_thread(look)
    assert told.wait(10) and found == [0]

"""Prepared launches in streams of CUDA: what the driver is given, what comes back, and how long what is kept."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import math
import struct
import sys
import threading
import time
import types
import weakref
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy
import pytest
from fake_cuda import ILLEGAL_ADDRESS, Gpu, Launched, gpu
from hypothesis import given
from hypothesis import strategies as st

from asyncir.abi import Array, Control, Entry, ErrorKind, Site
from asyncir.errors import DeadlineError, InputError, InternalError, TaskError
from asyncir.runtime import prepared_lanes, prepared_launch
from asyncir.runtime.arguments import ScalarArgument, check_arguments
from asyncir.runtime.cuda import CudaKernel
from asyncir.runtime.options import Options
from asyncir.runtime.prepared_arguments import UNFIT, Reading, reading_of
from asyncir.runtime.prepared_cuda import CudaPrepared, is_plain
from asyncir.runtime.prepared_launch import StreamLaunch

__all__ = ["gpu"]

SITES = (Site(1, "task", "f.mlir", 1, 1, "k", "k"), Site(2, "assert", "f.mlir", 7, 3, "too large", "k"))
VECTOR = Array("f32", (None,))
STREAM = 5


def plain(parameters: tuple[str | Array, ...] = (), results: tuple[str, ...] = ()) -> Entry:
    return Entry("k", "inline", "", "lane", parameters, results, False, (), SITES, "f.mlir:1:1")


def prepared(gpu: Gpu, entry: Entry, **options: Any) -> CudaPrepared:
    opened = sum(1 if isinstance(parameter, str) else 1 + parameter.shape.count(None) for parameter in entry.parameters)
    gpu.arguments = opened + len(entry.results) + 2
    return CudaPrepared(CudaKernel("", "k"), entry, Options(**options))


def number(cell: bytes) -> int:
    return struct.unpack("<Q", cell)[0]


def read(reading: Reading, values: tuple[Any, ...]) -> bytes:
    """The cells of arguments."""
    names = reading.names | {"values": values}
    exec("\n".join(reading.lines), names)
    return struct.pack(reading.codes, *(eval(cell, names) for cell in reading.cells))


class Stream:
    """A stream of another package, which may be closed."""

    def __init__(self, handle: int) -> None:
        self.handle = handle

    def __cuda_stream__(self) -> tuple[int, int]:
        if self.handle < 0:
            raise RuntimeError("the stream is closed")
        return 0, self.handle


class Tensor:
    """What PyTorch's tensors are asked."""

    __module__ = "torch"

    def __init__(self, address: int = 4096, shape: tuple[int, ...] = (4,), **changed: Any) -> None:
        self.address, self.shape, self.dtype, self.requires_grad, self.device, self.dense = address, shape, "float32", False, 0, True
        vars(self).update(changed)

    def data_ptr(self) -> int:
        return self.address

    def get_device(self) -> int:
        return self.device

    def is_contiguous(self) -> bool:
        return self.dense

    @property
    def __cuda_array_interface__(self) -> dict[str, Any]:
        type_ = {"float32": "<f4", "float64": "<f8"}[self.dtype]
        strides = None if self.dense else (8,)
        return {"version": 3, "shape": self.shape, "typestr": type_, "data": (self.address, False), "strides": strides, "stream": 9}


@pytest.fixture
def torch(monkeypatch: pytest.MonkeyPatch) -> types.SimpleNamespace:
    """A package whose arrays have plans; its current stream is that of the launches."""
    made = types.SimpleNamespace(float32="float32", float64="float64", Tensor=Tensor, stream=STREAM)
    made._C = types.SimpleNamespace(_cuda_getCurrentRawStream=lambda device: made.stream)
    monkeypatch.setitem(sys.modules, "torch", made)
    return made


def failing(launched: Launched) -> None:
    """The first fault of a launch, as rt.fault writes it."""
    control = number(launched.cells[-2])
    fault = (1, ErrorKind.ASSERTION, 0, 2, 3)
    ctypes.memmove(control + Control.FAULT_CLAIM, struct.pack("<5i", *fault), 20)


# --------------------------------------------------------------------------------------------------- what the driver gets


def test_a_launch_is_one_kernel_with_its_arguments(gpu: Gpu, torch: types.SimpleNamespace) -> None:
    kernel = prepared(gpu, plain((VECTOR, "i32", Array("f32", (2, None)), "f32", "i1")), instances=300)
    for _ in range(2):
        launch = kernel(Tensor(4096), -7, Tensor(8192, (2, 9)), 1.5, True, stream=STREAM)
    launched = gpu.launched[1]
    assert (launched.blocks, launched.threads, launched.stream, launched.function) == (3, 128, STREAM, 77)
    found = [number(cell) for cell in launched.cells]
    assert found[:2] == [4096, 4] and launched.cells[2][:4] == struct.pack("<i", -7)
    assert found[3:5] == [8192, 9] and launched.cells[5][:4] == struct.pack("<f", 1.5) and launched.cells[6][0] == 1
    assert found[7] != number(gpu.launched[0].cells[7]), "a control block of its own"
    assert found[8] == 300
    assert launch.wait() == () and launch.done() and isinstance(launch, StreamLaunch)


@given(st.sampled_from(["i1", "i8", "i16", "i32", "i64", "index", "f16", "f32", "f64"]), st.data())
def test_numbers_become_the_bits_that_they_are_in_any_launch(type_: str, data: st.DataObject) -> None:
    value = data.draw(st.integers(-(1 << 65), 1 << 65) | st.floats() | st.booleans())
    entry = plain((type_,))
    reading = reading_of(entry, (value,), 0, STREAM)
    if reading is None:
        return
    try:
        cells = read(reading, (value,))
    except UNFIT:
        return
    (argument,) = check_arguments(entry, (value,))
    assert isinstance(argument, ScalarArgument) and number(cells) == argument.bits


@pytest.mark.parametrize(("type_", "value"), [("i32", 2**31), ("i1", 1), ("bf16", 1.0), ("i64", numpy.int64(3)), ("f32", numpy.float32(2))])
def test_numbers_without_a_plan_are_read_as_in_any_launch(gpu: Gpu, type_: str, value: Any) -> None:
    kernel = prepared(gpu, plain((type_,)))
    kernel(value, stream=STREAM).wait()
    (argument,) = check_arguments(plain((type_,)), (value,))
    assert isinstance(argument, ScalarArgument) and number(gpu.launched[0].cells[0]) == argument.bits


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((1 << 32,), "argument 0 of @k: expected i32, got 4294967296 (int), out of range: -2147483648 to 4294967295"),
        ((1.0,), "argument 0 of @k: expected i32, got 1.0 (float)"),
        ((True,), "argument 0 of @k: expected i32, got True (bool)"),
        ((1, 2), "@k takes 1 argument, got 2"),
    ],
)
def test_what_does_not_fit_is_told_as_in_any_launch(gpu: Gpu, values: tuple[object, ...], said: str) -> None:
    kernel = prepared(gpu, plain(("i32",)))
    kernel(1, stream=STREAM)
    with pytest.raises(InputError) as caught:
        kernel(*values, stream=STREAM)
    assert caught.value.message == said and len(gpu.launched) == 1
    kernel(1, stream=STREAM).wait()


def test_arrays_are_checked_at_every_launch(gpu: Gpu, torch: types.SimpleNamespace) -> None:
    kernel, tensor = prepared(gpu, plain((Array("f32", (None, 4)),))), Tensor(4096, (3, 4))
    kernel(tensor, stream=STREAM)
    tensor.address, tensor.shape = 4100, (5, 4)
    kernel(tensor, stream=STREAM)
    assert [number(cell) for cell in gpu.launched[1].cells[:2]] == [4100, 5]
    for name, value, said in (
        ("dtype", "float64", "float64 array"),
        ("shape", (3, 5), "shape (3, 5)"),
        ("shape", (4,), "shape (4,)"),
        ("dense", False, "not C-contiguous"),
        ("address", 4098, "not aligned"),
    ):
        before = getattr(tensor, name)
        setattr(tensor, name, value)
        with pytest.raises(InputError) as caught:
            kernel(tensor, stream=STREAM)
        assert said in caught.value.message, name
        setattr(tensor, name, before)
    assert len(gpu.launched) == 2


def test_an_array_of_a_package_in_another_stream_is_waited_for(gpu: Gpu, torch: types.SimpleNamespace) -> None:
    kernel = prepared(gpu, plain((VECTOR,)))
    kernel(Tensor(), stream=STREAM)
    waits: list[int] = []
    vars(sys.modules["cuda.bindings.driver"])["cuStreamWaitEvent"] = lambda stream, event, flags: (waits.append(stream) or 0,)
    torch.stream = 6
    kernel(Tensor(), stream=STREAM)
    assert waits == [STREAM] and len(gpu.launched) == 2
    torch.stream = STREAM
    kernel(Tensor(), stream=STREAM)
    assert waits == [STREAM]


def test_default_streams_are_those_of_the_context(gpu: Gpu) -> None:
    kernel = prepared(gpu, plain())
    kernel(stream=0)
    gpu.context = 0xD0
    kernel(stream=0)
    assert [launched.stream for launched in gpu.launched] == [1, 1] and gpu.context != 0xD0


def test_a_thread_without_a_context_gets_one(gpu: Gpu) -> None:
    kernel = prepared(gpu, plain())
    kernel(stream=STREAM)
    gpu.context = 0
    kernel(stream=STREAM).wait()
    assert len(gpu.launched) == 2


# ---------------------------------------------------------------------------------------------------------- what comes back


def test_an_end_is_seen_when_the_stream_has_come_there(gpu: Gpu) -> None:
    gpu.runs = False
    kernel = prepared(gpu, plain())
    first = kernel(stream=Stream(STREAM))
    assert not first.done() and not first.ended() and not first.in_line()
    gpu.go_on()
    second = kernel(stream=Stream(STREAM))
    assert first.done() and first.wait() == () and not second.done()
    gpu.go_on()
    assert second.wait() == ()


def test_results_are_those_of_the_launch(gpu: Gpu) -> None:
    def writes(launched: Launched) -> None:
        for index in range(2):
            ctypes.c_int32.from_address(number(launched.cells[1]) + 4 * index).value = 10 * number(launched.cells[0]) + index
            ctypes.c_double.from_address(number(launched.cells[2]) + 8 * index).value = 0.5 + index

    gpu.kernel = writes
    kernel = prepared(gpu, plain(("i32",), ("i32", "f64")), instances=2)
    launches = [kernel(number, stream=STREAM) for number in range(100)]
    for number_, launch in enumerate(launches):
        whole, half = launch.wait()
        assert numpy.array_equal(whole, [10 * number_, 10 * number_ + 1]) and numpy.array_equal(half, [0.5, 1.5])


def test_a_failure_is_that_of_its_launch_alone(gpu: Gpu) -> None:
    gpu.kernel = lambda launched: failing(launched) if number(launched.cells[0]) % 7 == 3 else None
    kernel = prepared(gpu, plain(("i32",)), instances=8)
    launches = [kernel(index, stream=STREAM) for index in range(200)]
    for index, launch in enumerate(launches):
        if index % 7 == 3:
            for _ in range(2):
                with pytest.raises(TaskError) as caught:
                    launch.wait()
                assert caught.value.kind == "assert" and caught.value.location is not None and caught.value.location.line == 7
        else:
            assert launch.wait() == ()
        assert launch.stats()["workers"] == 4 and launch.stats()["kernel_ms"] is None


def test_a_launch_that_was_stopped_has_no_results(gpu: Gpu) -> None:
    gpu.runs = False
    kernel = prepared(gpu, plain(), instances=2)
    launch, other = kernel(stream=STREAM), kernel(stream=STREAM)
    launch.stop()
    gpu.go_on()
    with pytest.raises(DeadlineError, match="@k was stopped"):
        launch.wait()
    assert other.wait() == ()
    other.stop()
    assert other.wait() == (), "it had ended"


def test_one_that_does_not_leave_is_left_behind(gpu: Gpu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared_launch, "GRACE_SECONDS", 0.01)
    gpu.runs = False
    kernel, freed = prepared(gpu, plain()), list[int]()
    launch = kernel(stream=STREAM)
    launch.stop()
    with pytest.raises(DeadlineError, match="did not leave within 0.01 s"):
        launch.wait()
    launch.when_ended(lambda: freed.append(1))
    assert freed == [1]


def test_errors_of_the_device_are_raised_where_launches_are_waited_for(gpu: Gpu) -> None:
    gpu.runs = False
    kernel = prepared(gpu, plain())
    launches = [kernel(stream=STREAM) for _ in range(3)]
    gpu.broken = ILLEGAL_ADDRESS
    for launch in launches:
        with pytest.raises(InternalError, match="CUDA_ERROR_ILLEGAL_ADDRESS"):
            launch.wait()
    with pytest.raises(InputError, match="it did not run to an end"):
        launches[0].stats()


def test_awaiting_and_callbacks(gpu: Gpu) -> None:
    gpu.runs = False
    gpu.kernel = lambda launched: failing(launched) if number(launched.cells[0]) == 1 else None
    kernel = prepared(gpu, plain(("i32",)))

    async def main() -> list[Any]:
        launches = [kernel(index, stream=Stream(STREAM)) for index in range(3)]
        threading.Timer(0.02, gpu.go_on).start()
        return await asyncio.gather(*launches, return_exceptions=True)

    first, second, third = asyncio.run(main())
    assert first == third == () and isinstance(second, TaskError)
    future = kernel(0, stream=STREAM).future()
    assert not future.done()
    gpu.go_on()
    assert future.result(timeout=5) == ()


def test_whoever_is_cancelled_goes_on_when_the_kernel_has_ended(gpu: Gpu) -> None:
    gpu.runs = False
    kernel, ended = prepared(gpu, plain()), list[bool]()

    async def main() -> None:
        launch = kernel(stream=STREAM)
        task = asyncio.ensure_future(asyncio.wait_for(launch, 0.01))
        threading.Timer(0.05, lambda: (ended.append(True), gpu.go_on())).start()
        with pytest.raises(TimeoutError):
            await task
        assert ended == [True] and launch.ended()

    asyncio.run(main())


def test_there_is_nothing_to_view(gpu: Gpu) -> None:
    launch = prepared(gpu, plain(("i32",)))(1, stream=STREAM)
    with pytest.raises(InputError, match="cannot be viewed"):
        launch.view(0)
    with pytest.raises(InputError, match="no argument of index 1"):
        launch.view(1)


# ------------------------------------------------------------------------------------------------------- what is kept, and how long


def until(is_so: Callable[[], bool]) -> bool:
    end = time.monotonic() + 5
    while not is_so() and time.monotonic() < end:
        time.sleep(0.002)
    return is_so()


@pytest.mark.parametrize("stream", [STREAM, Stream(STREAM)], ids=["number", "object"])
def test_arrays_live_as_long_as_the_launch_that_nobody_holds(gpu: Gpu, torch: types.SimpleNamespace, stream: Any) -> None:
    gpu.runs = False
    kernel, tensor = prepared(gpu, plain((VECTOR,))), Tensor()
    alive = weakref.ref(tensor)
    kernel(tensor, stream=stream)
    del tensor, kernel
    gc.collect()
    time.sleep(0.03)
    assert alive() is not None
    gpu.go_on()
    assert until(lambda: (gpu.go_on(), alive())[1] is None)


def test_a_stream_that_is_a_number_is_not_used_after_the_launch(gpu: Gpu) -> None:
    kernel = prepared(gpu, plain())
    launches = [kernel(stream=STREAM) for _ in range(5)]
    recorded = gpu.recorded
    assert recorded == 5
    for launch in launches:
        launch.wait()
    assert until(lambda: not prepared_lanes.BUSY) and gpu.recorded == recorded


def test_launches_in_a_stream_that_is_held_share_an_event(gpu: Gpu) -> None:
    kernel, stream = prepared(gpu, plain()), Stream(STREAM)
    launches = [kernel(stream=stream) for _ in range(20)]
    assert gpu.recorded <= 2
    assert [launch.wait() for launch in launches] == [()] * 20


def test_a_stream_that_was_closed(gpu: Gpu) -> None:
    kernel, stream = prepared(gpu, plain()), Stream(STREAM)
    launch = kernel(stream=stream)
    stream.handle = 0
    assert launch.wait() == () and STREAM not in [put for put in gpu.streams if gpu.streams[put]]
    kernel(stream=stream).wait()
    launch, stream.handle = kernel(stream=stream), -1
    assert launch.wait() == ()
    assert [launched.stream for launched in gpu.launched] == [STREAM, 1, 1], "what the object says now is what counts"


def test_a_full_queue_is_waited_for(gpu: Gpu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared_lanes, "_MOST_PAGES", 2)
    gpu.runs = False
    kernel, stream = prepared(gpu, plain()), Stream(STREAM)
    stop = threading.Event()

    def device() -> None:
        while not stop.is_set():
            time.sleep(0.001)
            gpu.go_on()

    thread = threading.Thread(target=device)
    thread.start()
    launches = [kernel(stream=stream) for _ in range(1500)]
    assert all(launch.wait() == () for launch in launches)
    stop.set()
    thread.join()
    assert len([size for size in gpu.memory if len(size) > 1 << 16]) <= 4


def test_threads_in_the_same_stream(gpu: Gpu) -> None:
    seen: list[int] = []
    gpu.kernel = lambda launched: (seen.append(number(launched.cells[0])), failing(launched) if seen[-1] % 5 == 0 else None)[0]
    kernel, stream, wrong = prepared(gpu, plain(("i64",))), Stream(STREAM), list[object]()

    def work(first: int) -> None:
        for index in range(first, first + 200):
            try:
                kernel(index, stream=stream).wait()
                wrong.extend([index] if index % 5 == 0 else [])
            except TaskError:
                wrong.extend([index] if index % 5 else [])

    threads = [threading.Thread(target=work, args=(1000 * number_,)) for number_ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong and sorted(seen) == sorted(index for first in range(4) for index in range(1000 * first, 1000 * first + 200))


# -------------------------------------------------------------------------------------------------------------- who goes this way


def test_which_kernels_are_plain() -> None:
    entry = plain(("i32",), ("f64",))
    assert is_plain(entry, Options(instances=100))
    assert not is_plain(entry, Options(deadline=1.0))
    assert not is_plain(entry, Options(instances=1 << 20)), "results written over the bus"
    assert not is_plain(replace(entry, executor="dynamic"), Options())
    assert not is_plain(replace(entry, statistics=True), Options())
    for what in ("loop", "alloc"):
        assert not is_plain(replace(entry, sites=(*SITES, Site(3, what, "f.mlir", 9, 1))), Options())


def test_nan_is_a_number(gpu: Gpu) -> None:
    prepared(gpu, plain(("f32",)))(math.nan, stream=STREAM)
    assert math.isnan(struct.unpack("<f", gpu.launched[0].cells[0][:4])[0])


class Described:
    """An array that says itself where it is."""

    def __init__(self, **changed: Any) -> None:
        self.__cuda_array_interface__ = {"version": 3, "shape": (4,), "typestr": "<f4", "data": (4096, False), "stream": STREAM} | changed


def test_arrays_that_describe_themselves_have_plans(gpu: Gpu) -> None:
    entry = plain((VECTOR,))
    reading = reading_of(entry, (Described(),), 0, STREAM)
    assert reading is not None
    for fits in ({}, {"stream": None}, {"shape": (0,)}, {"typestr": "=f4"}, {"strides": None, "mask": None}):
        assert struct.unpack("<2Q", read(reading, (Described(**fits),))) == (4096, fits.get("shape", (4,))[0])
    wrong: list[dict[str, Any]] = [{"data": where} for where in ((4096, True), (4098, False), (None, False), 5)]
    wrong += [{"shape": shape} for shape in ((2, 2), 3, ("a",))] + [{"typestr": "<f8"}, {"typestr": ">f4"}]
    for changed in (*wrong, {"stream": 6}, {"strides": (4,)}, {"mask": Described()}):
        with pytest.raises(UNFIT):
            read(reading, (Described(**changed),))
    kernel = prepared(gpu, entry)
    assert kernel(Described(strides=(4,)), stream=STREAM).wait() == (), "what has no plan may be right"

"""
What it takes to start a kernel on a GPU: the time until the call returns, ours against others', in one run.

y = a * x + y + b on two arrays and three numbers, started into a stream whose queue is never full. The bare call is cuLaunchKernel through
NVIDIA's bindings for Python, with arguments that lie in memory as the driver reads them and never change. All ways are measured in turns,
a burst of launches each; times are medians of the bursts' means. What is not installed is left out.

    PYTHONPATH=.:frontends python benchmarks/launch_overhead.py [--record]
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false
# pyright: reportMissingImports=false, reportMissingModuleSource=false, reportAttributeAccessIssue=false
from __future__ import annotations

import ctypes
import importlib
import statistics
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy
from report import Table, run

import asyncir
from asyncir.runtime import devices
from asyncir.runtime.cuda import CudaKernel, device_capability
from asyncir.runtime.cuda_driver import DeviceMemory, check, core, driver, finish_stream, make_current
from asyncir.runtime.prepared_driver import calls
from asyncir_python import Array, f32, i64, instance, kernel

SIZE = 4096
THREADS = 128
BURST = 200
ROUNDS = 60
WAITS = 50
"""Launches of a burst that are each waited for."""

MUST, AIM = 1.5, 1.2
"""Of the bare call's time."""

AXPY = """
func.func @axpy(%x: memref<?xf32>, %y: memref<?xf32>, %n: i64, %a: f32, %b: f32) attributes {task.kernel} {
  %i = task.instance : index
  %end = arith.index_cast %n : i64 to index
  %inside = arith.cmpi slt, %i, %end : index
  scf.if %inside {
    %xi = memref.load %x[%i] : memref<?xf32>
    %yi = memref.load %y[%i] : memref<?xf32>
    %ax = arith.mulf %a, %xi : f32
    %sum = arith.addf %ax, %yi : f32
    %all = arith.addf %sum, %b : f32
    memref.store %all, %y[%i] : memref<?xf32>
  }
  return
}
"""

CUDA = """
extern "C" __global__ void axpy(const float *x, float *y, long long n, float a, float b) {
  long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x;
  if (i < n) y[i] = a * x[i] + y[i] + b;
}
"""


@kernel(target="cuda")
async def axpy(x: Array[f32, 1], y: Array[f32, 1], n: i64, a: f32, b: f32):  # pyright: ignore[reportGeneralTypeIssues]
    i = instance()
    if i < n:
        y[i] = a * x[i] + y[i] + b


@dataclass
class Way:
    """A way to start the kernel."""

    title: str
    start: Callable[[], object]
    bounded: bool = False
    """Whether must and aim are said of it."""
    waited: bool = False
    """Whether each launch is waited for."""


class Described:
    """Memory of the device as any package may describe it."""

    def __init__(self, memory: DeviceMemory) -> None:
        self.memory = memory
        described = {"version": 3, "shape": (SIZE,), "typestr": "<f4", "data": (memory.address, False), "strides": None, "stream": None}
        self.__cuda_array_interface__ = described


def package(name: str) -> Any:
    """A package that may be missing, or not work on this machine."""
    try:
        found = importlib.import_module(name)
        if name == "torch":
            found.zeros(1, device="cuda")
        elif name == "cupy":
            found.zeros(1)
    except Exception as error:  # Each has errors of its own for a driver or a library that it does not like.
        print(f"without {name}: {' '.join(str(error).split())[:100]}", file=sys.stderr)
        return None
    return found


class Bench:
    """The ways that there are on this machine, all in one stream."""

    def __init__(self) -> None:
        make_current()
        self.torch, self.cupy = package("torch"), package("cupy")
        self.stream = core().Device(0).create_stream()
        self.handle = int(self.stream.handle)
        self.memory = [DeviceMemory(4 * SIZE) for _ in range(2)]
        self.program = asyncir.compile(AXPY, filename="axpy.mlir")
        self.prepared = self.program.prepare("axpy", target="cuda", instances=SIZE)
        code = self.program.ptx("axpy", arch=f"sm_{''.join(map(str, device_capability()))}")
        self.kernel: Any = CudaKernel(code, "axpy").kernel
        """The same, for those who start it without us."""

    def ways(self) -> Iterator[Way]:
        yield from self.bare()
        yield from self.cuda_core()
        yield from self.peers()
        yield from self.ours()
        yield from self.waiting()

    def bare(self) -> Iterator[Way]:
        """The first is what the others are compared with."""
        launch, self.cells = driver().cuLaunchKernel, (ctypes.c_uint64 * 9)()
        self.pointers = (ctypes.c_void_p * 9)(*range(ctypes.addressof(self.cells), ctypes.addressof(self.cells) + 72, 8))
        number = [int.from_bytes(numpy.float32(value).tobytes(), "little") for value in (0.5, 0.25)]
        (x, y) = (memory.address for memory in self.memory)
        # The control block, the last but one, is only looked at when something fails.
        self.cells[:] = [x, SIZE, y, SIZE, SIZE, *number, self.memory[0].address, SIZE]
        function = self.kernel_handle()
        stream, at = driver().CUstream(self.handle), ctypes.addressof(self.pointers)
        blocks = -(-SIZE // THREADS)

        def bare() -> None:
            launch(function, blocks, 1, 1, THREADS, 1, 1, 0, stream, at, 0)

        def packed() -> None:
            kinds = (None, ctypes.c_int64, None, ctypes.c_int64, ctypes.c_int64, ctypes.c_float, ctypes.c_float, None, ctypes.c_int64)
            addresses = (driver().CUdeviceptr(x), driver().CUdeviceptr(y))
            values = (addresses[0], SIZE, addresses[1], SIZE, SIZE, 0.5, 0.25, addresses[0], SIZE)
            launch(function, blocks, 1, 1, THREADS, 1, 1, 0, stream, (values, kinds), 0)

        check(launch(function, blocks, 1, 1, THREADS, 1, 1, 0, stream, at, 0))
        self.bare_call = bare
        yield Way("cuLaunchKernel, cuda-python's bindings, arguments packed before", bare)
        yield Way("the same, arguments as Python values", packed)
        if (found := calls()) is not None:
            event = int(check(driver().cuEventCreate(2)))
            yield Way("cuEventRecord by ctypes, alone", lambda: found.record(event, self.handle))

    def kernel_handle(self) -> Any:
        """Our kernel, as the driver's bindings take it."""
        return driver().CUfunction(int(self.kernel.handle))

    def cuda_core(self) -> Iterator[Way]:
        launch, config = core().launch, core().LaunchConfig(grid=-(-SIZE // THREADS), block=THREADS)
        (x, y) = (memory.address for memory in self.memory)
        wide, n, a, b = numpy.uint64, numpy.int64(SIZE), numpy.float32(0.5), numpy.float32(0.25)
        values = (wide(x), n, wide(y), n, n, a, b, wide(x), n)
        yield Way("cuda.core's launch", lambda: launch(self.stream, config, self.kernel, *values))

    def peers(self) -> Iterator[Way]:
        if self.cupy is not None:
            raw = self.cupy.RawKernel(CUDA, "axpy")
            x, y = self.cupy.zeros(SIZE, "float32"), self.cupy.zeros(SIZE, "float32")
            values = (x, y, SIZE, numpy.float32(0.5), numpy.float32(0.25))
            yield Way("CuPy's RawKernel", lambda: raw((-(-SIZE // THREADS),), (THREADS,), values))
        module = package("launch_overhead_triton")
        if module is not None and self.torch is not None:
            x, y = (self.torch.zeros(SIZE, device="cuda") for _ in range(2))
            grid = (-(-SIZE // module.BLOCK),)
            yield Way("Triton", lambda: module.axpy[grid](x, y, SIZE, 0.5, 0.25, BLOCK=module.BLOCK))

    def arrays(self) -> Iterator[tuple[str, Any, Any]]:
        if self.torch is not None:
            yield "PyTorch's tensors", self.torch.zeros(SIZE, device="cuda"), self.torch.zeros(SIZE, device="cuda")
        if self.cupy is not None:
            yield "CuPy's arrays", self.cupy.zeros(SIZE, "float32"), self.cupy.zeros(SIZE, "float32")
        yield "arrays by __cuda_array_interface__", Described(self.memory[0]), Described(self.memory[1])

    def ours(self) -> Iterator[Way]:
        launch, stream, handle, prepared = self.program.launch, self.stream, self.handle, self.prepared
        compiled: Any = axpy.with_options(stream=stream)[SIZE]
        bounded = True
        for what, x, y in self.arrays():

            def by_program(x: Any = x, y: Any = y, stream: object = stream) -> None:
                launch("axpy", x, y, SIZE, 0.5, 0.25, target="cuda", instances=SIZE, stream=stream)

            def by_number(x: Any = x, y: Any = y) -> None:
                launch("axpy", x, y, SIZE, 0.5, 0.25, target="cuda", instances=SIZE, stream=handle)

            yield Way(f"asyncir: program.launch, {what}", by_program, bounded)
            yield Way(f"asyncir: program.launch, the stream as a number, {what}", by_number)
            yield Way(f"asyncir: program.prepare, {what}", lambda x=x, y=y: prepared(x, y, SIZE, 0.5, 0.25, stream=stream), bounded)
            yield Way(f"asyncir_python: kernel.launch, {what}", lambda x=x, y=y: compiled.launch(x, y, SIZE, 0.5, 0.25), bounded)
            bounded = False

    def waiting(self) -> Iterator[Way]:
        what, x, y = next(self.arrays())

        def bare() -> None:
            self.bare_call()
            finish_stream(self.handle)

        yield Way("the bare call, and cuStreamSynchronize", bare, waited=True)
        yield Way(f"asyncir: program.prepare(…).wait(), {what}", lambda: self.waited(x, y, self.stream), waited=True)
        yield Way(f"asyncir: a stream of its own, .wait(), {what}", lambda: self.waited(x, y, None), waited=True)
        everywhere = self.program.prepare("axpy", target="cuda", instances=SIZE, executor="dynamic", elide=False, arena=1 << 20)
        yield Way("asyncir: executor dynamic, .wait()", lambda: everywhere(x, y, SIZE, 0.5, 0.25, stream=self.stream).wait(), waited=True)

    def waited(self, x: Any, y: Any, stream: object) -> None:
        self.prepared(x, y, SIZE, 0.5, 0.25, stream=stream).wait()

    @contextmanager
    def current(self) -> Generator[None]:
        """The stream is the one that the packages work in."""
        in_torch = nullcontext() if self.torch is None else self.torch.cuda.stream(self.torch.cuda.ExternalStream(self.handle))
        in_cupy = nullcontext() if self.cupy is None else self.cupy.cuda.ExternalStream(self.handle)
        with in_torch, in_cupy:
            yield

    def check(self) -> None:
        """That the kernel does what it says, by each of our ways."""
        for what, x, y in self.arrays():
            if isinstance(x, Described):
                continue
            x[:], y[:] = 3.0, 1.0
            for start in (lambda x=x, y=y: self.prepared(x, y, SIZE, 0.5, 0.25, stream=self.stream), axpy_of(self.stream, x, y)):
                start().wait()
            finish_stream(self.handle)
            assert float(y.min()) == float(y.max()) == 1 + 2 * 1.75, what


def axpy_of(stream: object, x: Any, y: Any) -> Callable[[], Any]:
    compiled: Any = axpy.with_options(stream=stream)[SIZE]
    return lambda: compiled.launch(x, y, SIZE, 0.5, 0.25)


def seconds(way: Way, handle: int) -> float:
    """Of a launch, in a burst that begins with nothing in the stream."""
    finish_stream(handle)
    count, start = WAITS if way.waited else BURST, way.start
    began = time.perf_counter()
    for _ in range(count):
        start()
    took = time.perf_counter() - began
    finish_stream(handle)
    return took / count


def measure() -> Table:
    """Each way's time, and that against the first one's."""
    if devices.device_count() == 0:
        raise SystemExit("there is no GPU: nothing is launched here")
    bench = Bench()
    columns = ("way", "us", "best", "against the bare call", "must", "aim", "kept")
    table = Table(f"Launch overhead: time of a call, two arrays and three numbers, bursts of {BURST}", columns)
    with bench.current():
        bench.check()
        ways = list(bench.ways())
        for way in ways:
            seconds(way, bench.handle)
        times: dict[str, list[float]] = {way.title: [] for way in ways}
        taken = [(way, number) for number in range(ROUNDS) for way in ways]
        for way, _ in taken:
            times[way.title].append(seconds(way, bench.handle))
    middles = {title: statistics.median(found) for title, found in times.items()}
    plain = middles[ways[0].title]
    bare_and_wait = next(middles[way.title] for way in ways if way.waited)
    for way in ways:
        ratio = middles[way.title] / (bare_and_wait if way.waited else plain)
        kept = "aim" if ratio <= AIM else "must" if ratio <= MUST else "MISSED"
        bounds = (f"<= {MUST:g}", f"<= {AIM:g}", kept) if way.bounded else ("", "", "")
        table.add(way.title, 1e6 * middles[way.title], 1e6 * min(times[way.title]), ratio, *bounds)
    return table


if __name__ == "__main__":
    run(measure, "What it takes to start a kernel on a GPU.")

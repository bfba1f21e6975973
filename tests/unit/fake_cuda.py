"""
A GPU of which the runtime sees nothing but the driver: memory of the host, streams that go on when they are told to, kernels in Python.

What it has is what asyncir.runtime asks of cuda-core and its bindings; each test that uses it gets a new one.
"""

from __future__ import annotations

import ctypes
import struct
import sys
import time
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from asyncir.runtime import cuda_driver, prepared_cuda, prepared_lanes
from asyncir.runtime.prepared_driver import Calls, Pointer, address_of

CONTEXT = 0xC0
SUCCESS, INVALID_CONTEXT, NOT_READY, ILLEGAL_ADDRESS = 0, 201, 600, 700


@dataclass
class Launched:
    """What the driver was given with a launch."""

    blocks: int
    threads: int
    stream: int
    function: int
    cells: list[bytes]
    """The 8 bytes at the address of each argument, up to the one that is asked for."""


@dataclass
class Gpu:
    """Streams are lists of what is left to do in them: launches and events."""

    kernel: Callable[[Launched], None] = lambda launched: None
    """Called when a launch's turn has come."""
    arguments: int = 0
    """How many addresses of arguments a launch has."""
    runs: bool = True
    """Whether what is put into a stream is done at once."""
    broken: int = SUCCESS
    """What events tell, if not how far a stream is."""
    context: int = CONTEXT
    """Of the thread; 0: none."""
    launched: list[Launched] = field(default_factory=list)
    recorded: int = 0
    streams: dict[int, list[Launched | tuple[int, int]]] = field(default_factory=dict)
    events: dict[int, list[int]] = field(default_factory=dict)
    """By number: how often it was put into a stream, and how often it was passed."""
    memory: list[Any] = field(default_factory=list)

    # ---------------------------------------------------------------------------------------------------- what runs

    def go_on(self, stream: int | None = None) -> None:
        """Does what is left in a stream, or in all."""
        for number in list(self.streams) if stream is None else [stream]:
            left, self.streams[number] = self.streams.get(number, []), []
            for item in left:
                if isinstance(item, Launched):
                    self.kernel(item)
                else:
                    self.events[item[0]][1] = max(item[1], self.events[item[0]][1])

    def _put(self, stream: int, item: Launched | tuple[int, int]) -> None:
        self.streams.setdefault(stream, []).append(item)
        if self.runs:
            self.go_on(stream)

    # ------------------------------------------------------------------------------------------- calls of prepared_driver

    def calls(self) -> Calls:
        return Calls(self._launch, self._record, self._query, lambda: self.context)

    def _launch(self, configuration: bytes, function: Pointer, addresses: bytes, nothing: None) -> int:
        if self.context == 0:
            return INVALID_CONTEXT
        blocks, _, _, threads, _, _, _, stream = struct.unpack_from("<7I4xQ", configuration)
        pointers = struct.unpack_from(f"<{self.arguments}Q", addresses)
        launched = Launched(blocks, threads, stream, address_of(function), [ctypes.string_at(at, 8) for at in pointers])
        self.launched.append(launched)
        self._put(stream, launched)
        return SUCCESS

    def _record(self, event: Pointer, stream: Pointer) -> int:
        return self._pass(address_of(event), address_of(stream))

    def _pass(self, event: int, stream: int) -> int:
        self.recorded += 1
        self.events[event][0] += 1
        self._put(stream, (event, self.events[event][0]))
        return SUCCESS

    def _query(self, event: Pointer) -> int:
        if self.broken:
            return self.broken
        put, passed = self.events[address_of(event)]
        return SUCCESS if passed == put else NOT_READY

    # -------------------------------------------------------------------------------------------- cuda.core and bindings

    def _take(self, size: int) -> int:
        self.memory.append(ctypes.create_string_buffer(size + 256))
        return -(-ctypes.addressof(self.memory[-1]) // 256) * 256

    def _new_event(self) -> int:
        self.events[len(self.events) + 1] = [0, 0]
        return len(self.events)

    def _set_current(self) -> None:
        self.context = CONTEXT

    def packages(self) -> dict[str, types.ModuleType]:
        """`cuda.core` and `cuda.bindings`, as far as they are needed."""
        cuda, core, bindings, driver = (types.ModuleType(name) for name in ("cuda", "cuda.core", "cuda.bindings", "cuda.bindings.driver"))
        properties = types.SimpleNamespace(multiprocessor_count=4, max_shared_memory_per_block_optin=227 << 10)
        device = types.SimpleNamespace(set_current=self._set_current, device_id=0, compute_capability=(9, 0), properties=properties)
        kernel = types.SimpleNamespace(handle=77)
        vars(core).update(
            Device=lambda number: device,
            ObjectCode=types.SimpleNamespace(from_ptx=lambda text: types.SimpleNamespace(get_kernel=lambda name: kernel)),
        )
        vars(driver).update(
            CU_MEMHOSTALLOC_PORTABLE=1,
            CU_MEMHOSTALLOC_DEVICEMAP=2,
            CUresult=lambda status: types.SimpleNamespace(name={ILLEGAL_ADDRESS: "CUDA_ERROR_ILLEGAL_ADDRESS"}[status]),
            CUstream_flags=types.SimpleNamespace(CU_STREAM_NON_BLOCKING=1),
            cuCtxGetDevice=lambda: (0, 0),
            cuDeviceTotalMem=lambda number: (0, 1 << 34),
            cuMemHostAlloc=lambda size, flags: (0, self._take(size)),
            cuMemHostGetDevicePointer=lambda address, flags: (0, address),
            cuEventCreate=lambda flags: (0, self._new_event()),
            cuEventDestroy=lambda event: (0,),
            cuEventRecord=lambda event, stream: (self._pass(event, stream),),
            cuStreamWaitEvent=lambda stream, event, flags: (0,),
            cuStreamCreate=lambda flags: (0, 99),
            cuCtxGetCurrent=lambda: (0, self.context),
            cuCtxRecordEvent=lambda context, event: (self._pass(event, -1),),
        )
        cuda.core, cuda.bindings, bindings.driver = core, bindings, driver  # pyright: ignore[reportAttributeAccessIssue]
        return {"cuda": cuda, "cuda.core": core, "cuda.bindings": bindings, "cuda.bindings.driver": driver}


KEPT = [getattr(cuda_driver, name) for name in ("core", "driver", "device", "total_memory", "stop_stream", "arrival_stream")]


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gpu]:
    """In place of whatever GPU there is."""
    made = Gpu()
    for name, module in made.packages().items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(cuda_driver, "driver_library", object)
    monkeypatch.setattr(prepared_cuda, "calls", made.calls)
    monkeypatch.setattr(cuda_driver, "_unused_pinned", {})
    for function in KEPT:
        function.cache_clear()
    yield made
    made.runs, made.broken = True, SUCCESS
    end = time.monotonic() + 5
    while prepared_lanes.BUSY and time.monotonic() < end:
        made.go_on()
        time.sleep(0.001)
    assert not prepared_lanes.BUSY, "nobody watches launches that have ended"
    for function in KEPT:
        function.cache_clear()

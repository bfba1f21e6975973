"""
Runs a kernel at the rt level as a host would: control block, arena, queues, results and stop word as asyncir/abi.py has them.
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from xdsl.dialects.builtin import IntegerAttr, MemRefType, ModuleOp
from xdsl.ir import Attribute

from asyncir.abi import ARENA_START, SCALAR_BYTES, SHARD_WORDS, STATISTICS, Cell, Control, Header, Mail
from asyncir.dialects import rt, rt_block
from asyncir.dialects.locations import location_of
from asyncir.errors import DeadlineError, DeadlockError, InputError, left_waiting
from asyncir.reference.arguments import Arguments, result_value
from asyncir.reference.faults import Stopped, as_error, broken, deadlock_message
from asyncir.reference.flat import FlatCells, FlatMemory, reader
from asyncir.reference.memory import Buffer, MemRef, row_major
from asyncir.reference.outcome import Options, Outcome, Output
from asyncir.reference.program import Program
from asyncir.reference.rt_blocks import BlockThreads
from asyncir.reference.rt_report import Tables, Words, error_record, fault_record, is_unobserved_error, objects, task_reports
from asyncir.reference.rt_threads import Threads, Warp
from asyncir.reference.table import RT_SUSPENDING, RT_TABLE
from asyncir.reference.values import Value

ARENA_BYTES = 1 << 28
QUEUE_SHIFT = 17
SHARDS = 2
GRACE = 2.0
"""Seconds that a kernel has to leave after it was told to."""


class Launch:
    """One launch of a kernel."""

    arena_bytes = ARENA_BYTES
    queue_shift = QUEUE_SHIFT
    shards = SHARDS
    memory_class: type[FlatMemory] = FlatMemory

    def __init__(self, module: ModuleOp, kernel: rt.KernelOp, given: Sequence[object], options: Options, output: Output) -> None:
        self.kernel = kernel
        self.options = options
        self.output = output
        self.tables = Tables.of(module)
        self.memory = self.memory_class()
        self.program = Program(module, RT_TABLE, RT_SUSPENDING)
        self.arguments = Arguments(kernel.sym_name.data, kernel.parameters, given, location_of(kernel))
        self._arrays: list[tuple[NDArray[Any], int]] = []
        self._places: dict[int, int] = {}
        self._make_control()
        self.results = [self._result_space(type_) for type_ in kernel.results_types.data]

    def _make_control(self) -> None:
        memory, instances = self.memory, self.options.instances
        self.stop = memory.segment("the stop word", 4, zeroed=True)
        queue = Cell.BYTES << self.queue_shift
        self.arena = memory.segment("the arena", self.arena_bytes)
        block = bytearray(Control.BYTES)
        for offset, value in (
            (Control.ARENA, self.arena),
            (Control.ARENA_BYTES, self.arena_bytes),
            (Control.LANE_QUEUE, memory.segment("the lane queue", queue, zeroed=True)),
            (Control.WARP_QUEUE, memory.segment("the warp queue", queue, zeroed=True)),
            (Control.QUEUE_SHIFT, self.queue_shift),
            (Control.SHARDS, memory.segment("the shards", 8 * SHARD_WORDS * self.shards, zeroed=True)),
            (Control.SHARD_MASK, self.shards - 1),
            (Control.STOP, self.stop),
            (Control.INSTANCES, instances),
            (Control.LANES, self.options.width),
            (Control.WORKERS, self._warps()),
            (Control.STACK_WORDS, self._stack_words()),
            (Control.MAIL, memory.segment("the mail", Mail.BYTES, zeroed=True) if memory.stack_words else 0),
            (Control.SEED, self.options.seed),
            (Control.BUMP, ARENA_START),
            (Control.END, self.arena_bytes),
            (Control.ACTIVE, instances),
            (Control.LIVE, instances),
        ):
            struct.pack_into("<q", block, offset, value)
        self.control = memory.segment("the control block", Control.BYTES, data=bytes(block))
        self.words = Words(memory, self.control)

    def _stack_words(self) -> int:
        """The words of a lane's stack."""
        asked = self.kernel.attributes.get(rt.STACK_WORDS)
        self.memory.stack_words = asked.value.data if isinstance(asked, IntegerAttr) else 0
        return self.memory.stack_words

    def _result_space(self, type_: Attribute) -> int:
        return self.memory.segment("the results", SCALAR_BYTES[str(type_)] * self.options.instances)

    def _argument(self, value: Value, type_: Attribute) -> Value:
        """Scalars as they are; arrays as copies in flat memory."""
        if not isinstance(value, MemRef) or not isinstance(type_, MemRefType):
            return value
        array = value.buffer.array
        assert array is not None
        address = self._places.get(id(value.buffer))
        if address is None:
            address = self.memory.segment("an argument", array.nbytes, data=array.tobytes(), array=array)
            self._places[id(value.buffer)] = address
            self._arrays.append((array, address))
        cells = FlatCells(self.memory, address, type_.element_type)
        return MemRef(Buffer(cells, type_.element_type, None, array), 0, value.sizes, row_major(value.sizes))

    def copy_back(self) -> None:
        """Writes what the kernel wrote into the caller's arrays."""
        for array, address in self._arrays:
            if array.flags.writeable and array.nbytes:
                data = self.memory.contents(address, array.nbytes)
                array[...] = np.frombuffer(data, dtype=array.dtype).reshape(array.shape)

    def run(self) -> Outcome:
        """Runs the kernel and reads what it left."""
        options, kernel = self.options, self.kernel
        threads, warps = self._threads()
        passed = self.kernel_arguments()
        code = self.program.function(kernel, kernel.sym_name.data)
        for warp in warps:
            for lane in warp.lanes:
                lane.stack.append(code.body(lane, passed))
        try:
            self._run(threads, warps)
            self._check()
        finally:
            self.copy_back()
        return Outcome(self._results(), self._statistics(len(warps)) if options.statistics else {}, self.output.text)

    def _threads(self) -> tuple[Threads, list[Warp]]:
        options, name = self.options, self.kernel.sym_name.data
        given: dict[str, Any] = {"width": options.width, "instances": options.instances, "seed": options.seed, "output": self.output}
        if self.kernel.executor.data == rt_block.STATIC:
            blocks = BlockThreads(name, memory=self.memory, **given)
            return blocks, blocks.make_warps(self._block_warps, rt_block.all_block_bytes(self.kernel))
        threads = Threads(self.memory, **given)
        return threads, [Warp(threads, number, options.width) for number in range(self._warps())]

    @property
    def _block_warps(self) -> int:
        return rt_block.number_of(self.kernel, rt_block.WARPS) or 1

    def kernel_arguments(self) -> tuple[Value, ...]:
        """What every thread of the kernel gets."""
        parameters = zip(self.arguments.values, self.kernel.parameters, strict=True)
        values = [self._argument(value, type_) for value, type_ in parameters]
        return (*values, *self.results, self.control, self.options.instances)

    def _warps(self) -> int:
        instances = self.options.instances
        if self.kernel.executor.data == rt_block.STATIC:
            return instances * self._block_warps
        if self.kernel.executor.data != "inline":
            return self.options.workers
        return instances if self.kernel.scope.data == "warp" else -(-instances // self.options.width)

    def _run(self, threads: Threads, warps: list[Warp]) -> None:
        deadline = self.options.deadline
        timers: list[threading.Timer] = []
        if deadline is not None:
            timers = [
                threading.Timer(deadline, setattr, (threads, "stop_requested", True)),
                threading.Timer(deadline + GRACE, setattr, (threads, "stopped", True)),
            ]
        for timer in timers:
            timer.daemon = True
            timer.start()
        try:
            threads.run(warps, lambda: self.memory.write(self.stop, struct.pack("<i", 1)))
        except Stopped:
            raise self._deadline(" and did not leave when told to") from None
        finally:
            for timer in timers:
                timer.cancel()
        inline = self.kernel.executor.data != "dynamic"
        if self.words.word(Control.FAULT_CLAIM) == 0 and (self.words.word(Control.HALT) or (inline and threads.stop_requested)):
            raise self._deadline("")

    def _deadline(self, how: str) -> DeadlineError:
        limit = "its steps" if self.options.deadline is None else f"its deadline of {self.options.deadline:g} s"
        return DeadlineError(f"@{self.kernel.sym_name.data} passed {limit}{how}", location_of(self.kernel), tasks=self._reports())

    def _reports(self) -> list[Any]:
        return task_reports(self.memory, self.arena, self._used(), self.tables, self.options.instances)

    def _used(self) -> int:
        return max(ARENA_START, min(self.words.long(Control.BUMP), self.words.long(Control.END), self.arena_bytes))

    def _check(self) -> None:
        """Raises what the launch ended with, if that is not its results."""
        record = fault_record(self.words, self.tables)
        if record is not None:
            raise as_error(record, self.words.word(Control.FAULT_INSTANCE), self.options.instances)
        live = self._left()
        if live != 0:
            reports = self._reports()
            failed = next(filter(is_unobserved_error, objects(self.memory, self.arena, self._used())), None)
            if failed is not None:
                record, notes = error_record(failed, self.tables), left_waiting(reports, live)
                raise as_error(record, failed.word(Header.INSTANCE), self.options.instances, notes)
            raise DeadlockError(deadlock_message(live), reports[0].location if reports else location_of(self.kernel), tasks=reports)

    def _left(self) -> int:
        """How many tasks have not ended."""
        return self.words.long(Control.LIVE) if self.kernel.executor.data == "dynamic" else 0

    def _results(self) -> list[Any]:
        return [self._result(index, address) for index, address in enumerate(self.results)]

    def _result(self, index: int, address: int) -> Any:
        type_ = self.kernel.results_types.data[index]
        read, size = reader(type_), SCALAR_BYTES[str(type_)]
        if read is None:
            raise InputError(f"a result of type {type_} cannot be given to the host", location_of(self.kernel))
        values: list[Any] = []
        for instance in range(self.options.instances):
            place = address + instance * size
            if not self.memory.is_written(place, size):
                raise broken("uninitialised-read", self.kernel, f"result {index} was not written for instance {instance}")
            values.append(result_value(read(self.memory, place), type_))
        return values[0] if len(values) == 1 else values

    def _statistics(self, workers: int) -> dict[str, Any]:
        counts = {name: self.words.long(Control.STATS + 8 * index) for index, name in enumerate(STATISTICS)}
        idle = counts["idle_polls"] / counts["polls"] if counts["polls"] else 0.0
        masks = [self.words.long(Control.SM_MASK + 8 * index) & (2**64 - 1) for index in range(8)]
        served = {f"steals_{place}": counts[f"served_{place}"] for place in ("warp", "block", "device")}
        return {
            **{name: counts[name] for name in ("tasks", "entries", "suspensions", "wakes", "exports", "reused")},
            **served,
            "steals_asked": counts["asked"],
            "steals_served": sum(served.values()),
            "high_water": self._used() - ARENA_START,
            "stack_high_water": counts["stack_words"],
            "queue_high_water": counts["queue_tasks"],
            "workers": workers,
            "sms": sum(mask.bit_count() for mask in masks),
            "idle_fraction": idle,
            "unobserved_errors": sum(is_unobserved_error(item) for item in objects(self.memory, self.arena, self._used())),
        }

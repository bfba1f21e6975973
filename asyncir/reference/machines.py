"""
Machines: the levels split and laid out.

At the split level registers keep their values over a suspension. A laid-out machine forgets them all when it parks: what a
resumed segment reads was reloaded, produced or computed since, or reading it is an error.
"""

from __future__ import annotations

from typing import Any

from xdsl.ir import SSAValue

from asyncir.dialects import sm
from asyncir.reference.decode import (
    FORGOTTEN,
    BlockCode,
    Decoded,
    Decoder,
    OpDecoder,
    Plain,
    RegionCode,
    Registers,
    Running,
    SuspendsEnds,
    store_values,
)
from asyncir.reference.frames import Frame
from asyncir.reference.ops_scf import values_end
from asyncir.reference.program import Code
from asyncir.reference.suspensions import Suspension
from asyncir.reference.task import Answers, Meeting, Parked, Task, require_uniform
from asyncir.reference.values import Value


class MachineCode(Code):
    """A machine as something that tasks run."""

    op: sm.MachineOp  # pyright: ignore[reportIncompatibleVariableOverride]

    def body(self, lane: Any, arguments: tuple[Value, ...]) -> Running:
        """What a lane runs; the first lane makes the frame, with the arguments in their slots."""
        task: Task = lane.owner
        if self.op.frame is not None and self.op.arg_slots is not None:
            if task.frame is None:
                task.frame = Frame(self.op.frame, len(task.lanes))
            for slot, value, argument in zip(self.op.arg_slots.data, arguments, self.op.entry.args, strict=True):
                task.frame.save(self.op, slot, lane.index, value, argument.type)
        return super().body(lane, arguments)

    def decode(self) -> tuple[RegionCode, int]:
        """The decoded body; laid-out machines check their registers."""
        decoder = self.program.decoder(self.name)
        decoder.checked = self.op.laid_out
        return decoder.region(self.op.body), decoder.size


def _ready_meeting(op: sm.SuspendOp, suspension: Suspension) -> Meeting:
    """Is it there now? The answer is what it produces, or None."""

    def perform(task: Task, brought: list[Any]) -> Answers:
        require_uniform(op, brought)
        produced = suspension.attempt(brought[0])
        return [None if produced is None else suspension.outcome(task, produced)] * len(brought)

    return Meeting(op, perform)


def _meeting(op: sm.Suspension, d: Decoder) -> Meeting:
    """The suspension as a whole; a call starts its child first."""
    suspension = Suspension(op, op.kind.data, op.produced)
    if op.callee is None:
        return suspension.meeting()
    code: Code = d.symbols.function(op, op.callee.root_reference.data)

    def perform(task: Task, brought: list[Any]) -> Answers:
        parked = suspension.park(task, (task.scheduler.start(code, brought, task.instance, op, task.number),))
        assert isinstance(parked, Parked), "no call catches a cancellation"
        return parked

    return Meeting(op, perform)


def _suspend(op: sm.SuspendOp, d: Decoder) -> Decoded:
    suspension, sources = Suspension(op, op.kind.data, op.produced), d.registers(op.arguments)
    ready = d.target(op.targets[0])
    store = store_values(ready.arguments)
    parks = d.target(op.targets[1]) if len(op.targets) > 1 else None
    meeting = _meeting(op, d) if parks is None else _ready_meeting(op, suspension)

    def run(r: Registers) -> Running:
        produced = yield meeting, tuple([r[source] for source in sources])
        if produced is None:
            return parks
        store(r, produced)
        return ready

    return SuspendsEnds(run)


def _park(op: sm.ParkOp, d: Decoder) -> Decoded:
    waits, sources = _meeting(op, d), d.registers(op.arguments)

    def perform(task: Task, brought: list[Any]) -> Answers:
        frame: Frame = task.frame
        frame.turn += 1
        return waits.perform(task, brought)

    meeting = Meeting(op, perform)
    resume: BlockCode = d.target(op.resume)
    store = store_values(resume.arguments)

    def run(r: Registers) -> Running:
        produced = yield meeting, tuple([r[source] for source in sources])
        r[1:] = [FORGOTTEN] * (len(r) - 1)
        store(r, produced)
        return resume

    return SuspendsEnds(run)


def _save(op: sm.SaveOp, d: Decoder) -> Decoded:
    source, slot, type_ = d.register(op.value), op.slot, op.value.type

    def step(r: Registers) -> None:
        lane = r[0]
        lane.owner.frame.save(op, slot, lane.index, r[source], type_)

    return Plain(step)


def _reload(op: sm.ReloadOp, d: Decoder) -> Decoded:
    result: SSAValue = op.result
    target, slot, type_ = d.register(result), op.slot, result.type

    def step(r: Registers) -> None:
        lane = r[0]
        r[target] = lane.owner.frame.reload(op, slot, lane.index, type_)

    return Plain(step)


DECODERS: dict[str, OpDecoder] = {
    "sm.suspend": _suspend,
    "sm.park": _park,
    "sm.save": _save,
    "sm.reload": _reload,
    "sm.return": values_end,
}

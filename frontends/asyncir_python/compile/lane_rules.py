"""What the emitter knows of lanes where it is, and which operations may stand there: the rules that lane_marks.py states."""

from __future__ import annotations

import ast
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from xdsl.dialects import cf, func, memref, scf
from xdsl.ir import Operation, SSAValue

from asyncir.analysis.effects import fails, is_pure, suspends
from asyncir.dialects import async_
from asyncir.dialects.gpu_lanes import ShuffleOp, SubgroupReduceOp
from asyncir.dialects.memref_ext import AtomicRMWOp
from asyncir.dialects.task import BallotOp, InstanceOp, LaneSyncOp, NumInstancesOp, PublishOp
from asyncir_python.compile.lane_flow import Marks
from asyncir_python.compile.lane_marks import Mark

if TYPE_CHECKING:
    from asyncir_python.compile.emitter import Emitter
    from asyncir_python.compile.functions import Specialisation

_WRITES = (memref.StoreOp, AtomicRMWOp, PublishOp)
_BY_ITSELF = (InstanceOp, NumInstancesOp, PublishOp)
"""Operations of `task` that a lane may do by itself."""
_STARTS = (async_.CallOp, async_.ExecuteOp)
_TAKES_MARKS = (
    scf.IfOp, scf.YieldOp, scf.WhileOp, cf.BranchOp, memref.LoadOp, memref.SubviewOp, memref.CastOp, memref.DimOp,
    SubgroupReduceOp, BallotOp, ShuffleOp, func.CallOp,
)  # fmt: skip
"""Beyond pure operations. What calls may take is looked at where they are made."""


@dataclass
class LanesLoop:
    """A lanes loop whose turns are being emitted."""

    node: ast.For
    handlers: int
    """How many handlers stand around it, without its own."""
    writes: bool = False
    """Whether its turns store something."""


@dataclass
class Lanes(Marks):
    """What an emitter knows of lanes."""

    spec: Specialisation = field(kw_only=True)
    loop: LanesLoop | None = None
    parted: list[Mark] = field(default_factory=list[Mark])
    """The marks of the conditions of the branches around this place."""
    wrote: bool = False
    """Whether something was stored since `parted` became one long."""
    _deciding: SSAValue | None = None
    _elsewhere: bool = False

    @property
    def apart(self) -> bool:
        """Whether lanes are not together here."""
        return self.loop is not None or bool(self.parted)

    @property
    def once(self) -> bool:
        """Whether what the task does here to memory is to be done by one of several lanes."""
        return self.spec.together and not self.apart and not self._elsewhere

    @contextmanager
    def in_another_task(self) -> Generator[None]:
        """What is emitted here is the body of a task of its own, which one lane runs."""
        before, self._elsewhere = self._elsewhere, True
        yield
        self._elsewhere = before

    @contextmanager
    def parting(self, f: Emitter, condition: SSAValue) -> Generator[None]:
        """Around a branch: if lanes may go different ways, what they do there, they do by themselves."""
        mark = self.marks.get(condition)
        if mark is None:
            yield
            return
        outermost = not self.apart
        before = meet(f) if outermost else None
        self.wrote = self.wrote and not outermost
        deciding, self._deciding = self._deciding, condition
        self.parted.append(mark)
        try:
            yield
        finally:
            self.parted.pop()
            self._deciding = deciding
        self.decided(f.block.args, mark)
        if outermost and self.wrote:
            meet(f)
        elif before is not None:
            before.detach()
            before.erase()

    # ------------------------------------------------------------------------------------------------------ each operation

    def note(self, f: Emitter, op: Operation) -> None:
        """Looks at an operation that is emitted: may it stand here, which marks have its results."""
        if isinstance(op, _WRITES):
            self.writes(f, op.operands)
        if not self.spec.together:
            return
        if self.apart and f.alive:
            self._check_place(f, op)
        if isinstance(op, cf.BranchOp | cf.ConditionalBranchOp | cf.SwitchOp):
            self.forward(op)
        if self.marks:
            self._check_operands(f, op)
        self.follow(op, in_turn=self.loop is not None)

    def writes(self, f: Emitter, operands: Sequence[SSAValue]) -> None:
        """Something is stored here, to a place and with values made of these. Raises CompileError: see `check_turn`."""
        self.spec.writes = True
        self.wrote = True
        if self.loop is not None:
            self.loop.writes = True
        if self.apart:
            self.check_turn(f, operands, "stores")

    def check_turn(self, f: Emitter, operands: Sequence[SSAValue], does: str) -> None:
        """What a lane does by itself does not depend on how turns were dealt to it. Raises CompileError."""
        for mark in [*self.parted, *(self.marks[operand] for operand in operands if operand in self.marks)]:
            if mark.kind != "lane":
                message = f"'{mark.name}' is different on each lane here, and what a lane {does} by itself must not depend on it"
                f.fail(f.node, message, help="do it behind the loop, with what a reduction gives")

    def refuse(self, f: Emitter, mark: Mark) -> NoReturn:
        """A value with a mark cannot be used here."""
        f.fail(f.node, mark.message)

    def _check_place(self, f: Emitter, op: Operation) -> None:
        if suspends(op):
            what = "wait"
        elif isinstance(op, _STARTS):
            what = "start a task"
        elif isinstance(op, memref.AllocOp):
            what = "make an array"
        elif isinstance(op, func.ReturnOp | async_.ReturnOp):
            what = "return"
        elif fails(op) or (op.name.startswith("task.") and not isinstance(op, _BY_ITSELF)):
            what = "do this"
        else:
            return
        self.refuse_apart(f, f.node, f"a lane cannot {what} by itself")

    def refuse_apart(self, f: Emitter, node: ast.AST, message: str) -> NoReturn:
        """What all lanes do together stands where they are not."""
        if self.loop is not None:
            f.fail(node, f"{message}: this stands in a lanes loop", help="do it before or behind the loop")
        message += f": lanes part here, as {self.parted[-1].name} differs between them"
        f.fail(node, message, help="decide by what is the same on all")

    def _check_operands(self, f: Emitter, op: Operation) -> None:
        match op:
            case scf.ForOp():
                decisive = list(op.operands[:3])
            case scf.ConditionOp() | cf.ConditionalBranchOp():
                decisive = [] if op.operands[0] is self._deciding else [op.operands[0]]
            case _:
                decisive = [] if is_pure(op) or isinstance(op, _TAKES_MARKS) else list(op.operands)
        if self.loop is not None:
            return
        for operand in decisive:
            mark = self.marks.get(operand)
            if mark is not None and not (mark.kind == "lane" and self.parted):
                self.refuse(f, mark)


def meet(f: Emitter) -> LaneSyncOp | None:
    """A meeting of all lanes, if they have done anything to memory in this block since the last."""
    last = f.block.last_op
    while last is not None:
        if isinstance(last, LaneSyncOp):
            return None
        if not is_pure(last):
            break
        last = last.prev_op
    return f.add(LaneSyncOp())

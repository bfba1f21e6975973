"""
What a kernel of roles is: a setup, tile channels, and tasks that are each started once and then awaited.

    func.func @kernel(…) attributes {task.kernel} {
      …                                    setup: values and assertions
      %ch = task.tile_channel …            channels
      %0 = async.call @load(…, %ch)        roles: each started once, in straight code
      %1 = async.call @compute(…, %ch)
      async.await %0 : !async.token        the end
      async.await %1 : !async.token
      return
    }

Here is the data; passes/role_bodies.py finds it in a module, role_schedule.py says in which order a role uses its channels, and
task_graph.py draws it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from xdsl.dialects import func
from xdsl.ir import Operation, Region, SSAValue

from asyncir.dialects import async_, task
from asyncir.dialects.interfaces import successor_operands
from asyncir.dialects.task_tile_types import SlotType
from asyncir.dialects.task_tiles import AcquireSlotOp, CommitSlotOp, ReceiveSlotOp, ReleaseSlotOp, TileChannelOp

ChannelUse = AcquireSlotOp | ReceiveSlotOp
"""The operations by which a role takes a slot."""

ChannelOp = AcquireSlotOp | ReceiveSlotOp | CommitSlotOp | ReleaseSlotOp | task.CloseOp
"""All operations of a role on its tile channels."""


@dataclass(frozen=True)
class End:
    """One writer or reader of a tile channel."""

    channel: TileChannelOp
    writes: bool
    number: int

    def __str__(self) -> str:
        return f"{'writer' if self.writes else 'reader'} {self.number}"


@dataclass
class Role:
    """A task that a kernel starts once. Its body uses the kernel's values in the place of its arguments."""

    call: async_.CallOp
    function: async_.FuncOp
    body: Region
    slots: dict[SSAValue, End] = field(default_factory=dict[SSAValue, End])
    """Of which end each slot is, whether it comes from an operation or over a branch."""

    @property
    def name(self) -> str:
        """The task's name."""
        return self.function.sym_name.data

    def operations(self) -> Iterator[Operation]:
        """The operations of its body, in the order of the text."""
        for block in self.body.blocks:
            yield from block.ops

    def takes(self) -> Iterator[tuple[ChannelUse, End]]:
        """The operations that take a slot, and of which end."""
        for op in self.operations():
            if isinstance(op, AcquireSlotOp | ReceiveSlotOp):
                yield op, end_of(op)

    def ends(self) -> list[End]:
        """The ends that it uses, each once: in the order of the text, and then the only writer of a channel that it just closes."""
        closes = (op.channel.owner for op in self.operations() if isinstance(op, task.CloseOp))
        closed = (End(channel, True, 0) for channel in closes if isinstance(channel, TileChannelOp) and channel.writer_count == 1)
        return list(dict.fromkeys((*(end for _, end in self.takes()), *closed)))


@dataclass
class Roles:
    """A kernel of roles."""

    kernel: func.FuncOp
    channels: list[TileChannelOp]
    roles: list[Role]

    def name_of(self, channel: TileChannelOp) -> str:
        """The channel's name in the text, or its number."""
        return f"%{channel.result.name_hint or self.channels.index(channel)}"

    def user(self, end: End) -> Role | None:
        """The role that has this end."""
        return next((role for role in self.roles if end in role.ends()), None)


def end_of(op: ChannelUse) -> End:
    """The end at which an operation takes a slot; its channel is the result of the operation that makes it."""
    channel = op.channel.owner
    assert isinstance(channel, TileChannelOp)
    return End(channel, isinstance(op, AcquireSlotOp), op.number)


def trace_slots(role: Role) -> Operation | None:
    """Fills in `slots`. Returns a branch over which slots of two ends come together, if there is one."""
    pending: list[SSAValue] = []
    for op, end in role.takes():
        role.slots[op.slot] = end
        pending.append(op.slot)
    while pending:
        slot = pending.pop()
        for use in slot.uses:
            for index, successor in enumerate(use.operation.successors):
                for operand, argument in zip(successor_operands(use.operation, index) or (), successor.args, strict=True):
                    if operand is not slot:
                        continue
                    if (known := role.slots.get(argument)) is None:
                        role.slots[argument] = role.slots[slot]
                        pending.append(argument)
                    elif known != role.slots[slot]:
                        return use.operation
    return None


def is_slot(value: SSAValue) -> bool:
    """Whether a value is a slot of a tile channel."""
    return isinstance(value.type, SlotType)

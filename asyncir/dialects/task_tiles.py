"""
Tile channels: tasks hand tiles on without copying them. A channel is a ring of slots, each with one tile.

    %slot, %tile = task.acquire_slot %ch writer 0     waits until the writer's next slot is empty
    …  fill %tile, by stores or task.copy
    task.commit_slot %slot                            the writer is done with it

    %slot, %tile, %ok = task.receive_slot %ch reader 0    waits until the reader's next slot is full; ok = false: there is none any more
    …  read %tile
    task.release_slot %slot                           the reader is done with it

*Writers* fill each slot together: a slot is full when all of them have committed it and all copies into it are complete. *Readers* each see
each slot: it is empty when all of them have released it. Their numbers are constants: who they are is known when the program is compiled.
One task at a time uses a number. Writers and readers take the slots round robin, so tiles come in the order in which they were filled.

A task may have several slots at once, the channel's depth at most; it commits, or releases, them in the order in which it took them.
Each writer closes the channel once (`task.close`), with no slot of its own left to commit, and having committed as many as the others.

Order of memory: stores and copies into a tile come before the commit, that before the receive; reads come before the release, that before
the next acquire. A tile is only written between acquire and commit, and only read between receive and release. What it holds after acquire
is nobody's business: it must be written before it is read.

The end of a task, by failure or cancellation, commits, releases and closes nothing; ending otherwise with a slot is an error. So who waits
for such a task's slots waits for ever, and then the launch ends with the failure that nobody has looked at (docs/tile-channels.md).

What the reference makes an error, and nothing else does: a slot committed or released twice or out of order, a tile used outside of its
time, two tasks with one number at once, too many slots at once, slots left at a task's end or at close.
"""

from __future__ import annotations

from typing import ClassVar

from xdsl.dialects.builtin import IntegerAttr, i1, i32
from xdsl.ir import Attribute, OpResult, SSAValue
from xdsl.irdl import IRDLOperation, irdl_op_definition, operand_def, opt_prop_def, prop_def, result_def, traits_def
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.traits import MemoryWriteEffect
from xdsl.utils.exceptions import VerifyException

from asyncir.dialects.memory_effects import ReadWrite, Suspends
from asyncir.dialects.task_tile_types import SlotType, TileChannelType

DEFAULT_DEPTH = 4
"""Slots of a channel whose text does not say, wherever the static executor does not choose."""

MAX_COUNT = 1 << 16
"""Of slots, writers and readers."""

WORDS = "task.words"
"""On a `task.channel` that lower-tiles made: what a task waits for that waits for it, in reports."""

NO_ROLES = "task.no_roles"
"""On a kernel with tile channels: why its tasks are not the roles of a block (form-roles)."""

NO_BLOCKS = "tasks"
OLD_BLOCKS = "barriers that bulk copies complete on need sm_90 or later"
"""Options of form-roles for targets without blocks that could run roles: what runs there instead, or why they are none."""

EMPTY_SLOT = "an empty slot of the tile channel"
FULL_SLOT = "a full slot of the tile channel"

_NUMBERS = ("depth", "writers", "readers")


def _number(attribute: Attribute | None, default: int) -> int:
    return attribute.value.data if isinstance(attribute, IntegerAttr) else default


@irdl_op_definition
class TileChannelOp(IRDLOperation):
    """
    Makes an open channel of `depth` empty slots. Without `depth` the compiler chooses; `writers` and `readers` are 1 if not said.

    ```mlir
    %ch = task.tile_channel {depth = 4 : i32, writers = 1 : i32, readers = 2 : i32} : !task.tile_channel<memref<256xf32, #gpu.address_space<workgroup>>>
    ```
    """  # noqa: E501

    name = "task.tile_channel"
    depth = opt_prop_def(IntegerAttr)
    writers = opt_prop_def(IntegerAttr)
    readers = opt_prop_def(IntegerAttr)
    result = result_def(TileChannelType)
    traits = traits_def(MemoryWriteEffect())

    def __init__(self, result_type: TileChannelType, depth: int | None = None, writers: int = 1, readers: int = 1):
        numbers = {"depth": depth, "writers": writers, "readers": readers}
        properties = {name: IntegerAttr(number, i32) for name, number in numbers.items() if number is not None}
        super().__init__(result_types=[result_type], properties=properties)

    @property
    def slots(self) -> int:
        """How many slots it has where nobody else chooses."""
        return _number(self.depth, DEFAULT_DEPTH)

    @property
    def writer_count(self) -> int:
        """How many writers fill each slot."""
        return _number(self.writers, 1)

    @property
    def reader_count(self) -> int:
        """How many readers see each slot."""
        return _number(self.readers, 1)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Slots, writers and readers."""
        return self.slots, self.writer_count, self.reader_count

    @classmethod
    def parse(cls, parser: Parser) -> TileChannelOp:
        attributes = parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        type_ = parser.parse_type()
        properties = {name: attributes.pop(name) for name in _NUMBERS if name in attributes}
        return cls.create(result_types=[type_], properties=properties, attributes=attributes)

    def print(self, printer: Printer) -> None:
        numbers = {name: self.properties[name] for name in _NUMBERS if name in self.properties}
        printer.print_op_attributes(numbers | self.attributes)
        printer.print_string(" : ")
        printer.print_attribute(self.result.type)

    def verify_(self) -> None:
        for name in _NUMBERS:
            number = self.properties.get(name)
            if number is not None and (not isinstance(number, IntegerAttr) or number.type != i32):
                raise VerifyException(f"'task.tile_channel' op {name} must be an i32, got {number}")
            if isinstance(number, IntegerAttr) and not 1 <= number.value.data <= MAX_COUNT:
                raise VerifyException(f"'task.tile_channel' op {name} must be from 1 to {MAX_COUNT}, got {number.value.data}")


class _TakesSlot(IRDLOperation):
    """Ops by which a writer or reader, which has a number, takes its next slot."""

    ROLE: ClassVar[str]

    @property
    def number(self) -> int:
        """The writer's or reader's number."""
        return _number(self.properties.get(self.ROLE), -1)

    @classmethod
    def parse(cls, parser: Parser) -> _TakesSlot:
        channel = parser.parse_unresolved_operand()
        parser.parse_keyword(cls.ROLE)
        number = IntegerAttr(parser.parse_integer(allow_boolean=False), i32)
        attributes = parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        position = parser.pos
        type_ = parser.parse_type()
        if not isinstance(type_, TileChannelType):
            parser.raise_error(f"'{cls.name}' op expects a tile channel type, got '{type_}'", position)
        operands = parser.resolve_operands([channel], [type_], position)
        return cls.create(operands=operands, result_types=_taken(cls, type_), properties={cls.ROLE: number}, attributes=attributes)

    def print(self, printer: Printer) -> None:
        printer.print_string(" ")
        printer.print_ssa_value(self.operands[0])
        printer.print_string(f" {self.ROLE} {self.number}")
        printer.print_op_attributes(self.attributes)
        printer.print_string(" : ")
        printer.print_attribute(self.operands[0].type)

    def verify_(self) -> None:
        type_ = self.operands[0].type
        assert isinstance(type_, TileChannelType)
        expected, got = _taken(type(self), type_), [result.type for result in self.results]
        if got != expected:
            shown = [", ".join(map(str, types)) for types in (got, expected)]
            raise VerifyException(f"'{self.name}' op gives ({shown[0]}), expected ({shown[1]})")
        if self.number < 0:
            raise VerifyException(f"'{self.name}' op {self.ROLE} must be 0 or more, got {self.number}")
        channel = self.operands[0].owner
        if isinstance(channel, TileChannelOp) and (problem := number_problem(self, channel)) is not None:
            raise VerifyException(f"'{self.name}' op {problem}")


def _taken(cls: type[_TakesSlot], type_: TileChannelType) -> list[Attribute]:
    """What taking a slot gives."""
    return [SlotType(type_.tile_type), type_.tile_type, *([i1] if cls is ReceiveSlotOp else [])]


def number_problem(op: _TakesSlot, channel: TileChannelOp) -> str | None:
    """Why the number of a writer or reader is none of that channel's; None if it is one."""
    count = channel.writer_count if isinstance(op, AcquireSlotOp) else channel.reader_count
    return None if op.number < count else f"is {op.ROLE} {op.number} of a tile channel with {count} {op.ROLE}{'' if count == 1 else 's'}"


@irdl_op_definition
class AcquireSlotOp(_TakesSlot):
    """
    Gives a writer its next slot, with a tile to fill; suspends while it is not empty.

    ```mlir
    %slot, %tile = task.acquire_slot %ch writer 0 : !task.tile_channel<memref<256xf32, #gpu.address_space<workgroup>>>
    ```
    """

    name = "task.acquire_slot"
    ROLE: ClassVar[str] = "writer"
    channel = operand_def(TileChannelType)
    writer = prop_def(IntegerAttr)
    slot = result_def(SlotType)
    tile = result_def()
    traits = traits_def(Suspends())


@irdl_op_definition
class ReceiveSlotOp(_TakesSlot):
    """
    Gives a reader its next slot, with a tile to read; suspends while it is not full. `ok` is false when all writers have closed the channel
    and the reader has had all slots: then slot and tile are none.

    ```mlir
    %slot, %tile, %ok = task.receive_slot %ch reader 0 : !task.tile_channel<memref<256xf32, #gpu.address_space<workgroup>>>
    ```
    """

    name = "task.receive_slot"
    ROLE: ClassVar[str] = "reader"
    channel = operand_def(TileChannelType)
    reader = prop_def(IntegerAttr)
    slot = result_def(SlotType)
    tile = result_def()
    ok = result_def(i1)
    traits = traits_def(Suspends())


class _GivesSlot(IRDLOperation):
    """Ops by which a task gives a slot back."""

    slot = operand_def(SlotType)
    assembly_format = "$slot attr-dict `:` type($slot)"
    traits = traits_def(ReadWrite())

    TAKEN_BY: ClassVar[type[_TakesSlot]]

    def __init__(self, slot: SSAValue):
        super().__init__(operands=[slot])

    def verify_(self) -> None:
        taken = self.slot.owner
        if isinstance(taken, _TakesSlot) and not isinstance(taken, self.TAKEN_BY):
            raise VerifyException(f"'{self.name}' op on a slot of '{taken.name}', expected one of '{self.TAKEN_BY.name}'")


@irdl_op_definition
class CommitSlotOp(_GivesSlot):
    """
    The writer has filled its part of the slot. When all writers have, and all copies into the slot are complete, it is full. Copies into
    the slot are asked for before.

    ```mlir
    task.commit_slot %slot : !task.slot<memref<256xf32, #gpu.address_space<workgroup>>>
    ```
    """

    name = "task.commit_slot"
    TAKEN_BY: ClassVar[type[_TakesSlot]] = AcquireSlotOp


@irdl_op_definition
class ReleaseSlotOp(_GivesSlot):
    """
    The reader is done with the slot. When all readers are, it is empty.

    ```mlir
    task.release_slot %slot : !task.slot<memref<256xf32, #gpu.address_space<workgroup>>>
    ```
    """

    name = "task.release_slot"
    TAKEN_BY: ClassVar[type[_TakesSlot]] = ReceiveSlotOp


def tile_of(slot: SSAValue) -> OpResult | None:
    """The tile that was taken with a slot, where the text shows it."""
    owner = slot.owner
    return owner.results[1] if isinstance(owner, AcquireSlotOp | ReceiveSlotOp) else None


SUSPENDING = (AcquireSlotOp, ReceiveSlotOp)
"""The operations on tile channels at which a task may wait."""

GIVING = (CommitSlotOp, ReleaseSlotOp)
"""Those by which it gives a slot back."""

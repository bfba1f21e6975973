"""
What tile channels and slots are without them (lower_tiles.py): several values each.

    channel: tiles, (counts), empty slots of each writer, full slots of each reader
    slot:    its place, (counts), empty slots of each writer, full slots of each reader

- tiles: one array of all places; a tile is a view of it;
- counts: how many writers have closed the channel, and for each place how many have committed it and how many readers have released it.
  It is there only where there are several writers or readers;
- empty and full slots: channels of places, with room for all of them: what is sent never has to wait.
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.dialects.builtin import FunctionType, MemRefType, NoneAttr, StridedLayoutAttr, i32
from xdsl.ir import Attribute, SSAValue

from asyncir.dialects.async_ import ValueType
from asyncir.dialects.task_tile_types import SlotType, TileChannelType, is_in_workgroup
from asyncir.dialects.task_tiles import TileChannelOp
from asyncir.dialects.task_types import ChannelType
from asyncir.passes.emitting import INDEX

PLACES = ChannelType(INDEX)


@dataclass(frozen=True)
class Shape:
    """How a tile channel is made."""

    depth: int
    writers: int
    readers: int
    tile: MemRefType[Attribute]

    @classmethod
    def of(cls, maker: TileChannelOp) -> Shape:
        """That of the channels that an operation makes."""
        type_ = maker.result.type
        assert isinstance(type_, TileChannelType) and isinstance(type_.tile_type, MemRefType)
        return cls(*maker.shape, type_.tile_type)

    @property
    def is_counted(self) -> bool:
        """Whether there are counts."""
        return self.writers > 1 or self.readers > 1

    @property
    def tiles(self) -> MemRefType[Attribute]:
        """The array of all places."""
        return MemRefType(self.tile.element_type, [self.depth, *self.tile.get_shape()])

    @property
    def counts(self) -> MemRefType[Attribute]:
        """The counts: that of closes, then for each place those of commits and releases."""
        return MemRefType(i32, [1 + 2 * self.depth])

    def types(self, type_: Attribute) -> list[Attribute]:
        """What a channel or slot becomes."""
        first: Attribute = INDEX if isinstance(type_, SlotType) else self.tiles
        return [first, *([self.counts] if self.is_counted else []), *[PLACES] * (self.writers + self.readers)]

    def names(self, value: SSAValue) -> list[str | None]:
        """Names for these values."""
        if (name := value.name_hint) is None:
            return [None] * len(self.types(value.type))
        channels = [f"{name}_empty{i}" for i in range(self.writers)] + [f"{name}_full{i}" for i in range(self.readers)]
        return [name, *([f"{name}_counts"] if self.is_counted else []), *channels]


@dataclass(frozen=True)
class Parts:
    """The values that a channel or slot has become."""

    shape: Shape
    values: tuple[SSAValue, ...]

    @property
    def first(self) -> SSAValue:
        """The tiles of a channel, the place of a slot."""
        return self.values[0]

    @property
    def counts(self) -> SSAValue:
        """The counts, where there are some."""
        assert self.shape.is_counted
        return self.values[1]

    @property
    def empty(self) -> tuple[SSAValue, ...]:
        """Where each writer gets its slots."""
        start = 1 + self.shape.is_counted
        return self.values[start : start + self.shape.writers]

    @property
    def full(self) -> tuple[SSAValue, ...]:
        """Where each reader gets its slots."""
        return self.values[1 + self.shape.is_counted + self.shape.writers :]

    def slot(self, place: SSAValue) -> Parts:
        """The slot of this channel at that place."""
        return Parts(self.shape, (place, *self.values[1:]))


def plain_type(type_: Attribute) -> Attribute:
    """
    The type that takes this one's place where tiles are views of an array in the arena: without the workgroup space, at any offset. The
    type itself if it has nothing of that.
    """
    match type_:
        case MemRefType() if is_in_workgroup(type_):
            return MemRefType(type_.element_type, type_.get_shape(), _at_any_offset(type_), NoneAttr())
        case ValueType():
            inner = plain_type(type_.value_type)
            return type_ if inner is type_.value_type else ValueType(inner)
        case FunctionType():
            return FunctionType.from_lists(list(map(plain_type, type_.inputs)), list(map(plain_type, type_.outputs)))
        case _:
            return type_


def _at_any_offset(type_: MemRefType[Attribute]) -> StridedLayoutAttr:
    layout = type_.layout
    if isinstance(layout, StridedLayoutAttr):
        return StridedLayoutAttr(list(layout.get_strides()), None)
    strides: list[int | None] = []
    stride: int | None = 1
    for size in reversed(type_.get_shape()):
        strides.append(stride)
        stride = None if stride is None or size < 0 else stride * size
    return StridedLayoutAttr(strides[::-1], None)

"""
The blocks on a suspension's ways, and the saves and reloads in them.

    suspend ──► ready(produced) ───────────────────────────────► next(produced)
       └──────► park: words, saves ──► resume(produced): reloads, words taken apart ──► next
"""

from __future__ import annotations

from collections.abc import Iterable

from xdsl.dialects import cf
from xdsl.dialects.builtin import i32
from xdsl.ir import Attribute, Block, Operation, SSAValue

from asyncir.dialects import sm
from asyncir.passes.layout.request import Layout
from asyncir.passes.layout.words import Words
from asyncir.passes.rewriting import append, erase, new_block


class Edges:
    """The ready, park and resume blocks of one suspension."""

    def __init__(self, suspension: sm.SuspendOp, layout: Layout) -> None:
        self.suspension = suspension
        self._location = suspension.location
        self._slots = layout.slots[suspension]
        self._words = layout.words.get(suspension, ())
        self._unsaved = layout.kept.get(suspension, frozenset[sm.SlotAttr]())
        self._permanent = layout.permanent
        hints = [argument.name_hint for argument in suspension.successors[0].args]
        self.park = Block()
        self.resume = new_block(suspension.produced, suspension.location, hints)
        self.ready = new_block(suspension.produced, suspension.location, hints)

    def save(self) -> None:
        """Save what the slots do not hold already."""
        for value, slot in self._slots.items():
            # Slots are slow to look up, and most suspensions save all.
            if value not in self._permanent and not (self._unsaved and slot in self._unsaved):
                self._save(value, slot)
        words = Words(self.park, self._location)
        for word in self._words:
            if word.slot not in self._unsaved:
                self._save(words.compose(word), word.slot)

    def reload(self) -> dict[SSAValue, SSAValue]:
        """Reload all; what stands for each value from there on."""
        again = {value: self._reload(slot, value.type, value.name_hint) for value, slot in self._slots.items()}
        words = Words(self.resume, self._location)
        for word in self._words:
            for value, taken in words.take(self._reload(word.slot, i32, None), word).items():
                taken.name_hint = value.name_hint
                again[value] = taken
        return again

    def compute(self, block: Block, values: Iterable[SSAValue], names: dict[SSAValue, SSAValue]) -> None:
        """Compute values again in one of the blocks, operands first, from those that `names` gives, to which they are added."""
        for value in values:
            if value in names:
                continue
            op = value.owner
            assert isinstance(op, Operation)
            copy = append(block, op.clone(names), op.location)
            for old, new in zip(op.results, copy.results, strict=True):
                new.name_hint = old.name_hint
                names[old] = new

    def connect(self) -> None:
        """Write the terminators."""
        old, location = self.suspension, self._location
        kind, arguments, following = old.kind.data, old.arguments, old.successors[0]
        park = append(self.park, sm.ParkOp(kind, arguments, old.number, self.resume, old.call), location)
        append(self.resume, cf.BranchOp(following, *self.resume.args), location)
        append(self.ready, cf.BranchOp(following, *self.ready.args), location)
        block = old.parent
        assert block is not None
        new = append(block, sm.SuspendOp(kind, arguments, old.number, [self.ready, self.park], old.call), location)
        new.attributes, park.attributes = dict(old.attributes), dict(old.attributes)
        erase(old)

    def _save(self, value: SSAValue, slot: sm.SlotAttr) -> None:
        self.park.add_op(sm.SaveOp.create(operands=[value], properties={"slot": slot}, location=self._location))

    def _reload(self, slot: sm.SlotAttr, type_: Attribute, hint: str | None) -> SSAValue:
        op = sm.ReloadOp.create(result_types=[type_], properties={"slot": slot}, location=self._location)
        self.resume.add_op(op)
        op.result.name_hint = hint
        return op.result

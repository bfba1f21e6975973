"""
The blocks on a suspension's ways, and the saves and reloads in them.

    suspend ──► ready(produced) ───────────────────────────────► next(produced)
       └──────► park: words, saves ──► resume(produced): reloads, words taken apart ──► next
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xdsl.dialects import cf
from xdsl.dialects.builtin import i32
from xdsl.ir import Block, Operation, SSAValue

from asyncir.dialects import sm
from asyncir.passes.layout.copies import append_new, reload, save
from asyncir.passes.layout.request import Layout
from asyncir.passes.layout.words import Words
from asyncir.passes.rewriting import append, erase, new_block
from asyncir.passes.ssa_repair import Names


class Edges:
    """The ready, park and resume blocks of one suspension."""

    def __init__(self, suspension: sm.SuspendOp, layout: Layout) -> None:
        self.suspension = suspension
        self._location = suspension.location
        self._slots = layout.slots[suspension]
        self._words = layout.words.get(suspension, ())
        self._unsaved = layout.kept.get(suspension, frozenset[SSAValue]()) | layout.permanent
        hints = [argument.name_hint for argument in suspension.successors[0].args]
        self.park = Block()
        self.resume = new_block(suspension.produced, suspension.location, hints)
        self.ready = new_block(suspension.produced, suspension.location, hints)

    def save(self, name: Callable[[SSAValue], SSAValue]) -> None:
        """Save what the slots do not hold already; `name` gives what stands for a value in the park block."""
        park = self.park.last_op
        assert park is not None
        park.detach()
        unsaved, location = self._unsaved, self._location
        slots = self._slots.items()
        append_new(self.park, [save(name(value), slot, location) for value, slot in slots if not unsaved or value not in unsaved])
        words = Words(self.park, location)
        for word in self._words:
            if word.parts[0][0] not in unsaved:
                append_new(self.park, [save(words.compose(word, name), word.slot, location)])
        self.park.add_op(park)

    def reload(self) -> Names:
        """Reload all; what stands for each value from there on."""
        location = self._location
        ops = [reload(slot, value.type, value.name_hint, location) for value, slot in self._slots.items()]
        append_new(self.resume, ops)
        names: Names = [(value, op.results[0]) for value, op in zip(self._slots, ops, strict=True)]
        words = Words(self.resume, location)
        for word in self._words:
            bits = reload(word.slot, i32, None, location)
            append_new(self.resume, [bits])
            for value, taken in words.take(bits.result, word).items():
                taken.name_hint = value.name_hint
                names.append((value, taken))
        return names

    def compute(self, block: Block, values: Sequence[SSAValue], given: Names) -> Names:
        """Compute values again in one of the blocks, operands first, from what is given there; what stands for them then."""
        names = dict(given) if values else {}
        found: Names = []
        for value in values:
            if value in names:
                continue
            op = value.owner
            assert isinstance(op, Operation)
            copy = append(block, op.clone(names), op.location)
            for old, new in zip(op.results, copy.results, strict=True):
                new.name_hint = old.name_hint
                names[old] = new
                found.append((old, new))
        return found

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

"""
Dominance of blocks, operations and values, as MLIR has it:

- a block that the entry does not reach is dominated by every block and dominates no reachable one;
- in a graph region (a module's, or that of an unregistered operation) the order inside a block means nothing;
- a value is seen in the regions nested in the operations it dominates, unless one of them is isolated from above.

The answers hold until the IR changes. Building is near-linear, a question takes O(nesting).
"""

from __future__ import annotations

from xdsl.dialects.builtin import ModuleOp, UnregisteredOp
from xdsl.ir import Block, BlockArgument, Operation, Region, SSAValue
from xdsl.traits import IsolatedFromAbove

from asyncir.analysis.cfg import successors
from asyncir.analysis.dominator_tree import immediate_dominators, intervals


class DominanceInfo:
    """Dominance among the blocks of one region."""

    def __init__(self, region: Region) -> None:
        self.blocks: list[Block] = []
        """The reachable blocks in the order of a depth-first walk; the entry is the first."""
        self._index: dict[Block, int] = {}
        parent: list[int] = []
        if (entry := region.first_block) is not None:
            parent = self._walk(entry)
        preds: list[list[int]] = [[] for _ in self.blocks]
        for index, block in enumerate(self.blocks):
            for successor in successors(block):
                preds[self._index[successor]].append(index)
        self._dominator = immediate_dominators(parent, preds)
        self._enter, self._leave = intervals(self._dominator)

    def _walk(self, entry: Block) -> list[int]:
        """Number the reachable blocks depth first; returns the parent of each in that walk."""
        parent: list[int] = []
        pending = [(entry, 0)]
        while pending:
            block, above = pending.pop()
            if block in self._index:
                continue
            number = self._index[block] = len(self.blocks)
            self.blocks.append(block)
            parent.append(above)
            pending += [(successor, number) for successor in reversed(successors(block)) if successor not in self._index]
        return parent

    def is_reachable(self, block: Block) -> bool:
        return block in self._index

    def immediate_dominator(self, block: Block) -> Block | None:
        """None for the entry and for unreachable blocks."""
        index = self._index.get(block, 0)
        return self.blocks[self._dominator[index]] if index else None

    def dominates(self, a: Block, b: Block) -> bool:
        """Whether each path from the entry to `b` passes `a`; a block dominates itself."""
        if a is b:
            return True
        b_index = self._index.get(b)
        if b_index is None:
            return True
        a_index = self._index.get(a)
        if a_index is None:
            return False
        return self._enter[a_index] <= self._enter[b_index] and self._leave[b_index] <= self._leave[a_index]

    def interval(self, block: Block) -> tuple[int, int]:
        """Two numbers of a reachable block. It dominates another exactly if the other's first lies between them, or is its own first."""
        index = self._index[block]
        return self._enter[index], self._leave[index]

    def strictly_dominates(self, a: Block, b: Block) -> bool:
        return a is not b and self.dominates(a, b)


class Dominance:
    """Dominance in a whole module; regions and blocks are numbered when first asked about."""

    def __init__(self) -> None:
        self._infos: dict[Region, DominanceInfo] = {}
        self._order: dict[Operation, int] = {}
        self._numbered: set[Block] = set()

    def info(self, region: Region) -> DominanceInfo:
        found = self._infos.get(region)
        if found is None:
            found = self._infos[region] = DominanceInfo(region)
        return found

    def comes_before(self, a: Operation, b: Operation) -> bool:
        """Whether `a` comes before `b`; both are of one block."""
        if a.parent is not None and a.parent not in self._numbered:
            self._numbered.add(a.parent)
            self._order.update((operation, number) for number, operation in enumerate(a.parent.ops))
        return self._order[a] < self._order[b]

    def block_dominates(self, a: Block, b: Block) -> bool:
        """Whether `a` dominates `b`; both are of one region."""
        if a is b:
            return True
        assert a.parent is not None and a.parent is b.parent
        return self.info(a.parent).dominates(a, b)

    def properly_dominates_op(self, definition: Operation | SSAValue, use: Operation) -> bool:
        """Whether a value, or the results of an operation, may be an operand of `use`."""
        owner = definition.owner if isinstance(definition, SSAValue) else definition
        block = owner if isinstance(owner, Block) else owner.parent
        if block is None or block.parent is None:
            return False
        seen_from = enclosing_op_in(block.parent, use)
        if seen_from is None or seen_from.parent is None:
            return False
        if seen_from.parent is not block:
            return self.block_dominates(block, seen_from.parent)
        if isinstance(owner, Block) or is_graph_region(block.parent):
            return True
        return self.comes_before(owner, seen_from)


def enclosing_op_in(region: Region, operation: Operation) -> Operation | None:
    """
    The operation directly in `region` that is or encloses `operation`; None if there is none, or if an operation
    isolated from above stands between.
    """
    current: Operation | None = operation
    while current is not None and current.parent_region() is not region:
        current = current.parent_op()
        if current is not None and is_isolated(current):
            return None
    return current


def is_isolated(operation: Operation) -> bool:
    return operation.has_trait(IsolatedFromAbove, value_if_unregistered=False)


def is_graph_region(region: Region) -> bool:
    """Whether the order of the region's operations means nothing."""
    return isinstance(region.parent, ModuleOp | UnregisteredOp)


def defining_block(value: SSAValue) -> Block | None:
    """The block that a value belongs to."""
    if isinstance(value, BlockArgument):
        return value.block
    owner = value.owner
    return owner.parent if isinstance(owner, Operation) else owner

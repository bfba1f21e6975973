"""
Dominator trees of plain graphs, by Lengauer and Tarjan's algorithm ("A fast algorithm for finding dominators in a
flowgraph", TOPLAS 1979) with path compression: O(m log n) for every graph.

The iterative algorithm of Cooper, Harvey and Kennedy is shorter, but quadratic when many blocks of a long chain go to
one common exit, as the blocks of a task that may fail do.

Nodes are numbers 0..n-1 in the order of a depth-first walk, 0 is the root.
"""

from __future__ import annotations

from collections.abc import Sequence


def immediate_dominators(parent: Sequence[int], preds: Sequence[Sequence[int]]) -> list[int]:
    """
    The immediate dominator of each node, given its parent in the depth-first tree and its predecessors. The root's is
    itself.
    """
    count = len(parent)
    semi = list(range(count))
    forest = _Forest(semi)
    dominator = [0] * count
    # Nodes by their semidominator, waiting for their dominator.
    bucket: list[list[int]] = [[] for _ in range(count)]
    for node in range(count - 1, 0, -1):
        for pred in preds[node]:
            semi[node] = min(semi[node], semi[forest.smallest(pred)])
        bucket[semi[node]].append(node)
        above = parent[node]
        forest.ancestor[node] = above
        for waiting in bucket[above]:
            best = forest.smallest(waiting)
            dominator[waiting] = best if semi[best] < semi[waiting] else above
        bucket[above].clear()
    for node in range(1, count):
        if dominator[node] != semi[node]:
            dominator[node] = dominator[dominator[node]]
    return dominator


class _Forest:
    """The part of the depth-first tree that was visited; answers which node above has the smallest semidominator."""

    def __init__(self, semi: list[int]) -> None:
        self.semi = semi
        self.ancestor = [-1] * len(semi)
        self.label = list(range(len(semi)))

    def smallest(self, node: int) -> int:
        """The node of smallest semidominator on the path from the node up to, but without, the root of its tree."""
        ancestor, label, semi = self.ancestor, self.label, self.semi
        path: list[int] = []
        while ancestor[node] >= 0 and ancestor[ancestor[node]] >= 0:
            path.append(node)
            node = ancestor[node]
        # From the top down: each node takes over the best of its ancestor, then skips it.
        for below in reversed(path):
            above = ancestor[below]
            if semi[label[above]] < semi[label[below]]:
                label[below] = label[above]
            ancestor[below] = ancestor[above]
            node = below
        return label[node]


def intervals(dominator: Sequence[int]) -> tuple[list[int], list[int]]:
    """
    For each node the times at which a walk of the dominator tree enters and leaves it: a dominates b iff the interval
    of a contains that of b.
    """
    children: list[list[int]] = [[] for _ in dominator]
    for node in range(1, len(dominator)):
        children[dominator[node]].append(node)
    enter, leave = [0] * len(dominator), [0] * len(dominator)
    time = 0
    pending = [0] if dominator else []
    while pending:
        node = pending.pop()
        time += 1
        if node < 0:
            leave[~node] = time
            continue
        enter[node] = time
        pending.append(~node)
        pending += children[node]
    return enter, leave

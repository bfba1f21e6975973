"""
Minimum vertex cut: the cheapest nodes of a graph of operands and results through which every path from a source to a sink goes.
Ends count: a source or a sink may be cut itself.

Each node becomes an edge of its weight, each edge of the graph one that cannot be cut, and the maximum flow gives the cut (Ford and
Fulkerson; the flow by Dinic, "Algorithm for solution of a problem of maximum flow in networks with power estimation", 1970). The
search goes from the sinks against the edges and looks at a node's operands only when it gets there: most cuts are near the sinks,
while what all of them are computed from is most of the program. (networkx.minimum_cut wants the whole graph; the tests compare.)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Generic, TypeVar

NodeT = TypeVar("NodeT", bound=Hashable)

UNCUTTABLE = 1 << 100
"""More than any sum of weights: what must not be cut."""

_START, _END = 0, 1


def minimum_vertex_cut(
    sinks: Iterable[NodeT], operands: Callable[[NodeT], Sequence[NodeT] | None], weight: Callable[[NodeT], int]
) -> list[NodeT]:
    """
    The nodes of a cut of least weight; of several such cuts, the one nearest to the sinks. `operands` are the nodes with an edge to
    a node, None for a source; a node that no source leads to needs no cut.

    Raises ValueError if some path has only nodes of weight UNCUTTABLE.
    """
    network = _Network(operands, weight)
    for sink in dict.fromkeys(sinks):
        network.add(_START, network.number(sink), UNCUTTABLE)
    if network.maximum_flow() >= UNCUTTABLE:
        raise ValueError("there is a path from a source to a sink that must not be cut")
    return network.cut()


class _Network(Generic[NodeT]):
    """
    Node i of the graph is entered, coming from the sinks, at 2i + 2 and left at 2i + 3. Edges come in pairs: edge e and its reverse
    e ^ 1. Edges from where a node is left are added when the search first gets there.
    """

    def __init__(self, operands: Callable[[NodeT], Sequence[NodeT] | None], weight: Callable[[NodeT], int]) -> None:
        self._operands = operands
        self._weight = weight
        self._nodes: list[NodeT] = []
        self._numbers: dict[NodeT, int] = {}
        self._out: list[list[int]] = [[], []]
        self._head: list[int] = []
        self._rest: list[int] = []
        self._expanded: set[int] = set()
        self._level: list[int] = []

    def number(self, node: NodeT) -> int:
        """Where the node is entered."""
        found = self._numbers.get(node)
        if found is None:
            found = self._numbers[node] = len(self._out)
            self._nodes.append(node)
            self._out += ([], [])
            self.add(found, found + 1, self._weight(node))
        return found

    def add(self, tail: int, head: int, capacity: int) -> None:
        self._out[tail].append(len(self._head))
        self._out[head].append(len(self._head) + 1)
        self._head += (head, tail)
        self._rest += (capacity, 0)

    def _expand(self, number: int) -> None:
        """Add the edges from where a node is left."""
        self._expanded.add(number)
        operands = self._operands(self._nodes[number // 2 - 1])
        if operands is None:
            self.add(number, _END, UNCUTTABLE)
        for operand in dict.fromkeys(operands or ()):
            self.add(number, self.number(operand), UNCUTTABLE)

    def maximum_flow(self) -> int:
        total = 0
        while total < UNCUTTABLE and self._find_levels():
            position = [0] * len(self._out)
            while total < UNCUTTABLE and (pushed := self._push(position)):
                total += pushed
        return total

    def _find_levels(self) -> bool:
        """Set the distances from the start over edges with capacity left, as far as the end's; whether the end is reached."""
        level = self._level = [-1] * len(self._out)
        level[_START] = 0
        pending = deque([_START])
        while pending:
            node = pending.popleft()
            if node > _END and node % 2 and node not in self._expanded:
                self._expand(node)
                level += [-1] * (len(self._out) - len(level))
            if 0 <= level[_END] <= level[node] + 1:
                continue  # What leads to the end from here has its edge; all else leads on.
            for edge in self._out[node]:
                head = self._head[edge]
                if level[head] < 0 and self._rest[edge]:
                    level[head] = level[node] + 1
                    pending.append(head)
        return level[_END] >= 0

    def _push(self, position: list[int]) -> int:
        """Push what fits along one shortest path; 0 if there is none left."""
        path: list[int] = []
        node = _START
        while node != _END:
            edge = self._next(node, position)
            if edge is not None:
                path.append(edge)
                node = self._head[edge]
            elif not path:
                return 0
            else:  # A dead end: the edge to it is done with.
                node = self._head[path.pop() ^ 1]
                position[node] += 1
        amount = min(self._rest[edge] for edge in path)
        for edge in path:
            self._rest[edge] -= amount
            self._rest[edge ^ 1] += amount
        return amount

    def _next(self, node: int, position: list[int]) -> int | None:
        """The first edge, not done with, that leads one level on and has capacity left."""
        edges, level = self._out[node], self._level
        at, below = position[node], level[node] + 1
        while at < len(edges) and not (self._rest[edges[at]] and level[self._head[edges[at]]] == below):
            at += 1
        position[node] = at
        return edges[at] if at < len(edges) else None

    def cut(self) -> list[NodeT]:
        """After maximum_flow, whose last search went as far as it could: the nodes that are entered, but not left."""
        level = self._level
        entries = (2 * index + 2 for index in range(len(self._nodes)))
        return [self._nodes[entry // 2 - 1] for entry in entries if level[entry] >= 0 and level[entry + 1] < 0]

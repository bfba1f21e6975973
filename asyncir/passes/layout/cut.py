"""
The cheapest choice of what to keep across a suspension, what to compute before it and what to compute again behind it.

The graph has a node for each value, and edges from operands to results. A choice cuts it: above the cut are values that behind the
suspension nobody needs any more, on it those that are kept, below it those that are computed again. The costs:

    keep(v)     v is on the cut
    again(v)    v is below the cut, though it was there before the suspension; None: it cannot be computed again

Each node is an edge, entered (coming from the sinks) and left, of capacity keep; from where it is left an edge of capacity again leads
to the end, and edges without limit to its operands. By the theorem of Ford and Fulkerson the maximum flow from the sinks gives the
least cost; of several cuts of that cost the one nearest to the sinks is taken: what the search still reaches when nothing fits any
more. Paths are found shortest first (Edmonds and Karp, 1972), several a round (Dinic, 1970). A node's operands are looked at only when
the search gets to them: most cuts are near the sinks, while most of the program lies above.

Cuts nearest to the sinks agree with each other. Let s come before t, A and B be what lies above (not on) their cuts, and let all of t's
sinks that exist before s be computed through s's sinks, which holds, as what t needs and s precedes is live across s. The cost is a
submodular function of the set above, so cost_s(A ∩ B) + cost_t(A ∪ B) <= cost_s(A) + cost_t(B), where A ∩ B is a choice for s
and A ∪ B one for t; both sides are then equal, and as B is the largest best choice for t, A ⊆ B. So nothing that t keeps, and that
existed before s, lies above s's cut: it is kept over s, or computed again behind it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence

from xdsl.ir import SSAValue

UNLIMITED = 1 << 200

_START, _END = 0, 1


class Cut:
    """The network of one suspension."""

    def __init__(
        self,
        operands: Callable[[SSAValue], Sequence[SSAValue]],
        keep: Callable[[SSAValue], int],
        again: Callable[[SSAValue], int | None],
    ) -> None:
        self._operands = operands
        self._keep = keep
        self._again = again
        self._values: list[SSAValue] = []
        self._numbers: dict[SSAValue, int] = {}
        self._edges: list[list[int]] = [[], []]
        """For each node the edges from it; edge e ends at _head[e], has room for _room[e], and its reverse is e ^ 1."""
        self._head: list[int] = []
        self._room: list[int] = []
        self._opened: set[int] = set()

    def kept(self, sinks: Iterable[SSAValue]) -> list[SSAValue]:
        """What to keep, so that the sinks are there, or can be computed, behind the suspension."""
        for sink in dict.fromkeys(sinks):
            # What nothing computes is kept whatever else is: to go that way costs no more.
            self._connect(_START, self._enter(sink, certain=self._again(sink) is None), UNLIMITED)
        distance = self._distances()
        while distance[_END] >= 0:
            self._fill(distance)
            distance = self._distances()
        entered = (2 * index + 2 for index in range(len(self._values)))
        return [self._values[node // 2 - 1] for node in entered if distance[node] >= 0 and distance[node + 1] < 0]

    def _enter(self, value: SSAValue, *, certain: bool = False) -> int:
        """The node where a value is entered; the next is where it is left."""
        node = self._numbers.get(value)
        if node is None:
            node = self._numbers[value] = len(self._edges)
            self._values.append(value)
            self._edges += ([], [])
            self._connect(node, node + 1, 0 if certain else self._keep(value))
        return node

    def _open(self, node: int) -> None:
        """Make the edges from where a value is left."""
        self._opened.add(node)
        value = self._values[node // 2 - 1]
        again = self._again(value)
        self._connect(node, _END, UNLIMITED if again is None else again)
        if again is not None:
            for operand in dict.fromkeys(self._operands(value)):
                self._connect(node, self._enter(operand), UNLIMITED)

    def _connect(self, tail: int, head: int, room: int) -> None:
        self._edges[tail].append(len(self._head))
        self._edges[head].append(len(self._head) + 1)
        self._head += (head, tail)
        self._room += (room, 0)

    def _distances(self) -> list[int]:
        """Of each node from the start, over edges with room, up to the end's; -1 if it is not reached. All that is reached is opened."""
        distance = [0] + [-1] * (len(self._edges) - 1)
        pending = deque([_START])
        while pending:
            node = pending.popleft()
            if node > _END and node & 1 and node not in self._opened:
                self._open(node)
                distance += [-1] * (len(self._edges) - len(distance))
            if 0 <= distance[_END] <= distance[node]:
                return distance
            for edge in self._edges[node]:
                head = self._head[edge]
                if distance[head] < 0 and self._room[edge]:
                    distance[head] = distance[node] + 1
                    if head != _END:
                        pending.append(head)
        return distance

    def _fill(self, distance: list[int]) -> None:
        """Push along shortest paths until none has room."""
        position = [0] * len(self._edges)
        path: list[int] = []
        node = _START
        while True:
            if node == _END:
                amount = min(self._room[edge] for edge in path)
                for edge in path:
                    self._room[edge] -= amount
                    self._room[edge ^ 1] += amount
                path, node = [], _START
                continue
            edges = self._edges[node]
            while position[node] < len(edges) and not self._leads_on(edges[position[node]], distance, distance[node] + 1):
                position[node] += 1
            if position[node] < len(edges):
                path.append(edges[position[node]])
                node = self._head[path[-1]]
            elif path:
                node = self._head[path.pop() ^ 1]
                position[node] += 1
            else:
                return

    def _leads_on(self, edge: int, distance: list[int], wanted: int) -> bool:
        return self._room[edge] > 0 and distance[self._head[edge]] == wanted

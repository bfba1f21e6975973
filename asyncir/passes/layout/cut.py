"""
The cheapest choice of what to keep across a suspension, what to compute before it and what to compute again behind it.

The graph has a node for each value, and edges from operands to results. A choice cuts it: above the cut are values that behind the
suspension nobody needs any more, on it those that are kept, below it those that are computed again. The costs:

    keep(v)     v is on the cut
    again(v)    v is below the cut, though it was there before the suspension; None: it cannot be computed again

Each node is an edge, entered (coming from the sinks) and left, of capacity keep; from where it is left an edge of capacity again leads
to the end, and edges without limit to its operands. All sinks are entered at the start, so no edge need lead to one. By the theorem of
Ford and Fulkerson the maximum flow from the sinks gives the least cost; of several cuts of that cost the one nearest to the sinks is
taken: what the search still reaches when nothing fits any more. Paths are found shortest first (Edmonds and Karp, 1972), several a round
(Dinic, 1970). A node's operands are looked at only when the search gets to them: most cuts are near the sinks, while most of the
program lies above.

Cuts nearest to the sinks agree with each other. Let s come before t, A and B be what lies above (not on) their cuts, and let all of t's
sinks that exist before s be computed through s's sinks, which holds, as what t needs and s precedes is live across s. The cost is a
submodular function of the set above, so cost_s(A ∩ B) + cost_t(A ∪ B) <= cost_s(A) + cost_t(B), where A ∩ B is a choice for s
and A ∪ B one for t; both sides are then equal, and as B is the largest best choice for t, A ⊆ B. So nothing that t keeps, and that
existed before s, lies above s's cut: it is kept over s, or computed again behind it.
"""

from __future__ import annotations

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
        self._numbers: dict[int, int] = {}
        """The nodes of values, by their identity."""
        self._wanted: dict[int, SSAValue] = {}
        """The sinks, by identity."""
        self._edges: list[list[int]] = [[], []]
        """For each node the edges from it; edge e ends at _head[e], has room for _room[e], and its reverse is e ^ 1."""
        self._head: list[int] = []
        self._room: list[int] = []
        self._opened: set[int] = set()

    def kept(self, sinks: Iterable[SSAValue]) -> list[SSAValue]:
        """What to keep, so that the sinks are there, or can be computed, behind the suspension."""
        wanted = self._wanted = {id(sink): sink for sink in sinks}
        # What nothing computes is kept whatever else is, and needs no node. Most sinks are such.
        computed = [sink for sink in wanted.values() if self._again(sink) is not None]
        if not computed:
            return list(wanted.values())
        nodes = [self._add(sink) for sink in computed]
        for node, sink in zip(nodes, computed, strict=True):
            self._connect(_START, node + 1, self._keep(sink))
        for node in nodes:
            self._open(node + 1)
            self._push(self._edges[_START][node // 2 - 1], node + 1)
        distance = self._distances()
        while distance[_END] >= 0:
            self._fill(distance)
            distance = self._distances()
        lost = {id(sink) for node, sink in zip(nodes, computed, strict=True) if distance[node + 1] >= 0}
        behind = range(len(nodes), len(self._values))
        others = (index for index in behind if distance[2 * index + 2] >= 0 and distance[2 * index + 3] < 0)
        return [sink for number, sink in wanted.items() if number not in lost] + [self._values[index] for index in others]

    def _push(self, keep: int, node: int) -> None:
        """Push along the shortest path there may be: over a sink right to the end."""
        room, edges = self._room, self._edges[node]
        if len(edges) > 1 and self._head[edges[1]] == _END:
            amount = min(room[keep], room[edges[1]])
            for edge in (keep, edges[1]):
                room[edge] -= amount
                room[edge ^ 1] += amount

    def _add(self, value: SSAValue) -> int:
        """A new node, where the value is entered; the next is where it is left."""
        node = len(self._edges)
        self._values.append(value)
        self._edges += ([], [])
        return node

    def _enter(self, value: SSAValue) -> int:
        """The node where a value is entered that is no sink."""
        node = self._numbers.get(id(value))
        if node is None:
            node = self._numbers[id(value)] = self._add(value)
            self._connect(node, node + 1, self._keep(value))
        return node

    def _open(self, node: int) -> None:
        """Make the edges from where a value is left."""
        self._opened.add(node)
        value = self._values[node // 2 - 1]
        again = self._again(value)
        if again is None:
            self._connect(node, _END, UNLIMITED)
            return
        if again:
            self._connect(node, _END, again)
        operands = self._operands(value)
        for operand in operands if len(operands) < 2 else dict.fromkeys(operands):
            if id(operand) not in self._wanted:
                self._connect(node, self._enter(operand), UNLIMITED)

    def _connect(self, tail: int, head: int, room: int) -> None:
        edge = len(self._head)
        self._edges[tail].append(edge)
        self._edges[head].append(edge + 1)
        self._head += (head, tail)
        self._room += (room, 0)

    def _distances(self) -> list[int]:
        """Of each node from the start, over edges with room, up to the end's; -1 if it is not reached. All that is reached is opened."""
        every, heads, room, opened = self._edges, self._head, self._room, self._opened
        distance = [0] + [-1] * (len(every) - 1)
        pending = [_START]
        for node in pending:
            if node & 1 and node > _END and node not in opened:
                self._open(node)
                distance += [-1] * (len(every) - len(distance))
            further = distance[node] + 1
            if 0 <= distance[_END] < further:
                return distance
            for edge in every[node]:
                if room[edge] and distance[head := heads[edge]] < 0:
                    distance[head] = further
                    if head != _END:
                        pending.append(head)
        return distance

    def _fill(self, distance: list[int]) -> None:
        """Push along shortest paths until none has room; nodes from which no path leads on lose their distance."""
        every, heads, room = self._edges, self._head, self._room
        position = [0] * len(every)
        path: list[int] = []
        node = _START
        while True:
            if node == _END:
                amount = min(room[edge] for edge in path)
                for edge in path:
                    room[edge] -= amount
                    room[edge ^ 1] += amount
                path, node = [], _START
                continue
            edges, at, wanted = every[node], position[node], distance[node] + 1
            while at < len(edges) and not (room[edges[at]] and distance[heads[edges[at]]] == wanted):
                at += 1
            position[node] = at
            if at < len(edges):
                path.append(edges[at])
                node = heads[edges[at]]
            elif path:
                distance[node] = -1
                node = heads[path.pop() ^ 1]
                position[node] += 1
            else:
                return

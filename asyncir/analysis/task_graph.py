"""
The task graph of a kernel: its tasks, the channels between them, who waits for whom, which arrays each touches, and what each costs.

A task is the kernel, or one place in the text where a task is started; if that is in a loop or recursive, it stands for many. Edges:

    starts     from a task to one that it starts
    ends for   from a task to one that waits for its end
    fills      from a task to a channel that it sends to or writes
    feeds      from a channel to a task that receives from it

The critical path is the longest way from the kernel to an end, by operations, a round of each loop (task_costs.py): of tasks in a cycle,
which go round together, the sum counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from xdsl.dialects import func, memref
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import BlockArgument, Operation, SSAValue

from asyncir.analysis.callgraph import FunctionLike, callee_name, functions
from asyncir.analysis.task_costs import Cost, cost_of
from asyncir.dialects import async_, task
from asyncir.dialects.interfaces import successor_operands
from asyncir.dialects.locations import location_of
from asyncir.dialects.task_copy import VIEWS, CopyOp
from asyncir.dialects.task_tiles import AcquireSlotOp, ReceiveSlotOp, TileChannelOp

if TYPE_CHECKING:
    import networkx

_WRITES = (memref.StoreOp, memref.AtomicRMWOp)
_READS = (memref.LoadOp, memref.AtomicRMWOp)


@dataclass(frozen=True)
class TaskNode:
    """A task: the kernel, or a place where one is started."""

    name: str
    function: FunctionLike
    call: async_.CallOp | None
    cost: Cost
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    """The kernel's arrays that it touches: %names of its parameters, or what stands for an array that is none."""


@dataclass(frozen=True)
class ChannelNode:
    """A channel, by the operation that makes it."""

    name: str
    op: Operation


@dataclass
class TaskGraph:
    """The tasks and channels of a kernel, and the edges between their names."""

    tasks: dict[str, TaskNode] = field(default_factory=dict[str, TaskNode])
    channels: dict[str, ChannelNode] = field(default_factory=dict[str, ChannelNode])
    edges: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    """From, to, and the kind."""

    @cached_property
    def graph(self) -> networkx.MultiDiGraph[str]:
        """It as a graph of networkx: nodes have `kind` and `operations`, edges `kind`."""
        import networkx

        graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
        for name, node in self.tasks.items():
            graph.add_node(name, kind="task", operations=node.cost.operations)
        for name in self.channels:
            graph.add_node(name, kind="channel", operations=0)
        for start, end, kind in self.edges:
            graph.add_edge(start, end, kind=kind)
        return graph

    def critical_path(self) -> list[str]:
        """The tasks on the longest way, in order; those of a cycle together, in the order of the text."""
        import networkx

        ahead = networkx.DiGraph((start, end) for start, end, kind in self.edges if kind != "ends for" or start not in self._around(end))
        ahead.add_nodes_from(self.graph)
        parts: Any = networkx.condensation(ahead)
        for part, data in parts.nodes(data=True):
            data["weight"] = sum(self.graph.nodes[name]["operations"] for name in data["members"])
            for before in parts.predecessors(part):
                parts.edges[before, part]["weight"] = data["weight"]
        longest = networkx.dag_longest_path(parts, weight="weight")
        order = list(self.tasks)
        return [name for part in longest for name in sorted(parts.nodes[part]["members"] & set(order), key=order.index)]

    def _around(self, name: str) -> set[str]:
        """The tasks that `name` starts: to await them is no step further in its own time."""
        return {end for start, end, kind in self.edges if kind == "starts" and start == name}

    # -------------------------------------------------------------------------------------------------------------- export

    def to_json(self) -> str:
        """Tasks, channels, edges and the critical path."""
        tasks = [
            {
                "name": name,
                "task": node.function.sym_name.data,
                "place": _place(node.call or node.function),
                "rounds": [asdict(one) for one in node.cost.rounds],
                "live_words": node.cost.live_words,
                "reads": node.reads,
                "writes": node.writes,
            }
            for name, node in self.tasks.items()
        ]
        channels = [{"name": name, "place": _place(node.op), "shape": _shape(node.op)} for name, node in self.channels.items()]
        edges = [{"from": start, "to": end, "kind": kind} for start, end, kind in self.edges]
        return json.dumps({"tasks": tasks, "channels": channels, "edges": edges, "critical_path": self.critical_path()}, indent=2)

    def to_dot(self) -> str:
        """The graph in the language of Graphviz: tasks are boxes, channels ellipses, the critical path is drawn thick."""
        thick = set(self.critical_path())
        lines = ["digraph tasks {"]
        for name, node in self.tasks.items():
            label = f"{name}\\n{node.cost.operations} operations, {node.cost.live_words} words"
            lines.append(f'  "{name}" [shape=box, label="{label}"{", penwidth=2" if name in thick else ""}];')
        lines += [f'  "{name}" [shape=ellipse];' for name in self.channels]
        lines += [f'  "{start}" -> "{end}" [label="{kind}"];' for start, end, kind in self.edges]
        return "\n".join([*lines, "}"])

    def __str__(self) -> str:
        lines: list[str] = []
        for name, node in self.tasks.items():
            arrays = "".join(f", {what} {' '.join(names)}" for what, names in (("reads", node.reads), ("writes", node.writes)) if names)
            lines.append(f"{name}: {node.cost.operations} operations, {node.cost.live_words} words live{arrays}")
        lines += [f"{name}: {_shape(node.op)}" for name, node in self.channels.items()]
        lines += [f"{start} {kind} {end}" for start, end, kind in self.edges]
        return "\n".join([*lines, "critical path: " + " -> ".join(self.critical_path())])


def _place(op: Operation) -> str | None:
    where = location_of(op)
    return None if where is None else str(where)


def _shape(op: Operation) -> str:
    if isinstance(op, TileChannelOp):
        return "{} slots, {} writers, {} readers".format(*op.shape)
    return "a channel"


def task_graph(module: ModuleOp, kernel: str) -> TaskGraph:
    """The graph of a kernel of a module at source level, in the form of CFGs."""
    return _Builder(module, kernel).build()


class _Builder:
    """Walks the tasks from the kernel on; a task stands for the place where it is started."""

    def __init__(self, module: ModuleOp, kernel: str) -> None:
        self._functions = functions(module)
        self._graph = TaskGraph()
        self._kernel = self._functions[kernel]
        self._sites: dict[str, list[str]] = {}
        """The tasks of each function."""
        self._parents: dict[str, str] = {}
        self._made = {id(op): self._channel_name(op) for function in self._functions.values() for op in _operations(function) if _makes(op)}
        self._costs: dict[str, Cost] = {}

    def build(self) -> TaskGraph:
        self._add(f"@{self._kernel.sym_name.data}", self._kernel, None, None)
        pending = [f"@{self._kernel.sym_name.data}"]
        done: set[str] = set()
        while pending:
            name = pending.pop(0)
            function = self._graph.tasks[name].function
            if (symbol := function.sym_name.data) not in done:
                done.add(symbol)
                pending += self._start(name, function)
                continue
            first = self._sites[symbol][0]
            alike = [(name if start == first else start, name if end == first else end, kind) for start, end, kind in self._graph.edges]
            starts = [edge for edge in alike if edge[0] == name and edge[2] == "starts"]
            self._graph.edges += starts
            self._graph.edges += [
                edge for edge in alike if edge[1] == name and edge[2] == "ends for" and (name, edge[0], "starts") in starts
            ]
        for name in self._graph.tasks:
            self._connect(name)
        self._graph.edges = list(dict.fromkeys(self._graph.edges))
        return self._graph

    def _start(self, name: str, function: FunctionLike) -> list[str]:
        """Adds the tasks that a function starts, and who awaits them."""
        started: list[str] = []
        for call in [op for op in _operations(function) if isinstance(op, async_.CallOp)]:
            callee = self._functions[callee_name(call)]
            number = len(self._sites.get(callee.sym_name.data, ()))
            child = f"@{callee.sym_name.data}" + (f"#{number + 1}" if number else "")
            self._add(child, callee, call, name)
            self._graph.edges.append((name, child, "starts"))
            if any(_waits(use.operation) for handle in call.handles for use in handle.uses):
                self._graph.edges.append((child, name, "ends for"))
            started.append(child)
        return started

    def _add(self, name: str, function: FunctionLike, call: async_.CallOp | None, parent: str | None) -> None:
        symbol = function.sym_name.data
        self._sites.setdefault(symbol, []).append(name)
        if parent is not None:
            self._parents[name] = parent
        if symbol not in self._costs:
            self._costs[symbol] = cost_of(function.body, self._functions)
        touched = {reads: tuple(dict.fromkeys(self._arrays(function, call, parent, reads=reads))) for reads in (True, False)}
        self._graph.tasks[name] = TaskNode(name, function, call, self._costs[symbol], touched[True], touched[False])

    def _channel_name(self, op: Operation) -> str:
        hint = op.results[0].name_hint or str(len(self._graph.channels))
        name = f"%{hint}"
        while name in self._graph.channels:
            name += "'"
        self._graph.channels[name] = ChannelNode(name, op)
        return name

    # -------------------------------------------------------------------------------------------- arrays and channels of a task

    def _arrays(self, function: FunctionLike, call: async_.CallOp | None, parent: str | None, *, reads: bool) -> Iterator[str]:
        for array in self._touched(function, reads=reads):
            yield from self._array(array, call, parent)

    def _touched(self, function: FunctionLike, *, reads: bool) -> Iterator[SSAValue]:
        """The arrays that a function touches, and the plain functions that it calls, which do not call themselves."""
        for op in _operations(function):
            if isinstance(op, CopyOp):
                yield op.source if reads else op.target
            elif isinstance(op, _READS if reads else _WRITES):
                yield op.memref
            elif isinstance(op, func.CallOp):
                callee = self._functions[callee_name(op)]
                bases = (base for array in self._touched(callee, reads=reads) for base in _origins(array))
                yield from (op.arguments[base.index] for base in bases if isinstance(base, BlockArgument))

    def _array(self, array: SSAValue, call: async_.CallOp | None, parent: str | None) -> Iterator[str]:
        for base in _origins(array):
            if not isinstance(base, BlockArgument):
                continue  # Its own, or a tile.
            if call is None or base.block.parent is None or base.block is not base.block.parent.first_block:
                yield f"%{base.name_hint or base.index}"
            else:
                outer = self._graph.tasks[parent] if parent is not None else None
                yield from self._array(call.arguments[base.index], outer.call if outer else None, self._parents.get(parent or ""))

    def _connect(self, name: str) -> None:
        """The channels that a task sends to and receives from."""
        node = self._graph.tasks[name]
        for op in _operations(node.function):
            match op:
                case AcquireSlotOp() | task.SendOp() | task.TrySendOp():
                    self._graph.edges += [(name, channel, "fills") for channel in self._channels(op.channel, node)]
                case ReceiveSlotOp() | task.RecvOp():
                    self._graph.edges += [(channel, name, "feeds") for channel in self._channels(op.channel, node)]
                case _:
                    continue

    def _channels(self, channel: SSAValue, node: TaskNode) -> Iterator[str]:
        for base in _origins(channel):
            if isinstance(base, BlockArgument):
                parent = self._graph.tasks.get(self._parents.get(node.name, ""))
                if parent is not None and node.call is not None and base.index < len(node.call.arguments):
                    yield from self._channels(node.call.arguments[base.index], parent)
            elif id(base.owner) in self._made:
                yield self._made[id(base.owner)]


def _origins(value: SSAValue) -> list[SSAValue]:
    """What a value may be: entry arguments and results, behind views and branches."""
    found: list[SSAValue] = []
    seen: set[SSAValue] = set()
    pending = [value]
    while pending:
        value = pending.pop()
        if value in seen:
            continue
        seen.add(value)
        if isinstance(owner := value.owner, Operation):
            if owner.name in VIEWS:
                pending.append(owner.operands[0])
            else:
                found.append(value)
        elif owner.parent is None or owner is owner.parent.first_block:
            found.append(value)
        else:
            assert isinstance(value, BlockArgument)
            pending += _passed(value)
    return found


def _passed(argument: BlockArgument) -> Iterator[SSAValue]:
    region = argument.block.parent
    assert region is not None
    for block in region.blocks:
        for index, successor in enumerate(block.last_op.successors if block.last_op is not None else ()):
            operands = successor_operands(block.last_op, index) if block.last_op is not None else None
            if successor is argument.block and operands is not None:
                yield operands[argument.index]


def _operations(function: FunctionLike) -> Iterator[Operation]:
    for block in function.body.blocks:
        yield from block.ops


def _makes(op: Operation) -> bool:
    return isinstance(op, TileChannelOp | task.ChannelOp)


def _waits(op: Operation) -> bool:
    if isinstance(op, async_.AddToGroupOp):
        return any(isinstance(use.operation, async_.AwaitAllOp) for use in op.group.uses)
    return isinstance(op, async_.AwaitOp | async_.RuntimeAwaitOp | task.TryAwaitOp)

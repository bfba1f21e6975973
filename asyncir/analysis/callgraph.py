"""
Who calls whom: the functions of a module by name, their calls, and the cycles among them. Linear, without recursion.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias, TypeVar

from xdsl.dialects import func
from xdsl.dialects.builtin import ModuleOp, SymbolRefAttr
from xdsl.ir import Operation

from asyncir.dialects import async_, sm

FunctionLike: TypeAlias = func.FuncOp | async_.FuncOp | sm.MachineOp
"""What can be called or started."""

CallLike: TypeAlias = func.CallOp | async_.CallOp | sm.StartOp
"""What calls or starts."""

NodeT = TypeVar("NodeT", bound=Hashable)


def functions(module: ModuleOp) -> dict[str, FunctionLike]:
    """The module's functions, tasks and machines by name, in the order of the text."""
    found = (op for op in module.ops if isinstance(op, FunctionLike))
    return {op.sym_name.data: op for op in found}


def callee_name(call: CallLike) -> str:
    """The name of the function that a call names."""
    return call.callee.string_value()


def calls_in(op: Operation) -> Iterator[CallLike]:
    """The calls in an operation, in the order of the text."""
    return (nested for nested in op.walk() if isinstance(nested, CallLike))


class CallGraph:
    """The calls of a module as they were when it was made."""

    def __init__(self, module: ModuleOp) -> None:
        self.functions: dict[str, FunctionLike] = functions(module)
        self.calls: dict[str, list[CallLike]] = {name: list(calls_in(op)) for name, op in self.functions.items()}
        self.components: list[list[str]] = strongly_connected(self.functions, self.callees)
        """Functions that call each other in a cycle are one component; a component comes after those that it calls."""
        self.recursive: set[str] = {name for part in self.components for name in part if len(part) > 1 or name in self.callees(name)}

    def callees(self, name: str) -> list[str]:
        """The names of the functions that a function calls, each once."""
        return list(dict.fromkeys(called for call in self.calls[name] if (called := callee_name(call)) in self.functions))

    def reachable(self, roots: Iterable[str]) -> set[str]:
        """The functions that the roots call, directly or not, and the roots."""
        seen = set(roots)
        pending = list(seen)
        while pending:
            for called in self.callees(pending.pop()):
                if called not in seen:
                    seen.add(called)
                    pending.append(called)
        return seen


def symbol_references(op: Operation) -> Iterator[str]:
    """The top-level symbols that an operation and all nested in it name."""
    for nested in op.walk():
        for attribute in (*nested.properties.values(), *nested.attributes.values()):
            if isinstance(attribute, SymbolRefAttr):
                yield attribute.root_reference.data


def strongly_connected(nodes: Mapping[NodeT, object], following: Callable[[NodeT], Sequence[NodeT]]) -> list[list[NodeT]]:
    """
    The strongly connected components of a graph, each after those it leads to.

    Source: Tarjan, "Depth-first search and linear graph algorithms", 1972, with an explicit stack.
    """
    number: dict[NodeT, int] = {}
    low: dict[NodeT, int] = {}
    open_nodes: dict[NodeT, None] = {}
    components: list[list[NodeT]] = []
    for root in nodes:
        if root in number:
            continue
        path: list[tuple[NodeT, Iterator[NodeT]]] = [(root, iter(following(root)))]
        number[root] = low[root] = len(number)
        open_nodes[root] = None
        while path:
            node, rest = path[-1]
            for follower in rest:
                if follower not in number:
                    number[follower] = low[follower] = len(number)
                    open_nodes[follower] = None
                    path.append((follower, iter(following(follower))))
                    break
                if follower in open_nodes:
                    low[node] = min(low[node], number[follower])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] == number[node]:
                    components.append(_close(open_nodes, node))
    return components


def _close(open_nodes: dict[NodeT, None], root: NodeT) -> list[NodeT]:
    """Take the nodes opened since `root`, and it, off the open ones; in the order they were opened."""
    component: list[NodeT] = []
    while True:
        node, _ = open_nodes.popitem()
        component.append(node)
        if node == root:
            component.reverse()
            return component

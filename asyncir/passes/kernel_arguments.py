"""
kernel-arguments: what a task is given that is always the same parameter of the kernel need not be given.

Requires: split-suspensions; runs before work-first and layout-frames. Ensures: no machine but the kernel has an argument that is,
wherever it is started, the same parameter of the kernel; nothing else changes.

An argument of a machine *is* parameter k if every start of the machine passes what is parameter k there: the kernel passes its own
parameter, another machine passes an argument of its own that is parameter k, or either a `task.kernel_argument`. Such an argument is
removed, from the starts too, and in the machine a `task.kernel_argument` stands for it, which no frame holds and no hand-over copies: an
array's descriptor is 40 bytes or more. The kernel itself keeps its parameters. Where the program starts the kernel as a task, its own
argument is a parameter only if those starts pass it on unchanged.

    sm.machine @k(%n: i32, %a: memref<?xi32>) attributes {scope = "lane", kernel} {
      %t = sm.start @f(%n, %a) : (i32, memref<?xi32>) -> !async.token
      sm.return
    }
    sm.machine @f(%i: i32, %m: memref<?xi32>) attributes {scope = "lane"} {
      %c0 = arith.constant 0 : index
      %x = memref.load %m[%c0] : memref<?xi32>
      %j = arith.addi %i, %x : i32
      %t = sm.start @f(%j, %m) : (i32, memref<?xi32>) -> !async.token
      sm.return
    }

becomes

    sm.machine @k(%n: i32, %a: memref<?xi32>) attributes {scope = "lane", kernel} {
      %t = sm.start @f(%n) : (i32) -> !async.token
      sm.return
    }
    sm.machine @f(%i: i32) attributes {scope = "lane"} {
      %m = task.kernel_argument {index = 1} : memref<?xi32>
      %c0 = arith.constant 0 : index
      %x = memref.load %m[%c0] : memref<?xi32>
      %j = arith.addi %i, %x : i32
      %t = sm.start @f(%j) : (i32) -> !async.token
      sm.return
    }

The analysis is optimistic, over the lattice unknown > parameter k > anything; an argument sinks at most twice, so it is linear in the
operands of starts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias, TypeVar

from xdsl.context import Context
from xdsl.dialects.builtin import ArrayAttr, FunctionType, ModuleOp
from xdsl.ir import BlockArgument, SSAValue
from xdsl.passes import ModulePass

from asyncir.analysis.callgraph import symbol_references
from asyncir.dialects import sm, task
from asyncir.dialects.remarks import remark
from asyncir.passes.rewriting import located

ItemT = TypeVar("ItemT")


@dataclass(frozen=True)
class KernelArgumentsPass(ModulePass):
    """An argument that is always the same parameter of the kernel is not passed."""

    name = "kernel-arguments"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        machines = {machine.sym_name.data: machine for machine in op.ops if isinstance(machine, sm.MachineOp)}
        kernels = [machine for machine in machines.values() if machine.kernel is not None]
        if len(kernels) != 1:
            return
        program = _Program(kernels[0], machines, _only_started(op, machines))
        program.run()
        removable = program.removable()
        for name, known in removable.items():
            _stop_passing(program.starts[name], {argument.index for argument in known})
        for name, known in removable.items():
            _remove(machines[name], known)


def _only_started(module: ModuleOp, machines: dict[str, sm.MachineOp]) -> set[str]:
    """The machines without a layout that nothing but `sm.start` names."""
    users = (op for op in module.walk() if not op.regions and not isinstance(op, sm.StartOp))
    named = {name for op in users for name in symbol_references(op)}
    return {name for name, machine in machines.items() if not machine.laid_out} - named


_ANYTHING: Final = -1
_Fact: TypeAlias = int | None
"""What an argument is: a parameter of the kernel by its index, _ANYTHING, or None while no start is known to pass it."""


@dataclass
class _Program:
    """What each argument of each machine is."""

    kernel: sm.MachineOp
    machines: dict[str, sm.MachineOp]
    only_started: Collection[str]
    starts: dict[str, list[sm.StartOp]] = field(default_factory=dict[str, list[sm.StartOp]])
    """The starts of each machine."""
    facts: dict[SSAValue, _Fact] = field(default_factory=dict[SSAValue, _Fact])
    """Of the machines' arguments."""

    def __post_init__(self) -> None:
        self.starts = {name: [] for name in self.machines}
        for machine in self.machines.values():
            for block in machine.body.blocks:
                for op in block.ops:
                    if isinstance(op, sm.StartOp):
                        self.starts[op.callee.root_reference.data].append(op)
        for name, machine in self.machines.items():
            pinned = machine is not self.kernel and (name not in self.only_started or not self.starts[name])
            for argument in machine.entry.args:
                self.facts[argument] = argument.index if machine is self.kernel else _ANYTHING if pinned else None

    def run(self) -> None:
        """To the greatest fixpoint: what an argument is may change what those are to which it is passed."""
        pending: list[SSAValue] = []
        for name in self.machines:
            for start in self.starts[name]:
                for index, operand in enumerate(start.arguments):
                    self._pass(start, index, operand, pending)
        while pending:
            value = pending.pop()
            for use in value.uses:
                if isinstance(use.operation, sm.StartOp):
                    self._pass(use.operation, use.index, value, pending)

    def _pass(self, start: sm.StartOp, index: int, operand: SSAValue, pending: list[SSAValue]) -> None:
        """A start passes an operand to the argument of that index."""
        argument = self.machines[start.callee.root_reference.data].entry.args[index]
        old, passed = self.facts[argument], self._fact(operand)
        new = passed if old is None else old if passed is None or passed == old else _ANYTHING
        if new != old:
            self.facts[argument] = new
            pending.append(argument)

    def _fact(self, value: SSAValue) -> _Fact:
        if isinstance(value.owner, task.KernelArgumentOp):
            return value.owner.number
        return self.facts.get(value, _ANYTHING)

    def removable(self) -> dict[str, dict[BlockArgument, int]]:
        """Of each machine but the kernel the arguments that are parameters, and which."""
        found: dict[str, dict[BlockArgument, int]] = {}
        for name, machine in self.machines.items():
            known = {arg: fact for arg in machine.entry.args if (fact := self.facts[arg]) is not None and fact is not _ANYTHING}
            if known and machine is not self.kernel:
                found[name] = known
        return found


def _stop_passing(starts: Sequence[sm.StartOp], indices: Collection[int]) -> None:
    """Take arguments off the starts of a machine."""
    for start in starts:
        start.operands = _without(start.operands, indices)


def _remove(machine: sm.MachineOp, known: dict[BlockArgument, int]) -> None:
    """Take arguments off a machine, and let them be read from the kernel where they are used."""
    indices = {argument.index for argument in known}
    for argument, parameter in known.items():
        message = f"argument {argument.index} of @{machine.sym_name.data} is parameter {parameter} of the kernel"
        remark(machine, "kernel-arguments", "removed", message)
    types = machine.function_type
    machine.properties["function_type"] = FunctionType.from_lists(_without(types.inputs.data, indices), types.outputs.data)
    if machine.arg_attrs is not None:
        machine.properties["arg_attrs"] = ArrayAttr(_without(machine.arg_attrs.data, indices))
    entry = machine.entry
    for argument, parameter in reversed(known.items()):
        if argument.first_use is not None:
            read = located(task.KernelArgumentOp(parameter, argument.type), argument.location)
            read.result.name_hint = argument.name_hint
            argument.replace_all_uses_with(read.result)
            assert entry.first_op is not None
            entry.insert_op_before(read, entry.first_op)
        entry.erase_arg(argument)


def _without(items: Sequence[ItemT], indices: Collection[int]) -> list[ItemT]:
    return [item for index, item in enumerate(items) if index not in indices]

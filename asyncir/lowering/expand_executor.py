"""
expand-executor: `sm` (laid out) -> `rt`. Chooses the executor of the kernel, or takes the one that was asked for.

Requires: laid-out machines, exactly one of them marked `kernel`, plain functions without async ops.
Ensures:  one `rt.kernel`, the machine and site tables, the library functions that are used; no `sm` op is left.

auto takes `static` where the kernel's machine is divided into roles of warps (`task.warps`), `inline` where it neither suspends nor starts
tasks, else `dynamic`; the reason stands in the kernel.
`dispatch` is the policy by which lanes with stacks choose what runs next (docs/dispatch-policies.md).

Before:   sm.machine @k(%x: i32) -> i32 attributes {scope = "lane", kernel, frame = …, arg_slots = […]} {
            %0 = arith.addi %x, %x : i32
            sm.return %0 : i32
          }
After:    rt.kernel @k(%x: i32, %r: !rt.ptr, %control: !rt.ptr, %n: index)
              attributes {executor = "inline", why = "…", scope = "lane", results = [i32]} {
            %t = rt.thread_id : index
            %in_range = arith.cmpi ult, %t, %n : index
            cf.cond_br %in_range, ^run, ^end
            …
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.dialects.func import FuncOp
from xdsl.ir import Attribute, Operation
from xdsl.passes import ModulePass

from asyncir.dialects import rt, rt_block, sm, task, task_scopes
from asyncir.dialects.locations import location_of
from asyncir.dialects.task_tiles import NO_ROLES
from asyncir.errors import InputError
from asyncir.lowering.dispatch import DEFAULT, check_policy, find_policy
from asyncir.lowering.dynamic import DynamicBody
from asyncir.lowering.emit import Expansion, MachineInfo
from asyncir.lowering.frames import frame_shape
from asyncir.lowering.halves import calls
from asyncir.lowering.inline import InlineBody
from asyncir.lowering.library import link
from asyncir.lowering.roots import RootsBody
from asyncir.lowering.stack_worker import StackWorker
from asyncir.lowering.stacks import describe, plan, stack_sizes, units
from asyncir.lowering.static import StaticBody, check_static
from asyncir.lowering.waiting import note_waits
from asyncir.lowering.worker import Worker


@dataclass(frozen=True)
class ExpandExecutorPass(ModulePass):
    """See the file's header."""

    name = "expand-executor"
    executor: str = "auto"
    statistics: bool = False
    dispatch: str = DEFAULT

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        check_policy(self.dispatch)
        machines = [machine for machine in op.body.ops if isinstance(machine, sm.MachineOp)]
        kernel = _kernel(op, machines)
        _check_level(op, machines)
        executor, why = choose(kernel, self.executor)
        expansion = Expansion(statistics=self.statistics)
        _number(expansion, machines, kernel)
        note_waits(expansion, machines)
        body = op.body.block
        if executor in _STRAIGHT:
            new: list[Operation] = [_STRAIGHT[executor](expansion, kernel).kernel(why)]
        else:
            new = _dynamic(expansion, kernel, machines, why, self.dispatch)
        for machine in machines:
            machine.detach()
            machine.erase(safe_erase=False)
        tables = _machine_table(expansion) if executor == "dynamic" else []
        for item in (*tables, *expansion.sites.ops(), *new):
            body.add_op(item)
        link(op, statistics=self.statistics)


_STRAIGHT = {"inline": InlineBody, "static": StaticBody}
"""The executors without a scheduler."""


def _dynamic(expansion: Expansion, kernel: sm.MachineOp, machines: list[sm.MachineOp], why: str, dispatch: str) -> list[Operation]:
    """The worker, the step functions and, where a program has fork-join machines, the table of their states."""
    if len(machines) == 1 and needs_scheduler(kernel) is None:
        return [RootsBody(expansion, kernel).kernel(why)]
    stacks = plan(expansion, machines)
    if not stacks.calls:
        for machine in machines:
            machine.attributes.pop(sm.FORK_JOIN, None)
        return [Worker(expansion, kernel).kernel(why), *(DynamicBody(expansion, machine).function() for machine in machines)]
    heap = [machine for machine in machines if sm.FORK_JOIN not in machine.attributes or calls(machine)]
    expansion.stepless = {machine.sym_name.data for machine in machines} - {machine.sym_name.data for machine in heap}
    expansion.stacks = True
    worker = StackWorker(expansion, kernel, stacks, machines, find_policy(dispatch)).kernel(why)
    worker.attributes |= {**stack_sizes(stacks), rt.DISPATCH: StringAttr(dispatch)}
    return [worker, *(DynamicBody(expansion, machine).function() for machine in heap), describe(stacks), units(stacks)]


def _kernel(module: ModuleOp, machines: list[sm.MachineOp]) -> sm.MachineOp:
    kernels = [machine for machine in machines if machine.kernel is not None]
    if len(kernels) != 1:
        at = kernels[1] if kernels else next(iter(machines), module)
        message = f"expand-executor expects exactly one machine marked kernel, got {len(kernels)}: run select-entry"
        raise InputError(message, location_of(at))
    return kernels[0]


def _check_level(module: ModuleOp, machines: list[sm.MachineOp]) -> None:
    for machine in machines:
        if not machine.laid_out:
            raise InputError(f"@{machine.sym_name.data} has no frame layout: run layout-frames", location_of(machine))
        if machine.scope.data not in ("lane", "warp"):
            raise InputError(f"scope '{machine.scope.data}' needs the static executor", location_of(machine))
    for item in module.body.ops:
        if item.name.startswith("async.") or (isinstance(item, FuncOp) and task.KERNEL in item.attributes):
            raise InputError(f"'{item.name}' op is of the source level: run split-suspensions", location_of(item))


def needs_scheduler(kernel: sm.MachineOp) -> Operation | None:
    """What in a kernel suspends, starts a task or has to do with cancelling, if anything does."""
    return next((op for op in kernel.walk() if isinstance(op, (sm.SuspendOp, sm.StartOp, *task_scopes.SCOPE_OPS))), None)


def choose(kernel: sm.MachineOp, asked: str) -> tuple[str, str]:
    """The executor of a kernel and the reason for it; `asked` is "auto" or what the caller forces."""
    written = kernel.attributes.get(task.EXECUTOR)
    if asked == "auto" and isinstance(written, StringAttr):
        asked = written.data
    obstacle = needs_scheduler(kernel)
    if rt_block.WARPS in kernel.attributes or asked == "static":
        return _choose_static(kernel, asked, obstacle)
    if asked == "auto":
        if obstacle is None:
            return "inline", "nothing in it suspends or starts a task"
        no_roles = kernel.attributes.get(NO_ROLES)
        more = f"; {no_roles.data}" if isinstance(no_roles, StringAttr) else ""
        return "dynamic", f"{_describe(obstacle)} needs a scheduler{more}"
    if asked == "inline":
        if obstacle is not None:
            raise _no_scheduler(kernel, "inline", obstacle)
        return "inline", "asked for"
    if asked == "dynamic":
        return "dynamic", "asked for"
    raise InputError(f"unknown executor '{asked}'", location_of(kernel), help="executors: auto, inline, static, dynamic")


def _choose_static(kernel: sm.MachineOp, asked: str, obstacle: Operation | None) -> tuple[str, str]:
    """What a kernel with roles of warps runs with, or one that is to."""
    if asked not in ("auto", "static"):
        name = kernel.sym_name.data
        raise InputError(f"@{name} has roles of warps: only the static executor runs them, not {asked}", location_of(kernel))
    check_static(kernel)
    if obstacle is not None:
        raise _no_scheduler(kernel, "static", obstacle)
    return "static", "its roles run on warps of a block" if asked == "auto" else "asked for"


def _no_scheduler(kernel: sm.MachineOp, executor: str, obstacle: Operation) -> InputError:
    return InputError(
        f"@{kernel.sym_name.data} cannot run with the {executor} executor: {_describe(obstacle)} needs a scheduler",
        location_of(obstacle),
        help="use executor dynamic (or auto)",
    )


def _describe(op: Operation) -> str:
    what = f"starting @{op.callee.root_reference.data}" if isinstance(op, sm.StartOp) else f"'{op.name}'"
    if isinstance(op, sm.SuspendOp):
        what = f"the suspension '{op.kind.data}'"
    where = location_of(op)
    return f"{what} at {where}" if where is not None else what


def _number(expansion: Expansion, machines: list[sm.MachineOp], kernel: sm.MachineOp) -> None:
    """The kernel is number 1; the others follow in the module's order."""
    ordered = [kernel, *(machine for machine in machines if machine is not kernel)]
    for number, machine in enumerate(ordered, start=1):
        assert machine.arg_slots is not None
        slots = tuple((slot.in_rows, slot.offset.value.data) for slot in machine.arg_slots.data)
        name = machine.sym_name.data
        site = expansion.sites.number(machine, "task", name)
        warp, states = machine.scope.data == "warp", _states(expansion, machine)
        parameters = _kernel_arguments(machine)
        shape = frame_shape(machine)
        expansion.machines[name] = MachineInfo(number, name, shape, warp, slots, site, states, parameters, largest=machine.largest)


def _kernel_arguments(machine: sm.MachineOp) -> dict[int, Attribute]:
    """The kernel's parameters that a machine reads."""
    reads = [op for block in machine.body.blocks for op in block.ops if isinstance(op, task.KernelArgumentOp)]
    return {op.number: op.result.type for op in sorted(reads, key=lambda op: op.number)}


def _states(expansion: Expansion, machine: sm.MachineOp) -> tuple[int, ...]:
    """The sites of states 1, 2, …"""
    found: dict[int, int] = {}
    for block in machine.body.blocks:
        last = block.last_op
        if isinstance(last, sm.SuspendOp):
            found[last.number] = expansion.sites.number(last, str(last.kind.data))
    return tuple(found.get(number, 0) for number in range(1, max(found, default=0) + 1))


def _machine_table(expansion: Expansion) -> list[Operation]:
    return [
        rt.MachineOp(
            info.number, info.name, "warp" if info.warp else "lane", info.shape.reported_bytes, info.site, info.states, info.largest
        )
        for info in expansion.machines.values()
    ]

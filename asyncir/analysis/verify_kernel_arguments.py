"""`task.kernel_argument` names a parameter of the module's kernel: one look at the module for all of them."""

from __future__ import annotations

from collections.abc import Sequence

from xdsl.dialects.func import FuncOp
from xdsl.ir import Operation
from xdsl.utils.exceptions import VerifyException

from asyncir.dialects import sm, task
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError


def check_kernel_arguments(operations: Sequence[Operation]) -> None:
    """Raises InputError at the first one, of all operations of a module, that the kernel has no parameter for."""
    used = [op for op in operations if isinstance(op, task.KernelArgumentOp)]
    if not used:
        return
    kernels = [op for op in operations if _is_kernel(op)]
    if len(kernels) != 1:
        message = f"'task.kernel_argument' op in a module with {len(kernels)} kernels: it needs exactly one"
        raise InputError(message, location_of(used[0]), help="run select-entry first" if kernels else "mark the kernel task.kernel")
    kernel = kernels[0]
    assert isinstance(kernel, FuncOp | sm.MachineOp)
    for op in used:
        try:
            op.verify_kernel(kernel)
        except VerifyException as error:
            raise InputError(str(error), location_of(op), notes=[("the kernel is defined here", location_of(kernel))]) from error


def _is_kernel(op: Operation) -> bool:
    return (isinstance(op, FuncOp) and task.KERNEL in op.attributes) or (isinstance(op, sm.MachineOp) and op.kernel is not None)

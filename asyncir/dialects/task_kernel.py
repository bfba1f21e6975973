"""What a task sees of the kernel that it descends from: the parameters, which all tasks of a launch share."""

from __future__ import annotations

from typing import Protocol

from xdsl.dialects.builtin import FunctionType, IntegerAttr, i64
from xdsl.ir import Attribute
from xdsl.irdl import IRDLOperation, ParsePropInAttrDict, irdl_op_definition, prop_def, result_def, traits_def
from xdsl.traits import Pure
from xdsl.utils.exceptions import VerifyException


@irdl_op_definition
class KernelArgumentOp(IRDLOperation):
    """
    The launch's argument of that index: what the root that this task descends from was given as its parameter `index`. The same in
    every task of a launch, so no frame holds it. The type is that of the kernel's parameter.

    ```mlir
    %a = task.kernel_argument {index = 1} : memref<?xi32>
    ```
    """

    name = "task.kernel_argument"
    index = prop_def(IntegerAttr)
    result = result_def()
    irdl_options = (ParsePropInAttrDict(),)
    assembly_format = "attr-dict `:` type($result)"
    traits = traits_def(Pure())

    def __init__(self, index: int, result_type: Attribute):
        super().__init__(result_types=[result_type], properties={"index": IntegerAttr(index, i64)})

    @property
    def number(self) -> int:
        """The parameter's index."""
        return self.index.value.data

    def verify_(self) -> None:
        if self.index.type != i64:
            raise VerifyException(f"'task.kernel_argument' op index must be an i64, got {self.index}")
        if self.number < 0:
            raise VerifyException(f"'task.kernel_argument' op index must be 0 or more, got {self.number}")

    def verify_kernel(self, kernel: KernelLike) -> None:
        """Raises VerifyException unless the kernel has such a parameter."""
        types = kernel.function_type.inputs.data
        name = kernel.sym_name.data
        if self.number >= len(types):
            raise VerifyException(f"'task.kernel_argument' op has index {self.number}: the kernel @{name} has {len(types)} parameters")
        if self.result.type != types[self.number]:
            expected = types[self.number]
            raise VerifyException(
                f"'task.kernel_argument' op has type {self.result.type}: parameter {self.number} of the kernel @{name} is {expected}"
            )


class _Name(Protocol):
    @property
    def data(self) -> str: ...


class KernelLike(Protocol):
    """A kernel at any level that has this op: a function or a machine."""

    @property
    def sym_name(self) -> _Name: ...

    @property
    def function_type(self) -> FunctionType: ...

"""
rt-to-llvm{target= arch=}: the program of a module at the `rt` level as llvm and nvvm operations for one target.

Requires: rt, cf, arith, math, memref, func and gpu lane ops; every function body is a control flow graph without regions.
Ensures:  only llvm and nvvm ops with MLIR's names and meaning, ready for the llvm-text printer or mlir-translate. Kernels take their
          parameters as `abi.Entry` says (lowering/target_cuda.py, lowering/target_cpu.py); the tables of machines and sites stay in the
          binary as the global `asyncir_tables`.

Before (target=cuda)                                    After

    rt.kernel @k(%a: memref<?xf32>, %control: !rt.ptr,      llvm.func @k(%a: !llvm.ptr, %n: i64, %control: !llvm.ptr, %instances: i64)
                 %instances: index) attributes {…} {            attributes {nvvm.kernel} {
      %t = rt.thread_id : index                               %c = nvvm.read.ptx.sreg.ctaid.x : i32
      …                                                       …
      rt.return                                               llvm.return
    }                                                       }

One walk over the operations in dominance order; a new module is built, nothing is rewritten in place. Unreachable blocks are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects import func
from xdsl.dialects.builtin import ModuleOp, UnitAttr
from xdsl.dialects.memref import GlobalOp
from xdsl.ir import Attribute, Operation
from xdsl.passes import ModulePass

from asyncir.analysis.cfg import reverse_postorder
from asyncir.dialects import rt
from asyncir.dialects.locations import location_of
from asyncir.errors import InputError
from asyncir.lowering.convert.builder import Builder
from asyncir.lowering.convert.cf import result_type
from asyncir.lowering.convert.handlers import HANDLERS
from asyncir.lowering.convert.lowering import Lowering, Program
from asyncir.lowering.convert.memref_access import lower_global
from asyncir.lowering.convert.symbols import Symbols
from asyncir.lowering.convert.types import Types
from asyncir.lowering.tables import tables_text
from asyncir.lowering.target import Target
from asyncir.lowering.target_cpu import CpuTarget
from asyncir.lowering.target_cuda import CudaTarget

INLINE_ATTRIBUTES = {"rt.always_inline": "always_inline", "rt.no_inline": "no_inline"}
"""What a helper function may ask for, and the llvm function's property for it."""


@dataclass(frozen=True)
class RtToLlvmPass(ModulePass):
    """Lowers a module at the `rt` level for a target."""

    name = "rt-to-llvm"

    target: str = "cpu"
    arch: str = "sm_90"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        lower_module(op, make_target(self.target, self.arch))


def make_target(name: str, arch: str) -> Target:
    """The target of a name: cpu or cuda."""
    match name:
        case "cpu":
            return CpuTarget()
        case "cuda":
            return CudaTarget(arch)
        case _:
            raise InputError(f"unknown target '{name}'", help="targets are cpu and cuda")


def lower_module(module: ModuleOp, target: Target) -> None:
    """Replace the module's contents by their lowered form."""
    source = list(module.body.ops)
    program = Program(
        target=target,
        types=Types(spaces=target.address_spaces),
        symbols=Symbols(),
        functions={op.sym_name.data: op for op in source if isinstance(op, func.FuncOp)},
        globals={op.sym_name.data: op for op in source if isinstance(op, GlobalOp)},
    )
    tables = tables_text(module)
    if tables is not None and (table := target.tables(tables)) is not None:
        program.symbols.add(table, module.location)
    target.begin([op for op in source if isinstance(op, rt.KernelOp)])
    for op in source:
        _lower_symbol(program, op)
    for op in source:
        op.detach()
    module.body.block.add_ops(program.symbols.all())


def _lower_symbol(program: Program, op: Operation) -> None:
    match op:
        case rt.KernelOp():
            _lower_kernel(program, op)
        case func.FuncOp():
            # A declaration has no form of its own: what it stands for is decided where it is called.
            if op.body.blocks:
                _lower_function(program, op)
        case GlobalOp():
            lower_global(program, op)
        case rt.MachineOp() | rt.SiteOp():
            # Lines of the tables, which are written as a whole.
            return
        case _:
            raise InputError(f"'{op.name}' op has no form in machine code", location_of(op), help="run expand-executor first")


def _lower_kernel(program: Program, op: rt.KernelOp) -> None:
    target = program.target
    b = Builder(program.symbols, program.types, target.kernel_inputs(op, program.types), op.location)
    values = target.kernel_values(b, op)
    Lowering(program, b).body(op.body, reverse_postorder(op.body), values, HANDLERS)
    b.location = op.location
    target.finish_kernel(b, op)


def _lower_function(program: Program, op: func.FuncOp) -> None:
    inputs = program.types.all(op.function_type.inputs.data, op)
    output = result_type(program.types, op.function_type.outputs.data, op)
    b = Builder(program.symbols, program.types, inputs, op.location)
    Lowering(program, b).body(op.body, reverse_postorder(op.body), b.entry.args, HANDLERS)
    b.location = op.location
    properties: dict[str, Attribute] = {new: UnitAttr() for old, new in INLINE_ATTRIBUTES.items() if old in op.attributes}
    b.function(op.sym_name.data, output, linkage="internal", properties=properties)

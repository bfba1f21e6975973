"""From an `rt.kernel` to what the host must know to launch it."""

from __future__ import annotations

from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, IntegerAttr, MemRefType, ModuleOp
from xdsl.ir import Attribute

from asyncir import abi
from asyncir.dialects import rt, rt_block
from asyncir.dialects.locations import location_of
from asyncir.dialects.task import HOST_VISIBLE
from asyncir.errors import InputError
from asyncir.lowering.tables import machines_of, sites_of


def entry_of(module: ModuleOp, kernel_name: str) -> abi.Entry:
    """The entry of a kernel of a module at the `rt` level. Raises InputError if there is no such kernel, or one no host can call."""
    kernel = _find(module, kernel_name)
    place = location_of(kernel)
    return abi.Entry(
        name=kernel_name,
        executor=kernel.executor.data,
        why=kernel.why.data,
        scope=kernel.scope.data,
        parameters=tuple(_parameter(kernel, index, type_) for index, type_ in enumerate(kernel.parameters)),
        results=tuple(_scalar(kernel, type_) for type_ in kernel.results_types),
        statistics=kernel.statistics is not None,
        machines=machines_of(module),
        sites=sites_of(module),
        location="" if place is None else str(place),
        stack_words=_number(kernel, rt.STACK_WORDS),
        least_stack_words=_number(kernel, rt.LEAST_STACK_WORDS),
        waits=rt.NO_WAITS not in kernel.attributes,
        blocks_per_processor=_number(kernel, rt.BLOCKS) or DEFAULT_BLOCKS,
        block_warps=_number(kernel, rt_block.WARPS) or abi.BLOCK_WARPS,
        block_bytes=rt_block.all_block_bytes(kernel) if kernel.executor.data == rt_block.STATIC else 0,
    )


DEFAULT_BLOCKS = 2
"""Blocks on a multiprocessor where the executor does not say."""


def _number(kernel: rt.KernelOp, name: str) -> int:
    attribute = kernel.attributes.get(name)
    return attribute.value.data if isinstance(attribute, IntegerAttr) else 0


def _find(module: ModuleOp, name: str) -> rt.KernelOp:
    kernels = {op.sym_name.data: op for op in module.body.ops if isinstance(op, rt.KernelOp)}
    if name not in kernels:
        known = ", ".join(f"@{known}" for known in kernels) or "none"
        raise InputError(f"there is no kernel '@{name}' in the module", location_of(module), help=f"kernels are: {known}")
    return kernels[name]


def _parameter(kernel: rt.KernelOp, index: int, type_: Attribute) -> str | abi.Array:
    if not isinstance(type_, MemRefType):
        return _scalar(kernel, type_)
    shape = tuple(size if size >= 0 else None for size in type_.get_shape())
    return abi.Array(_scalar(kernel, type_.element_type), shape, _is_host_visible(kernel.arg_attrs, index))


def _is_host_visible(attributes: ArrayAttr[DictionaryAttr] | None, index: int) -> bool:
    return attributes is not None and index < len(attributes.data) and HOST_VISIBLE in attributes.data[index].data


def _scalar(kernel: rt.KernelOp, type_: Attribute) -> str:
    name = str(type_)
    if name not in abi.SCALAR_BYTES:
        known = ", ".join(abi.SCALAR_BYTES)
        message = f"'rt.kernel' op: the host cannot pass or take a value of type '{type_}'"
        raise InputError(message, location_of(kernel), help=f"scalars are {known}; arrays have them as elements")
    return name

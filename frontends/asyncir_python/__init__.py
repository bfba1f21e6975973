"""
Python's own `async def` functions as GPU kernels.

    import asyncio
    from asyncir_python import kernel, task, i32

    @task
    async def double(x: i32) -> i32:
        return x * 2

    @kernel
    async def demo(val: i32) -> i32:
        a, b = await asyncio.gather(double(val), double(val + 1))
        return a + b

    demo(5)                           # compiled; on the GPU if there is one, else on the CPU
    asyncio.run(demo.python(5))       # the very same function under asyncio
"""

from __future__ import annotations

from asyncir_python.kernels import Kernel, kernel
from asyncir_python.marks import Device, Task, device, task
from asyncir_python.mathematics import (
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cbrt,
    ceil,
    copysign,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    exp2,
    expm1,
    fabs,
    floor,
    fma,
    fmod,
    isfinite,
    isinf,
    isnan,
    log,
    log1p,
    log2,
    log10,
    roundeven,
    rsqrt,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
    trunc,
)
from asyncir_python.scalars import bf16, f16, f32, f64, i8, i16, i32, i64, u8, u16, u32, u64
from asyncir_python.twin import (
    Array,
    Array2,
    Array3,
    ArrayType,
    Channel,
    ChannelClosed,
    ChannelType,
    HostVisible,
    atomic_add,
    atomic_and,
    atomic_exchange,
    atomic_max,
    atomic_min,
    atomic_or,
    atomic_xor,
    ballot,
    empty,
    instance,
    join,
    just,
    lane_all,
    lane_any,
    lane_id,
    lane_max,
    lane_min,
    lane_sum,
    lanes,
    let_value,
    num_instances,
    num_lanes,
    publish,
    ready,
    run,
    select,
    shuffle,
    then,
    when_all,
    when_any,
    zeros,
)

__all__ = [
    "Array", "Array2", "Array3", "ArrayType", "Channel", "ChannelClosed", "ChannelType", "Device", "HostVisible", "Kernel",
    "Task", "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "atomic_add", "atomic_and",
    "atomic_exchange", "atomic_max", "atomic_min", "atomic_or", "atomic_xor", "ballot", "bf16", "cbrt", "ceil", "copysign",
    "cos", "cosh", "device", "empty", "erf", "erfc", "exp", "exp2", "expm1", "f16",
    "f32", "f64", "fabs", "floor", "fma", "fmod", "i16", "i32", "i64", "i8",
    "instance", "isfinite", "isinf", "isnan", "join", "just", "kernel", "lane_all", "lane_any", "lane_id",
    "lane_max", "lane_min", "lane_sum", "lanes", "let_value", "log", "log10", "log1p", "log2", "num_instances",
    "num_lanes", "publish", "ready", "roundeven", "rsqrt", "run", "select", "shuffle", "sin", "sinh",
    "sqrt", "tan", "tanh", "task", "then", "trunc", "u16", "u32", "u64", "u8",
    "when_all", "when_any", "zeros",
]  # fmt: skip

"""The one place that says which dialects a program may use."""

from __future__ import annotations

from xdsl.context import Context
from xdsl.dialects.builtin import Builtin
from xdsl.dialects.cf import Cf
from xdsl.dialects.func import Func

from asyncir.dialects.arith_ext import Arith
from asyncir.dialects.async_ import Async
from asyncir.dialects.gpu_lanes import GPU
from asyncir.dialects.linalg_fill import Linalg
from asyncir.dialects.math_ext import Math
from asyncir.dialects.memref_ext import MemRef
from asyncir.dialects.rt import Rt
from asyncir.dialects.scf_ext import Scf
from asyncir.dialects.sm import Sm
from asyncir.dialects.task import Task
from asyncir.dialects.vector_print import Vector


def make_context(*, allow_unregistered: bool = False) -> Context:
    """A context with the dialects of every level. `llvm` and `nvvm` are loaded by who needs them: they are large."""
    context = Context(allow_unregistered=allow_unregistered)
    for dialect in (Builtin, Func, Scf, Cf, Arith, Math, MemRef, Linalg, Vector, Async, Task, GPU, Sm, Rt):
        context.load_dialect(dialect)
    return context

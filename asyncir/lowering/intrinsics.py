"""Which intrinsics may be called, and what stands in for those that a GPU has no instruction for.

LLVM takes an unknown `llvm.nvvm.*` name for an external function and says nothing, and on some wrong signatures it ends the process. So
`llvm.call_intrinsic` is checked against the signatures here; a test asks LLVM whether it knows each of them so.

Mathematics on NVPTX: what has an instruction or an exact expansion is left to LLVM, the rest is a call of CUDA's libdevice, named here and
linked by `codegen` when a program needs it.
"""

from __future__ import annotations

_GLOBAL, _SHARED = "ptr addrspace(1)", "ptr addrspace(3)"

_REGISTERS_32 = (
    "tid.x", "tid.y", "tid.z", "ntid.x", "ntid.y", "ntid.z", "ctaid.x", "ctaid.y", "ctaid.z", "nctaid.x", "nctaid.y", "nctaid.z",
    "laneid", "warpid", "nwarpid", "smid", "nsmid", "warpsize", "clock", "globaltimer.lo", "dynamic_smem_size", "total_smem_size",
    "lanemask.eq", "lanemask.le", "lanemask.lt", "lanemask.ge", "lanemask.gt", "cluster.ctaid.x", "cluster.ctarank", "cluster.nctarank",
)  # fmt: skip
_REGISTERS_64 = ("clock64", "globaltimer")

_NVVM: dict[str, str] = {
    **{f"read.ptx.sreg.{name}": "i32()" for name in _REGISTERS_32},
    **{f"read.ptx.sreg.{name}": "i64()" for name in _REGISTERS_64},
    # A warp.
    **{f"shfl.sync.{kind}.i32": "i32(i32, i32, i32, i32)" for kind in ("bfly", "up", "down", "idx")},
    **{f"shfl.sync.{kind}.f32": "float(i32, float, i32, i32)" for kind in ("bfly", "up", "down", "idx")},
    **{f"shfl.sync.{kind}.i32p": "{ i32, i1 }(i32, i32, i32, i32)" for kind in ("bfly", "up", "down", "idx")},
    **{f"shfl.sync.{kind}.f32p": "{ float, i1 }(i32, float, i32, i32)" for kind in ("bfly", "up", "down", "idx")},
    **{f"vote.{kind}.sync": "i1(i32, i1)" for kind in ("all", "any", "uni")},
    "vote.ballot.sync": "i32(i32, i1)",
    **{f"redux.sync.{kind}": "i32(i32, i32)" for kind in ("add", "and", "or", "xor", "min", "max", "umin", "umax")},
    "match.any.sync.i32": "i32(i32, i32)",
    "match.any.sync.i64": "i32(i32, i64)",
    "elect.sync": "{ i32, i1 }(i32)",
    "bar.warp.sync": "void(i32)",
    "activemask": "i32()",
    # A block.
    "barrier.cta.sync.aligned.all": "void(i32)",
    "barrier.cta.sync.aligned.count": "void(i32, i32)",
    "barrier.cta.sync.all": "void(i32)",
    "barrier.cta.sync.count": "void(i32, i32)",
    "barrier.cta.arrive.aligned.count": "void(i32, i32)",
    "barrier.cta.arrive.count": "void(i32, i32)",
    "mbarrier.init.shared": f"void({_SHARED}, i32)",
    "mbarrier.inval.shared": f"void({_SHARED})",
    "mbarrier.arrive.shared": f"i64({_SHARED})",
    "mbarrier.arrive.noComplete.shared": f"i64({_SHARED}, i32)",
    "mbarrier.test.wait.shared": f"i1({_SHARED}, i64)",
    "mbarrier.pending.count": "i32(i64)",
    "mbarrier.expect.tx.scope.cta.space.cta": f"void({_SHARED}, i32)",
    "mbarrier.try.wait.parity.scope.cta.space.cta": f"i1({_SHARED}, i32)",
    "setmaxnreg.inc.sync.aligned.u32": "void(i32)",
    "setmaxnreg.dec.sync.aligned.u32": "void(i32)",
    # Fences, bulk copies, the grid.
    "membar.cta": "void()",
    "membar.gl": "void()",
    "membar.sys": "void()",
    "fence.sc.cluster": "void()",
    "fence.proxy.async": "void()",
    "fence.proxy.async.shared_cta": "void()",
    "fence.proxy.async.global": "void()",
    "fence.mbarrier_init.release.cluster": "void()",
    "cp.async.bulk.shared.cta.to.global": f"void({_GLOBAL}, {_SHARED}, i32, i64, i1)",
    "cp.async.bulk.global.to.shared.cta": f"void({_SHARED}, {_SHARED}, {_GLOBAL}, i32, i64, i1)",
    "cp.async.bulk.commit.group": "void()",
    "cp.async.bulk.wait.group": "void(i32)",
    "cp.async.bulk.wait.group.read": "void(i32)",
    "griddepcontrol.launch.dependents": "void()",
    "griddepcontrol.wait": "void()",
    "nanosleep": "void(i32)",
    "exit": "void()",
    # Mathematics.
    "rsqrt.approx.f": "float(float)",
    "rsqrt.approx.d": "double(double)",
    "lg2.approx.f": "float(float)",
    "sqrt.approx.f": "float(float)",
    "rcp.rn.f": "float(float)",
    "saturate.f": "float(float)",
}

NVVM_SIGNATURES = {f"llvm.nvvm.{name}": signature for name, signature in _NVVM.items()}
"""The GPU intrinsics that may be called, on NVPTX only: "result(parameters)" in LLVM's words."""

GENERIC_SIGNATURES = {
    "llvm.trap": "void()",
    "llvm.debugtrap": "void()",
    "llvm.readcyclecounter": "i64()",
    "llvm.donothing": "void()",
    "llvm.sideeffect": "void()",
    "llvm.stacksave.p0": "ptr()",
    "llvm.stackrestore.p0": "void(ptr)",
}
"""Target-independent intrinsics that `llvm.call_intrinsic` may name; those with an op of their own are written as that op."""

MINIMUM_ARCH: dict[str, tuple[int, bool]] = {
    "llvm.nvvm.redux.sync": (80, False),
    "llvm.nvvm.mbarrier": (80, False),
    "llvm.nvvm.mbarrier.expect.tx": (90, False),
    "llvm.nvvm.mbarrier.try.wait": (90, False),
    "llvm.nvvm.elect.sync": (90, False),
    "llvm.nvvm.fence.sc.cluster": (90, False),
    "llvm.nvvm.fence.proxy.async": (90, False),
    "llvm.nvvm.fence.mbarrier_init": (90, False),
    "llvm.nvvm.cp.async.bulk": (90, False),
    "llvm.nvvm.griddepcontrol": (90, False),
    "llvm.nvvm.read.ptx.sreg.cluster": (90, False),
    "llvm.nvvm.setmaxnreg": (90, True),
}
"""By prefix, the first architecture that has an intrinsic, and whether only its specific variant ("sm_90a") has it."""

MINIMUM_PTX: dict[str, tuple[int, int]] = {
    "llvm.nvvm.mbarrier.expect.tx": (8, 0),
    "llvm.nvvm.mbarrier.try.wait": (8, 0),
    "llvm.nvvm.fence.proxy.async": (8, 0),
    "llvm.nvvm.fence.mbarrier_init": (8, 0),
    "llvm.nvvm.cp.async.bulk": (8, 0),
    "llvm.nvvm.cp.async.bulk.global.to.shared.cta": (8, 6),
}
"""By prefix, the first PTX version that has an intrinsic, where the first one that knows its first architecture lacks it."""

LIBDEVICE_PREFIX = "__nv_"
"""Functions of libdevice start so; nothing else may."""

LIBDEVICE_OF_INTRINSIC = {
    "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "exp", "exp10", "log", "log2", "log10", "pow", "atan2", "powi",
}  # fmt: skip
"""`llvm.intr.NAME` on NVPTX becomes `__nv_NAME` (f64) or `__nv_NAMEf` (f32); f16 and bf16 are computed in f32."""

LIBDEVICE_OF_LIBM = {
    "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "cos", "cosh", "erf", "erfc", "exp", "exp10", "exp2", "expm1",
    "fdim", "fmod", "hypot", "ilogb", "ldexp", "lgamma", "log", "log10", "log1p", "log2", "logb", "pow", "remainder", "sin", "sinh",
    "tan", "tanh", "tgamma",
}  # fmt: skip
"""C's mathematical functions: a declared and never defined `llvm.func @NAME` or `@NAMEf` is the C library's on the host and libdevice's on
NVPTX, so that the lowering can name them alike on both."""


def libdevice_name(base: str, *, single: bool) -> str:
    """The libdevice function of a base name."""
    return f"{LIBDEVICE_PREFIX}{base}{'f' if single else ''}"


def libdevice_of_libm(name: str) -> str | None:
    """The libdevice function that stands for a C function; None if there is none."""
    if name in LIBDEVICE_OF_LIBM:
        return libdevice_name(name, single=False)
    if name.endswith("f") and name[:-1] in LIBDEVICE_OF_LIBM:
        return libdevice_name(name[:-1], single=True)
    return None

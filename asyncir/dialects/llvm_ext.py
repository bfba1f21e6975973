"""The `llvm` dialect asyncir uses: xDSL's ops where they are right, ours where xDSL lacks them, drops properties or refuses types.

Register `LLVM` from here instead of `xdsl.dialects.llvm.LLVM`; import every op class from here, so that nobody has to remember
which of the two defines it. The llvm-text printer knows exactly the ops of this dialect object.

Replaced, and why: load, store, alloca, getelementptr, inttoptr, ptrtoint (order, scope, flags or address space missing); icmp, fcmp,
select, trunc, mlir.zero (types or flags missing); func, call, mlir.global, inline_asm
(properties missing, text MLIR refuses, quadratic verification); the `intr.*` (one shape each).
"""

from __future__ import annotations

from xdsl.dialects import llvm as _xdsl
from xdsl.dialects.llvm import (
    AddOp,
    AddressOfOp,
    AndOp,
    AShrOp,
    BitcastOp,
    BrOp,
    CallIntrinsicOp,
    CondBrOp,
    ConstantOp,
    ExtractValueOp,
    FAddOp,
    FastMathAttr,
    FDivOp,
    FMulOp,
    FNegOp,
    FPExtOp,
    FPTruncOp,
    FRemOp,
    FSubOp,
    InsertElementOp,
    InsertValueOp,
    LinkageAttr,
    LLVMArrayType,
    LLVMFunctionType,
    LLVMPointerType,
    LLVMStructType,
    LLVMVoidType,
    LShrOp,
    MulOp,
    OrOp,
    ReturnOp,
    SDivOp,
    SExtOp,
    ShlOp,
    ShuffleVectorOp,
    SIToFPOp,
    SRemOp,
    SubOp,
    UDivOp,
    UndefOp,
    UnreachableOp,
    URemOp,
    XOrOp,
    ZExtOp,
)
from xdsl.ir import Dialect

from asyncir.dialects.llvm_atomics import (
    SCOPES,
    SYSTEM_SCOPE,
    AtomicCmpXchgOp,
    AtomicRMWOp,
    BinOp,
    FenceOp,
    LoadOp,
    Ordering,
    StoreOp,
)
from asyncir.dialects.llvm_control import InlineAsmOp, SwitchOp
from asyncir.dialects.llvm_functions import CallOp, FuncOp, GlobalOp
from asyncir.dialects.llvm_intrinsics import INTRINSIC_OPS
from asyncir.dialects.llvm_memory import AddrSpaceCastOp, AllocaOp, GEPOp, MemcpyOp, MemmoveOp, MemsetOp, NoWrap
from asyncir.dialects.llvm_values import (
    ExtractElementOp,
    FCmpOp,
    FPToSIOp,
    FPToUIOp,
    FreezeOp,
    ICmpOp,
    IntToPtrOp,
    PoisonOp,
    PtrToIntOp,
    SelectOp,
    TruncOp,
    UIToFPOp,
    ZeroOp,
)

_REUSED = (
    AShrOp, AddOp, AddressOfOp, AndOp, BitcastOp, BrOp, CallIntrinsicOp, CondBrOp, ConstantOp, ExtractValueOp, FAddOp, FDivOp, FMulOp,
    FNegOp, FPExtOp, FPTruncOp, FRemOp, FSubOp, InsertElementOp, InsertValueOp, LShrOp, MulOp, OrOp, ReturnOp,
    SDivOp, SExtOp, SIToFPOp, SRemOp, ShlOp, ShuffleVectorOp, SubOp, UDivOp, URemOp, UndefOp, UnreachableOp, XOrOp, ZExtOp,
)  # fmt: skip

_OURS = (
    AddrSpaceCastOp, AllocaOp, AtomicCmpXchgOp, AtomicRMWOp, CallOp, ExtractElementOp, FCmpOp, FPToSIOp, FPToUIOp, FenceOp, FreezeOp,
    FuncOp, GEPOp, GlobalOp, ICmpOp, InlineAsmOp, IntToPtrOp, LoadOp, MemcpyOp, MemmoveOp, MemsetOp, PoisonOp, PtrToIntOp, SelectOp,
    StoreOp, SwitchOp, TruncOp, UIToFPOp, ZeroOp, *INTRINSIC_OPS,
)  # fmt: skip

LLVM = Dialect("llvm", [*_REUSED, *_OURS], list(_xdsl.LLVM.attributes))
"""The dialect object to register."""

__all__ = [
    "LLVM", "SCOPES", "SYSTEM_SCOPE", "AShrOp", "AddOp", "AddrSpaceCastOp", "AddressOfOp", "AllocaOp", "AndOp", "AtomicCmpXchgOp",
    "AtomicRMWOp", "BinOp", "BitcastOp", "BrOp", "CallIntrinsicOp", "CallOp", "CondBrOp", "ConstantOp", "ExtractElementOp",
    "ExtractValueOp", "FAddOp", "FCmpOp", "FDivOp", "FMulOp", "FNegOp", "FPExtOp", "FPToSIOp", "FPToUIOp", "FPTruncOp", "FRemOp",
    "FSubOp", "FastMathAttr", "FenceOp", "FreezeOp", "FuncOp", "GEPOp", "GlobalOp", "ICmpOp", "InlineAsmOp", "InsertElementOp",
    "InsertValueOp", "IntToPtrOp", "LLVMArrayType", "LLVMFunctionType", "LLVMPointerType", "LLVMStructType", "LLVMVoidType", "LShrOp",
    "LinkageAttr", "LoadOp", "MemcpyOp", "MemmoveOp", "MemsetOp", "MulOp", "NoWrap", "OrOp", "Ordering", "PoisonOp", "PtrToIntOp",
    "ReturnOp", "SDivOp", "SExtOp", "SIToFPOp", "SRemOp", "SelectOp", "ShlOp", "ShuffleVectorOp", "StoreOp", "SubOp", "SwitchOp",
    "TruncOp", "UDivOp", "UIToFPOp", "URemOp", "UndefOp", "UnreachableOp", "XOrOp", "ZExtOp", "ZeroOp",
]  # fmt: skip

"""LLVM IR to PTX and host code: orders and scopes of atomics, mathematics, refusals, time."""

from __future__ import annotations

import ctypes
import re
import time
from itertools import product

import llvmlite.binding as llvm_binding
import pytest
from llvm_programs import gpu_ir, host_ir, kernel

from asyncir.chips import CHIPS
from asyncir.dialects import llvm_intrinsics as intr
from asyncir.dialects.llvm_ext import BinOp, Ordering
from asyncir.errors import InputError, InternalError
from asyncir.lowering import codegen
from asyncir.lowering.ptxas import assemble
from asyncir.lowering.toolkit import find_libdevice, find_ptxas

needs_ptxas = pytest.mark.skipif(find_ptxas() is None, reason="ptxas is not found")
needs_libdevice = pytest.mark.skipif(find_libdevice() is None, reason="libdevice is not found")

SCOPES = {"": "sys", "device": "gpu", "block": "cta"}
SPACES = {0: "", 1: ".global", 3: ".shared"}
ORDERS = [Ordering.MONOTONIC, Ordering.ACQUIRE, Ordering.RELEASE, Ordering.ACQ_REL, Ordering.SEQ_CST]
WORDS = {Ordering.MONOTONIC: "relaxed", Ordering.ACQUIRE: "acquire", Ordering.RELEASE: "release", Ordering.ACQ_REL: "acq_rel"}
BITS = {"i8": 8, "i16": 16, "i32": 32, "i64": 64, "f32": 32, "f64": 64}

INTEGER_OPS = {
    BinOp.XCHG: "exch.b{}", BinOp.ADD: "add.u{}", BinOp.SUB: "add.u{}", BinOp.AND: "and.b{}", BinOp.OR: "or.b{}", BinOp.XOR: "xor.b{}",
    BinOp.MAX: "max.s{}", BinOp.MIN: "min.s{}", BinOp.UMAX: "max.u{}", BinOp.UMIN: "min.u{}",
}  # fmt: skip
FLOAT_OPS = {BinOp.XCHG: "exch.b{}", BinOp.FADD: "add.f{}"}

RMW = [(kind, type_) for type_ in ("i32", "i64") for kind in INTEGER_OPS] + [
    (kind, type_) for type_ in ("f32", "f64") for kind in FLOAT_OPS
]


class Atomics:
    """Kernels with one atomic each, compiled together: one run of LLVM, and of ptxas, for all."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.expected: dict[str, list[str]] = {}

    def add(self, name: str, type_: str, space: int, body: str, expected: list[str]) -> None:
        pointer = f"!llvm.ptr<{space}>" if space else "!llvm.ptr"
        body = body.replace("POINTER", pointer).replace("TYPE", type_)
        if not space:
            # LLVM knows that a kernel's pointers are global; a loaded one can be anything.
            body = f'  %p = "llvm.load"(%o) <{{ordering = 0 : i64}}> : (!llvm.ptr<1>) -> !llvm.ptr\n{body}'
        parameters = ", ".join([f"%p: {pointer}"] * bool(space) + [f"%v: {type_}, %w: {type_}, %o: !llvm.ptr<1>"])
        self.texts.append(f"llvm.func @{name}({parameters}) attributes {{nvvm.kernel}} {{\n{body}\n  llvm.return\n}}")
        self.expected[name] = expected


STORE = '\n  "llvm.store"(%r, %o) <{ordering = 0 : i64}> : (TYPE, !llvm.ptr<1>) -> ()'


def scope_property(scope: str) -> str:
    return f', syncscope = "{scope}"' if scope else ""


def instruction(order: Ordering, scope: str, mnemonic: str, *, rest: str, strongest: str) -> list[str]:
    """What PTX should say: a sequentially consistent access is a fence and its strongest plain form."""
    name = SCOPES[scope]
    if order == Ordering.SEQ_CST:
        return [f"fence.sc.{name};", f"{mnemonic}.{strongest}.{name}{rest}"]
    return [f"{mnemonic}.{WORDS[order]}.{name}{rest}"]


def read_modify_writes(atomics: Atomics) -> None:
    for (kind, type_), order, scope, space in product(RMW, ORDERS, SCOPES, SPACES):
        operation = (INTEGER_OPS if type_[0] == "i" else FLOAT_OPS)[kind].format(BITS[type_])
        properties = f"bin_op = {int(kind)} : i64, ordering = {int(order)} : i64{scope_property(scope)}"
        atomics.add(
            f"rmw_{kind.name}_{type_}_{order.name}_{SCOPES[scope]}_{space}",
            type_,
            space,
            f'  %r = "llvm.atomicrmw"(%p, %v) <{{{properties}}}> : (POINTER, TYPE) -> TYPE{STORE}',
            instruction(order, scope, "atom", rest=f"{SPACES[space]}.{operation}", strongest="acq_rel"),
        )


def compare_and_swaps(atomics: Atomics) -> None:
    for type_, order, scope, space in product(("i32", "i64"), ORDERS, SCOPES, SPACES):
        properties = f"success_ordering = {int(order)} : i64, failure_ordering = 2 : i64, alignment = 8 : i64{scope_property(scope)}"
        atomics.add(
            f"cas_{type_}_{order.name}_{SCOPES[scope]}_{space}",
            type_,
            space,
            f'  %s = "llvm.cmpxchg"(%p, %v, %w) <{{{properties}}}> : (POINTER, TYPE, TYPE) -> !llvm.struct<(TYPE, i1)>\n'
            f"  %r = llvm.extractvalue %s[0] : !llvm.struct<(TYPE, i1)>{STORE}",
            instruction(order, scope, "atom", rest=f"{SPACES[space]}.cas.b{BITS[type_]}", strongest="acquire"),
        )


def loads_and_stores(atomics: Atomics) -> None:
    for type_, order, scope, space in product(BITS, ORDERS, SCOPES, SPACES):
        properties = f"ordering = {int(order)} : i64, alignment = 8 : i64{scope_property(scope)}"
        rest, name = f"{SPACES[space]}.b{BITS[type_]}", f"{type_}_{order.name}_{SCOPES[scope]}_{space}"
        if order not in (Ordering.RELEASE, Ordering.ACQ_REL):
            body = f'  %r = "llvm.load"(%p) <{{{properties}}}> : (POINTER) -> TYPE{STORE}'
            atomics.add(f"load_{name}", type_, space, body, instruction(order, scope, "ld", rest=rest, strongest="acquire"))
        if order not in (Ordering.ACQUIRE, Ordering.ACQ_REL):
            body = f'  "llvm.store"(%v, %p) <{{{properties}}}> : (TYPE, POINTER) -> ()'
            atomics.add(f"store_{name}", type_, space, body, instruction(order, scope, "st", rest=rest, strongest="release"))


def fences(atomics: Atomics) -> None:
    for order, scope in product(ORDERS[1:], SCOPES):
        word = "sc" if order == Ordering.SEQ_CST else "acq_rel"
        body = f'  "llvm.fence"() <{{ordering = {int(order)} : i64{scope_property(scope)}}}> : () -> ()'
        atomics.add(f"fence_{order.name}_{SCOPES[scope]}", "i32", 1, body, [f"fence.{word}.{SCOPES[scope]};"])


# The many of two families on the newer architecture alone: instructions are the same on both.
FAMILIES = [
    pytest.param(family, arch, id=f"{family.__name__}-{arch}", marks=[pytest.mark.exhaustive] if many and arch == "sm_80" else [])
    for family, many in ((read_modify_writes, True), (compare_and_swaps, False), (loads_and_stores, True), (fences, False))
    for arch in ("sm_80", "sm_90")
]


@pytest.mark.parametrize(("family", "arch"), FAMILIES)
def test_atomics_keep_order_and_scope(family: object, arch: str) -> None:
    """Every operation x order x scope x address space, against the PTX text; ptxas takes them all."""
    assert callable(family)
    atomics = Atomics()
    family(atomics)
    ptx = codegen.compile_ptx(gpu_ir("\n".join(atomics.texts)), arch)
    found = {name: atomic_lines(body) for name, body in re.findall(r"\.entry (\w+)\((?:.*?)\)\s*\{(.*?)^\}", ptx, re.DOTALL | re.MULTILINE)}
    assert found.keys() == atomics.expected.keys()
    wrong = {
        name: lines for name, lines in found.items() if [line.split("\t")[0].split(" ")[0] for line in lines] != atomics.expected[name]
    }
    assert not wrong
    if find_ptxas() is not None:
        assert assemble(ptx, arch).kernels.keys() == found.keys()


def atomic_lines(body: str) -> list[str]:
    """The instructions that are atomic or fences, without their operands."""
    strong = re.compile(r"(atom|fence|membar|(?:ld|st)\.(?:relaxed|acquire|release|volatile|mmio))\b")
    return [line.strip() for line in body.splitlines() if strong.match(line.strip())]


class TestRefusedAtomics:
    @pytest.mark.parametrize(("kind", "type_"), [(BinOp.NAND, "i32"), (BinOp.ADD, "i16"), (BinOp.FMAX, "f32"), (BinOp.ADD, "f32")])
    def test_no_instruction(self, kind: BinOp, type_: str) -> None:
        text = f'llvm.func @k(%p: !llvm.ptr<1>, %v: {type_}) {{\n  %0 = "llvm.atomicrmw"(%p, %v) <{{bin_op = {int(kind)} : i64, '
        text += f"ordering = 2 : i64}}> : (!llvm.ptr<1>, {type_}) -> {type_}\n  llvm.return\n}}"
        with pytest.raises(InputError, match=f"no PTX atomic '{kind.name.lower()}' of type {type_}"):
            gpu_ir(text)

    def test_unknown_scope(self) -> None:
        text = '"llvm.fence"() <{ordering = 4 : i64, syncscope = "singlethread"}> : () -> ()'
        with pytest.raises(InputError, match="unknown syncscope 'singlethread'"):
            gpu_ir(kernel(text))

    def test_the_host_drops_the_scope_and_keeps_the_order(self) -> None:
        text = 'llvm.func @f(%p: !llvm.ptr, %v: i32) -> i32 {\n  %0 = "llvm.atomicrmw"(%p, %v) <{bin_op = 2 : i64, ordering = 6 : i64, '
        text += 'syncscope = "device"}> : (!llvm.ptr, i32) -> i32\n  llvm.return %0 : i32\n}'
        assert "atomicrmw sub ptr %v0, i32 %v1 acq_rel" in host_ir(text)


def math_kernels() -> str:
    """Each float intrinsic for f32 and f64, in one module."""
    shapes = {intr.UnaryFloatIntrinsic: 1, intr.BinaryFloatIntrinsic: 2, intr.TernaryFloatIntrinsic: 3}
    texts: list[str] = []
    for op, (shape, arity), type_ in product(intr.INTRINSIC_OPS, shapes.items(), ("f16", "bf16", "f32", "f64")):
        if issubclass(op, shape):
            types, values = ", ".join([type_] * arity), ", ".join(["%v"] * arity)
            body = f'  %r = "{op.name}"({values}) <{{fastmathFlags = #llvm.fastmath<none>}}> : ({types}) -> {type_}\n'
            body += f'  "llvm.store"(%r, %p) <{{ordering = 0 : i64}}> : ({type_}, !llvm.ptr<1>) -> ()\n  llvm.return\n'
            name = f"{op.name.split('.')[-1]}_{type_}"
            texts.append(f"llvm.func @{name}(%p: !llvm.ptr<1>, %v: {type_}) attributes {{nvvm.kernel}} {{\n{body}}}")
    return "\n".join(texts)


class TestMathematics:
    @needs_libdevice
    @pytest.mark.parametrize("arch", ["sm_75", "sm_90"])
    def test_every_function_compiles_and_calls_nothing_outside(self, arch: str) -> None:
        ptx = codegen.compile_ptx(gpu_ir(math_kernels()), arch)
        assert ".extern" not in ptx
        if find_ptxas() is not None:
            assert len(assemble(ptx, arch).kernels) == ptx.count(".entry")

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            ('%r = "llvm.intr.sqrt"(%f) : (f32) -> f32', "sqrt.rn.f32"),
            ('%r = "llvm.intr.fma"(%f, %f, %f) : (f32, f32, f32) -> f32', "fma.rn.f32"),
            ('%r = "llvm.intr.exp2"(%f) : (f32) -> f32', "ex2.approx.f32"),
            ('%r = "llvm.intr.floor"(%f) : (f32) -> f32', "cvt.rmi.f32.f32"),
            ('%r = llvm.call_intrinsic "llvm.nvvm.rsqrt.approx.f"(%f) : (f32) -> f32', "rsqrt.approx.f32"),
        ],
    )
    def test_what_has_an_instruction_needs_no_libdevice(self, body: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ASYNCIR_LIBDEVICE", "nowhere.bc")
        text = kernel(f'  {body}\n  "llvm.store"(%r, %p) <{{ordering = 0 : i64}}> : (f32, !llvm.ptr<1>) -> ()')
        assert expected in codegen.compile_ptx(gpu_ir(text), "sm_90")

    def test_missing_libdevice_says_what_to_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ASYNCIR_LIBDEVICE", "nowhere.bc")
        text = kernel(
            '  %r = "llvm.intr.sin"(%f) : (f32) -> f32\n  "llvm.store"(%r, %p) <{ordering = 0 : i64}> : (f32, !llvm.ptr<1>) -> ()'
        )
        with pytest.raises(InputError, match=r"ASYNCIR_LIBDEVICE names nowhere\.bc, which is no file") as raised:
            codegen.compile_ptx(gpu_ir(text), "sm_90")
        assert raised.value.help is not None and "nvidia-cuda-nvcc" in raised.value.help

    @needs_libdevice
    def test_c_functions_are_libdevices(self) -> None:
        text = "llvm.func @erff(f32) -> f32\n"
        text += kernel(
            '  %r = llvm.call @erff(%f) : (f32) -> f32\n  "llvm.store"(%r, %p) <{ordering = 0 : i64}> : (f32, !llvm.ptr<1>) -> ()'
        )
        assert "@__nv_erff" in gpu_ir(text)
        assert ".extern" not in codegen.compile_ptx(gpu_ir(text), "sm_90")

    @needs_libdevice
    def test_remainder_is_exact(self) -> None:
        """LLVM would expand it to x - y * trunc(x / y), which is wrong for large quotients."""
        text = kernel('  %r = llvm.frem %f, %f : f32\n  "llvm.store"(%r, %p) <{ordering = 0 : i64}> : (f32, !llvm.ptr<1>) -> ()')
        assert "@__nv_fmodf" in gpu_ir(text)


class TestModules:
    def test_only_kernels_are_kept(self) -> None:
        text = "llvm.func @helper(%i: i32) -> i32 {\n  llvm.return %i : i32\n}\n" + kernel("")
        ptx = codegen.compile_ptx(gpu_ir(text), "sm_90")
        assert "helper" not in ptx and ".entry k" in ptx

    @pytest.mark.parametrize("arch", list(CHIPS))
    def test_every_chip(self, arch: str) -> None:
        ptx = codegen.compile_ptx(gpu_ir(kernel("")), arch)
        major, minor = CHIPS[arch].ptx_isa_min
        assert f".version {major}.{minor}\n.target {arch}\n" in ptx

    def test_ptx_version(self) -> None:
        assert ".version 8.6\n" in codegen.compile_ptx(gpu_ir(kernel("")), "sm_90a", ptx_version=(8, 6))

    @pytest.mark.parametrize(
        ("operation", "arch", "version"),
        [
            ("nvvm.fence.mbarrier.init", "sm_90", "8.0"),
            ("nvvm.fence.mbarrier.init", "sm_100", "8.6"),
            ('"nvvm.cp.async.bulk.shared.cluster.global"(%s, %g, %s, %n) <{operandSegmentSizes = array<i32: 1, 1, 1, 1, 0, 0>}> : '
             "(!llvm.ptr<3>, !llvm.ptr<1>, !llvm.ptr<3>, i32) -> ()", "sm_90", "8.6"),
        ],
        ids=["a-fence", "a-later-arch", "a-bulk-load"],
    )  # fmt: skip
    def test_the_ptx_version_is_one_that_has_the_intrinsics(self, operation: str, arch: str, version: str) -> None:
        text = f"llvm.func @k(%s: !llvm.ptr<3>, %g: !llvm.ptr<1>, %n: i32) attributes {{nvvm.kernel}} {{\n  {operation}\n  llvm.return\n}}"
        assert f".version {version}" in codegen.compile_ptx(gpu_ir(text), arch)

    @pytest.mark.parametrize("version", [(7, 8), (9, 1), (3, 2)])
    def test_a_ptx_version_that_does_not_fit(self, version: tuple[int, int]) -> None:
        with pytest.raises(InputError, match="does not fit sm_90a"):
            codegen.compile_ptx(gpu_ir(kernel("")), "sm_90a", ptx_version=version)

    def test_an_unsupported_arch(self) -> None:
        with pytest.raises(InputError, match="unsupported arch 'sm_60'") as raised:
            codegen.compile_ptx(gpu_ir(kernel("")), "sm_60")
        assert raised.value.help is not None and "sm_90a" in raised.value.help

    @pytest.mark.parametrize(
        ("name", "arch"), [("fence.sc.cluster", "sm_80"), ("fence.proxy.async", "sm_89"), ("griddepcontrol.wait", "sm_86")]
    )
    def test_what_an_arch_lacks_is_refused_before_llvm_ends_the_process(self, name: str, arch: str) -> None:
        with pytest.raises(InputError, match=rf"{arch} has no llvm\.nvvm\.{name}"):
            codegen.compile_ptx(gpu_ir(kernel(f'  llvm.call_intrinsic "llvm.nvvm.{name}"() : () -> ()')), arch)

    def test_text_that_llvm_refuses_is_an_internal_error_with_its_line(self) -> None:
        with pytest.raises(InternalError, match=r"line 2 of the module: .*\n  %x = add i33 1, i32 2"):
            codegen.compile_ptx("define void @f() {\n  %x = add i33 1, i32 2\n  ret void\n}\n", "sm_90")


class TestHost:
    TEXT = """
llvm.func @f(%x: i32) -> i32 {
  %0 = llvm.mlir.constant(3 : i32) : i32
  %1 = llvm.mul %x, %0 : i32
  llvm.return %1 : i32
}"""

    def test_optimised_text_runs(self) -> None:
        self.check(llvm_binding.JITLibraryBuilder().add_ir(codegen.optimise_host(host_ir(self.TEXT))))

    def test_object_runs(self) -> None:
        self.check(llvm_binding.JITLibraryBuilder().add_object_img(codegen.compile_object(host_ir(self.TEXT))))

    def check(self, builder: llvm_binding.JITLibraryBuilder) -> None:
        tracker = builder.export_symbol("f").link(llvm_binding.create_lljit_compiler(), "host")
        assert ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_int32)(tracker["f"])(14) == 42


def chain(count: int) -> str:
    """A kernel of `count` instructions that straight-line strength reduction compares with each other."""
    lines = ["define ptx_kernel void @k(ptr addrspace(1) %p, i32 %i, i32 %k) {", "  %x0 = add i32 %i, 1"]
    for index in range(count // 3):
        lines += [f"  %y{index} = mul i32 %x{index}, %k", f"  %z{index} = xor i32 %y{index}, {index}"]
        lines += [f"  %x{index + 1} = add i32 %z{index}, %i"]
    return "\n".join([*lines, f"  store i32 %x{count // 3}, ptr addrspace(1) %p", "  ret void", "}", ""])


def diamonds(count: int) -> str:
    """A kernel of `count` conditional branches that join again."""
    lines = ["define ptx_kernel void @k(ptr addrspace(1) %p, i32 %i, i32 %k) {", "  br label %b0"]
    for index in range(count):
        before = f"[%x{index - 1}, %b{index - 1}], [%y{index - 1}, %c{index - 1}]" if index else "[%i, %0]"
        lines += [f"b{index}:", f"  %x{index} = phi i32 {before}", f"  %t{index} = icmp eq i32 %x{index}, {index * 7}"]
        lines += [f"  br i1 %t{index}, label %c{index}, label %b{index + 1}", f"c{index}:", f"  %y{index} = mul i32 %x{index}, %k"]
        lines += [f"  store i32 %y{index}, ptr addrspace(1) %p", f"  br label %b{index + 1}"]
    return "\n".join([*lines, f"b{count}:", "  ret void", "}", ""])


class TestLevels:
    def test_small_programs_are_optimised_fully(self) -> None:
        assert codegen.levels_for(chain(90), is_gpu=True) == codegen.Levels(3, 3)

    def test_long_straight_code_skips_strength_reduction(self) -> None:
        assert codegen.levels_for(chain(3_000), is_gpu=True) == codegen.Levels(3, 0)
        assert codegen.levels_for(chain(3_000), is_gpu=False) == codegen.Levels(3, 3)

    def test_many_branches_skip_constraint_elimination(self) -> None:
        assert codegen.levels_for(diamonds(1_000), is_gpu=True).middle_end == 1

    @pytest.mark.parametrize(("text", "limit"), [(chain(10_000), 20.0), (diamonds(2_000), 20.0)])
    def test_large_programs_compile_in_seconds(self, text: str, limit: float) -> None:
        """At full levels these take minutes; measured 0.6 and 1.2 s."""
        start = time.process_time()
        assert ".entry k" in codegen.compile_ptx(text, "sm_90")
        assert time.process_time() - start < limit

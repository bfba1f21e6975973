"""The printer from the llvm and nvvm dialects to LLVM IR: what it prints means what the operations mean, and it drops nothing."""

from __future__ import annotations

import ctypes
import math
import shutil
import struct
import subprocess
from collections.abc import Callable

import llvmlite.binding as llvm_binding
import pytest
from growth import require_near_linear
from llvm_programs import gpu_ir, host_ir, kernel, parse
from xdsl.dialects.builtin import FileLineColLoc, IntAttr, IntegerAttr, ModuleOp, StringAttr, bf16, f16, f32, f64, i32
from xdsl.ir import Attribute, Block, Region

from asyncir.dialects import llvm_ext as llvm
from asyncir.dialects.nvvm import NVVM
from asyncir.errors import InputError, Location
from asyncir.lowering import codegen
from asyncir.lowering.intrinsics import GENERIC_SIGNATURES, NVVM_SIGNATURES
from asyncir.lowering.llvm_text import module_to_llvm_ir
from asyncir.lowering.llvm_text.constants import float_text
from asyncir.lowering.llvm_text.module import emitters


def run_host(text: str, name: str, signature: Callable[..., int], *args: int) -> int:
    """Compile for this machine and call a function."""
    library = llvm_binding.JITLibraryBuilder().add_ir(codegen.optimise_host(host_ir(text))).export_symbol(name)
    tracker = library.link(llvm_binding.create_lljit_compiler(), "test")
    return signature(tracker[name])(*args)


I32_OF_I32 = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_int32)


class TestEveryOperation:
    def test_every_operation_of_the_dialects_has_a_printer(self) -> None:
        containers = {llvm.FuncOp, llvm.GlobalOp}
        assert {*llvm.LLVM.operations, *NVVM.operations} - containers == set(emitters())

    def test_every_listed_intrinsic_is_known_to_llvm(self) -> None:
        codegen.parse("")
        for name, signature in (NVVM_SIGNATURES | GENERIC_SIGNATURES).items():
            result, parameters = signature.split("(", 1)
            declaration = str(codegen.parse(f"declare {result} @{name}({parameters}"))
            assert "#0" in declaration, f"LLVM does not know {name}: it gives it no attributes"

    @pytest.mark.parametrize("name", ["llvm.nvvm.no.such.thing", "llvm.nvvm.tid.x"])
    def test_an_unknown_intrinsic_is_refused_with_its_place(self, name: str) -> None:
        text = kernel(f'  %0 = llvm.call_intrinsic "{name}"() : () -> i32 loc("in.mlir":7:3)')
        with pytest.raises(InputError, match=f"intrinsic '{name}' is not known") as raised:
            gpu_ir(text)
        assert raised.value.location == Location("in.mlir", 7, 3)

    def test_a_wrong_signature_is_refused(self) -> None:
        text = kernel('  %0 = llvm.call_intrinsic "llvm.nvvm.vote.ballot.sync"(%i) : (i32) -> i32')
        with pytest.raises(InputError, match=r"is i32\(i32, i1\), it is called as i32\(i32\)"):
            gpu_ir(text)

    def test_a_gpu_operation_is_refused_on_the_host(self) -> None:
        text = "llvm.func @f() -> i32 {\n  %0 = nvvm.read.ptx.sreg.tid.x : i32\n  llvm.return %0 : i32\n}"
        with pytest.raises(InputError, match=r"only a GPU has this operation"):
            host_ir(text)


class TestNothingIsDropped:
    def test_an_attribute_without_a_form(self) -> None:
        text = kernel('  %0 = llvm.add %i, %i {tasty} : i32 loc("in.mlir":3:3)')
        with pytest.raises(InputError, match=r"llvm.add: attribute 'tasty' has no LLVM IR form") as raised:
            gpu_ir(text)
        assert raised.value.location == Location("in.mlir", 3, 3)

    def test_own_notes_are_left_out(self) -> None:
        assert "asyncir" not in gpu_ir(kernel("  %0 = llvm.add %i, %i {asyncir.note = 1 : i32} : i32"))

    @pytest.mark.parametrize("attribute", ["tasty", "nvvm.maxntidx = 3 : i32"])
    def test_function_attributes(self, attribute: str) -> None:
        with pytest.raises(InputError, match=r"has no LLVM IR form on this target"):
            gpu_ir(f"llvm.func @f() attributes {{{attribute}}} {{\n  llvm.return\n}}")

    def test_parameter_attributes(self) -> None:
        with pytest.raises(InputError, match=r"parameter attribute 'llvm.byval'"):
            gpu_ir("llvm.func @f(%p: !llvm.ptr {llvm.byval = i32}) {\n  llvm.return\n}")

    def test_another_dialect(self) -> None:
        module = parse("builtin.module {\n}")
        module.body.block.add_op(ModuleOp([]))
        with pytest.raises(InputError, match=r"builtin.module: has no LLVM IR form at module level"):
            module_to_llvm_ir(module)

    def test_calls_are_checked_against_their_callee(self) -> None:
        callee = "llvm.func internal @g(%x: i32) -> i32 {\n  llvm.return %x : i32\n}\n"
        with pytest.raises(InputError, match=r"@g takes \(i32\), got \(float\)"):
            gpu_ir(callee + kernel("  %0 = llvm.call @g(%f) : (f32) -> i32"))
        with pytest.raises(InputError, match=r"there is no llvm.func @h"):
            gpu_ir(kernel("  llvm.call @h() : () -> ()"))

    def test_a_gpu_program_calls_nothing_outside(self) -> None:
        with pytest.raises(InputError, match=r"@printf is declared but not defined"):
            gpu_ir("llvm.func @printf(i32)\n" + kernel("  llvm.call @printf(%i) : (i32) -> ()"))

    def test_a_module_attribute_of_functions_on_the_host(self) -> None:
        with pytest.raises(InputError, match=r"attribute 'nvvm.kernel' has no LLVM IR form on this target"):
            host_ir(kernel(""))


class TestControlFlow:
    BOTH_TO_ONE = """
llvm.func @pick(%x: i32) -> i32 {
  %zero = llvm.mlir.constant(0 : i32) : i32
  %seven = llvm.mlir.constant(7 : i32) : i32
  %c = llvm.icmp "sgt" %x, %zero : i32
  llvm.cond_br %c, ^join(%x : i32), ^join(%seven : i32)
^join(%r: i32):
  llvm.return %r : i32
}"""

    def test_two_edges_to_one_block_pass_their_own_values(self) -> None:
        assert [run_host(self.BOTH_TO_ONE, "pick", I32_OF_I32, x) for x in (5, -5)] == [5, 7]

    SWITCH = """
llvm.func @pick(%x: i32) -> i32 {
  %a = llvm.mlir.constant(10 : i32) : i32
  %b = llvm.mlir.constant(20 : i32) : i32
  "llvm.switch"(%x, %a, %b, %a, %x) [^join, ^join, ^join, ^join] <{
    case_operand_segments = array<i32: 1, 1, 1>, case_values = dense<[1, -2, 3]> : vector<3xi32>,
    operandSegmentSizes = array<i32: 1, 1, 3>}> : (i32, i32, i32, i32, i32) -> ()
^join(%r: i32):
  llvm.return %r : i32
}"""

    def test_switch_cases_of_one_block(self) -> None:
        assert [run_host(self.SWITCH, "pick", I32_OF_I32, x) for x in (0, 1, -2, 3)] == [10, 20, 10, 3]

    def test_a_loop_whose_dominator_is_printed_later(self) -> None:
        text = """
llvm.func @f(%n: i32) -> i32 {
  llvm.br ^setup
^loop(%i: i32, %sum: i32):
  %next = llvm.sub %i, %one : i32
  %more = llvm.add %sum, %i : i32
  %done = llvm.icmp "eq" %next, %zero : i32
  llvm.cond_br %done, ^exit(%more : i32), ^loop(%next, %more : i32, i32)
^setup:
  %one = llvm.mlir.constant(1 : i32) : i32
  %zero = llvm.mlir.constant(0 : i32) : i32
  llvm.br ^loop(%n, %zero : i32, i32)
^exit(%r: i32):
  llvm.return %r : i32
}"""
        assert run_host(text, "f", I32_OF_I32, 10) == 55

    def test_arguments_of_a_block_that_nothing_reaches(self) -> None:
        text = "llvm.func @f(%n: i32) -> i32 {\n  llvm.return %n : i32\n^dead(%x: i32):\n  llvm.return %x : i32\n}"
        assert run_host(text, "f", I32_OF_I32, 4) == 4

    def test_a_branch_to_the_entry_is_refused(self) -> None:
        with pytest.raises(InputError, match=r"the entry block is the target of a branch"):
            host_ir("llvm.func @f() {\n^entry:\n  llvm.br ^entry\n}")


class TestConstants:
    @pytest.mark.parametrize(
        ("value", "type_", "expected"),
        [
            (1.5, f64, "0x3FF8000000000000"),
            (0.1, f32, "0x3FB99999A0000000"),
            (1e39, f32, "0x7FF0000000000000"),
            (-math.inf, f32, "0xFFF0000000000000"),
            (math.nan, f32, "0x7FF8000000000000"),
            (1e-45, f32, "0x36A0000000000000"),
            (-0.0, f64, "0x8000000000000000"),
            (65504.0, f16, "0xH7BFF"),
            (1e6, f16, "0xH7C00"),
            (math.nan, bf16, "0xR7FC0"),
            (1.0, bf16, "0xR3F80"),
            (1.00390625, bf16, "0xR3F80"),
        ],
    )
    def test_floats_by_their_bits(self, value: float, type_: Attribute, expected: str) -> None:
        assert float_text(ModuleOp([]), value, type_) == expected

    def test_f32_constants_survive(self) -> None:
        returning = "llvm.func @f() -> f32 {{\n  %0 = llvm.mlir.constant({} : f32) : f32\n  llvm.return %0 : f32\n}}"
        for number in (0.1, 3.4028234e38, 1.1754944e-38, 1e-44):
            found = run_host(returning.format(f"{number:.9e}"), "f", ctypes.CFUNCTYPE(ctypes.c_float))
            assert found == struct.unpack("<f", struct.pack("<f", number))[0]

    def test_integers_out_of_range(self) -> None:
        module = parse("llvm.func @f() -> i8 {\n  %0 = llvm.mlir.constant(1 : i8) : i8\n  llvm.return %0 : i8\n}")
        constant = next(op for op in module.walk() if isinstance(op, llvm.ConstantOp))
        constant.properties["value"] = IntegerAttr(300, i32)
        with pytest.raises(InputError, match=r"constant 300 does not fit i8"):
            module_to_llvm_ir(module)

    def test_globals(self) -> None:
        text = """
"llvm.mlir.global"() <{constant, global_type = !llvm.array<4 x i8>, linkage = #llvm.linkage<internal>, sym_name = "s",
  value = "a\\22\\00\\FF"}> ({}) : () -> ()
"llvm.mlir.global"() <{global_type = !llvm.array<2 x !llvm.array<2 x i16>>, linkage = #llvm.linkage<internal>, sym_name = "d",
  alignment = 8 : i64, value = dense<[[1, -2], [3, 4]]> : tensor<2x2xi16>}> ({}) : () -> ()
"llvm.mlir.global"() <{global_type = !llvm.struct<(i32, !llvm.ptr)>, linkage = #llvm.linkage<private>, sym_name = "z"}> ({
  %0 = llvm.mlir.zero : !llvm.struct<(i32, !llvm.ptr)>
  %1 = llvm.mlir.constant(9 : i32) : i32
  %2 = llvm.insertvalue %1, %0[0] : !llvm.struct<(i32, !llvm.ptr)>
  llvm.return %2 : !llvm.struct<(i32, !llvm.ptr)>
}) : () -> ()
"llvm.mlir.global"() <{addr_space = 3 : i32, alignment = 16 : i64, global_type = !llvm.array<64 x i32>,
  linkage = #llvm.linkage<internal>, sym_name = "shared"}> ({}) : () -> ()
"llvm.mlir.global"() <{addr_space = 3 : i32, alignment = 16 : i64, global_type = !llvm.array<0 x i8>,
  linkage = #llvm.linkage<external>, sym_name = "dynamic"}> ({}) : () -> ()
"""
        ir = gpu_ir(text)
        codegen.parse(ir)
        assert '@s = internal constant [4 x i8] c"a\\22\\00\\FF"' in ir
        assert "@d = internal global [2 x [2 x i16]] [[2 x i16] [i16 1, i16 -2], [2 x i16] [i16 3, i16 4]], align 8" in ir
        assert "@z = private global { i32, ptr } { i32 9, ptr null }" in ir
        assert "@shared = internal addrspace(3) global [64 x i32] undef, align 16" in ir
        assert "@dynamic = external addrspace(3) global [0 x i8], align 16" in ir


class TestGPU:
    def test_kernels_and_launch_bounds(self) -> None:
        text = (
            "llvm.func @k() attributes {nvvm.kernel, nvvm.maxntid = array<i32: 128, 2>, nvvm.minctasm = 3 : i32, nvvm.maxnreg = 64 : i32}"
        )
        ptx = codegen.compile_ptx(gpu_ir(text + " {\n  llvm.return\n}"), "sm_90")
        for line in (".visible .entry k()", ".maxntid 128, 2", ".minnctapersm 3", ".maxnreg 64"):
            assert line in ptx

    def test_warp_operations_are_convergent(self) -> None:
        ir = gpu_ir(
            kernel(
                """
  %m = llvm.mlir.constant(-1 : i32) : i32
  %c = llvm.icmp "eq" %i, %m : i32
  %0 = "nvvm.vote.sync"(%m, %c) <{kind = #nvvm<vote_sync_kind ballot>}> : (i32, i1) -> i32
  %1 = "nvvm.shfl.sync"(%m, %i, %i, %m) <{kind = #nvvm<shfl_kind bfly>}> : (i32, i32, i32, i32) -> i32
  %2 = "llvm.inline_asm"(%i) <{asm_string = "vote.sync.ballot.b32 $0, 1, $1;", constraints = "=r,r", has_side_effects,
    tail_call_kind = #llvm.tailcallkind<none>}> {convergent} : (i32) -> i32"""
            )
        )
        module = str(codegen.parse(ir))
        for name in ("@llvm.nvvm.vote.ballot.sync", "@llvm.nvvm.shfl.sync.bfly.i32"):
            declaration = module[: module.index(f"declare i32 {name}")].splitlines()[-1]
            assert "convergent" in declaration
        assert '"=r,r"(i32 %v1) convergent' in ir
        assert ir.count("define ptx_kernel void @k") == ir.count("convergent nounwind {") == 1

    def test_locations_reach_ptx(self) -> None:
        text = 'llvm.func @k(%p: !llvm.ptr<1>, %i: i32) attributes {nvvm.kernel} {\n  %0 = llvm.mul %i, %i : i32 loc("a.mlir":3:5)\n'
        text += '  llvm.store %0, %p : i32, !llvm.ptr<1> loc("b.mlir":40:2)\n  llvm.return\n} loc("a.mlir":1:1)'
        text = text.replace(
            "llvm.store %0, %p : i32, !llvm.ptr<1>", '"llvm.store"(%0, %p) <{ordering = 0 : i64}> : (i32, !llvm.ptr<1>) -> ()'
        )
        ptx = codegen.compile_ptx(gpu_ir(text, debug=True), "sm_90")
        assert ".loc\t1 3 5" in ptx and ".loc\t2 40 2" in ptx
        assert '.file\t1 "a.mlir"' in ptx and '.file\t2 "b.mlir"' in ptx
        assert ".loc" not in codegen.compile_ptx(gpu_ir(text), "sm_90")

    def test_the_data_layout_is_the_target_machines(self) -> None:
        codegen.parse("")
        machine = llvm_binding.Target.from_triple("nvptx64-nvidia-cuda").create_target_machine(cpu="sm_90")
        assert f'target datalayout = "{machine.target_data}"' in gpu_ir("builtin.module {\n}")


SAMPLE = """
llvm.func @f(%p: !llvm.ptr<1>, %q: !llvm.ptr, %i: i32, %j: i64, %b: i1, %f: f32, %v: vector<4xf32>) -> i32 {
  %0 = "llvm.atomicrmw"(%q, %i) <{alignment = 4 : i64, bin_op = 1 : i64, ordering = 6 : i64}> : (!llvm.ptr, i32) -> i32
  %1 = "llvm.cmpxchg"(%q, %i, %0) <{alignment = 4 : i64, failure_ordering = 2 : i64, success_ordering = 6 : i64, weak}>
    : (!llvm.ptr, i32, i32) -> !llvm.struct<(i32, i1)>
  %2 = llvm.extractvalue %1[0] : !llvm.struct<(i32, i1)>
  "llvm.fence"() <{ordering = 7 : i64}> : () -> ()
  %3 = "llvm.load"(%q) <{alignment = 4 : i64, ordering = 4 : i64, volatile_}> : (!llvm.ptr) -> i32
  %4 = llvm.addrspacecast %p : !llvm.ptr<1> to !llvm.ptr
  "llvm.intr.memcpy"(%q, %4, %j) <{isVolatile = false}> : (!llvm.ptr, !llvm.ptr, i64) -> ()
  %5 = llvm.getelementptr inbounds|nuw %q[%i, 2] : (!llvm.ptr, i32) -> !llvm.ptr, !llvm.array<4 x i32>
  %6 = llvm.add %2, %3 overflow<nsw, nuw> : i32
  %7 = llvm.or disjoint %6, %i : i32
  %8 = llvm.sdiv exact %7, %i : i32
  %9 = llvm.fadd %f, %f {fastmathFlags = #llvm.fastmath<nnan, contract>} : f32
  %10 = llvm.mlir.constant(1 : i32) : i32
  %11 = llvm.extractelement %v[%10 : i32] : vector<4xf32>
  %12 = "llvm.intr.fma"(%9, %11, %f) <{fastmathFlags = #llvm.fastmath<none>}> : (f32, f32, f32) -> f32
  %13 = llvm.fcmp "olt" %12, %f {fastmathFlags = #llvm.fastmath<nnan>} : f32
  %14 = llvm.trunc %j overflow<nsw> : i64 to i32
  %15 = llvm.select %13, %8, %14 : i1, i32
  %16 = llvm.freeze %15 : i32
  "llvm.store"(%16, %5) <{alignment = 4 : i64, ordering = 5 : i64}> : (i32, !llvm.ptr) -> ()
  llvm.return %16 : i32
}
"""


class TestAgainstMLIR:
    @pytest.mark.skipif(shutil.which("mlir-translate-22") is None, reason="mlir-translate-22 is not installed")
    def test_our_instructions_are_mlirs(self) -> None:
        """What we print is what MLIR's own translation of the same text makes, up to the names of values."""
        done = subprocess.run(["mlir-translate-22", "--mlir-to-llvmir"], input=SAMPLE, capture_output=True, text=True, check=True)
        assert _instructions(str(codegen.parse(host_ir(SAMPLE)))) == _instructions(done.stdout)


def _instructions(ir: str) -> list[str]:
    """The instructions of a module, values numbered in order."""
    numbers: dict[str, str] = {}
    lines: list[str] = []
    for line in ir.splitlines():
        if line.startswith("  ") and not line.startswith("  ;"):
            words = line.replace("(", "( ").replace(",", " ,").replace(")", " )").split()
            lines.append(" ".join(numbers.setdefault(word, f"%{len(numbers)}") if word.startswith("%") else word for word in words))
    return lines


class TestSpeed:
    @staticmethod
    def straight(count: int) -> ModuleOp:
        entry = Block(arg_types=[i32])
        value = entry.args[0]
        for index in range(count):
            op = llvm.AddOp(value, entry.args[0])
            op.location = FileLineColLoc(StringAttr("in.mlir"), IntAttr(index + 1), IntAttr(1))
            entry.add_op(op)
            value = op.res
        entry.add_op(llvm.ReturnOp(value))
        function_type = llvm.LLVMFunctionType([i32], i32)
        return ModuleOp([llvm.FuncOp("f", function_type, body=Region([entry]))])

    @staticmethod
    def blocks(count: int) -> ModuleOp:
        entry, *rest = [Block(arg_types=[i32]) for _ in range(count)]
        for block, following in zip([entry, *rest], [*rest, None], strict=True):
            block.add_op(llvm.ReturnOp(block.args[0]) if following is None else llvm.BrOp(following, block.args[0]))
        return ModuleOp([llvm.FuncOp("f", llvm.LLVMFunctionType([i32], i32), body=Region([entry, *rest]))])

    @pytest.mark.parametrize("make", [straight, blocks])
    def test_time_is_linear(self, make: Callable[[int], ModuleOp]) -> None:
        def prepared(count: int) -> Callable[[], object]:
            module = make(count)
            return lambda: module_to_llvm_ir(module, debug=True)

        require_near_linear(prepared, 400, 4_000)

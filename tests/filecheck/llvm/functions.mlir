// Functions, calls, globals, switches and inline assembly keep what MLIR says of them.

// RUN: asyncir-opt %s | filecheck %s
// RUN: asyncir-opt %s --print-op-generic | asyncir-opt | filecheck %s
// REQUIRES: mlir-translate-22
// RUN: asyncir-opt %s | mlir-translate-22 --mlir-to-llvmir | filecheck %s --check-prefix=LLVM

// LLVM: @shared = internal addrspace(3) global [64 x i32] undef
"llvm.mlir.global"() <{addr_space = 3 : i32, global_type = !llvm.array<64 x i32>, linkage = #llvm.linkage<internal>, sym_name = "shared"}> ({
  %0 = llvm.mlir.undef : !llvm.array<64 x i32>
  llvm.return %0 : !llvm.array<64 x i32>
}) : () -> ()

// CHECK: llvm.func internal @helper(%{{.*}}: i32) -> i32 attributes {no_inline} {
// LLVM: define internal i32 @helper(i32 %0)
llvm.func internal @helper(%x: i32) -> i32 attributes {no_inline} {
  llvm.return %x : i32
}

// CHECK: llvm.func @kernel(%[[P:.*]]: !llvm.ptr<1> {llvm.noalias}, %[[I:.*]]: i32) attributes {nvvm.kernel, nvvm.maxntid = array<i32: 128>} {
// LLVM: define ptx_kernel void @kernel(ptr addrspace(1) noalias %0, i32 %1)
llvm.func @kernel(%p: !llvm.ptr<1> {llvm.noalias}, %i: i32) attributes {nvvm.kernel, nvvm.maxntid = array<i32: 128>} {
  // CHECK: %[[R:.*]] = llvm.call @helper(%[[I]]) : (i32) -> i32
  // LLVM: %[[R:.*]] = call i32 @helper(i32 %1)
  %0 = llvm.call @helper(%i) : (i32) -> i32
  // CHECK: %[[A:.*]] = llvm.getelementptr inbounds|nuw %[[P]][%[[R]], 2] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, !llvm.array<4 x i32>
  // LLVM: getelementptr inbounds nuw [4 x i32], ptr addrspace(1) %0, i32 %[[R]], i32 2
  %1 = llvm.getelementptr inbounds|nuw %p[%0, 2] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, !llvm.array<4 x i32>
  // CHECK: "llvm.inline_asm"(%[[R]])
  // CHECK-SAME: {convergent}
  // LLVM: call i32 asm sideeffect "activemask.b32 $0;", "=r,r"(i32 %[[R]])
  %2 = "llvm.inline_asm"(%0) <{asm_string = "activemask.b32 $0;", constraints = "=r,r", has_side_effects, tail_call_kind = #llvm.tailcallkind<none>}> {convergent} : (i32) -> i32
  "llvm.store"(%2, %1) <{ordering = 0 : i64}> : (i32, !llvm.ptr<1>) -> ()
  // CHECK: "llvm.switch"(%[[R]], %{{.*}}) [^[[OTHER:.*]], ^[[LAST:.*]], ^[[OTHER]]]
  // LLVM: switch i32 %[[R]], label %[[OTHER:.*]] [
  // LLVM-NEXT: i32 1, label %[[LAST:.*]]
  // LLVM-NEXT: i32 -1, label %[[OTHER]]
  "llvm.switch"(%0, %2) [^other, ^last, ^other] <{case_operand_segments = array<i32: 1, 0>, case_values = dense<[1, -1]> : vector<2xi32>, operandSegmentSizes = array<i32: 1, 0, 1>}> : (i32, i32) -> ()
^other:
  llvm.return
^last(%x: i32):
  llvm.unreachable
}

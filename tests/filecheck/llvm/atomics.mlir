// Atomics keep their order and scope through our parser and printer, and MLIR reads them so.

// RUN: asyncir-opt %s | filecheck %s
// RUN: asyncir-opt %s | asyncir-opt | filecheck %s
// REQUIRES: mlir-translate-22
// RUN: asyncir-opt %s | mlir-translate-22 --mlir-to-llvmir | filecheck %s --check-prefix=LLVM

// CHECK-LABEL: llvm.func @atomics(
// CHECK-SAME:  %[[P:.*]]: !llvm.ptr<1>, %[[V:.*]]: i64)
// LLVM-LABEL: define void @atomics(
llvm.func @atomics(%p: !llvm.ptr<1>, %v: i64) {
  // CHECK: %[[OLD:.*]] = "llvm.atomicrmw"(%[[P]], %[[V]]) <{alignment = 8 : i64, bin_op = 1 : i64, ordering = 6 : i64, syncscope = "device"}>
  // LLVM: atomicrmw add ptr addrspace(1) %0, i64 %1 syncscope("device") acq_rel, align 8
  %0 = "llvm.atomicrmw"(%p, %v) <{alignment = 8 : i64, bin_op = 1 : i64, ordering = 6 : i64, syncscope = "device"}> : (!llvm.ptr<1>, i64) -> i64
  // CHECK: "llvm.cmpxchg"(%[[P]], %[[OLD]], %[[V]])
  // LLVM: cmpxchg weak ptr addrspace(1) %0, i64 %3, i64 %1 syncscope("block") acq_rel monotonic, align 8
  %1 = "llvm.cmpxchg"(%p, %0, %v) <{alignment = 8 : i64, failure_ordering = 2 : i64, success_ordering = 6 : i64, syncscope = "block", weak}> : (!llvm.ptr<1>, i64, i64) -> !llvm.struct<(i64, i1)>
  // LLVM: fence seq_cst
  "llvm.fence"() <{ordering = 7 : i64}> : () -> ()
  // LLVM: load atomic i64, ptr addrspace(1) %0 acquire, align 8
  %2 = "llvm.load"(%p) <{alignment = 8 : i64, ordering = 4 : i64}> : (!llvm.ptr<1>) -> i64
  // LLVM: store atomic i64 %1, ptr addrspace(1) %0 syncscope("device") release, align 8
  "llvm.store"(%v, %p) <{alignment = 8 : i64, ordering = 5 : i64, syncscope = "device"}> : (i64, !llvm.ptr<1>) -> ()
  llvm.return
}

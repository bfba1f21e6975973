// Warp and block operations have MLIR's names and properties.

// RUN: asyncir-opt %s | filecheck %s
// RUN: asyncir-opt %s --print-op-generic | asyncir-opt | filecheck %s
// REQUIRES: mlir-translate-22
// RUN: asyncir-opt %s | mlir-translate-22 --mlir-to-llvmir | filecheck %s --check-prefix=LLVM

// CHECK-LABEL: llvm.func @warp(
// LLVM-LABEL: define ptx_kernel void @warp(
llvm.func @warp(%mask: i32, %value: f32, %pred: i1) attributes {nvvm.kernel} {
  // CHECK: nvvm.read.ptx.sreg.laneid : i32
  // LLVM: call i32 @llvm.nvvm.read.ptx.sreg.laneid()
  %0 = nvvm.read.ptx.sreg.laneid : i32
  // CHECK: nvvm.read.ptx.sreg.globaltimer : i64
  // LLVM: call i64 @llvm.nvvm.read.ptx.sreg.globaltimer()
  %1 = nvvm.read.ptx.sreg.globaltimer : i64
  // CHECK: "nvvm.shfl.sync"(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) <{kind = #nvvm<shfl_kind bfly>}>
  // LLVM: call float @llvm.nvvm.shfl.sync.bfly.f32(i32 %0, float %1, i32 %0, i32 %0)
  %2 = "nvvm.shfl.sync"(%mask, %value, %mask, %mask) <{kind = #nvvm<shfl_kind bfly>}> : (i32, f32, i32, i32) -> f32
  // CHECK: "nvvm.vote.sync"(%{{.*}}, %{{.*}}) <{kind = #nvvm<vote_sync_kind ballot>}>
  // LLVM: call i32 @llvm.nvvm.vote.ballot.sync(i32 %0, i1 %2)
  %3 = "nvvm.vote.sync"(%mask, %pred) <{kind = #nvvm<vote_sync_kind ballot>}> : (i32, i1) -> i32
  // LLVM: call i32 @llvm.nvvm.redux.sync.umin(i32 %{{.*}}, i32 %0)
  %4 = "nvvm.redux.sync"(%3, %mask) <{kind = #nvvm<redux_kind umin>}> : (i32, i32) -> i32
  // LLVM: call i32 @llvm.nvvm.match.any.sync.i32(i32 %0, i32 %{{.*}})
  %5 = "nvvm.match.sync"(%mask, %4) <{kind = #nvvm<match_sync_kind any>}> : (i32, i32) -> i32
  // LLVM: call { i32, i1 } @llvm.nvvm.elect.sync(i32 %0)
  %6 = "nvvm.elect.sync"(%mask) : (i32) -> i1
  // CHECK: nvvm.bar.warp.sync %{{.*}} : i32
  // LLVM: call void @llvm.nvvm.bar.warp.sync(i32 %0)
  nvvm.bar.warp.sync %mask : i32
  // CHECK: nvvm.barrier0
  // LLVM: call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  nvvm.barrier0
  // LLVM: call void @llvm.nvvm.barrier.cta.sync.aligned.count(i32 %0, i32 %0)
  "nvvm.barrier"(%mask, %mask) <{operandSegmentSizes = array<i32: 1, 1, 0>}> : (i32, i32) -> ()
  // CHECK: nvvm.nanosleep %{{.*}}
  // LLVM: call void @llvm.nvvm.nanosleep(i32 %0)
  nvvm.nanosleep %mask
  llvm.return
}

// Barriers, bulk copies and their fences have MLIR's names and properties.

// RUN: asyncir-opt %s | filecheck %s
// RUN: asyncir-opt %s --print-op-generic | asyncir-opt | filecheck %s
// REQUIRES: mlir-translate-22
// RUN: asyncir-opt %s | mlir-translate-22 --mlir-to-llvmir | filecheck %s --check-prefix=LLVM

// CHECK-LABEL: llvm.func @block(
// LLVM-LABEL: define ptx_kernel void @block(
llvm.func @block(%shared: !llvm.ptr<3>, %global: !llvm.ptr<1>, %n: i32) attributes {nvvm.kernel} {
  // CHECK: nvvm.mbarrier.init %{{.*}}, %{{.*}} : !llvm.ptr<3>, i32
  // LLVM: call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) %0, i32 %2)
  nvvm.mbarrier.init %shared, %n : !llvm.ptr<3>, i32
  // CHECK: nvvm.fence.mbarrier.init
  // LLVM: call void @llvm.nvvm.fence.mbarrier_init.release.cluster()
  nvvm.fence.mbarrier.init
  // CHECK: nvvm.mbarrier.expect_tx %{{.*}}, %{{.*}} : !llvm.ptr<3>, i32
  // LLVM: call void @llvm.nvvm.mbarrier.expect.tx.scope.cta.space.cta(ptr addrspace(3) %0, i32 %2)
  nvvm.mbarrier.expect_tx %shared, %n : !llvm.ptr<3>, i32
  // CHECK: "nvvm.cp.async.bulk.shared.cluster.global"(%{{.*}}) <{operandSegmentSizes = array<i32: 1, 1, 1, 1, 0, 0>}>
  // LLVM: call void @llvm.nvvm.cp.async.bulk.global.to.shared.cta(ptr addrspace(3) %0, ptr addrspace(3) %0, ptr addrspace(1) %1, i32 %2, i64 0, i1 false)
  "nvvm.cp.async.bulk.shared.cluster.global"(%shared, %global, %shared, %n) <{operandSegmentSizes = array<i32: 1, 1, 1, 1, 0, 0>}> : (!llvm.ptr<3>, !llvm.ptr<1>, !llvm.ptr<3>, i32) -> ()
  // CHECK: nvvm.mbarrier.arrive %{{.*}} : !llvm.ptr<3> -> i64
  // LLVM: call i64 @llvm.nvvm.mbarrier.arrive.shared(ptr addrspace(3) %0)
  %0 = nvvm.mbarrier.arrive %shared : !llvm.ptr<3> -> i64
  // CHECK: nvvm.mbarrier.try_wait %{{.*}}, %{{.*}} : !llvm.ptr<3>, i32 -> i1
  // LLVM: call i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cta.space.cta(ptr addrspace(3) %0, i32 %2)
  %1 = nvvm.mbarrier.try_wait %shared, %n : !llvm.ptr<3>, i32 -> i1
  // CHECK: nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
  // LLVM: call void @llvm.nvvm.fence.proxy.async.shared_cta()
  nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
  // LLVM: call void @llvm.nvvm.cp.async.bulk.shared.cta.to.global(ptr addrspace(1) %1, ptr addrspace(3) %0, i32 %2, i64 0, i1 false)
  "nvvm.cp.async.bulk.global.shared.cta"(%global, %shared, %n) <{operandSegmentSizes = array<i32: 1, 1, 1, 0, 0>}> : (!llvm.ptr<1>, !llvm.ptr<3>, i32) -> ()
  // CHECK: nvvm.cp.async.bulk.commit.group
  // LLVM: call void @llvm.nvvm.cp.async.bulk.commit.group()
  nvvm.cp.async.bulk.commit.group
  // CHECK: "nvvm.cp.async.bulk.wait_group"() <{group = 1 : i32, read}>
  // LLVM: call void @llvm.nvvm.cp.async.bulk.wait.group.read(i32 1)
  "nvvm.cp.async.bulk.wait_group"() <{group = 1 : i32, read}> : () -> ()
  // LLVM: call void @llvm.nvvm.cp.async.bulk.wait.group(i32 0)
  "nvvm.cp.async.bulk.wait_group"() <{group = 0 : i32}> : () -> ()
  llvm.return
}

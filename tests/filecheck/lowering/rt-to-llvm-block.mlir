// Blocks on sm_90: block memory is dynamic shared memory, barriers are mbarriers; no cast stands before an access whose place is known.
// RUN: asyncir-opt %s -p 'rt-to-llvm{target=cuda arch=sm_90}' | filecheck %s

// CHECK:      "llvm.mlir.global"() <{sym_name = "asyncir_block_memory", global_type = !llvm.array<0 x i8>, linkage = #llvm.linkage<"external">, addr_space = 3 : i32, alignment = 128 : i64
// CHECK:      llvm.func @k({{.*}}) attributes {nvvm.kernel, nvvm.reqntid = array<i32: 64>, nvvm.minctasm = 3 : i32} {
rt.kernel @k(%a: memref<?xf32>, %i: index, %control: !rt.ptr, %instances: index)
    attributes {executor = "static", why = "", scope = "warp", results = [], task.warps = 2 : i32, task.block_bytes = 1000 : i64, task.blocks_per_processor = 3 : i32} {
  // CHECK: [[T:%.*]] = nvvm.read.ptx.sreg.tid.x : i32
  // CHECK: [[W:%.*]] = llvm.lshr [[T]],
  // CHECK: "nvvm.shfl.sync"(%{{.*}}, [[W]], %{{.*}}, %{{.*}}) <{kind = #nvvm<shfl_kind idx>}>
  %w = rt.warp_in_block : i32
  // CHECK: [[B:%.*]] = nvvm.read.ptx.sreg.ctaid.x : i32
  // CHECK: llvm.zext [[B]] : i32 to i64
  %b = rt.block_id : index
  // CHECK-COUNT-3: llvm.addrspacecast %{{.*}} : !llvm.ptr<3> to !llvm.ptr{{$}}
  %full = rt.block_memory {offset = 8 : i64} : !rt.ptr
  %empty = rt.block_memory {offset = 16 : i64} : !rt.ptr
  %tile = rt.block_memory {offset = 128 : i64} : !rt.ptr

  // One fence behind both.
  // CHECK-NEXT: [[M0:%.*]] = llvm.mlir.addressof @asyncir_block_memory : !llvm.ptr<3>
  // CHECK-NEXT: [[P0:%.*]] = llvm.getelementptr [[M0]][8] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
  // CHECK:      nvvm.mbarrier.init [[P0]], %{{.*}} : !llvm.ptr<3>, i32
  // CHECK-NOT:  fence
  // CHECK:      nvvm.mbarrier.init
  // CHECK-NEXT: nvvm.fence.mbarrier.init
  rt.barrier_init %full {count = 1 : i32}
  rt.barrier_init %empty {count = 1 : i32}
  // CHECK: nvvm.bar.warp.sync
  // CHECK-NEXT: nvvm.barrier0
  rt.block_sync

  // CHECK: nvvm.mbarrier.expect_tx
  // CHECK: [[FROM:%.*]] = llvm.addrspacecast %{{.*}} : !llvm.ptr to !llvm.ptr<1>
  // CHECK: "nvvm.cp.async.bulk.shared.cluster.global"(%{{.*}}, [[FROM]], %{{.*}}, %{{.*}})
  // CHECK: nvvm.mbarrier.arrive
  %bytes = arith.constant 256 : i32
  %from = rt.memref_ptr %a : memref<?xf32>
  rt.barrier_expect %full, %bytes
  rt.bulk_load %tile, %from, %bytes, %full
  rt.barrier_arrive %full
  // CHECK: [[P:%.*]] = llvm.zext %{{.*}} : i1 to i32
  // CHECK: nvvm.mbarrier.try_wait %{{.*}}, [[P]] : !llvm.ptr<3>, i32 -> i1
  %parity = arith.constant false
  %done = rt.barrier_try_wait %full, %parity

  // An element of a tile that begins at a computed place.
  // CHECK:      [[M:%.*]] = llvm.mlir.addressof @asyncir_block_memory : !llvm.ptr<3>
  // CHECK-NEXT: [[S:%.*]] = llvm.getelementptr [[M]][128] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
  // CHECK-NEXT: [[E:%.*]] = llvm.getelementptr [[S]][%{{.*}}] : (!llvm.ptr<3>, i64) -> !llvm.ptr<3>, i8
  // CHECK-NOT:  addrspacecast
  // CHECK:      "llvm.load"(%{{.*}}) <{{{.*}}}> : (!llvm.ptr<3>) -> f32
  %c256 = arith.constant 256 : i64
  %second = rt.ptr_add %tile, %c256
  %t = rt.memref %second : memref<64xf32, #gpu.address_space<workgroup>>
  %x = memref.load %t[%i] : memref<64xf32, #gpu.address_space<workgroup>>

  // Words of block memory, and of the device's.
  // CHECK: "llvm.store"({{.*}}) <{{{.*}}}> : (i32, !llvm.ptr<3>) -> ()
  // CHECK: "llvm.load"(%{{.*}}) <{{{.*}}}> : (!llvm.ptr<1>) -> i32
  rt.store %bytes, %second[4 : i64] : i32
  %word = rt.load %control[72 : i64] : i32

  // CHECK: nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
  // CHECK: "nvvm.cp.async.bulk.global.shared.cta"
  // CHECK: nvvm.cp.async.bulk.commit.group
  // CHECK: "nvvm.cp.async.bulk.wait_group"() <{group = 1 : i32, read}>
  rt.proxy_fence
  rt.bulk_store %from, %tile, %bytes
  rt.bulk_commit
  rt.bulk_wait {pending = 1 : i32, read}

  // The failure word lies behind the kernel's 1000 bytes.
  // CHECK: [[F:%.*]] = llvm.getelementptr %{{.*}}[1008] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
  // CHECK: "llvm.load"([[F]])
  // CHECK: [[G:%.*]] = llvm.getelementptr %{{.*}}[1008] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
  // CHECK: "llvm.store"(%{{.*}}, [[G]])
  %failed = rt.block_failed
  rt.fail_block
  rt.return
}

// The static executor: an instance is a block, whose warps meet before they begin and before they leave.
// RUN: asyncir-opt %s -p expand-executor | filecheck %s

// CHECK: rt.kernel @roles(%result: !rt.ptr, %control: !rt.ptr, %instances: index) attributes {executor = "static", why = "its roles run on warps of a block", scope = "warp", results = [i32], task.warps = 3 : i32, task.block_bytes = 24 : i64, task.blocks_per_processor = 2 : i32} {

// One lane makes the failure word, behind what the kernel asked for.
// CHECK-NEXT:    [[W:%.*]] = rt.warp_in_block : i32
// CHECK-NEXT:    [[L:%.*]] = gpu.lane_id
// CHECK:         [[ONE:%.*]] = arith.andi
// CHECK-NEXT:    cf.cond_br [[ONE]], ^[[RESET:.*]], ^[[MEET:.*]]
// CHECK-NEXT:  ^[[RESET]]:
// CHECK-NEXT:    [[ZERO:%.*]] = arith.constant 0 : i32
// CHECK-NEXT:    [[WORD:%.*]] = rt.block_memory {offset = 32 : i64} : !rt.ptr
// CHECK-NEXT:    rt.store [[ZERO]], [[WORD]][0 : i64] : i32
// CHECK-NEXT:    cf.br ^[[MEET]]
// CHECK-NEXT:  ^[[MEET]]:
// CHECK-NEXT:    rt.block_sync
// CHECK-NEXT:    [[I:%.*]] = rt.block_id : index
// CHECK-NEXT:    [[IN:%.*]] = arith.cmpi ult, [[I]], %instances : index
// CHECK-NEXT:    cf.cond_br [[IN]], ^[[BODY:.*]], ^[[LEAVE:.*]]
// CHECK:       ^[[LEAVE]]:
// CHECK-NEXT:    rt.block_sync
// CHECK-NEXT:    rt.return

// The first failure of a block is recorded.
// CHECK-NEXT:  ^[[FAIL:.*]]([[K:%.*]]: i32, [[C:%.*]]: i32, [[S:%.*]]: i32):
// CHECK-NEXT:    rt.warp_sync
// CHECK:         [[SET:%.*]] = arith.constant 1 : i32
// CHECK-NEXT:    [[WORD2:%.*]] = rt.block_memory {offset = 32 : i64} : !rt.ptr
// CHECK-NEXT:    [[OLD:%.*]] = rt.atomic_rmw xchg relaxed workgroup [[SET]], [[WORD2]][0 : i64]
// CHECK:         rt.warp_sync
// CHECK-NEXT:    cf.br ^[[LEAVE]]
// CHECK:         func.call @rt.fail_inline(%control, [[K]], [[C]], [[S]], %{{.*}})

// A loop that waits looks at failures and at the stop word, and has no safepoint of its own.
// CHECK:         [[DONE:%.*]] = rt.barrier_try_wait [[B:%.*]], %{{.*}}
// CHECK:         cf.cond_br [[READY:%.*]], ^[[GO:.*]], ^[[LOOK:.*]]
// CHECK-NEXT:  ^[[LOOK]]:
// CHECK-NEXT:    [[FAILED:%.*]] = rt.block_failed
// CHECK-NEXT:    cf.cond_br [[FAILED]], ^[[TOLD:.*]]([[FAILED]] : i1), ^[[ASK:.*]]
// CHECK-NEXT:  ^[[ASK]]:
// CHECK:         [[STOP:%.*]] = func.call @rt.safepoint_inline(%control,
// CHECK-NEXT:    cf.cond_br [[STOP]], ^[[TELL:.*]], ^[[TOLD]]([[STOP]] : i1)
// CHECK-NEXT:  ^[[TELL]]:
// CHECK-NEXT:    rt.fail_block
// CHECK-NEXT:    cf.br ^[[TOLD]]([[STOP]] : i1)
// CHECK-NEXT:  ^[[TOLD]]([[OUT:%.*]]: i1):
// CHECK-NEXT:    [[MASK:%.*]] = rt.ballot [[OUT]] : i32
// CHECK:         cf.cond_br %{{.*}}, ^[[END:.*]], ^

// One without waits has a safepoint.
// CHECK:         rt.warp_sync
// CHECK:         func.call @rt.safepoint_inline(%control,

// Results are stored, and the warp goes where all leave.
// CHECK:       ^[[END]]:
// CHECK:         rt.store %{{.*}}, %{{.*}}[0 : i64] : i32
// CHECK-NEXT:    cf.br ^[[LEAVE]]
sm.machine @roles() -> i32 attributes {scope = "warp", kernel, task.warps = 3 : i32, task.block_bytes = 24 : i64, task.blocks_per_processor = 2 : i32, frame = #sm.frame<task 0 rows 0 policy "per-value">, arg_slots = []} {
  %c0 = arith.constant 0 : i32
  %true = arith.constant true
  %barrier = rt.block_memory {offset = 16 : i64} : !rt.ptr
  cf.br ^wait
^wait:
  %done = rt.barrier_try_wait %barrier, %true
  %mask = task.ballot %done : i32
  %ready = arith.cmpi ne, %mask, %c0 : i32
  cf.cond_br %ready, ^work, ^look
^look:
  %leave = rt.block_leaves
  %some = task.ballot %leave : i32
  %out = arith.cmpi ne, %some, %c0 : i32
  cf.cond_br %out, ^end, ^wait
^work:
  %warp = rt.warp_in_block : i32
  %more = arith.cmpi ne, %warp, %c0 : i32
  cf.assert %more, "warp 0"
  task.lane_sync
  cf.cond_br %more, ^work, ^end
^end:
  sm.return %c0 : i32
}

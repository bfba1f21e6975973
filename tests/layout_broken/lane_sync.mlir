// A meeting of lanes stays where it is, between the same effects.

sm.machine @f(%h: !async.value<i32>, %m: memref<64xi32>) attributes {scope = "warp"} {
  %lane = gpu.lane_id
  %own = arith.index_cast %lane : index to i32
  memref.store %own, %m[%lane] : memref<64xi32>
  task.lane_sync
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^next]
^next(%v: i32):
  memref.store %v, %m[%lane] : memref<64xi32>
  sm.return
}

// -----

sm.machine @f(%h: !async.value<i32>, %m: memref<64xi32>) attributes {
    scope = "warp", frame = #sm.frame<task 48 rows 0 policy "hand">, arg_slots = [#sm.slot<task 0>, #sm.slot<task 8>]} {
  %lane = gpu.lane_id
  %own = arith.index_cast %lane : index to i32
  memref.store %own, %m[%lane] : memref<64xi32>
  task.lane_sync
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^ready, ^park]
^park:
  sm.park await(%h) 1 : (!async.value<i32>) -> i32 [^resume]
^resume(%v1: i32):
  %m1 = sm.reload at <task 8> : memref<64xi32>
  cf.br ^next(%v1, %m1 : i32, memref<64xi32>)
^ready(%v0: i32):
  cf.br ^next(%v0, %m : i32, memref<64xi32>)
^next(%v: i32, %m2: memref<64xi32>):
  %l2 = gpu.lane_id
  memref.store %v, %m2[%l2] : memref<64xi32>
  sm.return
}

// -----
// dropped: 'task.lane_sync' is not done before 'sm.suspend'
// - task.lane_sync

// -----
// on_an_edge: 'task.lane_sync' was put on an edge of the suspension
// - cf.br ^next(%v0, %m : i32, memref<64xi32>)
// + task.lane_sync
// + cf.br ^next(%v0, %m : i32, memref<64xi32>)

// -----
// twice: 'task.lane_sync' is done where the program goes on to 'sm.suspend'
// - task.lane_sync
// + task.lane_sync
// + task.lane_sync

// -----
// in_front_of_another_store: 'memref.store' is done where the program does 'task.lane_sync'
// - task.lane_sync
// + memref.store %own, %m[%lane] : memref<64xi32>
// + task.lane_sync

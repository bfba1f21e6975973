// RUN: asyncir-opt %s -p "scf-to-cf,form-roles{executor=static}" --split-input-file | filecheck %s
// A kernel of roles becomes one function, in which each warp of a block runs a role.

// A loader and a storer: two slots, of which each is two barriers, and two tiles behind them. Warp 0 makes the barriers, then all meet.

!tile = memref<64xf32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @load(%x: memref<?xf32>, %n: index, %ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  scf.for %t = %c0 to %n step %c1 {
    %slot, %tile = task.acquire_slot %ch writer 0 : !tiles
    %first = arith.muli %t, %c64 : index
    task.copy %x[%first], %tile[%c0], %c64 into %slot : memref<?xf32>, !tile, !task.slot<!tile>
    task.commit_slot %slot : !task.slot<!tile>
  }
  task.close %ch : !tiles
  async.return
}
async.func @store(%y: memref<?xf32>, %n: index, %ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %lane = gpu.lane_id
  scf.for %t = %c0 to %n step %c1 {
    %slot, %tile, %ok = task.receive_slot %ch reader 0 : !tiles
    %v = memref.load %tile[%lane] : !tile
    memref.store %v, %y[%lane] : memref<?xf32>
    task.release_slot %slot : !task.slot<!tile>
  }
  async.return
}
func.func @main(%x: memref<?xf32>, %y: memref<?xf32>, %n: index) attributes {task.kernel} {
  %ch = task.tile_channel {depth = 2 : i32} : !tiles
  %0 = async.call @load(%x, %n, %ch) : (memref<?xf32>, index, !tiles) -> !async.token
  %1 = async.call @store(%y, %n, %ch) : (memref<?xf32>, index, !tiles) -> !async.token
  async.await %0 : !async.token
  async.await %1 : !async.token
  return
}

// CHECK:        func.func @main(%x: memref<?xf32>, %y: memref<?xf32>, %n: index) attributes {task.kernel, task.scope = "warp", task.warps = 2 : i32, task.block_bytes = 640 : i64} {
// CHECK-NEXT:     %warp = rt.warp_in_block : i32
// CHECK:          %[[SLOT:.*]] = rt.ptr_add
// CHECK-NEXT:     rt.barrier_init %[[SLOT]] {count = 1 : i32}
// CHECK-NEXT:     %[[C8:.*]] = arith.constant 8 : i64
// CHECK-NEXT:     %[[EMPTY:.*]] = rt.ptr_add %[[SLOT]], %[[C8]]
// CHECK-NEXT:     rt.barrier_init %[[EMPTY]] {count = 1 : i32}
// CHECK:          rt.proxy_fence
// CHECK:          rt.block_sync
// CHECK-NEXT:     cf.switch %warp : i32, [
// CHECK-NEXT:     default: ^[[LOAD:bb[0-9]+]],
// CHECK-NEXT:       1: ^[[STORE:bb[0-9]+]]

// The loader's two cursors, of slots acquired and of slots committed, go round its loop. It waits for the parity before this round's.
// CHECK:        ^[[LOAD]]:
// CHECK:          cf.br ^[[HEAD:bb[0-9]+]](%c0, {{.*}} : index, {{.*}})
// CHECK-NEXT:   ^[[HEAD]](%t: index, {{.*}}):
// CHECK:          cf.cond_br %{{.*}}, ^{{bb[0-9]+}}, ^[[END:bb[0-9]+]]
// CHECK:          %[[NEXT:.*]] = rt.ptr_add
// CHECK:          %[[BARRIER:.*]] = rt.ptr_add %[[NEXT]]
// CHECK-NEXT:     %[[TRUE:.*]] = arith.constant true
// CHECK-NEXT:     %[[PARITY:.*]] = arith.xori %{{.*}}, %[[TRUE]] : i1
// CHECK-NEXT:     cf.br ^[[WAIT:bb[0-9]+]]
// CHECK-NEXT:   ^[[WAIT]]:
// CHECK-NEXT:     %[[DONE:.*]] = rt.barrier_try_wait %[[BARRIER]], %[[PARITY]]
// CHECK:          task.ballot
// CHECK:          cf.cond_br %{{.*}}, ^[[GO:bb[0-9]+]], ^[[LOOK:bb[0-9]+]]
// CHECK-NEXT:   ^[[LOOK]]:
// CHECK-NEXT:     rt.block_leaves
// CHECK:          cf.cond_br %{{.*}}, ^[[LEAVE:bb[0-9]+]], ^[[WAIT]] {task.bounded}
// CHECK-NEXT:   ^[[GO]]:
// CHECK:          %slot = rt.ptr_add
// CHECK:          rt.block_memory {offset = 128 : i64} : !rt.ptr
// CHECK:          %tile = rt.memref %{{.*}} : memref<64xf32, #gpu.address_space<workgroup>>

// One lane asks for the bytes that a bulk load can take; if any are left at the head or the tail, all lanes copy those.
// CHECK:          rt.barrier_expect %slot, %[[BYTES:.*]]
// CHECK-NEXT:     %[[TO:.*]] = rt.ptr_add
// CHECK-NEXT:     %[[FROM:.*]] = rt.ptr_add
// CHECK-NEXT:     rt.bulk_load %[[TO]], %[[FROM]], %[[BYTES]], %slot
// CHECK:          memref.load %x
// CHECK-NEXT:     arith.addi
// CHECK-NEXT:     memref.store %{{.*}}, %tile
// CHECK:          memref.load %x
// CHECK-NEXT:     arith.addi
// CHECK-NEXT:     memref.store %{{.*}}, %tile
// CHECK:          rt.proxy_fence
// CHECK:          task.lane_sync
// CHECK:          rt.barrier_arrive %slot
// CHECK:          cf.br ^[[HEAD]]

// Before it returns, the copies of all slots have ended.
// CHECK:        ^[[END]]:
// CHECK-NEXT:     cf.br ^[[LEAVE]]
// CHECK-NEXT:   ^[[LEAVE]]:
// CHECK:          rt.barrier_try_wait
// CHECK-NOT:      rt.block_leaves
// CHECK:          func.return

// The storer waits for this round's parity, and makes no copies that it would have to wait for.
// CHECK-NEXT:   ^[[STORE]]:
// CHECK:        ^{{.*}}(%t_1: index, %[[ROUND:[0-9]+]]: i1, %{{.*}}: i32):
// CHECK:          rt.barrier_try_wait %{{.*}}, %[[ROUND]]
// CHECK:          memref.load %tile_1[%lane]
// CHECK-NEXT:     memref.store
// CHECK-NEXT:     task.lane_sync
// CHECK:          %[[EMPTY:.*]] = rt.ptr_add %slot_1, %{{.*}}
// CHECK-NEXT:     rt.barrier_arrive %[[EMPTY]]
// CHECK-NOT:      rt.bulk
// CHECK:          func.return
// CHECK-NOT:      async.
// CHECK-NOT:      task.tile_channel

// -----
// One slot: there is no place to count, only a parity. A reader asks whether it got a slot, so closing commits one with a mark; the
// reader that finds it stays where it is.

!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @write(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  task.close %ch : !tiles
  async.return
}
async.func @read(%ch: !tiles, %y: memref<?xi1>) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %slot, %tile, %ok = task.receive_slot %ch reader 0 : !tiles
  memref.store %ok, %y[%c0] : memref<?xi1>
  scf.if %ok {
    task.release_slot %slot : !task.slot<!tile>
  }
  async.return
}
func.func @closing(%y: memref<?xi1>) attributes {task.kernel} {
  %ch = task.tile_channel {depth = 1 : i32} : !tiles
  %0 = async.call @write(%ch) : (!tiles) -> !async.token
  %1 = async.call @read(%ch, %y) : (!tiles, memref<?xi1>) -> !async.token
  async.await %0 : !async.token
  async.await %1 : !async.token
  return
}

// CHECK:        func.func @closing
// CHECK:          %[[SLOT:.*]] = rt.block_memory {offset = 0 : i64} : !rt.ptr
// CHECK:          rt.barrier_init %[[SLOT]] {count = 1 : i32}
// CHECK:          %[[NONE:.*]] = arith.constant 0 : i32
// CHECK-NEXT:     rt.store %[[NONE]], %[[SLOT]][16 : i64] : i32
// CHECK:          rt.barrier_try_wait
// CHECK:          %[[LAST:.*]] = rt.block_memory {offset = 0 : i64} : !rt.ptr
// CHECK:          %[[MARK:.*]] = arith.constant 1 : i32
// CHECK-NEXT:     rt.store %[[MARK]], %[[LAST]][16 : i64] : i32
// CHECK-NEXT:     rt.barrier_arrive %[[LAST]]
// CHECK:          rt.barrier_try_wait
// CHECK:          %slot = rt.block_memory {offset = 0 : i64} : !rt.ptr
// CHECK:          %[[FOUND:.*]] = rt.load %slot[16 : i64] : i32
// CHECK:          %[[OPEN:.*]] = arith.cmpi eq, %[[FOUND]]
// CHECK:          task.ballot
// CHECK:          %[[OK:.*]] = arith.cmpi eq
// CHECK:          %[[NEXT:.*]] = arith.xori %{{.*}}, %{{.*}} : i1
// CHECK-NEXT:     arith.select %[[OK]], %[[NEXT]]
// CHECK-NEXT:     memref.store %[[OK]], %y

// -----
// Two writers and three readers: as many arrivals. Copies of several writers are made by lanes, and nobody has to wait for them.

!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @all(%x: memref<?xi32>, %ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %0, %tile = task.acquire_slot %ch writer 0 : !tiles
  task.copy %x[%c0], %tile[%c0], %c4 into %0 : memref<?xi32>, !tile, !task.slot<!tile>
  task.commit_slot %0 : !task.slot<!tile>
  %1, %same = task.acquire_slot %ch writer 1 : !tiles
  task.commit_slot %1 : !task.slot<!tile>
  %2, %tile2, %ok2 = task.receive_slot %ch reader 0 : !tiles
  %3, %tile3, %ok3 = task.receive_slot %ch reader 1 : !tiles
  %4, %tile4, %ok4 = task.receive_slot %ch reader 2 : !tiles
  task.release_slot %2 : !task.slot<!tile>
  task.release_slot %3 : !task.slot<!tile>
  task.release_slot %4 : !task.slot<!tile>
  async.return
}
func.func @counts(%x: memref<?xi32>) attributes {task.kernel} {
  %ch = task.tile_channel {depth = 1 : i32, writers = 2 : i32, readers = 3 : i32} : !tiles
  %0 = async.call @all(%x, %ch) : (memref<?xi32>, !tiles) -> !async.token
  async.await %0 : !async.token
  return
}

// CHECK:        func.func @counts
// CHECK:          rt.barrier_init %{{.*}} {count = 2 : i32}
// CHECK:          rt.barrier_init %{{.*}} {count = 3 : i32}
// CHECK-NOT:      rt.bulk_load
// CHECK:          memref.store %{{.*}}, %tile
// CHECK-NOT:      rt.bulk_load
// CHECK:          func.return

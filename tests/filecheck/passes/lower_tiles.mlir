// RUN: asyncir-opt %s -p lower-tiles --split-input-file | filecheck %s
// Tile channels become channels of places, and copies loops.

// A writer and a reader: nothing is counted. What was a channel is an array of all tiles and a channel of places for each of them.

!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @write(%ch: !tiles) -> !async.token attributes {task.scope = "lane"} {
  %slot, %tile = task.acquire_slot %ch writer 0 : !tiles
  task.commit_slot %slot : !task.slot<!tile>
  task.close %ch : !tiles
  async.return
}
async.func @read(%ch: !tiles, %i: index) -> !async.value<i32> attributes {task.scope = "lane"} {
  %slot, %tile, %ok = task.receive_slot %ch reader 0 : !tiles
  %x = memref.load %tile[%i] : !tile
  task.release_slot %slot : !task.slot<!tile>
  async.return %x : i32
}
func.func @main(%i: index) attributes {task.kernel, task.scope = "lane"} {
  %ch = task.tile_channel {depth = 2 : i32} : !tiles
  %t = async.call @write(%ch) : (!tiles) -> !async.token
  %v = async.call @read(%ch, %i) : (!tiles, index) -> !async.value<i32>
  return
}

// CHECK:        async.func @write(%ch: memref<2x4xi32>, %ch_empty0: !task.channel<index>, %ch_full0: !task.channel<index>) -> !async.token
// CHECK-NEXT:     %slot, %{{.*}} = task.recv %ch_empty0 : !task.channel<index>
// CHECK-NEXT:     %tile = memref.subview %ch[%slot, 0] [1, 4] [1, 1] : memref<2x4xi32> to memref<4xi32, strided<[1], offset: ?>>
// CHECK-NEXT:     %{{.*}} = task.try_send %slot, %ch_full0 : !task.channel<index>
// CHECK-NEXT:     task.close %ch_full0 : !task.channel<index>
// CHECK-NEXT:     async.return
// CHECK:        async.func @read(%ch: memref<2x4xi32>, %ch_empty0: !task.channel<index>, %ch_full0: !task.channel<index>, %i: index) -> !async.value<i32>
// CHECK-NEXT:     %slot, %ok = task.recv %ch_full0 : !task.channel<index>
// CHECK-NEXT:     %tile = memref.subview %ch[%slot, 0]
// CHECK-NEXT:     %x = memref.load %tile[%i] : memref<4xi32, strided<[1], offset: ?>>
// CHECK-NEXT:     %{{.*}} = task.try_send %slot, %ch_empty0 : !task.channel<index>
// CHECK-NEXT:     async.return %x : i32
// CHECK:        func.func @main
// CHECK-NEXT:     %ch = memref.alloc() : memref<2x4xi32>
// CHECK-NEXT:     [[DEPTH:%.*]] = arith.constant 2 : index
// CHECK-NEXT:     %ch_empty0 = task.channel [[DEPTH]] {task.words = "an empty slot of the tile channel"} : !task.channel<index>
// CHECK-NEXT:     %ch_full0 = task.channel [[DEPTH]] {task.words = "a full slot of the tile channel"} : !task.channel<index>
// CHECK:          ^[[HEAD:.*]]([[PLACE:%.*]]: index):
// CHECK:          %{{.*}} = task.try_send [[PLACE]], %ch_empty0 : !task.channel<index>
// CHECK:          cf.br ^[[HEAD]]({{.*}}) {task.bounded}
// CHECK:          %t = async.call @write(%ch, %ch_empty0, %ch_full0) : (memref<2x4xi32>, !task.channel<index>, !task.channel<index>) -> !async.token
// CHECK-NEXT:     %v = async.call @read(%ch, %ch_empty0, %ch_full0, %i)

// -----

// Two writers and two readers, each a warp: its lanes meet, the first one counts, and the last to come sends the place to all of the others.

!tile = memref<4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

async.func @write(%ch: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %slot, %tile = task.acquire_slot %ch writer 1 : !tiles
  task.commit_slot %slot : !task.slot<!tile>
  async.return
}
func.func @main() attributes {task.kernel, task.scope = "lane"} {
  %ch = task.tile_channel {depth = 3 : i32, writers = 2 : i32, readers = 2 : i32} : !tiles
  %t = async.call @write(%ch) : (!tiles) -> !async.token
  return
}

// CHECK:        async.func @write(%ch: memref<3x4xi32>, %ch_counts: memref<7xi32>, %ch_empty0: !task.channel<index>, %ch_empty1: !task.channel<index>, %ch_full0: !task.channel<index>, %ch_full1: !task.channel<index>) -> !async.token
// CHECK-NEXT:     %slot, %{{.*}} = task.recv %ch_empty1 : !task.channel<index>
// CHECK:          task.lane_sync
// CHECK:          [[LANE:%.*]] = gpu.lane_id
// CHECK:          [[FIRST:%.*]] = arith.cmpi eq, [[LANE]], %{{.*}} : index
// CHECK:          cf.cond_br [[FIRST]], ^[[COUNT:.*]], ^{{.*}}
// CHECK:        ^[[COUNT]]:
// CHECK:          [[BEFORE:%.*]] = memref.atomic_rmw addi %{{.*}}, %ch_counts[%{{.*}}] : (i32, memref<7xi32>) -> i32
// CHECK:          memref.store %{{.*}}, %ch_counts[%{{.*}}] : memref<7xi32>
// CHECK:          [[ALL:%.*]] = gpu.subgroup_reduce add %{{.*}} : (i32) -> i32
// CHECK-NEXT:     [[LAST:%.*]] = arith.cmpi eq, [[ALL]], %{{.*}} : i32
// CHECK-NEXT:     cf.cond_br [[LAST]], ^[[SEND:.*]], ^{{.*}}
// CHECK:        ^[[SEND]]:
// CHECK-NEXT:     %{{.*}} = task.try_send %slot, %ch_full0 : !task.channel<index>
// CHECK-NEXT:     %{{.*}} = task.try_send %slot, %ch_full1 : !task.channel<index>
// CHECK:        func.func @main
// CHECK:          %ch_counts = memref.alloc() : memref<7xi32>

// -----

// Copies of a lane take one element after the other; the token is ready, so an await of it goes.

func.func @copy(%x: memref<?xf32>, %y: memref<2x?xf32>, %i: index, %j: index, %n: index) attributes {task.kernel, task.scope = "lane"} {
  %t = task.copy %x[%i], %y[%i, %j], %n : memref<?xf32>, memref<2x?xf32> -> !async.token
  async.await %t : !async.token
  return
}

// CHECK:        func.func @copy
// CHECK:          [[WIDTH:%.*]] = memref.dim %y, %{{.*}} : memref<2x?xf32>
// CHECK-NEXT:     [[ROW:%.*]] = arith.muli %i, [[WIDTH]] : index
// CHECK-NEXT:     [[TO:%.*]] = arith.addi [[ROW]], %j : index
// CHECK-NEXT:     [[FLAT:%.*]] = memref.collapse_shape %y {{\[\[0.*, 1.*\]\]}} : memref<2x?xf32> into memref<?xf32>
// CHECK:        ^[[HEAD:.*]]([[E:%.*]]: index):
// CHECK-NEXT:     %{{.*}} = arith.cmpi slt, [[E]], %n : index
// CHECK:          [[SOURCE:%.*]] = arith.addi %i, [[E]] : index
// CHECK-NEXT:     [[VALUE:%.*]] = memref.load %x[[[SOURCE]]] : memref<?xf32>
// CHECK-NEXT:     [[TARGET:%.*]] = arith.addi [[TO]], [[E]] : index
// CHECK-NEXT:     memref.store [[VALUE]], [[FLAT]][[[TARGET]]] : memref<?xf32>
// CHECK:          cf.br ^[[HEAD]](%{{.*}} : index) {task.bounded}
// CHECK-NOT:      async.await
// CHECK:          func.return

// -----

// The lanes of a warp take turns, and meet behind a copy with a token.

async.func @copy(%x: memref<?xf32>, %y: memref<?xf32>, %i: index, %n: index) -> !async.token attributes {task.scope = "warp"} {
  %t = task.copy %x[%i], %y[%i], %n : memref<?xf32>, memref<?xf32> -> !async.token
  async.await %t : !async.token
  async.return
}

// CHECK:        async.func @copy
// CHECK:          [[LANE:%.*]] = gpu.lane_id
// CHECK-NEXT:     [[WIDTH:%.*]] = gpu.subgroup_size : index
// CHECK:          [[ROUNDS:%.*]] = arith.divui %{{.*}}, [[WIDTH]] : index
// CHECK:        ^{{.*}}([[ROUND:%.*]]: index):
// CHECK-NEXT:     %{{.*}} = arith.cmpi slt, [[ROUND]], [[ROUNDS]] : index
// CHECK:          [[PAST:%.*]] = arith.muli [[ROUND]], [[WIDTH]] : index
// CHECK-NEXT:     %{{.*}} = arith.addi [[LANE]], [[PAST]] : index
// CHECK:          task.lane_sync
// CHECK-NEXT:     async.return

// -----

// Slots and tiles go over branches, and tiles to functions: each as what it has become.

!tile = memref<2x4xi32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

func.func @row(%tile: !tile) -> memref<4xi32, strided<[1], offset: 4>, #gpu.address_space<workgroup>> {
  %row = memref.subview %tile[1, 0] [1, 4] [1, 1] : !tile to memref<4xi32, strided<[1], offset: 4>, #gpu.address_space<workgroup>>
  return %row : memref<4xi32, strided<[1], offset: 4>, #gpu.address_space<workgroup>>
}
func.func @main(%b: i1, %x: i32) attributes {task.kernel, task.scope = "lane"} {
  %ch = task.tile_channel {depth = 2 : i32} : !tiles
  %first, %first_tile = task.acquire_slot %ch writer 0 : !tiles
  %row = func.call @row(%first_tile) : (!tile) -> memref<4xi32, strided<[1], offset: 4>, #gpu.address_space<workgroup>>
  cf.cond_br %b, ^one(%first, %x : !task.slot<!tile>, i32), ^other
^one(%slot: !task.slot<!tile>, %y: i32):
  task.commit_slot %slot : !task.slot<!tile>
  return
^other:
  cf.switch %x : i32, [default: ^one(%first, %x : !task.slot<!tile>, i32), 1: ^one(%first, %x : !task.slot<!tile>, i32)]
}

// CHECK:        func.func @row(%tile: memref<2x4xi32, strided<[4, 1], offset: ?>>) -> memref<4xi32, strided<[1], offset: ?>> {
// CHECK-NEXT:     %row = memref.subview %tile[1, 0] [1, 4] [1, 1] : memref<2x4xi32, strided<[4, 1], offset: ?>> to memref<4xi32, strided<[1], offset: ?>>
// CHECK:        func.func @main
// CHECK:          %row = func.call @row(%first_tile) : (memref<2x4xi32, strided<[4, 1], offset: ?>>) -> memref<4xi32, strided<[1], offset: ?>>
// CHECK-NEXT:     cf.cond_br %b, ^[[ONE:.*]](%first, %ch_empty0, %ch_full0, %x : index, !task.channel<index>, !task.channel<index>, i32), ^[[OTHER:.*]]
// CHECK:        ^[[ONE]](%slot: index, %slot_empty0: !task.channel<index>, %slot_full0: !task.channel<index>, %y: i32):
// CHECK-NEXT:     %{{.*}} = task.try_send %slot, %slot_full0 : !task.channel<index>
// CHECK:        ^[[OTHER]]:
// CHECK-NEXT:     cf.switch %x : i32, [
// CHECK-NEXT:       default: ^[[ONE]](%first, %ch_empty0, %ch_full0, %x : index, !task.channel<index>, !task.channel<index>, i32),
// CHECK-NEXT:       1: ^[[ONE]](%first, %ch_empty0, %ch_full0, %x : index, !task.channel<index>, !task.channel<index>, i32)

// -----

// What has nothing to do with tiles stays as it is, whatever its form.

// CHECK:        func.func @other(%n: index) {
// CHECK-NEXT:     scf.for
func.func @other(%n: index) {
  scf.for %i = %n to %n step %n {
  }
  return
}

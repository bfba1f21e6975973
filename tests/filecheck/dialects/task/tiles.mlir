// RUN: asyncir-opt %s | filecheck %s
// RUN: asyncir-opt %s | asyncir-opt | filecheck %s
// RUN: asyncir-opt --print-op-generic %s | filecheck %s --check-prefix=GENERIC
// RUN: asyncir-opt --print-op-generic %s | asyncir-opt | filecheck %s

// Tile channels, slots and copies, in both forms; a type alias stands for what it names.

!tile = memref<2x4xf32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

func.func @writer(%x: memref<?xf32>, %i: index, %n: index) {
  %ch = task.tile_channel {depth = 4 : i32, writers = 2 : i32, readers = 3 : i32, note} : !tiles
  %other = task.tile_channel : !tiles
  %slot, %tile = task.acquire_slot %ch writer 1 : !tiles
  %t = task.copy %x[%i], %tile[%i, %i], %n {note} : memref<?xf32>, !tile -> !async.token
  %row = memref.subview %tile[1, 0] [1, 4] [1, 1] : !tile to memref<4xf32, strided<[1], offset: 4>, #gpu.address_space<workgroup>>
  task.copy %x[%i], %row[%i], %n into %slot : memref<?xf32>, memref<4xf32, strided<[1], offset: 4>, #gpu.address_space<workgroup>>, !task.slot<!tile>
  task.commit_slot %slot : !task.slot<!tile>
  task.close %ch {note} : !tiles
  func.return
}
func.func @reader(%ch: !tiles, %x: memref<?xf32>, %i: index, %n: index) {
  %slot, %tile, %ok = task.receive_slot %ch reader 2 {note} : !tiles
  %t = task.copy %tile[%i, %i], %x[%i], %n : !tile, memref<?xf32> -> !async.token
  task.release_slot %slot {note} : !task.slot<!tile>
  func.return
}

// CHECK:        func.func @writer(%x: memref<?xf32>, %i: index, %n: index) {
// CHECK-NEXT:     %ch = task.tile_channel {depth = 4 : i32, writers = 2 : i32, readers = 3 : i32, note} : !task.tile_channel<memref<2x4xf32, #gpu.address_space<workgroup>>>
// CHECK-NEXT:     %other = task.tile_channel : !task.tile_channel<memref<2x4xf32, #gpu.address_space<workgroup>>>
// CHECK-NEXT:     %slot, %tile = task.acquire_slot %ch writer 1 : !task.tile_channel<memref<2x4xf32, #gpu.address_space<workgroup>>>
// CHECK-NEXT:     %t = task.copy %x[%i], %tile[%i, %i], %n {note} : memref<?xf32>, memref<2x4xf32, #gpu.address_space<workgroup>> -> !async.token
// CHECK-NEXT:     %row = memref.subview
// CHECK-NEXT:     task.copy %x[%i], %row[%i], %n into %slot : memref<?xf32>, memref<4xf32, strided<[1], offset: 4>, #gpu.address_space<workgroup>>, !task.slot<memref<2x4xf32, #gpu.address_space<workgroup>>>
// CHECK-NEXT:     task.commit_slot %slot : !task.slot<memref<2x4xf32, #gpu.address_space<workgroup>>>
// CHECK-NEXT:     task.close %ch {note} : !task.tile_channel<memref<2x4xf32, #gpu.address_space<workgroup>>>
// CHECK:        func.func @reader
// CHECK-NEXT:     %slot, %tile, %ok = task.receive_slot %ch reader 2 {note} : !task.tile_channel<memref<2x4xf32, #gpu.address_space<workgroup>>>
// CHECK-NEXT:     %t = task.copy %tile[%i, %i], %x[%i], %n : memref<2x4xf32, #gpu.address_space<workgroup>>, memref<?xf32> -> !async.token
// CHECK-NEXT:     task.release_slot %slot {note} : !task.slot<memref<2x4xf32, #gpu.address_space<workgroup>>>

// GENERIC:          %ch = "task.tile_channel"() <{depth = 4 : i32, writers = 2 : i32, readers = 3 : i32}> {note} : () -> !task.tile_channel
// GENERIC:          %slot, %tile = "task.acquire_slot"(%ch) <{writer = 1 : i32}> : (!task.tile_channel
// GENERIC-NEXT:     %t = "task.copy"(%x, %i, %tile, %i, %i, %n) <{operandSegmentSizes = array<i32: 1, 1, 1, 2, 1, 0>}> {note}
// GENERIC:          "task.copy"(%x, %i, %row, %i, %n, %slot) <{operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1>}>
// GENERIC-NEXT:     "task.commit_slot"(%slot)
// GENERIC:          "task.receive_slot"(%ch) <{reader = 2 : i32}> {note}

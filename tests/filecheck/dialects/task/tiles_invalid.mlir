// RUN: asyncir-opt %s --split-input-file --verify-diagnostics
// What the verifiers and parsers of tile channels, slots and copies reject, one message a case.

func.func @case_0() {
  // expected-error @+1 {{'task.tile_channel' tile type must be a memref, got 'i32'}}
  %ch = task.tile_channel : !task.tile_channel<i32>
  return
}

// -----

func.func @case_1() {
  // expected-error @+1 {{'task.tile_channel' tile type must be in the workgroup space, #gpu.address_space<workgroup>, got 'memref<4xf32>'}}
  %ch = task.tile_channel : !task.tile_channel<memref<4xf32>>
  return
}

// -----

func.func @case_2() {
  // expected-error @+1 {{'task.tile_channel' tile type must be in the workgroup space}}
  %ch = task.tile_channel : !task.tile_channel<memref<4xf32, #gpu.address_space<private>>>
  return
}

// -----

func.func @case_3() {
  // expected-error @+1 {{'task.tile_channel' tile type must have one dimension or more, all of a fixed size of 1 or more}}
  %ch = task.tile_channel : !task.tile_channel<memref<?xf32, #gpu.address_space<workgroup>>>
  return
}

// -----

func.func @case_4() {
  // expected-error @+1 {{'task.tile_channel' tile type must have one dimension or more, all of a fixed size of 1 or more}}
  %ch = task.tile_channel : !task.tile_channel<memref<f32, #gpu.address_space<workgroup>>>
  return
}

// -----

func.func @case_5() {
  // expected-error @+1 {{'task.tile_channel' tile type must have one dimension or more, all of a fixed size of 1 or more}}
  %ch = task.tile_channel : !task.tile_channel<memref<4x0xf32, #gpu.address_space<workgroup>>>
  return
}

// -----

func.func @case_6() {
  // expected-error @+1 {{'task.tile_channel' tile type must have elements that are integers, indices or floats of at most 64 bits}}
  %ch = task.tile_channel : !task.tile_channel<memref<4xi128, #gpu.address_space<workgroup>>>
  return
}

// -----

func.func @case_7() {
  // expected-error @+1 {{'task.tile_channel' tile type must have no layout of its own}}
  %ch = task.tile_channel : !task.tile_channel<memref<4xf32, strided<[2]>, #gpu.address_space<workgroup>>>
  return
}

// -----

// expected-error @+1 {{'task.slot' tile type must be in the workgroup space, #gpu.address_space<workgroup>, got 'memref<4xf32>'}}
func.func @slot_type(%s: !task.slot<memref<4xf32>>) {
  return
}

// -----

func.func @case_9() {
  // expected-error @+1 {{'task.tile_channel' op depth must be from 1 to 65536, got 0}}
  %ch = task.tile_channel {depth = 0 : i32} : !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>
  return
}

// -----

func.func @case_10() {
  // expected-error @+1 {{'task.tile_channel' op depth must be from 1 to 65536, got 65537}}
  %ch = task.tile_channel {depth = 65537 : i32} : !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>
  return
}

// -----

func.func @case_11() {
  // expected-error @+1 {{'task.tile_channel' op writers must be from 1 to 65536, got 0}}
  %ch = task.tile_channel {writers = 0 : i32} : !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>
  return
}

// -----

func.func @case_12() {
  // expected-error @+1 {{'task.tile_channel' op readers must be from 1 to 65536, got -1}}
  %ch = task.tile_channel {readers = -1 : i32} : !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>
  return
}

// -----

func.func @case_13() {
  // expected-error @+1 {{'task.tile_channel' op depth must be an i32, got 4 : i64}}
  %ch = task.tile_channel {depth = 4 : i64} : !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>
  return
}

// -----

func.func @case_14() {
  // expected-error @+1 {{"deep" should be of base attribute integer}}
  %ch = task.tile_channel {depth = "deep"} : !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>
  return
}

// -----

func.func @case_15() {
  %ch = task.tile_channel : !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>
  // expected-error @+1 {{'task.acquire_slot' op is writer 1 of a tile channel with 1 writer}}
  %s, %t = task.acquire_slot %ch writer 1 : !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>
  return
}

// -----

func.func @case_16() {
  %ch = task.tile_channel {readers = 2 : i32} : !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>
  // expected-error @+1 {{'task.receive_slot' op is reader 2 of a tile channel with 2 readers}}
  %s, %t, %ok = task.receive_slot %ch reader 2 : !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>
  return
}

// -----

func.func @case_17(%ch: !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>) {
  // expected-error @+1 {{'task.acquire_slot' op writer must be 0 or more, got -1}}
  %s, %t = task.acquire_slot %ch writer -1 : !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>
  return
}

// -----

func.func @case_18(%ch: !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>) {
  // expected-error @+1 {{Expected 'writer'}}
  %s, %t = task.acquire_slot %ch reader 0 : !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>
  return
}

// -----

func.func @case_19(%ch: !task.channel<i32>) {
  // expected-error @+1 {{'task.receive_slot' op expects a tile channel type, got '!task.channel<i32>'}}
  %s, %t, %ok = task.receive_slot %ch reader 0 : !task.channel<i32>
  return
}

// -----

func.func @case_20(%ch: !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>) {
  // expected-error @+1 {{'task.acquire_slot' op gives (!task.slot<memref<4xf32, #gpu.address_space<workgroup>>>, i32), expected (!task.slot<memref<4xf32, #gpu.address_space<workgroup>>>, memref<4xf32, #gpu.address_space<workgroup>>)}}
  %s, %t = "task.acquire_slot"(%ch) <{writer = 0 : i32}> : (!task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>) -> (!task.slot<memref<4xf32, #gpu.address_space<workgroup>>>, i32)
  return
}

// -----

func.func @case_21(%ch: !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>) {
  // expected-error @+1 {{cannot have the attribute 'task.catches'}}
  %s, %t = task.acquire_slot %ch writer 0 {task.catches} : !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>
  return
}

// -----

func.func @case_22(%ch: !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>) {
  %s, %t, %ok = task.receive_slot %ch reader 0 : !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>
  // expected-error @+1 {{'task.commit_slot' op on a slot of 'task.receive_slot', expected one of 'task.acquire_slot'}}
  task.commit_slot %s : !task.slot<memref<4xf32, #gpu.address_space<workgroup>>>
  return
}

// -----

func.func @case_23(%ch: !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>) {
  %s, %t = task.acquire_slot %ch writer 0 : !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>
  // expected-error @+1 {{'task.release_slot' op on a slot of 'task.acquire_slot', expected one of 'task.receive_slot'}}
  task.release_slot %s : !task.slot<memref<4xf32, #gpu.address_space<workgroup>>>
  return
}

// -----

func.func @case_24(%ch: !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>) {
  %s, %t = task.acquire_slot %ch writer 0 : !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>
  task.commit_slot %s : !task.slot<memref<4xf32, #gpu.address_space<workgroup>>>
  // expected-error @+1 {{'task.commit_slot' op gives a slot back that is committed before}}
  task.commit_slot %s : !task.slot<memref<4xf32, #gpu.address_space<workgroup>>>
  return
}

// -----

func.func @case_25(%ch: !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>, %v: f32, %i: index) {
  %s, %t = task.acquire_slot %ch writer 0 : !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>
  task.commit_slot %s : !task.slot<memref<4xf32, #gpu.address_space<workgroup>>>
  // expected-error @+1 {{'memref.store' op uses a slot or its tile that is committed before}}
  memref.store %v, %t[%i] : memref<4xf32, #gpu.address_space<workgroup>>
  return
}

// -----

func.func @case_26(%ch: !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>, %x: memref<?xf32>, %i: index) {
  %s, %t = task.acquire_slot %ch writer 0 : !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>
  task.commit_slot %s : !task.slot<memref<4xf32, #gpu.address_space<workgroup>>>
  // expected-error @+1 {{'task.copy' op uses a slot or its tile that is committed before}}
  task.copy %x[%i], %t[%i], %i into %s : memref<?xf32>, memref<4xf32, #gpu.address_space<workgroup>>, !task.slot<memref<4xf32, #gpu.address_space<workgroup>>>
  return
}

// -----

func.func @case_27(%ch: !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>, %i: index, %n: index) {
  %s, %t, %ok = task.receive_slot %ch reader 0 : !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>
  %view = memref.cast %t : memref<4xf32, #gpu.address_space<workgroup>> to memref<?xf32, #gpu.address_space<workgroup>>
  task.release_slot %s : !task.slot<memref<4xf32, #gpu.address_space<workgroup>>>
  scf.for %e = %i to %n step %i {
    // expected-error @+1 {{'memref.load' op uses a slot or its tile that is released before}}
    %v = memref.load %view[%e] : memref<?xf32, #gpu.address_space<workgroup>>
  }
  return
}

// -----

func.func @case_28(%x: memref<?xf32>, %i: index, %y: memref<?xi32>) {
  // expected-error @+1 {{'task.copy' op copies elements of type 'f32' to elements of type 'i32'}}
  %t = task.copy %x[%i], %y[%i], %i : memref<?xf32>, memref<?xi32> -> !async.token
  return
}

// -----

func.func @case_29(%x: memref<?xf32>, %i: index) {
  // expected-error @+1 {{'task.copy' op source has 2 indices, expected 1}}
  %t = task.copy %x[%i, %i], %x[%i], %i : memref<?xf32>, memref<?xf32> -> !async.token
  return
}

// -----

func.func @case_30(%x: memref<?xf32>, %i: index, %y: memref<2x4xf32>) {
  // expected-error @+1 {{'task.copy' op target has 1 indices, expected 2}}
  %t = task.copy %x[%i], %y[%i], %i : memref<?xf32>, memref<2x4xf32> -> !async.token
  return
}

// -----

func.func @case_31(%x: memref<?xf32>, %i: index, %y: memref<f32>) {
  // expected-error @+1 {{'task.copy' op target must have one dimension or more, got 'memref<f32>'}}
  %t = task.copy %x[%i], %y[], %i : memref<?xf32>, memref<f32> -> !async.token
  return
}

// -----

func.func @case_32(%x: memref<?xf32>, %i: index, %y: memref<?xf32, strided<[2]>>) {
  // expected-error @+1 {{'task.copy' op source must have its elements side by side in row-major order, got 'memref<?xf32, strided<[2]>>'}}
  %t = task.copy %y[%i], %x[%i], %i : memref<?xf32, strided<[2]>>, memref<?xf32> -> !async.token
  return
}

// -----

func.func @case_33(%x: memref<?xi128>, %i: index) {
  // expected-error @+1 {{'task.copy' op copies integers, indices and floats of at most 64 bits, got 'i128'}}
  %t = task.copy %x[%i], %x[%i], %i : memref<?xi128>, memref<?xi128> -> !async.token
  return
}

// -----

func.func @case_34(%x: memref<?xf32>, %i: index) {
  // expected-error @+1 {{'task.copy' op copies between memrefs, got 'index'}}
  %t = task.copy %x[%i], %i[%i], %i : memref<?xf32>, index -> !async.token
  return
}

// -----

func.func @case_35(%x: memref<?xf32>, %i: index) {
  // expected-error @+1 {{'task.copy' op gives an async token, got '!async.value<i32>'}}
  %t = task.copy %x[%i], %x[%i], %i : memref<?xf32>, memref<?xf32> -> !async.value<i32>
  return
}

// -----

func.func @case_36(%x: memref<?xf32>, %i: index) {
  // expected-error @+1 {{'task.copy' op gives a token, or goes into a slot: one of both}}
  "task.copy"(%x, %i, %x, %i, %i) <{operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 0>}> : (memref<?xf32>, index, memref<?xf32>, index, index) -> ()
  return
}

// -----

func.func @case_37(%ch: !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>, %x: memref<?xf32>, %i: index) {
  %s, %t = task.acquire_slot %ch writer 0 : !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>
  // expected-error @+1 {{'task.copy' op into a slot has its tile as target, got 'memref<?xf32>'}}
  task.copy %x[%i], %x[%i], %i into %s : memref<?xf32>, memref<?xf32>, !task.slot<memref<4xf32, #gpu.address_space<workgroup>>>
  return
}

// -----

func.func @case_38(%ch: !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>, %x: memref<?xf32>, %i: index) {
  %s, %t = task.acquire_slot %ch writer 0 : !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>
  %r, %u = task.acquire_slot %ch writer 0 : !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>
  // expected-error @+1 {{'task.copy' op into a slot has that slot's tile as target, or a view of it, got another array}}
  task.copy %x[%i], %u[%i], %i into %s : memref<?xf32>, memref<4xf32, #gpu.address_space<workgroup>>, !task.slot<memref<4xf32, #gpu.address_space<workgroup>>>
  return
}

// -----

func.func @case_39(%ch: !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>, %x: memref<?xf32>, %i: index) {
  %s, %t, %ok = task.receive_slot %ch reader 0 : !task.tile_channel<memref<4xf32, #gpu.address_space<workgroup>>>
  // expected-error @+1 {{'task.copy' op into a slot of 'task.receive_slot': what was received is only read}}
  task.copy %x[%i], %t[%i], %i into %s : memref<?xf32>, memref<4xf32, #gpu.address_space<workgroup>>, !task.slot<memref<4xf32, #gpu.address_space<workgroup>>>
  return
}

// -----

func.func @case_40(%x: i32) {
  // expected-error @+1 {{'task.close' op expects a channel type, got 'i32'}}
  task.close %x : i32
  return
}

// -----

func.func @case_41() {
  // expected-error @+1 {{Expected `global`, `workgroup`, or `private`}}
  %x = memref.alloc() : memref<4xf32, #gpu.address_space<shared>>
  return
}

// load
func.func @f(%m: memref<4x?xf32>, %i: index, %z: memref<f32>) {
  %r = memref.load %m[%i, %i] : memref<4x?xf32>
  %s = memref.load %z[] : memref<f32>
  return
}

// -----

// load nontemporal
func.func @f(%m: memref<4x?xf32>, %i: index) {
  %r = memref.load %m[%i, %i] {nontemporal = true} : memref<4x?xf32>
  return
}

// -----

// load alignment
func.func @f(%m: memref<4x?xf32>, %i: index) {
  %r = memref.load %m[%i, %i] {alignment = 8 : i64} : memref<4x?xf32>
  return
}

// -----

// load strided
func.func @f(%m: memref<4xf32, strided<[2], offset: 1>>, %i: index) {
  %r = memref.load %m[%i] : memref<4xf32, strided<[2], offset: 1>>
  return
}

// -----

// store
func.func @f(%m: memref<4x?xf32>, %i: index, %v: f32, %z: memref<f32>) {
  memref.store %v, %m[%i, %i] : memref<4x?xf32>
  memref.store %v, %z[] : memref<f32>
  return
}

// -----

// store nontemporal
func.func @f(%m: memref<4x?xf32>, %i: index, %v: f32) {
  memref.store %v, %m[%i, %i] {nontemporal = true} : memref<4x?xf32>
  return
}

// -----

// store alignment
func.func @f(%m: memref<4x?xf32>, %i: index, %v: f32) {
  memref.store %v, %m[%i, %i] {alignment = 16 : i64} : memref<4x?xf32>
  return
}

// -----

// alloc
func.func @f(%i: index) {
  %a = memref.alloc() : memref<4xf32>
  %b = memref.alloc(%i) : memref<4x?xf32>
  %c = memref.alloc(%i, %i) {alignment = 64 : i64} : memref<?x?xf32>
  memref.dealloc %a : memref<4xf32>
  return
}

// -----

// alloc space
func.func @f() {
  %a = memref.alloc() : memref<4xf32, 1>
  return
}

// -----

// alloca
func.func @f(%i: index) {
  %a = memref.alloca() : memref<4xf32>
  %b = memref.alloca(%i) : memref<4x?xf32>
  %c = memref.alloca() {alignment = 64 : i64} : memref<f32>
  return
}

// -----

// alloc symbols
#map = affine_map<(d0)[s0] -> (d0 + s0)>
func.func @f(%s: index) {
  %a = memref.alloc()[%s] : memref<4xf32, #map>
  return
}

// -----

// assume alignment
func.func @f(%m: memref<4xf32>) {
  %a = memref.assume_alignment %m, 16 : memref<4xf32>
  return
}

// -----

// dealloc
func.func @f(%m: memref<4xf32>, %u: memref<*xf32>) {
  memref.dealloc %m : memref<4xf32>
  memref.dealloc %u : memref<*xf32>
  return
}

// -----

// global elements
memref.global "private" constant @b : memref<2x2xi64> = dense<[[1, -2], [3, 4]]>
memref.global "private" @c : memref<1xi1> = dense<true>

// -----

// get global
memref.global "private" @b : memref<2xf32> = dense<0.0>
func.func @f() {
  %0 = memref.get_global @b : memref<2xf32>
  return
}

// -----

// dim
func.func @f(%m: memref<4x?xf32>, %i: index, %u: memref<*xf32>) {
  %a = memref.dim %m, %i : memref<4x?xf32>
  %b = memref.dim %u, %i : memref<*xf32>
  return
}

// -----

// cast
func.func @f(%m: memref<4x4xf32>, %u: memref<*xf32>) {
  %a = memref.cast %m : memref<4x4xf32> to memref<*xf32>
  %b = memref.cast %u : memref<*xf32> to memref<4x?xf32>
  %c = memref.cast %m : memref<4x4xf32> to memref<?x?xf32, strided<[?, ?], offset: ?>>
  return
}

// -----

// copy strided
func.func @f(%m: memref<4xf32>, %u: memref<4xf32, strided<[2]>>) {
  memref.copy %u, %m : memref<4xf32, strided<[2]>> to memref<4xf32>
  return
}

// -----

// subview
func.func @f(%m: memref<8x8xf32>, %i: index) {
  %a = memref.subview %m[0, 0] [4, 4] [1, 1] : memref<8x8xf32> to memref<4x4xf32, strided<[8, 1]>>
  %b = memref.subview %m[%i, 0] [1, %i] [1, %i] : memref<8x8xf32> to memref<?xf32, strided<[?], offset: ?>>
  return
}

// -----

// view
func.func @f(%m: memref<64xi8>, %i: index) {
  %a = memref.view %m[%i][] : memref<64xi8> to memref<4xf32>
  %b = memref.view %m[%i][%i] : memref<64xi8> to memref<?xf32>
  return
}

// -----

// reinterpret cast
func.func @f(%m: memref<8x8xf32>, %i: index) {
  %a = memref.reinterpret_cast %m to offset: [0], sizes: [64], strides: [1] : memref<8x8xf32> to memref<64xf32>
  %b = memref.reinterpret_cast %m to offset: [%i], sizes: [4, %i], strides: [%i, 1] : memref<8x8xf32> to memref<4x?xf32, strided<[?, 1], offset: ?>>
  return
}

// -----

// expand collapse
func.func @f(%m: memref<8xf32>, %i: index, %n: memref<?xf32>) {
  %a = memref.expand_shape %m [[0, 1]] output_shape [2, 4] : memref<8xf32> into memref<2x4xf32>
  %b = memref.collapse_shape %a [[0, 1]] : memref<2x4xf32> into memref<8xf32>
  %c = memref.expand_shape %n [[0, 1]] output_shape [%i, 4] : memref<?xf32> into memref<?x4xf32>
  return
}

// -----

// memory space cast
func.func @f(%m: memref<4xf32, 1>) {
  %a = memref.memory_space_cast %m : memref<4xf32, 1> to memref<4xf32>
  return
}

// -----

// extract strided metadata
func.func @f(%m: memref<4x?xf32>) {
  %b, %o, %s:2, %t:2 = memref.extract_strided_metadata %m : memref<4x?xf32> -> memref<f32>, index, index, index, index, index
  return
}

// -----

// extract aligned pointer
func.func @f(%m: memref<4x?xf32>) {
  %b = memref.extract_aligned_pointer_as_index %m : memref<4x?xf32> -> index
  return
}

// -----

// global
memref.global @a : memref<4xf32> = uninitialized
memref.global "private" @b : memref<2xf32> = dense<[1.0, 2.0]>
memref.global "private" constant @c : memref<2x2xi32> = dense<7> {alignment = 64 : i64}
memref.global constant @d : memref<f32> = dense<1.5>

// -----

// copy
func.func @f(%m: memref<4xf32>) {
  memref.copy %m, %m : memref<4xf32> to memref<4xf32>
  return
}

// -----

// rank
func.func @f(%m: memref<4x?xf32>) {
  %a = memref.rank %m : memref<4x?xf32>
  return
}

// -----

// atomic rmw of f32
func.func @f(%m: memref<4xf32>, %i: index, %v: f32) {
  %r0 = memref.atomic_rmw addf %v, %m[%i] : (f32, memref<4xf32>) -> f32
  %r1 = memref.atomic_rmw maximumf %v, %m[%i] : (f32, memref<4xf32>) -> f32
  %r2 = memref.atomic_rmw minimumf %v, %m[%i] : (f32, memref<4xf32>) -> f32
  %r3 = memref.atomic_rmw mulf %v, %m[%i] : (f32, memref<4xf32>) -> f32
  %r4 = memref.atomic_rmw maxnumf %v, %m[%i] : (f32, memref<4xf32>) -> f32
  %r5 = memref.atomic_rmw minnumf %v, %m[%i] : (f32, memref<4xf32>) -> f32
  return
}

// -----

// atomic rmw of i32
func.func @f(%m: memref<4xi32>, %i: index, %v: i32) {
  %r0 = memref.atomic_rmw addi %v, %m[%i] : (i32, memref<4xi32>) -> i32
  %r1 = memref.atomic_rmw assign %v, %m[%i] : (i32, memref<4xi32>) -> i32
  %r2 = memref.atomic_rmw maxs %v, %m[%i] : (i32, memref<4xi32>) -> i32
  %r3 = memref.atomic_rmw maxu %v, %m[%i] : (i32, memref<4xi32>) -> i32
  %r4 = memref.atomic_rmw mins %v, %m[%i] : (i32, memref<4xi32>) -> i32
  %r5 = memref.atomic_rmw minu %v, %m[%i] : (i32, memref<4xi32>) -> i32
  %r6 = memref.atomic_rmw muli %v, %m[%i] : (i32, memref<4xi32>) -> i32
  %r7 = memref.atomic_rmw ori %v, %m[%i] : (i32, memref<4xi32>) -> i32
  %r8 = memref.atomic_rmw andi %v, %m[%i] : (i32, memref<4xi32>) -> i32
  %r9 = memref.atomic_rmw xori %v, %m[%i] : (i32, memref<4xi32>) -> i32
  return
}

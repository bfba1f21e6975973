// infer-scope writes who runs each task together.
// RUN: asyncir-opt %s --split-input-file -p infer-scope | filecheck %s

// A lane op makes a warp's task, of a caller too if it is in a plain function; what a call passes can do so as well.

func.func private @lane() -> index {
  %0 = gpu.lane_id
  return %0 : index
}
async.func @sum(%x: f32) -> !async.value<f32> {
  %s = gpu.subgroup_reduce add %x : (f32) -> f32
  async.return %s : f32
}
async.func @store(%x: f32, %i: index, %m: memref<?xf32>) -> !async.token {
  memref.store %x, %m[%i] : memref<?xf32>
  async.return
}
async.func @double(%x: f32) -> !async.value<f32> {
  %d = arith.addf %x, %x : f32
  async.return %d : f32
}
func.func @k(%m: memref<?xf32>) -> f32 attributes {task.kernel} {
  %i = func.call @lane() : () -> index
  %x = memref.load %m[%i] : memref<?xf32>
  %h = async.call @sum(%x) : (f32) -> !async.value<f32>
  %s = async.await %h : !async.value<f32>
  %t = async.call @store(%s, %i, %m) : (f32, index, memref<?xf32>) -> !async.token
  async.await %t : !async.token
  %d = async.call @double(%s) : (f32) -> !async.value<f32>
  %r = async.await %d : !async.value<f32>
  return %r : f32
}

// CHECK-LABEL: builtin.module
// CHECK-NOT:     @lane
// CHECK:         async.func @sum({{.*}} attributes {task.scope = "warp"}
// CHECK:         async.func @store({{.*}} attributes {task.scope = "warp"}
// CHECK:         async.func @double({{.*}} attributes {task.scope = "lane"}
// CHECK:         func.func @k({{.*}} attributes {task.kernel, task.scope = "warp"}
// CHECK-NEXT:      gpu.lane_id

// -----

// What is written is kept.

func.func @k() attributes {task.kernel, task.scope = "warp"} {
  return
}

// CHECK-LABEL: func.func @k() attributes {task.kernel, task.scope = "warp"}

// -----

// Uniform again: reductions and ballots, a broadcast; values that lanes bring to a meeting over one way only.

async.func @uniform(%m: memref<?xi32>, %width: i32, %source: i32) -> !async.value<i32> {
  %i = gpu.lane_id
  %zero = arith.constant 0 : i32
  %x = memref.load %m[%i] : memref<?xi32>
  %c = arith.cmpi slt, %x, %zero : i32
  %mask = task.ballot %c : i32
  %b, %valid = gpu.shuffle idx %x, %source, %width : i32
  cf.cond_br %c, ^then, ^join(%mask : i32)
^then:
  memref.store %zero, %m[%i] : memref<?xi32>
  cf.br ^join(%mask : i32)
^join(%same: i32):
  %0 = arith.addi %same, %b : i32
  %1 = arith.cmpi eq, %0, %zero : i32
  cf.cond_br %1, ^wait, ^end
^wait:
  task.yield_now
  cf.br ^end
^end:
  async.return %0 : i32
}

// CHECK-LABEL: async.func @uniform({{.*}} attributes {task.scope = "warp"}

// -----

// Meeting is no reason for a warp: one lane alone has met. In a plain function it becomes part of the task.

func.func private @meet() {
  task.lane_sync
  return
}
async.func @alone(%x: i32) -> !async.value<i32> {
  func.call @meet() : () -> ()
  async.return %x : i32
}

// CHECK-LABEL: builtin.module
// CHECK-NOT:     @meet
// CHECK:         async.func @alone({{.*}} attributes {task.scope = "lane"}
// CHECK-NEXT:      task.lane_sync

// outline-execute makes an async.func of each body.
// RUN: asyncir-opt %s --split-input-file -p outline-execute | filecheck %s

// Dependencies are awaited first, then the operands; what else the body uses is passed.

func.func @f(%x: f32, %t: !async.token, %v: !async.value<f32>) -> f32 {
  %token, %r = async.execute [%t] (%v as %u: !async.value<f32>) -> !async.value<f32> {
    %0 = arith.addf %u, %x : f32
    async.yield %0 : f32
  }
  async.await %token : !async.token
  %1 = async.await %r : !async.value<f32>
  return %1 : f32
}

// CHECK-LABEL: func.func @f
// CHECK-NEXT:    [[TOKEN:%.*]], [[R:%.*]] = async.call @f_execute_0(%t, %v, %x) : (!async.token, !async.value<f32>, f32) -> (!async.token, !async.value<f32>)
// CHECK-NEXT:    async.await [[TOKEN]] : !async.token
// CHECK-NEXT:    async.await [[R]] : !async.value<f32>
// CHECK:       async.func @f_execute_0([[T:%.*]]: !async.token, [[V:%.*]]: !async.value<f32>, [[X:%.*]]: f32) -> (!async.token, !async.value<f32>) {
// CHECK-NEXT:    async.await [[T]] : !async.token
// CHECK-NEXT:    [[U:%.*]] = async.await [[V]] : !async.value<f32>
// CHECK-NEXT:    [[S:%.*]] = arith.addf [[U]], [[X]] : f32
// CHECK-NEXT:    async.return [[S]] : f32

// -----

// Constants and references to globals are copied; a name that is taken is not used; nested bodies are numbered as they stand
// in the text; a body inside of a loop uses the loop's values.

memref.global "private" @g : memref<4xi32> = dense<0>
func.func @f_execute_0() {
  return
}
func.func @f(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %g = memref.get_global @g : memref<4xi32>
  scf.for %i = %c0 to %n step %c1 {
    %outer = async.execute {
      %inner = async.execute {
        %k = arith.addi %i, %c1 : index
        %x = memref.load %g[%k] : memref<4xi32>
        async.yield
      }
      async.await %inner : !async.token
      async.yield
    }
  }
  return
}

// CHECK-LABEL: func.func @f(
// CHECK:         scf.for [[I:%.*]] =
// CHECK-NEXT:      async.call @f_execute_1([[I]]) : (index) -> !async.token
// CHECK:       async.func @f_execute_1([[I:%.*]]: index) -> !async.token {
// CHECK-NEXT:    [[INNER:%.*]] = async.call @f_execute_2([[I]]) : (index) -> !async.token
// CHECK-NEXT:    async.await [[INNER]]
// CHECK-NEXT:    async.return
// CHECK:       async.func @f_execute_2([[I:%.*]]: index) -> !async.token {
// CHECK-NEXT:    [[G:%.*]] = memref.get_global @g : memref<4xi32>
// CHECK-NEXT:    [[C1:%.*]] = arith.constant 1 : index
// CHECK-NEXT:    [[K:%.*]] = arith.addi [[I]], [[C1]] : index
// CHECK-NEXT:    memref.load [[G]][[[K]]]
// CHECK-NEXT:    async.return

// -----

// The attributes of the execute are the task's.

async.func @g() -> !async.token {
  %0 = async.execute attributes {task.scope = "warp"} {
    async.yield
  }
  async.return
}

// CHECK-LABEL: async.func @g()
// CHECK:       async.func @g_execute_0() -> !async.token attributes {task.scope = "warp"} {
// CHECK-NEXT:    async.return

// -----

// Nothing to do.

func.func @h(%x: i32) -> i32 {
  return %x : i32
}

// CHECK-LABEL: func.func @h(%x: i32) -> i32 {
// CHECK-NEXT:    func.return %x : i32
// CHECK-NEXT:  }
// CHECK-NEXT:}

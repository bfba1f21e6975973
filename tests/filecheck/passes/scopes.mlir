// Who enters or leaves a cancel scope is a task of its own: it is neither elided nor run on its caller's stack.
// RUN: asyncir-opt %s --split-input-file -p elide-awaited-calls | filecheck %s
// RUN: asyncir-opt %s --split-input-file -p elide-awaited-calls,infer-scope,split-suspensions,work-first | filecheck %s --check-prefix=SPLIT

async.func @scoped(%x: i32) -> !async.value<i32> {
  %s = task.enter_scope : !task.cancel_scope
  %r = task.leave_scope %s : i32
  async.return %r : i32
}
async.func @plain(%x: i32) -> !async.value<i32> {
  async.return %x : i32
}
func.func @both(%x: i32) -> (i32, i32) attributes {task.kernel} {
  %g = async.call @scoped(%x) : (i32) -> !async.value<i32>
  %a = async.await %g : !async.value<i32>
  %h = async.call @plain(%x) : (i32) -> !async.value<i32>
  %b = async.await %h : !async.value<i32>
  return %a, %b : i32, i32
}

// CHECK:         async.func @scoped
// CHECK-NOT:     async.func @plain
// CHECK-LABEL:   func.func @both
// CHECK-NEXT:      %g = async.call @scoped(%x) : (i32) -> !async.value<i32>
// CHECK-NEXT:      %a = async.await %g : !async.value<i32>
// CHECK-NEXT:      func.return %a, %x : i32, i32

// SPLIT-NOT:     fork_join
// SPLIT-LABEL:   sm.machine @both
// SPLIT-NEXT:      %g = sm.start @scoped(%x) : (i32) -> !async.value<i32>
// SPLIT-NEXT:      sm.suspend await(%g) 1

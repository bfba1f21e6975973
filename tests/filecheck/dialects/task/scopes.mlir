// RUN: asyncir-opt %s | filecheck %s
// RUN: asyncir-opt %s | asyncir-opt | filecheck %s
// RUN: asyncir-opt --print-op-generic %s | filecheck %s --check-prefix=GENERIC
// RUN: asyncir-opt --print-op-generic %s | asyncir-opt | filecheck %s

// Cancel scopes, in both forms; they are references, which go where others go.

func.func @scopes(%ch: !task.channel<!task.cancel_scope>) -> i32 {
  %s = task.enter_scope : !task.cancel_scope
  %t = task.enter_scope {note} : !task.cancel_scope
  task.send %s, %ch : !task.channel<!task.cancel_scope>
  task.cancel_scope %s
  task.cancel_scope %t {note}
  %a = task.leave_scope %t : i32
  %b = task.leave_scope %s {note} : i32
  func.return %b : i32
}

// CHECK:        func.func @scopes(%ch: !task.channel<!task.cancel_scope>) -> i32 {
// CHECK-NEXT:     %s = task.enter_scope : !task.cancel_scope
// CHECK-NEXT:     %t = task.enter_scope {note} : !task.cancel_scope
// CHECK-NEXT:     task.send %s, %ch : !task.channel<!task.cancel_scope>
// CHECK-NEXT:     task.cancel_scope %s
// CHECK-NEXT:     task.cancel_scope %t {note}
// CHECK-NEXT:     %a = task.leave_scope %t : i32
// CHECK-NEXT:     %b = task.leave_scope %s {note} : i32
// CHECK-NEXT:     func.return %b : i32

// GENERIC:          %s = "task.enter_scope"() : () -> !task.cancel_scope
// GENERIC-NEXT:     %t = "task.enter_scope"() {note} : () -> !task.cancel_scope
// GENERIC:          "task.cancel_scope"(%s) : (!task.cancel_scope) -> ()
// GENERIC-NEXT:     "task.cancel_scope"(%t) {note} : (!task.cancel_scope) -> ()
// GENERIC-NEXT:     %a = "task.leave_scope"(%t) : (!task.cancel_scope) -> i32
// GENERIC-NEXT:     %b = "task.leave_scope"(%s) {note} : (!task.cancel_scope) -> i32

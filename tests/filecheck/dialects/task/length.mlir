// RUN: asyncir-opt %s | filecheck %s
// RUN: asyncir-opt %s | asyncir-opt | filecheck %s
// RUN: asyncir-opt --print-op-generic %s | asyncir-opt | filecheck %s

// How many items a channel holds, whatever they are.

func.func @lengths(%numbers: !task.channel<f32>, %events: !task.channel<!task.event>) -> (i64, i64) {
  %n = task.length %numbers : !task.channel<f32>
  %e = task.length %events {note} : !task.channel<!task.event>
  func.return %n, %e : i64, i64
}
// CHECK:        func.func @lengths
// CHECK-NEXT:     %n = task.length %numbers : !task.channel<f32>
// CHECK-NEXT:     %e = task.length %events {note} : !task.channel<!task.event>
// CHECK-NEXT:     func.return %n, %e : i64, i64

// RUN: asyncir-opt %s | filecheck %s
// RUN: asyncir-opt %s | asyncir-opt | filecheck %s
// RUN: asyncir-opt --print-op-generic %s | filecheck %s --check-prefix=GENERIC
// RUN: asyncir-opt --print-op-generic %s | asyncir-opt | filecheck %s

// A task reads the kernel's parameters, scalars and arrays, as often as it likes.

sm.machine @k(%n: i32, %a: memref<?xf32>) attributes {scope = "lane", kernel} {
  %t = sm.start @f() : () -> !async.token
  sm.return
}
sm.machine @f() attributes {scope = "lane"} {
  %n = task.kernel_argument {index = 0} : i32
  %a = task.kernel_argument {index = 1, note} : memref<?xf32>
  %again = task.kernel_argument {index = 0} : i32
  sm.return
}
// CHECK:        sm.machine @f() attributes {scope = "lane"} {
// CHECK-NEXT:     %n = task.kernel_argument {index = 0 : i64} : i32
// CHECK-NEXT:     %a = task.kernel_argument {note, index = 1 : i64} : memref<?xf32>
// CHECK-NEXT:     %again = task.kernel_argument {index = 0 : i64} : i32
// CHECK-NEXT:     sm.return

// GENERIC:      "task.kernel_argument"() <{index = 1 : i64}> {note} : () -> memref<?xf32>

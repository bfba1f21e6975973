// The tool reads what it prints, in both forms.

// RUN: asyncir-opt %s | filecheck %s
// RUN: asyncir-opt %s | asyncir-opt | filecheck %s
// RUN: asyncir-opt %s --print-op-generic | asyncir-opt - | filecheck %s
// RUN: asyncir-opt %s -o %t && filecheck %s < %t

// CHECK-LABEL: func.func @add(
// CHECK-SAME:  %[[A:.*]]: i32)
// CHECK-NEXT:  %[[SUM:.*]] = arith.addi %[[A]], %[[A]] : i32
// CHECK-NEXT:  func.return %[[SUM]] : i32
func.func @add(%a: i32) -> i32 {
  %0 = arith.addi %a, %a : i32
  return %0 : i32
}

// What the tool says of broken modules, part by part, each at its line in the whole file.

// RUN: asyncir-opt %s --split-input-file --verify-diagnostics
// RUN: not asyncir-opt %s --split-input-file 2>&1 | filecheck %s

// -----

// CHECK:      invalid.mlir:14:8: error: unknown operation 'arith.adi'
// CHECK-NEXT:     %0 = arith.adi %a, %a : i32
// CHECK-NEXT: {{^}}         ^
// CHECK-NEXT: help: did you mean 'arith.{{.*}}'?
func.func @unknown(%a: i32) {
  // expected-error @+1 {{unknown operation 'arith.adi'}}
  %0 = arith.adi %a, %a : i32
  return
}

// -----

// CHECK: invalid.mlir:24:10: error: use of undefined value '%never'
// expected-error @+3 {{use of undefined value}}

func.func @undefined() -> i32 {
  return %never : i32
}

// RUN: asyncir-opt %s | filecheck %s
// RUN: asyncir-opt %s | asyncir-opt | filecheck %s
// RUN: asyncir-opt --print-op-generic %s | filecheck %s --check-prefix=GENERIC
// RUN: asyncir-opt --print-op-generic %s | asyncir-opt | filecheck %s

// Every op on a lane's stack in both forms.

rt.kernel @k(%control: !rt.ptr, %instances: index) attributes {executor = "dynamic", why = "", scope = "lane", results = []} {
  %s = rt.stack_base %control : !rt.ptr -> !rt.stack
  func.call @moves(%s) : (!rt.stack) -> ()
  rt.return
}
// CHECK:        rt.kernel @k(
// CHECK-NEXT:     %s = rt.stack_base %control : !rt.ptr -> !rt.stack
// CHECK-NEXT:     func.call @moves(%s) : (!rt.stack) -> ()
// GENERIC:          %s = "rt.stack_base"(%control) : (!rt.ptr) -> !rt.stack

func.func @moves(%s: !rt.stack) {
  %words = arith.constant -3 : i32
  %t = rt.stack_add %s, %words
  %below = rt.stack_load %s[-1] : i32
  %first = rt.stack_load %t[0] {maybe_unwritten} : i32
  rt.stack_store %below, %t[2] : i32
  %above = rt.stack_above %s, %t
  return
}
// CHECK:        func.func @moves(%s: !rt.stack) {
// CHECK-NEXT:     %words = arith.constant -3 : i32
// CHECK-NEXT:     %t = rt.stack_add %s, %words
// CHECK-NEXT:     %below = rt.stack_load %s[-1 : i64] : i32
// CHECK-NEXT:     %first = rt.stack_load %t[0 : i64] {maybe_unwritten} : i32
// CHECK-NEXT:     rt.stack_store %below, %t[2 : i64] : i32
// CHECK-NEXT:     %above = rt.stack_above %s, %t
// GENERIC:          %t = "rt.stack_add"(%s, %words) : (!rt.stack, i32) -> !rt.stack
// GENERIC-NEXT:     %below = "rt.stack_load"(%s) <{offset = -1 : i64}> : (!rt.stack) -> i32
// GENERIC-NEXT:     %first = "rt.stack_load"(%t) <{offset = 0 : i64}> {maybe_unwritten} : (!rt.stack) -> i32
// GENERIC-NEXT:     "rt.stack_store"(%below, %t) <{offset = 2 : i64}> : (i32, !rt.stack) -> ()
// GENERIC-NEXT:     %above = "rt.stack_above"(%s, %t) : (!rt.stack, !rt.stack) -> i1

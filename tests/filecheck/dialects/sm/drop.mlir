// sm.drop.
// RUN: asyncir-opt %s | filecheck %s
// RUN: asyncir-opt --print-op-generic %s | asyncir-opt | filecheck %s

sm.machine @drops(%t: !async.token, %v: !async.value<f32>, %g: !async.group) attributes {scope = "lane"} {
  sm.drop %t : !async.token
  sm.drop %v : !async.value<f32>
  sm.drop %g : !async.group
  sm.return
}

// CHECK-LABEL: sm.machine @drops
// CHECK-NEXT:    sm.drop %t : !async.token
// CHECK-NEXT:    sm.drop %v : !async.value<f32>
// CHECK-NEXT:    sm.drop %g : !async.group

// What is said of a program whose tasks wait.

// RUN: asyncir explain %s --executor dynamic --no-elide | filecheck %s
// RUN: asyncir explain %s --json | filecheck %s --check-prefix=JSON

// CHECK:      kernel @main
// CHECK-NEXT:   executor: dynamic (
// CHECK:      task @main
// CHECK-NEXT:   scope: lane
// CHECK-NEXT:   frame: {{[0-9]+}} + 64 bytes (bound, at least {{[0-9]+}}, with rematerialisation {{[0-9]+}})
// CHECK:        explain.mlir:23:8 {{ *}}await

// JSON-DAG: "kernels": [
// JSON-DAG: "executor": "inline"

async.func @square(%x: i32) -> !async.value<i32> {
  %0 = arith.muli %x, %x : i32
  return %0 : i32
}

func.func @main(%a: i32) -> i32 attributes {task.kernel} {
  %0 = async.call @square(%a) : (i32) -> !async.value<i32>
  %1 = async.await %0 : !async.value<i32>
  return %1 : i32
}

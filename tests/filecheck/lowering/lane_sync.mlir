// A meeting of lanes is one of the warp's; where one lane runs the task it is nothing.
// RUN: asyncir-opt %s --split-input-file -p infer-scope,split-suspensions,layout-frames,expand-executor | filecheck %s

func.func @warp(%m: memref<?xi32>) attributes {task.kernel} {
  %lane = gpu.lane_id
  %zero = arith.constant 0 : index
  %first = arith.cmpi eq, %lane, %zero : index
  cf.cond_br %first, ^store, ^behind
^store:
  %seven = arith.constant 7 : i32
  memref.store %seven, %m[%zero] : memref<?xi32>
  cf.br ^behind
^behind:
  task.lane_sync
  %x = memref.load %m[%zero] : memref<?xi32>
  memref.store %x, %m[%lane] : memref<?xi32>
  return
}

// CHECK-LABEL: rt.kernel @warp
// CHECK:         memref.store
// CHECK:         rt.warp_sync
// CHECK-NEXT:    memref.load

// -----

func.func @lane(%m: memref<?xi32>) -> i32 attributes {task.kernel} {
  %zero = arith.constant 0 : index
  task.lane_sync
  %x = memref.load %m[%zero] : memref<?xi32>
  return %x : i32
}

// CHECK-LABEL: rt.kernel @lane
// CHECK-NOT:     sync

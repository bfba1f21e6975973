// RUN: asyncir-opt %s | filecheck %s
// RUN: asyncir-opt %s | asyncir-opt | filecheck %s
// RUN: asyncir-opt --print-op-generic %s | filecheck %s --check-prefix=GENERIC
// RUN: asyncir-opt --print-op-generic %s | asyncir-opt | filecheck %s

// `linalg.fill`; its generic form has the region that MLIR's has.

// Fills of any rank.
func.func @fill(%x: f32, %a: memref<?xf32>, %b: memref<2x3xi32>, %i: i32, %s: memref<f32>) {
  linalg.fill ins(%x : f32) outs(%a : memref<?xf32>)
  linalg.fill ins(%i : i32) outs(%b : memref<2x3xi32>)
  linalg.fill {note} ins(%x : f32) outs(%s : memref<f32>)
  func.return
}
// CHECK:        func.func @fill(%x: f32, %a: memref<?xf32>, %b: memref<2x3xi32>, %i: i32, %s: memref<f32>) {
// CHECK-NEXT:     linalg.fill ins(%x : f32) outs(%a : memref<?xf32>)
// CHECK-NEXT:     linalg.fill ins(%i : i32) outs(%b : memref<2x3xi32>)
// CHECK-NEXT:     linalg.fill {note} ins(%x : f32) outs(%s : memref<f32>)
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// GENERIC:        "func.func"() <{sym_name = "fill", function_type = (f32, memref<?xf32>, memref<2x3xi32>, i32, memref<f32>) -> ()}> ({
// GENERIC-NEXT:   ^bb0(%x: f32, %a: memref<?xf32>, %b: memref<2x3xi32>, %i: i32, %s: memref<f32>):
// GENERIC-NEXT:     "linalg.fill"(%x, %a) <{operandSegmentSizes = array<i32: 1, 1>}> ({
// GENERIC-NEXT:     ^bb0(%0: f32, %1: f32):
// GENERIC-NEXT:       "linalg.yield"(%0) : (f32) -> ()
// GENERIC-NEXT:     }) : (f32, memref<?xf32>) -> ()
// GENERIC-NEXT:     "linalg.fill"(%i, %b) <{operandSegmentSizes = array<i32: 1, 1>}> ({
// GENERIC-NEXT:     ^bb0(%2: i32, %3: i32):
// GENERIC-NEXT:       "linalg.yield"(%2) : (i32) -> ()
// GENERIC-NEXT:     }) : (i32, memref<2x3xi32>) -> ()
// GENERIC-NEXT:     "linalg.fill"(%x, %s) <{operandSegmentSizes = array<i32: 1, 1>}> ({
// GENERIC-NEXT:     ^bb0(%4: f32, %5: f32):
// GENERIC-NEXT:       "linalg.yield"(%4) : (f32) -> ()
// GENERIC-NEXT:     }) {note} : (f32, memref<f32>) -> ()
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()

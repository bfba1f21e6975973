// RUN: asyncir-opt %s | filecheck %s
// RUN: asyncir-opt %s | asyncir-opt | filecheck %s
// RUN: asyncir-opt --print-op-generic %s | filecheck %s --check-prefix=GENERIC
// RUN: asyncir-opt --print-op-generic %s | asyncir-opt | filecheck %s

// The memref ops that have no text in xDSL.

// The ops whose text xDSL lacks.
func.func @arrays(%a: memref<4xf32>, %b: memref<?xf32>) {
  %0 = memref.cast %a : memref<4xf32> to memref<?xf32>
  %1 = memref.cast %0 : memref<?xf32> to memref<*xf32>
  %2 = memref.cast %1 : memref<*xf32> to memref<4xf32>
  %3 = memref.cast %b {note} : memref<?xf32> to memref<8xf32>
  %4 = memref.rank %b : memref<?xf32>
  memref.copy %a, %2 : memref<4xf32> to memref<4xf32>
  func.return
}
// CHECK:        func.func @arrays(%a: memref<4xf32>, %b: memref<?xf32>) {
// CHECK-NEXT:     %0 = memref.cast %a : memref<4xf32> to memref<?xf32>
// CHECK-NEXT:     %1 = memref.cast %0 : memref<?xf32> to memref<*xf32>
// CHECK-NEXT:     %2 = memref.cast %1 : memref<*xf32> to memref<4xf32>
// CHECK-NEXT:     %3 = memref.cast %b {note} : memref<?xf32> to memref<8xf32>
// CHECK-NEXT:     %4 = memref.rank %b : memref<?xf32>
// CHECK-NEXT:     memref.copy %a, %2 : memref<4xf32> to memref<4xf32>
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// GENERIC:        "func.func"() <{sym_name = "arrays", function_type = (memref<4xf32>, memref<?xf32>) -> ()}> ({
// GENERIC-NEXT:   ^bb0(%a: memref<4xf32>, %b: memref<?xf32>):
// GENERIC-NEXT:     %0 = "memref.cast"(%a) : (memref<4xf32>) -> memref<?xf32>
// GENERIC-NEXT:     %1 = "memref.cast"(%0) : (memref<?xf32>) -> memref<*xf32>
// GENERIC-NEXT:     %2 = "memref.cast"(%1) : (memref<*xf32>) -> memref<4xf32>
// GENERIC-NEXT:     %3 = "memref.cast"(%b) {note} : (memref<?xf32>) -> memref<8xf32>
// GENERIC-NEXT:     %4 = "memref.rank"(%b) : (memref<?xf32>) -> index
// GENERIC-NEXT:     "memref.copy"(%a, %2) : (memref<4xf32>, memref<4xf32>) -> ()
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()

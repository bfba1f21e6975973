// RUN: asyncir-opt %s --split-input-file --verify-diagnostics
// What the verifiers and parsers of `memref` reject, one message a case.

func.func @main(%x: i32, %m: memref<?xf32>) {
  // expected-error @+1 {{'memref.cast' op operand type 'memref<?xf32>' and result type 'memref<*xf64>' are cast incompatible}}
  %a = memref.cast %m : memref<?xf32> to memref<*xf64>
  return
}

// -----

func.func @main(%x: i32, %m: memref<?xf32>) {
  // expected-error @+1 {{'memref.cast' op operand type 'memref<?xf32>' and result type 'memref<?x?xf32>' are cast incompatible}}
  %a = memref.cast %m : memref<?xf32> to memref<?x?xf32>
  return
}

// -----

func.func @unranked(%m: memref<*xf32>) {
  // expected-error @+1 {{'memref.cast' op operand type 'memref<*xf32>' and result type 'memref<*xf32>' are cast incompatible}}
  %a = memref.cast %m : memref<*xf32> to memref<*xf32>
  return
}

// -----

func.func @copy(%a: memref<4xf32>, %b: memref<5xf32>) {
  // expected-error @+1 {{'memref.copy' op arrays differ in element type or shape: 'memref<4xf32>' and 'memref<5xf32>'}}
  memref.copy %a, %b : memref<4xf32> to memref<5xf32>
  return
}

// -----

func.func @copy(%a: memref<4xf32>, %b: memref<4xi32>) {
  // expected-error @+1 {{'memref.copy' op arrays differ in element type or shape: 'memref<4xf32>' and 'memref<4xi32>'}}
  memref.copy %a, %b : memref<4xf32> to memref<4xi32>
  return
}

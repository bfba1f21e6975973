// RUN: asyncir-opt %s --split-input-file --verify-diagnostics
// What the verifiers and parsers of `linalg` reject, one message a case.

func.func @main(%x: f64, %m: memref<?xf32>) {
  // expected-error @+1 {{'linalg.fill' op expected fill value type ('f64') to match output element type ('f32')}}
  linalg.fill ins(%x : f64) outs(%m : memref<?xf32>)
  return
}

// -----

func.func @main(%x: i32, %m: memref<?xf32>) {
  // expected-error @+1 {{'linalg.fill' op expected fill value type ('i32') to match output element type ('f32')}}
  linalg.fill ins(%x : i32) outs(%m : memref<?xf32>)
  return
}

// -----

func.func @main(%x: i32, %m: memref<?xf32>) {
  // expected-error @+1 {{Expected ':'}}
  linalg.fill ins(%x, %x : i32, i32) outs(%m : memref<?xf32>)
  return
}

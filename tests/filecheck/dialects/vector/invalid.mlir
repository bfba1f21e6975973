// RUN: asyncir-opt %s --split-input-file --verify-diagnostics
// What the verifiers and parsers of `vector` reject, one message a case.

func.func @main(%x: i32, %m: memref<?xf32>) {
  // expected-error @+1 {{'vector.print' op failed to verify that `source` or `punctuation` are not set when printing strings}}
  vector.print %x : i32 str "a"
  return
}

// -----

func.func @main(%x: i32, %m: memref<?xf32>) {
  // expected-error @+1 {{'vector.print' op operand must be an integer, index or float, but got 'memref<?xf32>'}}
  vector.print %m : memref<?xf32>
  return
}

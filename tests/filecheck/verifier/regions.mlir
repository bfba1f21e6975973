// RUN: asyncir-opt %s --split-input-file --verify-diagnostics
// Regions of scf operations yield what the operation's results are.

func.func @if_yields_wrong_type(%c: i1, %a: i64, %b: i32) {
  %0 = scf.if %c -> (i32) {
    // expected-error @+1 {{'scf.yield' yields (i64): 'scf.if' expects (i32)}}
    scf.yield %a : i64
  } else {
    scf.yield %b : i32
  }
  return
}

// -----

func.func @while_condition_wrong_type(%c: i1, %b: i32, %d: i64) {
  // expected-error @+1 {{'scf.while' op value of its 'scf.condition' types (i64) differ from the result types (i32)}}
  %0 = scf.while (%x = %b) : (i32) -> i32 {
    scf.condition(%c) %d : i64
  } do {
  ^bb0(%y: i32):
    scf.yield %y : i32
  }
  return
}

// RUN: asyncir-opt %s --split-input-file --verify-diagnostics
// A meeting of lanes takes and gives nothing.

func.func @operand(%x: i32) {
  // expected-error @+1 {{Expected 0 operands}}
  "task.lane_sync"(%x) : (i32) -> ()
  return
}

// -----

func.func @result() {
  // expected-error @+1 {{Expected 0 results}}
  %x = "task.lane_sync"() : () -> i32
  return
}

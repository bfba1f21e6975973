// RUN: asyncir-opt %s --split-input-file --verify-diagnostics
// What the verifiers and parsers of the stack ops reject, one message a case.

func.func @base(%control: !rt.ptr) {
  // expected-error @+1 {{'rt.stack_base' op stands in kernels only: pass the place to functions}}
  %s = rt.stack_base %control : !rt.ptr -> !rt.stack
  return
}

// -----

func.func @pointer(%p: !rt.ptr) {
  // expected-error @+1 {{operand 'place' at position 0 does not verify}}
  %w = "rt.stack_load"(%p) <{offset = 0 : i64}> : (!rt.ptr) -> i32
  return
}

// -----

func.func @wide(%s: !rt.stack) {
  // expected-error @+1 {{result 'result' at position 0 does not verify}}
  %w = "rt.stack_load"(%s) <{offset = 0 : i64}> : (!rt.stack) -> i64
  return
}

// -----

func.func @wide_store(%s: !rt.stack, %w: i64) {
  // expected-error @+1 {{operand 'value' at position 0 does not verify}}
  "rt.stack_store"(%w, %s) <{offset = 0 : i64}> : (i64, !rt.stack) -> ()
  return
}

// -----

func.func @words(%s: !rt.stack, %n: i64) {
  // expected-error @+1 {{operand 'words' at position 1 does not verify}}
  %t = "rt.stack_add"(%s, %n) : (!rt.stack, i64) -> !rt.stack
  return
}

// -----

func.func @above(%s: !rt.stack, %p: !rt.ptr) {
  // expected-error @+1 {{operand 'other' at position 1 does not verify}}
  %t = "rt.stack_above"(%s, %p) : (!rt.stack, !rt.ptr) -> i1
  return
}

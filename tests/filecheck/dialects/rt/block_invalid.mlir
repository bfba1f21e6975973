// RUN: asyncir-opt %s --split-input-file --verify-diagnostics
// What the verifiers of the ops on blocks reject, one message a case.

func.func @offset() {
  // expected-error @+1 {{'rt.block_memory' op offset must be an i64 and not negative, got -16 : i64}}
  %p = rt.block_memory {offset = -16 : i64} : !rt.ptr
  return
}

// -----

func.func @offset_type() {
  // expected-error @+1 {{'rt.block_memory' op offset must be an i64 and not negative, got 16 : i32}}
  %p = rt.block_memory {offset = 16 : i32} : !rt.ptr
  return
}

// -----

func.func @no_arrivals(%p: !rt.ptr) {
  // expected-error @+1 {{'rt.barrier_init' op count must be an i32 between 1 and 1048575, got 0 : i32}}
  rt.barrier_init %p {count = 0 : i32}
  return
}

// -----

func.func @parity(%p: !rt.ptr, %parity: i32) {
  // expected-error @+1 {{operand 'parity' at position 1 does not verify}}
  %done = "rt.barrier_try_wait"(%p, %parity) : (!rt.ptr, i32) -> i1
  return
}

// -----

func.func @size(%p: !rt.ptr, %n: i64) {
  // expected-error @+1 {{operand 'size' at position 1 does not verify}}
  "rt.barrier_expect"(%p, %n) : (!rt.ptr, i64) -> ()
  return
}

// -----

func.func @pending() {
  // expected-error @+1 {{'rt.bulk_wait' op pending must be an i32 and not negative, got -1 : i32}}
  rt.bulk_wait {pending = -1 : i32}
  return
}

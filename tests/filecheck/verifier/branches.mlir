// RUN: asyncir-opt %s --split-input-file --verify-diagnostics
// A branch passes as many values as its successor has arguments, of their types.

func.func @too_few() {
  // expected-error @+1 {{'cf.br' passes 0 values to successor, which has 1 argument}}
  cf.br ^next
^next(%x: i32):
  return
}

// -----

func.func @too_many(%a: i32) {
  // expected-error @+1 {{'cf.br' passes 1 value to successor, which has 0 arguments}}
  cf.br ^next(%a : i32)
^next:
  return
}

// -----

func.func @wrong_type(%a: i64) {
  // expected-error @+1 {{'cf.br' passes a value of type i64 to argument #0 of successor: expected i32}}
  cf.br ^next(%a : i64)
^next(%x: i32):
  return
}

// -----

func.func @wrong_type_of_second(%c: i1, %a: i32) {
  // expected-error @+1 {{'cf.cond_br' passes a value of type i32 to argument #0 of successor #1: expected i64}}
  cf.cond_br %c, ^one(%a : i32), ^two(%a : i32)
^one(%x: i32):
  return
^two(%y: i64):
  return
}

// -----

func.func @to_entry() {
^entry:
  // expected-error @+1 {{'cf.br' branches to the entry block of its region}}
  cf.br ^entry
}

// -----

func.func @no_terminator(%a: i32) {
  // expected-error @+1 {{'arith.addi' ends a block, but is not a terminator}}
  %0 = arith.addi %a, %a : i32
}

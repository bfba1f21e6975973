// RUN: asyncir-opt %s --split-input-file --verify-diagnostics
// Symbols are defined once, exist where they are named, and have the types used.

func.func @unknown() {
  // expected-error @+1 {{'func.call' names @nobody, which is not defined in this module}}
  func.call @nobody() : () -> ()
  return
}

// -----

func.func private @g(i32)
func.func @wrong_operand(%a: i64) {
  // expected-error @+1 {{operand #0 of 'func.call' has type i64: @g has i32}}
  func.call @g(%a) : (i64) -> ()
  return
}

// -----

func.func private @f()
// expected-error @+1 {{redefinition of symbol @f}}
func.func private @f()

// -----

func.func @returns(%a: i64) -> i32 {
  // expected-error @+1 {{function output types}}
  return %a : i64
}

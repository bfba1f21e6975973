// RUN: asyncir-opt %s --split-input-file --verify-diagnostics
// Each use of a value is dominated by its definition.

func.func @use_before_definition(%a: i32) -> i32 {
  // expected-error @+1 {{operand #1 of 'arith.addi' (of type i32) does not dominate this use}}
  %0 = arith.addi %a, %1 : i32
  %1 = arith.addi %a, %a : i32
  return %0 : i32
}

// -----

func.func @use_from_one_arm(%c: i1, %a: i32) -> i32 {
  cf.cond_br %c, ^then, ^join
^then:
  %0 = arith.addi %a, %a : i32
  cf.br ^join
^join:
  // expected-error @+1 {{operand #0 of 'func.return' (of type i32) does not dominate this use}}
  return %0 : i32
}

// -----

func.func @value_of_inner_region(%c: i1, %a: i32) -> i32 {
  scf.if %c {
    %x = arith.addi %a, %a : i32
  }
  // expected-error @+1 {{use of undefined value '%x'}}
  return %x : i32
}

// -----

func.func @value_of_other_function() -> i32 {
  // expected-error @+1 {{use of undefined value '%x'}}
  return %x : i32
}
func.func @other(%x: i32) {
  return
}

// -----

// An unreachable block may use what it likes, as in MLIR.
func.func @unreachable(%a: i32) {
  return
^never:
  %0 = arith.addi %1, %a : i32
  %1 = arith.addi %a, %a : i32
  cf.br ^never
}

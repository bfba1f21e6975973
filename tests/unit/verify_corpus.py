"""
Small programs that a verifier must reject, and such that it must accept. test_verify.py asks MLIR's opinion on each too.
"""

from __future__ import annotations

INVALID: dict[str, str] = {
    "use_before_definition": """
func.func @f(%a: i32) -> i32 {
  %0 = arith.addi %a, %1 : i32
  %1 = arith.addi %a, %a : i32
  return %0 : i32
}""",
    "use_of_itself": """
func.func @f(%a: i32) -> i32 {
  %0 = arith.addi %a, %0 : i32
  return %0 : i32
}""",
    "use_from_one_arm": """
func.func @f(%c: i1, %a: i32) -> i32 {
  cf.cond_br %c, ^then, ^join
^then:
  %0 = arith.addi %a, %a : i32
  cf.br ^join
^join:
  return %0 : i32
}""",
    "use_of_unreachable_block": """
func.func @f(%a: i32) -> i32 {
  return %0 : i32
^never:
  %0 = arith.addi %a, %a : i32
  return %0 : i32
}""",
    "argument_of_other_block": """
func.func @f(%c: i1, %a: i32) -> i32 {
  cf.cond_br %c, ^one(%a : i32), ^two
^one(%x: i32):
  return %x : i32
^two:
  return %x : i32
}""",
    "value_of_inner_region": """
func.func @f(%c: i1, %a: i32) -> i32 {
  scf.if %c {
    %x = arith.addi %a, %a : i32
  }
  return %x : i32
}""",
    "value_of_sibling_region": """
func.func @f(%c: i1, %a: i32) {
  scf.if %c {
    "test.use"(%x) : (i32) -> ()
  } else {
    %x = arith.addi %a, %a : i32
  }
  return
}""",
    "use_inside_own_region": """
func.func @f() {
  %1 = "test.def"() ({ "test.use"(%1) : (i32) -> () }) : () -> i32
  return
}""",
    "value_of_other_function": """
func.func @f() {
  "test.use"(%x) : (i32) -> ()
  return
}
func.func @g(%x: i32) {
  return
}""",
    "value_across_isolation": """
"test.outer"() ({
  %x = "test.def"() : () -> i32
  func.func @g() {
    "test.use"(%x) : (i32) -> ()
    return
  }
}) : () -> ()""",
    "br_too_few": """
func.func @f() {
  cf.br ^next
^next(%x: i32):
  return
}""",
    "br_too_many": """
func.func @f(%a: i32) {
  cf.br ^next(%a : i32)
^next:
  return
}""",
    "br_wrong_type": """
func.func @f(%a: i64) {
  cf.br ^next(%a : i64)
^next(%x: i32):
  return
}""",
    "cond_br_wrong_type": """
func.func @f(%c: i1, %a: i64, %b: i32) {
  cf.cond_br %c, ^next(%b : i32), ^other(%b : i32)
^next(%x: i32):
  return
^other(%y: i64):
  return
}""",
    "switch_wrong_type": """
func.func @f(%flag: i32, %a: i64) {
  cf.switch %flag : i32, [
    default: ^next(%a : i64),
    7: ^other(%a : i64)
  ]
^next(%x: i64):
  return
^other(%y: i32):
  return
}""",
    "llvm_br_wrong_type": """
llvm.func @f(%a: i64) {
  llvm.br ^next(%a : i64)
^next(%x: i32):
  llvm.return
}""",
    "br_to_entry": """
func.func @f() {
^entry:
  cf.br ^entry
}""",
    "no_terminator": """
func.func @f(%a: i32) {
  %0 = arith.addi %a, %a : i32
}""",
    "terminator_in_the_middle": """
func.func @f(%a: i32) {
  return
  %0 = arith.addi %a, %a : i32
  return
}""",
    "empty_function_block": """
func.func @f() {
  cf.br ^next
^next:
}""",
    "return_wrong_type": """
func.func @f(%a: i64) -> i32 {
  return %a : i64
}""",
    "return_wrong_count": """
func.func @f(%a: i64) -> i64 {
  return
}""",
    "return_outside_of_function": """
func.func @f(%c: i1) {
  scf.if %c {
    func.return
  }
  return
}""",
    "call_unknown": """
func.func @f() {
  func.call @nobody() : () -> ()
  return
}""",
    "call_wrong_operand": """
func.func private @g(i32)
func.func @f(%a: i64) {
  func.call @g(%a) : (i64) -> ()
  return
}""",
    "call_wrong_operand_count": """
func.func private @g(i32)
func.func @f(%a: i32) {
  func.call @g(%a, %a) : (i32, i32) -> ()
  return
}""",
    "call_wrong_result": """
func.func private @g() -> i32
func.func @f() {
  %0 = func.call @g() : () -> i64
  return
}""",
    "call_of_no_function": """
"memref.global"() <{sym_name = "g", type = memref<2xf32>, sym_visibility = "private", initial_value}> : () -> ()
func.func @f() {
  func.call @g() : () -> ()
  return
}""",
    "duplicate_symbol": """
func.func @f() {
  return
}
func.func @f() {
  return
}""",
    "symbol_in_function": """
func.func @f() {
  "memref.global"() <{sym_name = "g", type = memref<2xf32>, sym_visibility = "private", initial_value}> : () -> ()
  return
}""",
    "get_global_unknown": """
func.func @f() {
  %0 = memref.get_global @g : memref<2xf32>
  return
}""",
    "get_global_wrong_type": """
"memref.global"() <{sym_name = "g", type = memref<2xf32>, sym_visibility = "private", initial_value}> : () -> ()
func.func @f() {
  %0 = memref.get_global @g : memref<3xf32>
  return
}""",
    "if_yields_wrong_type": """
func.func @f(%c: i1, %a: i64, %b: i32) {
  %0 = scf.if %c -> (i32) {
    scf.yield %a : i64
  } else {
    scf.yield %b : i32
  }
  return
}""",
    "if_yields_too_few": """
func.func @f(%c: i1, %b: i32) {
  %0 = scf.if %c -> (i32) {
    scf.yield %b : i32
  } else {
    scf.yield
  }
  return
}""",
    "if_without_else": """
func.func @f(%c: i1, %b: i32) {
  %0 = "scf.if"(%c) ({
    "scf.yield"(%b) : (i32) -> ()
  }, {
  }) : (i1) -> i32
  return
}""",
    "for_yields_wrong_type": """
func.func @f(%n: index, %a: i64, %b: i32) {
  %0 = scf.for %i = %n to %n step %n iter_args(%x = %b) -> (i32) {
    scf.yield %a : i64
  }
  return
}""",
    "for_yields_too_few": """
func.func @f(%n: index, %b: i32) {
  %0 = "scf.for"(%n, %n, %n, %b) ({
  ^bb0(%i: index, %x: i32):
    "scf.yield"() : () -> ()
  }) : (index, index, index, i32) -> i32
  return
}""",
    "for_wrong_argument": """
func.func @f(%n: index, %b: i32) {
  %0 = "scf.for"(%n, %n, %n, %b) ({
  ^bb0(%i: index, %x: i64):
    "scf.yield"(%b) : (i32) -> ()
  }) : (index, index, index, i32) -> i32
  return
}""",
    "while_condition_wrong_type": """
func.func @f(%c: i1, %b: i32, %d: i64) {
  %0 = scf.while (%x = %b) : (i32) -> i32 {
    scf.condition(%c) %d : i64
  } do {
  ^bb0(%y: i32):
    scf.yield %y : i32
  }
  return
}""",
    "while_yields_wrong_type": """
func.func @f(%c: i1, %b: i32, %d: i64) {
  %0 = scf.while (%x = %b) : (i32) -> i32 {
    scf.condition(%c) %x : i32
  } do {
  ^bb0(%y: i32):
    scf.yield %d : i64
  }
  return
}""",
    "while_wrong_argument": """
func.func @f(%c: i1, %b: i32) {
  %0 = scf.while (%x = %b) : (i32) -> i32 {
    scf.condition(%c) %x : i32
  } do {
  ^bb0(%y: i64):
    scf.yield %b : i32
  }
  return
}""",
    "while_without_condition": """
func.func @f(%b: i32) {
  %0 = "scf.while"(%b) ({
  ^bb0(%x: i32):
    "scf.yield"(%x) : (i32) -> ()
  }, {
  ^bb0(%y: i32):
    "scf.yield"(%y) : (i32) -> ()
  }) : (i32) -> i32
  return
}""",
    "index_switch_yields_wrong_type": """
func.func @f(%n: index, %a: i64, %b: i32) {
  %0 = scf.index_switch %n -> i32
  case 2 {
    scf.yield %a : i64
  }
  default {
    scf.yield %b : i32
  }
  return
}""",
    "entry_argument_wrong_type": """
"func.func"() <{sym_name = "f", function_type = (i32) -> ()}> ({
^bb0(%x: i64):
  "func.return"() : () -> ()
}) : () -> ()""",
    "operand_wrong_type": """
func.func @f(%a: i32, %b: i64) {
  %0 = "arith.addi"(%a, %b) : (i32, i64) -> i32
  return
}""",
    "name_used_twice": """
func.func @f(%a: i32) {
  %a = arith.addi %a, %a : i32
  return
}""",
    "name_of_outer_scope_used_again": """
"test.outer"() ({
  %x = "test.def"() : () -> i32
  func.func @g(%x: i64) {
    return
  }
}) : () -> ()""",
    "load_wrong_rank": """
func.func @f(%m: memref<4xf32>) {
  %0 = memref.load %m[] : memref<4xf32>
  return
}""",
    "load_wrong_element": """
func.func @f(%m: memref<4xf32>, %i: index) {
  %0 = "memref.load"(%m, %i) : (memref<4xf32>, index) -> f64
  return
}""",
    "condition_not_i1": """
func.func @f(%c: i32) {
  "cf.cond_br"(%c)[^a, ^a] <{operandSegmentSizes = array<i32: 1, 0, 0>}> : (i32) -> ()
^a:
  return
}""",
    "successor_not_last": """
func.func @f() {
  cf.br ^a
  cf.br ^a
^a:
  return
}""",
    "select_wrong_type": """
func.func @f(%c: i1, %a: i32, %b: i64) {
  %0 = "arith.select"(%c, %a, %b) : (i1, i32, i64) -> i32
  return
}""",
    "cmp_wrong_result": """
func.func @f(%a: i32) {
  %0 = "arith.cmpi"(%a, %a) <{predicate = 0 : i64}> : (i32, i32) -> i32
  return
}""",
    "constant_wrong_type": """
func.func @f() {
  %0 = "arith.constant"() <{value = 1 : i64}> : () -> i32
  return
}""",
    "extend_narrows": """
func.func @f(%a: i64) {
  %0 = arith.extsi %a : i64 to i32
  return
}""",
    "store_wrong_element": """
func.func @f(%m: memref<4xf32>, %i: index, %v: f64) {
  "memref.store"(%v, %m, %i) : (f64, memref<4xf32>, index) -> ()
  return
}""",
}

VALID: dict[str, str] = {
    "straight": """
func.func @f(%a: i32) -> i32 {
  %0 = arith.addi %a, %a : i32
  return %0 : i32
}""",
    "diamond": """
func.func @f(%c: i1, %a: i32) -> i32 {
  %0 = arith.addi %a, %a : i32
  cf.cond_br %c, ^then, ^join(%a : i32)
^then:
  cf.br ^join(%0 : i32)
^join(%x: i32):
  %1 = arith.addi %x, %0 : i32
  return %1 : i32
}""",
    "blocks_out_of_order": """
func.func @f(%a: i32) -> i32 {
  cf.br ^first
^second:
  return %0 : i32
^first:
  %0 = arith.addi %a, %a : i32
  cf.br ^second
}""",
    "loop": """
func.func @f(%n: i32, %c: i1) -> i32 {
  cf.br ^head(%n : i32)
^head(%x: i32):
  %0 = arith.addi %x, %n : i32
  cf.cond_br %c, ^head(%0 : i32), ^exit
^exit:
  return %0 : i32
}""",
    "unreachable_uses_anything": """
func.func @f(%a: i32) {
  return
^never:
  %0 = arith.addi %1, %a : i32
  %1 = arith.addi %a, %a : i32
  cf.br ^never
}""",
    "unreachable_cycle_to_reachable": """
func.func @f(%a: i32) -> i32 {
  %0 = arith.addi %a, %a : i32
  cf.br ^exit
^never:
  cf.br ^exit
^exit:
  return %0 : i32
}""",
    "nested_regions_see_outer": """
func.func @f(%c: i1, %a: i32) -> i32 {
  %0 = arith.addi %a, %a : i32
  %1 = scf.if %c -> (i32) {
    %2 = scf.if %c -> (i32) {
      scf.yield %0 : i32
    } else {
      scf.yield %a : i32
    }
    scf.yield %2 : i32
  } else {
    scf.yield %0 : i32
  }
  return %1 : i32
}""",
    "graph_region": """
func.func @f() {
  "test.graph"() ({
    %0 = "test.use"(%1) : (i32) -> i32
    %1 = "test.def"() ({ "test.use"(%1) : (i32) -> () }) : () -> i32
  }) : () -> ()
  return
}""",
    "module_is_a_graph": """
"test.use"(%1) : (i32) -> ()
%1 = "test.def"() : () -> i32
""",
    "same_names_in_functions": """
func.func @f(%a: i32) -> i32 {
  return %a : i32
}
func.func @g(%a: i64) -> i64 {
  return %a : i64
}""",
    "call_forward_and_recursive": """
func.func @f(%a: i32) -> i32 {
  %0 = func.call @g(%a) : (i32) -> i32
  return %0 : i32
}
func.func @g(%a: i32) -> i32 {
  %0 = func.call @g(%a) : (i32) -> i32
  return %0 : i32
}""",
    "while_changes_types": """
func.func @f(%c: i1, %b: i32, %d: i64) -> i64 {
  %0 = scf.while (%x = %b) : (i32) -> i64 {
    scf.condition(%c) %d : i64
  } do {
  ^bb0(%y: i64):
    scf.yield %b : i32
  }
  return %0 : i64
}""",
    "while_without_values": """
func.func @f(%c: i1) {
  scf.while () : () -> () {
    scf.condition(%c)
  } do {
    scf.yield
  }
  return
}""",
    "for_with_and_without_values": """
func.func @f(%n: index, %b: i32) -> i32 {
  scf.for %i = %n to %n step %n {
    "test.use"(%i) : (index) -> ()
  }
  %0 = scf.for %i = %n to %n step %n iter_args(%x = %b) -> (i32) {
    scf.yield %x : i32
  }
  return %0 : i32
}""",
    "switch": """
func.func @f(%flag: i32, %a: i64, %b: i32) {
  cf.switch %flag : i32, [
    default: ^next(%a : i64),
    7: ^other(%b, %a : i32, i64),
    8: ^other(%b, %a : i32, i64),
    9: ^last
  ]
^next(%x: i64):
  return
^other(%y: i32, %z: i64):
  return
^last:
  return
}""",
    "execute_region_with_blocks": """
func.func @f(%c: i1, %b: i32) -> i32 {
  %0 = scf.execute_region -> i32 {
    cf.cond_br %c, ^one, ^two
  ^one:
    scf.yield %b : i32
  ^two:
    scf.yield %b : i32
  }
  return %0 : i32
}""",
    "get_global": """
"memref.global"() <{sym_name = "g", type = memref<2xf32>, sym_visibility = "private", initial_value}> : () -> ()
func.func @f() {
  %0 = memref.get_global @g : memref<2xf32>
  return
}""",
    "llvm_loop": """
llvm.func @f(%a: i64, %c: i1) -> i64 {
  llvm.br ^next(%a : i64)
^next(%x: i64):
  llvm.cond_br %c, ^next(%x : i64), ^exit
^exit:
  llvm.return %x : i64
}""",
}

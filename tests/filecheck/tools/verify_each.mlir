// The program is run on the reference before and after each pass: with the given arguments, then with those that fit by themselves.

// RUN: asyncir-opt %s -p scf-to-cf --verify-each=interpret --interpret-args "5 true" | filecheck %s
// RUN: asyncir-opt %s -p "select-entry,outline-execute,scf-to-cf,infer-scope,split-suspensions,layout-frames" --verify-each=interpret

// CHECK-LABEL: func.func @main(
// CHECK:       cf.cond_br
func.func @main(%x: i32, %flag: i1) -> i32 attributes {task.kernel} {
  %0 = scf.if %flag -> (i32) {
    %1 = arith.addi %x, %x : i32
    scf.yield %1 : i32
  } else {
    scf.yield %x : i32
  }
  return %0 : i32
}

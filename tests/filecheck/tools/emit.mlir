// A program at each stage. What MLIR's own tools say of the last stages is in the tests of those.

// RUN: asyncir compile %s --emit source | filecheck %s --check-prefix=SOURCE
// RUN: asyncir compile %s --emit split | filecheck %s --check-prefix=SM
// RUN: asyncir compile %s --emit sm | filecheck %s --check-prefix=SM
// RUN: asyncir compile %s --emit rt | filecheck %s --check-prefix=RT
// RUN: asyncir compile %s --emit llvm-dialect | filecheck %s --check-prefix=DIALECT
// RUN: asyncir compile %s --emit llvm --target cpu | filecheck %s --check-prefix=LLVM
// RUN: asyncir compile %s --emit ptx --arch sm_90a | filecheck %s --check-prefix=PTX
// RUN: asyncir compile %s --emit sm | asyncir run - --target cpu --args 5 | filecheck %s --check-prefix=RESULT
// RUN: asyncir compile %s --emit rt --target cpu | asyncir run - --target cpu --args 5 | filecheck %s --check-prefix=RESULT

// SOURCE:  func.func @main(
// SM:      sm.machine @main(
// RT:      rt.kernel @main(
// DIALECT: llvm.func {{.*}}@main
// LLVM:    define {{.*}} @
// PTX:     .target sm_90a
// PTX:     .entry main(
// RESULT:  10
func.func @main(%a: i32) -> i32 attributes {task.kernel} {
  %0 = arith.addi %a, %a : i32
  return %0 : i32
}

// RUN: asyncir-opt %s --split-input-file --verify-diagnostics
// A kernel's argument is one that the kernel has.

sm.machine @k(%n: i32) attributes {scope = "lane", kernel} {
  // expected-error @+1 {{'task.kernel_argument' op has index 1: the kernel @k has 1 parameters}}
  %a = task.kernel_argument {index = 1} : i32
  sm.return
}

// -----

sm.machine @k(%n: i32) attributes {scope = "lane", kernel} {
  // expected-error @+1 {{'task.kernel_argument' op has type i64: parameter 0 of the kernel @k is i32}}
  %a = task.kernel_argument {index = 0} : i64
  sm.return
}

// -----

sm.machine @k(%n: i32) attributes {scope = "lane", kernel} {
  // expected-error @+1 {{'task.kernel_argument' op index must be 0 or more, got -1}}
  %a = task.kernel_argument {index = -1} : i32
  sm.return
}

// -----

sm.machine @k(%n: i32) attributes {scope = "lane", kernel} {
  // expected-error @+1 {{'task.kernel_argument' op index must be an i64, got 0 : i32}}
  %a = task.kernel_argument {index = 0 : i32} : i32
  sm.return
}

// -----

sm.machine @f(%n: i32) attributes {scope = "lane"} {
  // expected-error @+1 {{'task.kernel_argument' op in a module with 0 kernels: it needs exactly one}}
  %a = task.kernel_argument {index = 0} : i32
  sm.return
}

// -----

func.func @k(%n: i32) attributes {task.kernel} {
  // expected-error @+1 {{'task.kernel_argument' op in a module with 2 kernels: it needs exactly one}}
  %a = task.kernel_argument {index = 0} : i32
  return
}
func.func @l(%n: i32) attributes {task.kernel} {
  return
}

// A function that is called and enters a scope would enter one of the task that it becomes.
// RUN: asyncir-opt %s --split-input-file --verify-diagnostics -p convert-awaiting-funcs

func.func @enters() -> !task.cancel_scope {
  // expected-error @+1 {{'task.enter_scope' op in a function that is called, and becomes a task of its own: the scope would not be its caller's}}
  %s = task.enter_scope : !task.cancel_scope
  return %s : !task.cancel_scope
}
func.func @main() attributes {task.kernel} {
  %s = func.call @enters() : () -> !task.cancel_scope
  return
}

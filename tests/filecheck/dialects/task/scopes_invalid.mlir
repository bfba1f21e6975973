// RUN: asyncir-opt %s --split-input-file --verify-diagnostics
// What the verifiers and parsers of cancel scopes reject, one message a case.

func.func @scope_type() {
  // expected-error @+1 {{Expected attribute !task.cancel_scope but got !task.event}}
  %s = task.enter_scope : !task.event
  return
}

// -----

func.func @no_scope(%t: !async.token) {
  // expected-error @+1 {{'%t' is used with type !task.cancel_scope, but has type !async.token}}
  task.cancel_scope %t
  return
}

// -----

func.func @no_task(%s: !task.cancel_scope) {
  // expected-error @+1 {{'task.cancel' op operand must be async value type or async token type, but got '!task.cancel_scope'}}
  task.cancel %s : !task.cancel_scope
  return
}

// -----

func.func @not_awaited(%s: !task.cancel_scope) {
  // expected-error @+1 {{async value type or async token type}}
  async.await %s : !task.cancel_scope
  return
}

// -----

func.func @outcome_type(%s: !task.cancel_scope) {
  // expected-error @+1 {{Expected attribute i32 but got i1}}
  %r = task.leave_scope %s : i1
  return
}

// -----

func.func @catches(%s: !task.cancel_scope) {
  // expected-error @+1 {{'task.cancel_scope' op cannot have the attribute 'task.catches': it belongs on async.await or}}
  task.cancel_scope %s {task.catches}
  return
}

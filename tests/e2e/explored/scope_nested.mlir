// The outer of two scopes is cancelled at any time, perhaps before the inner one is entered; the inner one before the first wait. Where the
// task meets both in one wait, leaving the inner scope tells of the other request only if it came behind its entry.

async.func @late(%s: !task.cancel_scope) -> !async.token {
  task.cancel_scope %s
  return
}
func.func @main() -> (i1, i32, i1, i32) {
  %out = task.enter_scope : !task.cancel_scope
  %t = async.call @late(%out) : (!task.cancel_scope) -> !async.token
  %in = task.enter_scope : !task.cancel_scope
  task.cancel_scope %in
  task.yield_now {task.catches}
  %c = task.cancelled : i1
  %ri = task.leave_scope %in : i32
  task.yield_now {task.catches}
  %d = task.cancelled : i1
  %ro = task.leave_scope %out : i32
  async.await %t : !async.token
  return %c, %ri, %d, %ro : i1, i32, i1, i32
}

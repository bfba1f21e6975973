// Two scopes of a task, one in the other, are cancelled: leaving the inner one leaves the request of the outer one.

async.func @late(%s: !task.cancel_scope) -> !async.token {
  task.cancel_scope %s
  return
}
func.func @main() -> (i1, i32, i1, i32) {
  %out = task.enter_scope : !task.cancel_scope
  %t = async.call @late(%out) : (!task.cancel_scope) -> !async.token
  %in = task.enter_scope : !task.cancel_scope
  task.cancel_scope %in
  task.cancel_scope %out
  task.cancel_scope %in
  %ri = task.leave_scope %in : i32
  %again = task.leave_scope %in : i32
  %e = task.event : !task.event
  task.set %e
  task.wait %e {task.catches}
  %c = task.cancelled : i1
  task.yield_now {task.catches}
  %d = task.cancelled : i1
  %ro = task.leave_scope %out : i32
  async.await %t : !async.token
  %r = arith.addi %ri, %again : i32
  return %c, %r, %d, %ro : i1, i32, i1, i32
}

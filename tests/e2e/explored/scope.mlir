// A root's scope is cancelled while it waits, before, or behind it: what has come of it says leave_scope, and nothing comes later.

async.func @late(%s: !task.cancel_scope) -> !async.token {
  task.cancel_scope %s
  return
}
func.func @main() -> (i1, i32) {
  %s = task.enter_scope : !task.cancel_scope
  %t = async.call @late(%s) : (!task.cancel_scope) -> !async.token
  task.yield_now {task.catches}
  %c = task.cancelled : i1
  %r = task.leave_scope %s : i32
  task.yield_now
  async.await %t : !async.token
  return %c, %r : i1, i32
}

// A task that waits for a lock catches its cancellation: the lock goes to the other that waits, and comes to it when it asks again.

async.func @asks(%l: !task.lock) -> !async.value<i32> {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  task.acquire %l {task.catches}
  %c = task.cancelled : i1
  cf.cond_br %c, ^again, ^end(%zero : i32)
^again:
  task.acquire %l {task.catches}
  cf.br ^end(%one : i32)
^end(%r: i32):
  task.release %l
  return %r : i32
}
async.func @takes(%l: !task.lock) -> !async.token {
  task.acquire %l
  task.release %l
  return
}
func.func @main() -> i32 {
  %l = task.lock : !task.lock
  task.acquire %l
  %h = async.call @asks(%l) : (!task.lock) -> !async.value<i32>
  %t = async.call @takes(%l) : (!task.lock) -> !async.token
  task.yield_now
  task.cancel %h : !async.value<i32>
  task.yield_now
  task.release %l
  async.await %t : !async.token
  %v = async.await %h : !async.value<i32>
  return %v : i32
}

// Three tasks and a lock; two of them yield while they hold it.

async.func @adds(%l: !task.lock, %a: memref<?xi32>) -> !async.token {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : i32
  task.acquire %l
  %v = memref.load %a[%c0] : memref<?xi32>
  task.yield_now
  %w = arith.addi %v, %one : i32
  memref.store %w, %a[%c0] : memref<?xi32>
  task.release %l
  return
}
func.func @main(%a: memref<?xi32>) -> i32 {
  %c0 = arith.constant 0 : index
  %l = task.lock : !task.lock
  %h = async.call @adds(%l, %a) : (!task.lock, memref<?xi32>) -> !async.token
  %k = async.call @adds(%l, %a) : (!task.lock, memref<?xi32>) -> !async.token
  task.acquire %l
  task.release %l
  async.await %h : !async.token
  async.await %k : !async.token
  %v = memref.load %a[%c0] : memref<?xi32>
  return %v : i32
}

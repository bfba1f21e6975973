// A group of children, and what is needed when all have ended.
// MACHINE: task
// ARGS: 4 10
// RESULT: 40
// LB0: 12
// LB1: 4
// The await of the group: %n (2 words), %k (1), arguments = 12 bytes. %m = %n as a word and the product %r may be evaluated early: 4 bytes.
// The group itself is only waited for.

async.func @child(%i: index) -> !async.token {
  task.yield_now
  return
}

async.func @task(%n: index, %k: i32) -> !async.value<i32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %group = async.create_group %n : !async.group
  scf.for %i = %c0 to %n step %c1 {
    %token = async.call @child(%i) : (index) -> !async.token
    %rank = async.add_to_group %token, %group : !async.token
  }
  async.await_all %group
  %m = arith.index_cast %n : index to i32
  %r = arith.muli %m, %k : i32
  return %r : i32
}

func.func @main(%n: index, %k: i32) -> i32 attributes {task.kernel} {
  %h = async.call @task(%n, %k) : (index, i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}

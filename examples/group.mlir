// A group: n tasks, started in a loop, write the squares of 0 ... n-1 into an array; when all have ended, the kernel adds them up.
//
//     asyncir run examples/group.mlir --args 100
//     328350

async.func @square(%i: index, %squares: memref<?xi64>) -> !async.token {
  %x = arith.index_cast %i : index to i64
  %0 = arith.muli %x, %x : i64
  memref.store %0, %squares[%i] : memref<?xi64>
  return
}

func.func @group(%n: index) -> i64 attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i64
  %squares = memref.alloc(%n) : memref<?xi64>

  // A group knows from the start how many it takes: more, or less, is an error and not a hang.
  %group = async.create_group %n : !async.group
  scf.for %i = %c0 to %n step %c1 {
    %token = async.call @square(%i, %squares) : (index, memref<?xi64>) -> !async.token
    %rank = async.add_to_group %token, %group : !async.token
  }
  async.await_all %group

  %sum = scf.for %i = %c0 to %n step %c1 iter_args(%acc = %zero) -> (i64) {
    %x = memref.load %squares[%i] : memref<?xi64>
    %next = arith.addi %acc, %x : i64
    scf.yield %next : i64
  }
  memref.dealloc %squares : memref<?xi64>
  return %sum : i64
}

// A flat fan-out: one task starts n children from one loop, and child i writes i * i + 1 to its place. What it costs is what starting and
// ending a task costs.
//
//     asyncir run examples/flat.mlir --args zeros:i32:1000
//     1000

async.func private @child(%i: i32, %out: memref<?xi32>) -> !async.token {
  %one = arith.constant 1 : i32
  %square = arith.muli %i, %i : i32
  %value = arith.addi %square, %one : i32
  %at = arith.index_cast %i : i32 to index
  memref.store %value, %out[%at] : memref<?xi32>
  return
}

func.func @flat(%out: memref<?xi32>) -> i32 attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %size = memref.dim %out, %c0 : memref<?xi32>
  %n = arith.index_cast %size : index to i32
  %group = async.create_group %size : !async.group
  scf.for %i = %zero to %n step %one : i32 {
    %token = async.call @child(%i, %out) : (i32, memref<?xi32>) -> !async.token
    %rank = async.add_to_group %token, %group : !async.token
  }
  async.await_all %group
  return %n : i32
}

// Lane and warp scope in one kernel. A task that uses lane operations is run by a warp together: @row adds up a row of a matrix, each lane
// a part of it. All other tasks are a lane's, up to 32 of them in a warp: the kernel, and @digits, which computes the sum of a
// number's decimal digits by a child for each digit. A call from a warp's task starts one task, and what it hands over must be the same
// in all lanes, as a reduction's result is.
//
// Writes the digit sum of each row's sum; returns the sum of these.
//
//     asyncir run examples/mixed.mlir --args iota:i32:4x100 zeros:i32:4
//     78

async.func private @digits(%x: i32) -> !async.value<i32> {
  %ten = arith.constant 10 : i32
  %small = arith.cmpi ult, %x, %ten : i32
  %result = scf.if %small -> (i32) {
    scf.yield %x : i32
  } else {
    %rest = arith.divui %x, %ten : i32
    %digit = arith.remui %x, %ten : i32
    %h = async.call @digits(%rest) : (i32) -> !async.value<i32>
    %others = async.await %h : !async.value<i32>
    %sum = arith.addi %others, %digit : i32
    scf.yield %sum : i32
  }
  return %result : i32
}

async.func private @row(%row: index, %matrix: memref<?x?xi32>, %out: memref<?xi32>) -> !async.token {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %lane = gpu.lane_id
  %lanes = gpu.subgroup_size : index
  %columns = memref.dim %matrix, %c1 : memref<?x?xi32>
  // As many rounds in every lane: the last one is not full.
  %padded = arith.addi %columns, %lanes : index
  %almost = arith.subi %padded, %c1 : index
  %rounds = arith.divui %almost, %lanes : index
  %c0 = arith.constant 0 : index
  %part = scf.for %round = %c0 to %rounds step %c1 iter_args(%acc = %zero) -> (i32) {
    %base = arith.muli %round, %lanes : index
    %column = arith.addi %base, %lane : index
    %inside = arith.cmpi ult, %column, %columns : index
    %x = scf.if %inside -> (i32) {
      %element = memref.load %matrix[%row, %column] : memref<?x?xi32>
      scf.yield %element : i32
    } else {
      scf.yield %zero : i32
    }
    %next = arith.addi %acc, %x : i32
    scf.yield %next : i32
  }
  %sum = gpu.subgroup_reduce add %part : (i32) -> i32
  %h = async.call @digits(%sum) : (i32) -> !async.value<i32>
  %digit_sum = async.await %h : !async.value<i32>
  memref.store %digit_sum, %out[%row] : memref<?xi32>
  return
}

func.func @mixed(%matrix: memref<?x?xi32>, %out: memref<?xi32>) -> i32 attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %rows = memref.dim %matrix, %c0 : memref<?x?xi32>
  %places = memref.dim %out, %c0 : memref<?xi32>
  %fits = arith.cmpi eq, %rows, %places : index
  cf.assert %fits, "one result for each row"
  %group = async.create_group %rows : !async.group
  scf.for %row = %c0 to %rows step %c1 {
    %token = async.call @row(%row, %matrix, %out) : (index, memref<?x?xi32>, memref<?xi32>) -> !async.token
    %rank = async.add_to_group %token, %group : !async.token
  }
  async.await_all %group
  %total = scf.for %row = %c0 to %rows step %c1 iter_args(%acc = %zero) -> (i32) {
    %x = memref.load %out[%row] : memref<?xi32>
    %next = arith.addi %acc, %x : i32
    scf.yield %next : i32
  }
  return %total : i32
}

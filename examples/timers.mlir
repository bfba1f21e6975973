// A timer wheel: task i of n sleeps (i * 7 mod n) times `unit` nanoseconds and then writes its number into `order`, behind those that
// woke before it. With units that are long against the time that waking takes, the tasks wake in the order of their delays.
//
// The kernel returns how many neighbours in `order` stand the right way round: all n - 1 of them, if n is no multiple of 7.
//
//     asyncir run examples/timers.mlir --args zeros:i32:10 20000000
//     9

func.func private @delay(%i: i32, %n: i32) -> i32 {
  %step = arith.constant 7 : i32
  %spread = arith.muli %i, %step : i32
  %0 = arith.remui %spread, %n : i32
  return %0 : i32
}

async.func private @sleeper(%i: i32, %n: i32, %unit: i64, %awake: memref<1xi32>, %order: memref<?xi32>) -> !async.token {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : i32
  %units = func.call @delay(%i, %n) : (i32, i32) -> i32
  %units_wide = arith.extui %units : i32 to i64
  %nanoseconds = arith.muli %units_wide, %unit : i64
  task.sleep %nanoseconds : i64
  %place = memref.atomic_rmw addi %one, %awake[%c0] : (i32, memref<1xi32>) -> i32
  %at = arith.index_cast %place : i32 to index
  memref.store %i, %order[%at] : memref<?xi32>
  return
}

func.func @timers(%order: memref<?xi32>, %unit: i64) -> i32 attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %minus_one = arith.constant -1 : i32
  %size = memref.dim %order, %c0 : memref<?xi32>
  %n = arith.index_cast %size : index to i32
  %awake = memref.alloc() : memref<1xi32>
  memref.store %zero, %awake[%c0] : memref<1xi32>
  %group = async.create_group %size : !async.group
  scf.for %i = %zero to %n step %one : i32 {
    %token = async.call @sleeper(%i, %n, %unit, %awake, %order) : (i32, i32, i64, memref<1xi32>, memref<?xi32>) -> !async.token
    %rank = async.add_to_group %token, %group : !async.token
  }
  async.await_all %group
  memref.dealloc %awake : memref<1xi32>

  %right, %last = scf.for %k = %c0 to %size step %c1 iter_args(%count = %minus_one, %before = %minus_one) -> (i32, i32) {
    %i = memref.load %order[%k] : memref<?xi32>
    %units = func.call @delay(%i, %n) : (i32, i32) -> i32
    %later = arith.cmpi sgt, %units, %before : i32
    %more = arith.extui %later : i1 to i32
    %next = arith.addi %count, %more : i32
    scf.yield %next, %units : i32, i32
  }
  return %right : i32
}

// Producers and consumers with a channel between them that holds `capacity` items: producers wait while it is full, so however many items
// there are, no more than that are under way. Consumers leave when it is closed and empty.
//
// Producer p sends p * items ... (p + 1) * items - 1. The sum of what was consumed and the number of items say that none was lost
// and none came twice.
//
//     asyncir run examples/producers_consumers.mlir --args 3 4 100 2
//     44850 300

async.func private @produce(%p: i32, %items: i32, %channel: !task.channel<i64>) -> !async.token {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %p_wide = arith.extui %p : i32 to i64
  %items_wide = arith.extui %items : i32 to i64
  %base = arith.muli %p_wide, %items_wide : i64
  scf.for %i = %zero to %items step %one : i32 {
    %i_wide = arith.extui %i : i32 to i64
    %item = arith.addi %base, %i_wide : i64
    task.send %item, %channel : !task.channel<i64>
  }
  return
}

async.func private @consume(%channel: !task.channel<i64>, %totals: memref<2xi64>) -> !async.token {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %sum, %count = scf.while (%s = %zero, %c = %zero) : (i64, i64) -> (i64, i64) {
    %item, %ok = task.recv %channel : !task.channel<i64>
    %more = arith.extui %ok : i1 to i64
    %s_1 = arith.addi %s, %item : i64
    %c_1 = arith.addi %c, %more : i64
    scf.condition(%ok) %s_1, %c_1 : i64, i64
  } do {
  ^next(%s: i64, %c: i64):
    scf.yield %s, %c : i64, i64
  }
  %old_sum = memref.atomic_rmw addi %sum, %totals[%c0] : (i64, memref<2xi64>) -> i64
  %old_count = memref.atomic_rmw addi %count, %totals[%c1] : (i64, memref<2xi64>) -> i64
  return
}

func.func @producers_consumers(%producers: i32, %consumers: i32, %items: i32, %capacity: index) -> (i64, i64)
    attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %none = arith.constant 0 : i64
  %totals = memref.alloc() : memref<2xi64>
  memref.store %none, %totals[%c0] : memref<2xi64>
  memref.store %none, %totals[%c1] : memref<2xi64>
  %channel = task.channel %capacity : !task.channel<i64>

  %producer_count = arith.index_cast %producers : i32 to index
  %consumer_count = arith.index_cast %consumers : i32 to index
  %sending = async.create_group %producer_count : !async.group
  scf.for %p = %zero to %producers step %one : i32 {
    %token = async.call @produce(%p, %items, %channel) : (i32, i32, !task.channel<i64>) -> !async.token
    %rank = async.add_to_group %token, %sending : !async.token
  }
  %receiving = async.create_group %consumer_count : !async.group
  scf.for %c = %zero to %consumers step %one : i32 {
    %token = async.call @consume(%channel, %totals) : (!task.channel<i64>, memref<2xi64>) -> !async.token
    %rank = async.add_to_group %token, %receiving : !async.token
  }
  async.await_all %sending
  task.close %channel : !task.channel<i64>
  async.await_all %receiving

  %sum = memref.load %totals[%c0] : memref<2xi64>
  %count = memref.load %totals[%c1] : memref<2xi64>
  memref.dealloc %totals : memref<2xi64>
  return %sum, %count : i64, i64
}

// Dining philosophers: n of them around a table, a fork between each two; a philosopher needs both forks to eat. Forks are locks. All
// take the fork of the lower number first: so they cannot wait for each other in a circle.
//
// How often a fork was used is counted without atomics, by a load before and a store after the meal, while others run: if a fork were in two
// hands, a count would be lost. Each of the n forks is used by two philosophers, `meals` times by each.
//
//     asyncir run examples/philosophers.mlir --args 5 10
//     100

func.func private @dine(%first: !task.lock, %second: !task.lock, %first_number: index, %second_number: index, %meals: i32,
    %uses: memref<?xi32>) {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  scf.for %meal = %zero to %meals step %one : i32 {
    task.acquire %first
    task.acquire %second
    %a = memref.load %uses[%first_number] : memref<?xi32>
    %b = memref.load %uses[%second_number] : memref<?xi32>
    task.yield_now
    %a_1 = arith.addi %a, %one : i32
    %b_1 = arith.addi %b, %one : i32
    memref.store %a_1, %uses[%first_number] : memref<?xi32>
    memref.store %b_1, %uses[%second_number] : memref<?xi32>
    task.release %second
    task.release %first
  }
  return
}

// Philosopher `me`, whose left fork is number `me`, and all those to the right, up to the last one, whose right fork is number 0.
async.func private @seat(%me: index, %n: index, %meals: i32, %left: !task.lock, %zeroth: !task.lock, %uses: memref<?xi32>)
    -> !async.token {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %next = arith.addi %me, %c1 : index
  %last = arith.cmpi eq, %next, %n : index
  scf.if %last {
    func.call @dine(%zeroth, %left, %c0, %me, %meals, %uses) : (!task.lock, !task.lock, index, index, i32, memref<?xi32>) -> ()
  } else {
    %right = task.lock : !task.lock
    %others = async.call @seat(%next, %n, %meals, %right, %zeroth, %uses)
      : (index, index, i32, !task.lock, !task.lock, memref<?xi32>) -> !async.token
    func.call @dine(%left, %right, %me, %next, %meals, %uses) : (!task.lock, !task.lock, index, index, i32, memref<?xi32>) -> ()
    async.await %others : !async.token
  }
  return
}

func.func @philosophers(%n: index, %meals: i32) -> i32 attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : index
  %enough = arith.cmpi sge, %n, %two : index
  cf.assert %enough, "one philosopher alone has only one fork"
  %uses = memref.alloc(%n) : memref<?xi32>
  scf.for %fork = %c0 to %n step %c1 {
    memref.store %zero, %uses[%fork] : memref<?xi32>
  }
  %zeroth = task.lock : !task.lock
  %all = async.call @seat(%c0, %n, %meals, %zeroth, %zeroth, %uses)
    : (index, index, i32, !task.lock, !task.lock, memref<?xi32>) -> !async.token
  async.await %all : !async.token
  %total = scf.for %fork = %c0 to %n step %c1 iter_args(%acc = %zero) -> (i32) {
    %x = memref.load %uses[%fork] : memref<?xi32>
    %next = arith.addi %acc, %x : i32
    scf.yield %next : i32
  }
  memref.dealloc %uses : memref<?xi32>
  return %total : i32
}

// Two tasks that alternate: each waits for its turn by `task.yield_now`, which suspends it and lets the other run, then writes its
// number into a log and passes the turn on. The turn is looked at and passed on by atomic operations, which order what was written
// before: who sees its turn sees the log. A task that waited without yielding would never let the other one run where there is
// one worker only; with yield_now the program ends on any number of workers, in any order of execution.
//
// The kernel reads the log and asserts that it is 0 1 0 1 ...; it returns how many entries there are and how often an entry
// differs from the one before it.
//
//     asyncir run examples/interleave.mlir --args 8
//     16 15

async.func @player(%me: i32, %rounds: index, %turn: memref<1xi32>, %next: memref<1xindex>, %log: memref<?xi32>) -> !async.token {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i32
  %other = arith.subi %one, %me : i32
  %nothing = arith.constant 0 : i32
  scf.for %round = %c0 to %rounds step %c1 {
    scf.while : () -> () {
      %whose = memref.atomic_rmw addi %nothing, %turn[%c0] : (i32, memref<1xi32>) -> i32
      %not_mine = arith.cmpi ne, %whose, %me : i32
      scf.condition(%not_mine)
    } do {
      task.yield_now
      scf.yield
    }
    // It is my turn: nobody else touches the log until I pass it on.
    %position = memref.load %next[%c0] : memref<1xindex>
    memref.store %me, %log[%position] : memref<?xi32>
    %behind = arith.addi %position, %c1 : index
    memref.store %behind, %next[%c0] : memref<1xindex>
    %mine = memref.atomic_rmw assign %other, %turn[%c0] : (i32, memref<1xi32>) -> i32
    task.yield_now
  }
  return
}

func.func @interleave(%rounds: index) -> (index, index) attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %entries = arith.muli %rounds, %c2 : index
  %log = memref.alloc(%entries) : memref<?xi32>
  %turn = memref.alloc() : memref<1xi32>
  %next = memref.alloc() : memref<1xindex>
  memref.store %zero, %turn[%c0] : memref<1xi32>
  memref.store %c0, %next[%c0] : memref<1xindex>

  %a = async.call @player(%zero, %rounds, %turn, %next, %log) : (i32, index, memref<1xi32>, memref<1xindex>, memref<?xi32>) -> !async.token
  %b = async.call @player(%one, %rounds, %turn, %next, %log) : (i32, index, memref<1xi32>, memref<1xindex>, memref<?xi32>) -> !async.token
  async.await %a : !async.token
  async.await %b : !async.token

  %written = memref.load %next[%c0] : memref<1xindex>
  %complete = arith.cmpi eq, %written, %entries : index
  cf.assert %complete, "every task must have written its entries"
  %previous, %changes = scf.for %i = %c0 to %entries step %c1 iter_args(%last = %one, %count = %c0) -> (i32, index) {
    %entry = memref.load %log[%i] : memref<?xi32>
    %differs = arith.cmpi ne, %entry, %last : i32
    cf.assert %differs, "the tasks must alternate, task 0 first"
    %first = arith.cmpi eq, %i, %c0 : index
    %more = arith.select %first, %c0, %c1 : index
    %sum = arith.addi %count, %more : index
    scf.yield %entry, %sum : i32, index
  }
  return %entries, %changes : index, index
}

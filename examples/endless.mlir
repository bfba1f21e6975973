// Tasks that never end: three of them count up, with a short sleep after each step, in an array that the host reads while they run. The
// host sees all three go on, and stops the kernel when it has seen enough.
//
//     launch = asyncir.compile(Path("examples/endless.mlir")).launch("endless", numpy.zeros(3, "i8"), 1_000)
//     counters = launch.view(0)           # goes up as one looks
//     launch.stop()
//     launch.wait()                       # raises DeadlineError, which tells what the tasks were doing
//
// From the command line a deadline stops it; the exit status is 5.
//
//     asyncir run examples/endless.mlir --args zeros:i64:3 1000 --deadline 0.5

async.func private @count(%me: index, %counters: memref<?xi64>, %pause: i64) -> !async.token {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %true = arith.constant true
  %never = scf.while (%n = %zero) : (i64) -> i64 {
    scf.condition(%true) %n : i64
  } do {
  ^step(%n: i64):
    %next = arith.addi %n, %one : i64
    task.publish %next, %counters[%me] : memref<?xi64>
    task.sleep %pause : i64
    scf.yield %next : i64
  }
  return
}

func.func @endless(%counters: memref<?xi64> {task.host_visible}, %pause: i64) attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %tasks = memref.dim %counters, %c0 : memref<?xi64>
  %group = async.create_group %tasks : !async.group
  scf.for %me = %c0 to %tasks step %c1 {
    %token = async.call @count(%me, %counters, %pause) : (index, memref<?xi64>, i64) -> !async.token
    %rank = async.add_to_group %token, %group : !async.token
  }
  async.await_all %group
  return
}

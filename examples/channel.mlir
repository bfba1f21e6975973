// A producer and a consumer with a channel between them. The channel holds `capacity` items: the producer suspends when it is full
// (backpressure), the consumer when it is empty. Closing it ends the consumer's loop after the last item.
//
// Sends 1 ... n; the consumer checks the order and returns the sum and the number of items.
//
//     asyncir run examples/channel.mlir --args 100 4
//     5050 100

async.func @produce(%n: i64, %items: !task.channel<i64>) -> !async.token {
  %one = arith.constant 1 : i64
  %end = arith.addi %n, %one : i64
  scf.for %i = %one to %end step %one : i64 {
    task.send %i, %items : !task.channel<i64>
  }
  task.close %items : !task.channel<i64>
  return
}

async.func @consume(%items: !task.channel<i64>) -> (!async.value<i64>, !async.value<i64>) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %sum, %count = scf.while (%s = %zero, %c = %zero) : (i64, i64) -> (i64, i64) {
    %item, %ok = task.recv %items : !task.channel<i64>
    %next_sum = arith.addi %s, %item : i64
    %plus_one = arith.addi %c, %one : i64
    %next_count = arith.select %ok, %plus_one, %c : i64
    // Items come in the order in which they were sent.
    %in_order = arith.cmpi eq, %item, %plus_one : i64
    %closed = arith.cmpi eq, %next_count, %c : i64
    %fine = arith.ori %in_order, %closed : i1
    cf.assert %fine, "items must arrive in order"
    scf.condition(%ok) %next_sum, %next_count : i64, i64
  } do {
  ^next(%s: i64, %c: i64):
    scf.yield %s, %c : i64, i64
  }
  return %sum, %count : i64, i64
}

func.func @channel(%n: i64, %capacity: index) -> (i64, i64) attributes {task.kernel} {
  %items = task.channel %capacity : !task.channel<i64>
  %producer = async.call @produce(%n, %items) : (i64, !task.channel<i64>) -> !async.token
  %h:2 = async.call @consume(%items) : (!task.channel<i64>) -> (!async.value<i64>, !async.value<i64>)
  %sum = async.await %h#0 : !async.value<i64>
  %count = async.await %h#1 : !async.value<i64>
  async.await %producer : !async.token
  return %sum, %count : i64, i64
}

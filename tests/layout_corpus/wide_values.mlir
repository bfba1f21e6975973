// Values of two words, and one of one.
// MACHINE: task
// ARGS: 3 4.5 6 7
// RESULT: 212.0
// LB0: 28
// LB1: 28
// The await: %a (i64), %b (f64), %c (index): 2 words each, %x (i32): 1: 28 bytes. Arguments, each used with what the await gives.

async.func @next(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %r = arith.addi %x, %one : i32
  return %r : i32
}

async.func @task(%a: i64, %b: f64, %c: index, %x: i32) -> !async.value<f64> {
  %h_v = async.call @next(%x) : (i32) -> !async.value<i32>
  %v = async.await %h_v : !async.value<i32>
  %v64 = arith.extui %v : i32 to i64
  %p = arith.muli %a, %v64 : i64
  %pf = arith.sitofp %p : i64 to f64
  %q = arith.mulf %b, %pf : f64
  %vi = arith.index_cast %v : i32 to index
  %s = arith.muli %c, %vi : index
  %si = arith.index_cast %s : index to i64
  %sf = arith.sitofp %si : i64 to f64
  %m = arith.muli %x, %v : i32
  %mf = arith.sitofp %m : i32 to f64
  %t = arith.addf %q, %sf : f64
  %r = arith.addf %t, %mf : f64
  return %r : f64
}

func.func @main(%a: i64, %b: f64, %c: index, %x: i32) -> f64 attributes {task.kernel} {
  %h = async.call @task(%a, %b, %c, %x) : (i64, f64, index, i32) -> !async.value<f64>
  %r = async.await %h : !async.value<f64>
  return %r : f64
}

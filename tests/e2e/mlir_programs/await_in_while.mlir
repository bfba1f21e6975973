// The steps of Collatz' sequence, each computed by a task, awaited in the loop's condition.
async.func @step(%x: i64) -> !async.value<i64> {
  %one = arith.constant 1 : i64
  %two = arith.constant 2 : i64
  %three = arith.constant 3 : i64
  %zero = arith.constant 0 : i64
  %rest = arith.remui %x, %two : i64
  %even = arith.cmpi eq, %rest, %zero : i64
  %r = scf.if %even -> (i64) {
    %half = arith.divui %x, %two : i64
    scf.yield %half : i64
  } else {
    %product = arith.muli %x, %three : i64
    %0 = arith.addi %product, %one : i64
    scf.yield %0 : i64
  }
  return %r : i64
}
async.func @length(%start: i64) -> !async.value<i64> {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %end:2 = scf.while (%x = %start, %n = %zero) : (i64, i64) -> (i64, i64) {
    %h = async.call @step(%x) : (i64) -> !async.value<i64>
    %next = async.await %h : !async.value<i64>
    %count = arith.addi %n, %one : i64
    %more = arith.cmpi ne, %next, %one : i64
    scf.condition(%more) %next, %count : i64, i64
  } do {
  ^bb0(%x: i64, %n: i64):
    scf.yield %x, %n : i64, i64
  }
  return %end#1 : i64
}
func.func @main() {
  %x = arith.constant 27 : i64
  %h = async.call @length(%x) : (i64) -> !async.value<i64>
  %n = async.await %h : !async.value<i64>
  vector.print %n : i64
  return
}

// Recursive tasks, two children at once.
async.func @fib(%n: i64) -> !async.value<i64> {
  %one = arith.constant 1 : i64
  %two = arith.constant 2 : i64
  %small = arith.cmpi sle, %n, %one : i64
  %r = scf.if %small -> (i64) {
    scf.yield %n : i64
  } else {
    %a = arith.subi %n, %one : i64
    %b = arith.subi %n, %two : i64
    %ha = async.call @fib(%a) : (i64) -> !async.value<i64>
    %hb = async.call @fib(%b) : (i64) -> !async.value<i64>
    %fa = async.await %ha : !async.value<i64>
    %fb = async.await %hb : !async.value<i64>
    %sum = arith.addi %fa, %fb : i64
    scf.yield %sum : i64
  }
  return %r : i64
}
func.func @main() {
  %n = arith.constant 10 : i64
  %h = async.call @fib(%n) : (i64) -> !async.value<i64>
  %f = async.await %h : !async.value<i64>
  vector.print %f : i64
  return
}

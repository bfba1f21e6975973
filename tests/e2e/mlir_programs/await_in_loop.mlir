// Values cross the suspensions of a loop, in nested loops too.
async.func @add(%x: i32, %y: i32) -> !async.value<i32> {
  %0 = arith.addi %x, %y : i32
  return %0 : i32
}
async.func @table(%n: index) -> !async.value<i32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %sum = scf.for %i = %c0 to %n step %c1 iter_args(%outer = %zero) -> (i32) {
    %row = scf.for %j = %c0 to %i step %c1 iter_args(%inner = %outer) -> (i32) {
      %product = arith.muli %i, %j : index
      %p = arith.index_cast %product : index to i32
      %h = async.call @add(%inner, %p) : (i32, i32) -> !async.value<i32>
      %next = async.await %h : !async.value<i32>
      scf.yield %next : i32
    }
    scf.yield %row : i32
  }
  return %sum : i32
}
func.func @main() {
  %n = arith.constant 6 : index
  %h = async.call @table(%n) : (index) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  vector.print %r : i32
  return
}

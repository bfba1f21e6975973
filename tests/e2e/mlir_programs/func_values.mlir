// Functions that are tasks, called from main and from each other.
async.func @double(%x: i32) -> !async.value<i32> {
  %0 = arith.addi %x, %x : i32
  return %0 : i32
}
async.func @quadruple(%x: i32) -> !async.value<i32> {
  %0 = async.call @double(%x) : (i32) -> !async.value<i32>
  %1 = async.await %0 : !async.value<i32>
  %2 = async.call @double(%1) : (i32) -> !async.value<i32>
  %3 = async.await %2 : !async.value<i32>
  return %3 : i32
}
func.func @main() {
  %c5 = arith.constant 5 : i32
  %0 = async.call @quadruple(%c5) : (i32) -> !async.value<i32>
  %1 = async.call @double(%c5) : (i32) -> !async.value<i32>
  %2 = async.await %1 : !async.value<i32>
  %3 = async.await %0 : !async.value<i32>
  vector.print %2 : i32
  vector.print %3 : i32
  return
}

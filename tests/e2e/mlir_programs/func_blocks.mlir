// Control flow by blocks in a task: a loop that awaits, a conditional branch, several returns.
async.func @inc(%x: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %0 = arith.addi %x, %one : i32
  return %0 : i32
}
async.func @count(%limit: i32) -> !async.value<i32> {
  %zero = arith.constant 0 : i32
  %none = arith.cmpi slt, %limit, %zero : i32
  cf.cond_br %none, ^negative, ^loop(%zero : i32)
^negative:
  %minus = arith.constant -1 : i32
  return %minus : i32
^loop(%i: i32):
  %h = async.call @inc(%i) : (i32) -> !async.value<i32>
  %next = async.await %h : !async.value<i32>
  %more = arith.cmpi slt, %next, %limit : i32
  cf.cond_br %more, ^loop(%next : i32), ^end(%next : i32)
^end(%r: i32):
  return %r : i32
}
func.func @main() {
  %c20 = arith.constant 20 : i32
  %cm = arith.constant -20 : i32
  %a = async.call @count(%c20) : (i32) -> !async.value<i32>
  %b = async.call @count(%cm) : (i32) -> !async.value<i32>
  %0 = async.await %a : !async.value<i32>
  %1 = async.await %b : !async.value<i32>
  vector.print %0 : i32
  vector.print %1 : i32
  return
}

// Integers: wrapping, shifts, both kinds of division, comparisons, conversions; in a task, so that nothing is folded by accident.
async.func @compute(%x: i32, %y: i32) -> !async.token {
  %sum = arith.addi %x, %y : i32
  vector.print %sum : i32
  %product = arith.muli %x, %x : i32
  vector.print %product : i32
  %q = arith.divsi %x, %y : i32
  vector.print %q : i32
  %u = arith.divui %x, %y : i32
  vector.print %u : i32
  %r = arith.remsi %x, %y : i32
  vector.print %r : i32
  %ru = arith.remui %x, %y : i32
  vector.print %ru : i32
  %three = arith.constant 3 : i32
  %l = arith.shli %x, %three : i32
  vector.print %l : i32
  %s = arith.shrsi %x, %three : i32
  vector.print %s : i32
  %z = arith.shrui %x, %three : i32
  vector.print %z : i32
  %and = arith.andi %x, %y : i32
  %or = arith.ori %x, %y : i32
  %xor = arith.xori %and, %or : i32
  vector.print %xor : i32
  %min = arith.minsi %x, %y : i32
  %max = arith.maxui %x, %y : i32
  vector.print %min : i32
  vector.print %max : i32
  %lt = arith.cmpi slt, %x, %y : i32
  %ult = arith.cmpi ult, %x, %y : i32
  vector.print %lt : i1
  vector.print %ult : i1
  %wide = arith.extsi %x : i32 to i64
  %uwide = arith.extui %x : i32 to i64
  vector.print %wide : i64
  vector.print %uwide : i64
  %narrow = arith.trunci %x : i32 to i8
  vector.print %narrow : i8
  %index = arith.index_cast %y : i32 to index
  vector.print %index : index
  %selected = arith.select %lt, %x, %y : i32
  vector.print %selected : i32
  return
}
func.func @main() {
  %x = arith.constant -2000000011 : i32
  %y = arith.constant 77 : i32
  %t = async.call @compute(%x, %y) : (i32, i32) -> !async.token
  async.await %t : !async.token
  return
}

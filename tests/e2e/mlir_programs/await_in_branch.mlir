// An await in one branch only, and in the cases of a switch.
async.func @id(%x: i32) -> !async.value<i32> {
  return %x : i32
}
async.func @choose(%which: index, %x: i32) -> !async.value<i32> {
  %c10 = arith.constant 10 : i32
  %r = scf.index_switch %which -> i32
  case 0 {
    %h = async.call @id(%x) : (i32) -> !async.value<i32>
    %0 = async.await %h : !async.value<i32>
    scf.yield %0 : i32
  }
  case 3 {
    %0 = arith.muli %x, %c10 : i32
    scf.yield %0 : i32
  }
  default {
    %h = async.call @id(%c10) : (i32) -> !async.value<i32>
    %0 = async.await %h : !async.value<i32>
    %1 = arith.addi %0, %x : i32
    scf.yield %1 : i32
  }
  %odd = arith.trunci %r : i32 to i1
  %s = scf.if %odd -> (i32) {
    %h = async.call @id(%r) : (i32) -> !async.value<i32>
    %0 = async.await %h : !async.value<i32>
    %1 = arith.addi %0, %r : i32
    scf.yield %1 : i32
  } else {
    scf.yield %r : i32
  }
  return %s : i32
}
func.func @main() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %x = arith.constant 7 : i32
  scf.for %i = %c0 to %c4 step %c1 {
    %h = async.call @choose(%i, %x) : (index, i32) -> !async.value<i32>
    %r = async.await %h : !async.value<i32>
    vector.print %r : i32
  }
  return
}

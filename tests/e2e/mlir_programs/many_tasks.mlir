// More tasks than there are workers, each awaiting two others.
async.func @leaf(%i: index) -> !async.value<i64> {
  %0 = arith.index_cast %i : index to i64
  return %0 : i64
}
async.func @pair(%i: index, %sums: memref<?xi64>) -> !async.token {
  %c1 = arith.constant 1 : index
  %next = arith.addi %i, %c1 : index
  %a = async.call @leaf(%i) : (index) -> !async.value<i64>
  %b = async.call @leaf(%next) : (index) -> !async.value<i64>
  %x = async.await %b : !async.value<i64>
  %y = async.await %a : !async.value<i64>
  %sum = arith.addi %x, %y : i64
  memref.store %sum, %sums[%i] : memref<?xi64>
  return
}
func.func @main() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 200 : index
  %zero = arith.constant 0 : i64
  %sums = memref.alloc(%n) : memref<?xi64>
  %group = async.create_group %n : !async.group
  scf.for %i = %c0 to %n step %c1 {
    %t = async.call @pair(%i, %sums) : (index, memref<?xi64>) -> !async.token
    %rank = async.add_to_group %t, %group : !async.token
  }
  async.await_all %group
  %total = scf.for %i = %c0 to %n step %c1 iter_args(%s = %zero) -> (i64) {
    %x = memref.load %sums[%i] : memref<?xi64>
    %0 = arith.addi %s, %x : i64
    scf.yield %0 : i64
  }
  vector.print %total : i64
  memref.dealloc %sums : memref<?xi64>
  return
}

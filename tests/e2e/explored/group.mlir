// A group of two, whose members write what is read behind it.

async.func @member(%i: index, %a: memref<?xi32>) -> !async.token {
  %v = arith.index_cast %i : index to i32
  memref.store %v, %a[%i] : memref<?xi32>
  return
}
func.func @main(%a: memref<?xi32>) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %group = async.create_group %c2 : !async.group
  %t = async.call @member(%c0, %a) : (index, memref<?xi32>) -> !async.token
  %r = async.add_to_group %t, %group : !async.token
  %u = async.call @member(%c1, %a) : (index, memref<?xi32>) -> !async.token
  %s = async.add_to_group %u, %group : !async.token
  async.await_all %group
  %x = memref.load %a[%c0] : memref<?xi32>
  %y = memref.load %a[%c1] : memref<?xi32>
  %sum = arith.addi %x, %y : i32
  return %sum : i32
}

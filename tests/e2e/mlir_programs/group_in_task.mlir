// Groups in tasks: every task of the outer group has a group of its own. An empty group is complete.
async.func @row(%i: index, %n: index, %a: memref<?x?xi64>) -> !async.token {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %group = async.create_group %n : !async.group
  scf.for %j = %c0 to %n step %c1 {
    %token = async.execute {
      %0 = arith.muli %i, %n : index
      %1 = arith.addi %0, %j : index
      %2 = arith.index_cast %1 : index to i64
      memref.store %2, %a[%i, %j] : memref<?x?xi64>
      async.yield
    }
    %rank = async.add_to_group %token, %group : !async.token
  }
  async.await_all %group
  return
}
func.func private @printMemrefI64(memref<*xi64>) attributes {llvm.emit_c_interface}
func.func @main() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 3 : index
  %a = memref.alloc(%n, %n) : memref<?x?xi64>
  %empty = async.create_group %c0 : !async.group
  async.await_all %empty
  %group = async.create_group %n : !async.group
  scf.for %i = %c0 to %n step %c1 {
    %token = async.call @row(%i, %n, %a) : (index, index, memref<?x?xi64>) -> !async.token
    %rank = async.add_to_group %token, %group : !async.token
  }
  async.await_all %group
  %u = memref.cast %a : memref<?x?xi64> to memref<*xi64>
  call @printMemrefI64(%u) : (memref<*xi64>) -> ()
  memref.dealloc %a : memref<?x?xi64>
  return
}

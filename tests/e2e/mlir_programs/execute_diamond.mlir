// Two tasks depend on one, and one on both.
func.func @main() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %one = arith.constant 1 : i32
  %a = memref.alloc() : memref<3xi32>
  %top = async.execute {
    memref.store %one, %a[%c0] : memref<3xi32>
    async.yield
  }
  %left = async.execute [%top] {
    %0 = memref.load %a[%c0] : memref<3xi32>
    %1 = arith.addi %0, %one : i32
    memref.store %1, %a[%c1] : memref<3xi32>
    async.yield
  }
  %right = async.execute [%top] {
    %0 = memref.load %a[%c0] : memref<3xi32>
    %c10 = arith.constant 10 : i32
    %1 = arith.addi %0, %c10 : i32
    memref.store %1, %a[%c2] : memref<3xi32>
    async.yield
  }
  %bottom, %sum = async.execute [%left, %right] -> !async.value<i32> {
    %0 = memref.load %a[%c1] : memref<3xi32>
    %1 = memref.load %a[%c2] : memref<3xi32>
    %2 = arith.addi %0, %1 : i32
    async.yield %2 : i32
  }
  %r = async.await %sum : !async.value<i32>
  vector.print %r : i32
  memref.dealloc %a : memref<3xi32>
  return
}

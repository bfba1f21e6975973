// Several results of several types.
func.func @main() {
  %i = arith.constant 7 : i32
  %f = arith.constant 0.25 : f64
  %t, %v:3 = async.execute -> (!async.value<i32>, !async.value<f64>, !async.value<i1>) {
    %double = arith.addi %i, %i : i32
    %half = arith.mulf %f, %f : f64
    %big = arith.cmpi sgt, %double, %i : i32
    async.yield %double, %half, %big : i32, f64, i1
  }
  %0 = async.await %v#0 : !async.value<i32>
  %1 = async.await %v#1 : !async.value<f64>
  %2 = async.await %v#2 : !async.value<i1>
  async.await %t : !async.token
  vector.print %0 : i32
  vector.print %1 : f64
  vector.print %2 : i1
  return
}

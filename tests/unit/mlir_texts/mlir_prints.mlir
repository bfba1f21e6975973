// What mlir-opt prints in forms that it does not take from us: grouped results, elided dialect names, locations by alias.
async.func @both(%x: i32) -> (!async.token, !async.value<i32>) {
  return %x : i32
}
func.func @main(%x: i32) {
  %token, %bodyResults:2 = async.execute -> (!async.value<i32>, !async.value<i32>) {
    async.yield %x, %x : i32, i32
  }
  %token_0, %bodyResults_1 = async.execute [%token] (%bodyResults#0 as %arg1: !async.value<i32>, %bodyResults#1 as %arg2: !async.value<i32>) -> !async.value<i32> {
    %1 = arith.addi %arg1, %arg2 : i32
    async.yield %1 : i32
  }
  %0:2 = async.call @both(%x) : (i32) -> (!async.token, !async.value<i32>)
  async.await %0#0 : !async.token
  %2 = async.await %0#1 : !async.value<i32> loc("elsewhere.py":3:4)
  return
}

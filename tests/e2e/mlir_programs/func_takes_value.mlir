// A handle is an argument like any other: the callee awaits it.
async.func @produce(%x: f32) -> !async.value<f32> {
  %0 = arith.mulf %x, %x : f32
  return %0 : f32
}
async.func @consume(%v: !async.value<f32>, %t: !async.token) -> !async.value<f32> {
  async.await %t : !async.token
  %0 = async.await %v : !async.value<f32>
  %1 = arith.negf %0 : f32
  return %1 : f32
}
func.func @main() {
  %x = arith.constant 3.0 : f32
  %t = async.execute {
    vector.print str "token\n"
    async.yield
  }
  %v = async.call @produce(%x) : (f32) -> !async.value<f32>
  %c = async.call @consume(%v, %t) : (!async.value<f32>, !async.token) -> !async.value<f32>
  %r = async.await %c : !async.value<f32>
  vector.print %r : f32
  return
}

// Tasks that depend on a failed one fail without having run.
func.func @main() {
  %false = arith.constant false
  %x = arith.constant 2.0 : f32
  %t0, %v0 = async.execute -> !async.value<f32> {
    cf.assert %false, "never a value"
    async.yield %x : f32
  }
  %t1 = async.execute [%t0] {
    vector.print str "not to be seen\n"
    async.yield
  }
  %t2, %v2 = async.execute (%v0 as %u: !async.value<f32>) -> !async.value<f32> {
    vector.print str "not to be seen either\n"
    async.yield %u : f32
  }
  async.runtime.await %t1 : !async.token
  async.runtime.await %v2 : !async.value<f32>
  %0 = async.runtime.is_error %t0 : !async.token
  %1 = async.runtime.is_error %t1 : !async.token
  %2 = async.runtime.is_error %v2 : !async.value<f32>
  vector.print %0 : i1
  vector.print %1 : i1
  vector.print %2 : i1
  return
}

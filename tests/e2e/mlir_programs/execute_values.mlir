// A task's values are unwrapped for the task that takes them.
func.func @main() {
  %x = arith.constant 1.5 : f32
  %t0, %v0 = async.execute -> !async.value<f32> {
    %0 = arith.addf %x, %x : f32
    async.yield %0 : f32
  }
  %t1, %v1 = async.execute (%v0 as %u: !async.value<f32>) -> !async.value<f32> {
    %0 = arith.mulf %u, %x : f32
    async.yield %0 : f32
  }
  %t2, %v2 = async.execute [%t0] (%v0 as %a: !async.value<f32>, %v1 as %b: !async.value<f32>) -> !async.value<f32> {
    %0 = arith.addf %a, %b : f32
    async.yield %0 : f32
  }
  %r0 = async.await %v0 : !async.value<f32>
  %r1 = async.await %v1 : !async.value<f32>
  %r2 = async.await %v2 : !async.value<f32>
  vector.print %r0 : f32
  vector.print %r1 : f32
  vector.print %r2 : f32
  return
}

// A task without a name starts tasks with names.
async.func @scale(%x: f64, %by: f64) -> !async.value<f64> {
  %0 = arith.mulf %x, %by : f64
  return %0 : f64
}
func.func @main() {
  %x = arith.constant 1.25 : f64
  %y = arith.constant 4.0 : f64
  %t, %v = async.execute -> !async.value<f64> {
    %a = async.call @scale(%x, %y) : (f64, f64) -> !async.value<f64>
    %b = async.call @scale(%y, %y) : (f64, f64) -> !async.value<f64>
    %0 = async.await %b : !async.value<f64>
    %1 = async.await %a : !async.value<f64>
    %2 = arith.subf %0, %1 : f64
    async.yield %2 : f64
  }
  %r = async.await %v : !async.value<f64>
  vector.print %r : f64
  return
}

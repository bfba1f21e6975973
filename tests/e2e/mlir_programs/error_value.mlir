// The token and the value of a failed task are errors both.
async.func @root(%x: f32) -> (!async.token, !async.value<f32>) {
  %zero = arith.constant 0.0 : f32
  %ok = arith.cmpf oge, %x, %zero : f32
  cf.assert %ok, "the square root of a negative number"
  %0 = math.sqrt %x : f32
  return %0 : f32
}
func.func @main() {
  %four = arith.constant 4.0 : f32
  %minus = arith.constant -4.0 : f32
  %a:2 = async.call @root(%four) : (f32) -> (!async.token, !async.value<f32>)
  %b:2 = async.call @root(%minus) : (f32) -> (!async.token, !async.value<f32>)
  async.runtime.await %a#1 : !async.value<f32>
  async.runtime.await %b#1 : !async.value<f32>
  async.runtime.await %b#0 : !async.token
  %0 = async.runtime.is_error %a#1 : !async.value<f32>
  %1 = async.runtime.is_error %b#1 : !async.value<f32>
  %2 = async.runtime.is_error %b#0 : !async.token
  %r = async.await %a#1 : !async.value<f32>
  vector.print %0 : i1
  vector.print %1 : i1
  vector.print %2 : i1
  vector.print %r : f32
  return
}

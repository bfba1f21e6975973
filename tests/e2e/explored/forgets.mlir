// A handle that is not awaited on the way that is taken.

async.func @side(%x: i32) -> !async.value<i32> {
  return %x : i32
}
func.func @main() -> i32 {
  %one = arith.constant 1 : i32
  %zero = arith.constant 0 : i32
  %h = async.call @side(%one) : (i32) -> !async.value<i32>
  task.yield_now
  %c = arith.cmpi eq, %zero, %one : i32
  %r = scf.if %c -> (i32) {
    %z = async.await %h : !async.value<i32>
    scf.yield %z : i32
  } else {
    scf.yield %one : i32
  }
  %k = async.call @side(%r) : (i32) -> !async.value<i32>
  %w = async.await %k : !async.value<i32>
  return %w : i32
}

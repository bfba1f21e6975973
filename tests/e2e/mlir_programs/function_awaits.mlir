// An ordinary function awaits, and is called from main and from a task.
async.func @square(%x: i32) -> !async.value<i32> {
  %0 = arith.muli %x, %x : i32
  return %0 : i32
}
func.func @square_now(%x: i32) -> i32 {
  %h = async.call @square(%x) : (i32) -> !async.value<i32>
  %0 = async.await %h : !async.value<i32>
  return %0 : i32
}
func.func @main() {
  %c3 = arith.constant 3 : i32
  %0 = call @square_now(%c3) : (i32) -> i32
  %t, %v = async.execute -> !async.value<i32> {
    %1 = func.call @square_now(%0) : (i32) -> i32
    async.yield %1 : i32
  }
  %2 = async.await %v : !async.value<i32>
  vector.print %0 : i32
  vector.print %2 : i32
  return
}

// A function with a token and two values; each can be awaited by itself, and more than once.
async.func @divide(%x: i32, %y: i32) -> (!async.token, !async.value<i32>, !async.value<i32>) {
  %q = arith.divsi %x, %y : i32
  %r = arith.remsi %x, %y : i32
  return %q, %r : i32, i32
}
func.func @main() {
  %x = arith.constant -17 : i32
  %y = arith.constant 5 : i32
  %h:3 = async.call @divide(%x, %y) : (i32, i32) -> (!async.token, !async.value<i32>, !async.value<i32>)
  async.await %h#0 : !async.token
  %q = async.await %h#1 : !async.value<i32>
  %r = async.await %h#2 : !async.value<i32>
  %again = async.await %h#1 : !async.value<i32>
  async.await %h#0 : !async.token
  vector.print %q : i32
  vector.print %r : i32
  vector.print %again : i32
  return
}

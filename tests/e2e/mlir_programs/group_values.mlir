// Awaited as a group, then one by one for the values; the ranks count up.
async.func @triple(%x: i32) -> (!async.token, !async.value<i32>) {
  %three = arith.constant 3 : i32
  %0 = arith.muli %x, %three : i32
  return %0 : i32
}
func.func @main() {
  %c2 = arith.constant 2 : index
  %x = arith.constant 11 : i32
  %y = arith.constant -4 : i32
  %group = async.create_group %c2 : !async.group
  %a:2 = async.call @triple(%x) : (i32) -> (!async.token, !async.value<i32>)
  %b:2 = async.call @triple(%y) : (i32) -> (!async.token, !async.value<i32>)
  %r0 = async.add_to_group %a#0, %group : !async.token
  %r1 = async.add_to_group %b#0, %group : !async.token
  async.await_all %group
  %0 = async.await %a#1 : !async.value<i32>
  %1 = async.await %b#1 : !async.value<i32>
  vector.print %r0 : index
  vector.print %r1 : index
  vector.print %0 : i32
  vector.print %1 : i32
  return
}

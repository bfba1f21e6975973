// Both members of a group fail.

async.func @member(%code: i32) -> !async.token {
  task.yield_now
  task.fail %code : i32
  return
}
func.func @main() -> i32 {
  %c2 = arith.constant 2 : index
  %seven = arith.constant 7 : i32
  %group = async.create_group %c2 : !async.group
  %t = async.call @member(%seven) : (i32) -> !async.token
  %r = async.add_to_group %t, %group : !async.token
  %u = async.call @member(%seven) : (i32) -> !async.token
  %s = async.add_to_group %u, %group : !async.token
  async.await_all %group
  return %seven : i32
}

// An event goes through a channel to who sets it.

async.func @sets(%events: !task.channel<!task.event>) -> !async.token {
  %e, %ok = task.recv %events : !task.channel<!task.event>
  task.set %e
  return
}
func.func @main() -> i32 {
  %c1 = arith.constant 1 : index
  %five = arith.constant 5 : i32
  %events = task.channel %c1 : !task.channel<!task.event>
  %t = async.call @sets(%events) : (!task.channel<!task.event>) -> !async.token
  %e = task.event : !task.event
  %sent = task.try_send %e, %events : !task.channel<!task.event>
  task.wait %e
  return %five : i32
}

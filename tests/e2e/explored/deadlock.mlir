// Nobody sends.

func.func @main() -> i32 {
  %c1 = arith.constant 1 : index
  %items = task.channel %c1 : !task.channel<i32>
  %a, %ok = task.recv %items : !task.channel<i32>
  return %a : i32
}

// A chain of tasks, each waiting for the one before.
func.func @main() {
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %first = async.execute {
    vector.print %c1 : i32
    async.yield
  }
  %second = async.execute [%first] {
    vector.print %c2 : i32
    async.yield
  }
  %third = async.execute [%first, %second] {
    %c3 = arith.addi %c1, %c2 : i32
    vector.print %c3 : i32
    async.yield
  }
  async.await %third : !async.token
  vector.print str "end\n"
  return
}

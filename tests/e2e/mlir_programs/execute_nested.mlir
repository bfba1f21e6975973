// Tasks in tasks, three deep; the inner ones see the values of the outer ones.
func.func @main() {
  %c1 = arith.constant 1 : index
  %outer = async.execute {
    %c10 = arith.addi %c1, %c1 : index
    %t, %middle = async.execute -> !async.value<index> {
      %t2, %inner = async.execute -> !async.value<index> {
        %0 = arith.muli %c10, %c10 : index
        vector.print str "inner\n"
        async.yield %0 : index
      }
      %1 = async.await %inner : !async.value<index>
      vector.print str "middle\n"
      %2 = arith.addi %1, %c1 : index
      async.yield %2 : index
    }
    %3 = async.await %middle : !async.value<index>
    vector.print %3 : index
    async.yield
  }
  async.await %outer : !async.token
  vector.print str "outer\n"
  return
}

// A failed assertion makes the task's token an error; a passed one does not.
async.func @check(%ok: i1) -> !async.token {
  cf.assert %ok, "checked"
  return
}
func.func @main() {
  %true = arith.constant true
  %false = arith.constant false
  %good = async.call @check(%true) : (i1) -> !async.token
  %bad = async.call @check(%false) : (i1) -> !async.token
  async.runtime.await %good : !async.token
  async.runtime.await %bad : !async.token
  %0 = async.runtime.is_error %good : !async.token
  %1 = async.runtime.is_error %bad : !async.token
  vector.print %0 : i1
  vector.print %1 : i1
  return
}

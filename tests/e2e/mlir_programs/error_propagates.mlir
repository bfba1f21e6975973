// Who awaits an error fails; who does not, does not.
async.func @fail() -> !async.token {
  %false = arith.constant false
  cf.assert %false, "always"
  return
}
async.func @awaits(%depth: i32) -> !async.token {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %last = arith.cmpi eq, %depth, %zero : i32
  scf.if %last {
    %t = async.call @fail() : () -> !async.token
    async.await %t : !async.token
  } else {
    %less = arith.subi %depth, %one : i32
    %t = async.call @awaits(%less) : (i32) -> !async.token
    async.await %t : !async.token
  }
  return
}
async.func @looks_away() -> !async.token {
  %t = async.call @fail() : () -> !async.token
  return
}
func.func @main() {
  %three = arith.constant 3 : i32
  %a = async.call @awaits(%three) : (i32) -> !async.token
  %b = async.call @looks_away() : () -> !async.token
  async.runtime.await %a : !async.token
  async.runtime.await %b : !async.token
  %0 = async.runtime.is_error %a : !async.token
  %1 = async.runtime.is_error %b : !async.token
  vector.print %0 : i1
  vector.print %1 : i1
  return
}

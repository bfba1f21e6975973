// A group with one error in it is an error; the others of it are not.
async.func @odd(%i: index) -> !async.token {
  %c5 = arith.constant 5 : index
  %ok = arith.cmpi ne, %i, %c5 : index
  cf.assert %ok, "five"
  return
}
func.func @main() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %good = async.create_group %c4 : !async.group
  scf.for %i = %c0 to %c4 step %c1 {
    %t = async.call @odd(%i) : (index) -> !async.token
    %rank = async.add_to_group %t, %good : !async.token
  }
  %bad = async.create_group %c4 : !async.group
  scf.for %i = %c4 to %c8 step %c1 {
    %t = async.call @odd(%i) : (index) -> !async.token
    %rank = async.add_to_group %t, %bad : !async.token
  }
  async.runtime.await %good : !async.group
  async.runtime.await %bad : !async.group
  %0 = async.runtime.is_error %good : !async.group
  %1 = async.runtime.is_error %bad : !async.group
  vector.print %0 : i1
  vector.print %1 : i1
  return
}

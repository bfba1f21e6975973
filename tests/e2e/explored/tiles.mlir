// A writer and a reader of a tile channel of one slot: the reader sees each tile whole, and the writer fills it again when that is done.

async.func @write(%ch: !task.tile_channel<memref<1xi32, #gpu.address_space<workgroup>>>) -> !async.token {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %s0, %t0 = task.acquire_slot %ch writer 0 : !task.tile_channel<memref<1xi32, #gpu.address_space<workgroup>>>
  memref.store %c1, %t0[%c0] : memref<1xi32, #gpu.address_space<workgroup>>
  task.commit_slot %s0 : !task.slot<memref<1xi32, #gpu.address_space<workgroup>>>
  %s1, %t1 = task.acquire_slot %ch writer 0 : !task.tile_channel<memref<1xi32, #gpu.address_space<workgroup>>>
  memref.store %c2, %t1[%c0] : memref<1xi32, #gpu.address_space<workgroup>>
  task.commit_slot %s1 : !task.slot<memref<1xi32, #gpu.address_space<workgroup>>>
  task.close %ch : !task.tile_channel<memref<1xi32, #gpu.address_space<workgroup>>>
  return
}
func.func @main() -> (i32, i1) {
  %c0 = arith.constant 0 : index
  %c10 = arith.constant 10 : i32
  %ch = task.tile_channel {depth = 1 : i32} : !task.tile_channel<memref<1xi32, #gpu.address_space<workgroup>>>
  %h = async.call @write(%ch) : (!task.tile_channel<memref<1xi32, #gpu.address_space<workgroup>>>) -> !async.token
  %s0, %t0, %ok0 = task.receive_slot %ch reader 0 : !task.tile_channel<memref<1xi32, #gpu.address_space<workgroup>>>
  %a = memref.load %t0[%c0] : memref<1xi32, #gpu.address_space<workgroup>>
  task.release_slot %s0 : !task.slot<memref<1xi32, #gpu.address_space<workgroup>>>
  %s1, %t1, %ok1 = task.receive_slot %ch reader 0 : !task.tile_channel<memref<1xi32, #gpu.address_space<workgroup>>>
  %b = memref.load %t1[%c0] : memref<1xi32, #gpu.address_space<workgroup>>
  task.release_slot %s1 : !task.slot<memref<1xi32, #gpu.address_space<workgroup>>>
  %s2, %t2, %ok2 = task.receive_slot %ch reader 0 : !task.tile_channel<memref<1xi32, #gpu.address_space<workgroup>>>
  %tens = arith.muli %a, %c10 : i32
  %both = arith.addi %tens, %b : i32
  return %both, %ok2 : i32, i1
}

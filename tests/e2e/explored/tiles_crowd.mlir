// Two writers fill a tile together, and two readers see it: who is the last of them to commit it has seen what the other stored.

async.func @write0(%ch: !task.tile_channel<memref<2xi32, #gpu.address_space<workgroup>>>) -> !async.token {
  %mine = arith.constant 0 : index
  %x = arith.constant 1 : i32
  %s, %t = task.acquire_slot %ch writer 0 : !task.tile_channel<memref<2xi32, #gpu.address_space<workgroup>>>
  memref.store %x, %t[%mine] : memref<2xi32, #gpu.address_space<workgroup>>
  task.commit_slot %s : !task.slot<memref<2xi32, #gpu.address_space<workgroup>>>
  task.close %ch : !task.tile_channel<memref<2xi32, #gpu.address_space<workgroup>>>
  return
}
async.func @write1(%ch: !task.tile_channel<memref<2xi32, #gpu.address_space<workgroup>>>) -> !async.token {
  %mine = arith.constant 1 : index
  %x = arith.constant 2 : i32
  %s, %t = task.acquire_slot %ch writer 1 : !task.tile_channel<memref<2xi32, #gpu.address_space<workgroup>>>
  memref.store %x, %t[%mine] : memref<2xi32, #gpu.address_space<workgroup>>
  task.commit_slot %s : !task.slot<memref<2xi32, #gpu.address_space<workgroup>>>
  task.close %ch : !task.tile_channel<memref<2xi32, #gpu.address_space<workgroup>>>
  return
}
async.func @read0(%ch: !task.tile_channel<memref<2xi32, #gpu.address_space<workgroup>>>) -> !async.value<i32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : i32
  %s, %t, %ok = task.receive_slot %ch reader 0 : !task.tile_channel<memref<2xi32, #gpu.address_space<workgroup>>>
  %a = memref.load %t[%c0] : memref<2xi32, #gpu.address_space<workgroup>>
  %b = memref.load %t[%c1] : memref<2xi32, #gpu.address_space<workgroup>>
  task.release_slot %s : !task.slot<memref<2xi32, #gpu.address_space<workgroup>>>
  %tens = arith.muli %a, %c10 : i32
  %both = arith.addi %tens, %b : i32
  return %both : i32
}
async.func @read1(%ch: !task.tile_channel<memref<2xi32, #gpu.address_space<workgroup>>>) -> !async.value<i32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : i32
  %s, %t, %ok = task.receive_slot %ch reader 1 : !task.tile_channel<memref<2xi32, #gpu.address_space<workgroup>>>
  %a = memref.load %t[%c0] : memref<2xi32, #gpu.address_space<workgroup>>
  %b = memref.load %t[%c1] : memref<2xi32, #gpu.address_space<workgroup>>
  task.release_slot %s : !task.slot<memref<2xi32, #gpu.address_space<workgroup>>>
  %tens = arith.muli %a, %c10 : i32
  %both = arith.addi %tens, %b : i32
  return %both : i32
}
func.func @main() -> (i32, i32) {
  %ch = task.tile_channel {depth = 1 : i32, writers = 2 : i32, readers = 2 : i32} : !task.tile_channel<memref<2xi32, #gpu.address_space<workgroup>>>
  %w0 = async.call @write0(%ch) : (!task.tile_channel<memref<2xi32, #gpu.address_space<workgroup>>>) -> !async.token
  %w1 = async.call @write1(%ch) : (!task.tile_channel<memref<2xi32, #gpu.address_space<workgroup>>>) -> !async.token
  %r0 = async.call @read0(%ch) : (!task.tile_channel<memref<2xi32, #gpu.address_space<workgroup>>>) -> !async.value<i32>
  %r1 = async.call @read1(%ch) : (!task.tile_channel<memref<2xi32, #gpu.address_space<workgroup>>>) -> !async.value<i32>
  %a = async.await %r0 : !async.value<i32>
  %b = async.await %r1 : !async.value<i32>
  return %a, %b : i32, i32
}

// Two writers and a reader of two lanes each: each lane fills one element of a tile, and reads two of the others'.

async.func @write0(%ch: !task.tile_channel<memref<4xi32, #gpu.address_space<workgroup>>>) -> !async.token {
  %lane = gpu.lane_id
  %begin = arith.constant 0 : index
  %at = arith.addi %begin, %lane : index
  %x = arith.index_cast %at : index to i32
  %s, %t = task.acquire_slot %ch writer 0 : !task.tile_channel<memref<4xi32, #gpu.address_space<workgroup>>>
  memref.store %x, %t[%at] : memref<4xi32, #gpu.address_space<workgroup>>
  task.commit_slot %s : !task.slot<memref<4xi32, #gpu.address_space<workgroup>>>
  return
}
async.func @write1(%ch: !task.tile_channel<memref<4xi32, #gpu.address_space<workgroup>>>) -> !async.token {
  %lane = gpu.lane_id
  %begin = arith.constant 2 : index
  %at = arith.addi %begin, %lane : index
  %x = arith.index_cast %at : index to i32
  %s, %t = task.acquire_slot %ch writer 1 : !task.tile_channel<memref<4xi32, #gpu.address_space<workgroup>>>
  memref.store %x, %t[%at] : memref<4xi32, #gpu.address_space<workgroup>>
  task.commit_slot %s : !task.slot<memref<4xi32, #gpu.address_space<workgroup>>>
  return
}
async.func @read(%ch: !task.tile_channel<memref<4xi32, #gpu.address_space<workgroup>>>) -> !async.value<i32> {
  %lane = gpu.lane_id
  %c3 = arith.constant 3 : index
  %c1 = arith.constant 1 : index
  %a = arith.subi %c1, %lane : index
  %b = arith.subi %c3, %lane : index
  %s, %t, %ok = task.receive_slot %ch reader 0 : !task.tile_channel<memref<4xi32, #gpu.address_space<workgroup>>>
  %x = memref.load %t[%a] : memref<4xi32, #gpu.address_space<workgroup>>
  %y = memref.load %t[%b] : memref<4xi32, #gpu.address_space<workgroup>>
  task.release_slot %s : !task.slot<memref<4xi32, #gpu.address_space<workgroup>>>
  %both = arith.addi %x, %y : i32
  %sum = gpu.subgroup_reduce add %both : (i32) -> i32
  return %sum : i32
}
func.func @main() -> i32 {
  %ch = task.tile_channel {depth = 1 : i32, writers = 2 : i32} : !task.tile_channel<memref<4xi32, #gpu.address_space<workgroup>>>
  %v = async.call @write0(%ch) : (!task.tile_channel<memref<4xi32, #gpu.address_space<workgroup>>>) -> !async.token
  %w = async.call @write1(%ch) : (!task.tile_channel<memref<4xi32, #gpu.address_space<workgroup>>>) -> !async.token
  %r = async.call @read(%ch) : (!task.tile_channel<memref<4xi32, #gpu.address_space<workgroup>>>) -> !async.value<i32>
  %sum = async.await %r : !async.value<i32>
  return %sum : i32
}

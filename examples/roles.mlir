// The classic figure of warp specialization: one warp loads tiles, one computes A from each and passes the result on, two compute B from
// that and store. A tile that was passed on is seen by both storing warps, of which each takes one half of it.
//
//     load ──x──► A: p = x * x + 1 ──p──┬──► B of the first half:  out = s - p / 2
//                                       └──► B of the second half
//
// Instances share the tiles: instance i takes the tiles i, i + N, ...; the last tile may be shorter.
//
//     python -c "import numpy as np; np.save('x.npy', np.arange(1000, dtype='f4'))"
//     asyncir run examples/roles.mlir --args @x.npy zeros:f32:1000 3.0 --save 1=out.npy
//
// prints nothing: the kernel has no result.

!tile = memref<512xf32, #gpu.address_space<workgroup>>
!tiles = !task.tile_channel<!tile>

// How many tiles there are for n elements.
func.func private @tiles(%n: index) -> index {
  %width = arith.constant 512 : index
  %count = arith.ceildivui %n, %width : index
  return %count : index
}

// Where tile t begins, and how many elements it has.
func.func private @part(%n: index, %t: index) -> (index, index) {
  %width = arith.constant 512 : index
  %first = arith.muli %t, %width : index
  %left = arith.subi %n, %first : index
  %m = arith.minui %left, %width : index
  return %first, %m : index, index
}

async.func private @load(%x: memref<?xf32>, %loaded: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  %count = func.call @tiles(%n) : (index) -> index
  %instance = task.instance : index
  %instances = task.num_instances : index
  scf.for %t = %instance to %count step %instances {
    %slot, %tile = task.acquire_slot %loaded writer 0 : !tiles
    %first, %m = func.call @part(%n, %t) : (index, index) -> (index, index)
    task.copy %x[%first], %tile[%c0], %m into %slot : memref<?xf32>, !tile, !task.slot<!tile>
    task.commit_slot %slot : !task.slot<!tile>
  }
  task.close %loaded : !tiles
  return
}

async.func private @a(%n: index, %loaded: !tiles, %passed: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %one = arith.constant 1.0 : f32
  %lane = gpu.lane_id
  %lanes = gpu.subgroup_size : index
  %count = func.call @tiles(%n) : (index) -> index
  %instance = task.instance : index
  %instances = task.num_instances : index
  scf.for %t = %instance to %count step %instances {
    %in, %x_tile, %ok = task.receive_slot %loaded reader 0 : !tiles
    %out, %p_tile = task.acquire_slot %passed writer 0 : !tiles
    %first, %m = func.call @part(%n, %t) : (index, index) -> (index, index)
    scf.for %e = %lane to %m step %lanes {
      %x = memref.load %x_tile[%e] : !tile
      %xx = arith.mulf %x, %x : f32
      %p = arith.addf %xx, %one : f32
      memref.store %p, %p_tile[%e] : !tile
    }
    task.release_slot %in : !task.slot<!tile>
    task.commit_slot %out : !task.slot<!tile>
  }
  task.close %passed : !tiles
  return
}

// Elements from `begin` to `end` of a tile, or to where the tile ends.
func.func private @b(%tile: !tile, %begin: index, %end: index, %m: index, %first: index, %s: f32, %out: memref<?xf32>) {
  %half = arith.constant 0.5 : f32
  %lane = gpu.lane_id
  %lanes = gpu.subgroup_size : index
  %from = arith.addi %begin, %lane : index
  %to = arith.minui %end, %m : index
  scf.for %e = %from to %to step %lanes {
    %p = memref.load %tile[%e] : !tile
    %ph = arith.mulf %p, %half : f32
    %y = arith.subf %s, %ph : f32
    %i = arith.addi %first, %e : index
    memref.store %y, %out[%i] : memref<?xf32>
  }
  return
}

async.func private @b_first(%out: memref<?xf32>, %s: f32, %passed: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %middle = arith.constant 256 : index
  %n = memref.dim %out, %c0 : memref<?xf32>
  %count = func.call @tiles(%n) : (index) -> index
  %instance = task.instance : index
  %instances = task.num_instances : index
  scf.for %t = %instance to %count step %instances {
    %slot, %tile, %ok = task.receive_slot %passed reader 0 : !tiles
    %first, %m = func.call @part(%n, %t) : (index, index) -> (index, index)
    func.call @b(%tile, %c0, %middle, %m, %first, %s, %out) : (!tile, index, index, index, index, f32, memref<?xf32>) -> ()
    task.release_slot %slot : !task.slot<!tile>
  }
  return
}

async.func private @b_second(%out: memref<?xf32>, %s: f32, %passed: !tiles) -> !async.token attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %middle = arith.constant 256 : index
  %end = arith.constant 512 : index
  %n = memref.dim %out, %c0 : memref<?xf32>
  %count = func.call @tiles(%n) : (index) -> index
  %instance = task.instance : index
  %instances = task.num_instances : index
  scf.for %t = %instance to %count step %instances {
    %slot, %tile, %ok = task.receive_slot %passed reader 1 : !tiles
    %first, %m = func.call @part(%n, %t) : (index, index) -> (index, index)
    func.call @b(%tile, %middle, %end, %m, %first, %s, %out) : (!tile, index, index, index, index, f32, memref<?xf32>) -> ()
    task.release_slot %slot : !task.slot<!tile>
  }
  return
}

func.func @roles(%x: memref<?xf32>, %out: memref<?xf32>, %s: f32) attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  %n_out = memref.dim %out, %c0 : memref<?xf32>
  %same = arith.cmpi eq, %n, %n_out : index
  cf.assert %same, "roles needs arrays of one length"
  %loaded = task.tile_channel {depth = 4 : i32} : !tiles
  %passed = task.tile_channel {depth = 2 : i32, readers = 2 : i32} : !tiles
  %0 = async.call @load(%x, %loaded) : (memref<?xf32>, !tiles) -> !async.token
  %1 = async.call @a(%n, %loaded, %passed) : (index, !tiles, !tiles) -> !async.token
  %2 = async.call @b_first(%out, %s, %passed) : (memref<?xf32>, f32, !tiles) -> !async.token
  %3 = async.call @b_second(%out, %s, %passed) : (memref<?xf32>, f32, !tiles) -> !async.token
  async.await %0 : !async.token
  async.await %1 : !async.token
  async.await %2 : !async.token
  async.await %3 : !async.token
  return
}
